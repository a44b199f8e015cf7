"""A cause that needs no bank: it shows in what came back beside what should have."""

from __future__ import annotations

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
from mavrs_course.course.evidence import Evidence, clue_of, clues_of
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.values import as_array


def general_cause(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """A cause that needs no bank: it shows in the failing trial, and no other contradicts it."""
    first = evidence.shown
    if first.error is not None:
        direct = exercise.observe is None and callable(exercise.reference)
        return explain_error(first.error, answer, first.inputs, direct)
    if first.difference is None:
        return Cause(first.broken.name, first.broken.because)
    kind, where = first.difference.kind, first.difference.where
    if kind in ("value", "shape") and (exercise.observe is not None and where != ""):
        clues = []  # one of many things that were seen of an object: too little to go by
    else:
        clues = clues_of(evidence.all, where)
    if clues and kind in _EXACTLY and not where and (cause := _EXACTLY[kind](clues)):
        return cause
    if first.broken and kind != "type":  # None, say, has no properties worth talking of
        return Cause(first.broken.name, first.broken.because)
    if kind in _ABOUT_ONE:
        return _ABOUT_ONE[kind]([clue_of(first, where)])
    cause = _EXPLANATIONS[kind](clues) if clues else None
    if cause or not (first.changes):
        return cause
    return Cause("changed_input", first.changes)


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


def _explain_argument(clues: Sequence[Clue]) -> Cause:
    return Cause(
        "changed_argument",
        f"`{clues[0].got}` changes its argument `{clues[0].expected}`, which belongs to whoever "
        "calls it: work on a copy, and mind +=, x[...] = and methods that work in place.",
    )


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
}
_ABOUT_ONE: Mapping[str, Callable[[Sequence[Clue]], Cause | None]] = {
    "effect": _explain_effect,
    "argument": _explain_argument,
    "no error": _explain_missing_error,
    "threshold": _explain_threshold,
}
