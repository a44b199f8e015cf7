"""Four agents with one job each: go on, step back, plan ahead, and keep from forgetting.

They are the four questions of KA Lite's recommender (resume, prerequisites of what you struggle
with, next, and, in the place of its "explore", review), asked of beliefs.  A "viewer" is the one
learner, a "video" an objective by its number, and who has nothing to say scores all alike.
Source of the four: learningequality/ka-lite, content_recommendation.py (MIT).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from mavrs_course.course.objectives import Objective
from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.tutor.standing import IN_HAND, LearnerModel, Standing

STUCK = 6  # failures in a row: all hints are open, and were not enough
REST = 0.3  # what the next of the lesson counts, of what a begun exercise does
FADING = 0.7  # recall below it is worth a review


class ObjectiveAgent:
    """The base: one score for each objective, whatever is asked."""

    name = ""

    def __init__(self, graph: Mapping[str, Objective], learner: LearnerModel) -> None:
        self.graph, self.learner = dict(graph), learner
        self.standings = [learner[key] for key in graph]

    def scores(self) -> Floats:
        """float[N], larger is better."""
        raise NotImplementedError

    @cached_property
    def scored(self) -> Floats:
        """The same, worked out once: the record does not change while it is asked."""
        return self.scores()

    def opine(self, request: Request) -> Opinion:
        return Opinion(self.name, self.scored[request.candidates], np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """What there is to learn stands in the record of answers."""


class UnfinishedAgent(ObjectiveAgent):
    """What was begun and not finished: the latest attempts first, then the rest of the lesson.

    It lets go of what is stuck.
    """

    name = "resume"

    def scores(self) -> Floats:
        begun = np.array([_begun(standing) for standing in self.standings])
        for place, number in enumerate(self._rest()):
            begun[number] = REST / (1 + place) / (1.0 + (self.learner.days_away or 0.0))
        return begun

    def _rest(self) -> list[int]:
        """What is left of the lesson of the latest answer and can be begun, in its order."""
        dated = [standing for standing in self.standings if standing.days is not None]
        if not dated:
            return []
        lesson = min(dated, key=_days).objective.lesson
        return [
            number
            for number, standing in enumerate(self.standings)
            if standing.objective.lesson == lesson and not standing.tried
            if not self._missing(standing)
        ]

    def _missing(self, standing: Standing) -> bool:
        weakest = self.learner.weakest(standing.objective)
        return weakest is not None and self.learner.belief_in(weakest) < IN_HAND


def _begun(standing: Standing) -> float:
    if not standing.tried or not standing.left or standing.failures >= STUCK:
        return 0.0
    return 1.0 / (1.0 + _days(standing))


def _days(standing: Standing) -> float:
    return standing.days or 0.0


class StepBackAgent(ObjectiveAgent):
    """What a stuck exercise builds on, where it is not in hand itself: the weakest first."""

    name = "step back"

    def scores(self) -> Floats:
        weak = {key for one in stuck(self.standings) for key in below(one, self.learner)}
        return np.array([(s.objective.id in weak) * (1.0 - s.known) for s in self.standings])


def stuck(standings: Sequence[Standing]) -> list[Standing]:
    """Those on which the last answers were all wrong, many times."""
    return [standing for standing in standings if standing.left and standing.failures >= STUCK]


def below(standing: Standing, learner: LearnerModel) -> list[str]:
    """The objectives that one builds on, or that make it easier, and that are not in hand."""
    under = (*standing.objective.needs, *standing.objective.helps)
    return [k for k in under if learner[k].known < IN_HAND and learner[k].objective.exercises]


class ReviewAgent(ObjectiveAgent):
    """What is being forgotten, by how much of it is gone and how much that is open builds on it."""

    name = "review"

    def scores(self) -> Floats:
        built_on = {key: 0 for key in self.graph}
        for standing in self.standings:
            if standing.left:
                for key in (*standing.objective.needs, *standing.objective.helps):
                    built_on[key] += 1
        return np.array([_fading(s) * (1 + built_on[s.objective.id]) for s in self.standings])


def _fading(standing: Standing) -> float:
    due = standing.card is not None and standing.recall < FADING
    return 1.0 - standing.recall if due else 0.0
