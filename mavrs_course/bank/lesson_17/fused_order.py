"""17.3 One order from words and numbers.

15 minutes, difficulty 2, 3 points, L17.3
Nats, counts and cosines now speak with one voice, each as loud as the others.
"""

import numpy as np

from mavrs_course.course import Case, Property


def fused_order(after, before, evidence):
    total = np.zeros(len(after))
    for scores in [after - before, *evidence]:
        spread = np.std(scores)
        if np.isfinite(spread) and spread > 0:
            total += (scores - np.mean(scores)) / spread
    return np.argsort(-total, kind="stable")


def fused_order_at_once(after, before, evidence):
    rows = np.vstack([(after - before)[None], np.reshape(evidence, (-1, len(after)))])
    fine = np.isfinite(rows).all(axis=1)
    rows = np.where(fine[:, None], rows, 0.0)
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = rows.std(axis=1, keepdims=True)
    total = (centred / np.where(spread > 0, spread, 1.0)).sum(axis=0)
    return sorted(range(len(after)), key=lambda place: -total[place])


OTHERS = (fused_order_at_once,)


def cases(rng):
    def some(candidates, rows):
        scale = 10.0 ** rng.integers(-2, 4, rows)[:, None]
        after, before = -30 * rng.random(candidates), -30 * rng.random(candidates)
        return after, before, scale * rng.random((rows, candidates))

    none = np.zeros((0, 3))
    lengths = (np.array([-40.0, -9.0, -21.0]), np.array([-50.0, -10.0, -20.0]))
    return [
        Case("a long title that the history makes likelier", (*lengths, none), [0, 1, 2]),
        Case("no evidence beside it", (np.array([-5.0, -9, -7]), np.full(3, -8.0), none),
             [0, 2, 1]),
        Case("one in nats, one in viewers",
             (np.array([-8.0, -4, -6]), np.full(3, -6.0), np.array([[900.0, 100.0, 890.0]])),
             [2, 1, 0]),
        Case("evidence that says the same of all",
             (np.array([-5.0, -7, -6]), np.full(3, -8.0), np.full((1, 3), 4.0)), [0, 2, 1]),
        Case("evidence that is not finite",
             (np.array([-5.0, -7, -6]), np.full(3, -8.0), np.array([[1.0, np.nan, 9.0]])),
             [0, 2, 1]),
        Case("the logarithm of 0",
             (np.array([-5.0, -7, -6]), np.full(3, -8.0), np.array([[1.0, -np.inf, 9.0]])),
             [0, 2, 1]),
        Case("one kind is not finite, and the other speaks", (np.full(3, -2.0), np.full(3, -2.0),
             np.array([[np.nan, 5.0, 1.0], [1.0, 2.0, 9.0]])), [2, 1, 0]),
        Case("forty candidates, many of them equal",
             (rng.integers(-5, -1, 40).astype(float), np.full(40, -6.0), np.zeros((0, 40)))),
        Case("a tie: the earlier one first", (np.full(4, -3.0), np.full(4, -5.0),
             np.array([[1.0, 2, 2, 1]])), [1, 2, 0, 3]),
        Case("nothing says anything", (np.full(3, -2.0), np.full(3, -2.0), none), [0, 1, 2]),
        Case("eight candidates, two more kinds", some(8, 2)),
        Case("eight candidates, three more kinds", some(8, 3)),
        Case("six candidates, one more kind", some(6, 1)),
        Case("one candidate", some(1, 2)),
    ]  # fmt: skip


PROPERTIES = (
    Property("every place once",
             lambda result, after, *_: sorted(np.asarray(result).tolist()) ==
                 list(range(len(after))),
             "An order of the candidates is wanted: each of 0 to n - 1 once, the best first."),
)  # fmt: skip

HINTS = """
    The first kind of evidence is after - before: how much likelier a title has become.

    For each kind: subtract its mean and divide by its standard deviation. Skip a kind whose
    np.std is 0 or not finite.

    Add the kinds up. The order is the largest total first, and the earlier of equals: a stable
    argsort of minus the total.
"""
MISTAKES = """
    forgot_the_prior: after - before => after
      You use the likelihood after the history alone. Short and common titles are likely whatever
      somebody watched: subtract before.
    prior_alone: after - before => before
      You use before alone, which knows nothing of the viewer.
    the_other_way_round: after - before => before - after
      You subtract the wrong way round: what the history makes likelier has after > before.
    ratio_of_logarithms: after - before => after / before
      You divide logarithms. The ratio of two probabilities is the difference of their logarithms:
      after - before.
    added_as_they_are: (scores - np.mean(scores)) / spread => scores
      You add nats to counts of viewers, so whatever has the largest numbers decides alone. Bring
      each kind to mean 0 and spread 1 first.
    only_the_rest_is_standard:
      | np.zeros(len(after)) => after - before;
      | [after - before, *evidence] => evidence
      The other kinds are brought to spread 1 and the likelihoods are not, so that nats outweigh
      them. Treat all kinds alike.
    stretched_to_one: np.mean(scores)) / spread => np.min(scores)) / np.ptp(scores)
      You stretch each kind to 0 and 1. Wanted is mean 0 and standard deviation 1.
    by_places:
      | (scores - np.mean(scores)) / spread =>
      |     np.array([np.mean((scores < s) + (scores == s) / 2) for s in scores])
      You add up places. That is Borda; here the distances count: mean 0, spread 1.
    worst_first: argsort(-total => argsort(total
      Your worst comes first: argsort sorts upwards. Sort the negated total.
    ties_turned_round: np.argsort(-total, kind="stable") => np.argsort(total, kind="stable")[::-1]
      Turning the sorted order round turns equals round too. Of two equals the earlier one comes
      first: np.argsort(-total, kind='stable').
    totals: np.argsort(-total, kind="stable") => total
      You return the totals. Wanted is the order: which candidate is first, which second.
    places_of_candidates:
      | np.argsort(-total, kind="stable") => np.argsort(np.argsort(-total, kind="stable"))
      You return the place of each candidate. Wanted is the other way round: the candidate at each
      place.
    divides_by_zero: if np.isfinite(spread) and spread > 0: => if True:
      What says the same of all has spread 0, and 0 / 0 is NaN, which spoils everything. So does
      evidence that is not finite. Leave such kinds out.
    one_bad_kind_spoils_all: np.isfinite(spread) and spread > 0 => spread != 0
      One kind that is not finite spoils the others: it makes every total NaN, or you give up on all
      of them. Leave out that kind alone, and order by the rest.
    bad_places_only:
      | np.std(scores) => np.nanstd(scores);
      | (scores - np.mean(scores)) / spread => np.nan_to_num((scores - np.nanmean(scores)) / spread)
      or [after - before, *evidence] => np.nan_to_num(np.array([after - before, *evidence]))
      Only the places that are not finite are left out, or count as some number. A kind that holds
      one says nothing: leave it out whole.
    only_nan_is_looked_for:
      | np.isfinite(spread) and spread > 0 => not np.isnan(scores).any() and spread != 0
      You look for NaN alone. The logarithm of 0 is minus infinity, which is not finite either:
      np.isfinite.
    equals_in_any_order: , kind="stable" =>
      Of equals the earlier candidate comes first. np.argsort promises that with kind="stable" only,
      and short lists are in order by luck.
    across_kinds:
      | for scores in [after - before, *evidence]: =>
      | rows = np.array([after - before, *evidence])
      | over = np.where(rows.std(axis=0) > 0, rows.std(axis=0), 1.0)
      | total = np.nan_to_num(((rows - rows.mean(axis=0)) / over).sum(axis=0))
      | for scores in []:
      You standardise over the kinds of evidence, candidate by candidate. It goes the other way:
      each kind over its candidates.
    probabilities_apart: after - before => np.exp(after) - np.exp(before)
      You subtract probabilities. A long title has hardly any, before and after: subtract the
      logarithms, which says how many times likelier it became.
    words_alone: [after - before, *evidence] => [after - before]
      The evidence is not used. Add each row of it, brought to mean 0 and spread 1.
    numbers_alone: [after - before, *evidence] => evidence
      The likelihoods are not used: after - before is one kind of evidence among others.
"""

EQUAL = r"""
    np.zeros(len(after)) => np.ones(len(after)) | total = np.zeros(len(after))
    scores - np.mean(scores) => scores + np.mean(scores) | total += (scores - np.mean(scores)) / spread
    scores - np.mean(scores) => scores | total += (scores - np.mean(scores)) / spread
    np.mean(scores) => np.sum(scores) | total += (scores - np.mean(scores)) / spread
      One number added to all changes no order.
    np.isfinite(spread) and spread > 0 => spread > 0 | if np.isfinite(spread) and spread > 0
      What is not finite has the spread NaN, which is not above 0.
"""  # noqa: E501
