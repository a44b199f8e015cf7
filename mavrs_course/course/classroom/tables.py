"""A class on the terminal, and as JUnit: its rows through the tables of single notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mavrs_course.course.classroom.book import write_output
from mavrs_course.course.classroom.handin import GRADED, HandIn
from mavrs_course.course.classroom.submissions import plain
from mavrs_course.course.grading.grades import NotebookGrade
from mavrs_course.course.grading.report import junit, print_class, print_grades


def name_of(row: HandIn) -> str:
    """How a row is called: by its student, else by its file."""
    file = row.notebook or (row.files[0] if row.files else "")
    return row.student or file or "nobody"


def notebook_grade(row: HandIn, name: str = "") -> NotebookGrade:
    """A row as the grade of a notebook, for tables."""
    error = "" if row.status == GRADED else " ".join(filter(None, (f"{row.reason}.", row.ask)))
    return NotebookGrade(
        name or name_of(row), row.lesson, row.max_points, row.seconds, row.exercises, error
    )


def print_rows(rows: Sequence[HandIn], console: Console, *, a_class: bool = False) -> None:
    """The tables of a few notebooks, or of a class; then what a teacher should know."""
    grades = [notebook_grade(row) for row in rows]
    if a_class:
        print_class(grades, console)
    else:
        print_grades(grades, console)
    for row in rows:
        for remark in row.remarks:
            console.print(Text(f"{name_of(row)}: {remark}", style="dim"), soft_wrap=True)
        for note in (note for each in row.exercises for note in each.notes):
            console.print(Text(f"{name_of(row)}: {note.text}", style="yellow"), soft_wrap=True)


def write_junit_rows(rows: Sequence[HandIn], path: Path) -> None:
    """Write JUnit's XML, a test suite a row; raises OSError."""
    grades = [notebook_grade(row, plain(row.notebook or name_of(row))) for row in rows]
    write_output(path, junit(grades).encode("utf-8"))
