"""Coordinators that take part: the course's own ways, and yours from a file.

A file takes part when it defines ``MODES``, as the modules of :mod:`mavrs_course.coordination` do,
or exactly one class with ``recommend`` and ``learn``, which then goes by its name::

    class MyCoordinator(PanelCoordinator):
        def decide(self, hearing, trace):
            ...

Each is called as ``way(agents, deadline=None, rng=rng)``.
"""

from __future__ import annotations

import inspect
import runpy
from pathlib import Path

from mavrs_course.coordination.modes import Mode, modes


class EntryError(ValueError):
    """A file that cannot take part; the text says what it lacks."""


def entries(files: tuple[str, ...] = ()) -> dict[str, Mode]:
    """Every way of coordinating by name: the course's, then those of the files."""
    found = modes()
    for file in files:
        entered = entry(Path(file))
        twice = found.keys() & entered.keys()
        if twice:
            raise EntryError(f"{file}: the name {sorted(twice)[0]!r} is taken; choose another")
        found |= entered
    return found


def entry(path: Path) -> dict[str, Mode]:
    """The ways that a Python file defines; raises :class:`EntryError`."""
    if not path.is_file():
        raise EntryError(f"there is no file {path}")
    try:
        defined = runpy.run_path(str(path))
    except Exception as error:
        raise EntryError(f"{path} does not run: {type(error).__name__}: {error}") from error
    if "MODES" in defined:
        return dict(defined["MODES"])
    own = {
        name: value
        for name, value in defined.items()
        if inspect.isclass(value)
        and value.__module__ == "<run_path>"
        and callable(getattr(value, "recommend", None))
        and callable(getattr(value, "learn", None))
    }
    if len(own) != 1:
        listed = f"defines {', '.join(own)}" if own else "defines no class with recommend and learn"
        raise EntryError(f"{path} {listed}; say which in MODES = {{'name': Class}}")
    return own
