"""``check``: look at an answer, say kindly what is wrong with it, and open the next hint."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import re
import textwrap
import traceback
from collections.abc import Sequence
from typing import Any

from mavrs_course.course import registry, state
from mavrs_course.course.blame import foreign_function
from mavrs_course.course.diagnose import diagnose
from mavrs_course.course.display import OneLineError, go_on, offer, publish
from mavrs_course.course.evidence import shown_first
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.failing import failing, remember
from mavrs_course.course.fairness import Remark, remarks
from mavrs_course.course.limits import LimitReached, Limits, OutOfTime
from mavrs_course.course.telling import (
    FAILED,
    NOT_STARTED,
    PASSED,
    Verdict,
    block,
    report,
    returned,
    shown_case,
)
from mavrs_course.course.trial import (
    HIDDEN_SEEDS,
    VISIBLE_SEEDS,
    cases_of,
    stopped_in,
    try_case,
)
from mavrs_course.originals import restore, taken_notes

CHECK_RECORD = "application/vnd.mavrs.check+json"


class CheckFailed(OneLineError):
    """An answer did not pass; the text names the exercise and says why in one line."""

    def _render_traceback_(self) -> list[str]:
        """Asked for where nobody catches it: "Run All" goes on, and later exercises are checked."""
        go_on()
        return super()._render_traceback_()


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
    print("\n".join(report(verdict, hint)))
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
        print("\n".join(block("Note", remark.text)))
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
    text = _source(answer) + returned(verdict.trial) + verdict.trial.case.label
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
        record |= shown_case(verdict.trial)
    publish(CHECK_RECORD, record)
