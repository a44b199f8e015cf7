"""What is known of a wrong answer: its trials, which of them to show, and the parts to compare."""

from __future__ import annotations

import ast
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from mavrs_course.course.causes import Clue
from mavrs_course.course.exercise import Exercise, Trial
from mavrs_course.course.trial import cases_of, try_case
from mavrs_course.course.values import as_array, size

FURTHER_SEEDS = (5,)
LONG = 5.0  # seconds
SMALL = 30  # numbers that somebody will work through by hand


class Evidence:
    """What is known of an answer: its trials, the one that is shown, and those of more cases."""

    def __init__(self, exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> None:
        self._exercise, self._answer = exercise, answer
        self.trials = trials
        self.shown = shown_first(trials)
        self.failing = [trial for trial in trials if not trial.passed]
        self.passing = [trial for trial in trials if trial.passed]

    @cached_property
    def further(self) -> list[Trial]:
        """Trials of cases from other seeds; none where an answer takes long."""
        trials, start = [], time.monotonic()
        for case in cases_of(self._exercise, FURTHER_SEEDS):
            trials.append(try_case(self._exercise, self._answer, case))
            if time.monotonic() - start > LONG:
                break
        return trials

    @property
    def all(self) -> list[Trial]:
        """Every trial, the one that is shown first."""
        others = [trial for trial in self.trials if trial is not self.shown]
        return [self.shown, *others, *self.further]


def shown_first(trials: Sequence[Trial]) -> Trial:
    """Of the failing trials the one to show: the first that can be done by hand, or the smallest.

    One that was stopped comes before all: no other was tried after it.
    """

    def effort(trial: Trial) -> tuple[bool, int]:
        return not trial.stopped, max(size(trial.inputs), SMALL)

    return min((trial for trial in trials if not trial.passed), key=effort)


def clues_of(trials: Sequence[Trial], where: str) -> list[Clue]:
    """The part at ``where`` of each result, the shown one first; none where one has no such part.

    Of a result that is right there, the right part stands for the learner's.
    """
    if any(trial.error is not None or trial.wanted.error is not None for trial in trials):
        return []
    try:
        if where and all(isinstance(trial.expected, Mapping) for trial in trials):
            return [_values(trial) for trial in trials]
        return [clue_of(trial, where) for trial in trials]
    except (LookupError, TypeError, AttributeError, SyntaxError, ValueError):
        return []


def clue_of(trial: Trial, where: str) -> Clue:
    inputs = dict(zip(trial.names, trial.inputs, strict=False))
    difference = trial.difference
    if difference is not None and difference.where == where:
        got, expected = difference.got, difference.expected
    else:
        got, expected = part_at(trial.returned, where), part_at(trial.expected, where)
    return Clue(got, expected, inputs, trial.outcome.printed, where)


def _values(trial: Trial) -> Clue:
    """The values of a dictionary of numbers, in the order of the right one."""
    got = np.array([as_array(trial.returned[key]) for key in trial.expected])
    expected = np.array([as_array(value) for value in trial.expected.values()])
    return Clue(got, expected, dict(zip(trial.names, trial.inputs, strict=False)))


def part_at(value: Any, where: str) -> Any:
    """The part of a result that a path such as ``['a'][2].title`` leads to."""
    node: Any = ast.parse(f"_{where}", mode="eval").body
    steps = []
    while not isinstance(node, ast.Name):
        is_item = isinstance(node, ast.Subscript)
        steps.append((is_item, ast.literal_eval(node.slice) if is_item else node.attr))
        node = node.value
    for is_item, step in reversed(steps):
        value = value[step] if is_item else getattr(value, step)
    return value
