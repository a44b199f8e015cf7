"""How the exercises of a lesson work as a test, by the formulas of Moodle's quiz statistics.

Source: Moodle's "Quiz statistics calculations" (docs.moodle.org/dev): facility index,
discrimination index, discriminative efficiency, coefficient of internal consistency (Cronbach's
alpha).  The quintiles are those of PrairieLearn's statistics: the mean score of an exercise in each
fifth of the class, weakest fifth first, by the sum.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.course.classroom.handin import GRADED
from mavrs_course.course.results.marks import Mark

FIFTHS = 5


@dataclass(frozen=True)
class Item:
    """One exercise in a class; NaN where the class does not tell.

    facility: the mean share of its points, in percent.  deviation: standard deviation of that
    share, in percent.  discrimination: the correlation of its points with the sum of the others,
    in percent.  efficiency: their covariance, in percent of the largest that the same points in
    another order could have.  quintiles: facility in each fifth of the class, weakest first.
    seconds: median time that its cells and its check took to run.
    """

    id: str
    max_points: float
    facility: float
    deviation: float
    discrimination: float
    efficiency: float
    quintiles: Sequence[float]
    seconds: float


@dataclass(frozen=True)
class LessonStatistics:
    """A lesson in a class: how many were graded, their points, and each exercise.

    consistency: the coefficient of internal consistency in percent; error: the standard error of
    a sum, in points.
    """

    lesson: str
    graded: int
    max_points: float
    mean: float
    median: float
    deviation: float
    consistency: float
    error: float
    items: Sequence[Item]


def lesson_statistics(marks: Sequence[Mark]) -> list[LessonStatistics]:
    """The statistics of each lesson, over those that were graded; a lesson nobody sent has none."""
    found = []
    for lesson in sorted({mark.hand_in.lesson for mark in graded(marks)}):
        found.append(
            _lesson(lesson, [one for one in graded(marks) if one.hand_in.lesson == lesson])
        )
    return found


def graded(marks: Sequence[Mark]) -> list[Mark]:
    """Those that count: graded, with exercises."""
    return [one for one in marks if one.hand_in.status == GRADED and one.hand_in.exercises]


def score_table(marks: Sequence[Mark]) -> tuple[list[str], np.ndarray]:
    """The exercises of a lesson, and the points float[S, E] of its S students."""
    ids = sorted({name for mark in marks for name in mark.exercises}, key=_natural)
    return ids, np.array([[mark.exercises.get(name, 0) for name in ids] for mark in marks], float)


def _natural(exercise: str) -> tuple[str, int]:
    lesson, _, number = exercise.partition(".")
    return lesson, int(number) if number.isdigit() else 0


def _lesson(lesson: str, marks: Sequence[Mark]) -> LessonStatistics:
    ids, scores = score_table(marks)
    most = {each.id: each.max_points for mark in marks for each in mark.hand_in.exercises}
    sums = scores.sum(axis=1)
    consistency = internal_consistency(scores)
    error = math.sqrt(max(1 - consistency / 100, 0.0)) * _deviation(sums)
    return LessonStatistics(
        lesson,
        len(marks),
        sum(most.values()),
        float(sums.mean()),
        float(np.median(sums)),
        _deviation(sums),
        consistency,
        error,
        [_item(name, most.get(name, 0), scores, place, marks) for place, name in enumerate(ids)],
    )


def _item(name: str, most: float, scores: np.ndarray, place: int, marks: Sequence[Mark]) -> Item:
    points = scores[:, place]
    rest = scores.sum(axis=1) - points
    times = [each.seconds for mark in marks for each in mark.hand_in.exercises if each.id == name]
    share = 100 / most if most else math.nan
    return Item(
        name,
        most,
        float(points.mean()) * share,
        _deviation(points) * share,
        discrimination_index(points, rest),
        discriminative_efficiency(points, rest),
        [share * mean for mean in _fifths(points, scores.sum(axis=1))],
        statistics.median(times) if times else math.nan,
    )


def discrimination_index(points: np.ndarray, rest: np.ndarray) -> float:
    """100 · C(x, X) / √(V(x) V(X)), X the sum of the other exercises; NaN where nothing varies."""
    if len(points) < 2:
        return math.nan
    spread = math.sqrt(np.var(points, ddof=1) * np.var(rest, ddof=1))
    return 100 * _covariance(points, rest) / spread if spread > 0 else math.nan


def discriminative_efficiency(points: np.ndarray, rest: np.ndarray) -> float:
    """100 · C(x, X) / C_max, C_max with both sorted; NaN where that is 0."""
    if len(points) < 2:
        return math.nan
    most = _covariance(np.sort(points), np.sort(rest))
    return 100 * _covariance(points, rest) / most if most > 0 else math.nan


def internal_consistency(scores: np.ndarray) -> float:
    """100 · P/(P − 1) · (1 − Σ V(x) / V(T)), Cronbach's alpha, of float[S, P]; NaN if undefined."""
    students, exercises = scores.shape
    if students < 2 or exercises < 2:
        return math.nan
    whole = float(np.var(scores.sum(axis=1), ddof=1))
    if whole <= 0:
        return math.nan
    parts = float(np.var(scores, axis=0, ddof=1).sum())
    return 100 * exercises / (exercises - 1) * (1 - parts / whole)


def _covariance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.cov(one, other, ddof=1)[0, 1])


def _deviation(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def _fifths(points: np.ndarray, sums: np.ndarray) -> list[float]:
    """The mean in each fifth by the sum; a class of fewer than five has none."""
    if len(points) < FIFTHS:
        return []
    order = np.argsort(sums, kind="stable")
    return [float(points[part].mean()) for part in np.array_split(order, FIFTHS)]
