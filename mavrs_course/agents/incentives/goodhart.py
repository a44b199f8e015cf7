"""What is chosen by a noisy measure: how good it looks, how good it is.

Source: order statistics of the normal distribution; Gao, Schulman and Hilton, "Scaling laws for
reward model overoptimization" (ICML 2023) for the setting, best of n.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import trapezoid
from scipy.special import logsumexp, ndtr

from mavrs_course.messages import Floats

_GRID = np.linspace(-12.0, 12.0, 24_001)


def expected_maximum(n: int) -> float:
    """``E[M_n]``, the mean of the largest of ``n`` standard normal numbers; ValueError below 1."""
    if n < 1:
        raise ValueError(f"the largest of {n} numbers is not defined; n is at least 1")
    below = ndtr(_GRID) ** n  # P(M_n <= x)
    return float(trapezoid(np.heaviside(_GRID, 0.5) - below, _GRID))


def best_of_n(n: int, noise: float) -> tuple[float, float]:
    """The true and the shown value of the best of ``n`` by a measure with noise.

    Values are standard normal, the measure adds normal noise of deviation ``noise``:
    ``E[M_n] / sqrt(1 + noise**2)`` and ``E[M_n] * sqrt(1 + noise**2)``.
    """
    if noise < 0:
        raise ValueError(f"noise is a deviation, at least 0, not {noise}")
    scale = np.sqrt(1.0 + noise**2)
    return expected_maximum(n) / scale, expected_maximum(n) * scale


def divergence_of_best(n: int) -> float:
    """How far choosing the best of ``n`` is from choosing any: ``log n - (n - 1) / n`` nats."""
    return float(np.log(n) - (n - 1) / n)


def page_engagement(utilities: Floats, outside: float = 0.0) -> float:
    """Chance that something on a page is taken, where utilities float[K] meet a logit choice.

    Source: Besbes, Kanoria and Kumar, "The fault in our recommendations" (RecSys 2024).
    """
    return float(1.0 - np.exp(outside - logsumexp([outside, *utilities])))


def page_utility(utilities: Floats, outside: float = 0.0) -> float:
    """What that page is worth to the viewer: ``log(e**outside + sum e**u)``."""
    return float(logsumexp([outside, *utilities]))
