"""Is the video that came next ranked high?  Among all videos, and among eight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from mavrs_course.messages import Floats, Ints

NEGATIVES = 7


def full_ranks(scores: Floats, positives: Ints, watched: sparse.sparray) -> Floats:
    """Rank, 1 is best, of each viewer's next video among all that they had not watched: float[B].

    scores: float[B, V].  positives: int[B].  watched: sparse [B, V]; the positive itself is
    ranked even if it was watched before.  Ties take the mean of the ranks they share.
    """
    open_to = sparse.csr_array(watched).toarray() == 0
    open_to[np.arange(len(positives)), positives] = True
    own = scores[np.arange(len(positives)), positives][:, None]
    above = (open_to & (scores > own)).sum(axis=1)
    level = (open_to & (scores == own)).sum(axis=1)
    return above + (level + 1.0) / 2.0


def one_and_seven(positives: Ints, watched: sparse.sparray, rng: np.random.Generator) -> Ints:
    """MACRec's candidates (Wang et al. 2024, arXiv 2402.15235): int[B, 8], the positive first.

    Seven different videos that the viewer has not watched, uniformly drawn.
    """
    closed = sparse.csr_array(watched).toarray() != 0
    closed[np.arange(len(positives)), positives] = True
    too_few = np.flatnonzero((~closed).sum(axis=1) < NEGATIVES)
    if len(too_few):
        raise ValueError(f"row {too_few[0]} has watched all but fewer than {NEGATIVES} videos")
    tickets = np.where(closed, np.inf, rng.random(closed.shape))
    drawn = np.argpartition(tickets, NEGATIVES - 1, axis=1)[:, :NEGATIVES]
    return np.column_stack([positives, drawn])


def ranks_among(scores: Floats, candidates: Ints) -> Floats:
    """Rank, 1 is best, of the first candidate among all of them: float[B]; ties share."""
    own = np.take_along_axis(scores, candidates, axis=1)
    above = (own > own[:, :1]).sum(axis=1)
    level = (own == own[:, :1]).sum(axis=1)
    return above + (level + 1.0) / 2.0


def hits_and_gains(ranks: Floats, cutoffs: Sequence[int]) -> dict[str, float]:
    """Mean HR@k and NDCG@k of ranks of single videos, NDCG being ``1 / log2(rank + 1)``.

    A rank between two, from a tie, is taken for the lower, so that nobody gains by a tie.
    """
    ranks = np.ceil(ranks)
    figures = {f"HR@{k}": float(np.mean(ranks <= k)) for k in cutoffs}
    gains = 1.0 / np.log2(ranks + 1.0)
    return figures | {f"NDCG@{k}": float(np.mean(gains * (ranks <= k))) for k in cutoffs}
