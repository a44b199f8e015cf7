"""Causes where the right numbers stand in the wrong places, or some places are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mavrs_course.course.causes.clue import close
from mavrs_course.course.causes.pair import Pair, Pairs, enough, holds_for_all, wrong_ones


def transposed(pairs: Pairs) -> str | None:
    if holds_for_all(pairs, lambda got, expected: got.ndim > 1 and close(got.T, expected)):
        return "The result is transposed: rows are where columns should be (.T)."
    return None


def opposite_order(pairs: Pairs) -> str | None:
    for axis in range(pairs[0].got.ndim):
        if holds_for_all(
            pairs, lambda got, expected, axis=axis: close(np.flip(got, axis), expected)
        ):
            if pairs[0].got.ndim == 1 and all(_sorted(pair) for pair in pairs):
                return "The right numbers in the opposite order: sorted the other way round."
            along = f" along axis {axis}" if pairs[0].got.ndim > 1 else ""
            return f"The right numbers in the opposite order{along}."
    return None


def _sorted(pair: Pair) -> bool:
    """Whether the right numbers, or what an input holds at these positions, are sorted."""
    rows = [pair.expected, *(values for _, values in _values_at(pair.expected, pair))]
    return any(_monotone(row) for row in rows)


def _monotone(numbers: np.ndarray) -> bool:
    """Whether each row is sorted, upwards or downwards, and not all are equal."""
    steps = np.diff(numbers, axis=-1)
    return bool(((steps >= 0).all() or (steps <= 0).all()) and (steps != 0).any())


def shifted_by_one(pairs: Pairs) -> str | None:
    def later(got, expected):
        if got.ndim == 0 or len(got) < 2:
            return False
        pushed = len(got) > 3 and np.ptp(expected) > 0 and close(got[1:], expected[:-1])
        return pushed or close(got, np.roll(expected, 1, axis=0))

    pairs = [pair for pair in pairs if pair.got.size > 1 or pair.wrong.any()]
    if not any(pair.got.size > 2 for pair in pairs):
        return None
    if holds_for_all(pairs, later):
        return "Every value stands one place too late: an index is off by one."
    if holds_for_all(pairs, lambda got, expected: later(expected, got)):
        return "Every value stands one place too early: an index is off by one."
    return None


def ranks_for_positions(pairs: Pairs) -> str | None:
    def inverse(got, expected):
        order = np.arange(expected.size)
        if got.ndim != 1 or got.size < 3 or not np.array_equal(np.sort(got), order):
            return False
        return np.array_equal(np.sort(expected), order) and close(np.argsort(got), expected)

    if holds_for_all(pairs, inverse):
        return (
            "Ranks and positions are mixed up: argsort tells which comes first, and argsort of "
            "that tells which rank each has."
        )
    return None


def ties_broken_otherwise(pairs: Pairs) -> str | None:
    """The right order by an input, but for places where it holds equal values."""
    pairs = wrong_ones(pairs)
    names = [{name for name, _ in _values_at(pair.expected, pair)} for pair in pairs]
    for name in sorted(set.intersection(*names)):
        values = [
            [dict(_values_at(places, pair)).get(name) for places in (pair.got, pair.expected)]
            for pair in pairs
        ]
        spreads = [np.ptp(right) for _, right in values]
        is_sorted = all(
            _monotone(right) or not spread
            for (_, right), spread in zip(values, spreads, strict=True)
        )
        if is_sorted and any(spreads) and all(close(*both) for both in values):
            return (
                f"Only ties in `{name}` are ordered otherwise: use a stable sort (kind='stable')."
            )
    return None


def values_for_positions(pairs: Pairs) -> str | None:
    for name, _ in _values_at(pairs[0].expected, pairs[0]):
        if all(close(dict(_values_at(p.expected, p)).get(name), p.got) for p in pairs):
            return f"The values of `{name}` came back, where their positions are wanted (argsort)."
    for name, _ in _values_at(pairs[0].got, pairs[0]):
        if all(close(dict(_values_at(p.got, p)).get(name), p.expected) for p in pairs):
            return f"Positions in `{name}` came back, where the values there are wanted."
    return None


def _values_at(positions: np.ndarray, pair: Pair) -> list[tuple[str, np.ndarray]]:
    """What each input holds at these positions, row by row where both are matrices."""
    if positions.size < 2 or not (positions == np.floor(positions)).all() or positions.min() < 0:
        return []
    places, found = positions.astype(int), []
    for name, x in pair.arrays():
        if x.ndim != places.ndim or x.size < 2 or places.max() >= x.shape[-1]:
            continue
        if x.shape[:-1] == places.shape[:-1]:
            found.append((name, np.take_along_axis(x, places, axis=-1)))
    return found


def another_order(pairs: Pairs) -> str | None:
    def permuted(got, expected):
        return (
            got.size > 2
            and not _are_orders(expected)  # they always hold the right numbers
            and close(np.sort(got, axis=None), np.sort(expected, axis=None))
        )

    pairs = wrong_ones(pairs)
    if not holds_for_all(pairs, permuted):
        return None
    if holds_for_all(pairs, lambda got, expected: got.ndim == 2 and _same_rows(got, expected)):
        return "The right rows in another order: look at what the rows are sorted by."
    return "The right numbers in other places: look at the order, or at which axis is which."


def _are_orders(x: np.ndarray) -> bool:
    """Whether each row has every number from 0 on once."""
    return x.ndim > 0 and bool((np.sort(x, axis=-1) == np.arange(x.shape[-1])).all())


def _same_rows(got: np.ndarray, expected: np.ndarray) -> bool:
    return close(*(np.array(sorted(map(tuple, x))) for x in (got, expected)))


# Wrong in some places only


def only_one_is_filled_in(pairs: Pairs) -> str | None:
    pairs = wrong_ones(pairs)
    if not enough(pairs):
        return None
    for place, name in ((0, "first"), (-1, "last")):
        rows = [_wrong_rows(pair, 0) for pair in pairs]
        if not all(len(wrong) > 1 and not wrong[place] for wrong in rows):
            continue
        if not all(wrong.sum() == len(wrong) - 1 for wrong in rows) or max(map(len, rows)) < 3:
            continue
        if not all(pair.expected[place].any() for pair in pairs):  # a zero is right by chance
            continue
        if all(np.ptp(pair.got[wrong]) == 0 for pair, wrong in zip(pairs, rows, strict=True)):
            why = {"first": "is the `return` inside the loop?", "last": "a loop starts afresh?"}
            return f"Only the {name} is filled in: {why[name]}"
    return None


def all_but_one_are_right(pairs: Pairs) -> str | None:
    pairs = wrong_ones(pairs)
    if len(pairs) < 2:
        return None
    for axis in range(pairs[0].got.ndim):
        rows = [_wrong_rows(pair, axis) for pair in pairs]
        if min(map(len, rows)) < 2 or max(map(len, rows)) < 4:
            continue
        if any(wrong.sum() != 1 for wrong in rows):
            continue
        kind = "" if pairs[0].got.ndim == 1 else (" row", " column")[axis] if axis < 2 else ""
        if all(wrong[0] for wrong in rows):
            return f"All but the first{kind} are right: look at how the first one starts."
        if all(wrong[-1] for wrong in rows):
            return f"All but the last{kind} are right: look at how the last one ends."
        places = {int(np.argmax(wrong)) for wrong in rows}
        if len(places) == 1 and kind:
            return f"Only{kind} {places.pop()} is wrong: what is different there?"
    return None


def _wrong_rows(pair: Pair, axis: int) -> np.ndarray:
    """Which rows, columns, ... hold something wrong."""
    others = tuple(other for other in range(pair.got.ndim) if other != axis)
    return np.atleast_1d(pair.wrong.any(axis=others))


def on_the_diagonal(pairs: Pairs) -> str | None:
    pairs = wrong_ones(pairs)
    if not all(p.got.ndim == 2 and p.got.shape[0] == p.got.shape[1] > 2 for p in pairs):
        return None
    if all(not p.wrong[~np.eye(len(p.got), dtype=bool)].any() for p in pairs):
        return "Only the diagonal is wrong: what should a thing's relation to itself be?"
    for side, cut in (("above", np.triu), ("below", np.tril)):
        if all(not (p.wrong & ~cut(np.ones_like(p.wrong), 0)).any() for p in pairs):
            return f"Only what is {side} the diagonal is wrong: is each pair filled in both ways?"
    return None


def where_an_input_is_special(pairs: Pairs) -> str | None:
    tests: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
        "is 0": lambda x: x == 0,
        "is negative": lambda x: x < 0,
        "is positive": lambda x: x > 0,
        "is NaN": np.isnan,
    }
    for name, _ in pairs[0].arrays():
        for text, test in tests.items():
            if all(_wrong_exactly_where(pair, name, test) for pair in pairs):
                return f"Only the places where `{name}` {text} are wrong, in every case."
            if all(_wrong_exactly_where(pair, name, test, rows=True) for pair in pairs):
                return f"Only the rows where all of `{name}` {text} are wrong, in every case."
    return None


def _wrong_exactly_where(pair: Pair, name: str, test: Callable, rows: bool = False) -> bool:
    x = dict(pair.arrays()).get(name)
    if x is None or pair.got.ndim == 0:
        return False
    special, wrong = test(x), pair.wrong
    if rows:
        if x.ndim != 2 or len(x) != len(wrong):
            return False
        special = np.all(special, axis=1)
        wrong = np.any(wrong.reshape(len(wrong), -1), axis=1)
    return special.shape == wrong.shape and not special.all() and np.array_equal(special, wrong)
