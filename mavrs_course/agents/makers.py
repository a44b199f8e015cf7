"""Every agent that can be made for any world, by name: what tests and tournaments choose from.

A module of this package offers its agents in a dictionary ``MAKERS``, so that adding one touches
a single file ::

    MAKERS = {"novelty": lambda world, rng: NoveltyAgent(world.catalog)}

Each is called as ``make(world, rng)`` and gives an Agent; the contract test then takes it through
strange requests, late and doubled feedback, and another world.  Not offered: the planner and the
myopic agent, yardsticks that peek at the base platform, and agents that need more than a world,
such as a language model or logs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course import agents as package
from mavrs_course.found import offered
from mavrs_course.messages import Agent, World

Maker = Callable[[World, np.random.Generator], Agent]


def agents() -> dict[str, Maker]:
    """Name -> maker, in the order of the modules' and their own names."""
    return offered(package, "MAKERS", but=__name__)
