"""A visit to a room: a gift competes with leaving, and the room may close first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats

# Of the gifts in KuaiLive, the share that comes the moment a viewer enters: the only open
# measurement (github ViskaWei/GiftLive, 2026, not peer-reviewed; KuaiLive: arXiv 2508.05633).
AT_ONCE = 0.86
# Its prices have median 2 and mean 82.7: with a lognormal, that is all there is to choose.
PRICE_MEDIAN, PRICE_MEAN = 2.0, 82.7
PRICE_SPREAD = float(np.sqrt(2.0 * np.log(PRICE_MEAN / PRICE_MEDIAN)))


@dataclass(frozen=True)
class RoomVisit:
    """``B`` visits.  stay: float[B], minutes.

    left: bool[B], the viewer left; else the room closed.
    gift_minute: float[B], minutes after entering at which the first gift is given, or NaN.
    """

    stay: Floats
    left: Bools
    gift_minute: Floats


def gift_probability(gift: float, leave: float, window: float = np.inf) -> float:
    """That a viewer gives before leaving, within a window of minutes.

    Two rates a minute that compete: ``gift / (gift + leave) * (1 - exp(-(gift + leave) window))``,
    the cumulative incidence of competing exponential risks (a textbook result).  Not
    ``1 - exp(-gift * window)``: who has left gives nothing more.
    """
    both = gift + leave
    return float(gift / both * -np.expm1(-both * window))


def draw_visits(
    leave: Floats, gift: Floats, open_for: Floats, impulsive: bool, rng: np.random.Generator
) -> RoomVisit:
    """Visits with rates of leaving and giving, float[B] a minute, to rooms open for float[B].

    Who gives is decided by the race of the two rates.  Late gifts come when the race is won; if
    they are impulsive, 86 % of the same gifts come at once: the switch moves them in time, and adds
    only those that the closing room would have cut off.
    """
    leaving, giving = rng.exponential(1.0 / leave), rng.exponential(1.0 / gift)
    at_once = rng.random(len(leave)) < AT_ONCE
    minute = np.where(at_once & impulsive, 0.0, giving)
    given = (giving < leaving) & (minute < open_for)
    return RoomVisit(
        stay=np.minimum(leaving, open_for),
        left=leaving < open_for,
        gift_minute=np.where(given, minute, np.nan),
    )


def draw_prices(count: int, rng: np.random.Generator) -> Floats:
    """Coins of so many gifts: lognormal with the median and the mean measured in KuaiLive."""
    return rng.lognormal(np.log(PRICE_MEDIAN), PRICE_SPREAD, count)
