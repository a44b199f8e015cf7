"""Long video: browse a page, look closer for a price, commit, and watch until it bores or ends.

world.py     the world: pages, looks, watching that the end cuts off, and regret
boxes.py     Weitzman's reservation values, and his search for the best of several boxes
survival.py  how long viewers would have stayed: Kaplan-Meier, and a constant hazard
weighted.py  YouTube's weighted logistic regression, which learns minutes from clicks

The three below know nothing of the world.
"""

import numpy as np

from mavrs_course.world.long_video.world import LongVideo


def make(rng: np.random.Generator) -> LongVideo:
    """The long-video world with its own catalogue."""
    return LongVideo(rng=rng)


WORLDS = {"long_video": make}
