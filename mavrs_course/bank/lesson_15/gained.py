"""15.2 Is it real?

12 minutes, difficulty 1, 2 points, L15.2
You can say which of two ways is better, and when you can't.
"""

import numpy as np
from scipy import stats

from mavrs_course.course import Case


def gained(ours, theirs):
    difference = ours - theirs
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    half = stats.t.ppf(0.975, len(difference) - 1) * error
    return difference.mean(), difference.mean() - half, difference.mean() + half


def gained_by_scipy(ours, theirs):
    found = stats.ttest_rel(ours, theirs)
    interval = found.confidence_interval(0.95)
    return np.mean(ours - theirs), interval.low, interval.high


OTHERS = (gained_by_scipy, lambda a, b: tuple(gained(a, b)))


def cases(rng):
    def some(seeds, luck, noise):
        shared = 200 + luck * rng.normal(size=seeds)
        return shared + 8 + noise * rng.normal(size=seeds), shared + noise * rng.normal(size=seeds)

    return [
        Case("two seeds: differences 1 and 3",
             (np.array([11.0, 23.0]), np.array([10.0, 20.0])),
             np.array([2.0, 2.0 - 12.706204736, 2.0 + 12.706204736])),
        Case("five seeds, all gain the same",
             (np.array([5.0, 9.0, 1.0, 7.0, 3.0]), np.array([3.0, 7.0, -1.0, 5.0, 1.0])),
             np.array([2.0, 2.0, 2.0])),
        Case("five seeds with much luck in common", some(5, 20.0, 2.0)),
        Case("five seeds, hardly any luck in common", some(5, 1.0, 6.0)),
        Case("twelve seeds", some(12, 15.0, 4.0)),
        Case("a loss", some(6, 10.0, 2.0)[::-1]),
    ]  # fmt: skip


HINTS = """
    Begin with difference = ours - theirs. From here on there is only one list of numbers.

    Half the width is t times the standard error: difference.std(ddof=1) / sqrt(S).

    stats.t.ppf(0.975, S - 1) is the t. Return mean, mean - half, mean + half.
"""
MISTAKES = """
    unpaired:
      | difference.std(ddof=1) / np.sqrt(len(difference)) =>
      |     np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours));
      | len(difference) - 1) => 2 * len(ours) - 2)
      That is the interval for two ways that were played on different seeds. The same seeds share
      their luck: subtract first, then take the deviation of the differences.
    unpaired_with_few:
      | difference.std(ddof=1) / np.sqrt(len(difference)) =>
      |     np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours))
      You add up the variances of both ways, and the luck that they share is counted twice.
      Subtract seed by seed first.
    normal_quantile: stats.t.ppf(0.975, len(difference) - 1) => 1.96
      1.96 is for many seeds. With few, the deviation itself is uncertain: Student's t,
      stats.t.ppf(0.975, len - 1), which is 2.78 for five.
    population_deviation: ddof=1 => ddof=0
      np.std divides by the number of seeds; for an interval divide by one less: std(ddof=1).
    no_root: / np.sqrt(len(difference)) =>
      That is how far a single seed strays. The mean of S seeds strays less: divide by the root of
      S.
    divided_by_seeds: np.sqrt(len(difference)) => len(difference)
      The deviation is divided by the number of seeds. Divide by its root.
    wrong_way_round: ours - theirs => theirs - ours
      The sign is turned round: the gain is ours minus theirs.
    ninety_percent: 0.975 => 0.95
      The quantile 0.95 leaves 5 % on each side, 10 in all. For 95 % in the middle take 0.975.
    one_freedom_too_many: len(difference) - 1 => len(difference)
      S differences have S - 1 degrees of freedom.
    one_error: stats.t.ppf(0.975, len(difference) - 1) * error => error
      That is one standard error to each side, about 68 % for many seeds. Multiply by
      stats.t.ppf(0.975, len - 1).
    mean_and_half: difference.mean() - half, difference.mean() + half => half
      Two numbers came back: the mean and half the width. Return three: the mean, the lower and
      the upper end.
    quantiles_of_seeds:
      | difference.mean() - half, difference.mean() + half =>
      |     *np.quantile(difference, [0.025, 0.975])
      These are the quantiles of the seeds, where single seeds lie. The interval is about their
      mean, and narrower with more seeds.
    two_for_t: stats.t.ppf(0.975, len(difference) - 1) => 2.0
      Two standard errors are for many seeds. With few take Student's t: stats.t.ppf(0.975, len -
      1), which is 2.78 for five.
    variance_for_deviation: difference.std => difference.var
      That is the variance of the differences. Its root, the deviation, goes into the standard
      error.
    ends_swapped: - half, difference.mean() + half => + half, difference.mean() - half
      The upper end comes before the lower one. Return mean, mean - half, mean + half.
    mean_only:
      | difference.mean(), difference.mean() - half, difference.mean() + half =>
      |     float(difference.mean())
      That is the mean alone. Return three numbers: the mean and both ends of its interval.
    interval_only: return difference.mean(), => return
      These are the two ends. Return the mean as well, first of the three.
"""

EQUAL = r"""
    ours without axes of length 1
    theirs without axes of length 1
      One seed has no deviation.
"""
