"""Saying "I don't know": Chow's rule, conformal sets, and an agent that does both.

``n`` cases and ``C`` classes; ``chance`` float[n, C], a model's probabilities, summing to 1.
"""

from __future__ import annotations

import math

import numpy as np

from mavrs_course.agents.long_video.staying import views
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised

UNKNOWN = -1
SOON = 5.0  # minutes: who leaves before has regretted the click


def chow(chance: Floats, cost: float) -> Ints:
    """The most probable class of each case, or ``UNKNOWN`` where its chance is below ``1 - cost``.

    A mistake costs 1 and not answering ``cost``: answering is worth it while the chance to be
    wrong is at most ``cost``.  int[n].
    Source: Chow, "On optimum recognition error and reject tradeoff" (IEEE Trans. Inf. Theory 1970).
    """
    if not 0 <= cost <= 1:
        raise ValueError(f"not to answer costs from 0 to 1 mistakes, not {cost}")
    chance = np.asarray(chance, dtype=float)
    return np.where(chance.max(axis=1) >= 1.0 - cost, chance.argmax(axis=1), UNKNOWN)


def conformal_rank(cases: int, miss: float) -> int:
    """``k = ceil((1 - miss) (n + 1))``: which of ``n`` ordered scores is the threshold.

    ``n + 1`` says that there are too few cases for the promise, and the threshold is infinite.
    """
    if not 0 < miss < 1:
        raise ValueError(f"a set may miss a part of the cases between 0 and 1, not {miss}")
    return math.ceil((1.0 - miss) * (cases + 1) - 1e-9)


def conformal_threshold(scores: Floats, miss: float) -> float:
    """The score that a new case exceeds with probability ``miss`` at most.

    scores: float[n], how badly the truth fitted each calibration case, such as 1 minus the chance
    that it was given.  For scores without ties the coverage, over draws of calibration cases, is
    ``Beta(k, n + 1 - k)`` with :func:`conformal_rank`'s ``k``.
    Source: Vovk, Gammerman and Shafer, "Algorithmic learning in a random world" (2005).
    """
    rank = conformal_rank(len(scores), miss)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else math.inf


def conformal_sets(chance: Floats, threshold: float) -> Bools:
    """The classes that fit at least as well as the threshold asks: bool[n, C]."""
    return 1.0 - np.asarray(chance, dtype=float) <= threshold


class CautiousAgent:
    """Says how likely you are to stay for five minutes, and "I don't know" by Chow's rule.

    ``kept`` of ``tried`` clicks on a topic were no regret.  Its chance for a viewer and topic is
    ``(kept + usual) / (tried + 1)``, where ``usual`` is the rate of all viewers, itself counted
    from one half.  Where the chance of a mistake about a page's first choice is above ``cost``, all
    candidates get the same score, and its confidence is 0.
    """

    name = "cautious"

    def __init__(self, catalog: VideoCatalog, *, cost: float = 0.3) -> None:
        self.catalog, self.cost = catalog, cost
        self.tried = np.zeros((0, catalog.n_topics))
        self.kept = np.zeros((0, catalog.n_topics))
        self.all_tried, self.all_kept = np.zeros((2, catalog.n_topics))
        chow(np.ones((1, 1)), cost)  # refuses a cost that is none

    def chance(self, viewers: Ints, videos: Ints) -> Floats:
        """The chance of no regret, float[B, n], for videos int[B, n]."""
        self.tried, self.kept = (with_room(one, viewers) for one in (self.tried, self.kept))
        usual = (self.all_kept + 0.5) / (self.all_tried + 1.0)  # [n_topics]
        rows, topic = viewers[:, None], self.catalog.topic[videos]
        return (self.kept[rows, topic] + usual[topic]) / (self.tried[rows, topic] + 1.0)

    def opine(self, request: Request) -> Opinion:
        chance = self.chance(request.viewers, request.candidates)
        rows, first = np.arange(len(request)), chance.argmax(axis=1)
        best = chance[rows, first]
        knows = chow(np.stack([1.0 - best, best], axis=1), self.cost) != UNKNOWN
        scores = np.where(knows[:, None], chance, 0.5)
        topics = self.catalog.topic[request.candidates[rows, first]]
        reasons = [
            self._reason(topic, sure, kept)
            for topic, sure, kept in zip(topics, knows, best, strict=True)
        ]
        return Opinion(self.name, scores, np.where(knows, np.abs(2 * best - 1), 0.0), reasons)

    def _reason(self, topic: int, knows: bool, chance: float) -> str:
        if not knows:
            return "I don't know."
        return f"{capitalised(self.catalog.topics[topic])}: {chance:.0%} sure that you will stay."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers, videos, watched, left = views(feedback, self.catalog)
        everybody = feedback.request.viewers
        self.tried, self.kept = (with_room(one, everybody) for one in (self.tried, self.kept))
        topic, fine = self.catalog.topic[videos], ~(left & (watched < SOON))
        np.add.at(self.tried, (viewers, topic), 1.0)
        np.add.at(self.kept, (viewers, topic), fine)
        np.add.at(self.all_tried, topic, 1.0)
        np.add.at(self.all_kept, topic, fine)


MAKERS = {"cautious": lambda world, rng: CautiousAgent(world.catalog)}
