"""Belief propagation between peers: each tells a neighbour what it and all the others told it.

A peer's opinion of a candidate is a hidden "good" or "bad".  What it saw itself speaks for good
by some log-odds, its evidence; and neighbours tend to agree, by a coupling ``J``:

    ``p(x) ~ exp(sum_i h_i x_i / 2 + J sum_ij x_i x_j)``,  with ``x_i`` = +1 or -1.

The message from ``i`` to ``j`` says how ``i``'s side of the graph bears on ``j``, in log-odds:
``m_ij = 2 artanh(tanh(J) tanh((h_i + sum of messages to i, but for j's) / 2))``.  It leaves out
what ``j`` itself said, so that nobody hears its own rumour come back.

On a tree two sweeps, 2 (n - 1) messages, give everybody its exact belief.  On a graph with
circles messages go round until they settle, and evidence is counted more than once.

**Guarantee.**  No message is larger than 2 J.  Whatever liars say, and in every round, they move
a peer's log-odds by at most 4 J for each link through which one of them can be heard.

Source: Pearl, "Reverend Bayes on inference engines" (AAAI 1982); Yedidia, Freeman and Weiss,
"Understanding belief propagation and its generalizations" (2003).
Values are float[n, ...], peers first.
"""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np

from mavrs_course.messages import Floats

MOST_STATES = 16  # peers, up to which all states are listed


def message(log_odds: Floats, coupling: float) -> Floats:
    """What a peer with these log-odds tells a neighbour: log-odds within ± 2 ``coupling``."""
    return 2.0 * np.arctanh(np.tanh(coupling) * np.tanh(log_odds / 2.0))


def propagate_on_tree(evidence: Floats, tree: nx.Graph, coupling: float, root: int = 0) -> Floats:
    """Everybody's exact log-odds, float[n, ...], in one sweep to the root and one back.

    Raises ValueError for a graph that is no tree.
    """
    if not nx.is_tree(tree):
        raise ValueError("two sweeps are enough on a tree only; for circles there is loopy()")
    edges = list(nx.bfs_edges(tree, root))
    belief = np.array(evidence, dtype=float)
    upward: dict[int, Floats] = {}
    for parent, child in reversed(edges):
        upward[child] = message(belief[child], coupling)
        belief[parent] = belief[parent] + upward[child]
    for parent, child in edges:
        belief[child] = belief[child] + message(belief[parent] - upward[child], coupling)
    return belief


def propagate_in_rounds(evidence: Floats, graph: nx.Graph, coupling: float, rounds: int) -> Floats:
    """Log-odds after each round in which all tell all neighbours: float[rounds + 1, n, ...].

    On a tree exact after as many rounds as it is wide; on a graph with circles an approximation.
    """
    evidence = np.asarray(evidence, dtype=float)
    told: dict[tuple[int, int], Floats] = {
        (i, j): np.zeros(evidence.shape[1:]) for a, b in graph.edges for i, j in ((a, b), (b, a))
    }
    history = [evidence]
    for _ in range(rounds):
        belief = history[-1]
        told = {(i, j): message(belief[i] - told[j, i], coupling) for i, j in told}
        belief = evidence.copy()
        for (_, j), said in told.items():
            belief[j] = belief[j] + said
        history.append(belief)
    return np.stack(history)


def exact_log_odds(evidence: Floats, graph: nx.Graph, coupling: float) -> Floats:
    """The same by listing all 2^n states: float[n], for evidence float[n], up to 16 peers."""
    peers = len(evidence)
    if peers > MOST_STATES:
        raise ValueError(f"2**{peers} states are too many to list")
    states = np.array(list(product([-1.0, 1.0], repeat=peers)))
    log_weight = states @ np.asarray(evidence) / 2.0
    for i, j in graph.edges:
        log_weight = log_weight + coupling * states[:, i] * states[:, j]
    weight = np.exp(log_weight - log_weight.max())
    good = (weight[:, None] * (states > 0)).sum(axis=0)
    return np.log(good) - np.log(weight.sum() - good)


def spanning_tree(graph: nx.Graph, root: int) -> nx.Graph:
    """The tree by which a message that is passed on to all spreads from ``root``."""
    tree = nx.Graph()
    tree.add_node(root)
    tree.add_edges_from(nx.bfs_edges(graph, root))
    return tree
