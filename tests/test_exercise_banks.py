"""Every exercise of every lesson: its right answers pass, its wrong ones get their diagnosis."""

from __future__ import annotations

from pathlib import Path

import pytest
from bank_report import OWN_DIAGNOSIS, WRONG_ANSWER

from mavrs_course.course import registry
from mavrs_course.course.checking import FAILED, PASSED, examine
from mavrs_course.course.lessons import lessons
from mavrs_course.course.notebook import read
from mavrs_course.course.outline import outline
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = [
    exercise for number in registry.lessons() for exercise in registry.exercises_of(number)
]
MORE_SEEDS = (11, 12, 13)

pytestmark = pytest.mark.quick


def name_of(value) -> str:
    return getattr(value, "id", None) or getattr(value, "name", None) or str(value)


def answers():
    for exercise in EXERCISES:
        yield pytest.param(exercise, exercise.reference, id=f"{exercise.id}-reference")
        for number, other in enumerate(exercise.others, 1):
            yield pytest.param(exercise, other, id=f"{exercise.id}-other-{number}")


def mistakes():
    for exercise in EXERCISES:
        for mistake in exercise.mistakes:
            yield pytest.param(exercise, mistake, id=f"{exercise.id}-{mistake.name}")


@pytest.mark.parametrize("seeds", [VISIBLE_SEEDS, HIDDEN_SEEDS, MORE_SEEDS], ids=str)
@pytest.mark.parametrize(("exercise", "answer"), list(answers()))
def test_right_answers_pass(exercise, answer, seeds):
    verdict = examine(exercise, answer, seeds)
    assert verdict.status == PASSED, verdict


@pytest.mark.parametrize(("exercise", "mistake"), list(mistakes()))
def test_wrong_answers_are_rejected_with_their_own_diagnosis(exercise, mistake, record_property):
    record_property(WRONG_ANSWER, mistake.name)
    verdict = examine(exercise, mistake.wrong, VISIBLE_SEEDS)
    if verdict.status == PASSED:
        verdict = examine(exercise, mistake.wrong, HIDDEN_SEEDS)
    assert verdict.status == FAILED
    assert verdict.cause.name == mistake.name
    record_property(OWN_DIAGNOSIS, mistake.name)


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_banks_are_filled(exercise):
    assert len(exercise.mistakes) >= 3
    assert len(exercise.others) >= 1
    assert len(exercise.hints) >= 2
    assert exercise.praise
    reasons = [mistake.because for mistake in exercise.mistakes]
    assert all(reasons) and len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("number", registry.lessons())
def test_ids_are_of_the_lesson_and_unique(number):
    ids = [exercise.id for exercise in registry.exercises_of(number)]
    assert len(set(ids)) == len(ids)
    assert all(exercise_id.startswith(f"{number}.") for exercise_id in ids)
    assert ids == sorted(ids)


@pytest.mark.parametrize("lesson", lessons(ROOT), ids=name_of)
def test_every_objective_is_tested_by_an_exercise(lesson):
    exercises = registry.exercises_of(lesson.number)
    stated = outline(read(lesson.notebook), exercises).objectives
    assert stated
    assert {exercise.objective for exercise in exercises} == set(stated)
