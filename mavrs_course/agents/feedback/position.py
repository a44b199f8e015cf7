"""Position bias: a video that nobody scrolled to was not rejected.

The position-based model says: a click needs a look and a wish, and the two are independent,
``P(click | slot k, group g) = e_k r_g``.  ``K`` slots, ``G`` groups of videos (topics, say).
Counts ``shown`` and ``clicked`` are float[K, G]: they are all that the estimates here need.

Source: Joachims, Swaminathan and Schnabel, "Unbiased learning-to-rank with biased feedback"
(WSDM 2017, arXiv 1608.04468); EM as in Wang et al., "Position bias estimation for unbiased
learning to rank in personal search" (WSDM 2018, doi 10.1145/3159652.3159732).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Floats, Ints
from mavrs_course.world.viewers import choice_probabilities

SURE = 1.0 - 1e-9


def tally(feedback: Feedback, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """``(shown, clicked)``, float[K, groups], over the active pages; ``group`` int[V]."""
    rows = np.flatnonzero(feedback.active)
    groups_shown = group[feedback.slate.videos[rows]]
    slots = np.broadcast_to(np.arange(groups_shown.shape[1]), groups_shown.shape)
    shown = np.zeros((groups_shown.shape[1], groups))
    clicked = np.zeros_like(shown)
    np.add.at(shown, (slots, groups_shown), 1.0)
    hit = feedback.clicked[rows, None] == slots
    np.add.at(clicked, (slots[hit], groups_shown[hit]), 1.0)
    return shown, clicked


def examination_by_randomisation(shown: Floats, clicked: Floats) -> Floats:
    """``e_k`` relative to the first slot, float[K], from pages in random order.

    What chance put into the slots is equally good in all of them, so the click rates of the
    slots differ only by how much each is seen.
    """
    rates = clicked.sum(axis=1) / shown.sum(axis=1)
    if not rates[0] > 0:
        raise ValueError("nothing was clicked in the first slot: there is nothing to compare with")
    return rates / rates[0]


def examination_by_em(shown: Floats, clicked: Floats, rounds: int = 200) -> tuple[Floats, Floats]:
    """``(e float[K] relative to the first slot, r float[G])`` from pages in any order.

    A click says: seen and wanted.  No click leaves three stories, whose probabilities follow
    from the present guess (E step); counting the stories gives the next guess (M step).
    Only the products ``e_k r_g`` can be learned, so ``e_0`` is set to 1; and only where groups
    have been in several slots.  A group that was never shown has NaN.
    """
    slots = len(shown)
    totals = shown.sum(axis=0)
    examination = np.full(slots, 0.5)
    relevance = np.full(len(totals), 0.5)
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(rounds):
            seen, wanted = _stories(examination, relevance, shown, clicked)
            examination = np.minimum(seen.sum(axis=1) / shown.sum(axis=1), SURE)
            relevance = np.minimum(wanted.sum(axis=0) / totals, SURE)
            relevance = np.where(totals > 0, relevance, 0.0)
    scale = examination[0]
    return examination / scale, np.where(totals > 0, relevance * scale, np.nan)


def _stories(examination, relevance, shown, clicked) -> tuple[Floats, Floats]:
    """How often each slot was seen and each group wanted, expected: two float[K, G]."""
    e, r = examination[:, None], relevance[None, :]
    skipped = shown - clicked
    no_click = 1.0 - e * r
    return clicked + skipped * e * (1.0 - r) / no_click, clicked + skipped * r * (1 - e) / no_click


def examination_in_competition(click_rate: Floats, weights: Floats, rounds: int = 100) -> Floats:
    """``e_k`` in a world whose slots compete, float[K], the first relative to no click.

    click_rate: float[K], of pages in random order.  weights: float[N, K], attraction of pages
    like those, from a model of the viewers.  Solves ``click_rate = mean over pages of
    e_k w_k / (sum_j e_j w_j + 2)`` by scaling each ``e_k`` until its slot's rate fits.
    """
    examination = np.ones(len(click_rate))
    for _ in range(rounds):
        examination *= click_rate / choice_probabilities(examination * weights).mean(axis=0)
    return examination


def naive_rates(shown: Floats, clicked: Floats) -> Floats:
    """Clicks for each show, whatever the slot: float[G], NaN where nothing was shown."""
    return _ratio(clicked.sum(axis=0), shown.sum(axis=0))


def ips_rates(shown: Floats, clicked: Floats, examination: Floats) -> Floats:
    """Inverse propensity scoring, float[G]: each click in slot k counts ``1 / e_k``.

    Unbiased for ``r_g`` where the position-based model holds: ``E[click] / e_k = r_g``.
    """
    return _ratio((clicked / examination[:, None]).sum(axis=0), shown.sum(axis=0))


def debiased_rates(shown: Floats, clicked: Floats, examination: Floats) -> Floats:
    """Clicks for each expected look, float[G]: ``sum_k c_kg / sum_k e_k n_kg``.

    As right as :func:`ips_rates` in the mean, and steadier: a lucky click far down the page
    does not count ten times.  Source: clicks over expected clicks, Zhang and Jones, "Comparing
    click logs and editorial labels for training query rewriting" (WWW 2007 workshop).
    """
    return _ratio(clicked.sum(axis=0), examination @ shown)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
