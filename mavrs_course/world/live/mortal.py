"""Mortal bandits: arms that die, and fresh ones always at hand.

Each arm pays with a mean drawn from U(0, 1) and dies with probability p at each pull.  Source:
Chakrabarti, Kumar, Radlinski and Upfal, "Mortal multi-armed bandits" (NIPS 2008).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools


def threshold_rate(threshold: float, death: float) -> float:
    """Mean reward a pull of who keeps an arm, until it dies, if its mean is above a threshold.

    One pull tells an arm's mean; with ``L = 1 / p`` pulls in an arm's life and F the distribution
    of means, ``(E X + (1 - F) (L - 1) E[X | X >= mu]) / (1 + (1 - F) (L - 1))``.
    """
    _check(death)
    more = 1.0 / death - 1.0
    kept = 1.0 - threshold
    return (0.5 + kept * more * (1.0 + threshold) / 2.0) / (1.0 + kept * more)


def best_rate(death: float) -> float:
    """The best :func:`threshold_rate`: ``1 / (1 + sqrt(p))``, which is also its threshold."""
    _check(death)
    return float(1.0 / (1.0 + np.sqrt(death)))


def first_failure_rate(death: float) -> float:
    """Successes a pull of who drops an arm, which pays 0 or 1, at its first failure.

    An arm of mean m gets ``1 / (1 - m (1 - p))`` pulls, so that the ratio of the integrals over m
    is ``1 / (1 - p) - 1 / log(1 / p)``.
    """
    _check(death)
    return float(1.0 / (1.0 - death) - 1.0 / np.log(1.0 / death))


def play_mortal(death: float, failures: int, pulls: int, rng: np.random.Generator) -> Bools:
    """Successes, bool[pulls], of who drops an arm at its failure number ``failures``."""
    _check(death)
    if failures < 1:
        raise ValueError(f"an arm is dropped after at least one failure, not {failures}")
    tickets, dying = rng.random(pulls), rng.random(pulls) < death
    successes = np.zeros(pulls, dtype=bool)
    mean, failed = rng.random(), 0
    for pull in range(pulls):
        successes[pull] = tickets[pull] < mean
        failed += not successes[pull]
        if dying[pull] or failed == failures:
            mean, failed = rng.random(), 0
    return successes


def play_mortal_ucb(death: float, arms: int, pulls: int, rng: np.random.Generator) -> Bools:
    """Successes, bool[pulls], of UCB1 on so many arms, each replaced by a fresh one when it dies.

    The index is ``mean + sqrt(2 log t / n)``, infinite for an arm never pulled (Auer, Cesa-Bianchi
    and Fischer, "Finite-time analysis of the multiarmed bandit problem", 2002).
    """
    _check(death)
    if arms < 1:
        raise ValueError(f"UCB needs at least one arm, not {arms}")
    tickets, dying = rng.random(pulls), rng.random(pulls) < death
    means, pulled, won = rng.random(arms), np.zeros(arms), np.zeros(arms)
    successes = np.zeros(pulls, dtype=bool)
    for pull in range(pulls):
        tried = np.maximum(pulled, 1e-9)
        arm = int(np.argmax(won / tried + np.sqrt(2.0 * np.log(pull + 1.0) / tried)))
        successes[pull] = tickets[pull] < means[arm]
        pulled[arm] += 1
        won[arm] += successes[pull]
        if dying[pull]:
            means[arm], pulled[arm], won[arm] = rng.random(), 0, 0
    return successes


def _check(death: float) -> None:
    if not 0 < death < 1:
        raise ValueError(f"the probability to die at a pull lies between 0 and 1, not at {death}")
