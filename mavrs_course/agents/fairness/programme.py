"""Programmes of pages: which order how often, so that attention is fair over many pages.

Source: Singh and Joachims, "Fairness of exposure in rankings" (KDD 2018): a linear programme over
doubly stochastic matrices, which Birkhoff and von Neumann take apart into orders.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from mavrs_course.messages import Bools, Floats, Ints

KINDS = ("parity", "treatment", "impact")
NOTHING = 1e-9


def fair_programme(
    relevance: ArrayLike, group: ArrayLike, attention: ArrayLike, kind: str | None = "treatment"
) -> Floats:
    """The best programme ``P``, float[n, n]: ``P[i, j]`` how often video ``i`` is in place ``j``.

    relevance: float[n], 0 or more.  group: bool[n].  attention: float[n], by place.  It maximises
    ``relevance' P attention``, where the two groups have the same mean attention (``parity``),
    attention in proportion to mean relevance (``treatment``) or clicks in proportion to it
    (``impact``); None asks for nothing.  Where a group is empty, or one that must be divided by
    has merit 0, there is nothing to ask for either.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind is None or one of {KINDS}, not {kind!r}")
    u, v = np.asarray(relevance, dtype=float), np.asarray(attention, dtype=float)
    one = np.asarray(group, dtype=bool)
    n = len(u)
    if u.shape != (n,) or v.shape != (n,) or one.shape != (n,) or n == 0 or bool(np.any(u < 0)):
        raise ValueError("relevance (0 or more), group and attention need one entry a video")
    unit = np.eye(n)
    equal = [np.outer(row, np.ones(n)).ravel() for row in unit]
    equal += [np.outer(np.ones(n), row).ravel() for row in unit]
    wanted = [1.0] * (2 * n)
    if kind is not None and _claims(u, one, kind):
        weight = _weights(u, one, kind) - _weights(u, ~one, kind)
        equal.append(np.outer(weight, v).ravel())
        wanted.append(0.0)
    found = linprog(-np.outer(u, v).ravel(), A_eq=np.array(equal), b_eq=wanted, bounds=(0, 1))
    if not found.success:
        raise ValueError(f"no programme gives both groups what {kind} asks for: {found.message}")
    return np.clip(found.x.reshape(n, n), 0.0, 1.0)


def _claims(u: Floats, one: Bools, kind: str) -> bool:
    """Whether both groups have members, and merit where it is divided by."""
    sides = (u[one], u[~one])
    return all(len(side) > 0 and (kind == "parity" or side.sum() > 0) for side in sides)


def _weights(u: Floats, members: Bools, kind: str) -> Floats:
    """What each video's attention counts for its group: float[n]."""
    if kind == "parity":
        return members / members.sum()
    return members * (u if kind == "impact" else 1.0) / u[members].sum()


def pages_of(programme: ArrayLike) -> list[tuple[float, Ints]]:
    """A programme as orders and how often each is shown: ``(share, order int[n])``, most first.

    Birkhoff and von Neumann: while anything is left, find an order whose entries are all above 0,
    show it as often as its smallest entry says, and take it away; ``(n - 1)^2 + 1`` orders at most.
    Raises ValueError for a matrix whose rows and columns do not all sum to 1.
    """
    left = np.array(programme, dtype=float)
    square = left.ndim == 2 and left.shape[0] == left.shape[1]
    if not square or not all(np.allclose(left.sum(axis=axis), 1.0) for axis in (0, 1)):
        raise ValueError("a programme is a square matrix whose rows and columns sum to 1")
    if bool(np.any(left < -NOTHING)):
        raise ValueError("a programme has no entry below 0")
    pages: list[tuple[float, Ints]] = []
    places = np.arange(len(left))
    while (order := _matching(left > NOTHING)) is not None and len(order):
        share = float(left[order, places].min())
        left[order, places] -= share
        pages.append((share, order))
    total = sum(share for share, _ in pages)  # what is below NOTHING was left
    return sorted(((share / total, order) for share, order in pages), key=lambda page: -page[0])


def _matching(allowed: Bools) -> Ints | None:
    """For each place a video of its own, where allowed[video, place]: int[n], or None."""
    place_of: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for video in np.flatnonzero(allowed[:, place]).tolist():
            if video in tried:
                continue
            tried.add(video)
            if video not in place_of or seat(place_of[video], tried):
                place_of[video] = place
                return True
        return False

    n = len(allowed)
    if not all(seat(place, set()) for place in range(n)):
        return None
    return np.array(sorted(place_of, key=place_of.__getitem__), dtype=np.int64)
