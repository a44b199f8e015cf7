"""What ``check`` says about right, wrong, missing and odd answers to toy exercises."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import nbformat
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient
from pettingzoo import ParallelEnv

from mavrs_course.course import Case, CheckFailed, Exercise, Mistake, Property, check
from mavrs_course.course.checking import CHECK_RECORD, examine
from mavrs_course.course.compare import compare
from mavrs_course.course.trial import HIDDEN_SEEDS


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path / "state"))


def exercise(reference, cases, **options) -> Exercise:
    defaults = dict(
        id="90.1",
        title="A toy",
        minutes=4,
        difficulty=1,
        points=2,
        objective="L90.1",
        hints=("look at the axis", "sum down the columns", "views.sum(axis=0)"),
        mistakes=(),
        others=(),
    )
    return Exercise(reference=reference, cases=cases, **(defaults | options))


def matrices(rng) -> list[Case]:
    """Matrices of several shapes without anything special about them."""
    return [
        Case(f"a matrix of shape {shape}", (rng.uniform(0.5, 2.0, shape),))
        for shape in ((3, 4), (5, 2), (4, 6))
    ]


def squares(rng) -> list[Case]:
    return [Case(f"size {n}", (rng.uniform(0.5, 2.0, (n, n)),)) for n in (3, 4)]


def lists(rng) -> list[Case]:
    return [Case(f"{n} numbers", (rng.permutation(n * 3)[:n] / 3.0,)) for n in (4, 6, 7)]


def words(rng) -> list[Case]:
    return [Case("three words", (["pear", "fig", "apple"],)), Case("two", (["bb", "a"],))]


def popularity(views):
    return views.sum(axis=0) / views.sum()


def verdict_of(toy: Exercise, answer):
    return examine(toy, answer)


def said(toy: Exercise, answer, **options) -> tuple[str, str]:
    """What a failing check printed, and the error it raised as Jupyter shows it."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(CheckFailed) as caught:
        check(toy, answer, **options)
    assert err.getvalue() == ""
    lines = caught.value._render_traceback_()
    assert len(lines) == 1 and "\n" not in lines[0]
    return out.getvalue(), lines[0]


# The report


def test_report_says_returned_expected_cause_hint_in_this_order():
    toy = exercise(popularity, matrices)
    text, line = said(toy, lambda views: views.sum(axis=1))
    places = [text.index(f"\n{label} ") for label in ("Case", "Returned", "Expected", "Likely")]
    assert places == sorted(places) and text.index("\nHint ") > places[-1]
    assert "a matrix of shape (3, 4)" in text and "views = array of float64" in text
    assert line.startswith("CheckFailed: Exercise 90.1:")


def test_report_tells_exact_approximate_and_largest_difference():
    def off_in_one_place(views):
        result = popularity(views)
        result[2] += 0.25
        return result

    text, _ = said(exercise(popularity, matrices), off_in_one_place)
    assert "exact 3 of 4, approximate 3 of 4, largest difference 0.25 at [2]" in text


def test_report_never_shows_test_code():
    text, line = said(exercise(popularity, matrices), lambda views: views[99])
    assert "Traceback" not in text + line and "examine" not in text + line


def test_large_arrays_are_shown_in_short():
    toy = exercise(lambda x: x * 2, lambda rng: [Case("large", (rng.random((300, 400)),))])
    text, _ = said(toy, lambda x: x * 3)
    assert len(text) < 2000 and "shape (300, 400)" in text


def test_what_the_code_printed_is_shown_for_the_failing_case_only():
    def talks(views):
        print("sum is", round(float(views.sum()), 3))
        return views.sum(axis=0)

    text, _ = said(exercise(popularity, matrices), talks)
    assert text.count("sum is") == 1 and "Printed" in text


def test_endless_printing_is_cut():
    text, _ = said(exercise(popularity, matrices), lambda views: print("x" * 10**7))
    assert len(text) < 3000


def test_passing_prints_points_and_praise(capsys):
    check(exercise(popularity, matrices, praise="You can rank videos now."), popularity)
    assert capsys.readouterr().out == "Exercise 90.1 ✓ 2 points. You can rank videos now.\n"


def test_warnings_of_the_code_do_not_reach_standard_error(recwarn):
    said(exercise(popularity, matrices), lambda views: views / np.zeros(views.shape[1]))
    # What other tests left behind may warn too, when it is collected just now.
    assert not [warning for warning in recwarn if warning.filename == __file__]


def test_a_warning_of_the_code_would_be_seen(recwarn):
    np.ones(2) / np.zeros(2)
    assert [warning for warning in recwarn if warning.filename == __file__]


def test_error_shows_the_learners_line_and_no_other():
    def divides(views):
        total = 0
        return 1 / total

    text, _ = said(exercise(popularity, matrices), divides)
    assert "ZeroDivisionError" in text and "return 1 / total" in text
    assert "trial.py" not in text and "outcome" not in text


# Hints and attempts


def test_hints_open_with_attempts():
    toy = exercise(popularity, matrices)
    hints = [said(toy, lambda v, k=k: v.sum(axis=0) * k)[0].split("Hint")[1] for k in range(4)]
    assert [hint.split()[0] for hint in hints] == ["(1", "(2", "(3", "(3"]


def test_running_the_same_cell_again_opens_no_hint():
    toy = exercise(popularity, matrices)

    def wrong(views):
        return views.sum(axis=0)

    assert said(toy, wrong) == said(toy, wrong)


def test_stub_and_hidden_checks_spend_no_hint():
    toy = exercise(popularity, matrices)

    def stub(views):
        raise NotImplementedError("Exercise 90.1 is not written yet")

    text, line = said(toy, stub)
    assert "not started" in line and "Exercise 90.1" in line
    assert "Hint" not in text and "About 4 minutes" in text
    said(toy, lambda views: views.sum(axis=1), hidden=True)
    assert "(1 of 3)" in said(toy, lambda views: views.sum(axis=0))[0]


def test_stub_in_a_method_counts_as_not_started():
    class Stub:
        def fit(self, views):
            raise NotImplementedError("Exercise 90.1 is not written yet")

    toy = exercise(
        Stub, matrices, observe=lambda answer, case: answer().fit(*case.inputs), threshold=1.0
    )
    assert verdict_of(toy, Stub).status == "not started"


def test_a_method_left_to_the_base_class_is_no_stub():
    class Halved(ParallelEnv):
        def reset(self, seed=None, options=None):
            return {}, {}

    def play(answer, case):
        env = answer()
        return env.reset(), env.step({})

    toy = exercise(dict, lambda rng: [Case("a page")], observe=play, threshold=1.0)
    verdict = verdict_of(toy, Halved)
    assert verdict.status == "failed"
    assert verdict.cause.because.startswith("Halved has no `step` of its own")


# Kinds of results


@dataclasses.dataclass
class Page:
    videos: np.ndarray
    title: str


SAME = [
    (np.array([1.0, 2.0]), [1, 2]),
    (np.array([1, 2]), (1.0, 2.0)),
    ([1, 2], np.array([1, 2])),
    (np.eye(2), scipy.sparse.eye_array(2).tocsr()),
    (np.eye(2), torch.eye(2, requires_grad=True)),
    (torch.ones(2), np.ones(2)),
    (pd.Series([1.0, 2.0]), [1.0, 2.0]),
    (3.0, np.float32(3)),
    (3, 3.0),
    (True, np.True_),
    (np.nan, float("nan")),
    ("yes", "yes"),
    ({"a": [1, 2]}, {"a": np.array([1, 2])}),
    ((1.0, np.ones(3)), [1, [1, 1, 1]]),
    ({1, 2}, frozenset({2, 1})),
    ([], []),
    (Page(np.arange(3), "x"), Page([0, 1, 2], "x")),
    (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), pd.DataFrame({"b": ["x", "y"], "a": [1.0, 2]})),
    (["a", "b"], np.array(["a", "b"])),
]


@pytest.mark.parametrize(("expected", "got"), SAME, ids=lambda value: type(value).__name__)
def test_equal_values_of_other_kinds_are_accepted(expected, got):
    assert compare(got, expected, 1e-6) is None


UNLIKE = [
    (np.array([1.0, 2.0]), [1, 3], "value", ""),
    (np.array([1.0, 2.0]), None, "type", ""),
    (np.ones(3), np.ones((3, 1)), "shape", ""),
    (np.array([True, False]), np.array([1, 0]), "type", ""),
    ({"a": [1, 2]}, {"a": [1, 5]}, "value", "['a']"),
    ({"a": 1}, {"b": 1}, "keys", ""),
    ((1.0, np.ones(3)), (1.0, np.zeros(3)), "value", "[1]"),
    ((1.0, "a"), (1.0,), "length", ""),
    ({1, 2}, {1, 3}, "items", ""),
    ({1, 2}, [1, 2], "type", ""),
    ("yes", "no", "text", ""),
    ("yes", 1, "type", ""),
    (Page(np.arange(3), "x"), Page(np.arange(3), "y"), "text", ".title"),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), "keys", ""),
    (1.0, "1.0", "type", ""),
    (np.arange(3), {"a": 1}, "type", ""),
]


@pytest.mark.parametrize(("expected", "got", "kind", "where"), UNLIKE)
def test_differences_say_their_kind_and_place(expected, got, kind, where):
    difference = compare(got, expected, 1e-6)
    assert (difference.kind, difference.where) == (kind, where)


def test_generators_are_accepted_as_lists():
    toy = exercise(lambda x: [v * 2 for v in x], lists)
    assert verdict_of(toy, lambda x: (v * 2 for v in x)).status == "passed"


def test_single_precision_is_close_enough():
    toy = exercise(popularity, matrices)
    assert verdict_of(toy, lambda views: popularity(views.astype(np.float32))).status == "passed"


def test_plain_values_objects_and_classes_can_be_answers():
    value = exercise(0.25, lambda rng: [Case("your number")])
    assert verdict_of(value, 0.25).status == "passed"
    assert verdict_of(value, 0.5).cause.name == "constant_factor"

    class Counter:
        def __init__(self):
            self.seen = 0

        def see(self, n):
            self.seen += n

    def watched(answer, case):
        counter = answer() if isinstance(answer, type) else answer
        counter.see(*case.inputs)
        return counter.seen

    toy = exercise(Counter, lambda rng: [Case("2", (2,)), Case("3", (3,))], observe=watched)
    assert verdict_of(toy, Counter).status == "passed"
    assert verdict_of(toy, Counter()).status == "passed", "each case gets a copy of the object"


def test_expected_by_hand_wins_over_the_reference():
    toy = exercise(lambda x: x + 1, lambda rng: [Case("by hand", (1,), expected=2)])
    assert verdict_of(toy, lambda x: 2).status == "passed"


def test_none_can_be_the_right_result():
    toy = exercise(
        lambda x: x.get("a"), lambda rng: [Case("there", ({"a": 1},)), Case("no", ({},))]
    )
    assert verdict_of(toy, lambda x: x.get("a")).status == "passed"
    assert verdict_of(toy, lambda x: x.get("a", 0)).status == "failed"


def test_work_done_in_place_is_looked_at_where_it_is_done():
    def sort(x):
        x.sort()

    def sort_and_return(x):
        x.sort()
        return x

    toy = exercise(sort, lists)
    assert verdict_of(toy, sort_and_return).status == "passed"
    assert verdict_of(toy, np.sort).status == "failed"


def test_random_answers_get_the_same_generator_each_time():
    def draw(rng, n):
        return rng.random(n)

    toy = exercise(draw, lambda rng: [Case("five", (np.random.default_rng(7), 5))])
    assert verdict_of(toy, draw).status == verdict_of(toy, draw).status == "passed"


def test_an_expected_error_must_be_raised():
    def strict(x):
        if x < 0:
            raise ValueError("negative")
        return x

    toy = exercise(strict, lambda rng: [Case("fine", (1,)), Case("negative", (-1,))])
    assert verdict_of(toy, strict).status == "passed"
    assert verdict_of(toy, lambda x: x).cause.name == "no_error_raised"


def test_properties_are_checked_where_values_are_free():
    toy = exercise(
        lambda x: x / x.sum(),
        lists,
        tolerance=None,
        properties=(Property("the sum is 1", lambda r, x: abs(r.sum() - 1) < 1e-9, "Divide."),),
    )
    assert verdict_of(toy, lambda x: np.ones(len(x)) / len(x)).status == "passed"
    verdict = verdict_of(toy, lambda x: x)
    assert verdict.cause.name == "the sum is 1" and verdict.message == "Divide."
    assert "the sum is 1" in said(toy, lambda x: x)[0]
    assert verdict_of(toy, lambda x: None).cause.name == "forgot_return"


def test_learning_agents_pass_by_their_mean():
    toy = exercise(
        None,
        lambda rng: [Case("five seeds", (rng.normal(1.0, 0.1, 5),))],
        observe=lambda answer, case: answer(*case.inputs),
        threshold=0.9,
    )
    assert verdict_of(toy, lambda rewards: rewards).status == "passed"
    assert verdict_of(toy, lambda rewards: rewards * 0).cause.name == "learns_too_little"
    assert verdict_of(toy, lambda rewards: rewards - [0, 0, 0, 9, 9]).cause.name == (
        "learns_sometimes"
    )
    assert verdict_of(toy, lambda rewards: rewards * np.nan).cause.name == "learning_diverged"
    assert verdict_of(toy, lambda rewards: None).cause.name == "forgot_return"


def test_hidden_check_uses_other_cases():
    seen = []

    def note(x):
        seen.append(tuple(x))
        return x * 2

    toy = exercise(lambda x: x * 2, lists)
    examine(toy, note)
    visible = set(seen)
    seen.clear()
    examine(toy, note, HIDDEN_SEEDS)
    assert visible.isdisjoint(seen) and len(seen) > len(visible)


# Diagnosis: known mistakes first


def test_known_mistake_is_told_by_its_behaviour():
    mistakes = (
        Mistake("counted", lambda v: v.sum(axis=0), "You counted and did not divide."),
        Mistake("rows", lambda v: v.sum(axis=1), "You went along the rows."),
    )
    toy = exercise(popularity, matrices, mistakes=mistakes)
    assert verdict_of(toy, lambda v: np.einsum("ij->j", v)).cause.name == "counted"
    assert verdict_of(toy, lambda v: np.einsum("ij->i", v)).cause.name == "rows"


def lines(rng) -> list[Case]:
    return [Case(f"{n} numbers", (rng.uniform(1, 9, n),)) for n in (3, 4, 5, 6, 7, 8)]


def test_a_mistake_that_agrees_in_most_cases_is_said_to_look_like_it():
    """It fails in the learner's two cases and in one more."""
    mistakes = (
        Mistake("any_other", lambda x: x[1:].sum(), "You leave the first one out."),
        Mistake("long_only", lambda x: x.sum() * (len(x) < 6), "Long ones count for nothing."),
    )
    toy = exercise(lambda x: x.sum(), lines, mistakes=mistakes)
    half = verdict_of(toy, lambda x: x.sum() * (len(x) < 7))
    assert half.cause.name == "long_only"
    assert half.cause.because.startswith("It looks like this slip")
    assert "5 of 6 cases" in half.cause.because


def test_a_mistake_that_passing_cases_refute_is_not_named():
    mistakes = (Mistake("doubled", lambda x: x.sum() * 2, "You doubled it."),)
    toy = exercise(lambda x: x.sum(), lines, mistakes=mistakes)
    some = verdict_of(toy, lambda x: x.sum() * (1 + (len(x) > 7)))
    assert some.cause.name == "few_cases_only"


def test_a_mistake_that_further_cases_refute_is_no_fact():
    """Told apart by cases that the check tries besides."""
    mistakes = (Mistake("none", lambda x: 0.0, "You return 0."),)
    toy = exercise(lambda x: x.sum(), lines, mistakes=mistakes)
    seen = {case.inputs[0].tobytes() for case in lines(np.random.default_rng(0))}
    by_heart = verdict_of(toy, lambda x: 0.0 if x.tobytes() in seen else 1.0)
    assert "looks like" in by_heart.cause.because


def test_mistakes_that_fit_equally_are_both_named():
    mistakes = (
        Mistake("twice", lambda x: x.sum() * 2, "You count all twice."),
        Mistake("added", lambda x: x.sum() + x.sum(), "You add the sum to itself."),
    )
    toy = exercise(lambda x: x.sum(), lines, mistakes=mistakes)
    cause = verdict_of(toy, lambda x: 2 * sum(x)).cause
    assert "count all twice" in cause.because and "add the sum" in cause.because


def test_mistakes_that_raise_are_told_apart_by_their_error():
    mistakes = (
        Mistake("out_of_range", lambda v: v[:, 99], "Past the end."),
        Mistake("missing", lambda v: {}["a"], "No such key."),
    )
    toy = exercise(popularity, matrices, mistakes=mistakes)
    assert verdict_of(toy, lambda v: v[:, 99] * 2).cause.name == "out_of_range"
    assert verdict_of(toy, lambda v: {}["a"]).cause.name == "missing"
    assert verdict_of(toy, lambda v: v[0, 1, 2]).cause.name == "too_many_indices"


def test_detect_comes_before_behaviour_and_may_fail():
    def explodes(trials):
        raise TypeError("written for arrays")

    mistakes = (
        Mistake("broken", lambda v: 0, "Never.", detect=explodes),
        Mistake("same", lambda v: v.sum(axis=0), "By behaviour."),
        Mistake("too_large", None, "Over one.", detect=lambda ts: ts[0].returned.max() > 1),
    )
    toy = exercise(popularity, matrices, mistakes=mistakes)
    assert verdict_of(toy, lambda v: v.sum(axis=0)).cause.name == "too_large"


def test_a_mistake_with_its_effects_is_not_one_without():
    def in_place(x):
        x *= 2
        return x

    mistakes = (Mistake("doubled", lambda x: x * 2 + 0, "Doubled."),)
    toy = exercise(lambda x: x * 3, lists, mistakes=mistakes)
    assert verdict_of(toy, lambda x: x + x).cause.name == "doubled"
    assert verdict_of(toy, in_place).cause.name != "doubled"


def test_parameters_in_another_order_are_told_before_anything():
    def power(base, exponent):
        return base**exponent

    toy = exercise(power, lambda rng: [Case("two and three", (2, 3))])
    verdict = verdict_of(toy, lambda exponent, base: base**exponent)
    assert verdict.cause.name == "parameters_in_another_order"
    assert "(base, exponent)" in verdict.cause.because


def test_another_result_on_each_call_is_noticed():
    kept = []

    def keeps(x):
        kept.append(1)
        return x + len(kept)

    mistakes = (Mistake("plus_one", lambda x: x + 1, "One too many."),)
    toy = exercise(lambda x: x, lists, mistakes=mistakes)
    assert verdict_of(toy, keeps).cause.name == "another_result_each_time"
    assert verdict_of(toy, lambda x: x + 1).cause.name == "plus_one"


def test_what_explains_every_value_comes_before_a_property():
    whole = Property("shares sum to one", lambda r, *_: np.isclose(np.sum(r), 1), "Divide.")
    toy = exercise(popularity, matrices, properties=(whole,))
    assert verdict_of(toy, lambda v: 100 * popularity(v)).cause.name == "constant_factor"
    assert verdict_of(toy, lambda v: v[0] * 0.3).cause.name == "shares sum to one"


def test_a_property_broken_elsewhere_names_its_case_and_no_cause():
    short = Property("long ones are positive", lambda r, x: len(x) < 6 or np.min(r) >= 0, "Look.")
    toy = exercise(lambda x: x, lists, properties=(short,))
    verdict = verdict_of(toy, lambda x: np.sin(9 * x) - 1)
    assert verdict.trial.case.label == "4 numbers"
    assert "“6 numbers”, it does not hold that long ones are positive" in verdict.cause.because
    assert "Look." not in verdict.cause.because


def test_properties_see_tensors_as_arrays():
    rows = Property("rows sum to one", lambda r, *_: np.allclose(np.sum(r, 1), 1), "Divide.")
    toy = exercise(lambda v: v / v.sum(axis=1, keepdims=True), matrices, properties=(rows,))

    def in_torch(v):
        v = torch.as_tensor(v, dtype=torch.float64)
        return v / v.sum(dim=1, keepdim=True)

    assert verdict_of(toy, in_torch).status == "passed"


# Diagnosis: causes that need no bank.  Each line: the right answer, the cases, a wrong one, why.


def same(x):
    return x


def rows_normalised(x):
    return x / x.sum(axis=1, keepdims=True)


def order(x):
    return np.argsort(-x)


def similarity(x):
    return x.T @ x


def halves(x):
    return x / 2 + 0.3


def first_row_only(x):
    for row in x:
        return row / row.sum()


def last_row_only(x):
    for row in x:
        result = row / row.sum()
    return result


def return_inside_loop(x):
    result = np.zeros_like(x)
    for i in range(len(x)):
        result[i] = x[i] / x[i].sum()
        return result


def but(place):
    """The right answer, but for one place."""

    def nearly(x):
        result = rows_normalised(x)
        place(result)[:] = [[9.0]]
        place(result)[0, 0] = 8.0
        return result

    return nearly


def never_written(x):
    result = np.zeros_like(x)
    for row in result:
        row = row + 1
    return result


def prints(x):
    print(x.sum())


def sometimes_returns(x):
    if len(x) > 4:
        return x.sum()


def changes(x):
    x += 1
    return x - 1 + x.sum() * 0


def sorts_in_place(x):
    x.sort()


def sorts_a_copy(x):
    x = np.sort(x)


def above_one(x):
    return x > 1.0


def at_least(x, limit):
    return x >= limit


def limits(rng):
    return [Case("whole numbers", (np.array([1, 2, 3, 2]), 2)), Case("5", (np.arange(9), 5))]


def with_zeros(rng):
    views = rng.uniform(0.5, 2.0, (4, 3))
    views[2] = 0
    return [Case("one row is zero", (views,))]


def smoothed(x):
    totals = x.sum(axis=1, keepdims=True)
    return np.where(totals > 0, x / np.where(totals > 0, totals, 1), 1 / 3)


def ties(rng):
    return [Case("ties", (np.array([3.0, 1.0, 3.0, 2.0, 2.0]),))]


def words_sorted(x):
    return sorted(x)


def centred(x):
    return x - x.mean(axis=1, keepdims=True)


def with_sums(x):
    return np.column_stack([x, x.sum(axis=1)])


def large_only(x):
    return np.where(x > 2, x, np.nan)


def whole(rng) -> list[Case]:
    return [Case(f"{n} counts", (rng.integers(0, 5, n),)) for n in (5, 8)]


def lengths(x):
    return {word: len(word) for word in x}


def uses_unset(x):
    if len(x) > 100:
        total = 1
    return total


GENERIC = [
    (popularity, matrices, 3.0, "not_a_function"),
    (popularity, matrices, lambda: 0, "wrong_arguments"),
    (popularity, matrices, lambda views, weights: 0, "wrong_arguments"),
    (popularity, matrices, lambda views: undefined_name, "unknown_name"),  # noqa: F821
    (popularity, matrices, uses_unset, "assigned_in_one_branch_only"),
    (popularity, matrices, lambda views: views[len(views)], "index_past_the_end"),
    (popularity, matrices, lambda views: views[0.5], "index_is_not_a_whole_number"),
    (popularity, matrices, lambda views: {}["x"], "missing_key"),
    (popularity, matrices, lambda views: 1 / 0, "division_by_zero"),
    (popularity, matrices, lambda views: views / views.sum(axis=1), "shapes_do_not_fit"),
    (popularity, matrices, lambda views: 1 if views > 0 else 0, "truth_of_an_array"),
    (popularity, matrices, lambda views: None + 1, "used_none"),
    (popularity, matrices, lambda views: [3].sort().copy(), "used_none"),
    (popularity, matrices, lambda views: views.popular(), "unknown_attribute"),
    (popularity, matrices, lambda views: views(0), "called_a_value"),
    (popularity, matrices, lambda views: views.sum[0], "forgot_to_call"),
    (popularity, matrices, lambda views: [0 for _ in len(views)], "one_value_for_many"),
    (popularity, matrices, lambda views: sys.exit(), "called_exit"),
    (popularity, matrices, lambda views: float(views), "many_values_for_one"),
    (popularity, matrices, lambda views: [1, 2] + 3, "types_do_not_mix"),
    (popularity, matrices, lambda views: torch.ones(2, 3) @ torch.ones(2), "shapes_do_not_fit"),
    (popularity, matrices, lambda views: None, "forgot_return"),
    (popularity, matrices, lambda views: ..., "still_a_placeholder"),
    (popularity, matrices, lambda views: views.sum, "returned_a_function"),
    (popularity, matrices, lambda views: (popularity(views),), "one_axis_too_many"),
    (popularity, matrices, lambda views: (popularity(views), views), "wrapped_in_a_tuple"),
    (popularity, matrices, lambda views: str(popularity(views)), "number_as_text"),
    (
        popularity,
        matrices,
        lambda views: dict(enumerate(popularity(views))),
        "dictionary_or_its_values",
    ),
    (popularity, matrices, lambda views: views.sum(axis=1), "recognised"),
    (popularity, matrices, lambda views: views.sum(axis=1) / views.sum(), "along_another_axis"),
    (popularity, matrices, lambda views: views.mean(), "recognised"),
    (popularity, matrices, lambda views: views.sum(axis=0), "recognised"),
    (popularity, matrices, lambda views: popularity(views)[:, None], "one_axis_too_many"),
    (popularity, matrices, lambda views: popularity(views)[1:], "end_left_out"),
    (popularity, matrices, lambda views: popularity(views)[:-1], "end_left_out"),
    (popularity, matrices, lambda views: [*popularity(views), 9.0], "more_follow"),
    (popularity, matrices, lambda views: popularity(views)[::-1], "opposite_order"),
    (popularity, matrices, lambda views: np.sort(popularity(views)), "step_along_an_axis"),
    (popularity, matrices, lambda views: -popularity(views), "sign_flipped"),
    (popularity, matrices, lambda views: 100 * popularity(views), "constant_factor"),
    (popularity, matrices, lambda views: 1 - popularity(views), "complement"),
    (popularity, matrices, lambda views: 1 / popularity(views), "reciprocal"),
    (popularity, matrices, lambda views: views.mean(axis=0) / views.sum(), "size_of_input"),
    (popularity, matrices, lambda views: np.log(popularity(views)), "transform"),
    (popularity, matrices, lambda views: popularity(views) ** 2, "transform"),
    (popularity, matrices, lambda views: popularity(views).round(2), "rounded"),
    (popularity, matrices, lambda views: popularity(views) * 0, "all_zeros"),
    (popularity, matrices, lambda views: popularity(views) * 0 + 0.25, "one_value_everywhere"),
    (popularity, matrices, lambda views: popularity(views) * np.nan, "not_a_number"),
    (popularity, matrices, lambda views: popularity(views) + 1e-3, "constant_offset"),
    (popularity, matrices, lambda views: popularity(views) * 1.7, "constant_factor"),
    (popularity, matrices, lambda views: np.cumsum(popularity(views)), "step_along_an_axis"),
    (popularity, matrices, lambda views: popularity(views + 0.01), "nearly_right"),
    (popularity, matrices, lambda views: np.roll(popularity(views), 1), "shifted_by_one"),
    (rows_normalised, matrices, same, "input_unchanged"),
    (rows_normalised, matrices, lambda x: x / x.sum(axis=0), "recognised"),
    (rows_normalised, matrices, lambda x: x / x.sum(), "step_along_an_axis"),
    (rows_normalised, matrices, lambda x: rows_normalised(x).T, "transposed"),
    (rows_normalised, matrices, lambda x: np.exp(rows_normalised(x)), "transform"),
    (rows_normalised, matrices, lambda x: rows_normalised(x)[::-1], "opposite_order"),
    (rows_normalised, matrices, lambda x: rows_normalised(x).ravel(), "flattened"),
    (rows_normalised, matrices, lambda x: rows_normalised(x).astype(int), "all_zeros"),
    (rows_normalised, matrices, lambda x: 2 * rows_normalised(x), "constant_factor"),
    (rows_normalised, matrices, first_row_only, "only_one_row"),
    (rows_normalised, matrices, last_row_only, "only_one_row"),
    (rows_normalised, matrices, return_inside_loop, "return` inside the loop"),
    (rows_normalised, matrices, never_written, "all_zeros"),
    (rows_normalised, matrices, lambda x: rows_normalised(x).sum(), "another_axis"),
    (rows_normalised, squares, lambda x: rows_normalised(x).T, "transposed"),
    (smoothed, with_zeros, rows_normalised, "not_a_number"),
    (
        smoothed,
        with_zeros,
        lambda x: np.nan_to_num(rows_normalised(x)),
        "where_an_input_is_special",
    ),
    (rows_normalised, matrices, but(lambda r: r[-1:]), "All but the last row are right"),
    (rows_normalised, matrices, but(lambda r: r[:, :1]), "All but the first column are right"),
    (rows_normalised, matrices, but(lambda r: r[:, 1:2]), "Only column 1 is wrong"),
    (
        popularity,
        matrices,
        lambda x: np.append(popularity(x)[:-1], 9),
        "All but the last are right",
    ),
    (similarity, matrices, lambda x: x @ x.T, "recognised"),
    (
        similarity,
        squares,
        lambda x: similarity(x) - np.diag(np.diag(similarity(x))),
        "on_the_diagonal",
    ),
    (similarity, squares, lambda x: np.triu(similarity(x)), "on_the_diagonal"),
    (order, lists, np.argsort, "opposite_order"),
    (order, lists, lambda x: np.argsort(np.argsort(-x)), "ranks_for_positions"),
    (order, lists, lambda x: -np.sort(-x), "values_for_positions"),
    (order, lists, lambda x: order(x) + 1, "constant_offset"),
    (order, lists, lambda x: order(x)[:-1], "end_left_out"),
    (order, ties, lambda x: np.argsort(x)[::-1], "ties_broken_otherwise"),
    (lambda x: np.sort(x), lists, np.argsort, "values_for_positions"),
    (lambda x: x / 2, lists, lambda x: x // 2, "truncated"),
    (halves, lists, lambda x: np.trunc(halves(x)), "truncated"),
    (lambda x: x - 1.0, lists, lambda x: np.maximum(x - 1.0, 0), "cut_off"),
    (lambda x: np.maximum(x - 1.0, 0), lists, lambda x: x - 1.0, "cut_off"),
    (lambda x: x - 1.0, lists, lambda x: np.abs(x - 1.0), "sign_flipped"),
    (np.sum, lists, prints, "printed_not_returned"),
    (np.sum, lists, sometimes_returns, "forgot_return"),
    (np.sum, lists, np.mean, "size_of_input"),
    (np.sum, lists, lambda x: 7.5, "same_for_every_input"),
    (np.sum, lists, lambda x: str(np.sum(x)), "number_as_text"),
    (np.sum, lists, lambda x: 2 * np.sum(x), "constant_factor"),
    (lambda x: x.std(ddof=1), lists, np.std, "recognised"),
    (len, lists, lambda x: len(x) - 1, "constant_offset"),
    (lambda x: x + 0, lists, changes, "changed_input"),
    (sorts_in_place, lists, sorts_a_copy, "input_not_changed"),
    (above_one, lists, lambda x: x <= 1.0, "condition_inverted"),
    (above_one, lists, lambda x: (x > 1.0).astype(int), "truth_values_expected"),
    (above_one, lists, lambda x: x > 1e9, "always_the_same_answer"),
    (at_least, limits, lambda x, limit: x > limit, "where_two_are_equal"),
    (words_sorted, words, lambda x: sorted(x, reverse=True), "order_of_items"),
    (words_sorted, words, lambda x: x, "order_of_items"),
    (words_sorted, words, lambda x: sorted(x)[1:], "ends_left_out"),
    (words_sorted, words, lambda x: x.sort(), "forgot_return"),
    (words_sorted, words, lambda x: sorted(x) * 2, "ends_left_out"),
    (lengths, words, lambda x: {len(word): word for word in x}, "keys_and_values_swapped"),
    (lengths, words, lambda x: [len(word) for word in x], "dictionary"),
    (lengths, words, lambda x: {word: len(word) for word in x[1:]}, "missing_or_extra"),
    (lengths, words, lambda x: {word: len(word) + 1 for word in x}, "constant_offset"),
    (set, words, lambda x: set(x[1:]), "missing_or_extra"),
    (lambda x: x[0].upper(), words, lambda x: x[0], "text_differs_in_case_or_space"),
    (lambda x: x[0] + "\n", words, lambda x: x[0], "text_differs_in_case_or_space"),
    (lambda x: {1: 2.0}, words, lambda x: {"1": 2.0}, "keys_of_another_type"),
    (lambda x: (x.sum(), x), lists, lambda x: x.sum(), "only_a_part"),
    (centred, matrices, lambda x: x - x.mean(axis=1)[:, None, None], "rows_with_every_row"),
    (centred, matrices, lambda x: centred(x)[:1], "only_one_row"),
    (with_sums, matrices, lambda x: (x, x.sum(axis=1)), "parts_not_joined"),
    (with_sums, matrices, lambda x: np.hstack([x, x.sum(axis=1)]), "shapes_do_not_fit"),
    (large_only, lists, lambda x: [v if v > 2 else None for v in x], "no_number_inside"),
    (large_only, lists, lambda x: [v if v > 2 else "nan" for v in x], "no_number_inside"),
    (large_only, lists, lambda x: np.trunc(large_only(x)), "truncated"),
    (np.cumsum, lists, lambda x: np.cumsumm(x), "`cumsum` is there"),
    (np.bincount, whole, lambda x: np.bincount(x - 9), "negative_number_for_a_count"),
    (np.cumsum, lists, lambda x: np.zeros(len(x), int).__iadd__(x), "decimals_into_whole_numbers"),
    (np.sum, lists, lambda x: {"a": 1}["b"], "There is no key 'b'"),
]


@pytest.mark.parametrize(
    ("reference", "cases", "wrong", "cause"),
    GENERIC,
    ids=[f"{number}-{row[3]}" for number, row in enumerate(GENERIC)],
)
def test_wrong_answers_in_no_bank_get_a_likely_cause(reference, cases, wrong, cause):
    verdict = verdict_of(exercise(reference, cases), wrong)
    assert verdict.status == "failed"
    assert cause in verdict.cause.name or cause in verdict.cause.because, verdict.cause


def test_the_item_that_differs_is_shown_of_a_long_list():
    def story(n):
        return [{"page": page, "watched": [4.0, 2.5], "over": page == n} for page in range(n + 1)]

    def late(n):
        return [told | {"over": False} for told in story(n)]

    toy = exercise(story, lambda rng: [Case("three pages", (3,))], names=("pages",))
    text, _ = said(toy, late)
    assert "pages = 3" in text
    assert (
        "Returned  at [3], number 4 of 4: {'page': 3, 'watched': [4.0, 2.5], 'over': False}" in text
    )


class Counter:
    def __init__(self):
        self.seen = 0

    def add(self, n):
        self.seen += n
        return self.seen


class WithoutAdd:
    pass


class WithoutInit:
    def add(self, n):
        self.seen += n
        return self.seen


class WithoutSelf:
    def add(n):
        return n


class WithoutArgument:
    def add(self):
        return 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (WithoutAdd, "WithoutAdd has no `add`"),
        (WithoutInit, "uses its `seen` before it is set"),
        (WithoutSelf, "is `self` its first parameter"),
        (WithoutArgument, "is `self` its first parameter"),
        (Counter(), "hand over the class Counter"),
        (None, "hand over the class Counter"),
    ],
)
def test_classes_that_lack_something_are_told_what(answer, words):
    toy = exercise(
        Counter,
        lambda rng: [Case("three", (3,))],
        observe=lambda answer, case: answer().add(*case.inputs),
    )
    text, _ = said(toy, answer)
    assert "case.inputs" not in text
    assert words in " ".join(text.split())


def test_a_few_cases_say_more_than_the_kind_of_a_result():
    toy = exercise(lambda x: float(np.sum(x)), lambda rng: [*lists(rng), Case("none", ([],))])
    cause = verdict_of(toy, lambda x: np.sum(x) if len(x) else set()).cause
    assert cause.name == "few_cases_only" and "“none”" in cause.because


def test_one_failing_case_among_many_is_pointed_at():
    toy = exercise(lambda x: float(np.median(x)), lists)
    cause = verdict_of(toy, lambda x: 0.123 if len(x) == 6 else np.median(x)).cause
    assert cause.name == "few_cases_only" and "It fails in “6 numbers”: " in cause.because


def test_changes_to_inputs_are_shown():
    def doubles(x):
        x *= 2
        return x.sum() / 2

    text, line = said(exercise(np.sum, lists), doubles)
    assert "is then" in text and "changes its input" in line


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.sets(st.integers(), max_size=3)
    ),
    max_leaves=8,
)
ODDER = ODD | st.sampled_from(
    [
        np.array([]),
        np.zeros((0, 3)),
        np.array([None, "a"]),
        np.array(["a", "b"]),
        np.array(3.0),
        np.array([1 + 2j]),
        np.datetime64("2024-01-01"),
        torch.zeros(2, 0),
        pd.DataFrame(),
        pd.Series(["a"]),
        scipy.sparse.coo_array((3, 3)),
        int,
        print,
        object(),
        range(3),
        10**400,
    ]
)


@settings(deadline=None, max_examples=300)
@given(returned=ODDER, expected=ODDER)
def test_no_answer_breaks_the_check(returned, expected):
    toy = exercise(lambda x: expected, lists)
    out = io.StringIO()
    with redirect_stdout(out):
        try:
            check(toy, lambda x: returned)
        except CheckFailed:
            assert "Likely" in out.getvalue() and "Hint" in out.getvalue()
        else:
            assert "✓" in out.getvalue()


@settings(deadline=None, max_examples=100)
@given(value=ODDER)
def test_a_value_equals_itself(value):
    assert compare(value, value, 1e-6) is None


def test_hostile_objects_do_not_break_the_check():
    class Hostile:
        def __repr__(self):
            raise RuntimeError("no")

        def __eq__(self, other):
            raise RuntimeError("no")

        __hash__ = None

    text, _ = said(exercise(np.sum, lists), lambda x: Hostile())
    assert "Hostile" in text


# In a notebook

NOTEBOOK = """
from mavrs_course.course import Case, Exercise, check

EXERCISE = Exercise(
    id="90.1", title="A toy", minutes=4, difficulty=1, points=2, objective="L90.1",
    reference=lambda x: 2 * x, cases=lambda rng: [Case("three", (3,)), Case("one", (1,))],
    hints=("Add it to itself.",), mistakes=(), others=(),
)


def double(x):
    return x / NOTHING

check(EXERCISE, double)
---
check(EXERCISE, lambda x: 2 * x)
"""


def test_notebook_gets_text_a_record_and_one_line(tmp_path):
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in NOTEBOOK.split("---")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute(
        env=os.environ | {"MAVRS_STATE": str(tmp_path)}, stderr=subprocess.DEVNULL
    )
    text, record, error = notebook.cells[0].outputs
    assert text.name == "stdout" and "in your line 11: return x / NOTHING" in text.text
    assert error.ename == "CheckFailed" and error.evalue.startswith("Exercise 90.1: ")
    assert error.traceback == [f"CheckFailed: {error.evalue}"]
    told = record.data[CHECK_RECORD]
    assert told["case"].splitlines()[1] == "x = 3"
    assert told.pop("returned") in text.text.replace("\n" + " " * 10, "\n")
    assert told.pop("expected") == "6"
    assert (told.pop("case").count("\n"), told.pop("raised")) == (1, "NameError")
    assert record.data == {
        "text/plain": "",
        CHECK_RECORD: {
            "exercise": "90.1",
            "status": "failed",
            "points": 0,
            "max_points": 2,
            "hidden": False,
            "diagnosis": "unknown_name",
            "message": error.evalue.removeprefix("Exercise 90.1: "),
            "hint": "(1 of 1) Add it to itself.",
        },
    }
    text, record = notebook.cells[1].outputs
    assert text.text == "Exercise 90.1 ✓ 2 points.\n"
    assert record.data[CHECK_RECORD]["points"] == 2


def test_importing_the_course_loads_nothing_heavy():
    heavy = "torch", "pandas", "scipy", "matplotlib", "nbformat", "IPython"
    code = f"import sys, mavrs_course.course; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def both_ends(x, k):
    low, high = np.sort(x)[:k], np.sort(x)[-k:]
    return low, high


def test_of_several_results_the_report_names_the_one_that_differs():
    toy = exercise(both_ends, lambda rng: [Case("five", (rng.random(5), 2))])
    text, _ = said(toy, lambda x, k: (np.sort(x)[:k], np.sort(x)[:k]))
    assert "`high`, number 2 of 2: exact 0 of 2" in text


def test_an_error_of_the_check_itself_is_never_what_is_wanted():
    def ragged(answer, case):
        return np.array([answer(*case.inputs), [1.0]])

    toy = exercise(both_ends, lambda rng: [Case("five", (rng.random(5), 2))], observe=ragged)
    with pytest.raises(RuntimeError, match="fails on the case 'five'"):
        verdict_of(toy, both_ends)


def test_items_of_a_result_are_named_where_they_have_names():
    def mean_and_spread(x):
        return x.mean(), [x.min(), x.max()]

    toy = exercise(mean_and_spread, lists, parts=("the mean", "the ends"))
    text, _ = said(toy, lambda x: (x.mean(), [0.0, x.max()]))
    assert "Returned  the mean: " in text and "the ends: [0.0, " in text and "at [1]" not in text
    asked = exercise(mean_and_spread, lists, parts=lambda case: ("mean of " + case.label, "ends"))
    assert "mean of " in said(asked, lambda x: (0.0, [x.min(), x.max()]))[0]
