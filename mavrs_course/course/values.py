"""Values of many kinds seen as one: lists, tensors, frames and sparse matrices as arrays.

Other libraries are recognised by what their objects can do, so that none is imported here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, KeysView, Mapping, Set, ValuesView
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

NUMBERS = "biufc"
MOST_ITEMS = 1_000_000


def settled(value: Any) -> Any:
    """Generators, ``map`` objects and dictionary views as lists; anything else as it is."""
    if isinstance(value, Iterator | KeysView | ValuesView):
        return list(itertools.islice(value, MOST_ITEMS))
    return value


def as_array(value: Any) -> np.ndarray | None:
    """The value as an array of numbers, or None if it isn't one.

    Accepts numbers, arrays, rectangular lists and tuples, ranges, tensors, sparse matrices,
    series and one-dimensional indexes.
    """
    if is_frame(value) or isinstance(value, str | bytes | Mapping | Set) or is_dataclass(value):
        return None
    if hasattr(value, "detach"):
        value = value.detach().cpu().resolve_conj().resolve_neg()
        value = value.to_dense() if value.is_sparse else value
    elif hasattr(value, "toarray"):
        value = value.toarray()
    elif isinstance(value, list | tuple):
        parts = [as_array(part) for part in value]
        if not parts or any(part is None for part in parts):
            return None
        value = parts
    elif not isinstance(value, bool | int | float | complex | np.ndarray | np.generic | range) and (
        not hasattr(value, "__array__")
    ):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):
        return None
    return array if array.dtype.kind in NUMBERS else None


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
