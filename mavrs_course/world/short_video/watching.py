"""One video and one viewer: stay or swipe, and after how many seconds.

Who stays is RecSim's choice for a page of one (:mod:`mavrs_course.world.viewers`),
``P(stay) = (u + 1) / (u + 1 + swipe_weight)``: a random video holds a random viewer with
probability ``1 - ln 2 = .3069`` where ``swipe_weight`` is 2.

Thresholds are those of KuaiRand (Gao et al., CIKM 2022, arXiv 2208.08696).  To stay is to make a
valid view of it.  The distributions of the seconds are ours.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats

SHORT_SECONDS = 3.0
VALID_SECONDS = 7.0
LONG_SECONDS = 18.0
SWIPE_SECONDS = 2.0  # mean until the swipe, were it not cut off at a valid view
HELD_SECONDS = 20.0  # mean beyond a valid view of a video of quality 0


def is_short_play(seconds: Floats, length: Floats) -> Bools:
    """Played less than 3 seconds, and not to the end; any shape, in seconds."""
    return seconds < np.minimum(SHORT_SECONDS, length)


def is_valid_view(seconds: Floats, length: Floats) -> Bools:
    """Played more than 7 seconds, or a video of at most 7 seconds to its end."""
    return _played(seconds, length, VALID_SECONDS)


def is_long_view(seconds: Floats, length: Floats) -> Bools:
    """Played more than 18 seconds, or a video of at most 18 seconds to its end."""
    return _played(seconds, length, LONG_SECONDS)


def _played(seconds: Floats, length: Floats, threshold: float) -> Bools:
    return np.where(length <= threshold, seconds >= length, seconds > threshold)


def played_seconds(
    stays: Bools, length: Floats, quality: Floats, rng: np.random.Generator
) -> Floats:
    """Seconds played, float[B]: those of a valid view exactly where the viewer ``stays``.

    Who stays plays ``min(length, 7 + Exp(mean_stay(quality)))``; who swipes away does so after
    ``Exp(2)``, cut off below ``min(7, length)``.
    """
    held = VALID_SECONDS + mean_stay(quality) * rng.standard_exponential(len(stays))
    until = np.minimum(VALID_SECONDS, length)
    ticket = rng.random(len(stays)) * -np.expm1(-until / SWIPE_SECONDS)
    swiped = np.minimum(-SWIPE_SECONDS * np.log1p(-ticket), np.nextafter(until, 0.0))
    return np.where(stays, np.minimum(length, held), swiped)


def mean_stay(quality: Floats) -> Floats:
    """Mean seconds beyond a valid view, were the video endless: ``20 exp(quality / 3)``."""
    return HELD_SECONDS * np.exp(quality / 3.0)


def expected_seconds(length: Floats, quality: Floats) -> Floats:
    """Mean seconds played by who stays, for arrays of one shape: the length cuts them off."""
    mean = mean_stay(quality)
    beyond = np.maximum(length - VALID_SECONDS, 0.0)
    return np.minimum(length, VALID_SECONDS) - mean * np.expm1(-beyond / mean)
