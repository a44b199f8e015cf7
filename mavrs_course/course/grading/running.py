"""Run a plan of steps in a throw-away kernel, and say of each exercise how it went."""

from __future__ import annotations

import ast
import inspect
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mavrs_course.course import registry
from mavrs_course.course.checking import CHECK_RECORD
from mavrs_course.course.fairness import REPLACED
from mavrs_course.course.grading import judge
from mavrs_course.course.grading.grades import (
    ERROR,
    FAILED,
    MISSING,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    ExerciseGrade,
    GradeNote,
)
from mavrs_course.course.grading.guard import DISK, MEMORY, PROCESSES
from mavrs_course.course.grading.isolation import DISK_GB, MEMORY_GB, MOST_PROCESSES
from mavrs_course.course.grading.kernel import (
    BLOCKED,
    DIED,
    FINE,
    RAISED,
    TIMED_OUT,
    Kernel,
    Run,
)
from mavrs_course.course.grading.restoring import Graded, Step
from mavrs_course.course.limits import CHECK_SECONDS, SECONDS
from mavrs_course.words import one_line

MACHINERY = "mavrs_course.course"
UNANSWERED = (NOT_STARTED, MISSING)
UNKNOWN, NO_END = "unknown", "no_end"  # the checker's words for a failure without a name, a loop
PATIENCE = 5.0
TELLING = ("SyntaxError", "IndentationError", "TabError")
JUDGE = inspect.getsource(judge)
WAITING = {
    "InputAskedError": "asks for input(), and nobody types while a notebook is graded.",
    "DebuggerAskedError": "opens a debugger (set_trace or breakpoint), which nobody operates "
    "while a notebook is graded: take that line out.",
}
BUSY = (
    "left the kernel running, but without an answer: does a task without end, or a blocking call "
    "in a coroutine, hold up its event loop?"
)
DEADLY = {
    "exit": "it calls exit() or quit(), which a notebook does not need.",
    DISK: f"it writes more than {DISK_GB} GB.",
    PROCESSES: f"it starts more than {MOST_PROCESSES} processes.",
    MEMORY: f"it needs more than {MEMORY_GB} GB of memory.",
}
BLIND = "BlindCheck"
CHANGED = "The notebook has changed what checks use: an answer known to be wrong passes there too."


@dataclass(frozen=True)
class GradingLimits:
    """Seconds that one cell may take, and one notebook."""

    cell: float = CHECK_SECONDS
    notebook: float = 900.0

    @property
    def check(self) -> float:
        """Half as long again as in a learner's notebook: what has passed there passes here too."""
        return 1.5 * self.cell


@dataclass(frozen=True)
class Judgement:
    """What a check said: ``passed``, the record of the failure, or the error it ended in.

    notes: what it remarks about the answer, for the teacher.
    """

    run: Run
    passed: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[GradeNote] = ()


class Performance:
    """The steps of one notebook, played in a kernel that is started again when one ends it.

    After a new start the earlier cells are played again, without those that hung or ended the
    kernel, so that what they defined is there for the exercises that come after.
    """

    def __init__(
        self, kernel: Kernel, folder: Path, environment: dict, limits: GradingLimits
    ) -> None:
        self._kernel = kernel
        self._folder = folder
        self._environment = environment
        self._limits = limits
        self._end = time.monotonic() + limits.notebook
        self._past: list[str] = []

    def play(self, steps: Sequence[Step]) -> list[ExerciseGrade]:
        """One grade for each check among the steps.

        An exercise that has not been answered when its check comes is judged again at the end,
        after those cells below the last check that may answer it.
        """
        answers: dict[str, list[Run]] = {}
        grades: dict[str, ExerciseGrade] = {}
        for step in steps:
            if step.check is not None:
                grades[step.check.id] = self._judge(step.check, answers)
            elif not step.late:
                self._play_step(step, answers)
        checks = [step.check for step in steps if step.check]
        open_ = [check for check in checks if grades[check.id].status in UNANSWERED]
        for step in _that_may_answer(steps, open_):
            self._play_step(step, answers)
        for check in open_:
            again = self._judge(check, answers)
            if again.status not in UNANSWERED:
                grades[check.id] = again
        return list(grades.values())

    def _play_step(self, step: Step, answers: dict[str, list[Run]]) -> None:
        start = time.monotonic()
        run = self._play_cell(step.source)
        if run.outcome != FINE and step.instead:
            self._play_cell(step.instead)
        run = replace(run, seconds=time.monotonic() - start)
        for check in step.answers:
            answers.setdefault(check.id, []).append(run)

    def _judge(self, check: Graded, answers: Mapping[str, Sequence[Run]]) -> ExerciseGrade:
        start = time.monotonic()
        judgement = self._play_check(check)
        runs = answers.get(check.id, ())
        seconds = time.monotonic() - start + sum(run.seconds for run in runs)
        return replace(_grade(check, runs, judgement), seconds=round(seconds, 2))

    def _play_cell(self, source: str) -> Run:
        run = self._run(source, self._limits.cell)
        if run.outcome in (FINE, RAISED):
            self._past.append(source)
        return run

    def _play_check(self, check: Graded) -> Judgement:
        task = {
            "source": check.source,
            "nonce": secrets.token_hex(16),
            "folder": str(self._folder),
            "package": MACHINERY,
            "fresh": [MACHINERY, registry.package()],
            "record": CHECK_RECORD,
            "environment": self._environment | {SECONDS: f"{self._limits.check:g}"},
            "exercise": check.id,
        }
        code = f"{JUDGE}\nanswer = judge(**json.loads({json.dumps(task)!r}))\n"
        request = (
            "from builtins import exec as __mavrs_exec__\n"
            "__mavrs_room__ = {'__name__': 'judge'}\n"
            f"__mavrs_exec__({code!r}, __mavrs_room__)"
        )
        most = 2 * self._limits.check + PATIENCE  # it ends itself, but for one call without end
        run = self._run(request, most, "__mavrs_room__['answer']")
        return _read(run, str(task["nonce"]))

    def _run(self, source: str, seconds: float, value: str | None = None) -> Run:
        while not self._kernel.alive and self._left() > 0:
            self._kernel.start()
            self._past = [past for past in self._past if self._still_runs(past)]
        if self._left() <= 0:
            return Run(TIMED_OUT)
        return self._kernel.run(source, min(seconds, self._left()), value)

    def _still_runs(self, source: str) -> bool:
        """Play a cell again; once the kernel has died, keep the rest for the next start."""
        if not self._kernel.alive or self._left() <= 0:
            return True
        seconds = min(self._limits.cell, self._left())
        return self._kernel.run(source, seconds).outcome in (FINE, RAISED)

    def _left(self) -> float:
        return self._end - time.monotonic()


def block(text: Any, limit: int = 2_000) -> str:
    """Any text as a few lines that a terminal and XML can bear."""
    lines = [one_line(line) for line in str(text)[:limit].splitlines()[:40]]
    return "\n".join(lines)


def _read(run: Run, nonce: str) -> Judgement:
    if run.outcome != FINE:
        return Judgement(run)
    try:
        said = json.loads(ast.literal_eval(run.value))
        genuine = said["nonce"] == nonce
    except (KeyError, SyntaxError, TypeError, ValueError):
        genuine = False
    if not genuine:
        return Judgement(Run(RAISED, "Error", "the check did not run; is IPython itself changed?"))
    records = [record for record in said["records"] if isinstance(record, dict)]
    failures = [record for record in records if record.get("status") != PASSED]
    if said["error"]:
        run = Run(RAISED, said["error"], said["text"])
    if said.get("blind"):
        return Judgement(Run(RAISED, BLIND))
    last = failures[-1] if failures else {}
    return Judgement(run, not said["error"], last, _notes(records))


def _that_may_answer(steps: Sequence[Step], checks: Sequence[Graded]) -> list[Step]:
    """The cells below the last check, down to the last that answers one of these."""
    late = [step for step in steps if step.late]
    last = max((i for i, step in enumerate(late) if set(step.answers) & set(checks)), default=-1)
    return late[: last + 1]


def _grade(check: Graded, answers: Sequence[Run], judgement: Judgement) -> ExerciseGrade:
    """The verdict on one exercise, from how its cells and its check went."""

    def grade(status: str, message: Any = "", diagnosis: Any = "", hint: Any = "") -> ExerciseGrade:
        points = check.points if status == PASSED else 0
        details = one_line(message), one_line(diagnosis), one_line(hint)
        return ExerciseGrade(check.id, points, check.points, status, *details)

    if judgement.passed:
        return replace(grade(PASSED), notes=judgement.notes)
    if judgement.run.error == BLIND:
        return replace(grade(ERROR, CHANGED), notes=(GradeNote(REPLACED, CHANGED),))
    trouble = next((run for run in answers if run.outcome != FINE), None)
    if trouble and (trouble.outcome != RAISED or trouble.error in TELLING):
        return grade(*_explain(trouble, "Its cell"))
    if judgement.record:
        details = _case(judgement.record) | {"notes": judgement.notes}
        return replace(grade(*_told(judgement.record)), **details)
    if trouble:
        return grade(*_explain(trouble, "Its cell"))
    if judgement.run.error == "NameError":
        return grade(MISSING, _absent(check, answers, judgement.run))
    return grade(*_explain(judgement.run, "Its check"))


def _told(record: Mapping[str, Any]) -> tuple[str, Any, Any, Any]:
    """Status, message, diagnosis and hint of an answer that the check has looked at."""
    message, diagnosis, hint = (record.get(key, "") for key in ("message", "diagnosis", "hint"))
    if record.get("status") == NOT_STARTED:
        return NOT_STARTED, message, diagnosis, hint
    raised = str(record.get("raised", ""))
    if raised in WAITING or raised.endswith("MemoryError"):
        return *_explain(Run(RAISED, raised), "Its code"), "", ""
    if diagnosis == NO_END:
        time_ = re.search(r"[\d.]+ s\b", str(message))
        run = Run(TIMED_OUT, text=time_[0] if time_ else "its time")
        return *_explain(run, "Its check"), "", ""
    if diagnosis == UNKNOWN:  # what fails is known, and why is not: no misconception to count
        return FAILED, str(message).split(". ")[0].rstrip(".") + ".", "", hint
    return FAILED, message, diagnosis, hint


def _case(record: Mapping[str, Any]) -> dict[str, Any]:
    texts = {key: block(record.get(key, "")) for key in ("case", "returned", "expected")}
    return texts | {"hidden": bool(record.get("hidden"))}


def _notes(records: Sequence[Mapping[str, Any]]) -> tuple[GradeNote, ...]:
    """What the check remarks about an answer, each once."""
    told = [record.get("remarks") for record in records]
    remarks = [remark for some in told if isinstance(some, list) for remark in some]
    notes = [
        GradeNote(one_line(remark.get("name", "")), one_line(remark.get("text", "")))
        for remark in remarks
        if isinstance(remark, dict)
    ]
    return tuple(dict.fromkeys(notes))


def _absent(check: Graded, answers: Sequence[Run], run: Run) -> str:
    name = re.search(r"name '(\w+)'", run.text)
    lesson = check.id.partition(".")[0]
    where = "in its cell" if answers else "in any cell"
    what = f"Nothing called `{name[1]}` is defined {where}" if name else "Its cell is gone"
    return f"{what}: `mavrs reset {lesson}` gives a fresh copy."


def _explain(run: Run, what: str) -> tuple[str, str]:
    """The status and the message for a cell that did not end well."""
    if run.outcome == TIMED_OUT:
        if not run.text:
            return TIMEOUT, "No time was left for it: the cells before it took too long."
        return TIMEOUT, f"{what} was stopped after {run.text}: is there a loop without end?"
    if run.outcome == BLOCKED:
        return ERROR, f"{what} {BUSY}"
    if run.outcome == DIED:
        reason = DEADLY.get(run.error, "does it call os._exit(), or need too much memory?")
        return ERROR, f"{what} ended the kernel: {reason}"
    if run.error == "NotImplementedError":
        return NOT_STARTED, "not started yet"
    if run.error in WAITING:
        return ERROR, f"{what} {WAITING[run.error]}"
    if run.error.endswith("MemoryError"):
        return ERROR, f"{what} needs more than {MEMORY_GB} GB of memory."
    text = re.sub(r"\([^()]*\.py, (line \d+)\)|\(<[^()]*>, (line \d+)\)", r"(\1\2)", run.text)
    return ERROR, f"{run.error}: {text}" if text else f"{what} raised {run.error}."
