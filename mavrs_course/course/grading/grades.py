"""What grading finds: the grade of an exercise, and of a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PASSED = "passed"
FAILED = "failed"
ERROR = "error"
NOT_STARTED = "not started"
TIMEOUT = "timeout"
MISSING = "missing"


@dataclass(frozen=True)
class GradeNote:
    """What a teacher should know of an answer.

    kind: such as ``library``, ``reference`` or ``replaced``.  text: a sentence.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class ExerciseGrade:
    """The grade of one exercise.

    status: ``passed``, ``failed``, ``error`` (its code does not run), ``not started``,
    ``timeout`` or ``missing`` (its cell is not in the notebook).
    message: what went wrong, in one line.  diagnosis: the name of the misconception, if known.
    hint: the next one.
    case, returned, expected: of the failing case, as text of several lines; or empty.
    hidden: whether that case is one of the hidden tests, which no student should be shown.
    seconds: what its cells and its check took.
    notes: what is unusual about the answer, for the teacher.
    """

    id: str
    points: float
    max_points: float
    status: str
    message: str = ""
    diagnosis: str = ""
    hint: str = ""
    case: str = ""
    returned: str = ""
    expected: str = ""
    hidden: bool = False
    seconds: float = 0
    notes: Sequence[GradeNote] = ()


@dataclass(frozen=True)
class NotebookGrade:
    """The grade of one notebook.

    notebook: the path, as it was asked for.  lesson: the name of the lesson, or empty.
    max_points: zero where the lesson cannot be told.  seconds: what grading took.
    error: why the notebook could not be graded, in one line, or empty.
    """

    notebook: str
    lesson: str
    max_points: float
    seconds: float
    exercises: Sequence[ExerciseGrade] = ()
    error: str = ""

    @property
    def points(self) -> float:
        """The sum over the exercises."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def passed(self) -> bool:
        """Whether every exercise passed."""
        return not self.error and all(each.status == PASSED for each in self.exercises)

    def as_dict(self) -> dict[str, Any]:
        """The grade as plain data, for JSON; ``error`` is there only if there is one."""
        return {
            "notebook": self.notebook,
            "points": self.points,
            "max_points": self.max_points,
            "seconds": round(self.seconds, 2),
            "exercises": [vars(exercise) for exercise in self.exercises],
        } | ({"error": self.error} if self.error else {})
