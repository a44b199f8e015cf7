"""Exercises of lesson 14, consensus."""

from __future__ import annotations

import copy
from itertools import pairwise, permutations

import numpy as np
from scipy.stats import rankdata

from mavrs_course.coordination.consensus import kemeny as library_kemeny
from mavrs_course.coordination.consensus import rankings
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 14.1 ------------------------------------------------------------------------------------


def duel_winner(scores, weights):
    above = scores[:, :, None] > scores[:, None, :]
    preferred = (above * weights[:, None, None]).sum(axis=0)
    wins = (preferred > preferred.T).sum(axis=1)
    best = int(wins.argmax())
    return best if wins[best] == scores.shape[1] - 1 else -1


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


def duel_winner_of_the_library(scores, weights):
    return rankings.condorcet_winner(rankings.pairwise(scores[None], weights[None]))[0]


def _ballots(*orders):
    return -np.argsort(np.array(orders), axis=1).astype(float)


TENNESSEE = _ballots([0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 1, 0], [3, 2, 1, 0])


def duel_cases(rng):
    def some(agents, candidates):
        return rng.integers(0, 4, (agents, candidates)).astype(float), rng.integers(
            1, 5, agents
        ).astype(float)

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
        Case("four agents, three candidates, ties", some(4, 3)),
        Case("seven agents, four candidates, ties", some(7, 4)),
        Case("the last one wins",
             (_ballots([3, 0, 1, 2], [2, 3, 1, 0], [3, 1, 0, 2]), np.ones(3)), 3),
        Case("the last one wins, three agents of five",
             (_ballots([2, 0, 1], [2, 1, 0], [2, 0, 1], [0, 1, 2], [1, 0, 2]),
              np.array([2.0, 3, 1, 2, 3])), 2),
        Case("an agent of weight 0", (_ballots([2, 1, 0], [0, 1, 2]), np.array([0.0, 1])), 0),
    ]  # fmt: skip


def _preferred(scores, weights):
    return ((scores[:, :, None] > scores[:, None, :]) * weights[:, None, None]).sum(axis=0)


def _winner_of(wins, needed):
    best = int(np.argmax(wins))
    return best if wins[best] >= needed else -1


def more_than_half_of_all(scores, weights):
    preferred = _preferred(scores, weights)
    return _winner_of((preferred > weights.sum() / 2).sum(axis=1), scores.shape[1] - 1)


def without_weights(scores, weights):
    return duel_winner(scores, np.ones(len(scores)))


def ties_count_as_above(scores, weights):
    above = (scores[:, :, None] >= scores[:, None, :]) * weights[:, None, None]
    preferred = above.sum(axis=0)
    return _winner_of((preferred >= preferred.T).sum(axis=1), scores.shape[1])


def a_draw_is_enough(scores, weights):
    preferred = _preferred(scores, weights)
    return _winner_of((preferred >= preferred.T).sum(axis=1), scores.shape[1])


def somebody_always_wins(scores, weights):
    preferred = _preferred(scores, weights)
    return int((preferred > preferred.T).sum(axis=1).argmax())


def copeland_always(scores, weights):
    preferred = _preferred(scores, weights)
    return int(np.sign(preferred - preferred.T).sum(axis=1).argmax())


def most_first_choices(scores, weights):
    return int((weights @ (scores == scores.max(axis=1, keepdims=True))).argmax())


def borda_winner(scores, weights):
    return int((-(weights @ rankdata(-scores, axis=1))).argmax())


def sizes_of_scores(scores, weights):
    total = weights @ scores
    return _winner_of((total[:, None] > total[None]).sum(axis=1), scores.shape[1] - 1)


def who_loses_all(scores, weights):
    return duel_winner(-scores, weights)


def one_side_weighted(scores, weights):
    against = (scores[:, :, None] < scores[:, None, :]).sum(axis=0)
    return _winner_of((_preferred(scores, weights) > against).sum(axis=1), scores.shape[1] - 1)


def weights_times_scores(scores, weights):
    return duel_winner(scores * weights[:, None], np.ones(len(scores)))


def agents_for_candidates(scores, weights):
    preferred = _preferred(scores, weights)
    return _winner_of((preferred > preferred.T).sum(axis=1), len(scores) - 1)


def exactly_as_many_as_agents(scores, weights):
    wins = (_preferred(scores, weights) > _preferred(scores, weights).T).sum(axis=1)
    best = int(wins.argmax())
    return best if wins[best] == len(scores) - 1 else -1


def winner_of_one_duel_too_many(scores, weights):
    preferred = _preferred(scores, weights)
    return _winner_of((preferred > preferred.T).sum(axis=1), scores.shape[1])


_duels = Exercise(
    id="14.1",
    title="Who wins every duel",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L14.1",
    reference=duel_winner,
    cases=duel_cases,
    properties=(
        Property(
            "one whole number",
            lambda result, scores, weights: np.shape(result) == () and float(result).is_integer(),
            "One number is wanted: the candidate that beats every other, or -1.",
        ),
    ),
    mistakes=(
        Mistake(
            "somebody_always_wins",
            somebody_always_wins,
            "You name the one with most victories, also when it does not win them all. In a circle "
            "or a draw nobody beats everybody: return -1 unless the best has C - 1 victories.",
            as_if(somebody_always_wins, copeland_always),
        ),
        Mistake(
            "more_than_half_of_everybody",
            more_than_half_of_all,
            "You ask for more than half of all weights. Whoever is indifferent takes no part in a "
            "duel: compare those for i above j with those for j above i.",
        ),
        Mistake(
            "forgot_the_weights",
            without_weights,
            "Every agent counts the same in yours. Each is to count with its weight.",
        ),
        Mistake(
            "a_draw_is_enough",
            a_draw_is_enough,
            "In yours a draw counts as won. Beating means strictly more weight: use > and not >=, "
            "and mind that nobody duels itself.",
            as_if(a_draw_is_enough, ties_count_as_above),
        ),
        Mistake(
            "first_choices",
            most_first_choices,
            "You count first choices, which is plurality. A duel asks all agents about two "
            "candidates, whatever else they like.",
        ),
        Mistake(
            "borda",
            borda_winner,
            "You add up places, which is Borda, and its winner need not win its duels. Count, for "
            "each pair, who is put above whom.",
        ),
        Mistake(
            "sizes_of_scores",
            sizes_of_scores,
            "You add up scores, so who uses large numbers decides. In a duel only the order "
            "counts: scores[a, i] > scores[a, j], yes or no.",
            as_if(sizes_of_scores, lambda scores, weights: int((weights @ scores).argmax())),
        ),
        Mistake(
            "the_loser",
            who_loses_all,
            "You found the one that loses every duel. Larger scores are better.",
        ),
        Mistake(
            "one_side_weighted",
            one_side_weighted,
            "You compare weights with a number of agents: the one side of the duel is weighted and "
            "the other is counted. Weigh both.",
        ),
        Mistake(
            "weights_times_scores",
            weights_times_scores,
            "You multiply scores by weights, and an agent's own order does not change by that. The "
            "weight belongs to its say in a duel: add up weights of those with i above j.",
        ),
        Mistake(
            "agents_for_candidates",
            agents_for_candidates,
            "You ask for as many victories as there are other agents. There are C - 1 other "
            "candidates: C is scores.shape[1].",
            as_if(agents_for_candidates, exactly_as_many_as_agents),
        ),
        Mistake(
            "a_duel_with_oneself",
            winner_of_one_duel_too_many,
            "You ask for C victories, and there are only C - 1 others. Nobody can beat itself.",
        ),
    ),
    others=(duel_winner_with_loops, duel_winner_of_the_library),
    hints=(
        "For two candidates i and j, add the weights of the agents with scores[:, i] > "
        "scores[:, j], and the weights of those with <. Equal scores belong to neither.",
        "scores[:, :, None] > scores[:, None, :] compares all pairs of all agents at once: "
        "bool[n, C, C]. Times weights[:, None, None], summed over axis 0.",
        "With preferred[i, j] at hand, wins = (preferred > preferred.T).sum(axis=1). The winner "
        "has C - 1 of them. If nobody has, return -1.",
    ),
    praise="You can now say of any page whether there is a majority to follow.",
)

# --- 14.2 ------------------------------------------------------------------------------------


def fuse(scores, listed, k):
    fused = np.zeros(scores.shape[1])
    for said, there in zip(scores, listed, strict=True):
        fused[there] += 1.0 / (k + rankdata(-said[there]))
    return fused


def fuse_at_once(scores, listed, k):
    said = np.where(listed, scores, -np.inf)
    better = ((said[:, None, :] > said[:, :, None]) & listed[:, None, :]).sum(axis=2)
    equal = ((said[:, None, :] == said[:, :, None]) & listed[:, None, :]).sum(axis=2)
    return (listed / (k + better + (equal + 1) / 2)).sum(axis=0)


def fuse_with_a_dictionary(scores, listed, k):
    fused = dict.fromkeys(range(scores.shape[1]), 0.0)
    for said, there in zip(scores, listed, strict=True):
        for candidate in np.flatnonzero(there):
            rivals = said[there]
            first = 1 + sum(rivals > said[candidate])
            last = first + sum(rivals == said[candidate]) - 1
            fused[candidate] += 1 / (k + (first + last) / 2)
    return list(fused.values())


def fuse_cases(rng):
    letters = np.array([[3.0, 2, 1, 0], [1, 3, 2, 0], [2, 3, 0, 1]])
    lists = np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1]], dtype=bool)

    def some(agents, candidates, missing):
        listed = rng.random((agents, candidates)) > missing
        return rng.integers(0, 4, (agents, candidates)).astype(float), listed, 60.0

    return [
        Case("the lists ABC, BCA and BAD", (letters, lists, 60.0),
             [1 / 61 + 1 / 63 + 1 / 62, 1 / 62 + 2 / 61, 1 / 63 + 1 / 62, 1 / 63]),
        Case("the same with k = 1", (letters, lists, 1.0),
             [1 / 2 + 1 / 4 + 1 / 3, 1 / 3 + 2 / 2, 1 / 4 + 1 / 3, 1 / 4]),
        Case("two share places 1 and 2",
             (np.array([[5.0, 5, 1]]), np.ones((1, 3), bool), 0.0), [2 / 3, 2 / 3, 1 / 3]),
        Case("all share places 1 to 4", (np.zeros((2, 4)), np.ones((2, 4), bool), 60.0),
             [2 / 62.5] * 4),
        Case("an agent that lists nothing",
             (letters, np.array([[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]], bool), 60.0)),
        Case("the best score is not on the list",
             (np.array([[9.0, 1, 2, 3]]), np.array([[False, True, True, True]]), 1.0),
             [0.0, 1 / 4, 1 / 3, 1 / 2]),
        Case("full lists without ties", (rng.random((4, 6)), np.ones((4, 6), bool), 60.0)),
        Case("five agents, six candidates, some missing, ties", some(5, 6, 0.3)),
        Case("three agents, eight candidates, many missing, ties", some(3, 8, 0.6)),
    ]  # fmt: skip


def _fused_by(place, points=lambda place, k: 1.0 / (k + place)):
    def answer(scores, listed, k):
        fused = np.zeros(scores.shape[1])
        for said, there in zip(scores, listed, strict=True):
            fused[there] += points(place(said, there), k)
        return fused

    return answer


def _among_all(said, there):
    return rankdata(-said)[there]


def missing_last(scores, listed, k):
    return (1 / (k + rankdata(-np.where(listed, scores, -np.inf), axis=1))).sum(axis=0)


def missing_is_zero(scores, listed, k):
    return (1 / (k + rankdata(-np.where(listed, scores, 0.0), axis=1))).sum(axis=0)


def ignored_listed(scores, listed, k):
    return fuse(scores, np.ones_like(listed), k)


def mean_over_lists(scores, listed, k):
    return fuse(scores, listed, k) / np.maximum(listed.sum(axis=0), 1)


def mean_over_agents(scores, listed, k):
    return fuse(scores, listed, k) / len(scores)


_places = {
    "average": lambda said, there: rankdata(-said[there]),
    "ordinal": lambda said, there: rankdata(-said[there], method="ordinal"),
    "min": lambda said, there: rankdata(-said[there], method="min"),
    "max": lambda said, there: rankdata(-said[there], method="max"),
    "dense": lambda said, there: rankdata(-said[there], method="dense"),
}
order_breaks_ties = _fused_by(_places["ordinal"])
ties_at_the_better = _fused_by(_places["min"])
ties_at_the_worse = _fused_by(_places["max"])
dense_places = _fused_by(_places["dense"])
from_zero = _fused_by(lambda said, there: rankdata(-said[there]) - 1)
worst_first = _fused_by(lambda said, there: rankdata(said[there]))
places_among_all = _fused_by(_among_all)
always_sixty = _fused_by(_places["average"], lambda place, k: 1 / (60 + place))
forgot_k = _fused_by(_places["average"], lambda place, k: 1 / place)
k_beside = _fused_by(_places["average"], lambda place, k: 1 / k + 1 / place)
plain_places = _fused_by(_places["average"], lambda place, k: k + place)


def argsort_for_places(scores, listed, k):
    return _fused_by(lambda said, there: 1 + np.argsort(-said[there], kind="stable"))(
        scores, listed, k
    )


def only_the_last_list(scores, listed, k):
    return fuse(scores[-1:], listed[-1:], k)


def ranking_for_points(scores, listed, k):
    return np.argsort(-fuse(scores, listed, k), kind="stable")


def _breaks_ties(trials):
    """Right without ties, and of two equals one gets the better place, whichever."""
    tied = [t for t in trials if len(t.inputs[0]) == 1 and np.ptp(t.inputs[0][0, :2]) == 0]
    free = [t for t in trials if t.case.label == "full lists without ties"]
    return (
        bool(tied and free)
        and all(trial.passed for trial in free)
        and all(np.allclose(np.sort(t.returned), [1 / 3, 1 / 2, 1]) for t in tied)
    )


_fusion = Exercise(
    id="14.2",
    title="Fuse lists that lack something",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L14.2",
    reference=fuse,
    cases=fuse_cases,
    properties=(
        Property(
            "one figure for each candidate",
            lambda result, scores, listed, k: np.shape(result) == scores.shape[1:],
            "One figure for each candidate is wanted, float[C]: add up over the agents.",
        ),
        Property(
            "who is on no list gets nothing",
            lambda result, scores, listed, k: np.allclose(
                np.asarray(result)[~listed.any(axis=0)], 0
            ),
            "A candidate that nobody listed has points. Points come from lists alone.",
        ),
    ),
    mistakes=(
        Mistake(
            "missing_means_last",
            missing_last,
            "Who is missing from a list stands last on it in yours, and gets points for that. An "
            "agent that does not know a candidate gives it nothing.",
            as_if(missing_last, missing_is_zero),
        ),
        Mistake(
            "did_not_look_who_is_listed",
            ignored_listed,
            "You rank all scores, also those that listed says are not there. Such a score means "
            "nothing.",
        ),
        Mistake(
            "places_among_the_missing",
            places_among_all,
            "Only the listed get points, which is right, but you count their places among all "
            "scores. Places are counted within the list.",
        ),
        Mistake(
            "order_breaks_ties",
            order_breaks_ties,
            "Of two equal scores the earlier gets the better place in yours, so the numbering of "
            "candidates decides. Equals share the mean of the places that they take up.",
            _breaks_ties,
        ),
        Mistake(
            "equals_share_the_better_place",
            ties_at_the_better,
            "Equals all get the best of their places in yours. They share the mean: two at places "
            "1 and 2 stand at 1.5 each.",
            as_if(ties_at_the_better, ties_at_the_worse),
        ),
        Mistake(
            "no_gap_after_equals",
            dense_places,
            "After two equals the next stands one place behind in yours. They took two places, so "
            "the next one is third: count candidates, and not different scores.",
        ),
        Mistake(
            "places_from_zero",
            from_zero,
            "Your best place is 0. Places start at 1, so the first gets 1 / (k + 1).",
        ),
        Mistake(
            "the_worst_is_first",
            worst_first,
            "Your places start at the smallest score. Larger is better: rank by -scores.",
        ),
        Mistake(
            "always_sixty",
            always_sixty,
            "You use 60 whatever k is. Use the argument.",
            as_if(always_sixty, forgot_k),
        ),
        Mistake(
            "mean_for_sum",
            mean_over_lists,
            "You average over the lists. RRF adds up, so that who is on more lists gets more.",
            as_if(mean_over_lists, mean_over_agents),
        ),
        Mistake(
            "only_the_last_list",
            only_the_last_list,
            "Only the last agent's list is left in the result: add to what is there (+=), and "
            "begin with zeros once, before the loop.",
        ),
        Mistake(
            "ranking_for_points",
            ranking_for_points,
            "You return the candidates in their fused order. The points of each candidate are "
            "wanted, in the order of their numbers.",
            as_if(ranking_for_points, lambda *inputs: 1 + np.argsort(ranking_for_points(*inputs))),
        ),
        Mistake(
            "argsort_is_no_rank",
            argsort_for_places,
            "argsort says which candidate stands at each place, not which place each candidate "
            "has. Sort twice, or use scipy.stats.rankdata, which also shares places.",
        ),
        Mistake(
            "places_themselves",
            plain_places,
            "You add k + place itself, so that a bad place gives more. Each list gives 1 over it.",
            as_if(plain_places, k_beside),
        ),
    ),
    others=(fuse_at_once, fuse_with_a_dictionary),
    hints=(
        "Go agent by agent. Take only the scores with listed true, find their places, add "
        "1 / (k + place) to those candidates.",
        "scipy.stats.rankdata(-values) gives places from 1, with equals at their mean.",
        "there = listed[agent]; fused[there] += 1 / (k + rankdata(-scores[agent][there])).",
    ),
    praise="Lists of any length, with gaps and ties, now make one ranking.",
)

# --- 14.3 ------------------------------------------------------------------------------------


def kemeny(preferred):
    candidates = range(len(preferred))
    cost = {}
    for order in permutations(candidates):
        pairs = [(a, b) for place, a in enumerate(order) for b in order[place + 1 :]]
        cost[order] = sum(preferred[b, a] for a, b in pairs)
    best = min(cost, key=cost.get)
    bound = np.minimum(preferred, preferred.T)[np.triu_indices(len(preferred), k=1)].sum()
    return np.array(best), cost[best] - bound


def kemeny_by_sets(preferred):
    order = library_kemeny.by_sets(preferred[None])
    excess = library_kemeny.disagreements(order, preferred[None])
    return order[0], excess[0] - library_kemeny.fewest_thinkable(preferred[None])[0]


def kemeny_by_recursion(preferred):
    def best(left):
        if not left:
            return 0.0, ()
        found = []
        for leader in left:
            others = tuple(c for c in left if c != leader)
            cost, order = best(others)
            found.append((cost + sum(preferred[c, leader] for c in others), (leader, *order)))
        return min(found)

    cost, order = best(tuple(range(len(preferred))))
    bound = sum(min(preferred[a, b], preferred[b, a]) for a in range(len(order)) for b in range(a))
    return list(order), cost - bound


def kemeny_cases(rng):
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
        Case("one candidate", (np.zeros((1, 1)),), (np.array([0]), 0.0)),
        Case("nobody prefers anything", (np.zeros((3, 3)),), (np.array([0, 1, 2]), 0.0)),
        Case("five candidates, five agents", some(5, 5)),
        Case("five candidates, three agents, many ties", some(3, 5, 3)),
        Case("six candidates, seven agents", some(7, 6)),
        Case("five candidates, four agents", some(4, 5)),
    ]


def _orders(preferred):
    return list(permutations(range(len(preferred))))


def _costs(preferred):
    return [
        sum(preferred[b, a] for place, a in enumerate(order) for b in order[place + 1 :])
        for order in _orders(preferred)
    ]


def _bound(preferred):
    return np.minimum(preferred, preferred.T)[np.triu_indices(len(preferred), k=1)].sum()


def _told(preferred, order):
    cost = _costs(preferred)[_orders(preferred).index(tuple(int(c) for c in order))]
    return np.array(order), cost - _bound(preferred)


def most_disagreements(preferred):
    costs = np.array(_costs(preferred))
    return np.array(_orders(preferred)[costs.argmax()]), costs.max() - _bound(preferred)


def upside_down_matrix(preferred):
    return kemeny(preferred.T)


def last_of_equals(preferred):
    costs = np.array(_costs(preferred))
    best = len(costs) - 1 - costs[::-1].argmin()
    return np.array(_orders(preferred)[best]), costs.min() - _bound(preferred)


def _score(preferred, order):
    return sum(preferred[b, a] for place, a in enumerate(order) for b in order[place + 1 :])


def neighbours_only(preferred):
    orders = _orders(preferred)
    costs = [sum(preferred[b, a] for a, b in pairwise(o)) for o in orders]
    return _told(preferred, orders[int(np.argmin(costs))])


def borda_order(preferred):
    return _told(preferred, np.argsort(-(preferred - preferred.T).sum(axis=1), kind="stable"))


def copeland_order(preferred):
    wins = np.sign(preferred - preferred.T).sum(axis=1)
    return _told(preferred, np.argsort(-wins, kind="stable"))


def swap_neighbours(preferred):
    order = list(range(len(preferred)))
    for _ in order:
        for place in range(len(order) - 1):
            a, b = order[place], order[place + 1]
            if preferred[b, a] > preferred[a, b]:
                order[place], order[place + 1] = b, a
    return _told(preferred, order)


def greedy_leader(preferred):
    left, order = list(range(len(preferred))), []
    while left:
        cost = [sum(preferred[c, leader] for c in left) for leader in left]
        order.append(left.pop(int(np.argmin(cost))))
    return _told(preferred, order)


def places_for_order(preferred):
    order, excess = kemeny(preferred)
    return np.argsort(order), excess


def cost_for_excess(preferred):
    order, _ = kemeny(preferred)
    return order, _score(preferred, list(order))


def agreements_for_excess(preferred):
    order, _ = kemeny(preferred)
    return order, _score(preferred, list(order[::-1]))


def bound_twice(preferred):
    order, _ = kemeny(preferred)
    return order, _score(preferred, list(order)) - np.minimum(preferred, preferred.T).sum()


def yes_or_no(preferred):
    order, excess = kemeny(preferred)
    return order, bool(excess == 0)


def larger_side(preferred):
    order, _ = kemeny(preferred)
    upper = np.triu_indices(len(preferred), k=1)
    return order, _score(preferred, list(order)) - np.maximum(preferred, preferred.T)[upper].sum()


def always_zero(preferred):
    return kemeny(preferred)[0], 0.0


def pairs_and_not_agents(preferred):
    orders = _orders(preferred)
    counts = [_score((preferred > preferred.T).astype(float), order) for order in orders]
    return _told(preferred, orders[int(np.argmin(counts))])


def counted_from_one(preferred):
    order, excess = kemeny(preferred)
    return order + 1, excess


def order_alone(preferred):
    return kemeny(preferred)[0]


def _has_two_parts(result, preferred):
    return isinstance(result, tuple | list) and len(result) == 2


_kemeny = Exercise(
    id="14.3",
    title="The ranking with the fewest disagreements",
    minutes=20,
    difficulty=2,
    points=4,
    objective="L14.3",
    reference=kemeny,
    cases=kemeny_cases,
    properties=(
        Property(
            "an order and a number",
            _has_two_parts,
            "Two things are wanted: the order, and how far it stays above the bound. End with "
            "return order, excess.",
        ),
        Property(
            "every candidate once",
            lambda result, preferred: (
                not _has_two_parts(result, preferred)
                or sorted(np.ravel(result[0]).tolist()) == list(range(len(preferred)))
            ),
            "The order holds every candidate once, as a number, best first.",
        ),
    ),
    mistakes=(
        Mistake(
            "agreements_for_disagreements",
            most_disagreements,
            "You found the ranking with the most disagreements. With a above b, those who "
            "disagree are preferred[b, a].",
            lambda trials: all(
                _same_answer(trial, most_disagreements) or _same_answer(trial, upside_down_matrix)
                for trial in trials
            ),
        ),
        Mistake(
            "the_last_of_equals",
            last_of_equals,
            "A best ranking, but of several equally good ones the first in the dictionary is "
            "wanted. itertools.permutations comes in that order: keep the first of the best (<, "
            "not <=).",
        ),
        Mistake(
            "neighbours_only",
            neighbours_only,
            "You count disagreements between neighbours. Every pair counts, also the first "
            "against the last.",
        ),
        Mistake(
            "borda",
            borda_order,
            "This is Borda's order, by total margins. It is often close to Kemeny's, and not "
            "always the same.",
        ),
        Mistake(
            "copeland",
            copeland_order,
            "This is Copeland's order, by duels won. It is a good guess, and where victories go "
            "in circles there can be a better ranking.",
        ),
        Mistake(
            "neighbours_swapped",
            swap_neighbours,
            "You swap neighbours until each pair of neighbours is right. That can stop at a "
            "ranking that only a longer move improves.",
        ),
        Mistake(
            "greedy",
            greedy_leader,
            "You take the cheapest leader each time. A leader that looks cheap now can make the "
            "rest dear: compare whole rankings.",
        ),
        Mistake(
            "places_for_an_order",
            places_for_order,
            "You give each candidate's place. An order is wanted: the numbers of the candidates, "
            "best first.",
        ),
        Mistake(
            "forgot_the_bound",
            cost_for_excess,
            "The order is right. The second number is to be the disagreements above the bound: "
            "subtract the smaller side of every pair.",
        ),
        Mistake(
            "agreements_counted",
            agreements_for_excess,
            "The order is right. The second number counts those who agree with it: the excess is "
            "the disagreements minus the bound.",
        ),
        Mistake(
            "every_pair_twice",
            bound_twice,
            "The order is right, the bound is twice too large: np.minimum(preferred, preferred.T) "
            "holds every pair twice. Add up one triangle.",
        ),
        Mistake(
            "whether_and_not_how_far",
            yes_or_no,
            "The order is right. Say how far it is from the bound, as a number, and not only "
            "whether it reaches it.",
        ),
        Mistake(
            "the_larger_side",
            larger_side,
            "The order is right. The bound takes the smaller side of each pair, those who have to "
            "be disappointed whichever way the pair is ranked.",
        ),
        Mistake(
            "never_any_excess",
            always_zero,
            "The order is right. The excess is not always 0: in a circle no ranking reaches the "
            "bound. Subtract the bound from the disagreements.",
            lambda trials: all(_same_answer(trial, always_zero) for trial in trials),
        ),
        Mistake(
            "pairs_and_not_agents",
            pairs_and_not_agents,
            "You count the pairs that a majority wants the other way round. Each pair counts with "
            "the number of agents that disagree, preferred[b, a].",
            lambda trials: all(_same_order(trial, pairs_and_not_agents) for trial in trials),
        ),
        Mistake(
            "counted_from_one",
            counted_from_one,
            "Candidates are numbered from 0.",
        ),
        Mistake(
            "order_alone",
            order_alone,
            "The order is right, and the excess is missing: return order, excess.",
        ),
    ),
    others=(kemeny_by_sets, kemeny_by_recursion),
    hints=(
        "With a above b, preferred[b, a] agents disagree. Add that up over all pairs of a "
        "ranking, and take the ranking with the smallest sum.",
        "itertools.permutations(range(C)) gives all rankings, in dictionary order, and min(..., "
        "key=...) keeps the first of equals. Seven candidates have 5,040.",
        "The bound: for each pair a < b, min(preferred[a, b], preferred[b, a]). Return the order "
        "as an array, and its disagreements minus the bound.",
    ),
    praise="You found the best ranking, and an excess of 0 proves it without trying the others.",
)


def _same_answer(trial, answer):
    try:
        (order, excess), (wanted, figure) = trial.returned, answer(*trial.inputs)
        return np.array_equal(order, wanted) and np.isclose(excess, figure)
    except Exception:
        return False


def _same_order(trial, answer):
    try:
        return np.array_equal(trial.returned[0], answer(*trial.inputs)[0])
    except Exception:
        return False


# --- 14.4 ------------------------------------------------------------------------------------


def robust_mean(votes, heard, f):
    means = np.zeros((votes.shape[0], votes.shape[2]))
    for page, there in enumerate(heard):
        ordered = np.sort(votes[page, there], axis=0)
        cut = min(f, (len(ordered) - 1) // 2)
        if len(ordered):
            means[page] = ordered[cut : len(ordered) - cut].mean(axis=0)
    return means


def robust_mean_at_once(votes, heard, f):
    speakers = heard.sum(axis=1)[:, None, None]
    ordered = np.sort(np.where(heard[:, :, None], votes, np.inf), axis=1)
    cut = np.minimum(f, np.maximum(speakers - 1, 0) // 2)
    place = np.arange(votes.shape[1])[None, :, None]
    kept = (place >= cut) & (place < speakers - cut)
    return np.where(kept, ordered, 0).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)


def robust_mean_by_median(votes, heard, f):
    rows = []
    for page in range(len(votes)):
        said = votes[page][heard[page]]
        if len(said) == 0:
            rows.append(np.zeros(votes.shape[2]))
        elif len(said) < 2 * f + 1:
            rows.append(np.median(said, axis=0))
        else:
            rows.append([np.mean(sorted(column)[f : len(said) - f]) for column in said.T])
    return np.array(rows)


def robust_cases(rng):
    liars = np.array([[[0.7], [0.72], [0.74], [0.8], [0.81], [1e6], [1e6]]])
    everybody = np.ones((1, 7), dtype=bool)

    def some(pages, agents, candidates, silent, f):
        votes = rng.random((pages, agents, candidates)).round(3)
        return votes, rng.random((pages, agents)) > silent, f

    mixed = np.array([[[0.0, 1.0], [0.9, 0.2], [0.8, 0.3], [0.7, 0.4], [1.0, 0.0]]])
    return [
        Case("two liars among seven", (liars, everybody, 2), [[(0.74 + 0.8 + 0.81) / 3]]),
        Case("nothing is cut", (mixed, np.ones((1, 5), bool), 0), [[0.68, 0.38]]),
        Case("two candidates, one cut at each end",
             (mixed, np.ones((1, 5), bool), 1), [[0.8, 0.3]]),
        Case("one agent is not heard",
             (mixed, np.array([[True, True, True, False, True]]), 1), [[0.85, 0.25]]),
        Case("too few are heard to cut two at each end: their median",
             (mixed, np.array([[False, True, True, True, True]]), 2), [[0.85, 0.25]]),
        Case("nobody is heard", (mixed, np.zeros((1, 5), bool), 1), [[0.0, 0.0]]),
        Case("four pages, nine agents", some(4, 9, 3, 0.0, 2)),
        Case("five pages, seven agents, some silent", some(5, 7, 4, 0.3, 1)),
        Case("as many candidates as agents", some(2, 5, 5, 0.2, 1)),
        Case("six pages, eight agents, many silent", some(6, 8, 2, 0.5, 2)),
        Case("votes below zero", (-some(3, 6, 3, 0.3, 1)[0], np.ones((3, 6), bool), 1)),
    ]  # fmt: skip


def _page_by_page(summary, nobody=0.0):
    """``summary(said, f, agents)`` of those heard, float[m, C], on each page."""

    def answer(votes, heard, f):
        rows = np.full((votes.shape[0], votes.shape[2]), nobody)
        for page, there in enumerate(heard):
            if there.any():
                with np.errstate(all="ignore"):
                    rows[page] = summary(votes[page, there], f, votes.shape[1])
        return rows

    return answer


def _trim(said, low, high):
    left = np.sort(said, axis=0)[low : len(said) - high]
    return left.mean(axis=0) if len(left) else np.full(said.shape[1], np.nan)


def _capped(said, f):
    return min(f, (len(said) - 1) // 2)


def _whole_agents(said, f, agents):
    cut = _capped(said, f)
    order = np.argsort(said.sum(axis=1), kind="stable")
    return said[order[cut : len(said) - cut]].mean(axis=0)


def _winsorised(said, f, agents):
    ordered, cut = np.sort(said, axis=0), _capped(said, f)
    return np.clip(said, ordered[cut], ordered[len(said) - 1 - cut]).mean(axis=0)


silent_as_zero_votes = lambda votes, heard, f: robust_mean(  # noqa: E731
    np.where(heard[:, :, None], votes, 0.0), np.ones_like(heard), f
)
ignored_heard = lambda votes, heard, f: robust_mean(votes, np.ones_like(heard), f)  # noqa: E731
whole_agents = _page_by_page(_whole_agents)
winsorised = _page_by_page(_winsorised)
only_the_highest = _page_by_page(lambda said, f, n: _trim(said, 0, _capped(said, f)))
only_the_lowest = _page_by_page(lambda said, f, n: _trim(said, _capped(said, f), 0))
f_in_all = _page_by_page(
    lambda said, f, n: _trim(said, _capped(said, f // 2), _capped(said, f // 2))
)
always_the_median = _page_by_page(lambda said, f, n: np.median(said, axis=0))
plain_mean = _page_by_page(lambda said, f, n: said.mean(axis=0))
mean_of_few = _page_by_page(
    lambda said, f, n: said.mean(axis=0) if len(said) < 2 * f + 1 else _trim(said, f, f)
)
nothing_left = _page_by_page(
    lambda said, f, n: _trim(said, f, f) if len(said) > 2 * f else np.full(said.shape[1], np.nan)
)
zero_for_few = _page_by_page(
    lambda said, f, n: _trim(said, f, f) if len(said) > 2 * f else np.zeros(said.shape[1])
)
nobody_is_nan = _page_by_page(
    lambda said, f, n: _trim(said, _capped(said, f), _capped(said, f)), np.nan
)


upper_median = _page_by_page(
    lambda said, f, n: (
        np.sort(said, axis=0)[len(said) // 2] if len(said) < 2 * f + 1 else _trim(said, f, f)
    )
)
lower_median = _page_by_page(
    lambda said, f, n: (
        np.sort(said, axis=0)[(len(said) - 1) // 2] if len(said) < 2 * f + 1 else _trim(said, f, f)
    )
)


def _minus_cut(said, f, n):
    cut = _capped(said, f)
    left = np.sort(said, axis=0)[cut:-cut]
    return left.mean(axis=0) if len(left) else np.full(said.shape[1], np.nan)


minus_zero = _page_by_page(_minus_cut)


def minus_zero_uncapped(said, f, n):
    left = np.sort(said, axis=0)[f:-f]
    return left.mean(axis=0) if len(left) else np.full(said.shape[1], np.nan)


def cut_from_all(votes, heard, f):
    """Cuts places f to n - f, although those not heard stand at the end."""
    ordered = np.sort(np.where(heard[:, :, None], votes, np.nan), axis=1)
    left = ordered[:, f : votes.shape[1] - f]
    there = ~np.isnan(left)
    return np.where(there, left, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)


def over_all_agents(votes, heard, f):
    """Sums of the kept, divided by n - 2f whoever was heard."""
    means = np.zeros((votes.shape[0], votes.shape[2]))
    for page, there in enumerate(heard):
        ordered = np.sort(votes[page, there], axis=0)
        cut = _capped(ordered, f) if len(ordered) else 0
        means[page] = ordered[cut : len(ordered) - cut].sum(axis=0)
    return means / max(votes.shape[1] - 2 * f, 1)


def along_candidates(votes, heard, f):
    """Sorts the candidates of each agent instead of the agents of each candidate."""
    rows = np.zeros((votes.shape[0], votes.shape[2]))
    for page, there in enumerate(heard):
        if there.any():
            ordered = np.sort(votes[page, there], axis=1)
            cut = _capped(ordered, f)
            rows[page] = ordered[cut : len(ordered) - cut].mean(axis=0)
    return rows


def unsorted(votes, heard, f):
    rows = np.zeros((votes.shape[0], votes.shape[2]))
    for page, there in enumerate(heard):
        if there.any():
            said = votes[page, there]
            cut = _capped(said, f)
            rows[page] = said[cut : len(said) - cut].mean(axis=0)
    return rows


_robust = Exercise(
    id="14.4",
    title="A mean that liars can't move",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L14.4",
    reference=robust_mean,
    cases=robust_cases,
    properties=(
        Property(
            "one figure for each page and candidate",
            lambda result, votes, heard, f: np.shape(result) == (len(votes), votes.shape[2]),
            "The result has a row for each page and a column for each candidate, float[B, C]: the "
            "average runs over the agents, axis 1 of votes.",
        ),
        Property(
            "no NaN",
            lambda result, votes, heard, f: not np.isnan(np.asarray(result, dtype=float)).any(),
            "There is a NaN. Cut at most (m - 1) // 2 at each end of the m that were heard, so "
            "that one or two are left, and return 0 where nobody was.",
        ),
    ),
    mistakes=(
        Mistake(
            "silence_is_a_vote_of_zero",
            silent_as_zero_votes,
            "Whoever was not heard votes 0 in yours, so silence speaks against every video. Leave "
            "them out before you sort.",
        ),
        Mistake(
            "did_not_look_who_was_heard",
            ignored_heard,
            "You use the votes of all agents. Where heard is False there was no answer, whatever "
            "stands in votes.",
        ),
        Mistake(
            "whole_agents_cut",
            whole_agents,
            "You cut whole agents, those with the highest and lowest totals. A liar can hide: high "
            "for one video, low for another. Cut for each candidate by itself.",
        ),
        Mistake(
            "pulled_in_and_not_cut",
            winsorised,
            "You pull extreme votes in to the nearest that stays (a winsorised mean). It is "
            "robust too, and not asked for: leave them out.",
        ),
        Mistake(
            "one_end_only",
            only_the_highest,
            "You cut at one end only. A liar may push down as well as up: f from each end.",
            as_if(only_the_highest, only_the_lowest),
        ),
        Mistake(
            "f_in_all",
            f_in_all,
            "You cut f in all, half at each end. All f liars may sit at one end: f from each.",
        ),
        Mistake(
            "always_the_median",
            always_the_median,
            "You return the median whatever f is. Where 2 f + 1 or more are heard, cut f at each "
            "end, and average all that are left.",
        ),
        Mistake(
            "plain_mean",
            plain_mean,
            "This is the plain mean: nothing has been cut.",
        ),
        Mistake(
            "few_are_averaged_whole",
            mean_of_few,
            "Where fewer than 2 f + 1 are heard you fall back to the plain mean, which one liar "
            "moves. Cut as many as leave one or two: their median.",
        ),
        Mistake(
            "few_are_ignored",
            zero_for_few,
            "Where fewer than 2 f + 1 are heard you return 0. Their median is wanted.",
        ),
        Mistake(
            "one_of_the_two_in_the_middle",
            upper_median,
            "The median of an even number of votes is the mean of the two in the middle; you take "
            "one of them.",
            as_if(upper_median, lower_median),
        ),
        Mistake(
            "minus_zero",
            minus_zero,
            "ordered[cut:-cut] is empty when cut is 0, as -0 is 0 and not the end. Write "
            "ordered[cut : len(ordered) - cut].",
            as_if(
                minus_zero,
                _page_by_page(minus_zero_uncapped),
                _page_by_page(_minus_cut, np.nan),
                _page_by_page(minus_zero_uncapped, np.nan),
            ),
        ),
        Mistake(
            "cut_counted_from_all_agents",
            cut_from_all,
            "You cut at f and at n - f of all n agents. Where some were not heard the highest "
            "votes end at m - f, m being how many were.",
        ),
        Mistake(
            "nobody_left",
            nothing_left,
            "Where fewer than 2 f + 1 are heard nothing is left in yours after the cut. Cut at "
            "most (m - 1) // 2 at each end of m agents.",
            as_if(nothing_left, _page_by_page(lambda said, f, n: _trim(said, f, f), np.nan)),
        ),
        Mistake(
            "nobody_heard_is_nan",
            nobody_is_nan,
            "All is right but for the page on which nobody was heard, which becomes NaN. Return 0 "
            "for all candidates there.",
        ),
        Mistake(
            "divided_by_all_agents",
            over_all_agents,
            "The right votes are added up, and divided by n - 2 f. Divide by how many were kept, "
            "which is fewer where some were not heard.",
        ),
        Mistake(
            "forgot_to_sort",
            unsorted,
            "You cut the first and last agents, by their numbers. Sort the votes of each candidate "
            "first: np.sort(..., axis=0) for votes [m, C].",
        ),
        Mistake(
            "sorted_along_candidates",
            along_candidates,
            "You sort each agent's votes, which mixes up the candidates. Sort over the agents, for "
            "each candidate.",
        ),
    ),
    others=(robust_mean_at_once, robust_mean_by_median),
    hints=(
        "Go page by page. said = votes[page][heard[page]] are the votes of those heard, [m, C].",
        "np.sort(said, axis=0) sorts each candidate's votes. Cut = min(f, (m - 1) // 2) rows at "
        "each end, and take the mean of the rest along axis 0.",
        "When m is 0 leave the row at zero. With m < 2 f + 1 the cut above leaves one or two "
        "votes, whose mean is the median.",
    ),
    praise="As long as f is a minority of those heard, no lie takes this outside the honest votes.",
)

# --- 14.5 ------------------------------------------------------------------------------------


class Believer:
    def __init__(self, agents, rate):
        self.losses, self.rate = np.zeros(agents), rate

    def weights(self):
        weights = np.exp(-self.rate * (self.losses - self.losses.min()))
        return weights / weights.sum()

    def fuse(self, votes):
        return np.einsum("bnc,n->bc", votes, self.weights())

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = said[:, [clicked[page]]]
            worse = (said > chosen).sum(axis=1) + ((said == chosen).sum(axis=1) - 1) / 2
            self.losses += worse / (said.shape[1] - 1)


class BelieverAtOnce:
    """Multiplies weights page by page and normalises each time."""

    def __init__(self, agents, rate):
        self.log, self.rate = np.zeros(agents), rate

    def weights(self):
        weights = np.exp(self.log - self.log.max())
        return weights / sum(weights)

    def fuse(self, votes):
        return (votes * self.weights()[None, :, None]).sum(axis=1)

    def learn(self, votes, shown, clicked):
        rows = np.flatnonzero(np.asarray(clicked) != -1)
        said = np.take_along_axis(votes[rows], shown[rows][:, None, :], axis=2)
        chosen = np.take_along_axis(said, clicked[rows][:, None, None], axis=2)
        halves = 0.5 * (said == chosen) + (said > chosen)
        losses = (halves.sum(axis=2) - 0.5) / (shown.shape[1] - 1)
        self.log = self.log - self.rate * losses.sum(axis=0)


def live(answer, case):
    """Weights before, after each batch, and the last fusion."""
    agents, rate, batches, last = case.inputs
    believer = answer(agents, rate)
    seen = [copy.deepcopy(believer.weights())]
    for votes, shown, clicked in batches:
        believer.learn(votes.copy(), shown.copy(), clicked.copy())
        seen.append(copy.deepcopy(believer.weights()))
    return {
        "weights at first": seen[0],
        "weights after each lesson": seen[1:],
        "fused": believer.fuse(last.copy()),
    }


def _weights(seen):
    """All weights that were seen, float[lessons + 1, n]; None where they are no such thing."""
    try:
        weights = np.array([seen["weights at first"], *seen["weights after each lesson"]], float)
    except (TypeError, ValueError):
        return None
    return weights if weights.ndim == 2 else None


def _sum_to_one(seen, *script):
    weights = _weights(seen)
    return weights is None or np.allclose(weights.sum(axis=1), 1)


def _begin_alike(seen, *script):
    weights = _weights(seen)
    return weights is None or np.allclose(np.ptp(weights[0]), 0)


def believer_cases(rng):
    def batch(pages, agents, candidates, slots, levels=5):
        votes = rng.integers(0, levels, (pages, agents, candidates)) / (levels - 1)
        shown = np.argsort(rng.random((pages, candidates)), axis=1)[:, :slots]
        return votes, shown, rng.integers(-1, slots, pages)

    def some(lessons, pages, agents, rate, candidates=6, slots=3):
        batches = [batch(pages, agents, candidates, slots) for _ in range(lessons)]
        return agents, rate, batches, rng.random((2, agents, candidates))

    votes = np.array([[[0.0, 0.2, 1.0, 0.9], [0.0, 1.0, 0.2, 0.6], [0.5, 0.5, 0.5, 0.5]]])
    hand = (votes, np.array([[2, 1]]), np.array([0]))
    a, b, c = 1.0, np.exp(-1.0), np.exp(-0.5)
    believed = np.array([a, b, c]) / (a + b + c)
    nobody = (votes, np.array([[2, 1]]), np.array([-1]))
    return [
        Case("one page, the slots show candidates 2 and 1, slot 0 is clicked",
             (3, 1.0, [hand], votes),
             {"weights at first": np.full(3, 1 / 3),
              "weights after each lesson": [believed],
              "fused": (votes * believed[None, :, None]).sum(axis=1)}),
        Case("the same page without a click", (3, 1.0, [nobody], votes),
             {"weights at first": np.full(3, 1 / 3),
              "weights after each lesson": [np.full(3, 1 / 3)],
              "fused": votes.mean(axis=1)}),
        Case("two lessons of one page", (3, 1.0, [hand, hand], votes)),
        Case("two lessons of five pages, three slots of six", some(2, 5, 4, 0.5)),
        Case("three lessons of eight pages", some(3, 8, 3, 0.3)),
        Case("a rate of 0: nothing is learned", some(1, 4, 3, 0.0)),
        Case("four slots of eight", some(2, 6, 5, 0.7, 8, 4)),
        Case("more than a thousand pages, so that weights become very small",
             some(1, 1200, 3, 3.0, 4, 2)),
    ]  # fmt: skip


class LossOfAllCandidates(Believer):
    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page]
            chosen = said[:, [shown[page][clicked[page]]]]
            worse = (said > chosen).sum(axis=1) + ((said == chosen).sum(axis=1) - 1) / 2
            self.losses += worse / (said.shape[1] - 1)


class SlotForCandidate(Believer):
    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = votes[page][:, [clicked[page]]]
            worse = (said > chosen).sum(axis=1) + ((said == chosen).sum(axis=1) - 1) / 2
            self.losses += worse / (said.shape[1] - 1)


class SlotsForCandidates(Believer):
    """Takes the first K columns of votes for what was shown."""

    def learn(self, votes, shown, clicked):
        plain = np.tile(np.arange(shown.shape[1]), (len(shown), 1))
        super().learn(votes, plain, clicked)


class NoClickIsTheLastSlot(Believer):
    def learn(self, votes, shown, clicked):
        super().learn(votes, shown, np.where(clicked < 0, shown.shape[1] - 1, clicked))


class TiesAreRight(Believer):
    extra = 0.0

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = said[:, [clicked[page]]]
            equal = (said == chosen).sum(axis=1) - 1
            worse = (said > chosen).sum(axis=1) + self.extra * equal
            self.losses += worse / (said.shape[1] - 1)


class TiesAreWrong(TiesAreRight):
    extra = 1.0


class CountsTheClickedItself(Believer):
    """Adds the same half to everybody's loss, which changes no weight: right as well."""

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = said[:, [clicked[page]]]
            worse = (said > chosen).sum(axis=1) + (said == chosen).sum(axis=1) / 2
            self.losses += worse / (said.shape[1] - 1)


class DividedByAllSlots(Believer):
    def learn(self, votes, shown, clicked):
        before = self.losses.copy()
        super().learn(votes, shown, clicked)
        slots = shown.shape[1]
        self.losses = before + (self.losses - before) * (slots - 1) / slots


class NotDivided(Believer):
    def learn(self, votes, shown, clicked):
        before = self.losses.copy()
        super().learn(votes, shown, clicked)
        self.losses = before + (self.losses - before) * (shown.shape[1] - 1)


class RewardsTheWrong(Believer):
    def weights(self):
        weights = np.exp(self.rate * (self.losses - self.losses.max()))
        return weights / weights.sum()


class NotNormalised(Believer):
    def weights(self):
        return np.exp(-self.rate * self.losses)


class ForgetsTheLastLesson(Believer):
    def learn(self, votes, shown, clicked):
        self.losses = np.zeros_like(self.losses)
        super().learn(votes, shown, clicked)


class MeanOfPages(Believer):
    def learn(self, votes, shown, clicked):
        before = self.losses.copy()
        super().learn(votes, shown, clicked)
        pages = max((clicked >= 0).sum(), 1)
        self.losses = before + (self.losses - before) / pages


class MeanOfAllPages(Believer):
    def learn(self, votes, shown, clicked):
        before = self.losses.copy()
        super().learn(votes, shown, clicked)
        self.losses = before + (self.losses - before) / len(clicked)


class Underflows(Believer):
    def weights(self):
        with np.errstate(all="ignore"):
            weights = np.exp(-self.rate * self.losses)
            return weights / weights.sum()


class PlainMean(Believer):
    def fuse(self, votes):
        return votes.mean(axis=1)


class BestAgentOnly(Believer):
    def fuse(self, votes):
        return votes[:, self.weights().argmax()]


class LossIsTheMissingVote(Believer):
    """Loss 1 - vote for the clicked, whatever was said about the others."""

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            self.losses += 1.0 - votes[page][:, shown[page][clicked[page]]]


class SlotZeroIsNoClick(Believer):
    def learn(self, votes, shown, clicked):
        super().learn(votes, shown, np.where(clicked > 0, clicked, -1))


class OnlyTheLastPage(Believer):
    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            self.losses = np.zeros_like(self.losses)
            super().learn(votes[[page]], shown[[page]], clicked[[page]])


class RateToTheLoss(Believer):
    def weights(self):
        weights = self.rate**self.losses
        return weights / weights.sum()


class OneOverLoss(Believer):
    def weights(self):
        weights = 1.0 / (1.0 + self.rate * self.losses)
        return weights / weights.sum()


class OneOverLossWithoutRate(Believer):
    def weights(self):
        weights = 1.0 / (1.0 + self.losses)
        return weights / weights.sum()


class RightOrWrong(Believer):
    """Loss 1 unless the clicked was the agent's favourite of those shown."""

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            self.losses += said.argmax(axis=1) != clicked[page]


_believer = Exercise(
    id="14.5",
    title="Learn whom to believe",
    minutes=30,
    difficulty=3,
    points=5,
    objective="L14.5",
    reference=Believer,
    observe=live,
    names=("agents", "rate", "lessons", "votes to fuse"),
    cases=believer_cases,
    properties=(
        Property(
            "weights sum to one",
            _sum_to_one,
            "The weights do not sum to one. Divide by their sum; and subtract the smallest loss "
            "before np.exp, or all become 0 after many pages.",
        ),
        Property(
            "everybody begins alike",
            _begin_alike,
            "Before any click all agents have the same weight.",
        ),
    ),
    mistakes=(
        Mistake(
            "judged_by_what_was_not_shown",
            LossOfAllCandidates,
            "You compare the clicked with all candidates. What was not shown could not be clicked: "
            "compare with the other shown ones alone.",
        ),
        Mistake(
            "slot_for_candidate",
            SlotForCandidate,
            "clicked is a slot of the page, not a column of votes. The candidate in that slot is "
            "shown[page, clicked[page]].",
        ),
        Mistake(
            "slots_for_candidates",
            SlotsForCandidates,
            "You take the first columns of votes for the page. Which candidates were on it says "
            "shown: votes[page][:, shown[page]].",
        ),
        Mistake(
            "no_click_is_the_last_slot",
            NoClickIsTheLastSlot,
            "Pages with clicked = -1 teach something in yours: -1 as an index is the last slot. "
            "Leave them out.",
        ),
        Mistake(
            "ties_are_right",
            TiesAreRight,
            "An equal vote costs nothing in yours, so an agent without any opinion is never wrong. "
            "Ties count half.",
        ),
        Mistake(
            "ties_are_wrong",
            TiesAreWrong,
            "An equal vote counts as wrong in yours. Ties count half.",
        ),
        Mistake(
            "divided_by_all_slots",
            DividedByAllSlots,
            "You divide by K. There are K - 1 other slots, so the worst loss is 1.",
        ),
        Mistake(
            "counted_and_not_shared",
            NotDivided,
            "Your loss counts slots. Its share is wanted: divide by the K - 1 other slots.",
        ),
        Mistake(
            "rewards_the_wrong",
            RewardsTheWrong,
            "Who is wrong gains weight in yours: the loss counts slots put above the clicked "
            "one, and the exponent is minus rate times loss.",
        ),
        Mistake(
            "not_normalised",
            NotNormalised,
            "Your weights do not sum to one: divide by their sum.",
        ),
        Mistake(
            "only_the_last_lesson",
            ForgetsTheLastLesson,
            "Each lesson starts from nothing in yours. Losses add up over all lessons.",
        ),
        Mistake(
            "mean_of_pages",
            MeanOfPages,
            "You average the losses of a lesson. Hedge adds them up, page by page, so that more "
            "pages teach more.",
        ),
        Mistake(
            "mean_of_all_pages",
            MeanOfAllPages,
            "You divide the losses of a lesson by its number of pages. Hedge adds them up, so that "
            "more pages teach more, however they are handed over.",
        ),
        Mistake(
            "underflow",
            Underflows,
            "After thousands of pages exp(-rate * loss) is 0 for everybody, and 0 / 0 is NaN. Only "
            "differences matter: subtract the smallest loss first.",
        ),
        Mistake(
            "does_not_use_its_weights",
            PlainMean,
            "The weights are right and fuse does not use them: this is the plain mean.",
        ),
        Mistake(
            "follows_one",
            BestAgentOnly,
            "fuse returns the votes of the most believed agent alone. A weighted mean of all is "
            "wanted.",
        ),
        Mistake(
            "loss_is_the_missing_vote",
            LossIsTheMissingVote,
            "Your loss is 1 minus the vote for the clicked video. An agent that votes 1 for "
            "everything would never be wrong: compare with the other slots.",
        ),
        Mistake(
            "slot_zero_is_no_click",
            SlotZeroIsNoClick,
            "Clicks on slot 0 teach nothing in yours. Slots are numbered from 0; only -1 is no "
            "click.",
        ),
        Mistake(
            "only_the_last_page",
            OnlyTheLastPage,
            "Only the last page with a click is left in your losses: add to them (+=), page by "
            "page.",
        ),
        Mistake(
            "rate_to_the_loss",
            RateToTheLoss,
            "You raise the rate to the power of the loss. Wanted is exp(-rate * loss).",
        ),
        Mistake(
            "one_over_the_loss",
            OneOverLoss,
            "Your weights fall as one over the loss, and not as exp(-rate * loss): a bad agent "
            "keeps far too much of its say.",
        ),
        Mistake(
            "one_over_the_loss_whatever_the_rate",
            OneOverLossWithoutRate,
            "Your weights fall as one over the loss and do not use the rate: exp(-rate * loss) is "
            "wanted.",
        ),
        Mistake(
            "right_or_wrong",
            RightOrWrong,
            "Your loss asks only whether the favourite was clicked. Count the share of other slots "
            "that were put above the clicked one, ties half.",
        ),
    ),
    others=(BelieverAtOnce, CountsTheClickedItself),
    hints=(
        "Keep one sum of losses for each agent. weights() is exp(-rate * losses), divided by its "
        "sum; subtract losses.min() first, which changes nothing but what is too small.",
        "In learn, for each page with clicked >= 0: said = votes[page][:, shown[page]], [n, K], "
        "and chosen = said[:, [clicked[page]]], [n, 1].",
        "worse = (said > chosen).sum(axis=1) + ((said == chosen).sum(axis=1) - 1) / 2, and the "
        "loss is worse / (K - 1). fuse: (votes * weights[None, :, None]).sum(axis=1).",
    ),
    praise="A coordinator that finds out whom to believe, and judges nobody by what was not shown.",
)


EXERCISES = [_duels, _fusion, _kemeny, _robust, _believer]
