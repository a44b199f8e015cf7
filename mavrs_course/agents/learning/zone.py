"""What is neither too easy nor too hard: a bandit in the zone of proximal development, and an aim.

Sources: the bandit follows the idea of Clement et al., "Multi-armed bandits for intelligent
tutoring systems" (Journal of Educational Data Mining 2015, arXiv 1310.3174), that an activity is
worth the progress made in it of late; its numbers here are ours.  The aim is that of Wilson et
al., "The eighty five percent rule for optimal learning" (Nature Communications 2019): Phi(1).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.learning.answers import answers_in, by_candidate, curriculum
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room
from mavrs_course.world.learning.structure import KnowledgeStructure

RECENT = 4  # answers that are looked at, the older half against the newer
OPENS = 0.5  # share right among the recent on every prerequisite, which opens an item
EXPLORE = 0.2
BEST_SUCCESS = 0.8413447460685429  # Phi(1)


class ZoneAgent:
    """A bandit whose arms are items, and whose reward is progress, not success.

    The progress in an item is the share right among the newer half of the last ``RECENT`` answers
    less that among the older half; answers not yet given count as wrong.  Items are open once all
    their prerequisites are right at least half of the time of late.  An open item's score is its
    progress, 0 or more, plus ``EXPLORE / (1 + times tried)``; others score -1.
    """

    name = "zone"

    def __init__(self, catalog: VideoCatalog, structure: KnowledgeStructure) -> None:
        self.catalog, self.structure = catalog, structure
        self._recent = np.zeros((0, len(structure.items), RECENT))  # the newest last
        self._tried = np.zeros((0, len(structure.items)), dtype=np.int64)

    def progress(self, viewers: Ints) -> Floats:
        """How much better the newer answers are than the older: float[B, N] in [-1, 1]."""
        recent = self._meet(viewers)[viewers]
        half = RECENT // 2
        return recent[..., half:].mean(axis=2) - recent[..., :half].mean(axis=2)

    def open(self, viewers: Ints) -> Bools:
        """bool[B, N]: the zone."""
        shaky = self._meet(viewers)[viewers].mean(axis=2) < OPENS
        return shaky.astype(int) @ self.structure.before.T.astype(int) == 0

    def opine(self, request: Request) -> Opinion:
        viewers = request.viewers
        tried = with_room(self._tried, viewers)[viewers]
        worth = np.maximum(self.progress(viewers), 0.0) + EXPLORE / (1.0 + tried)
        scores = np.where(self.open(viewers), worth, -1.0)
        topics = self.catalog.topic[request.candidates]
        confidence = 1.0 - 1.0 / (1.0 + tried.sum(axis=1))
        return Opinion(self.name, by_candidate(scores, topics), confidence)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        said = answers_in(feedback, self.catalog, len(self.structure.items))
        self._meet(said.viewers)
        self._tried = with_room(self._tried, said.viewers)
        for part in rounds(said.viewers):
            who, item = said.viewers[part], said.topics[part]
            self._tried[who, item] += 1
            older = self._recent[who, item, 1:]
            newest = said.right[part] & ~said.lost[part]
            self._recent[who, item] = np.hstack([older, newest[:, None]])

    def _meet(self, viewers: Ints) -> Floats:
        self._recent = with_room(self._recent, viewers)
        return self._recent


class AimAgent:
    """Prefers lessons whose question it expects to be answered right with chance ``aim``.

    1 is easy first, 0 is hard first.  It rates learners and items as chess players are rated:
    P(right) = sigmoid(learner - item), and after an answer the one rises and the other falls by
    ``step * (right - P)``.  A lost step counts as a wrong answer.
    """

    name = "aim"

    def __init__(
        self,
        catalog: VideoCatalog,
        structure: KnowledgeStructure,
        aim: float = BEST_SUCCESS,
        *,
        step: float = 0.4,
    ) -> None:
        if not 0.0 <= aim <= 1.0:
            raise ValueError(f"the aim is a chance of success, from 0 to 1, not {aim}")
        self.catalog, self.structure, self.aim, self.step = catalog, structure, aim, step
        self._learner = np.zeros(0)
        self._item = np.zeros(len(structure.items))

    def success(self, viewers: Ints) -> Floats:
        """P(right) on each item: float[B, N]."""
        self._learner = with_room(self._learner, viewers)
        return 1.0 / (1.0 + np.exp(self._item - self._learner[viewers, None]))

    def opine(self, request: Request) -> Opinion:
        scores = -np.abs(self.success(request.viewers) - self.aim)
        topics = self.catalog.topic[request.candidates]
        return Opinion(self.name, by_candidate(scores, topics, -1.0), np.ones(len(request)))

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        said = answers_in(feedback, self.catalog, len(self.structure.items))
        for part in rounds(said.viewers):
            who, item = said.viewers[part], said.topics[part]
            expected = self.success(who)[np.arange(len(who)), item]
            surprise = self.step * ((said.right & ~said.lost)[part] - expected)
            self._learner[who] += surprise
            met = np.bincount(item, minlength=len(self._item))
            moved = np.bincount(item, weights=surprise, minlength=len(self._item))
            self._item -= moved / np.maximum(met, 1)  # a class at once moves an item one step


MAKERS = {
    "zone": lambda world, rng: ZoneAgent(world.catalog, curriculum(world)),
    "aim": lambda world, rng: AimAgent(world.catalog, curriculum(world)),
}
