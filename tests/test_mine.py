"""A learner's copies: made once, brought up to date, and never written over work."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_markdown_cell, new_output
from toy_course import make_course

from mavrs_course.course.build import build
from mavrs_course.course.mine import FOLDER, NEWER, refresh
from mavrs_course.course.notebook import read, text_of
from mavrs_course.course.reset import reset

NAME = "01_toys.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = make_course(tmp_path / "a course")
    monkeypatch.setenv("MAVRS_EXERCISES", "toys")
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path / "state"))
    monkeypatch.syspath_prepend(str(root))
    build(root, execute="none")
    return root


def edit(path, change):
    notebook = read(path)
    change(notebook)
    path.write_text(text_of(notebook), encoding="utf-8")


def answer(notebook):
    cell = next(cell for cell in notebook.cells if cell.id == "exercise-01-1")
    cell.source = "def double(x):\n    return 2 * x"


def run(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = 1, [new_output("stream", text="ran")]


def update(notebook):
    """What an author does between two versions."""
    notebook.cells.append(new_markdown_cell("A better word.", id="better"))


def told_in(path):
    return "A better word." in path.read_text(encoding="utf-8")


def test_copies_are_made_and_an_untouched_or_run_one_follows_the_course(course):
    assert refresh(course) == []
    lesson, exercise = course / FOLDER / "notebooks" / NAME, course / FOLDER / "exercises" / NAME
    assert lesson.exists() and exercise.exists()
    assert "version" in read(lesson).metadata.language_info, "JupyterLab has nothing to add"
    edit(lesson, run)
    assert refresh(course) == []
    assert "ran" in lesson.read_text(encoding="utf-8"), "an old version is no reason to forget"
    for folder in ("notebooks", "exercises"):
        edit(course / folder / NAME, update)
    assert refresh(course) == []
    assert told_in(lesson)


def test_new_seconds_in_a_header_make_no_new_version(course):
    refresh(course)
    lesson = course / FOLDER / "notebooks" / NAME
    edit(lesson, run)

    def measure(notebook):
        header = next(cell for cell in notebook.cells if cell.id == "header")
        header.source += " 93 s"

    edit(course / "notebooks" / NAME, measure)
    assert refresh(course) == []
    assert "ran" in lesson.read_text(encoding="utf-8")


def test_work_stays_and_the_newer_version_lies_beside_it(course):
    refresh(course)
    lesson = course / FOLDER / "notebooks" / NAME
    edit(lesson, lambda notebook: notebook.cells.append(new_markdown_cell("Mine.", id="mine")))
    before = lesson.read_bytes()
    edit(course / "notebooks" / NAME, update)
    (line,) = refresh(course)
    beside = lesson.with_name("01_toys" + NEWER)
    assert "01_toys.new.ipynb" in line and "stays" in line
    assert lesson.read_bytes() == before and told_in(beside)
    assert refresh(course) == [], "told once"


def test_work_from_before_there_were_copies_is_brought_along(course):
    edit(course / "exercises" / NAME, answer)
    refresh(course)
    exercise = course / FOLDER / "exercises" / NAME
    assert "return 2 * x" in exercise.read_text(encoding="utf-8")
    (course / "exercises" / NAME).unlink()
    build(course, execute="none")
    refresh(course)
    assert "return 2 * x" in exercise.read_text(encoding="utf-8")


def test_a_broken_copy_is_left_as_it_is(course):
    refresh(course)
    lesson = course / FOLDER / "notebooks" / NAME
    lesson.write_text("{")
    (line,) = refresh(course)
    assert NAME in line and lesson.read_text() == "{"


def test_reset_gives_a_fresh_copy_of_mine(course):
    refresh(course)
    exercise, theirs = course / FOLDER / "exercises" / NAME, course / "exercises" / NAME
    edit(exercise, answer)
    before = theirs.read_bytes()
    kept = reset(course, "01")
    assert kept.parent == exercise.parent and "return 2 * x" in kept.read_text(encoding="utf-8")
    assert "return 2 * x" not in exercise.read_text(encoding="utf-8")
    assert theirs.read_bytes() == before


def test_run_all_goes_on_past_an_unsolved_exercise_in_a_copy_alone(course):
    refresh(course)
    mine = read(course / FOLDER / "exercises" / NAME)
    theirs = read(course / "exercises" / NAME)
    code = [cell for cell in mine.cells if cell.cell_type == "code"]
    assert all("raises-exception" in cell.metadata.tags for cell in code)
    assert not any("raises-exception" in cell.metadata.get("tags", ()) for cell in theirs.cells)
    lesson = read(course / FOLDER / "notebooks" / NAME)
    assert not any("raises-exception" in cell.metadata.get("tags", ()) for cell in lesson.cells)
    ran = NotebookClient(mine, kernel_name="python3", resources={"metadata": {"path": course}})
    ran.execute()
    failed = [cell.outputs[-1].evalue for cell in code if "check(" in cell.source]
    assert [f"Exercise 01.{number}" in text for number, text in enumerate(failed, 1)] == [True] * 2
    reset(course, "01")
    again = read(course / FOLDER / "exercises" / NAME)
    assert "raises-exception" in again.cells[-1].metadata.tags


@pytest.mark.skipif(shutil.which("git") is None, reason="no git is installed")
def test_an_update_by_git_pull_meets_no_work(course, tmp_path):
    def git(*words, folder=course):
        name = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)

    (course / ".gitignore").write_text("mine/\n__pycache__/\n")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "one")):
        git(*words)
    learner = tmp_path / "learner"
    git("clone", "-q", str(course), str(learner))
    refresh(learner)
    exercise = learner / FOLDER / "exercises" / NAME
    edit(exercise, answer)
    edit(learner / FOLDER / "notebooks" / NAME, run)
    for folder in ("notebooks", "exercises"):
        edit(course / folder / NAME, update)
    git("commit", "-qam", "two")
    git("pull", "-q", "--ff-only", folder=learner)
    refresh(learner)
    assert "return 2 * x" in exercise.read_text(encoding="utf-8")
    assert told_in(learner / FOLDER / "notebooks" / NAME)
