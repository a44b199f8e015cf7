"""Fairness by prices: what the worst-off is worth, and the largest product of all.

:func:`fairest_pages` follows the idea of P-MMF (Xu et al., "P-MMF: provider max-min fairness
re-ranking in recommender system", WWW 2023): one price a group, learned page by page.  Ours walks
on the simplex by multiplication, where theirs takes gradient steps and projects.
:func:`nash_attention` is the Nash social welfare of Saito and Joachims (KDD 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints


@dataclass(frozen=True)
class PricedPages:
    """pages: int[T, K].  bonus: float[T, G], what a video of each group was lifted by.
    counts: float[G], how often each group was shown."""

    pages: Ints
    bonus: Floats
    counts: Floats


def fairest_pages(
    scores: ArrayLike,
    group: ArrayLike,
    slots: int,
    weight: float,
    claim: ArrayLike | None = None,
    step: float = 0.05,
) -> PricedPages:
    """Pages one after another, for the largest ``sum of scores + weight * T * min(count / claim)``.

    scores: float[T, C], one page a row; group: int[C].  claim: float[G], above 0, the shows that a
    group may ask for over all pages; by default in proportion to its members.  The minimum over
    groups is one over mixtures of them, ``min over nu of sum nu_g count_g / claim_g``.  So each
    page takes the best of ``score + weight * T * nu_g / claim_g``, and then the mixture moves away
    from whoever was shown: ``nu_g`` times ``exp(-step * shown_g / fair_g)``, divided by the sum.
    """
    table, member = np.asarray(scores, dtype=float), np.asarray(group, dtype=np.int64)
    if table.ndim != 2 or member.shape != table.shape[1:] or not 1 <= slots <= table.shape[1]:
        raise ValueError("fairest_pages needs scores (T, C), a group for each of C, and slots <= C")
    sizes = np.bincount(member)
    asked = sizes * slots * len(table) / len(member) if claim is None else np.asarray(claim, float)
    real = (sizes > 0) & (asked > 0)  # a group of nobody has no claim and no price
    fair = np.where(real, asked / max(len(table), 1), 1.0)  # a page's share
    nu = real / max(real.sum(), 1)
    pages, bonuses = np.zeros((len(table), slots), np.int64), np.zeros((len(table), len(sizes)))
    for page, row in enumerate(table):
        bonuses[page] = weight * nu / fair
        lifted = row + bonuses[page][member]
        pages[page] = np.argsort(-lifted, kind="stable")[:slots]
        shown = np.bincount(member[pages[page]], minlength=len(sizes))
        nu = nu * np.exp(-step * shown / fair)
        nu /= max(nu.sum(), 1e-300)
    counts = np.bincount(member[pages].ravel(), minlength=len(sizes)).astype(float)
    return PricedPages(pages, bonuses, counts)


def nash_attention(relevance: ArrayLike, attention: ArrayLike, rounds: int = 300) -> Floats:
    """The attention float[viewers, n] with the largest product of the videos' clicks.

    relevance: float[viewers, n], above 0; attention: float[n], by place.  A video's clicks are the
    sum over viewers of relevance times attention.  Frank and Wolfe: at the present clicks each
    viewer's best order is by ``relevance / clicks``, mixed in with weight ``2 / (round + 2)``.
    """
    u, v = np.asarray(relevance, dtype=float), np.sort(np.asarray(attention, dtype=float))[::-1]
    if u.ndim != 2 or u.shape[1:] != v.shape or not bool(np.all(u > 0) and np.all(v >= 0)):
        raise ValueError("nash_attention needs relevance above 0 and attention of 0 or more")
    given = np.full(u.shape, v.mean())
    for turn in range(rounds):
        prices = u / (u * given).sum(axis=0)
        order = np.argsort(-prices, axis=1, kind="stable")
        given *= turn / (turn + 2.0) if turn else 0.5  # everybody keeps something
        best = np.zeros(u.shape)
        np.put_along_axis(best, order, np.broadcast_to(v, u.shape), axis=1)
        given += (2.0 / (turn + 2.0) if turn else 0.5) * best
    return given
