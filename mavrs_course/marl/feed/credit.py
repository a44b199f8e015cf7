"""The feed game, paid by what each channel did for the page, in time that has a price.

What a page is worth is the minutes that it should earn less the budget that it should use, at a
price for each minute of budget:

    worth(S) = (sum_S w (4 - price * c) - 2 * 0.5 * price) / (sum_S w + 2),

with ``w = u + 1`` and ``c`` the budget that a click on the topic uses.  Three ways to share it out:

``own``         what its own video earns and uses, where it is shown
``difference``  what the page would be worth less without the channel (Wolpert and Tumer 2001)
``shapley``     what the channel adds, averaged over all orders of joining (Shapley 1953)

With price 0 only the page counts.  With a price the shares look beyond it: summed over a session
the price's part is ``price`` times the budget used, which is ``price * (200 - what is left)``
whatever is done.  So for a *team* it is potential-based shaping and changes nothing
(:mod:`mavrs_course.marl.shaping`), but each channel's *share* of it is its own.  Shaping and
difference rewards together: Devlin et al. 2014, "Potential-based difference rewards".
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.agents.feedback.credit import difference_rewards, shapley
from mavrs_course.envs.core import Floats32
from mavrs_course.envs.feed_core import BID, CHANNELS, EMPTY, SLOTS, TOPIC, TOPIC_QUALITY, FeedCore
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.viewers import (
    NO_CLICK_COST,
    NO_CLICK_WEIGHT,
    REFUND_RATE,
    VIDEO_MINUTES,
    attraction,
)

# The budget that a click on each topic uses, on average; nothing in an empty slot.
CLICK_COST = np.append(VIDEO_MINUTES * (1.0 - REFUND_RATE * TOPIC_QUALITY), 0.0)
# bool[32, 5]: who is in each coalition.
_MEMBERS = (np.arange(2**CHANNELS)[:, None] >> np.arange(CHANNELS) & 1).astype(bool)


def page_worth(weights: Floats, topics: Ints, shown: np.ndarray, price: float) -> Floats:
    """What pages are worth, in minutes: float[...].

    weights, topics: [..., n], choice weight and topic of each video.  shown: bool[..., n], which
    of them are on the page.
    """
    weights = np.where(shown, weights, 0.0)
    earned = (weights * (VIDEO_MINUTES - price * CLICK_COST[topics])).sum(axis=-1)
    nothing = NO_CLICK_WEIGHT * NO_CLICK_COST * price
    return (earned - nothing) / (weights.sum(axis=-1) + NO_CLICK_WEIGHT)


def own_worth(values: Floats, slots: Floats) -> Floats:
    """What each channel's own video earns and uses."""
    return slots


def _difference(values: Floats, slots: Floats) -> Floats:
    return difference_rewards(values)


def _shapley(values: Floats, slots: Floats) -> Floats:
    return shapley(values)


SHARES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "own": own_worth,
    "difference": _difference,
    "shapley": _shapley,
}


class CreditedFeed(FeedCore):
    """:class:`FeedCore` with shares of each page's worth as rewards.

    share: a name of :data:`SHARES`.  price: of a minute of the viewer's budget, in minutes
    watched.  It peeks: the shares are worked out with the viewer's true interests.  What is seen
    and what happens is the feed game's.
    """

    def __init__(
        self,
        sessions: int,
        *,
        share: str,
        price: float,
        auto_reset: bool = False,
        rng: np.random.Generator,
    ) -> None:
        if share not in SHARES:
            raise ValueError(f"there is no share {share!r}; there are {', '.join(SHARES)}")
        self.share, self.price = share, price
        super().__init__(sessions, auto_reset=auto_reset, rng=rng)

    def _auction(self, actions: Ints) -> Ints:
        bids = BID[actions] + self.rng.random(actions.shape)
        order = np.argsort(-bids, axis=1)
        offered = TOPIC[order, actions[self._rows[:, None], order]]
        self._credit = self.credit(order, offered) * self.active[:, None]
        return offered[:, :SLOTS]

    def _rewards(self, owner: Ints, minutes: Floats) -> Floats32:
        return self._credit.astype(np.float32)

    def credit(self, order: Ints, offered: Ints) -> Floats:
        """Each channel's share of the page: float[B, 5].

        order: int[B, 5], the channels by their bids, highest first; offered: int[B, 5], the topic
        that each of those offers, or ``EMPTY``.
        """
        weights = attraction(self._felt(), offered)
        values = self.coalition_values(order, offered, weights)
        shown = (np.arange(CHANNELS) < SLOTS) & (offered != EMPTY)
        chance = np.where(shown, weights, 0.0)
        chance = chance / (chance.sum(axis=1, keepdims=True) + NO_CLICK_WEIGHT)
        slots = np.empty_like(chance)
        worth = chance * (VIDEO_MINUTES - self.price * CLICK_COST[offered])
        np.put_along_axis(slots, order, worth, axis=1)
        return SHARES[self.share](values, slots)

    def coalition_values(self, order: Ints, offered: Ints, weights: Floats) -> Floats:
        """What the page would be worth that each coalition would show: float[B, 32]."""
        member = _MEMBERS[:, order].swapaxes(0, 1) & (offered != EMPTY)[:, None]
        shown = member & (member.cumsum(axis=2) <= SLOTS)
        return page_worth(weights[:, None], offered[:, None], shown, self.price)
