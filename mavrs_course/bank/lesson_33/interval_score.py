"""33.1 What a prediction was worth.

15 minutes, difficulty 2, 3 points, L33.1
Whoever says what they believe scores best, and no other rule of thumb can promise that.
"""

import numpy as np

from mavrs_course.arena.defence import interval_score as score_of_the_library
from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def interval_score(low, high, truth, sure):
    nothing_said = np.isnan(low) | np.isnan(high)
    low, high = np.where(nothing_said, 0.0, low), np.where(nothing_said, 1.0, high)
    miss = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return high - low + 2 / (1 - sure) * miss


def score_by_loops(low, high, truth, sure):
    told = []
    for a, b, x in zip(low, high, truth, strict=True):
        if a != a or b != b:
            a, b = 0.0, 1.0
        miss = a - x if x < a else x - b if x > b else x - x
        told.append(b - a + miss / ((1 - sure) / 2))
    return told


OTHERS = (score_by_loops, score_of_the_library)
NAMES = ("low", "high", "truth", "sure")
NAN = float("nan")


def cases(rng):
    def some(count, sure):
        ends = np.round(rng.uniform(-0.5, 1.2, (2, count)), 2)
        return ends.min(axis=0), ends.max(axis=0), np.round(rng.uniform(-1, 1.5, count), 2), sure

    def told(low, high, truth, sure, *score):
        inputs = tuple(np.array([x], dtype=float) for x in (low, high, truth))
        return (*inputs, sure), np.array(score)

    return [
        Case("0.2 to 0.5, and it was 0.4", *told(0.2, 0.5, 0.4, 0.8, 0.3)),
        Case("0.2 to 0.5, and it was 0.6", *told(0.2, 0.5, 0.6, 0.8, 1.3)),
        Case("0.2 to 0.5, and it was -0.1", *told(0.2, 0.5, -0.1, 0.8, 3.3)),
        Case("at the end itself", *told(0.2, 0.5, 0.5, 0.8, 0.3)),
        Case("half sure", *told(0.2, 0.5, 0.6, 0.5, 0.7)),
        Case("a point, missed", *told(0.25, 0.25, 0.5, 0.8, 2.5)),
        Case("nothing was said", *told(NAN, NAN, 1.5, 0.8, 6.0)),
        Case("half of it was said", *told(0.4, NAN, 0.1, 0.8, 1.0)),
        Case("not measured", *told(0.2, 0.5, NAN, 0.8, NAN)),
        Case("three abilities, each its own",
             (np.array([0.2, NAN, 0.0]), np.array([0.5, 0.3, 0.5]), np.array([0.6, 0.2, NAN]), 0.8),
             np.array([1.3, 1.0, NAN])),
        Case("eight abilities", some(8, 0.8)),
        Case("twelve abilities, 95 % sure", some(12, 0.95)),
    ]  # fmt: skip


PROPERTIES = (
    Property("a score is never less than the width",
             lambda result, low, high, truth, sure: not np.any(
                 np.asarray(result) < np.asarray(high) - np.asarray(low) - slack(result) - 1e-9),
             "A score came out below the width of its interval. The width is always paid, and a "
             "miss comes on top."),
)  # fmt: skip
HINTS = """
    Two parts are added: the width, which is always paid, and the distance to the nearer end where
    the truth lies outside.

    np.maximum(low - truth, 0) is the distance below, and 0 where there is none. Above it is the
    same with the other end. At most one of them counts.

    Fill in the intervals that were not said before anything else. Comparisons with a truth that is
    not a number are false, sums with it are not a number: prefer sums.
"""
MISTAKES = """
    width_is_free: high - low + 2 / (1 - sure) * miss => 2 / (1 - sure) * miss
      The width costs nothing in your answer, so the best prediction is everything. Add high - low.
    misses_are_free: high - low + 2 / (1 - sure) * miss => high - low + 0 * miss
      A miss costs nothing in your answer, so the best prediction is a point anywhere.
    miss_costs_its_distance: 2 / (1 - sure) * miss => miss
      A miss costs its distance alone. It is multiplied by 2 / (1 - sure).
    only_below: + np.maximum(truth - high, 0) =>
      A truth above the interval costs nothing in your answer. Both sides count.
    a_fixed_fine: miss = np.maximum(low - truth, 0) + np.maximum(truth - high, 0) =>
      | miss = 1.0 * ((truth < low) | (truth > high)) + 0 * truth
      Every miss costs the same. A near miss costs less than a far one.
    from_the_middle: miss = np.maximum(low - truth, 0) + np.maximum(truth - high, 0) =>
      | miss = np.abs(truth - (low + high) / 2) * ((truth < low) | (truth > high)) + 0 * truth
      You measure a miss from the middle. It is measured from the nearer end.
    unmeasured_is_a_hit: return high - low + 2 / (1 - sure) * miss =>
      | return high - low + 2 / (1 - sure) * np.nan_to_num(miss)
      What was not measured gets the width, as if it had been a hit. It has no score: np.nan.
    silence_is_no_score: np.where(nothing_said, 0.0, low), np.where(nothing_said, 1.0, high) =>
      | low + 0.0, high + 0.0
      What was not predicted has no score in your answer, so that silence pays. It counts as 0 to 1.
    larger_is_better: return high - low + 2 / (1 - sure) * miss =>
      | return -(high - low + 2 / (1 - sure) * miss)
      Your score has the other sign. It is a cost: the width, and more for a miss.
"""
