"""Who is in a class: a table as Moodle, Canvas or a spreadsheet write it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mavrs_course.course.classroom.handin import NOTHING, HandIn
from mavrs_course.course.classroom.submissions import plain

FIRST = ("first name", "firstname", "given name", "vorname")
LAST = ("last name", "lastname", "surname", "family name", "nachname")
NAME = ("full name", "name", "student", "student name", "vollständiger name")
NUMBER = ("identifier", "participant number", "participant", "id", "user id", "canvas user id")
ACCOUNT = ("email address", "email", "e-mail", "username", "user name", "sis login id", "login id")
NO_STUDENT = re.compile(r"\s*(points possible|student, test|test student)\s*", re.IGNORECASE)


class RosterError(ValueError):
    """A table that names no students; the text says what it should hold."""


@dataclass(frozen=True)
class Student:
    """Someone in the class; participant is the platform's number, account a name or address."""

    name: str
    participant: str = ""
    account: str = ""


def read_roster(path: Path) -> list[Student]:
    """The students in a table of text; raises :class:`RosterError`, or OSError.

    The first line names the columns: a name (or first and last), and, where there are, a number
    and an account.  Without such a line the first column is the name.
    """
    text = _text(path.read_bytes())
    try:
        dialect = csv.Sniffer().sniff(text[:5_000], ",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = [row for row in csv.reader(text.splitlines(), dialect) if any(map(str.strip, row))]
    if not rows:
        raise RosterError(f"{path} is empty: write a line for each student, with the name first")
    columns = [cell.strip().casefold() for cell in rows[0]]
    known = {*FIRST, *LAST, *NAME, *NUMBER, *ACCOUNT}
    if not known & set(columns):
        columns, rows = ["name"], [[], *rows]
    students = [_student(dict(zip(columns, row, strict=False))) for row in rows[1:]]
    students = [one for one in students if (one.name or one.account) and not _is_none(one)]
    if not students:
        raise RosterError(
            f"{path} names nobody: its first line should say which column is the name"
        )
    return students


def with_roster(
    hand_ins: Sequence[HandIn], students: Sequence[Student], lesson: str, max_points: float
) -> list[HandIn]:
    """The rows of a class: accounts filled in, strangers noted, and those who sent nothing added.

    lesson, max_points: of the rows that are added, where all hand in the same.
    """
    rows, met = [], set()
    for one in hand_ins:
        found = next((i for i, each in enumerate(students) if _same(each, one)), None)
        if found is None:
            rows.append(replace(one, remarks=(*one.remarks, "Not on the roster.")))
            continue
        met.add(found)
        student = students[found]
        rows.append(
            replace(
                one,
                student=student.name or one.student,
                participant=one.participant or student.participant,
                account=one.account or student.account,
            )
        )
    absent = [student for i, student in enumerate(students) if i not in met]
    return rows + [nothing(student, lesson, max_points) for student in absent]


def nothing(student: Student, lesson: str, max_points: float) -> HandIn:
    """The row of somebody who has handed in nothing."""
    return HandIn(
        student.name,
        student.participant,
        student.account,
        lesson,
        attempt=0,
        attempts=0,
        status=NOTHING,
        reason="nothing was handed in",
        max_points=max_points,
    )


def _same(student: Student, one: HandIn) -> bool:
    if student.participant and one.participant:
        return student.participant == one.participant
    if student.account and one.account:
        return student.account.casefold() == one.account.casefold()
    if student.account and student.account.partition("@")[0].casefold() == one.student.casefold():
        return True
    return bool(_letters(student.name)) and _letters(student.name) == _letters(one.student)


def _letters(name: str) -> str:
    """What two ways to write a name share: letters alone, no accents, in no order of words.

    Canvas writes the last name and the first in one word, so the letters are sorted.
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sorted(sign for sign in bare if sign.isalnum()))


def _student(row: dict[str, str]) -> Student:
    def first(names: Sequence[str]) -> str:
        return next((plain(row[name]) for name in names if row.get(name, "").strip()), "")

    name = f"{first(FIRST)} {first(LAST)}".strip() or first(NAME)
    last, comma, given = name.partition(", ")
    number = re.sub(r"^participant\s*", "", first(NUMBER), flags=re.IGNORECASE)
    return Student(f"{given} {last}" if comma else name, number, first(ACCOUNT))


def _is_none(student: Student) -> bool:
    return bool(NO_STUDENT.fullmatch(student.name)) or student.name == "Student Test"


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
