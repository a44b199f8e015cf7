"""Slots for sale: who gets which, and what it costs, by three rules.

The slots of a page are seen with different probability: ``looks`` float[K], not rising.  A bid is
what a bidder offers for one look.  Highest bids get the best slots under every rule; the rules
differ in what a winner pays for each look:

============  ======================================================================
first price   its own bid
GSP           the highest bid of anybody else that it beat: generalised second price
VCG           what its presence costs the others, after Vickrey, Clarke and Groves
============  ======================================================================

For the same bids nobody pays more by VCG than by GSP, nor more by GSP than by first price.

Source: Edelman, Ostrovsky and Schwarz, "Internet advertising and the generalized second-price
auction" (American Economic Review 97(1), 2007).  There a bidder has one advertisement
(:func:`sell_positions`); here it may bid for each of ``C`` videos, also for one that others want.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats, Ints

HOUSE = -1  # who holds what nobody bid the reserve for


@dataclass(frozen=True)
class Sale:
    """What was sold on ``B`` pages.

    columns: int[B, K], the video in each slot.  sponsor: int[B, K], who bought it, or ``HOUSE``.
    bid: float[B, K], the winning bid for one look.  paid: float[B, K], for all looks of the slot.
    """

    columns: Ints
    sponsor: Ints
    bid: Floats
    paid: Floats

    def paid_by(self, bidders: int) -> Floats:
        """What each bidder pays for the page: float[B, n]."""
        return (self.paid[..., None] * (self.sponsor[..., None] == np.arange(bidders))).sum(axis=1)


@dataclass(frozen=True)
class Ranking:
    """All videos of a page, highest bid first: float[B, C] each.

    top: the best bid for the video.  sponsor: int[B, C], who made it.  second: the best of others.
    """

    top: Floats
    sponsor: Ints
    second: Floats

    def without(self, bidder: Ints) -> Floats:
        """The best bid for each video when the bidders int[B] stay away: float[B, C]."""
        return np.where(self.sponsor == bidder[:, None], self.second, self.top)


Rule = Callable[[Ranking, Floats], Floats]  # what each of K slots costs, float[B, K]


def first_price(bids: Ranking, looks: Floats) -> Floats:
    """Everybody pays what it bid."""
    return looks * bids.top[:, : len(looks)]


def gsp(bids: Ranking, looks: Floats) -> Floats:
    """For each look, the highest bid of anybody else for this video or one ranked below it."""
    price = [
        bids.without(bids.sponsor[:, slot])[:, slot:].max(axis=1) for slot in range(len(looks))
    ]
    return looks * np.stack(price, axis=1)


def vcg(bids: Ranking, looks: Floats) -> Floats:
    """What the others would have without the bidder, minus what they have with it.

    One bill for each bidder; where it has several slots, shared in proportion to its bids.
    """
    slots = len(looks)
    worth, holder = looks * bids.top[:, :slots], bids.sponsor[:, :slots]
    paid = np.zeros_like(worth)
    for slot in range(slots):
        own = holder == holder[:, slot, None]
        rest = bids.without(holder[:, slot])
        best = -np.sort(-rest, axis=1)[:, :slots]
        bill = best @ looks - np.where(own, 0.0, worth).sum(axis=1)
        total = np.where(own, worth, 0.0).sum(axis=1)
        share = np.divide(worth[:, slot], total, out=np.zeros_like(total), where=total > 0)
        paid[:, slot] = np.clip(bill, 0.0, total) * share  # the clip removes rounding errors
    return paid


RULES: dict[str, Rule] = {"first-price": first_price, "gsp": gsp, "vcg": vcg}


def sell(
    bids: Floats,
    looks: Floats,
    rule: Rule = gsp,
    *,
    reserve: float = 0.0,
    appeal: Floats | None = None,
) -> Sale:
    """Sell the slots of ``B`` pages.

    bids: float[B, n, C], at least 0; a bid of 0 is none.  looks: float[K], not rising.
    reserve: the house's own bid for every video, so that nobody gets a look for less.
    appeal: float[B, C], breaks ties and ranks what the house shows; by default the order given.
    Raises ValueError for bids or looks that are not so.
    """
    bids, looks = np.asarray(bids, dtype=float), np.asarray(looks, dtype=float)
    _check(bids, looks, reserve)
    if not bids.shape[1]:  # nobody is left to bid, which is as if somebody bid nothing
        bids = np.zeros((len(bids), 1, bids.shape[2]))
    pages, bidders, videos = bids.shape
    house = np.full((pages, 1, videos), reserve)
    everybody = np.concatenate([bids, house], axis=1)
    sponsor = everybody.argmax(axis=1)  # of equal bids the house's comes last
    two = -np.partition(-everybody, 1, axis=1)[:, :2]
    top, second = two[:, 0], two[:, 1]
    order = np.lexsort((np.zeros_like(top) if appeal is None else -appeal, -top), axis=1)
    ranked = Ranking(*(np.take_along_axis(part, order, axis=1) for part in (top, sponsor, second)))
    slots = slice(len(looks))
    sold = (ranked.sponsor[:, slots] != bidders) & (ranked.top[:, slots] > 0)
    paid = np.where(sold, rule(ranked, looks), 0.0)
    holder = np.where(sold, ranked.sponsor[:, slots], HOUSE)
    return Sale(order[:, slots], holder, np.where(sold, ranked.top[:, slots], 0.0), paid)


def sell_positions(
    bids: Floats, looks: Floats, rule: Rule = gsp, *, reserve: float = 0.0
) -> tuple[Floats, Floats]:
    """The textbook's auction, one advertisement a bidder: looks won and money paid, float[B, n].

    bids: float[B, n], for one look (in the textbook: one click).  looks: float[K].
    """
    bids, looks = np.asarray(bids, dtype=float), np.asarray(looks, dtype=float)
    pages, bidders = bids.shape
    looks = np.pad(looks, (0, max(0, bidders - len(looks))))[:bidders]
    sale = sell(bids[:, :, None] * np.eye(bidders), looks, rule, reserve=reserve)
    won = np.zeros((pages, bidders + 1))
    np.put_along_axis(won, sale.sponsor, np.broadcast_to(looks, sale.sponsor.shape), axis=1)
    return won[:, :bidders], sale.paid_by(bidders)


def lowest_envy_free_bids(values: Floats, looks: Floats) -> Floats:
    """Bids float[n] with which GSP charges what VCG would, and nobody envies anybody.

    The lowest of the locally envy-free equilibria (theorem 1 of Edelman, Ostrovsky and Schwarz):
    from the bottom up, bidder ``k`` bids until it is indifferent between its own slot and the one
    above at the price it makes there, ``looks[k-1] b[k] = (looks[k-1] - looks[k]) v[k] +
    looks[k] b[k+1]``; the first bids its value.  values: float[n], for one look.
    """
    values = np.asarray(values, dtype=float)
    order = np.argsort(-values, kind="stable")
    e = np.pad(np.asarray(looks, dtype=float), (0, len(values)))[: len(values) + 1]
    bids, below = np.zeros(len(values)), 0.0
    for place in reversed(range(len(values))):
        value = values[order[place]]
        if place > 0 and e[place - 1] > 0:
            value = value + e[place] / e[place - 1] * (below - value)
        bids[order[place]] = below = value
    return bids


def _check(bids: Floats, looks: Floats, reserve: float) -> None:
    if bids.ndim != 3 or not np.isfinite(bids).all() or (bids < 0).any():
        raise ValueError("bids are finite, at least 0 and of shape (B, n, C)")
    falling = looks.ndim == 1 and len(looks) and (np.diff(looks) <= 0).all() and looks[-1] >= 0
    if not falling or len(looks) > bids.shape[2]:
        raise ValueError(f"looks are at most C numbers that do not rise, not {looks}")
    if not 0 <= reserve < np.inf:
        raise ValueError(f"a reserve price is a number of at least 0, not {reserve}")
