"""Learners by gradient: one skill, levels of difficulty, and the eighty-five per cent rule."""

from __future__ import annotations

import math

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.learning.structure import KnowledgeStructure

SIGNALS = np.geomspace(4.0, 0.125, 11)  # how clear the evidence is, from easy to hard


def normal_cdf(x: Floats) -> Floats:
    """Phi, the standard normal's share below ``x``."""
    return 0.5 * (1.0 + np.vectorize(math.erf, otypes=[float])(np.asarray(x) / math.sqrt(2.0)))


class GradientLearners:
    """``B`` learners who tell two things apart, more and more precisely: precision float[B].

    An answer on a level with signal ``d`` is right with ``Phi(precision * d)``.  Studying moves
    precision along the gradient of being right, ``rate * d * phi(precision * d)``, which is largest
    where ``precision * d = 1``: at a success of Phi(1) = .8413.  Kept there for ``t`` steps,
    precision is about ``sqrt(p0 ** 2 + 2 t * rate * phi(1))``.  Every step counts, nothing is
    forgotten, and ``progress`` is how far success on an exam of signal 1 has come from chance to
    certainty.  The starting precision is uniform between the two ``starts``.
    Source: Wilson, Shenhav, Straccia and Cohen, "The eighty five percent rule for optimal learning"
    (Nature Communications 2019), whose neural learner follows that gradient.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        signals: Floats = SIGNALS,
        rate: float = 0.1,
        starts: tuple[float, float] = (0.2, 1.0),
    ) -> None:
        if rate <= 0 or not 0 < starts[0] <= starts[1]:
            raise ValueError(f"rate and starts are above 0, not {rate} and {starts}")
        self.rng, self.rate, self.starts = rng, rate, starts
        self.signals = np.asarray(signals, dtype=float)
        levels = tuple(f"level {n + 1}" for n in range(len(self.signals)))
        self.structure = KnowledgeStructure(levels)

    def start(self, learners: int) -> None:
        """New learners."""
        self.precision = self.rng.uniform(*self.starts, learners)
        self.target = np.ones((learners, len(self.signals)), dtype=bool)

    @property
    def legal(self) -> Bools:
        """bool[B, N]: everything."""
        return np.ones(self.target.shape, dtype=bool)

    @property
    def success(self) -> Floats:
        """P(right) at each level: float[B, N]."""
        return normal_cdf(self.precision[:, None] * self.signals)

    @property
    def progress(self) -> Floats:
        """``2 Phi(precision) - 1``: float[B]."""
        return 2.0 * normal_cdf(self.precision) - 1.0

    def study(self, rows: Ints, items: Ints) -> tuple[Bools, Bools]:
        """Learners ``rows`` int[n] study a level each: all legal; are answers right."""
        reach = self.precision[rows] * self.signals[items]
        right = self.rng.random(len(rows)) < normal_cdf(reach)
        density = np.exp(-(reach**2) / 2.0) / math.sqrt(2.0 * math.pi)
        self.precision[rows] += self.rate * self.signals[items] * density
        return np.ones(len(rows), dtype=bool), right

    def sleep(self, days: float = 1.0) -> None:
        """A night passes; precision stays."""
