"""One seat at a table where the others stand still: a game of many as a game of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.envs.core import Core, CoreWrapper, Floats32, StepAccount
from mavrs_course.messages import Bools, Ints

Policy = Callable[[Floats32], Ints]


class OneSeat(CoreWrapper):
    """A core with one agent, in whose game the others follow a policy that does not learn.

    core: of N agents.  seat: which of them is the one.  policy: maps observations
    float32[B, N, observation_size] of everybody to actions int[B, N]; the one's own are not used.
    Whoever learns here meets a world that stands still, and learns a best response to the policy.
    """

    def __init__(self, core: Core, seat: int, policy: Policy) -> None:
        if not 0 <= seat < len(core.action_counts):
            raise ValueError(f"a seat is one of 0..{len(core.action_counts) - 1}, got {seat}")
        super().__init__(core)
        self.seat, self.policy = seat, policy
        self.action_counts = (core.action_counts[seat],)
        self._seen = core.observe()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        self.core.reset(rng)
        self._seen = self.core.observe()

    def step(self, actions: Ints) -> tuple[Floats32, Bools, Any]:
        """Actions int[B, 1] of the one -> its rewards float32[B, 1]; ended bool[B]."""
        everybody = np.array(self.policy(self._seen))
        everybody[:, self.seat] = np.asarray(actions)[:, 0]
        rewards, ended, info = self.core.step(everybody)
        self._seen = self.core.observe()
        if isinstance(info, StepAccount):
            info = self._of_the_one(info)
        return self._column(rewards), ended, info

    def observe(self, out: Floats32 | None = None) -> Floats32:
        own = self._column(self._seen)
        if out is None:
            return own.copy()
        out[:] = own
        return out

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
        return values[:, self.seat : self.seat + 1]
