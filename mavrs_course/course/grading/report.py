"""Grades as a person or a program wants them: tables, JSON, JUnit.

For the command line::

    grades = grade(paths, root=find_root())
    print_grades(grades)                   # a table a notebook; for a class, one table of all
    write_json(grades, path)
    write_junit(grades, path)
    raise typer.Exit(code=0 if all(grade.passed for grade in grades) else 1)

``grade(..., progress=function)`` calls the function with each grade as it comes.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mavrs_course.course.grading.grades import (
    ERROR,
    FAILED,
    MISSING,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    ExerciseGrade,
    NotebookGrade,
)
from mavrs_course.course.notebook import write_text

STYLES = {PASSED: "green", NOT_STARTED: "dim", FAILED: "red", MISSING: "red"}
BROKEN = (ERROR, TIMEOUT, MISSING)
CLASS_SIZE = 4
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def print_grades(grades: Sequence[NotebookGrade], console: Console | None = None) -> None:
    """A table for each of a few notebooks; for a class, one of all and its misconceptions."""
    console = console or Console()
    if len(grades) < CLASS_SIZE:
        for grade in grades:
            print_table(grade, console)
    else:
        print_class(grades, console)


def print_table(grade: NotebookGrade, console: Console | None = None) -> None:
    """One notebook: for each exercise its points, what went wrong, and the next hint."""
    console = console or Console()
    console.print(Text(f"{grade.notebook}   {_points(grade)}", style="bold"), soft_wrap=True)
    if grade.exercises:
        table = Table()
        for heading in ("Exercise", "Points", "Status", "What went wrong", "Next hint"):
            table.add_column(heading, justify="right" if heading == "Points" else "left")
        for each in grade.exercises:
            status = Text(each.status, style=STYLES.get(each.status, "yellow"))
            table.add_row(each.id, _points(each), status, Text(each.message), Text(each.hint))
        console.print(table)
    if grade.error:
        console.print(Text(grade.error, style="red"))


def print_class(grades: Sequence[NotebookGrade], console: Console | None = None) -> None:
    """A class: for each lesson a row a notebook, then the commonest misconceptions."""
    console = console or Console()
    names = dict(zip(map(id, grades), _short_names(grades), strict=True))
    by_lesson = sorted(grades, key=lambda grade: (not grade.lesson, grade.lesson))
    for lesson, together in groupby(by_lesson, key=lambda grade: grade.lesson):
        group = list(together)
        ids = list(dict.fromkeys(each.id for grade in group for each in grade.exercises))
        console.print(Text(lesson or "Not told to which lesson these belong", style="bold"))
        table = Table()
        table.add_column("Notebook")
        for heading in (*ids, "Total"):
            table.add_column(heading, justify="right")
        for grade in group:
            table.add_row(Text(names[id(grade)]), *_cells(grade, ids), _points(grade))
        console.print(table)
        for grade in group:
            if grade.error:
                console.print(Text(f"{names[id(grade)]}: {grade.error}", style="red"))
    _print_misconceptions(grades, console)


def misconceptions(grades: Iterable[NotebookGrade]) -> list[tuple[str, str, str, int]]:
    """``(exercise, diagnosis, message, how many)``, the commonest first."""
    exercises = [each for grade in grades for each in grade.exercises if each.diagnosis]
    counts = Counter((each.id, each.diagnosis) for each in exercises)
    messages = {(each.id, each.diagnosis): each.message for each in exercises}
    return [(*key, messages[key], count) for key, count in counts.most_common()]


def write_json(grades: Sequence[NotebookGrade], path: str | Path) -> None:
    """Write one grade as an object, several as a list; the file is replaced at once."""
    plain = [grade.as_dict() for grade in grades]
    text = json.dumps(plain[0] if len(plain) == 1 else plain, indent=1, ensure_ascii=False)
    _write(Path(path), text + "\n")


def write_junit(grades: Sequence[NotebookGrade], path: str | Path) -> None:
    """Write JUnit's XML, as continuous integration reads it: a test suite a notebook."""
    _write(Path(path), junit(grades))


def junit(grades: Sequence[NotebookGrade]) -> str:
    """JUnit's XML; signs that XML cannot hold are left out."""
    suites = ElementTree.Element("testsuites", name="mavrs grade")
    for grade in grades:
        suites.append(_suite(grade))
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{NOT_XML.sub(' ', text)}\n"


def _suite(grade: NotebookGrade) -> ElementTree.Element:
    statuses = [each.status for each in grade.exercises]
    errors = sum(status in BROKEN for status in statuses) + bool(grade.error)
    counts = {
        "tests": len(statuses) + bool(grade.error),
        "failures": sum(status in (FAILED, NOT_STARTED) for status in statuses),
        "errors": errors,
        "skipped": 0,
        "time": round(grade.seconds, 2),
    }
    attributes = {name: str(count) for name, count in counts.items()}
    suite = ElementTree.Element("testsuite", {"name": grade.notebook} | attributes)
    if grade.error:
        case = ElementTree.SubElement(suite, "testcase", classname=grade.notebook, name="notebook")
        ElementTree.SubElement(case, "error", message=grade.error)
    for each in grade.exercises:
        case = ElementTree.SubElement(suite, "testcase", classname=grade.notebook, name=each.id)
        if each.status != PASSED:
            kind = "error" if each.status in BROKEN else "failure"
            found = ElementTree.SubElement(case, kind, type=each.status, message=each.message)
            found.text = "\n".join(filter(None, (each.diagnosis, each.hint))) or None
    return suite


def _print_misconceptions(grades: Sequence[NotebookGrade], console: Console) -> None:
    found = misconceptions(grades)
    if not found:
        return
    console.print(Text("Commonest misconceptions", style="bold"))
    table = Table()
    for heading in ("Exercise", "Misconception", "How many", "What they were told"):
        table.add_column(heading, justify="right" if heading == "How many" else "left")
    for exercise, diagnosis, message, count in found[:20]:
        table.add_row(exercise, Text(diagnosis), str(count), Text(message))
    console.print(table)


def _cells(grade: NotebookGrade, ids: Sequence[str]) -> list[Text]:
    """The points of each exercise, coloured by status; a dash where there is no grade."""
    found = {each.id: each for each in grade.exercises}
    return [
        Text(f"{found[i].points:g}", style=STYLES.get(found[i].status, "yellow"))
        if i in found
        else Text("–", style="dim")
        for i in ids
    ]


def _points(grade: NotebookGrade | ExerciseGrade) -> str:
    return f"{grade.points:g} / {grade.max_points:g}"


def _short_names(grades: Sequence[NotebookGrade]) -> list[str]:
    """The paths without the folders that they share."""
    paths = [Path(grade.notebook) for grade in grades]
    try:
        shared = os.path.commonpath([path.parent for path in paths])
    except ValueError:  # no path, absolute beside relative, or different drives
        return [str(path) for path in paths]
    return [str(path.relative_to(shared)) if shared else str(path) for path in paths]


def _write(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():  # a pipe, or /dev/stdout
        path.write_text(text, encoding="utf-8")
    else:
        write_text(path, text)
