"""Ask several agents at once, so that nothing that one of them does keeps the others from speaking.

What can go wrong with an agent, and what the panel makes of it:

==========================================  ================================================
it raises an error                          it is not heard this time
it answers with something else              it is not heard this time
its scores have another shape               it is not heard this time
NaN or infinite scores on a page            it is not heard on that page
it takes longer than ``deadline``           it is not heard, until its late answer has come
it changes the request that it was given    it gets a copy that cannot be written to
it shouts (scores x 1,000)                  nothing, in :attr:`Hearing.votes`
it lies                                     nothing: that is for the coordinator to survive
==========================================  ================================================

Who was not heard, and why, is in :attr:`Hearing.excuses` and in the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from mavrs_course.calling import Call, LateError
from mavrs_course.coordination.average import normalised
from mavrs_course.coordination.notes import AgentNotes, lessons
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Opinion, Request, Trace

Answer = tuple[Any, Exception | None, float]  # what came back, what was raised, seconds
RAISED = "raised"  # begins what is told of an agent that raised an error


@dataclass(frozen=True)
class Hearing:
    """What ``n`` agents said about one request, in the order of the panel.

    scores: float[B, n, C], each agent's own scale; zeros where it was not heard.
    heard: bool[B, n].  confidence: float[B, n] in [0, 1]; 0 where it was not heard.
    reasons: for each agent B sentences, or None.  excuses: why an agent was not heard, by name.
    notes: what agents wrote down to learn from these pages.  note: what whoever asked writes down,
    for its own decision and for when the feedback comes.
    """

    request: Request
    names: tuple[str, ...]
    scores: Floats
    heard: Bools
    confidence: Floats
    reasons: tuple[Sequence[str] | None, ...]
    excuses: dict[str, str]
    notes: AgentNotes = field(default_factory=dict)
    note: Any = None

    @property
    def votes(self) -> Floats:
        """Scores stretched to [0, 1] page by page: float[B, n, C].

        An agent that was not heard, or to whom all candidates are equal, votes 0 for all.
        """
        return normalised(self.scores)


class Panel:
    """Agents that are asked together.

    deadline: seconds that all of them have to answer one request, or None to wait for ever, which
    is faster, as no threads are needed.  An agent that is late is left to finish; until then it
    is not asked again.
    """

    def __init__(self, agents: Sequence[Agent], *, deadline: float | None = None) -> None:
        self.agents = tuple(agents)
        self.names = tuple(agent.name for agent in self.agents)
        if not self.names:
            raise ValueError("a panel needs at least one agent")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"agents of a panel need different names, not {list(self.names)}")
        if deadline is not None and not deadline > 0:
            raise ValueError(f"a deadline is a number of seconds above 0, not {deadline}")
        self.deadline = deadline
        self._last: dict[int, Call] = {}

    def ask(
        self,
        request: Request,
        trace: Trace,
        who: Sequence[int] | None = None,
        asker: str = "coordinator",
        pages: Bools | None = None,
    ) -> Hearing:
        """Everybody's opinion, or that of the agents ``who``; the others are simply not heard.

        pages: bool[B, n], about which pages to ask whom, all within the one deadline; None for
        all.  An agent that is asked about no page gets no message.
        """
        asked = range(len(self.agents)) if who is None else who
        if pages is None:
            pages = np.ones((len(request), len(self.agents)), dtype=bool)
        rows = {n: np.flatnonzero(pages[:, n]) for n in asked if pages[:, n].any()}
        whole = _part(request, np.arange(len(request)))
        requests = {
            n: whole if len(about) == len(request) else _part(request, about)
            for n, about in rows.items()
        }
        for number, part in requests.items():
            size = part.candidates.nbytes
            trace.add(asker, self.names[number], "request", size_bytes=size)
        answers = self._call(requests, lambda n: self.agents[n].opine(requests[n]))
        return self._hearing(request, rows, requests, answers, trace, asker)

    def teach(self, feedback: Feedback, notes: AgentNotes | None = None) -> dict[str, str]:
        """Hand the feedback to every agent, with its own notes; what went wrong, by its name."""
        notes = notes or {}

        def learn(number: int) -> None:
            for lesson in lessons(feedback, notes.get(number, ())):
                self.agents[number].learn(lesson)

        answers = self._call(range(len(self.agents)), learn)
        return {
            self.names[number]: _told(error)
            for number, (_, error, _) in answers.items()
            if error is not None
        }

    def _hearing(
        self,
        request: Request,
        rows: dict[int, Ints],
        requests: dict[int, Request],
        answers: dict[int, Answer],
        trace: Trace,
        asker: str,
    ) -> Hearing:
        pages, candidates = request.candidates.shape
        agents = len(self.agents)
        scores = np.zeros((pages, agents, candidates))
        confidence, heard = np.zeros((pages, agents)), np.zeros((pages, agents), dtype=bool)
        reasons: list[Sequence[str] | None] = [None] * agents
        excuses: dict[str, str] = {}
        notes: dict[int, tuple[tuple[Ints, object], ...]] = {}
        for number, (opinion, error, seconds) in answers.items():
            name = self.names[number]
            excuse = _told(error) if error else _fault(opinion, requests[number])
            if excuse:
                excuses[name] = excuse
                trace.add(name, asker, "no answer", seconds=seconds)
                continue
            if opinion.memo is not None:
                notes[number] = ((rows[number], opinion.memo),)
            said, sure = (np.asarray(part) for part in (opinion.scores, opinion.confidence))
            size = said.nbytes + sure.nbytes
            own_seconds = max(0.0, seconds - trace.overhear(opinion.asides))
            trace.add(name, asker, "opinion", size_bytes=size, seconds=own_seconds)
            said, sure = said.astype(float), np.nan_to_num(sure.astype(float))
            finite = np.isfinite(said).all(axis=1)
            if not finite.all():
                excuses[name] = "gave scores that are no finite numbers"
            usable = rows[number][finite]
            heard[usable, number] = True
            scores[usable, number] = said[finite]
            confidence[usable, number] = np.clip(sure[finite], 0.0, 1.0)
            reasons[number] = _spread(opinion.reasons, rows[number], pages)
        return Hearing(
            request, self.names, scores, heard, confidence, tuple(reasons), excuses, notes
        )

    def _call(self, asked: Iterable[int], call: Callable[[int], Any]) -> dict[int, Answer]:
        if self.deadline is None:
            return {number: _timed(call, number) for number in asked}
        return self._call_in_threads(asked, call, self.deadline)

    def _call_in_threads(
        self, asked: Iterable[int], call: Callable[[int], Any], deadline: float
    ) -> dict[int, Answer]:
        answers: dict[int, Answer] = {}
        calls: dict[int, Call] = {}
        for number in asked:
            if number in self._last and self._last[number].running:
                error = TimeoutError("is still busy with an earlier request")
                answers[number] = None, error, 0.0
            else:
                calls[number] = self._last[number] = Call(partial(_timed, call, number))
        end = perf_counter() + deadline
        for number, one in calls.items():
            try:
                answers[number] = one.result(end - perf_counter())
            except LateError:
                error = TimeoutError(f"did not answer within {deadline:g} s")
                answers[number] = None, error, deadline
        return {number: answers[number] for number in asked}


def _timed(call: Callable[[int], Any], number: int) -> Answer:
    started, answer, raised = perf_counter(), None, None
    try:
        answer = call(number)
    except Exception as error:
        raised = error
    return answer, raised, perf_counter() - started


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError) and error.args:
        return str(error)
    return f"{RAISED} {type(error).__name__}: {error}"


def _fault(opinion: Any, request: Request) -> str | None:
    """Why an answer can't be used at all, or None."""
    if not isinstance(opinion, Opinion):
        return f"answered with {type(opinion).__name__} instead of an Opinion"
    scores = np.asarray(opinion.scores)
    if scores.shape != request.candidates.shape:
        return f"gave scores of shape {scores.shape} for candidates of {request.candidates.shape}"
    if scores.dtype.kind not in "biuf":
        return f"gave scores of type {scores.dtype}, which are no numbers"
    sure = np.asarray(opinion.confidence)
    if sure.dtype.kind not in "biuf":
        return f"gave a confidence of type {sure.dtype}, which is no number"
    return None


def _part(request: Request, rows: Ints) -> Request:
    """The rows of a request, as a copy that nobody can write to."""
    viewers, candidates = request.viewers[rows], request.candidates[rows]
    viewers.flags.writeable = candidates.flags.writeable = False
    return Request(viewers, candidates, request.slots)


def _spread(reasons: Sequence[str] | None, rows: Ints, pages: int) -> Sequence[str] | None:
    """The reasons for some pages, at the places of these pages among all."""
    if reasons is None or len(rows) == pages:
        return reasons
    spread = [""] * pages
    for row, reason in zip(rows, reasons, strict=True):
        spread[row] = reason
    return spread
