"""14.1 Who wins every duel.

12 minutes, difficulty 1, 2 points, L14.1
You can now say of any page whether there is a majority to follow.
"""

import numpy as np
from scipy.stats import rankdata

from mavrs_course.course import Case, Property


def duel_winner(scores, weights):
    above = scores[:, :, None] > scores[:, None, :]
    preferred = (above * weights[:, None, None]).sum(axis=0)
    wins = (preferred > preferred.T).sum(axis=1)
    best = wins.argmax()
    return int(best) if wins[best] == scores.shape[1] - 1 else -1


def duel_winner_with_loops(scores, weights):
    agents, candidates = scores.shape
    for i in range(candidates):
        beaten = 0
        for j in range(candidates):
            net = sum(weights[a] * np.sign(scores[a, i] - scores[a, j]) for a in range(agents))
            beaten += i != j and net > 0
        if beaten == candidates - 1:
            return i
    return -1


OTHERS = (duel_winner_with_loops,)


def _ballots(*orders):
    return -np.argsort(np.array(orders), axis=1).astype(float)


TENNESSEE = _ballots([0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 1, 0], [3, 2, 1, 0])


def cases(rng):
    def some(agents, candidates):
        return rng.integers(0, 8, (agents, candidates)) / 2, rng.integers(1, 5, agents).astype(
            float
        )

    alike = rng.random(5) + 0.5 * rng.standard_normal((9, 5))
    return [
        Case("the capital of Tennessee", (TENNESSEE, np.array([42.0, 26, 15, 17])), 1),
        Case("a circle of three", (_ballots([0, 1, 2], [1, 2, 0], [2, 0, 1]), np.ones(3)), -1),
        Case("two of five are indifferent between the first two",
             (np.array([[2.0, 1, 0], [2, 1, 0], [1, 2, 0], [1, 1, 0], [1, 1, 2]]), np.ones(5)), 0),
        Case("everybody is indifferent", (np.ones((3, 4)), np.ones(3)), -1),
        Case("one agent counts more than two",
             (_ballots([0, 1, 2], [1, 2, 0], [1, 0, 2]), np.array([5.0, 2, 2])), 0),
        Case("scores of very different sizes",
             (np.array([[1000.0, 0, 1], [0, 2, 1], [0, 1, 0.5]]), np.ones(3)), 1),
        Case("two tie for the lead",
             (_ballots([0, 1, 2], [1, 0, 2]), np.ones(2)), -1),
        Case("nine agents who look at the same viewer", (alike, np.ones(9))),
        Case("one agent, three candidates", some(1, 3)),
        Case("seven agents, four candidates, ties", some(7, 4)),
        Case("the last one wins",
             (_ballots([3, 0, 1, 2], [2, 3, 1, 0], [3, 1, 0, 2]), np.ones(3)), 3),
        Case("the last one wins, three agents of five",
             (_ballots([2, 0, 1], [2, 1, 0], [2, 0, 1], [0, 1, 2], [1, 0, 2]),
              np.array([2.0, 3, 1, 2, 3])), 2),
        Case("weights below one", (_ballots([0, 1], [1, 0]), np.array([0.7, 0.3])), 0),
        Case("more are indifferent than not",
             (np.array([[1.0, 1, 0], [0, 1, 0], [1, 1, 0]]), np.ones(3)), 1),
        Case("an agent of weight 0", (_ballots([2, 1, 0], [0, 1, 2]), np.array([0.0, 1])), 0),
    ]  # fmt: skip


PROPERTIES = (
    Property("one whole number",
             lambda result, scores, weights: np.shape(result) == () and float(result).is_integer(),
             "One number is wanted: the candidate that beats every other, or -1."),
)  # fmt: skip

HINTS = """
    For two candidates i and j, add the weights of the agents with scores[:, i] > scores[:, j],
    and the weights of those with <. Equal scores belong to neither.

    scores[:, :, None] > scores[:, None, :] compares all pairs of all agents at once: bool[n, C,
    C]. Times weights[:, None, None], summed over axis 0.

    j beats i where more weight prefers it: compare preferred with its own transpose and count
    along each row. The winner beats C - 1. If nobody does, return -1.
"""


def first_choices(scores, weights):
    return int((weights @ (scores == scores.max(axis=1, keepdims=True))).argmax())


def borda(scores, weights):
    return int((-(weights @ rankdata(-scores, axis=1))).argmax())


MISTAKES = """
    somebody_always_wins: int(best) if wins[best] == scores.shape[1] - 1 else -1 => int(best)
      You name the one with most victories, also when it does not win them all. In a circle or a
      draw nobody beats everybody: return -1 unless the best has C - 1 victories.
    more_than_half_of_everybody: preferred > preferred.T => preferred > weights.sum() / 2
      You ask for more than half of all weights. Whoever is indifferent takes no part in a duel:
      compare those for i above j with those for j above i.
    forgot_the_weights: * weights[:, None, None] =>
      Every agent counts the same in yours. Each is to count with its weight.
    a_draw_is_enough:
      | preferred > preferred.T => preferred >= preferred.T;
      | scores.shape[1] - 1 => scores.shape[1]
      or
      | scores[:, :, None] > scores[:, None, :] => scores[:, :, None] >= scores[:, None, :];
      | preferred > preferred.T => preferred >= preferred.T; scores.shape[1] - 1 => scores.shape[1]
      In yours a draw counts as won. Beating means strictly more weight: use > and not >=, and
      mind that nobody duels itself.
    indifferent_on_one_side:
      | wins = (preferred > preferred.T).sum(axis=1) =>
      | equal = (scores[:, :, None] == scores[:, None, :]) * weights[:, None, None]
      | wins = (preferred + equal.sum(axis=0) > preferred.T).sum(axis=1) - 1
      Whoever scores both the same speaks for one side of the duel in yours: >= here and > there.
      It takes no part: use > on both sides.
    later_ones_only:
      | (preferred > preferred.T) =>
      |     (np.triu(preferred > preferred.T) + np.tri(len(preferred), k=-1))
      You compare each candidate with those after it only. A winner beats those before it too.
    whole_weights: * weights[:, None, None] => * weights.astype(int)[:, None, None]
      Weights need not be whole numbers: as an int, 0.7 is 0. Add them up as they are.
    first_choices:
      You count first choices, which is plurality. A duel asks all agents about two candidates,
      whatever else they like.
    borda:
      You add up places, which is Borda, and its winner need not win its duels. Count, for each
      pair, who is put above whom.
    sizes_of_scores: (preferred > preferred.T) => ((weights @ scores)[:, None] > weights @ scores)
      or int(best) if wins[best] == scores.shape[1] - 1 else -1 => int((weights @ scores).argmax())
      You add up scores, so who uses large numbers decides. In a duel only the order counts:
      scores[a, i] > scores[a, j], yes or no.
    the_loser: scores[:, :, None] > scores[:, None, :] => scores[:, :, None] < scores[:, None, :]
      You found the one that loses every duel. Larger scores are better.
    one_side_weighted: preferred > preferred.T => preferred > above.sum(axis=0).T
      You compare weights with a number of agents: the one side of the duel is weighted and the
      other is counted. Weigh both.
    weights_times_scores:
      | above = scores[:, :, None] =>
      | scores = weights[:, None] * scores
      | above = scores[:, :, None];
      | * weights[:, None, None] =>
      You multiply scores by weights, and an agent's own order does not change by that. The weight
      belongs to its say in a duel: add up weights of those with i above j.
    agents_for_candidates: wins[best] == scores.shape[1] - 1 => wins[best] >= len(scores) - 1
      or scores.shape[1] => len(scores)
      You ask for as many victories as there are other agents. There are C - 1 other candidates: C
      is scores.shape[1].
    a_duel_with_oneself: scores.shape[1] - 1 => scores.shape[1]
      You ask for C victories, and there are only C - 1 others. Nobody can beat itself.
"""

EQUAL = r"""
    scores[:, :, None] > scores[:, None, :] => scores[:, :, None] >= scores[:, None, :] | above = scores[:, :, None] > scores[:, None, :]
      Who scores both the same then counts on both sides of the duel.
    (above * weights[:, None, None]).sum(axis=0) => (above * weights[:, None, None]).mean(axis=0) | preferred = (above * weights[:, None, None]).sum(axis=0)
      Sums and means come in one order.
"""  # noqa: E501
