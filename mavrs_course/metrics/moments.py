"""Was the right moment of a video found? As the field measures it.

A window is ``(start, end)`` in seconds.  The measures are those of QVHighlights (Lei, Berg and
Bansal, NeurIPS 2021, arXiv 2107.09609), whose mean average precision follows ActivityNet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import MetricError

THRESHOLDS = tuple(np.linspace(0.5, 0.95, 10).round(2).tolist())
PREDICTIONS = 10


def temporal_iou(first: ArrayLike, second: ArrayLike) -> Floats:
    """Overlap over union of each window with each: float[N, M] from float[N, 2] and float[M, 2].

    Two windows that cover nothing, of length 0, have 0.
    """
    one, other = windows(first)[:, None], windows(second)[None]
    overlap = np.minimum(one[..., 1], other[..., 1]) - np.maximum(one[..., 0], other[..., 0])
    overlap = np.maximum(overlap, 0.0)
    union = (one[..., 1] - one[..., 0]) + (other[..., 1] - other[..., 0]) - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)


def windows(given: ArrayLike) -> Floats:
    """float[N, 2], checked: finite, and none that ends before it starts."""
    array = np.asarray(given, dtype=float)
    array = array.reshape(0, 2) if array.size == 0 else array
    if array.ndim != 2 or array.shape[1] != 2:
        raise MetricError(f"windows have the shape (N, 2), start and end; got {array.shape}")
    if not np.isfinite(array).all() or (array[:, 1] < array[:, 0]).any():
        raise MetricError("a window has a finite start, and ends no earlier than it starts")
    return array


def ranked(found: ArrayLike, scores: ArrayLike) -> Floats:
    """The windows by score, best first; of equals, the earlier in the list."""
    array, score = windows(found), np.asarray(scores, dtype=float)
    if score.shape != (len(array),):
        raise MetricError(f"{len(array)} windows need as many scores, got shape {score.shape}")
    return array[np.argsort(-score, kind="stable")]


def found_at(found: ArrayLike, truth: ArrayLike, threshold: float = 0.5) -> bool:
    """R1@threshold of one query: has the first window an IoU of at least that with a true one?

    found: best first; none found is a miss.  A query without a true window raises.
    """
    first = windows(found)[:1]
    true = _some(truth)
    return bool(len(first) and temporal_iou(first, true).max() >= threshold)


def average_precision_at(
    found: ArrayLike, truth: ArrayLike, thresholds: Sequence[float] = THRESHOLDS
) -> Floats:
    """AP of one query at each IoU threshold: float[len(thresholds)].

    found: best first; only the first 10 count.  One by one, each takes the true window that it
    overlaps most among those not taken; below the threshold, or with none left, it is wrong.
    Precision is interpolated: at each recall the best precision at that recall or a higher one.
    """
    true = _some(truth)
    shared = temporal_iou(windows(found)[:PREDICTIONS], true)
    return np.array([_average_precision(shared, threshold) for threshold in thresholds])


def _average_precision(shared: Floats, threshold: float) -> float:
    right, taken = np.zeros(len(shared)), np.zeros(shared.shape[1], dtype=bool)
    for number, row in enumerate(shared):
        free = np.where(taken, -1.0, row)
        best = int(free.argmax())
        if free[best] >= threshold:
            right[number], taken[best] = 1.0, True
    precision = right.cumsum() / np.arange(1, len(right) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return float((right * best_from_here).sum() / shared.shape[1])


def hit_at_one(saliency: ArrayLike, rated: ArrayLike, least: int) -> bool:
    """Hit@1 of one query: did any annotator give the clip of highest saliency ``least`` or more?

    saliency: float[S], predicted; of equals the first counts.  rated: int[T, annotators], 0 where
    a clip is not relevant.  S and T may differ by a clip or so; what was not rated is no hit.
    """
    score, marks = np.asarray(saliency, dtype=float), np.asarray(rated)
    if score.ndim != 1 or not score.size or np.isnan(score).any() or marks.ndim != 2:
        raise MetricError(f"clips and their ratings, got {score.shape} and {marks.shape}, or NaN")
    return bool((marks[int(score.argmax()) :][:1] >= least).any())


def _some(truth: ArrayLike) -> Floats:
    true = windows(truth)
    if not len(true):
        raise MetricError("a query has at least one true window")
    return true
