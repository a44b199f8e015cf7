"""The five learners learn: published tables, small games, and GAE worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpe2 import simple_spread_v3
from test_marl_cores import Relay

from mavrs_course.envs import matrix_v0, two_step_v0
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.envs.matrix_v0 import MatrixCore
from mavrs_course.envs.spread_core import SpreadCore
from mavrs_course.envs.two_step_v0 import TwoStepCore
from mavrs_course.marl.advantages import RunningScale, generalised_advantages
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.iql import IQL, IQLSettings
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings
from mavrs_course.marl.networks import TeamNetwork
from mavrs_course.marl.play import Play, evaluate
from mavrs_course.marl.qmix import QMIX, Mixer, QMIXSettings
from mavrs_course.marl.replay import ReplayBuffer
from mavrs_course.marl.schedules import linear
from mavrs_course.marl.vdn import VDN, VDNSettings

ALL = [IQL, VDN, QMIX, IPPO, MAPPO]
every_learner = pytest.mark.parametrize("algorithm", ALL, ids=lambda a: a.name)
two_seeds = pytest.mark.parametrize("seed", [0, 1])


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# --- the published tables -----------------------------------------------------------------------


def trained(algorithm, core, seed, steps=22_400, learning_rate=4e-3):
    """A learner on uniform data: every action at random, from the first step to the last."""
    chosen = algorithm.settings_type(
        epsilon_end=1.0,
        batch=128,
        target_every=100,
        learning_rate=learning_rate,
        anneal_over=2 * steps,
    )
    learner = algorithm(core, chosen, seed=seed)
    learner.train(steps, progress=False)
    return learner


def table(algorithm, game, seed, **how):
    core = MatrixCore(game, 32, auto_reset=True)
    learner = trained(algorithm, core, seed, **how)
    return learner.joint_values(core.observe()[0], core.state()[0])


@two_seeds
@pytest.mark.parametrize(
    ("algorithm", "game", "wanted"),
    [
        (VDN, "linear", [[1, 5], [5, 9]]),
        (QMIX, "linear", [[1, 5], [5, 9]]),
        (VDN, "monotonic", [[-2.5, 2.5], [2.5, 7.5]]),
        (QMIX, "monotonic", [[0, 0], [0, 10]]),
    ],
)
def test_the_tables_of_the_marl_book_come_out(algorithm, game, wanted, seed):
    np.testing.assert_allclose(table(algorithm, game, seed), wanted, atol=0.3)


@two_seeds
def test_climbing_shows_what_each_can_represent(seed):
    """VDN's best joint action is (C, C), and QMIX's (C, B).

    Patience matters: QMIX with learning rates of 0.002 and more, or a mixer of 64 units, often
    stays with VDN's answer, a local optimum of its loss.
    """
    slowly = {"steps": 64_000, "learning_rate": 1e-3}
    for algorithm, best, how in ((VDN, (2, 2), {}), (QMIX, (2, 1), slowly)):
        values = table(algorithm, "climbing", seed, **how)
        assert np.unravel_index(values.argmax(), values.shape) == best


def two_step_tables(learner):
    """The joint values in state 1 and in 2B."""
    core = TwoStepCore(1)
    first = learner.joint_values(core.observe()[0], core.state()[0])
    core.step(np.array([[1, 0]]))
    return first, learner.joint_values(core.observe()[0], core.state()[0])


@two_seeds
def test_the_two_step_game_of_the_qmix_paper(seed):
    learner = trained(VDN, TwoStepCore(32, auto_reset=True), seed)
    _, second = two_step_tables(learner)
    np.testing.assert_allclose(second, [[-1.5, 2.5], [2.5, 6.5]], atol=0.3)
    assert evaluate(TwoStepCore(2), learner.policy()) == pytest.approx(7)

    learner = trained(QMIX, TwoStepCore(32, auto_reset=True), seed)
    first, second = two_step_tables(learner)
    np.testing.assert_allclose(first, [[6.93, 6.93], [7.92, 7.92]], atol=0.3)
    np.testing.assert_allclose(second, [[0, 1], [1, 8]], atol=0.3)
    assert evaluate(TwoStepCore(2), learner.policy()) == pytest.approx(8)


# --- every learner, every kind of game ----------------------------------------------------------

QUICK_Q = {"learn_after": 200, "batch": 64, "epsilon_over": 2_000, "target_every": 50}
QUICK_PPO = {"rollout": 16, "epochs": 4, "minibatches": 2, "learning_rate": 3e-3}
QUICK = {
    IQL: IQLSettings(**QUICK_Q),
    VDN: VDNSettings(**QUICK_Q),
    QMIX: QMIXSettings(**QUICK_Q),
    IPPO: IPPOSettings(**QUICK_PPO),
    MAPPO: MAPPOSettings(**QUICK_PPO),
}


@every_learner
@two_seeds
def test_learns_the_stag_hunt_or_the_hare(algorithm, seed):
    """Both are equilibria; playing at random earns 2.5 on average, and any mixture below 3."""
    learner = algorithm(MatrixCore("stag_hunt", 16, auto_reset=True), QUICK[algorithm], seed=seed)
    learner.train(6_400, progress=False)
    assert evaluate(MatrixCore("stag_hunt", 4), learner.policy()).mean() >= 3


@every_learner
def test_learns_where_agents_are_unequal_and_leave_early(algorithm):
    """The best actions of :class:`Relay` earn 1 twice, 3 and 7 four times: 42 in all."""
    learner = algorithm(Relay, QUICK[algorithm], sessions=8, seed=0)
    curve = learner.train(6_000, progress=False)
    core = learner.core
    core.auto_reset = False
    np.testing.assert_array_equal(evaluate(core, learner.policy()), [[2, 12, 28]] * 8)
    assert len(curve.steps) == len(curve.returns) == len(curve.seconds) > 10
    assert sum(curve.returns[-1]) > sum(curve.returns[0])


@every_learner
def test_plays_what_it_has_never_seen(algorithm):
    """mpe2's own environment, one of ours, a single one, and cores with and without time limit."""
    games = [
        simple_spread_v3.parallel_env,
        two_step_v0.parallel_env,
        matrix_v0.parallel_env("climbing", rounds=3),
        SpreadCore(4, auto_reset=True, rng=np.random.default_rng(0)),
        FeedCore(4, auto_reset=True, rng=np.random.default_rng(0)),
    ]
    for game in games:
        learner = algorithm(game, QUICK[algorithm], sessions=2, seed=0)
        learner.train(300, progress=False)
        actions = learner.policy()(learner.core.observe())
        assert actions.shape == (learner.core.sessions, learner.agents)
        assert learner.steps >= 300


@every_learner
def test_the_same_seed_gives_the_same_curve(algorithm):
    def curve(seed):
        learner = algorithm(Relay, QUICK[algorithm], sessions=8, seed=seed)
        return learner.train(1_200, progress=False).table()

    np.testing.assert_array_equal(curve(1), curve(1))
    assert np.any(curve(1) != curve(2))


@pytest.mark.parametrize(
    "changes",
    [
        {"normalise_advantages": False, "entropy": 0.0},
        {"normalise_values": False, "reward_scale": 0.1},
        {"clip": None, "max_gradient": None},
        {"share_parameters": False},
        {"orthogonal": False, "activation": "relu", "anneal_over": 20_000},
        {"gae_lambda": 1.0, "epochs": 1, "minibatches": 1},
    ],
    ids=lambda changes: ",".join(changes),
)
def test_every_detail_of_ppo_can_be_switched_off(changes):
    learner = MAPPO(Relay, MAPPOSettings(**(QUICK_PPO | changes)), sessions=8, seed=0)
    curve = learner.train(2_500, progress=False)
    assert sum(curve.returns[-1]) > sum(curve.returns[0]) + 1


def test_a_shared_network_needs_to_know_who_is_who():
    """Matching pennies' opposite: an agent must do 0 and the other 1, seeing the same."""
    game = np.array([[0, 1], [0, 0]])
    without = IQL(MatrixCore(game, 16, auto_reset=True), IQLSettings(**QUICK_Q, agent_ids=False))
    observed = np.zeros((3, 2, without.core.observation_size), np.float32)
    assert (np.ptp(without.policy()(observed), axis=1) == 0).all()
    learner = IQL(MatrixCore(game, 16, auto_reset=True), IQLSettings(**QUICK_Q))
    learner.train(6_000, progress=False)
    assert evaluate(MatrixCore(game, 2), learner.policy()).mean() == 1


@pytest.mark.parametrize(
    ("game", "message"),
    [
        (MatrixCore("climbing", 4), "auto_reset=True"),
        (7, "a function that makes one"),
    ],
)
def test_a_game_that_cannot_be_played_is_refused(game, message):
    with pytest.raises((TypeError, ValueError), match=message):
        IQL(game)


def test_settings_of_another_algorithm_are_refused():
    with pytest.raises(TypeError, match="MAPPO takes MAPPOSettings, not IPPOSettings"):
        MAPPO(Relay, IPPOSettings())


# --- the parts ----------------------------------------------------------------------------------


def test_advantages_agree_with_a_trajectory_worked_out_by_hand():
    """Five steps, discount 0.5, lambda 0.5: an end after the second, a time limit after the fourth.

    surprises: 1 + .5*2 - 1 = 1;  2 - 2 = 0 (an end: the next value 9 is not counted);
               0 + .5*4 - 3 = -1;  1 + .5*6 - 4 = 0 (a limit: the 6 is);  3 + .5*2 - 1 = 3
    advantages, from the last: 3;  0 (cut);  -1 + .25*0 = -1;  0 (cut);  1 + .25*0 = 1
    """
    column = [
        torch.tensor(values)[:, None, None]
        for values in (
            [1.0, 2.0, 0.0, 1.0, 3.0],
            [1.0, 2.0, 3.0, 4.0, 1.0],
            [2.0, 9.0, 4.0, 6.0, 2.0],
            [True, False, True, True, True],
            [False, True, False, True, False],
        )
    ]
    advantages = generalised_advantages(*column, discount=0.5, gae_lambda=0.5)
    assert advantages.flatten().tolist() == [1, 0, -1, 0, 3]
    column[0] += 1.0  # every surprise is one more, and each carries on until the next cut
    advantages = generalised_advantages(*column, discount=0.5, gae_lambda=0.5)
    assert advantages.flatten().tolist() == [2.25, 1, 0.25, 1, 4]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_with_lambda_one_advantages_are_returns_less_values(seed):
    rng = np.random.default_rng(seed)
    rewards, values = torch.tensor(rng.normal(size=(2, 7, 1, 1)))
    last = torch.tensor(rng.normal(size=(1, 1, 1)))
    next_values = torch.cat([values[1:], last])
    on = torch.ones(7, 1, 1, dtype=bool)
    ours = generalised_advantages(
        rewards, values, next_values, on, ~on, discount=0.9, gae_lambda=1.0
    )
    returns = last[0]
    for step in reversed(range(7)):
        returns = rewards[step] + 0.9 * returns
        torch.testing.assert_close(ours[step], returns - values[step], atol=1e-5, rtol=1e-5)


def test_a_time_limit_is_bootstrapped_and_an_end_is_not():
    """One step a session, reward 1, for ever: worth 1 if that is the end, 10 if only the limit."""
    for ends, worth in ((True, 1.0), (False, 10.0)):
        core = SpreadCore(
            64, max_cycles=1, time_limit_ends=ends, auto_reset=True, rng=np.random.default_rng(0)
        )
        core._rewards = lambda: 1.0
        ppo = IPPO(core, IPPOSettings(**(QUICK_PPO | {"discount": 0.9})))
        ppo.train(64 * 16 * 25, progress=False)
        with torch.no_grad():
            values = ppo._rescaled(ppo.values(ppo.observations, None)).mean()
        assert float(values) == pytest.approx(worth, rel=0.15)
        iql = IQL(core, IQLSettings(**(QUICK_Q | {"discount": 0.9, "target_every": 10})))
        iql.train(64 * 400, progress=False)
        # Taking the best of noisy values, Q-learning hopes for a little too much.
        assert iql.action_values(core.observe()).mean() == pytest.approx(worth, rel=0.35)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**31))
def test_the_mix_rises_with_every_agents_value(seed):
    generator = torch.Generator().manual_seed(seed)
    mixer = Mixer(3, 4, QMIXSettings(hypernet_hidden=8 * (seed % 2)), generator)
    values = torch.randn(20, 3, generator=generator)
    states = torch.randn(20, 4, generator=generator)
    more = values + torch.rand(20, 3, generator=generator)
    assert (mixer(more, states) >= mixer(values, states) - 1e-6).all()


@pytest.mark.parametrize("shared", [True, False])
def test_each_agent_uses_its_own_network_or_all_use_one(shared):
    generator = torch.Generator().manual_seed(0)
    network = TeamNetwork(3, 4, 2, 8, generator, share_parameters=shared, agent_ids=False)
    outputs = network(torch.ones(5, 3, 4))
    assert outputs.shape == (5, 3, 2)
    assert torch.allclose(outputs[:, 0], outputs[:, 1]) == shared


def test_making_networks_leaves_torchs_own_chance_alone():
    before = torch.get_rng_state()
    QMIX(TwoStepCore(2, auto_reset=True)).train(20, progress=False)
    assert torch.equal(torch.get_rng_state(), before)


def test_replay_overwrites_the_oldest():
    replay = ReplayBuffer(5)
    for start in (0, 3, 6):
        replay.add(number=np.arange(start, start + 3))
    assert len(replay) == 5
    drawn = replay.sample(500, torch.Generator().manual_seed(0))["number"]
    assert set(drawn.tolist()) == {4, 5, 6, 7, 8}
    with pytest.raises(ValueError, match="make replay_size larger"):
        replay.add(number=np.arange(6))


def test_running_scale_brings_targets_to_unit_scale_and_back():
    scale, numbers = RunningScale(), torch.randn(4_000) * 30 + 200
    for _ in range(3):
        scale.update(numbers)
    unit = scale.to_unit(numbers)
    assert abs(float(unit.mean())) < 1e-3 and float(unit.std()) == pytest.approx(1, abs=1e-2)
    torch.testing.assert_close(scale.from_unit(unit), numbers)


def test_schedules_go_straight_and_then_stay():
    assert [linear(1.0, 0.0, 10, step) for step in (0, 5, 10, 99)] == [1, 0.5, 0, 0]


def test_returns_are_those_of_whole_sessions():
    play = Play(MatrixCore("linear", 3, rounds=2, auto_reset=True))
    play.step(np.ones((3, 2), int))
    assert play.returns(1) is None
    play.step(np.zeros((3, 2), int))
    np.testing.assert_array_equal(play.returns(3), np.full((3, 2), 10.0))
    assert play.returns(1) is None


def test_progress_is_shown_with_return_and_speed(capsys):
    learner = IQL(MatrixCore("linear", 8, auto_reset=True), IQLSettings(**QUICK_Q))
    learner.train(800)
    assert "IQL" in capsys.readouterr().out
    learner.train(1_600, progress=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("algorithm", [IPPO, MAPPO], ids=lambda a: a.name)
@pytest.mark.parametrize("advantages", [True, False])
def test_a_rollout_of_one_action_leaves_the_networks_numbers(algorithm, advantages):
    class Alone(Relay):
        """The runner goes on for ever by itself; nobody else is ever there."""

        def __init__(self):
            super().__init__()
            self.possible_agents = ["runner"]

        def reset(self, seed=None, options=None):
            seen, infos = super().reset(seed)
            self.time = -1_000
            return seen, infos

    chosen = algorithm.settings_type(rollout=1, minibatches=1, normalise_advantages=advantages)
    learner = algorithm(Alone, chosen, sessions=1)
    learner.train(30, progress=False)
    assert all(torch.isfinite(part).all() for part in learner.actor.parameters())
    assert all(torch.isfinite(part).all() for part in learner.critic.parameters())


def test_a_scale_is_not_moved_by_nothing():
    scale = RunningScale()
    scale.update(torch.tensor([2.0, 4.0]))
    before = scale.state_dict()
    scale.update(torch.zeros(0))
    assert scale.state_dict() == before


@pytest.mark.parametrize("algorithm", [VDN, QMIX], ids=lambda a: a.name)
def test_a_team_earns_the_mean_of_those_who_are_there(algorithm):
    rewards = torch.tensor([[6.0, 6.0, 6.0], [6.0, 9.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    acted = torch.tensor([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]).bool()
    for how, wanted in (("mean", [6.0, 7.5, 4.0, 0.0]), ("sum", [18.0, 15.0, 4.0, 0.0])):
        learner = algorithm(Relay, algorithm.settings_type(team_reward=how), sessions=1)
        assert learner.team(rewards, acted).tolist() == wanted


@given(st.integers(1, 7), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_where_nobody_dies_the_mean_is_to_the_last_bit_what_it_was(agents, seed):
    rewards = torch.randn(33, agents, generator=torch.Generator().manual_seed(seed % 2**31))
    learner = VDN(TwoStepCore(1, auto_reset=True))
    everybody = torch.ones(33, agents, dtype=torch.bool)
    assert torch.equal(learner.team(rewards, everybody), rewards.mean(-1))


class UnpayableCore(MatrixCore):
    def step(self, actions):
        rewards, *rest = super().step(actions)
        return np.where(np.arange(rewards.shape[1]) == 1, np.nan, rewards), *rest


@every_learner
def test_a_core_that_pays_no_number_stops_the_learner_in_words(algorithm):
    core = UnpayableCore("climbing", 2, auto_reset=True)
    learner = algorithm(core)
    with pytest.raises(ValueError, match="paid a reward of nan"):
        learner.train(50, progress=False)
