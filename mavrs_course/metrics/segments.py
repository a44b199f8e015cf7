"""How well found changes agree with those that people marked: F1 and covering.

Changes are where a new segment begins; 0 always is one.  Source: van den Burg and Williams, "An
evaluation of change point detection algorithms" (arXiv 2003.06222), sections 4.1 and 4.2; covering
is that of Arbelaez et al. (2010).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mavrs_course.metrics.pages import MetricError


def change_f1(marked: Sequence[Iterable[int]], found: Iterable[int], margin: int = 5) -> float:
    """F1 of found changes against the marks of several people.

    A mark is found if a change lies within ``margin`` of it, and each change finds one mark only.
    Precision is against what anybody marked, recall the mean of each person's.
    """
    people = [{0, *person} for person in _some(marked)]
    changes = {0, *found}
    anybody = set().union(*people)
    precision = len(_matched(anybody, changes, margin)) / len(changes)
    recall = float(np.mean([len(_matched(one, changes, margin)) / len(one) for one in people]))
    return 2.0 * precision * recall / (precision + recall)


def covering(marked: Sequence[Iterable[int]], found: Iterable[int], length: int) -> float:
    """Mean over people of how well their segments are covered, each weighted by its length.

    A segment is covered by the found one that overlaps most with it: overlap over union.
    """
    ours = _spans(found, length)
    scores = []
    for person in _some(marked):
        best = [
            (last - first) * max(_overlap((first, last), other) for other in ours)
            for first, last in _spans(person, length)
        ]
        scores.append(sum(best) / length)
    return float(np.mean(scores))


def _matched(marks: set[int], changes: set[int], margin: int) -> set[int]:
    left, matched = set(changes), set()
    for mark in sorted(marks):
        near = [(abs(mark - change), change) for change in left if abs(mark - change) <= margin]
        if near:
            left.discard(min(near)[1])
            matched.add(mark)
    return matched


def _spans(changes: Iterable[int], length: int) -> list[tuple[int, int]]:
    starts = sorted({0, *changes})
    if length < 1 or starts[-1] >= length or starts[0] < 0:
        raise MetricError(f"changes lie from 0 to below the length {length}, not at {starts}")
    return list(zip(starts, [*starts[1:], length], strict=True))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


def _some(marked: Sequence[Iterable[int]]) -> Sequence[Iterable[int]]:
    if not len(marked):
        raise MetricError("nobody has marked anything; give the marks of one person at least")
    return marked
