"""Tables of marks: for Moodle, for Canvas, and plain ones.

Moodle's offline grading worksheet (mod/assign/feedback/offline): rows are found by Identifier,
``Participant`` and a number; Grade and Last modified (grade) must be there.  Canvas's gradebook
import: rows are found by ID, and the row below the header gives the points that are possible.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mavrs_course.course.results.marks import Mark
from mavrs_course.files import write_whole

IDENTIFIER = ("identifier", "id", "nummer")
GRADE = ("grade", "bewertung", "note", "calificación", "puntuación", "valutazione", "beoordeling")
MAXIMUM = ("maximum grade", "bestwertung", "maximale bewertung", "calificación máxima")
NAME = ("full name", "vollständiger name", "nombre completo", "nom complet")
MOODLE = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
    "Feedback comments",
)
PLAIN = (
    *("student", "participant", "account", "lesson", "points", "max points", "percent", "status"),
    *("reason", "ask", "reached", "days late", "deduction", "adjusted", "attempt", "attempts"),
    *("handed in", "notebook", "graded", "run", "digest"),
)


class WorksheetError(ValueError):
    """This is no grading worksheet; the text says what is missing."""


def plain(marks: Sequence[Mark]) -> str:
    """A row a hand-in, with all that leads to its points; ``run`` and ``digest`` trace them."""
    return _csv(PLAIN, map(_plain_row, marks))


def exercises(marks: Sequence[Mark]) -> str:
    """A row an exercise of each hand-in."""
    heading = ("student", "participant", "lesson", "exercise", "points", "max points", "graded as")
    more = ("status", "diagnosis", "message", "seconds", "notes", "run")
    rows = [
        (
            *(mark.hand_in.student, mark.hand_in.participant, mark.hand_in.lesson, each.id),
            *(mark.exercises[each.id], each.max_points, each.points, each.status),
            *(each.diagnosis, each.message, each.seconds),
            *("; ".join(note.text for note in each.notes), mark.hand_in.run),
        )
        for mark in marks
        for each in mark.hand_in.exercises
    ]
    return _csv((*heading, *more), rows)


def sums(marks: Sequence[Mark]) -> str:
    """A row a student: the points of each lesson, their sum, and what could be reached.

    What could be reached is the same for all: a lesson that was not handed in counts 0.
    """
    possible = _possible(marks)
    rows = []
    for who, ours in by_student(marks).items():
        points = {mark.hand_in.lesson: mark.points for mark in ours if mark.hand_in.lesson}
        total = sum(points.values())
        share = _percent(total, sum(possible.values()))
        each = [points.get(lesson, "") for lesson in possible]
        rows.append((*who, *each, round(total, 2), sum(possible.values()), share))
    heading = ("student", "participant", "account", *possible, "sum", "max points", "percent")
    return _csv(heading, rows)


def by_student(marks: Sequence[Mark]) -> dict[tuple[str, str, str], list[Mark]]:
    """The marks of each student; known by number where the platform gives one, else by name."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        one = mark.hand_in
        found.setdefault(one.participant or one.student or "|".join(one.files), []).append(mark)
    return {_person(ours): ours for ours in found.values()}


def _person(ours: Sequence[Mark]) -> tuple[str, str, str]:
    one = ours[0].hand_in
    account = next((mark.hand_in.account for mark in ours if mark.hand_in.account), "")
    return one.student or (one.files or ["?"])[0], one.participant, account


def moodle(marks: Sequence[Mark]) -> str:
    """An offline grading worksheet of one lesson, of those whose number is known."""
    rows = []
    for mark in _with_number(marks):
        one = mark.hand_in
        grade = f"{mark.points:.2f}" if mark.graded else ""
        rows.append(
            (
                *(f"Participant {one.participant}", one.student, one.account, "", grade),
                *(f"{one.max_points:.2f}", "Yes", "-", "-", comment(mark)),
            )
        )
    return _csv(MOODLE, rows)


def fill_worksheet(text: str, marks: Sequence[Mark]) -> tuple[str, int]:
    """Moodle's own worksheet with the grades written in, and how many rows that were.

    Points are scaled to the worksheet's maximum grade; all other columns stay as they are.
    Raises :class:`WorksheetError`.
    """
    sample = text.lstrip("\ufeff")
    delimiter = max(",;\t", key=sample.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    identifier, grade = _column(heading, IDENTIFIER), _column(heading, GRADE)
    if identifier is None or grade is None:
        raise WorksheetError("this is no grading worksheet: it has no Identifier or no Grade")
    maximum, name = _column(heading, MAXIMUM), _column(heading, NAME)
    numbers = {mark.hand_in.participant: mark for mark in _with_number(marks)}
    names = {mark.hand_in.student.casefold(): mark for mark in marks if mark.hand_in.student}
    filled = 0
    for row in rows[1:]:
        row += [""] * (len(heading) - len(row))
        found = re.search(r"\d+$", row[identifier].strip())
        mark = numbers.get(found[0]) if found else None
        if mark is None and name is not None:
            mark = names.get(row[name].strip().casefold())
        if mark is not None and mark.graded:
            row[grade] = _scaled(mark, row[maximum] if maximum is not None else "")
            filled += 1
    return _csv(rows[0], rows[1:], delimiter, safe=False), filled


def canvas(marks: Sequence[Mark]) -> str:
    """A gradebook to import: a column a lesson, the points that are possible in the first row."""
    possible = _possible(marks)
    start = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    rows: list[tuple] = [("    Points Possible", "", "", "", "", *possible.values())]
    for (name, participant, account), ours in by_student(marks).items():
        points = {mark.hand_in.lesson: mark.points for mark in ours if mark.graded}
        each = [points.get(lesson, "") for lesson in possible]
        rows.append((name, participant, "", account, "", *each))
    return _csv((*start, *possible), rows)


def comment(mark: Mark) -> str:
    """A short comment for the platform: what is missing, and what changed the points."""
    open_ = [
        each.id for each in mark.hand_in.exercises if mark.exercises[each.id] < each.max_points
    ]
    parts = [f"Open: {', '.join(open_)}." if open_ else "", *mark.reasons]
    if not mark.graded:
        parts = [mark.hand_in.reason, mark.hand_in.ask]
    return " ".join(filter(None, parts))


def write(path: Path, text: str) -> Path:
    """Write a table so that spreadsheets read its accents."""
    write_whole(path, text.encode("utf-8-sig", "replace"))
    return path


def _plain_row(mark: Mark) -> tuple:
    one = mark.hand_in
    return (
        *(one.student, one.participant, one.account, one.lesson),
        *(mark.points, one.max_points, _percent(mark.points, one.max_points), one.status),
        *(one.reason, one.ask, mark.reached, mark.days_late, mark.deduction),
        *("; ".join(mark.reasons), one.attempt, one.attempts),
        *(one.handed_in, one.notebook, one.graded, one.run, one.digest),
    )


def _possible(marks: Sequence[Mark]) -> dict[str, float]:
    found: dict[str, float] = {}
    for mark in sorted(marks, key=lambda mark: mark.hand_in.lesson):
        if lesson := mark.hand_in.lesson:
            found[lesson] = max(found.get(lesson, 0), mark.hand_in.max_points)
    return found


def _with_number(marks: Iterable[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.hand_in.participant]


def _scaled(mark: Mark, maximum: str) -> str:
    try:
        most = float(maximum.replace(",", "."))
    except ValueError:
        most = 0
    if not (most and mark.hand_in.max_points):
        return f"{mark.points:.2f}"
    grade = f"{mark.points / mark.hand_in.max_points * most:.2f}"
    return grade.replace(".", ",") if "," in maximum else grade


def _percent(points: float, most: float) -> float | str:
    return round(100 * points / most, 1) if most else ""


def _column(heading: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _csv(heading: Sequence, rows: Iterable, delimiter: str = ",", *, safe: bool = True) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([_cell(cell) if safe else cell for cell in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    """A cell in which no spreadsheet sees a formula, nor a control character."""
    if not isinstance(value, str):
        return f"{value:.10g}"
    text = "".join(sign if sign.isprintable() else " " for sign in value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and len(text) > 1 else text
