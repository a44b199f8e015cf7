"""The two-step game of the QMIX paper as a PettingZoo environment.

Two agents, two actions, two steps.  The first step pays nothing, and the first agent's action
alone decides which table of common payoffs is played in the second:

    action 0 leads to 2A   7 7        action 1 leads to 2B   0 1
                           7 7                               1 8

A team that can only add up what each agent is worth to it settles for the safe 7; one that can
represent 2B earns 8.

Source: Rashid et al. 2018, "QMIX" (arXiv 1803.11485), section 5.  As there, each agent sees the
whole state, one-hot: the first step, 2A or 2B.  Who the agent is, the learner appends.

=================  =====================================================================
Agents             ``agent_0``, ``agent_1``
Actions            ``Discrete(2)``
Observations       ``Box(0, 1, (3,), float32)``: the state, one-hot
State              the same
Rewards            the same for both: 0, then the payoff
Render modes       ``human`` (prints), ``ansi``
=================  =====================================================================
"""

from __future__ import annotations

import numpy as np
from pettingzoo import AECEnv
from pettingzoo.utils.conversions import parallel_to_aec

from mavrs_course.envs.core import Floats32, checked_actions
from mavrs_course.envs.one_session import OneSession, turn_based
from mavrs_course.messages import Bools, Ints

START, STATE_2A, STATE_2B = 0, 1, 2
STATE_NAMES = ("1", "2A", "2B")
# The common payoff of each joint action in each state: float[3, 2, 2].
PAYOFFS = np.array([[[0, 0], [0, 0]], [[7, 7], [7, 7]], [[0, 1], [1, 8]]], dtype=np.float32)
PAYOFFS.flags.writeable = False


class TwoStepCore:
    """The two-step game in ``sessions`` sessions at once."""

    action_counts = (2, 2)
    observation_size = state_size = 3
    bounds = (0.0, 1.0)

    def __init__(self, sessions: int, *, auto_reset: bool = False) -> None:
        if sessions < 1:
            raise ValueError(f"a TwoStepCore needs at least one session, got {sessions}")
        self.sessions, self.auto_reset = sessions, auto_reset
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Back to state 1.  There is no chance in this game; ``rng`` is not used."""
        self.where = np.full(self.sessions, START)
        self._over = False

    def step(self, actions: Ints) -> tuple[Floats32, Bools, None]:
        """Play one step with the actions int[B, 2]: rewards float32[B, 2]; ended bool[B]."""
        first, second = checked_actions(actions, self).T
        rewards = np.zeros((self.sessions, 2), dtype=np.float32)
        if not self._over:
            self._over = bool(self.where[0] != START)
            rewards[:] = PAYOFFS[self.where, first, second][:, None]
            if not self._over:
                self.where = np.where(first == 0, STATE_2A, STATE_2B)
        ended = np.full(self.sessions, self._over)
        if self.auto_reset and self._over:
            self.reset()
        return rewards, ended, None

    def state(self, out: Floats32 | None = None) -> Floats32:
        return np.eye(3, dtype=np.float32).take(self.where, axis=0, out=out, mode="clip")

    def observe(self, out: Floats32 | None = None) -> Floats32:
        state = self.state()
        return np.stack([state, state], axis=1, out=out)


def env(**kwargs) -> AECEnv:
    """The game with agents that act one after the other, unseen."""
    return turn_based(parallel_env(**kwargs))


def raw_env(**kwargs) -> AECEnv:
    """:func:`env` without the wrappers that check how it is used."""
    return parallel_to_aec(parallel_env(**kwargs))


class parallel_env(OneSession):
    """The game with agents that act at once."""

    metadata = {  # noqa: RUF012 - PettingZoo's name and form
        "name": "two_step_v0",
        "is_parallelizable": True,
        "render_modes": ["human", "ansi"],
        "render_fps": 2,
    }

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(TwoStepCore(1), ("agent_0", "agent_1"), render_mode)

    def text(self) -> str:
        here = STATE_NAMES[self.core.where[0]]
        if self.last_actions is None:
            return f"state {here}: nobody has acted yet"
        first, second = self.last_actions
        told = f"agent_0 plays {first}, agent_1 plays {second}"
        if self.agents:
            return f"state 1: {told}; on to state {here}"
        return f"state {here}: {told}; both get {PAYOFFS[self.core.where[0], first, second]:g}"
