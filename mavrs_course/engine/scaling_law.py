"""The Universal Scalability Law: what more agents bring, until waiting and talk take it away.

    X(N) = rate N / (1 + sigma (N - 1) + kappa N (N - 1))

``X`` is what ``N`` agents get done in a unit of time.  sigma: the share that has to wait for one
place, such as a controller.  kappa: what keeping each pair in agreement costs.  With kappa = 0 it
is Amdahl's law.  Source: Gunther, "Guerrilla Capacity Planning" (Springer 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats

SMALL = 1e-12  # what a fit leaves of a coefficient that is 0


@dataclass(frozen=True)
class Scalability:
    """One law: ``rate`` (lambda) is what one agent gets done, per the unit of time."""

    sigma: float
    kappa: float
    rate: float

    def load(self, agents: ArrayLike) -> Floats:
        """``1 + sigma (N - 1) + kappa N (N - 1)``: float[...]."""
        n = np.asarray(agents, dtype=float)
        return np.asarray(1 + self.sigma * (n - 1) + self.kappa * n * (n - 1))

    def throughput(self, agents: ArrayLike) -> Floats:
        """X(N), in the unit of ``rate``: float[...]."""
        return self.rate * np.asarray(agents, dtype=float) / self.load(agents)

    def latency(self, agents: ArrayLike) -> Floats:
        """R(N) = N / X(N), the time that one round of all takes: float[...]."""
        return self.load(agents) / self.rate

    @property
    def peak(self) -> float:
        """``sqrt((1 - sigma) / kappa)`` agents get the most done; infinite without talk.

        A law whose sigma is 1 or more is past its peak from the first agent on: 1.
        """
        if self.kappa <= SMALL:
            return float("inf")
        return max(1.0, float(np.sqrt(max(0.0, 1 - self.sigma) / self.kappa)))

    @property
    def peak_throughput(self) -> float:
        """X at :attr:`peak`; without talk the ceiling that it nears."""
        return self.ceiling if np.isinf(self.peak) else float(self.throughput(self.peak))

    @property
    def ceiling(self) -> float:
        """Amdahl's asymptote ``rate / sigma``, which is not passed even with kappa = 0."""
        return self.rate / self.sigma if self.sigma > SMALL else float("inf")

    @property
    def nonsense(self) -> str:
        """Why these numbers can't be what the law says they are; empty where they can."""
        if self.kappa < -SMALL:
            return "kappa is below 0: as if pairs of agents saved each other work"
        if self.sigma < -SMALL:
            return "sigma is below 0: as if a queue served faster the longer it is"
        if self.sigma > 1 + SMALL:
            return "sigma is above 1: as if an agent waited for more than all there is"
        return ""


def fit_scalability(agents: Sequence[float], throughput: Sequence[float]) -> Scalability:
    """The law with the least squared error of throughput, its parameters free to take any sign.

    agents, throughput: at least three different sizes from 1 up, each with a throughput above 0.
    The start is exact where the data are: ``N / X`` is linear in the three coefficients.  Whether
    the result means anything is for :attr:`Scalability.nonsense` to say.
    """
    from scipy.optimize import least_squares

    n, x = np.asarray(agents, dtype=float), np.asarray(throughput, dtype=float)
    if n.ndim != 1 or n.shape != x.shape or len(np.unique(n)) < 3:
        raise ValueError("a fit needs at least three different sizes, each with its throughput")
    if not (np.isfinite([*n, *x]).all() and (n >= 1).all() and (x > 0).all()):
        raise ValueError("sizes are finite and at least 1, throughputs finite and above 0")
    terms = np.column_stack([np.ones_like(n), n - 1, n * (n - 1)])  # float[rows, 3]
    weight = x / n  # relative errors: R spans orders of magnitude
    start = np.linalg.lstsq(terms * weight[:, None], n / x * weight, rcond=None)[0]
    if not (terms @ start > 0).all():
        start = np.array([(n / x).min(), 0.0, 0.0])

    def missed(coefficients: Floats) -> Floats:
        return (n / (terms @ (coefficients * scale)) - x) / x.max()

    scale = np.where(start != 0, np.abs(start), np.abs(start).max() * 1e-3)
    found = least_squares(missed, start / scale, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    one, each, pair = found.x * scale
    return Scalability(float(each / one), float(pair / one), float(1 / one))
