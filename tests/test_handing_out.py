"""What students get holds what they need, works, and shows no answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mavrs_course.course.handing_out import HandoutError, chosen, hand_out
from mavrs_course.course.notebook import read, write_text
from mavrs_course.course.project import find_root
from mavrs_course.course.reset import reset

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def handed(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("handout") / "course"
    hand_out(ROOT, target, chosen(ROOT, "0-1, 08"))
    return target


def test_it_holds_the_lessons_that_were_asked_for_and_no_solutions(handed):
    for folder in ("notebooks", "exercises"):
        numbers = sorted(path.name[:2] for path in (handed / folder).glob("*.ipynb"))
        assert numbers == ["00", "01", "08"]
    assert not (handed / "solutions").exists()
    assert not (handed / "tests").exists()
    for part in ("make lab", "08", "reset 00"):
        assert part in (handed / "README.md").read_text(encoding="utf-8")


def test_no_answer_is_in_plain_sight(handed):
    """The files of the bank, which hold right answers, are not there to be read."""
    for name in ("bank", "exercises"):
        files = {path.name for path in (handed / "mavrs_course" / name).rglob("*")}
        assert files <= {"__init__.py", "packed.zip"}
    notebooks = [path.read_text(encoding="utf-8") for path in handed.rglob("exercises/*.ipynb")]
    assert not any("BEGIN SOLUTION" in text or "HIDDEN" in text for text in notebooks)


def test_its_checks_work(handed):
    """From the handout alone: its packed checks know the exercises, causes and hints."""
    script = (
        "import mavrs_course; print(mavrs_course.__file__)\n"
        "from mavrs_course.course import check\n"
        "try: check('08.1', lambda *inputs: None)\n"
        "except Exception as error: print(error)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(handed), "MAVRS_STATE": str(handed / "state")}
    environment.pop("MAVRS_EXERCISES", None)
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        cwd=handed,
        check=True,
    )
    assert str(handed) in run.stdout
    assert "Hint" in run.stdout
    assert "Exercise 08.1:" in run.stdout


def test_a_student_gets_a_fresh_copy_without_solutions(handed):
    assert find_root(handed) == handed
    (source,) = (handed / "exercises").glob("01_*.ipynb")
    copy = handed / "mine" / "exercises" / source.name
    copy.parent.mkdir(parents=True)
    worked = source.read_text(encoding="utf-8").replace("is not written yet", "is written")
    write_text(copy, worked)
    kept = reset(handed, "1")
    assert kept.read_text(encoding="utf-8") == worked
    fresh, given = ([cell.source for cell in read(path).cells] for path in (copy, source))
    assert fresh == given


@pytest.mark.parametrize("spans", ["first", "00-", "98", "1.5", "00;01"])
def test_lessons_that_do_not_exist_are_named(spans):
    with pytest.raises(HandoutError):
        chosen(ROOT, spans)


def test_nothing_that_is_there_is_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(HandoutError, match="not empty"):
        hand_out(ROOT, tmp_path, [])
    with pytest.raises(HandoutError, match="inside"):
        hand_out(ROOT, ROOT / "mavrs_course" / "new", [])
