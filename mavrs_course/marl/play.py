"""A core that is being played: what a step means for a learner, and what sessions return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pettingzoo import ParallelEnv

from mavrs_course.envs.core import Core, Floats32, StepAccount
from mavrs_course.envs.parallel_core import ParallelCore
from mavrs_course.messages import Bools, Floats, Ints

Game = Core | ParallelEnv | Callable[[], ParallelEnv]


def as_core(game: Game, sessions: int, rng: np.random.Generator) -> Core:
    """What a learner can play: a core as it is, or PettingZoo environments made into one.

    game: a core with ``auto_reset=True``; a function that makes Parallel environments, of which
    ``sessions`` are made; or one Parallel environment, which is a single session.
    """
    if isinstance(game, ParallelEnv):
        return ParallelCore(lambda: game, 1, auto_reset=True, rng=rng)
    if not hasattr(game, "action_counts"):
        if callable(game):
            return ParallelCore(game, sessions, auto_reset=True, rng=rng)
        raise TypeError(
            "a learner plays a core, a PettingZoo ParallelEnv, or a function that makes one (such "
            f"as feed_v0.parallel_env), not {game!r}"
        )
    if not game.auto_reset:
        raise ValueError(
            "a learner plays session after session, so make its core with auto_reset=True"
        )
    return game


@dataclass(frozen=True)
class StepOutcome:
    """What came of one step, for each agent of each session; the same for all kinds of cores.

    rewards: float32[B, N].  acted: bool[B, N], who was there to act.  goes_on: bool[B, N], whose
    game is not over by the rules, so that more was to be earned.  cut: bool[B, N], after whose
    step something else begins (its game is over, or was cut off).  final_observations and
    final_state: what to look at instead of what comes next where ``cut`` and ``goes_on``.
    """

    rewards: Floats32
    acted: Bools
    goes_on: Bools
    cut: Bools
    final_observations: Floats32 | None = None
    final_state: Floats32 | None = None


class Play:
    """Steps a core and adds up what each agent earns in each session, until it ends."""

    def __init__(self, core: Core) -> None:
        self.core = core
        shape = core.sessions, len(core.action_counts)
        self._everybody = np.ones(shape, dtype=bool)
        self._earned = np.zeros(shape)
        self._returns: list[Floats] = []

    def step(self, actions: Ints) -> StepOutcome:
        rewards, ended, info = self.core.step(actions)
        if not np.isfinite(rewards).all():
            raise ValueError(
                f"the game paid a reward of {rewards[~np.isfinite(rewards)][0]}, from which "
                "nothing can be learned: look for a division by zero or an overflow in its step()"
            )
        self._earned += rewards
        if ended.any():
            rows = np.flatnonzero(ended)
            self._returns.append(self._earned[rows])
            self._earned[rows] = 0.0
        if isinstance(info, StepAccount):
            over = info.terminated | ~info.acted
            cut = over | info.truncated
            return StepOutcome(
                rewards, info.acted, ~over, cut, info.final_observations, info.final_state
            )
        cut = np.broadcast_to(ended[:, None], rewards.shape)
        return StepOutcome(rewards, self._everybody, ~cut, cut)

    def returns(self, at_least: int) -> Floats | None:
        """float[.., N]: of the sessions that ended since this last gave any, if that many have."""
        if sum(map(len, self._returns)) < at_least:
            return None
        returns, self._returns = np.concatenate(self._returns), []
        return returns

    def state_dict(self) -> dict[str, Any]:
        return {"earned": self._earned, "returns": self._returns}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._earned, self._returns = state["earned"].copy(), list(state["returns"])


def evaluate(core: Core, policy: Callable[[Floats32], Ints]) -> Floats:
    """What each agent earns in exactly one new session in each place: float[B, N].

    policy: maps observations float32[B, N, observation_size] to actions int[B, N].  One session
    each, because counting whichever end in a given time would favour the short ones.
    """
    core.reset()
    returns = np.zeros((core.sessions, len(core.action_counts)))
    playing = np.ones(core.sessions, dtype=bool)
    while playing.any():
        rewards, ended, _ = core.step(policy(core.observe()))
        returns[playing] += rewards[playing]
        playing &= ~ended
    return returns
