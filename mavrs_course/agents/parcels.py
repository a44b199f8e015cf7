"""Feedback that travels in parcels: who is far away hears of ten pages at once, and late."""

from __future__ import annotations

from mavrs_course.messages import Agent, Feedback, Opinion, Request
from mavrs_course.once import learns_once


class InParcels:
    """An agent that is told of pages only when ``every`` of them have come, in their order.

    It opines at any time, by what it knows.  Between parcels its news are ``0`` to ``every - 1``
    pages old, ``(every - 1) / 2`` on average.
    """

    def __init__(self, agent: Agent, every: int) -> None:
        if every < 1 or every % 1:
            raise ValueError(f"a parcel holds a whole number of pages, at least 1, not {every}")
        self.agent, self.every, self.name = agent, int(every), agent.name
        self._waiting: list[Feedback] = []

    def opine(self, request: Request) -> Opinion:
        """The agent's own opinion."""
        return self.agent.opine(request)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Put it into the parcel, and hand the parcel over when it is full."""
        self._waiting.append(feedback)
        if len(self._waiting) == self.every:
            parcel, self._waiting = self._waiting, []
            for page in parcel:
                self.agent.learn(page)
