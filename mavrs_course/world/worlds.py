"""Every world, by name: what tests, tournaments and benchmarks choose from.

A package beside this module is a world, and offers it in a dictionary ``WORLDS`` in its
``__init__``, so that adding one touches nothing else ::

    WORLDS = {"short_video": lambda rng: ShortVideo(rng=rng)}

Each is called as ``make(rng)`` and gives a World as its source publishes it.  The base platform is
``"feed"``.  The contract test (``tests/test_worlds.py``) lets every agent and every way of
coordinating play in it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course import world as package
from mavrs_course.found import offered
from mavrs_course.messages import World

WorldMaker = Callable[[np.random.Generator], World]


def worlds() -> dict[str, WorldMaker]:
    """Name -> maker, in the order of the modules' and their own names."""
    return offered(package, "WORLDS", but=__name__)
