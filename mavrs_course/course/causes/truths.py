"""Causes where True or False came back, and the other was wanted."""

from __future__ import annotations

import numpy as np

from mavrs_course.course.causes.pair import Pair, Pairs


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


TRUTHS = (
    where_two_are_equal,
    condition_inverted,
    always_the_same_answer,
)
