"""What a class has misunderstood: each diagnosis as a distractor of its exercise.

A multiple-choice test asks of each wrong option who chose it and what else they got right.  A
named misconception is such an option, and nobody had to guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.course.grading.grades import FAILED
from mavrs_course.course.results.items import discrimination_index, graded, score_table
from mavrs_course.course.results.marks import Mark

WORTH_A_WORD = 0.1  # of a class
MOST_TO_TEACH = 5


@dataclass(frozen=True)
class Misconception:
    """One diagnosis in a class.

    message: what its students were told.  who: their names.  share: of those graded in the lesson.
    correlation: point-biserial, of having made it with the points of the other exercises, from
    −1 to 1; NaN where nothing varies.  Clearly below 0: the weaker made it.  Near or above 0: so
    did those who know the rest well, and the lesson itself may mislead.
    """

    exercise: str
    diagnosis: str
    message: str
    who: Sequence[str]
    share: float
    correlation: float


def misconceptions(marks: Sequence[Mark]) -> list[Misconception]:
    """All that were named, the commonest first."""
    found = []
    for lesson in sorted({mark.hand_in.lesson for mark in graded(marks)}):
        ours = [mark for mark in graded(marks) if mark.hand_in.lesson == lesson]
        found += _in_lesson(ours)
    return sorted(found, key=lambda each: (-each.share, each.exercise, each.diagnosis))


def to_teach(found: Sequence[Misconception]) -> list[Misconception]:
    """What to take up again with the whole class: made by a tenth of it, and by two or more."""
    common = [one for one in found if one.share >= WORTH_A_WORD and len(one.who) > 1]
    return common[:MOST_TO_TEACH]


def _in_lesson(marks: Sequence[Mark]) -> list[Misconception]:
    ids, scores = score_table(marks)
    made: dict[tuple[str, str], list[int]] = {}
    told: dict[tuple[str, str], str] = {}
    for student, mark in enumerate(marks):
        for each in mark.hand_in.exercises:
            if each.diagnosis and each.status == FAILED:
                made.setdefault((each.id, each.diagnosis), []).append(student)
                told.setdefault((each.id, each.diagnosis), each.message)
    found = []
    for (exercise, diagnosis), students in made.items():
        rest = scores.sum(axis=1) - scores[:, ids.index(exercise)]
        has = np.isin(np.arange(len(marks)), students).astype(float)
        names = [_name(marks[student]) for student in students]
        correlation = discrimination_index(has, rest) / 100
        share = len(students) / len(marks)
        message = told[exercise, diagnosis]
        found.append(Misconception(exercise, diagnosis, message, names, share, correlation))
    return found


def _name(mark: Mark) -> str:
    one = mark.hand_in
    return one.student or one.participant or one.notebook
