"""What Gaussian noise promises: (epsilon, delta), by four accounts.

One person changes the sum by at most 1, and noise of deviation ``sigma`` is added.  What anybody
sees is then at most ``exp(epsilon)`` times as likely with that person as without, but for a
probability ``delta``.  ``n`` such sums with noise ``sigma`` tell as much as one with
``sigma / sqrt(n)``.  All accounts are of the same noise; only the last is the truth for one sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln, log_ndtr, logsumexp, ndtr

from mavrs_course.messages import Floats

ORDERS = (*(1 + tenth / 10 for tenth in range(1, 100)), *range(11, 64), 128, 256, 512, 1024)
WHOLE_ORDERS = range(2, 257)


def gaussian_delta(epsilon: float, sigma: float) -> float:
    """The exact delta: ``F(1 / 2s - e s) - exp(e) F(-1 / 2s - e s)``.

    Source: Balle and Wang, "Improving the Gaussian mechanism for differential privacy"
    (ICML 2018, arXiv 1805.06530), theorem 8.
    """
    _above_zero(sigma=sigma)
    half = 0.5 / sigma
    tail = np.exp(epsilon + log_ndtr(-half - epsilon * sigma))
    return float(ndtr(half - epsilon * sigma) - tail)


def gaussian_epsilon(sigma: float, delta: float) -> float:
    """The smallest epsilon that the noise promises at this delta; 0 where delta alone is enough."""
    _probability(delta)
    if gaussian_delta(0.0, sigma) <= delta:
        return 0.0
    return _where_it_falls_to(lambda epsilon: gaussian_delta(epsilon, sigma), delta)


def gaussian_sigma(epsilon: float, delta: float) -> float:
    """The least noise that promises (epsilon, delta)."""
    _probability(delta)
    if not epsilon >= 0:
        raise ValueError(f"epsilon is at least 0, not {epsilon}")
    return _where_it_falls_to(lambda sigma: gaussian_delta(epsilon, sigma), delta, low=1e-6)


def classical_sigma(epsilon: float, delta: float) -> float:
    """The textbook's ``sqrt(2 ln(1.25 / delta)) / epsilon``, for epsilon up to 1: more noise."""
    _probability(delta)
    _above_zero(epsilon=epsilon)
    return float(np.sqrt(2.0 * np.log(1.25 / delta)) / epsilon)


def zcdp_epsilon(sigma: float, delta: float) -> float:
    """By zero-concentrated privacy, ``rho = 1 / (2 s ** 2)``: ``rho + 2 sqrt(rho ln(1 / delta))``.

    Source: Bun and Steinke (TCC 2016, arXiv 1605.02065), proposition 1.3.
    """
    _above_zero(sigma=sigma)
    _probability(delta)
    rho = 0.5 / sigma**2
    return float(rho + 2.0 * np.sqrt(rho * np.log(1.0 / delta)))


def rdp_epsilon(orders: Sequence[float], rdp: Floats, delta: float, *, tight: bool = True) -> float:
    """From Rényi divergences float[n] at ``orders``, each above 1: the best over the orders.

    tight: by Canonne, Kamath and Steinke (arXiv 2004.00010, proposition 12); else Mironov's
    ``rdp + ln(1 / delta) / (order - 1)`` (CSF 2017, arXiv 1702.07476), which Abadi et al. used.
    """
    _probability(delta)
    order, rdp = np.asarray(orders, dtype=float), np.asarray(rdp, dtype=float)
    epsilon = rdp + np.log(1.0 / delta) / (order - 1.0)
    if tight:
        epsilon = epsilon + np.log1p(-1.0 / order) - np.log(order) / (order - 1.0)
    return float(max(epsilon.min(), 0.0))


def gaussian_rdp(orders: Sequence[float], sigma: float) -> Floats:
    """Rényi divergence of the Gaussian at each order ``a``: ``a / (2 s ** 2)``."""
    _above_zero(sigma=sigma)
    return np.asarray(orders, dtype=float) / (2.0 * sigma**2)


def subsampled_rdp(orders: Sequence[int], sigma: float, rate: float) -> Floats:
    """The same where each person takes part with probability ``rate``, for whole orders ``a``.

    ``ln(sum_k C(a, k) (1 - q) ** (a - k) q ** k exp((k ** 2 - k) / (2 s ** 2))) / (a - 1)``.
    Source: Mironov, Talwar and Zhang, "Rényi differential privacy of the sampled Gaussian
    mechanism" (arXiv 1908.10530), section 3.3.
    """
    _above_zero(sigma=sigma)
    if not 0 <= rate <= 1 or any(order < 2 or order % 1 for order in orders):
        raise ValueError(f"rate is a probability and orders are whole and above 1: {rate}")
    return np.array([_subsampled(int(order), sigma, rate) for order in orders])


def _subsampled(order: int, sigma: float, rate: float) -> float:
    if rate in (0.0, 1.0):
        return rate * order / (2.0 * sigma**2)
    k = np.arange(order + 1)
    choose = gammaln(order + 1) - gammaln(k + 1) - gammaln(order - k + 1)
    chance = choose + k * np.log(rate) + (order - k) * np.log1p(-rate)
    return float(logsumexp(chance + (k**2 - k) / (2.0 * sigma**2)) / (order - 1))


def best_attack(sigma: float) -> float:
    """The area under the curve of the best test for whether one took part: ``F(1 / (s sqrt 2))``.

    Two normals whose means are 1 apart.  Source: Dong, Roth and Su, "Gaussian differential
    privacy" (arXiv 1905.02383), whose ``mu`` is ``1 / s``.
    """
    _above_zero(sigma=sigma)
    return float(ndtr(1.0 / (sigma * np.sqrt(2.0))))


def _where_it_falls_to(falling, wanted: float, low: float = 0.0) -> float:
    high = 1.0
    while falling(high) > wanted:
        high *= 2.0
    for _ in range(100):  # halve the bracket
        middle = (low + high) / 2.0
        low, high = (middle, high) if falling(middle) > wanted else (low, middle)
    return high


def _above_zero(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < np.inf:
            raise ValueError(f"{name} is above 0 and finite, not {value}")


def _probability(delta: float) -> None:
    if not 0 < delta < 1:
        raise ValueError(f"delta lies between 0 and 1, not {delta}")
