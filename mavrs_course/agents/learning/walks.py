"""The two walkers that recommenders on KSS are judged against; both look into heads.

They know the platform's true state, which no real platform has: they are measures, not rivals.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.world.learning.kss import FULL, KSSLearners, chance_of_right, growth
from mavrs_course.world.learning.platform import LearningPlatform


class LegalWalkAgent:
    """Any legal step, at random: what respect for prerequisites is worth without any plan."""

    name = "legal walk"

    def __init__(self, platform: LearningPlatform, rng: np.random.Generator) -> None:
        self.platform, self.rng = platform, rng

    def opine(self, request: Request) -> Opinion:
        _require_current(self.platform, request)
        scores = self.rng.random(request.candidates.shape) + self.platform.legal
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """It knows the state, so there is nothing to learn."""


class GreedyLessonAgent:
    """The legal lesson after which the most wanted items are answered right.

    Among equals, the one that raises wanted abilities most.  One step ahead only.
    """

    name = "greedy lesson"

    def __init__(self, platform: LearningPlatform) -> None:
        if not isinstance(platform.learners, KSSLearners):
            raise TypeError("a GreedyLessonAgent needs the abilities of KSS's learners")
        self.platform, self.learners = platform, platform.learners

    def gains(self) -> Floats:
        """Wanted items right after each lesson, then wanted ability / 1,000: float[B, N]."""
        learners = self.learners
        gains = np.zeros(learners.ability.shape)
        for item in range(len(learners.structure.items)):
            grown = growth(learners.ability, np.full(len(gains), item), learners.structure)
            after = np.minimum(learners.ability + grown, FULL)
            right = chance_of_right(after, learners.difficulty) >= 0.5
            wanted = right + (after - learners.ability) / 1_000
            gains[:, item] = (wanted * learners.target).sum(axis=1)
        return gains

    def opine(self, request: Request) -> Opinion:
        _require_current(self.platform, request)
        topic = self.platform.catalog.topic[request.candidates]
        gains = np.pad(self.gains(), ((0, 0), (0, 1)), constant_values=-1.0)  # a break teaches none
        scores = np.take_along_axis(gains, topic, axis=1)
        scores = np.where(self.platform.legal, scores, -2.0)
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """It knows the state, so there is nothing to learn."""


def _require_current(platform: LearningPlatform, request: Request) -> None:
    if request is not platform.request:
        raise ValueError("who looks into heads can answer the platform's own request only")
