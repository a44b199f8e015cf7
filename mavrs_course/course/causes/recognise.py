"""Say what a result is in terms of the inputs: "the mean of each row of views"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mavrs_course.course.causes.clue import close
from mavrs_course.course.values import as_array

LARGEST_INPUT = 20_000

REDUCTIONS: Mapping[str, Callable[..., Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "largest value": np.max,
    "smallest value": np.min,
    "median": np.median,
    "standard deviation (dividing by n)": np.std,
    "standard deviation (dividing by n - 1)": lambda x, axis: np.std(x, axis=axis, ddof=1),
    "variance (dividing by n)": np.var,
    "variance (dividing by n - 1)": lambda x, axis: np.var(x, axis=axis, ddof=1),
    "product": np.prod,
    "number of values that are not zero": np.count_nonzero,
    "position of the largest value": np.argmax,
    "position of the smallest value": np.argmin,
    "length (Euclidean norm)": lambda x, axis: np.sqrt(np.sum(x * x, axis=axis)),
}
ALONG_AN_AXIS: Mapping[str, Callable[..., np.ndarray]] = {
    "sorted upwards": lambda x, axis: np.sort(x, axis=axis),
    "sorted downwards": lambda x, axis: -np.sort(-x, axis=axis),
    "the positions that sort it upwards": lambda x, axis: np.argsort(x, axis, kind="stable"),
    "the positions that sort it downwards": lambda x, axis: np.argsort(-x, axis, kind="stable"),
    "the ranks, smallest first": lambda x, axis: _ranks(x, axis),
    "the ranks, largest first": lambda x, axis: _ranks(-x, axis),
    "summed up step by step": lambda x, axis: np.cumsum(x, axis=axis),
    "the steps between neighbours": lambda x, axis: np.diff(x, axis=axis),
    "divided by its sum": lambda x, axis: x / x.sum(axis=axis, keepdims=True),
    "divided by its largest value": lambda x, axis: x / x.max(axis=axis, keepdims=True),
    "divided by its length": lambda x, axis: x / np.sqrt((x * x).sum(axis=axis, keepdims=True)),
    "less its mean": lambda x, axis: x - x.mean(axis=axis, keepdims=True),
    "after a softmax": lambda x, axis: _softmax(x, axis),
}
WHOLE: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "unchanged": lambda x: x,
    "transposed": lambda x: x.T,
    "times -1": lambda x: -x,
    "squared": lambda x: x * x,
    "under a square root": np.sqrt,
    "under a logarithm": np.log,
    "exponentiated": np.exp,
    "without its signs": np.abs,
    "as a product with its own transpose, rows with rows": lambda x: x @ x.T,
    "as a product with its own transpose, columns with columns": lambda x: x.T @ x,
}


def recognise(
    got: Sequence[Any], expected: Sequence[Any], inputs: Sequence[Mapping[str, Any]]
) -> str | None:
    """A sentence on what came back, and where it can be told, on what is wanted instead.

    got, expected, inputs: one of each for every case.
    """
    returned = describe(got, inputs)
    if returned is None:
        return None
    wanted = describe(expected, inputs)
    return f"What came back is {returned}" + (f"; wanted is {wanted}." if wanted else ".")


def describe(results: Sequence[Any], inputs: Sequence[Mapping[str, Any]]) -> str | None:
    """Describe results, one a case, as one simple function of the same input in every case.

    None where no function of one input explains all of them, or where there is too little to
    go by (one number alone agrees with something by chance).
    """
    results = [as_array(result) for result in results]
    if any(result is None or result.dtype.kind == "c" for result in results):
        return None
    flat = np.concatenate([np.ravel(result).astype(float) for result in results])
    if len(np.unique(flat)) < 2:
        return None
    for name in inputs[0]:
        arrays = [_array(given.get(name)) for given in inputs]
        if any(array is None for array in arrays):
            continue
        for text, function in _functions(name, arrays[0].ndim):
            if all(_gives(function, a, r) for a, r in zip(arrays, results, strict=True)):
                return text
    return None


def _array(value: Any) -> np.ndarray | None:
    array = as_array(value)
    if array is None or not 1 <= array.ndim <= 3 or array.size > LARGEST_INPUT:
        return None
    return None if array.dtype.kind == "c" else array.astype(float)


def _functions(name: str, ndim: int) -> Iterator[tuple[str, Callable]]:
    for text, function in WHOLE.items():
        yield f"`{name}` {text}", function
    for axis in range(ndim):
        of = axis_name(axis, ndim)
        for text, reduce in REDUCTIONS.items():
            yield f"the {text} of {of}`{name}`", _along(reduce, axis)
    if ndim > 1:
        for text, reduce in REDUCTIONS.items():
            yield f"the {text} of all of `{name}`", _along(reduce, None)
    for axis in range(ndim):
        of = axis_name(axis, ndim)
        for text, function in ALONG_AN_AXIS.items():
            yield f"{of}`{name}` {text}", _along(function, axis)
    yield f"the shape of `{name}`", np.shape


def _along(function: Callable, axis: int | None) -> Callable:
    return lambda x: function(x, axis=axis)


def axis_name(axis: int, ndim: int) -> str:
    """What one goes along, as a prefix: "each row of " for the last axis of a matrix."""
    if ndim == 1:
        return ""
    if ndim == 2:
        return "each column of " if axis == 0 else "each row of "
    return f"axis {axis} of "


def _gives(function: Callable, array: np.ndarray, result: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        try:
            return close(function(array), result)
        except (ValueError, IndexError):
            return False


def _ranks(x: np.ndarray, axis: int) -> np.ndarray:
    return np.argsort(np.argsort(x, axis, kind="stable"), axis, kind="stable")


def _softmax(x: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
