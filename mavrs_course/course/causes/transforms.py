"""Causes where each number is the right one with something done to it, or left undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mavrs_course.course.causes.clue import close
from mavrs_course.course.causes.pair import Pair, Pairs, enough, holds_for_all
from mavrs_course.course.causes.recognise import ALONG_AN_AXIS, axis_name, recognise


def sign_flipped(pairs: Pairs) -> str | None:
    if holds_for_all(pairs, lambda got, expected: close(-got, expected)):
        return "Every sign is flipped: something is subtracted the wrong way round."
    if holds_for_all(pairs, lambda got, expected: close(np.abs(got), np.abs(expected))):
        return (
            "The sizes are right and some signs aren't: a minus, or an abs() too many or too few."
        )
    return None


def complement(pairs: Pairs) -> str | None:
    if enough(pairs) and holds_for_all(pairs, lambda got, expected: close(1.0 - got, expected)):
        return "Each value is one minus the right one: the opposite event, or 1 - x."
    return None


def reciprocal(pairs: Pairs) -> str | None:
    if enough(pairs) and holds_for_all(pairs, lambda got, expected: close(1.0 / got, expected)):
        return "Each value is one over the right one: a division is upside down."
    return None


def truncated(pairs: Pairs) -> str | None:
    def cut(got, expected):
        numbers = np.isfinite(expected)
        got, expected = got[numbers], expected[numbers]
        return ((got == np.floor(got)) & (np.abs(got - expected) < 1.0)).all()

    if enough(pairs) and holds_for_all(pairs, cut):
        return (
            "The decimals are lost: // instead of /, int(), rounding, or an array of integers "
            "that results are written into."
        )
    return None


def rounded(pairs: Pairs) -> str | None:
    for digits in (1, 2, 3, 4):
        if holds_for_all(pairs, lambda got, e, digits=digits: close(got, np.round(e, digits))):
            return f"The values are rounded to {digits} digits: leave rounding to the display."
    return None


def cut_off(pairs: Pairs) -> str | None:
    clips: Mapping[str, Callable] = {
        "negative values are set to 0": lambda x: np.maximum(x, 0.0),
        "values above 1 are set to 1": lambda x: np.minimum(x, 1.0),
        "values are kept between 0 and 1": lambda x: np.clip(x, 0.0, 1.0),
    }
    for text, clip in clips.items():
        if holds_for_all(pairs, lambda got, expected, clip=clip: close(got, clip(expected))):
            return f"In your result {text}, and they should not be."
        if holds_for_all(pairs, lambda got, expected, clip=clip: close(clip(got), expected)):
            return f"In the right result {text}; yours lets them through."
    return None


def size_of_input(pairs: Pairs) -> str | None:
    """Off by a factor or a term that is the length of an input."""
    pairs = [pair for pair in pairs if (pair.expected != 0).any()]
    if not enough(pairs):
        return None
    for name, x in pairs[0].arrays():
        for axis in range(x.ndim):
            lengths = [_length(pair, name, axis) for pair in pairs]
            if None in lengths or max(lengths) < 2 or lengths[0] < 2:
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
    if not holds_for_all(pairs, lambda got, expected: close(got, factor * expected)):
        return None
    for known, text in FACTORS.items():
        if np.isclose(factor, known, rtol=1e-4):
            return f"Each value is {text}" + "." * (not text.endswith("?"))
    if enough(pairs):
        return f"Each value is {factor:.4g} times the right one: a factor too many or missing."
    return None


def constant_offset(pairs: Pairs) -> str | None:
    offset = _common(pairs, lambda got, expected: got - expected)
    if offset is None or abs(offset) < 1e-9:
        return None
    if np.isclose(abs(offset), 1.0) and holds_for_all(
        pairs, lambda got, e: bool((e == np.floor(e)).all())
    ):
        side = "one too large" if offset > 0 else "one too small"
        return f"Each value is {side}: count from 0 or from 1, and mind where a range ends."
    if enough(pairs):
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
    if not enough(pairs):
        return None
    for name, transform in TRANSFORMS.items():
        if holds_for_all(pairs, lambda got, expected, f=transform: close(f(got), expected)):
            return f"Your values still lack {name}."
        if holds_for_all(pairs, lambda got, expected, f=transform: close(got, f(expected))):
            return f"Your values carry {name} that they should not."
    return None


def step_along_an_axis_missing(pairs: Pairs) -> str | None:
    """Normalised, centred, sorted or summed up along an axis, or not."""
    ndim = pairs[0].got.ndim
    if not enough(pairs):
        return None
    for axis in reversed(range(ndim)):
        of = axis_name(axis, ndim)
        for text, step in ALONG_AN_AXIS.items():
            if text.startswith("the "):
                continue
            if holds_for_all(
                pairs, lambda got, expected, f=step, a=axis: close(f(got, a), expected)
            ):
                return f"One step is missing: {of}your result should be {text}."
            if holds_for_all(
                pairs, lambda got, expected, f=step, a=axis: close(got, f(expected, a))
            ):
                return f"One step too many: {of}your result is {text}."
    return None


def recognised(pairs: Pairs) -> str | None:
    return recognise(*zip(*((pair.got, pair.expected, pair.inputs) for pair in pairs), strict=True))


def nearly_right(pairs: Pairs) -> str | None:
    def near(got, expected):
        return bool((np.abs(got - expected) <= 0.02 * np.abs(expected).max()).all())

    if enough(pairs) and holds_for_all(pairs, near):
        return (
            "The values are close, but not equal: within 2 % in every case. Look for something "
            "small, such as a constant added, or a limit that is a little off."
        )
    return None
