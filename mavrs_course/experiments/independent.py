"""Independent Q-learning on the feed: what five channels earn, and how far their targets move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.core import Floats32
from mavrs_course.envs.feed_core import BID, CHANNELS, N_ACTIONS, FeedCore, play_feed
from mavrs_course.envs.feed_policies import random_bids
from mavrs_course.marl.games.seat import OneSeat
from mavrs_course.marl.iql import IQL, IQLSettings
from mavrs_course.messages import Floats, Ints

FEW, MANY = 128, 1_024  # sessions at once
FEED_POINTS = np.linspace(0, 240_000, 13).astype(int)  # session-steps at which we look
TEST_SESSIONS = 500
POINTS = np.linspace(0, 1_000_000, 21).astype(int)
# A calm learner, so that what moves its targets between looks is not its own haste.
CALM = {"learn_after": 20_000, "batch": 512, "epsilon_over": 500_000, "target_every": 200}
PROBES, DRAWS = 100, 16  # states that are asked about again and again; tries of each action
SEAT = 0  # the channel whose target is measured
BIDS = ("abstain", "low", "high")


def learner(alpha: float, seed: int, sessions: int, settings: IQLSettings) -> IQL:
    """Five channels that all learn."""
    rng = np.random.default_rng([seed, 0])
    core = FeedCore(sessions, alpha=alpha, auto_reset=True, rng=rng)
    return IQL(core, settings, seed=seed)


def lone_learner(seed: int, settings: IQLSettings) -> IQL:
    """The channel in :data:`SEAT` learns; the others bid at random for ever."""
    rng, dice = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    core = FeedCore(MANY, alpha=0.0, auto_reset=True, rng=rng)
    return IQL(OneSeat(core, SEAT, random_bids(dice)), settings, seed=seed)


class Probe:
    """The same states again and again: what does each action of one channel lead to now?

    ``pay`` is what the page pays the channel, ``target`` what Q-learning moves towards: pay and the
    discounted value of what follows, both float[PROBES, 9] in minutes.  Every look uses the same
    dice, so that whatever is not learned does not seem to move.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        core = FeedCore(PROBES, alpha=0.0, rng=np.random.default_rng([seed, 2]))
        policy = random_bids(np.random.default_rng([seed, 3]))
        for _ in range(10):  # some pages into an evening
            core.step(policy(core.observe()))
        self.interest, self.budget = core.interest.copy(), core.budget.copy()

    def look(
        self,
        play: Callable[[Floats32, np.random.Generator], Ints],
        best_value: Callable[[Floats32], Floats],
        discount: float,
    ) -> tuple[Floats, Floats]:
        """play: what everybody does, from observations float32[B, 5, 21] and dice.  best_value:
        what the one thinks is still to come, float[B], from its own float32[B, 21]."""
        rng = np.random.default_rng([self.seed, 4])
        core = FeedCore(PROBES * N_ACTIONS * DRAWS, alpha=0.0, rng=rng)
        core.interest[:] = np.repeat(self.interest, N_ACTIONS * DRAWS, axis=0)
        core.budget[:] = np.repeat(self.budget, N_ACTIONS * DRAWS)
        actions = play(core.observe(), rng)
        actions[:, SEAT] = np.tile(np.repeat(np.arange(N_ACTIONS), DRAWS), PROBES)
        rewards, ended, _ = core.step(actions)
        follows = np.where(ended, 0.0, best_value(core.observe()[:, SEAT]))
        shape = PROBES, N_ACTIONS, DRAWS
        pay = rewards[:, SEAT].astype(float)
        return pay.reshape(shape).mean(axis=2), (pay + discount * follows).reshape(shape).mean(2)


def targets(seed: int, everybody: bool) -> tuple[Floats, Floats]:
    """Pay and target at every point, both float[T, PROBES, 9], of a selfish channel.

    Really independent: every channel has a network of its own.
    """
    settings = IQLSettings.for_feed(share_parameters=False, agent_ids=False, **CALM)
    one = learner(0.0, seed, MANY, settings) if everybody else lone_learner(seed, settings)
    seat, agents = (SEAT, CHANNELS) if everybody else (0, 1)
    probe, looks = Probe(seed), []

    def play(observations: Floats32, rng: np.random.Generator) -> Ints:
        anything = rng.integers(N_ACTIONS, size=observations.shape[:2])
        explores = rng.random(anything.shape) < one.epsilon
        return np.where(explores, anything, policy(observations)) if everybody else anything

    def best_value(seen: Floats32) -> Floats:
        return one.action_values(np.repeat(seen[:, None], agents, axis=1))[:, seat].max(axis=1)

    for steps in POINTS:
        one.train(int(steps), progress=False)
        policy = one.policy()
        looks.append(probe.look(play, best_value, one.settings.discount))
    pay, target = zip(*looks, strict=True)
    return np.array(pay), np.array(target)


def drift(values: Floats) -> Floats:
    """How far values float[T, PROBES, 9] move from look to look, root mean square: float[T - 1]."""
    return np.sqrt((np.diff(values, axis=0) ** 2).mean(axis=(1, 2)))


def between_actions(values: Floats) -> Floats:
    """What each action is worth more than the mean of its state's actions."""
    return values - values.mean(axis=2, keepdims=True)


def run_targets(seed: int) -> dict[str, Floats]:
    """For the two conditions: drift of pay, target and differences [T - 1]; pay of the best [T]."""
    torch.set_num_threads(1)
    results = {"points": POINTS}
    for name, everybody in (("learning", True), ("frozen", False)):
        pay, target = targets(seed, everybody)
        best_at_first = pay[0].argmax(axis=1)
        results |= {
            f"{name}_pay_drift": drift(pay),
            f"{name}_target_drift": drift(target),
            f"{name}_difference_drift": drift(between_actions(target)),
            f"{name}_pay_of_best": pay[:, np.arange(PROBES), best_at_first].mean(axis=1),
        }
    return results


def run_returns(seed: int) -> dict[str, Floats]:
    """Minutes of a session and who bids how, at every point, for own and for team reward."""
    torch.set_num_threads(1)
    results = {"points": FEED_POINTS}
    for name, alpha in (("own", 0.0), ("team", 1.0)):
        channels, minutes, bids = learner(alpha, seed, FEW, IQLSettings.for_feed()), [], []
        for steps in FEED_POINTS:
            channels.train(int(steps), progress=False)
            policy = channels.policy()
            core = FeedCore(TEST_SESSIONS, rng=np.random.default_rng([seed, 5]))
            minutes.append(play_feed(core, policy).mean())
            core.reset()
            kinds = np.bincount(BID[policy(core.observe())].ravel(), minlength=len(BIDS))
            bids.append(kinds / kinds.sum())
        results |= {f"{name}_minutes": np.array(minutes), f"{name}_bids": np.array(bids)}
    return results


EXPERIMENTS = [
    Experiment("iql_feed", "Independent Q-learning on the feed, own and team reward.", run_returns),
    Experiment(
        "iql_targets",
        "How far a channel's targets move, others learning or not.",
        run_targets,
    ),
]
