"""Diversity: how different the videos of a page are, and how much of the catalogue is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import EMPTY, read_pages, require


def intra_list_diversity(ranked: ArrayLike, features: ArrayLike) -> Floats:
    """Mean of ``1 - cosine`` over the pairs of videos on each page: float[B] (Ziegler et al. 2005).

    features: float[V, F], one row a video.  Rows that mark one topic each make it the share
    of pairs whose topics differ.  A video without features is unlike every other.  NaN for a
    page of fewer than two videos.
    """
    features = _finite_rows(features, "features")
    pages = read_pages(ranked, len(features))
    length = np.linalg.norm(features, axis=1, keepdims=True)
    unit = np.divide(features, length, out=np.zeros_like(features), where=length > 0)
    shown = np.where((pages == EMPTY)[:, :, None], 0.0, unit[pages])
    # |sum of vectors|^2 holds each pair twice and each vector with itself once
    pairs_twice = (shown.sum(axis=1) ** 2).sum(axis=1) - (shown**2).sum(axis=(1, 2))
    count = (pages != EMPTY).sum(axis=1)
    ordered_pairs = (count * (count - 1)).astype(float)
    similarity = np.divide(
        pairs_twice, ordered_pairs, out=np.full(len(pages), np.nan), where=count > 1
    )
    return 1.0 - similarity


def coverage(ranked: ArrayLike, videos: int) -> float:
    """Share of the catalogue of ``videos`` that at least one page shows."""
    pages = read_pages(ranked, videos)
    return len(np.unique(pages[pages != EMPTY])) / videos


def novelty(ranked: ArrayLike, watched_by: ArrayLike, viewers: int) -> Floats:
    """Mean self-information of each page, in bits: float[B] (Zhou et al. 2010).

    A video that n of ``viewers`` have watched tells ``-log2(n / viewers)`` bits.
    watched_by: int[V], viewers of each video; a video nobody has watched counts as watched
    once.  NaN for an empty page.
    """
    watched_by = np.asarray(watched_by, dtype=float)
    require(watched_by.ndim == 1, f"watched_by needs shape (V,), got {watched_by.shape}")
    require(
        bool(np.all((watched_by >= 0) & (watched_by <= viewers))),
        f"watched_by counts viewers: every entry lies between 0 and {viewers}",
    )
    pages = read_pages(ranked, len(watched_by))
    bits = -np.log2(np.maximum(watched_by, 1.0) / viewers)
    return _mean_of_filled(bits[pages], pages != EMPTY)


def genre_shares(ranked: ArrayLike, genres: ArrayLike) -> Floats:
    """How each page divides between genres: float[B, G], rows sum to one (Steck 2018).

    genres: float[V, G], non-negative; a video of several genres is split between them.  NaN
    for a page without any genre.
    """
    genres = _finite_rows(genres, "genres")
    require(bool(np.all(genres >= 0)), "genres must not be negative: use 0 for «not this genre»")
    pages = read_pages(ranked, len(genres))
    split = _rows_to_one(genres, empty=0.0)
    return _rows_to_one(
        np.where((pages == EMPTY)[:, :, None], 0.0, split[pages]).sum(axis=1), empty=np.nan
    )


def calibration(history: ArrayLike, shown: ArrayLike, alpha: float = 0.01) -> Floats:
    """Divergence of what is shown from what each viewer has watched, in nats: float[B].

    0 is perfectly calibrated.  history, shown: float[B, G], shares of genres
    (:func:`genre_shares`).  ``KL(p | (1 - alpha) q + alpha p)`` for p the history and q what
    is shown; the small ``alpha`` keeps a genre that is never shown finite (Steck 2018, section 3).
    """
    p, q = np.asarray(history, dtype=float), np.asarray(shown, dtype=float)
    require(
        p.ndim == 2 and p.shape == q.shape,
        f"history and shown need one shape (B, G), got {p.shape} and {q.shape}",
    )
    require(0 < alpha < 1, f"alpha = {alpha} must lie strictly between 0 and 1")
    for name, shares in (("history", p), ("shown", q)):
        known = shares[~np.isnan(shares).any(axis=1)]
        require(
            bool(np.all(known >= 0)) and np.allclose(known.sum(axis=1), 1.0),
            f"the rows of {name} must be shares that sum to one: use genre_shares",
        )
    mixed = (1.0 - alpha) * q + alpha * p
    ratio = np.divide(p, mixed, out=np.ones_like(p), where=p > 0)
    divergence = np.where(p > 0, p * np.log(ratio), 0.0).sum(axis=1)
    return np.where(np.isnan(p + q).any(axis=1), np.nan, divergence)


def _finite_rows(table: ArrayLike, name: str) -> Floats:
    table = np.asarray(table, dtype=float)
    require(table.ndim == 2, f"{name} needs one row a video, shape (V, F); got {table.shape}")
    require(bool(np.all(np.isfinite(table))), f"{name} must be finite numbers")
    return table


def _rows_to_one(table: Floats, empty: float) -> Floats:
    total = table.sum(axis=1, keepdims=True)
    return np.divide(table, total, out=np.full(table.shape, empty), where=total > 0)


def _mean_of_filled(values: Floats, filled: np.ndarray) -> Floats:
    count = filled.sum(axis=1).astype(float)
    total = np.where(filled, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
