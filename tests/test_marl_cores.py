"""Other people's environments as cores: PettingZoo's promises, kept in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary
from hypothesis import given, settings
from hypothesis import strategies as st
from mpe2 import simple_spread_v3
from pettingzoo import ParallelEnv

from mavrs_course.envs import feed_v0, matrix_v0, two_step_v0
from mavrs_course.envs.parallel_core import ParallelCore, UnsupportedEnvironmentError
from mavrs_course.envs.spread_core import SpreadCore, in_paper_units

seeds = st.integers(0, 2**32 - 1)


class Relay(ParallelEnv):
    """Three agents of unequal bodies: a runner drops out at step 2, time is up at step 4.

    Everyone who is there earns their action.  ``chance`` comes from the seed of the reset.
    """

    metadata = {"name": "relay_v0", "render_modes": []}  # noqa: RUF012

    def __init__(self, ends: str = "truncation"):
        self.possible_agents, self.ends = ["runner", "thinker", "starter"], ends
        self.agents = []
        self._seen = {
            "runner": Box(-9, 9, (2, 2), np.float32),
            "thinker": Discrete(6),
            "starter": Box(0, 255, (3,), np.uint8),
        }
        self._acts = {
            "runner": Discrete(2),
            "thinker": Discrete(4),
            "starter": Discrete(3, start=5),
        }

    def observation_space(self, agent):
        return self._seen[agent]

    def action_space(self, agent):
        return self._acts[agent]

    def _look(self):
        seen = {
            "runner": np.full((2, 2), self.chance + self.time, np.float32),
            "thinker": self.time,
            "starter": np.array([0, 51, 255], np.uint8),
        }
        return {agent: seen[agent] for agent in self.agents}

    def reset(self, seed=None, options=None):
        self.chance = np.random.default_rng(seed).uniform()
        self.agents, self.time, self.told = self.possible_agents[:], 0, []
        return self._look(), {agent: {} for agent in self.agents}

    def step(self, actions):
        assert set(actions) == set(self.agents)
        assert all(self._acts[agent].contains(action) for agent, action in actions.items())
        self.time += 1
        over = {agent: agent == "runner" and self.time == 2 for agent in self.agents}
        late = {agent: False for agent in self.agents}
        if self.time == 4:
            (late if self.ends == "truncation" else over).update(dict.fromkeys(self.agents, True))
        rewards = {agent: float(action) for agent, action in actions.items()}
        seen = self._look()
        self.agents = [agent for agent in self.agents if not (over[agent] or late[agent])]
        return seen, rewards, over, late, {agent: {} for agent in seen}


def core_of(make_env, sessions=2, seed=0, **options):
    return ParallelCore(make_env, sessions, rng=np.random.default_rng(seed), **options)


def test_unequal_agents_are_flattened_and_filled_up():
    core = core_of(Relay)
    assert core.action_counts == (2, 4, 3) and core.observation_size == 6
    assert core.state_size == 18  # it has no state of its own
    core.step(np.ones((2, 3), int))
    seen = core.observe()
    chances = [env.chance for env in core.envs]
    np.testing.assert_allclose(seen[:, 0, :4], np.array(chances)[:, None] + 1 + np.zeros(4))
    np.testing.assert_array_equal(seen[:, 0, 4:], 0)
    np.testing.assert_array_equal(seen[:, 1], np.eye(6)[[1, 1]])
    np.testing.assert_allclose(seen[:, 2], [[0, 0.2, 1, 0, 0, 0]] * 2)
    np.testing.assert_array_equal(core.state(), seen.reshape(2, -1))
    assert chances[0] != chances[1]


def test_who_leaves_early_earns_and_sees_nothing_more():
    core, joint = core_of(Relay), np.array([[1, 3, 2]] * 2)
    rewards, ended, first = core.step(joint)
    np.testing.assert_array_equal(rewards[0], [1, 3, 7])  # the starter's actions begin at 5
    assert first.acted.all() and not ended.any() and not first.terminated.any()
    _, ended, second = core.step(joint)
    assert not ended.any() and second.acted.all()
    np.testing.assert_array_equal(second.terminated[0], [True, False, False])
    assert second.final_observations is None
    rewards, _, third = core.step(joint)
    np.testing.assert_array_equal(rewards[0], [0, 3, 7])
    np.testing.assert_array_equal(third.acted[0], [False, True, True])
    assert not core.observe()[:, 0].any()


@pytest.mark.parametrize("auto_reset", [False, True])
def test_a_time_limit_is_told_from_an_end(auto_reset):
    for ends in ("truncation", "termination"):
        core = core_of(lambda ends=ends: Relay(ends), auto_reset=auto_reset)
        for _ in range(4):
            rewards, ended, account = core.step(np.ones((2, 3), int))
        assert ended.all()
        cut, other = account.truncated, account.terminated
        if ends == "termination":
            cut, other = other, cut
            assert account.final_observations is None
        else:
            np.testing.assert_array_equal(account.final_observations[0, 1, :5], [0, 0, 0, 0, 1])
            assert account.final_state.shape == (2, 18)
        np.testing.assert_array_equal(cut[0], [False, True, True])
        assert not other.any()
        rewards, ended, account = core.step(np.ones((2, 3), int))
        assert account.acted.any() == auto_reset == rewards.any()
        assert ended.all() != auto_reset


def test_the_same_generator_gives_the_same_sessions():
    def play(seed):
        core = core_of(simple_spread_v3.parallel_env, seed=seed, auto_reset=True)
        rng = np.random.default_rng(1)
        return [core.step(rng.integers(5, size=(2, 3)))[0] for _ in range(30)]

    np.testing.assert_array_equal(play(3), play(3))
    assert np.any(np.array(play(3)) != np.array(play(4)))


@pytest.mark.parametrize(
    "make_env",
    [feed_v0.parallel_env, two_step_v0.parallel_env, matrix_v0.parallel_env, Relay],
    ids=["feed", "two_step", "matrix", "relay"],
)
def test_sessions_can_be_taken_up_again(make_env):
    core, rng = core_of(make_env, 3, auto_reset=True), np.random.default_rng(0)
    counts = np.array(core.action_counts)
    for _ in range(7):
        core.step(rng.integers(counts, size=(3, len(counts))))
    other = core_of(make_env, 3, seed=99, auto_reset=True)
    assert other.restore(core.snapshot())
    for _ in range(7):
        joint = rng.integers(counts, size=(3, len(counts)))
        for one, two in zip(core.step(joint)[:2], other.step(joint)[:2], strict=True):
            np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(core.state(), other.state())


def test_the_feed_is_the_same_game_through_pettingzoo():
    core = core_of(feed_v0.parallel_env, 1)
    alone = feed_v0.parallel_env()
    alone.reset(seed=core._seeds[0])
    np.testing.assert_array_equal(core.state()[0], alone.state())
    joint = np.array([[1, 5, 0, 8, 3]])
    rewards, _, account = core.step(joint)
    _, named, *_ = alone.step(dict(zip(alone.agents, joint[0].tolist(), strict=True)))
    np.testing.assert_allclose(rewards[0], list(named.values()))
    assert account.acted.all()


class Odd(Relay):
    def __init__(self, seen=None, acts=None):
        super().__init__()
        self._seen["runner"] = seen or self._seen["runner"]
        self._acts["runner"] = acts or self._acts["runner"]


class Nameless(Relay):
    def __init__(self):
        super().__init__()
        del self.possible_agents


MASKED = Dict({"observation": Box(0, 1, (2,)), "action_mask": MultiBinary(2)})


@pytest.mark.parametrize(
    ("make_env", "message"),
    [
        (lambda: Odd(acts=Box(-1, 1, (2,))), "continuous_actions=False"),
        (lambda: Odd(seen=MASKED), "action_mask"),
        (simple_spread_v3.env, r"use its parallel_env\(\)"),
        (Nameless, "set env.possible_agents"),
    ],
)
def test_what_is_not_supported_is_said(make_env, message):
    with pytest.raises(UnsupportedEnvironmentError, match=message):
        core_of(make_env)


def test_one_environment_cannot_be_two_sessions():
    env = Relay()
    with pytest.raises(ValueError, match="the same environment twice"):
        core_of(lambda: env)


# --- simple_spread ------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_spread_is_mpe2s_step_by_step(seed):
    rng = np.random.default_rng(seed)
    env = simple_spread_v3.parallel_env(N=3, local_ratio=0.5, max_cycles=25)
    seen, _ = env.reset(seed=seed % 2**31)
    core, world = SpreadCore(1, rng=rng), env.unwrapped.world
    crowd = rng.uniform(0.1, 1.0)  # a crowd touches more often
    for agent in world.agents:
        agent.state.p_pos = agent.state.p_pos * crowd
    core.position[0] = [agent.state.p_pos for agent in world.agents]
    core.landmarks[0] = [landmark.state.p_pos for landmark in world.landmarks]
    while env.agents:
        joint = rng.integers(5, size=(1, 3))
        seen, rewards, _, late, _ = env.step(dict(zip(env.agents, joint[0].tolist(), strict=True)))
        ours, ended, account = core.step(joint)
        np.testing.assert_allclose(ours[0], list(rewards.values()), atol=1e-5)
        np.testing.assert_allclose(core.observe()[0], list(seen.values()), atol=1e-5)
        np.testing.assert_allclose(core.state()[0], env.state(), atol=1e-5)
        np.testing.assert_array_equal(account.truncated[0], list(late.values()))
        assert bool(ended[0]) == (not env.agents)


def test_random_spread_is_what_the_paper_says():
    """-233.7 +- 4 in the units of Papoudakis et al. 2021."""
    core, rng = SpreadCore(5_000, rng=np.random.default_rng(0)), np.random.default_rng(1)
    returns = sum(core.step(rng.integers(5, size=(5_000, 3)))[0] for _ in range(25))
    assert abs(in_paper_units(returns).mean() + 233.7) < 4


def test_spread_ends_as_it_is_told_to():
    for flag in (False, True):
        core = SpreadCore(
            3, max_cycles=2, time_limit_ends=flag, auto_reset=True, rng=np.random.default_rng(0)
        )
        _, ended, account = core.step(np.zeros((3, 3), int))
        assert not ended.any() and account.acted.all()
        _, ended, account = core.step(np.zeros((3, 3), int))
        assert ended.all()
        assert account.terminated.all() == flag and account.truncated.all() != flag
        assert (account.final_state is None) == flag
        assert core.cycle == 0


class Counting(Relay):
    """Whole numbers as counts, not as brightness; the state has a space or not."""

    def __init__(self, high=7, state=None, state_space=None):
        super().__init__()
        self._seen["starter"] = Box(0, high, (3,), np.uint8)
        self.told_state = state
        if state_space is not None:
            self.state_space = state_space

    def _look(self):
        return super()._look() | {"starter": np.array([0, 5, 2], np.uint8)}

    def state(self):
        if self.told_state is None:
            raise NotImplementedError
        return self.told_state


@pytest.mark.parametrize(("high", "unit"), [(7, 1.0), (254, 1.0), (255, 255.0)])
def test_whole_numbers_are_brightness_only_between_0_and_255(high, unit):
    seen = core_of(lambda: Counting(high)).observe()
    np.testing.assert_allclose(seen[:, 2, :3], np.array([[0, 5, 2]] * 2) / unit, rtol=1e-6)


@pytest.mark.parametrize(
    ("state", "space", "unit"),
    [
        (np.array([3, 1], np.uint8), None, 1.0),
        (np.array([3, 1], np.uint8), Box(0, 9, (2,), np.uint8), 1.0),
        (np.array([[3, 1]], np.uint8), Box(0, 255, (1, 2), np.uint8), 255.0),
        (np.array([[3, 1]], np.uint8), None, 255.0),
    ],
)
def test_a_state_of_whole_numbers_likewise(state, space, unit):
    core = core_of(lambda: Counting(state=state, state_space=space))
    np.testing.assert_allclose(core.state(), np.array([[3, 1]] * 2) / unit, rtol=1e-6)


class NoSeed(Relay):
    def reset(self, options=None):
        return super().reset(0)


class ObservationsAlone(Relay):
    def reset(self, seed=None, options=None):
        return super().reset(seed)[0]


class TwoObservationsAlone(ObservationsAlone):
    """Two keys could be taken for a pair."""

    def reset(self, seed=None, options=None):
        seen = super().reset(seed)
        return {agent: seen[agent] for agent in ("runner", "thinker")}


class Dones(Relay):
    def step(self, actions):
        seen, rewards, over, late, infos = super().step(actions)
        return seen, rewards, {agent: over[agent] or late[agent] for agent in over}, infos


class SpacesAsDictionaries(Relay):
    observation_space = None


@pytest.mark.parametrize(
    "old", [NoSeed, ObservationsAlone, TwoObservationsAlone, Dones, SpacesAsDictionaries]
)
def test_an_environment_of_another_api_is_told_what_is_missing(old):
    with pytest.raises(UnsupportedEnvironmentError, match=r"Parallel API.*: (it|its) .*\. reset"):
        core_of(old).step(np.ones((2, 3), int))


class Strange(Relay):
    """From step 2 on the thinker is paid, or shown, what is no number."""

    def __init__(self, pays=0.0, shows=0.0):
        super().__init__()
        self.pays, self.shows = pays, shows

    def step(self, actions):
        seen, rewards, *rest = super().step(actions)
        if self.time >= 2:
            rewards["thinker"] += self.pays
            if "runner" in seen:
                seen["runner"] = seen["runner"] + np.float32(self.shows)
        return seen, rewards, *rest


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"pays": np.nan}, "thinker was paid nan"),
        ({"pays": -np.inf}, "thinker was paid -inf"),
        ({"shows": np.nan}, "runner was shown"),
        ({"shows": np.inf}, "runner was shown"),
    ],
)
def test_what_is_no_finite_number_is_refused_by_name(how, told):
    core = core_of(lambda: Strange(**how))
    core.step(np.ones((2, 3), int))
    with pytest.raises(UnsupportedEnvironmentError, match=told):
        core.step(np.ones((2, 3), int))


class Posthumous(Relay):
    """It goes on paying an agent that has left."""

    def step(self, actions):
        seen, rewards, *rest = super().step(actions)
        return seen, rewards | {"runner": 50.0}, *rest


def test_who_has_left_earns_nothing_whatever_is_paid():
    core = core_of(Posthumous)
    paid = [core.step(np.ones((2, 3), int))[0][0, 0] for _ in range(4)]
    assert paid == [50, 50, 0, 0]
