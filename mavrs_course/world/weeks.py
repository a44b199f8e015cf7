"""Viewers who come once a week, and come again or don't."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Coordinator, Floats, World


@dataclass(frozen=True)
class Weeks:
    """What ``B`` viewers did in ``W`` weeks, a row for each week; zeros once they have left.

    there: bool[W, B].  minutes, clicks, likes: float[W, B].  topics: float[W, B, n_topics], clicks.
    """

    there: Bools
    minutes: Floats
    clicks: Floats
    likes: Floats
    topics: Floats

    @property
    def weeks_kept(self) -> Floats:
        """In how many weeks each viewer came after the first: float[B]."""
        return self.there[1:].sum(axis=0).astype(float)

    def signals(self, week: int = 0) -> dict[str, Floats]:
        """What is known of one week, by name: float[B] each; and, if told, who came the next."""
        known = {"minutes": self.minutes, "clicks": self.clicks, "likes": self.likes}
        told = {name: rows[week] for name, rows in known.items()}
        if week + 1 < len(self.there):
            told["returned"] = self.there[week + 1].astype(float)
        return told


def play_weeks(world: World, coordinator: Coordinator, viewers: int, weeks: int = 10) -> Weeks:
    """New viewers, each with one session a week for as long as they come back.

    The world's day is the time between two sessions; it is called a week here.
    """
    world.reset(viewers)
    there = np.zeros((weeks, viewers), dtype=bool)
    minutes, clicks, likes = np.zeros((3, weeks, viewers))
    topics = np.zeros((weeks, viewers, world.catalog.n_topics))
    for week in range(weeks):
        there[week] = world.active
        while world.active.any():
            feedback = world.show(coordinator.recommend(world.request))
            coordinator.learn(feedback)
            minutes[week] += feedback.watch_minutes
            likes[week] += feedback.liked
            rows = np.flatnonzero(feedback.clicked >= 0)
            clicks[week, rows] += 1
            topics[week, rows, world.catalog.topic[feedback.clicked_video[rows]]] += 1
        if week + 1 < weeks:
            world.next_day()
    return Weeks(there, minutes, clicks, likes, topics)
