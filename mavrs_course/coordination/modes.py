"""Every way of coordinating, by name: what tournaments, tests and widgets choose from.

A module of this package offers its ways in a dictionary ``MODES``, so that adding one touches a
single file ::

    MODES = {"borda": Borda}

Names are lower-case words with hyphens.  Each way is called as
``way(agents, deadline=None, rng=rng)`` and gives a Coordinator.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable

from mavrs_course import coordination
from mavrs_course.messages import Coordinator

Mode = Callable[..., Coordinator]


def modes() -> dict[str, Mode]:
    """Name -> way, in the order of the modules' and their own names."""
    found: dict[str, Mode] = {}
    for module in pkgutil.walk_packages(coordination.__path__, coordination.__name__ + "."):
        if module.name == __name__ or module.ispkg:  # a package's face shows what its modules have
            continue
        offered = getattr(importlib.import_module(module.name), "MODES", {})
        strange = [name for name in offered if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)]
        if strange:
            raise ValueError(f"{module.name}: {strange[0]!r} is not lower-case words with hyphens")
        twice = found.keys() & offered.keys()
        if twice:
            raise ValueError(f"{module.name} offers {sorted(twice)}, which another module has")
        found |= offered
    return found
