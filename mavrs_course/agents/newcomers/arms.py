"""The bandit under every cold start, and draws that belong to what is known.

``n`` arms; ``R`` runs are played at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from mavrs_course.messages import Floats

CHOICES = ("thompson", "greedy")


def bernoulli_divergence(p: ArrayLike, q: ArrayLike) -> Floats:
    """``KL(p, q)`` of two coins, in nats; with ``0 log 0 = 0``, so p may be 0 or 1."""
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        heads = np.where(p > 0, p * np.log(p / q), 0.0)
        tails = np.where(p < 1, (1 - p) * np.log((1 - p) / (1 - q)), 0.0)
    return heads + tails


def lai_robbins(chances: ArrayLike) -> float:
    """What no good bandit can lose less than, per ``log T``, as T grows: a slope, not a bound.

    ``sum over worse arms of gap / KL(p, best)``, for click chances float[n].  0 where all are
    equally good.  A best chance of exactly 1 gives 0: one failure tells the others apart.
    Source: Lai and Robbins, "Asymptotically efficient adaptive allocation rules" (Advances in
    Applied Mathematics 6, 1985).
    """
    chances = np.asarray(chances, dtype=float)
    if chances.ndim != 1 or not len(chances) or not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError(f"chances are numbers from 0 to 1, float[n], not {chances}")
    best = chances.max()
    worse = chances[chances < best]
    return float(((best - worse) / bernoulli_divergence(worse, best)).sum())


def play_bernoulli(
    chances: ArrayLike,
    rounds: int,
    rng: np.random.Generator,
    *,
    runs: int = 1,
    choice: str = "thompson",
    prior: tuple[ArrayLike, ArrayLike] = (1.0, 1.0),
) -> Floats:
    """Expected loss of each round against the best arm: float[R, rounds].

    chances: float[n].  choice: ``thompson`` draws a chance for each arm from its Beta belief and
    takes the largest; ``greedy`` takes the largest mean, chance among equals.
    prior: alpha and beta of the beliefs at first, a number or float[n] each.
    Source: the comparison of Russo et al., "A tutorial on Thompson sampling" (2018, figure 3).
    """
    chances = np.asarray(chances, dtype=float)
    if choice not in CHOICES:
        raise ValueError(f"a choice is one of {', '.join(CHOICES)}, not {choice!r}")
    alpha, beta = (np.broadcast_to(part, (runs, len(chances))).astype(float) for part in prior)
    lost, rows = np.zeros((runs, rounds)), np.arange(runs)
    for step in range(rounds):
        if choice == "thompson":
            worth = rng.beta(alpha, beta)  # [R, n]
        else:
            worth = alpha / (alpha + beta) + 1e-9 * rng.random(alpha.shape)
        arm = worth.argmax(axis=1)
        clicked = rng.random(runs) < chances[arm]
        alpha[rows, arm] += clicked
        beta[rows, arm] += ~clicked
        lost[:, step] = chances.max() - chances[arm]
    return lost


def settled_normals(seed: int, *keys: ArrayLike) -> Floats:
    """Standard normal numbers that the keys decide: float of the keys' common shape.

    An agent that draws from its belief may be asked twice about the same page.  With what it knows
    among the keys (who asks, how much was seen) it then gives the same answer, and a fresh one as
    soon as it has learned: nothing depends on how often it was asked.  keys: whole numbers.
    The bits are mixed as in SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    """
    state: Any = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
    with np.errstate(over="ignore"):
        for key in keys:
            mixed = np.asarray(key).astype(np.int64).astype(np.uint64)
            state = (state ^ mixed) + np.uint64(0x9E3779B97F4A7C15)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
    return ndtri(((state >> np.uint64(11)).astype(float) + 0.5) / 2.0**53)
