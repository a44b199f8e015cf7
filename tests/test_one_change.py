"""What is said of an answer that is right but for one thing."""

from __future__ import annotations

import pytest
from test_exercise_banks import EXERCISES, name_of
from test_mutants import exercise

from mavrs_course.course import Case
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.mutants import mutants
from mavrs_course.course.one_change import describe, one_change
from mavrs_course.course.trial import try_case

CASES = [Case("two", ([1, 5], 3)), Case("one at the limit", ([3, 9, 8], 3)), Case("none", ([], 3))]


def said_of(answer) -> str | None:
    toy = exercise(CASES)
    cause = one_change(toy, Evidence(toy, answer, [try_case(toy, answer, case) for case in CASES]))
    return cause and cause.because


def not_below(scores, limit):
    return sum(score >= limit for score in scores)


def below(scores, limit):
    return sum(score <= limit for score in scores)


def ten_for_each(scores, limit):
    return len(scores) * 10


def test_the_change_is_told_however_the_answer_is_written():
    assert said_of(not_below) == (
        "Your results are those of a right answer with one thing changed: >= in place of >, where "
        "it is about `limit`."
    )


def test_what_no_single_change_does_is_not_explained():
    assert said_of(below) is None
    assert said_of(ten_for_each) is None


@pytest.mark.parametrize("asked", EXERCISES, ids=name_of)
def test_every_change_has_its_words(asked):
    for mutant in mutants(asked.reference):
        said = describe(mutant)
        assert "another value" not in said and "None" not in said, mutant.name
        assert len(said) < 120 and "self" not in said.split("`")[1::2], said
