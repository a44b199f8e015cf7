"""Play whole sessions: the fair way to compare coordinators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Coordinator, Floats, Ints
from mavrs_course.world.platform import Platform


@dataclass(frozen=True)
class Sessions:
    """What ``B`` sessions came to.

    watch_minutes: float[B], the return of each session.  pages, clicks: int[B].
    quality: float[B], the mean quality of the videos clicked, NaN where nothing was.
    """

    watch_minutes: Floats
    pages: Ints
    clicks: Ints
    quality: Floats

    def __len__(self) -> int:
        return len(self.watch_minutes)

    @property
    def clicked_quality(self) -> float:
        """Mean quality over all clicks of all sessions."""
        clicked = self.clicks > 0
        if not clicked.any():
            return float("nan")
        return float(np.average(self.quality[clicked], weights=self.clicks[clicked]))


def play_sessions(platform: Platform, coordinator: Coordinator, sessions: int) -> Sessions:
    """Play ``sessions`` new viewers, each for exactly one session, to the end.

    One session each matters: an environment that starts again as soon as a session ends sees
    more of the short sessions in any given number of pages, and so underrates long ones.
    """
    platform.reset(sessions)
    return play_day(platform, coordinator)


def play_day(platform: Platform, coordinator: Coordinator) -> Sessions:
    """Play on with the viewers that the platform has until today's sessions are over."""
    clicks = np.zeros(len(platform.viewers), dtype=np.int64)
    quality = np.zeros(len(platform.viewers))
    while platform.active.any():
        feedback = platform.show(coordinator.recommend(platform.request))
        coordinator.learn(feedback)
        clicked = feedback.clicked >= 0
        clicks += clicked
        quality += np.where(clicked, platform.catalog.quality[feedback.clicked_video], 0.0)
    with np.errstate(invalid="ignore"):
        quality /= clicks
    return Sessions(platform.watch_minutes.copy(), platform.pages.copy(), clicks, quality)
