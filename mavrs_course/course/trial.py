"""What happens when an answer meets a case."""

from __future__ import annotations

import copy
import inspect
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import numpy as np

from mavrs_course.course.compare import Difference, compare, kind_of
from mavrs_course.course.exercise import Case, Exercise, Property
from mavrs_course.course.values import as_array, is_plain, settled

VISIBLE_SEEDS, HIDDEN_SEEDS = (0,), (1, 2)


@dataclass(frozen=True)
class Outcome:
    """What a call did: the value it returned or the error it raised, and its inputs after it."""

    value: Any = None
    error: BaseException | None = None
    inputs: tuple = ()
    printed: str = ""


@dataclass(frozen=True)
class Trial:
    """A learner's answer on one case, beside what was expected."""

    case: Case
    outcome: Outcome
    wanted: Outcome
    difference: Difference | None = None
    broken: Property | None = None
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def inputs(self) -> tuple:
        """The inputs as they were before the call."""
        return self.case.inputs

    @property
    def returned(self) -> Any:
        """What the answer returned; None where it raised an error."""
        return self.outcome.value

    @property
    def error(self) -> BaseException | None:
        """What the answer raised, if anything."""
        return self.outcome.error

    @property
    def expected(self) -> Any:
        """What was expected."""
        return self.wanted.value

    @property
    def passed(self) -> bool:
        return self.difference is None and self.broken is None


def cases_of(exercise: Exercise, seeds: Sequence[int]) -> Iterator[Case]:
    """The cases of a check, the same on each call; learning agents are tried on one seed only."""
    for seed in seeds if exercise.threshold is None else seeds[:1]:
        yield from exercise.cases(np.random.default_rng(seed))


def try_case(exercise: Exercise, answer: Any, case: Case) -> Trial:
    """Run the answer and the reference on copies of a case, and compare them."""
    outcome = run(exercise, answer, case)
    wanted = _wanted(exercise, case)
    difference = _difference(exercise, outcome, wanted, case)
    broken = _broken(exercise, outcome, case) if outcome.error is None else None
    return Trial(case, outcome, wanted, difference, broken, input_names(exercise, case))


def run(exercise: Exercise, answer: Any, case: Case) -> Outcome:
    """Call an answer on a copy of the case, and catch all that it does."""
    case = copy.deepcopy(case)
    printed = _Head()
    value = error = None
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = settled(_result(exercise, copy.deepcopy(answer), case))
        except (Exception, SystemExit) as raised:
            error = raised.with_traceback(_beyond(exercise.observe, raised.__traceback__))
    return Outcome(value, error, case.inputs, printed.getvalue())


def _result(exercise: Exercise, answer: Any, case: Case) -> Any:
    if exercise.observe is not None:
        return exercise.observe(answer, case)
    return answer(*case.inputs) if callable(exercise.reference) else answer


def _beyond(observe: Callable | None, trace: TracebackType | None) -> TracebackType | None:
    """The traceback after the frames of the check: what is left happened in the answer."""
    ours = (run.__code__, _result.__code__, getattr(observe, "__code__", None))
    while trace is not None and trace.tb_frame.f_code in ours:
        trace = trace.tb_next
    return trace


def same(exercise: Exercise, one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are the same behaviour: equal errors, or equal values and effects."""
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error) and str(one.error) == str(other.error)
    tolerance = exercise.tolerance or 1e-6
    return (
        (one.value is None) == (other.value is None)
        and compare(one.value, other.value, tolerance) is None
        and _effect(one, other, tolerance) is None
    )


def input_names(exercise: Exercise, case: Case) -> tuple[str, ...]:
    """What the inputs are called, by the exercise or in the reference."""
    try:
        names = tuple(exercise.names or inspect.signature(exercise.reference).parameters)
    except (TypeError, ValueError):
        names = ()
    if len(names) >= len(case.inputs) and (exercise.names or exercise.observe is None):
        return names
    return tuple(f"input {place + 1}" for place in range(len(case.inputs)))


def _wanted(exercise: Exercise, case: Case) -> Outcome:
    if exercise.threshold is not None:
        return Outcome(exercise.threshold, inputs=case.inputs)
    wanted = run(exercise, exercise.reference, case)
    if wanted.error is not None and not isinstance(wanted.error, ValueError):
        raise RuntimeError(
            f"the reference of exercise {exercise.id} fails on the case {case.label!r}"
        ) from wanted.error
    if case.expected is None:
        return wanted
    return Outcome(case.expected, inputs=wanted.inputs)


def _difference(exercise, outcome: Outcome, wanted: Outcome, case: Case) -> Difference | None:
    if outcome.error is not None or wanted.error is not None:
        return _error_difference(outcome, wanted)
    if exercise.threshold is not None:
        return _threshold_difference(outcome.value, exercise.threshold)
    if exercise.tolerance is None:
        forgotten = outcome.value is None and wanted.value is not None
        return compare(None, wanted.value, 0.0) if forgotten else None
    names = input_names(exercise, case)
    effect = _effect(outcome, wanted, exercise.tolerance, names)
    if wanted.value is None and _effect(wanted, Outcome(inputs=case.inputs), exercise.tolerance):
        return effect  # the work is done in place: what is returned besides does not matter
    return compare(outcome.value, wanted.value, exercise.tolerance) or effect


def _error_difference(outcome: Outcome, wanted: Outcome) -> Difference | None:
    if isinstance(wanted.error, ValueError) and isinstance(outcome.error, type(wanted.error)):
        return None
    got, expected = outcome.error or outcome.value, wanted.error or wanted.value
    if outcome.error is None:
        text = f"a result instead of a {type(wanted.error).__name__}"
        return Difference("no error", got, expected, "", text)
    return Difference("error", got, expected, "", f"{type(outcome.error).__name__} was raised")


def _threshold_difference(samples: Any, threshold: float) -> Difference | None:
    numbers = as_array(samples)
    if numbers is None:
        return Difference("type", samples, threshold, "", f"{kind_of(samples)} instead of numbers")
    mean = float(numbers.mean())
    if mean >= threshold:
        return None
    text = f"a mean of {mean:.4g}, where at least {threshold:.4g} is needed"
    return Difference("threshold", samples, threshold, "", text)


def _effect(one: Outcome, other: Outcome, tolerance: float, names=None) -> Difference | None:
    """How the inputs differ after the calls; objects that keep state of their own may change."""
    for place, (left, right) in enumerate(zip(one.inputs, other.inputs, strict=True)):
        if is_plain(left) and is_plain(right) and compare(left, right, tolerance):
            name = names[place] if names else f"input {place + 1}"
            text = f"{name} holds something else after the call"
            return Difference("effect", left, right, name, text)
    return None


def _broken(exercise: Exercise, outcome: Outcome, case: Case) -> Property | None:
    for needed in exercise.properties:
        try:
            holds = needed.holds(_seen(outcome.value), *copy.deepcopy(case.inputs))
        except Exception:
            holds = False
        if not holds:
            return needed
    return None


def _seen(value: Any) -> Any:
    """Tensors, series and the like as arrays, so that properties can treat all alike."""
    foreign = hasattr(value, "__array__") and not isinstance(value, np.ndarray | np.generic)
    array = as_array(value) if foreign else None
    return value if array is None else array


class _Head(io.StringIO):
    """Keeps the first characters that are written to it."""

    most = 400

    def write(self, text: str) -> int:
        return super().write(text[: max(0, self.most - self.tell())])
