"""A whole report: from the grades of a class to everything that a teacher gets back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mavrs_course.course.classroom.handin import GRADED, Gradebook
from mavrs_course.course.grading.reading import UnreadableError, read_cells
from mavrs_course.course.lessons import lessons
from mavrs_course.course.results import exports
from mavrs_course.course.results.changes import HISTORY, changes, remember
from mavrs_course.course.results.items import LessonStatistics, lesson_statistics
from mavrs_course.course.results.marks import Mark, marks
from mavrs_course.course.results.misconceptions import Misconception, misconceptions, to_teach
from mavrs_course.course.results.pages import feedback_zip, pages, template
from mavrs_course.course.results.policy import Policy
from mavrs_course.course.results.similar import SimilarPair, similar
from mavrs_course.files import write_whole

PAGES = "pages"


@dataclass(frozen=True)
class ClassReport:
    """What a class's grades say.

    problems: rules of the teacher's file that met nobody.  since: when the last report was made,
    or empty; changed: a line for each mark that is another since.
    """

    book: Gradebook
    marks: Sequence[Mark]
    lessons: Sequence[LessonStatistics]
    misconceptions: Sequence[Misconception]
    pairs: Sequence[SimilarPair]
    problems: Sequence[str] = ()
    since: str = ""
    changed: Sequence[str] = ()


def report(book: Gradebook, policy: Policy, root: Path, results: Path) -> ClassReport:
    """Look at the grades of a class; ``root`` is the course's, ``results`` where reports go."""
    found, problems = marks(book.hand_ins, policy)
    since, changed = changes(found, results / HISTORY)
    return ClassReport(
        book,
        found,
        lesson_statistics(found),
        misconceptions(found),
        list(_pairs(book, root)),
        problems,
        since,
        changed,
    )


def write(report: ClassReport, results: Path, made: str) -> list[Path]:
    """Write pages, tables and the class at a glance; the files, those for the platform first."""
    found = report.marks
    written = []
    for lesson in sorted({mark.hand_in.lesson for mark in found if mark.hand_in.lesson}):
        ours = [mark for mark in found if mark.hand_in.lesson == lesson]
        name = exports.write(results / f"moodle-{lesson[:2]}.csv", exports.moodle(ours))
        written += [name, results / f"feedback-{lesson[:2]}.zip"]
        write_whole(written[-1], feedback_zip(ours))
    for file, table in (
        ("canvas.csv", exports.canvas(found)),
        ("grades.csv", exports.plain(found)),
        ("exercises.csv", exports.exercises(found)),
        ("sums.csv", exports.sums(found)),
    ):
        written.append(exports.write(results / file, table))
    for old in (results / PAGES).glob("*.html"):
        old.unlink()
    for page, text in pages(found).items():
        write_whole(results / PAGES / page, text.encode("utf-8", "replace"))
    write_whole(results / "class.html", class_page(report).encode("utf-8", "replace"))
    remember(found, results / HISTORY, made)
    return [*written, results / "class.html", results / PAGES]


def class_page(report: ClassReport) -> str:
    """The class at a glance, as a page for the teacher."""
    rows = [one for one in report.book.hand_ins if one.status != GRADED]
    notes = [
        (one, each.id, note)
        for one in report.book.hand_ins
        for each in one.exercises
        for note in each.notes
    ]
    return template("class.html.j2").render(
        folder=report.book.folder,
        made=report.book.made,
        complete=report.book.complete,
        teach=to_teach(report.misconceptions),
        lessons=report.lessons,
        misconceptions=report.misconceptions,
        rows=rows,
        notes=notes,
        pairs=report.pairs,
        since=report.since,
        changed=report.changed,
    )


def print_report(report: ClassReport, console: Console) -> None:
    """The class at a glance, on a terminal."""
    for one in report.lessons:
        title = f"{one.lesson}: {one.graded} graded, mean {one.mean:.2f} of {one.max_points:g}"
        consistency = f"internal consistency {_whole(one.consistency)}; all in %"
        table = Table(title=f"{title}, {consistency}", title_justify="left")
        table.add_column("Exercise", no_wrap=True)
        for heading in ("Facility", "Discrim.", "Efficiency", "Fifths", "Seconds"):
            table.add_column(heading, justify="right", no_wrap=True)
        for item in one.items:
            numbers = (item.facility, item.discrimination, item.efficiency)
            fifths = " ".join(map(_whole, item.quintiles)) or "–"
            table.add_row(item.id, *map(_whole, numbers), fifths, f"{item.seconds:.1f}")
        console.print(table)
    if teach := to_teach(report.misconceptions):
        console.print(Text("What to teach again on Monday", style="bold"))
        for slip in teach:
            share = f"{len(slip.who)} students, {slip.share:.0%}"
            console.print(Text(f"{slip.exercise} {slip.diagnosis} ({share}): {slip.message}"))
    for pair in report.pairs[:5]:
        text = f"To look at: {pair.one} and {pair.other} share {pair.share:.0%} in {pair.lesson}"
        console.print(Text(text, style="dim"))
    for problem in report.problems:
        console.print(Text(problem, style="yellow"))
    for line in report.changed:
        console.print(Text(f"Changed: {line}"))


def _whole(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f}".replace("-", "−")


def _pairs(book: Gradebook, root: Path) -> Iterator[SimilarPair]:
    known = {lesson.name: lesson for lesson in lessons(root)}
    for name in sorted({one.lesson for one in book.hand_ins if one.cells}):
        ours = [one for one in book.hand_ins if one.lesson == name and one.cells]
        lesson = known.get(name)
        if lesson is None:
            yield from similar(ours)
            continue
        sources: dict[str, Any] = {
            "the solutions": _code(lesson.solution),
            "the lesson": _code(lesson.notebook),
        }
        yield from similar(ours, _code(lesson.exercise), sources)


def _code(path: Path) -> list[str]:
    try:
        return [cell.source for cell in read_cells(path)]
    except UnreadableError:
        return []
