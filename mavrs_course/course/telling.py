"""What a check tells: the case, what came back and what should have, the likely cause, a hint."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mavrs_course.course.blame import guilty_line
from mavrs_course.course.causes import Cause
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.show import show

PASSED, FAILED, NOT_STARTED = "passed", "failed", "not started"
WIDTH = 92
LABEL = 10
MOST = 600  # characters of a result of which all items are shown with their names


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    status: ``passed``, ``failed`` or ``not started``.  trial: the failing one that is shown, or
    None.  cause: the likely cause, or None where nobody knows.
    """

    exercise: Exercise
    status: str
    trial: Trial | None = None
    cause: Cause | None = None

    @property
    def message(self) -> str:
        """What went wrong, in one line; empty when nothing did."""
        if self.status == PASSED:
            return ""
        if self.status == NOT_STARTED:
            return "not started yet"
        return self.cause.because if self.cause else difference(self.trial)


def report(verdict: Verdict, hint: str) -> Iterator[str]:
    exercise, trial = verdict.exercise, verdict.trial
    if verdict.status == NOT_STARTED:
        yield f"{exercise}: not started yet"
        minutes = f"About {exercise.minutes} minutes"
        yield from block("To do", f"{minutes}. Replace each line that raises NotImplementedError.")
        return
    yield f"{exercise}: not yet right"
    yield from block("Case", trial.case.label)
    for name, value in zip(trial.names, trial.inputs, strict=False):
        yield from block("", f"{name} = {show(value)}")
    yield from block("Returned", returned(trial))
    if trial.outcome.printed.strip():
        yield from block("Printed", trial.outcome.printed.rstrip())
    yield from block("Expected", _expected(trial))
    if trial.difference and trial.error is None and not trial.stopped:
        yield from block("", difference(trial))
    if verdict.cause:
        yield from block("Likely", verdict.cause.because)
    if trial.changes and trial.changes not in verdict.message:
        yield from block("Besides", trial.changes)
    yield from block("Hint", hint)
    yield from block("To play", f'case = failing("{exercise.id}") gives you the case above.')


def returned(trial: Trial) -> str:
    if trial.stopped:
        return _stopped(trial)
    if trial.outcome.unread is not None:
        method, result = trial.outcome.unread
        return f"{show(result)} from `{method}`, which the check cannot use"
    if trial.error is not None:
        raised = f"nothing: it raised {type(trial.error).__name__}: {trial.error}"
        line = guilty_line(trial.error)
        return f"{raised}\nin your {line}" if line else raised
    if _is_effect(trial):
        left = f"{trial.difference.where} is then\n{show(trial.difference.got)}"
        return f"{show(trial.returned)}, and {left}"
    return _item(trial, trial.returned)


def _stopped(trial: Trial) -> str:
    how = "you interrupted it" if isinstance(trial.error, KeyboardInterrupt) else "it was stopped"
    errors = trial.error, trial.error.__context__
    line = next((found for error in errors if error and (found := guilty_line(error))), "")
    return f"nothing: {how}" + (f"\nin your {line}" if line else "")


def _is_effect(trial: Trial) -> bool:
    return trial.difference is not None and trial.difference.kind == "effect"


def _expected(trial: Trial) -> str:
    if trial.stopped:
        return "a result"
    if trial.difference is not None and trial.difference.kind == "argument":
        return "the same, with what it was given left as it was"
    if trial.wanted.error is not None:
        return f"a {type(trial.wanted.error).__name__}"
    if trial.difference is None:
        return f"a result for which {trial.broken.name}"
    if _is_effect(trial):
        return f"{trial.difference.where} is then\n{show(trial.difference.expected)}"
    return _item(trial, trial.expected)


def _item(trial: Trial, value: Any) -> str:
    """A value, or of a list of large items the one that differs; named where they have names."""
    if isinstance(value, list | tuple) and all(trial.parts) and 0 < len(value) == len(trial.parts):
        named = "\n".join(f"{name}: {show(v)}" for name, v in zip(trial.parts, value, strict=True))
        if len(named) < MOST:
            return named
    place = re.match(r"\[(\d+)\]", trial.difference.where) if trial.difference else None
    if not place or not isinstance(value, list | tuple) or len(show(value)) < WIDTH:
        return show(value)
    number = int(place[1])
    return f"{_place(trial, place[0])}: {show(value[number])}"


def difference(trial: Trial) -> str:
    if trial.difference is None:
        return f"it does not hold that {trial.broken.name}"
    where = trial.difference.where
    return f"{_place(trial, where)}: {trial.difference.text}" if where else trial.difference.text


def _place(trial: Trial, where: str) -> str:
    """Where a part of a result is: by its name, or its number, and the path in it."""
    path = re.fullmatch(r"\[(\d+)\](.*)", where, re.DOTALL)
    several = trial.expected
    if path is None or not isinstance(several, list | tuple):
        return f"at {where}"
    number, inside = int(path[1]), path[2] and f", at {path[2]}"
    name = trial.parts[number] if len(trial.parts) == len(several) else ""
    which = f"number {number + 1} of {len(several)}"
    name = f"`{name}`" if name.isidentifier() else name
    return f"{name or f'at [{number}]'}, {which}{inside}"


def block(label: str, text: str) -> Iterator[str]:
    """Lines under a label, wrapped; lines of the text that are already broken stay so."""
    first = label.ljust(LABEL)
    for line in text.splitlines() or [""]:
        for part in textwrap.wrap(line, WIDTH - LABEL) or [""]:
            yield (first + part).rstrip()
            first = " " * LABEL


def shown_case(trial: Trial) -> dict[str, str]:
    """The failing case as the report shows it, and the type of what the answer raised."""
    inputs = zip(trial.names, trial.inputs, strict=False)
    return {
        "case": "\n".join([trial.case.label, *(f"{name} = {show(v)}" for name, v in inputs)]),
        "returned": returned(trial),
        "expected": _expected(trial),
        "raised": "" if trial.error is None else type(trial.error).__name__,
    }
