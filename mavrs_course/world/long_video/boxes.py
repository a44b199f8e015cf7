"""Closed boxes that cost something to open: which first, and when to stop.

Source: Weitzman, "Optimal search for the best alternative" (Econometrica 47, 1979).  The
reservation value ``z`` of a box with content ``X`` and price ``c`` solves ``c = E[(X - z)+]``:
with ``z`` in hand it makes no difference whether one opens it.  His rule: open the boxes in
descending order of ``z``; stop when the best content seen is at least every ``z`` that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from mavrs_course.messages import NO_CLICK, Bools, Floats, Ints


class Box(NamedTuple):
    """A closed box: its price, what may be in it, and how likely each of these is."""

    cost: float
    contents: Sequence[float]
    chances: Sequence[float]


class Search(NamedTuple):
    """How a search went.  opened: bool[B, n].  chosen: int[B], or ``NO_CLICK``.  best: float[B]."""

    opened: Bools
    chosen: Ints
    best: Floats


def reservation(box: Box) -> float:
    """The reservation value of a box with finitely many contents.

    ``E[(X - z)+] - c`` is the largest of the straight lines ``sum_{j <= k} p_j (x_j - z) - c``,
    contents sorted downwards, so that ``z`` is the largest of their zeros.
    """
    contents, chances = np.asarray(box.contents, float), np.asarray(box.chances, float)
    if contents.shape != chances.shape or np.any(chances < 0) or not np.isclose(chances.sum(), 1):
        raise ValueError(f"chances must be parts of 1, one for each content, not {box.chances}")
    _refuse_free(box.cost)
    downwards = np.argsort(-contents)
    downwards = downwards[chances[downwards] > 0]
    gain = np.cumsum((contents * chances)[downwards]) - box.cost  # [k]
    return float((gain / np.cumsum(chances[downwards])).max())


def uniform_reservation(cost: float) -> float:
    """The same for contents uniform on (0, 1): ``1 - sqrt(2 c)``, or ``1/2 - c`` when below 0."""
    _refuse_free(cost)
    return 1.0 - np.sqrt(2.0 * cost) if cost <= 0.5 else 0.5 - cost


def normal_reservation(cost: float, mean: Floats, deviation: Floats) -> Floats:
    """The same for contents ``N(mean, deviation ** 2)``, elementwise.

    ``z = mean + deviation * a``, where ``phi(a) - a (1 - Phi(a)) = cost / deviation``.
    """
    _refuse_free(cost)
    deviation = np.asarray(deviation, dtype=float)
    if np.any(deviation <= 0):
        raise ValueError("deviation must be above 0: a box without surprise need not be opened")
    price = cost / deviation
    low, high = -price - 1.0, np.full_like(price, 40.0)
    for _ in range(60):  # halve the bracket: the left-hand side falls with a
        a = (low + high) / 2.0
        gain = np.exp(-(a**2) / 2.0) / np.sqrt(2.0 * np.pi) - a * ndtr(-a)
        low, high = np.where(gain > price, a, low), np.where(gain > price, high, a)
    return mean + deviation * (low + high) / 2.0


def search(contents: Floats, values: Floats, outside: float | Floats = 0.0) -> Search:
    """Go through the boxes in their order, and open each whose value is above the best in hand.

    contents, values: float[B, n], what is in the boxes and their reservation values.  outside:
    what is in hand before the first box.  Nothing is chosen where no content is above it.
    """
    best = np.broadcast_to(np.asarray(outside, dtype=float), len(contents)).copy()
    chosen = np.full(len(contents), NO_CLICK)
    opened = np.zeros(np.shape(contents), dtype=bool)
    for box in range(np.shape(contents)[1]):
        opened[:, box] = values[:, box] > best
        better = opened[:, box] & (contents[:, box] > best)
        chosen = np.where(better, box, chosen)
        best = np.where(better, contents[:, box], best)
    return Search(opened, chosen, best)


def weitzman(contents: Floats, values: Floats, outside: float | Floats = 0.0) -> Search:
    """Weitzman's rule: :func:`search` in descending order of reservation value."""
    order = np.argsort(-np.asarray(values), axis=1, kind="stable")  # [B, n]
    found = search(_columns(contents, order), _columns(values, order), outside)
    opened = _columns(found.opened, np.argsort(order, axis=1))
    slot = order[np.arange(len(order)), found.chosen]
    return Search(opened, np.where(found.chosen >= 0, slot, NO_CLICK), found.best)


def worth(boxes: Sequence[Box], in_hand: float = 0.0) -> float:
    """What the boxes are worth on average, prices paid, to who opens them in the given order.

    A box whose reservation value is at most what is in hand stays closed.
    """
    if not boxes:
        return in_hand
    first, rest = boxes[0], boxes[1:]
    if reservation(first) <= in_hand:
        return worth(rest, in_hand)
    after = [worth(rest, max(in_hand, content)) for content in first.contents]
    return float(np.dot(first.chances, after)) - first.cost


def _columns(array: Any, order: Ints) -> Any:
    return np.take_along_axis(np.asarray(array), order, axis=1)


def _refuse_free(cost: float) -> None:
    if not cost > 0:
        raise ValueError(f"cost must be above 0: who looks for nothing looks at all, not {cost}")
