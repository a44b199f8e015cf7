"""31.1 Which slices to believe.

15 minutes, difficulty 2, 3 points, L31.1
You can look at fifty slices, and seldom chase what is not there.
"""

import numpy as np

from mavrs_course.agents.improving import discoveries
from mavrs_course.course import Case


def believed(p, rate):
    p = np.asarray(p, dtype=float)
    made = np.sort(p[~np.isnan(p)])
    limits = rate * np.arange(1, len(made) + 1) / max(len(made), 1)
    under = made[made <= limits]
    if len(under) == 0:
        return np.zeros(len(p), dtype=bool)
    return p <= under.max()


def believed_by_counting(p, rate):
    """Goes down from the largest: how many are as small as this one?"""
    made = [value for value in p if value == value]
    for limit in sorted(made, reverse=True):
        count = sum(value <= limit for value in made)
        if limit <= rate * count / len(made):
            return [bool(value <= limit) for value in p]
    return [False for _ in p]


def believed_by_the_library(p, rate):
    p = np.asarray(p, dtype=float)
    told, made = np.zeros(len(p), dtype=bool), ~np.isnan(p)
    told[made] = discoveries(p[made], rate)
    return told


OTHERS = (believed_by_counting, believed_by_the_library)
NAMES = ("p", "rate")


def cases(rng):
    def some(tests, sick, rate):
        p = np.where(np.arange(tests) < sick, rng.uniform(0, 0.02, tests), rng.uniform(size=tests))
        return rng.permutation(np.round(p, 4)), rate

    nan = np.nan
    return [
        Case("only the smallest", (np.array([0.04, 0.01, 0.9, 0.03]), 0.05),
             np.array([False, True, False, False])),
        Case("the last one lifts the one before", (np.array([0.05, 0.04]), 0.05),
             np.array([True, True])),
        Case("nothing to believe", (np.array([0.5, 0.3, 0.06]), 0.1), np.zeros(3, bool)),
        Case("one test, just at its limit", (np.array([0.1]), 0.1), np.array([True])),
        Case("no tests", (np.zeros(0), 0.1), np.zeros(0, bool)),
        Case("some were not made", (np.array([nan, 0.06, nan, 0.9]), 0.125),
             np.array([False, True, False, False])),
        Case("none was made", (np.array([nan, nan]), 0.1), np.zeros(2, bool)),
        Case("ties", (np.array([0.02, 0.02, 0.02, 0.8]), 0.04), np.array([True] * 3 + [False])),
        Case("a gap in the middle", (np.array([0.01, 0.07, 0.09, 0.075, 0.9]), 0.125),
             np.array([True, True, True, True, False])),
        Case("30 slices, 6 of them sick", some(30, 6, 0.1)),
        Case("51 slices, 9 of them sick", some(51, 9, 0.2)),
        Case("12 slices, none sick", some(12, 0, 0.4)),
    ]  # fmt: skip


HINTS = """
    Sort a copy of those that were made, and write the limit of each place under it.

    Look for the last place that is within its limit, not for the first that is above.

    The p-value at that place is all you need: whoever is as small is believed. A comparison with
    NaN is False.
"""
MISTAKES = """
    no_correction: return p <= under.max() => return p <= rate
      You compare each p-value with the rate alone. Of many tests of nothing some are below it.
    bonferroni: rate * np.arange(1, len(made) + 1) / max(len(made), 1) =>
      | np.full(len(made), rate / max(len(made), 1))
      All have the limit rate / m. That bounds the chance of any false one; here the k-th smallest
      has k times as much.
    first_above_stops: under = made[made <= limits] =>
      | under = made[np.cumprod(made <= limits).astype(bool)]
      You stop at the first that is above its limit. A later one may be within its own, and then all
      before it are believed.
    each_for_itself: return p <= under.max() => return np.isin(p, under)
      You believe each one that is within its own limit. All before the last of them belong to it.
    counts_what_was_not_made: / max(len(made), 1) => / max(len(p), 1)
      Tests that were not made count in your m.
    below_only: made[made <= limits] => made[made < limits]
      A p-value that is just at its limit is believed.
    from_zero: np.arange(1, len(made) + 1) => np.arange(len(made))
      Places are counted from 1: the smallest has the limit rate / m.
    largest_first: np.sort(p[~np.isnan(p)]) => np.sort(p[~np.isnan(p)])[::-1]
      You sort from the largest down. The smallest has place 1.
    without_the_last: return p <= under.max() => return p < under.max()
      The last one within its limit is believed as well.
"""
EQUAL = r"""
    p = np.asarray(p, dtype=float) => pass
      An array is given, as the text says.
    1 => 0 | limits = rate * np.arange(1, len(made) + 1) / max(len(made), 1)
      Where nothing was made, nothing is divided.
"""
