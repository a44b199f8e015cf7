"""Likely causes where the numbers came in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from mavrs_course.course.causes.clue import Cause, Clue, close, first_cause
from mavrs_course.course.causes.recognise import recognise
from mavrs_course.course.values import as_array

Shape = tuple[int, ...]
Pairs = Sequence[tuple[np.ndarray, np.ndarray]]


def explain_shape(clues: Sequence[Clue]) -> Cause | None:
    """The likely cause of a difference in shape."""
    if any(as_array(value) is None for clue in clues for value in (clue.got, clue.expected)):
        return None
    wrong = [clue for clue in clues if np.shape(as_array(clue.got)) != _shape(clue.expected)]
    return (
        explain_shape_exactly(clues)
        or first_cause(_SAME_VALUES, _pairs(wrong))
        or first_cause((recognised,), clues)
        or first_cause((along_another_axis,), wrong)
        or first_cause(_OTHER_VALUES, _pairs(wrong))
    )


def _shape(value: Any) -> Shape:
    return np.shape(as_array(value))


def explain_shape_exactly(clues: Sequence[Clue]) -> Cause | None:
    """The likely cause where the right values came in another shape.

    Of cases that are right, those count against it that could not be right by chance.
    """
    pairs = _pairs(clues)
    if any(got is None or expected is None for got, expected in pairs):
        return None
    pairs = [(got, e) for got, e in pairs if not close(got, e) or np.size(e) > 1]
    return first_cause(_EXACT, pairs)


def _pairs(clues: Sequence[Clue]) -> Pairs:
    return [(as_array(clue.got), as_array(clue.expected)) for clue in clues]


def recognised(clues: Sequence[Clue]) -> str | None:
    parts = ((clue.got, clue.expected, clue.inputs) for clue in clues)
    return recognise(*zip(*parts, strict=True))


def along_another_axis(clues: Sequence[Clue]) -> str | None:
    """One value for each row of an input, say, where one for each column is wanted."""
    for name in clues[0].inputs:
        shapes = [
            (np.shape(as_array(clue.inputs[name])), np.shape(clue.got), np.shape(clue.expected))
            for clue in clues
        ]
        for got, wanted in permutations(range(len(shapes[0][0])), 2):
            if all(g == x[got : got + 1] and e == x[wanted : wanted + 1] for x, g, e in shapes):
                return (
                    f"There is one value along axis {got} of `{name}`, where one along axis "
                    f"{wanted} is wanted: look at the axis= of the reduction."
                )
    return None


def _values_are_right(got: np.ndarray, expected: np.ndarray) -> str:
    right = close(got.reshape(expected.shape), expected)
    return "The values are right. " if right else ""


def transposed(pairs: Pairs) -> str | None:
    if all(got.ndim > 1 and got.T.shape == expected.shape for got, expected in pairs):
        if all(close(got.T, expected) for got, expected in pairs):
            return "The result is transposed: rows are where columns should be (.T)."
        return "Rows and columns seem to have changed places."
    return None


def axes_in_another_order(pairs: Pairs) -> str | None:
    if all(got.ndim > 2 and sorted(got.shape) == sorted(expected.shape) for got, expected in pairs):
        return "The axes are there, in another order: np.moveaxis or another subscript order."
    return None


def one_axis_too_many(pairs: Pairs) -> str | None:
    if all(got.ndim > e.ndim and np.squeeze(got).shape == np.squeeze(e).shape for got, e in pairs):
        return _values_are_right(*pairs[0]) + (
            "There is an axis of length 1 too many: drop keepdims or [:, None], or use .squeeze()."
        )
    return None


def one_axis_too_few(pairs: Pairs) -> str | None:
    if all(got.ndim == 0 and expected.shape == (1,) for got, expected in pairs):
        return "A bare number came back, where an array that holds one number is wanted."
    if all(got.ndim < e.ndim and np.squeeze(got).shape == np.squeeze(e).shape for got, e in pairs):
        return _values_are_right(*pairs[0]) + (
            "An axis of length 1 is missing: keepdims=True, or [:, None] or [None, :]."
        )
    return None


def rows_with_every_row(pairs: Pairs) -> str | None:
    def each_with_all(got, expected):
        n = len(expected) if expected.ndim else 0
        return got.shape == (n, *expected.shape) and close(got[range(n), range(n)], expected)

    if all(each_with_all(got, e) for got, e in pairs) and any(len(e) > 1 for _, e in pairs):
        return (
            "Every row is combined with every other row, where each belongs to one alone: x[:, i] "
            "takes all of i for each row. np.take_along_axis(x, i, axis=1) goes row by row."
        )
    return None


def only_one_row(pairs: Pairs) -> str | None:
    one = [(got[0] if got.shape[:1] == (1,) else got, e) for got, e in pairs]
    if not all(e.ndim and len(e) > 1 and got.shape == e.shape[1:] for got, e in one):
        return None
    if all(close(got, expected[0]) for got, expected in one):
        return "Only the first one came back: is the `return` inside the loop?"
    if all(close(got, expected[-1]) for got, expected in one):
        return "Only the last one came back: each turn of the loop overwrites the one before."
    return None


def end_left_out(pairs: Pairs) -> str | None:
    if all(e.ndim and close(got, e[1:]) for got, e in pairs):
        return "The first one is left out: places count from 0."
    if all(e.ndim and close(got, e[:-1]) for got, e in pairs):
        return "The last one is left out: a range stops before its end."
    return None


def more_follow(pairs: Pairs) -> str | None:
    if all(got.ndim == e.ndim > 0 and close(got[: len(e)], e) for got, e in pairs):
        return "The right ones come first, and more follow, in each case that has another length."
    return None


def flattened(pairs: Pairs) -> str | None:
    if all(got.size == expected.size and got.ndim != expected.ndim for got, expected in pairs):
        return _values_are_right(*pairs[0]) + (
            "The number of values fits, their arrangement doesn't: a reshape or a loop level."
        )
    return None


def one_too_few_or_many(pairs: Pairs) -> str | None:
    if not all(got.ndim and e.ndim and got.shape[1:] == e.shape[1:] for got, e in pairs):
        return None
    if all(len(got) == len(e) - 1 for got, e in pairs):
        return "There is one too few, in each case that has another length."
    if all(len(got) == len(e) + 1 for got, e in pairs):
        return "There is one too many, in each case that has another length."
    return None


def reduced_along_another_axis(pairs: Pairs) -> str | None:
    got, expected = pairs[0]
    if got.ndim == 0:
        return f"One number came back, where shape {expected.shape} is wanted: axis= picks an axis."
    if got.ndim == expected.ndim + 1:
        return (
            "There is one axis more than there should be: is a reduction (sum, mean) missing, or "
            "is an index taken for every row where each row has its own?"
        )
    if got.ndim + 1 == expected.ndim:
        return (
            "There is one axis fewer than there should be: did a reduction (sum, mean, argmax) "
            "run over one too many, or an index pick one?"
        )
    return None


def one_axis_of_another_length(pairs: Pairs) -> str | None:
    (got, expected), *_ = pairs
    unlike = [i for i in range(got.ndim) if got.shape[i : i + 1] != expected.shape[i : i + 1]]
    if got.ndim == expected.ndim and len(unlike) == 1:
        axis = unlike[0]
        return (
            f"Axis {axis} has length {got.shape[axis]} where {expected.shape[axis]} is wanted; the "
            "other axes are right."
        )
    return None


def another_shape(pairs: Pairs) -> str | None:
    return "Print the shape after each line, and see where it leaves what you expect."


_EXACT = (
    rows_with_every_row,
    only_one_row,
    end_left_out,
)
# Those that see the right values in the wrong shape come before a look at the inputs.
_SAME_VALUES = (
    more_follow,
    transposed,
    axes_in_another_order,
    one_axis_too_many,
    one_axis_too_few,
)
_OTHER_VALUES = (
    one_too_few_or_many,
    flattened,
    reduced_along_another_axis,
    one_axis_of_another_length,
    another_shape,
)
