"""Lines that the build keeps true: how long a notebook takes, and the course map."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbformat import NotebookNode

from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.lessons import Lesson
from mavrs_course.course.outline import HEADER, Outline, seconds_to_run

MINUTES, COURSE_MAP = "minutes", "course-map"
HEADING = re.compile(r"^(##+ .*?)(?: \(\d+ points?, \d+ min\))?$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # relative ones lead nowhere from the README


def between_markers(text: str, name: str, content: str) -> str | None:
    """The text with what stands between ``<!-- mavrs:NAME -->`` and ``<!-- /mavrs:NAME -->``
    replaced; None where it has no such markers."""
    pattern = re.compile(rf"(<!-- mavrs:{name} -->).*?(<!-- /mavrs:{name} -->)", re.DOTALL)
    if not pattern.search(text):
        return None
    return pattern.sub(lambda match: f"{match[1]}\n\n{content}\n\n{match[2]}", text, count=1)


def write_minutes(notebook: NotebookNode, line: str) -> None:
    """Put the line on how long a notebook takes into its header, where that has the markers."""
    for cell in notebook.cells:
        if cell.id == HEADER:
            cell.source = between_markers(cell.source, MINUTES, line) or cell.source


def write_worth(notebook: NotebookNode, exercises: Sequence[ExerciseHeader]) -> None:
    """Say in the heading of each exercise what it is worth and how long it takes."""
    by_cell = {f"task-{exercise.id.replace('.', '-')}": exercise for exercise in exercises}
    for cell in notebook.cells:
        if exercise := by_cell.get(cell.id):
            worth = f"({_points(exercise.points)}, {exercise.minutes} min)"
            cell.source = HEADING.sub(rf"\g<1> {worth}", cell.source, count=1)


def lesson_line(lesson: Lesson, outline: Outline) -> str:
    """How long a lesson takes, with a link to its exercises."""
    text = f"About {outline.minutes} minutes to study"
    if outline.exercises:
        link = f"[{_count(outline.exercises)}](../exercises/{lesson.name}.ipynb)"
        text += f", and {outline.exercise_minutes} more for {link} ({_points(outline.points)})"
    return f"{text}.{_runs(outline.seconds, 'It runs')}"


def solution_line(notebook: NotebookNode, exercises: Sequence[ExerciseHeader]) -> str:
    """How long the exercises take; the same line stands in solutions and exercises."""
    minutes = sum(exercise.minutes for exercise in exercises)
    points = _points(sum(exercise.points for exercise in exercises))
    run = _runs(seconds_to_run(notebook), "Solved, the notebook runs")
    return f"{_count(exercises).capitalize()}, {points}, about {minutes} minutes.{run}"


def course_map(outlines: Sequence[tuple[Lesson, Outline]]) -> str:
    """The table of lessons for the README, in Markdown."""
    rows = [
        "| lesson | in one sentence | to study | to run | exercises |",
        "|---|---|--:|--:|---|",
    ]
    for lesson, outline in outlines:
        name = f"[{lesson.number} · {outline.title}](notebooks/{lesson.name}.ipynb)"
        seconds = f"{outline.seconds} s" if outline.seconds else ""
        exercises = ""
        if outline.exercises:
            link = f"[{_count(outline.exercises)}](exercises/{lesson.name}.ipynb)"
            exercises = f"{link}, {_points(outline.points)}, {outline.exercise_minutes} min"
        sentence = LINK.sub(r"\1", outline.sentence).replace("|", "\\|")
        rows.append(f"| {name} | {sentence} | {outline.minutes} min | {seconds} | {exercises} |")
    return "\n".join(rows)


def _count(exercises: Sequence[ExerciseHeader]) -> str:
    return f"{len(exercises)} exercise" + "s" * (len(exercises) != 1)


def _points(points: int) -> str:
    return f"{points} point" + "s" * (points != 1)


def _runs(seconds: int | None, what: str) -> str:
    if not seconds:
        return ""
    return f" {what} in {seconds} second" + "s" * (seconds != 1) + "."
