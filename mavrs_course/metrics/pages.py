"""Pages made from scores, and the checks that every metric makes of its input."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from mavrs_course.messages import Floats, Ints

EMPTY = -1

Matrix: TypeAlias = ArrayLike | sparse.sparray | sparse.spmatrix


class MetricError(ValueError):
    """The input of a metric makes no sense; the text says what is wrong and what to do."""


def require(condition: bool, problem: str) -> None:
    """Raise :class:`MetricError` with ``problem`` unless ``condition`` holds."""
    if not condition:
        raise MetricError(problem)


def top_k(scores: ArrayLike, k: int, seen: Matrix | None = None) -> Ints:
    """The ``k`` best-scored videos of each viewer, best first: int[B, k].

    scores: float[B, V].  seen: bool or sparse [B, V]; what is non-zero is never shown.
    Equal scores are ranked by video index, lower first.  A score of minus infinity means
    "never"; slots that no video is left for are ``EMPTY``.
    """
    scores = np.array(scores, dtype=float)
    require(scores.ndim == 2, f"top_k needs scores of shape (B, V), got {scores.shape}")
    require(not np.isnan(scores).any(), "the scores hold NaN: score every video before ranking")
    require(
        1 <= k <= scores.shape[1],
        f"k = {k}, but there are {scores.shape[1]} videos to rank: choose k between 1 and that",
    )
    if seen is not None:
        require(
            np.shape(seen) == scores.shape,
            f"seen has shape {np.shape(seen)} and the scores {scores.shape}: they must agree",
        )
        scores[sparse.csr_array(seen).nonzero()] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    never = np.isneginf(np.take_along_axis(scores, order, axis=1))
    return np.where(never, EMPTY, order)


def read_pages(ranked: ArrayLike, videos: int, k: int | None = None) -> Ints:
    """The first ``k`` slots of each page as int[B, k], once they are known to make sense."""
    ranked = np.asarray(ranked)
    require(
        ranked.ndim == 2 and np.issubdtype(ranked.dtype, np.integer),
        f"pages need video ids, integers of shape (B, K); got {ranked.dtype} {ranked.shape}",
    )
    k = ranked.shape[1] if k is None else k
    require(
        1 <= k <= ranked.shape[1],
        f"k = {k}, but the pages have {ranked.shape[1]} slots: rank more videos or ask for fewer",
    )
    require(
        bool(np.all((ranked >= EMPTY) & (ranked < videos))),
        f"pages hold video ids 0..{videos - 1}, or {EMPTY} for an empty slot; got ids from "
        f"{ranked.min(initial=0)} to {ranked.max(initial=0)}",
    )
    order = np.sort(ranked, axis=1)
    twice = ((order[:, 1:] == order[:, :-1]) & (order[:, 1:] != EMPTY)).any(axis=1)
    pages_with_repeats = np.flatnonzero(twice).tolist()
    require(
        not pages_with_repeats,
        f"pages {pages_with_repeats[:5]} show the same video twice: a page holds each video once",
    )
    return ranked[:, :k].astype(np.int64)


def position_weights(slots: int) -> Floats:
    """Attention to each slot, ``1 / log2(rank + 1)`` for rank 1, 2, ...: float[slots]."""
    return 1.0 / np.log2(np.arange(slots) + 2.0)
