"""12.2 A network that peers may leave.

25 minutes, difficulty 3, 5 points, L12.2
Peers may come and go, links may run one way, and the mean of the first votes stays.
"""

import numpy as np

from mavrs_course.course import Case


class PushSumNetwork:
    def __init__(self, values, sends):
        self.votes, self.weight = np.array(values, dtype=float), np.ones(len(values))
        self.sends, self.here = np.array(sends, dtype=bool), np.ones(len(values), dtype=bool)

    def talk(self):
        parts = (self.sends | np.eye(len(self.votes), dtype=bool)) & self.here & self.here[:, None]
        shares = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
        self.votes, self.weight = shares.T @ self.votes, shares.T @ self.weight

    def leave(self, peer):
        self.here[peer] = False
        heirs = self.sends[peer] & self.here
        for held in (self.votes, self.weight):
            held[heirs] += held[peer] / heirs.sum()
            held[peer] = 0.0

    def estimates(self):
        known = np.full(len(self.votes), np.nan)
        known[self.here] = self.votes[self.here] / self.weight[self.here]
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


OTHERS = (PushSumWithLoops,)


def cases(rng):
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
             (np.array([3.0, 0.0, 0.0]), circle, ["talk", 0, "talk"]),
             [[3.0, 0.0, 0.0], [1.5, 1.5, 0.0], [np.nan, 1.5, 0.0], [np.nan, 1.5, 0.75]]),
        Case("a hub that many send to", (np.array([8.0, 0.0, 0.0, 0.0]), hub, ["talk"] * 40)),
        Case("a peer alone", (np.array([4.0]), np.zeros((1, 1), bool), ["talk"]), [[4.0], [4.0]]),
        Case("somebody leaves between rounds", (values, wild, ["talk", "talk", 3, *["talk"] * 30])),
        Case("two leave before anything is said", (values, wild, [5, 4, *["talk"] * 4])),
    ]  # fmt: skip


def observe(answer, case):
    """What everybody estimates at first and after each command: float[commands + 1, n]."""
    values, sends, commands = case.inputs
    network = answer(values, sends)
    seen = [np.array(network.estimates(), dtype=float)]
    for command in commands:
        if command == "talk":
            network.talk()
        else:
            network.leave(command)
        seen.append(np.array(network.estimates(), dtype=float))
    return np.array(seen)


NAMES = ("values", "sends", "commands")
HINTS = """
    Keep two arrays, mass (which starts as the values) and weight (which starts as ones), and do
    the very same with both.

    In talk, everybody makes one part for itself and one for each listener who is still there.
    parts = (sends | np.eye(n, dtype=bool)) & here & here[:, None].
    mass = shares.T @ mass with shares = parts / parts.sum(axis=1, keepdims=True), where rows of
    the gone are 0. In leave, add mass[peer] / k to each of its k listeners.
"""
MISTAKES = """
    mass_without_weight: / self.weight[self.here] =>
      The estimates are the votes that have piled up. Split a weight that began at 1 in the same
      way, and divide by it.
    keeps_nothing: (self.sends | np.eye(len(self.votes), dtype=bool)) => self.sends
      A peer gives away all that it has. It keeps one part for itself: with k listeners there are
      k + 1 parts.
    whole_to_everybody: parts / np.maximum(parts.sum(axis=1, keepdims=True), 1) => parts
      Each listener gets all that the sender has, so that votes multiply. Split it into equal
      parts: what all peers have together must stay the same.
    mean_of_what_is_heard: parts.sum(axis=1, keepdims=True) => parts.sum(axis=0)
      You take the mean of what is heard, so that peers with many listeners count more. Divide by
      the number of parts of the sender, not of the receiver.
    links_turned_round: np.array(sends, dtype=bool) => np.array(sends, dtype=bool).T
      The links run the wrong way: sends[i, j] means that i sends to j. With shares by rows, the
      receivers' sums are shares.T @ mass.
    leaving_takes_all_along: held[heirs] += held[peer] / heirs.sum() =>
      Who leaves takes its votes and weight along, and the mean of the others is another one. It
      hands both to its listeners first, in equal parts.
    weight_not_handed_over: / heirs.sum() => / heirs.sum() * (held is self.votes)
      Who leaves hands over its votes and not its weight, so that the heirs think too much of
      them. Both go, in the same parts.
    whole_to_each_heir: / heirs.sum() =>
      Each heir gets all of what the leaving peer had. Split it among its listeners.
    handed_to_strangers: self.sends[peer] & self.here => self.here
      What the leaving peer had goes to everybody who is left. It can only reach those that it
      sends to.
    handed_to_its_senders: self.sends[peer] => self.sends[:, peer]
      What the leaving peer had goes to those who send to it. It goes to its listeners, row
      sends[peer].
    handed_to_the_gone: self.sends[peer] & self.here => self.sends[peer]
      A part is handed to somebody who has left already, and is lost. Only listeners who are still
      there inherit.
    keeps_a_part_on_leaving: / heirs.sum() => / (heirs.sum() + 1)
      The leaving peer keeps a part for itself, which nobody will see again. With k heirs there
      are k parts.
    shares_by_rows:
      | shares.T @ self.votes, shares.T @ self.weight => shares @ self.votes, shares @ self.weight
      The shares are right and used the wrong way round: row i holds what i gives. What a peer
      receives is a column, shares.T @ votes.
    weight_stays:
      | self.votes, self.weight = shares.T @ self.votes, shares.T @ self.weight =>
      |     self.votes = shares.T @ self.votes
      The weights do not move when peers talk. They are split and sent like the votes.
    sends_to_the_gone:
      | & self.here & self.here[:, None] =>;
      | np.maximum(parts.sum(axis=1, keepdims=True), 1) =>
      |     parts.sum(axis=1, keepdims=True) * self.here
      Parts are still sent to peers that have left, and are lost. Count and serve only listeners
      that are still there.
    weights_anew_each_round: shares.T @ self.weight => shares.T @ self.here
      The weights start from 1 again in each round. They travel with the votes from the start, and
      are never reset.
    one_after_the_other:
      | shares = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
      | self.votes, self.weight = shares.T @ self.votes, shares.T @ self.weight =>
      | for peer in np.flatnonzero(self.here):
      |     for held in (self.votes, self.weight):
      |         part = held[peer] / parts[peer].sum()
      |         held[peer] = 0.0
      |         held[parts[peer]] += part
      Later peers already pass on what earlier ones have sent in the same round. Work out all
      parts from what everybody had before the round.
    zero_for_the_gone: np.nan => 0.0
      A peer that has left has no estimate: np.nan, not 0.
"""

EQUAL = r"""
    (self.sends | np.eye(len(self.votes), dtype=bool)) & self.here & sel … => (self.sends | np.eye(len(self.votes), dtype=bool)) & self.here | parts = (self.sends | np.eye(len(self.votes), dtype=bool)) & self.he …
    held[peer] = 0.0 => pass
    0.0 => 0.1 | held[peer] = 0.0
    0.0 => -0.1 | held[peer] = 0.0
      Who is gone sends nothing, and nobody asks what it holds.
    np.array(sends, dtype=bool) => np.asarray(sends, dtype=bool) | self.sends, self.here = (np.array(sends, dtype=bool), np.ones(len(va …
    np.array(sends, dtype=bool) => sends | self.sends, self.here = (np.array(sends, dtype=bool), np.ones(len(va …
      Nobody writes into sends.
"""  # noqa: E501
