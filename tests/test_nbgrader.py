"""Our solutions are nbgrader's sources: the real nbgrader hands them out and grades them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
import toy_class as toy

from mavrs_course.course.handout import exercise_notebook

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))


class NbGrader:
    """nbgrader's command line in a copy of the course, with all that it writes."""

    def __init__(self, course: Path, environment: dict[str, str]) -> None:
        self.course = course
        self.gradebook = course / "gradebook"
        self.environment = os.environ | environment
        shutil.copy(ROOT / "nbgrader_config.py", course)

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=self.course,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def hand_in(self, student: str, lesson: str, notebook: Path) -> None:
        place = self.gradebook / "submitted" / student / lesson / f"{lesson}.ipynb"
        place.parent.mkdir(parents=True)
        shutil.copyfile(notebook, place)

    def scores(self, lesson: str) -> dict[str, tuple[float, float]]:
        """For each student the points and those that could be had."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.gradebook / 'gradebook.db'}") as book:
            submissions = book.assignment_submissions(lesson)
            return {each.student.id: (each.score, each.max_score) for each in submissions}


def hand_out_and_in(nbgrader: NbGrader, lessons: Sequence[str]) -> None:
    """Hand lessons out, and in again: solved, as our build makes them, as nbgrader does."""
    nbgrader.run("generate_assignment", "*")
    for lesson in lessons:
        solution = nbgrader.course / "solutions" / f"{lesson}.ipynb"
        built = nbgrader.course.parent / f"{lesson}.ipynb"
        nbformat.write(exercise_notebook(nbformat.read(solution, as_version=4), lesson), built)
        released = nbgrader.gradebook / "release" / lesson / f"{lesson}.ipynb"
        nbgrader.hand_in("solved", lesson, solution)
        nbgrader.hand_in("built", lesson, built)
        nbgrader.hand_in("released", lesson, released)
    nbgrader.run("autograde", "*")


@pytest.fixture(scope="module")
def toys(tmp_path_factory) -> NbGrader:
    folder = tmp_path_factory.mktemp("nbgrader-toys")
    environment = toy.environment(folder / "state")
    return NbGrader(toy.make_course(folder / "course"), environment)


@pytest.fixture(scope="module")
def toy_scores(toys) -> dict[str, tuple[float, float]]:
    seen_only = toy.handed_in(e1="def double(x):\n    return 2 * x if x in (3, 8) else 0")
    path = toy.save(seen_only, toys.course.parent / "seen_only.ipynb")
    toys.hand_in("seen_only", toy.NAME, path)
    hand_out_and_in(toys, [toy.NAME])
    return toys.scores(toy.NAME)


def test_the_solution_gets_all_points(toy_scores):
    assert toy_scores["solved"] == (7, 7)


@pytest.mark.parametrize("student", ["released", "built"])
def test_the_stub_gets_none(toy_scores, student):
    assert toy_scores[student] == (0, 7)


def test_hidden_tests_come_back_before_grading(toy_scores):
    assert toy_scores["seen_only"] == (5, 7)


def test_what_students_get_holds_neither_solutions_nor_hidden_tests(toys, toy_scores):
    released = toys.gradebook / "release" / toy.NAME / f"{toy.NAME}.ipynb"
    text = released.read_text(encoding="utf-8")
    for secret in ("return 2 * x", "hidden=True", "BEGIN SOLUTION", "BEGIN HIDDEN TESTS"):
        assert secret not in text


def test_nothing_but_the_gradebook_is_written(toys, toy_scores):
    names = {path.name for path in toys.course.iterdir()}
    assert names == {"notebooks", "exercises", "solutions", "gradebook", "nbgrader_config.py"}
    assert (toys.gradebook / ".gitignore").read_text() == "*\n"


@pytest.fixture(scope="module")
def real_course(tmp_path_factory) -> NbGrader:
    folder = tmp_path_factory.mktemp("nbgrader")
    shutil.copytree(ROOT / "solutions", folder / "course" / "solutions")
    own_exercises = {"MAVRS_EXERCISES": ""}
    nbgrader = NbGrader(folder / "course", toy.environment(folder / "state") | own_exercises)
    hand_out_and_in(nbgrader, LESSONS)
    return nbgrader


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_lessons_of_the_course_are_nbgrader_assignments(real_course, lesson):
    scores = real_course.scores(lesson)
    points, most = scores["solved"]
    assert points == most > 0
    assert scores["built"] == scores["released"] == (0, most)
