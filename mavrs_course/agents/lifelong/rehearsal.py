"""Learning the new without losing the old: elastic weights, replay, and sums by season.

Two tasks are two sets of rows ``X`` float[N, D] with answers ``y`` float[N].  Elastic weight
consolidation (EWC) learns the second task while springs hold the weights of the first, each as
stiff as its Fisher information.  Source: Kirkpatrick et al., "Overcoming catastrophic forgetting
in neural networks" (PNAS 2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints

NEWTON_STEPS = 50


def anchored_fit(
    rows: ArrayLike,
    answers: ArrayLike,
    anchor: ArrayLike,
    springs: ArrayLike,
    *,
    logistic: bool = False,
) -> Floats:
    """Weights float[D] that fit the rows and stay near ``anchor``.

    Least of ``sum of losses + (w - anchor)' springs (w - anchor) / 2``.  springs: float[D, D].  A
    loss is half the squared error, or with ``logistic`` minus the log-likelihood of answers 0, 1.
    ValueError where the rows and springs leave weights undecided.
    """
    rows, answers = np.asarray(rows, dtype=float), np.asarray(answers, dtype=float)
    anchor, springs = np.asarray(anchor, dtype=float), np.asarray(springs, dtype=float)
    weights = anchor.copy()
    for _ in range(NEWTON_STEPS if logistic else 1):
        fitted = _sigmoid(rows @ weights) if logistic else rows @ weights
        slope = rows.T @ (fitted - answers) + springs @ (weights - anchor)
        curve = fisher(rows, weights, logistic=logistic) + springs
        try:
            step = np.linalg.solve(curve, slope)
        except np.linalg.LinAlgError:
            raise ValueError("these rows and springs do not decide all weights") from None
        weights = weights - step
        if np.abs(step).max(initial=0.0) < 1e-12:
            break
    return weights


def fisher(rows: ArrayLike, weights: ArrayLike, *, logistic: bool = False) -> Floats:
    """Fisher information of the weights, summed over rows: float[D, D]."""
    rows = np.asarray(rows, dtype=float)
    if not logistic:
        return rows.T @ rows
    chance = _sigmoid(rows @ np.asarray(weights, dtype=float))
    return (rows * (chance * (1.0 - chance))[:, None]).T @ rows


class SeasonSums:
    """Ridge regression that can forget a season exactly: each has sums of its own.

    What is learned is additive, ``X'X`` and ``X'y``, so that taking a season's sums away leaves
    what was learned without it.  ridge: at least this much holds the weights at 0.
    """

    def __init__(self, features: int, *, ridge: float = 1.0) -> None:
        if not ridge > 0:
            raise ValueError(f"ridge is above 0, not {ridge}")
        self.features, self.ridge = features, ridge
        self.sums: dict[int, tuple[Floats, Floats]] = {}

    def learn(self, season: int, rows: ArrayLike, answers: ArrayLike) -> None:
        """Rows float[N, D] and answers float[N] of a season."""
        rows, answers = np.asarray(rows, dtype=float), np.asarray(answers, dtype=float)
        square, product = self.sums.get(season, (0.0, 0.0))
        self.sums[season] = square + rows.T @ rows, product + rows.T @ answers

    def forget(self, season: int) -> None:
        """Leave nothing of a season."""
        self.sums.pop(season, None)

    @property
    def weights(self) -> Floats:
        """float[D], of all seasons that are left, in their order."""
        square, product = self.ridge * np.eye(self.features), np.zeros(self.features)
        for season in sorted(self.sums):
            square, product = square + self.sums[season][0], product + self.sums[season][1]
        return np.linalg.solve(square, product)


def rehearsed(old: int, new: int, kept: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Which old rows to replay beside the new, and how much each row counts.

    ``kept`` of ``old`` rows are drawn without return, each worth ``old / kept``, so that the old
    task keeps its weight: int[kept], and float[kept + new].
    """
    if not 0 <= kept <= old:
        raise ValueError(f"0 to {old} old rows can be kept, not {kept}")
    weight = np.ones(kept + new)
    weight[:kept] = old / max(kept, 1)
    return rng.choice(old, kept, replace=False), weight


def _sigmoid(x: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * x))
