"""A controller can fail too: have somebody else make the page."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from mavrs_course.calling import BusyError, LateError, Patience
from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.notes import Note
from mavrs_course.messages import Coordinator, Feedback, Request, Slate, Trace, new_uid
from mavrs_course.once import learns_once


class WithFallback:
    """Pages by ``controller``; those that it fails to make, by ``backup``.

    The controller has ``deadline`` seconds (None waits for ever) to answer a request with pages
    that can be shown: the right shape, videos among the candidates, none twice.  If it raises,
    is late or answers anything else, the backup makes the pages and the trace says why.  A late
    controller is not called again until it is done.  Whoever made the pages passes the feedback
    on, so the agents hear it exactly once.

    Guarantee: a page for every request, ``deadline`` plus the backup's own time after it was
    asked for, as long as the backup answers; choose one that needs no lessons and no controller,
    such as :class:`EqualVotes`.  What it cannot tell is a wrong page from a right one.
    outages: how many requests the backup answered.
    """

    def __init__(
        self, controller: Coordinator, backup: Coordinator, *, deadline: float | None = None
    ) -> None:
        self.controller, self.backup = controller, backup
        self._patience = Patience(deadline)
        self.agents = controller.agents
        self.outages = 0
        self.uid = new_uid()

    def recommend(self, request: Request) -> Slate:
        started = perf_counter()
        slate, problem = self._ask(request)
        if slate is not None and problem is None:
            return slate
        self.outages += 1
        trace = Trace()
        trace.add("platform", "coordinator", "request", size_bytes=request.candidates.nbytes)
        seconds = perf_counter() - started
        trace.add("coordinator", "platform", f"no answer: {problem}", seconds=seconds)
        slate = self.backup.recommend(request)
        renamed = {"coordinator": "backup"}
        for m in slate.trace:
            pair = renamed.get(m.sender, m.sender), renamed.get(m.receiver, m.receiver)
            trace.add(*pair, m.kind, size_bytes=m.size_bytes, tokens=m.tokens, seconds=m.seconds)
        memo = Note(self.uid, slate.memo)
        return Slate(slate.videos, slate.reasons, trace, request, slate.credit, memo)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Whoever made the pages learns from them, and teaches the agents."""
        note = feedback.slate.memo
        if isinstance(note, Note) and note.maker == self.uid:
            self.backup.learn(feedback.with_memo(note.own))
        else:
            self.controller.learn(feedback)

    def _ask(self, request: Request) -> tuple[Slate | None, str | None]:
        """The controller's pages, or why there are none."""
        try:
            slate = self._patience.call(lambda: self.controller.recommend(request))
        except BusyError:
            return None, "still busy"
        except LateError:
            return None, "late"
        except Exception as error:
            return None, type(error).__name__
        return slate, unfit(slate, request)


def unfit(slate: object, request: Request) -> str | None:
    """Why pages can't be shown, or None."""
    if not isinstance(slate, Slate):
        return "no pages"
    videos, shape = np.asarray(slate.videos), (len(request), request.slots)
    if videos.shape != shape or videos.dtype.kind not in "iu":
        return "pages of another shape"
    if not (videos[..., None] == request.candidates[:, None]).any(axis=2).all():
        return "videos that were no candidates"
    ordered = np.sort(videos, axis=1)
    if (ordered[:, 1:] == ordered[:, :-1]).any():
        return "a video twice"
    return None


class EqualVotes(PanelCoordinator):
    """The mean of all votes, each agent heard counting the same: nothing to learn, or to lose."""

    def decide(self, hearing, trace):
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)
