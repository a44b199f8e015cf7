"""One seat at a table where the others stand still: a game of many as a game of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.envs.core import Core, Floats32, StepAccount
from mavrs_course.messages import Bools, Ints


class OneSeat:
    """A core with one agent, in whose game the others follow a policy that does not learn.

    core: of N agents.  seat: which of them is the one.  policy: maps observations
    float32[B, N, ...] of everybody to actions int[B, N]; the one's own are not used.  Whoever
    learns here meets a world that stands still, and learns a best response to the policy.
    """

    def __init__(self, core: Core, seat: int, policy: Callable[[Floats32], Ints]) -> None:
        if not 0 <= seat < len(core.action_counts):
            raise ValueError(f"seats are 0..{len(core.action_counts) - 1}, got {seat}")
        self.core, self.seat, self.policy = core, seat, policy
        self.sessions, self.auto_reset = core.sessions, core.auto_reset
        self.action_counts = (core.action_counts[seat],)
        self.observation_size, self.state_size = core.observation_size, core.state_size
        self.bounds = core.bounds

    def reset(self, rng: np.random.Generator | None = None) -> None:
        self.core.reset(rng)

    def step(self, actions: Ints) -> tuple[Floats32, Bools, Any]:
        everybody = np.array(self.policy(self.core.observe()))
        everybody[:, self.seat] = np.asarray(actions)[:, 0]
        rewards, ended, info = self.core.step(everybody)
        if isinstance(info, StepAccount):
            info = self._of_the_one(info)
        return self._column(rewards), ended, info

    def observe(self, out: Floats32 | None = None) -> Floats32:
        seen = self._column(self.core.observe())
        if out is None:
            return seen
        out[:] = seen
        return out

    def state(self, out: Floats32 | None = None) -> Floats32:
        return self.core.state(out)

    def _of_the_one(self, info: StepAccount) -> StepAccount:
        seen = info.final_observations
        return replace(
            info,
            acted=self._column(info.acted),
            terminated=self._column(info.terminated),
            truncated=self._column(info.truncated),
            final_observations=None if seen is None else self._column(seen),
        )

    def _column(self, values: np.ndarray) -> np.ndarray:
        return values[:, [self.seat]]
