"""Ways to part logs into what a model learns from and what it is tested on.

Each returns ``(train, test)``, two :class:`Logs` on the same viewers and videos, whose events
together are the events given, each in its old order.  The same input gives the same split.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mavrs_course.messages import Bools
from mavrs_course.world.logs.errors import LogsError
from mavrs_course.world.logs.table import Logs

Split = tuple[Logs, Logs]


def leave_one_out(logs: Logs, *, repeats: bool = True) -> Split:
    """Test on the last event of every viewer who has at least two.

    repeats: whether a viewer's earlier watches of that very video stay in training.  Where a
    ranking leaves out what was seen (``top_k(seen=...)``), such a video can never be found.

    Of events at the same time the one that comes later in the source is the last; events
    whose time is not known count as the earliest.
    """
    last = logs.chronological().groupby("viewer").tail(1).index
    test = np.zeros(len(logs), dtype=bool)
    test[last] = True
    several = np.bincount(logs.events["viewer"], minlength=logs.n_viewers) > 1
    test &= several[logs.events["viewer"]]
    if repeats:
        return _split(logs, ~test)
    # A pair of numbers as one, so that whole columns can be compared.
    pair = logs.events["viewer"].to_numpy() * logs.n_videos + logs.events["video"].to_numpy()
    return logs.where(~np.isin(pair, pair[test])), logs.where(test)


def by_time(logs: Logs, ratio: float = 0.75) -> Split:
    """Train on the first ``ratio`` of all events: what a platform knows on one day.

    The boundary is one moment for all viewers, so that nobody's future is learned from: events
    at that very moment are all trained on, and so are those whose time is not known.  Viewers
    and videos may be on one side only.
    """
    _check_ratio(ratio)
    time = logs.events["time"].to_numpy()
    known = np.sort(time[~np.isnan(time)])
    if not len(known):
        raise LogsError(f"{logs.name} cannot be split by time: no event has one")
    unknown = len(time) - len(known)
    boundary = known[max(int(np.ceil(ratio * len(time))) - unknown, 1) - 1]
    return _split(logs, ~(time > boundary))


def stratified(logs: Logs, ratio: float = 0.75, seed: int = 42) -> Split:
    """Train on ``ratio`` of the events of every viewer, drawn at random.

    Every event draws a number; of a viewer with n events the ``round(ratio * n)`` with the
    smallest numbers are kept.  This is ``python_stratified_split`` of the ``recommenders``
    project since release 1.2, row for row, in which MovieLens 100K gives its published nDCG@10
    of .3795 for SAR; hence an integer seed here and not a generator.  (Earlier releases shuffled
    each viewer's rows from the same seed, which gives SAR .3825.)
    """
    _check_ratio(ratio)
    draw = np.random.RandomState(seed).rand(len(logs))
    by_viewer = pd.Series(draw).groupby(logs.events["viewer"].to_numpy())
    rank, events = by_viewer.rank(method="first"), by_viewer.transform("size")
    return _split(logs, (rank <= np.round(ratio * events)).to_numpy())


def _split(logs: Logs, train: Bools) -> Split:
    return logs.where(train), logs.where(~np.asarray(train))


def _check_ratio(ratio: float) -> None:
    if not 0.0 < ratio < 1.0:
        raise LogsError(f"the share of events to train on lies between 0 and 1, got {ratio}")
