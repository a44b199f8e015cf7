"""What happens when an answer meets a case."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from mavrs_course.course.compare import Difference, compare, kind_of
from mavrs_course.course.exercise import Case, Exercise, Property, Trial, TrialOutcome
from mavrs_course.course.sliced import handed_out
from mavrs_course.course.values import as_array, is_plain, settled
from mavrs_course.course.watching import Head, Notes, watched
from mavrs_course.originals import restore

VISIBLE_SEEDS, HIDDEN_SEEDS = (0,), (1, 2)
SLICED_SEEDS = (VISIBLE_SEEDS[-1], HIDDEN_SEEDS[-1])  # one of each, so that both find the same


def cases_of(exercise: Exercise, seeds: Sequence[int]) -> Iterator[Case]:
    """The cases of a check, the same on each call; learning agents are tried on one seed only."""
    learns = exercise.threshold is not None
    for seed in seeds[:1] if learns else seeds:
        for case in exercise.cases(np.random.default_rng(seed)):
            yield replace(case, sliced=seed in SLICED_SEEDS and not learns)


def try_case(exercise: Exercise, answer: Any, case: Case, wanted: Any = None) -> Trial:
    """Run the answer and the reference (or take what it gave) on a case, and compare them."""
    outcome = run(exercise, answer, case)
    names = input_names(exercise, case)
    wanted = wanted or _wanted(exercise, case)
    difference = _difference(exercise, outcome, wanted, case)
    changes = _changes(outcome, wanted, case, names)
    broken = None
    if outcome.error is None and (difference is not None or exercise.tolerance is None):
        broken = _broken(exercise, outcome, case, difference is None)
    parts = result_names(exercise, case)
    return Trial(case, outcome, wanted, difference, broken, names, changes, parts)


def stopped_in(exercise: Exercise, case: Case, error: BaseException) -> Trial:
    """The trial of a case in which a limit or the learner ended the answer."""
    outcome = TrialOutcome(error=error, inputs=case.inputs)
    difference = Difference("stopped", error, None, "", "it was stopped")
    names = input_names(exercise, case)
    return Trial(case, outcome, TrialOutcome(inputs=case.inputs), difference, None, names)


def run(exercise: Exercise, answer: Any, case: Case) -> TrialOutcome:
    """Call an answer on a copy of the case, and catch all that it does.

    What ends a check from outside is not caught: a limit, or the learner's interrupt.
    """
    case = handed_out(case)
    printed, notes = Head(), Notes()
    value = error = unread = None
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = settled(_result(exercise, copy.deepcopy(answer), case, notes))
        except (Exception, SystemExit) as raised:
            error = raised.with_traceback(_beyond(exercise.observe, raised.__traceback__))
            unread = _unread(error, notes)
        finally:
            restore()
    changed = frozenset(notes.changed)
    return TrialOutcome(value, error, case.inputs, printed.getvalue(), changed, unread)


def _result(exercise: Exercise, answer: Any, case: Case, notes: Notes) -> Any:
    if exercise.observe is not None:
        with watched(answer, notes):
            return exercise.observe(answer, case)
    return answer(*case.inputs) if callable(exercise.reference) else answer


def _unread(error: BaseException, notes: Notes) -> tuple[str, Any] | None:
    """What a method returned, where the check's own code failed to read it.

    The answer's own fault are an error that its method raised, a part that it lacks, and
    parameters that do not fit.
    """
    if notes.last is None or notes.raised is error or notes.last[0] == "__init__":
        return None
    if isinstance(error, SystemExit | NotImplementedError):
        return None
    lacks = isinstance(error, AttributeError) and error.obj is not notes.last[1]
    misfit = isinstance(error, TypeError) and re.search(
        r"\(\) (takes|missing|got an unexpected|got multiple)", str(error)
    )
    return None if lacks or misfit else notes.last


def _beyond(observe: Callable | None, trace: TracebackType | None) -> TracebackType | None:
    """The traceback after the frames of the check: what is left happened in the answer."""
    ours = (run.__code__, _result.__code__, getattr(observe, "__code__", None))
    while trace is not None and trace.tb_frame.f_code in ours:
        trace = trace.tb_next
    return trace


def same(exercise: Exercise, one: TrialOutcome, other: TrialOutcome) -> bool:
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
    if exercise.observe is not None and len(names := _unpacked(exercise.observe)) == len(
        case.inputs
    ):
        return names
    return tuple(f"input {place + 1}" for place in range(len(case.inputs)))


def result_names(exercise: Exercise, case: Case) -> tuple[str, ...]:
    """What several results are called by the exercise, or where they are returned.

    One that has no name there is empty; so is the whole where one result is returned.
    """
    if exercise.parts:
        return tuple(exercise.parts(case) if callable(exercise.parts) else exercise.parts)
    source = exercise.observe or exercise.reference
    return _returned(source) if callable(source) else ()


@functools.cache
def _returned(function: Callable) -> tuple[str, ...]:
    last = [node for node in ast.walk(_tree(function)) if isinstance(node, ast.Return)][-1:]
    parts = getattr(last[0].value, "elts", []) if last else []
    if any(isinstance(part, ast.Starred) for part in parts):
        return ()
    return tuple(getattr(part, "id", "") for part in parts)


def _tree(function: Callable) -> ast.AST:
    """A function as a syntax tree; an empty one where there is no source."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


@functools.cache
def _unpacked(observe: Callable) -> tuple[str, ...]:
    """What ``observe`` itself calls the inputs: the names in ``a, b = case.inputs``."""
    for node in ast.walk(_tree(observe)):
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "case.inputs":
            target = node.targets[0]
            parts = target.elts if isinstance(target, ast.Tuple) else []
            if parts and all(isinstance(part, ast.Name) for part in parts):
                return tuple(ast.unparse(part) for part in parts)
    return ()


def _wanted(exercise: Exercise, case: Case) -> TrialOutcome:
    if exercise.threshold is not None:
        return TrialOutcome(exercise.threshold, inputs=case.inputs)
    wanted = run(exercise, exercise.reference, case)
    error = wanted.error
    # A ValueError of the reference is what is wanted; one of the check's own code never is.
    is_wanted = isinstance(error, ValueError) and error.__traceback__ is not None
    if error is not None and not is_wanted:
        raise RuntimeError(
            f"the reference of exercise {exercise.id} fails on the case {case.label!r}"
        ) from error
    if case.expected is None:
        return wanted
    return TrialOutcome(case.expected, inputs=wanted.inputs)


def _difference(
    exercise, outcome: TrialOutcome, wanted: TrialOutcome, case: Case
) -> Difference | None:
    if outcome.error is not None or wanted.error is not None:
        return _error_difference(outcome, wanted)
    if exercise.threshold is not None:
        return _threshold_difference(outcome.value, exercise.threshold)
    names = input_names(exercise, case)
    effect = _effect(outcome, wanted, exercise.tolerance or 1e-6, names)
    effect = effect or _argument(outcome, wanted)
    if exercise.tolerance is None:
        forgotten = outcome.value is None and wanted.value is not None
        return compare(None, wanted.value, 0.0) if forgotten else effect
    if wanted.value is None and _effect(
        wanted, TrialOutcome(inputs=case.inputs), exercise.tolerance
    ):
        return effect  # the work is done in place: what is returned besides does not matter
    return compare(outcome.value, wanted.value, exercise.tolerance) or effect


def _error_difference(outcome: TrialOutcome, wanted: TrialOutcome) -> Difference | None:
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


def _effect(
    one: TrialOutcome, other: TrialOutcome, tolerance: float, names=None
) -> Difference | None:
    """How the inputs differ after the calls; objects that keep state of their own may change."""
    for place, (left, right) in enumerate(zip(one.inputs, other.inputs, strict=True)):
        if is_plain(left) and is_plain(right) and compare(left, right, tolerance):
            name = names[place] if names else f"input {place + 1}"
            text = f"{name} holds something else after the call"
            return Difference("effect", left, right, name, text)
    return None


def _argument(outcome: TrialOutcome, wanted: TrialOutcome) -> Difference | None:
    """An argument that a method changes, where the right answer leaves it as it is."""
    for method, name in sorted(outcome.changed - wanted.changed):
        text = f"`{method}` changes its argument `{name}`"
        return Difference("argument", method, name, "", text)
    return None


def _changes(outcome: TrialOutcome, wanted: TrialOutcome, case: Case, names: Sequence[str]) -> str:
    """A sentence on what is changed and should be left alone; empty where all is well."""
    if argument := _argument(outcome, wanted):
        return f"{argument.text}: work on a copy, and mind +=, x[...] = and other work in place."
    inputs = zip(names, outcome.inputs, wanted.inputs, case.inputs, strict=False)
    for name, after, right, before in inputs:
        if not (is_plain(after) and is_plain(before)) or compare(right, before, 1e-12):
            continue
        if compare(after, before, 1e-12):
            return (
                f"Your code changes its input `{name}`: work on a copy, and mind +=, x[...] = and "
                "methods that work in place."
            )
    return ""


def _broken(exercise: Exercise, outcome: TrialOutcome, case: Case, alone: bool) -> Property | None:
    """The first property that does not hold.

    alone: whether nothing else judges the result, so that one which a property cannot even read
    must not pass.
    """
    for needed in exercise.properties:
        try:
            holds = needed.holds(_seen(outcome.value), *copy.deepcopy(case.inputs))
        except Exception:
            holds = not alone
        if not holds:
            return needed
    return None


def _seen(value: Any) -> Any:
    """Tensors, series and the like as arrays, so that properties can treat all alike."""
    foreign = hasattr(value, "__array__") and not isinstance(value, np.ndarray | np.generic)
    array = as_array(value) if foreign else None
    return value if array is None else array
