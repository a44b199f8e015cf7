"""A pipeline: every agent sees what the one before it has passed on, and passes on less."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator, shares
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Bools, Floats, Ints, Request, Trace


def passed_on(candidates: int, slots: int, stages: int) -> list[int]:
    """How many videos each stage passes on: equal ratios from the candidates down to the slots.

    >>> passed_on(10, 3, 3)
    [7, 4, 3]
    """
    ratio = (slots / candidates) ** (1.0 / stages)
    return [max(slots, round(candidates * ratio**stage)) for stage in range(1, stages + 1)]


class Pipeline(PanelCoordinator):
    """Agents in a row, in the order in which they were given; the last one orders the page.

    Each agent keeps the best of what reaches it, by its own scores, ties in the order of the stage
    before.  An agent that is not heard passes on the best of the stage before.  Messages for
    ``n`` agents: ``n + 1``, each a hop, none at the same time as another.  What an early stage has
    thrown away no later one can bring back.  A deadline is shared out: a stage has an equal part
    of what the stages before it have left.

    Guarantees.  Shouting changes nothing.  A liar at stage ``i`` passes on the worst of what
    reaches it: first in the row it throws away the best for all, last in the row it orders what
    the others agreed on.  No number of honest agents after a liar makes up for it.
    Pattern: "pipeline-based modular collaboration" of Ranganathan et al., "Multi-agent video
    recommenders" (2026, arXiv 2604.02211); the narrowing is that of retrieval and ranking stages,
    Covington, Adams and Sargin, "Deep neural networks for YouTube recommendations" (RecSys 2016).
    """

    def __init__(self, agents, **options) -> None:
        super().__init__(agents, **options)
        self.deadline = self.panel.deadline

    def hear(self, request: Request, trace: Trace) -> Hearing:
        pages, candidates = request.candidates.shape
        scores = np.zeros((pages, len(self.agents), candidates))
        confidence, heard = np.zeros(scores.shape[:2]), np.zeros(scores.shape[:2], dtype=bool)
        reasons: list[Sequence[str] | None] = []
        excuses: dict[str, str] = {}
        notes: dict[int, Any] = {}
        left = np.broadcast_to(np.arange(candidates), (pages, candidates))
        if self.rng is not None:  # ties at the first stage go by this order
            left = self.rng.permuted(left, axis=1)
        sender, thinking, end = "coordinator", 0.0, perf_counter() + (self.deadline or 0.0)
        kept = passed_on(candidates, request.slots, len(self.agents))
        for stage, (name, keep) in enumerate(zip(self.panel.names, kept, strict=True)):
            trace.add(sender, name, "candidates", size_bytes=left.nbytes, seconds=thinking)
            answer, thinking = self._ask(stage, request, left, end, trace)
            seen = answer.scores[:, stage]
            scores[:, stage] = spread_out(seen, left, candidates)
            heard[:, stage], confidence[:, stage] = (
                answer.heard[:, stage],
                answer.confidence[:, stage],
            )
            reasons.append(answer.reasons[stage])
            excuses |= answer.excuses
            notes |= answer.notes
            left, sender = narrowed(left, seen, heard[:, stage], keep), name
        trace.add(sender, "coordinator", "page", size_bytes=left.nbytes, seconds=thinking)
        said, names = tuple(reasons), self.panel.names
        return Hearing(request, names, scores, heard, confidence, said, excuses, notes, note=left)

    def _ask(
        self, stage: int, request: Request, left: Ints, end: float, trace: Trace
    ) -> tuple[Hearing, float]:
        """One agent's opinion about what has reached it, and the seconds that it took."""
        if self.deadline is not None:
            self.panel.deadline = max(end - perf_counter(), 1e-3) / (len(self.agents) - stage)
        reached = np.take_along_axis(request.candidates, left, axis=1)
        asked = Trace()
        part = Request(request.viewers, reached, request.slots)
        answer = self.panel.ask(part, asked, who=[stage])
        return answer, asked.seconds - trace.take_asides(asked)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        """The page that came out, in the last agent's order; credit by the votes that kept it."""
        return Decision(hearing.note, shares(hearing.votes, hearing.note))


def narrowed(left: Ints, scores: Floats, heard: Bools, keep: int) -> Ints:
    """The ``keep`` best of ``left`` int[B, M] by scores float[B, M], best first: int[B, keep].

    Ties, and pages on which nothing was heard, keep the order of the stage before.
    """
    scores = np.where(heard[:, None], scores, 0.0)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :keep]
    return np.take_along_axis(left, order, axis=1)


def spread_out(scores: Floats, left: Ints, candidates: int) -> Floats:
    """Scores float[B, M] of the columns ``left``, among all: the others get the lowest."""
    everything = np.repeat(scores.min(axis=1, keepdims=True), candidates, axis=1)
    np.put_along_axis(everything, left, scores, axis=1)
    return everything


MODES = {"pipeline": Pipeline}
