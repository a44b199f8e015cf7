"""Length bias: minutes watched measure the video's length as much as the viewer's interest.

``N`` views; ``watched`` and ``length`` are float[N], in minutes.
Source: Zhan et al., "Deconfounding duration bias in watch-time prediction for video
recommendation" (KDD 2022, arXiv 2206.06003), whose D2Q is :func:`duration_quantiles`.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints


def watch_some(interest: Floats, length: Floats, rng: np.random.Generator) -> Floats:
    """Minutes watched by viewers who may leave in the middle: float[N].

    They would stay for a time drawn from an exponential distribution of mean
    ``4 exp(interest)`` minutes, and the video ends when it ends.  On the course's platform a
    click watches to the end; this is what real players record.
    """
    return np.minimum(length, rng.exponential(4.0 * np.exp(interest)))


def watch_ratio(watched: Floats, length: Floats) -> Floats:
    """The part of the video that was watched: float[N].  Favours the short."""
    return watched / length


def strata(length: Floats, groups: int = 10) -> Ints:
    """Which of ``groups`` equally full classes of length each video belongs to: int[N]."""
    if groups < 1:
        raise ValueError(f"lengths fall into at least one group, not {groups}")
    edges = np.quantile(length, np.arange(1, groups) / groups)
    return np.searchsorted(edges, length, side="right")


def duration_quantiles(watched: Floats, stratum: Ints) -> Floats:
    """The rank of each view among the views of its stratum, float[N] in (0, 1).

    It is the share of them watched for less, plus half the share watched for as long: equals
    share a rank, and the mean of each stratum is exactly one half.
    """
    quantile = np.empty(len(watched))
    for group in np.unique(stratum):
        rows = np.flatnonzero(stratum == group)
        ordered = np.sort(watched[rows])
        below = np.searchsorted(ordered, watched[rows], side="left")
        upto = np.searchsorted(ordered, watched[rows], side="right")
        quantile[rows] = (below + upto) / (2.0 * len(rows))
    return quantile
