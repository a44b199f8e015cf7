"""Real logs played back in order: what did a viewer watch next, and what was remembered then?

Events of a viewer at the very same second are one moment: they are predicted together, from what
came before, so that the order in which a source lists them can't help anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.logs import Logs


@dataclass(frozen=True)
class Replay:
    """``R`` moments at which a viewer watched something, and what was known before each.

    viewer: int[R].  next: sparse bool[R, V], what was watched.  row, video, since, rating: one
    entry for each memory at each moment; ``since`` counts the memories that are newer.
    """

    viewer: Ints
    next: sparse.csr_array
    row: Ints
    video: Ints
    since: Ints
    rating: Floats

    def histories(self, weight: ArrayLike) -> sparse.csr_array:
        """Each moment's memories, each with its weight float[len(row)]: sparse [R, V]."""
        weight = np.broadcast_to(weight, self.row.shape).astype(float)
        return sparse.csr_array((weight, (self.row, self.video)), shape=self.next.shape)


def replay(logs: Logs, start: float, stop: float, *, least: int = 5) -> Replay:
    """The moments with ``start < time <= stop`` of viewers with ``least`` memories by then."""
    events = logs.events.sort_values(["viewer", "time"], kind="stable")
    viewer, video, time = (events[c].to_numpy() for c in ("viewer", "video", "time"))
    rating = events["rating"].to_numpy() if "rating" in events else np.ones(len(events))
    begins = np.r_[True, (np.diff(viewer) != 0) | (np.diff(time) != 0)]
    moment = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.r_[first[1:], len(events)]
    home = np.searchsorted(viewer, viewer[first])  # where each moment's viewer begins
    asked = (time[first] > start) & (time[first] <= stop) & (first - home >= least)
    first, last, home = first[asked], last[asked], home[asked]
    row, event = _ranges(home, first)
    next_row, next_event = _ranges(first, last)
    shape = (len(first), logs.n_videos)
    watched = sparse.csr_array((np.ones(len(next_row)), (next_row, video[next_event])), shape=shape)
    ends = np.r_[np.flatnonzero(begins)[1:], len(events)][moment[event]]
    since = first[row] - ends
    return Replay(viewer[first], watched, row, video[event], since, rating[event])


def _ranges(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Every number of every range [start, stop), with the number of the range in front."""
    size = stop - start
    row = np.repeat(np.arange(len(start)), size)
    within = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    return row, start[row] + within
