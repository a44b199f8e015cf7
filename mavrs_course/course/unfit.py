"""What makes an answer no answer: no end, a call or array that does not fit, no steady result."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from mavrs_course.course.causes import Cause
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.limits import (
    GIGABYTES,
    SECONDS,
    OutOfMemory,
    OutOfTime,
    gigabytes_allowed,
    seconds_allowed,
)
from mavrs_course.course.trial import run, same, try_case
from mavrs_course.course.values import is_plain


def stopped(trial: Trial) -> Cause | None:
    """What to say of an answer that a limit or the learner ended."""
    if isinstance(trial.error, KeyboardInterrupt):
        return Cause("interrupted", "You interrupted it while this case was tried.")
    if isinstance(trial.error, OutOfTime):
        return Cause(
            "no_end",
            f"It was stopped: the check has {seconds_allowed():g} s in all. Does every loop come "
            f"to its end here? {SECONDS} sets another limit.",
        )
    if isinstance(trial.error, OutOfMemory | MemoryError):
        return Cause(
            "too_much_memory",
            f"It was stopped: it took more than {gigabytes_allowed():g} GB of memory. Does a list "
            f"or an array grow without end here? {GIGABYTES} sets another limit.",
        )
    return None


def unread(trial: Trial) -> Cause | None:
    """What to say where the check's own code could not read a result."""
    if trial.outcome.unread is None:
        return None
    method, _ = trial.outcome.unread
    return Cause(
        "unusable_result",
        f"The check cannot use what `{method}` returned, shown above: compare it with what the "
        "exercise asks for.",
    )


def unfit(exercise: Exercise, answer: Any) -> Cause | None:
    """What makes an answer unfit to be called as the check calls it."""
    if isinstance(exercise.reference, type) and not callable(answer):
        return Cause(
            "not_a_class",
            f"The check makes its own objects: hand over the class {exercise.reference.__name__}, "
            "without parentheses behind it.",
        )
    wanted, given = _parameters(exercise.reference), _parameters(answer)
    if wanted != given and sorted(wanted) == sorted(given):
        return Cause(
            "parameters_in_another_order",
            f"The arguments come in the order ({', '.join(wanted)}); yours are ({', '.join(given)}"
            ").",
        )
    return None


def _parameters(answer: Any) -> list[str]:
    try:
        return list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return []


def in_one_piece(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """What to say of an answer that fails only where an array is a slice of a larger one."""
    failing, shown = evidence.failing, evidence.shown.case
    if not all(trial.case.sliced and not trial.stopped for trial in failing):
        return None
    whole = (replace(case, sliced=False) for case in (*(trial.case for trial in failing), shown))
    passes = all(try_case(exercise, answer, case).passed for case in whole)
    if not passes or try_case(exercise, answer, shown).passed:
        return None
    return Cause(
        "needs_one_piece",
        "It fails only where an array is handed over as a slice of a larger one (not contiguous): "
        "take np.ascontiguousarray(…) of it first, or do without .view, .data and the like.",
    )


def unsteady(exercise: Exercise, answer: Any, first: Trial) -> Cause | None:
    """What to say of an answer that does something else when it is called again."""
    if first.error is not None or not is_plain(first.returned) or exercise.threshold is not None:
        return None
    again = (run(exercise, answer, first.case) for _ in range(3))
    if not all(same(exercise, outcome, first.outcome) for outcome in again):
        return Cause(
            "another_result_each_time",
            "Called twice with the same input, your code gives two results: it draws from "
            "np.random or random, or keeps something from call to call (a global variable, a "
            "list or dictionary as a default).",
        )
    return None
