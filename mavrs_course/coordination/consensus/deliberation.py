"""Two rounds: say what you think, hear what the others think, think again.

After Dalkey and Helmer's Delphi method (1963): opinions are gathered, a summary goes back without
names, and everybody may revise.  An agent that has a method of its own for that offers
``reconsider(request, summary) -> Opinion``; any other yields by :func:`yielding`.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from mavrs_course.coordination.average import normalised
from mavrs_course.messages import Agent, Feedback, Floats, Opinion, Request


@runtime_checkable
class Deliberator(Protocol):
    """An agent that can think again."""

    def reconsider(self, request: Request, summary: Floats) -> Opinion:
        """A second opinion, knowing the first round's ``summary`` float[B, C], without names.

        Its scores, like the summary, lie in [0, 1]; a page on which they do not is stretched.
        """
        ...


def yielding(votes: Floats, confidence: Floats, summary: Floats) -> Floats:
    """``c * own + (1 - c) * summary``: float[..., C], for confidence ``c`` float[...].

    One step of Friedkin and Johnsen's model (1990), confidence for stubbornness.
    """
    stubborn = np.asarray(confidence)[..., None]
    return stubborn * votes + (1.0 - stubborn) * summary


class Seat:
    """An agent at the table: it is asked for its first opinion, or, with a summary, its second."""

    def __init__(self, agent: Agent) -> None:
        self.agent, self.name = agent, agent.name
        self.summary: Floats | None = None
        self._first: Opinion | None = None

    def opine(self, request: Request) -> Opinion:
        if self.summary is None:
            self._first = None  # should it fail now, nothing old is brought up again
            self._first = self.agent.opine(request)
            return self._first
        if isinstance(self.agent, Deliberator):
            return self.agent.reconsider(request, self.summary.copy())
        first = self._first
        own = normalised(np.asarray(first.scores, dtype=float))
        sure = np.clip(np.nan_to_num(np.asarray(first.confidence, dtype=float)), 0.0, 1.0)
        return Opinion(self.name, yielding(own, sure, self.summary), sure, first.reasons)

    def learn(self, feedback: Feedback) -> None:
        self.agent.learn(feedback)
