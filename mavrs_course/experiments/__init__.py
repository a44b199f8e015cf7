"""The course's long experiments: one module each subject, with a list ``EXPERIMENTS``.

``load(name)`` gives what was measured, without importing whatever measured it.
"""

from __future__ import annotations

import importlib
import pkgutil

from mavrs_course.course.experiment import Experiment, ExperimentError, Results, load

__all__ = ["Experiment", "ExperimentError", "Results", "experiments", "find", "load"]


def experiments() -> list[Experiment]:
    """All of them, in the order of their modules."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [experiment for module in modules for experiment in module.EXPERIMENTS]


def find(name: str) -> Experiment:
    """The experiment with this name; raises :class:`ExperimentError`, listing all of them."""
    known = {experiment.name: experiment for experiment in experiments()}
    if name not in known:
        raise ExperimentError(f"there is no experiment {name!r}; there is: {', '.join(known)}")
    return known[name]
