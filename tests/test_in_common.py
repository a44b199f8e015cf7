"""What is said of an answer from what it does to other inputs, and where it fails."""

from __future__ import annotations

import numpy as np
from test_mutants import exercise

from mavrs_course.course import Case
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.in_common import (
    input_without_effect,
    rows_mixed_up,
    what_fails_has_in_common,
)
from mavrs_course.course.trial import try_case


def shares(pay, weight):
    """Each row over its sum, times the weight; nothing for a row of nothing."""
    total = np.nansum(pay, axis=1, keepdims=True)
    return np.nan_to_num(pay) / np.where(total > 0, total, 1) * weight


def toy():
    def cases(rng):
        return [
            *(Case(f"some, {n}", (rng.random((3, 2)), float(n))) for n in range(1, 5)),
            Case("one row", (rng.random((1, 2)), 2.0)),
            Case("a silent one", (np.array([[0.1, np.nan], [0.2, 0.3]]), 3.0)),
            Case("two silent ones", (np.array([[np.nan, 0.1], [np.nan, 0.4]]), 2.5)),
        ]

    made = exercise([])
    object.__setattr__(made, "reference", shares)
    object.__setattr__(made, "cases", cases)
    return made


def evidence(answer):
    made = toy()
    trials = [try_case(made, answer, case) for case in made.cases(np.random.default_rng(0))]
    return made, answer, Evidence(made, answer, trials)


def always_twice(pay, weight):
    return shares(pay, 2.0)


def over_all(pay, weight):
    return np.nan_to_num(pay) / np.nansum(pay) * weight


def half(pay, weight):
    return shares(pay, weight) / 2


def silence_spreads(pay, weight):
    return pay / pay.sum(axis=1, keepdims=True) * weight


def test_an_input_without_effect_is_named():
    assert "`weight` has no effect" in input_without_effect(*evidence(always_twice)).because
    assert input_without_effect(*evidence(half)) is None


def test_rows_that_know_of_each_other_are_told():
    assert rows_mixed_up(*evidence(over_all)).because.startswith("Each row alone comes out right")
    assert rows_mixed_up(*evidence(half)) is None


def test_one_number_in_place_of_rows_has_none():
    assert rows_mixed_up(*evidence(lambda pay, weight: np.nansum(pay))) is None


def test_where_right_rows_need_one_another_nothing_is_said_of_rows():
    made, answer, known = evidence(half)
    object.__setattr__(made, "reference", over_all)
    trials = [try_case(made, answer, trial.case) for trial in known.trials]
    assert rows_mixed_up(made, answer, Evidence(made, answer, trials)) is None


def test_what_failing_cases_share_is_told():
    said = what_fails_has_in_common(evidence(silence_spreads)[2]).because
    assert said == "It fails in just those cases in which `pay` holds NaN, and in no other."
    assert what_fails_has_in_common(evidence(half)[2]) is None
