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

    def small(miss, new=NEW):
        return miss, KNOWN, TRUTH, new

    return [
        # k = ceil((1 - miss) * 8) is 6, 3, 7 (the worst of the seven) and 8 (of seven)
        Case("7 cases, miss .25: the threshold is 6/8, so that a chance of .25 is enough",
             small(0.25), _told([[YES, NO], [YES, YES], [YES, YES], [YES, YES]], [0, -1, -1, -1])),
        Case("miss .7: a chance of .625 is needed, which not every case has",
             small(0.7), _told([[YES, NO], [NO, NO], [NO, YES], [NO, NO]], [0, -1, 1, -1])),
        Case("miss .2: a chance of .125 is needed",
             small(0.2), _told([[YES, NO], [YES, YES], [YES, YES], [YES, YES]], [0, -1, -1, -1])),
        Case("miss .1: seven cases are too few for such a promise",
             small(0.1), _told([[YES, YES]] * 4, [-1] * 4)),
        Case("a chance of just 1 less the threshold",
             small(0.25, np.array([[0.25, 0.75]])), _told([[YES, YES]], [-1])),
        Case("a single case, miss .5: a chance of .5 is needed", (0.5, KNOWN[:1], TRUTH[:1], NEW),
             _told([[YES, NO], [NO, YES], [NO, YES], [YES, NO]], [0, 1, 1, 0])),
        Case("three classes", some(40, 12, 3, 0.15)),
        Case("two classes, 100 cases", some(100, 15, 2, 0.1)),
        Case("five classes, few cases", some(13, 12, 5, 0.3)),
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
      k is reckoned with n in place of n + 1: the new case counts as one of them.
    rounded_down: math.ceil => math.floor
      k is rounded down, so that the sets miss the truth a little too often. Round up.
    off_by_one: badly[rank - 1] => badly[min(rank, len(badly) - 1)]
      The threshold is one place too high: the k-th smallest stands at place k - 1.
    miss_for_coverage: (1 - self.miss) * => self.miss *
      k is reckoned with `miss`. The sets have to hold the truth in a part of 1 - miss.
    best_for_true: chance[np.arange(len(truth)), truth] => chance.max(axis=1)
      You calibrate with the likeliest class. It must be the class that did happen.
    all_classes_calibrate: 1 - chance[np.arange(len(truth)), truth] => 1 - chance, axis=None
      All classes of each case are calibrated with. Take one number a case: that of the truth.
    largest_when_too_few: else np.inf => else badly[-1]
      With too few cases no number can keep the promise: the threshold is infinite.
    interpolated:
      | badly[rank - 1] if rank <= len(truth) else np.inf => np.quantile(badly, 1 - self.miss)
      np.quantile takes a value between two cases. Take the k-th smallest itself.
    not_sorted: np.sort(1 - chance => (1 - chance
      The numbers are not sorted, so that the k-th is that of any case.
    wrong_side_of_the_threshold: 1 - chance <= self.threshold => 1 - chance >= self.threshold
      or 1 - chance <= self.threshold => chance >= self.threshold
      The sets hold the wrong classes: 1 less the chance must be at most the threshold.
    strictly_better: 1 - chance <= self.threshold => 1 - chance < self.threshold
      A class that fits just as badly as the threshold is left out. "No worse" includes it.
    always_answers:
      | np.where(fits.sum(axis=1) == 1, fits.argmax(axis=1), -1) => chance.argmax(axis=1)
      or np.where(fits.sum(axis=1) == 1, => np.where(fits.any(axis=1),
      A case with several classes in its set gets an answer. The agent does not know there: -1.
    empty_is_an_answer: np.where(fits.sum(axis=1) == 1, => np.where(fits.sum(axis=1) < 2,
      or 1 - chance <= self.threshold =>
      | (1 - chance <= self.threshold) | (chance >= chance.max(axis=1, keepdims=True))
      A set without any class is filled up, or answered. It may stay empty: no class fits, -1.
    unsure_is_zero: fits.argmax(axis=1), -1) => fits.argmax(axis=1), 0)
      "I don't know" is -1 here. 0 is a class.
"""
