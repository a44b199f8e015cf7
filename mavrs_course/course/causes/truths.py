"""Causes where True or False came back, and the other was wanted."""

from __future__ import annotations

import numpy as np

from mavrs_course.course.causes.pair import Pair, Pairs


def condition_inverted(pairs: Pairs) -> str | None:
    expected = _together([pair.expected for pair in pairs])
    if len(set(expected)) == 2 and all((pair.got != pair.expected).all() for pair in pairs):
        return "Every answer is the opposite, in every case: the condition is the wrong way round."
    return None


def always_the_same_answer(pairs: Pairs) -> str | None:
    answers = _together([pair.got for pair in pairs])
    if len(answers) > 2 and len(set(answers)) == 1:
        return f"The answer is always {answers[0]}: a test that can't come out otherwise."
    return None


def _together(truths: list[np.ndarray]) -> list[bool]:
    return np.concatenate([np.ravel(truth).astype(bool) for truth in truths]).tolist()


COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal)


def where_two_are_equal(pairs: Pairs) -> str | None:
    """One comparison of two inputs is wanted, and what came back is its neighbour."""
    for name, _ in pairs[0].arrays():
        for other, _ in pairs[0].arrays():
            sides = ("expected", "got")
            if name < other and all(_compared(pairs, name, other, side) for side in sides):
                return f"Only where `{name}` equals `{other}`: < and <=, or > and >=, are mixed up."
    return None


def _compared(pairs: Pairs, name: str, other: str, side: str) -> bool:
    """Whether one and the same comparison of two inputs gives one side of every pair."""
    return any(
        all(_gives(compared, pair, name, other, getattr(pair, side)) for pair in pairs)
        for compared in COMPARISONS
    )


def _gives(compared: np.ufunc, pair: Pair, name: str, other: str, truth: np.ndarray) -> bool:
    arrays = dict(pair.arrays())
    return (
        name in arrays
        and other in arrays
        and np.array_equal(compared(arrays[name], arrays[other]), truth)
    )


TRUTHS = (
    where_two_are_equal,
    condition_inverted,
    always_the_same_answer,
)
