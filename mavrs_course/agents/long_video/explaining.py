"""The explanation agent: it says how long you will stay, rightly or to sell.

Bilgic and Mooney's question: does who read the explanation expect what is then found?  Its
measure is the rating from the explanation less the rating after watching: its mean is promotion
(above 0) or the reverse, its spread is what the explanation does not know.
Source: Bilgic and Mooney, "Explaining recommendations: satisfaction vs. promotion" (Beyond
Personalization workshop, IUI 2005).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mavrs_course.agents.long_video.staying import StayAgent
from mavrs_course.messages import Bools, Floats, VideoCatalog

FOG = 4.0  # minutes


class Promotion(NamedTuple):
    """What was expected less what was found, minutes: mean, standard deviation, and views."""

    mean: float
    spread: float
    views: int


def promotion(expected: Floats, found: Floats, watched: Bools | None = None) -> Promotion:
    """Bilgic and Mooney's measure, over the views that were ``watched`` (all, where not given).

    expected: float[N], the rating from the explanation.  found: float[N], the one afterwards.
    Raises ``ValueError`` where nothing was watched, or the shapes differ.
    """
    expected, found = np.asarray(expected, dtype=float), np.asarray(found, dtype=float)
    if expected.shape != found.shape or expected.ndim != 1:
        raise ValueError(f"ratings before and after need one shape (N,), not {expected.shape} and "
                         f"{found.shape}")  # fmt: skip
    gap = (expected - found)[slice(None) if watched is None else np.asarray(watched, dtype=bool)]
    if not len(gap):
        raise ValueError("nothing was watched, so nothing can be said of the explanations")
    return Promotion(float(gap.mean()), float(gap.std()), len(gap))


class ExplanationAgent(StayAgent):
    """A stay agent whose reasons are for the viewer, and which may read a video for them.

    sells: minutes that it adds to what it says.  careful: whether it says what is to be expected
    given all it knows, and not the bare impression of the one video.  fog: deviation of that
    impression, in minutes.  What it scores videos by is what it believes, not what it says.
    """

    name = "explanation"

    def __init__(
        self,
        catalog: VideoCatalog,
        *,
        sells: float = 0.0,
        careful: bool = True,
        fog: float = FOG,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(catalog)
        if not fog > 0:
            raise ValueError(f"an impression has a deviation above 0, not {fog}")
        self.sells, self.careful, self.fog, self.rng = sells, careful, fog, rng

    def explain(self, hoped: Floats, liking: Floats, spread: Floats) -> Floats:
        """What it says of each video of a page, minutes, float[B, K]: a look, put into words.

        Its impression is the ``liking`` through fog.  A careful agent knows that likings spread
        round what the viewer hoped, and says the mean of what is then to be expected:
        ``hoped + (impression - hoped) * spread^2 / (spread^2 + fog^2)``.  This peeks into viewers'
        heads as a look does; a real agent would get its impression from watching.
        """
        impression = liking + self.fog * self.rng.standard_normal(np.shape(liking))
        weight = spread**2 / (spread**2 + self.fog**2) if self.careful else 1.0
        return hoped + weight * (impression - hoped) + self.sells

    def _reason(self, viewer: int, topic: int, minutes: float) -> str:
        told = super()._reason(viewer, topic, minutes)
        return f"{told} You will stay {minutes + self.sells:.0f} minutes." if self.sells else told


MAKERS = {"explanation": lambda world, rng: ExplanationAgent(world.catalog, rng=rng)}
