"""FSRS-6: when to ask again, from how stable a memory is and how difficult.

``S`` is stability, the days after which recall has fallen to 90 %; ``D`` is difficulty, 1 to 10.
Source: the equations and the 21 default weights of Open Spaced Repetition (py-fsrs, MIT), without
its random fuzz.  Days are whole: a review within 24 hours counts as on the same day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
DEFAULT_WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
SMALLEST_STABILITY = 0.001
LEARNING = (1.0, 10.0)  # minutes until a new card is asked again
RELEARNING = (10.0,)  # minutes, after a lapse
MINUTES_A_DAY = 24 * 60
LONGEST = 36_500  # days


@dataclass(frozen=True)
class Card:
    """One thing to remember.  stability: in days, None before the first review.

    steps: the short waits in minutes that it goes through, of which it is at ``step``; no steps
    left where ``step`` is their number.
    """

    stability: float | None = None
    difficulty: float = 0.0
    steps: tuple[float, ...] = LEARNING
    step: int = 0


class FSRS:
    """The scheduler.  weights: 21 numbers.  retention: how likely recall shall be when it asks."""

    def __init__(self, weights: Sequence[float] = DEFAULT_WEIGHTS, retention: float = 0.9) -> None:
        if len(weights) != len(DEFAULT_WEIGHTS) or not all(map(math.isfinite, weights)):
            raise ValueError(f"FSRS-6 has {len(DEFAULT_WEIGHTS)} finite weights, not {weights}")
        if weights[20] <= 0:
            raise ValueError(f"the last weight is how fast memory decays, above 0, not {weights}")
        if not 0.0 < retention < 1.0:
            raise ValueError(f"retention lies between 0 and 1, not at {retention}")
        self.w, self.retention = tuple(map(float, weights)), retention
        self._factor = 0.9 ** (-1.0 / self.w[20]) - 1.0

    def recall(self, card: Card, days: float) -> float:
        """``R(t) = (1 + F t / S) ** -w20``, which is 0.9 at ``t = S``; 0 for a new card."""
        if card.stability is None:
            return 0.0
        return (1.0 + self._factor * max(days, 0.0) / card.stability) ** -self.w[20]

    def days_until(self, card: Card) -> int:
        """Whole days until recall has fallen to ``retention``, at least 1."""
        if card.stability is None:
            raise ValueError("a card that was never reviewed is due now")
        days = card.stability / self._factor * (self.retention ** (-1.0 / self.w[20]) - 1.0)
        return min(max(round(days), 1), LONGEST)

    def review(self, card: Card, rating: int, days: int = 0) -> tuple[Card, float]:
        """The card after a rating, ``days`` after the one before, and the days until the next."""
        if rating not in (AGAIN, HARD, GOOD, EASY):
            raise ValueError(f"a rating is 1 (again), 2 (hard), 3 (good) or 4 (easy), not {rating}")
        if card.stability is None:
            difficulty = min(max(self._first_difficulty(rating), 1.0), 10.0)
            stability = self.w[rating - 1]
        else:
            difficulty = self._next_difficulty(card.difficulty, rating)
            stability = self._next_stability(card, rating, days)
        stability = max(stability, SMALLEST_STABILITY)
        return self._wait(replace(card, stability=stability, difficulty=difficulty), rating)

    def _wait(self, card: Card, rating: int) -> tuple[Card, float]:
        """Minutes while it goes through its steps, else days."""
        steps, step = card.steps, card.step
        learned = step >= len(steps)
        if rating == AGAIN:
            steps = RELEARNING if learned else steps
            return replace(card, steps=steps, step=0), steps[0] / MINUTES_A_DAY
        if rating == HARD and not learned:
            if step > 0:
                minutes = steps[step]
            else:
                minutes = sum(steps[:2]) / 2 if len(steps) > 1 else 1.5 * steps[0]
            return card, minutes / MINUTES_A_DAY
        step = step + 1 if rating == GOOD and not learned else len(steps)
        card = replace(card, step=step)
        if step < len(steps):
            return card, steps[step] / MINUTES_A_DAY
        return card, float(self.days_until(card))

    def _first_difficulty(self, rating: int) -> float:
        return self.w[4] - math.exp(self.w[5] * (rating - 1)) + 1.0

    def _next_difficulty(self, difficulty: float, rating: int) -> float:
        """A step that shrinks towards 10, and a little way back to what is easy."""
        stepped = difficulty - self.w[6] * (rating - GOOD) * (10.0 - difficulty) / 9.0
        back = self.w[7] * self._first_difficulty(EASY) + (1.0 - self.w[7]) * stepped
        return min(max(back, 1.0), 10.0)

    def _next_stability(self, card: Card, rating: int, days: int) -> float:
        w, s, d = self.w, card.stability, card.difficulty
        assert s is not None
        if days < 1:
            grown = math.exp(w[17] * (rating - GOOD + w[18])) * s ** -w[19]
            return s * (max(grown, 1.0) if rating >= GOOD else grown)
        forgotten = 1.0 - self.recall(card, days)
        if rating == AGAIN:
            left = w[11] * d ** -w[12] * ((s + 1.0) ** w[13] - 1.0) * math.exp(w[14] * forgotten)
            return min(left, s / math.exp(w[17] * w[18]))
        rated = {HARD: w[15], GOOD: 1.0, EASY: w[16]}[rating]
        growth = math.exp(w[8]) * (11.0 - d) * s ** -w[9] * (math.exp(w[10] * forgotten) - 1.0)
        return s * (1.0 + growth * rated)


def predictions(scheduler: FSRS, reviews: Iterable[tuple[int, int]]) -> list[tuple[float, bool]]:
    """For one card's reviews ``(days since the one before, rating)``: recall foretold, recalled.

    Only those at least a day after the one before are foretold.
    """
    card, foretold = Card(), []
    for days, rating in reviews:
        if card.stability is not None and days >= 1:
            foretold.append((scheduler.recall(card, days), rating != AGAIN))
        card, _ = scheduler.review(card, rating, days)
    return foretold
