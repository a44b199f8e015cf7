"""Run a plan of steps in a throw-away kernel, and say of each exercise how it went."""

from __future__ import annotations

import ast
import inspect
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mavrs_course.course import registry
from mavrs_course.course.checking import CHECK_RECORD
from mavrs_course.course.grading import judge
from mavrs_course.course.grading.grades import (
    ERROR,
    FAILED,
    MISSING,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    ExerciseGrade,
)
from mavrs_course.course.grading.kernel import (
    DIED,
    FINE,
    MEMORY_GB,
    RAISED,
    TIMED_OUT,
    Kernel,
    Run,
)
from mavrs_course.course.grading.restoring import Graded, Step

MACHINERY = "mavrs_course.course"
TELLING = ("SyntaxError", "IndentationError", "TabError")
JUDGE = inspect.getsource(judge)
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell may take, and one notebook."""

    cell: float = 60.0
    notebook: float = 900.0


@dataclass(frozen=True)
class Judgement:
    """What a check said: ``passed``, the record of the failure, or the error it ended in."""

    run: Run
    passed: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)


class Performance:
    """The steps of one notebook, played in a kernel that is started again when one ends it.

    After a new start the earlier cells are played again, without those that hung or ended the
    kernel, so that what they defined is there for the exercises that come after.
    """

    def __init__(self, kernel: Kernel, folder: Path, environment: dict, limits: Limits) -> None:
        self._kernel = kernel
        self._folder = folder
        self._environment = environment
        self._limits = limits
        self._end = time.monotonic() + limits.notebook
        self._past: list[str] = []

    def play(self, steps: Sequence[Step]) -> list[ExerciseGrade]:
        """One grade for each check among the steps."""
        grades, answers = [], {}
        for step in steps:
            if step.check is None:
                run = self._play_cell(step.source)
                if run.outcome != FINE and step.instead:
                    self._play_cell(step.instead)
                if step.answers is not None:
                    answers.setdefault(step.answers.id, []).append(run)
                continue
            judgement = self._play_check(step.check)
            found = answers.get(step.check.id, [])
            grades.append(_grade(step.check, found, judgement))
        return grades

    def _play_cell(self, source: str) -> Run:
        run = self._run(source)
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
            "environment": self._environment,
        }
        code = f"{JUDGE}\nanswer = judge(**json.loads({json.dumps(task)!r}))\n"
        request = (
            "from builtins import exec as __mavrs_exec__\n"
            "__mavrs_room__ = {'__name__': 'judge'}\n"
            f"__mavrs_exec__({code!r}, __mavrs_room__)"
        )
        run = self._run(request, value="__mavrs_room__['answer']")
        return _read(run, task["nonce"])

    def _run(self, source: str, value: str | None = None) -> Run:
        while not self._kernel.alive and self._left() > 0:
            self._kernel.start()
            self._past = [past for past in self._past if self._still_runs(past)]
        if self._left() <= 0:
            return Run(TIMED_OUT)
        return self._kernel.run(source, min(self._limits.cell, self._left()), value)

    def _still_runs(self, source: str) -> bool:
        """Play a cell again; once the kernel has died, keep the rest for the next start."""
        if not self._kernel.alive or self._left() <= 0:
            return True
        seconds = min(self._limits.cell, self._left())
        return self._kernel.run(source, seconds).outcome in (FINE, RAISED)

    def _left(self) -> float:
        return self._end - time.monotonic()


def one_line(text: Any, limit: int = 300) -> str:
    """Any text as one line that a terminal and XML can bear."""
    text = ESCAPE.sub("", str(text)[: 10 * limit])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= limit else line[: limit - 2] + " …"


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
    return Judgement(run, not said["error"], failures[-1] if failures else {})


def _grade(check: Graded, answers: Sequence[Run], judgement: Judgement) -> ExerciseGrade:
    """The verdict on one exercise, from how its cells and its check went."""

    def grade(status: str, message: Any = "", diagnosis: Any = "", hint: Any = "") -> ExerciseGrade:
        points = check.points if status == PASSED else 0
        details = one_line(message), one_line(diagnosis), one_line(hint)
        return ExerciseGrade(check.id, points, check.points, status, *details)

    if judgement.passed:
        return grade(PASSED)
    trouble = next((run for run in answers if run.outcome != FINE), None)
    if trouble and (trouble.outcome != RAISED or trouble.error in TELLING):
        return grade(*_explain(trouble, "Its cell"))
    if judgement.record:
        record = judgement.record
        status = NOT_STARTED if record.get("status") == NOT_STARTED else FAILED
        return grade(status, *(record.get(key, "") for key in ("message", "diagnosis", "hint")))
    if trouble:
        return grade(*_explain(trouble, "Its cell"))
    if not answers and judgement.run.error == "NameError":
        lesson = check.id.partition(".")[0]
        return grade(MISSING, f"Its cell is gone: `mavrs reset {lesson}` gives a fresh copy.")
    return grade(*_explain(judgement.run, "Its check"))


def _explain(run: Run, what: str) -> tuple[str, str]:
    """The status and the message for a cell that did not end well."""
    if run.outcome == TIMED_OUT:
        if not run.text:
            return TIMEOUT, "No time was left for it: the cells before it took too long."
        return TIMEOUT, f"{what} was stopped after {run.text}: is there a loop without end?"
    if run.outcome == DIED:
        reasons = {
            "exit": "it calls exit() or quit(), which a notebook does not need.",
            "MemoryError": f"it needs more than {MEMORY_GB} GB of memory.",
        }
        reason = reasons.get(run.error, "does it call os._exit(), or need too much memory?")
        return ERROR, f"{what} ended the kernel: {reason}"
    if run.error == "NotImplementedError":
        return NOT_STARTED, "not started yet"
    if run.error == "StdinNotImplementedError":
        return ERROR, f"{what} asks for input(), and nobody types while a notebook is graded."
    text = re.sub(r"\([^()]*\.py, (line \d+)\)|\(<[^()]*>, (line \d+)\)", r"(\1\2)", run.text)
    return ERROR, f"{run.error}: {text}" if text else f"{what} raised {run.error}."
