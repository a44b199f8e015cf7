"""What all ways of coordinating have in common: ask, decide, say why, share the credit, teach.

A way of coordinating is a subclass with one method, :meth:`PanelCoordinator.decide`.  A module of
this package that names its ways in ``MODES`` is found by :mod:`mavrs_course.coordination.modes`.

A way that learns has a second method, :meth:`PanelCoordinator.study`.  What it needs to learn from
a page it writes on the slate (:attr:`Decision.note`), never on itself.  So every way promises:

* feedback that comes late is credited to its own page, whatever was recommended meanwhile;
* feedback that comes twice is learned from once, by the coordinator and by each agent;
* feedback in another order is learned from as it comes.  What is a sum over pages comes out the
  same; what goes step by step (gradients, a purse that can't fall below 0, viewers who are taken
  to have left) depends on the order a little, as it does on the order of the pages themselves;
* a page that somebody else made teaches the agents, and not the coordinator.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.coordination.average import ordinal, ranks
from mavrs_course.coordination.notes import Note
from mavrs_course.coordination.panel import RAISED, Hearing, Panel
from mavrs_course.coordination.single import best_columns
from mavrs_course.messages import (
    Agent,
    Feedback,
    Floats,
    Ints,
    Request,
    Slate,
    Trace,
    new_uid,
)
from mavrs_course.once import learns_once


@dataclass(frozen=True)
class Decision:
    """columns: int[B, K], which candidate fills each slot, best first.
    credit: float[B, K, n], each agent's share in each slot, 0 or more, summing to 1.
    note: what :meth:`PanelCoordinator.study` will need; the hearing's note where there is none."""

    columns: Ints
    credit: Floats
    note: object = None

    @classmethod
    def by_scores(
        cls,
        scores: Floats,
        support: Floats,
        slots: int,
        rng: np.random.Generator | None = None,
    ) -> Decision:
        """The ``slots`` candidates with the largest joint scores float[B, C].

        support: float[B, n, C], how much each agent stood behind each candidate, at least 0; the
        credit for a slot is shared in proportion.  What nobody supported is everybody's.
        Ties are broken at random when given ``rng``, else in favour of the earlier candidate.
        """
        columns = best_columns(scores, slots, rng)
        return cls(columns, shares(support, columns))


def shares(support: Floats, columns: Ints) -> Floats:
    """Each agent's share in each chosen candidate: float[B, K, n], for support float[B, n, C]."""
    chosen = np.take_along_axis(support, columns[:, None, :], axis=2).transpose(0, 2, 1)
    total = chosen.sum(axis=2, keepdims=True)
    equal = np.full_like(chosen, 1.0 / chosen.shape[2])
    return np.divide(chosen, total, out=equal, where=total > 0)


class PanelCoordinator:
    """The base: agents that :class:`~mavrs_course.coordination.panel.Panel` keeps from harm.

    deadline: seconds for one page, None to wait for ever.  rng: breaks ties and feeds whatever
    else is drawn at random; without it ties go to the earlier candidate.
    ``failed_to_learn`` says what last kept an agent from learning, by its name: what it raised
    (which is a ``RuntimeWarning`` too, the first time), or that it was late.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.panel = Panel(agents, deadline=deadline)
        self.agents = self.panel.agents
        self.rng = rng
        self.uid, self.pages_made = new_uid(), 0
        self.failed_to_learn: dict[str, str] = {}

    def recommend(self, request: Request) -> Slate:
        """A page for every row of the request, whatever the agents do."""
        trace = Trace()
        hearing = self.hear(request, trace)
        decision = self.decide(hearing, trace)
        videos = np.take_along_axis(request.candidates, decision.columns, axis=1)
        note = hearing.note if decision.note is None else decision.note
        memo = Note(self.uid, note, hearing.notes, self.pages_made)
        self.pages_made += 1
        return Slate(videos, self.explain(hearing, decision), trace, request, decision.credit, memo)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        """Ask everybody; a way of coordinating that asks only some overrides this."""
        return self.panel.ask(request, trace)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        """Turn what was heard into pages; messages beyond the asking go into ``trace``."""
        raise NotImplementedError

    def explain(self, hearing: Hearing, decision: Decision) -> Sequence[Sequence[str]]:
        """Why each video is on its page: for each of B pages K sentences."""
        return Reasons(hearing, decision)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Study a page of one's own, then hand the feedback to every agent.

        An agent that fails at it does not keep it from the others, and stands in
        ``failed_to_learn``.  A subclass that overrides this to count every page, whoever made it,
        is marked ``@learns_once`` as well.
        """
        note = Note.of(feedback, self.uid)
        if note.own is not None:
            self.study(note.own, feedback)
        failed = self.panel.teach(feedback, note.agents)
        for name, problem in failed.items():
            if name not in self.failed_to_learn and problem.startswith(RAISED):
                told = f"{name} did not learn from a page: it {problem} (see failed_to_learn)"
                warnings.warn(told, RuntimeWarning, stacklevel=3)
        self.failed_to_learn |= failed

    def study(self, note: Any, feedback: Feedback) -> None:
        """Learn from a page of one's own, by the note that was written when it was made."""


class Reasons(Sequence):
    """Why each video is on its page: for each of B pages K sentences, written when read.

    A thousand pages have three thousand reasons and nobody reads most of them.
    """

    def __init__(self, hearing: Hearing, decision: Decision) -> None:
        self._hearing, self._decision = hearing, decision

    def __len__(self) -> int:
        return len(self._decision.columns)

    def __getitem__(self, page: Any) -> Any:
        if isinstance(page, slice):
            return [self[number] for number in range(*page.indices(len(self)))]
        if not -len(self) <= page < len(self):
            raise IndexError(f"there are {len(self)} pages, not a page {page}")
        return [self._sentence(page, slot) for slot in range(self._decision.columns.shape[1])]

    def _sentence(self, page: int, slot: int) -> str:
        hearing, column = self._hearing, self._decision.columns[page, slot]
        credit = self._decision.credit[page, slot]
        scores = hearing.scores[page]
        spoke = hearing.heard[page] & (scores.max(axis=1) > scores.min(axis=1))
        if not spoke.any():
            return "No agent prefers anything here, so this is chance."
        places = ranks(scores)[:, column]
        order = [n for n in np.argsort(-credit, kind="stable") if spoke[n]]
        told = ", ".join(f"{ordinal(places[n])} by {hearing.names[n]}" for n in order)
        first = order[0]
        said = hearing.reasons[first]
        own = f" {hearing.names[first]}: {said[page]}" if said and places[first] == 1 else ""
        return f"Ranked {told}.{own}"
