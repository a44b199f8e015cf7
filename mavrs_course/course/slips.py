"""Two slips at once: a wrong answer with the edits of two known mistakes.

Neither mistake alone gives what came back; both together do, in every case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from mavrs_course.course import registry
from mavrs_course.course.bank import BankFile
from mavrs_course.course.causes import Cause
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.sheet import SheetChange, SheetError
from mavrs_course.course.trial import run, same
from mavrs_course.course.values import as_array

LONG = 2.0  # seconds
TELLING = 8  # different wrong numbers that agree: fewer, or texts and truths, fit many a pair


def two_slips(exercise: Exercise, evidence: Evidence) -> Cause | None:
    """The two mistakes of the bank that together do what the answer does on every case.

    None where several pairs do, or too few numbers tell.
    """
    trials = [evidence.shown, *evidence.trials, *evidence.further]
    if len(set(_numbers([trial.returned for trial in evidence.failing]))) < TELLING:
        return None
    found = []
    try:
        with Limits(LONG):  # two mistakes together may never end
            for names, causes, answer in _pairs(exercise):
                if all(same(exercise, run(exercise, answer, t.case), t.outcome) for t in trials):
                    found.append(Cause(names, causes))
    except LimitReached:
        return None
    return found[0] if len(found) == 1 else None


def _numbers(value: Any) -> Iterator[float]:
    """All numbers in a result that are not truth values, to nine digits."""
    array = as_array(value)
    if array is not None and array.dtype.kind in "iuf":
        yield from np.round(np.ravel(array).astype(float), 9).tolist()
    elif isinstance(value, Mapping):
        yield from _numbers(list(value.values()))
    elif array is None and isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)


def _pairs(exercise: Exercise) -> Iterator[tuple[str, str, Any]]:
    """Two mistakes' names, their causes, and the reference with the edits of both."""
    try:
        file = BankFile(registry.file_of(exercise.id))
    except registry.UnknownExerciseError:
        return
    edits = [(e, change) for e in file.entries for change in e.changes if change.edits]
    for (one, first), (other, second) in combinations(edits, 2):
        if one is other or first.base != second.base:
            continue
        both = SheetChange(first.base, first.edits + second.edits)
        try:
            answer = file.answer(both, f"{one.name}+{other.name}")
        except SheetError:  # the two change the same words
            continue
        yield (
            f"{one.name} and {other.name}",
            f"Two slips at once. {one.because} And: {other.because}",
            answer,
        )
