"""Who gets what when each thing goes to one taker: Bertsekas' auction, and its prices.

``n`` viewers, ``m >= n`` videos, ``values[i, j]`` is what video ``j`` is worth to viewer ``i``.
An assignment gives each viewer a video of its own; the best one has the largest sum of values.

Prices prove it.  With prices ``p`` at least 0, and 0 for what nobody took, no assignment is worth
more than ``sum_j p_j + sum_i max_j (values[i, j] - p_j)``, the dual of the linear program.  Where
everybody holds what it wants most at the prices, the sum of values reaches that: complementary
slackness.  The auction keeps everybody within ``epsilon`` of its favourite, so its assignment is
worth at least the best minus ``n * epsilon``; for whole numbers and ``epsilon < 1 / n`` it is best.

Source: Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment
problem" (Annals of Operations Research 14, 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats, Ints


@dataclass(frozen=True)
class Assignment:
    """videos: int[n], whose is what.  prices: float[m].  bids: how many were made."""

    videos: Ints
    prices: Floats
    bids: int

    def worth(self, values: Floats) -> float:
        """The sum of what everybody got, for values float[n, m]."""
        return float(values[np.arange(len(values)), self.videos].sum())

    def bound(self, values: Floats) -> float:
        """What no assignment can be worth more than: the dual at these prices."""
        return float(self.prices.sum() + (values - self.prices).max(axis=1).sum())


def auction_assignment(values: Floats, epsilon: float, *, most_bids: int = 200_000) -> Assignment:
    """Everybody without a video bids for its favourite until nobody is without.

    A bidder raises the price of its favourite to where its second choice is as good, and by
    ``epsilon`` more; whoever held the video is without again.  values: float[n, m], n <= m.
    Prices start at 0 and only rise, so what nobody ever bid for is free.

    Where too few videos are worth having, their price climbs in steps of ``epsilon`` until the
    next one is as good: a price war.  After ``most_bids`` bids it is given up.
    Raises ValueError for that, for more viewers than videos, for values that are not finite (for
    "never", give a video a value far below the others), and for an epsilon that is not above 0,
    or so small beside the values that a price can't rise by it.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError(
            "values are finite numbers of shape (viewers, videos); for a video that somebody "
            "must not get, give a number far below the others, not -inf or NaN"
        )
    viewers, videos = values.shape
    if viewers > videos:
        raise ValueError(f"{viewers} viewers can't have a video each out of {videos}")
    if not 0 < epsilon < np.inf:
        raise ValueError(f"epsilon must be above 0, or two bidders may bid for ever; not {epsilon}")
    prices, holder = np.zeros(videos), np.full(videos, -1)
    taken, waiting, bids = np.full(viewers, -1), list(range(viewers)), 0
    while waiting:
        viewer = waiting.pop()
        net = values[viewer] - prices
        favourite = int(net.argmax())
        best, net[favourite] = net[favourite], -np.inf
        second = net.max() if videos > 1 else best
        price = prices[favourite] + (best - second + epsilon)
        if not prices[favourite] < price < np.inf:
            raise ValueError(f"prices near {price:g} can't rise by an epsilon of {epsilon:g}")
        if bids == most_bids:
            raise ValueError(
                f"after {bids:,} bids with an epsilon of {epsilon:g} there is still a price war "
                f"over values that span {np.ptp(values):g}: choose a larger epsilon, or more bids"
            )
        prices[favourite] = price
        if holder[favourite] >= 0:
            waiting.append(int(holder[favourite]))
        holder[favourite], taken[viewer] = viewer, favourite
        bids += 1
    return Assignment(taken, prices, bids)
