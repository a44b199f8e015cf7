"""Which team values a decomposition can hold, and the nearest one where it can't.

A team's values are a table float[A_1, .., A_N]: an entry for each joint action.  VDN can hold the
tables that are sums (Sunehag et al. 2018, arXiv 1706.05296), QMIX those that rise with each
agent's value (Rashid et al. 2018, arXiv 1803.11485, equation 5).  QMIX's own mixer holds fewer:
it has one hidden layer of ELU units with weights that are not negative, and ELU is convex, so
what it mixes is also *supermodular*: one agent's step up never pays less because another has
stepped up too.  :func:`rising_fit` finds the nearest table of either kind.

"Nearest" is in squared error over all joint actions, which is where learning from uniformly
random play goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from mavrs_course.messages import Bools, Floats

CLOSE = 1e-9


def additive_fit(table: ArrayLike) -> Floats:
    """The nearest sum of one value for each agent's action: float[A_1, .., A_N].

    For each agent the mean over what the others may do, less the mean of all, summed; plus the
    mean of all.  This is the projection onto tables without interaction (two-way analysis of
    variance has the same fit).
    """
    table = np.asarray(table, dtype=float)
    agents = range(table.ndim)
    parts = [
        table.mean(axis=tuple(other for other in agents if other != agent), keepdims=True)
        for agent in agents
    ]
    return sum(parts) - (table.ndim - 1) * table.mean()


def rising_fit(table: ArrayLike, *, supermodular: bool = False) -> Floats:
    """The nearest table of two agents that rises with a value of each: float[A, B].

    Values order the actions of each agent, in a way that the fit is free to choose; along both
    orders the table must not fall.  supermodular: as QMIX's mixer has it (for two actions each
    this is exactly what the mixer can hold; for more, it can hold nothing else).  Every pair of
    orders is tried, so this is for small tables.
    """
    table = np.asarray(table, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"rising_fit takes the table of two agents, got {table.ndim} of them")
    pieces = _corners(*table.shape) if supermodular else _upper_sets(*table.shape)
    columns = [piece.ravel().astype(float) for piece in pieces]
    basis, best = np.stack([np.ones(table.size), *columns], axis=1), (np.inf, table)
    # No fit is further from the mean than the table itself, so all of it lies above this floor.
    floor = table.mean() - np.linalg.norm(table - table.mean())
    for rows, places in product(*(permutations(range(count)) for count in table.shape)):
        order = np.ix_(rows, places)
        weights, _ = nnls(basis, table[order].ravel() - floor)
        fit = np.empty_like(table)
        fit[order] = (basis @ weights).reshape(table.shape) + floor
        error = np.linalg.norm(fit - table)
        if error < best[0] - CLOSE:
            best = error, fit
    return best[1]


def _corners(rows: int, columns: int) -> list[Bools]:
    """From an entry on, up and to the right: what rising supermodular tables are made of."""
    i, j = np.indices((rows, columns))
    return [(i >= k) & (j >= m) for k, m in np.ndindex(rows, columns) if k or m]


def _upper_sets(rows: int, columns: int) -> list[Bools]:
    """Sets that hold with an entry all above it, but not all: what rising tables are made of."""
    starts = product(range(columns + 1), repeat=rows)
    falling = (np.array(s) for s in starts if list(s) == sorted(s, reverse=True))
    sets = (np.arange(columns) >= start[:, None] for start in falling)
    return [entries for entries in sets if 0 < entries.sum() < entries.size]


def rises(table: ArrayLike) -> bool:
    """Whether some value of each agent's actions makes this table [A, B] rise with both.

    It does exactly when of any two rows one is nowhere below the other, and of any two columns
    as well: then that is their order.
    """
    table = np.asarray(table, dtype=float)
    return _nested(table) and _nested(table.T)


def _nested(rows: Floats) -> bool:
    below = (rows[:, None] <= rows[None] + CLOSE).all(axis=2)
    return bool((below | below.T).all())


def consistent(table: ArrayLike, utilities: Sequence[ArrayLike]) -> bool:
    """Whether acting alone is acting well: IGM, "individual-global-max" (Son et al. 2019).

    table: the team's values float[A_1, .., A_N].  utilities: for each agent what it thinks its
    actions are worth, float[A_m].  True when every joint action of actions that are best to their
    own agent is a best one of the table.
    """
    table = np.asarray(table, dtype=float)
    best = [np.flatnonzero(np.asarray(u) >= np.max(u) - CLOSE) for u in utilities]
    return bool((table[np.ix_(*best)] >= table.max() - CLOSE).all())
