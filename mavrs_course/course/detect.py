"""Ready-made ``detect`` predicates for the mistakes of exercises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

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


def same_numbers(returned: Any, wanted: Any) -> bool:
    """Whether two results are numbers of one shape and, up to rounding, of one value."""
    returned, wanted = np.asarray(returned, dtype=float), np.asarray(wanted, dtype=float)
    return returned.shape == wanted.shape and np.allclose(returned, wanted, equal_nan=True)
