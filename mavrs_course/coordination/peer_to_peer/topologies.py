"""Who talks to whom: graphs of peers, numbered 0 to n - 1, and how robust they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import networkx as nx
import numpy as np

from mavrs_course.messages import Bools

LINKS_EACH = 4  # of a small world and of a random regular graph
SHORTCUTS = 0.2  # the part of a small world's links that is rewired
LARGEST_EXACT = 12  # peers, up to which every pair of sets is looked at


def ring(peers: int) -> nx.Graph:
    """Everybody has two neighbours."""
    return nx.cycle_graph(peers) if peers > 2 else nx.path_graph(peers)


def grid(peers: int) -> nx.Graph:
    """Rows and columns as equal as ``peers`` allows, with the edges joined (a torus)."""
    rows = max(side for side in range(1, int(peers**0.5) + 1) if peers % side == 0)
    graph = nx.grid_2d_graph(rows, peers // rows, periodic=(rows > 2, peers // rows > 2))
    return nx.convert_node_labels_to_integers(graph)


def tree(peers: int) -> nx.Graph:
    """Every peer but the leaves has two children: the fewest links that connect all."""
    graph = nx.empty_graph(peers)
    graph.add_edges_from(((child - 1) // 2, child) for child in range(1, peers))
    return graph


def small_world(peers: int, rng: np.random.Generator) -> nx.Graph:
    """A ring of four links each, of which one in five is rewired (Watts and Strogatz, 1998)."""
    if peers <= LINKS_EACH + 1:
        return nx.complete_graph(peers)
    seed = int(rng.integers(2**32))
    return nx.connected_watts_strogatz_graph(peers, LINKS_EACH, SHORTCUTS, tries=1000, seed=seed)


def random_regular(peers: int, rng: np.random.Generator) -> nx.Graph:
    """Four random neighbours each: with high probability an expander."""
    if peers <= LINKS_EACH + 1:
        return nx.complete_graph(peers)
    while True:
        graph = nx.random_regular_graph(LINKS_EACH, peers, seed=int(rng.integers(2**32)))
        if nx.is_connected(graph):
            return graph


def robust(peers: int, rng: np.random.Generator, liars: int = 1) -> nx.Graph:
    """A sparse graph that is (2 ``liars`` + 1)-robust, if there are at least 4 ``liars`` + 1 peers.

    It grows: 4 f + 1 peers who all know each other, a graph that is (2 f + 1)-robust, and
    newcomers that link to 2 f + 1 random others each, which keeps it so (LeBlanc and others,
    2013).  Fewer peers all know each other.
    """
    first, links = 4 * liars + 1, 2 * liars + 1
    graph = nx.complete_graph(min(peers, first))
    for newcomer in range(first, peers):
        known = rng.choice(newcomer, links, replace=False)
        graph.add_edges_from((newcomer, int(other)) for other in known)
    return graph


def directed(peers: int, rng: np.random.Generator) -> nx.DiGraph:
    """Each peer tells the next one round a circle, and one random other; nobody need answer."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(peers))
    for peer in range(peers if peers > 1 else 0):
        graph.add_edge(peer, (peer + 1) % peers)
        others = [p for p in range(peers) if p not in (peer, (peer + 1) % peers)]
        if others:
            graph.add_edge(peer, int(rng.choice(others)))
    return graph


TOPOLOGIES: dict[str, Callable[[int, np.random.Generator], nx.Graph]] = {
    "complete": lambda peers, rng: nx.complete_graph(peers),
    "ring": lambda peers, rng: ring(peers),
    "line": lambda peers, rng: nx.path_graph(peers),
    "star": lambda peers, rng: nx.star_graph(peers - 1),
    "grid": lambda peers, rng: grid(peers),
    "tree": lambda peers, rng: tree(peers),
    "small world": small_world,
    "random regular": random_regular,
    "robust": robust,
    "directed": directed,
}


def topology(name: str, peers: int, rng: np.random.Generator | None = None) -> nx.Graph:
    """The graph of one of :data:`TOPOLOGIES` on ``peers`` nodes.

    rng: for the random ones; without it they are the same each time.
    Raises ValueError for a name that does not exist or fewer than one peer.
    """
    if name not in TOPOLOGIES:
        raise ValueError(f"there is no topology {name!r}; choose from {sorted(TOPOLOGIES)}")
    if peers < 1:
        raise ValueError(f"a topology needs at least one peer, not {peers}")
    return TOPOLOGIES[name](peers, np.random.default_rng(0) if rng is None else rng)


def hears(graph: nx.Graph) -> Bools:
    """bool[n, n]: whether the peer of the row hears the peer of the column; nobody itself."""
    adjacency = nx.to_numpy_array(graph, nodelist=sorted(graph), weight=None) > 0
    return adjacency.T & ~np.eye(len(adjacency), dtype=bool)


def is_robust(graph: nx.Graph, r: int, s: int = 1) -> bool:
    """Whether a graph is (r, s)-robust, by looking at every pair of sets: up to 12 peers.

    For any two disjoint sets of peers that are not empty, at least one of these holds: everybody
    in the first hears at least ``r`` peers outside it; the same of the second; together at least
    ``s`` peers of the two do.  Source: LeBlanc, Zhang, Koutsoukos and Sundaram, "Resilient
    asymptotic consensus in robust networks" (IEEE JSAC 31, 2013).
    Raises ValueError for more peers: the question is coNP-complete.
    """
    adjacency = hears(graph)
    peers = len(adjacency)
    if peers > LARGEST_EXACT:
        raise ValueError(f"robustness is checked for up to {LARGEST_EXACT} peers, not {peers}")
    sets = np.array(list(product([False, True], repeat=peers)))[1:]
    outside = adjacency.astype(int) @ (~sets).T.astype(int)  # [n, sets]: heard outside the set
    reach = (sets & (r <= outside.T)).sum(axis=1)
    full = reach == sets.sum(axis=1)
    disjoint = (sets.astype(int) @ sets.T.astype(int)) == 0
    fine = full[:, None] | full[None, :] | (reach[:, None] + reach[None, :] >= s)
    return bool((fine | ~disjoint).all())


def without_links(graph: nx.Graph, cut: Iterable[tuple[int, int]]) -> nx.Graph:
    """The graph without some of its links, in both directions."""
    left = graph.copy()
    left.remove_edges_from([link for a, b in cut for link in ((a, b), (b, a))])
    return left
