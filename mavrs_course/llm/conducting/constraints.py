"""Rules that code enforces after the decision, whatever was decided and by whom.

A prompt asks, code obliges.  A page that breaks a rule is mended with as little change as the rules
allow, and what could not be mended is said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints


class Constraint:
    """A rule about pages, as the three questions that :func:`mend` asks.

    Videos are numbers of the catalogue; a page is int[K].
    """

    def must(self, candidates: Ints) -> Bools:
        """Which of the candidates int[C] have to be on the page: bool[C]."""
        return np.zeros(len(candidates), dtype=bool)

    def allows(self, page: Sequence[int], video: int) -> bool:
        """May the video join those that are on the page already?"""
        return True

    def broken(self, page: Sequence[int], candidates: Ints) -> str:
        """What is wrong with a page, in words, or ""."""
        wanted = set(candidates[self.must(candidates)].tolist())
        carried = wanted & {int(v) for v in page}
        if len(carried) < min(len(wanted), len(page)):
            return f"{self}, but video {min(wanted - carried)} is missing"
        for place, video in enumerate(page):
            if not self.allows([int(v) for v in page[:place]], int(video)):
                return f"{self}, but video {int(video)} is there"
        return ""


@dataclass(frozen=True)
class Blocked(Constraint):
    """No video of these topics.  topic: int[V], of the catalogue."""

    topic: Ints
    topics: Collection[int]

    def allows(self, page: Sequence[int], video: int) -> bool:
        return int(self.topic[video]) not in self.topics

    def __str__(self) -> str:
        return "some topics are blocked"


@dataclass(frozen=True)
class AtMost(Constraint):
    """At most ``number`` videos of one topic on a page."""

    topic: Ints
    number: int

    def allows(self, page: Sequence[int], video: int) -> bool:
        same = sum(int(self.topic[other]) == int(self.topic[video]) for other in page)
        return same < self.number

    def __str__(self) -> str:
        return f"at most {self.number} of a topic"


@dataclass(frozen=True)
class MustCarry(Constraint):
    """Wherever one of these videos is a candidate it is on the page, as far as there is room."""

    videos: Collection[int]

    def must(self, candidates: Ints) -> Bools:
        return np.isin(candidates, list(self.videos))

    def __str__(self) -> str:
        return "some videos must be carried"


def problems(constraints: Sequence[Constraint], page: Sequence[int], candidates: Ints) -> list[str]:
    """What is wrong with a page int[K], one sentence for each rule that it breaks."""
    said = [rule.broken(page, candidates) for rule in constraints]
    return [problem for problem in said if problem]


def mend(
    constraints: Sequence[Constraint], candidates: Ints, scores: Floats, slots: int
) -> tuple[Ints, list[str]]:
    """The best page that keeps the rules, as columns int[K], and what it still breaks.

    candidates: int[C].  scores: float[C], larger is better.  First what must be carried, then the
    best that may join, one by one.  With rules of these three kinds that is the page with the
    largest sum of scores among all that keep them, as "at most n of a topic" is a matroid and
    greed is optimal on one (Edmonds 1971, "Matroids and the greedy algorithm").  Where the
    candidates allow no such page, the best of the rest fill it up.
    """
    order = np.argsort(-scores, kind="stable")
    must = np.zeros(len(candidates), dtype=bool)
    for rule in constraints:
        must |= rule.must(candidates)
    chosen: list[int] = []
    for wave in (order[must[order]], order[~must[order]]):
        for column in wave:
            page = [int(candidates[c]) for c in chosen]
            video = int(candidates[column])
            if len(chosen) < slots and all(rule.allows(page, video) for rule in constraints):
                chosen.append(int(column))
    rest = [int(column) for column in order if column not in chosen]
    chosen += rest[: slots - len(chosen)]
    columns = np.array(sorted(chosen, key=lambda column: list(order).index(column)))
    return columns, problems(constraints, candidates[columns], candidates)
