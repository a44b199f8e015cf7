"""The families of wrong answers of lesson 01 explain each other's members."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mavrs_course.course.trial import VISIBLE_SEEDS, cases_of, try_case
from mavrs_course.exercises import lesson_01

FAMILIES = [
    pytest.param(lesson_01.PAGES, lesson_01.POPULAR, id="pages"),
    pytest.param(lesson_01.FIGURES, lesson_01.NDCG, id="figures"),
    pytest.param(lesson_01.KNNS, lesson_01.USER_KNN, id="neighbours"),
    pytest.param(lesson_01.STEPS, lesson_01.BPR_STEP, id="steps"),
    pytest.param(lesson_01.AGENTS, lesson_01.COST_COUNTER, id="agents"),
]


def wrong_choices(family, at_once: int) -> list[dict[str, str]]:
    """Some ways to get ``at_once`` parts wrong together."""
    rng = np.random.default_rng(0)
    parts = combinations(family.parts, at_once)
    return [{part: str(rng.choice(family.parts[part][1:])) for part in some} for some in parts]


def trials_of(exercise, answer):
    with np.errstate(all="ignore"):
        return [try_case(exercise, answer, case) for case in cases_of(exercise, VISIBLE_SEEDS)]


@pytest.mark.parametrize(("family", "exercise"), FAMILIES)
def test_the_right_choices_make_a_right_answer(family, exercise):
    assert all(trial.passed for trial in trials_of(exercise, family.make(**family.right)))


@pytest.mark.parametrize(("family", "exercise"), FAMILIES)
def test_every_wrong_choice_is_explained_by_itself_and_told_by_a_mistake(family, exercise):
    for part, choices in family.parts.items():
        for choice in choices[1:]:
            trials = trials_of(exercise, family.make(**family.right | {part: choice}))
            assert not all(trial.passed for trial in trials), (part, choice)
            assert len(family.explain(trials)) == 1, (part, choice)
            told = [mistake.name for mistake in exercise.mistakes if detects(mistake, trials)]
            assert told, (part, choice)


def detects(mistake, trials) -> bool:
    """As the machinery does: a predicate that raises was written for other results."""
    try:
        return mistake.detect is not None and mistake.detect(trials)
    except Exception:
        return False


@pytest.mark.parametrize(("family", "exercise"), FAMILIES)
def test_two_misconceptions_at_once_are_still_explained(family, exercise):
    for choices in wrong_choices(family, 2):
        trials = trials_of(exercise, family.make(**family.right | choices))
        if any(trial.error for trial in trials) or all(trial.passed for trial in trials):
            continue  # choices that do not go together
        explained = family.explain(trials)
        assert explained and len(explained) <= 2, choices
