"""The likely cause of a wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mavrs_course.course.exercise import Exercise, Mistake
from mavrs_course.course.trial import Trial, run, same


@dataclass(frozen=True)
class Cause:
    """A likely cause: its name (that of the mistake, property or kind) and a sentence or two."""

    name: str
    because: str


def diagnose(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause | None:
    """The likely cause of the first failing trial, from the most particular to the most general.

    A known mistake that detects itself; a known mistake that behaves exactly like the answer;
    the property that does not hold.
    """
    mistake = _detected(exercise, trials) or _fingerprint(exercise, trials)
    if mistake:
        return Cause(mistake.name, mistake.because)
    failing = next(trial for trial in trials if not trial.passed)
    broken = next((trial.broken for trial in trials if trial.broken), None)
    if broken and failing.error is None:
        return Cause(broken.name, broken.because)
    return None


def _detected(exercise: Exercise, trials: Sequence[Trial]) -> Mistake | None:
    for mistake in exercise.mistakes:
        try:
            if mistake.detect is not None and mistake.detect(trials):
                return mistake
        except Exception:  # a predicate written for results of another kind
            continue
    return None


def _fingerprint(exercise: Exercise, trials: Sequence[Trial]) -> Mistake | None:
    """The mistake whose wrong answer does what the learner's does, on every case."""
    for mistake in exercise.mistakes:
        behaviours = (run(exercise, mistake.wrong, trial.case, quiet=True) for trial in trials)
        pairs = zip(behaviours, trials, strict=True)
        if all(same(exercise, behaviour, trial.outcome) for behaviour, trial in pairs):
            return mistake
    return None
