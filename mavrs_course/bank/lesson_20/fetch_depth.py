"""20.5 How many to fetch.

15 minutes, difficulty 2, 3 points, L20.5
A rule of one line finds the bottom of the cost curve without drawing it.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.world.short_video import prefetch


def fetch_depth(wanted, stall, waste, stale):
    for depth in range(max(wanted)):
        needed = (wanted > depth).mean()
        if needed * stall <= (1 - needed) * waste + stale:
            return depth
    return int(max(wanted))


def fetch_depth_by_trying(wanted, stall, waste, stale):
    costs = []
    for depth in range(int(np.max(wanted)) + 2):
        missing, spare = np.maximum(wanted - depth, 0), np.maximum(depth - wanted, 0)
        costs.append(stall * missing.mean() + waste * spare.mean() + stale * depth)
    return int(np.argmin(np.round(costs, 9)))


OTHERS = (fetch_depth_by_trying, prefetch.depth_worth_fetching)


def cases(rng):
    def some(mean, stall, waste, stale):
        return rng.poisson(mean, 64), stall, waste, stale

    few = np.array([1, 3, 3, 5])
    return [
        Case("1, 3, 3, 5; stall 4, waste 1, stale 0", (few, 4.0, 1.0, 0.0), 5),
        Case("the same, stale 0.5", (few, 4.0, 1.0, 0.5), 3),
        Case("the same in another order", (np.array([3, 5, 1, 3]), 4.0, 1.0, 0.5), 3),
        Case("stall 3: the fourth saves exactly what it wastes", (few, 3.0, 1.0, 0.0), 3),
        Case("waste is dear", (few, 1.0, 8.0, 0.0), 1),
        Case("stale is dearer than any stall", (few, 2.0, 0.0, 2.5), 0),
        Case("nobody ever asks", (np.zeros(5, dtype=int), 9.0, 1.0, 0.0), 0),
        Case("half of the time nobody asks", (np.array([0, 0, 8, 8]), 3.0, 1.0, 0.5), 8),
        Case("half of the time nobody asks, and stalls cost less",
             (np.array([0, 0, 8, 8]), 1.75, 1.0, 0.5), 0),
        Case("one occasion only", (np.array([6]), 1.0, 5.0, 0.25), 6),
        Case("a long tunnel", some(9, 4.0, 1.0, 0.3)),
        Case("data are dear", some(8, 1.0, 2.3, 0.07)),
    ]  # fmt: skip


HINTS = """
    Ask of one video at a time: is the next one worth fetching? It is asked for on some share of the
    occasions, and on all others it is wasted.

    The video after `depth` others is asked for where `wanted` is larger than `depth`. That saves a
    stall. Else it is waste. The stale price is paid either way.

    The share falls with depth, so the first video that is not worth it ends the search. What saves
    exactly what it costs is not worth it: of equals, the smallest depth.
"""
MISTAKES = """
    equals_are_fetched: needed * stall <= => needed * stall <
      A video that saves exactly what it costs is fetched. Of equal depths take the smallest.
    one_too_many: wanted > depth => wanted >= depth
      or return depth => return depth + 1
      You fetch one video too many. With `depth` fetched, the next is asked for where wanted is
      larger than depth.
    one_too_few: wanted > depth => wanted > depth + 1
      You stop a video too early: the next is asked for where wanted is larger than depth.
    nothing_is_stale: + stale =>
      The stale price is left out. Each video that waits costs it, whether asked for or not.
    stale_where_wasted: (1 - needed) * waste + stale => (1 - needed) * (waste + stale)
      or needed * stall <= (1 - needed) * waste + stale =>
      |     needed * (stall - stale) <= (1 - needed) * waste
      You pay the stale price only where the video is wasted, or asked for. It is paid always.
    exchanged: needed * stall <= (1 - needed) * waste => needed * waste <= (1 - needed) * stall
      Stall and waste have changed places. A video that is asked for saves a stall.
    always_needed: needed * stall <= => stall <=
      You count a whole stall saved for each video. It is saved only where the video is asked for.
    always_wasted: (1 - needed) * waste + stale => waste + stale
      You count each video as wasted. It is wasted only where it is not asked for.
    never_wasted: (1 - needed) * waste + stale => stale
      Waste is left out: what is fetched and not asked for costs something.
    counts_for_shares: (wanted > depth).mean() => (wanted > depth).sum()
      or (wanted > depth).mean() => (wanted > depth).sum() / max(wanted.sum(), 1)
      The chance that a video is asked for is a share of the occasions: divide by their number.
    at_least_one: return depth => return max(depth, 1); int(max(wanted)) => max(int(max(wanted)), 1)
      You fetch one video in any case. It may be that none is worth it.
    exactly_that_many: wanted > depth => wanted == depth + 1
      The next video is needed whenever more than `depth` are asked for, not just one more.
    fetches_the_mean:
      or fetches_the_median
      You fetch what is asked for on average. Where a stall costs more than waste, more pays.
"""


def fetches_the_mean(wanted, stall, waste, stale):
    return round(float(np.mean(wanted)))


def fetches_the_median(wanted, stall, waste, stale):
    return int(np.median(wanted))
