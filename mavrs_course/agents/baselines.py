"""Yardsticks: a page at random, the page that pays most now, and a page that spends time well."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.world import viewers
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform, PlatformError, draw_distinct

DINKELBACH_ROUNDS = 4
PAGES_FOR_RATE = 2_000


class RandomAgent:
    """Scores every candidate at random."""

    name = "random"

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def opine(self, request: Request) -> Opinion:
        """Uniform scores, with no confidence at all."""
        return Opinion(self.name, self.rng.random(request.candidates.shape), np.zeros(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Chance learns nothing."""


class PlannerAgent:
    """Spends a viewer's budget where it earns most watch time.

    It peeks: it reads interest and quality from the platform, which no real system can.

    A session is a budget of 200 to be spent.  Page after page earns watch time ``W`` and costs
    budget ``C``, so the session's watch time is near 200 times the rate ``E[W] / E[C]``, a ratio.
    Dinkelbach (1967): the choice that maximises a ratio also maximises ``W - rate * C`` at the
    best rate, and iterating "choose for the rate, measure the rate" finds both
    (:func:`solve_rate`).  A click on video ``i`` is thus worth ``v_i = watch_i - rate * cost_i``
    and no click ``v_0 = -rate * 0.5``.  The best page is a ratio again (:func:`page_scores`).

    It plans for interest as it is, not for how clicks change it, and its rate is that of the base
    viewer, without effects.
    """

    name = "planner"

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        (rng,) = platform.rng.spawn(1)
        self.rate = solve_rate(platform.catalog, platform.slots, platform.candidates, rng)

    def opine(self, request: Request) -> Opinion:
        """What each candidate adds to the page, in minutes; for all viewers of the platform."""
        platform, videos = self.platform, request.candidates
        if not np.array_equal(request.viewers, platform.viewers):
            raise PlatformError(
                f"the {self.name} agent peeks at its own platform's viewers, all of them in order; "
                "this request is from others"
            )
        weights = platform.attraction(videos)
        watch = np.minimum(platform.catalog.minutes[videos], platform.budget[:, None])
        value = watch - self.rate * watch * _cost_per_minute(platform.catalog, videos)
        nothing = -self.rate * viewers.NO_CLICK_COST
        scores = page_scores(weights, value, nothing, request.slots)
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing to learn: it peeks."""


class MyopicAgent(PlannerAgent):
    """Wants the page with the most watch time right now: a planner for whom time is free.

    No amount of learning to predict clicks could do better at that.
    """

    name = "myopic"

    def __init__(self, platform: Platform) -> None:
        self.platform, self.rate = platform, 0.0


def page_scores(weights: Floats, value: Floats, nothing: Floats | float, slots: int) -> Floats:
    """Scores whose ``slots`` largest make the best page of each row: float[B, C].

    weights: float[B, C], the attraction ``w`` of each candidate.  value: float[B, C], what a
    click on it is worth; nothing: what no click is worth.  A page is worth
    ``(sum_i w_i v_i + 2 nothing) / (sum_i w_i + 2)``.  It is at least ``lam`` if and only if
    ``sum_i w_i (v_i - lam) + 2 (nothing - lam) >= 0``, so that the page with the largest
    ``w_i (v_i - lam)`` is best where ``lam`` is its own worth: Dinkelbach's method again.
    """
    worth = np.zeros((len(weights), 1))
    for _ in range(DINKELBACH_ROUNDS):
        page = _largest(weights * (value - worth), slots)
        w, v = (np.take_along_axis(array, page, axis=1) for array in (weights, value))
        earned = (w * v).sum(axis=1, keepdims=True) + viewers.NO_CLICK_WEIGHT * nothing
        worth = earned / (w.sum(axis=1, keepdims=True) + viewers.NO_CLICK_WEIGHT)
    return weights * (value - worth)


def solve_rate(catalog: Catalog, slots: int, candidates: int, rng: np.random.Generator) -> float:
    """Minutes watched for each minute of budget, at best: about 1.43 on the published platform.

    Measured on the first pages of new viewers, so it leaves out that tastes change.
    """
    interest = viewers.sample_interest(PAGES_FOR_RATE, rng, catalog.n_topics)
    videos = draw_distinct(len(catalog), candidates, PAGES_FOR_RATE, rng)
    weights = viewers.attraction(interest, catalog.topic[videos])
    watch = catalog.minutes[videos]
    cost = watch * _cost_per_minute(catalog, videos)
    rate = 0.0
    for _ in range(2 * DINKELBACH_ROUNDS):
        nothing = -rate * viewers.NO_CLICK_COST
        page = _largest(page_scores(weights, watch - rate * cost, nothing, slots), slots)
        click = viewers.choice_probabilities(np.take_along_axis(weights, page, axis=1))
        earned, spent = ((click * np.take_along_axis(x, page, axis=1)).sum() for x in (watch, cost))
        rate = earned / (spent + viewers.NO_CLICK_COST * (PAGES_FOR_RATE - click.sum()))
    return float(rate)


def _cost_per_minute(catalog: Catalog, videos: np.ndarray) -> Floats:
    return 1.0 - viewers.REFUND_RATE * catalog.quality[videos]


def _largest(scores: Floats, slots: int) -> np.ndarray:
    return np.argpartition(-scores, slots - 1, axis=1)[:, :slots]


MAKERS = {"random": lambda world, rng: RandomAgent(rng)}
