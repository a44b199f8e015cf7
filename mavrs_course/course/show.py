"""Values in a few readable lines, however large they are."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from mavrs_course.course.values import as_array, is_frame, is_record, record_fields, size

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 60
_long = reprlib.Repr()
_long.maxstring = 300
WHOLE, LINE = 60, 82


def brief(value: Any) -> str:
    """A value on one line, at most about 90 characters."""
    text = " ".join(show(value).split())
    return text if len(text) <= 90 else text[:88] + " …"


def show(value: Any) -> str:
    """A value in at most about a dozen lines: arrays with their type, shape and first values."""
    if isinstance(value, np.random.Generator) or type(value).__name__ == "Generator":
        return "a random generator"
    if isinstance(value, bool | int | str | bytes) or value is None:
        return _short.repr(value)
    if isinstance(value, float | np.generic):
        return _number(value)
    if isinstance(value, list | tuple | Mapping) and value and size(value) <= WHOLE:
        return _whole(value)
    if is_frame(value):
        return f"a table of shape {value.shape}:\n{value.head(5).to_string(max_cols=8)}"
    if is_record(value):
        return _parts(type(value).__name__ + "(", record_fields(value), ")", "=")
    if isinstance(value, Mapping):
        return _parts("{", {_short.repr(key): part for key, part in value.items()}, "}", ": ")
    array = as_array(value)
    if array is not None:
        return _array(value, array) if array.ndim else _number(array[()])
    if isinstance(value, list | tuple) and not all(isinstance(part, str) for part in value):
        inside = [brief(part) for part in value[:6]] + ["…"] * (len(value) > 6)
        left, right = "[]" if isinstance(value, list) else "()"
        return left + ", ".join(inside) + right
    if isinstance(value, Set):
        return _short.repr(set(value))
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return _without_address(value)


def _whole(value: Any) -> str:
    """A list, tuple or dictionary that is small enough to show all of it: each item as it is.

    ``True`` is no 1 and 7.0 no 7.  Where one line is too short, every item has its own.
    """
    line = _inline(value)
    if len(line) <= LINE:
        return line
    items = [f"{_short.repr(key)}: {_inline(part)}" for key, part in _items(value)]
    if not isinstance(value, Mapping):
        items = [_inline(part) for part in value]
    left, right = "{}" if isinstance(value, Mapping) else "[]" if type(value) is list else "()"
    return left + ",\n ".join(items) + right


def _items(value: Any) -> Any:
    return value.items() if isinstance(value, Mapping) else ()


def _inline(value: Any) -> str:
    """A value on one line, with all that is in it."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return f"array({_inline(value.tolist())})"
    if type(value) in (list, tuple):
        inside = ", ".join(map(_inline, value))
        comma = "," * (type(value) is tuple and len(value) == 1)
        return f"[{inside}]" if type(value) is list else f"({inside}{comma})"
    if type(value) is dict:
        return "{" + ", ".join(f"{key!r}: {_inline(part)}" for key, part in value.items()) + "}"
    if is_record(value):
        parts = (f"{name}={_inline(part)}" for name, part in record_fields(value).items())
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, str | bytes):
        return _long.repr(value)
    return brief(value)


def _number(value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, float):
        return _short.repr(value)
    short = f"{value:.6g}"
    return short if any(mark in short for mark in ".einf") else short + ".0"


def _array(value: Any, array: np.ndarray) -> str:
    kind = type(value).__name__
    if kind in ("list", "tuple", "range") and array.size <= 8 and array.ndim == 1:
        left, right = "()" if kind == "tuple" else "[]"
        return left + ", ".join(map(_number, array)) + right
    tiny = array.dtype.kind == "f" and not (np.abs(array) > 0.01).any()
    values = np.array2string(
        array,
        precision=4,
        suppress_small=not tiny,
        threshold=WHOLE,
        edgeitems=3,
        max_line_width=76,
        separator=", ",
    )
    break_line = "\n" if "\n" in values else " "
    name = "array" if kind == "ndarray" else kind
    return f"{name} of {array.dtype}, shape {array.shape}:{break_line}{values}"


def _parts(left: str, parts: Mapping[str, Any], right: str, link: str) -> str:
    inside = [f"{name}{link}{brief(part)}" for name, part in list(parts.items())[:6]]
    inside += ["…"] * (len(parts) > 6)
    return left + ", ".join(inside) + right


def _without_address(value: Any) -> str:
    text = _short.repr(value)
    return f"an object of type {type(value).__name__}" if " at 0x" in text else text
