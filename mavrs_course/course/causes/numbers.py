"""Likely causes where the shape is right and the numbers aren't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.course.causes.clue import Cause, Clue, close, first_cause
from mavrs_course.course.causes.recognise import ALONG_AN_AXIS, axis_name, recognise
from mavrs_course.course.values import as_array


@dataclass(frozen=True)
class Pair:
    """Numbers that came back, beside those expected, of one shape."""

    got: np.ndarray
    expected: np.ndarray
    inputs: Mapping[str, Any]

    @property
    def wrong(self) -> np.ndarray:
        return ~np.isclose(self.got, self.expected, rtol=1e-6, atol=1e-9, equal_nan=True)

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """The inputs that are numbers, by name."""
        for name, value in self.inputs.items():
            array = as_array(value)
            if array is not None and array.dtype.kind != "c":
                yield name, array.astype(float)


Pairs = Sequence[Pair]


def explain_numbers(clues: Sequence[Clue]) -> Cause | None:
    """The likely cause of a difference in numbers of one shape.

    A relation must hold in every failing case, so that it is no accident.
    """
    pairs = [
        Pair(*(np.asarray(as_array(value)) for value in (clue.got, clue.expected)), clue.inputs)
        for clue in clues
    ]
    pairs = [pair for pair in pairs if pair.got.ndim == pairs[0].got.ndim]
    if any("c" in pair.got.dtype.kind + pair.expected.dtype.kind for pair in pairs):
        return None
    with np.errstate(all="ignore"):
        if all(pair.expected.dtype == bool for pair in pairs):
            return first_cause(_TRUTHS, pairs)
        pairs = [Pair(p.got.astype(float), p.expected.astype(float), p.inputs) for p in pairs]
        return first_cause(_CAUSES, pairs)


def _all(pairs: Pairs, relation: Callable[[np.ndarray, np.ndarray], bool]) -> bool:
    return all(relation(pair.got, pair.expected) for pair in pairs)


def _varied(arrays: Sequence[np.ndarray]) -> bool:
    """Whether there are at least two different numbers to go by."""
    return len(np.unique(np.round(np.concatenate([np.ravel(a) for a in arrays]), 9))) > 1


def _enough(pairs: Pairs) -> bool:
    return _varied([pair.expected for pair in pairs])


# Not numbers at all


def not_a_number(pairs: Pairs) -> str | None:
    got, expected = pairs[0].got, pairs[0].expected
    if (np.isnan(got) & ~np.isnan(expected)).any():
        return (
            "There is NaN: 0/0, the logarithm of a negative number, or the mean of nothing. "
            "Treat the case of a zero count or an empty row before dividing."
        )
    return None


def infinite(pairs: Pairs) -> str | None:
    got, expected = pairs[0].got, pairs[0].expected
    if (np.isinf(got) & ~np.isinf(expected)).any():
        return "There is an infinity: a division by zero, the logarithm of 0, or an exp too large."
    return None


# Nothing happened


def all_zeros(pairs: Pairs) -> str | None:
    if _all(pairs, lambda got, expected: got.size > 1 and not got.any() and expected.any()):
        return "Everything is still zero: the results are never written back, or to a copy."
    return None


def input_unchanged(pairs: Pairs) -> str | None:
    for name, _ in pairs[0].arrays():
        given = [dict(pair.arrays()).get(name) for pair in pairs]
        if all(
            x is not None and x.size > 1 and close(pair.got, x)
            for pair, x in zip(pairs, given, strict=True)
        ):
            return f"`{name}` came back as it went in."
    return None


def one_value_everywhere(pairs: Pairs) -> str | None:
    if _all(
        pairs,
        lambda got, expected: got.size > 1 and np.ptp(got) == 0 and np.ptp(expected) != 0,
    ):
        return "Every place holds the same value: what should tell the places apart is not used."
    return None


def same_for_every_input(pairs: Pairs) -> str | None:
    if len(pairs) > 2 and _enough(pairs) and all(close(p.got, pairs[0].got) for p in pairs):
        return "The result is the same whatever the input: it is not used."
    return None


# The right numbers, elsewhere


def transposed(pairs: Pairs) -> str | None:
    if _all(pairs, lambda got, expected: got.ndim > 1 and close(got.T, expected)):
        return "The result is transposed: rows are where columns should be (.T)."
    return None


def opposite_order(pairs: Pairs) -> str | None:
    for axis in range(pairs[0].got.ndim):
        if _all(pairs, lambda got, expected, axis=axis: close(np.flip(got, axis), expected)):
            return "The right numbers in the opposite order: ascending where descending is wanted?"
    return None


def shifted_by_one(pairs: Pairs) -> str | None:
    def later(got, expected):
        if got.ndim == 0 or len(got) < 2:
            return False
        pushed = len(got) > 3 and np.ptp(expected) > 0 and close(got[1:], expected[:-1])
        return pushed or close(got, np.roll(expected, 1, axis=0))

    if not any(pair.got.size > 2 for pair in pairs):
        return None
    if _all(pairs, later):
        return "Every value stands one place too late: an index is off by one."
    if _all(pairs, lambda got, expected: later(expected, got)):
        return "Every value stands one place too early: an index is off by one."
    return None


def ranks_for_positions(pairs: Pairs) -> str | None:
    def inverse(got, expected):
        order = np.arange(expected.size)
        if got.ndim != 1 or got.size < 3 or not np.array_equal(np.sort(got), order):
            return False
        return np.array_equal(np.sort(expected), order) and close(np.argsort(got), expected)

    if _all(pairs, inverse):
        return (
            "Ranks and positions are mixed up: argsort tells which comes first, and argsort of "
            "that tells which rank each has."
        )
    return None


def ties_broken_otherwise(pairs: Pairs) -> str | None:
    if any(_values_at(pair.expected, pair) == [] for pair in pairs):
        return None
    names = [{name for name, _ in _values_at(pair.expected, pair)} for pair in pairs]
    for name in set.intersection(*names):
        if all(
            close(*(dict(_values_at(v, pair)).get(name) for v in (pair.got, pair.expected)))
            for pair in pairs
        ):
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
        return got.size > 2 and close(np.sort(got, axis=None), np.sort(expected, axis=None))

    if not _all(pairs, permuted):
        return None
    if _all(pairs, lambda got, expected: got.ndim == 2 and _same_rows(got, expected)):
        return "The right rows in another order: look at what the rows are sorted by."
    return "The right numbers in other places: look at the order, or at which axis is which."


def _same_rows(got: np.ndarray, expected: np.ndarray) -> bool:
    return close(*(np.array(sorted(map(tuple, x))) for x in (got, expected)))


# The right numbers, transformed


def sign_flipped(pairs: Pairs) -> str | None:
    if _all(pairs, lambda got, expected: close(-got, expected)):
        return "Every sign is flipped: something is subtracted the wrong way round."
    if _all(pairs, lambda got, expected: close(np.abs(got), np.abs(expected))):
        return (
            "The sizes are right and some signs aren't: a minus, or an abs() too many or too few."
        )
    return None


def complement(pairs: Pairs) -> str | None:
    if _enough(pairs) and _all(pairs, lambda got, expected: close(1.0 - got, expected)):
        return "Each value is one minus the right one: the opposite event, or 1 - x."
    return None


def reciprocal(pairs: Pairs) -> str | None:
    if _enough(pairs) and _all(pairs, lambda got, expected: close(1.0 / got, expected)):
        return "Each value is one over the right one: a division is upside down."
    return None


def truncated(pairs: Pairs) -> str | None:
    def whole(got, expected):
        return (got == np.floor(got)).all() and not (expected == np.floor(expected)).all()

    if _all(pairs, whole) and _all(pairs, lambda got, e: bool((np.abs(got - e) < 1.0).all())):
        return (
            "The decimals are lost: // instead of /, int(), rounding, or an array of integers "
            "that results are written into."
        )
    return None


def rounded(pairs: Pairs) -> str | None:
    for digits in (1, 2, 3, 4):
        if _all(pairs, lambda got, e, digits=digits: close(got, np.round(e, digits))):
            return f"The values are rounded to {digits} digits: leave rounding to the display."
    return None


def cut_off(pairs: Pairs) -> str | None:
    clips: Mapping[str, Callable] = {
        "negative values are set to 0": lambda x: np.maximum(x, 0.0),
        "values above 1 are set to 1": lambda x: np.minimum(x, 1.0),
        "values are kept between 0 and 1": lambda x: np.clip(x, 0.0, 1.0),
    }
    for text, clip in clips.items():
        if _all(pairs, lambda got, expected, clip=clip: close(got, clip(expected))):
            return f"In your result {text}, and they should not be."
        if _all(pairs, lambda got, expected, clip=clip: close(clip(got), expected)):
            return f"In the right result {text}; yours lets them through."
    return None


def size_of_input(pairs: Pairs) -> str | None:
    """Off by a factor or a term that is the length of an input."""
    if not all((pair.expected != 0).any() for pair in pairs):
        return None
    for name, x in pairs[0].arrays():
        for axis in range(x.ndim):
            lengths = [_length(pair, name, axis) for pair in pairs]
            if any(length is None or length < 2 for length in lengths):
                continue
            if all(close(p.got / n, p.expected) for p, n in zip(pairs, lengths, strict=True)):
                return (
                    f"Each value is {lengths[0]} times too large, the length of `{name}` along "
                    f"axis {axis}: a sum that should be a mean?"
                )
            if all(close(p.got * n, p.expected) for p, n in zip(pairs, lengths, strict=True)):
                return (
                    f"Each value is {lengths[0]} times too small, the length of `{name}` along "
                    f"axis {axis}: a mean that should be a sum?"
                )
    return None


def _length(pair: Pair, name: str, axis: int) -> int | None:
    x = dict(pair.arrays()).get(name)
    return x.shape[axis] if x is not None and x.ndim > axis else None


FACTORS: Mapping[float, str] = {
    2.0: "twice as large as it should be",
    0.5: "half as large as it should be",
    100.0: "100 times too large: a per cent for a fraction?",
    0.01: "100 times too small: a fraction for a per cent?",
    60.0: "60 times too large: seconds for minutes?",
    1 / 60: "60 times too small: hours for minutes, or minutes for seconds?",
    1000.0: "1000 times too large",
    0.001: "1000 times too small",
    float(np.log(2)): "0.693 times the right one: logarithms of another base (log for log2)",
    float(1 / np.log(2)): "1.443 times the right one: logarithms of another base (log2 for log)",
    float(np.log(10)): "2.303 times the right one: logarithms of another base (log for log10)",
    float(1 / np.log(10)): "0.434 times the right one: logarithms of another base (log10 for log)",
}


def constant_factor(pairs: Pairs) -> str | None:
    factor = _common(pairs, lambda got, expected: got[expected != 0] / expected[expected != 0])
    if factor is None or not np.isfinite(factor) or abs(factor) < 1e-9:
        return None
    if not _all(pairs, lambda got, expected: close(got, factor * expected)):
        return None
    for known, text in FACTORS.items():
        if np.isclose(factor, known, rtol=1e-4):
            return f"Each value is {text}."
    if _enough(pairs):
        return f"Each value is {factor:.4g} times the right one: a factor too many or missing."
    return None


def constant_offset(pairs: Pairs) -> str | None:
    offset = _common(pairs, lambda got, expected: got - expected)
    if offset is None or abs(offset) < 1e-9:
        return None
    if np.isclose(abs(offset), 1.0) and _all(pairs, lambda got, e: bool((e == np.floor(e)).all())):
        side = "one too large" if offset > 0 else "one too small"
        return f"Each value is {side}: count from 0 or from 1, and mind where a range ends."
    if _enough(pairs):
        return f"Each value is {offset:+.4g} off: a term too many, or one that is missing."
    return None


def _common(pairs: Pairs, relation: Callable) -> float | None:
    """The one number that a relation gives everywhere, or None."""
    numbers = np.concatenate([np.ravel(relation(pair.got, pair.expected)) for pair in pairs])
    one = numbers.size and np.allclose(numbers, numbers[0], rtol=1e-5, atol=1e-9)
    return float(numbers[0]) if one and np.isfinite(numbers[0]) else None


TRANSFORMS: Mapping[str, Callable] = {
    "a logarithm": np.log,
    "a logarithm of 1 + x": np.log1p,
    "an exponential": np.exp,
    "a square": np.square,
    "a square root": np.sqrt,
    "a sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "a tanh": np.tanh,
}


def transform_missing(pairs: Pairs) -> str | None:
    if not _enough(pairs):
        return None
    for name, transform in TRANSFORMS.items():
        if _all(pairs, lambda got, expected, f=transform: close(f(got), expected)):
            return f"Your values still lack {name}."
        if _all(pairs, lambda got, expected, f=transform: close(got, f(expected))):
            return f"Your values carry {name} that they should not."
    return None


def step_along_an_axis_missing(pairs: Pairs) -> str | None:
    """Normalised, centred, sorted or summed up along an axis, or not."""
    ndim = pairs[0].got.ndim
    if not _enough(pairs):
        return None
    for axis in reversed(range(ndim)):
        of = axis_name(axis, ndim)
        for text, step in ALONG_AN_AXIS.items():
            if text.startswith("the "):
                continue
            if _all(pairs, lambda got, expected, f=step, a=axis: close(f(got, a), expected)):
                return f"One step is missing: {of}your result should be {text}."
            if _all(pairs, lambda got, expected, f=step, a=axis: close(got, f(expected, a))):
                return f"One step too many: {of}your result is {text}."
    return None


def recognised(pairs: Pairs) -> str | None:
    return recognise(*zip(*((pair.got, pair.expected, pair.inputs) for pair in pairs), strict=True))


# Wrong in some places only


def only_the_first_is_right(pairs: Pairs) -> str | None:
    def one_right(got, expected, place, rest):
        if got.ndim == 0 or len(got) < 3:
            return False
        others = got[rest]
        return close(got[place], expected[place]) and (np.ptp(others) == 0)

    if _all(pairs, lambda got, expected: one_right(got, expected, 0, slice(1, None))):
        return "Only the first is filled in: is the `return` inside the loop?"
    if _all(pairs, lambda got, expected: one_right(got, expected, -1, slice(None, -1))):
        return "Only the last is filled in: each turn of the loop overwrites the one before."
    return None


def at_the_ends(pairs: Pairs) -> str | None:
    def only(place):
        def wrong_there_only(pair):
            if pair.got.ndim == 0 or len(pair.got) < 3:
                return False
            rows = pair.wrong.reshape(len(pair.got), -1).any(axis=1)
            return rows.sum() == 1 and rows[place]

        return all(map(wrong_there_only, pairs))

    if only(0):
        return "All but the first are right: look at how the first one starts."
    if only(-1):
        return "All but the last are right: a range may stop one too early."
    return None


def on_the_diagonal(pairs: Pairs) -> str | None:
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
                return f"Only the places where `{name}` {text} are wrong: treat them on their own."
            if all(_wrong_exactly_where(pair, name, test, rows=True) for pair in pairs):
                return f"Only the rows where all of `{name}` {text} are wrong: treat them first."
    return None


def _wrong_exactly_where(pair: Pair, name: str, test: Callable, rows: bool = False) -> bool:
    x = dict(pair.arrays()).get(name)
    if x is None or pair.got.ndim == 0:
        return False
    special, wrong = test(x), pair.wrong
    if rows:
        if x.ndim != 2 or len(x) != len(wrong):
            return False
        special, wrong = special.all(axis=1), wrong.reshape(len(wrong), -1).any(axis=1)
    return special.shape == wrong.shape and not special.all() and np.array_equal(special, wrong)


def nearly_right(pairs: Pairs) -> str | None:
    def near(got, expected):
        return bool((np.abs(got - expected) <= 0.02 * np.abs(expected).max()).all())

    if _enough(pairs) and _all(pairs, near):
        return (
            "The values are close, but not equal: a small constant added, n for n - 1, rounding "
            "on the way, or one step of a loop too many or too few."
        )
    return None


# True or False


def condition_inverted(pairs: Pairs) -> str | None:
    if all((pair.got != pair.expected).all() for pair in pairs) and (
        sum(pair.got.size for pair in pairs) > 1
    ):
        return "Every answer is the opposite: the condition is the wrong way round."
    return None


def always_the_same_answer(pairs: Pairs) -> str | None:
    answers = np.concatenate([np.ravel(pair.got).astype(bool) for pair in pairs])
    if len(answers) > 1 and len(set(answers.tolist())) == 1:
        return f"The answer is always {bool(answers[0])}: a test that can't come out otherwise."
    return None


def where_two_are_equal(pairs: Pairs) -> str | None:
    for name, _ in pairs[0].arrays():
        for other, _ in pairs[0].arrays():
            if name < other and all(_wrong_where_equal(pair, name, other) for pair in pairs):
                return f"Only where `{name}` equals `{other}`: < and <=, or > and >=, are mixed up."
    return None


def _wrong_where_equal(pair: Pair, name: str, other: str) -> bool:
    arrays = dict(pair.arrays())
    try:
        equal = np.broadcast_to(arrays[name] == arrays[other], pair.got.shape)
    except (KeyError, ValueError):
        return False
    return np.array_equal(equal, pair.got != pair.expected)


_CAUSES = (
    not_a_number,
    infinite,
    input_unchanged,
    all_zeros,
    one_value_everywhere,
    transposed,
    sign_flipped,
    ranks_for_positions,
    values_for_positions,
    ties_broken_otherwise,
    opposite_order,
    complement,
    truncated,
    rounded,
    on_the_diagonal,
    only_the_first_is_right,
    at_the_ends,
    where_an_input_is_special,
    cut_off,
    size_of_input,
    constant_factor,
    constant_offset,
    recognised,
    transform_missing,
    step_along_an_axis_missing,
    reciprocal,
    shifted_by_one,
    another_order,
    same_for_every_input,
    nearly_right,
)
_TRUTHS = (
    where_two_are_equal,
    condition_inverted,
    always_the_same_answer,
)
