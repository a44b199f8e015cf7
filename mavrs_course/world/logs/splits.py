"""Ways to part logs into what a model learns from and what it is tested on.

Each returns ``(train, test)``, two :class:`Logs` on the same viewers and videos, whose events
together are the events given, each in its old order.  The same input gives the same split.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from mavrs_course.messages import Bools, Ints
from mavrs_course.world.logs.errors import LogsError
from mavrs_course.world.logs.table import Logs

Split = tuple[Logs, Logs]


def leave_one_out(logs: Logs) -> Split:
    """Test on the last event of every viewer who has at least two.

    Of events at the same time the one that comes later in the source is the last; events
    whose time is not known count as the earliest.
    """
    last = logs.chronological().groupby("viewer").tail(1).index
    test = np.zeros(len(logs), dtype=bool)
    test[last] = True
    several = np.bincount(logs.events["viewer"], minlength=logs.n_viewers) > 1
    return _split(logs, ~test | ~several[logs.events["viewer"]])


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

    A viewer with n events keeps ``round(ratio * n)`` of them.  This is the split of the
    ``recommenders`` project's MovieLens figures (``python_stratified_split`` of its releases up
    to 1.1, which shuffles each viewer's rows by pandas' ``sample(frac=1, random_state=seed)``),
    row for row; hence an integer seed here and not a generator.  It starts each viewer's
    shuffle from the same seed, so viewers with equally many events share one pattern.
    """
    _check_ratio(ratio)

    @cache
    def drawn(events: int) -> Ints:
        # What pandas' sample(frac=1, random_state=seed) does with rows 0..events-1.
        shuffled = np.random.RandomState(seed).permutation(events)
        return shuffled[: round(ratio * events)]

    train = np.zeros(len(logs), dtype=bool)
    for rows in logs.events.groupby("viewer").indices.values():
        train[rows[drawn(len(rows))]] = True
    return _split(logs, train)


def _split(logs: Logs, train: Bools) -> Split:
    return logs.where(train), logs.where(~np.asarray(train))


def _check_ratio(ratio: float) -> None:
    if not 0.0 < ratio < 1.0:
        raise LogsError(f"the share of events to train on lies between 0 and 1, got {ratio}")
