"""12.4 Two sweeps over a tree.

20 minutes, difficulty 3, 4 points, L12.4
2 (n - 1) messages, and everybody knows exactly what all have seen together.
"""

import numpy as np

from mavrs_course.course import Case


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


OTHERS = (beliefs_by_recursion,)


def cases(rng):
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
        Case("a root without children", (np.array([0.8]), np.array([-1]), 0.7), [0.8]),
        Case("a star", (rng.normal(size=6), np.array([-1, 0, 0, 0, 0, 0]), 0.7)),
        Case("a deep line", (rng.normal(size=7), np.arange(-1, 6), 1.1)),
        Case("a tree of ten", some(10, 0.8)),
        Case("another one, closely coupled", some(9, 1.6)),
    ]  # fmt: skip


HINTS = """
    Write message(h) first: 2 * np.arctanh(np.tanh(J) * np.tanh(h / 2)). Then two loops.

    Up: for child from n - 1 to 1, remember upward[child] = message(belief[child]) and add it to
    the belief of its parent. Children come after their parents, so this order works.

    Down: for child from 1 to n - 1, belief[child] += message(belief[parent] - upward[child]), so
    that nobody hears its own words again.
"""
MISTAKES = """
    rumour_comes_back: - upward[child] =>
      On the way down the parent tells a child what it knows from that very child, too. Take the
      child's own message out first: belief[parent] - upward[child].
    upward_only: belief[child] += message(belief[parent[child]] - upward[child]) => pass
      Only the root knows everything: the sweep back down is missing.
    downward_only: upward[child] = message(belief[child]) => pass
      The parents never hear their children. First sweep from the last peer to the root, then back
      down.
    one_round_only:
      | message(belief[child]) => message(evidence[child]);
      | message(belief[parent[child]] - upward[child]) => message(evidence[parent[child]])
      Evidence is passed on by one link only. What a peer tells its parent holds what all peers
      below it have told it.
    upward_from_the_root: range(n - 1, 0, -1) => range(1, n)
      The sweep upwards starts at the root, so that parents speak before they have heard their
      children. Children have higher numbers: go from n - 1 down to 1.
    evidence_of_the_parent_only:
      | message(belief[parent[child]] - upward[child]) => message(evidence[parent[child]])
      On the way down the parent passes on its own evidence only. It passes on all that it knows
      from elsewhere: belief[parent] - upward[child].
    nothing_from_further_up:
      | for child in range(1, n): =>
      | gathered = belief.copy()
      | for child in range(1, n):;
      | belief[parent[child]] - upward[child] => gathered[parent[child]] - upward[child]
      A child hears its parent and its parent's other children, and nothing from further up. On
      the way down use the parent's belief after it has heard its own parent.
    no_half: log_odds / 2 => log_odds
      The half is missing in tanh(h / 2): log-odds are twice the argument of the tanh.
    half_the_message: return 2 * => return
      The factor 2 before artanh is missing: the message comes out half as strong.
    coupling_taken_as_it_is: np.tanh(J) => np.clip(J, 0, 0.999)
      or np.tanh(J) => J
      J stands where tanh(J) belongs.
    messages_in_proportion:
      | 2 * np.arctanh(np.tanh(J) * np.tanh(log_odds / 2)) => np.tanh(J) * log_odds
      or 2 * np.arctanh(np.tanh(J) * np.tanh(log_odds / 2)) => J * log_odds
      The message is a part of the sender's log-odds, so that a loud peer can say anything. It
      goes through tanh and back, and is never larger than 2 J.
    takes_off_too_much: - upward[child] => - belief[child]
      On the way down the child's whole belief is taken off. Take off what the child has told, its
      message: upward[child].
    root_has_a_parent: range(n - 1, 0, -1) => range(n - 1, -1, -1); range(1, n) => range(n)
      The root sends to parent[0], which is -1: as an index that is the last peer. The loops go
      over the peers from 1 on.
    own_evidence_forgotten: return belief => return belief - evidence
      That is what the neighbours say. A belief holds one's own evidence, too.
    half_the_coupling: np.tanh(J) => np.tanh(J / 2)
      J is halved. Only the log-odds are: tanh(J) and tanh(h / 2).
    arctan_for_artanh: np.arctanh => np.arctan
      np.arctan is the inverse of the tangent. The inverse of tanh is np.arctanh.
    chances_instead_of_log_odds: return belief => return 1 / (1 + np.exp(-belief))
      These are chances between 0 and 1. The belief is asked for in log-odds.
    everything_added_up: return belief => return np.full(n, np.sum(evidence))
      Everybody holds the sum of all evidence, as if neighbours always agreed. The coupling
      weakens what is passed on, at each link.
"""

EQUAL = r"""
    np.zeros(n) => np.ones(n) | belief, upward = (np.array(evidence, dtype=float), np.zeros(n))
      Each is filled before it is read.
"""
