"""Every way of coordinating, by name: what tournaments, tests and widgets choose from.

A module of this package offers its ways in a dictionary ``MODES``, so that adding one touches a
single file ::

    MODES = {"borda": Borda}

Names are lower-case words with hyphens.  Each way is called as
``way(agents, deadline=None, rng=rng)`` and gives a Coordinator.
"""

from __future__ import annotations

from collections.abc import Callable

from mavrs_course import coordination
from mavrs_course.found import offered
from mavrs_course.messages import Coordinator

Mode = Callable[..., Coordinator]


def modes() -> dict[str, Mode]:
    """Name -> way, in the order of the modules' and their own names."""
    return offered(coordination, "MODES", but=__name__)
