"""The PettingZoo environments keep PettingZoo's promises, and ours."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, render_test, seed_test
from pettingzoo.test.state_test import state_test

from mavrs_course.envs import feed_v0, matrix_v0, two_step_v0
from mavrs_course.envs.feed_core import ABSTAIN, FeedCore
from mavrs_course.envs.matrix_v0 import GAMES, MatrixCore
from mavrs_course.envs.two_step_v0 import TwoStepCore

MODULES = [feed_v0, matrix_v0, two_step_v0]
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.split(".")[-1])


# PettingZoo's tests only warn about much of what they find.
pytestmark = pytest.mark.filterwarnings("error")


@every_module
def test_passes_the_parallel_api_test(module):
    parallel_api_test(module.parallel_env(), num_cycles=500)


@every_module
@pytest.mark.parametrize("wrapped", [True, False])
def test_passes_the_api_test_agent_by_agent(module, wrapped):
    api_test(module.env() if wrapped else module.raw_env(), num_cycles=100)


@every_module
def test_passes_the_seed_tests(module):
    parallel_seed_test(module.parallel_env)
    seed_test(module.env, num_cycles=100)


@every_module
def test_passes_the_render_test(module):
    render_test(module.env)


@every_module
def test_passes_the_state_test(module):
    state_test(module.env(), module.parallel_env())


@every_module
def test_is_named_after_its_module_and_can_be_pickled(module):
    environment = module.parallel_env()
    assert f".{environment.metadata['name']}" in f".{module.__name__}"
    assert environment.metadata["is_parallelizable"]
    first, second = environment, pickle.loads(pickle.dumps(environment))
    assert str(first.reset(seed=5)) == str(second.reset(seed=5))


def play(environment, seed):
    """Everything that a session of random play shows, from its seed alone."""
    observations, infos = environment.reset(seed=seed)
    told = [(observations, infos, environment.state())]
    while environment.agents:
        actions = {agent: environment.action_space(agent).sample() for agent in environment.agents}
        told.append((*environment.step(actions), environment.state()))
    return told


@every_module
def test_a_seed_fixes_the_session_and_random_play_with_it(module):
    environment = module.parallel_env()
    first, again, other = play(environment, 7), play(environment, 7), play(environment, 8)
    assert str(first) == str(again)
    assert str(first) != str(other) or module is not feed_v0


def test_agents_draw_different_random_actions_from_one_seed():
    environment = feed_v0.parallel_env()
    environment.reset(seed=0)
    draws = {
        tuple(environment.action_space(agent).sample() for _ in range(20))
        for agent in environment.agents
    }
    assert len(draws) == 5


def test_observations_do_not_change_after_they_were_given():
    environment = feed_v0.parallel_env()
    observations, _ = environment.reset(seed=1)
    before = {agent: seen.copy() for agent, seen in observations.items()}
    for _ in range(20):
        environment.step(dict.fromkeys(environment.agents, 8))
    for agent, seen in observations.items():
        np.testing.assert_array_equal(seen, before[agent])


def test_feed_environment_is_the_core_with_one_session():
    environment = feed_v0.parallel_env(alpha=0.3)
    observations, _ = environment.reset(seed=11)
    core = FeedCore(1, alpha=0.3, rng=np.random.default_rng(0))
    core.reset(np.random.default_rng(11))
    actor = np.random.default_rng(2)
    while environment.agents:
        np.testing.assert_array_equal(list(observations.values()), core.observe()[0])
        np.testing.assert_array_equal(environment.state(), core.state()[0])
        joint = actor.integers(9, size=5)
        observations, rewards, ended, _, infos = environment.step(
            dict(zip(environment.agents, joint, strict=True))
        )
        expected, over, page = core.step(joint[None])
        np.testing.assert_array_equal(list(rewards.values()), expected[0])
        assert set(ended.values()) == {bool(over[0])}
        assert infos["channel_0"]["watch_minutes"] == page.watch_minutes[0]
        assert [i for i in range(5) if infos[f"channel_{i}"]["shown"]] == sorted(
            set(page.owners[0]) - {-1}
        )
    assert environment.core.session_minutes[0] == core.session_minutes[0]


@every_module
def test_bad_use_is_named_in_one_sentence(module):
    environment = module.parallel_env(render_mode="ansi")
    with pytest.raises(ValueError, match="call reset"):
        environment.step({})
    with pytest.raises(ValueError, match="call reset"):
        environment.render()
    environment.reset(seed=0)
    good = dict.fromkeys(environment.agents, 0)
    first = environment.agents[0]
    for bad in (99, -1, 0.5, None, "low"):
        with pytest.raises(ValueError, match=f"the action of {first} is one of 0.."):
            environment.step({**good, first: bad})
    with pytest.raises(ValueError, match="one action for each of"):
        environment.step({first: 0})
    with pytest.raises(ValueError, match="one action for each of"):
        environment.step({**good, "stranger_9": 0})
    with pytest.raises(ValueError, match="render_mode is one of"):
        module.parallel_env(render_mode="hologram")
    while environment.agents:
        environment.step(good)
    with pytest.raises(ValueError, match="over; call reset"):
        environment.step(good)


def test_seeds_may_be_numpy_integers():
    environment = feed_v0.parallel_env()
    assert str(environment.reset(seed=np.int64(4))) == str(environment.reset(seed=4))


@pytest.mark.parametrize("bad", [-1, 1.5])
def test_what_is_no_seed_is_refused_and_changes_nothing(bad):
    once, twice = feed_v0.parallel_env(), feed_v0.parallel_env()
    once.reset(seed=4), twice.reset(seed=4)
    with pytest.raises((ValueError, TypeError), match="expect"):
        twice.reset(seed=bad)
    draws = [[e.action_space("channel_0").sample() for _ in range(20)] for e in (once, twice)]
    assert draws[0] == draws[1]
    assert np.array_equal(once.state(), twice.state())


def test_render_without_a_mode_warns():
    environment = feed_v0.parallel_env()
    environment.reset(seed=0)
    with pytest.warns(UserWarning, match="without a render_mode"):
        assert environment.render() is None


# --- drawing the feed ---------------------------------------------------------------------------


def test_picture_shows_the_page_and_the_bids():
    environment = feed_v0.parallel_env(render_mode="rgb_array")
    environment.reset(seed=0)
    blank = environment.render()
    assert blank.shape == (560, 1000, 3) and blank.dtype == np.uint8
    environment.step(dict.fromkeys(environment.agents, ABSTAIN))
    abstained = environment.render()
    environment.step(dict.fromkeys(environment.agents, 8))
    bidding = environment.render()
    phone, channels = np.s_[80:420, 40:280], np.s_[60:540, 456:980]
    np.testing.assert_array_equal(abstained[phone], blank[phone])
    np.testing.assert_array_equal(abstained[channels], blank[channels])
    assert (bidding[phone] != blank[phone]).any()
    assert (bidding[channels] != blank[channels]).any()


def test_text_says_who_bid_what_and_what_was_watched(capsys):
    environment = feed_v0.parallel_env(render_mode="human")
    environment.reset(seed=0)
    actions = dict(zip(environment.agents, (0, 4, 8, 0, 1), strict=True))
    *_, infos = environment.step(actions)
    text = capsys.readouterr().out
    assert "channel_0  abstains" in text
    assert "channel_1  low bid for music lessons" in text
    assert "slot 1  channel_2: do-it-yourself repair" in text
    assert ("<- watched 4.0 minutes" in text) == any(told["clicked"] for told in infos.values())


# --- matrix games -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GAMES)
def test_every_named_game_pays_its_table(name):
    environment = matrix_v0.parallel_env(name)
    payoffs = GAMES[name].payoffs
    assert payoffs.shape[1:] == (len(GAMES[name].moves),) * 2
    for joint in np.ndindex(payoffs.shape[1:]):
        environment.reset()
        _, rewards, ended, _, _ = environment.step(
            dict(zip(environment.agents, joint, strict=True))
        )
        np.testing.assert_array_equal(list(rewards.values()), payoffs[:, *joint])
        assert all(ended.values())


def test_known_cells_of_the_named_games():
    cells = {
        ("climbing", 2, 1): (6, 6),
        ("climbing", 0, 1): (-30, -30),
        ("penalty", 0, 2): (-100, -100),
        ("linear", 1, 1): (9, 9),
        ("monotonic", 1, 1): (10, 10),
        ("prisoners_dilemma", 0, 1): (0, 5),
        ("stag_hunt", 0, 1): (0, 3),
        ("chicken", 1, 0): (7, 2),
        ("battle_of_the_sexes", 1, 1): (1, 2),
        ("matching_pennies", 0, 1): (-1, 1),
        ("rock_paper_scissors", 1, 0): (1, -1),
    }
    assert {name for name, _, _ in cells} == set(GAMES)
    for (name, row, column), paid in cells.items():
        assert tuple(GAMES[name].payoffs[:, row, column]) == paid, name


def test_a_repeated_game_shows_everybody_the_last_moves():
    environment = matrix_v0.parallel_env("prisoners_dilemma", rounds=3)
    observations, _ = environment.reset()
    np.testing.assert_array_equal(observations["player_0"], [0, 0, 1, 0, 0, 1])
    observations, *_ = environment.step({"player_0": 0, "player_1": 1})
    np.testing.assert_array_equal(observations["player_0"], [1, 0, 0, 0, 1, 0])
    np.testing.assert_array_equal(observations["player_1"], [0, 1, 0, 1, 0, 0])
    environment.step({"player_0": 0, "player_1": 0})
    assert environment.agents
    environment.step({"player_0": 0, "player_1": 0})
    assert not environment.agents


def test_custom_payoffs_of_any_shape():
    uneven = matrix_v0.parallel_env([[1, 2, 3], [4, 5, 6]])
    assert [uneven.action_space(player).n for player in uneven.possible_agents] == [2, 3]
    uneven.reset()
    *_, rewards, _, _, _ = uneven.step({"player_0": 1, "player_1": 2})
    assert rewards == {"player_0": 6.0, "player_1": 6.0}

    three = np.arange(24.0).reshape(3, 2, 2, 2)
    parallel_api_test(matrix_v0.parallel_env(three, rounds=2), num_cycles=5)
    core = MatrixCore(three, 2, rounds=2)
    rewards, ended, _ = core.step(np.array([[1, 0, 1], [0, 0, 0]]))
    np.testing.assert_array_equal(rewards, [three[:, 1, 0, 1], three[:, 0, 0, 0]])
    assert not ended.any()


@pytest.mark.parametrize(
    "bad", ["climbng", [1, 2, 3], np.zeros((3, 2, 2)), [[np.nan, 1], [1, 1]], np.zeros((0, 0))]
)
def test_bad_payoffs_are_refused(bad):
    with pytest.raises(ValueError, match=r"matrix game|payoffs"):
        matrix_v0.parallel_env(bad)


@pytest.mark.parametrize(
    "make", [lambda **k: MatrixCore("linear", 4, **k), lambda **k: TwoStepCore(4, **k)]
)
def test_small_cores_end_for_good_or_start_again(make):
    actions = np.ones((4, 2), dtype=int)
    steps = 2 if isinstance(make(), TwoStepCore) else 1
    once, ever = make(), make(auto_reset=True)
    for _ in range(3):
        for step in range(steps):
            start = ever.state().copy()
            paid, ended, _ = ever.step(actions)
            assert ended.all() == (step == steps - 1)
        assert paid.min() > 7
    np.testing.assert_array_equal(ever.state(), make().state())
    assert start.shape == (4, ever.state_size)
    paid = [once.step(actions)[0] for _ in range(steps + 2)]
    assert paid[steps - 1].min() > 7 and not np.any(paid[steps:])


def test_cores_write_where_they_are_told():
    for core in (
        FeedCore(3, rng=np.random.default_rng(0)),
        MatrixCore("chicken", 3),
        TwoStepCore(3),
    ):
        agents = len(core.action_counts)
        seen = np.zeros((3, agents, core.observation_size), np.float32)
        state = np.zeros((3, core.state_size), np.float32)
        assert core.observe(seen) is seen and core.state(state) is state
        np.testing.assert_array_equal(seen, core.observe())
        np.testing.assert_array_equal(state, core.state())
        assert seen.any() and state.any()


# --- the two-step game --------------------------------------------------------------------------


def test_two_step_game_pays_as_in_the_paper():
    environment = two_step_v0.parallel_env()
    table = {0: [[7, 7], [7, 7]], 1: [[0, 1], [1, 8]]}
    for first in (0, 1):
        for other in (0, 1):
            for joint in np.ndindex(2, 2):
                observations, _ = environment.reset()
                np.testing.assert_array_equal(observations["agent_1"], [1, 0, 0])
                observations, rewards, *_ = environment.step({"agent_0": first, "agent_1": other})
                assert set(rewards.values()) == {0.0}
                np.testing.assert_array_equal(observations["agent_1"], np.eye(3)[1 + first])
                assert environment.agents
                moves = dict(zip(environment.agents, map(int, joint), strict=True))
                _, rewards, *_ = environment.step(moves)
                assert set(rewards.values()) == {float(np.array(table[first])[joint])}
                assert not environment.agents


def test_two_step_sessions_go_their_own_ways():
    core = TwoStepCore(4)
    core.step(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    np.testing.assert_array_equal(core.where, [1, 1, 2, 2])
    rewards, ended, _ = core.step(np.ones((4, 2), dtype=int))
    np.testing.assert_array_equal(rewards, [[7, 7], [7, 7], [8, 8], [8, 8]])
    assert ended.all()
