"""Push-sum: averages on graphs whose links go one way.

A peer that is heard by three others while hearing one can't keep the mean by averaging.  So it
gives away what it has in equal parts, and beside its value it does the same with a weight that
began at 1.  Values and weights drift alike, and their ratio tends to the mean.

Source: Kempe, Dobra and Gehrke, "Gossip-based computation of aggregate information" (FOCS 2003).
Values are float[n, ...], peers first.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from mavrs_course.coordination.peer_to_peer.topologies import hears
from mavrs_course.messages import Bools, Floats


def sharing_weights(graph: nx.Graph | Bools) -> Floats:
    """The part of what peer ``j`` has that goes to peer ``i``: float[n, n], in row i, column j.

    Each peer keeps one part and gives one to everybody that hears it.  Columns sum to one:
    nothing is lost.  graph: links run from who tells to who hears; or bool[n, n], whether the
    peer of the row hears the peer of the column.
    """
    adjacency = hears(graph) if isinstance(graph, nx.Graph) else np.asarray(graph, dtype=bool)
    parts = adjacency | np.eye(len(adjacency), dtype=bool)
    return parts / parts.sum(axis=0)


def push_sum(values: Floats, shares: Floats, rounds: int) -> tuple[Floats, Floats]:
    """The estimates of the mean float[n, ...] and the weights float[n] after some rounds.

    shares: float[n, n], whose columns sum to one.  The sum of the values and that of the weights
    stay what they were in every round, which is why the ratio is the mean once it is the same
    everywhere.
    """
    if not np.allclose(shares.sum(axis=0), 1.0):
        raise ValueError("push-sum needs shares whose columns sum to one, or mass is lost")
    mass, weight = np.array(values, dtype=float), np.ones(len(shares))
    for _ in range(rounds):
        mass, weight = np.tensordot(shares, mass, axes=1), shares @ weight
    return mass / weight.reshape(-1, *[1] * (mass.ndim - 1)), weight
