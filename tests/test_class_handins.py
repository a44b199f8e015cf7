"""Whatever students send gets a row: graded where it can be, else what it is."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest
import toy_class as toy
from class_lab import RIGHT, UNTOUCHED, WRONG, mark, put, zipped

from mavrs_course.course.classroom.book import write_gradebook
from mavrs_course.course.classroom.choosing import Course, choose
from mavrs_course.course.classroom.opening import Contents, File
from mavrs_course.course.classroom.platforms import sender
from mavrs_course.course.classroom.roster import RosterError, read_roster
from mavrs_course.course.classroom.submissions import collect_all
from mavrs_course.course.classroom.tables import write_junit_rows
from mavrs_course.course.classroom.unpacking import Allowance, unpack

ROOT = Path(__file__).resolve().parent.parent
MOODLE = "_4711_assignsubmission_file_"


@pytest.fixture
def course(tmp_path, monkeypatch):
    for name, value in toy.environment(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    return toy.make_course(tmp_path / "course")


@pytest.fixture
def rows_of(course, tmp_path):
    """The rows of a class that has handed in these files."""

    def rows(files):
        return list(mark(course, put(tmp_path / "class", files)).hand_ins)

    return rows


@pytest.mark.parametrize(
    ("name", "student", "number", "original", "late"),
    [
        ("Mia Berg_31337_assignsubmission_file_", "Mia Berg", "31337", "", False),
        ("Mia Berg_31337_assignsubmission_file", "Mia Berg", "31337", "", False),
        ("O_Neil, Jo_88_assignsubmission_file_a_b.ipynb", "O_Neil, Jo", "88", "a_b.ipynb", False),
        ("bergmia_LATE_31337_901_task-2.ipynb", "bergmia", "31337", "task-2.ipynb", True),
        ("bergmia_31337_901_task.ipynb", "bergmia", "31337", "task.ipynb", False),
        ("bergmia_31337_text.html", "bergmia", "31337", "", False),
    ],
)
def test_names_of_platforms_say_who_sent_it(name, student, number, original, late):
    said = sender(name)
    assert (said.student, said.participant, said.original, said.late) == (
        student, number, original, late,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["07_toys.ipynb", "results_2026_03_b.ipynb", "Ada", "a_b_c_d.zip"])
def test_other_names_are_of_no_platform(name):
    assert sender(name) is None


GRADABLE = {
    "an ending in capitals": {"a.IPYNB": RIGHT},
    "saved as JSON": {"a.ipynb.json": RIGHT},
    "saved as text": {"a.ipynb.txt": RIGHT},
    "downloaded twice": {"a.ipynb (1)": RIGHT},
    "another ending": {"a.nb": RIGHT},
    "a course in folders of a zip": {
        "a.zip": zipped({f"x/y/{n}/07_toys.ipynb": RIGHT for n in ("exercises", "solutions")})
    },
    "no ending but JSON": {"homework.json": RIGHT},
    "in a folder of folders": {"week/one/a.ipynb": RIGHT},
    "in a zip": {"a.zip": zipped({"x/a.ipynb": RIGHT, "__MACOSX/x/._a.ipynb": b"\0\5\26\7"})},
    "in a zip in a zip": {"a.zip": zipped({"b.zip": zipped({"a.ipynb": RIGHT})})},
    "beside a resource fork": {"a.ipynb": RIGHT, "._a.ipynb": b"\0\5\26\7"},
    "beside a report": {"a.ipynb": RIGHT, "report.pdf": b"%PDF", "notes.txt": "hello"},
    "a script": {"a.py": "\n\n".join(toy.ANSWERS.values())},
    "an exported script": {
        "a.py": "".join(f"# In[{i}]:\n\n\n{text}\n" for i, text in enumerate(toy.ANSWERS.values()))
    },
    "only checkpoints": {".ipynb_checkpoints/a-checkpoint.ipynb": RIGHT},
    "a name of 255 bytes": {"é" * 124 + "x.ipynb": RIGHT},
}
NOT_GRADABLE = {
    "a web page": ({"a.html": "<html>"}, "a.html is a web page"),
    "a notebook as a PDF": ({"a.ipynb.pdf": b"%PDF-1.7"}, "a.ipynb.pdf is a PDF"),
    "a PDF": ({"a.pdf": b"%PDF-1.7"}, "a.pdf is a PDF"),
    "an empty folder": ({"": None}, "the folder is empty"),
    "a picture of it": ({"a.png": b"\x89PNG"}, "a picture"),
    "half a notebook": ({"a.ipynb": RIGHT[:999]}, "valid JSON"),
    "nothing in it": ({"a.ipynb": b""}, "empty"),
    "another course": ({"a.ipynb": json.dumps(toy.notebook([]))}, "no exercise"),
    "a broken zip": ({"a.zip": b"PK\3\4 and no more"}, "cannot be unpacked"),
    "an empty zip": ({"a.zip": zipped({})}, "empty archive"),
    "a zip that leads out": ({"a.zip": zipped({"../a.ipynb": RIGHT})}, "outside of the archive"),
    "a script without exercises": ({"a.py": "print(1)"}, "no exercise was found"),
    "a notebook that is a folder": ({"a.ipynb": None}, "empty"),
}


def test_all_that_can_be_graded_is(rows_of):
    files = {
        f"Student {i}_{1000 + i}_assignsubmission_file_/{name}": content
        for i, sent in enumerate(GRADABLE.values())
        for name, content in sent.items()
    }
    rows = {row.student: row for row in rows_of(files)}
    assert len(rows) == len(GRADABLE)
    for i, kind in enumerate(GRADABLE):
        row = rows[f"Student {i}"]
        assert (row.status, row.lesson, row.points) == ("graded", toy.NAME, 7), kind
        assert row.participant == str(1000 + i)


def test_what_cannot_be_graded_says_what_it_is_and_what_to_ask_for(rows_of):
    files = {
        f"Student {i}_{1000 + i}_assignsubmission_file_/{name}".rstrip("/"): content
        for i, (sent, _) in enumerate(NOT_GRADABLE.values())
        for name, content in sent.items()
    }
    rows = {row.student: row for row in rows_of(files)}
    assert len(rows) == len(NOT_GRADABLE)
    for i, (kind, (_, part)) in enumerate(NOT_GRADABLE.items()):
        row = rows[f"Student {i}"]
        assert row.status == "not graded" and part in row.reason, (kind, row.reason)
        assert row.ask.startswith("Please"), kind


def test_typed_text_and_files_of_one_student_are_one_hand_in(rows_of):
    typed = "Ada_11_assignsubmission_onlinetext_/onlinetext.html"
    rows = rows_of(
        {
            typed: "<p>see the file",
            "Ada_11_assignsubmission_file_/07_toys.ipynb": RIGHT,
            "Bob_12_assignsubmission_onlinetext_/onlinetext.html": "<p>sorry",
            "cleo_3000_text.html": "<p>sorry",
        }
    )
    found = {row.student: (row.status, row.reason) for row in rows}
    assert found["Ada"] == ("graded", "")
    assert "typed" in found["Bob"][1] and "typed" in found["cleo"][1]


@pytest.mark.parametrize("packed", [True, False])
def test_a_platforms_own_download_is_a_class(course, tmp_path, packed):
    files = {"ada_501_770_07_toys.ipynb": RIGHT, "bob_LATE_502_780_07_toys.ipynb": WRONG}
    path = tmp_path / "submissions.zip"
    path.write_bytes(zipped(files))
    place = path if packed else put(tmp_path / "class", {"submissions.zip": path.read_bytes()})
    rows = mark(course, place).hand_ins
    assert [(row.student, row.late, row.points) for row in rows] == [
        ("ada", False, 7), ("bob", True, 7),
    ]  # fmt: skip


def test_a_name_makes_one_hand_in_and_a_browsers_number_another(rows_of):
    files = {"ada.zip": zipped({"a.ipynb": RIGHT}), "ada/a.pdf": b"", "work (1).ipynb": RIGHT}
    rows = rows_of(
        files | {"work.ipynb": RIGHT, "07_toys.ipynb": RIGHT, "bob 07_toys.ipynb": RIGHT}
    )
    assert [row.student for row in rows] == ["", "ada", "bob", "work (1)", "work"]
    assert all(row.points == 7 for row in rows)


def test_what_a_grading_has_written_is_no_hand_in(course, tmp_path):
    folder = put(tmp_path / "class", {"ada/a.ipynb": RIGHT})
    for _ in range(2):
        book = mark(course, folder, folder / "results")
        write_gradebook(book, folder / "copy.json")
        write_junit_rows(book.hand_ins, folder / "junit.xml")
        assert [row.student for row in book.hand_ins] == ["ada"]


def test_paths_of_any_kind_are_as_many_hand_ins_as_they_hold(course, tmp_path):
    put(tmp_path, {"all.zip": zipped({"ada_501_770_a.ipynb": RIGHT, "bob_502_771_a.ipynb": WRONG})})
    put(tmp_path, {"cleo.zip": zipped({"a.ipynb": RIGHT}), "more/d.ipynb": RIGHT, "e.ipynb": RIGHT})
    (tmp_path / "space").mkdir()
    paths = [tmp_path / name for name in ("all.zip", "cleo.zip", "more", "e.ipynb", "nowhere")]
    found = collect_all(paths, tmp_path / "space", [toy.NAME])
    assert [one.student for one in found] == ["ada", "bob", "cleo", "d", "e", "nowhere"]
    assert all(part.label.startswith(str(tmp_path)) for one in found for part in one.parts)


def test_a_file_alone_is_a_class_of_one(course, tmp_path):
    (row,) = mark(course, put(tmp_path / "x", {"ada_07.ipynb": RIGHT}) / "ada_07.ipynb").hand_ins
    assert row.points == 7 and row.notebook == "ada_07.ipynb"


def test_of_several_attempts_the_last_in_time_counts_and_it_is_said(course, tmp_path):
    folder = put(tmp_path / "class", {f"Ada{MOODLE}/{n}.ipynb": RIGHT for n in ("z", "y", "a")})
    for age, name in enumerate(("a", "z", "y")):
        os.utime(folder / f"Ada{MOODLE}" / f"{name}.ipynb", (1.7e9 - 1000 * age,) * 2)
    (row,) = mark(course, folder).hand_ins
    assert row.notebook.endswith("a.ipynb") and (row.attempt, row.attempts) == (3, 3)
    assert "3 attempts" in row.remarks[0]
    assert row.handed_in == "2023-11-14T22:13:20Z"


def test_files_written_together_are_ordered_by_their_numbers(course, tmp_path):
    names = ["ada_501_770_t.ipynb", "ada_501_80_t-2.ipynb", "ada_501_79_t-10.ipynb"]
    folder = put(tmp_path / "class", {name: RIGHT for name in names})
    for name in names:
        os.utime(folder / name, (1.7e9, 1.7e9))
    (row,) = mark(course, folder).hand_ins
    assert row.notebook == names[2]


def test_an_untouched_notebook_takes_the_place_of_no_answer(rows_of):
    (row,) = rows_of({"Ada/07_toys.ipynb": UNTOUCHED, "Ada/07_toys.mine-1.ipynb": WRONG})
    assert row.notebook == "Ada/07_toys.mine-1.ipynb" and row.attempts == 1


def test_a_copy_of_the_course_is_one_hand_in(rows_of):
    repository = {f"ada-course/{name}/07_toys.ipynb": RIGHT for name in ("solutions", "notebooks")}
    rows = rows_of(repository | {"ada-course/exercises/07_toys.ipynb": WRONG})
    assert [row.notebook for row in rows] == ["ada-course/exercises/07_toys.ipynb"]
    packed = zipped({f"c/{n}/07_toys.ipynb": RIGHT for n in ("exercises", "solutions")})
    (row,) = [row for row in rows_of({"bob.zip": packed}) if row.student == "bob"]
    assert row.notebook == "bob.zip/c/exercises/07_toys.ipynb"


def test_links_are_followed_where_a_teacher_made_them_and_nowhere_else(course, tmp_path):
    put(tmp_path / "elsewhere", {"07_toys.ipynb": RIGHT})
    folder = put(tmp_path / "class", {"Ada/notes.txt": "x", "Bob/notes.txt": "y"})
    (folder / "Ada" / "07_toys.ipynb").symlink_to(tmp_path / "elsewhere" / "07_toys.ipynb")
    (folder / "Bob" / "07_toys.ipynb").symlink_to("nowhere.ipynb")
    (folder / "Cleo").symlink_to(tmp_path / "elsewhere")
    (folder / "Dan").symlink_to("/")
    (folder / "Eve").symlink_to("nowhere")
    (folder / "Fay").symlink_to("Fay")
    rows = {row.student: row for row in mark(course, folder).hand_ins}
    assert len(rows) == 6 and rows["Cleo"].points == 7
    assert "not followed" in rows["Ada"].reason
    assert "holds the class" in rows["Dan"].reason
    assert all("link to nothing" in rows[name].reason for name in ("Bob", "Eve", "Fay"))


def test_what_is_too_large_or_no_file_is_a_row(course, tmp_path):
    folder = put(tmp_path / "class", {"Ada": None, "Bob": None})
    with (folder / "Ada" / "07_toys.ipynb").open("wb") as file:
        file.truncate(3_000_000_000)  # takes no room on the disk
    os.mkfifo(folder / "Bob" / "07_toys.ipynb")
    rows = {row.student: row.reason for row in mark(course, folder).hand_ins}
    assert "3,000 MB" in rows["Ada"] and "no file" in rows["Bob"]


def test_archives_stop_at_what_they_may_hold(tmp_path):
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped({f"{i}.txt": bytes(1_000_000) for i in range(9)}))
    out = unpack(bomb, tmp_path / "out", Allowance(bytes=3_000_000, files=100))
    assert len(out.files) == 3 and "not unpacked further" in out.left_out[""]
    out = unpack(bomb, tmp_path / "few", Allowance(files=2))
    assert len(out.files) == 2 and "files" in out.left_out[""]
    out = unpack(bomb, tmp_path / "small", Allowance(one=1000))
    assert not out.files and len(out.problems) == 9


def test_in_a_class_that_comes_as_one_zip_nobody_takes_anothers_place(course, tmp_path):
    folder = "{}_1{}_assignsubmission_file_/"
    names = ["Ada", "Bob", "Cleo", "Dan", "Eve"]
    ada, bob, cleo, dan, eve = (folder.format(name, i) for i, name in enumerate(names))
    files = {
        ada + "a.ipynb": RIGHT,
        bob: b"",
        cleo + "../../a.ipynb": RIGHT,
        dan + "a.ipynb": RIGHT,
    }
    data = zipped(files | {eve + "a.ipynb": RIGHT})
    place = data.index(dan.encode()) + len(dan) + len("a.ipynb") + 50
    damaged = data[:place] + bytes(20) + data[place + 20 :]
    (tmp_path / "class.zip").write_bytes(damaged)
    rows = {row.student: row for row in mark(course, tmp_path / "class.zip").hand_ins}
    assert {name: row.points for name, row in rows.items()} == dict.fromkeys(names, 0) | {
        "Ada": 7, "Eve": 7,
    }  # fmt: skip
    assert rows["Bob"].reason == "the folder is empty"
    assert "outside" in rows["Cleo"].reason and "cannot be unpacked" in rows["Dan"].reason


def test_a_link_in_an_archive_is_not_made(tmp_path):
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        link = tarfile.TarInfo("07_toys.ipynb")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert not unpack(archive, tmp_path / "out", Allowance()).files


@pytest.mark.parametrize(
    "name", ["\x1b[31mred\x1b[0m", "[bold]x", "\u202etxt", "a\nb", "\x07bell", "שלום", "🦊"]
)
def test_no_name_reaches_the_rows_as_it_should_not(rows_of, name):
    (row,) = rows_of({f"{name}{MOODLE}/07_toys.ipynb": RIGHT})
    assert row.student and row.student.isprintable() and row.points == 7
    assert all(text.isprintable() for text in (*row.files, row.notebook))


def test_loose_files_that_a_notebook_names_are_no_rows(rows_of):
    notebook = json.dumps(toy.handed_in(e1="from tricks import double"))
    rows = rows_of({"ada 07_toys.ipynb": notebook, "tricks.py": "double = 1", "eve.py": "x = 1"})
    assert sorted(row.student for row in rows) == ["ada", "eve"]


# Which lesson it is: told by the real course, nothing is run


@pytest.fixture(scope="module")
def real_course():
    return Course(ROOT)


def chosen(course, content, path, name="homework.ipynb"):
    path = path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return choose(Contents([File(path, f"x/{name}", name)]), course)


def notebook_of(folder: str, number: str) -> dict:
    (path,) = (ROOT / folder).glob(f"{number}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_lesson_handed_in_for_its_exercises_is_told_so(real_course, tmp_path):
    lesson = notebook_of("notebooks", "05")
    for cell in lesson["cells"]:
        cell.pop("id")
    choice = chosen(real_course, lesson, tmp_path, "05_reasoning.ipynb")
    assert not choice.chosen and "lesson 05 itself" in choice.reasons[0]
    assert "exercises/05_reasoning.ipynb" in choice.asks[0]


def test_two_lessons_in_one_notebook_both_count(real_course, tmp_path):
    first, second = notebook_of("solutions", "03"), notebook_of("solutions", "07")
    both = first | {"cells": first["cells"] + second["cells"]}
    choice = chosen(real_course, both, tmp_path)
    assert sorted(name[:2] for name in choice.chosen) == ["03", "07"]


def test_a_part_of_another_lesson_is_told_not_to_count(real_course, tmp_path):
    first, second = notebook_of("solutions", "03"), notebook_of("solutions", "07")
    part = [cell for cell in second["cells"] if cell["id"] in ("exercise-07-1", "check-07-1")]
    choice = chosen(real_course, first | {"cells": first["cells"] + part}, tmp_path)
    ((name, (one,)),) = choice.chosen.items()
    assert name[:2] == "03" and "lesson 07" in one.remarks[0]


# The roster


ROSTERS = {
    "plain": "Ada Lovelace\nBob Moss\nCleo Ray\n",
    "named columns": "Name;E-Mail\nAda Lovelace;a@x.org\nBob Moss;b@x.org\nCleo Ray;c@x.org\n",
    "Moodle": "Identifier,Full name,Email address\nParticipant 11,Ada L.,a@x.org\n"
    "Participant 12,Bob Moss,b@x.org\nParticipant 13,Cleo Ray,c@x.org\n",
    "Canvas": "Student,ID,SIS Login ID\n    Points Possible,,\n"
    '"Lovelace, Ada",11,ada\n"Moss, Bob",12,bob\n"Ray, Cleo",13,cleo\n"Student, Test",99,\n',
    "two columns of names": "First name\tLast name\nAda\tLovelace\nBob\tMoss\nCleo\tRay\n",
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_roster_adds_those_who_sent_nothing(course, tmp_path, kind):
    path = tmp_path / "class.csv"
    path.write_bytes(ROSTERS[kind].encode("utf-16" if kind == "plain" else "utf-8-sig"))
    folder = put(
        tmp_path / "class",
        {
            "Ada Lovelace_11_assignsubmission_file_/07_toys.ipynb": RIGHT,
            "mossbob_12_900_07_toys.ipynb": WRONG,
            "Zoe Guest_14_assignsubmission_file_/07_toys.ipynb": RIGHT,
        },
    )
    rows = mark(course, folder, roster=read_roster(path)).hand_ins
    assert len(rows) == 4
    absent = [row for row in rows if row.status == "nothing handed in"]
    assert [(row.student, row.lesson, row.max_points) for row in absent] == [
        ("Cleo Ray", toy.NAME, 7)
    ]
    strangers = [row.student for row in rows if "Not on the roster." in row.remarks]
    assert strangers == ["Zoe Guest"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"Email address\n\n"])
def test_a_roster_that_names_nobody_is_said_so(tmp_path, content):
    (tmp_path / "class.csv").write_bytes(content)
    with pytest.raises(RosterError):
        read_roster(tmp_path / "class.csv")
