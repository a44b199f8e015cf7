"""17.2 Two ways to count what cannot be used.

15 minutes, difficulty 2, 3 points, L17.2
Two figures, and the distance between them is what invalid answers cost.
"""

import numpy as np

from mavrs_course.course import Case, Property


def score(answers, positives, k):
    hits, gains, valid = [], [], []
    for answer, positive in zip(answers, positives, strict=True):
        rank = np.inf if answer is None else answer.index(positive) + 1
        hits.append(float(rank <= k))
        gains.append(1 / np.log2(rank + 1) if rank <= k else 0.0)
        valid.append(answer is not None)
    hits, gains, valid = np.array(hits), np.array(gains), np.array(valid)
    if not valid.any():
        return hits.mean(), gains.mean(), np.nan, np.nan
    return hits.mean(), gains.mean(), hits[valid].mean(), gains[valid].mean()


def score_by_sums(answers, positives, k):
    hit = gain = valid = 0.0
    for answer, positive in zip(answers, positives, strict=True):
        if answer is None:
            continue
        valid += 1
        if positive in answer[:k]:
            hit += 1
            gain += 1 / np.log2(answer.index(positive) + 2)
    said = valid if valid else np.nan
    return hit / len(answers), gain / len(answers), hit / said, gain / said


OTHERS = (score_by_sums,)


def cases(rng):
    def some(count, missing):
        answers = [[int(v) for v in rng.permutation(8)] for _ in range(count)]
        dropped = rng.random(count) < missing
        answers = [None if gone else answer for answer, gone in zip(answers, dropped, strict=True)]
        return answers, [int(v) for v in rng.integers(0, 8, count)]

    second = 1 / np.log2(3)
    return [
        Case("right, nothing usable, second", ([[4, 5, 6], None, [5, 4, 6]], [4, 4, 4], 2),
             [2 / 3, (1 + second) / 3, 1.0, (1 + second) / 2]),
        Case("nothing usable at all", ([None, None], [1, 2], 3), [0.0, 0.0, np.nan, np.nan]),
        Case("all usable", ([[1, 2], [2, 1]], [1, 1], 1), [0.5, 0.5, 0.5, 0.5]),
        Case("the right one stands at place k", ([[9, 8, 7, 6]], [7], 3), [1, 0.5, 1, 0.5]),
        Case("the right one stands behind place k", ([[9, 8, 7, 6]], [6], 3), [0, 0, 0, 0]),
        Case("one answer in a hundred, and it is right",
             ([[3, 4]] + [None] * 99, [3] * 100, 1), [0.01, 0.01, 1.0, 1.0]),
        Case("twenty answers, none invalid", (*some(20, 0.0), 3)),
        Case("forty answers, a third invalid", (*some(40, 0.33), 5)),
        Case("forty answers, most invalid", (*some(40, 0.8), 1)),
    ]  # fmt: skip


PROPERTIES = (
    Property("four numbers",
             lambda result, answers, positives, k: len(result) == 4,
             "Four numbers are wanted: true_HR, true_NDCG, valid_HR, valid_NDCG."),
)  # fmt: skip

HINTS = """
    Per case one rank: the place of the right video counted from 1, or infinity for None.

    A hit is rank <= k, its gain 1 / log2(rank + 1) there and 0 elsewhere. An invalid answer has
    neither.

    true_: the mean over all cases. valid_: over those with an answer, hits[valid].mean(), and
    np.nan where there is none.
"""
MISTAKES = """
    leaves_out_the_invalid:
      | return hits.mean(), gains.mean(), hits[valid].mean(), gains[valid].mean() =>
      |     return (hits[valid].mean(), gains[valid].mean()) * 2;
      | hits.mean(), gains.mean(), np.nan, np.nan => (np.nan,) * 4
      Your true_ figures leave invalid answers out too. There they count, as 0: a system that
      cannot answer has not helped anybody.
    always_over_all:
      | hits[valid].mean(), gains[valid].mean() => hits.mean(), gains.mean();
      | np.nan, np.nan => hits.mean(), gains.mean()
      Your valid_ figures divide by all cases. They are over the valid answers only.
    swapped:
      | return hits.mean(), gains.mean(), hits[valid].mean(), gains[valid].mean() =>
      |     return hits[valid].mean(), gains[valid].mean(), hits.mean(), gains.mean();
      | hits.mean(), gains.mean(), np.nan, np.nan => np.nan, np.nan, hits.mean(), gains.mean()
      The true_ figures come first and the valid_ figures after them.
    hit_rates_first:
      | gains.mean(), hits[valid].mean() => hits[valid].mean(), gains.mean();
      | gains.mean(), np.nan => np.nan, gains.mean()
      The order is true_HR, true_NDCG, valid_HR, valid_NDCG.
    zero_for_unknown: np.nan, np.nan => 0.0, 0.0
      Without a valid answer the valid_ figures are not 0: nothing is known of them. Return NaN
      there.
    summed:
      | if not valid.any(): =>
      | return (hits.sum(), gains.sum()) * 2
      | if not valid.any():
      You add up and do not divide. Each figure is a mean over cases.
    places_from_zero: answer.index(positive) + 1 => answer.index(positive)
      list.index counts from 0. The best place is rank 1.
    strictly_before_k: float(rank <= k) => float(rank < k); if rank <= k else => if rank < k else
      Place k belongs to the first k: rank <= k.
    never_cut: float(rank <= k) => float(rank < np.inf); if rank <= k else => if rank < np.inf else
      You do not use k: behind place k a hit is none, and its gain is 0.
    gain_not_cut: if rank <= k else => if rank < np.inf else
      Your hits are cut at k and your gains are not. Behind place k the gain is 0.
    natural_logarithm: np.log2 => np.log
      The gain is 1 / log2(rank + 1), with the logarithm to base 2, so that rank 1 gives 1.
    logarithm_of_the_rank: np.log2(rank + 1) => max(np.log2(rank), 1)
      The gain is 1 / log2(rank + 1). Without the 1 inside, ranks 1 and 2 get the same.
    one_over_rank: np.log2(rank + 1) => rank
      1 / rank is the reciprocal rank. NDCG gives 1 / log2(rank + 1).
    hits_for_gains: 1 / np.log2(rank + 1) => 1.0
      Your NDCG is the hit rate over again. A hit at rank r gains 1 / log2(r + 1).
    stops_at_an_invalid_answer:
      | np.inf if answer is None else answer.index(positive) + 1 => list(answer).index(positive) + 1
      An invalid answer is None, which has no places. Look for None first.
"""

EQUAL = r"""
    if not valid.any(): return (hits.mean(), gains.mean(), np.nan, np.nan) => if False: return (hits.mean(), gains.mean(), np.nan, np.nan)
    hits.mean() => hits.sum() | return (hits.mean(), gains.mean(), np.nan, np.nan)
    gains.mean() => gains.sum() | return (hits.mean(), gains.mean(), np.nan, np.nan)
      Nothing is valid: the means over all are 0, and those of nothing NaN.
"""  # noqa: E501
