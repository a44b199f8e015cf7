"""Feedback that arrives late, twice and out of order, from any world to any coordinator.

A world's own loop stays as it is; the coordinator is told by post ::

    late = ByPost(coordinator, Post(delay=3.0, twice=0.2, rng=rng))
    play_sessions(world, late, 1000)
    late.rest()
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from mavrs_course.messages import Agent, Coordinator, Feedback, Request, Slate
from mavrs_course.world.offer import PlatformError


class Post:
    """Each page's feedback is on its way for an exponential time, ``delay`` pages on average.

    twice: the share of pages whose feedback is sent a second time, with a delay of its own.  With
    a delay of 0 everything arrives with the page it is about.
    """

    def __init__(self, *, delay: float, twice: float = 0.0, rng: np.random.Generator) -> None:
        if not 0 <= delay < np.inf:
            raise PlatformError(f"a delay is a number of pages, 0 or more, not {delay}")
        if not 0 <= twice <= 1:
            raise PlatformError(f"twice is a share between 0 and 1, not {twice}")
        self.delay, self.twice, self.rng = delay, twice, rng
        self.page = 0
        self._sent = 0
        self._under_way: list[tuple[float, int, Feedback]] = []

    def __len__(self) -> int:
        """How many messages are under way."""
        return len(self._under_way)

    def send(self, feedback: Feedback) -> None:
        """Feedback sets out."""
        for _ in range(1 + (self.rng.random() < self.twice)):
            due = self.page + self.rng.exponential(self.delay)
            self._sent += 1
            heapq.heappush(self._under_way, (due, self._sent, feedback))

    def arrived(self) -> list[Feedback]:
        """What has arrived by now, in the order of arrival; then a page's time passes."""
        there = []
        while self._under_way and self._under_way[0][0] <= self.page:
            there.append(heapq.heappop(self._under_way)[2])
        self.page += 1
        return there

    def rest(self) -> list[Feedback]:
        """Everything that is still under way, in the order in which it would have arrived."""
        return [heapq.heappop(self._under_way)[2] for _ in range(len(self))]


class ByPost:
    """A coordinator that learns of its pages when the post brings their feedback."""

    def __init__(self, coordinator: Coordinator, post: Post) -> None:
        self.coordinator, self.post = coordinator, post

    @property
    def agents(self) -> Sequence[Agent]:
        return self.coordinator.agents

    def recommend(self, request: Request) -> Slate:
        return self.coordinator.recommend(request)

    def learn(self, feedback: Feedback) -> None:
        """Send it, and learn from what arrives meanwhile."""
        self.post.send(feedback)
        for told in self.post.arrived():
            self.coordinator.learn(told)

    def rest(self) -> None:
        """Learn from all that is still under way."""
        for told in self.post.rest():
            self.coordinator.learn(told)
