"""What can be added to the base viewer: small components, all off by default.

An effect answers the questions of :class:`Effect` that concern it and leaves the others.  What
several effects say combines without regard to their order: what they add to the attraction of
a video is summed, what they say about being seen is multiplied, and a viewer comes back only
if all of them agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints
from mavrs_course.world.catalog import Catalog

if TYPE_CHECKING:
    from mavrs_course.world.platform import Platform


class Effect:
    """An effect that does nothing: the base of the others.

    The platform works on a copy of each effect and gives it ``rng``, a stream of its own.
    """

    rng: np.random.Generator

    def stock(self, catalog: Catalog) -> Catalog:
        """The catalogue as it will be on the platform; asked once."""
        return catalog

    def start(self, platform: Platform) -> None:
        """New viewers have come: make or change their state."""

    def attract(self, platform: Platform, videos: Ints) -> Floats | float:
        """What to add to the attraction of videos int[B, n]."""
        return 0.0

    def examine(self, platform: Platform, videos: Ints) -> Floats | float:
        """How much of each slot's attraction reaches the viewer: a factor for int[B, K]."""
        return 1.0

    def after_page(self, platform: Platform, feedback: Feedback) -> Feedback:
        """A page has been answered: update state; return the feedback, perhaps with more in it."""
        return feedback

    def next_day(self, platform: Platform) -> Bools | bool:
        """A night has passed: update state; who comes back, bool[B]?"""
        return True
