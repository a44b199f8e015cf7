"""A check ends, keeps to what a cell cannot replace, and hands out the case that failed."""

from __future__ import annotations

import inspect
import io
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from mavrs_course import originals
from mavrs_course.cli import classroom, teacher
from mavrs_course.course import (
    Case,
    CheckFailed,
    Exercise,
    Property,
    check,
    failing,
    grading,
    limits,
)
from mavrs_course.course.checking import examine
from mavrs_course.course.fairness import BY_HEART, LIBRARY, REFERENCE, REPLACED, remarks
from mavrs_course.course.grading.running import GradingLimits
from mavrs_course.course.show import show
from mavrs_course.metrics import coverage


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path / "state"))


def exercise(reference, cases, **options) -> Exercise:
    defaults = dict(
        id="90.2",
        title="A toy",
        minutes=4,
        difficulty=1,
        points=2,
        objective="L90.1",
        hints=("look", "look again"),
        mistakes=(),
        others=(),
    )
    return Exercise(reference=reference, cases=cases, **(defaults | options))


def numbers(rng) -> list[Case]:
    return [Case(f"{n} numbers", (rng.uniform(1, 9, n),)) for n in (3, 5, 7)]


def total(x):
    return float(np.sum(x))


def said(toy: Exercise, answer) -> str:
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(CheckFailed):
        check(toy, answer)
    return " ".join(out.getvalue().split())


# Limits


def turns(x):
    while True:
        x = x + 0


def swallows(x):
    while True:
        try:
            x = x + 0
        except BaseException:
            x = x * 1


def sleeps(x):
    time.sleep(3600)


def long_ones_only(x):
    while len(x) > 4:
        pass
    return total(x)


@pytest.mark.parametrize("answer", [turns, swallows, sleeps, long_ones_only])
def test_a_loop_without_end_is_stopped(answer, monkeypatch):
    monkeypatch.setenv("MAVRS_CHECK_SECONDS", "0.5")
    text = said(exercise(total, numbers), answer)
    assert "It was stopped: the check has 0.5 s in all" in text
    assert "MAVRS_CHECK_SECONDS" in text and "Hint (1 of 2)" in text and "in your line" in text
    assert ("3 numbers" in text) == (answer is not long_ones_only)


def test_it_is_stopped_in_any_thread(monkeypatch):
    monkeypatch.setenv("MAVRS_CHECK_SECONDS", "0.5")
    verdicts = []
    toy = exercise(total, numbers)
    thread = threading.Thread(target=lambda: verdicts.append(examine(toy, turns)))
    thread.start()
    thread.join(60)
    assert verdicts[0].cause.name == "no_end"


def test_a_list_that_grows_is_stopped(monkeypatch):
    monkeypatch.setenv("MAVRS_CHECK_GB", "0.2")

    def grows(x):
        held = []
        while True:
            held.append(np.ones(100_000))

    verdict = examine(exercise(total, numbers), grows)
    assert verdict.cause.name == "too_much_memory" and "0.2 GB" in verdict.cause.because


def test_after_a_limit_the_next_answer_is_tried_as_ever(monkeypatch):
    monkeypatch.setenv("MAVRS_CHECK_SECONDS", "0.5")
    before = set(threading.enumerate())  # those of other tests of this process may go on
    toy = exercise(total, numbers)
    examine(toy, turns)
    assert examine(toy, total).status == "passed"
    time.sleep(0.7)
    assert len(set(threading.enumerate()) - before) < 5


def test_a_watch_that_starts_while_another_raises_starts_all_the_same():
    """What was raised once hit the thread that was just born, and its parent waited for ever."""
    started = 0
    for _ in range(60):
        try:
            with limits.Limits(0.01):
                while True:
                    with limits.Limits(30):
                        started += 1
        except (limits.LimitReached, KeyboardInterrupt):
            continue
    assert started > 0


def test_a_list_that_holds_itself_is_told():
    """Reading it never ended: the check itself failed with a RecursionError."""

    def puts_it_in(x):
        found = []
        found.append(found)
        return found

    text = said(exercise(total, numbers), puts_it_in)
    assert "what is returned holds itself" in text and "Hint (1 of 2)" in text


def test_an_interrupt_ends_in_the_case_and_the_hint():
    def interrupted(x):
        raise KeyboardInterrupt

    text = said(exercise(total, numbers), interrupted)
    assert "3 numbers" in text and "you interrupted it" in text and "Hint" in text


@pytest.mark.parametrize("of", [grading.grade, teacher.grade, classroom.grade])
def test_a_graded_cell_has_as_long_as_a_check_in_the_notebook(of):
    assert inspect.signature(of).parameters["cell_timeout"].default == limits.CHECK_SECONDS
    assert GradingLimits().check > limits.CHECK_SECONDS == limits.seconds_allowed()


# The failing case


def test_the_failing_case_can_be_played_with():
    toy = exercise(lambda votes, k: votes * k, lambda rng: [Case("two", (np.ones(2), 2))])
    said(toy, lambda votes, k: votes)
    case = failing("90.2")
    assert case.label == "two" and list(case.inputs) == ["votes", "k"] and case.k == 2
    np.testing.assert_allclose(case.expected, 2)
    np.testing.assert_allclose(case.returned, 1)
    case.votes[:] = 9
    np.testing.assert_allclose(failing("90.2").votes, 1)
    assert "votes" in dir(case) and "expected: " in repr(case)
    with pytest.raises(AttributeError, match="its inputs are votes, k"):
        _ = case.price
    check(toy, lambda votes, k: votes * k)
    with pytest.raises(LookupError, match="no check of it has failed"):
        failing("90.2")


def test_of_large_and_small_failing_cases_a_small_one_is_shown():
    sizes = 400, 200, 3, 2
    toy = exercise(np.sum, lambda rng: [Case(f"{n}", (rng.random(n),)) for n in sizes])
    assert examine(toy, lambda x: 0.0).trial.case.label == "3"


def test_small_values_are_shown_as_they_are_and_whole():
    assert show([2, True, 7.0, None]) == "[2, True, 7.0, None]"
    page = (np.array([[0.5, 1.0], [0.25, 2.0]]), np.array([1, 0]), "clicked", (3,))
    assert show([page]) == "[(array([[0.5, 1.0], [0.25, 2.0]]), array([1, 0]), 'clicked', (3,))]"
    long = show([page, page])
    assert len(long.splitlines()) == 2 and "…" not in long
    assert show({"a": [True], "b": 1.0}) == "{'a': [True], 'b': 1.0}"


# What counts as the same


@pytest.mark.parametrize(
    "kind",
    [
        lambda x: Fraction(float(x)),
        lambda x: Decimal(float(x)),
        np.float32,
        lambda x: torch.tensor(float(x)),
        lambda x: float(np.float32(x)),
    ],
)
def test_numbers_of_any_kind_are_taken_one_by_one_and_in_lists(kind):
    exact = Property(
        "the sum is kept", lambda r, x: abs(np.sum(np.asarray(r, float)) - 1) < 1e-12, ""
    )
    toy = exercise(lambda x: x / x.sum(), numbers, properties=(exact,))
    assert examine(toy, lambda x: [kind(v) for v in x / x.sum()]).status == "passed"


def test_whole_numbers_must_be_equal_however_large():
    toy = exercise(lambda x: 10_000_000, numbers)
    assert examine(toy, lambda x: 10_000_001).status == "failed"


class Taker:
    """Gives back the sum of what it was given so far."""

    def __init__(self):
        self.sum = 0.0

    def take(self, x):
        self.sum += float(np.sum(x))

    def seen(self):
        return [self.sum]


def play(answer, case):
    (x,) = case.inputs
    taker = answer()
    taker.take(x.copy())
    return [int(value) for value in taker.seen()]


class Changer(Taker):
    def take(self, x):
        super().take(x)
        x *= 2


class Lazy(Taker):
    def seen(self):
        return {int(self.sum): 1}.keys()


class Odd(Taker):
    def seen(self):
        return ["seven"]


def test_an_argument_that_a_method_changes_is_told():
    verdict = examine(exercise(Taker, numbers, observe=play), Changer)
    assert verdict.cause.name == "changed_argument" and "`take`" in verdict.cause.because
    assert "take" not in vars(Lazy) and not hasattr(Taker.take, "__wrapped__")


def test_views_that_a_method_returns_are_taken():
    assert examine(exercise(Taker, numbers, observe=play), Lazy).status == "passed"


def test_what_the_check_cannot_read_is_not_said_to_be_raised():
    text = said(exercise(Taker, numbers, observe=play), Odd)
    assert "raised" not in text and "cannot use what `seen` returned" in text
    assert "x = array" in text, "inputs have the names that the check itself gives them"


def test_a_change_is_told_beside_another_error():
    def sorts_and_errs(x):
        x.sort()
        return -1.0

    text = said(exercise(total, numbers), sorts_and_errs)
    assert "changes its input `x`" in text


# Fairness


def remark_names(toy: Exercise, answer, replaced=()) -> list[str]:
    return [remark.name for remark in remarks(toy, answer, replaced)]


def test_numpy_cannot_be_replaced(capsys):
    genuine, toy = np.allclose, exercise(total, numbers)
    try:
        np.isclose = np.allclose = lambda *args, **kwargs: np.True_
        with pytest.raises(CheckFailed):
            check(toy, lambda x: 0.0)
        np.isclose = lambda *args, **kwargs: np.True_
        check(toy, total)
        assert "`numpy.isclose` had been replaced" in capsys.readouterr().out
    finally:
        originals.restore()
        originals.taken_notes()
    assert np.allclose is genuine


def test_the_librarys_own_function_is_named():
    toy = exercise(total, numbers)

    def leans(x):
        return coverage(x, 3)

    def imports(x):
        from mavrs_course.metrics import coverage as share

        return share(x, 3)

    assert remark_names(toy, coverage) == [LIBRARY]
    assert remark_names(toy, leans) == [LIBRARY]
    assert remark_names(toy, imports) == [LIBRARY]
    assert remark_names(toy, lambda x: sum(x)) == []


def test_a_reference_that_is_fetched_is_named():
    from mavrs_course.course import registry

    def from_the_stack(x):
        return sys._getframe(1).f_locals["exercise"].reference(x)

    fetched = registry.find("13.1").reference
    toy = exercise(total, numbers)
    assert remark_names(toy, fetched) == [REFERENCE]
    assert remark_names(toy, lambda x: registry.find("13.1").reference(x)) == [REFERENCE]
    assert remark_names(toy, from_the_stack) == [REFERENCE]


def test_cases_learned_by_heart_are_named():
    toy = exercise(total, numbers)
    known = {
        case.inputs[0].tobytes(): total(case.inputs[0])
        for seed in (0, 1, 2)
        for case in numbers(np.random.default_rng(seed))
    }
    assert remark_names(toy, lambda x: known[x.tobytes()]) == [BY_HEART]
    assert remark_names(toy, total, ("numpy.sum",)) == [REPLACED]


def test_what_passes_has_passed_on_the_hidden_cases(capsys):
    shown = {case.inputs[0].tobytes() for case in numbers(np.random.default_rng(0))}
    toy = exercise(total, numbers)
    with pytest.raises(CheckFailed):
        check(toy, lambda x: total(x) if x.tobytes() in shown else 0.0)


SORTS = """
import sys
from mavrs_course.course import registry
from mavrs_course.cli import classroom, teacher
from mavrs_course.course import grading, limits
from mavrs_course.course.checking import examine

for number in sys.argv[1:]:
    for exercise in registry.exercises_of(number):
        for answer in (exercise.reference, *exercise.others):
            verdict = examine(exercise, answer)
            if verdict.status != "passed":
                print(exercise.id, verdict.trial.case.label)
"""
ANOTHER_PROCESSOR = "AVX2 FMA3 X86_V3 X86_V4 AVX512F AVX512_SKX AVX512_ICL AVX512_SPR"


def test_right_answers_pass_on_another_processor(monkeypatch):
    """Default sorts order equals otherwise there; those with the most sorting stand for all."""
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", ANOTHER_PROCESSOR)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SORTS, "01", "13", "14", "17"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
