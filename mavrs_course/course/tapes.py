"""The tapes that ship with the lessons: what is on them, make them, prove them.

Recording a lesson runs its notebooks with every answer going onto its tape in ``data/tapes``.
Verifying runs them with each taped answer asked of the model again; a difference is an error.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.course.execute import ASKING_SECONDS, run_notebook
from mavrs_course.course.notebook import BuildError, read
from mavrs_course.llm.lessons import TAPES
from mavrs_course.llm.models.tape import RECORD, VARIABLE, VERIFY

FOLDER = Path("data") / "tapes"


@dataclass(frozen=True)
class TapeSummary:
    """One kind of question to one model on a lesson's tape."""

    lesson: str
    model: str
    kind: str
    calls: int
    first: str
    last: str


def recordings(root: Path) -> list[TapeSummary]:
    """What is on the shipped tapes, in the order of the lessons."""
    query = (
        "SELECT model, kind, COUNT(*), MIN(date), MAX(date) FROM calls "
        "GROUP BY model, kind ORDER BY model, kind"
    )
    found = []
    for path in sorted((root / FOLDER).glob("*.sqlite")):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as tape:
            found += [TapeSummary(path.stem, *row) for row in tape.execute(query)]
    return found


def record(root: Path, lesson: str) -> int:
    """Run a lesson's notebooks so that what they ask is on its tape; how many calls were new.

    The notebooks themselves stay as they are.
    """
    before = _calls(root, lesson)
    with _variables({VARIABLE: RECORD, TAPES: str(root / FOLDER)}):
        _run(root, lesson)
    return _calls(root, lesson) - before


def verify(root: Path, lesson: str) -> None:
    """Run a lesson's notebooks with every taped answer asked again.

    Raises BuildError, naming the cell, where a model that is here answers otherwise, or where a
    question is not on the tape and no model is here.
    """
    with (
        tempfile.TemporaryDirectory(prefix="mavrs-") as own,
        _variables({VARIABLE: VERIFY, TAPES: own}),
    ):
        _run(root, lesson)


def _run(root: Path, lesson: str) -> None:
    paths = [
        path for part in ("notebooks", "solutions") for path in (root / part).glob(f"{lesson}_*")
    ]
    if not paths:
        raise BuildError(f"there is no lesson {lesson!r}")
    for path in paths:
        run_notebook(read(path), path.parent, path.name, ASKING_SECONDS)


def _calls(root: Path, lesson: str) -> int:
    return sum(one.calls for one in recordings(root) if one.lesson == lesson)


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for as long as the block runs."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
