"""Agents with opinions about patches, for any way of coordinating to decide between.

The candidates of a request are numbers of patches on a :class:`Desk`, as videos are elsewhere.
A judge's score is a reason to try a patch, never a reason to adopt it: that is for the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from mavrs_course.agents.improving.patches import Patch
from mavrs_course.agents.improving.trial import GainEstimate
from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.once import learns_once


class Desk:
    """What all judges see: patches by number, and what the log says of each.

    share: of all pages that the patch changes.
    """

    def __init__(self) -> None:
        self.patches: list[Patch] = []
        self.estimates: list[GainEstimate] = []
        self.shares: list[float] = []

    def put(self, patch: Patch, estimate: GainEstimate, share: float) -> int:
        """The number of a patch that is laid on the desk."""
        self.patches.append(patch)
        self.estimates.append(estimate)
        self.shares.append(share)
        return len(self.patches) - 1

    def request(self, numbers: Sequence[int], slots: int) -> Request:
        """Which of these patches shall be tried?"""
        return Request(np.zeros(1, dtype=np.int64), np.array([numbers]), slots)


class PatchJudge:
    """The base: a score for each patch of a request, by its number."""

    name = "judge"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def opine(self, request: Request) -> Opinion:
        scores = [[self.score(int(number)) for number in row] for row in request.candidates]
        return Opinion(self.name, np.array(scores, dtype=float), np.ones(len(request)))

    def score(self, number: int) -> float:
        raise NotImplementedError

    def learn(self, feedback: Feedback) -> None:
        """Nothing, unless a judge does."""


class GainJudge(PatchJudge):
    """Wants what the log says would earn most, over all pages."""

    name = "gain"

    def score(self, number: int) -> float:
        return self.desk.estimates[number].gain * self.desk.shares[number]


class CautionJudge(PatchJudge):
    """Wants what the log is surest of: the lower bound."""

    name = "caution"

    def score(self, number: int) -> float:
        return self.desk.estimates[number].low


class NarrowJudge(PatchJudge):
    """Wants what earns most on each page that it changes."""

    name = "narrow"

    def score(self, number: int) -> float:
        return self.desk.estimates[number].gain


class ScarJudge(PatchJudge):
    """Remembers which parts of the recommender patches have failed on."""

    name = "scars"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tried: dict[str, list[int]] = defaultdict(lambda: [1, 2])  # adopted, tried

    def score(self, number: int) -> float:
        adopted, tried = self.tried[self.desk.patches[number].part]
        return adopted / tried

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        for row, slot in zip(feedback.slate.videos, feedback.clicked, strict=True):
            for place, number in enumerate(row):
                counts = self.tried[self.desk.patches[int(number)].part]
                counts[0] += int(place == slot)
                counts[1] += 1


class WordsJudge(PatchJudge):
    """A language model's ranking of patches, as sentences.

    rank: called with sentences, gives a score for each.  It only ranks: a patch that it loves goes
    through the same tests, and one that it invents is no candidate.
    """

    name = "words"

    def __init__(self, desk: Desk, rank: Callable[[Sequence[str]], Floats]) -> None:
        super().__init__(desk)
        self.rank = rank

    def opine(self, request: Request) -> Opinion:
        said = []
        for row in request.candidates:
            said.append(self.rank([str(self.desk.patches[int(number)]) for number in row]))
        return Opinion(self.name, np.array(said, dtype=float), np.ones(len(request)))


def judges(desk: Desk) -> list[PatchJudge]:
    """The four that need no language model."""
    return [GainJudge(desk), CautionJudge(desk), NarrowJudge(desk), ScarJudge(desk)]
