"""Independent Q-learning on the feed: what five channels earn, and how far their targets move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from mavrs_course.envs.feed_core import CHANNELS, N_ACTIONS, FeedCore, play_feed
from mavrs_course.envs.feed_policies import random_bids
from mavrs_course.experiments import Experiment
from mavrs_course.marl.iql import IQL, IQLSettings
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.marl.seat import OneSeat
from mavrs_course.messages import Floats, Ints

SESSIONS = 1_024
POINTS = np.linspace(0, 1_000_000, 21).astype(int)  # session-steps at which we look
TEST_SESSIONS = 500
PROBES, DRAWS = 100, 16  # states that are asked about again and again; tries of each action
SEAT = 0  # the channel whose target is measured


def settings() -> IQLSettings:
    """Really independent: every channel has a network of its own."""
    return IQLSettings.for_feed(share_parameters=False, agent_ids=False)


def learner(alpha: float, seed: int) -> IQL:
    """Five channels that all learn."""
    rng = np.random.default_rng([seed, 0])
    return IQL(FeedCore(SESSIONS, alpha=alpha, auto_reset=True, rng=rng), settings(), seed=seed)


def lone_learner(alpha: float, seed: int) -> IQL:
    """The channel in :data:`SEAT` learns; the others bid at random for ever."""
    rng, dice = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    core = FeedCore(SESSIONS, alpha=alpha, auto_reset=True, rng=rng)
    return IQL(OneSeat(core, SEAT, random_bids(dice)), settings(), seed=seed)


class Probe:
    """The same states again and again: what does each action of one channel lead to now?

    ``pay`` is what the page pays the channel, ``target`` what Q-learning moves towards, pay and the
    discounted value of what follows, both float[PROBES, 9] in minutes.  Every look uses the same
    dice, so that what is not learned is not seen to move.
    """

    def __init__(self, alpha: float, seed: int) -> None:
        self.alpha, self.seed = alpha, seed
        core = FeedCore(PROBES, alpha=alpha, rng=np.random.default_rng([seed, 2]))
        policy = random_bids(np.random.default_rng([seed, 3]))
        for _ in range(10):  # some pages into an evening
            core.step(policy(core.observe()))
        self.interest, self.budget = core.interest.copy(), core.budget.copy()

    def look(self, play: Callable, best_value: Callable, discount: float) -> tuple[Floats, Floats]:
        """play: observations of all, and dice, to everybody's actions.  best_value: observations
        of the one, float32[B, 1, 21], to what it thinks is still to come, float[B]."""
        rows = PROBES * N_ACTIONS * DRAWS
        rng = np.random.default_rng([self.seed, 4])
        core = FeedCore(rows, alpha=self.alpha, rng=rng)
        core.interest[:] = np.repeat(self.interest, N_ACTIONS * DRAWS, axis=0)
        core.budget[:] = np.repeat(self.budget, N_ACTIONS * DRAWS)
        actions = play(core.observe(), rng)
        actions[:, SEAT] = np.tile(np.repeat(np.arange(N_ACTIONS), DRAWS), PROBES)
        rewards, ended, _ = core.step(actions)
        follows = np.where(ended, 0.0, best_value(core.observe()[:, [SEAT]]))
        pay = rewards[:, SEAT]
        shape = PROBES, N_ACTIONS, DRAWS
        target = pay + discount * follows
        return pay.reshape(shape).mean(axis=2), target.reshape(shape).mean(axis=2)


def measure(alpha: float, seed: int, everybody: bool) -> tuple[Floats, Floats, Floats]:
    """Train once and look at every point: minutes [T], pay and target [T, PROBES, 9]."""
    one = learner(alpha, seed) if everybody else lone_learner(alpha, seed)
    probe, seat = Probe(alpha, seed), SEAT if everybody else 0
    minutes, pay, target = [], [], []
    for steps in POINTS:
        one.train(int(steps), progress=False)
        policy = one.policy()

        def play(observations, rng, policy=policy, share=one.epsilon):
            if not everybody:
                return rng.integers(N_ACTIONS, size=observations.shape[:2])
            best, anything = policy(observations), rng.integers(N_ACTIONS, size=(1, CHANNELS))
            anything = rng.integers(N_ACTIONS, size=best.shape)
            return np.where(rng.random(best.shape) < share, anything, best)

        def best_value(observations):
            seen = np.repeat(observations, CHANNELS if everybody else 1, axis=1)
            return one.action_values(seen)[:, seat].max(axis=1)

        p, t = probe.look(play, best_value, one.settings.discount)
        pay.append(p)
        target.append(t)
        minutes.append(_minutes(policy, alpha, seed) if everybody else np.nan)
    return np.array(minutes), np.array(pay), np.array(target)


def _minutes(policy, alpha, seed):
    return play_feed(
        FeedCore(TEST_SESSIONS, alpha=alpha, rng=np.random.default_rng([seed, 5])), policy
    ).mean()
