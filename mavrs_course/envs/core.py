"""What every vectorised game of the course has in common.

A core plays ``B`` sessions at once and speaks in arrays, agent ``m`` in column ``m``; learners
train on it directly.  :mod:`~mavrs_course.envs.one_session` turns a core with one session into a
PettingZoo environment, and :mod:`~mavrs_course.envs.parallel_core` turns any PettingZoo
environment into a core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mavrs_course.messages import Bools, Ints

Floats32 = NDArray[np.float32]


class Core(Protocol):
    """``N`` agents, the i-th with ``action_counts[i]`` actions, in ``sessions`` games at once.

    Without ``auto_reset`` a session that has ended stays ended and earns nothing.  With it, the
    observations that follow an end are those of a new session.

    A core whose sessions can be cut off by a time limit, or whose agents can leave before the
    session ends, returns a :class:`StepAccount` as the last result of :meth:`step`.  Anywhere
    else every agent acts in every step, and an end is the end of the game.
    """

    sessions: int
    auto_reset: bool
    action_counts: tuple[int, ...]
    observation_size: int
    state_size: int
    bounds: tuple[float, float]  # of every number in an observation or a state

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Start new sessions everywhere, with a new generator if one is given."""

    def step(self, actions: Ints) -> tuple[Floats32, Bools, Any]:
        """Actions int[B, N] -> rewards float32[B, N], ended bool[B], what else happened."""

    def observe(self, out: Floats32 | None = None) -> Floats32:
        """What each agent sees: float32[B, N, observation_size], written to ``out`` if given."""

    def state(self, out: Floats32 | None = None) -> Floats32:
        """What a central critic may know: float32[B, state_size], written to ``out`` if given."""


class CoreWrapper:
    """A core before another one, ``core``: a wrapper writes down only what it changes."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def __getattr__(self, name: str) -> Any:
        if name == "core" or name.startswith("_"):  # not there yet, or nobody else's business
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return getattr(self.core, name)


@dataclass(frozen=True)
class StepAccount:
    """How the game goes on for each agent, where ``ended`` does not say it all.

    acted: bool[B, N], False for an agent that had left before this step.
    terminated: bool[B, N], whose game the rules ended in this step: nothing more is to be earned.
    truncated: bool[B, N], who was cut off in this step by a time limit.  The game would have gone
    on, so a learner still counts what the agent would have earned from ``final_observations``.
    final_observations: float32[B, N, observation_size], and final_state: float32[B, state_size],
    as they were after this step and before any reset; both None when nobody was truncated.
    """

    acted: Bools
    terminated: Bools
    truncated: Bools
    final_observations: Floats32 | None = None
    final_state: Floats32 | None = None


def checked_actions(actions: Ints, core: Core) -> Ints:
    """The actions as an array int[B, N], or a ValueError that says what is wrong with them."""
    actions = np.asarray(actions)
    shape = core.sessions, len(core.action_counts)
    if actions.shape != shape or actions.dtype.kind not in "iu":
        raise ValueError(
            f"actions are whole numbers of shape {shape}, one for each session and agent; "
            f"got {actions.dtype} of shape {actions.shape}"
        )
    wrong = (actions < 0) | (actions >= np.asarray(core.action_counts))
    if wrong.any():
        agent = int(wrong.any(axis=0).argmax())
        raise ValueError(
            f"an action of agent {agent} is one of 0..{core.action_counts[agent] - 1}, "
            f"got {actions[wrong[:, agent], agent][0]}"
        )
    return actions
