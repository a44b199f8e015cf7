"""06.2 A fair comparison of three minutes and thirty.

12 minutes, difficulty 1, 2 points, L06.2
Minutes of short and long videos can now be compared, and nobody gains by length.
"""

import numpy as np
from scipy.stats import rankdata

from mavrs_course.agents.feedback import watch
from mavrs_course.course import Case, Property


def fair_quantiles(watched, length_class):
    quantiles = np.empty(len(watched))
    for group in np.unique(length_class):
        rows = length_class == group
        mine = watched[rows]
        below = (mine[None, :] < mine[:, None]).mean(axis=1)
        equal = (mine[None, :] == mine[:, None]).mean(axis=1)
        quantiles[rows] = below + equal / 2
    return quantiles


def fair_quantiles_by_rank(watched, length_class):
    quantiles = np.empty(len(watched))
    for group in set(length_class.tolist()):
        rows = length_class == group
        quantiles[rows] = (rankdata(watched[rows]) - 0.5) / rows.sum()
    return quantiles


OTHERS = (fair_quantiles_by_rank, watch.duration_quantiles)


def cases(rng):
    def some(views, groups):
        group = rng.integers(0, groups, views)
        watched = np.minimum(rng.exponential(4.0, views), 2.0 * (group + 1))
        return watched, group

    return [
        Case("three short views, two of them watched to the end, and two long ones",
             (np.array([1.0, 2.0, 2.0, 3.0, 10.0]), np.array([0, 0, 0, 1, 1])),
             [1 / 6, 4 / 6, 4 / 6, 1 / 4, 3 / 4]),
        Case("a class with a single view", (np.array([5.0, 1.0, 2.0]), np.array([3, 0, 0])),
             [0.5, 0.25, 0.75]),
        Case("a single view", (np.array([5.0]), np.array([3])), [0.5]),
        Case("all watched alike", (np.full(4, 2.0), np.zeros(4, dtype=int)), [0.5] * 4),
        Case("thirty views, four classes", some(30, 4)),
        Case("a hundred views, three classes, many to the end", some(100, 3)),
        Case("one class", some(12, 1)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one quantile for each view",
             lambda result, watched, length_class: np.shape(result) == np.shape(watched),
             "One number for each view is wanted, in the order in which the views were given."),
)  # fmt: skip

HINTS = """
    Take one length class at a time: rows = length_class == group. Inside it, compare every view
    with every other.

    mine[None, :] < mine[:, None] is true in row i, column j where view j was watched for less
    than view i. The mean of a row is the share below.

    Do it group by group. A view's quantile is the share below and half of the share of equals,
    itself included: the same table with ==.
"""
MISTAKES = """
    ignored_the_classes: length_class == group => length_class == length_class
      or length_class == group => length_class == length_class; below + equal / 2 => below + equal
      or length_class == group => length_class == length_class; below + equal / 2 => below
      Every view is ranked among all views, so that long videos win again. Rank it among the views
      of its own length class only.
    equals_count_as_below: equal / 2 => equal
      Views that were watched for as long count whole, the view itself among them. They count
      half: else all who watch to the end are rated as the best of them.
    a_single_view_is_zero: below + equal / 2 => (below + equal / 2) * (len(mine) > 1)
      A class with a single view gets 0 in yours. The view is as long as itself, which counts half:
      0.5.
    equals_do_not_count: + equal / 2 =>
      Only views watched for less are counted. Those watched for as long, the view itself among
      them, count half.
    equals_ordered_by_chance:
      | below + equal / 2 =>
      |     (np.argsort(np.argsort(mine, kind="stable"), kind="stable") + 0.5) / len(mine)
      or below + equal / 2 => (np.argsort(np.argsort(mine)) + 0.5) / len(mine)
      Views watched for as long get different quantiles, by the order in which they stand. Equals
      share one: argsort cannot do that, comparing can.
    upside_down: return quantiles => return 1 - quantiles
      The shortest views come out on top: count the views that were watched for less.
    watch_ratio: below + equal / 2 => mine / mine.max()
      That divides by the longest view of the class. A quantile counts views: the share of the
      class that was watched for less, plus half the share watched as long.
    z_score: below + equal / 2 => (mine - mine.mean()) / (mine.std() or 1.0)
      That is a z-score, minutes in standard deviations. Asked for is a rank between 0 and 1,
      which one very long view cannot stretch.
    ranks_from_zero_to_one:
      | below + equal / 2 =>
      |     (below + equal / 2 - 0.5 / len(mine)) * len(mine) / max(len(mine) - 1, 1)
      You divide by one view less than there are, so that the ends become 0 and 1. Divide by the
      number of views in the class: (rank - 1/2) / n.
    rank_over_n: below + equal / 2 => below + equal / 2 + 0.5 / len(mine)
      You divide the rank by n, so that the best get 1. Half a view less: (rank - 1/2) / n.
    ranks_not_divided: below + equal / 2 => (below + equal / 2) * len(mine) + 0.5
      or below + equal / 2 => (below + equal / 2) * len(mine)
      These are ranks, which are larger in larger classes. Divide by the number of views in the
      class.
    counts_not_divided: below + equal / 2 => below * len(mine)
      or below + equal / 2 => (below + equal) * len(mine)
      These are counts of views, which are larger in larger classes. Divide by the number of views
      in the class, and let those watched for as long count half.
    divided_by_the_class_mean: below + equal / 2 => mine / mine.mean()
      That is minutes in units of the class's mean. A quantile counts views: the share of the
      class that was watched for less, plus half the share watched as long.
    divided_by_all_views: below + equal / 2 => (below + equal / 2) * rows.mean()
      The counts are right, and divided by the number of all views. Divide by the number of views
      in the class.
"""

EQUAL = """
    1 => 0 | equal = (mine[None, :] == mine[:, None]).mean(axis=1)
      Whoever equals another is equalled by it.
"""
