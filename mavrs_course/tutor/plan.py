"""The agent that plans ahead: which objective first, so that most is in hand some objectives on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mavrs_course.course.objectives import Objective
from mavrs_course.messages import Floats
from mavrs_course.tutor.agents import ObjectiveAgent
from mavrs_course.tutor.standing import ATTEMPTS, LearnerModel

EASE = 0.5  # what is lost of an objective when none of what helps is in hand
DISCOUNT = 0.9
HORIZON, BEAM = 5, 3


class PlanAgent(ObjectiveAgent):
    """Scores an objective by the best plan that begins with it: beam search over beliefs.

    Working at an objective is believed to add ``ready * (1 - known) * P(right)``, where ``ready``
    is the belief in the weakest of what it needs, less up to half where what helps is not known.
    What was solved is left to the agent that reviews.  A plan of five steps is worth the sum, each
    step a tenth less than the one before.
    """

    name = "plan"

    def __init__(self, graph: Mapping[str, Objective], learner: LearnerModel) -> None:
        super().__init__(graph, learner)
        self.unsolved = np.array([bool(standing.left) for standing in self.standings])
        place = {key: number for number, key in enumerate(self.graph)}
        self.needs, self.helps = np.zeros((2, len(place), len(place)), dtype=bool)
        for key, objective in self.graph.items():
            self.needs[place[key], [place[other] for other in objective.needs]] = True
            self.helps[place[key], [place[other] for other in objective.helps]] = True

    def ready(self, known: Floats) -> Floats:
        """How ready somebody is for each objective: float[..., N] for beliefs float[..., N]."""
        some = self.needs.any(axis=1)  # the others need nothing
        weakest = np.ones(known.shape)
        weakest[..., some] = np.where(self.needs[some], known[..., None, :], 1.0).min(axis=-1)
        missing = (1.0 - known) @ self.helps.T / np.maximum(self.helps.sum(axis=1), 1)
        return weakest * (1.0 - EASE * missing)

    def gains(self, known: Floats) -> Floats:
        """What work at each objective that is not solved is believed to add: float[..., N]."""
        return self.unsolved * self.ready(known) * (1.0 - known) * ATTEMPTS.right(known)

    def scores(self) -> Floats:
        known = self.learner.believed
        items = len(known)
        everyone = np.arange(items)
        worth = self.gains(known)[:, None]  # [first, beam]
        plans = np.tile(known, (items, 1, 1))  # [first, beam, N]
        plans[everyone, 0, everyone] += worth[:, 0]
        for step in range(1, HORIZON):
            gains = self.gains(plans)
            onwards = (worth[..., None] + DISCOUNT**step * gains).reshape(items, -1)
            kept = np.argsort(-onwards, axis=1, kind="stable")[:, :BEAM]
            plan, item = np.divmod(kept, items)
            worth = np.take_along_axis(onwards, kept, axis=1)
            plans = np.take_along_axis(plans, plan[..., None], axis=1)
            added = np.take_along_axis(gains.reshape(items, -1), kept, axis=1)
            rows, places = np.ix_(everyone, np.arange(kept.shape[1]))
            plans[rows, places, item] += added
        return worth.max(axis=1)
