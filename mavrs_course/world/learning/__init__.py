"""A learning platform, where a path matters more than a page.

:mod:`.structure` has the items, their prerequisites and the legal steps, :mod:`.kss` the learner
of EduSim's simulator KSS, :mod:`.forgetting` one who forgets, :mod:`.gradient` one who sharpens
a single skill, and :mod:`.platform` the world that shows them lessons, and breaks for those who
tire of practice.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.world.learning.platform import LearningPlatform


def make(rng: np.random.Generator) -> LearningPlatform:
    """KSS as published: ten lessons, and nobody tires."""
    return LearningPlatform(rng=rng)


WORLDS = {"learning": make}
