"""A graded hand-in: what one student sent for one lesson, and what came of it.

This is the one form in which grades are kept, read and written; ``grades.schema.json`` beside
this file describes it for other programs.  A new field may join it; one that is there keeps its
name and meaning, or :data:`VERSION` rises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from mavrs_course.course.grading.grades import PASSED, ExerciseGrade, GradeNote

FORMAT, VERSION = "mavrs-grades", 1
GRADED, NOT_GRADED, NOTHING = "graded", "not graded", "nothing handed in"


@dataclass(frozen=True)
class CodeCell:
    """A code cell that was graded.  exercise: the one that it answers, or empty."""

    source: str
    exercise: str = ""


@dataclass(frozen=True)
class HandIn:
    """What one student handed in for one lesson.

    student: the name, as the platform, the folder or the roster gives it; empty where none does.
    participant: the number by which the platform knows the student (Moodle's participant number,
    Canvas's user id), or empty.  account: a user name or address, from the roster or Canvas.
    lesson: its whole name, such as ``08_value_decomposition``; empty where it cannot be told.
    attempt, attempts: which of how many counts, from 1; 0 of 0 where nothing was handed in.
    handed_in: when, as ISO 8601 in UTC, or empty.  late: whether the platform says so.
    files: what was looked at, relative to the class's folder; ``a.zip/b.ipynb`` is inside a zip.
    notebook: the one of them that was graded, or empty.
    status: ``graded``, ``not graded`` (``reason`` says what it is, ``ask`` what to ask the student
    for) or ``nothing handed in``.
    points, max_points: sums over the exercises; max_points is zero where the lesson is not known.
    exercises: the grade of each.  cells: the code that was graded, in the notebook's order.
    remarks: sentences for the teacher, such as which attempt counts.
    seconds: what grading took.  graded: when, as ISO 8601 in UTC.  run: which grading it was.
    digest: a fingerprint of what was graded; another one means that something else was handed in.
    """

    student: str
    participant: str = ""
    account: str = ""
    lesson: str = ""
    attempt: int = 1
    attempts: int = 1
    handed_in: str = ""
    late: bool = False
    files: Sequence[str] = ()
    notebook: str = ""
    status: str = GRADED
    reason: str = ""
    ask: str = ""
    points: float = 0
    max_points: float = 0
    exercises: Sequence[ExerciseGrade] = ()
    cells: Sequence[CodeCell] = ()
    remarks: Sequence[str] = ()
    seconds: float = 0
    graded: str = ""
    run: str = ""
    digest: str = ""

    @property
    def passed(self) -> bool:
        """Whether every exercise passed."""
        return self.status == GRADED and all(each.status == PASSED for each in self.exercises)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HandIn:
        """From plain data; fields that this version does not know are left out."""
        known = _known(cls, data)
        known["exercises"] = tuple(_exercise(each) for each in data.get("exercises", ()))
        known["cells"] = tuple(CodeCell(**_known(CodeCell, each)) for each in data.get("cells", ()))
        for name in ("files", "remarks"):
            known[name] = tuple(data.get(name, ()))
        return cls(**known)


@dataclass(frozen=True)
class Gradebook:
    """The hand-ins of a class.

    folder: where they were.  made: when this was written, as ISO 8601 in UTC.
    complete: whether all that was found has been graded; false after an interruption.
    """

    hand_ins: Sequence[HandIn] = ()
    folder: str = ""
    made: str = ""
    complete: bool = True
    version: int = field(default=VERSION)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        about = {"format": FORMAT, "version": self.version, "folder": self.folder}
        about |= {"made": self.made, "complete": self.complete}
        return about | {"hand_ins": [each.as_dict() for each in self.hand_ins]}

    @classmethod
    def from_dict(cls, data: Any) -> Gradebook:
        """From plain data; raises ValueError, with a reason, where it is something else."""
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"this is no gradebook: its format is not {FORMAT!r}")
        if data.get("version") != VERSION:
            raise ValueError(f"this gradebook has version {data.get('version')}, not {VERSION}")
        hand_ins = tuple(HandIn.from_dict(each) for each in data.get("hand_ins", ()))
        return cls(**(_known(cls, data) | {"hand_ins": hand_ins}))


def _exercise(data: Mapping[str, Any]) -> ExerciseGrade:
    notes = tuple(GradeNote(**_known(GradeNote, each)) for each in data.get("notes", ()))
    return ExerciseGrade(**(_known(ExerciseGrade, data) | {"notes": notes}))


def _known(form: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(form)}
    return {name: value for name, value in data.items() if name in names}
