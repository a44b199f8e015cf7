"""The plainest way to let several agents decide: the average of what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mavrs_course.coordination.notes import Note, lessons
from mavrs_course.coordination.single import ask, best_columns
from mavrs_course.messages import (
    Agent,
    Feedback,
    Floats,
    Opinion,
    Request,
    Slate,
    Trace,
    new_uid,
)
from mavrs_course.once import learns_once


class AverageOfAgents:
    """Shows the K candidates with the highest weighted mean of normalised scores.

    Only an agent knows the scale of its scores, so each agent's scores for a page are first
    stretched to [0, 1]; an agent to whom all candidates are equal has no say in that page.
    weights: how much each agent counts, by its name, 0 or more; 1 where not given.  Ties are
    broken at random when given ``rng``, else in favour of the earlier candidate.
    The reason in each slot says where every agent that had a say ranked that video.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        weights: Mapping[str, float] | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.agents = tuple(agents)
        names = [agent.name for agent in self.agents]
        if len(set(names)) != max(len(names), 1):
            raise ValueError(f"an average needs agents with different names, not {names}")
        self.weights = dict.fromkeys(names, 1.0) | dict(weights or {})
        if len(self.weights) != len(names):
            raise ValueError(f"weights name {sorted(self.weights)}, but the agents are {names}")
        if not all(0 <= weight < np.inf for weight in self.weights.values()):
            raise ValueError(f"weights are finite and not negative, not {self.weights}")
        self.rng = rng
        self.uid = new_uid()

    def recommend(self, request: Request) -> Slate:
        trace = Trace()
        opinions = [ask(agent, request, trace) for agent in self.agents]
        votes = [self._vote(opinion) for opinion in opinions]
        columns = best_columns(np.sum(votes, axis=0), request.slots, self.rng)
        videos = np.take_along_axis(request.candidates, columns, axis=1)
        spoke = [o for o in opinions if self.weights[o.agent] > 0]
        everywhere = np.arange(len(request))
        notes = {
            n: ((everywhere, opinion.memo),)
            for n, opinion in enumerate(opinions)
            if opinion.memo is not None
        }
        memo = Note(self.uid, agents=notes)
        return Slate(videos, _reasons(spoke, columns), trace, request, memo=memo)

    def _vote(self, opinion: Opinion) -> Floats:
        if np.isinf(opinion.scores).any():
            raise ValueError(f"{opinion.agent!r} gave an infinite score, which has no average")
        return self.weights[opinion.agent] * normalised(opinion.scores)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Hand the feedback to every agent."""
        notes = Note.of(feedback, self.uid).agents
        for number, agent in enumerate(self.agents):
            for lesson in lessons(feedback, notes.get(number, ())):
                agent.learn(lesson)


def normalised(scores: Floats) -> Floats:
    """Each row stretched to [0, 1]: float[..., C]; a row without differences becomes zeros."""
    scores = scores / 2.0  # or the span between the largest numbers there are would be infinite
    lowest = scores.min(axis=-1, keepdims=True)
    span = scores.max(axis=-1, keepdims=True) - lowest
    return np.divide(scores - lowest, span, out=np.zeros_like(scores, dtype=float), where=span > 0)


def ranks(scores: Floats) -> np.ndarray:
    """Rank of each candidate in its row, 1 the highest, equals sharing the better: int[B, C]."""
    return 1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2)


def _reasons(opinions: Sequence[Opinion], columns: np.ndarray) -> list[list[str]]:
    pages, slots = columns.shape
    said: list[list[list[str]]] = [[[] for _ in range(slots)] for _ in range(pages)]
    for opinion in opinions:
        chosen = np.take_along_axis(ranks(opinion.scores), columns, axis=1)
        spoke = np.ptp(opinion.scores, axis=1) > 0
        for row in np.flatnonzero(spoke):
            for slot in range(slots):
                said[row][slot].append(f"{ordinal(chosen[row, slot])} by {opinion.agent}")
    return [[_joined(voices) for voices in page] for page in said]


def _joined(voices: Sequence[str]) -> str:
    if not voices:
        return "No agent prefers anything here, so this is chance."
    return f"Ranked {', '.join(voices)}."


def ordinal(number: int) -> str:
    """1 as ``1st``, 2 as ``2nd``, 11 as ``11th``."""
    teen = 10 <= number % 100 <= 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
