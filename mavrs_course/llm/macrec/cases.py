"""The cases that a team is judged on: everybody's last film, hidden among seven never watched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.reasoning.ranking import one_and_seven
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.logs import Logs, LogsMissingError, leave_one_out, load, simulated_logs
from mavrs_course.world.platform import Platform

REAL = "movielens-100k"
CASES, FEWER_CASES = 200, 40  # of real logs, and of simulated ones


@dataclass(frozen=True)
class Cases:
    """train: what a team may know.  viewers, positives: int[B].  candidates: int[B, 8], shuffled.
    stars: float[B], what the viewer gave the positive; NaN where the logs have no ratings."""

    train: Logs
    viewers: Ints
    candidates: Ints
    positives: Ints
    stars: Floats

    def __len__(self) -> int:
        return len(self.viewers)


def lesson_logs(*, simulated: bool = False) -> Logs:
    """MovieLens 100K where it is on this computer, else logs of the course's own platform."""
    if not simulated:
        try:
            return load(REAL)
        except LogsMissingError:
            pass
    rng = np.random.default_rng(0)
    world = Platform(Catalog.sample(300, rng), candidates=30, rng=rng)
    return simulated_logs(world, viewers=400)


def lesson_cases(logs: Logs, seed: int = 0) -> Cases:
    """As many cases as the lesson's tape holds for these logs."""
    return make_cases(logs, CASES if "rating" in logs.signals else FEWER_CASES, seed)


def make_cases(logs: Logs, count: int, seed: int) -> Cases:
    """Leave one out by time; ``count`` viewers by lot, their negatives by lot from the same seed.

    Seven different videos that the viewer never watched, uniformly drawn, as in MACRec's protocol;
    lesson 05 says why such figures flatter whatever knows what is popular.
    """
    train, test = leave_one_out(logs)
    viewers, following = (test.events[name].to_numpy() for name in ("viewer", "video"))
    rated = "rating" in logs.signals
    stars = test.events["rating"].to_numpy() if rated else np.full(len(viewers), np.nan)
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(viewers), min(count, len(viewers)), replace=False))
    viewers, following = viewers[chosen], following[chosen]
    candidates = rng.permuted(one_and_seven(following, train.matrix()[viewers], rng), axis=1)
    return Cases(train, viewers, candidates, following, stars[chosen])
