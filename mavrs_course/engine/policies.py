"""Two small policies: when a batch leaves, and how many machines to run."""

from __future__ import annotations

from collections import deque
from math import ceil

import numpy as np

from mavrs_course.messages import Floats, Ints


def leave_in_batches(arrivals: Floats, size: int, wait: float) -> tuple[Floats, Ints]:
    """When each request leaves, float[N], and in which batch, int[N].

    arrivals: float[N], in order.  A batch leaves when it has ``size`` requests, or ``wait`` after
    its first one came, whichever is sooner; who comes at that very moment is still taken along.
    """
    if size < 1 or wait < 0:
        raise ValueError(f"a batch has size 1 and wait 0 at least, not {size} and {wait}")
    arrivals = np.asarray(arrivals, dtype=float)
    if (np.diff(arrivals) < 0).any():
        raise ValueError("arrivals come in order of time")
    leaves, batch, begin, number = np.zeros(len(arrivals)), np.zeros(len(arrivals), int), 0, 0
    while begin < len(arrivals):
        latest = arrivals[begin] + wait
        end = min(begin + size, int(np.searchsorted(arrivals, latest, side="right")))
        full = end - begin == size
        leaves[begin:end] = arrivals[end - 1] if full else latest
        batch[begin:end], begin, number = number, end, number + 1
    return leaves, batch


def replicas_wanted(replicas: int, metric: float, target: float, tolerance: float = 0.1) -> int:
    """``ceil(replicas metric / target)``, or as many as now where that ratio is within tolerance.

    metric: what each replica has to bear now; target: what it should.  Source: the rule of the
    Kubernetes Horizontal Pod Autoscaler.
    """
    if not (target > 0 and metric >= 0 and replicas >= 0):
        raise ValueError(f"replicas {replicas}, metric {metric} and target {target} make no ratio")
    ratio = metric / target
    if abs(ratio - 1) <= tolerance + 1e-12:
        return replicas
    return ceil(round(replicas * ratio, 9))


class Autoscaler:
    """Follows :func:`replicas_wanted`, up at once and down late, between two bounds.

    patience: it runs as many as the most that any of the last ``patience`` steps wanted, as
    Kubernetes does in its stabilisation window; 1 follows each step.  It begins with ``least``.
    """

    def __init__(
        self, target: float, *, least: int = 1, most: int = 1_000_000, patience: int = 5
    ) -> None:
        if not 1 <= least <= most or patience < 1 or not target > 0:
            raise ValueError("an autoscaler needs 1 <= least <= most, patience 1, target above 0")
        self.target, self.least, self.most, self.replicas = target, least, most, least
        self._wanted = deque([least], maxlen=patience)
        self._wanted.extend([least] * (patience - 1))

    def step(self, load: float) -> int:
        """Bear ``load`` in all for one step; the number of replicas from now on."""
        wanted = replicas_wanted(self.replicas, load / self.replicas, self.target)
        self._wanted.append(min(max(wanted, self.least), self.most))
        self.replicas = max(self._wanted)
        return self.replicas
