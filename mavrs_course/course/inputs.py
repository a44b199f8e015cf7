"""Wrong answers by rule that treat an input otherwise: the reference, given something else.

A wrong answer that takes decimals for whole numbers, loses an axis of length 1, counts NaN as 0,
needs an array in one piece, fails on nothing, or does not look at ``k`` at its ends does what the
reference does wherever no case holds such an input.  Each rule makes one for each parameter that
ever holds what it is about.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from mavrs_course.course.exercise import Exercise
from mavrs_course.course.mutants import Mutant
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, run


@dataclass(frozen=True)
class InputRule:
    """What is done to an argument: ``change(value, others)`` where ``about(value)`` holds.

    promised: whether every text promises such inputs, so that every bank has to hold one.
    handed: whether it is about inputs of a case alone, not about what ``observe`` makes of them.
    """

    text: str
    about: Callable[[Any], bool]
    change: Callable[[Any, list], Any]
    promised: bool = False
    handed: bool = False


def input_mutants(exercise: Exercise, promised: bool = False) -> list[Mutant]:
    """Wrong answers that treat one parameter otherwise.

    promised: those alone that take away what every text promises.
    """
    rules = [rule for rule in RULES if rule.promised or not promised]
    rules = [rule for rule in rules if not (rule.handed and exercise.observe)]
    right = exercise.reference
    if not isinstance(right, FunctionType | type) or exercise.threshold is not None:
        return []
    met = _Met()
    probe = _wrapped(right, met.note)
    for case in cases_of(exercise, (*VISIBLE_SEEDS, *HIDDEN_SEEDS)):
        run(exercise, probe, case)
    return [
        Mutant(f"{place} {rule.text}", _wrapped(right, _changing(place, rule)))
        for place, values in met.places.items()
        for rule in rules
        if any(rule.about(value) for value in values)
    ]


@dataclass
class _Met:
    """The values that each parameter has held, one of each kind."""

    places: dict[str, list] = field(default_factory=dict)

    def note(self, place: str, value: Any, others: list) -> Any:
        values = self.places.setdefault(place, [])
        about = [rule.about(value) for rule in RULES]
        if about not in [[rule.about(old) for rule in RULES] for old in values]:
            values.append(value)
        return value


def _changing(place: str, rule: InputRule) -> Callable:
    def change(at: str, value: Any, others: list) -> Any:
        return rule.change(value, others) if at == place and rule.about(value) else value

    return change


def _wrapped(right: Any, treat: Callable) -> Any:
    """The function, or a subclass, whose arguments go through ``treat(place, value, others)``."""
    if isinstance(right, FunctionType):
        return _treated(right, "", treat)
    own = {
        name: _treated(method, f"{name}.", treat)
        for name, method in _methods(right)
        if name == "__init__" or not name.startswith("_")
    }
    return type(right.__name__, (right,), own | {"__module__": right.__module__})


def _methods(kind: type) -> Iterator[tuple[str, FunctionType]]:
    for name, method in vars(kind).items():
        if isinstance(method, FunctionType):
            yield name, method


def _treated(function: FunctionType, before: str, treat: Callable) -> Callable:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def answer(*inputs: Any, **named: Any) -> Any:
        given = signature.bind(*inputs, **named)
        for name, value in given.arguments.items():
            others = [other for other in given.arguments.values() if other is not value]
            given.arguments[name] = treat(f"{before}{name}", value, others)
        return function(*given.args, **given.kwargs)

    return answer


# The rules


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def _is_several_numbers(value: Any) -> bool:
    return _is_array(value) and value.size > 1


def _is_decimal(value: Any) -> bool:
    return _is_array(value) and value.dtype.kind == "f"


def _has_nan(value: Any) -> bool:
    return _is_decimal(value) and bool(np.isnan(value).any())


def _is_count(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_several(value: Any) -> bool:
    return isinstance(value, np.ndarray | list | tuple | dict | set | str)


def _of_one(x: np.ndarray, others: list) -> Any:
    if 1 in x.shape:
        raise IndexError("an axis of length 1 is gone")
    return x


def _of_none(x: Any, others: list) -> Any:
    if np.size(x) == 0 if _is_array(x) else not len(x):
        raise ValueError("there is nothing to take the largest of")
    return x


def _beyond(k: int, others: list) -> int:
    if k > max((n for x in others if _is_array(x) for n in x.shape), default=k):
        raise IndexError("there are not so many")
    return k


def _in_one_piece(x: np.ndarray, others: list) -> np.ndarray:
    if not x.flags.forc:
        raise ValueError("the array is not contiguous")
    return x


def _spoilt(x: np.ndarray, others: list) -> np.ndarray:
    kept = x.copy()
    x[...] = 0
    return kept


RULES = (
    InputRule("as whole numbers", _is_decimal, lambda x, others: np.trunc(x), promised=True),
    InputRule("with NaN as 0", _has_nan, lambda x, others: np.nan_to_num(x, posinf=np.inf,
              neginf=-np.inf), promised=True),
    InputRule("without axes of length 1", _is_array, _of_one, promised=True),
    InputRule("that lies in one piece", _is_several_numbers, _in_one_piece, promised=True,
              handed=True),
    InputRule("is written over", _is_array, _spoilt, promised=True),
    InputRule("that may not be empty", _is_several, _of_none),
    InputRule("of at least 1", _is_count, lambda k, others: max(k, 1)),
    InputRule("of no more than there are", _is_count, _beyond),
)  # fmt: skip
