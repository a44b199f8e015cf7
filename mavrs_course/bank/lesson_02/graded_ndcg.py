"""02.4 nDCG with grades.

15 minutes, difficulty 2, 3 points, L02.4
The measure that most ranking papers report is now yours, and you know its corners.
"""

import numpy as np

from mavrs_course import metrics
from mavrs_course.course import Case, Property
from mavrs_course.course.detect import as_if, number_for_nan, same_numbers


def graded_ndcg(ranked, gains, k):
    discount = 1 / np.log2(np.arange(k) + 2)
    shown = np.take_along_axis(gains, ranked[:, :k], axis=1) @ discount
    best = -np.sort(-gains, axis=1)[:, :k] @ discount
    return np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0)


def graded_ndcg_in_natural_logarithms(ranked, gains, k):
    """The base cancels in the ratio."""
    values = []
    for page, worth in zip(ranked, gains, strict=True):
        got = sum(worth[video] / np.log(slot + 2) for slot, video in enumerate(page[:k]))
        best = sum(w / np.log(slot + 2) for slot, w in enumerate(sorted(worth)[::-1][:k]))
        values.append(got / best if best > 0 else float("nan"))
    return values


OTHERS = (graded_ndcg_in_natural_logarithms, metrics.ndcg)

ONE_GOOD = "one good video, shown in slot 0, 1, 2 and 3"


def cases(rng):
    hand = np.array([[3.0, 0.0, 1.0, 2.0]])
    swapped = (1 + 3 / np.log2(3)) / (3 + 2 / np.log2(3))

    def some(viewers, videos, slots):
        gains = rng.integers(0, 4, (viewers, videos)).astype(float)
        gains[:, 0] += 1
        return rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :slots], gains

    def padded(k):
        ranked, gains = some(5, 12, 6)
        return ranked, gains, k

    return [
        Case("worked by hand: gains 1 then 3 shown, 3 then 2 possible",
             (np.array([[2, 0]]), hand, 2), np.array([swapped])),
        Case("the best page there is", (np.array([[0, 3, 2]]), hand, 3), np.ones(1)),
        Case("a page of nothing but misses", (np.array([[1, 2]]), np.array([[5.0, 0, 0, 1]]), 2),
             np.zeros(1)),
        Case("five viewers, six slots, all of them counted", padded(6)),
        Case("five viewers, six slots, the first three counted", padded(3)),
        Case("fewer good videos than slots", (np.array([[3, 1, 2], [0, 2, 1]]),
             np.array([[0.0, 0, 0.5, 0], [1.0, 0, 0, 0]]), 3)),
        Case(ONE_GOOD, (np.array([[0, 1, 2, 3], [1, 0, 2, 3], [1, 2, 0, 3], [1, 2, 3, 0]]),
             np.eye(1, 6).repeat(4, 0), 4), 1 / np.log2([2, 3, 4, 5])),
        Case("a viewer for whom nothing is good", (np.array([[0, 1], [1, 0]]),
             np.array([[0.0, 0.0], [1.0, 0.0]]), 2)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one figure for each viewer",
             lambda result, ranked, gains, k: np.shape(result) == (len(ranked),),
             "One figure for each viewer is wanted, float[B]: sum along the slots (axis 1), and "
             "leave the mean over viewers to whoever asks for it."),
    Property("no figure is above one",
             lambda result, *inputs: not np.any(np.asarray(result, dtype=float) > 1 + 1e-5),
             "A page came out better than the best one possible. The gain of a video is in its "
             "viewer's row of gains, and the ideal page holds the k largest gains of that row, "
             "largest first, under the same discount."),
)  # fmt: skip

HINTS = """
    Three steps: the gains of the first k videos shown, the discount of each slot, and the same
    sum for the best page possible.

    The discount of slots 0, 1, 2, ... is 1 / np.log2(np.arange(k) + 2). The best page has the k
    largest gains of each row: -np.sort(-gains, axis=1)[:, :k].

    shown @ discount / (best @ discount), with np.nan where best @ discount is 0: np.divide has
    out= and where= for that.
"""


def _on_one_good(holds):
    """Looks at the case whose result is the discount itself."""

    def detect(trials):
        trial = next(trial for trial in trials if trial.case.label == ONE_GOOD)
        got = np.asarray(trial.returned, dtype=float)
        wrong = got.shape == (4,) and not np.allclose(got, trial.expected)
        return wrong and bool(holds(got, trial.expected))

    return detect


def _last_slots_ignored(got, wanted):
    counts = got > 0
    return 1 < counts.sum() < 4 and np.allclose(got[counts], wanted[counts])


def _other_divisor(got, wanted):
    return got[0] > 0 and np.allclose(got / got[0], wanted)


MISTAKES = """
    number_for_nothing_good: np.nan => 0.0
      A viewer for whom nothing is good can be shown neither a good page nor a bad one: give NaN,
      or the mean over viewers will blame the page.
    discount_off_by_one: np.arange(k) + 2 => np.arange(k) + 1
      The discount of the first slot is 1 / log2(2) = 1. Ranks count from 1, so slot 0 needs
      log2(0 + 2); log2(1) = 0 would divide by zero.
    discount_too_steep_or_flat: np.arange(k) + 2 => np.arange(k) + 3
      Another discount than 1 / log2(rank + 1), with ranks 1, 2, 3, ...: for slots that count from
      0 it is 1 / log2(slot + 2).
    ideal_from_the_page_only:
      | -np.sort(-gains, axis=1) =>
      |     -np.sort(-np.take_along_axis(gains, ranked[:, :k], axis=1), axis=1)
      or -np.sort(-gains, axis=1) => -np.sort(-np.take_along_axis(gains, ranked, axis=1), axis=1)
      or
      | -np.sort(-gains, axis=1) =>
      |     -np.sort(-np.take_along_axis(gains, ranked[:, :k], axis=1), axis=1);
      | np.nan => 0.0
      or
      | -np.sort(-gains, axis=1) => -np.sort(-np.take_along_axis(gains, ranked, axis=1), axis=1);
      | np.nan => 0.0
      Your ideal page only puts in order what was shown. The best page possible draws on all
      videos, so that a page can be marked down for what it leaves out.
    ideal_not_cut:
      | best = -np.sort(-gains, axis=1)[:, :k] @ discount =>
      | best = -np.sort(-gains, axis=1) @ (1 / np.log2(np.arange(gains.shape[1]) + 2))
      Your ideal page has a slot for every video, so that no real page can reach 1: the ideal has
      k slots, as the page has.
    ideal_not_sorted_down:
      | -np.sort(-gains, axis=1) => np.sort(gains, axis=1);
      | np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0) => shown / best
      or -np.sort(-gains, axis=1) => np.sort(gains, axis=1)
      or
      | -np.sort(-gains, axis=1) => gains;
      | np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0) => shown / best
      or -np.sort(-gains, axis=1) => gains
      or
      | -np.sort(-gains, axis=1) => np.sort(gains, axis=1)[::-1];
      | np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0) => shown / best
      or -np.sort(-gains, axis=1) => np.sort(gains, axis=1)[::-1]
      The ideal page shows the largest gains first. np.sort goes upwards, and [::-1] turns the
      viewers over, not their videos: sort -gains.
    not_divided_by_the_ideal:
      | np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0) => shown
      This is DCG. Divide by the DCG of the best page possible, so that viewers with more good
      videos do not count for more.
    gains_by_slot: np.take_along_axis(gains, ranked[:, :k], axis=1) => gains[:, :k]
      These are the gains of videos 0, 1, 2, ..., whatever is ranked. Look up the gains of the
      videos shown: np.take_along_axis(gains, ranked, axis=1).
    order_of_the_page_ignored:
      | shown = np.take_along_axis(gains, ranked[:, :k], axis=1) =>
      | shown = -np.sort(-np.take_along_axis(gains, ranked[:, :k], axis=1), axis=1)
      The order of the page makes no difference: all slots count alike, or you sort what is shown.
      Only the best page is sorted; both are discounted slot by slot.
    another_divisor:
      | -np.sort(-gains, axis=1)[:, :k] @ discount => gains.max(axis=1) * discount.sum()
      The page and the best page possible are not measured alike, or you divide by another page.
      With one good video of gain 1, the best page has it on top and a DCG of 1: the k largest
      gains of that viewer, each once, under the same discount.
    gains_as_hits:
      | discount = 1 =>
      | gains = (gains > 0).astype(float)
      | discount = 1
      or
      | discount = 1 =>
      | gains = (gains > 0).astype(float)
      | discount = 1;
      | np.nan => 0.0
      Every video with a gain counts the same. Here gains have grades: a 3 is worth three times a 1.
    exponential_gains:
      | discount = 1 =>
      | gains = 2.0**gains - 1
      | discount = 1
      That is the other gain of the literature, 2**g - 1. Here the gain is the grade.
    too_few_slots: ranked[:, :k], axis=1) @ discount => ranked[:, : k - 1], axis=1) @ discount[:-1]
      A good video in a slot that should count got nothing. Ranks 1 to k count, k itself too,
      whatever k is.
    one_slot_more:
      | discount = 1 =>
      | k = min(k + 1, ranked.shape[1])
      | discount = 1
      One slot more than k counts: slots 0 to k - 1 are k slots, [:k].
    nan_for_a_page_of_misses: where=best > 0 => where=shown > 0
      NaN is for a viewer for whom nothing at all is good. Where good videos exist and the page
      shows none of them, the page is a bad one: 0.
    forgot_k:
      | discount = 1 =>
      | k = ranked.shape[1]
      | discount = 1
      All slots of the page count, whatever k is: cut the page, and the ideal, to k slots.
"""


def detect_discount_off_by_one(trials):
    """No finite number in any place where more than 0 is expected."""
    pairs = [(np.asarray(t.returned, dtype=float), np.asarray(t.expected)) for t in trials]
    return all(not np.isfinite(got[want > 0]).any() for got, want in pairs)


def detect_discount_too_steep_or_flat(trials):
    """The result is right but for the discount that it shows where it is the discount itself."""
    trial = next(trial for trial in trials if trial.case.label == ONE_GOOD)
    discount = np.asarray(trial.returned, dtype=float)
    if discount.shape != (4,) or np.ptp(discount) < 1e-9 or not discount.min() > 0:
        return False
    if np.allclose(discount, trial.expected):
        return False

    def under_it(ranked, gains, k):
        shown = np.take_along_axis(gains, ranked[:, :k], axis=1) @ discount[:k]
        return shown / (-np.sort(-gains, axis=1)[:, :k] @ discount[:k])

    short = [trial for trial in trials if trial.inputs[2] <= 4]
    return all(same_numbers(trial.returned, under_it(*trial.inputs)) for trial in short)


detect_gains_by_slot = as_if(
    lambda ranked, gains, k: graded_ndcg(np.tile(np.arange(k), (len(ranked), 1)), gains, k)
)


def detect_order_of_the_page_ignored(trials):
    return not trials[0].passed and _on_one_good(lambda got, wanted: np.allclose(got, 1))(trials)


detect_number_for_nothing_good = number_for_nan
detect_another_divisor = _on_one_good(_other_divisor)
detect_too_few_slots = _on_one_good(_last_slots_ignored)

EQUAL = r"""
    np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0) => np.divide(shown, best, out=np.full(len(best), np.nan)) | return np.divide(shown, best, out=np.full(len(best), np.nan), where= …
    best > 0 => best >= 0 | return np.divide(shown, best, out=np.full(len(best), np.nan), where= …
    0 => -1 | return np.divide(shown, best, out=np.full(len(best), np.nan), where= …
      Where the best page has no gain, 0 / 0 is NaN too.
    1 => 2 | discount = 1 / np.log2(np.arange(k) + 2)
      The factor is in the page and in the best page, and goes in the quotient.
"""  # noqa: E501
