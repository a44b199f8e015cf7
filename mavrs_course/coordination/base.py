"""What all ways of coordinating have in common: ask, decide, say why, share the credit, teach.

A way of coordinating is a subclass with one method, :meth:`PanelCoordinator.decide`.  A module of
this package that names its ways in ``MODES`` is found by :mod:`mavrs_course.coordination.modes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.coordination.average import ordinal, ranks
from mavrs_course.coordination.panel import Hearing, Panel
from mavrs_course.coordination.single import best_columns
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Request, Slate, Trace


@dataclass(frozen=True)
class Decision:
    """columns: int[B, K], which candidate fills each slot, best first.
    credit: float[B, K, n], each agent's share in each slot, 0 or more, summing to 1."""

    columns: Ints
    credit: Floats

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

    def recommend(self, request: Request) -> Slate:
        """A page for every row of the request, whatever the agents do."""
        trace = Trace()
        hearing = self.hear(request, trace)
        decision = self.decide(hearing, trace)
        videos = np.take_along_axis(request.candidates, decision.columns, axis=1)
        reasons = Reasons(hearing, decision)
        return Slate(videos, reasons, trace, request, decision.credit)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        """Ask everybody; a way of coordinating that asks only some overrides this."""
        return self.panel.ask(request, trace)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        """Turn what was heard into pages; messages beyond the asking go into ``trace``."""
        raise NotImplementedError

    def learn(self, feedback: Feedback) -> None:
        """Hand the feedback to every agent; one that fails at it does not keep it from others."""
        self.panel.teach(feedback)


class Reasons(Sequence):
    """Why each video is on its page: for each of B pages K sentences, written when read.

    A thousand pages have three thousand reasons and nobody reads most of them.
    """

    def __init__(self, hearing: Hearing, decision: Decision) -> None:
        self._hearing, self._decision = hearing, decision

    def __len__(self) -> int:
        return len(self._decision.columns)

    def __getitem__(self, page: int) -> list[str]:
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
