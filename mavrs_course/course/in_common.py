"""What an answer does to its inputs, found by giving it others; and what its failing cases share.

Here nothing is known of how an answer is written.  What is said was tried: on inputs of two cases
mixed, on single rows, and on the inputs of all cases, those of further seeds included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.course.causes import Cause
from mavrs_course.course.compare import compare
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.exercise import Case, Exercise, Trial
from mavrs_course.course.trial import run
from mavrs_course.course.values import as_array
from mavrs_course.words import listed

MIXED = 40  # of all mixed inputs, as many are tried
MATTERED = 8  # of which so many, and half, change the right result
ALIKE = 2  # cases, by their labels, that must fail, and pass, before something is made of it


def input_without_effect(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """An input that the right result depends on, and the answer's never does."""
    trials = [trial for trial in evidence.all if trial.error is None and trial.wanted.error is None]
    for place, name in enumerate(evidence.shown.names[: len(evidence.shown.inputs)]):
        if _has_no_effect(exercise, answer, trials, place):
            return Cause(
                "input_without_effect",
                f"`{name}` has no effect on your result: with another `{name}` it stays the same, "
                "and the right one does not.",
            )
    return None


def _has_no_effect(exercise: Exercise, answer: Any, trials: Sequence[Trial], place: int) -> bool:
    """Whether an answer stays the same in every case that has another's input at this place."""
    mixed = list(_mixed(trials, place))
    tried, mattered = 0, Counter[str]()
    for one, case in mixed[:: max(1, len(mixed) // MIXED)]:
        wanted = run(exercise, exercise.reference, case)
        if wanted.error is not None or one.returned is None:
            continue
        outcome = run(exercise, answer, case)
        if outcome.error is not None or not _equal(outcome.value, one.returned):
            return False
        tried += 1
        mattered[one.case.label] += not _equal(wanted.value, one.expected)
    return len(+mattered) > 1 and mattered.total() >= max(MATTERED, tried / 2)


def _mixed(trials: Sequence[Trial], place: int) -> Iterator[tuple[Trial, Case]]:
    for one in trials:
        for other in trials:
            if len(one.inputs) != len(other.inputs) or len(one.inputs) <= place:
                continue
            mine, others = one.inputs[place], other.inputs[place]
            if _kind(mine) == _kind(others) and compare(mine, others, 0.0):
                inputs = [*one.inputs]
                inputs[place] = others
                yield one, replace(one.case, inputs=tuple(inputs), expected=None)


def _kind(value: Any) -> tuple:
    return type(value), np.shape(value) if isinstance(value, np.ndarray) else None


def rows_mixed_up(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """Rows that the right answer treats each for itself, in every case, and this one does not."""
    if exercise.observe is not None:
        return None
    batches = [(trial, _alone(exercise, trial)) for trial in evidence.all]
    batches = [(trial, alone) for trial, alone in batches if alone is not None]
    if not all(alone for _, alone in batches):
        return None
    together, alone_right = [], []
    for trial, alone in batches:
        returned = as_array(trial.returned)
        if trial.passed or not np.ndim(returned) or len(returned) != len(alone):
            continue
        for row, (case, right) in enumerate(alone):
            result = run(exercise, answer, case).value
            together.append(_equal(result, returned[row : row + 1]))
            alone_right.append(_equal(result, right))
    if all(together):
        return None
    how = (
        "Each row alone comes out right, and several together do not"
        if all(alone_right)
        else "What comes out for a row is something else when it is given alone"
    )
    return Cause(
        "rows_mixed_up",
        f"{how}: a row gets something of the others, from a sum or a maximum over all of them, an "
        "axis, or what is kept from row to row.",
    )


def _alone(exercise: Exercise, trial: Trial) -> list[tuple[Case, Any]] | None:
    """Each row as a case of its own, with the right result.

    None where there is one row; empty where the right rows need one another.
    """
    expected = as_array(trial.expected)
    rows = len(expected) if expected is not None and expected.ndim else 1
    batched = [isinstance(x, np.ndarray) and x.ndim and len(x) == rows for x in trial.inputs]
    if rows == 1:
        return None
    found = []
    for row in range(rows) if any(batched) else ():
        parts = zip(trial.inputs, batched, strict=True)
        inputs = tuple(x[row : row + 1] if several else x for x, several in parts)
        case = replace(trial.case, inputs=inputs, expected=None)
        right = run(exercise, exercise.reference, case).value
        if not _equal(right, expected[row : row + 1]):
            return []
        found.append((case, right))
    return found


def _equal(one: Any, other: Any) -> bool:
    return compare(one, other, 1e-6) is None


def what_fails_has_in_common(evidence: Evidence) -> Cause | None:
    """What the inputs of all failing cases have, and those of no other; or the reverse."""
    trials = [*evidence.trials, *evidence.further]
    failing = [trial for trial in trials if not trial.passed]
    passing = [trial for trial in trials if trial.passed]
    labels = [len({trial.case.label for trial in some}) for some in (failing, passing)]
    if min(labels) < ALIKE:
        return None
    for some, others, say in (
        (failing, passing, "It fails in just those cases in which {}, and in no other."),
        (passing, failing, "It is right in just those cases in which {}, and in no other."),
    ):
        shared = set.intersection(*(set(_traits(trial)) for trial in some))
        telling = shared - {trait for trial in others for trait in _traits(trial)}
        if telling:
            found = sorted(telling, key=lambda trait: (_ORDER.index(trait[1]), trait[0]))[:2]
            traits = listed([f"`{name}` {text}" for name, text in found])
            return Cause("what_fails_has_in_common", say.format(traits))
    return None


def _traits(trial: Trial) -> Iterator[tuple[str, str]]:
    for name, value in zip(trial.names, trial.inputs, strict=False):
        for text, holds in _TRAITS.items():
            try:
                if holds(value):
                    yield name, text
            except Exception:  # a test for values of another kind
                continue


def _of_numbers(test: Callable[[np.ndarray], Any]) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        array = as_array(value)
        return array is not None and array.ndim > 0 and array.size > 0 and bool(test(array))

    return holds


def _of_a_number(test: Callable[[Any], Any]) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        is_number = isinstance(value, int | float | np.integer | np.floating)
        return is_number and not isinstance(value, bool) and bool(test(value))

    return holds


def _has_equals(x: np.ndarray) -> bool:
    rows = np.sort(x.astype(float), axis=-1)
    return x.dtype.kind in "iuf" and bool((np.diff(rows, axis=-1) == 0).any())


_TRAITS: Mapping[str, Callable[[Any], bool]] = {
    "is empty": lambda x: len(x) == 0 or np.size(x) == 0,
    "is 0": _of_a_number(lambda x: x == 0),
    "is 1": _of_a_number(lambda x: x == 1),
    "is None": lambda x: x is None,
    "is True": lambda x: x is True,
    "holds NaN": _of_numbers(lambda x: np.isnan(x.astype(float)).any()),
    "holds an infinity": _of_numbers(lambda x: np.isinf(x.astype(float)).any()),
    "holds None": lambda x: isinstance(x, list | tuple) and any(item is None for item in x),
    "is all 0": _of_numbers(lambda x: x.dtype.kind in "if" and not x.any()),
    "has a row of nothing but 0": _of_numbers(
        lambda x: x.ndim == 2 and x.dtype.kind in "if" and (~x.any(axis=1)).any()
    ),
    "has a single entry": lambda x: len(x) == 1,
    "holds equal numbers": _of_numbers(_has_equals),
}
_ORDER = list(_TRAITS)
