"""Which step teaches anything at all: the agent that knows the prerequisites, and nothing else."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.learning.answers import answers_in, by_candidate, curriculum
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room
from mavrs_course.world.learning.structure import KnowledgeStructure


class LegalityAgent:
    """Prefers steps that are legal after the last one that was.

    Where a learner stands is seen only from what became of her steps.  It keeps the items that
    may have been her last: all at first; after a lesson that counted, that one; after a lost step
    those from which that step would have been legal are out.  A candidate's score is the share of
    these places from which it is legal.  A topic that is no item, a break say, is always legal.
    ``legal_after`` of :class:`KnowledgeStructure` is the rule: the curriculum, no learner's head.
    """

    name = "legality"

    def __init__(self, catalog: VideoCatalog, structure: KnowledgeStructure) -> None:
        self.catalog, self.structure = catalog, structure
        self._may_be = np.ones((0, len(structure.items)), dtype=bool)

    def places(self, viewers: Ints) -> Floats:
        """P(this item was the last): float[B, N], all that may be being equally likely."""
        self._may_be = with_room(self._may_be, viewers, True)
        places = self._may_be[viewers]
        return places / np.maximum(places.sum(axis=1, keepdims=True), 1)

    def legal(self, viewers: Ints) -> Floats:
        """P(a lesson on this item counts): float[B, N]."""
        return self.places(viewers) @ self.structure.legal_after.astype(float)

    def opine(self, request: Request) -> Opinion:
        topics = self.catalog.topic[request.candidates]
        legal = self.legal(request.viewers)
        places = self.places(request.viewers)
        confidence = places.max(axis=1, initial=0.0)
        reasons = [self._reason(row) for row in places]
        return Opinion(self.name, by_candidate(legal, topics, 1.0), confidence, reasons)

    def _reason(self, places: Floats) -> str:
        known = np.flatnonzero(places)
        if len(known) > 1:
            return f"You may have come from any of {len(known)} lessons, so I can't be sure."
        return f"What I put first may follow {self.structure.items[known[0]]}."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        said = answers_in(feedback, self.catalog, len(self.structure.items))
        self._may_be = with_room(self._may_be, said.viewers, True)
        for part in rounds(said.viewers):
            who, item, lost = said.viewers[part], said.topics[part], said.lost[part]
            ruled_out = self._may_be[who] & ~self.structure.legal_after[:, item].T
            ruled_out |= ~ruled_out.any(axis=1, keepdims=True)  # the rule does not hold here
            here = np.arange(len(self.structure.items)) == item[:, None]
            self._may_be[who] = np.where(lost[:, None], ruled_out, here)


MAKERS = {"legality": lambda world, rng: LegalityAgent(world.catalog, curriculum(world))}
