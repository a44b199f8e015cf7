"""Rules: agents of the course and whoever is lent, weighed by how far they agree.

No language model, nothing trained.  Own agents are chosen by what the world shows of itself: a
curriculum, rooms that open and close, or plain pages.  How much to believe each of them, and each
agent on loan, comes out of their agreement alone: a model of one factor (Spearman 1904), which
supposes that all talk about one thing and err each for itself.  Whoever says the opposite of what
is true has a negative loading, and is heard with a minus sign.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.agents import (
    EditorAgent,
    ForgettingAgent,
    HeedingAgent,
    LegalityAgent,
    MemoryAgent,
    PathAgent,
    PopularityAgent,
    ReasoningAgent,
    curriculum,
    goals,
)
from mavrs_course.agents.live.detector import DetectorAgent
from mavrs_course.coordination import Decision, PanelCoordinator

NAME = "rules"
AGENTS = ("reasoning", "editor", "memory", "path", "legality", "heeding", "forgetting")
PREDICTIONS = {
    "plain": (0.4, 0.8),
    "drift": (0.65, 0.85),
    "boredom": (0.7, 1.0),
    "clickbait": (0.4, 0.85),
    "liars": (0.7, 1.2),
    "killed": (0.6, 1.1),
    "silent_model": (0.4, 0.8),
    "second_platform": (0.5, 0.75),
}
MOST = 0.95  # the largest loading that is believed
STEPS = 20


def build(world, rng):
    """A coordinator for this world: own agents by rule, and the agents on loan."""
    return Agreement([*own_agents(world, rng), *world.team], rng=rng)


def own_agents(world, rng):
    """The first of them knows most, and says which way is up."""
    if world.learners is not None:
        lessons = curriculum(world)
        path = PathAgent(world.catalog, lessons, wanted=goals(world))
        return [path, LegalityAgent(world.catalog, lessons)]
    reasoning = ReasoningAgent(
        world.catalog, rng, slots=world.slots, candidates=world.candidates, explaining=False
    )
    if world.rooms is not None:
        heeding = HeedingAgent(PopularityAgent(world.catalog), DetectorAgent(world))
        return [reasoning, heeding, ForgettingAgent(world)]
    return [reasoning, EditorAgent(world.catalog), MemoryAgent(world.catalog)]


class Agreement(PanelCoordinator):
    """Weighs each agent by its loading on the one thing that all of them talk about."""

    def __init__(self, agents, **options):
        super().__init__(agents, **options)
        self.together = np.zeros((len(agents), len(agents)))
        self.pages = np.zeros((len(agents), len(agents)))

    def decide(self, hearing, trace):
        votes = standard(hearing.scores)  # float[B, n, C]
        both = hearing.heard[:, :, None] & hearing.heard[:, None, :]
        product = np.einsum("bic,bjc->bij", votes, votes) / votes.shape[2]
        self.together += np.where(both, product, 0.0).sum(axis=0)
        self.pages += both.sum(axis=0)
        found = loadings(self.together / np.maximum(self.pages, 1))
        weighed = (found / (1.0 - found**2))[None, :, None] * votes
        slots = hearing.request.slots
        return Decision.by_scores(weighed.sum(axis=1), np.maximum(weighed, 0.0), slots, self.rng)


def standard(scores):
    """The ranks of each page, with mean 0 and deviation 1; 0 where all are equal."""
    ranks = scores.argsort(axis=2).argsort(axis=2).astype(float)
    ranks[np.ptp(scores, axis=2) == 0] = 0.0
    ranks -= ranks.mean(axis=2, keepdims=True)
    spread = ranks.std(axis=2, keepdims=True)
    return np.divide(ranks, spread, out=np.zeros_like(ranks), where=spread > 0)


def loadings(alike):
    """Principal factor of correlations float[n, n], what is each one's own estimated: float[n].

    With one or two agents nothing can be told from their agreement: all count the same.
    """
    if len(alike) < 3:
        return np.full(len(alike), 0.5)
    common = alike.copy()
    np.fill_diagonal(common, 0.0)
    np.fill_diagonal(common, np.abs(common).max(axis=1))
    for _ in range(STEPS):
        values, vectors = np.linalg.eigh(common)
        found = np.clip(vectors[:, -1] * np.sqrt(max(values[-1], 0.0)), -MOST, MOST)
        np.fill_diagonal(common, found**2)
    return found * (np.sign(found[0]) or 1.0)
