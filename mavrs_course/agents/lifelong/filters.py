"""How fast to forget: Kalman's filter for a level that walks, and many of them at once.

A level ``x`` walks, ``x <- x + N(0, walk)`` at each step, and is read with noise,
``y = x + N(0, noise)``.  The filter's gain settles at a K that depends on ``q = walk / noise``
alone; each step then keeps ``1 - K`` of what was known, so K is the best speed of forgetting.
Source: Kalman (1960); the local level model of Durbin and Koopman, "Time series analysis by state
space methods" (2nd edition 2012), chapter 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from mavrs_course.messages import Floats

UNKNOWN = 1e7  # the variance of a level of which nothing is known


def steady_gain(q: float) -> float:
    """K of the filter in the long run, for ``q = walk / noise``: ``P / (P + 1)``.

    P is the variance of a prediction in units of the noise, ``(q + sqrt(q^2 + 4q)) / 2``.  After
    each reading the variance left is K times the noise.
    """
    if not q >= 0:
        raise ValueError(f"walk / noise is at least 0, not {q}")
    ahead = (q + np.sqrt(q * q + 4.0 * q)) / 2.0
    return float(ahead / (1.0 + ahead))


def half_life(gain: float) -> float:
    """Steps after which a reading counts half as much, where each step keeps ``1 - gain``."""
    if not 0 <= gain <= 1:
        raise ValueError(f"a gain is a share from 0 to 1, not {gain}")
    with np.errstate(divide="ignore"):
        return float(-np.log(2.0) / np.log1p(-gain)) if gain > 0 else np.inf


class Levels:
    """Filters of any shape at once: ``mean`` and ``variance`` float[shape] of what is believed.

    walk: variance of a step.  start, spread: mean and variance before the first reading.
    """

    def __init__(
        self, shape: tuple[int, ...], walk: float, *, start: float = 0.0, spread: float = UNKNOWN
    ) -> None:
        if not walk >= 0 or not spread > 0:
            raise ValueError(f"walk >= 0 and spread > 0 must hold, not for {walk} and {spread}")
        self.walk = walk
        self.mean = np.full(shape, float(start))
        self.variance = np.full(shape, float(spread))

    def take_in(self, reading: ArrayLike, noise: ArrayLike) -> Floats:
        """One reading each, NaN where there is none; returns the gains, float[shape].

        noise: the variance of each reading, above 0.
        """
        reading = np.asarray(reading, dtype=float)
        there = np.isfinite(reading)
        gain = np.where(there, self.variance / (self.variance + noise), 0.0)
        self.mean = self.mean + gain * np.where(there, reading - self.mean, 0.0)
        self.variance = (1.0 - gain) * self.variance
        return gain

    def step(self, steps: ArrayLike = 1.0) -> None:
        """Time passes: what is known becomes less certain."""
        self.variance = self.variance + self.walk * np.asarray(steps)


class Fit(NamedTuple):
    """Variances of the noise and of a step, and the log-likelihood that they reach."""

    noise: float
    walk: float
    log_likelihood: float


def log_likelihood(series: ArrayLike, noise: float, walk: float) -> float:
    """Of the readings but the first, which says where the level begins (Durbin and Koopman)."""
    series = np.asarray(series, dtype=float)
    total, mean, variance = 0.0, series[0], noise
    for reading in series[1:]:
        ahead = variance + walk
        spread = ahead + noise
        total -= 0.5 * (np.log(2.0 * np.pi * spread) + (reading - mean) ** 2 / spread)
        gain = ahead / spread
        mean, variance = mean + gain * (reading - mean), (1.0 - gain) * ahead
    return float(total)


def fit_level(series: ArrayLike) -> Fit:
    """The likeliest variances of noise and step of a series float[T], by maximum likelihood.

    ValueError for fewer than 3 readings, ones that are not finite, or readings all alike.
    """
    series = np.asarray(series, dtype=float)
    if series.ndim != 1 or len(series) < 3 or not np.isfinite(series).all():
        raise ValueError("a level is fitted to 3 finite readings or more, float[T]")
    scale = series.var()
    if not scale > 0:
        raise ValueError("these readings are all alike: they have neither noise nor drift")

    def cost(logs: Floats) -> float:
        noise, walk = scale * np.exp(np.clip(logs, -20, 20))
        return -log_likelihood(series, noise, walk)

    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000}
    starts = (np.log([0.5, 0.1]), np.log([0.9, 0.001]))
    found = [minimize(cost, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(found, key=lambda one: one.fun)
    noise, walk = scale * np.exp(np.clip(best.x, -20, 20))
    return Fit(float(noise), float(walk), float(-best.fun))
