"""Exercises of lesson 17, MACRec."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property

# --- 17.1 ------------------------------------------------------------------------------------


def read_ranking(answer, candidates):
    if not isinstance(answer, list) or len(answer) != len(candidates):
        return None
    if any(type(video) is not int for video in answer):
        return None
    return answer if sorted(answer) == sorted(candidates) else None


def read_ranking_one_by_one(answer, candidates):
    left, read = list(candidates), []
    for video in answer if isinstance(answer, list) else []:
        if isinstance(video, bool) or not isinstance(video, int) or video not in left:
            return None
        left.remove(video)
        read.append(video)
    return read if read and not left else None


def read_ranking_by_counting(answer, candidates):
    try:
        whole = all(isinstance(v, int) and not isinstance(v, bool) for v in answer)
        fine = isinstance(answer, list) and whole and Counter(answer) == Counter(candidates)
    except TypeError:
        return None
    return list(answer) if fine else None


def ranking_cases(rng):
    eight = [int(video) for video in rng.choice(1000, 8, replace=False) + 2]
    shuffled = [int(video) for video in rng.permutation(eight)]
    return [
        Case("a ranking of all four", ([7, 5, 8, 6], [5, 6, 7, 8]), [7, 5, 8, 6]),
        Case("in the order of the candidates", ([5, 6, 7, 8], [5, 6, 7, 8]), [5, 6, 7, 8]),
        Case("one candidate four times", ([7, 7, 7, 7], [5, 6, 7, 8])),
        Case("one candidate twice, one missing", ([7, 5, 8, 7], [5, 6, 7, 8])),
        Case("all of them, and one twice", ([7, 5, 8, 6, 7], [5, 6, 7, 8])),
        Case("an invented candidate", ([7, 5, 8, 99], [5, 6, 7, 8])),
        Case("one is missing", ([7, 5, 8], [5, 6, 7, 8])),
        Case("nothing", ([], [5, 6, 7, 8])),
        Case("numbers written as text", (["7", "5", "8", "6"], [5, 6, 7, 8])),
        Case("True in the place of 1", ([2, True, 3, 4], [1, 2, 3, 4])),
        Case("a list within the list", ([[7], 5, 8, 6], [5, 6, 7, 8])),
        Case("a gap", ([7, None, 8, 6], [5, 6, 7, 8])),
        Case("no list at all", (None, [5, 6, 7, 8])),
        Case("a text", ("7586", [5, 6, 7, 8])),
        Case("a dictionary", ({"ranking": [7, 5, 8, 6]}, [5, 6, 7, 8])),
        Case("eight candidates, shuffled", (shuffled, eight), shuffled),
        Case("eight candidates, the first twice", ([*shuffled[:7], shuffled[0]], eight)),
    ]


def _known(answer, candidates):
    return isinstance(answer, list) and all(type(v) is int and v in candidates for v in answer)


def only_the_length(answer, candidates):
    return answer if isinstance(answer, list) and len(answer) == len(candidates) else None


def repeats_are_fine(answer, candidates):
    return answer if _known(answer, candidates) and len(answer) == len(candidates) else None


def as_sets(answer, candidates):
    return answer if _known(answer, candidates) and set(answer) == set(candidates) else None


def part_of_it(answer, candidates):
    fine = _known(answer, candidates) and len(set(answer)) == len(answer)
    return answer if fine else None


def part_but_not_nothing(answer, candidates):
    return part_of_it(answer, candidates) or None


def sorted_without_looking(answer, candidates):
    return answer if sorted(answer) == sorted(candidates) else None


def sets_without_looking(answer, candidates):
    fine = len(answer) == len(candidates) and set(answer) == set(candidates)
    return answer if fine else None


def true_is_one(answer, candidates):
    fine = isinstance(answer, list) and all(isinstance(video, int) for video in answer)
    return answer if fine and sorted(answer) == sorted(candidates) else None


def text_is_a_number(answer, candidates):
    try:
        answer = [v if isinstance(v, bool) else int(v) for v in answer]
    except (TypeError, ValueError):
        return None
    return read_ranking(answer, candidates)


def mended(answer, candidates):
    if not isinstance(answer, list):
        return None
    kept = [v for v in answer if type(v) is int and v in candidates]
    kept = list(dict.fromkeys(kept))
    return kept + [v for v in candidates if v not in kept]


def yes_or_no(answer, candidates):
    return read_ranking(answer, candidates) is not None


def same_order_only(answer, candidates):
    return answer if answer == candidates else None


def empty_for_invalid(answer, candidates):
    return read_ranking(answer, candidates) or []


def invented_are_fine(answer, candidates):
    if isinstance(answer, list) and len(answer) == len(set(map(str, answer))) == len(candidates):
        return answer
    return None


def leaves_out_the_unknown(answer, candidates):
    known = answer if isinstance(answer, list | dict | str) else []
    return [video for video in known if video in candidates]


_ranking = Exercise(
    id="17.1",
    title="A check that cannot leak",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L17.1",
    reference=read_ranking,
    cases=ranking_cases,
    mistakes=(
        Mistake(
            "only_the_length",
            only_the_length,
            "You look at the length alone. Seven times the same candidate has the right length.",
        ),
        Mistake(
            "repeats_are_fine",
            repeats_are_fine,
            "Every id is known and the length is right, and still a candidate may stand there "
            "twice while another is missing. Each has to be there exactly once.",
        ),
        Mistake(
            "invented_are_fine",
            invented_are_fine,
            "You ask for the right length without repeats, and anything may stand there: an "
            "invented film, a text, None. Each entry has to be a candidate.",
        ),
        Mistake(
            "leaves_out_the_unknown",
            leaves_out_the_unknown,
            "You leave out what is no candidate and return the rest. What is wrong is refused "
            "whole, with None, and not mended.",
        ),
        Mistake(
            "sets_forget_how_often",
            as_sets,
            "A set forgets how often something was said: all four and one of them twice is no "
            "ranking of four.",
        ),
        Mistake(
            "a_part_is_enough",
            part_of_it,
            "You take a ranking of some candidates for valid. All of them have to be there.",
        ),
        Mistake(
            "a_part_is_enough_if_not_empty",
            part_but_not_nothing,
            "Apart from nothing at all, you take a ranking of some candidates for valid. All of "
            "them have to be there.",
        ),
        Mistake(
            "sorted_without_looking",
            sorted_without_looking,
            "A model writes anything: sorted() stops on None, on a number beside a text and on "
            "what is no list. Look at the kinds first.",
        ),
        Mistake(
            "sets_without_looking",
            sets_without_looking,
            "A model writes anything: len() and set() stop on None and on a list within the list. "
            "Look at the kinds first.",
        ),
        Mistake(
            "true_is_one",
            true_is_one,
            "In Python True is an int, and equal to 1. Ask for type(video) is int.",
        ),
        Mistake(
            "text_is_a_number",
            text_is_a_number,
            "You turn text into numbers. That is a kind thought, but asked for are whole numbers: "
            "what is mended on the way is no longer counted as wrong.",
        ),
        Mistake(
            "mended_in_silence",
            mended,
            "You leave out what is wrong and add what is missing. Then an invalid answer looks "
            "like a valid one, and valid_ figures mean nothing. Return None.",
        ),
        Mistake(
            "yes_or_no",
            yes_or_no,
            "You return True or False. Wanted is the ranking itself, or None.",
        ),
        Mistake(
            "in_their_order_only",
            same_order_only,
            "You only accept the order of the candidates. Any order of them is a ranking.",
        ),
        Mistake(
            "an_empty_list",
            empty_for_invalid,
            "You return an empty list for an invalid answer. Wanted is None, which nobody can "
            "mistake for a ranking.",
        ),
    ),
    others=(read_ranking_one_by_one, read_ranking_by_counting),
    hints=(
        "Four questions: is it a list, is each entry a whole number, are there as many as there "
        "are candidates, and is each candidate among them?",
        "type(video) is int leaves out texts, None, lists, and also True. Only then is it safe to "
        "sort or to make a set.",
        "Once all entries are whole numbers, sorted(answer) == sorted(candidates) says the rest.",
    ),
    praise="This check has never seen the right answer, so it cannot give it away.",
)

# --- 17.2 ------------------------------------------------------------------------------------


def score(answers, positives, k):
    hits, gains, valid = [], [], []
    for answer, positive in zip(answers, positives, strict=True):
        rank = np.inf if answer is None else answer.index(positive) + 1
        hits.append(rank <= k)
        gains.append(1 / np.log2(rank + 1) if rank <= k else 0.0)
        valid.append(answer is not None)
    return _shares(np.array(hits, float), np.array(gains), np.array(valid))


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


def score_cases(rng):
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


def _scored(rank_of=None, gain=None, within=None, shares=None):
    """A scorer with one part of it wrong."""

    def answer(answers, positives, k):
        pairs = list(zip(answers, positives, strict=True))
        find = rank_of or (lambda answer, positive: answer.index(positive) + 1)
        ranks = np.array([np.inf if a is None else find(a, p) for a, p in pairs])
        valid = np.array([a is not None for a in answers])
        inside = (within or (lambda ranks, k: ranks <= k))(ranks, k) & valid
        with np.errstate(all="ignore"):
            worth = np.where(inside, (gain or (lambda r: 1 / np.log2(r + 1)))(ranks), 0.0)
        return (shares or _shares)(inside.astype(float), worth, valid)

    return answer


def _shares(hits, gains, valid):
    some = valid.any()
    return [
        hits.mean(),
        gains.mean(),
        hits[valid].mean() if some else np.nan,
        gains[valid].mean() if some else np.nan,
    ]


only_valid_ones = _scored(shares=lambda h, g, v: _shares(h, g, v)[2:] * 2)
always_over_all = _scored(shares=lambda h, g, v: [h.mean(), g.mean()] * 2)
swapped = _scored(shares=lambda h, g, v: _shares(h, g, v)[2:] + _shares(h, g, v)[:2])
hits_together = _scored(shares=lambda h, g, v: [_shares(h, g, v)[i] for i in (0, 2, 1, 3)])
zero_for_unknown = _scored(shares=lambda h, g, v: np.nan_to_num(_shares(h, g, v)).tolist())
summed = _scored(shares=lambda h, g, v: [h.sum(), g.sum(), h.sum(), g.sum()])
from_zero = _scored(rank_of=lambda answer, positive: answer.index(positive))
strictly_before = _scored(within=lambda ranks, k: ranks < k)
never_cut = _scored(within=lambda ranks, k: np.isfinite(ranks))
natural_log = _scored(gain=lambda r: 1 / np.log(r + 1))
log_of_the_rank = _scored(gain=lambda r: 1 / np.maximum(np.log2(r), 1))
one_over_rank = _scored(gain=lambda r: 1 / r)


hit_for_gain = _scored(gain=lambda r: np.ones(len(r)))


def stops_at_none(answers, positives, k):
    return score([list(answer) for answer in answers], positives, k)


def gain_not_cut(answers, positives, k):
    cut, whole = score(answers, positives, k), never_cut(answers, positives, k)
    return [cut[0], whole[1], cut[2], whole[3]]


_score = Exercise(
    id="17.2",
    title="Two ways to count what cannot be used",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L17.2",
    reference=score,
    cases=score_cases,
    properties=(
        Property(
            "four numbers",
            lambda result, answers, positives, k: len(result) == 4,
            "Four numbers are wanted: true_HR, true_NDCG, valid_HR, valid_NDCG.",
        ),
    ),
    mistakes=(
        Mistake(
            "leaves_out_the_invalid",
            only_valid_ones,
            "Your true_ figures leave invalid answers out too. There they count, as 0: a system "
            "that cannot answer has not helped anybody.",
        ),
        Mistake(
            "always_over_all",
            always_over_all,
            "Your valid_ figures divide by all cases. They are over the valid answers only.",
        ),
        Mistake(
            "swapped",
            swapped,
            "The true_ figures come first and the valid_ figures after them.",
        ),
        Mistake(
            "hit_rates_first",
            hits_together,
            "The order is true_HR, true_NDCG, valid_HR, valid_NDCG.",
        ),
        Mistake(
            "zero_for_unknown",
            zero_for_unknown,
            "Without a valid answer the valid_ figures are not 0: nothing is known of them. Return "
            "NaN there.",
        ),
        Mistake(
            "summed",
            summed,
            "You add up and do not divide. Each figure is a mean over cases.",
        ),
        Mistake(
            "places_from_zero",
            from_zero,
            "list.index counts from 0. The best place is rank 1.",
        ),
        Mistake(
            "strictly_before_k",
            strictly_before,
            "Place k belongs to the first k: rank <= k.",
        ),
        Mistake(
            "never_cut",
            never_cut,
            "You do not use k: behind place k a hit is none, and its gain is 0.",
        ),
        Mistake(
            "gain_not_cut",
            gain_not_cut,
            "Your hits are cut at k and your gains are not. Behind place k the gain is 0.",
        ),
        Mistake(
            "natural_logarithm",
            natural_log,
            "The gain is 1 / log2(rank + 1), with the logarithm to base 2, so that rank 1 gives 1.",
        ),
        Mistake(
            "logarithm_of_the_rank",
            log_of_the_rank,
            "The gain is 1 / log2(rank + 1). Without the 1 inside, ranks 1 and 2 get the same.",
        ),
        Mistake(
            "one_over_rank",
            one_over_rank,
            "1 / rank is the reciprocal rank. NDCG gives 1 / log2(rank + 1).",
        ),
        Mistake(
            "hits_for_gains",
            hit_for_gain,
            "Your NDCG is the hit rate over again. A hit at rank r gains 1 / log2(r + 1).",
        ),
        Mistake(
            "stops_at_an_invalid_answer",
            stops_at_none,
            "An invalid answer is None, which has no places. Look for None first.",
        ),
    ),
    others=(score_by_sums,),
    hints=(
        "Per case one rank: the place of the right video counted from 1, or infinity for None.",
        "A hit is rank <= k, its gain 1 / log2(rank + 1) there and 0 elsewhere. An invalid answer "
        "has neither.",
        "true_: the mean over all cases. valid_: over those with an answer, hits[valid].mean(), "
        "and np.nan where there is none.",
    ),
    praise="Two figures, and the distance between them is what invalid answers cost.",
)

# --- 17.3 ------------------------------------------------------------------------------------


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


def fused_cases(rng):
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
        Case("a tie: the earlier one first", (np.full(4, -3.0), np.full(4, -5.0),
             np.array([[1.0, 2, 2, 1]])), [1, 2, 0, 3]),
        Case("nothing says anything", (np.full(3, -2.0), np.full(3, -2.0), none), [0, 1, 2]),
        Case("eight candidates, two more kinds", some(8, 2)),
        Case("eight candidates, three more kinds", some(8, 3)),
        Case("six candidates, one more kind", some(6, 1)),
        Case("five candidates, four more kinds", some(5, 4)),
    ]  # fmt: skip


def _ordered(total):
    return np.argsort(-np.asarray(total, dtype=float), kind="stable")


def _standard(scores):
    spread = np.std(scores)
    fine = np.isfinite(spread) and spread > 0
    return (scores - np.mean(scores)) / spread if fine else np.zeros(len(scores))


def _rest(evidence, count, brought=_standard):
    return sum((brought(scores) for scores in evidence), np.zeros(count))


def forgot_the_prior(after, before, evidence):
    return _ordered(_standard(after) + _rest(evidence, len(after)))


def prior_alone(after, before, evidence):
    return _ordered(_standard(before) + _rest(evidence, len(after)))


def the_other_way_round(after, before, evidence):
    return _ordered(_standard(before - after) + _rest(evidence, len(after)))


def ratio_of_logs(after, before, evidence):
    return _ordered(_standard(after / before) + _rest(evidence, len(after)))


def added_as_they_are(after, before, evidence):
    rows = [r for r in evidence if np.isfinite(r).all()]
    return _ordered(after - before + _rest(rows, len(after), lambda r: r))


def only_the_rest_standard(after, before, evidence):
    return _ordered(after - before + _rest(evidence, len(after)))


def stretched(after, before, evidence):
    def to_one(scores):
        low, high = scores.min(), scores.max()
        fine = np.isfinite(scores).all() and high > low
        return (scores - low) / (high - low) if fine else np.zeros(len(scores))

    return _ordered(to_one(after - before) + _rest(evidence, len(after), to_one))


def by_places(after, before, evidence):
    def place(scores):
        return np.array([np.mean((scores < s) + (scores == s) / 2) for s in scores])

    rows = [r for r in evidence if np.isfinite(r).all()]
    return _ordered(place(after - before) + _rest(rows, len(after), place))


def worst_first(after, before, evidence):
    return np.argsort(_standard(after - before) + _rest(evidence, len(after)), kind="stable")


def ties_turned_round(after, before, evidence):
    total = _standard(after - before) + _rest(evidence, len(after))
    return np.argsort(total, kind="stable")[::-1]


def totals(after, before, evidence):
    return _standard(after - before) + _rest(evidence, len(after))


def places_of_candidates(after, before, evidence):
    order = fused_order(after, before, evidence)
    return np.argsort(order)


def divides_by_zero(after, before, evidence):
    def blind(scores):
        with np.errstate(all="ignore"):
            return (scores - np.mean(scores)) / np.std(scores)

    return _ordered(blind(after - before) + _rest(evidence, len(after), blind))


def across_kinds(after, before, evidence):
    rows = np.vstack([(after - before)[None], np.reshape(evidence, (-1, len(after)))])
    spread = rows.std(axis=0)
    with np.errstate(all="ignore"):
        brought = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return _ordered(np.nan_to_num(brought.sum(axis=0)))


def probabilities_apart(after, before, evidence):
    return _ordered(_standard(np.exp(after) - np.exp(before)) + _rest(evidence, len(after)))


def likelihood_only(after, before, evidence):
    return _ordered(after - before)


def logs_only(after, before, evidence):
    return _ordered(_rest(evidence, len(after)))


_fused = Exercise(
    id="17.3",
    title="One order from words and numbers",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L17.3",
    reference=fused_order,
    cases=fused_cases,
    properties=(
        Property(
            "every place once",
            lambda result, after, *_: (
                sorted(np.asarray(result).tolist()) == list(range(len(after)))
            ),
            "An order of the candidates is wanted: each of 0 to n - 1 once, the best first.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_the_prior",
            forgot_the_prior,
            "You use the likelihood after the history alone. Short and common titles are likely "
            "whatever somebody watched: subtract before.",
        ),
        Mistake(
            "prior_alone",
            prior_alone,
            "You use before alone, which knows nothing of the viewer.",
        ),
        Mistake(
            "the_other_way_round",
            the_other_way_round,
            "You subtract the wrong way round: what the history makes likelier has after > before.",
        ),
        Mistake(
            "ratio_of_logarithms",
            ratio_of_logs,
            "You divide logarithms. The ratio of two probabilities is the difference of their "
            "logarithms: after - before.",
        ),
        Mistake(
            "added_as_they_are",
            added_as_they_are,
            "You add nats to counts of viewers, so whatever has the largest numbers decides alone. "
            "Bring each kind to mean 0 and spread 1 first.",
        ),
        Mistake(
            "only_the_rest_is_standard",
            only_the_rest_standard,
            "The other kinds are brought to spread 1 and the likelihoods are not, so that nats "
            "outweigh them. Treat all kinds alike.",
        ),
        Mistake(
            "stretched_to_one",
            stretched,
            "You stretch each kind to 0 and 1. Wanted is mean 0 and standard deviation 1.",
        ),
        Mistake(
            "by_places",
            by_places,
            "You add up places. That is Borda; here the distances count: mean 0, spread 1.",
        ),
        Mistake(
            "worst_first",
            worst_first,
            "Your worst comes first: argsort sorts upwards. Sort the negated total.",
        ),
        Mistake(
            "ties_turned_round",
            ties_turned_round,
            "Turning the sorted order round turns equals round too. Of two equals the earlier one "
            "comes first: np.argsort(-total, kind='stable').",
        ),
        Mistake(
            "totals",
            totals,
            "You return the totals. Wanted is the order: which candidate is first, which second.",
        ),
        Mistake(
            "places_of_candidates",
            places_of_candidates,
            "You return the place of each candidate. Wanted is the other way round: the candidate "
            "at each place.",
        ),
        Mistake(
            "divides_by_zero",
            divides_by_zero,
            "What says the same of all has spread 0, and 0 / 0 is NaN, which spoils everything. So "
            "does evidence that is not finite. Leave such kinds out.",
        ),
        Mistake(
            "across_kinds",
            across_kinds,
            "You standardise over the kinds of evidence, candidate by candidate. It goes the other "
            "way: each kind over its candidates.",
        ),
        Mistake(
            "probabilities_apart",
            probabilities_apart,
            "You subtract probabilities. A long title has hardly any, before and after: subtract "
            "the logarithms, which says how many times likelier it became.",
        ),
        Mistake(
            "words_alone",
            likelihood_only,
            "The evidence is not used. Add each row of it, brought to mean 0 and spread 1.",
        ),
        Mistake(
            "numbers_alone",
            logs_only,
            "The likelihoods are not used: after - before is one kind of evidence among others.",
        ),
    ),
    others=(fused_order_at_once,),
    hints=(
        "The first kind of evidence is after - before: how much likelier a title has become.",
        "For each kind: subtract its mean and divide by its standard deviation. Skip a kind whose "
        "np.std is 0 or not finite.",
        "Add them up, then np.argsort(-total, kind='stable') is the order.",
    ),
    praise="Nats, counts and cosines now speak with one voice, each as loud as the others.",
)

# --- 17.4 ------------------------------------------------------------------------------------


def share_true(facts, history, stars, genres):
    checked = {}
    for fact in facts:
        kind, *about = fact
        if kind == "watched":
            checked[fact] = about[0] in history
        elif kind == "rated":
            checked[fact] = stars.get(about[0]) == about[1]
        elif kind == "is":
            checked[fact] = about[1] in genres.get(about[0], ())
        elif kind == "times":
            watched = {video for video in history if about[0] in genres.get(video, ())}
            checked[fact] = len(watched) == about[1]
    return sum(checked.values()) / len(checked) if checked else float("nan")


def share_true_with_numpy(facts, history, stars, genres):
    def holds(kind, one, other=None):
        return {
            "watched": lambda: one in history,
            "rated": lambda: one in stars and stars[one] == other,
            "is": lambda: one in genres and other in genres[one],
            "times": lambda: sum(one in genres.get(v, ()) for v in set(history)) == other,
        }[kind]()

    kinds = ("watched", "rated", "is", "times")
    held = [holds(*fact) for fact in dict.fromkeys(facts) if fact[0] in kinds]
    return np.mean(held) if held else np.nan


HISTORY = [10, 11, 12, 10]
STARS = {10: 4.0, 11: 5.0}
GENRES = {10: ("Comedy",), 11: ("Comedy", "War"), 12: ("War",), 13: ("Drama",), 14: ()}


def fact_cases(rng):
    def case(label, facts, expected=None):
        return Case(label, (facts, HISTORY, STARS, GENRES), expected)

    def some(count):
        kinds = [
            lambda: ("watched", int(rng.integers(9, 16))),
            lambda: ("rated", int(rng.integers(9, 14)), float(rng.integers(3, 6))),
            lambda: ("is", int(rng.integers(9, 15)), str(rng.choice(["Comedy", "War", "Drama"]))),
            lambda: ("times", str(rng.choice(["Comedy", "War", "Drama"])), int(rng.integers(0, 4))),
        ]
        return [kinds[rng.integers(4)]() for _ in range(count)]

    return [
        case("one true, one false", [("watched", 10), ("watched", 13)], 0.5),
        case("nothing is stated", [], float("nan")),
        case("only praise, which cannot be checked", [("masterpiece", 13)], float("nan")),
        case("praise beside a fact", [("masterpiece", 13), ("watched", 11)], 1.0),
        case("the right stars and the wrong ones", [("rated", 10, 4.0), ("rated", 11, 4.0)], 0.5),
        case("stars that are far off", [("rated", 11, 2.0), ("rated", 10, 4.0)], 0.5),
        case("stars for what was watched and not rated", [("rated", 12, 3.0)], 0.0),
        case("stars for what was never watched", [("rated", 13, 4.0)], 0.0),
        case("genres", [("is", 11, "War"), ("is", 10, "War"), ("is", 13, "Drama")], 2 / 3),
        case("a video that nobody knows", [("watched", 99), ("is", 99, "War")], 0.0),
        case("watched twice is one video", [("times", "Comedy", 2), ("times", "Comedy", 3)], 0.5),
        case("fewer than there are", [("times", "War", 1)], 0.0),
        case("none of a genre", [("times", "Drama", 0)], 1.0),
        case("one fact three times", [("watched", 10)] * 3 + [("watched", 13)], 0.5),
        case("ten facts", some(10)),
        case("fifteen facts", some(15)),
    ]


def _judged(holds=None, none=float("nan"), other_kinds=None, once=True):
    """A judge with one part of it wrong."""

    def answer(facts, history, stars, genres):
        held = []
        for fact in dict.fromkeys(facts) if once else facts:
            kind, *about = fact
            if kind not in ("watched", "rated", "is", "times"):
                if other_kinds is not None:
                    held.append(other_kinds)
                continue
            if holds and kind in holds:
                held.append(bool(holds[kind](history, stars, genres, *about)))
            else:
                held.append(share_true([fact], history, stars, genres) == 1.0)
        return sum(held) / len(held) if held else none

    return answer


zero_for_nothing = _judged(none=0.0)
one_for_nothing = _judged(none=1.0)
praise_is_false = _judged(other_kinds=False)
praise_is_true = _judged(other_kinds=True)
counted_each_time = _judged(once=False)
watched_is_rated = _judged(holds={"rated": lambda h, s, g, v, x: v in h})
has_some_stars = _judged(holds={"rated": lambda h, s, g, v, x: v in s})
nearly_the_stars = _judged(holds={"rated": lambda h, s, g, v, x: abs(s.get(v, 9) - x) <= 1})
rated_is_watched = _judged(holds={"watched": lambda h, s, g, v: v in s})
known_is_watched = _judged(holds={"watched": lambda h, s, g, v: v in g})
each_viewing = _judged(
    holds={"times": lambda h, s, g, k, n: sum(k in g.get(v, ()) for v in h) == n}
)
at_least_so_many = _judged(
    holds={"times": lambda h, s, g, k, n: sum(k in g.get(v, ()) for v in set(h)) >= n}
)
in_the_catalogue = _judged(
    holds={"times": lambda h, s, g, k, n: sum(k in x for x in g.values()) == n}
)
first_genre_only = _judged(holds={"is": lambda h, s, g, v, k: g.get(v, ())[:1] == (k,)})


def only_the_history(facts, history, stars, genres):
    known = [f for f in dict.fromkeys(facts) if f[0] in ("watched", "rated", "is", "times")]
    return sum(f[1] in history for f in known) / len(known) if known else float("nan")


def stops_at_the_unknown(facts, history, stars, genres):
    for kind, *about in facts:
        if kind == "is":
            genres[about[0]]
        if kind == "rated":
            stars[about[0]]
    return share_true(facts, history, stars, genres)


def counts_the_true(facts, history, stars, genres):
    known = [f for f in dict.fromkeys(facts) if f[0] in ("watched", "rated", "is", "times")]
    share = share_true(facts, history, stars, genres)
    return share * len(known) if known else share


def share_false(facts, history, stars, genres):
    return 1 - share_true(facts, history, stars, genres)


_facts = Exercise(
    id="17.4",
    title="Is it true?",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L17.4",
    reference=share_true,
    cases=fact_cases,
    mistakes=(
        Mistake(
            "zero_for_nothing",
            zero_for_nothing,
            "Where nothing can be checked you say 0, as if all of it were false. Nothing is known "
            "there: return NaN.",
        ),
        Mistake(
            "one_for_nothing",
            one_for_nothing,
            "Where nothing can be checked you say 1: whoever states nothing would be perfectly "
            "truthful. Return NaN.",
        ),
        Mistake(
            "praise_is_false",
            praise_is_false,
            "A kind that cannot be checked counts as false in yours. Leave it out.",
        ),
        Mistake(
            "praise_is_true",
            praise_is_true,
            "A kind that cannot be checked counts as true in yours. Leave it out, or praise would "
            "buy truth.",
        ),
        Mistake(
            "counted_each_time",
            counted_each_time,
            "A fact that is repeated counts each time in yours. Saying it three times makes it no "
            "truer: count it once.",
        ),
        Mistake(
            "watched_is_not_rated",
            watched_is_rated,
            "You only ask whether the video was watched. The stars have to be the viewer's own.",
        ),
        Mistake(
            "any_stars_will_do",
            has_some_stars,
            "You only ask whether it was rated. The stars have to be the same.",
        ),
        Mistake(
            "nearly_is_not_true",
            nearly_the_stars,
            "You allow a star more or less. What is stated is a number: it is right or wrong.",
        ),
        Mistake(
            "not_all_that_was_watched_is_rated",
            rated_is_watched,
            "You look for watched videos among the rated ones. People watch more than they rate.",
        ),
        Mistake(
            "known_is_not_watched",
            known_is_watched,
            "You look among all videos with a genre. Watched is what stands in the history.",
        ),
        Mistake(
            "each_viewing",
            each_viewing,
            "A video that was watched twice counts twice in yours. Counted are different videos: "
            "use set(history).",
        ),
        Mistake(
            "at_least_so_many",
            at_least_so_many,
            "You accept a number that is too small. The fact states how many, exactly.",
        ),
        Mistake(
            "counted_in_the_catalogue",
            in_the_catalogue,
            "You count the genre in the catalogue. Stated is how many of it the viewer watched.",
        ),
        Mistake(
            "first_genre_only",
            first_genre_only,
            "A video may have several genres, and you look at the first one.",
        ),
        Mistake(
            "stops_at_the_unknown",
            stops_at_the_unknown,
            "A model names videos that do not exist, and yours stops there with a KeyError. Use "
            "dict.get: what is not in the data is false.",
        ),
        Mistake(
            "only_the_history",
            only_the_history,
            "You ask of every fact whether its video was watched. Each kind states something of "
            "its own: stars, a genre, a number.",
        ),
        Mistake(
            "counts_the_true",
            counts_the_true,
            "You count the true facts. Wanted is their share.",
        ),
        Mistake(
            "share_of_the_false",
            share_false,
            "You return the share of what is false.",
        ),
    ),
    others=(share_true_with_numpy,),
    hints=(
        "Go through the different facts, dict.fromkeys(facts), and find out for each of the four "
        "kinds whether it holds. Leave every other kind out.",
        "stars.get(video) and genres.get(video, ()) do not stop at a video that nobody knows.",
        "times: count the videos of set(history) that have the genre, and compare with ==. At the "
        "end, no facts at all gives float('nan').",
    ),
    praise="A text can now be held to the data, one statement at a time.",
)

# --- 17.5 ------------------------------------------------------------------------------------

FINISH = "finish"


def gather(said, specialists, plan):
    steps, done = [], []
    while True:
        left = [name for name in specialists if name not in done]
        action, by = _chosen(said, len(steps), left, plan)
        if action == FINISH:
            return [*steps, (FINISH, by, "")]
        done.append(action)
        report = specialists[action]
        steps.append((action, by, "failed" if report is None else report))


def _chosen(said, number, left, plan):
    if not left:
        return FINISH, "rule"
    try:
        wanted = json.loads(said[number])["type"].strip().lower()
    except (IndexError, ValueError, TypeError, KeyError, AttributeError):
        wanted = None
    if wanted in (*left, FINISH):
        return wanted, "model"
    return next((name for name in plan if name in left), FINISH), "rule"


def gather_with_a_for_loop(said, specialists, plan):
    steps, open_to = [], dict(specialists)
    for number in range(len(specialists) + 1):
        action, by = None, "rule"
        text = said[number] if number < len(said) else ""
        try:
            meant = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            meant = None
        if isinstance(meant, dict) and isinstance(meant.get("type"), str) and open_to:
            action, by = meant["type"].strip().lower(), "model"
        if action not in open_to and action != FINISH:
            planned = [name for name in plan if name in open_to]
            action, by = planned[0] if planned else FINISH, "rule"
        if action == FINISH:
            steps.append((FINISH, by, ""))
            break
        report = open_to.pop(action)
        steps.append((action, by, report if report is not None else "failed"))
    return steps


def _say(kind):
    return json.dumps({"type": kind, "content": ""})


TEAM = {"user analyst": "likes war films", "item analyst": "film 3 leads", "searcher": "2 found"}
PLAN = ["user analyst", "item analyst", "searcher"]
SMALL = {"user analyst": "likes war films", "item analyst": "film 3 leads"}


def gather_cases(rng):
    texts = [
        _say("searcher"), _say("finish"), _say("item analyst"), '{"type": 3}', "Search[war]",
        '{"type": "user anal', "[]", "null", _say(" Searcher "), _say("interpreter"), "",
    ]  # fmt: skip

    def some(count):
        return [texts[n] for n in rng.integers(0, len(texts), count)]

    a, b, c = TEAM.items()
    return [
        Case("the model asks one and finishes", ([_say("searcher"), _say("finish")], TEAM, PLAN),
             [(c[0], "model", c[1]), (FINISH, "model", "")]),
        Case("the model says nothing", ([], TEAM, PLAN),
             [(*a[:1], "rule", a[1]), (b[0], "rule", b[1]), (c[0], "rule", c[1]),
              (FINISH, "rule", "")]),
        Case("the searcher is not there", ([_say("searcher")] * 3, SMALL, PLAN),
             [(a[0], "rule", a[1]), (b[0], "rule", b[1]), (FINISH, "rule", "")]),
        Case("the type is a number", (['{"type": 3}', _say("finish")], TEAM, PLAN),
             [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("the reply is cut off", (['{"type": "searc', _say("finish")], TEAM, PLAN),
             [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("JSON, but no object", (["[1]", "3", "null", _say("finish")], TEAM, PLAN)),
        Case("an object without a type", (['{"content": "x"}', _say("finish")], TEAM, PLAN)),
        Case("the same one again and again", ([_say("item analyst")] * 9, TEAM, PLAN),
             [(b[0], "model", b[1]), (a[0], "rule", a[1]), (c[0], "rule", c[1]),
              (FINISH, "rule", "")]),
        Case("capitals and blanks", ([_say(" Searcher "), _say("FINISH")], TEAM, PLAN),
             [(c[0], "model", c[1]), (FINISH, "model", "")]),
        Case("one fails", ([_say("searcher"), _say("finish")], TEAM | {"searcher": None}, PLAN),
             [(c[0], "model", "failed"), (FINISH, "model", "")]),
        Case("a report of nothing", ([_say("searcher"), _say("finish")],
             TEAM | {"searcher": ""}, PLAN), [(c[0], "model", ""), (FINISH, "model", "")]),
        Case("the plan is short", ([], TEAM, ["searcher"]),
             [(c[0], "rule", c[1]), (FINISH, "rule", "")]),
        Case("nobody is there", ([_say("searcher")], {}, PLAN), [(FINISH, "rule", "")]),
        Case("the model finishes at once", ([_say("finish")], TEAM, PLAN),
             [(FINISH, "model", "")]),
        Case("all are asked by the model",
             ([_say(name) for name in reversed(PLAN)] + [_say("finish")], TEAM, PLAN),
             [(c[0], "model", c[1]), (b[0], "model", b[1]), (a[0], "model", a[1]),
              (FINISH, "rule", "")]),
        Case("six texts of all sorts", (some(6), TEAM, PLAN)),
        Case("eight texts of all sorts", (some(8), TEAM, PLAN)),
    ]  # fmt: skip


def _looped(choose=None, report=None, end=None, most=12):
    """A loop with one part of it wrong."""

    def answer(said, specialists, plan):
        steps, done = [], []
        while len(steps) < most:
            left = [name for name in specialists if name not in done]
            action, by = (choose or _chosen)(said, len(steps), left, plan)
            if action == FINISH:
                return (end or (lambda steps, by: [*steps, (FINISH, by, "")]))(steps, by)
            done.append(action)
            found = specialists[action]
            said_back = "failed" if found is None else found
            steps.append((action, by, report(found) if report else said_back))
        return steps

    return answer


def _bad_json_stops(said, number, left, plan):
    if left and number < len(said):
        json.loads(said[number])
    return _chosen(said, number, left, plan)


def _number_stops(said, number, left, plan):
    if left and number < len(said):
        try:
            meant = json.loads(said[number])
        except ValueError:
            meant = {}
        if isinstance(meant, dict) and "type" in meant:
            meant["type"].lower()
    return _chosen(said, number, left, plan)


def _no_object_stops(said, number, left, plan):
    if left and number < len(said):
        try:
            meant = json.loads(said[number])
        except ValueError:
            meant = {}
        meant.get("type")
    return _chosen(said, number, left, plan)


def _anybody(said, number, left, plan):
    action, by = _chosen(said, number, left, plan)
    if left and number < len(said):
        try:
            wanted = json.loads(said[number])["type"].strip().lower()
        except (ValueError, TypeError, KeyError, AttributeError):
            return action, by
        return wanted, "model"
    return action, by


def _invalid_finishes(said, number, left, plan):
    action, by = _chosen(said, number, left, plan)
    return (FINISH, "rule") if by == "rule" else (action, by)


def _silence_finishes(said, number, left, plan):
    return (FINISH, "rule") if number >= len(said) else _chosen(said, number, left, plan)


def _exact_words(said, number, left, plan):
    action, by = _chosen(said, number, left, plan)
    if by == "model" and json.loads(said[number])["type"] != action:
        return next((name for name in plan if name in left), FINISH), "rule"
    return action, by


def _always_model(said, number, left, plan):
    return _chosen(said, number, left, plan)[0], "model"


def _first_left(said, number, left, plan):
    action, by = _chosen(said, number, left, plan)
    return (left[0] if by == "rule" and left else action), by


def _last_of_plan(said, number, left, plan):
    action, by = _chosen(said, number, left, plan)
    if by == "rule" and left:
        action = next((name for name in reversed(plan) if name in left), FINISH)
    return action, by


def _asked_when_nobody_is_left(said, number, left, plan):
    if not left and number < len(said):
        try:
            if json.loads(said[number])["type"].strip().lower() == FINISH:
                return FINISH, "model"
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
    return _chosen(said, number, left, plan)


bad_json_stops = _looped(_bad_json_stops)
number_stops = _looped(_number_stops)
no_object_stops = _looped(_no_object_stops)
missing_is_called = _looped(_anybody)
invalid_finishes = _looped(_invalid_finishes)
silence_finishes = _looped(_silence_finishes)
exact_words = _looped(_exact_words)
always_model = _looped(_always_model)
first_left = _looped(_first_left)
last_of_plan = _looped(_last_of_plan)
asked_at_the_end = _looped(_asked_when_nobody_is_left)
finish_is_not_noted = _looped(end=lambda steps, by: steps)
none_is_reported = _looped(report=lambda found: found)
empty_is_failed = _looped(report=lambda found: found or "failed")


def asks_the_same_again(said, specialists, plan):
    steps = []
    for number in range(12):
        left = list(specialists)
        done = [action for action, _, _ in steps]
        action, by = _chosen(said, number, left, [name for name in plan if name not in done])
        if action == FINISH:
            return [*steps, (FINISH, by, "")]
        report = specialists[action]
        steps.append((action, by, "failed" if report is None else report))
    return steps


def never_asks_the_model(said, specialists, plan):
    return gather([], specialists, plan)


def believes_everything(said, specialists, plan):
    steps = []
    for text in said:
        kind = json.loads(text)["type"]
        if kind == FINISH:
            break
        steps.append((kind, "model", specialists[kind]))
    return [*steps, (FINISH, "model", "")]


def always_finishes_by_rule(said, specialists, plan):
    return [*gather(said, specialists, plan)[:-1], (FINISH, "rule", "")]


def skips_the_invalid(said, specialists, plan):
    valid = []
    for text in said:
        try:
            kind = json.loads(text)["type"].strip().lower()
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        if kind in (*specialists, FINISH):
            valid.append(text)
    return gather(valid, specialists, plan)


_loop = Exercise(
    id="17.5",
    title="A manager that cannot run away",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L17.5",
    reference=gather,
    cases=gather_cases,
    mistakes=(
        Mistake(
            "bad_json_stops_it",
            bad_json_stops,
            "A reply that is cut off, or no JSON at all, stops yours, as it stops MACRec's own "
            "reflector: catch ValueError and let the plan decide.",
        ),
        Mistake(
            "a_number_stops_it",
            number_stops,
            "A type that is a number or missing text has no lower(). Ask whether it is a text.",
        ),
        Mistake(
            "no_object_stops_it",
            no_object_stops,
            "JSON may be a list, a number or null, and these have no get(). Ask for a dictionary.",
        ),
        Mistake(
            "calls_who_is_not_there",
            missing_is_called,
            "You call whoever is named. Only those in the team who have not reported yet may be "
            "called, and finish.",
        ),
        Mistake(
            "invalid_finishes",
            invalid_finishes,
            "What cannot be used ends the loop in yours. The plan decides then.",
        ),
        Mistake(
            "silence_finishes",
            silence_finishes,
            "When the model has nothing more to say, yours finishes. The plan goes on.",
        ),
        Mistake(
            "asks_the_same_again",
            asks_the_same_again,
            "The same specialist is called twice in yours. Who has reported is not called again: "
            "that is what makes the loop end.",
        ),
        Mistake(
            "exact_words",
            exact_words,
            "Capitals and blanks around the name are no reason to refuse it: strip().lower().",
        ),
        Mistake(
            "always_the_model",
            always_model,
            "You mark everything as chosen by the model. What the plan chose, and the end when "
            "nobody is left, is marked rule.",
        ),
        Mistake(
            "first_who_is_left",
            first_left,
            "Where the plan decides you take the first who is left. Take the first of the plan who "
            "is left, and finish when the plan has nobody.",
        ),
        Mistake(
            "plan_from_behind",
            last_of_plan,
            "You take the last of the plan. Its order is the order to ask in.",
        ),
        Mistake(
            "asked_when_nobody_is_left",
            asked_at_the_end,
            "When nobody is left there is nothing to choose: it finishes by rule, and the model is "
            "not asked.",
        ),
        Mistake(
            "finish_is_not_noted",
            finish_is_not_noted,
            "The last step is missing: (finish, by, empty text).",
        ),
        Mistake(
            "none_is_no_report",
            none_is_reported,
            'A specialist whose report is None has failed. Note the text "failed".',
        ),
        Mistake(
            "empty_is_not_failed",
            empty_is_failed,
            'An empty report is a report. Only None is "failed": ask with "is None".',
        ),
        Mistake(
            "never_asks_the_model",
            never_asks_the_model,
            "You follow the plan and never read what the model says.",
        ),
        Mistake(
            "believes_everything",
            believes_everything,
            "You take every text for a fine action. Texts may be cut off, name nobody, or run out: "
            "then the plan decides, until somebody finishes.",
        ),
        Mistake(
            "always_finishes_by_rule",
            always_finishes_by_rule,
            'You note that the rule finished when the model did. If it said "finish", it is by '
            '"model".',
        ),
        Mistake(
            "skips_the_invalid",
            skips_the_invalid,
            "You skip what cannot be used and read on. Each round has one text: where it cannot be "
            "used, the plan decides that round.",
        ),
    ),
    others=(gather_with_a_for_loop,),
    hints=(
        "A round: who is left? Nobody: finish by rule. Else read said[number of the round], and if "
        "it names one who is left, or finish, take it; if not, ask the plan.",
        "Reading goes wrong in many ways: IndexError, ValueError (no JSON), TypeError (a list or "
        "null), KeyError (no type), AttributeError (the type is no text). One try is enough.",
        "By plan: next((name for name in plan if name in left), 'finish'). Note (action, by, "
        "report), with 'failed' for None; stop after finish.",
    ),
    praise="Whatever is written to it, it ends, and it says who decided what.",
)


EXERCISES = [_ranking, _score, _fused, _facts, _loop]
