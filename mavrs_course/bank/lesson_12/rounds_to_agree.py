"""12.1 How long until they agree.

15 minutes, difficulty 2, 3 points, L12.1
You can now read off a graph how long it takes to agree, before anybody has talked.
"""

from math import inf

import networkx as nx
import numpy as np

from mavrs_course.course import Case


def rounds_to_agree(adjacency, present, left):
    links = adjacency[np.ix_(present, present)]
    degree = links.sum(axis=1)
    weights = links / (1 + np.maximum(degree[:, None], degree[None, :]))
    weights = weights + np.diag(1 - weights.sum(axis=1))
    factor = np.abs(np.linalg.eigvalsh(weights - 1 / len(weights))).max()
    if factor > 1 - 1e-9:
        return np.inf
    if factor < 1e-9:
        return 1
    return max(1, int(np.ceil(np.log(left) / np.log(factor))))


def rounds_by_multiplying(adjacency, present, left):
    who = np.flatnonzero(present)
    peers = len(who)
    weights = np.zeros((peers, peers))
    for i in range(peers):
        for j in range(peers):
            if i != j and adjacency[who[i], who[j]]:
                neighbours = [adjacency[who[k]][who].sum() for k in (i, j)]
                weights[i, j] = 1 / (1 + max(neighbours))
        weights[i, i] = 1 - weights[i].sum()
    error, rounds = np.eye(peers) - 1 / peers, 0
    while rounds < 5000:
        error, rounds = weights @ error, rounds + 1
        if np.linalg.norm(error, 2) <= left:
            return rounds
    return inf


OTHERS = (rounds_by_multiplying,)


def _adjacency(graph):
    return nx.to_numpy_array(graph, nodelist=sorted(graph)) > 0


def _but_one_link(peers):
    graph = nx.complete_graph(peers)
    graph.remove_edge(0, 1)
    return graph


def cases(rng):
    def everybody(graph, left):
        return _adjacency(graph), np.ones(len(graph), dtype=bool), left

    def some(graph, gone, left):
        adjacency = _adjacency(graph)
        return adjacency, ~np.isin(np.arange(len(adjacency)), gone), left

    seed = int(rng.integers(10_000))
    wild = nx.connected_watts_strogatz_graph(14, 4, 0.3, seed=seed)
    return [
        Case("a line of three, half may be left: the factor is 2/3",
             everybody(nx.path_graph(3), 0.5), 2),
        Case("a ring of four, 1 % may be left: the factor is 1/3",
             everybody(nx.cycle_graph(4), 0.01), 5),
        Case("everybody with everybody: one round does it all",
             everybody(nx.complete_graph(5), 0.001), 1),
        Case("a ring that loses a peer is a line", some(nx.cycle_graph(6), [2], 0.013)),
        Case("a star that loses its hub agrees on nothing", some(nx.star_graph(4), [0], 0.1), inf),
        Case("two teams, where all talk to the other team only: they swing",
             everybody(nx.complete_bipartite_graph(3, 3), 0.02)),
        Case("a hub with many neighbours", everybody(nx.star_graph(6), 0.05)),
        Case("a tangle of fourteen", everybody(wild, 0.037)),
        Case("a long line: news takes its time", everybody(nx.path_graph(12), 0.1)),
        Case("a ring of four, nearly all may be left", everybody(nx.cycle_graph(4), 0.9), 1),
        Case("all but two talk to everybody",
             everybody(_but_one_link(30), 0.001)),
        Case("a peer alone", everybody(nx.path_graph(1), 0.5), 1),
        Case("a wheel without one of its rim", some(nx.wheel_graph(8), [3], 0.011)),
    ]  # fmt: skip


HINTS = """
    Three steps: the links among those present, their Metropolis weights, and the largest
    eigenvalue besides 1.

    weights - 1/n has the same eigenvalues as weights, but for the 1 of agreement, which is 0
    there. np.abs(np.linalg.eigvalsh(...)).max() is the factor.

    The smallest whole number with factor ** rounds <= left is np.ceil(np.log(left) /
    np.log(factor)); return np.inf for a factor of 1 and 1 for 0.
"""
MISTAKES = """
    absent_peers_still_talk: adjacency[np.ix_(present, present)] => adjacency
      The peers that are gone still take part: keep only the rows and columns of those present,
      adjacency[np.ix_(present, present)].
    absent_peers_have_to_agree:
      | adjacency[np.ix_(present, present)] => adjacency & present[:, None] & present
      The peers that are gone have lost their links and still count, so that nothing agrees with
      them. Take their rows and columns out of the matrix.
    degrees_of_before: degree = links.sum(axis=1) => degree = adjacency.sum(axis=1)[present]
      The neighbours are counted before the absent ones are taken out. A peer adapts its weights
      to the neighbours that it has now.
    equal_rows: np.maximum(degree[:, None], degree[None, :]) => degree[:, None]; eigvalsh => eigvals
      or np.maximum(degree[:, None], degree[None, :]) => degree[:, None]
      These weights are 1 / (neighbours + 1) in each row, which do not keep the mean where
      neighbours differ in number. Metropolis weights use the larger of the two degrees.
    smaller_degree: np.maximum => np.minimum
      The weight of a link is 1 / (1 + the larger of the two degrees). With the smaller, a hub
      hands out more than it has.
    mean_degree:
      | np.maximum(degree[:, None], degree[None, :]) => (degree[:, None] + degree[None, :]) / 2
      The weight of a link is 1 / (1 + the larger of the two degrees), not of their mean.
    forgot_the_peer_itself:
      | 1 + np.maximum(degree[:, None], degree[None, :]) =>
      |     np.maximum(np.maximum(degree[:, None], degree[None, :]), 1)
      The 1 + is missing: the weight of a link is 1 / (1 + the larger degree), so that a peer
      keeps a part of its own vote.
    nothing_kept: weights = weights + np.diag(1 - weights.sum(axis=1)) =>
      Nobody keeps anything of its own: the diagonal is what is left of 1 in each row, 1 -
      weights.sum(axis=1).
    largest_degree_of_all: np.maximum(degree[:, None], degree[None, :]) => degree.max()
      All links have the weight of the busiest peer of the network. Each link goes by the larger
      degree of its own two ends.
    sign_taken_for_size:
      | np.abs(np.linalg.eigvalsh(weights - 1 / len(weights))).max() =>
      |     np.linalg.eigvalsh(weights)[-2]
      You take the second largest eigenvalue with its sign. What swings from round to round
      belongs to a negative one and counts by its size: take the absolute value.
    eigenvalue_of_agreement: weights - 1 / len(weights) => weights
      The largest eigenvalue is always 1: it belongs to agreement, which does not shrink. Leave it
      out: subtract 1/n from all weights, or take the second.
    smallest_eigenvalue:
      | np.abs(np.linalg.eigvalsh(weights - 1 / len(weights))).max() =>
      |     np.abs(np.linalg.eigvalsh(weights)).min()
      The smallest eigenvalue belongs to what disappears first. What is slowest decides: the
      largest size besides the 1 of agreement.
    rounded_down: int(np.ceil(np.log(left) / np.log(factor))) => int(np.log(left) / np.log(factor))
      or int(np.ceil(np.log(left) / np.log(factor))) => round(np.log(left) / np.log(factor))
      A round is missing: after these rounds more than the part allowed is still left. Round up,
      np.ceil.
    parts_of_a_round: int(np.ceil(np.log(left) / np.log(factor))) => np.log(left) / np.log(factor)
      There are no parts of a round: return the smallest whole number that is enough, np.ceil.
    squared_error: / np.log(factor) => / np.log(factor) / 2
      That is how long the squared error takes. Asked for is the disagreement itself, which
      shrinks by the factor in each round.
    first_order: np.log(left) / np.log(factor) => -np.log(left) / (1 - factor)
      That divides by 1 - factor, which is near -log(factor) only for factors near 1. Solve factor
      ** rounds <= left exactly, with two logarithms.
    one_round_more: return max(1, => return 1 + max(0,
      or return 1 => return 2; return max(1, => return 1 + max(1,
      One round more than needed: the disagreement before the first round counts as whole.
"""

EQUAL = r"""
    1 => 0 | return max(1, int(np.ceil(np.log(left) / np.log(factor))))
      Less than all may be left, so that there is one round at least.
    if factor < 1e-09: return 1 => if False: return 1
    1e-09 => -0.100000001 | if factor < 1e-09
      log(0) is minus infinity, the quotient 0 and the least round 1.
    factor < 1e-09 => factor <= 1e-09 | if factor < 1e-09
    factor > 1 - 1e-09 => factor >= 1 - 1e-09 | if factor > 1 - 1e-09
      No factor is exactly the limit.
    1 => 0 | degree = links.sum(axis=1)
    1 => 0 | weights = weights + np.diag(1 - weights.sum(axis=1)) (2)
      Links go both ways, so rows and columns have one sum.
"""
