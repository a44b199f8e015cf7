"""How to bid when money is short or the rule does not reward the truth: pacing, and learning.

``n`` bidders, ``K`` slots with ``looks`` float[K], as in
:mod:`~mavrs_course.coordination.auctions`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.coordination.auctions import Rule, sell_positions
from mavrs_course.messages import Floats


class Pacing:
    """Bids so that budgets last for a whole session.

    A bidder bids ``value / (1 + mu)``, where ``mu`` is the price of its money.  After each page
    ``mu <- clip(mu - step * (target - spent), 0, highest)`` with ``target`` = budget / pages:
    dearer after a page that cost more than its share, cheaper after one that cost less.  No bid is
    higher than what is left.
    Source: Balseiro and Gur, "Learning in repeated auctions with budgets: regret minimization and
    equilibrium" (Management Science 65(9), 2019), algorithm 1.

    budget: float[n].  pages: how many there will be.  step: how fast ``mu`` follows, in one unit
    of money.  ``left`` float[n], ``mu`` float[n].
    """

    def __init__(
        self, budget: Floats, pages: int, *, step: float = 0.3, highest: float = 20.0
    ) -> None:
        self.left = np.array(budget, dtype=float)
        if pages < 1 or (self.left <= 0).any():
            raise ValueError("pacing needs budgets above 0 and at least one page")
        self.target, self.step, self.highest = self.left / pages, step, highest
        self.mu = np.zeros_like(self.left)

    def bids(self, values: Floats, most_looks: float = 1.0) -> Floats:
        """What to bid for values float[n]; a win costs ``most_looks`` times a bid at most."""
        return np.minimum(values / (1.0 + self.mu), self.left / most_looks)

    def pay(self, spent: Floats) -> None:
        """The page has cost float[n]."""
        self.left = self.left - spent
        self.mu = np.clip(self.mu - self.step * (self.target - spent), 0.0, self.highest)


@dataclass(frozen=True)
class Learned:
    """bids: float[T, n], what was bid.  paid: float[T, n].  gained: float[T, n], the utility."""

    bids: Floats
    paid: Floats
    gained: Floats


def learn_to_bid(
    values: Floats,
    looks: Floats,
    rule: Rule,
    *,
    rounds: int,
    levels: int = 21,
    rng: np.random.Generator,
) -> Learned:
    """Everybody learns what part of its value to bid, by multiplicative weights.

    After each round a bidder works out what each of ``levels`` parts, 0 to 1, would have earned
    against what the others just bid, and gives part ``a`` the weight ``exp(rate * earned so far)``.
    Its regret for not having played the best fixed part all along is then at most
    ``highest gain * sqrt(rounds * log(levels) / 2)``.
    Source: Hedge of Freund and Schapire, "A decision-theoretic generalization of on-line learning"
    (Journal of Computer and System Sciences 55, 1997).
    values: float[n], for one look; looks: float[K].
    """
    values, looks = np.asarray(values, dtype=float), np.asarray(looks, dtype=float)
    bidders, parts = len(values), np.linspace(0.0, 1.0, levels)
    rows = np.arange(bidders)
    highest = np.maximum(values * looks.max(), 1e-12)
    rate = np.sqrt(8.0 * np.log(levels) / rounds)
    earned = np.zeros((bidders, levels))
    history = [np.zeros((rounds, bidders)) for _ in range(3)]
    for step in range(rounds):
        weight = np.exp(rate * (earned - earned.max(axis=1, keepdims=True)))
        chance = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
        action = (chance[:, :-1] < rng.random((bidders, 1))).sum(axis=1)
        bids = parts[action] * values
        tried = np.broadcast_to(bids, (bidders, levels, bidders)).copy()
        tried[rows, :, rows] = parts * values[:, None]
        won, paid = (x.reshape(tried.shape) for x in sell_positions(
            tried.reshape(-1, bidders), looks, rule))  # fmt: skip
        gain = values[:, None] * won[rows, :, rows] - paid[rows, :, rows]
        earned += gain / highest[:, None]
        history[0][step], history[1][step] = bids, paid[0, action[0]]
        history[2][step] = gain[rows, action]
    return Learned(*history)
