"""What a generative viewer remembers: facts of what she saw, and how it felt.

The paper (arXiv 2310.10108, section 2.1) keeps the two apart, and so do we: facts are looked up
when she is interviewed and can be checked; feelings decide whether she goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Seen:
    """One film on one page.  rating: stars, or None for a film that she did not watch."""

    page: int
    film: int
    rating: int | None = None

    @property
    def watched(self) -> bool:
        return self.rating is not None


@dataclass
class FactualMemory:
    """Every film that she was shown, in order, and what she did with it."""

    seen: list[Seen] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        self.seen.append(seen)

    def recall(self, film: int) -> Seen | None:
        """The last time that she saw a film, or None."""
        return next((seen for seen in reversed(self.seen) if seen.film == film), None)

    @property
    def watched(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.watched]

    def best(self) -> Seen | None:
        """The film that she liked best, the earliest of equals; None if she watched none."""
        return max(self.watched, key=lambda seen: seen.rating, default=None)


# What each tier of activity can take, in pages, and how much sameness bores each tier of diversity.
PATIENCE = (2.0, 4.0, 8.0)
BOREDOM = (0.0, 0.25, 0.5)
NOTHING_WATCHED = -0.5
MEMORY = 0.5  # share of the old satisfaction that a page leaves
EAGER, SATISFIED = 3.0, 3.0


@dataclass
class EmotionalMemory:
    """How she feels, from page to page, by rule.

    After a page with ratings ``r`` and a share ``same`` of genres that she has met before,

        feeling      = mean((r - 3) / 2) - boredom[diversity] * same
        satisfaction = 1/2 satisfaction + 1/2 feeling
        fatigue      = pages / patience[activity]
        P(exit)      = sigmoid(3 (fatigue - 1) - 3 satisfaction)

    and a page without a film to watch feels like -1/2.  Both feelings lie in [-1.5, 1].
    """

    activity: int
    diversity: int
    satisfaction: float = 0.0
    pages: int = 0
    feelings: list[float] = field(default_factory=list)

    def after_page(self, ratings: list[int], same: float) -> float:
        """Take in one page: the feeling that it left."""
        liked = np.mean([(rating - 3) / 2 for rating in ratings]) if ratings else NOTHING_WATCHED
        feeling = float(liked - BOREDOM[self.diversity] * same)
        self.satisfaction = MEMORY * self.satisfaction + (1 - MEMORY) * feeling
        self.pages += 1
        self.feelings.append(feeling)
        return feeling

    @property
    def fatigue(self) -> float:
        return self.pages / PATIENCE[self.activity]

    @property
    def exit_chance(self) -> float:
        """How likely she leaves now."""
        return float(_sigmoid(EAGER * (self.fatigue - 1) - SATISFIED * self.satisfaction))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + np.exp(-x))
