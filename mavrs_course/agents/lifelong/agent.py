"""An agent for years: it knows how fast tastes drift, keeps 2 kB a viewer, and can forget."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.lifelong.book import HEAD, LIMIT, MOMENT, MOST, BookMemory
from mavrs_course.agents.lifelong.years import SPREAD
from mavrs_course.messages import Feedback, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds
from mavrs_course.words import capitalised


class LifelongAgent:
    """Prefers topics of which a viewer clicks what is shown, by seasons that fade as tastes drift.

    All that it keeps of a viewer is a :class:`~mavrs_course.agents.lifelong.book.SeasonBook` of at
    most 2,048 bytes: forty seasons of 20 topics, fewer of more.  An evening is ``pages`` pages.
    drift, mood: what it assumes of tastes, a step an evening and the deviation of a mood.
    """

    name = "lifelong"

    def __init__(
        self, catalog: VideoCatalog, *, drift: float = 0.05, mood: float = 0.3, pages: int = 30
    ) -> None:
        if pages < 1:
            raise ValueError(f"an evening has one page at least, not {pages}")
        self.catalog, self.pages = catalog, pages
        topics = catalog.n_topics
        fitting = (LIMIT - HEAD.size) // (2 * topics + MOMENT.size)
        self.memory = BookMemory(0, topics, drift=drift, mood=mood, seasons=min(fitting, 40))
        self.seen = np.zeros(0, dtype=np.int64)

    def opine(self, request: Request) -> Opinion:
        self._meet(request.viewers)
        mean, variance = self.memory.believe(request.viewers)
        topics = self.catalog.topic[request.candidates]
        scores = np.take_along_axis(mean, topics, axis=1)
        rows = np.arange(len(topics))
        first = topics[rows, scores.argmax(axis=1)]
        sure = np.clip(1.0 - variance[rows, first] / SPREAD, 0.0, 1.0)
        why = [
            f"{capitalised(self.catalog.topics[topic])}: {mean[row, topic]:.0%} of what is shown "
            "is watched, with old seasons counting less."
            for row, topic in enumerate(first)
        ]
        return Opinion(self.name, scores, sure, why)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers, videos = feedback.request.viewers, feedback.slate.videos
        self._meet(viewers)
        for rows in rounds(viewers, np.flatnonzero(feedback.active)):  # nobody is in one twice
            who = viewers[rows]
            shown, stays = np.zeros((2, len(rows), self.catalog.n_topics), dtype=np.int64)
            lines = np.arange(len(rows))
            for slot, topics in enumerate(self.catalog.topic[videos[rows]].T):
                np.add.at(shown, (lines, topics), 1)
                np.add.at(stays, (lines, topics), feedback.clicked[rows] == slot)
            self.memory.book.write(who, self.memory.evening[who], shown, stays)
            self._remark(feedback, rows)
            self.seen[who] += 1
            self.memory.sleep(who[self.seen[who] % self.pages == 0])

    def _remark(self, feedback: Feedback, rows: np.ndarray) -> None:
        """Of a season the video stays that was liked, or else watched longest."""
        for row in rows[feedback.clicked[rows] >= 0]:
            viewer, video = int(feedback.request.viewers[row]), int(feedback.clicked_video[row])
            minutes = min(int(feedback.watch_minutes[row]), MOST // 2)
            worth = 1 + minutes + (MOST // 2) * bool(feedback.liked[row])
            evening = int(self.memory.evening[viewer])
            self.memory.book.remark(viewer, evening, video, worth)

    def forget(self, viewer: int, first: int, last: int) -> range:
        """Leave nothing of the seasons of evenings first to last; returns the seasons."""
        self._meet(np.array([viewer]))
        return self.memory.forget(viewer, first, last)

    def _meet(self, viewers: np.ndarray) -> None:
        self.memory.meet(viewers)
        missing = len(self.memory.evening) - len(self.seen)
        self.seen = np.concatenate([self.seen, np.zeros(missing, dtype=np.int64)])


MAKERS = {"lifelong": lambda world, rng: LifelongAgent(world.catalog)}
