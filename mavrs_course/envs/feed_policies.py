"""Three fixed ways to play the feed game, to measure learners against.

Each maps observations float32[B, 5, 21] to actions int[B, 5], as
:func:`~mavrs_course.envs.feed_core.play_feed` wants them.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.envs.feed_core import (
    ABSTAIN,
    CHANNELS,
    HIGH,
    N_ACTIONS,
    SLOTS,
    TOPICS_EACH,
    Floats32,
    Policy,
)
from mavrs_course.messages import Ints
from mavrs_course.world.topics import MEAN_QUALITY
from mavrs_course.world.viewers import NO_CLICK_COST, NO_CLICK_WEIGHT, REFUND_RATE, VIDEO_MINUTES

DINKELBACH_ROUNDS = 6
# Budget that a click on each channel's topics uses up, on average: float[5, 4].
_CLICK_COST = VIDEO_MINUTES * (1.0 - REFUND_RATE * MEAN_QUALITY.reshape(TOPICS_EACH, CHANNELS).T)


def random_bids(rng: np.random.Generator) -> Policy:
    """Every channel takes any of its nine actions."""
    return lambda observations: rng.integers(N_ACTIONS, size=observations.shape[:2])


def favourite_bids(observations: Floats32) -> Ints:
    """Every channel bids high for the topic of its own that the viewer likes best."""
    return HIGH + observations[..., :TOPICS_EACH].argmax(axis=2)


def planned_bids(observations: Floats32) -> Ints:
    """Five channels that know the viewer model and plan the page together.

    The session lasts while the budget does, so a good page earns many minutes for each minute
    of budget that it uses.  With choice weights ``w = u + 1``, and 2 for no click, the page
    ``S`` earns ::

        rate(S) = sum_S 4 w  /  (sum_S w c + 2 * 0.5)

    where ``c`` is the budget that a click on the topic uses.  The best page for a known rate
    ``r`` is simple: each channel offers its topic with the largest ``w (4 - r c)``, and the
    three largest that are above zero are shown.  Its own rate is the next ``r``; the sequence
    rises to the best one (Dinkelbach 1967).  The planner takes the interests as they stand: it
    does not foresee how clicks will move them.
    """
    weight = observations[..., :TOPICS_EACH] + 1.0
    rate = np.zeros((len(weight), 1, 1))
    for _ in range(DINKELBACH_ROUNDS):
        gain = weight * (VIDEO_MINUTES - rate * _CLICK_COST)
        offer = gain.max(axis=2, keepdims=True)
        third = np.sort(offer, axis=1)[:, -SLOTS, None]
        shown = (gain == offer) & (gain >= third) & (gain > 0.0)
        minutes = (VIDEO_MINUTES * weight * shown).sum(axis=(1, 2), keepdims=True)
        cost = (_CLICK_COST * weight * shown).sum(axis=(1, 2), keepdims=True)
        rate = minutes / (cost + NO_CLICK_WEIGHT * NO_CLICK_COST)
    return np.where(shown, HIGH + np.arange(TOPICS_EACH), ABSTAIN).max(axis=2)
