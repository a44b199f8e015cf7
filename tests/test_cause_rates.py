"""How often a general cause is right, where the bank's own sentence for the mistake is left out.

A cause is right where what it says of the cases of a check still holds on cases of seeds that the
diagnosis has not seen: whichever of them differs in the same way (at the same part of the result,
in kind, shape or value) is shown in its turn, and the same cause is found.
In short a sample, the same each time; ``MAVRS_CAUSES=all`` takes every mistake of the bank.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from bank_report import HELD, REFUTED
from test_exercise_banks import EXERCISES, MORE_SEEDS

from mavrs_course.course.causes import kinds, numbers, shapes
from mavrs_course.course.causes.truths import TRUTHS
from mavrs_course.course.evidence import Evidence, shown_first
from mavrs_course.course.general import general_cause
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, try_case

WANTED = 0.9
SECONDS = 5.0
SAMPLE = 120
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
TABLES = (
    kinds._CAUSES,
    numbers._EXACT,
    numbers._CAUSES,
    shapes._EXACT,
    shapes._SAME_VALUES,
    shapes._OTHER_VALUES,
    TRUTHS,
)
GENERAL = {explain.__name__ for table in TABLES for explain in table}


class Further(Evidence):
    """Evidence with more trials, another of which is shown."""

    def __init__(self, exercise, answer, trials, shown):
        super().__init__(exercise, answer, trials)
        self.shown = replace(shown, broken=None)  # properties are the exercise's, not general
        self.__dict__["further"] = []


def cause_and_truth(exercise, answer) -> tuple[str, bool] | None:
    """The general cause of a wrong answer, and whether it holds; None where there is none."""
    try:
        with Limits(SECONDS):
            seen = _trials(exercise, answer, (*VISIBLE_SEEDS, *HIDDEN_SEEDS))
            if all(trial.passed for trial in seen):
                return None
            cause = general_cause(exercise, answer, Evidence(exercise, answer, seen))
            if cause is None or cause.name not in GENERAL:
                return None
            unseen = _trials(exercise, answer, MORE_SEEDS)
    except LimitReached:
        return None
    found = [
        general_cause(exercise, answer, Further(exercise, answer, [*seen, *unseen], trial))
        for trial in unseen
        if _way(trial) == _way(shown_first(seen))
    ]
    return cause.name, all(other and other.name == cause.name for other in found)


def _trials(exercise, answer, seeds):
    return [try_case(exercise, answer, case) for case in cases_of(exercise, seeds)]


def _way(trial):
    """In what way a result differs, and where."""
    return trial.difference and (trial.difference.kind, trial.difference.where)


def sample():
    if os.environ.get("MAVRS_CAUSES") == "all":
        return MISTAKES
    return [MISTAKES[i] for i in np.random.default_rng(0).permutation(len(MISTAKES))[:SAMPLE]]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_each_general_cause_is_right(record_property):
    held = defaultdict(list)
    for exercise, mistake in sample():
        if (found := cause_and_truth(exercise, mistake.wrong)) is not None:
            record_property(HELD if found[1] else REFUTED, found[0])
            held[found[0]].append(found[1])
    assert sum(map(len, held.values())) > 3
    rates = {name: np.mean(once) for name, once in held.items()}
    assert {name: rate for name, rate in rates.items() if rate < WANTED} == {}


@pytest.mark.parametrize("name", ["sign_flipped", "truncated", "constant_factor"])
def test_what_is_measured_are_the_names_of_general_causes(name):
    assert name in GENERAL
