"""Where does a recommender do badly?  Slices of the log, with control of false discoveries.

Pages of some slices earn little whatever is shown: nobody watches long in the morning.  So a slice
is judged by its *lift*: what choosing earns there over the lot, that is, over the pages on which
exploration chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from mavrs_course.agents.improving.patches import Grammar, Where
from mavrs_course.messages import Bools, Floats, Ints


@dataclass(frozen=True)
class SliceFinding:
    """lift: ln of what choosing earns over what the lot earns.  behind: by how much it is below
    that of all other pages.  p: of so much by chance."""

    where: Where
    pages: int
    lift: float
    behind: float
    p: float


def log_lift(reward: Floats, explored: Bools) -> tuple[float, float]:
    """ln(mean where chosen / mean of the lot), and its variance by the delta method.

    A log without two pages of both kinds, or without any reward, says nothing: 0 and infinity.
    """
    reward, explored = np.asarray(reward, dtype=float), np.asarray(explored, dtype=bool)
    return _lift(_sums(np.zeros(len(reward), dtype=np.int64), reward, explored, 1)[..., 0])


def slice_findings(
    grammar: Grammar,
    kind: Ints,
    reward: Floats,
    explored: Bools,
    slices: Sequence[Where] | None = None,
) -> list[SliceFinding]:
    """Each slice against all other pages, one-sided: how likely is it to look so far behind?

    kind: int[N, attributes]; reward: float[N], at least 0; explored: bool[N], by lot.
    """
    sizes = [len(values) for values in grammar.attributes.values()]
    cells = np.argwhere(np.ones(sizes))  # int[cells, attributes]
    cell = np.ravel_multi_index(tuple(np.asarray(kind).T), sizes)
    sums = _sums(cell, np.asarray(reward, dtype=float), np.asarray(explored, bool), len(cells))
    found = []
    for where in grammar.slices() if slices is None else slices:
        inside = grammar.inside(where, cells)
        lift, noise = _lift(sums[..., inside].sum(axis=-1))
        rest, rest_noise = _lift(sums[..., ~inside].sum(axis=-1))
        unsure = np.sqrt(noise + rest_noise)
        z = (rest - lift) / unsure if 0 < unsure < np.inf else 0.0
        pages = int(sums[0, :, inside].sum())
        found.append(SliceFinding(where, pages, lift, rest - lift, float(ndtr(-z))))
    return found


def _sums(cell: Ints, reward: Floats, explored: Bools, cells: int) -> Floats:
    """Pages, rewards and squares, chosen and by lot, of each cell: float[3, 2, cells]."""
    place = 2 * cell + explored
    return np.stack([
        np.bincount(place, weights, minlength=2 * cells).reshape(cells, 2).T
        for weights in (np.ones(len(reward)), reward, reward**2)
    ])  # fmt: skip


def _lift(sums: Floats) -> tuple[float, float]:
    n, total, squares = sums
    if n.min() < 2 or total.min() <= 0:
        return 0.0, np.inf
    mean = total / n
    variance = np.maximum(squares - n * mean**2, 0) / (n - 1)
    return float(np.log(mean[0] / mean[1])), float((variance / n / mean**2).sum())


def discoveries(p: ArrayLike, rate: float) -> Bools:
    """Which of many tests to believe, so that a share of at most ``rate`` is believed wrongly.

    p: float[m].  The largest k with ``p_(k) <= k rate / m`` is looked for, and the k smallest
    are believed.
    Source: Benjamini and Hochberg, "Controlling the false discovery rate" (Journal of the Royal
    Statistical Society B 57, 1995).  It holds for tests that are independent, or depend on each
    other positively.  Raises ValueError for what is no probability.
    """
    p = np.asarray(p, dtype=float)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p holds one probability a test, from 0 to 1")
    if not 0 < rate < 1:
        raise ValueError(f"a rate of false discoveries is between 0 and 1, not {rate}")
    order = np.argsort(p, kind="stable")
    low = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / max(len(p), 1))
    believed = np.zeros(len(p), dtype=bool)
    if len(low):
        believed[order[: low[-1] + 1]] = True
    return believed
