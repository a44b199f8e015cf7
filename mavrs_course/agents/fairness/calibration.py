"""Calibration: a viewer who likes a little of something sees a little of it.

Source: Steck, "Calibrated recommendations" (RecSys 2018).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints
from mavrs_course.metrics.diversity import calibration


def calibrated_pages(
    scores: ArrayLike, genres: ArrayLike, history: ArrayLike, slots: int, trade: float
) -> Ints:
    """Which candidates fill each page, first chosen first: int[B, slots].

    scores: float[B, C].  genres: float[B, C, G], the shares of each candidate, summing to 1.
    history: float[B, G], what each viewer has watched, summing to 1.  One slot after another takes
    the candidate that makes ``(1 - trade) * sum of scores - trade * KL(history | page)`` largest;
    of equals the first.
    """
    table, mix = np.asarray(scores, dtype=float), np.asarray(genres, dtype=float)
    wanted = np.asarray(history, dtype=float)
    if table.ndim != 2 or mix.shape[:2] != table.shape or wanted.shape != (len(mix), mix.shape[2]):
        raise ValueError("scores, genres and history need shapes (B, C), (B, C, G) and (B, G)")
    if not 1 <= slots <= table.shape[1] or not 0 <= trade <= 1:
        raise ValueError(f"slots lie in 1 to C and trade in 0 to 1, not {slots} and {trade}")
    rows, (pages, candidates, _) = np.arange(len(mix)), mix.shape
    columns, so_far = np.zeros((pages, slots), np.int64), np.zeros(wanted.shape)
    taken = np.zeros((pages, candidates), dtype=bool)
    for slot in range(slots):
        if_added = (so_far[:, None] + mix) / (slot + 1.0)  # float[B, C, G]
        gains = (1 - trade) * table - trade * _divergence(wanted, if_added)
        columns[:, slot] = np.where(taken, -np.inf, gains).argmax(axis=1)
        taken[rows, columns[:, slot]] = True
        so_far += mix[rows, columns[:, slot]]
    return columns


def _divergence(wanted: Floats, shown: Floats) -> Floats:
    """float[B, C]: how far each of C pages is from what each viewer has watched."""
    pages, candidates, genres = shown.shape
    repeated = np.repeat(wanted, candidates, axis=0)
    return calibration(repeated, shown.reshape(-1, genres)).reshape(pages, candidates)
