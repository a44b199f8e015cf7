"""Wrong answers by rule: the cases of every exercise notice them, or the bank says why not."""

from __future__ import annotations

import os

import numpy as np
import pytest
from test_exercise_banks import EXERCISES, name_of

from mavrs_course.course import Case, Exercise
from mavrs_course.course.inputs import input_mutants
from mavrs_course.course.mutants import equal_ones, known_equal, mutants, survivors

WANTED = 0.97
# Lessons whose banks hold all inputs that every text promises; of others nobody has looked yet.
INPUTS_SEEN = [f"{number:02}" for number in range(34)]
SAMPLE = 10  # wrong answers an exercise; MAVRS_MUTANTS=all tries them all


def above(scores, limit):
    """How many are above the limit."""
    count = 0
    for score in scores:
        if score > limit:
            count += 1
    return count


class Total:
    def __init__(self, start=0.0):
        self.seen = [start]

    def add(self, x):
        self.seen.append(np.sum(x))


def exercise(cases) -> Exercise:
    return Exercise(
        id="90.3",
        title="A toy",
        minutes=1,
        difficulty=1,
        points=1,
        objective="L90.1",
        reference=above,
        hints=("look",),
        mistakes=(),
        others=(),
        cases=lambda rng: cases,
    )


def test_rules_change_one_thing_each():
    names = [mutant.name for mutant in mutants(above)]
    assert len(set(names)) == len(names)
    assert "score > limit => score >= limit | if score > limit" in names
    assert "count += 1 => count -= 1" in names
    assert "count = 0 => pass" in names
    assert not any("How many" in name for name in names)


def test_state_can_be_moved_to_where_all_share_it():
    (shared,) = [m for m in mutants(Total) if "_shared_seen" in m.name]
    one, other = shared.answer(1.0), shared.answer(2.0)
    one.add([1.0])
    assert other.seen is one.seen


def test_survivors_ask_for_a_case():
    few = exercise([Case("two", ([1, 5], 3))])
    enough = exercise([Case("two", ([1, 5], 3)), Case("one at the limit", ([3, 9, 8], 3))])
    alive = {mutant.name for mutant in survivors(few, mutants(above))}
    assert "score > limit => score >= limit | if score > limit" in alive
    assert not survivors(enough, mutants(above))


def test_endless_mutants_count_as_noticed(monkeypatch):
    def counts(n):
        while n > 0:
            n -= 1
        return n

    endless = exercise([Case("three", (3,))])
    object.__setattr__(endless, "reference", counts)
    monkeypatch.setattr("mavrs_course.course.mutants.SECONDS", 0.3)
    (made,) = [m for m in mutants(counts) if m.name == "n -= 1 => pass"]
    assert survivors(endless, [made]) == []


def test_the_bank_says_why_a_mutant_is_equal():
    sheet = """
    a + b => a - b | return a + b
      b is 0
      throughout.
    x > 0 => x >= 0
    0 => -1 | x > 0
      Never 0.
    """
    assert known_equal(sheet) == {
        "a + b => a - b | return a + b": "b is 0 throughout.",
        "x > 0 => x >= 0": "Never 0.",
        "0 => -1 | x > 0": "Never 0.",
    }


def weighed(values, weights, k):
    return float(np.nansum((values * weights)[:k]))


def test_inputs_treated_otherwise_ask_for_a_case():
    few = exercise([Case("whole", (np.array([1.0, 2.0]), np.array([1.0, 3.0]), 1))])
    more = [
        Case("decimals", (np.array([1.5, 2.0]), np.array([0.5, 3.0]), 1)),
        Case("one", (np.array([1.0]), np.array([2.0]), 3)),
        Case("none", (np.array([1.0]), np.array([2.0]), 0)),
        Case("nothing", (np.array([]), np.array([]), 2)),
    ]
    for toy in (few, enough := exercise(more)):
        object.__setattr__(toy, "reference", weighed)
    alive = {mutant.name for mutant in survivors(few, input_mutants(few))}
    assert {"values as whole numbers", "weights without axes of length 1"} <= alive
    assert {
        "k of at least 1",
        "k of no more than there are",
        "values that may not be empty",
    } <= alive
    assert "values is written over" not in alive
    assert not survivors(enough, input_mutants(enough))
    promised = {mutant.name for mutant in input_mutants(few, promised=True)}
    assert "k of at least 1" not in promised and "values as whole numbers" in promised


def test_methods_are_given_other_inputs_too():
    def total(answer, case):
        made = answer(0.0)
        made.add(*case.inputs)
        return made.seen[-1]

    toy = exercise([Case("two", (np.array([1.5, 2.0]),))])
    object.__setattr__(toy, "reference", Total)
    object.__setattr__(toy, "observe", total)
    alive = {mutant.name for mutant in survivors(toy, input_mutants(toy))}
    assert alive == {"add.x without axes of length 1", "add.x that may not be empty"}


def wrong_answers(asked):
    """Those that rules make, but for those known to be equal."""
    made = mutants(asked.reference)
    if asked.lesson in INPUTS_SEEN:
        made += input_mutants(asked, promised=True)
    return made


@pytest.mark.parametrize("asked", EXERCISES, ids=name_of)
def test_equal_mutants_are_made_by_the_rules_and_have_a_reason(asked):
    equal = equal_ones(asked.id)
    assert all(equal.values())
    assert equal.keys() <= {mutant.name for mutant in wrong_answers(asked)}


@pytest.mark.parametrize("asked", EXERCISES, ids=name_of)
def test_cases_notice_wrong_answers_that_rules_make(asked):
    """In short a sample, the same each time; as many may go unnoticed as the whole allows."""
    equal = equal_ones(asked.id)
    among = [mutant for mutant in wrong_answers(asked) if mutant.name not in equal]
    allowed = (1 - WANTED) * len(among)
    if os.environ.get("MAVRS_MUTANTS") != "all":
        among = [among[i] for i in np.random.default_rng(0).permutation(len(among))[:SAMPLE]]
    alive = survivors(asked, among)
    assert len(alive) <= allowed, [mutant.name for mutant in alive]
