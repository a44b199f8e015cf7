"""The likely cause of a wrong answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from mavrs_course.course.causes import (
    Cause,
    Clue,
    explain_error,
    explain_kind,
    explain_numbers,
    explain_shape,
)
from mavrs_course.course.compare import compare
from mavrs_course.course.exercise import Exercise, Mistake
from mavrs_course.course.trial import Trial, run, same
from mavrs_course.course.values import as_array


def diagnose(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause:
    """The likely cause of the first failing trial, from the most particular to the most general.

    A known mistake that detects itself; a known mistake that behaves exactly like the answer;
    the property that does not hold; a cause that shows in the difference alone; and where
    nothing is known, which cases fail.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd results make odd arithmetic, which is no news here
        mistake = _detected(exercise, trials) or _fingerprint(exercise, trials)
        if mistake:
            return Cause(mistake.name, mistake.because)
        return _general(exercise, answer, trials) or _which_cases(trials)


def _detected(exercise: Exercise, trials: Sequence[Trial]) -> Mistake | None:
    for mistake in exercise.mistakes:
        try:
            if mistake.detect is not None and mistake.detect(trials):
                return mistake
        except Exception:  # a predicate written for results of another kind
            continue
    return None


def _fingerprint(exercise: Exercise, trials: Sequence[Trial]) -> Mistake | None:
    """The mistake whose wrong answer does what the learner's does on every case.

    Failing that, the first that does so wherever the learner's fails.
    """
    failing = [trial for trial in trials if not trial.passed]
    passing = [trial for trial in trials if trial.passed]
    likely = None
    for mistake in exercise.mistakes:
        if _behaves_like(exercise, mistake, failing):
            if _behaves_like(exercise, mistake, passing):
                return mistake
            likely = likely or mistake
    return likely


def _behaves_like(exercise: Exercise, mistake: Mistake, trials: Sequence[Trial]) -> bool:
    return all(
        same(exercise, run(exercise, mistake.wrong, trial.case), trial.outcome) for trial in trials
    )


def _general(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause | None:
    """A cause that shows in the first failing trial and those that fail like it."""
    first = next(trial for trial in trials if not trial.passed)
    if first.error is not None:
        direct = exercise.observe is None and callable(exercise.reference)
        return explain_error(first.error, answer, first.inputs, direct)
    broken = first.broken or next((trial.broken for trial in trials if trial.broken), None)
    of_another_kind = first.difference is not None and first.difference.kind == "type"
    if broken and not of_another_kind:  # None, say, has no properties worth talking of
        return Cause(broken.name, broken.because)
    explain = _EXPLANATIONS[first.difference.kind]
    alike = [
        trial
        for trial in trials
        if trial.difference
        and (trial.difference.kind, trial.difference.where)
        == (first.difference.kind, first.difference.where)
    ]
    return explain([_clue(trial) for trial in alike])


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
