"""A path instead of a next step: beam search over what each learner is believed to know."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.agents.learning.answers import answers_in, by_candidate, curriculum, goals
from mavrs_course.agents.learning.bkt import BKT, KnowledgeTracer
from mavrs_course.agents.learning.legality import LegalityAgent
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.world.learning.structure import KnowledgeStructure

Study = Callable[[Floats, Ints], Floats]  # states float[M, N], items int[M] -> states
Value = Callable[[Floats, Ints], Floats]  # states float[M, N], whose they are int[M] -> float[M]

LEARNER = BKT(prior=0.2, learn=0.3, guess=0.1, slip=0.1)
EVERY_ITEM = 0.1  # what an item is worth that nobody asked for


def beam_search(
    states: Floats,
    legal: Floats,
    legal_after: Bools,
    study: Study,
    value: Value,
    *,
    depth: int,
    width: int = 10,
) -> Floats:
    """What the best path that begins with each item comes to: float[B, N].

    states: float[B, N], what each learner knows, in any measure.  legal: float[B, N], how likely
    each first step is to count; the rest follows ``legal_after`` bool[N, N].  Of all paths of the
    same length the ``width`` of most value go on, and ``depth`` items are the longest path.
    """
    learners, n = states.shape
    rows = np.repeat(np.arange(learners), n)
    first = np.tile(np.arange(n), learners)
    before = value(states, np.arange(learners))
    paths = study(states[rows], first)  # one path for each first item
    worth = value(paths, rows).reshape(learners, n)
    best = worth.copy()
    ends, firsts = first.reshape(learners, n), first.reshape(learners, n)
    paths = paths.reshape(learners, n, n)
    for _ in range(depth - 1):
        beam = min(width, worth.shape[1])
        kept = np.argpartition(-worth, beam - 1, axis=1)[:, :beam]
        paths = np.take_along_axis(paths, kept[..., None], axis=1)  # [B, beam, N]
        ends, firsts = (np.take_along_axis(each, kept, axis=1) for each in (ends, firsts))
        alive = np.isfinite(np.take_along_axis(worth, kept, axis=1))  # else a step was not legal
        rows = np.repeat(np.arange(learners), beam * n)
        items = np.tile(np.arange(n), learners * beam)
        paths = study(np.repeat(paths.reshape(-1, n), n, axis=0), items)
        allowed = legal_after[np.repeat(ends.ravel(), n), items] & np.repeat(alive.ravel(), n)
        worth = np.where(allowed, value(paths, rows), -np.inf).reshape(learners, beam * n)
        firsts = np.repeat(firsts, n, axis=1)
        np.maximum.at(best, (rows.reshape(learners, beam * n), firsts), worth)
        paths = paths.reshape(learners, beam * n, n)
        ends = items.reshape(learners, beam * n)
    return before[:, None] + legal * (best - before[:, None])


class PathAgent:
    """Plans a path over what it believes, shows the first step, and plans again after the answer.

    Bayesian knowledge tracing says how likely each item is known, a :class:`LegalityAgent` where
    the learner stands.  In its mind, studying an item whose prerequisites are all known teaches it
    with the tracer's ``learn``.  Paths are worth the items on them that are expected to be known,
    each counted with its ``weight`` (float[B, N] for viewers int[B]), and a little for all others.
    depth, width: how far and how broadly it looks; :func:`beam_search`.
    """

    name = "path"

    def __init__(
        self,
        catalog: VideoCatalog,
        structure: KnowledgeStructure,
        models: BKT | list[BKT] = LEARNER,
        *,
        wanted: Callable[[Ints], Floats] | None = None,
        depth: int = 5,
        width: int = 10,
    ) -> None:
        if depth < 1 or width < 1:
            raise ValueError(f"depth and width are at least 1, not {depth} and {width}")
        self.catalog, self.structure = catalog, structure
        self.tracer = KnowledgeTracer(structure.items, models)
        self.legality = LegalityAgent(catalog, structure)
        self.wanted, self.depth, self.width = wanted, depth, width
        self.teaches = np.array([model.learn for model in self.tracer.models])

    def study(self, known: Floats, items: Ints) -> Floats:
        """What it expects to be known after a lesson: float[M, N] for items int[M]."""
        rows, known = np.arange(len(items)), known.copy()
        ready = np.where(self.structure.before[items], known, 1.0).prod(axis=1)
        known[rows, items] += (1.0 - known[rows, items]) * self.teaches[items] * ready
        return known

    def opine(self, request: Request) -> Opinion:
        viewers = np.asarray(request.viewers)
        known, legal = self.tracer.known(viewers), self.legality.legal(viewers)
        n = len(self.structure.items)
        wanted = np.ones((len(viewers), n)) if self.wanted is None else self.wanted(viewers)
        weights = wanted + EVERY_ITEM

        def value(known: Floats, rows: Ints) -> Floats:
            return (known * weights[rows]).sum(axis=1)

        after = self.structure.legal_after
        plan = beam_search(
            known, legal, after, self.study, value, depth=self.depth, width=self.width
        )
        gain = plan - value(known, np.arange(len(viewers)))[:, None]
        scores = by_candidate(gain, self.catalog.topic[request.candidates])
        return Opinion(self.name, scores, np.ones(len(viewers)))

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        said = answers_in(feedback, self.catalog, len(self.structure.items))
        self.legality.learn(feedback)
        there = ~said.lost
        self.tracer.trace(said.viewers[there], said.topics[there], said.right[there].astype(int))


MAKERS = {
    "path": lambda world, rng: PathAgent(world.catalog, curriculum(world), wanted=goals(world))
}
