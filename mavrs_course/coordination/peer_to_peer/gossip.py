"""Randomised gossip: two peers at a time meet, and both take the mean of what they held.

Source: Boyd, Ghosh, Prabhakar and Shah, "Randomized gossip algorithms" (IEEE Transactions on
Information Theory 52, 2006).  Nobody waits for anybody else, and no round is announced.
"""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from mavrs_course.coordination.peer_to_peer.topologies import hears
from mavrs_course.messages import Bools, Floats, Ints


def draw_meetings(graph: nx.Graph, steps: int, rng: np.random.Generator) -> Ints:
    """Who meets whom: int[steps, 2].  One peer wakes by chance and calls a random neighbour.

    Peers without neighbours never wake.  Where nobody has one, there are no meetings: int[0, 2].
    """
    adjacency = hears(graph)
    awake = np.flatnonzero(adjacency.any(axis=1))
    if not len(awake):
        return np.empty((0, 2), dtype=np.int64)
    callers = rng.choice(awake, steps)
    tickets = rng.random(steps)
    neighbours = [np.flatnonzero(row) for row in adjacency]
    called = [
        neighbours[caller][int(ticket * len(neighbours[caller]))]
        for caller, ticket in zip(callers, tickets, strict=True)
    ]
    return np.stack([callers, np.array(called, dtype=np.int64)], axis=1)


def gossip(values: Floats, meetings: Ints, stubborn: Bools | None = None) -> Floats:
    """What everybody holds after the meetings int[steps, 2]: float[n, ...].

    The peers of ``stubborn`` bool[n] say what they hold and never change it.
    """
    held = np.array(values, dtype=float)
    moves = np.ones(len(held), dtype=bool) if stubborn is None else ~np.asarray(stubborn)
    for one, other in meetings:
        mean = (held[one] + held[other]) / 2.0
        if moves[one]:
            held[one] = mean
        if moves[other]:
            held[other] = mean
    return held


def expected_meeting(graph: nx.Graph) -> Floats:
    """The matrix of one meeting, on average: float[n, n]."""
    adjacency = hears(graph).astype(float)
    peers, degree = len(adjacency), adjacency.sum(axis=1, keepdims=True)
    calls = np.divide(adjacency, degree, out=np.zeros_like(adjacency), where=degree > 0)
    calls /= max(int((degree > 0).sum()), 1)
    pairs = (calls + calls.T) / 2.0
    return np.eye(peers) + pairs - np.diag(pairs.sum(axis=1))


def gossip_contraction(graph: nx.Graph) -> float:
    """At most this part of the expected **squared** error is left after one meeting.

    The second eigenvalue of :func:`expected_meeting`.  A meeting is a projection, ``W W = W``,
    so the squared error shrinks by the eigenvalue itself and not by its square.  On the complete
    graph all eigenvalues but the first are ``1 - 1 / (n - 1)``, and the bound is exact: .94737
    for 20 peers.  Source: Boyd and others (2006).
    """
    eigenvalues = np.linalg.eigvalsh(expected_meeting(graph))
    return float(eigenvalues[-2]) if len(eigenvalues) > 1 else 0.0


def meetings_needed(graph: nx.Graph, tolerance: float, most: int = 100_000) -> int:
    """Meetings until the expected squared error is ``tolerance ** 2`` of what it was."""
    left = gossip_contraction(graph)
    if left >= 1.0 - 1e-12:
        return most
    if left <= 1e-12:
        return 1
    return min(most, max(1, math.ceil(2.0 * math.log(tolerance) / math.log(left))))
