"""Ways to part logs into what a model learns from and what it is tested on.

Each returns ``(train, test)``, two :class:`Logs` on the same viewers and videos, whose events
together are the events given, each in its old order.  The same input gives the same split.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from mavrs_course.messages import Ints
from mavrs_course.world.logs.errors import LogsError
from mavrs_course.world.logs.table import Logs


def stratified(logs: Logs, ratio: float = 0.75, seed: int = 42) -> tuple[Logs, Logs]:
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
    return logs.where(train), logs.where(~train)


def _check_ratio(ratio: float) -> None:
    if not 0.0 < ratio < 1.0:
        raise LogsError(f"the share of events to train on lies between 0 and 1, got {ratio}")
