"""When did it change?  A belief about how long ago the last change was (BOCPD).

With ``r`` the number of readings since the last change, each reading either lengthens the run or,
with chance ``hazard``, begins a new one:

``P(r + 1) ~ P(r) p(x | run) (1 - hazard)``,  ``P(0) ~ sum of P(r) p(x | run) hazard``.

What a run predicts is a model's matter: one normal level, one click rate, or a level that walks.
Source: Adams and MacKay, "Bayesian online changepoint detection" (arXiv 0710.3742).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, logsumexp

from mavrs_course.messages import Floats

LOG_2_PI = float(np.log(2.0 * np.pi))


class Runs(Protocol):
    """What each run believes; the run that begins now comes first."""

    def predict(self, reading: float) -> Floats:
        """Log-density of a reading under each run: float[R]."""

    def take_in(self, reading: float) -> None:
        """Each run takes the reading in, and a run that knows nothing is put before them."""


class NormalRuns:
    """Readings about a level, both level and spread unknown: the Normal-Gamma prior.

    mean, worth: the level beforehand, and how many readings that is worth.  shape, rate: of the
    Gamma that the precision is drawn from.
    """

    def __init__(
        self, mean: float = 0.0, worth: float = 1.0, shape: float = 1.0, rate: float = 1.0
    ) -> None:
        self._new = np.array([[mean], [worth], [shape], [rate]], dtype=float)
        self._runs = self._new.copy()

    def predict(self, reading: float) -> Floats:
        mean, worth, shape, rate = self._runs
        scale = rate * (worth + 1.0) / (shape * worth)  # of Student's t with 2 shape degrees
        freedom = 2.0 * shape
        norm = gammaln((freedom + 1.0) / 2.0) - gammaln(freedom / 2.0)
        apart = (reading - mean) ** 2 / (freedom * scale)
        return (
            norm - 0.5 * np.log(freedom * np.pi * scale) - (freedom + 1.0) / 2.0 * np.log1p(apart)
        )

    def take_in(self, reading: float) -> None:
        mean, worth, shape, rate = self._runs
        moved = (worth * mean + reading) / (worth + 1.0)
        rate = rate + worth * (reading - mean) ** 2 / (2.0 * (worth + 1.0))
        runs = np.stack([moved, worth + 1.0, shape + 0.5, rate])
        self._runs = np.concatenate([self._new, runs], axis=1)


class ClickRuns:
    """Readings of 0 or 1 with one unknown chance: the Beta prior."""

    def __init__(self, clicks: float = 1.0, misses: float = 1.0) -> None:
        self._new = np.array([[clicks], [misses]], dtype=float)
        self._runs = self._new.copy()

    def predict(self, reading: float) -> Floats:
        clicks, misses = self._runs
        return np.log(np.where(reading, clicks, misses) / (clicks + misses))

    def take_in(self, reading: float) -> None:
        runs = self._runs + np.array([[float(bool(reading))], [float(not reading)]])
        self._runs = np.concatenate([self._new, runs], axis=1)


class LevelRuns:
    """A level that walks within a run (Kalman's filter), and jumps where a new run begins."""

    def __init__(self, walk: float, noise: float, mean: float = 0.0, spread: float = 1.0) -> None:
        self.walk, self.noise = walk, noise
        self._new = np.array([[mean], [spread]], dtype=float)
        self._runs = self._new.copy()

    def predict(self, reading: float) -> Floats:
        mean, variance = self._runs
        spread = variance + self.noise
        return -0.5 * (LOG_2_PI + np.log(spread) + (reading - mean) ** 2 / spread)

    def take_in(self, reading: float) -> None:
        mean, variance = self._runs
        gain = variance / (variance + self.noise)
        moved = mean + gain * (reading - mean)
        runs = np.stack([moved, (1.0 - gain) * variance + self.walk])
        self._runs = np.concatenate([self._new, runs], axis=1)


def run_lengths(series: ArrayLike, runs: Runs, hazard: float) -> tuple[Floats, float]:
    """The belief about the run after each reading, and the log evidence of the whole series.

    Row ``t`` of float[T + 1, T + 1] holds the chances of 0 to t readings since the last change,
    after t readings.
    """
    series = _checked(series, hazard)
    belief = np.zeros((len(series) + 1, len(series) + 1))
    log_chance, evidence = np.zeros(1), 0.0
    belief[0, 0] = 1.0
    for t, reading in enumerate(series, start=1):
        joint = log_chance + runs.predict(reading)
        grown = np.r_[logsumexp(joint) + np.log(hazard), joint + np.log1p(-hazard)]
        total = logsumexp(grown)
        evidence += total
        log_chance = grown - total
        belief[t, : t + 1] = np.exp(log_chance)
        runs.take_in(reading)
    return belief, float(evidence)


def segments(series: ArrayLike, runs: Runs, hazard: float) -> list[int]:
    """Where the likeliest runs begin, the first at 0: the largest product instead of the sum."""
    series = _checked(series, hazard)
    best, came_from = np.zeros(1), np.zeros(len(series) + 1, dtype=int)
    for t, reading in enumerate(series, start=1):
        joint = best + runs.predict(reading)
        came_from[t] = joint.argmax()  # the run that ended, if one did
        best = np.r_[joint.max() + np.log(hazard), joint + np.log1p(-hazard)]
        runs.take_in(reading)
    starts, end = [], len(series)
    length = int(best[1:].argmax()) + 1
    while end > 0:
        starts.append(end - length)
        end -= length
        length = int(came_from[end]) + 1
    return sorted(starts)


def _checked(series: ArrayLike, hazard: float) -> Floats:
    series = np.asarray(series, dtype=float)
    if series.ndim != 1 or not len(series) or not np.isfinite(series).all():
        raise ValueError("changes are sought in finite readings, float[T], at least one")
    if not 0 < hazard < 1:
        raise ValueError(f"a hazard is a chance between 0 and 1, not {hazard}")
    return series
