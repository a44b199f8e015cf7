"""The likely cause of a wrong answer."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from mavrs_course.course.causes import (
    Cause,
    Clue,
    explain_error,
    explain_exactly,
    explain_kind,
    explain_numbers,
    explain_shape,
    explain_shape_exactly,
)
from mavrs_course.course.compare import compare
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.trial import Trial, run, same
from mavrs_course.course.values import as_array, is_plain


def diagnose(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause:
    """The likely cause of the first failing trial, from the surest to the most general.

    An answer that can't be called as it should be; a known mistake that detects itself; another
    result on each call; a known mistake that behaves exactly like the answer; one thing done to
    all the right values; the property that does not hold; a cause that shows in the difference
    alone; and where nothing is known, which cases fail.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd results make odd arithmetic, which is no news here
        return (
            _unfit(exercise, answer)
            or _detected(exercise, trials)
            or _unsteady(exercise, answer, trials)
            or _fingerprint(exercise, trials)
            or _general(exercise, answer, trials)
            or _which_cases(trials)
        )


def _unfit(exercise: Exercise, answer: Any) -> Cause | None:
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


def _unsteady(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause | None:
    """What to say of an answer that does something else when it is called again."""
    first = next(trial for trial in trials if not trial.passed)
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


def _parameters(answer: Any) -> list[str]:
    try:
        return list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return []


def _detected(exercise: Exercise, trials: Sequence[Trial]) -> Cause | None:
    for mistake in exercise.mistakes:
        try:
            if mistake.detect is not None and mistake.detect(trials):
                return Cause(mistake.name, mistake.because)
        except Exception:  # a predicate written for results of another kind
            continue
    return None


def _fingerprint(exercise: Exercise, trials: Sequence[Trial]) -> Cause | None:
    """The mistake whose wrong answer does what the learner's does on every case.

    Failing that, the first that does so wherever the learner's fails.
    """
    failing = [trial for trial in trials if not trial.passed]
    passing = [trial for trial in trials if trial.passed]
    likely = None
    for mistake in exercise.mistakes:
        for wrong in (mistake.wrong, *mistake.also):
            if _behaves_like(exercise, wrong, failing):
                if _behaves_like(exercise, wrong, passing):
                    return Cause(mistake.name, mistake.because)
                likely = likely or Cause(mistake.name, mistake.because)
    return likely


def _behaves_like(exercise: Exercise, wrong: Any, trials: Sequence[Trial]) -> bool:
    return all(same(exercise, run(exercise, wrong, trial.case), trial.outcome) for trial in trials)


def _general(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause | None:
    """A cause that shows in the first failing trial and those that fail like it."""
    first = next(trial for trial in trials if not trial.passed)
    if first.error is not None:
        direct = exercise.observe is None and callable(exercise.reference)
        return explain_error(first.error, answer, first.inputs, direct)
    if first.difference is None:
        return Cause(first.broken.name, first.broken.because)
    kind, where = first.difference.kind, first.difference.where
    wrong = [trial for trial in trials if trial.difference]
    clues = [_clue(t) for t in wrong if (t.difference.kind, t.difference.where) == (kind, where)]
    if kind in _EXACTLY and not where and (cause := _EXACTLY[kind](clues)):
        return cause
    if first.broken and kind != "type":  # None, say, has no properties worth talking of
        return Cause(first.broken.name, first.broken.because)
    elsewhere = next((trial for trial in trials if trial.broken), None)
    if elsewhere and kind == "value":  # a fact, where the numbers allow but a guess
        return _property_elsewhere(elsewhere)
    cause = _EXPLANATIONS[kind](clues)
    return cause or (elsewhere and _property_elsewhere(elsewhere))


def _property_elsewhere(trial: Trial) -> Cause:
    """The property that is broken in another case than the one that is shown."""
    where = f"In another case, “{trial.case.label}”: "
    return Cause(trial.broken.name, where + trial.broken.because)


def _clue(trial: Trial) -> Clue:
    inputs = dict(zip(trial.names, trial.inputs, strict=False))
    difference = trial.difference
    return Clue(
        difference.got, difference.expected, inputs, trial.outcome.printed, difference.where
    )


def _which_cases(trials: Sequence[Trial]) -> Cause:
    failing = [trial for trial in trials if not trial.passed]
    if len(failing) == 1 < len(trials):
        return Cause(
            "one_case_only",
            f"All other cases pass ({len(trials) - 1} of {len(trials)}): what is special in this "
            "one is what the code does not treat yet.",
        )
    return Cause(
        "unknown",
        f"{len(failing)} of {len(trials)} cases fail. Work the one above out by hand, and print "
        "what your code holds after each line until the two part.",
    )


def _explain_effect(clues: Sequence[Clue]) -> Cause:
    """The inputs hold something else after the call than they should."""
    clue = clues[0]
    name = clue.part
    if compare(clue.expected, clue.inputs[name], EXACT) is None:
        return Cause(
            "changed_input",
            f"Your code changes its input `{name}`: work on a copy, and mind +=, x[...] = and "
            "methods that work in place.",
        )
    if compare(clue.got, clue.inputs[name], EXACT) is None:
        return Cause(
            "input_not_changed",
            f"`{name}` is to be changed in place, and is as it was: x = ... makes a new one, "
            "x[...] = ... and += change the one that was handed in.",
        )
    return Cause("changed_otherwise", "The input is changed in place, but not as it should be.")


def _explain_missing_error(clues: Sequence[Clue]) -> Cause:
    wanted = type(clues[0].expected).__name__
    return Cause(
        "no_error_raised",
        f"This input makes no sense, and a {wanted} should say so: test the input first.",
    )


def _explain_threshold(clues: Sequence[Clue]) -> Cause:
    samples = as_array(clues[0].got)
    if not np.isfinite(samples).all():
        return Cause("learning_diverged", "The result is not finite: a step size too large?")
    if samples.size > 1 and samples.max() >= clues[0].expected > samples.min():
        return Cause(
            "learns_sometimes",
            "Some runs learn and some don't: too little exploration, too few steps, or a step "
            "size too large.",
        )
    return Cause(
        "learns_too_little",
        "No run gets there: is the update applied at all, with the right sign, and from what "
        "happened rather than from what was guessed?",
    )


EXACT = 1e-12
_EXACTLY: Mapping[str, Callable[[Sequence[Clue]], Cause | None]] = {
    "value": explain_exactly,
    "shape": explain_shape_exactly,
}
_EXPLANATIONS: Mapping[str, Callable[[Sequence[Clue]], Cause | None]] = {
    "value": explain_numbers,
    "shape": explain_shape,
    "type": explain_kind,
    "length": explain_kind,
    "keys": explain_kind,
    "items": explain_kind,
    "text": explain_kind,
    "effect": _explain_effect,
    "no error": _explain_missing_error,
    "threshold": _explain_threshold,
}
