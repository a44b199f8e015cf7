"""27.3 Where the new ones stand.

15 minutes, difficulty 2, 3 points, L27.3
AUC by viewer, so that a bias against the new shows as less than a half.
"""

import numpy as np

from mavrs_course.course import Case


def cold_rank(scores, wanted, offered):
    shares = []
    for score, want, offer in zip(scores, wanted, offered, strict=True):
        good, rest = score[want & offer], score[offer & ~want]
        if len(good) and len(rest):
            above = good[:, None] > rest
            equal = good[:, None] == rest
            shares.append((above + 0.5 * equal).mean())
    return float(np.mean(shares))


def cold_rank_by_ranks(scores, wanted, offered):
    from scipy.stats import rankdata

    shares = []
    tables = (np.asarray(table) for table in (scores, wanted, offered))
    for score, want, offer in zip(*tables, strict=True):
        rank, mine = rankdata(score[offer]), want[offer]
        good, rest = mine.sum(), (~mine).sum()
        if good and rest:
            shares.append((rank[mine].sum() - good * (good + 1) / 2) / (good * rest))
    return sum(shares) / len(shares)


def cold_rank_of_the_library(scores, wanted, offered):
    from mavrs_course.metrics import auc, mean_over_viewers

    return mean_over_viewers(auc(scores, wanted, offered))


OTHERS = (cold_rank_by_ranks, cold_rank_of_the_library)


def cases(rng):
    def some(viewers, videos, levels):
        scores = rng.integers(0, levels, (viewers, videos)) / 4.0
        wanted = rng.random((viewers, videos)) < 0.3
        return scores, wanted, rng.random((viewers, videos)) < 0.8

    all_four, first = np.ones((1, 4), bool), np.array([[True, False, False, False]])
    row = np.array([[2.0, 1.0, 2.0, 3.0]])
    two = np.array([[2.0, 1.0, 2.0, 3.0], [5.0, 1.0, 2.0, 3.0]])
    return [
        Case("above one, equal to one, below one", (row, first, all_four), 0.5),
        Case("the best is not offered", (row, first, np.array([[True, True, True, False]])), 0.75),
        Case("what is wanted and not offered does not count",
             (row, np.array([[True, False, False, True]]), np.array([[True, True, False, False]])),
             1.0),
        Case("beneath all others", (-row * [[4, 1, 1, 1]], first, all_four), 0.0),
        Case("a viewer who wants nothing is left out",
             (two, np.array([[False] * 4, [True, False, False, False]]), np.ones((2, 4), bool)),
             1.0),
        Case("a viewer who wants everything is left out",
             (two, np.array([[True] * 4, [False, True, False, False]]), np.ones((2, 4), bool)),
             0.0),
        Case("two viewers with different numbers weigh alike",
             (two, np.array([[True, True, True, False], [True, False, False, False]]),
              np.ones((2, 4), bool)), 0.5),
        Case("six viewers, ties", some(6, 12, 5)),
        Case("twenty viewers", some(20, 30, 400)),
    ]  # fmt: skip


NAMES = ("scores", "wanted", "offered")

HINTS = """
    Work viewer by viewer. Among what was offered, part the scores into those of wanted videos and
    those of the rest.

    Compare each wanted video with each of the rest: an axis more makes all pairs at once. A pair
    counts 1 where the wanted one is above, and a half where they are equal.

    Average over a viewer's pairs, then over viewers. Who has no pair is left out of both.
"""
MISTAKES = """
    ties_lose: (above + 0.5 * equal) => above
      Equal scores count as lost. They count a half.
    ties_win: good[:, None] > rest => good[:, None] >= rest; + 0.5 * equal => + 0 * equal
      Equal scores count as won. They count a half.
    not_offered_too: score[offer & ~want] => score[~want]
      You compare with videos that were not offered, such as those watched already.
    wanted_and_not_offered: score[want & offer] => score[want]
      A wanted video that was not offered counts. Look among those offered.
    with_itself: score[offer & ~want] => score[offer]
      You compare wanted videos with each other too. Compare them with the rest.
    upside_down: good[:, None] > rest => good[:, None] < rest
      You count the pairs where the wanted video is below. Count those where it is above.
    pairs_of_all:
      | shares.append((above + 0.5 * equal).mean()) =>
      | shares.extend((above + 0.5 * equal).ravel())
      You average over the pairs of all viewers, so that who wants much weighs more.
    half_for_nobody:
      | if len(good) and len(rest): =>
      | if not (len(good) and len(rest)):
      |     shares.append(0.5)
      | else:
      Who has no pair gets a half in your answer. They are left out.
    best_wanted_only: good[:, None] > rest => good[:, None].max() > rest; == rest => .max() == rest
      You look at the best wanted video only. Compare every one.
    first_viewer: float(np.mean(shares)) => float(shares[0])
      You give the first viewer's share. Average over viewers.
"""
