"""Any PettingZoo Parallel environment as a core, so that every learner can play it.

Third-party environments differ where ours do not: agents see vectors of unequal length, choose
from unequal numbers of actions, leave early, and are cut off by time limits.
:class:`ParallelCore` brings all of that into the arrays of :class:`~mavrs_course.envs.core.Core`.

    from mpe2 import simple_spread_v3
    core = ParallelCore(simple_spread_v3.parallel_env, 8, auto_reset=True, rng=default_rng(0))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from inspect import Parameter, signature
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Space
from gymnasium.spaces.utils import flatdim, flatten
from pettingzoo import AECEnv, ParallelEnv

from mavrs_course.envs.core import Floats32, StepAccount, checked_actions
from mavrs_course.messages import Bools, Ints


class UnsupportedEnvironmentError(ValueError):
    """An environment that cannot become a core; the text says why and what to do."""


class ParallelCore:
    """``sessions`` copies of a PettingZoo Parallel environment, stepped one after the other.

    make_env: makes one copy, such as a ``parallel_env``.  rng: each session is reset with a seed
    drawn from it, so that the same generator gives the same sessions.

    Observations are flattened as gymnasium does it (a ``Discrete`` becomes one-hot) and filled up
    with zeros to the longest.  Pictures become 0 to 1: a ``Box`` of ``uint8`` whose bounds are 0
    and 255; other whole numbers stay as they are.  An agent that has left sees zeros and earns
    nothing, and what it is told to do is ignored.  The state is the environment's own, or all
    observations side by side where it has none.

    Raises :class:`UnsupportedEnvironmentError` for turn-based environments, for actions other than
    ``Discrete``, for action masks, and for environments that do not keep to the Parallel API of
    today, or show or pay what is no finite number.
    """

    bounds = (-np.inf, np.inf)

    def __init__(
        self,
        make_env: Callable[[], ParallelEnv],
        sessions: int,
        *,
        auto_reset: bool = False,
        rng: np.random.Generator,
    ) -> None:
        if sessions < 1:
            raise ValueError(f"a ParallelCore needs at least one session, got {sessions}")
        self.sessions, self.auto_reset, self.rng = sessions, auto_reset, rng
        self.envs = [make_env() for _ in range(sessions)]
        if len({id(env) for env in self.envs}) < sessions:
            raise ValueError(
                "make_env returned the same environment twice; give a function that makes a new "
                "one at each call, or play a single session"
            )
        self.agents, self._observed, self._actions = _spaces(self.envs[0])
        self.action_counts = tuple(int(space.n) for space in self._actions)
        self.observation_size = max(flatdim(space) for space in self._observed)
        shape = sessions, len(self.agents)
        self._seen = np.zeros((*shape, self.observation_size), dtype=np.float32)
        self._present = np.zeros(shape, dtype=bool)
        self._seeds, self._past = [0] * sessions, [[] for _ in range(sessions)]
        self.reset()
        self._own_state = _has_state(self.envs[0])
        self.state_size = self._state_of(0).size

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Reset every copy, each with a seed of its own."""
        self.rng = rng or self.rng
        for session in range(self.sessions):
            self._start(session)

    def _start(self, session: int, seed: int | None = None) -> None:
        self._seeds[session] = int(self.rng.integers(2**31)) if seed is None else seed
        self._past[session] = []
        env = self.envs[session]
        observations, _ = _answered(env, "reset", env.reset(seed=self._seeds[session]), 2)
        self._look(session, observations)
        self._present[session] = [agent in env.agents for agent in self.agents]

    def _look(self, session: int, observations: Mapping[str, Any]) -> None:
        self._seen[session] = 0.0
        for column, agent in enumerate(self.agents):
            if agent in observations:
                vector = _flat(self._observed[column], observations[agent])
                self._seen[session, column, : vector.size] = vector
        if not np.isfinite(self._seen[session]).all():
            column = int(np.argmin(np.isfinite(self._seen[session]).all(axis=1)))
            raise UnsupportedEnvironmentError(
                f"{self.agents[column]} was shown a number that is not finite, from which no "
                "network can learn: look for NaN or infinity in the environment's observations"
            )

    def step(self, actions: Ints) -> tuple[Floats32, Bools, StepAccount]:
        """Step every copy whose session goes on, with the actions int[B, N].

        Returns the rewards float32[B, N]; ended bool[B], where no agent is left; and the account
        of who acted, who was terminated and who was truncated.
        """
        actions = checked_actions(actions, self)
        acted = self._present.copy()
        rewards = np.zeros(acted.shape, dtype=np.float32)
        terminated, truncated = np.zeros_like(acted), np.zeros_like(acted)
        for session in np.flatnonzero(acted.any(axis=1)):
            rewards[session], cut_off = self._step_one(session, actions[session])
            left = acted[session] & ~self._present[session]
            truncated[session] = left & cut_off
            terminated[session] = left & ~cut_off
        final = (None, None)
        if truncated.any():
            final = self._seen.copy(), self.state()
        self._seen[~self._present] = 0.0
        ended = ~self._present.any(axis=1)
        if self.auto_reset:
            for session in np.flatnonzero(ended):
                self._start(session)
        return rewards, ended, StepAccount(acted, terminated, truncated, *final)

    def _step_one(self, session: int, actions: Ints) -> tuple[Floats32, Bools]:
        """Step one copy: the agents' rewards, and whom a time limit cut off."""
        env = self.envs[session]
        self._past[session].append(actions.copy())
        chosen = {
            agent: int(action) + int(space.start)
            for agent, action, space in zip(self.agents, actions, self._actions, strict=True)
            if agent in env.agents
        }
        answer = _answered(env, "step", env.step(chosen), 5)
        observations, rewards, terminations, truncations, _ = answer
        self._look(session, observations)
        over, cut_off = (
            np.array([bool(flags.get(agent, False)) for agent in self.agents])
            for flags in (terminations, truncations)
        )
        remaining = np.array([agent in env.agents for agent in self.agents])
        self._present[session] = remaining & ~over & ~cut_off
        earned = np.array([rewards.get(agent, 0.0) for agent in chosen], dtype=np.float32)
        if not np.isfinite(earned).all():
            agent = list(chosen)[int(np.argmin(np.isfinite(earned)))]
            raise UnsupportedEnvironmentError(
                f"{agent} was paid {rewards[agent]}, from which nothing can be learned: look for a "
                "division by zero or an overflow in the environment's rewards"
            )
        paid = np.zeros(len(self.agents), dtype=np.float32)
        paid[[self.agents.index(agent) for agent in chosen]] = earned
        return paid, cut_off & ~over

    def observe(self, out: Floats32 | None = None) -> Floats32:
        out = np.empty_like(self._seen) if out is None else out
        out[:] = self._seen
        return out

    def state(self, out: Floats32 | None = None) -> Floats32:
        out = np.empty((self.sessions, self.state_size), np.float32) if out is None else out
        for session in range(self.sessions):
            out[session] = self._state_of(session)
        return out

    def _state_of(self, session: int) -> np.ndarray:
        if self._own_state:
            state = np.asarray(self.envs[session].state())
            space = getattr(self.envs[session], "state_space", None)
            # Without a space only the shape tells a picture from other small whole numbers.
            picture = state.ndim > 1 if space is None else _is_picture(space)
            return (_unit(state) if picture else state).ravel()
        return self._seen[session].ravel()

    def snapshot(self) -> dict[str, Any]:
        """All that :meth:`restore` needs: how each session was seeded and what was played since.

        Environments themselves are not stored: few can be, and some come back as new without a
        word (gymnasium's ``EzPickle`` stores only how they were made).
        """
        past = [np.array(actions, dtype=np.int64) for actions in self._past]
        rng = deepcopy(self.rng)
        return {"rng": rng, "seeds": list(self._seeds), "past": past, "seen": self.observe()}

    def restore(self, snapshot: Mapping[str, Any]) -> bool:
        """Play the sessions of a snapshot again, up to where they were.

        False, with new sessions everywhere, if the environment did not do the same again: then
        its chance does not come from the seed that it is reset with.
        """
        for session, seed in enumerate(snapshot["seeds"]):
            self._start(session, seed)
            for actions in snapshot["past"][session]:
                self._step_one(session, actions)
        self._seen[~self._present] = 0.0
        self.rng = deepcopy(snapshot["rng"])
        same = np.array_equal(self._seen, snapshot["seen"])
        if not same:
            self.reset()
        return same


def _spaces(env: ParallelEnv) -> tuple[list[str], list[Space], list[Discrete]]:
    """The agents of an environment, what each sees, and its actions."""
    if isinstance(env, AECEnv):
        raise UnsupportedEnvironmentError(
            f"in {env} agents act one after the other; use its parallel_env(), or "
            "pettingzoo.utils.conversions.aec_to_parallel"
        )
    for method, parameter in (("reset", "seed"), ("observation_space", ""), ("action_space", "")):
        if not _takes(env, method, parameter):
            raise _old(env, f"it has no {method}({parameter or 'agent'})")
    agents = list(getattr(env, "possible_agents", []))
    if not agents:
        raise UnsupportedEnvironmentError(
            f"{env} does not name its possible_agents, so a network cannot be made for each; "
            "set env.possible_agents to the list of all agents that may ever appear"
        )
    observed = [env.observation_space(agent) for agent in agents]
    actions = [env.action_space(agent) for agent in agents]
    for agent, seen, action in zip(agents, observed, actions, strict=True):
        _refuse(agent, seen, action)
    return agents, observed, actions


def _refuse(agent: str, seen: Space, action: Space) -> None:
    if not isinstance(action, Discrete):
        raise UnsupportedEnvironmentError(
            f"{agent} has the action space {action}, but the learners here choose from a list: "
            "make the environment with discrete actions (such as continuous_actions=False), or "
            "wrap it so that each action is a Discrete choice among a few values"
        )
    if isinstance(seen, Dict) and "action_mask" in seen.spaces:
        raise UnsupportedEnvironmentError(
            f"{agent} is told by an action_mask what it may do, which changes from step to step; "
            "wrap the environment so that it shows only the observation and treats a forbidden "
            "action as a harmless one"
        )
    if not seen.is_np_flattenable:
        raise UnsupportedEnvironmentError(
            f"{agent} sees {seen}, which has no fixed length; wrap the environment so that it "
            "shows a Box or a Discrete"
        )


def _has_state(env: ParallelEnv) -> bool:
    try:
        env.state()
    except (AttributeError, NotImplementedError):
        return False
    return True


def _flat(space: Space, observation: Any) -> np.ndarray:
    if isinstance(space, Box):
        array = np.asarray(observation, dtype=space.dtype)
        return (_unit(array) if _is_picture(space) else array).ravel()
    return flatten(space, observation)


def _is_picture(space: Space) -> bool:
    """Whether numbers of this space are brightnesses, from black to white."""
    whole = isinstance(space, Box) and space.dtype == np.uint8
    return whole and bool((space.low == 0).all() and (space.high == 255).all())


def _unit(array: np.ndarray) -> np.ndarray:
    """Brightnesses as numbers from 0 to 1, anything else as it is."""
    return array / np.float32(255.0) if array.dtype == np.uint8 else array


def _takes(env: ParallelEnv, method: str, parameter: str) -> bool:
    """Whether the environment has the method, and the method that parameter (if any)."""
    function = getattr(env, method, None)
    if not callable(function):
        return False
    known = signature(function).parameters
    every = any(each.kind is Parameter.VAR_KEYWORD for each in known.values())
    return not parameter or every or parameter in known


def _answered(env: ParallelEnv, method: str, answer: Any, parts: int) -> tuple:
    """What ``reset`` or ``step`` gave, which is a tuple of so many dictionaries by agent."""
    if not (isinstance(answer, tuple) and len(answer) == parts):
        raise _old(env, f"its {method}() does not give {parts} dictionaries")
    return answer


def _old(env: ParallelEnv, what: str) -> UnsupportedEnvironmentError:
    return UnsupportedEnvironmentError(
        f"{env} does not keep to PettingZoo's Parallel API, as it is since version 1.23: {what}. "
        "reset(seed=None, options=None) gives observations and infos; step(actions) gives "
        "observations, rewards, terminations, truncations and infos: update it, or wrap it so"
    )
