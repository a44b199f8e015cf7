"""21.5 A promise about "I don't know".

20 minutes, difficulty 2, 4 points, L21.5
Whatever the model is worth, your answers now keep a promise that can be checked.
"""

import math

import numpy as np

from mavrs_course.course import Case


class ConformalCaution:
    def __init__(self, miss):
        self.miss = miss

    def calibrate(self, chance, truth):
        badly = np.sort(1 - chance[np.arange(len(truth)), truth])
        rank = math.ceil((1 - self.miss) * (len(truth) + 1))
        self.threshold = badly[rank - 1] if rank <= len(truth) else np.inf

    def sets(self, chance):
        return 1 - chance <= self.threshold

    def answer(self, chance):
        fits = self.sets(chance)
        return np.where(fits.sum(axis=1) == 1, fits.argmax(axis=1), -1)


class CautionByCounting:
    """Counts, for each class of a new case, how many calibration cases fitted no worse."""

    def __init__(self, miss):
        self.miss = miss

    def calibrate(self, chance, truth):
        self.given = [row[right] for row, right in zip(chance, truth, strict=True)]

    def _fits(self, share):
        better = sum(given > share for given in self.given)
        return better < (1 - self.miss) * (len(self.given) + 1) or better < 1

    def sets(self, chance):
        return [[bool(self._fits(share)) for share in row] for row in chance]

    def answer(self, chance):
        return [row.index(True) if sum(row) == 1 else -1 for row in self.sets(chance)]


OTHERS = (CautionByCounting,)

# The chance that each truth was given: eighths, in no order, so that no rounding matters.
GIVEN = np.array([4, 7, 2, 6, 1, 5, 3]) / 8
TRUTH = np.array([0, 1, 1, 0, 1, 0, 1])
KNOWN = np.where(TRUTH[:, None] == [0, 1], GIVEN[:, None], 1 - GIVEN[:, None])
NEW = np.array([[0.95, 0.05], [0.45, 0.55], [0.3, 0.7], [0.62, 0.38]])
YES, NO = True, False


def _told(sets, answers):
    return {"sets": np.array(sets), "answers": np.array(answers)}


def cases(rng):
    def some(known, new, classes, miss):
        chance = rng.dirichlet(np.ones(classes), known + new)
        truth = np.array([rng.choice(classes, p=row) for row in chance[:known]])
        return miss, chance[:known], truth, chance[known:]

    return [
        # k = ceil(.75 * 8) = 6
        Case("7 cases, miss .25: the threshold is 6/8, so that a chance of .25 is enough",
             (0.25, KNOWN, TRUTH, NEW),
             _told([[YES, NO], [YES, YES], [YES, YES], [YES, YES]], [0, -1, -1, -1])),
        # k = ceil(.55 * 8) = 5
        Case("miss .45: a chance of .375 is needed", (0.45, KNOWN, TRUTH, NEW),
             _told([[YES, NO], [YES, YES], [NO, YES], [YES, YES]], [0, -1, 1, -1])),
        # k = ceil(.3 * 8) = 3
        Case("miss .7: a chance of .625 is needed, which not every case has",
             (0.7, KNOWN, TRUTH, NEW),
             _told([[YES, NO], [NO, NO], [NO, YES], [NO, NO]], [0, -1, 1, -1])),
        # k = ceil(.8 * 8) = 7: the worst of the seven
        Case("miss .2: a chance of .125 is needed", (0.2, KNOWN, TRUTH, NEW),
             _told([[YES, NO], [YES, YES], [YES, YES], [YES, YES]], [0, -1, -1, -1])),
        # k = ceil(.9 * 8) = 8, of 7
        Case("miss .1: seven cases are too few for such a promise",
             (0.1, KNOWN, TRUTH, NEW), _told([[YES, YES]] * 4, [-1] * 4)),
        Case("a chance of just 1 less the threshold",
             (0.25, KNOWN, TRUTH, np.array([[0.25, 0.75]])), _told([[YES, YES]], [-1])),
        Case("three classes", some(40, 12, 3, 0.15)),
        Case("five classes, few cases", some(13, 12, 5, 0.3)),
        Case("two classes, 100 cases", some(100, 15, 2, 0.1)),
        Case("three classes, a bold promise", some(60, 12, 3, 0.55)),
    ]  # fmt: skip


def observe(kind, case):
    miss, chance, truth, new = case.inputs
    cautious = kind(miss)
    cautious.calibrate(chance, truth)
    sets = np.array(cautious.sets(new), dtype=bool)
    return {"sets": sets, "answers": np.array(cautious.answer(new), dtype=int)}


NAMES = ("miss", "chance", "truth", "new")

HINTS = """
    For each calibration case look only at the chance that the model gave to what did happen. One
    less that chance says how badly it fitted.

    Sort these numbers, the smallest first. The threshold is the k-th, with k as in the text,
    counted from 1. If k is larger than their number there is no such case: the threshold is
    infinite, and every class fits.

    A class belongs to the set of a new case if it fits no worse than the threshold. Exactly one
    class in the set is an answer; none, or several, is -1.
"""
MISTAKES = """
    without_the_new_case: (len(truth) + 1)) => len(truth))
      k is reckoned with n in place of n + 1. The new case counts as one of them: that is where
      the exact promise comes from.
    rounded_down: math.ceil => math.floor
      k is rounded down, so that the sets miss the truth a little too often. Round up.
    off_by_one: badly[rank - 1] => badly[min(rank, len(badly) - 1)]
      The threshold is one place too high: the k-th smallest stands at place k - 1, as Python
      counts from 0.
    miss_for_coverage: (1 - self.miss) * => self.miss *
      k is reckoned with `miss`, so that nearly all truths are missed. The sets have to hold the
      truth in a part of 1 - miss.
    chance_for_misfit: np.sort(1 - chance[ => np.sort(chance[
      You sort the chances themselves. What counts is how badly the truth fitted: 1 less its chance.
    best_for_true:
      | chance[np.arange(len(truth)), truth] => chance.max(axis=1)
      You calibrate with the chance of the likeliest class. It must be that of the class that did
      happen, or the mistakes of the model are not seen.
    all_classes_calibrate: np.sort(1 - chance[np.arange(len(truth)), truth]) =>
      | np.sort(1 - chance, axis=None)
      All classes of each case are calibrated with. Take one number a case: that of the truth.
    largest_when_too_few: else np.inf => else badly[-1]
      With too few cases you take the largest number there is. It can't keep the promise: the
      threshold is infinite, and every class is in the set.
    interpolated: badly[rank - 1] if rank <= len(truth) else np.inf =>
      | np.quantile(badly, 1 - self.miss)
      np.quantile takes a value between two cases, at a place reckoned with n. Take the k-th
      smallest itself.
    not_sorted: np.sort(1 - chance[np.arange(len(truth)), truth]) =>
      | 1 - chance[np.arange(len(truth)), truth]
      The numbers are not sorted, so that the k-th is that of any case.
    worse_than_the_threshold: 1 - chance <= self.threshold => 1 - chance >= self.threshold
      The sets hold the classes that fit worse than the threshold. Turn the comparison round.
    strictly_better: 1 - chance <= self.threshold => 1 - chance < self.threshold
      A class that fits just as badly as the threshold is left out. "No worse" includes it.
    chance_above_threshold: 1 - chance <= self.threshold => chance >= self.threshold
      You compare the chance with the threshold. The threshold is for 1 less the chance.
    always_answers:
      | np.where(fits.sum(axis=1) == 1, fits.argmax(axis=1), -1) => chance.argmax(axis=1)
      Every case gets its likeliest class as its answer. Where not exactly one class is in the
      set, the answer is -1.
    first_of_the_set: np.where(fits.sum(axis=1) == 1, => np.where(fits.any(axis=1),
      A set of several classes is answered with its first one. That is just where the agent does
      not know: -1.
    empty_is_an_answer: np.where(fits.sum(axis=1) == 1, => np.where(fits.sum(axis=1) < 2,
      An empty set is answered. No class fits: -1.
    never_empty: return 1 - chance <= self.threshold =>
      | fits = 1 - chance <= self.threshold
      | return fits | (chance >= chance.max(axis=1, keepdims=True))
      The likeliest class is always in the set. A sensible rule, and another one: here a set may be
      empty.
    unsure_is_zero: fits.argmax(axis=1), -1) => fits.argmax(axis=1), 0)
      "I don't know" is -1 here. 0 is a class.
"""
