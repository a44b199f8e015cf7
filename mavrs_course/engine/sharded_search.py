"""The best of a catalogue that lies on several machines, and how few answers find it."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints


def top(scores: Floats, k: int) -> Ints:
    """The ``k`` highest scores, best first, of equals the first: int[min(k, V)]."""
    return np.argsort(-np.asarray(scores), kind="stable")[:k]


def sharded_top(scores: Floats, shard: Ints, k: int, each: int | None = None) -> Ints:
    """The best ``k`` of what every shard's best ``each`` brings together: int[up to k].

    scores: float[V].  shard: int[V], where each video lies.  With ``each`` at least ``k``, which
    None stands for, it is exactly :func:`top`: a video of the best ``k`` has fewer than ``k``
    before it anywhere, so also on its shard.
    """
    scores, shard = np.asarray(scores), np.asarray(shard)
    if scores.shape != shard.shape:
        raise ValueError(f"scores {scores.shape} and shard {shard.shape} need the same shape")
    brought = []
    for number in np.unique(shard):
        here = np.flatnonzero(shard == number)
        brought.append(here[top(scores[here], k if each is None else each)])
    # In the order of the catalogue, so that equals are told apart as in one piece.
    together = np.sort(np.concatenate(brought)) if brought else np.zeros(0, dtype=np.int64)
    return together[top(scores[together], k)]


def expected_share(k: int, shards: int, each: int) -> float:
    """Share of the true best ``k`` that is found, on average, if videos lie on random shards.

    ``shards / k E[min(each, M)]`` with ``M ~ Binomial(k, 1 / shards)``; for ``each = 1`` it is
    ``shards / k (1 - (1 - 1 / shards) ** k)``.  Source for one each: Chern and others, "TPU-KNN"
    (NeurIPS 2022), whose bound is ``((shards - 1) / shards) ** (k - 1)``.
    """
    from scipy import stats

    if min(k, shards, each) < 1:
        raise ValueError(f"k, shards and each are at least 1, not {k}, {shards} and {each}")
    there = np.arange(k + 1)
    return float(shards / k * np.minimum(there, each) @ stats.binom.pmf(there, k, 1 / shards))


def enough_each(k: int, shards: int, share: float) -> int:
    """The fewest answers of each shard that find this ``share`` of the best ``k``, on average."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share is from 0 to 1, not {share}")
    found = (each for each in range(1, k + 1) if expected_share(k, shards, each) >= share)
    return next(found, k)
