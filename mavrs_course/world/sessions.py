"""Play whole sessions: the fair way to compare coordinators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Coordinator, Floats, Ints, World


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


def play_sessions(world: World, coordinator: Coordinator, sessions: int) -> Sessions:
    """Play ``sessions`` new viewers, each for exactly one session, to the end.

    One session each matters: an environment that starts again as soon as a session ends sees
    more of the short sessions in any given number of pages, and so underrates long ones.
    """
    world.reset(sessions)
    return play_day(world, coordinator)


def play_day(world: World, coordinator: Coordinator) -> Sessions:
    """Play on with the viewers that the world has until today's sessions are over."""
    viewers = len(world.request)
    clicks, quality = np.zeros(viewers, dtype=np.int64), np.zeros(viewers)
    # A session that is under way may have seen some pages, where the world counts them.
    watched = np.array(getattr(world, "watch_minutes", np.zeros(viewers)))
    pages = np.array(getattr(world, "pages", np.zeros(viewers, dtype=np.int64)))
    while world.active.any():
        feedback = world.show(coordinator.recommend(world.request))
        coordinator.learn(feedback)
        clicked = feedback.clicked >= 0
        clicks += clicked
        watched += feedback.watch_minutes
        pages += feedback.active
        quality += np.where(clicked, world.catalog.quality[feedback.clicked_video], 0.0)
    with np.errstate(invalid="ignore"):
        quality /= clicks
    return Sessions(watched, pages, clicks, quality)
