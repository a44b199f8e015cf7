"""The one thing in a learner's own code that stands between it and a right answer.

Where no known mistake does what an answer does, its code is changed by rule, one place at a time
(:mod:`mavrs_course.course.rewrites`).  With one of these changes every case passes, those of
further seeds included: then that is where to look, however the code is written, and it is told.
The place and the kind of change are named, and what to write there is left to the learner.
"""

from __future__ import annotations

import ast
import contextlib
import linecache
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import FunctionType
from typing import Any

from mavrs_course.course.causes import Cause
from mavrs_course.course.compare import compare
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.rewrites import NAMES, Rewrite, rewrites
from mavrs_course.course.trial import run, try_case

SECONDS = 1.5  # of this process, so that a busy machine finds what a quiet one does
IN_ALL = 15.0
LONG = 0.5  # seconds; a changed answer that takes longer for one case is one that never ends
LOUD = {"polyfit", "lstsq", "svd", "pinv"}  # print by themselves when they are given NaN
LONGEST = 70  # characters of a line that are shown


@dataclass(frozen=True)
class AnswerCode:
    """The functions and classes of a learner that an answer needs, itself included.

    tree: them alone, as a module.  lines: of the cell or file in which they stand.
    home: the names that they use.  name: that of the answer.
    """

    tree: ast.Module
    lines: Sequence[str]
    home: dict[str, Any]
    name: str


def one_repair(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """The one change of an answer's own code with which it passes every case; None if none does."""
    if exercise.threshold is not None or (source := source_of(answer)) is None:
        return None
    line = 0
    found: list[str] = []
    for rewrite, changed in _promising(exercise, source, evidence):
        if found and (rewrite.line != line or rewrite.text in found):
            continue
        if _passes(exercise, changed, evidence):
            line, found = rewrite.line, [*found, rewrite.text]
            if len(found) == 2:
                break
    if not found:
        return None
    return Cause(
        "one_repair",
        f"One change to your line `{_shown(source.lines[line - 1])}` makes every case pass: "
        f"{', or '.join(found)}.",
    )


def source_of(answer: Any) -> AnswerCode | None:
    """The code of a function or a class, with the functions of the same cell that it uses."""
    if not isinstance(answer, FunctionType | type):
        return None
    functions = [f for f in (answer, *vars(answer).values()) if isinstance(f, FunctionType)]
    if not functions:
        return None
    home = functions[0].__globals__
    lines = linecache.getlines(functions[0].__code__.co_filename, home)
    try:
        there = ast.parse("".join(lines))
    except SyntaxError:
        return None
    named = {node.name: node for node in there.body if isinstance(node, _DEFINED)}
    wanted = [answer.__name__]
    for name in wanted:
        inside = ast.walk(named[name]) if name in named else ()
        used = {node.id for node in inside if isinstance(node, ast.Name)}
        wanted += [other for other in named if other in used and other not in wanted]
    if answer.__name__ not in named or LOUD & _called_in(named[name] for name in wanted):
        return None
    tree = ast.Module([named[name] for name in reversed(wanted)], [])
    return AnswerCode(tree, lines, home, answer.__name__)


def _called_in(nodes: Iterable[ast.AST]) -> set[str]:
    inside = [part for node in nodes for part in ast.walk(node)]
    return {part.attr for part in inside if isinstance(part, ast.Attribute)}


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without a word of what is stopped while something of Python's own is tidied up."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


def _promising(
    exercise: Exercise, source: AnswerCode, evidence: Evidence
) -> Iterator[tuple[Rewrite, Any]]:
    """Changed answers that are right in the case that is shown, as long as time allows."""
    failing = {trial.case.label for trial in evidence.failing}
    found = rewrites(source.tree, lacking=len(failing) > 1)
    start, started = time.process_time(), time.monotonic()
    while time.process_time() - start < SECONDS and time.monotonic() - started < IN_ALL:
        limits = Limits(LONG)
        try:
            with _quietly(), limits:
                for rewrite in found:
                    changed = _made(source, rewrite)
                    if _is_right(exercise, changed, evidence.shown):
                        break
                    if limits.spent > LONG / 2:
                        rewrite = None
                        break
                else:
                    return
        except (LimitReached, KeyboardInterrupt) as stopped:
            _only_by(limits, stopped)
            continue
        if rewrite is not None:
            yield rewrite, changed


def _made(source: AnswerCode, rewrite: Rewrite) -> Any:
    space = source.home | _MODULES
    exec(rewrite.code, space)
    return space[source.name]


def _is_right(exercise: Exercise, answer: Any, trial: Trial) -> bool:
    """Whether an answer passes a case: most that don't are turned away at a glance."""
    if exercise.tolerance is not None and trial.wanted.error is None:
        outcome = run(exercise, answer, trial.case)
        if outcome.error is not None:
            return False
        if trial.wanted.value is not None and compare(
            outcome.value, trial.wanted.value, exercise.tolerance
        ):
            return False
    return try_case(exercise, answer, trial.case, trial.wanted).passed


def _passes(exercise: Exercise, answer: Any, evidence: Evidence) -> bool:
    """Whether it passes every case, those of further seeds too."""
    trials = sorted(evidence.trials, key=lambda trial: trial.passed)
    limits = Limits(IN_ALL)
    try:
        with limits:
            return all(_is_right(exercise, answer, t) for t in (*trials, *evidence.further))
    except (LimitReached, KeyboardInterrupt) as stopped:
        _only_by(limits, stopped)
        return False


def _only_by(limits: Limits, stopped: BaseException) -> None:
    """Pass on the learner's own interrupt; one that a limit sent to wake a call is none."""
    if isinstance(stopped, KeyboardInterrupt) and limits.spent <= limits.seconds:
        raise stopped


def _shown(line: str) -> str:
    text = re.sub(r"\s+", " ", line.strip())
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


_MODULES = {name: import_module(module) for name, module in NAMES.items()}
_DEFINED = (ast.FunctionDef, ast.ClassDef)
