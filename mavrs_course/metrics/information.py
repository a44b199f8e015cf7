"""How much two senses tell about a class: what both say, what one alone says, what only both say.

Partial information decomposition with the redundancy ``I_min`` of Williams and Beer (2010,
arXiv 1004.2515).  All in bits; ``0 log 0`` is 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import MetricError


class PartialInformation(NamedTuple):
    """The parts of what two senses tell about a class, in bits.

    redundancy: what either tells.  first, second: what one tells and the other does not.
    synergy: what only both together tell.  They sum to :attr:`total`, ``I(senses; class)``.
    """

    redundancy: float
    first: float
    second: float
    synergy: float

    @property
    def total(self) -> float:
        return sum(self)


def counts(first: ArrayLike, second: ArrayLike, label: ArrayLike) -> Floats:
    """How often each triple occurs: float[A, B, Z], of three int[N] of numbers from 0."""
    columns = [np.asarray(column) for column in (first, second, label)]
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or columns[0].ndim != 1 or not columns[0].size:
        raise MetricError(f"three columns of one length, above 0, are needed; got {shapes}")
    if any(column.dtype.kind not in "iub" or column.min() < 0 for column in columns):
        raise MetricError("readings and labels are whole numbers from 0")
    table = np.zeros([int(column.max()) + 1 for column in columns])
    np.add.at(table, tuple(column.astype(int) for column in columns), 1.0)
    return table


def mutual_information(table: ArrayLike) -> float:
    """``I(X; Z)`` of a joint table float[X, Z], of probabilities or counts."""
    joint = _chances(table, 2)
    return float((joint * _log_ratio(joint)).sum())


def specific_information(table: ArrayLike) -> Floats:
    """What a sense tells of each class: ``sum_x p(x|z) log2(p(z|x) / p(z))``, float[Z].

    table: float[X, Z].  The mean over the classes, weighed by ``p(z)``, is the mutual information.
    A class that never occurs gets 0.
    """
    joint = _chances(table, 2)
    classes = joint.sum(axis=0)
    told = (joint * _log_ratio(joint)).sum(axis=0)
    return np.divide(told, classes, out=np.zeros_like(classes), where=classes > 0)


def partial_information(table: ArrayLike) -> PartialInformation:
    """The four parts, from a joint table float[A, B, Z] of probabilities or counts.

    ``I_min = sum_z p(z) min over the senses of what they tell of class z``; the rest follows
    from the information of each sense and of both.  Counts of few clips lie upwards: ``N`` of them
    add about ``(A B - 1) (Z - 1) / (2 N ln 2)`` bits to the total (Miller 1955).
    """
    joint = _chances(table, 3)
    told = [specific_information(joint.sum(axis=axis)) for axis in (1, 0)]
    chance = joint.sum(axis=(0, 1))
    redundancy = float(chance @ np.minimum(*told))
    first, second = (float(chance @ one) for one in told)
    both = mutual_information(joint.reshape(-1, joint.shape[2]))
    synergy = both - first - second + redundancy
    parts = redundancy, first - redundancy, second - redundancy, synergy
    return PartialInformation(*(0.0 if abs(part) < 1e-12 else part for part in parts))


def _log_ratio(joint: Floats) -> Floats:
    """``log2(p(x, z) / (p(x) p(z)))``, 0 where p(x, z) is: float[X, Z]."""
    there = joint > 0
    log = np.log2(np.where(there, joint, 1.0))
    rows, columns = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    apart = np.log2(np.where(rows > 0, rows, 1.0)) + np.log2(np.where(columns > 0, columns, 1.0))
    return np.where(there, log - apart, 0.0)


def _chances(table: ArrayLike, axes: int) -> Floats:
    joint = np.asarray(table, dtype=float)
    if joint.ndim != axes or not joint.size:
        raise MetricError(f"a joint table has {axes} axes and some cells, got shape {joint.shape}")
    if not np.isfinite(joint).all() or (joint < 0).any() or joint.sum() <= 0:
        raise MetricError("a joint table holds chances or counts: none below 0, and not all 0")
    return joint / joint.sum()
