"""What is said of an answer whose own code is one change away from a right one."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from test_mutants import exercise
from test_one_change import CASES

from mavrs_course.course import Case
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.one_repair import one_repair, source_of
from mavrs_course.course.rewrites import rewrites
from mavrs_course.course.trial import try_case


def said_of(answer, toy=None) -> str | None:
    toy = toy or exercise(CASES)
    trials = [try_case(toy, answer, case) for case in toy.cases(None)]
    cause = one_repair(toy, answer, Evidence(toy, answer, trials))
    return cause and cause.because


def not_below(scores, limit):
    return len([score for score in scores if not score < limit])


def one_too_many(scores, limit):
    return 1 + sum(int(score > limit) for score in scores)


def only_the_first(scores, limit):
    found = 0
    for score in scores:
        if score > limit:
            found += 1
        return found
    return found


def counts_before_it_looks(scores, limit):
    found = best = 0
    for score in scores:
        found += best
        best = score > limit
    return found


def ten_times_as_many_and_one(scores, limit):
    return 10 * len(scores) + 1


def keeps_only_the_last(scores, limit):
    found = 0
    for score in scores:
        found = int(score > limit)
    return found


def no_idea(scores, limit):
    return len(scores) * 10


def lower(scores, limit):
    return sum(_is_above(limit, score) for score in scores)


def _is_above(score, limit):
    return score > limit


def may_never_end(scores, limit):
    found, left = 0, list(scores)
    while left:
        found += left.pop() >= limit
    return found


@pytest.mark.parametrize(
    ("answer", "line", "what"),
    [
        (not_below, "return len([score for", "look at the `<`"),
        (one_too_many, "return 1 + sum(", "look at the 1"),
        (counts_before_it_looks, "found += best", "it comes too early"),
        (keeps_only_the_last, "found = int(score > limit)", "it is to add to what was there"),
        (only_the_first, "return found", "does it belong inside the loop?"),
        (lower, "return", "look at the"),
        (may_never_end, "found += left.pop() >= limit", "look at the `>=`"),
    ],
)
def test_the_line_and_the_kind_of_change_are_told(answer, line, what):
    said = said_of(answer)
    assert said.startswith(f"One change to your line `{line}")
    assert "makes every case pass" in said and what in said


def test_nothing_is_said_where_one_change_is_not_enough():
    assert said_of(no_idea) is None
    assert said_of(ten_times_as_many_and_one) is None


def shares(values):
    return values / values.sum()


def not_divided(values):
    positive = np.abs(values)
    return positive


def test_steps_that_are_missing_are_found():
    toy = exercise([Case("two", (np.array([1.0, 3.0]),)), Case("one", (np.array([2.0]),))])
    single = exercise([Case("two", (np.array([1.0, 3.0]),))])
    object.__setattr__(single, "reference", shares)
    assert said_of(not_divided, single) is None  # one case that fails is too little to go by
    object.__setattr__(toy, "reference", shares)
    assert said_of(not_divided, toy).endswith(
        "makes every case pass: `np.abs(values)` is to be divided by its sum, or `np.abs(values)` "
        "is to be divided by the sum of each row."
    )


def test_code_that_cannot_be_read_is_left_alone():
    assert source_of(len) is None
    assert source_of(3) is None
    assert source_of(eval("lambda scores, limit: 0")) is None


def test_rewrites_leave_the_code_as_it_was():
    tree = source_of(may_never_end).tree
    before = ast.dump(tree)
    texts = {rewrite.text for rewrite in rewrites(tree)}
    assert ast.dump(tree) == before
    assert "look at the `>=`" in texts and len(texts) > 20
