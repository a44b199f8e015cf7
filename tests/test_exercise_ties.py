"""No accidental tie decides: where the order of equals matters, the exercise's text states it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mavrs_course.course import Case, Exercise, registry
from mavrs_course.course.lessons import lessons
from mavrs_course.course.notebook import read
from mavrs_course.course.ties import decided_by_ties, tie_problems

ROOT = Path(__file__).resolve().parents[1]


def by_builtin(x):
    return max(range(len(x)), key=lambda place: x[place])


def by_numpy(x):
    return int(np.argmax(x))


def by_method(x):
    return int(np.asarray(x).argmax())


def by_sorting(x):
    return sorted(range(len(x)), key=lambda place: -x[place])[0]


def toy(reference, *inputs) -> Exercise:
    return Exercise(
        id="90.4", title="A toy", minutes=1, difficulty=1, points=1, objective="L90.1",
        reference=reference, hints=("look",), mistakes=(), others=(),
        cases=lambda rng: [Case(str(x), (x,)) for x in inputs],
    )  # fmt: skip


def notebook(text):
    return new_notebook(
        cells=[new_markdown_cell(text), new_code_cell('check("90.4", best)')],
    )


@pytest.mark.parametrize("lesson", lessons(ROOT), ids=lambda lesson: lesson.number)
def test_where_equals_decide_the_text_says_which_comes_first(lesson):
    exercises = registry.exercises_of(lesson.number)
    assert not list(tie_problems(read(lesson.solution), exercises))


@pytest.mark.parametrize("reference", [by_builtin, by_numpy, by_method, by_sorting])
def test_a_tie_that_decides_is_found_however_the_reference_chooses(reference):
    assert decided_by_ties(toy(reference, [1, 2, 3])) == []
    assert decided_by_ties(toy(reference, [1, 3, 3], [1, 2, 3])) == ["[1, 3, 3]"] * 3


def test_numbers_that_rounding_tells_apart_are_equals():
    for pair in ([0.3, 0.1 + 0.2], [0.1 + 0.2, 0.3]):
        assert decided_by_ties(toy(by_numpy, pair)) == [str(pair)] * 3


def test_the_text_has_to_say_which_comes_first():
    bank = [toy(by_method, [1, 3, 3])]
    (problem,) = tie_problems(notebook("Return the place of the largest."), bank)
    assert "90.4" in problem and "[1, 3, 3]" in problem
    assert not list(tie_problems(notebook("Return the first of the largest, of equals too."), bank))
