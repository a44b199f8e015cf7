"""A second world, as unlike the platform as the contract allows.

Five topics, pages of two out of seven videos, viewers who keep to one or two topics and leave after
some pages whatever they see.  It has no budget, and shows nobody's head.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import NO_CLICK, Feedback, Request
from mavrs_course.world.catalog import Catalog

TOPICS = ("chess openings", "knitting", "home cooking", "birdsong", "steam engines")
SLOTS, CANDIDATES, VIDEOS = 2, 7, 60
FIRST_VIEWER = 3  # numbers need not start at 0


class OtherWorld:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        topic = rng.integers(0, len(TOPICS), VIDEOS)
        quality, minutes = rng.normal(size=VIDEOS), rng.uniform(1.0, 30.0, VIDEOS)
        self.catalog = Catalog(topic, quality, minutes=minutes, topics=TOPICS)
        self.active = np.zeros(0, dtype=bool)
        self._next = FIRST_VIEWER

    def reset(self, sessions: int) -> Request:
        self._viewers = np.arange(self._next, self._next + sessions)
        self._next += sessions
        self._wanted = self.rng.random((sessions, len(TOPICS))) < 0.3
        return self.next_day()

    def next_day(self) -> Request:
        self._left = self.rng.integers(2, 6, len(self._viewers))
        self.active = self._left > 0
        return self._turn()

    def _turn(self) -> Request:
        drawn = [self.rng.permutation(VIDEOS)[:CANDIDATES] for _ in self._viewers]
        self.request = Request(self._viewers, np.stack(drawn), SLOTS)
        return self.request

    def show(self, slate) -> Feedback:
        rows = np.arange(len(self._viewers))
        fits = self._wanted[rows[:, None], self.catalog.topic[slate.videos]] & self.active[:, None]
        clicked = np.where(fits.any(axis=1), fits.argmax(axis=1), NO_CLICK)
        watched = self.catalog.minutes[slate.videos[rows, clicked]] * (clicked >= 0)
        feedback = Feedback(slate, clicked, watched, active=self.active.copy())
        self._left -= 1
        self.active = self._left > 0
        self._turn()
        return feedback
