"""14.2 Fuse lists that lack something.

15 minutes, difficulty 2, 3 points, L14.2
Lists of any length, with gaps and ties, now make one ranking.
"""

import numpy as np
from scipy.stats import rankdata

from mavrs_course.course import Case, Property


def fuse(scores, listed, k):
    fused = np.zeros(scores.shape[1])
    for said, there in zip(scores, listed, strict=True):
        fused[there] += 1 / (k + rankdata(-said[there]))
    return fused


def fuse_at_once(scores, listed, k):
    said = np.where(listed, scores, -np.inf)
    better = ((said[:, None, :] > said[:, :, None]) & listed[:, None, :]).sum(axis=2)
    equal = ((said[:, None, :] == said[:, :, None]) & listed[:, None, :]).sum(axis=2)
    return (listed / (k + better + (equal + 1) / 2)).sum(axis=0)


OTHERS = (fuse_at_once,)


def cases(rng):
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


PROPERTIES = (
    Property("who is on no list gets nothing",
             lambda result, scores, listed, k: np.allclose(np.asarray(result)[~listed.any(axis=0)],
                 0),
             "A candidate that nobody listed has points. Points come from lists alone."),
)  # fmt: skip

HINTS = """
    Go agent by agent. Take only the scores with listed true, find their places, add 1 / (k +
    place) to those candidates.

    scipy.stats.rankdata(-values) gives places from 1, with equals at their mean.

    there = listed[agent]; fused[there] += 1 / (k + rankdata(-scores[agent][there])).
"""
MISTAKES = """
    missing_means_last:
      | fused[there] += 1 / (k + rankdata(-said[there])) =>
      |     fused += 1 / (k + rankdata(-np.where(there, said, -np.inf)))
      or
      | fused[there] += 1 / (k + rankdata(-said[there])) =>
      |     fused += 1 / (k + rankdata(-np.where(there, said, 0.0)))
      Who is missing from a list stands last on it in yours, and gets points for that. An agent
      that does not know a candidate gives it nothing.
    did_not_look_who_is_listed: fused[there] += => fused +=; -said[there] => -said
      You rank all scores, also those that listed says are not there. Such a score means nothing.
    places_among_the_missing: rankdata(-said[there]) => rankdata(-said)[there]
      Only the listed get points, which is right, but you count their places among all scores.
      Places are counted within the list.
    order_breaks_ties: -said[there] => -said[there], method="ordinal"
      Of two equal scores the earlier gets the better place in yours, so the numbering of
      candidates decides. Equals share the mean of the places that they take up.
    equals_share_the_better_place: -said[there] => -said[there], method="min"
      or -said[there] => -said[there], method="max"
      Equals all get the best of their places in yours. They share the mean: two at places 1 and 2
      stand at 1.5 each.
    no_gap_after_equals: -said[there] => -said[there], method="dense"
      After two equals the next stands one place behind in yours. They took two places, so the
      next one is third: count candidates, and not different scores.
    places_from_zero: k + rankdata => k - 1 + rankdata
      Your best place is 0. Places start at 1, so the first gets 1 / (k + 1).
    the_worst_is_first: -said[there] => said[there]
      Your places start at the smallest score. Larger is better: rank by -scores.
    always_sixty: k + => 60 +
      or k + =>
      You use 60 whatever k is. Use the argument.
    mean_for_sum: return fused => return fused / np.maximum(listed.sum(axis=0), 1)
      or return fused => return fused / len(scores)
      You average over the lists. RRF adds up, so that who is on more lists gets more.
    only_the_last_list:
      | fused[there] += =>
      | fused = np.zeros(scores.shape[1])
      | fused[there] =
      Only the last agent's list is left in the result: add to what is there (+=), and begin with
      zeros once, before the loop.
    ranking_for_points: return fused => return np.argsort(-fused, kind="stable")
      or return fused => return 1 + np.argsort(np.argsort(-fused, kind="stable"))
      You return the candidates in their fused order. The points of each candidate are wanted, in
      the order of their numbers.
    argsort_is_no_rank: rankdata(-said[there]) => 1 + np.argsort(-said[there], kind="stable")
      or rankdata(-said[there]) => 1 + np.argsort(-said[there])
      argsort says which candidate stands at each place, not which place each candidate has. Sort
      twice, or use scipy.stats.rankdata, which also shares places.
    places_themselves: 1 / (k + rankdata(-said[there])) => k + rankdata(-said[there])
      or 1 / (k + rankdata(-said[there])) => 1 / k + 1 / rankdata(-said[there])
      You add k + place itself, so that a bad place gives more. Each list gives 1 over it.
"""


def detect_order_breaks_ties(trials):
    """Right without ties, and of two equals one gets the better place, whichever."""
    tied = [t for t in trials if len(t.inputs[0]) == 1 and np.ptp(t.inputs[0][0, :2]) == 0]
    free = [t for t in trials if t.case.label == "full lists without ties"]
    return (
        bool(tied and free)
        and all(trial.passed for trial in free)
        and all(np.allclose(np.sort(t.returned), [1 / 3, 1 / 2, 1]) for t in tied)
    )
