"""What was deployed: the recommender of KA Lite, as five small agents and a fixed quota.

KA Lite brought Khan Academy's lessons to schools without a network.  Its home page showed what to
resume, what to do next (two lessons that classmates did next, two prerequisites of what you
struggle with, one nearby in the tree) and what to explore, further off in the tree.
Source: learningequality/ka-lite, kalite/topic_tools/content_recommendation.py (MIT); no text of it
is used.  It has a tree of topics where we have the curriculum's graph, distances are in edges.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.learning.answers import answers_in, by_candidate, curriculum
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room
from mavrs_course.world.learning.structure import KnowledgeStructure

QUOTA = {"resume": 1, "classmates": 2, "struggling": 2, "nearby": 1, "explore": 3}
NOBODY = -1


class LogReader:
    """An agent that reads the log of who did what: the base of the five.

    last: int[U], each viewer's last item or -1.  when: int[U, N], 0 for never, else the number of
    the answer.  right: bool[U, N], whether the last answer on an item was.
    """

    name = "log"

    def __init__(self, catalog: VideoCatalog, structure: KnowledgeStructure) -> None:
        self.catalog, self.structure = catalog, structure
        n = len(structure.items)
        self.last = np.zeros(0, dtype=np.int64)
        self.when = np.zeros((0, n), dtype=np.int64)
        self.right = np.zeros((0, n), dtype=bool)
        self.followed = np.zeros((n, n))  # [item, the one after it], over all viewers

    def scores(self, viewers: Ints) -> Floats:
        """float[B, N], 0 for what it would not show."""
        raise NotImplementedError

    def opine(self, request: Request) -> Opinion:
        self._meet(request.viewers)
        scores = self.scores(request.viewers)
        topics = self.catalog.topic[request.candidates]
        something = (scores.max(axis=1, initial=0.0) > 0).astype(float)
        return Opinion(self.name, by_candidate(scores, topics), something)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        said = answers_in(feedback, self.catalog, len(self.structure.items))
        self._meet(said.viewers)
        for part in rounds(said.viewers):
            who, item = said.viewers[part], said.topics[part]
            before = self.last[who]
            np.add.at(self.followed, (before[before >= 0], item[before >= 0]), 1.0)
            self.last[who] = item
            self.when[who, item] = self.when[who].max(axis=1, initial=0) + 1
            self.right[who, item] = said.right[part] & ~said.lost[part]

    def _meet(self, viewers: Ints) -> None:
        self.last = with_room(self.last, viewers, NOBODY)
        self.when, self.right = with_room(self.when, viewers), with_room(self.right, viewers)


class ResumeAgent(LogReader):
    """The latest lesson that was begun and not finished: its last answer was not right."""

    name = "resume"

    def scores(self, viewers: Ints) -> Floats:
        open_still = np.where(self.right[viewers], 0, self.when[viewers])
        return (open_still == np.maximum(open_still.max(axis=1, keepdims=True), 1)).astype(float)


class ClassmatesAgent(LogReader):
    """What others did right after what this viewer did last; at first, what most have done.

    rarest_first: as deployed.  The comment in the source says "highest counts to smallest", and
    the code beneath it sorts the other way round.
    """

    name = "classmates"

    def __init__(
        self,
        catalog: VideoCatalog,
        structure: KnowledgeStructure,
        *,
        rarest_first: bool = False,
    ) -> None:
        super().__init__(catalog, structure)
        self.rarest_first = rarest_first

    def scores(self, viewers: Ints) -> Floats:
        counts = np.vstack([self.followed, self.followed.sum(axis=0)])[self.last[viewers]]
        if not self.rarest_first:
            return counts
        return np.divide(1.0, counts, out=np.zeros_like(counts), where=counts > 0)


class StrugglingAgent(LogReader):
    """The prerequisites of lessons whose last answer was wrong, the commonest first."""

    name = "struggling"

    def scores(self, viewers: Ints) -> Floats:
        struggling = (self.when[viewers] > 0) & ~self.right[viewers]
        return struggling.astype(float) @ self.structure.before


class NearbyAgent(LogReader):
    """Lessons not done yet, ``nearest`` to ``farthest`` edges from the last, near ones first."""

    name = "nearby"
    nearest, farthest = 1, 1

    def scores(self, viewers: Ints) -> Floats:
        far = self.structure.distance[self.last[viewers]]
        fits = (far >= self.nearest) & (far <= self.farthest) & (self.when[viewers] == 0)
        started = (self.last[viewers] >= 0)[:, None]
        return np.where(fits & started, 1.0 / np.maximum(far, 1.0), 0.0)


class ExploreAgent(NearbyAgent):
    """The same further off: two to six edges."""

    name = "explore"
    nearest, farthest = 2, 6


KINDS: tuple[type[LogReader], ...] = (
    ResumeAgent, ClassmatesAgent, StrugglingAgent, NearbyAgent, ExploreAgent,
)  # fmt: skip


def ka_lite(catalog: VideoCatalog, structure: KnowledgeStructure) -> list[Agent]:
    """The five agents as they were deployed; :data:`QUOTA` has their shares of a page."""
    team: list[Agent] = [kind(catalog, structure) for kind in KINDS]
    team[1] = ClassmatesAgent(catalog, structure, rarest_first=True)
    return team


MAKERS = {
    kind.name: lambda world, rng, kind=kind: kind(world.catalog, curriculum(world))
    for kind in KINDS
}
