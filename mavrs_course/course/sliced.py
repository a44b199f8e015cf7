"""A case as it is handed to an answer: in copies, of which arrays may be slices of larger ones.

An array that a learner's program meets is often a column or every second row of another.  Code
that needs its numbers in one piece fails there, so one seed of each check hands out such arrays.
They stay writable: code that writes to them is told that it changes its input.
"""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np

from mavrs_course.course.exercise import Case

LEVELS = 2  # arrays that are inputs, and those in a tuple, list or dict that is one


def handed_out(case: Case) -> Case:
    """A deep copy of a case; of a sliced one with arrays that are not contiguous."""
    case = copy.deepcopy(case)
    if not case.sliced:
        return case
    return dataclasses.replace(case, inputs=_in_slices(case.inputs, LEVELS, {}))


def _in_slices(value: Any, levels: int, done: dict[int, Any]) -> Any:
    """The same value with sliced arrays; what is the same object twice stays so."""
    if id(value) in done:
        return done[id(value)]
    if type(value) is np.ndarray:
        done[id(value)] = _slice(value)
    elif type(value) in (tuple, list, dict) and levels > 0:
        done[id(value)] = value
        items = value.items() if isinstance(value, dict) else enumerate(value)
        parts = {place: _in_slices(part, levels - 1, done) for place, part in items}
        if isinstance(value, tuple):
            done[id(value)] = tuple(parts.values())
        else:
            for place, part in parts.items():
                value[place] = part
    return done.get(id(value), value)


def _slice(array: np.ndarray) -> np.ndarray:
    """Every second element of a doubled array along the last axis."""
    if array.ndim == 0 or array.size == 0:
        return array
    return np.repeat(array, 2, axis=-1)[..., ::2]
