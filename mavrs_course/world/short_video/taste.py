"""Tastes that drift from swipe to swipe, and what it costs to hear of them late.

Where a taste is a random walk of variance ``q`` a swipe, and each swipe shows it with noise of
variance ``r``, the best prediction from all swipes but the last ``d`` has, in the long run, the
variance ``(q + sqrt(q ** 2 + 4 q r)) / 2 + d q``.
Source: the steady state of Kalman's filter for a local level (Kalman, 1960).
"""

from __future__ import annotations

import math

import numpy as np

from mavrs_course.messages import Bools, Floats
from mavrs_course.world.effects import reflect


def drifted(interest: Floats, active: Bools, step: float, rng: np.random.Generator) -> Floats:
    """Interest float[B, topics] a swipe later: ``reflect(u + N(0, step ** 2))`` where active."""
    if step == 0:
        return interest
    walked = reflect(interest + rng.normal(0.0, step, interest.shape))
    return np.where(active[:, None], walked, interest)


def prediction_variance(walk: float, noise: float, lag: float = 0.0) -> float:
    """Variance of the best prediction ``lag`` swipes late; walk is ``q``, noise is ``r``."""
    return (walk + math.sqrt(walk**2 + 4.0 * walk * noise)) / 2.0 + lag * walk


def noise_worth(walk: float, noise: float, lag: float) -> float:
    """The noise of an observer in time who predicts as well as one of ``noise``, ``lag`` late.

    :func:`prediction_variance` solved for its noise: with ``P`` the variance of the late one,
    ``P (P - q) / q``.
    """
    variance = prediction_variance(walk, noise, lag)
    return variance * (variance - walk) / walk
