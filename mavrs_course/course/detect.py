"""Ready-made ``detect`` predicates for the mistakes of exercises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mavrs_course.course.compare import compare

if TYPE_CHECKING:
    from mavrs_course.course.exercise import Trial


def as_if(*formulas: Callable) -> Callable[[Sequence[Trial]], bool]:
    """Detects answers that equal one of the formulas in every case.

    Every case, not only those that fail: a formula that a learner's answer meets only where it is
    wrong is not what the learner wrote, and a false diagnosis is worse than none.
    """
    return lambda trials: any(
        all(same_numbers(trial.returned, formula(*trial.inputs)) for trial in trials)
        for formula in formulas
    )


def where_wrong(holds: Callable[[Trial], bool]) -> Callable[[Sequence[Trial]], bool]:
    """Detects answers of which something holds in every case that failed."""
    return lambda trials: all(holds(trial) for trial in trials if not trial.passed)


def only_wrong(part: str) -> Callable[[Sequence[Trial]], bool]:
    """Detects results, dictionaries or lists of them, in which one part alone is ever wrong."""

    def detect(trials: Sequence[Trial]) -> bool:
        wrong: set[str] = set()
        for trial in trials:
            for got, wanted in zip(*map(_listed, (trial.returned, trial.expected)), strict=True):
                wrong |= {name for name in wanted if compare(got[name], wanted[name], 1e-6)}
        return wrong == {part}

    return detect


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else value


def number_for_nan(trials: Sequence[Trial]) -> bool:
    """Detects results that are right but for numbers where NaN is expected."""
    pairs = [(np.asarray(t.returned, dtype=float), np.asarray(t.expected)) for t in trials]
    right = all(
        got.shape == want.shape and np.allclose(got[~np.isnan(want)], want[~np.isnan(want)])
        for got, want in pairs
    )
    return right and any(not np.isnan(got[np.isnan(want)]).all() for got, want in pairs)


def same_numbers(returned: Any, wanted: Any) -> bool:
    """Whether two results are numbers of one shape and, up to rounding, of one value."""
    returned, wanted = np.asarray(returned, dtype=float), np.asarray(wanted, dtype=float)
    return returned.shape == wanted.shape and np.allclose(returned, wanted, equal_nan=True)
