"""What a teacher gets back: marks, tables, pages, the class at a glance."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.course.classroom.book import read_gradebook, write_gradebook
from mavrs_course.course.classroom.handin import CodeCell, Gradebook, HandIn
from mavrs_course.course.classroom.platforms import sender
from mavrs_course.course.grading.grades import ExerciseGrade, GradeNote
from mavrs_course.course.results import exports, items
from mavrs_course.course.results.marks import marks
from mavrs_course.course.results.misconceptions import misconceptions, to_teach
from mavrs_course.course.results.pages import feedback_zip, page, pages
from mavrs_course.course.results.policy import Policy, PolicyError, read_policy
from mavrs_course.course.results.similar import similar

EXAMPLE = Path(__file__).parent / "graded_class.json"


def hand_in(name: str, points: list[float], number: str = "", **more) -> HandIn:
    """A graded hand-in of lesson 08; an exercise is worth 2 points."""
    exercises = [
        ExerciseGrade(f"08.{place}", got, 2, "passed" if got == 2 else "failed")
        for place, got in enumerate(points, 1)
    ]
    exercises = more.pop("exercises", exercises)
    about = {"lesson": "08_sums", "points": sum(points), "max_points": 2 * len(points)}
    return HandIn(name, number, exercises=exercises, **(about | more))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def policy(tmp_path: Path, text: str) -> Policy:
    (tmp_path / "class.yaml").write_text(text, encoding="utf-8")
    return read_policy(tmp_path / "class.yaml")


# --- marks ---


def test_a_teachers_file_changes_points_and_says_why(tmp_path):
    rules = policy(
        tmp_path,
        """
timezone: Europe/London
deadlines: {08: 2026-11-29 23:59}
late: {percent per day: 10, at most: 30, grace minutes: 15}
extensions:
  - {student: bea, until: 2026-12-02, reason: illness}
overrides:
  - {student: "7", exercise: 08.2, points: 1.5, reason: right by another convention}
  - {student: cleo@example.org, lesson: 8, points: 3, reason: shown in class}
costs points: [reference]
""",
    )
    given = [GradeNote("reference", "It is the reference itself.")]
    rows = [
        hand_in("Ada", [2, 0], "7", handed_in="2026-11-30T00:10:00Z"),  # within grace
        hand_in("Bea", [2, 2], handed_in="2026-12-01T20:00:00Z"),  # within her extension
        hand_in("Cleo", [0, 0], account="Cleo@example.org", handed_in="2026-12-01T00:20:00Z"),
        hand_in("Dora", [2, 2], handed_in="2026-12-20T00:00:00Z"),
        hand_in("Eve", [2, 0], exercises=[ExerciseGrade("08.1", 2, 2, "passed", notes=given)]),
    ]
    ada, bea, cleo, dora, eve = marks(rows, rules)[0]
    assert (ada.points, ada.days_late) == (3.5, 0)
    assert (bea.points, bea.days_late) == (4, 0)
    assert (cleo.points, cleo.days_late) == (2.4, 2)
    assert (dora.points, dora.days_late) == (2.8, 20)
    assert eve.points == 0
    for mark, word in (
        (ada, "convention"),
        (bea, "illness"),
        (cleo, "in class"),
        (dora, "30 %"),
        (eve, "itself"),
    ):
        assert word in " ".join(mark.reasons)


def test_a_rule_that_meets_nobody_is_told(tmp_path):
    text = "overrides: [{student: Zoe, exercise: 08.1, points: 1, reason: x}]"
    assert "Zoe" in marks([hand_in("Ada", [2])], policy(tmp_path, text))[1][0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("overides: []", "overides"),
        ("overrides: {student: Ada}", "dash"),
        ("overrides: [{student: Ada, points: 1, reason: x}]", "names an exercise or a lesson"),
        ("overrides: [{student: Ada, exercise: 08.1, points: many, reason: x}]", "many"),
        ("overrides: [{student: Ada, exercise: 08.1, points: 1}]", "reason"),
        ("deadlines: {08: tomorrow}", "tomorrow"),
        ("timezone: Atlantis", "Atlantis"),
        ("late: {percent per day: -5}", "-5"),
        ("costs points: [refrence]", "refrence"),
        ("a: [", "line"),
        ("- a", "name: value"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it(tmp_path, text, part):
    with pytest.raises(PolicyError, match=re.escape(part)) as said:
        policy(tmp_path, text)
    assert "\n" not in str(said.value)
    assert "class.yaml" in str(said.value)


# --- tables ---


def test_moodles_worksheet_knows_students_by_their_number():
    found, _ = marks([hand_in("Ada", [2, 1], "12"), hand_in("Bea", [2, 2])], Policy())
    (row,) = table(exports.moodle(found))
    assert row["Identifier"] == "Participant 12"
    assert (row["Grade"], row["Maximum grade"]) == ("3.00", "4.00")
    assert "Last modified (grade)" in row


def test_moodles_own_worksheet_is_filled_in_and_else_left_alone():
    sheet = (
        "Identifier;Full name;Status;Grade;Maximum grade;Last modified (grade);Comments\r\n"
        "Participant 12;Ada;Submitted;;100,00;Monday, 30 November 2026, 09:30;\r\n"
        "Participant 13;Bea;No submission;;100,00;-;\r\n"
    )
    found, _ = marks([hand_in("Ada", [2, 1], "12")], Policy())
    text, filled = exports.fill_worksheet(sheet, found)
    assert filled == 1
    assert text == sheet.replace("Submitted;;", "Submitted;75,00;")


def test_a_worksheet_that_is_none():
    with pytest.raises(exports.WorksheetError, match="Identifier"):
        exports.fill_worksheet("a,b\n1,2\n", [])


def test_canvas_and_sums_have_a_column_a_lesson():
    other = hand_in("Ada", [1], "12", lesson="09_more", max_points=2)
    found, _ = marks([hand_in("Ada", [2, 1], "12"), other, hand_in("Bea", [2, 2])], Policy())
    possible, ada, bea = table(exports.canvas(found))
    assert possible["Student"].strip() == "Points Possible"
    assert (ada["ID"], ada["08_sums"], ada["09_more"], bea["09_more"]) == ("12", "3", "1", "")
    ada, bea = table(exports.sums(found))
    assert (ada["sum"], ada["max points"], bea["percent"]) == ("4", "6", "66.7")


def test_no_name_becomes_a_formula_in_a_spreadsheet():
    found, _ = marks([hand_in("=cmd|' /C calc'!A0", [2], "12")], Policy())
    for text in (exports.plain(found), exports.moodle(found), exports.canvas(found)):
        assert "\n=" not in text
        assert ",=" not in text


def test_every_grade_can_be_traced_to_its_run():
    found, _ = marks(read_gradebook(EXAMPLE).hand_ins, Policy())
    for row, mark in zip(table(exports.plain(found)), found, strict=True):
        assert (row["run"], row["digest"]) == (mark.hand_in.run, mark.hand_in.digest)


# --- pages ---


def failing(**more) -> HandIn:
    about = {
        "message": "WHY",
        "hint": "HINT",
        "case": "CASE",
        "returned": "GOT",
        "expected": "WANT",
    }
    exercise = ExerciseGrade("08.1", 0, 2, "failed", **(about | more))
    return hand_in("Ada", [0], "12", exercises=[exercise])


def test_a_page_says_what_happened_and_what_to_try():
    (mark,), _ = marks([failing()], Policy())
    text = page([mark])
    for part in ("CASE", "GOT", "WANT", "WHY", "HINT", "0 of 2"):
        assert part in text


def test_a_page_holds_nothing_of_the_hidden_tests():
    (mark,), _ = marks([failing(hidden=True, diagnosis="any_name")], Policy())
    text = page([mark])
    assert "HINT" in text
    for part in ("CASE", "GOT", "WANT", "WHY", "any_name"):
        assert part not in text


def test_what_a_student_wrote_is_text_and_a_page_loads_nothing():
    evil = "<script>alert(1)</script><img src=http://x onerror=y>\u202etxt"
    row = replace(failing(returned=evil, message=evil), student=evil, notebook=f"{evil}.ipynb")
    (mark,), _ = marks([row], Policy())
    text = page([mark])
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert not re.search(r"<[^>]*(src|href)\s*=", text)
    assert '<html lang="en">' in text
    assert "<main>" in text


def test_moodle_takes_the_pages_back_by_the_names_it_gave():
    rows = [hand_in("Ana_Maria/../x", [2], "12"), hand_in("Bea", [2]), hand_in("李雷", [1], "13")]
    found, _ = marks(rows, Policy())
    with zipfile.ZipFile(io.BytesIO(feedback_zip(found))) as archive:
        names = archive.namelist()
    assert len(names) == 2  # who has no number can't be told
    for name, number in zip(names, ("12", "13"), strict=True):
        # as Moodle's importziplib reads it: at most five parts, the second is the number
        parts = name.split("/")[0].split("_", 4)
        assert parts[1:4] == [number, "assignsubmission", "file"]
        assert sender(name.split("/")[0]).participant == number
        assert ".." not in name


def test_every_student_has_a_page_even_with_the_same_name():
    names = ["Ada", "ada", "a/b", "a:b", "\u202e", "x" * 300]
    found, _ = marks([hand_in(name, [2], str(i)) for i, name in enumerate(names)], Policy())
    assert len(pages(found)) == len(names)
    found, _ = marks([hand_in("Ada", [2]), hand_in("ADA", [2])], Policy())
    assert len({name.casefold() for name in pages(found)}) == 2


# --- the class ---


def test_moodles_formulas_on_an_example_worked_by_hand():
    """Four students, three exercises of 2 points.

    Sums 6, 4, 2, 0.  Exercise 1 has 2 2 0 0 and the rest 4 2 2 0: C = 4/3, V = 4/3 and 8/3, so the
    index is 100/√2; sorted, both are in the same order, so the efficiency is 100.  Exercise 2 has
    2 0 2 0, the rest 4 4 0 0: C = 0.  V of the exercises 4/3 each, of the sums 20/3: consistency
    100 · 3/2 · (1 − 4/(20/3)) = 60.
    """
    table_ = np.array([[2, 2, 2], [2, 0, 2], [0, 2, 0], [0, 0, 0]], float)
    found, _ = marks([hand_in(f"s{i}", list(row)) for i, row in enumerate(table_)], Policy())
    (lesson,) = items.lesson_statistics(found)
    first, second, _third = lesson.items
    assert first.facility == pytest.approx(50)
    assert first.deviation == pytest.approx(100 * math.sqrt(4 / 3) / 2)
    rest = table_[:, 1:].sum(axis=1)
    assert list(rest) == [4, 2, 2, 0]
    assert first.discrimination == pytest.approx(100 / math.sqrt(2))
    assert first.efficiency == pytest.approx(100)
    assert second.discrimination == pytest.approx(0)
    assert lesson.consistency == pytest.approx(60)
    assert lesson.error == pytest.approx(math.sqrt(0.4) * math.sqrt(20 / 3))


def test_fifths_are_of_the_class_from_the_weakest_on():
    rows = [hand_in(f"s{i}", [2 if i >= 5 else 0, i % 2]) for i in range(10)]
    (lesson,) = items.lesson_statistics(marks(rows, Policy())[0])
    assert list(lesson.items[0].quintiles) == [0, 0, 50, 100, 100]


@pytest.mark.parametrize("rows", [[], [hand_in("Ada", [2, 0])], [hand_in(n, [2, 2]) for n in "ab"]])
def test_a_class_that_tells_nothing_has_no_numbers_and_no_error(rows):
    for lesson in items.lesson_statistics(marks(rows, Policy())[0]):
        assert math.isnan(lesson.consistency)
        assert all(math.isnan(item.discrimination) for item in lesson.items)


def test_a_misconception_is_counted_with_who_and_what_else_they_knew():
    """The two who made it have 0 and 0 elsewhere, the others 2 and 2: correlation −1."""

    def row(name: str, rest: float, diagnosis: str) -> HandIn:
        status = "failed" if diagnosis else "passed"
        first = ExerciseGrade("08.1", 0 if diagnosis else 2, 2, status, "WHY", diagnosis)
        second = ExerciseGrade("08.2", rest, 2, "passed" if rest else "failed")
        return hand_in(name, [first.points, rest], exercises=[first, second])

    rows = [row("a", 0, "swapped"), row("b", 0, "swapped"), row("c", 2, ""), row("d", 2, "")]
    (found,) = misconceptions(marks(rows, Policy())[0])
    assert (found.exercise, found.diagnosis, found.who) == ("08.1", "swapped", ["a", "b"])
    assert found.share == 0.5
    assert found.correlation == pytest.approx(-1)
    assert to_teach([found]) == [found]


# --- similarity ---

STUB = 'def f(values):\n    raise NotImplementedError("Exercise 08.1 is not written yet")'
ONE = """
def f(values):
    # a rather odd way to put it
    total_of_it = 0
    for place, value in enumerate(values):
        if value > 3 and place % 2 == 0:
            total_of_it += value * (place + 1)
        elif value < -3:
            total_of_it -= value / (place + 2)
    return [total_of_it, len(values), max(values, default=None)]
"""
RENAMED = re.sub(r"\s+#.*", "", ONE).replace("total_of_it", "summe").replace("value", "wert")
OTHER = """
def f(values):
    import numpy as np
    values = np.asarray(values, dtype=float)
    odd = np.arange(len(values)) % 2 == 1
    big = np.where((values > 3) & ~odd, values * np.arange(1, len(values) + 1), 0.0)
    small = np.where(values < -3, values / np.arange(2, len(values) + 2), 0.0)
    return [big.sum() - small.sum(), len(values), values.max() if len(values) else None]
"""


def wrote(name: str, *sources: str) -> HandIn:
    return hand_in(name, [2], cells=[CodeCell(source) for source in sources])


def test_a_renamed_copy_is_a_pair_to_look_at_and_an_own_answer_is_not():
    pairs = similar([wrote("a", ONE), wrote("b", RENAMED), wrote("c", OTHER)], [STUB])
    assert [(pair.one, pair.other) for pair in pairs] == [("a", "b")]
    assert pairs[0].share == 1


def test_what_was_handed_out_or_everybody_wrote_makes_no_pair():
    given = ONE.replace("def f", "def helper")
    assert not similar([wrote("a", STUB, given), wrote("b", STUB, given)], [STUB, given])
    assert not similar([wrote(name, ONE) for name in "abcdefgh"])


def test_a_whole_class_that_pasted_the_solutions_is_seen():
    pairs = similar([wrote(name, ONE) for name in "abcdefgh"], [STUB], {"the solutions": [ONE]})
    assert [pair.one for pair in pairs] == list("abcdefgh")


def test_answers_are_held_against_the_solutions_too():
    (pair,) = similar([wrote("a", ONE)], [STUB], {"the solutions": [RENAMED]})
    assert pair.other == "the solutions"


def test_code_that_is_none_hurts_nothing():
    assert similar([wrote("a", "def (((", "'''"), wrote("b", "\x00", "%%bash\nls 'x")]) == []


# --- the command ---


def run(*arguments: str):
    return CliRunner().invoke(app, ["class", "report", *arguments])


def test_a_report_is_whole_and_says_what_a_regrade_changed(tmp_path):
    book = read_gradebook(EXAMPLE)
    write_gradebook(book, tmp_path / "grades.json")
    first = run(str(tmp_path))
    assert first.exit_code == 0, first.output
    assert "Changed" not in first.output
    for name in ("moodle-07.csv", "feedback-07.zip", "canvas.csv", "grades.csv", "class.html"):
        assert (tmp_path / name).stat().st_size
    assert len(list((tmp_path / "pages").iterdir())) == len(book.hand_ins)
    (tmp_path / "class.yaml").write_text(
        "overrides: [{student: Ada Lovelace, exercise: 07.3, points: 2, reason: nearly}]"
    )
    second = run(str(tmp_path))
    line = next(line for line in second.output.splitlines() if line.startswith("Changed"))
    assert "Ada" in line
    assert "3 → 5" in line
    assert "nearly" in " ".join(second.output.split())


def test_a_report_of_nothing_or_with_a_wrong_file_is_one_line(tmp_path):
    assert "mavrs class grade" in " ".join(run(str(tmp_path)).output.split())
    write_gradebook(Gradebook(), tmp_path / "grades.json")
    assert run(str(tmp_path)).exit_code == 0
    (tmp_path / "class.yaml").write_text("late: soon")
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "late" in result.output
