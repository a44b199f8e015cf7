"""What the modules of a package offer in a dictionary of a given name: found, not registered."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType
from typing import Any


def offered(package: ModuleType, name: str, *, but: str) -> dict[str, Any]:
    """All entries of the dictionaries ``name`` of a package's modules, in the modules' order.

    but: the module that asks, which is left out.  A package may offer in its own ``__init__`` too.
    Raises ValueError for an entry that is not called by lower-case words with hyphens (or
    underscores, where a package gives its name), or that two modules offer.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name == but:
            continue
        # Not getattr: a package's face shows, when asked, what its modules have.
        here = vars(importlib.import_module(module.name)).get(name, {})
        strange = [entry for entry in here if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", entry)]
        if strange:
            raise ValueError(f"{module.name}: {strange[0]!r} is not lower-case words with hyphens")
        twice = found.keys() & here.keys()
        if twice:
            raise ValueError(f"{module.name} offers {sorted(twice)}, which another module has")
        found |= here
    return found
