"""Which half-life, when that changes too?  Fixed share among several, and its regret.

Source: Herbster and Warmuth, "Tracking the best expert" (Machine Learning 1998).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats


def fixed_share(losses: ArrayLike, *, rate: float, share: float) -> Floats:
    """Weights of ``N`` experts before each step: float[T, N], for losses float[T, N].

    ``w <- w exp(-rate * loss)``, then each expert gives ``share`` of its weight to the others,
    evenly.  With log losses and rate 1 it is the forward filter of a hidden Markov chain that
    stays with its expert with chance ``1 - share``.  With share 0 it never comes back to an expert
    that was bad for long.
    """
    losses = np.asarray(losses, dtype=float)
    if losses.ndim != 2 or losses.shape[1] < 2:
        raise ValueError("losses of two experts or more are needed, float[T, N]")
    if not 0 <= share < 1 or not rate > 0:
        raise ValueError(f"share in [0, 1) and rate > 0 must hold, not {share} and {rate}")
    steps, experts = losses.shape
    weights, log_weight = np.zeros((steps, experts)), np.full(experts, -np.log(experts))
    for step, loss in enumerate(losses):
        weights[step] = np.exp(log_weight)
        moved = log_weight - rate * loss
        moved = np.exp(moved - moved.max())
        moved /= moved.sum()
        mixed = (1.0 - share) * moved + share * (1.0 - moved) / (experts - 1)
        with np.errstate(divide="ignore"):
            log_weight = np.log(mixed)
    return weights


def tracking_regret(weights: ArrayLike, losses: ArrayLike, oracle: ArrayLike) -> Floats:
    """What the mixture has lost more than an oracle, after each step: float[T].

    oracle: the loss of whoever knows what is best at each step, float[T].
    """
    mixture = (np.asarray(weights) * np.asarray(losses)).sum(axis=1)
    return np.cumsum(mixture - np.asarray(oracle))
