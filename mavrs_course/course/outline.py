"""What a notebook says about itself: title, sentence, objectives, and how long it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.notebook import OURS

HEADER, OBJECTIVES = "header", "objectives"
TITLE = re.compile(r"^# (\d\d) · (.+)$", re.MULTILINE)
OBJECTIVE = re.compile(r"\*\*(L\d\d\.\d+)\*\*")

# Adults read non-fiction at about 240 words a minute (Brysbaert 2019); technical prose with
# formulas, and with stops to think, goes slower.  A line of code is read, run and looked at;
# imports and lone brackets are seen at a glance.  A prediction is thought out, and compared.
WORDS_A_MINUTE = 150
CODE_LINES_A_MINUTE = 10
MINUTES_A_PREDICTION = 1.5
PREDICTION = re.compile(r"\*\*(?:Predict|Before you)\b")
AT_A_GLANCE = re.compile(r"\W*|import .*|from \S+ import .*")


@dataclass(frozen=True)
class Outline:
    """A lesson as the course map and the header tell it.

    minutes: to study the lesson, without exercises.  seconds: to run it, None if never run.
    exercises: those of the lesson; empty where it has none.
    """

    title: str
    sentence: str
    objectives: Sequence[str]
    minutes: int
    seconds: int | None
    exercises: Sequence[ExerciseHeader]

    @property
    def points(self) -> int:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def exercise_minutes(self) -> int:
        return sum(exercise.minutes for exercise in self.exercises)


def outline(notebook: NotebookNode, exercises: Sequence[ExerciseHeader]) -> Outline:
    """Read the outline of a lesson off its notebook; what is missing is empty."""
    header, objectives = cell_source(notebook, HEADER), cell_source(notebook, OBJECTIVES)
    title = TITLE.search(header)
    return Outline(
        title=title[2].strip() if title else "",
        sentence=_first_paragraph(header[title.end() :]) if title else "",
        objectives=OBJECTIVE.findall(objectives),
        minutes=study_minutes(notebook),
        seconds=seconds_to_run(notebook),
        exercises=tuple(exercises),
    )


def cell_source(notebook: NotebookNode, cell_id: str) -> str:
    """The source of the cell with this id, or nothing."""
    return next((cell.source for cell in notebook.cells if cell.id == cell_id), "")


def study_minutes(notebook: NotebookNode) -> int:
    """How long a notebook takes to read and try out, rounded up to steps of five minutes.

    Text takes a minute for 150 words, code a minute for ten lines that must be understood, and
    each **Predict** in the text a minute and a half more.
    """
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    words = sum(len(text.split()) for text in texts)
    predictions = sum(len(PREDICTION.findall(text)) for text in texts)
    code = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    lines = sum(_needs_thought(line) for source in code for line in source.split("\n"))
    minutes = words / WORDS_A_MINUTE + lines / CODE_LINES_A_MINUTE
    return 5 * math.ceil((minutes + predictions * MINUTES_A_PREDICTION) / 5)


def _needs_thought(line: str) -> bool:
    return not AT_A_GLANCE.fullmatch(line.strip())


def seconds_to_run(notebook: NotebookNode) -> int | None:
    """What the last run took, measured, or None."""
    seconds = notebook.metadata.get(OURS, {}).get("seconds")
    return math.ceil(seconds) if seconds else None


def _first_paragraph(text: str) -> str:
    for paragraph in re.split(r"\n\s*\n", text):
        words = " ".join(paragraph.split())
        if words and not words.startswith("<!--"):
            return words
    return ""
