"""Tests that are looked at while they run: what peeking costs, and tests that allow it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from mavrs_course.messages import Floats

NODES = 160  # of the quadrature; exact to 8 digits for 50 looks


def peeking(bounds: Sequence[float]) -> Floats:
    """How often a test of nothing has rejected by look 1, 2, ...: float[K].

    bounds: look k, after k equal portions of data, rejects where ``|z|`` is above ``bounds[k]``.
    The density of the sum of those still undecided is carried on from look to look.
    Source: Armitage, McPherson and Rowe, "Repeated significance tests on accumulating data"
    (Journal of the Royal Statistical Society A 132, 1969).
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    undecided, rejected = np.ones(1), []
    before, mass = np.zeros(1), np.ones(1)
    for look, bound in enumerate(bounds, 1):
        if not bound > 0:
            raise ValueError(f"a bound on |z| is above 0, not {bound}")
        edge = min(bound, 12.0) * np.sqrt(look)
        at = edge * nodes
        step = np.exp(-0.5 * (at[:, None] - before) ** 2) / np.sqrt(2 * np.pi)
        undecided = step @ (undecided * mass)
        before, mass = at, edge * weights
        rejected.append(1 - undecided @ mass)
    return np.array(rejected)


def pocock_bound(looks: int, risk: float) -> float:
    """The one bound on ``|z|`` for all looks that keeps false alarms at ``risk`` (Pocock 1977)."""
    return float(brentq(lambda bound: peeking([bound] * looks)[-1] - risk, 0.5, 8.0))


def always_valid_p(differences: ArrayLike, variance: float, mixing: float) -> Floats:
    """The p-value after each of n differences, valid whenever one stops: float[n].

    differences: float[n], new less old, with known ``variance``; mixing: variance of the effects
    that the test is tuned to.  By Ville's inequality p is ever at most ``risk`` with probability
    ``risk`` at most, when the mean is 0.
    Source: Johari, Pekelis and Walsh, "Always valid inference" (arXiv 1512.04922): the mixture
    sequential probability ratio test, with a normal mixture, of Robbins (1970).
    """
    d = np.asarray(differences, dtype=float)
    if d.ndim != 1 or not np.all(np.isfinite(d)):
        raise ValueError("differences are finite numbers, one after another")
    n = np.arange(1, len(d) + 1)
    return np.minimum.accumulate(np.exp(-np.maximum(log_odds(d.cumsum(), n, variance, mixing), 0)))


def log_odds(total: ArrayLike, n: ArrayLike, variance: float, mixing: float) -> Floats:
    """ln of the mixture's likelihood ratio after n differences that sum to ``total``."""
    if not (variance > 0 and mixing > 0):
        raise ValueError("a mixture test needs variances above 0")
    total, n = np.asarray(total, dtype=float), np.asarray(n, dtype=float)
    spread = variance + n * mixing
    return 0.5 * np.log(variance / spread) + mixing * total**2 / (2 * variance * spread)


def sprt_size(mean_step: float, low: float, high: float, risk: float, miss: float) -> float:
    """Wald's expected size of a sequential probability ratio test, overshoot left out.

    mean_step: of the log likelihood ratio, under the hypothesis that holds; low, high: ln of the
    limits, as :func:`sprt_limits` has them; the second is reached with probability ``1 - miss``
    where the alternative holds (risk is not used then), so
    ``((1 - miss) high + miss low) / mean_step``; where the null holds mean_step is below 0 and it
    is ``(risk high + (1 - risk) low) / mean_step``.
    Source: Wald, "Sequential tests of statistical hypotheses" (1945).
    """
    reached = 1 - miss if mean_step > 0 else risk
    return (reached * high + (1 - reached) * low) / mean_step


def sprt_limits(risk: float, miss: float) -> tuple[float, float]:
    """ln of Wald's limits: give up below the first, reject above the second."""
    return float(np.log(miss / (1 - risk))), float(np.log((1 - miss) / risk))


def ruin(up: float, steps: int) -> tuple[float, float]:
    """A walk that goes up with chance ``up``, else down, until it is ``steps`` from its start.

    The chance that it ends below, and its expected length (gambler's ruin: the sequential test of
    ``up`` against ``1 - up`` without any overshoot).
    """
    if not (0 < up < 1 and steps >= 1):
        raise ValueError("a chance between 0 and 1, and at least one step")
    if up == 0.5:
        return 0.5, float(steps**2)
    odds = ((1 - up) / up) ** steps
    below = odds / (1 + odds)
    return below, steps * (1 - 2 * below) / (2 * up - 1)
