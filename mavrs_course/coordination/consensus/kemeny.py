"""The ranking that the fewest agents disagree with (Kemeny 1959), four ways.

``preferred`` is float[B, C, C] from :func:`~.rankings.pairwise`: how many agents put i above j.
A ranking that puts j above i disagrees with all of them.  An ``order`` is int[B, C], best first.

Finding the best ranking is NP-hard in C (Bartholdi, Tovey and Trick 1989).  Three facts help: a
bound that often proves a guess right, dynamic programming over sets for small C, and integer
programming for one page of middling C.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from mavrs_course.coordination.consensus.rankings import copeland, margins
from mavrs_course.messages import Floats, Ints

EXACT_UP_TO = 8
CHUNK = 256  # pages at once: 2**C tables of a thousand pages would fill the memory


def disagreements(order: Ints, preferred: Floats) -> Floats:
    """Pairs of an agent and two candidates that the order has the other way round: float[B]."""
    return np.triu(_arranged(order, np.swapaxes(preferred, 1, 2)), k=1).sum(axis=(1, 2))


def fewest_thinkable(preferred: Floats) -> Floats:
    """No ranking has fewer disagreements: each pair decided by its majority, float[B].

    A ranking that reaches this bound is proved best, and one does unless majorities go in circles.
    """
    return np.triu(np.minimum(preferred, np.swapaxes(preferred, 1, 2)), k=1).sum(axis=(1, 2))


def kemeny(preferred: Floats, exact_up_to: int = EXACT_UP_TO) -> Ints:
    """An order with the fewest disagreements: int[B, C].

    Local search from Copeland's order comes first.  Pages on which it does not reach the bound of
    :func:`fewest_thinkable` are solved exactly when C is at most ``exact_up_to``; above that
    they keep what the search found, which no move of a single candidate can improve.  On random
    pages of ten candidates that was the best ranking in 96 to 99 of 100.
    """
    start = np.argsort(-copeland(preferred), axis=1, kind="stable")
    order = local_search(preferred, start)
    if preferred.shape[1] <= exact_up_to:
        unproved = disagreements(order, preferred) > fewest_thinkable(preferred) + 1e-9
        for rows in np.split(np.flatnonzero(unproved), range(CHUNK, unproved.sum(), CHUNK)):
            order[rows] = by_sets(preferred[rows])
    return order


def by_sets(preferred: Floats) -> Ints:
    """The best order by dynamic programming over sets (Held and Karp 1962): int[B, C], exact.

    ``best[S] = min over i in S of best[S - i] + (how many put a member of S above i)``: whoever
    leads S disagrees with all who wanted another member first.  Takes ``2**C * C`` steps a page.
    Of equally good orders it is the first in the dictionary: the earliest candidate leads.
    """
    pages, candidates = preferred.shape[:2]
    sets = 1 << candidates
    above = np.zeros((sets, pages, candidates))  # how many put a member of the set above i
    best, leader = np.zeros((sets, pages)), np.zeros((sets, pages), dtype=np.int64)
    for group in range(1, sets):
        lowest = group & -group
        above[group] = above[group ^ lowest] + preferred[:, lowest.bit_length() - 1]
        members = [i for i in range(candidates) if group >> i & 1]
        costs = np.stack([best[group ^ 1 << i] + above[group, :, i] for i in members])
        chosen = costs.round(9).argmin(axis=0)
        best[group] = np.take_along_axis(costs, chosen[None], axis=0)[0]
        leader[group] = np.asarray(members)[chosen]
    order, left = np.empty((pages, candidates), dtype=np.int64), np.full(pages, sets - 1)
    for slot in range(candidates):
        order[:, slot] = leader[left, np.arange(pages)]
        left = left ^ (1 << order[:, slot])
    return order


def local_search(preferred: Floats, start: Ints) -> Ints:
    """Move one candidate at a time to where it helps most, until none helps: int[B, C].

    Moving the candidate in place p down to q changes, for each one that it passes, a disagreement
    with those who put the other first into one with those who put it first: minus or plus their
    margin.  Running sums of margins give all C * C moves of all pages at once.
    """
    order, moving = np.array(start, dtype=np.int64), np.arange(len(start))
    margin, place = margins(preferred), np.arange(start.shape[1])
    down = place[None, :] > place[:, None]
    while len(moving):
        rows = order[moving]
        passed = np.cumsum(_arranged(rows, margin[moving]), axis=2)  # over places 0..q
        here = passed[:, place, place][:, :, None]
        before = np.concatenate([np.zeros((*passed.shape[:2], 1)), passed[:, :, :-1]], axis=2)
        change = np.where(down, passed - here, before - here)
        change[:, place, place] = 0.0
        flat = change.reshape(len(moving), -1)
        move = flat.argmin(axis=1)
        helps = flat[np.arange(len(moving)), move] < -1e-9
        moving, rows, move = moving[helps], rows[helps], move[helps]
        source, target = np.divmod(move, len(place))
        key = np.tile(place.astype(float), (len(moving), 1))
        key[np.arange(len(moving)), source] = target + np.where(target > source, 0.5, -0.5)
        order[moving] = np.take_along_axis(rows, np.argsort(key, axis=1), axis=1)
    return order


def by_programming(preferred: Floats) -> Ints:
    """The best order of one page by integer programming: int[C], exact, for preferred float[C, C].

    Variables: ``x_ij = 1`` where i stands above j, for i < j, and ``x_ji = 1 - x_ij``.  What makes
    an order of them: no three stand in a circle, ``x_ij + x_jk + x_ki <= 2``, both ways round.
    Solved by scipy's HiGHS; RuntimeError where it gives up.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    candidates = len(preferred)
    if candidates < 2:
        return np.arange(candidates)
    first, second = np.triu_indices(candidates, k=1)
    number = np.zeros((candidates, candidates), dtype=int)
    number[first, second] = np.arange(len(first))
    triples = [
        (i, j, k)
        for i in range(candidates)
        for j in range(i + 1, candidates)
        for k in range(j + 1, candidates)
    ]
    circles = sparse.lil_array((max(len(triples), 1), len(first)))
    for row, (i, j, k) in enumerate(triples):
        circles[row, number[i, j]] = circles[row, number[j, k]] = 1.0
        circles[row, number[i, k]] = -1.0
    solved = milp(
        preferred[second, first] - preferred[first, second],
        integrality=np.ones(len(first)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(circles.tocsr(), 0, 1),
    )
    if solved.x is None:
        raise RuntimeError(f"no order of {candidates} candidates was found: {solved.message}")
    above = np.zeros((candidates, candidates))
    above[first, second], above[second, first] = solved.x, 1.0 - solved.x
    return np.argsort(-above.round().sum(axis=1), kind="stable")


def _arranged(order: Ints, matrix: Floats) -> Floats:
    """Rows and columns of each page's matrix float[B, C, C] in the order given: float[B, C, C]."""
    page = np.arange(len(order))[:, None, None]
    return matrix[page, order[:, :, None], order[:, None, :]]
