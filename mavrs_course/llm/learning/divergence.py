"""How far a policy has gone from where it began, from its own answers: three estimators of one KL.

With answers drawn from ``q`` and ``r = p / q``, the divergence ``KL(q, p) = E_q[-log r]`` is
estimated by (Schulman, "Approximating KL divergence", 2020):

* ``k1 = -log r``: unbiased, and often negative;
* ``k2 = (log r)^2 / 2``: never negative, biased;
* ``k3 = r - 1 - log r``: never negative, unbiased.

As *losses* they differ.  The gradient through ``q``'s log-chances alone, on answers that
stay as they were drawn, is 0 on average for k1; that of ``KL(q, p)`` for k2; and that of the other
direction, ``KL(p, q)``, for k3.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from mavrs_course.messages import Floats

ESTIMATORS = ("k1", "k2", "k3")


def estimates(log_q: Floats, log_p: Floats, estimator: str) -> Floats:
    """One estimate for each answer that was drawn from q: float[...]."""
    log_r = np.asarray(log_p, dtype=float) - np.asarray(log_q, dtype=float)
    return _estimate(log_r, np.expm1(log_r), estimator)


def divergence_loss(log_q: Tensor, log_p: Tensor, estimator: str) -> Tensor:
    """The mean estimate, to be descended through ``log_q``; ``log_p`` is held."""
    log_r = log_p.detach() - log_q
    return _estimate(log_r, log_r.expm1(), estimator).mean()


def _estimate(log_r, above_one, estimator):
    if estimator == "k1":
        return -log_r
    if estimator == "k2":
        return log_r**2 / 2
    if estimator == "k3":
        return above_one - log_r
    raise ValueError(f"an estimator is one of {', '.join(ESTIMATORS)}, not {estimator!r}")
