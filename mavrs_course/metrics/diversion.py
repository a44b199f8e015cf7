"""What an experiment on new videos measures, when the videos compete for the same slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import require


class Lift(NamedTuple):
    """How many times as many shows a new video gets with a boost as without.

    measured: with half of the new videos boosted, boosted over not.  true: all boosted over none.
    """

    measured: float
    true: float

    @property
    def overstatement(self) -> float:
        """``measured - 1`` over ``true - 1``."""
        return (self.measured - 1.0) / (self.true - 1.0)


def lift_of_boost(boost: float, new: int, old: int, treated: float = 0.5) -> Lift:
    """The closed form where one slot goes to a candidate in proportion to its weight.

    Of ``new + old`` videos weigh 1 each; boosted ones weigh ``boost``.  Where everything is a
    candidate, a boosted video gets ``boost / D`` and one beside it ``1 / D``: the A/B by video says
    ``boost``.  With all boosted it is ``boost (new + old) / (old + boost new)``: those of the
    control group lost what the treated won.  ``treated`` does not matter to the ratio.
    """
    require(boost > 0 and boost != 1, f"a boost is above 0 and not 1, got {boost}")
    require(new >= 1 and old >= 0, f"there is at least one new video, got {new} and {old}")
    require(0 < treated < 1, f"a part of the new videos is treated, got {treated}")
    return Lift(float(boost), boost * (new + old) / (old + boost * new))


def lift_among_candidates(boost: float, new: int, old: int, candidates: int) -> Lift:
    """The same where the slot is filled from ``candidates`` drawn at random: sums, not ratios.

    With ``t`` boosted, ``c`` beside them and ``o`` old ones among the candidates, a boosted one
    gets ``boost / (boost t + c + o)``; the mean over how many are drawn is taken exactly, by the
    hypergeometric distribution.  Half of the new videos are treated; ``new`` is even.
    """
    require(new >= 2 and new % 2 == 0, f"new videos are split in halves, got {new}")
    require(1 <= candidates <= new + old, f"{candidates} candidates of {new + old} videos")
    from scipy.stats import hypergeom

    def shows(treated: int, weight: Callable[[Floats], Floats]) -> float:
        """The mean of a weight over how many of ``treated`` videos are drawn."""
        drawn = np.arange(min(treated, candidates) + 1)
        chance = hypergeom(new + old, treated, candidates).pmf(drawn)
        return float(chance @ weight(drawn.astype(float)))

    def total(drawn: Floats) -> Floats:
        return candidates + (boost - 1.0) * drawn

    half = new // 2
    boosted = shows(half, lambda t: boost * t / total(t)) / half
    beside = shows(half, lambda t: (candidates - t) / total(t)) / (new + old - half)
    everywhere = shows(new, lambda t: boost * t / total(t)) / new
    return Lift(boosted / beside, everywhere * (new + old))


def two_sided_lift(shows: ArrayLike, pages: ArrayLike, arm: ArrayLike, new: ArrayLike) -> float:
    """Boosted over not, where each arm has its own viewers *and* its own videos.

    shows: float[2, V], by the viewers' arm; row 0 is the control.  pages: float[2], made for each.
    arm: int[V], the arm that each video belongs to, known ones too, so that an arm is a platform
    of its own.  new: bool[V].  Shows outside a video's own arm are not counted.
    Source: the experiments of Wang et al., "Fresh content needs more attention" (KDD 2023).
    """
    shows, pages = np.asarray(shows, dtype=float), np.asarray(pages, dtype=float)
    arm, new = np.asarray(arm), np.asarray(new, dtype=bool)
    require(shows.shape == (2, len(arm)), f"shows need 2 arms and V videos, got {shows.shape}")
    require(pages.shape == (2,) and bool((pages > 0).all()), "both arms need pages")
    own = [new & (arm == number) for number in (0, 1)]
    require(all(part.any() for part in own), "both arms need new videos")
    rates = [shows[n, own[n]].mean() / pages[n] for n in (0, 1)]
    require(rates[0] > 0, "no new video of the control arm was shown: play more pages")
    return float(rates[1] / rates[0])
