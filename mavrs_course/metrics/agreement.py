"""How far people agree on what matters in a video, which bounds what a model can be held to.

TVSum's twenty annotators rated each of its fifty videos, and agree little pair by pair (Otani et
al., "Rethinking the evaluation of video summaries", CVPR 2019): a model that agrees with one of
them as well as the others do can't be told from a person.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import stats

from mavrs_course.messages import Floats


class Agreement(NamedTuple):
    """alpha: Cronbach's.  tau, rho: Kendall's and Spearman's, the mean over pairs of people."""

    alpha: float
    tau: float
    rho: float


def cronbach_alpha(ratings: Floats) -> float:
    """``k / (k - 1) (1 - sum of the people's variances / variance of their sum)``.

    ratings: float[people, moments].  Raises ValueError for fewer than two people, and where all
    ratings of the sum are the same, so that there is nothing to agree on.
    """
    ratings = _checked(ratings)
    people = len(ratings)
    whole = ratings.sum(axis=0).var(ddof=1)
    if whole == 0:
        raise ValueError("the people's sum never changes: there is nothing to agree on")
    return float(people / (people - 1) * (1 - ratings.var(axis=1, ddof=1).sum() / whole))


def agreement(ratings: Floats) -> Agreement:
    """All three.  Pairs of which one person rated everything alike have no order, and don't count.

    ratings: float[people, moments].  Raises ValueError where no pair is left.
    """
    ratings = _checked(ratings)
    speaking = [row for row in ratings if np.ptp(row) > 0]
    pairs = [*combinations(speaking, 2)]
    if not pairs:
        raise ValueError("fewer than two people made a difference between moments")
    tau = np.mean([stats.kendalltau(one, other).statistic for one, other in pairs])
    rho = np.mean([stats.spearmanr(one, other).statistic for one, other in pairs])
    return Agreement(cronbach_alpha(ratings), float(tau), float(rho))


def _checked(ratings: Floats) -> Floats:
    ratings = np.asarray(ratings, dtype=float)
    if ratings.ndim != 2 or min(ratings.shape) < 2 or not np.isfinite(ratings).all():
        raise ValueError(
            f"ratings are finite numbers of at least two people for at least two moments, "
            f"not of shape {ratings.shape}"
        )
    return ratings
