"""Average consensus: everybody moves to a weighted mean of itself and its neighbours, again and
again, until all hold the mean of what they began with.

Values are float[n, ...], peers first.
"""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from mavrs_course.coordination.peer_to_peer.topologies import hears
from mavrs_course.messages import Bools, Floats


def metropolis_weights(graph: nx.Graph | Bools) -> Floats:
    """How much each peer (row) listens to each other one (column): float[n, n].

    ``w_ij = 1 / (1 + max(d_i, d_j))`` between neighbours with ``d`` neighbours each, and each
    peer keeps the rest.  A peer needs to know only its own neighbours, and rows and columns sum
    to one, so the mean stays what it was.  On a ring all weights are 1/3.
    Source: Xiao, Boyd and Lall, "A scheme for robust distributed sensor fusion based on average
    consensus" (IPSN 2005).
    """
    adjacency = hears(graph) if isinstance(graph, nx.Graph) else np.asarray(graph, dtype=bool)
    if (adjacency != adjacency.T).any():
        raise ValueError("Metropolis weights need links that go both ways; see push_sum")
    degree = adjacency.sum(axis=1)
    weights = adjacency / (1.0 + np.maximum(degree[:, None], degree[None, :]))
    np.fill_diagonal(weights, 1.0 - weights.sum(axis=1))
    return weights


def convergence_factor(weights: Floats) -> float:
    """By how much disagreement shrinks a round, in the long run: in [0, 1].

    The largest modulus of an eigenvalue of ``W`` besides the 1 of agreement.  1 means that no
    agreement is ever reached: the graph is in parts.  Source: Xiao and Boyd, "Fast linear
    iterations for distributed averaging" (Systems and Control Letters 53, 2004).
    """
    peers = len(weights)
    if peers < 2:
        return 0.0
    symmetric = np.array_equal(weights, weights.T)
    eigenvalues = np.linalg.eigvalsh if symmetric else np.linalg.eigvals
    return float(np.abs(eigenvalues(weights - 1.0 / peers)).max())


def ring_second_eigenvalue(peers: int) -> float:
    """The second eigenvalue of a ring with weights 1/3, ``(1 + 2 cos(2 pi / n)) / 3``."""
    return (1.0 + 2.0 * math.cos(2.0 * math.pi / peers)) / 3.0


def rounds_needed(weights: Floats, tolerance: float, most: int = 100_000) -> int:
    """Rounds until disagreement is at most ``tolerance`` times what it was, whatever it was.

    Exact for symmetric weights, where ``factor ** rounds`` bounds the shrinkage.  At least 1;
    ``most`` where the peers never agree.
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"a tolerance lies between 0 and 1, not {tolerance}")
    factor = convergence_factor(weights)
    if factor <= 1e-9:
        return 1
    if factor >= 1.0 - 1e-9:
        return most
    return min(most, max(1, math.ceil(math.log(tolerance) / math.log(factor) - 1e-9)))


def average_rounds(values: Floats, weights: Floats, rounds: int) -> Floats:
    """What everybody holds before the first and after each round: float[rounds + 1, n, ...]."""
    history = [np.asarray(values, dtype=float)]
    for _ in range(rounds):
        history.append(np.tensordot(weights, history[-1], axes=1))
    return np.stack(history)


def disagreement(values: Floats) -> float:
    """Root mean square distance of the peers' values float[n, ...] from their mean; 0 of nobody."""
    if not np.size(values):
        return 0.0
    return float(np.sqrt(np.mean((values - np.mean(values, axis=0)) ** 2)))


def with_stubborn(weights: Floats, stubborn: Bools) -> Floats:
    """The same weights, where the peers of ``stubborn`` bool[n] never give way."""
    return np.where(np.asarray(stubborn)[:, None], np.eye(len(weights)), weights)
