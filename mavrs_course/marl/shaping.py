"""Reward shaping that cannot change what is best: hints, as differences of a potential.

A potential ``Phi`` says how promising a situation looks to each agent.  Each step pays

    discount * Phi(next) - Phi(now)

on top, with ``Phi = 0`` once the session is over.  Over a session, discounted, these payments add
up to ``-Phi(start)``, whatever is done in between: so the best policies of one agent stay the best
ones (Ng, Harada and Russell 1999, "Policy invariance under reward transformations"), and the
equilibria of a game stay its equilibria (Devlin and Kudenko 2011, "Theoretical considerations of
potential-based reward shaping for multi-agent systems").  What changes is how fast they are found,
and in a game with several equilibria, which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mavrs_course.envs.core import Core, CoreWrapper, Floats32, StepAccount
from mavrs_course.messages import Bools, Floats, Ints

Potential = Callable[[Floats32], Floats]


def shaped_rewards(rewards: Floats, now: Floats, following: Floats, discount: float) -> Floats:
    """The rewards with the potential's difference on top, all of one shape.

    now, following: the potential before and after the step; ``following`` is 0 where it ended.
    """
    return rewards + discount * following - now


class Shaped(CoreWrapper):
    """A core whose rewards are shaped.

    potential: maps observations float32[B, N, observation_size] to float[B, N].  discount: that of
    the learner; with another one the promise does not hold.
    """

    def __init__(self, core: Core, potential: Potential, discount: float) -> None:
        if not 0.0 < discount <= 1.0:
            raise ValueError(f"a discount lies above 0 and is at most 1; got {discount}")
        super().__init__(core)
        self.potential, self.discount = potential, discount
        self._now = potential(core.observe())

    def reset(self, rng: np.random.Generator | None = None) -> None:
        self.core.reset(rng)
        self._now = self.potential(self.core.observe())

    def step(self, actions: Ints) -> tuple[Floats32, Bools, Any]:
        rewards, ended, info = self.core.step(actions)
        seen = self.potential(self.core.observe())
        following = np.where(ended[:, None], 0.0, seen)
        if isinstance(info, StepAccount):
            following = self._after(info, seen)
        shaped = shaped_rewards(rewards, self._now, following, self.discount)
        self._now = seen if self.auto_reset else following
        return shaped.astype(np.float32), ended, info

    def _after(self, account: StepAccount, seen: Floats) -> Floats:
        """The potential that an agent was left with; a time limit does not end it."""
        over = account.terminated | ~account.acted
        if account.final_observations is None:
            return np.where(over, 0.0, seen)
        final = self.potential(account.final_observations)
        return np.where(over, 0.0, np.where(account.truncated, final, seen))
