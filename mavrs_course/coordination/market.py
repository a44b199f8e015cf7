"""A page is for sale, and the money is earned by pleasing viewers.

Every agent has a purse.  On each page it bids, for each look at each video,

    ``bid = stake * purse * confidence * vote``

where ``vote`` is its score stretched to [0, 1].  There are two ways to sell:

* :class:`SlotMarket`: a slot goes to whoever bids most for a video, by an auction's rules;
* :class:`PooledMarket`: the bids for a video are added up; those with most money are shown.

Whoever paid for a video earns a credit when it is watched to the end.  An agent whose slots are
watched with chance ``c`` gains ``c`` and pays about ``stake * purse`` for each, so its purse
settles near ``c / stake``: **money is a memory of success**, some ``1 / stake`` slots long.  (By
GSP and VCG it pays less than it bids, and settles higher.)

A request for B pages is B markets at once, with a branch of every agent in each; afterwards the
branches share what they hold.  So a purse moves by the mean over pages; where a session has ended,
nothing is bought or earned.

What a bad agent can do:

* **shout**: nothing.  Scores times 1,000 are the same votes, and no confidence counts above 1.
* **be silent, late, broken or NaN**: it bids nothing on those pages, and keeps its purse.
* **lie**: it harms the others by what their bids lose.  That is never more than what it pays, by
  any rule of payment, and it can't pay more than it has.  So the harm that an agent does, all
  pages of all rounds together, is at most its first purse, plus its allowances, plus what viewers
  watched of the videos that it bought.  Each of f liars has a purse: their bounds add up.
  (Where feedback comes late, pages sold meanwhile are paid from a purse that is counted twice.)

What the market can't survive is a lie that is watched.  Money follows minutes, so the market wants
what viewers watch now, which need not be what is good for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from mavrs_course.coordination import auctions
from mavrs_course.coordination.base import Decision, PanelCoordinator, Reasons, shares
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Trace

FULL_VIEW = 4.0  # minutes: what earns a credit
CREDIT_BYTES = 8
MOST_NAMED = 4  # buyers that a reason names


class Market(PanelCoordinator):
    """What both markets share: purses, bids, bills and earnings.

    stake: the largest part of its purse that an agent bids for one look.  start: the success that
    everybody is credited with at first, in views a look.  allowance: credits that everybody gets
    for a page, so that the ruined can try again now and then.
    ``purse`` is float[n], in credits, never negative.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        stake: float = 0.1,
        start: float = 0.5,
        allowance: float = 0.0025,
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(agents, deadline=deadline, rng=rng)
        if not 0 < stake <= 1:
            raise ValueError(f"a stake is a part of the purse, above 0 and at most 1, not {stake}")
        if not (start > 0 and allowance >= 0):
            raise ValueError(f"start is above 0 and allowance at least 0, not {start}, {allowance}")
        self.stake, self.allowance = stake, allowance
        self.purse = np.full(len(self.agents), start / stake)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        """Sell the pages; the note on them are the receipts, by which money moves later."""
        receipts = self.trade(hearing, self.bids(hearing))
        for agent in np.flatnonzero(receipts.bill.any(axis=0)):
            pages = np.count_nonzero(receipts.bill[:, agent])
            trace.add("coordinator", hearing.names[agent], "bill", size_bytes=CREDIT_BYTES * pages)
        return Decision(receipts.columns, receipts.credit, note=receipts)

    def explain(self, hearing: Hearing, decision: Decision) -> Receipts:
        """The receipts, as sentences."""
        return decision.note  # type: ignore[return-value]  # decide() put them there

    def bids(self, hearing: Hearing) -> Floats:
        """What each agent offers for a look at each video: float[B, n, C]."""
        # Never so much that a whole page could cost more than the purse.
        stake = min(self.stake, 1.0 / hearing.request.slots)
        return stake * (self.purse * hearing.confidence)[:, :, None] * hearing.votes

    def appeal(self, hearing: Hearing) -> Floats:
        """The sum of votes, by which equals are ranked: float[B, C]; its own ties are random."""
        votes = hearing.votes.sum(axis=1)
        return votes if self.rng is None else votes + 1e-9 * self.rng.random(votes.shape)

    def trade(self, hearing: Hearing, bids: Floats) -> Receipts:
        """Who gets what for these bids; it changes nothing."""
        raise NotImplementedError

    def study(self, note: Receipts, feedback: Feedback) -> None:
        """Collect what the page cost, and pay what it earned."""
        gain = note.earned(feedback) - note.bill + self.allowance
        # Late feedback may bring a bill that is larger than what is left.
        moved = (gain * feedback.active[:, None]).mean(axis=0)
        self.purse = np.maximum(self.purse + moved, 0.0)


class SlotMarket(Market):
    """Each slot goes to the agent that bids most for a video, and is its own.

    rule: what a slot costs, one of :data:`~mavrs_course.coordination.auctions.RULES`.
    reserve: the least price of a look, in credits; what nobody buys for it, the house fills with
    the videos that have most votes.  An agent that is never watched buys at most
    ``(first purse + allowances) / reserve`` looks.
    looks: float[K], how much each slot is seen, at most 1, not rising; by default all alike.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        rule: auctions.Rule = auctions.gsp,
        reserve: float = 0.05,
        looks: Sequence[float] | None = None,
        **options,
    ) -> None:
        super().__init__(agents, **options)
        self.rule, self.reserve = rule, reserve
        self.looks = None if looks is None else np.asarray(looks, dtype=float)
        if self.looks is not None and not np.all(self.looks <= 1.0):
            raise ValueError(f"a slot is seen with a chance, at most 1, not {self.looks.tolist()}")

    def trade(self, hearing: Hearing, bids: Floats) -> Receipts:
        """Sell the slots; ties and what the house shows go by votes."""
        slots = hearing.request.slots
        if self.looks is not None and len(self.looks) < slots:
            raise ValueError(f"a page of {slots} slots needs as many looks, not {self.looks}")
        looks = np.ones(slots) if self.looks is None else self.looks[:slots]
        appeal = self.appeal(hearing)
        sale = auctions.sell(bids, looks, self.rule, reserve=self.reserve, appeal=appeal)
        owned = (sale.sponsor[..., None] == np.arange(len(self.agents))).astype(float)
        paid = sale.paid[..., None] * owned
        return Receipts(hearing, self.purse, sale.columns, owned, paid)


class PooledMarket(Market):
    """The videos for which most money is bid in all are shown; everybody pays its bid for those.

    Who paid for a video owns it, in proportion: a page by a weighted mean of votes whose weights
    are earned.  Nobody can take a slot for itself, so many agents that know a little are heard
    together.
    """

    def trade(self, hearing: Hearing, bids: Floats) -> Receipts:
        """Add up the bids; ties, and what nobody bids for, go by votes."""
        order = np.lexsort((-self.appeal(hearing), -bids.sum(axis=1)), axis=1)
        columns = order[:, : hearing.request.slots]
        paid = np.take_along_axis(bids, columns[:, None, :], axis=2).transpose(0, 2, 1)
        total = paid.sum(axis=2, keepdims=True)
        owned = np.divide(paid, total, out=np.zeros_like(paid), where=total > 0)
        return Receipts(hearing, self.purse, columns, owned, paid)


class Receipts(Reasons):
    """Who paid what for which slot, and the sentence that says so.

    columns: int[B, K].  owned: float[B, K, n], each agent's part in each slot, adding up to 1, or
    to 0 where nobody bought.  paid: float[B, K, n], in credits.  purse: float[n], before paying.
    """

    def __init__(
        self, hearing: Hearing, purse: Floats, columns: Ints, owned: Floats, paid: Floats
    ) -> None:
        self.purse, self.columns, self.owned, self.paid = purse, columns, owned, paid
        self.credit = owned
        unsold = owned.sum(axis=2, keepdims=True) == 0
        if unsold.any():  # its credit goes by votes
            self.credit = np.where(unsold, shares(hearing.votes, columns), owned)
        super().__init__(hearing, Decision(columns, self.credit))

    @property
    def bill(self) -> Floats:
        """What each agent pays for each page: float[B, n]."""
        return self.paid.sum(axis=1)

    def earned(self, feedback: Feedback) -> Floats:
        """What each agent earns by each page: float[B, n]."""
        rows = np.arange(len(feedback.clicked))
        views = np.where(feedback.clicked >= 0, feedback.watch_minutes / FULL_VIEW, 0.0)
        return views[:, None] * self.owned[rows, feedback.clicked]

    def _sentence(self, page: int, slot: int) -> str:
        paid, names = self.paid[page, slot], self._hearing.names
        ranked = super()._sentence(page, slot)
        buyers = np.flatnonzero(self.owned[page, slot])
        if not len(buyers):
            return f"Nobody bought this slot. {ranked}"
        buyers = buyers[np.argsort(-self.owned[page, slot, buyers], kind="stable")]
        told = [
            f"{names[n]} ({paid[n]:.3f} of {self.purse[n]:.3f} credits)"
            for n in buyers[:MOST_NAMED]
        ]
        more = len(buyers) - len(told)
        others = f" and {more} more" if more else ""
        return f"Bought by {', '.join(told)}{others}. {ranked}"


MODES = {
    "first-price-market": partial(SlotMarket, rule=auctions.first_price),
    "gsp-market": partial(SlotMarket, rule=auctions.gsp),
    "vcg-market": partial(SlotMarket, rule=auctions.vcg),
    "pooled-market": PooledMarket,
}
