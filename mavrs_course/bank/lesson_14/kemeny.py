"""14.3 The ranking with the fewest disagreements.

20 minutes, difficulty 2, 4 points, L14.3
You found the best ranking, and an excess of 0 proves it without trying the others.
"""

from itertools import permutations

import numpy as np

from mavrs_course.coordination.consensus import kemeny as library_kemeny
from mavrs_course.coordination.consensus import rankings
from mavrs_course.course import Case, Property


def kemeny(preferred):
    def disagreements(order):
        return np.triu(preferred.T[np.ix_(order, order)], k=1).sum()

    best = min(permutations(range(len(preferred))), key=disagreements)
    bound = np.triu(np.minimum(preferred, preferred.T), k=1).sum()
    return np.array(best), disagreements(best) - bound


def kemeny_by_sets(preferred):
    order = library_kemeny.by_sets(preferred[None])
    excess = library_kemeny.disagreements(order, preferred[None])
    return order[0], excess[0] - library_kemeny.fewest_thinkable(preferred[None])[0]


OTHERS = (kemeny_by_sets,)


def _ballots(*orders):
    return -np.argsort(np.array(orders), axis=1).astype(float)


TENNESSEE = _ballots([0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 1, 0], [3, 2, 1, 0])


def cases(rng):
    def some(agents, candidates, high=30):
        scores = rng.integers(0, high, (1, agents, candidates)).astype(float)
        return (rankings.pairwise(scores)[0],)

    tennessee = rankings.pairwise(TENNESSEE[None], np.array([[42.0, 26, 15, 17]]))[0]
    circle = rankings.pairwise(_ballots([0, 1, 2], [1, 2, 0], [2, 0, 1])[None])[0]
    heavy = rankings.pairwise(_ballots([0, 1, 2], [1, 2, 0], [2, 0, 1])[None],
                              np.array([[2.0, 4, 5]]))[0]  # fmt: skip
    return [
        Case("the capital of Tennessee", (tennessee,), (np.array([1, 2, 3, 0]), 0.0)),
        Case("a circle of three equals", (circle,), (np.array([0, 1, 2]), 1.0)),
        Case("a circle with weights", (heavy,), (np.array([2, 0, 1]), 1.0)),
        Case("weights below one", (np.array([[0.0, 0.4], [0.6, 0.0]]),), (np.array([1, 0]), 0.0)),
        Case("one candidate", (np.zeros((1, 1)),), (np.array([0]), 0.0)),
        Case("nobody prefers anything", (np.zeros((3, 3)),), (np.array([0, 1, 2]), 0.0)),
        Case("five candidates, five agents", some(5, 5)),
        Case("five candidates, three agents, many ties", some(3, 5, 3)),
        Case("six candidates, seven agents", some(7, 6)),
        Case("five candidates, four agents", some(4, 5)),
    ]


def _has_two_parts(result, preferred):
    return isinstance(result, tuple | list) and len(result) == 2


PROPERTIES = (
    Property("an order and a number",
             _has_two_parts,
             "Two things are wanted: the order, and how far it stays above the bound. End with "
             "return order, excess."),
    Property("every candidate once",
             lambda result, preferred: (not _has_two_parts(result, preferred) or
                 sorted(np.ravel(result[0]).tolist()) == list(range(len(preferred)))),
             "The order holds every candidate once, as a number, best first."),
)  # fmt: skip

HINTS = """
    With a above b, preferred[b, a] agents disagree. Add that up over all pairs of a ranking, and
    take the ranking with the smallest sum.

    itertools.permutations(range(C)) gives all rankings, in dictionary order, and min(...,
    key=...) keeps the first of equals. Seven candidates have 5,040.

    The bound: for each pair a < b, min(preferred[a, b], preferred[b, a]). Return the order as an
    array, and its disagreements minus the bound.
"""
MISTAKES = """
    agreements_for_disagreements: min(permutations => max(permutations
      or preferred.T[np.ix_ => preferred[np.ix_
      You found the ranking with the most disagreements. With a above b, those who disagree are
      preferred[b, a].
    the_last_of_equals:
      | permutations(range(len(preferred))) => list(permutations(range(len(preferred))))[::-1]
      A best ranking, but of several equally good ones the first in the dictionary is wanted.
      itertools.permutations comes in that order: keep the first of the best (<, not <=).
    neighbours_only:
      | key=disagreements => key=lambda o: sum(preferred[b, a] for a, b in zip(o, o[1:]))
      You count disagreements between neighbours. Every pair counts, also the first against the
      last.
    borda:
      | min(permutations(range(len(preferred))), key=disagreements) =>
      |     np.argsort(-(preferred - preferred.T).sum(axis=1), kind="stable")
      This is Borda's order, by total margins. It is often close to Kemeny's, and not always the
      same.
    copeland:
      | min(permutations(range(len(preferred))), key=disagreements) =>
      |     np.argsort(-np.sign(preferred - preferred.T).sum(axis=1), kind="stable")
      This is Copeland's order, by duels won. It is a good guess, and where victories go in
      circles there can be a better ranking.
    neighbours_swapped:
      | best = min(permutations(range(len(preferred))), key=disagreements) =>
      | best = list(range(len(preferred)))
      | for place in list(range(len(best) - 1)) * len(best):
      |     a, b = best[place : place + 2]
      |     if preferred[b, a] > preferred[a, b]:
      |         best[place : place + 2] = b, a
      You swap neighbours until each pair of neighbours is right. That can stop at a ranking that
      only a longer move improves.
    greedy:
      | best = min(permutations(range(len(preferred))), key=disagreements) =>
      | left, best = list(range(len(preferred))), []
      | while left:
      |     cost = [preferred[left, leader].sum() for leader in left]
      |     best.append(left.pop(int(np.argmin(cost))))
      You take the cheapest leader each time. A leader that looks cheap now can make the rest
      dear: compare whole rankings.
    places_for_an_order: np.array(best) => np.argsort(best)
      You give each candidate's place. An order is wanted: the numbers of the candidates, best
      first.
    forgot_the_bound: - bound =>
      The order is right. The second number is to be the disagreements above the bound: subtract
      the smaller side of every pair.
    agreements_counted: disagreements(best) - bound => disagreements(best[::-1])
      The order is right. The second number counts those who agree with it: the excess is the
      disagreements minus the bound.
    every_pair_twice:
      | np.triu(np.minimum(preferred, preferred.T), k=1).sum() =>
      |     np.minimum(preferred, preferred.T).sum()
      The order is right, the bound is twice too large: np.minimum(preferred, preferred.T) holds
      every pair twice. Add up one triangle.
    whether_and_not_how_far: disagreements(best) - bound => bool(disagreements(best) == bound)
      The order is right. Say how far it is from the bound, as a number, and not only whether it
      reaches it.
    the_larger_side: np.minimum => np.maximum
      The order is right. The bound takes the smaller side of each pair, those who have to be
      disappointed whichever way the pair is ranked.
    never_any_excess: disagreements(best) - bound => 0.0
      The order is right. The excess is not always 0: in a circle no ranking reaches the bound.
      Subtract the bound from the disagreements.
    pairs_and_not_agents:
      | key=disagreements =>
      |     key=lambda o: np.triu((preferred < preferred.T)[np.ix_(o, o)], k=1).sum()
      or preferred.T[np.ix_ => (preferred < preferred.T)[np.ix_
      You count the pairs that a majority wants the other way round. Each pair counts with the
      number of agents that disagree, preferred[b, a].
    whole_weights:
      | def disagreements(order): =>
      | preferred = preferred.astype(int)
      |
      | def disagreements(order):
      Weights need not be whole numbers: as an int, 0.6 is 0. Add them up as they are.
    counted_from_one: np.array(best) => np.array(best) + 1
      Candidates are numbered from 0.
    order_alone: np.array(best), disagreements(best) - bound => np.array(best)
      The order is right, and the excess is missing: return order, excess.
"""

EQUAL = r"""
    np.triu(np.minimum(preferred, preferred.T), k=1) => np.triu(np.minimum(preferred, preferred.T)) | bound = np.triu(np.minimum(preferred, preferred.T), k=1).sum()
    np.triu(preferred.T[np.ix_(order, order)], k=1) => np.triu(preferred.T[np.ix_(order, order)]) | return np.triu(preferred.T[np.ix_(order, order)], k=1).sum()
    1 => 0 | bound = np.triu(np.minimum(preferred, preferred.T), k=1).sum()
    1 => 0 | return np.triu(preferred.T[np.ix_(order, order)], k=1).sum()
      Nobody is preferred to itself: the diagonal is 0.
"""  # noqa: E501
