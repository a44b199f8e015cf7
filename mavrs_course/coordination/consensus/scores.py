"""Averages that a few liars can't move far: the trimmed mean and the median.

``votes`` are float[B, n, C], scores on a scale that all agents share, such as
:attr:`~mavrs_course.coordination.panel.Hearing.votes`; ``heard`` is bool[B, n].  A vote that was
heard is a number: ValueError for NaN, of which there is no average.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats


def mean(votes: Floats, heard: Bools | None = None) -> Floats:
    """The mean over agents that were heard: float[B, C]; 0 where nobody was.

    One liar moves it by up to (range of votes) / n, and f of them by f times that.
    """
    return average(votes, _everybody(votes, heard)[:, :, None] & np.ones(votes.shape, dtype=bool))


def kept_after_trimming(votes: Floats, liars: int, heard: Bools | None = None) -> Bools:
    """Who is left for each candidate, without the ``liars`` highest and lowest: bool[B, n, C].

    Where fewer than ``2 * liars + 1`` were heard, as many are cut as leave one or two.
    ValueError for a negative number of liars.
    """
    if liars < 0:
        raise ValueError(f"a trimmed mean cuts 0 or more agents from each end, not {liars}")
    heard = _everybody(votes, heard)[:, :, None]
    speakers = heard.sum(axis=1, keepdims=True)
    cut = np.minimum(liars, np.maximum(speakers - 1, 0) // 2)
    raised = np.where(heard, votes, np.inf)  # who was not heard comes last
    place = np.argsort(np.argsort(raised, axis=1, kind="stable"), axis=1, kind="stable")
    return heard & (place >= cut) & (place < speakers - cut)


def trimmed_mean(votes: Floats, liars: int, heard: Bools | None = None) -> Floats:
    """Each candidate's mean without its ``liars`` highest and lowest votes: float[B, C].

    Guarantee: of ``n >= 2 * liars + 1`` agents heard, let any ``liars`` say whatever they like.
    The result still lies between the smallest and the largest vote of the honest.  So a candidate
    to which every honest agent gives more than any honest agent gives another stays above it.
    With one liar more there is no such bound.  Follows Yin et al. (ICML 2018, arXiv 1803.01498)
    for gradients; the argument is in lesson 14.
    """
    return average(votes, kept_after_trimming(votes, liars, heard))


def median(votes: Floats, heard: Bools | None = None) -> Floats:
    """Each candidate's median vote: float[B, C].

    It is the trimmed mean that cuts as many as it can, so it stands any minority of liars.
    """
    return trimmed_mean(votes, votes.shape[1], heard)


def average(votes: Floats, kept: Bools) -> Floats:
    """The mean vote of those kept, bool[B, n, C]: float[B, C]; 0 where nobody is."""
    count = kept.sum(axis=1)
    total = np.where(kept, votes, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.zeros(total.shape), where=count > 0)


def _everybody(votes: Floats, heard: Bools | None) -> Bools:
    heard = np.ones(votes.shape[:2], dtype=bool) if heard is None else heard
    if np.isnan(votes[heard]).any():
        raise ValueError("some votes are NaN: fill them in, or mark whoever gave them as not heard")
    return heard
