"""Likely causes where the shape is right and the numbers aren't."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.course.causes import places, transforms
from mavrs_course.course.causes.clue import Cause, Clue, Explain, close, first_cause
from mavrs_course.course.causes.pair import Pair, Pairs, enough
from mavrs_course.course.causes.truths import TRUTHS
from mavrs_course.course.values import as_array


def explain_exactly(clues: Sequence[Clue]) -> Cause | None:
    """The likely cause where all numbers are the right ones with one thing done to them."""
    return _explain(_EXACT, clues)


def explain_numbers(clues: Sequence[Clue]) -> Cause | None:
    """The likely cause of a difference in numbers of one shape.

    clues: of all cases, those that are right included, so that a relation is no accident.
    """
    return _explain(_CAUSES, clues)


def _explain(causes: Sequence[Explain], clues: Sequence[Clue]) -> Cause | None:
    arrays = [(as_array(clue.got), as_array(clue.expected)) for clue in clues]
    if any(got is None or right is None or got.shape != right.shape for got, right in arrays):
        return None
    pairs = [Pair(*both, clue.inputs) for both, clue in zip(arrays, clues, strict=True)]
    if any("c" in pair.got.dtype.kind + pair.expected.dtype.kind for pair in pairs):
        return None
    with np.errstate(all="ignore"):
        if all(pair.expected.dtype == bool for pair in pairs):
            return first_cause(TRUTHS, pairs)
        pairs = [Pair(p.got.astype(float), p.expected.astype(float), p.inputs) for p in pairs]
        return first_cause(causes, pairs)


# Not numbers at all


def not_a_number(pairs: Pairs) -> str | None:
    """NaN came back; where it may be right, or goes in, it says nothing about the cause."""
    if any(_odd(pair.expected) or any(_odd(x) for _, x in pair.arrays()) for pair in pairs):
        return None
    if np.isnan(pairs[0].got).any():
        return (
            "There is NaN, and none went in: 0/0, the logarithm of a negative number, the mean of "
            "nothing, or infinity less infinity. Look where it first appears."
        )
    return None


def infinite(pairs: Pairs) -> str | None:
    if any(_odd(pair.expected) or any(_odd(x) for _, x in pair.arrays()) for pair in pairs):
        return None
    if np.isinf(pairs[0].got).any():
        return "There is an infinity: a division by zero, the logarithm of 0, or an exp too large."
    return None


def _odd(numbers: np.ndarray) -> bool:
    return not np.isfinite(numbers).all()


# Nothing happened


def all_zeros(pairs: Pairs) -> str | None:
    if any(pair.got.any() for pair in pairs) or max(pair.got.size for pair in pairs) < 2:
        return None
    return (
        "Everything is still zero: the results are never written back, or to a copy, or lose "
        "their decimals in an array of whole numbers."
    )


def input_unchanged(pairs: Pairs) -> str | None:
    for name, _ in pairs[0].arrays():
        given = [dict(pair.arrays()).get(name) for pair in pairs]
        if any(x is not None and x.size > 1 for x in given) and all(
            x is not None and close(pair.got, x) for pair, x in zip(pairs, given, strict=True)
        ):
            return f"`{name}` came back as it went in."
    return None


def one_value_everywhere(pairs: Pairs) -> str | None:
    wrong = [pair for pair in pairs if pair.wrong.any()]
    if all(pair.got.size and np.ptp(pair.got) == 0 for pair in pairs) and all(
        pair.got.size > 1 and np.ptp(pair.expected) != 0 for pair in wrong
    ):
        return "Every place holds the same value, in every case, and the right ones differ."
    return None


def same_for_every_input(pairs: Pairs) -> str | None:
    if len(pairs) > 2 and enough(pairs) and all(close(p.got, pairs[0].got) for p in pairs):
        return "The result is the same whatever the input: it is not used."
    return None


# What explains every number is surer than that some property does not hold.
_EXACT = (
    places.transposed,
    transforms.sign_flipped,
    transforms.complement,
    all_zeros,
    transforms.truncated,
    transforms.rounded,
    transforms.constant_factor,
)
EXACT_CAUSES = {explain.__name__ for explain in _EXACT}
_CAUSES = (
    not_a_number,
    infinite,
    input_unchanged,
    all_zeros,
    one_value_everywhere,
    places.transposed,
    transforms.sign_flipped,
    places.ranks_for_positions,
    places.values_for_positions,
    places.ties_broken_otherwise,
    places.opposite_order,
    transforms.complement,
    transforms.truncated,
    transforms.rounded,
    places.on_the_diagonal,
    places.where_an_input_is_special,
    transforms.cut_off,
    transforms.size_of_input,
    transforms.constant_factor,
    transforms.constant_offset,
    transforms.recognised,
    transforms.transform_missing,
    transforms.step_along_an_axis_missing,
    transforms.reciprocal,
    places.shifted_by_one,
    places.only_one_is_filled_in,
    places.all_but_one_are_right,
    places.another_order,
    same_for_every_input,
    transforms.nearly_right,
)
