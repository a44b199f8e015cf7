"""Arrays that are slices of larger ones: handed out by one seed of each check, and explained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mavrs_course.course import Case, Exercise
from mavrs_course.course.checking import FAILED, PASSED, examine
from mavrs_course.course.failing import FailingCase
from mavrs_course.course.inputs import input_mutants
from mavrs_course.course.mutants import survivors
from mavrs_course.course.sliced import handed_out
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of

SEEDS = [VISIBLE_SEEDS, HIDDEN_SEEDS, (*VISIBLE_SEEDS, *HIDDEN_SEEDS)]


def doubled(x):
    return 2.0 * x


def exercise(reference=doubled, **options) -> Exercise:
    defaults = dict(
        id="90.5",
        title="A toy",
        minutes=1,
        difficulty=1,
        points=1,
        objective="L90.1",
        hints=("look",),
        mistakes=(),
        others=(),
        cases=lambda rng: [Case(f"{n} rows", (rng.random((n, 3)),)) for n in (1, 2, 4)],
    )
    return Exercise(reference=reference, **(defaults | options))


def by_bytes(x):
    return 2.0 * x.view(np.uint8).view(float)


def by_memory(x):
    return 2.0 * np.frombuffer(x.data).reshape(x.shape)


def by_torch(x):
    return 2.0 * torch.from_numpy(x)


def on_a_copy(x):
    x = np.ascontiguousarray(x).copy()
    x.view(np.uint8)
    x *= 2.0
    return x


def in_place(x):
    x *= 2.0
    return x


def test_slices_hold_the_same_in_every_second_place():
    x = np.arange(6.0).reshape(2, 3)
    words = np.array(["fig", "pear"], dtype=object)
    inputs = (x, [x, words], {"a": np.arange(3, dtype=np.int8)}, (np.array(1.0), [x]), np.empty(0))
    given = handed_out(Case("all kinds", inputs, sliced=True)).inputs
    assert given[0].strides == (48, 16) and given[0].dtype == float
    assert given[0].flags.writeable and not given[0].flags.forc
    np.testing.assert_array_equal(given[0], x)
    assert given[1][0] is given[0] and given[1][1].tolist() == ["fig", "pear"]
    assert given[2]["a"].strides == (2,) and given[2]["a"].dtype == np.int8
    assert given[3][0].ndim == 0 and given[4].size == 0
    assert x.flags.c_contiguous and inputs[1][0] is x


def test_cases_that_are_not_sliced_are_in_one_piece():
    (x,) = handed_out(Case("one", (np.arange(6.0)[::2],))).inputs
    assert x.flags.c_contiguous


def test_one_seed_of_the_visible_and_one_of_the_hidden_are_sliced():
    for seeds in (VISIBLE_SEEDS, HIDDEN_SEEDS):
        sliced = [case.sliced for case in cases_of(exercise(), seeds)]
        assert sliced == [False] * 3 * (len(seeds) - 1) + [True] * 3


def test_learning_agents_get_arrays_in_one_piece():
    learns = exercise(threshold=1.0)
    assert not any(c.sliced for seeds in SEEDS for c in cases_of(learns, seeds))


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
@pytest.mark.parametrize("answer", [doubled, by_torch, on_a_copy])
def test_right_answers_pass(answer, seeds):
    verdict = examine(exercise(), answer, seeds)
    assert verdict.status == PASSED, verdict


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
@pytest.mark.parametrize("answer", [by_bytes, by_memory])
def test_answers_that_need_one_piece_are_told_so(answer, seeds):
    verdict = examine(exercise(), answer, seeds)
    assert verdict.status == FAILED and verdict.cause.name == "needs_one_piece"
    assert "slice of a larger one (not contiguous)" in verdict.message
    assert "np.ascontiguousarray" in verdict.message
    case = FailingCase(verdict.trial)
    with pytest.raises((ValueError, BufferError)):
        answer(case.x)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_answers_that_are_wrong_anyway_are_told_something_else(seeds):
    for wrong in (lambda x: 3.0 * x, lambda x: by_bytes(x) + 1.0):
        assert examine(exercise(), wrong, seeds).cause.name != "needs_one_piece"


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_an_answer_that_writes_to_a_slice_changes_its_input(seeds):
    verdict = examine(exercise(), in_place, seeds)
    assert verdict.status == FAILED
    assert "changes its input `x`" in verdict.message + verdict.trial.changes
    assert verdict.trial.error is None


def test_the_rule_on_one_piece_is_noticed_without_a_case_of_its_own():
    toy = exercise()
    made = {mutant.name for mutant in input_mutants(toy, promised=True)}
    alive = {mutant.name for mutant in survivors(toy, input_mutants(toy))}
    assert "x that lies in one piece" in made - alive


def test_the_rule_on_one_piece_is_not_about_arrays_that_the_check_makes():
    toy = exercise(observe=lambda answer, case: answer(case.inputs[0].copy()))
    assert not any("one piece" in mutant.name for mutant in input_mutants(toy))
