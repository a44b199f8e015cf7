"""FA*IR: enough of a protected group at the top of a list, by a test at each place.

Source: Zehlike et al., "FA*IR: a fair top-k ranking algorithm" (CIKM 2017).  The chance that a fair
list fails somewhere is found by dynamic programming, here with any numbers, also exact fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from mavrs_course.messages import Ints

Number = TypeVar("Number", float, Fraction)


def prefix_table(places: int, share: float, alpha: float) -> Ints:
    """How many protected the first 1, 2, ... ``places`` must have at least: int[places].

    The smallest ``m`` for which a list drawn with chance ``share`` has ``m`` or fewer with a
    probability of at least ``alpha``.
    """
    _check(places, share, alpha)
    return binom.ppf(alpha, np.arange(1, places + 1), share).astype(np.int64)


def failure_probability(table: Sequence[int] | Ints, share: Number) -> Number:
    """Chance that a fair list has too few protected at one place or more.

    Each place is protected with chance ``share``; a :class:`~fractions.Fraction` gives an exact
    answer.  ``alive[c]`` is the chance of ``c`` protected so far with no test failed.
    """
    alive = [share**0]
    for least in table:
        grown = [(1 - share) * chance for chance in alive] + [0 * share]
        for count, chance in enumerate(alive):
            grown[count + 1] += share * chance
        alive = [chance if count >= least else 0 * share for count, chance in enumerate(grown)]
    return 1 - sum(alive[1:], alive[0])


def _steps(places: int, share: float, alpha: float) -> list[float]:
    """Every level up to ``alpha`` at which the table changes, upwards.

    The table of a level is that of the first step at or above it.
    """
    here = [binom.cdf(np.arange(n), n, share) for n in range(1, places + 1)]
    levels = np.unique(np.concatenate(here))
    return [0.0, *levels[(levels > 0) & (levels < alpha)].tolist(), alpha]


def safe_table(places: int, share: float, alpha: float) -> Ints:
    """The strictest table of FA*IR whose failure probability is at most ``alpha``: int[places]."""
    _check(places, share, alpha)
    levels = _steps(places, share, alpha)
    low, high = 0, len(levels)  # the table of levels[low] is safe: at 0 it asks for nothing
    while high - low > 1:
        middle = (low + high) // 2
        table = _table_below(places, share, levels[middle])
        if failure_probability(table, float(share)) <= alpha:
            low = middle
        else:
            high = middle
    return _table_below(places, share, levels[low])


def nearest_table(places: int, share: float, alpha: float) -> Ints:
    """The table whose failure probability comes nearest to ``alpha``, above or below it.

    What a public implementation gives where we compared it; it may fail more often than ``alpha``.
    """
    _check(places, share, alpha)
    tables = [_table_below(places, share, level) for level in _steps(places, share, alpha)]
    return min(tables, key=lambda table: abs(failure_probability(table, float(share)) - alpha))


def fair_star(scores: ArrayLike, protected: ArrayLike, table: Sequence[int] | Ints) -> Ints:
    """The best list that keeps to the table, best first: int[places].

    scores: float[C].  protected: bool[C].  At each place the best that is left, unless the table
    asks for a protected one; of equals the first.  Raises ValueError where there are too few.
    """
    score, group = np.asarray(scores, dtype=float), np.asarray(protected, dtype=bool)
    if score.ndim != 1 or score.shape != group.shape or len(score) < len(table):
        raise ValueError(f"{len(table)} places need as many scores, and as many groups")
    order = np.argsort(-score, kind="stable")
    queues = {mark: [i for i in order if group[i] == mark] for mark in (True, False)}
    chosen: list[int] = []
    for place, least in enumerate(table):
        if group[chosen].sum() < least and not queues[True]:
            raise ValueError(f"place {place + 1} needs {least} protected, and there are fewer")
        must = group[chosen].sum() < least
        heads = [queues[mark][0] for mark in ((True,) if must else (True, False)) if queues[mark]]
        best = min(heads, key=lambda i: (-score[i], i))
        chosen.append(queues[bool(group[best])].pop(0))
    return np.array(chosen, dtype=np.int64)


def _table_below(places: int, share: float, level: float) -> Ints:
    """The table just below a step: rounding errors of the step itself do not matter."""
    return prefix_table(places, share, level * (1 - 1e-9)) if level > 0 else np.zeros(places, int)


def _check(places: int, share: float, alpha: float) -> None:
    if places < 1 or not (0 < share < 1 and 0 < alpha < 1):
        raise ValueError(
            f"a table needs a place or more, and a share and an alpha between 0 and 1, "
            f"not {places}, {share} and {alpha}"
        )
