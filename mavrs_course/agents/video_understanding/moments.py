"""When in a video: from evidence for each step of time to the stretches that answer a query."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats


def best_stretch(evidence: ArrayLike) -> tuple[int, int, float]:
    """Where the sum of the evidence is largest: first step, step after the last, and the sum.

    evidence: float[T], log-odds that a step belongs to the moment; the sum is then how much
    likelier the steps are inside than outside.  One pass (Kadane, in Bentley 1984).  Of equals the
    one that ends first, and of these the longest; never an empty one.
    """
    steps = _evidence(evidence)
    best = (0, 1, float(steps[0]))
    start, total = 0, 0.0
    for step, value in enumerate(steps):
        start, total = (step, 0.0) if total < 0 else (start, total)
        total += float(value)
        if total > best[2]:
            best = (start, step + 1, total)
    return best


def find_moments(evidence: ArrayLike, seconds: float, most: int = 10) -> tuple[Floats, Floats]:
    """The stretches with the most evidence, best first: windows float[n, 2], scores float[n].

    seconds: how long a step is.  No two overlap, and each after the first has evidence above 0.
    """
    left = _evidence(evidence).copy()
    windows: list[tuple[float, float]] = []
    scores: list[float] = []
    for _ in range(most):
        start, end, score = best_stretch(left)
        if windows and not score > 0:
            break
        windows.append((start * seconds, end * seconds))
        scores.append(score)
        left[start:end] = -np.inf
    return np.array(windows), np.array(scores)


def _evidence(given: ArrayLike) -> Floats:
    steps = np.asarray(given, dtype=float)
    if steps.ndim != 1 or not steps.size or np.isnan(steps).any():
        raise ValueError(f"evidence is one number for each step of time, got shape {steps.shape}")
    return steps
