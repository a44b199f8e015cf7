"""Yardsticks: a page at random, the page that looks best now, and a page by plan."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Opinion, Request
from mavrs_course.world.platform import Platform


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


class MyopicAgent:
    """Wants the page with the most watch time right now.

    It peeks: it reads the viewers' interest from the platform, which no real system can, and so
    is the best that any amount of learning about clicks could reach.
    """

    name = "myopic"

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def opine(self, request: Request) -> Opinion:
        """The attraction of each candidate."""
        scores = self.platform.attraction(request.candidates)
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing to learn: it peeks."""
