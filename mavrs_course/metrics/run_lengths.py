"""How long a chart that watches for a change runs until its alarm, on average, computed exactly.

With nothing changed the average run length (ARL) is the time between false alarms; after a change
it is the delay of detection.  Observations are ``N(mean, 1)``, or Poisson counts.  The ARL from a
state solves ``L(s) = 1 + sum over next states without an alarm of P(s -> t) L(t)``: for counts a
Markov chain (Brook and Evans, Biometrika 1972; Lucas, Technometrics 1985), for numbers an integral
equation, solved at the nodes of a Gauss-Legendre quadrature (Nystroem's method; Crowder, Journal of
Quality Technology 1987).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.stats import norm, poisson

NODES = 60


def cusum_run_length(k: float, h: float, mean: float = 0.0, start: float = 0.0) -> float:
    """ARL of ``S <- max(0, S + x - k)``, which gives the alarm when ``S > h`` (Page 1954).

    start: S before the first observation, a head start when above 0.
    """
    _require(h > 0, f"an alarm limit h is above 0, not {h}")
    _require(0 <= start <= h, f"a head start lies between 0 and h = {h}, not at {start}")
    nodes, weights = _gauss_legendre(0.0, h)
    states = np.r_[0.0, nodes]  # 0 is a state with a probability of its own
    drift = mean - k
    to_nodes = weights * norm.pdf(nodes - states[:, None] - drift)
    chain = np.column_stack([norm.cdf(-states - drift), to_nodes])
    lengths = _run_lengths(chain)
    first = np.r_[norm.cdf(-start - drift), weights * norm.pdf(nodes - start - drift)]
    return float(1.0 + first @ lengths)


def two_sided_cusum_run_length(k: float, h: float, mean: float = 0.0) -> float:
    """ARL of a pair of CUSUMs, one for rises and one for falls: ``1/L = 1/L(mean) + 1/L(-mean)``.

    Exact for two charts with the same k and h that start at 0 (Lucas and Crosier 1982).
    """
    up, down = cusum_run_length(k, h, mean), cusum_run_length(k, h, -mean)
    return 1.0 / (1.0 / up + 1.0 / down)


def ewma_run_length(smoothing: float, limit: float, mean: float = 0.0) -> float:
    """ARL of ``Z <- (1 - a) Z + a x`` from 0, alarm when ``|Z| > limit * sqrt(a / (2 - a))``.

    smoothing: a, in (0, 1].  limit: in standard deviations of Z in the long run (Crowder 1987).
    """
    _require(0 < smoothing <= 1, f"smoothing lies in (0, 1], not at {smoothing}")
    _require(limit > 0, f"a limit is above 0, not {limit}")
    edge = limit * np.sqrt(smoothing / (2.0 - smoothing))
    nodes, weights = _gauss_legendre(-edge, edge)

    def step(states):
        wanted = (nodes - (1.0 - smoothing) * states) / smoothing
        return weights * norm.pdf(wanted - mean) / smoothing

    return float(1.0 + step(0.0) @ _run_lengths(step(nodes[:, None])))


def poisson_cusum_run_length(k: float, h: float, mean: float, start: float = 0.0) -> float:
    """ARL of ``S <- max(0, S + count - k)``, alarm when ``S >= h``, for counts of a mean (Lucas).

    k, h and start are multiples of one fraction, such as 1/4, with a denominator up to 1,000.
    """
    _require(mean > 0, f"a Poisson mean is above 0, not {mean}")
    _require(h > 0 and 0 <= start < h, f"h = {h} is above 0, and start = {start} below it")
    _require(k > 0, f"k is above 0, not {k}")
    given = [Fraction(value).limit_denominator(1000) for value in (k, h, start)]
    unit = np.lcm.reduce([value.denominator for value in given])
    k_units, h_units, start_units = (int(value * int(unit)) for value in given)
    states = np.arange(h_units)
    counts = (states - states[:, None] + k_units) / unit  # what leads from a row to a column
    whole = counts == np.round(counts)
    chain = np.where(whole, poisson.pmf(np.round(counts), mean), 0.0)
    chain[:, 0] = poisson.cdf(np.floor(counts[:, 0]), mean)  # everything below 0 counts as 0
    return float(_run_lengths(chain)[start_units])


def shewhart_run_length(limit: float, mean: float = 0.0) -> float:
    """ARL of a chart that gives the alarm when ``|x| > limit``: ``1 / P(alarm)``."""
    return float(1.0 / (norm.sf(limit - mean) + norm.cdf(-limit - mean)))


def _gauss_legendre(low: float, high: float):
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = (high - low) / 2.0
    return low + half * (nodes + 1.0), half * weights


def _run_lengths(chain):
    """The solution of ``L = 1 + chain L``: float[states]."""
    return np.linalg.solve(np.eye(len(chain)) - chain, np.ones(len(chain)))


def _require(fine: bool, problem: str) -> None:
    if not fine:
        raise ValueError(problem)
