"""No accidental tie decides: where the order of equals matters, the exercise's text states it."""

from __future__ import annotations

import builtins
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from test_exercise_banks import EXERCISES, name_of

from mavrs_course import originals
from mavrs_course.course.lessons import lessons
from mavrs_course.course.notebook import read
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, run, same

ROOT = Path(__file__).resolve().parents[1]
STATED = re.compile(r"\b(equal(s|ly)?|ties?|tied|alike|earlier|lower|first of|all different)\b")


def last_of_equals(monkeypatch, module):
    """numpy's and Python's sorts and choices, which take the last of equals first."""
    argsort, argmax, argmin = np.argsort, np.argmax, np.argmin

    def length(x, axis):
        return np.size(x) if axis is None else np.shape(x)[axis]

    def sort_places(x, axis=-1, kind=None, **options):
        x = np.ravel(x) if axis is None else np.asarray(x)
        axis = -1 if axis is None else axis
        places = argsort(np.flip(x, axis), axis=axis, kind="stable")
        return length(x, axis) - 1 - places

    def choice(of):
        def place(x, axis=None, **options):
            x = np.ravel(x) if axis is None else np.asarray(x)
            return length(x, axis) - 1 - of(np.flip(x, axis), axis=axis)

        return place

    monkeypatch.setattr(np, "argsort", sort_places)
    monkeypatch.setattr(np, "argmax", choice(argmax))
    monkeypatch.setattr(np, "argmin", choice(argmin))
    for name in ("sorted", "max", "min"):
        real = getattr(builtins, name)
        reverse = {
            "sorted": lambda x, *, real=real, **o: real(list(x)[::-1], **o),
            "max": lambda *x, real=real, **o: real(list(x[0])[::-1] if len(x) == 1 else x, **o),
            "min": lambda *x, real=real, **o: real(list(x[0])[::-1] if len(x) == 1 else x, **o),
        }[name]
        monkeypatch.setattr(module, name, reverse, raising=False)


def decided_by_ties(exercise) -> list[str]:
    """The labels of the cases in which the reference does something else with equals reversed."""
    module = sys.modules[exercise.reference.__module__]
    found = []
    for case in cases_of(exercise, (*VISIBLE_SEEDS, *HIDDEN_SEEDS)):
        usual = run(exercise, exercise.reference, case)
        with pytest.MonkeyPatch.context() as patch:
            last_of_equals(patch, module)
            other = run(exercise, exercise.reference, case)
        if not same(exercise, usual, other):
            found.append(case.label)
    originals.restore()
    originals.taken_notes()
    return found


def text_of(exercise) -> str:
    lesson = next(each for each in lessons(ROOT) if each.number == exercise.lesson)
    cells = read(lesson.solution).cells
    place = next(i for i, c in enumerate(cells) if f'check("{exercise.id}"' in c.source)
    cells = cells[max(0, place - 3) : place]
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_where_equals_decide_the_text_says_which_comes_first(exercise):
    found = decided_by_ties(exercise)
    assert not found or STATED.search(text_of(exercise)), found


def test_a_tie_that_decides_is_found():
    from mavrs_course.course import Case, Exercise

    def best(x):
        return int(np.argmax(x))

    toy = Exercise(
        id="90.4", title="A toy", minutes=1, difficulty=1, points=1, objective="L90.1",
        reference=best, hints=("look",), mistakes=(), others=(),
        cases=lambda rng: [Case("a tie", ([1, 3, 3],)), Case("none", ([1, 2, 3],))],
    )  # fmt: skip
    assert decided_by_ties(toy) == ["a tie"] * 3
