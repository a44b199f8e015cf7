"""Weighted logistic regression: a model of clicks whose odds are minutes.

Source: Covington, Adams and Sargin, "Deep neural networks for YouTube recommendations" (RecSys
2016).  Clicked videos weigh their watch time ``T``, the others 1.  Of ``N`` impressions with ``k``
clicks the odds that are learned are ``sum T / (N - k) = E[T] / (1 - P)``, where ``E[T]`` is the
watch time per impression and ``P`` the click rate.  The paper takes it for ``E[T] (1 + P)``,
which holds while ``P`` is small.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats

STEPS = 100
SMALL = 1e-10


def fit(features: Floats, clicked: Bools, minutes: Floats, ridge: float = 1e-9) -> Floats:
    """The weights float[F] of least weighted log loss plus ``ridge / 2 * |w| ** 2``, by Newton.

    features: float[N, F]; put a column of ones in it for an offset.  clicked: bool[N].
    minutes: float[N], watched; read only where clicked.  Serve ``exp(features @ weights)``.
    Raises ``ValueError`` for arrays that do not fit together or minutes below 0.
    """
    features, clicked = np.asarray(features, dtype=float), np.asarray(clicked, dtype=bool)
    weight = np.where(clicked, minutes, 1.0)  # [N]
    if features.ndim != 2 or clicked.shape != features.shape[:1] or np.any(weight < 0):
        raise ValueError("fit needs features (N, F), and N clicks and minutes, none below 0")
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = 0.5 * (1.0 + np.tanh(features @ weights / 2.0))  # [N]
        gradient = features.T @ (weight * (clicked - chance)) - ridge * weights
        spread = weight * chance * (1.0 - chance)
        curvature = features.T @ (features * spread[:, None]) + ridge * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step / max(1.0, np.abs(step).max())  # at most 1 a weight and step
        if np.abs(step).max() < SMALL:
            break
    return weights
