"""Values of many kinds seen as one: lists, tensors, frames and sparse matrices as arrays.

Other libraries are recognised by what their objects can do, so that none is imported here.
"""

from __future__ import annotations

import itertools
from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence, Set, ValuesView
from dataclasses import fields, is_dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

NUMBERS = "biufc"
MOST_ITEMS = 1_000_000
DOUBLE, SINGLE, HALF = 1e-9, 1e-5, 1e-2


def settled(value: Any) -> Any:
    """Generators, ``map`` objects and dictionary views as lists, also inside a list or tuple.

    Raises RecursionError for what holds itself, such as a list that was appended to itself.
    """
    if _holds_itself(value):
        raise RecursionError("what is returned holds itself: a list was put into itself")
    if isinstance(value, _LAZY):
        value = list(itertools.islice(value, MOST_ITEMS))
    if type(value) in (list, tuple) and any(isinstance(part, _LAZY) for part in value):
        return type(value)(settled(part) for part in value)
    return value


_LAZY = Iterator | KeysView | ValuesView | ItemsView


def _holds_itself(value: Any, around: tuple = ()) -> bool:
    if type(value) not in (list, tuple, dict):
        return False
    if any(value is outer for outer in around):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return any(_holds_itself(part, (*around, value)) for part in parts)


def as_array(value: Any) -> np.ndarray | None:
    """The value as an array of numbers, or None if it isn't one.

    Accepts numbers of any kind (fractions and decimals too), arrays, rectangular lists and
    other sequences, tensors, sparse matrices, series, indexes, and tables of numbers.
    """
    if isinstance(value, str | bytes | Mapping | Set | KeysView) or is_dataclass(value):
        return None
    if is_frame(value):
        value = value.to_numpy()
    elif hasattr(value, "detach"):
        value = _of_tensor(value)
    elif hasattr(value, "toarray"):
        value = value.toarray()
    elif isinstance(value, Sequence) and not isinstance(value, range):
        parts = [as_array(part) for part in value]
        if not parts or any(part is None for part in parts):
            return None
        value = parts
    elif not isinstance(value, _NUMBERS) and not hasattr(value, "__array__"):
        return None
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and all(isinstance(part, _EXACT) for part in array.flat):
            array = array.astype(float)
    except (ValueError, TypeError, RuntimeError, OverflowError):
        return None
    return array if array.dtype.kind in NUMBERS else None


_EXACT = Real | Decimal
_NUMBERS = Real | Decimal | complex | np.ndarray | np.generic | range


def _of_tensor(tensor: Any) -> Any:
    tensor = tensor.detach().cpu().resolve_conj().resolve_neg()
    tensor = tensor.to_dense() if tensor.is_sparse else tensor
    return tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor


def precision(value: Any) -> float:
    """To how much numbers of this type can be trusted, relatively: the least of all parts.

    1e-9 for double precision and exact numbers, 1e-5 for single precision, 1e-2 for half.  Plain
    floats that came out of a single-precision array are told by their digits.
    """
    array = as_array(value)
    if array is not None:
        return _of_numbers(array)
    if isinstance(value, Mapping):
        value = value.values()
    elif is_record(value):
        value = record_fields(value).values()
    elif not isinstance(value, list | tuple):
        return DOUBLE
    return max(map(precision, value), default=DOUBLE)


def slack(result: Any) -> float:
    """How far rounding alone may carry a result over a bound: its type's precision, times its size.

    For properties, so that what compares equal also passes them.
    """
    numbers = as_array(result)
    finite = np.zeros(0) if numbers is None else np.abs(numbers[np.isfinite(numbers)])
    return precision(result) * max(1.0, float(finite.max(initial=0.0)))


def _of_numbers(array: np.ndarray) -> float:
    if array.dtype.kind not in "fc":
        return DOUBLE
    if array.dtype.itemsize <= (2 if array.dtype.kind == "f" else 4):
        return HALF
    single = np.complex64 if array.dtype.kind == "c" else np.float32
    if array.dtype == single:
        return SINGLE
    numbers = array[np.isfinite(array)]
    with np.errstate(all="ignore"):
        through = (numbers.astype(single) == numbers).all()
        plain = (numbers * 4096 == np.round(numbers * 4096)).all()
    return SINGLE if through and not plain else DOUBLE


def is_frame(value: Any) -> bool:
    """Whether the value is a table with named columns, such as a pandas DataFrame."""
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def columns_of(frame: Any) -> dict[str, Any]:
    """A frame as a dictionary of lists, with its index where that is more than a count."""
    index = {} if type(frame.index).__name__ == "RangeIndex" else {"index": list(frame.index)}
    return index | {name: frame[name].tolist() for name in frame.columns}


def is_record(value: Any) -> bool:
    """Whether the value is an instance of a dataclass."""
    return is_dataclass(value) and not isinstance(value, type)


def record_fields(record: Any) -> dict[str, Any]:
    """The fields of a dataclass instance, without copying them."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def is_plain(value: Any) -> bool:
    """Whether the value is data through and through, so that a change to it can be seen."""
    if value is None or isinstance(value, str | bytes) or as_array(value) is not None:
        return True
    if isinstance(value, np.ndarray) or is_frame(value):
        return True
    if isinstance(value, Mapping):
        return all(map(is_plain, value.values()))
    if isinstance(value, list | tuple | Set):
        return all(map(is_plain, value))
    return is_record(value) and all(map(is_plain, record_fields(value).values()))


def size(value: Any) -> int:
    """How much there is to read in a value: its numbers, and each text as one."""
    if isinstance(value, Mapping):
        value = list(value.values())
    array = as_array(value)
    if array is not None:
        return array.size
    if isinstance(value, list | tuple):
        return sum(map(size, value)) + 1
    return 1
