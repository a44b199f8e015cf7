"""05.4 One among eight.

10 minutes, difficulty 1, 2 points, L05.4
You can read the tables of papers, and know what chance would score in them.
"""

import numpy as np

from mavrs_course.course import Case, Property


def one_of_eight(scores, k):
    ranks = 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)
    hits = ranks <= k
    return np.array([hits.mean(), (hits / np.log2(ranks + 1)).mean()])


def one_of_eight_by_sorting(scores, k):
    hits, gains = [], []
    for row in scores:
        # Of equal scores the positive comes last.
        order = sorted(range(len(row)), key=lambda column: (-row[column], column == 0))
        rank = order.index(0) + 1
        hits.append(rank <= k)
        gains.append(1 / np.log2(rank + 1) if rank <= k else 0)
    return float(np.mean(hits)), float(np.mean(gains))


OTHERS = (one_of_eight_by_sorting,)


def cases(rng):
    every_rank = np.array([[6.5 - rank, *range(7)] for rank in range(8)], dtype=float)

    def some(rows, ties=False):
        scores = rng.random((rows, 8))
        return np.round(scores * 4) if ties else scores

    return [
        Case("every rank once, k = 3: what chance gives", (every_rank, 3),
             np.array([0.375, (1 + 1 / np.log2(3) + 0.5) / 8])),
        Case("every rank once, k = 1", (every_rank, 1), np.array([0.125, 0.125])),
        Case("a model that gives everything the same score", (np.zeros((4, 8)), 5),
             np.array([0.0, 0.0])),
        Case("one viewer, the positive second", (np.array([[2.0, 3, 1, 0, 0, 0, 0, 0]]), 5),
             np.array([1.0, 1 / np.log2(3)])),
        Case("forty rows, k = 5", (some(40), 5)),
        Case("forty rows, k = 1", (some(40), 1)),
        Case("forty rows with many ties, k = 3", (some(40, ties=True), 3)),
    ]  # fmt: skip


PARTS = ("hit rate", "NDCG")
PROPERTIES = (
    Property("there are two numbers, the hit rate first",
             lambda result, scores, k: np.shape(result) == (2,),
             "Return two numbers, the means over all rows: hit rate and NDCG."),
)  # fmt: skip

HINTS = """
    The rank of column 0 is 1 plus the number of other columns that score at least as high.

    hits = ranks <= k gives a bool for each row, and its mean is HR@k.

    NDCG@k is the mean of hits / np.log2(ranks + 1): one positive, so the best gain is 1.
"""
MISTAKES = """
    gained_by_ties: >= => >
      A tie counts for the model. One that gives everything the same score would look perfect:
      count the negatives that score at least as high.
    small_scores_first: >= => <=
      The ranks are upside down: larger scores are better.
    rank_starts_at_zero_in_the_cut: ranks <= k => ranks <= k + 1
      One rank too many counts as a hit: ranks start at 1, so the first k are rank <= k.
    one_rank_too_few: ranks <= k => ranks < k
      The last of the k ranks is left out: rank k is still a hit.
    discount_one_off: ranks + 1 => ranks + 2
      Rank 1 gains 1 / log2(2) = 1. With ranks from 1, the discount is log2(rank + 1).
    natural_logarithm: np.log2 => np.log
      The discount is in natural logarithms. With one relevant video nothing cancels them: use log2.
    gains_beyond_k: hits / np.log2 => 1 / np.log2
      NDCG@k counts a gain beyond rank k. There it is 0.
    index_of_the_best:
      | (scores[:, 1:] >= scores[:, :1]).sum(axis=1) =>
      |     np.argsort(-scores, axis=1, kind="stable")[:, 0]
      argsort gives who is first, not which rank the positive has. Count those above it.
    reciprocal_rank: np.log2(ranks + 1) => ranks
      That is the reciprocal rank, 1 / rank. NDCG falls more gently: 1 / log2(rank + 1).
    mean_over_the_hits: + 1)).mean() => + 1)).sum() / max(hits.sum(), 1)
      You average over the hits alone. A viewer whose rank is beyond k counts too, with a gain of 0.
    precision_for_hit_rate: hits.mean() => hits.mean() / k
      Divided by k it is precision. The hit rate asks only whether the positive is there.
    ideal_of_k_positives: + 1)).mean() => + 1)).mean() / (1 / np.log2(np.arange(k) + 2)).sum()
      The best page has one positive, at rank 1, which gains 1: there is nothing else to divide by.
"""
