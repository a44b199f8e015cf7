"""Nothing is lost: grades are kept as they are done, whatever ends the grader."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import toy_class as toy
from class_lab import RIGHT, WRONG, QuickRoom, mark, put

from mavrs_course.course.classroom import marking
from mavrs_course.course.classroom.book import check_writable, read_gradebook, schema
from mavrs_course.course.grading.kernel import KernelFailedError

SIZE = 12
# A grader of this class in a process of its own, so that it can be killed.
GRADER = """
import sys
from pathlib import Path
from class_lab import QuickRoom, mark
from mavrs_course.cli.grading import stoppable
QuickRoom.seconds = 0.03
with stoppable():
    mark(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    for name, value in toy.environment(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(QuickRoom, "performed", 0)
    return toy.make_course(tmp_path / "course")


@pytest.fixture
def folder(tmp_path):
    return put(
        tmp_path / "class",
        {f"S{i:02d}_{100 + i}_assignsubmission_file_/07_toys.ipynb": RIGHT for i in range(SIZE)},
    )


def in_journal(results: Path) -> set[str]:
    return {path.name for path in (results / "journal").glob("*.json")}


def test_a_second_call_grades_only_what_is_new(course, folder, tmp_path):
    results = tmp_path / "results"
    first = mark(course, folder, results)
    assert QuickRoom.performed == SIZE
    put(folder, {"S03_103_assignsubmission_file_/07_toys.ipynb": WRONG})
    put(folder, {"S05_105_assignsubmission_file_/helper.py": "double = 1"})
    second = mark(course, folder, results)
    assert QuickRoom.performed == SIZE + 2
    runs = {row.student: row.run for row in second.hand_ins}
    assert len(second.hand_ins) == SIZE and runs["S00"] == first.hand_ins[0].run
    mark(course, folder, results, fresh=True)
    assert QuickRoom.performed == 2 * SIZE + 2


def test_exercises_that_have_changed_are_judged_again(course, folder, tmp_path, monkeypatch):
    results = tmp_path / "results"
    put(tmp_path / "tomorrow", {"__init__.py": "", "lesson_07.py": "x = 1", "lesson_08.py": "y"})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("MAVRS_EXERCISES", "tomorrow")
    mark(course, folder, results)
    put(tmp_path / "tomorrow", {"lesson_08.py": "z"})
    mark(course, folder, results)
    assert QuickRoom.performed == SIZE
    put(tmp_path / "tomorrow", {"lesson_07.py": "x = 2"})
    mark(course, folder, results)
    assert QuickRoom.performed == 2 * SIZE


def test_what_is_written_is_as_the_schema_says(course, folder, tmp_path):
    put(folder, {"Pat_99_assignsubmission_file_/a.pdf": b"%PDF"})
    mark(course, folder, tmp_path / "results")
    written = json.loads((tmp_path / "results" / "grades.json").read_text(encoding="utf-8"))
    jsonschema.validate(written, schema())
    assert written["complete"] and len(written["hand_ins"]) == SIZE + 1


def test_a_grader_that_is_killed_at_any_moment_loses_nothing(course, folder, tmp_path):
    results = tmp_path / "results"
    command = [sys.executable, "-c", GRADER, str(course), str(folder), str(results)]
    chance = random.Random(7)
    kept: set[str] = set()
    for number in range(6):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + 60
        wanted = len(kept) + chance.randint(0, 2)  # some more are done, whatever that takes
        while process.poll() is None and len(in_journal(results)) < wanted:
            assert time.monotonic() < ends
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal((signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[number % 3])
        process.wait(60)
        assert kept <= in_journal(results)
        kept = in_journal(results)
        if (results / "grades.json").exists():
            read_gradebook(results)
    book = mark(course, folder, results)
    assert QuickRoom.performed == SIZE - len(kept)
    assert book.complete and [row.points for row in book.hand_ins] == [7] * SIZE


def test_a_run_that_is_stopped_early_takes_no_row_away(course, folder, tmp_path):
    class Stops(QuickRoom):
        def perform(self, *anything):
            raise AssertionError("all is known")

    results = tmp_path / "results"
    mark(course, folder, results)

    def stop(rows, done, total):
        raise KeyboardInterrupt

    workspace = tmp_path / "workspace"
    workspace.mkdir()
    known = marking.Course(course)
    again = marking.Marking(
        known, Stops(), folder, results / "grades.json", marking.Journal(results / "journal")
    )
    from mavrs_course.course.classroom.submissions import collect

    with pytest.raises(KeyboardInterrupt):
        again.mark(collect(folder, workspace).submissions, 1, stop)
    book = read_gradebook(results)
    assert not book.complete and len(book.hand_ins) == SIZE


def test_a_torn_entry_of_the_journal_is_graded_again(course, folder, tmp_path):
    results = tmp_path / "results"
    mark(course, folder, results)
    torn, other, *_ = sorted((results / "journal").glob("*.json"))
    torn.write_bytes(torn.read_bytes()[:100])
    other.write_bytes(b"[]")
    mark(course, folder, results)
    assert QuickRoom.performed == SIZE + 2


def test_a_full_disk_ends_no_grading_and_the_next_call_has_all(course, folder, tmp_path):
    results = tmp_path / "results"
    full = OSError(28, "No space left on device")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marking, "write_whole", lambda *what: (_ for _ in ()).throw(full))
        patch.setattr(marking, "write_gradebook", lambda *what: (_ for _ in ()).throw(full))
        book = mark(course, folder, results)
    assert [row.points for row in book.hand_ins] == [7] * SIZE
    assert not results.exists()
    mark(course, folder, results)
    assert len(in_journal(results)) == SIZE


def test_a_hand_in_that_breaks_the_grader_costs_itself_alone(course, folder, tmp_path):
    troubles = [RuntimeError("\x1b[31mboo"), KernelFailedError("no kernel starts")]

    class Fails(QuickRoom):
        def perform(self, key, cells, beside=None):
            if troubles:
                raise troubles.pop()
            return super().perform(key, cells, beside)

    results = tmp_path / "results"
    rows = mark(course, folder, results, room=Fails()).hand_ins
    failed = sorted(row.reason for row in rows if row.status == "not graded")
    assert failed == ["no kernel starts", "the grader failed: RuntimeError: boo"]
    assert len(rows) == SIZE and len(in_journal(results)) == SIZE - 2  # tried again next time


def test_where_grades_cannot_go_is_known_at_once(tmp_path):
    check_writable(tmp_path / "new" / "grades.json")
    assert not any((tmp_path / "new").iterdir())
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "grades.json"):
        with pytest.raises(OSError):
            check_writable(path)


# The command, on a class for which no kernel is needed


@pytest.fixture
def odd_class(tmp_path):
    names = ["\x1b[31mred\x1b[0m", "[/bold] [red]", "שלום", "\u202eevil", "Zoë", "a\nb"]
    return put(
        tmp_path / "class",
        {f"{name.replace('/', '')}_7{i}_assignsubmission_file_/a.pdf": b"" for i, name in
         enumerate(names)} | {os.fsdecode(b"no\xebl_99_assignsubmission_file_/a.pdf"): b""},
    )  # fmt: skip


def command(course: Path, *arguments: object, **options):
    full = [sys.executable, "-m", "mavrs_course", *map(str, arguments)]
    return subprocess.Popen(full, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            **options)  # fmt: skip


@pytest.mark.parametrize("coding", ["utf-8", "ascii", "cp1252"])
def test_no_name_ends_a_command_or_colours_a_terminal(course, odd_class, tmp_path, coding):
    environment = os.environ | {"PYTHONIOENCODING": coding}
    process = command(
        course, "class", "grade", odd_class, "--out", tmp_path / "out", env=environment
    )
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong.decode()
    assert b"\x1b" not in said and "\u202e".encode() not in said and not wrong
    assert len(read_gradebook(tmp_path / "out").hand_ins) == 7


def test_a_closed_pipe_ends_no_grading(course, odd_class, tmp_path):
    process = command(course, "class", "grade", odd_class, "--out", tmp_path / "out")
    process.stdout.close()
    assert process.wait(120) == 0 and process.stderr.read() == b""
    assert read_gradebook(tmp_path / "out").complete


def test_errors_are_one_line_whatever_the_name(course, tmp_path):
    process = command(course, "class", "grade", tmp_path / "[/red]\x1b[31m")
    _, wrong = process.communicate(timeout=120)
    assert process.returncode == 1 and b"there is no" in wrong
    assert b"\x1b" not in wrong and b"Traceback" not in wrong
