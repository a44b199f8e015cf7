"""Fairness: how attention and earnings are divided between videos, creators and groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import EMPTY, position_weights, read_pages, require


def gini(amounts: ArrayLike) -> float | Floats:
    """Gini coefficient over the last axis: 0 when all get the same, ``1 - 1/n`` when one gets all.

    ``sum_i (2i - n - 1) x_i / (n sum x)`` for x sorted upwards.  All zero is all the same: 0.
    """
    amounts = np.sort(_amounts(amounts), axis=-1)
    n = amounts.shape[-1]
    total = amounts.sum(axis=-1)
    spread = amounts @ (2.0 * np.arange(1, n + 1) - n - 1.0)
    return _plain(np.divide(spread, n * total, out=np.zeros_like(total), where=total > 0))


def jain(amounts: ArrayLike) -> float | Floats:
    """Jain's index over the last axis: 1 when all get the same, ``1/n`` when one gets all.

    ``(sum x)^2 / (n sum x^2)`` (Jain, Chiu and Hawe 1984).  All zero is all the same: 1.
    """
    amounts = _amounts(amounts)
    n = amounts.shape[-1]
    squares = n * (amounts**2).sum(axis=-1)
    return _plain(
        np.divide(amounts.sum(axis=-1) ** 2, squares, out=np.ones_like(squares), where=squares > 0)
    )


def exposure(ranked: ArrayLike, videos: int) -> Floats:
    """Attention that each video gets over all pages: float[videos].

    A slot of rank r gives ``1 / log2(r + 1)`` (Singh and Joachims 2018).
    """
    pages = read_pages(ranked, videos)
    weights = np.broadcast_to(position_weights(pages.shape[1]), pages.shape)
    filled = pages != EMPTY
    return np.bincount(pages[filled], weights[filled], minlength=videos).astype(float)


def exposure_by_group(ranked: ArrayLike, group: ArrayLike) -> Floats:
    """Share of all attention that goes to each group of videos: float[G], sums to one.

    group: int[V], the group 0..G-1 of each video (its creator, its topic, new or old).
    """
    group = np.asarray(group)
    require(
        group.ndim == 1 and np.issubdtype(group.dtype, np.integer) and bool(np.all(group >= 0)),
        "group needs one integer 0..G-1 for each video, shape (V,)",
    )
    attention = exposure(ranked, len(group))
    require(attention.sum() > 0, "no page shows a video, so there is no exposure to share")
    return np.bincount(group, attention) / attention.sum()


def exposure_per_merit(exposure: ArrayLike, merit: ArrayLike) -> Floats:
    """Share of all exposure over share of all merit, by group: float[G]; 1 is what merit earns.

    exposure, merit: float[G], 0 or more, sums over the members of each group (Singh and Joachims
    2018, disparate treatment).  A group without members has merit 0.  NaN where merit is 0: who has
    no claim is treated neither well nor badly.  NaN everywhere before anything was shown.
    """
    shown, earned = np.asarray(exposure, dtype=float), np.asarray(merit, dtype=float)
    require(
        shown.ndim == 1 and shown.shape == earned.shape,
        f"exposure and merit need one number a group each, got {shown.shape} and {earned.shape}",
    )
    for name, amounts in (("exposure", shown), ("merit", earned)):
        fine = np.isfinite(amounts) & (amounts >= 0)
        require(bool(fine.all()), f"{name} must be finite and not negative")
    claim = earned > 0
    known = shown[claim].sum()
    if known <= 0:
        return np.full(shown.shape, np.nan)
    fair = known * np.where(claim, earned, np.nan) / earned.sum()
    return shown / fair


def disparity(exposure: ArrayLike, merit: ArrayLike) -> float:
    """The best treated group's :func:`exposure_per_merit` less the worst's.

    0 for fewer than two groups with merit: there is nobody to be treated otherwise.
    """
    treated = exposure_per_merit(exposure, merit)
    treated = treated[~np.isnan(treated)]
    return float(np.ptp(treated)) if len(treated) > 1 else 0.0


def price_of_fairness_bound(players: int, kind: str = "proportional") -> float:
    """At most this share of the sum of utilities is lost to fairness among ``players``.

    ``1 - (2 sqrt n - 1) / n`` for proportional fairness, the largest product of utilities, and
    ``1 - 4 n / (n + 1)^2`` for max-min fairness, where the utilities that can be had form a convex
    set and each player alone could get the same (Bertsimas, Farias and Trichakis 2011).
    """
    require(players >= 1, f"fairness needs at least one player, not {players}")
    bounds = {
        "proportional": 1.0 - (2.0 * np.sqrt(players) - 1.0) / players,
        "max-min": 1.0 - 4.0 * players / (players + 1.0) ** 2,
    }
    require(kind in bounds, f"kind is one of {sorted(bounds)}, not {kind!r}")
    return float(bounds[kind])


def _amounts(amounts: ArrayLike) -> Floats:
    """The amounts in units of the largest: no index depends on the unit, and nothing overflows."""
    amounts = np.asarray(amounts, dtype=float)
    require(
        amounts.ndim >= 1 and amounts.shape[-1] > 0,
        "amounts need at least one receiver along the last axis",
    )
    require(
        bool(np.all(np.isfinite(amounts) & (amounts >= 0))),
        "amounts must be finite and not negative",
    )
    largest = amounts.max(axis=-1, keepdims=True)
    return np.divide(amounts, largest, out=np.zeros_like(amounts), where=largest > 0)


def _plain(values: Floats) -> float | Floats:
    return float(values) if np.ndim(values) == 0 else values


def zipf_gini(n: int) -> float:
    """Gini of n amounts in proportion to 1, 1/2, ..., 1/n: ``(n + 1) / n - 2 / H_n``."""
    require(n >= 1, f"there is at least one receiver, got {n}")
    return float((n + 1) / n - 2.0 / (1.0 / np.arange(1, n + 1)).sum())
