"""Exercises of lesson 12, peer-to-peer."""

from __future__ import annotations

from math import ceil, inf, log

import networkx as nx
import numpy as np

from mavrs_course.coordination.peer_to_peer import averaging, belief_propagation, negotiation
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 12.1 ------------------------------------------------------------------------------------


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


def rounds_by_library(adjacency, present, left):
    links = adjacency[present][:, present]
    weights = averaging.metropolis_weights(links)
    rounds = averaging.rounds_needed(weights, left, most=10**6)
    return inf if rounds == 10**6 else rounds


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


def _adjacency(graph):
    return nx.to_numpy_array(graph, nodelist=sorted(graph)) > 0


def round_cases(rng):
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
        Case("a wheel without one of its rim", some(nx.wheel_graph(8), [3], 0.011)),
    ]  # fmt: skip


def _rounds(
    weigh=lambda links: averaging.metropolis_weights(links),
    take=lambda adjacency, present: adjacency[np.ix_(present, present)],
    size=lambda weights: np.abs(np.linalg.eigvals(weights - 1 / len(weights))).max(),
    count=lambda left, factor: ceil(log(left) / log(factor)),
):
    def answer(adjacency, present, left):
        weights = weigh(take(adjacency, present))
        factor = float(np.real(size(weights)))
        if factor > 1 - 1e-9:
            return inf
        return 1 if factor < 1e-9 else max(1, count(left, factor))

    return answer


def _row_weights(links):
    rows = links + np.eye(len(links))
    return rows / rows.sum(axis=1, keepdims=True)


def _pair_weights(pair):
    def weigh(links):
        degree = links.sum(axis=1)
        weights = links / (1.0 + pair(degree[:, None], degree[None, :]))
        return weights + np.diag(1 - weights.sum(axis=1))

    return weigh


def _no_self(links):
    degree = np.maximum(links.sum(axis=1), 1)
    weights = links / np.maximum(degree[:, None], degree[None, :])
    return weights + np.diag(1 - weights.sum(axis=1))


def _nothing_kept(links):
    degree = links.sum(axis=1)
    return links / (1 + np.maximum(degree[:, None], degree[None, :]))


def _largest_degree_of_all(links):
    degree = links.sum(axis=1)
    return np.eye(len(links)) + (links - np.diag(degree)) / (1 + degree.max())


def _whole_graph(adjacency, present):
    return adjacency


def _links_only(adjacency, present):
    """Absent peers stay in the matrix, without links."""
    return adjacency & present[:, None] & present[None, :]


def _old_degrees(adjacency, present, left):
    weights = averaging.metropolis_weights(adjacency)[np.ix_(present, present)]
    weights = weights + np.diag(1 - weights.sum(axis=1))
    return _rounds(weigh=lambda links: weights)(adjacency, present, left)


def _second_signed(weights):
    return np.sort(np.linalg.eigvals(weights).real)[-2]


def _largest(weights):
    return np.abs(np.linalg.eigvals(weights)).max()


def _smallest_gap(weights):
    return np.abs(np.linalg.eigvals(weights)).min()


_agreement = Exercise(
    id="12.1",
    title="How long until they agree",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L12.1",
    reference=rounds_to_agree,
    cases=round_cases,
    mistakes=(
        Mistake(
            "absent_peers_still_talk",
            _rounds(take=_whole_graph),
            "The peers that are gone still take part: keep only the rows and columns of those "
            "present, adjacency[np.ix_(present, present)].",
        ),
        Mistake(
            "absent_peers_have_to_agree",
            _rounds(take=_links_only),
            "The peers that are gone have lost their links and still count, so that nothing "
            "agrees with them. Take their rows and columns out of the matrix.",
        ),
        Mistake(
            "degrees_of_before",
            _old_degrees,
            "The neighbours are counted before the absent ones are taken out. A peer adapts its "
            "weights to the neighbours that it has now.",
        ),
        Mistake(
            "equal_rows",
            _rounds(weigh=_row_weights),
            "These weights are 1 / (neighbours + 1) in each row, which do not keep the mean where "
            "neighbours differ in number. Metropolis weights use the larger of the two degrees.",
        ),
        Mistake(
            "smaller_degree",
            _rounds(weigh=_pair_weights(np.minimum)),
            "The weight of a link is 1 / (1 + the larger of the two degrees). With the smaller, "
            "a hub hands out more than it has.",
        ),
        Mistake(
            "mean_degree",
            _rounds(weigh=_pair_weights(lambda a, b: (a + b) / 2)),
            "The weight of a link is 1 / (1 + the larger of the two degrees), not of their mean.",
        ),
        Mistake(
            "forgot_the_peer_itself",
            _rounds(weigh=_no_self),
            "The 1 + is missing: the weight of a link is 1 / (1 + the larger degree), so that a "
            "peer keeps a part of its own vote.",
        ),
        Mistake(
            "nothing_kept",
            _rounds(weigh=_nothing_kept),
            "Nobody keeps anything of its own: the diagonal is what is left of 1 in each row, "
            "1 - weights.sum(axis=1).",
        ),
        Mistake(
            "largest_degree_of_all",
            _rounds(weigh=_largest_degree_of_all),
            "All links have the weight of the busiest peer of the network. Each link goes by the "
            "larger degree of its own two ends.",
        ),
        Mistake(
            "sign_taken_for_size",
            _rounds(size=_second_signed),
            "You take the second largest eigenvalue with its sign. What swings from round to "
            "round belongs to a negative one and counts by its size: take the absolute value.",
        ),
        Mistake(
            "eigenvalue_of_agreement",
            _rounds(size=_largest),
            "The largest eigenvalue is always 1: it belongs to agreement, which does not shrink. "
            "Leave it out: subtract 1/n from all weights, or take the second.",
            as_if(_rounds(size=_largest), lambda *inputs: inf),
        ),
        Mistake(
            "smallest_eigenvalue",
            _rounds(size=_smallest_gap),
            "The smallest eigenvalue belongs to what disappears first. What is slowest decides: "
            "the largest size besides the 1 of agreement.",
        ),
        Mistake(
            "rounded_down",
            _rounds(count=lambda left, factor: int(log(left) / log(factor))),
            "A round is missing: after these rounds more than the part allowed is still left. "
            "Round up, np.ceil.",
            as_if(
                _rounds(count=lambda left, factor: int(log(left) / log(factor))),
                _rounds(count=lambda left, factor: round(log(left) / log(factor))),
            ),
        ),
        Mistake(
            "parts_of_a_round",
            _rounds(count=lambda left, factor: log(left) / log(factor)),
            "There are no parts of a round: return the smallest whole number that is enough, "
            "np.ceil.",
        ),
        Mistake(
            "squared_error",
            _rounds(count=lambda left, factor: ceil(log(left) / log(factor) / 2)),
            "That is how long the squared error takes. Asked for is the disagreement itself, "
            "which shrinks by the factor in each round.",
        ),
        Mistake(
            "first_order",
            _rounds(count=lambda left, factor: ceil(-log(left) / (1 - factor))),
            "That divides by 1 - factor, which is near -log(factor) only for factors near 1. "
            "Solve factor ** rounds <= left exactly, with two logarithms.",
        ),
        Mistake(
            "one_round_more",
            _rounds(count=lambda left, factor: ceil(log(left) / log(factor)) + 1),
            "One round more than needed: the disagreement before the first round counts as whole.",
            as_if(
                _rounds(count=lambda left, factor: ceil(log(left) / log(factor)) + 1),
                lambda a, p, left: rounds_to_agree(a, p, left) + 1,
            ),
        ),
    ),
    others=(rounds_by_library, rounds_by_multiplying),
    hints=(
        "Three steps: the links among those present, their Metropolis weights, and the largest "
        "eigenvalue besides 1.",
        "weights - 1/n has the same eigenvalues as weights, but for the 1 of agreement, which is "
        "0 there. np.abs(np.linalg.eigvalsh(...)).max() is the factor.",
        "The smallest whole number with factor ** rounds <= left is "
        "np.ceil(np.log(left) / np.log(factor)); return np.inf for a factor of 1 and 1 for 0.",
    ),
    praise="You can now read off a graph how long it takes to agree, before anybody has talked.",
)


# --- 12.2 ------------------------------------------------------------------------------------


class PushSumNetwork:
    """A right answer: two numbers a peer, handed on in equal parts."""

    def __init__(self, values, sends):
        self.mass = np.array(values, dtype=float)
        self.weight = np.ones(len(self.mass))
        self.sends = np.array(sends, dtype=bool)
        self.here = np.ones(len(self.mass), dtype=bool)

    def talk(self):
        parts = (self.sends | np.eye(len(self.mass), dtype=bool)) & self.here & self.here[:, None]
        shares = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
        self.mass, self.weight = shares.T @ self.mass, shares.T @ self.weight

    def leave(self, peer):
        self.here[peer] = False
        heirs = self.sends[peer] & self.here
        self.mass[heirs] += self.mass[peer] / heirs.sum()
        self.weight[heirs] += self.weight[peer] / heirs.sum()
        self.mass[peer] = self.weight[peer] = 0.0

    def estimates(self):
        known = np.full(len(self.mass), np.nan)
        known[self.here] = self.mass[self.here] / self.weight[self.here]
        return known


class PushSumWithLoops:
    """Another right answer: peers as small dictionaries."""

    def __init__(self, values, sends):
        self.peers = {i: [float(v), 1.0] for i, v in enumerate(values)}
        self.sends, self.n = sends, len(values)

    def _listeners(self, peer):
        return [j for j in range(self.n) if j != peer and self.sends[peer, j] and j in self.peers]

    def talk(self):
        after = {i: [0.0, 0.0] for i in self.peers}
        for i, (mass, weight) in self.peers.items():
            targets = [i, *self._listeners(i)]
            for j in targets:
                after[j][0] += mass / len(targets)
                after[j][1] += weight / len(targets)
        self.peers = after

    def leave(self, peer):
        heirs = self._listeners(peer)
        mass, weight = self.peers.pop(peer)
        for j in heirs:
            self.peers[j][0] += mass / len(heirs)
            self.peers[j][1] += weight / len(heirs)

    def estimates(self):
        pairs = [self.peers.get(i, [np.nan, 1.0]) for i in range(self.n)]
        return [mass / weight for mass, weight in pairs]


def push_cases(rng):
    circle = np.roll(np.eye(3, dtype=bool), 1, axis=1)
    wild = rng.random((6, 6)) < 0.4
    wild |= np.roll(np.eye(6, dtype=bool), 1, axis=1)
    wild |= np.roll(np.eye(6, dtype=bool), 2, axis=1)
    np.fill_diagonal(wild, False)
    hub = np.zeros((4, 4), dtype=bool)
    hub[0, 1] = hub[1:, 0] = hub[1, 2] = hub[2, 3] = True
    values = rng.normal(0, 3, 6)
    return [
        Case("two who send to each other", (np.array([4.0, 0.0]), ~np.eye(2, dtype=bool), ["talk"]),
             [[4.0, 0.0], [2.0, 2.0]]),
        Case("a circle of three, one round, and peer 0 leaves",
             (np.array([3.0, 0.0, 0.0]), circle, ["talk", 0]),
             [[3.0, 0.0, 0.0], [1.5, 1.5, 0.0], [np.nan, 1.5, 0.0]]),
        Case("a hub that many send to", (np.array([8.0, 0.0, 0.0, 0.0]), hub, ["talk"] * 40)),
        Case("six peers, ten rounds", (values, wild, ["talk"] * 10)),
        Case("somebody leaves between rounds", (values, wild, ["talk", "talk", 3, *["talk"] * 30])),
        Case("two leave before anything is said", (values, wild, [5, 4, *["talk"] * 4])),
    ]  # fmt: skip


def run_network(answer, case):
    """What everybody estimates at first and after each command: float[commands + 1, n]."""
    values, sends, commands = case.inputs
    network = answer(values.copy(), sends.copy())
    seen = [np.array(network.estimates(), dtype=float)]
    for command in commands:
        if command == "talk":
            network.talk()
        else:
            network.leave(command)
        seen.append(np.array(network.estimates(), dtype=float))
    return np.array(seen)


class _PlainMass(PushSumNetwork):
    def estimates(self):
        return np.where(self.here, self.mass, np.nan)


class _KeepsNothing(PushSumNetwork):
    def talk(self):
        parts = self.sends & self.here & self.here[:, None]
        shares = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
        self.mass, self.weight = shares.T @ self.mass, shares.T @ self.weight

    def estimates(self):
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.here, self.mass / self.weight, np.nan)


class _SendsWhole(PushSumNetwork):
    def talk(self):
        parts = (self.sends | np.eye(len(self.mass), dtype=bool)) & self.here & self.here[:, None]
        self.mass, self.weight = parts.T @ self.mass, parts.T @ self.weight


class _Averages(PushSumNetwork):
    """Takes the mean of what it hears."""

    def talk(self):
        parts = (self.sends | np.eye(len(self.mass), dtype=bool)) & self.here & self.here[:, None]
        heard = parts.T / np.maximum(parts.sum(axis=0)[:, None], 1)
        self.mass, self.weight = heard @ self.mass, heard @ self.weight


class _Transposed(PushSumNetwork):
    def __init__(self, values, sends):
        super().__init__(values, np.array(sends).T)


class _MassIsLost(PushSumNetwork):
    def leave(self, peer):
        self.here[peer] = False
        self.mass[peer] = self.weight[peer] = 0.0


class _WeightIsLost(PushSumNetwork):
    def leave(self, peer):
        self.here[peer] = False
        heirs = self.sends[peer] & self.here
        self.mass[heirs] += self.mass[peer] / heirs.sum()
        self.mass[peer] = self.weight[peer] = 0.0


class _WholeToEachHeir(PushSumNetwork):
    def leave(self, peer):
        self.here[peer] = False
        heirs = self.sends[peer] & self.here
        self.mass[heirs] += self.mass[peer]
        self.weight[heirs] += self.weight[peer]
        self.mass[peer] = self.weight[peer] = 0.0


class _ToAllWhoAreLeft(PushSumNetwork):
    def leave(self, peer):
        self.here[peer] = False
        self.mass[self.here] += self.mass[peer] / self.here.sum()
        self.weight[self.here] += self.weight[peer] / self.here.sum()
        self.mass[peer] = self.weight[peer] = 0.0


class _SendsToTheGone(PushSumNetwork):
    def talk(self):
        parts = self.sends | np.eye(len(self.mass), dtype=bool)
        shares = parts / parts.sum(axis=1, keepdims=True) * self.here
        self.mass, self.weight = shares.T @ self.mass, shares.T @ self.weight
        self.mass[~self.here] = self.weight[~self.here] = 0.0


class _WeightsAnew(PushSumNetwork):
    def talk(self):
        self.weight = self.here.astype(float)
        super().talk()


class _OneAfterTheOther(PushSumNetwork):
    """Changes the numbers while the round is still going on."""

    def talk(self):
        for peer in np.flatnonzero(self.here):
            to = [peer, *np.flatnonzero(self.sends[peer] & self.here)]
            mass, weight = self.mass[peer] / len(to), self.weight[peer] / len(to)
            self.mass[peer] = self.weight[peer] = 0.0
            self.mass[to] += mass
            self.weight[to] += weight


class _ZeroForTheGone(PushSumNetwork):
    def estimates(self):
        return np.nan_to_num(super().estimates())


class _SharesByRows(PushSumNetwork):
    def talk(self):
        parts = (self.sends | np.eye(len(self.mass), dtype=bool)) & self.here & self.here[:, None]
        shares = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
        self.mass, self.weight = shares @ self.mass, shares @ self.weight


class _WeightStays(PushSumNetwork):
    def talk(self):
        weight = self.weight.copy()
        super().talk()
        self.weight = weight


def _leaving(heirs, parts=lambda heirs: heirs.sum()):
    """A network in which a leaving peer hands over to others than its listeners."""

    class Network(PushSumNetwork):
        def leave(self, peer):
            self.here[peer] = False
            chosen = heirs(self, peer)
            for held in (self.mass, self.weight):
                held[chosen] += held[peer] / max(parts(chosen), 1)
                held[peer] = 0.0

    return Network


_push = Exercise(
    id="12.2",
    title="A network that peers may leave",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L12.2",
    reference=PushSumNetwork,
    cases=push_cases,
    observe=run_network,
    names=("values", "sends", "commands"),
    mistakes=(
        Mistake(
            "mass_without_weight",
            _PlainMass,
            "The estimates are the votes that have piled up. Split a weight that began at 1 in "
            "the same way, and divide by it.",
        ),
        Mistake(
            "keeps_nothing",
            _KeepsNothing,
            "A peer gives away all that it has. It keeps one part for itself: with k listeners "
            "there are k + 1 parts.",
        ),
        Mistake(
            "whole_to_everybody",
            _SendsWhole,
            "Each listener gets all that the sender has, so that votes multiply. Split it into "
            "equal parts: what all peers have together must stay the same.",
        ),
        Mistake(
            "mean_of_what_is_heard",
            _Averages,
            "You take the mean of what is heard, so that peers with many listeners count more. "
            "Divide by the number of parts of the sender, not of the receiver.",
        ),
        Mistake(
            "links_turned_round",
            _Transposed,
            "The links run the wrong way: sends[i, j] means that i sends to j. With shares by "
            "rows, the receivers' sums are shares.T @ mass.",
        ),
        Mistake(
            "leaving_takes_all_along",
            _MassIsLost,
            "Who leaves takes its votes and weight along, and the mean of the others is another "
            "one. It hands both to its listeners first, in equal parts.",
        ),
        Mistake(
            "weight_not_handed_over",
            _WeightIsLost,
            "Who leaves hands over its votes and not its weight, so that the heirs think too much "
            "of them. Both go, in the same parts.",
        ),
        Mistake(
            "whole_to_each_heir",
            _WholeToEachHeir,
            "Each heir gets all of what the leaving peer had. Split it among its listeners.",
        ),
        Mistake(
            "handed_to_strangers",
            _ToAllWhoAreLeft,
            "What the leaving peer had goes to everybody who is left. It can only reach those "
            "that it sends to.",
        ),
        Mistake(
            "handed_to_its_senders",
            _leaving(lambda network, peer: network.sends[:, peer] & network.here),
            "What the leaving peer had goes to those who send to it. It goes to its listeners, "
            "row sends[peer].",
        ),
        Mistake(
            "handed_to_the_gone",
            _leaving(lambda network, peer: network.sends[peer]),
            "A part is handed to somebody who has left already, and is lost. Only listeners who "
            "are still there inherit.",
        ),
        Mistake(
            "keeps_a_part_on_leaving",
            _leaving(
                lambda network, peer: network.sends[peer] & network.here,
                lambda heirs: heirs.sum() + 1,
            ),
            "The leaving peer keeps a part for itself, which nobody will see again. With k heirs "
            "there are k parts.",
        ),
        Mistake(
            "shares_by_rows",
            _SharesByRows,
            "The shares are right and used the wrong way round: row i holds what i gives. What a "
            "peer receives is a column, shares.T @ votes.",
        ),
        Mistake(
            "weight_stays",
            _WeightStays,
            "The weights do not move when peers talk. They are split and sent like the votes.",
        ),
        Mistake(
            "sends_to_the_gone",
            _SendsToTheGone,
            "Parts are still sent to peers that have left, and are lost. Count and serve only "
            "listeners that are still there.",
        ),
        Mistake(
            "weights_anew_each_round",
            _WeightsAnew,
            "The weights start from 1 again in each round. They travel with the votes from the "
            "start, and are never reset.",
        ),
        Mistake(
            "one_after_the_other",
            _OneAfterTheOther,
            "Later peers already pass on what earlier ones have sent in the same round. Work out "
            "all parts from what everybody had before the round.",
        ),
        Mistake(
            "zero_for_the_gone",
            _ZeroForTheGone,
            "A peer that has left has no estimate: np.nan, not 0.",
        ),
    ),
    others=(PushSumWithLoops,),
    hints=(
        "Keep two arrays, mass (which starts as the values) and weight (which starts as ones), "
        "and do the very same with both.",
        "In talk, everybody makes one part for itself and one for each listener who is still "
        "there. parts = (sends | np.eye(n, dtype=bool)) & here & here[:, None].",
        "mass = shares.T @ mass with shares = parts / parts.sum(axis=1, keepdims=True), where "
        "rows of the gone are 0. In leave, add mass[peer] / k to each of its k listeners.",
    ),
    praise="Peers may come and go, links may run one way, and the mean of the first votes stays.",
)


# --- 12.3 ------------------------------------------------------------------------------------


def careful_mean(own, heard, f):
    moved = np.empty(len(own))
    for column, mine in enumerate(own):
        said = heard[:, column]
        said = np.sort(said[~np.isnan(said)])
        above, below = min((said > mine).sum(), f), min((said < mine).sum(), f)
        kept = said[below : len(said) - above]
        moved[column] = (mine + kept.sum()) / (1 + len(kept))
    return moved


def careful_mean_at_once(own, heard, f):
    ordered = np.sort(heard, axis=0)  # NaN last
    spoke = (~np.isnan(heard)).sum(axis=0)
    low = np.minimum((heard < own).sum(axis=0), f)
    high = spoke - np.minimum((heard > own).sum(axis=0), f)
    place = np.arange(len(heard))[:, None]
    kept = (place >= low) & (place < high)
    return (own + np.where(kept, ordered, 0).sum(axis=0)) / (1 + kept.sum(axis=0))


def careful_cases(rng):
    def some(peers, videos, silent, f):
        heard = rng.normal(0, 2, (peers, videos)).round(1)
        heard[rng.random(heard.shape) < silent] = np.nan
        return rng.normal(size=videos).round(1), heard, f

    nan = np.nan
    return [
        Case("one liar among four, one video",
             (np.array([0.5]), np.array([[0.2], [0.4], [0.7], [99.0]]), 1), [1.6 / 3]),
        Case("all above one's own: only f are left out",
             (np.array([0.0]), np.array([[1.0], [2.0], [3.0]]), 1), [1.0]),
        Case("fewer above than f: all of them go",
             (np.array([2.0]), np.array([[9.0], [2.0], [1.0], [0.0], [-1.0]]), 2), [5 / 3]),
        Case("silence on one video",
             (np.array([0.0, 0.0]), np.array([[nan, 1.0], [nan, -1.0], [6.0, 5.0]]), 1),
             [0.0, 0.5]),
        Case("nobody is left out", (np.array([1.0, 3.0]), np.array([[3.0, 3.0], [5.0, nan]]), 0),
             [3.0, 3.0]),
        Case("twelve voices, five videos", some(12, 5, 0.0, 2)),
        Case("nine voices, a third silent", some(9, 6, 0.33, 1)),
        Case("a single voice that is not heard", (np.array([0.3]), np.array([[nan]]), 1), [0.3]),
        Case("many voices, f = 3", some(15, 4, 0.2, 3)),
    ]  # fmt: skip


def _column_by_column(mean):
    def answer(own, heard, f):
        return np.array([mean(m, column[~np.isnan(column)], f)
                         for m, column in zip(own, heard.T, strict=True)])  # fmt: skip

    return answer


def _middle(values, f):
    ordered = np.sort(values)
    return ordered[f : len(ordered) - f] if f else ordered


def _both_ends(mine, said, f):
    return np.mean([mine, *_middle(said, f)])


def _own_may_go(mine, said, f):
    kept = _middle([mine, *said], f)
    return np.mean(kept) if len(kept) else mine


def _others_only(mine, said, f):
    kept = _kept(mine, said, f)
    return np.mean(kept) if len(kept) else mine


def _kept(mine, said, f, equal=False):
    ordered = np.sort(said)
    above, below = (ordered >= mine, ordered <= mine) if equal else (ordered > mine, ordered < mine)
    return ordered[min(below.sum(), f) : len(ordered) - min(above.sum(), f)]


def _farthest(mine, said, f, number=1):
    order = np.argsort(np.abs(said - mine), kind="stable")
    return np.mean([mine, *said[order[: max(len(said) - number * f, 0)]]])


def _divided_by_all(mine, said, f):
    return (mine + _kept(mine, said, f).sum()) / (1 + len(said))


def _only_above(mine, said, f):
    ordered = np.sort(said)
    return np.mean([mine, *ordered[: len(ordered) - min((said > mine).sum(), f)]])


def _only_below(mine, said, f):
    return np.mean([mine, *np.sort(said)[min((said < mine).sum(), f) :]])


def _capped(mine, said, f):
    """Extremes are drawn in, not left out."""
    kept = _kept(mine, said, f)
    low, high = min([mine, *kept]), max([mine, *kept])
    return np.mean([mine, *np.clip(said, low, high)])


def _silence_spreads(own, heard, f):
    with np.errstate(invalid="ignore"):
        moved = careful_mean(own, np.nan_to_num(heard), f)
    return np.where(np.isnan(heard).any(axis=0), np.nan, moved)


def _silence_is_zero(own, heard, f):
    return careful_mean(own, np.nan_to_num(heard), f)


def _silent_peers_out(own, heard, f):
    return careful_mean(own, heard[~np.isnan(heard).any(axis=1)], f)


def _empty_slice(own, heard, f):
    moved = []
    for mine, column in zip(own, heard.T, strict=True):
        said = np.sort(column[~np.isnan(column)])
        above, below = min((said > mine).sum(), f), min((said < mine).sum(), f)
        kept = said[below:-above]
        moved.append((mine + kept.sum()) / (1 + len(kept)))
    return np.array(moved)


def _silence_on_top(own, heard, f):
    """NaN is sorted to the end and taken for the largest."""
    ordered = np.sort(heard, axis=0)
    return careful_mean(own, ordered[f : len(ordered) - f] if f else ordered, 0)


def _silence_agrees(own, heard, f):
    return careful_mean(own, np.where(np.isnan(heard), own, heard), f)


def _half_own(mine, said, f):
    kept = _kept(mine, said, f)
    return (mine + np.mean(kept)) / 2 if len(kept) else mine


def _nothing_trimmed(own, heard, f):
    return careful_mean(own, heard, 0)


_careful = Exercise(
    id="12.3",
    title="Careful listening",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L12.3",
    reference=careful_mean,
    cases=careful_cases,
    properties=(
        Property(
            "there is one value for each video",
            lambda result, own, heard, f: np.shape(result) == np.shape(own),
            "One value for each video is wanted, float[C]: go through the columns of heard.",
        ),
    ),
    mistakes=(
        Mistake(
            "both_ends_always",
            _column_by_column(_both_ends),
            "You leave out f at either end, wherever your own value lies. Only values above your "
            "own are left out at the top, and only values below it at the bottom.",
        ),
        Mistake(
            "own_may_go",
            _column_by_column(_own_may_go),
            "Your own value is sorted among the others and may be left out. It is the one that "
            "you can trust: it always stays.",
        ),
        Mistake(
            "own_left_out",
            _column_by_column(_others_only),
            "That is the mean of the others. Your own value counts too, once.",
        ),
        Mistake(
            "equals_left_out",
            _column_by_column(lambda m, s, f: np.mean([m, *_kept(m, s, f, equal=True)])),
            "Values that equal your own are left out, too. Only those strictly above and strictly "
            "below are suspect.",
        ),
        Mistake(
            "farthest_left_out",
            _column_by_column(_farthest),
            "You leave out the f that are farthest from your own, whichever side they are on. It "
            "is up to f above and up to f below.",
            as_if(
                _column_by_column(_farthest),
                _column_by_column(lambda m, s, f: _farthest(m, s, f, number=2)),
            ),
        ),
        Mistake(
            "divided_by_all_voices",
            _column_by_column(_divided_by_all),
            "The sum is of those kept, and you divide by all voices, so that what was left out "
            "counts as 0. Divide by the number kept, and 1 for your own.",
        ),
        Mistake(
            "only_from_above",
            _column_by_column(_only_above),
            "Only the largest values are left out. A liar can talk a video down as well: leave "
            "out up to f below your own, too.",
        ),
        Mistake(
            "only_from_below",
            _column_by_column(_only_below),
            "Only the smallest values are left out. Leave out up to f above your own, too.",
        ),
        Mistake(
            "drawn_in",
            _column_by_column(_capped),
            "Extreme values are drawn in to the next one instead of left out (that is "
            "winsorising). Here they do not count at all.",
        ),
        Mistake(
            "median",
            _column_by_column(lambda m, s, f: np.median([m, *s])),
            "That is the median. Asked for is the mean of your own value and of those that are "
            "left when up to f above and up to f below are gone.",
            as_if(
                _column_by_column(lambda m, s, f: np.median([m, *s])),
                _column_by_column(lambda m, s, f: np.median([m, *_kept(m, s, f)])),
            ),
        ),
        Mistake(
            "silence_spreads",
            _silence_spreads,
            "One silent voice makes the whole video NaN. Who has said nothing about a video does "
            "not count there: leave NaN out before you sort.",
        ),
        Mistake(
            "silence_is_zero",
            _silence_is_zero,
            "Silence counts as a vote of 0. Who has said nothing about a video has no vote on it.",
        ),
        Mistake(
            "silent_once_silent_always",
            _silent_peers_out,
            "A peer that is silent on one video is left out on all. It still has a vote on the "
            "others: look at each column on its own.",
        ),
        Mistake(
            "silence_agrees",
            _silence_agrees,
            "Who is silent counts as agreeing with you, which gives your own vote more weight. "
            "Silence has no vote at all.",
        ),
        Mistake(
            "silence_on_top",
            _silence_on_top,
            "np.sort puts NaN at the end, so silence is left out in place of the largest votes. "
            "Take the NaN out first; and leave out only what is above or below your own.",
        ),
        Mistake(
            "slice_to_minus_nothing",
            _empty_slice,
            "said[below:-above] is empty where above is 0, because -0 is 0. Write "
            "said[below : len(said) - above].",
        ),
        Mistake(
            "one_instead_of_f",
            _column_by_column(lambda m, s, f: np.mean([m, *_kept(m, s, min(f, 1))])),
            "One is left out at either side, whatever f is. Up to f go.",
        ),
        Mistake(
            "half_for_oneself",
            _column_by_column(_half_own),
            "Your own vote counts as much as all the others together. It is one vote among those "
            "that are kept.",
        ),
        Mistake(
            "nothing_left_out",
            _nothing_trimmed,
            "Nothing is left out: this is the mean of all. Take away up to f above your own value "
            "and up to f below it.",
        ),
    ),
    others=(careful_mean_at_once,),
    hints=(
        "Go through the videos one by one: said = heard[:, column], without the NaN.",
        "How many go at the top? min((said > mine).sum(), f). At the bottom alike, with <.",
        "Sort what was said, keep said[below : len(said) - above], and return "
        "(mine + kept.sum()) / (1 + len(kept)).",
    ),
    praise="f liars can now say what they like: you stay among what honest peers believe.",
)


# --- 12.4 ------------------------------------------------------------------------------------


def tree_beliefs(evidence, parent, J):
    def message(log_odds):
        return 2 * np.arctanh(np.tanh(J) * np.tanh(log_odds / 2))

    n = len(evidence)
    belief, upward = np.array(evidence, dtype=float), np.zeros(n)
    for child in range(n - 1, 0, -1):
        upward[child] = message(belief[child])
        belief[parent[child]] += upward[child]
    for child in range(1, n):
        belief[child] += message(belief[parent[child]] - upward[child])
    return belief


def beliefs_by_listing(evidence, parent, J):
    tree = nx.empty_graph(len(evidence))
    tree.add_edges_from((int(parent[child]), child) for child in range(1, len(parent)))
    return belief_propagation.exact_log_odds(evidence, tree, J)


def beliefs_by_recursion(evidence, parent, J):
    n = len(evidence)
    near = {i: [] for i in range(n)}
    for child in range(1, n):
        near[child].append(int(parent[child]))
        near[int(parent[child])].append(child)

    def told(i, j):
        inside = evidence[i] + sum(told(k, i) for k in near[i] if k != j)
        return 2 * np.arctanh(np.tanh(J) * np.tanh(inside / 2))

    return [evidence[i] + sum(told(k, i) for k in near[i]) for i in range(n)]


def tree_cases(rng):
    def some(n, J):
        parent = np.array([-1, *[int(rng.integers(child)) for child in range(1, n)]])
        return rng.normal(0, 1.5, n), parent, J

    j = np.arctanh(0.5)
    half = 2 * np.arctanh(0.25)  # tanh(J) = 1/2 and tanh(h / 2) = 1/2
    return [
        Case("two peers, tanh(J) = 1/2, and the root has seen tanh(h/2) = 1/2",
             (np.array([2 * j, 0.0]), np.array([-1, 0]), j), [2 * j, half]),
        Case("a line of three, and the far end has seen it",
             (np.array([0.0, 0.0, 2 * j]), np.array([-1, 0, 1]), j),
             [2 * np.arctanh(0.125), half, 2 * j]),
        Case("neighbours that have nothing to do with each other",
             (np.array([1.0, -2.0, 0.5]), np.array([-1, 0, 0]), 0.0), [1.0, -2.0, 0.5]),
        Case("a star", (rng.normal(size=6), np.array([-1, 0, 0, 0, 0, 0]), 0.7)),
        Case("a deep line", (rng.normal(size=7), np.arange(-1, 6), 1.1)),
        Case("a tree of ten", some(10, 0.8)),
        Case("another one, closely coupled", some(9, 1.6)),
    ]  # fmt: skip


def _sweeps(message=None, down=lambda parent, up: parent - up, upward_first=True):
    say = message or (lambda h, J: 2 * np.arctanh(np.tanh(J) * np.tanh(h / 2)))

    def answer(evidence, parent, J):
        n = len(evidence)
        belief, upward = np.array(evidence, dtype=float), np.zeros(n)
        order = range(n - 1, 0, -1) if upward_first else range(1, n)
        for child in order:
            upward[child] = say(belief[child], J)
            belief[parent[child]] += upward[child]
        for child in range(1, n):
            belief[child] += say(down(belief[parent[child]], upward[child]), J)
        return belief

    return answer


def _upward_only(evidence, parent, J):
    belief = np.array(evidence, dtype=float)
    for child in range(len(belief) - 1, 0, -1):
        belief[parent[child]] += 2 * np.arctanh(np.tanh(J) * np.tanh(belief[child] / 2))
    return belief


def _downward_only(evidence, parent, J):
    belief = np.array(evidence, dtype=float)
    for child in range(1, len(belief)):
        belief[child] += 2 * np.arctanh(np.tanh(J) * np.tanh(belief[parent[child]] / 2))
    return belief


def _neighbours_only(evidence, parent, J):
    """One round: evidence is passed on once."""
    belief, said = np.array(evidence, dtype=float), _say(evidence, J)
    for child in range(1, len(belief)):
        belief[parent[child]] += said[child]
        belief[child] += said[parent[child]]
    return belief


def _say(h, J):
    return 2 * np.arctanh(np.tanh(J) * np.tanh(np.asarray(h) / 2))


def _parents_own_evidence(evidence, parent, J):
    belief = _upward_only(evidence, parent, J)
    for child in range(1, len(belief)):
        belief[child] += _say(evidence[parent[child]], J)
    return belief


def _down_without_above(evidence, parent, J):
    """What comes from above the parent is not passed on."""
    upward = _upward_only(evidence, parent, J)
    belief = upward.copy()
    for child in range(1, len(belief)):
        belief[child] += _say(upward[parent[child]] - _say(upward[child], J), J)
    return belief


def _takes_off_too_much(evidence, parent, J):
    belief = _upward_only(evidence, parent, J)
    for child in range(1, len(belief)):
        belief[child] += _say(belief[parent[child]] - belief[child], J)
    return belief


def _root_has_a_parent(evidence, parent, J):
    belief, upward = np.array(evidence, dtype=float), np.zeros(len(evidence))
    for child in range(len(belief) - 1, -1, -1):
        upward[child] = _say(belief[child], J)
        belief[parent[child]] += upward[child]
    for child in range(len(belief)):
        belief[child] += _say(belief[parent[child]] - upward[child], J)
    return belief


def _others_evidence(evidence, parent, J):
    return tree_beliefs(evidence, parent, J) - evidence


def _chances(evidence, parent, J):
    return 1 / (1 + np.exp(-tree_beliefs(evidence, parent, J)))


def _all_added(evidence, parent, J):
    return np.full(len(evidence), np.sum(evidence))


_tree = Exercise(
    id="12.4",
    title="Two sweeps over a tree",
    minutes=20,
    difficulty=3,
    points=4,
    objective="L12.4",
    reference=tree_beliefs,
    cases=tree_cases,
    properties=(
        Property(
            "there is one belief for each peer",
            lambda result, evidence, parent, J: np.shape(result) == np.shape(evidence),
            "One belief for each peer is wanted, in the order of the peers.",
        ),
    ),
    mistakes=(
        Mistake(
            "rumour_comes_back",
            _sweeps(down=lambda parent, up: parent),
            "On the way down the parent tells a child what it knows from that very child, too. "
            "Take the child's own message out first: belief[parent] - upward[child].",
        ),
        Mistake(
            "upward_only",
            _upward_only,
            "Only the root knows everything: the sweep back down is missing.",
        ),
        Mistake(
            "downward_only",
            _downward_only,
            "The parents never hear their children. First sweep from the last peer to the root, "
            "then back down.",
        ),
        Mistake(
            "one_round_only",
            _neighbours_only,
            "Evidence is passed on by one link only. What a peer tells its parent holds what all "
            "peers below it have told it.",
        ),
        Mistake(
            "upward_from_the_root",
            _sweeps(upward_first=False),
            "The sweep upwards starts at the root, so that parents speak before they have heard "
            "their children. Children have higher numbers: go from n - 1 down to 1.",
        ),
        Mistake(
            "evidence_of_the_parent_only",
            _parents_own_evidence,
            "On the way down the parent passes on its own evidence only. It passes on all that it "
            "knows from elsewhere: belief[parent] - upward[child].",
        ),
        Mistake(
            "nothing_from_further_up",
            _down_without_above,
            "A child hears its parent and its parent's other children, and nothing from further "
            "up. On the way down use the parent's belief after it has heard its own parent.",
        ),
        Mistake(
            "no_half",
            _sweeps(message=lambda h, J: 2 * np.arctanh(np.tanh(J) * np.tanh(h))),
            "The half is missing in tanh(h / 2): log-odds are twice the argument of the tanh.",
        ),
        Mistake(
            "half_the_message",
            _sweeps(message=lambda h, J: np.arctanh(np.tanh(J) * np.tanh(h / 2))),
            "The factor 2 before artanh is missing: the message comes out half as strong.",
        ),
        Mistake(
            "coupling_taken_as_it_is",
            _sweeps(message=lambda h, J: 2 * np.arctanh(np.clip(J, 0, 0.999) * np.tanh(h / 2))),
            "J stands where tanh(J) belongs.",
            as_if(
                _sweeps(message=lambda h, J: 2 * np.arctanh(np.clip(J, 0, 0.999) * np.tanh(h / 2))),
                _sweeps(message=lambda h, J: 2 * np.arctanh(J * np.tanh(h / 2))),
            ),
        ),
        Mistake(
            "messages_in_proportion",
            _sweeps(message=lambda h, J: np.tanh(J) * h),
            "The message is a part of the sender's log-odds, so that a loud peer can say anything. "
            "It goes through tanh and back, and is never larger than 2 J.",
            as_if(
                _sweeps(message=lambda h, J: np.tanh(J) * h),
                _sweeps(message=lambda h, J: J * h),
            ),
        ),
        Mistake(
            "takes_off_too_much",
            _takes_off_too_much,
            "On the way down the child's whole belief is taken off. Take off what the child has "
            "told, its message: upward[child].",
        ),
        Mistake(
            "root_has_a_parent",
            _root_has_a_parent,
            "The root sends to parent[0], which is -1: as an index that is the last peer. The "
            "loops go over the peers from 1 on.",
        ),
        Mistake(
            "own_evidence_forgotten",
            _others_evidence,
            "That is what the neighbours say. A belief holds one's own evidence, too.",
        ),
        Mistake(
            "half_the_coupling",
            _sweeps(message=lambda h, J: 2 * np.arctanh(np.tanh(J / 2) * np.tanh(h / 2))),
            "J is halved. Only the log-odds are: tanh(J) and tanh(h / 2).",
        ),
        Mistake(
            "arctan_for_artanh",
            _sweeps(message=lambda h, J: 2 * np.arctan(np.tanh(J) * np.tanh(h / 2))),
            "np.arctan is the inverse of the tangent. The inverse of tanh is np.arctanh.",
        ),
        Mistake(
            "chances_instead_of_log_odds",
            _chances,
            "These are chances between 0 and 1. The belief is asked for in log-odds.",
        ),
        Mistake(
            "everything_added_up",
            _all_added,
            "Everybody holds the sum of all evidence, as if neighbours always agreed. The "
            "coupling weakens what is passed on, at each link.",
        ),
    ),
    others=(beliefs_by_listing, beliefs_by_recursion),
    hints=(
        "Write message(h) first: 2 * np.arctanh(np.tanh(J) * np.tanh(h / 2)). Then two loops.",
        "Up: for child from n - 1 to 1, remember upward[child] = message(belief[child]) and add "
        "it to the belief of its parent. Children come after their parents, so this order works.",
        "Down: for child from 1 to n - 1, belief[child] += message(belief[parent] - "
        "upward[child]), so that nobody hears its own words again.",
    ),
    praise="2 (n - 1) messages, and everybody knows exactly what all have seen together.",
)


# --- 12.5 ------------------------------------------------------------------------------------


def split(patience, first, rounds):
    shares = np.zeros(2)
    for number in range(rounds - 1, -1, -1):
        proposer = (first + number) % 2
        other = 1 - proposer
        left = 0.0 if number == rounds - 1 else patience[other] * shares[other]
        shares[proposer], shares[other] = 1 - left, left
    return shares


def split_by_recursion(patience, first, rounds):
    def share_of_first(first, rounds):
        if rounds == 1:
            return 1.0
        return 1 - patience[1 - first] * share_of_first(1 - first, rounds - 1)

    share = share_of_first(first, rounds)
    return [share, 1 - share] if first == 0 else [1 - share, share]


def split_by_library(patience, first, rounds):
    share = negotiation.backward_induction(patience[first], patience[1 - first], rounds)[-1]
    return np.array([share, 1 - share])[[first, 1 - first]]


def offer_cases(rng):
    a, b = rng.uniform(0.3, 0.95, 2)
    return [
        Case("one round: who proposes takes all", ((0.5, 0.25), 1, 1), [0.0, 1.0]),
        Case("two rounds: the other could take all by waiting", ((0.5, 0.25), 0, 2), [0.75, 0.25]),
        Case("three rounds", ((0.5, 0.25), 0, 3), [0.875, 0.125]),
        Case("three rounds, peer 1 begins", ((0.5, 0.25), 1, 3), [0.375, 0.625]),
        Case("for ever, or nearly, with equal patience",
             ((0.9, 0.9), 0, 200), [1 / 1.9, 0.9 / 1.9]),
        Case("five rounds, one more patient than the other", ((a, b), 0, 5)),
        Case("four rounds, peer 1 begins", ((b, a), 1, 4)),
        Case("who can't wait at all", ((0.0, 0.8), 0, 4), [0.2, 0.8]),
    ]  # fmt: skip


def _backwards(
    discount=lambda patience, proposer, other: patience[other],
    last=1.0,
    turn=lambda first, number, rounds: (first + number) % 2,
    extra=0,
    swap=False,
):
    def answer(patience, first, rounds):
        rounds = rounds + extra
        shares = np.zeros(2)
        for number in range(rounds - 1, -1, -1):
            proposer = turn(first, number, rounds)
            other = 1 - proposer
            left = 1 - last
            if number < rounds - 1:
                left = discount(patience, proposer, other) * shares[other]
            shares[proposer], shares[other] = 1 - left, left
        return shares[::-1].copy() if swap and first == 1 else shares

    return answer


def _rubinstein(patience, first, rounds):
    share = (1 - patience[1 - first]) / (1 - patience[0] * patience[1])
    return np.array([share, 1 - share])[[first, 1 - first]]


def _shrinking_cake(patience, first, rounds):
    """Everything is measured in the cake of the last round."""
    shares = split(patience, first, rounds)
    return shares * np.array(patience) ** (rounds - 1)


def _first_share_first(patience, first, rounds):
    return split(patience, first, rounds)[[first, 1 - first]]


def _other_gets_nothing_less(patience, first, rounds):
    """The other is left its patience, whatever it would get next."""
    if rounds == 1:
        return split(patience, first, 1)
    left = patience[1 - first]
    return np.array([1 - left, left])[[first, 1 - first]]


def _patience_to_the_rounds(patience, first, rounds):
    left = patience[1 - first] ** (rounds - 1) if rounds > 1 else 0.0
    return np.array([1 - left, left])[[first, 1 - first]]


def _not_discounted(patience, first, rounds):
    return _backwards(discount=lambda p, a, b: 1.0)(patience, first, rounds)


_offers = Exercise(
    id="12.5",
    title="What patience is worth",
    minutes=12,
    difficulty=2,
    points=2,
    objective="L12.5",
    reference=split,
    cases=offer_cases,
    properties=(
        Property(
            "there are two shares",
            lambda result, patience, first, rounds: np.shape(result) == (2,),
            "Two shares are wanted, peer 0's and peer 1's.",
        ),
    ),
    mistakes=(
        Mistake(
            "own_patience",
            _backwards(discount=lambda p, proposer, other: p[proposer]),
            "What is left to the other is reckoned with the proposer's patience. It is the other "
            "who would have to wait: use its own.",
        ),
        Mistake(
            "shared_patience",
            _backwards(discount=lambda p, proposer, other: (p[0] + p[1]) / 2),
            "Both wait with the mean of their patience. Each has its own.",
            as_if(
                _backwards(discount=lambda p, proposer, other: (p[0] + p[1]) / 2),
                _backwards(discount=lambda p, proposer, other: p[0] * p[1]),
                _backwards(discount=lambda p, proposer, other: p[0]),
                _backwards(discount=lambda p, proposer, other: p[1]),
            ),
        ),
        Mistake(
            "for_ever",
            _rubinstein,
            "That is the split when talks may go on for ever. Here they end after some rounds, "
            "and who has the last word matters.",
        ),
        Mistake(
            "fair_at_the_end",
            _backwards(last=0.5),
            "In the last round the cake is split in half. Whoever proposes last takes all: the "
            "other can only refuse and get nothing.",
        ),
        Mistake(
            "nobody_takes_turns",
            _backwards(turn=lambda first, number, rounds: first),
            "The same peer proposes in every round, or the other is left a part of the proposer's "
            "next share instead of its own. They take turns, (first + number) % 2, and what "
            "counts is the next share of whoever would wait.",
        ),
        Mistake(
            "first_is_last",
            _backwards(turn=lambda first, number, rounds: (first + rounds - 1 - number) % 2),
            "The turns are counted from the end, so that the wrong peer begins when the rounds "
            "are even. Peer first proposes in the first round.",
        ),
        Mistake(
            "one_round_too_many",
            _backwards(extra=1),
            "One round too many: with one round, who proposes takes all.",
        ),
        Mistake(
            "one_round_too_few",
            lambda patience, first, rounds: split(patience, first, max(rounds - 1, 1)),
            "One round too few: the last round is number rounds - 1, and range(rounds) holds it.",
        ),
        Mistake(
            "the_other_begins",
            lambda patience, first, rounds: split(patience, 1 - first, rounds),
            "The other peer begins. In the first round, number 0, it is peer first who proposes.",
        ),
        Mistake(
            "first_comes_first",
            _first_share_first,
            "The shares stand in the order of speaking. Asked for are peer 0's and peer 1's, "
            "whoever begins.",
            as_if(_first_share_first, _backwards(swap=True)),
        ),
        Mistake(
            "in_cakes_of_the_end",
            _shrinking_cake,
            "The shares no longer sum to one. The first offer is accepted, so nothing is lost: "
            "the discount only sets what the other must be left.",
        ),
        Mistake(
            "one_step_back",
            _other_gets_nothing_less,
            "The other is left its patience times the whole cake, however many rounds there are. "
            "It is its patience times what it would get in the next round.",
        ),
        Mistake(
            "patience_to_the_rounds",
            _patience_to_the_rounds,
            "Patience is raised to the number of rounds, as if the other waited to the end for "
            "everything. Go back round by round: it is left what it would get one round later.",
        ),
        Mistake(
            "waiting_costs_nothing",
            _not_discounted,
            "Patience makes no difference: a share that comes one round later is worth the "
            "patience of whoever waits times as much.",
        ),
    ),
    others=(split_by_recursion, split_by_library),
    hints=(
        "Begin at the end. In the last round whoever proposes takes all: shares 1 and 0.",
        "One round earlier, the proposer leaves the other patience[other] times the share that "
        "the other has in the next round, and keeps the rest.",
        "for number in range(rounds - 1, -1, -1): proposer = (first + number) % 2; in the last "
        "round left = 0, else left = patience[other] * shares[other].",
    ),
    praise="That is the logic of every deadline: the closer it is, the more the last word weighs.",
)


EXERCISES = [_agreement, _push, _careful, _tree, _offers]
