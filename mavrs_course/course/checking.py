"""``check``: look at an answer, say kindly what is wrong with it, and open the next hint."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import re
import textwrap
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mavrs_course.course import registry, state
from mavrs_course.course.blame import foreign_function, guilty_line
from mavrs_course.course.causes import Cause
from mavrs_course.course.diagnose import diagnose
from mavrs_course.course.display import OneLineError, go_on, offer, publish
from mavrs_course.course.evidence import shown_first
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.failing import failing, remember
from mavrs_course.course.fairness import Remark, remarks
from mavrs_course.course.limits import LimitReached, Limits, OutOfTime
from mavrs_course.course.show import show
from mavrs_course.course.trial import (
    HIDDEN_SEEDS,
    VISIBLE_SEEDS,
    cases_of,
    stopped_in,
    try_case,
)
from mavrs_course.originals import restore, taken_notes

CHECK_RECORD = "application/vnd.mavrs.check+json"
PASSED, FAILED, NOT_STARTED = "passed", "failed", "not started"
WIDTH = 92
LABEL = 10
MOST = 600  # characters of a result of which all items are shown with their names


class CheckFailed(OneLineError):
    """An answer did not pass; the text names the exercise and says why in one line."""

    def _render_traceback_(self) -> list[str]:
        """Asked for where nobody catches it: "Run All" goes on, and later exercises are checked."""
        go_on()
        return super()._render_traceback_()


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
        return self.cause.because if self.cause else _difference(self.trial)


_passed: dict[str, Any] = {}  # the answer that passed last, by exercise: on all cases


def check(exercise: str | Exercise, answer: Any, *, hidden: bool = False) -> None:
    """Check an answer to an exercise, named by its id.

    Prints what the answer did, what was expected, the likely cause and the next hint, and
    raises :class:`CheckFailed`; or prints that it passed.  What passes here has passed on the
    hidden cases too, so that grading finds nothing else.  ``hidden`` tries those alone and
    counts no attempt.  It takes at most ``MAVRS_CHECK_SECONDS`` seconds (60).
    """
    exercise = exercise if isinstance(exercise, Exercise) else registry.find(exercise)
    offer("failing", failing)
    if hidden and _passed.get(exercise.id) is answer and answer is not None:
        verdict = Verdict(exercise, PASSED)
    else:
        seeds = HIDDEN_SEEDS if hidden else (*VISIBLE_SEEDS, *HIDDEN_SEEDS)
        verdict = examine(exercise, answer, seeds)
    replaced = taken_notes()
    remember(exercise.id, verdict.trial if verdict.status == FAILED else None)
    if verdict.status == PASSED:
        _pass(verdict, answer, hidden, replaced)
        return
    attempts = _count(verdict, answer, hidden)
    hint = _hint(exercise, attempts) if verdict.status == FAILED else ""
    print("\n".join(_report(verdict, hint)))
    _publish(verdict, hidden, hint)
    go_on()  # later exercises are checked all the same
    raise CheckFailed(f"Exercise {exercise.id}: {_shorten(verdict.message)}") from None


def _pass(verdict: Verdict, answer: Any, hidden: bool, replaced: tuple[str, ...]) -> None:
    exercise, found = verdict.exercise, []
    if not hidden:
        _passed[exercise.id] = answer
        state.record_pass(exercise.id, _digest(_source(answer)))
        with contextlib.suppress(Exception, LimitReached), Limits():
            found = remarks(exercise, answer, replaced)
    print(_congratulation(exercise, hidden))
    for remark in found:
        print("\n".join(_block("Note", remark.text)))
    _publish(verdict, hidden, remarks=found)


def examine(exercise: Exercise, answer: Any, seeds: Sequence[int] = VISIBLE_SEEDS) -> Verdict:
    """Try an answer on the cases of these seeds; prints nothing and remembers nothing.

    It ends: within the limits of a check for the trials, and once more for the diagnosis.
    """
    restore()
    trials = _trials(exercise, answer, seeds)
    if trials and _is_stub(trials[-1].error):
        return Verdict(exercise, NOT_STARTED, trials[-1])
    if all(trial.passed for trial in trials):
        return Verdict(exercise, PASSED)
    try:
        with Limits():
            cause = diagnose(exercise, answer, trials)
    except (LimitReached, KeyboardInterrupt):
        cause = None
    return Verdict(exercise, FAILED, shown_first(trials), cause)


def _trials(exercise: Exercise, answer: Any, seeds: Sequence[int]) -> list[Trial]:
    """The trials of all cases, up to one in which nothing is written yet or the time is up."""
    trials, case, limits = [], None, Limits()
    try:
        with limits:
            for case in cases_of(exercise, seeds):
                trials.append(try_case(exercise, answer, case))
                if _is_stub(trials[-1].error):
                    break
    except (LimitReached, KeyboardInterrupt) as error:
        if case is None:
            raise
        if limits.spent > limits.seconds and isinstance(error, KeyboardInterrupt):
            error = OutOfTime().with_traceback(error.__traceback__)  # it woke a call that slept
        traceback.clear_frames(error.__traceback__)  # what they hold may be what was too much
        trials = [trial for trial in trials if trial.case is not case]
        trials.append(stopped_in(exercise, case, error))
    return trials


def _is_stub(error: BaseException | None) -> bool:
    """Whether the line that stands for the answer raised; a base class's own is no such line."""
    if not isinstance(error, NotImplementedError):
        return False
    return str(error).startswith("Exercise ") or not (str(error) or foreign_function(error))


def _count(verdict: Verdict, answer: Any, hidden: bool) -> int:
    """The number of attempts, this one included where it counts.

    The stub does not count, nor the hidden check, nor the same code with the same result.
    """
    exercise = verdict.exercise
    if hidden or verdict.status != FAILED:
        return state.attempts(exercise.id)
    text = _source(answer) + _returned(verdict.trial) + verdict.trial.case.label
    return state.record_failure(exercise.id, _digest(text))


def _source(answer: Any) -> str:
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hint(exercise: Exercise, attempts: int) -> str:
    step = min(max(attempts, 1), len(exercise.hints))
    return f"({step} of {len(exercise.hints)}) {exercise.hints[step - 1]}"


def _congratulation(exercise: Exercise, hidden: bool) -> str:
    points = f"{exercise.points} point" + "s" * (exercise.points != 1)
    which = "hidden check passed" if hidden else f"{points}. {exercise.praise}"
    return f"Exercise {exercise.id} ✓ {which}".rstrip()


def _report(verdict: Verdict, hint: str) -> Iterator[str]:
    exercise, trial = verdict.exercise, verdict.trial
    if verdict.status == NOT_STARTED:
        yield f"{exercise}: not started yet"
        minutes = f"About {exercise.minutes} minutes"
        yield from _block("To do", f"{minutes}. Replace each line that raises NotImplementedError.")
        return
    yield f"{exercise}: not yet right"
    yield from _block("Case", trial.case.label)
    for name, value in zip(trial.names, trial.inputs, strict=False):
        yield from _block("", f"{name} = {show(value)}")
    yield from _block("Returned", _returned(trial))
    if trial.outcome.printed.strip():
        yield from _block("Printed", trial.outcome.printed.rstrip())
    yield from _block("Expected", _expected(trial))
    if trial.difference and trial.error is None and not trial.stopped:
        yield from _block("", _difference(trial))
    if verdict.cause:
        yield from _block("Likely", verdict.cause.because)
    if trial.changes and trial.changes not in verdict.message:
        yield from _block("Besides", trial.changes)
    yield from _block("Hint", hint)
    yield from _block("To play", f'case = failing("{exercise.id}") gives you the case above.')


def _returned(trial: Trial) -> str:
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


def _difference(trial: Trial) -> str:
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


def _block(label: str, text: str) -> Iterator[str]:
    """Lines under a label, wrapped; lines of the text that are already broken stay so."""
    first = label.ljust(LABEL)
    for line in text.splitlines() or [""]:
        for part in textwrap.wrap(line, WIDTH - LABEL) or [""]:
            yield (first + part).rstrip()
            first = " " * LABEL


def _shorten(text: str) -> str:
    return textwrap.shorten(re.sub(r"\s+", " ", text), 160, placeholder=" …")


def _publish(
    verdict: Verdict, hidden: bool, hint: str = "", remarks: Sequence[Remark] = ()
) -> None:
    exercise = verdict.exercise
    record = {
        "exercise": exercise.id,
        "status": verdict.status,
        "points": exercise.points if verdict.status == PASSED else 0,
        "max_points": exercise.points,
        "hidden": hidden,
        "diagnosis": verdict.cause.name if verdict.cause else "",
        "message": _shorten(verdict.message),
        "hint": hint,
    }
    if remarks:
        record["remarks"] = [{"name": remark.name, "text": remark.text} for remark in remarks]
    if verdict.status == FAILED:
        record |= _shown_case(verdict.trial)
    publish(CHECK_RECORD, record)


def _shown_case(trial: Trial) -> dict[str, str]:
    """The failing case as the report shows it, and the type of what the answer raised."""
    inputs = zip(trial.names, trial.inputs, strict=False)
    return {
        "case": "\n".join([trial.case.label, *(f"{name} = {show(v)}" for name, v in inputs)]),
        "returned": _returned(trial),
        "expected": _expected(trial),
        "raised": "" if trial.error is None else type(trial.error).__name__,
    }
