"""Whether two results agree, and if not, where and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.course.show import brief
from mavrs_course.course.values import (
    DOUBLE,
    as_array,
    columns_of,
    is_frame,
    is_record,
    precision,
    record_fields,
)


@dataclass(frozen=True)
class Difference:
    """The first place where a result differs from what was expected.

    kind: ``type``, ``shape``, ``value``, ``length``, ``keys``, ``items`` or ``text``.
    got, expected: the two parts that differ.  where: the path to them, such as ``["a"][2]``;
    empty for the whole result.  text: the difference in words.
    """

    kind: str
    got: Any
    expected: Any
    where: str
    text: str


def compare(got: Any, expected: Any, tolerance: float, where: str = "") -> Difference | None:
    """Compare a result with what was expected; None if they agree.

    Kinds of sequences are interchangeable: a list, a tensor or a sparse matrix equals the array
    with the same shape and numbers.  ``tolerance`` is relative and absolute, and grows to what
    the type of the numbers can hold; whole numbers must be equal.
    """
    numbers = None if is_frame(expected) or _is_several(expected) else as_array(expected)
    if numbers is not None:
        return _compare_numbers(got, expected, numbers, tolerance, where)
    for is_kind, compare_kind in _KINDS:
        if is_kind(expected):
            return compare_kind(got, expected, tolerance, where)
    same = type(got) is type(expected) and (got is expected or _equal(got, expected))
    return None if same else _type(got, expected, where)


def _is_several(value: Any) -> bool:
    """Whether this is several results, some of them arrays, and no matrix of unlike rows."""
    return isinstance(value, tuple) and any(isinstance(part, list | np.ndarray) for part in value)


def _equal(got: Any, expected: Any) -> bool:
    try:
        return bool(got == expected)
    except Exception:
        return False


def _type(got: Any, expected: Any, where: str) -> Difference:
    return Difference(
        "type", got, expected, where, f"{kind_of(got)} instead of {kind_of(expected)}"
    )


def kind_of(value: Any) -> str:
    """What sort of thing a value is, in words: "an array of shape (3,)", "a dictionary", ..."""
    if value is None:
        return "None"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    names = {"int": "a whole number", "float": "a number", "str": "a text", "dict": "a dictionary"}
    name = type(value).__name__
    if name in names:
        return names[name]
    shape = getattr(value, "shape", None)
    article = "an" if name[0].lower() in "aeiou" else "a"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    return f"{article} {name}" + (f" of shape {tuple(shape)}" if shape else "")


def _compare_numbers(got, expected, numbers, tolerance, where) -> Difference | None:
    found = as_array(got)
    if found is None or (numbers.dtype == bool and not _is_truth(found)):
        empty = isinstance(got, list | tuple) and not got
        return None if empty and numbers.size == 0 else _type(got, expected, where)
    if found.shape != numbers.shape:
        text = f"shape {found.shape} instead of {numbers.shape}"
        return Difference("shape", got, expected, where, text)
    if found.dtype.kind in "biu" and numbers.dtype.kind in "biu":
        close = found == numbers
    else:
        rounding = max(precision(found), precision(numbers))
        tolerance = max(tolerance, rounding) if rounding > DOUBLE else tolerance
        close = np.isclose(found, numbers, rtol=tolerance, atol=tolerance, equal_nan=True)
    if close.all():
        return None
    return Difference("value", got, expected, where, _largest(found, numbers, close))


def _is_truth(found: np.ndarray) -> bool:
    """Whether this is True or False; of a single one, also 1 or 0."""
    return found.dtype == bool or (not found.ndim and found in (0, 1))


def _largest(found: np.ndarray, numbers: np.ndarray, close: np.ndarray) -> str:
    """Exact, approximate, and the largest difference, as in Karpathy's ``cmp``."""
    if not found.ndim:
        return f"{brief(found)} instead of {brief(numbers)}"
    with np.errstate(all="ignore"):
        gap = np.abs(np.asarray(found, complex) - np.asarray(numbers, complex))
    gap = np.where(np.isfinite(gap), gap, np.inf)
    gap[close] = 0.0
    worst = tuple(map(int, np.unravel_index(np.argmax(gap), gap.shape)))
    exact = int(((found == numbers) | ((found != found) & (numbers != numbers))).sum())
    largest = f"largest difference {gap[worst]:.4g}" if np.isfinite(gap[worst]) else "different"
    return (
        f"exact {exact} of {found.size}, approximate {int(close.sum())} of {found.size}, "
        f"{largest} at {list(worst)}: "
        f"{brief(found[worst])} instead of {brief(numbers[worst])}"
    )


def _compare_text(got, expected, tolerance, where) -> Difference | None:
    if not isinstance(got, type(expected)):
        return _type(got, expected, where)
    if got == expected:
        return None
    pairs = enumerate(zip(got, expected, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), min(len(got), len(expected)))
    return Difference("text", got, expected, where, f"they part at character {first}")


def _compare_frame(got, expected, tolerance, where) -> Difference | None:
    if not is_frame(got):
        return _type(got, expected, where)
    return _compare_mapping(columns_of(got), columns_of(expected), tolerance, where)


def _compare_record(got, expected, tolerance, where) -> Difference | None:
    if type(got).__name__ != type(expected).__name__:  # the lesson's own version counts too
        return _type(got, expected, where)
    for name, value in record_fields(expected).items():
        part = getattr(got, name, None)
        if difference := compare(part, value, tolerance, f"{where}.{name}"):
            return difference
    return None


def _compare_mapping(got, expected, tolerance, where) -> Difference | None:
    if not isinstance(got, Mapping):
        return _type(got, expected, where)
    if got.keys() != expected.keys():
        text = _missing_and_extra(got.keys(), expected.keys(), "keys")
        return Difference("keys", got, expected, where, text)
    for key, value in expected.items():
        if difference := compare(got[key], value, tolerance, f"{where}[{key!r}]"):
            return difference
    return None


def _compare_set(got, expected, tolerance, where) -> Difference | None:
    if not isinstance(got, Set):
        return _type(got, expected, where)
    text = _missing_and_extra(got, expected, "items")
    return Difference("items", got, expected, where, text) if got != expected else None


def _missing_and_extra(got, expected, name: str) -> str:
    missing = [item for item in expected if item not in got]
    extra = [item for item in got if item not in expected]
    parts = [f"{name} missing: {brief(missing)}"] * bool(missing)
    parts += [f"{name} too many: {brief(extra)}"] * bool(extra)
    return "; ".join(parts)


def _compare_sequence(got, expected, tolerance, where) -> Difference | None:
    if isinstance(got, str | bytes | Mapping | Set) or not _has_length(got):
        return _type(got, expected, where)
    if len(got) != len(expected):
        text = f"{len(got)} items instead of {len(expected)}"
        return Difference("length", got, expected, where, text)
    for place, (part, value) in enumerate(zip(got, expected, strict=True)):
        if difference := compare(part, value, tolerance, f"{where}[{place}]"):
            if all(isinstance(item, str | bytes) for item in expected):
                text = f"item {place} is {brief(part)} instead of {brief(value)}"
                return Difference("items", list(got), list(expected), where, text)
            return difference
    return None


def _has_length(value: Any) -> bool:
    try:
        return len(value) >= 0
    except TypeError:
        return False


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence | np.ndarray) or type(value).__name__ in ("Series", "Index")


_KINDS = (
    (lambda value: isinstance(value, str | bytes), _compare_text),
    (is_frame, _compare_frame),
    (is_record, _compare_record),
    (lambda value: isinstance(value, Mapping), _compare_mapping),
    (lambda value: isinstance(value, Set), _compare_set),
    (_is_sequence, _compare_sequence),
)
