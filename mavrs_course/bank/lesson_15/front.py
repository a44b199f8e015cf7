"""15.1 The ways that nothing beats.

15 minutes, difficulty 2, 3 points, L15.1
Whoever argues about cost and quality can now start from the ways that matter.
"""

import numpy as np

from mavrs_course.course import Case


def front(cost, quality):
    cheaper = cost[:, None] <= cost
    better = quality[:, None] >= quality
    strictly = (cost[:, None] < cost) | (quality[:, None] > quality)
    return ~(cheaper & better & strictly).any(axis=0)


def front_by_loops(cost, quality):
    points = list(zip(cost, quality, strict=True))

    def beats(a, b):
        return a != b and a[0] <= b[0] and a[1] >= b[1]

    return np.array([not any(beats(a, b) for a in points) for b in points], dtype=bool)


OTHERS = (front_by_loops,)


def cases(rng):
    def some(n, levels):
        return tuple(rng.integers(1, levels, (2, n)) / 2)

    def yes(*values):
        return np.array(values, dtype=bool)

    return [
        Case("four ways, one of them beaten",
             (np.array([2.0, 12.0, 7.0, 20.0]), np.array([170.0, 200.0, 160.0, 210.0])),
             yes(True, True, False, True)),
        Case("one way is the cheapest and the best",
             (np.array([12.0, 2.0, 7.0]), np.array([200.0, 270.0, 170.0])),
             yes(False, True, False)),
        Case("the same quality at two costs",
             (np.array([1.0, 3.0, 4.0]), np.array([5.0, 5.0, 6.0])), yes(True, False, True)),
        Case("the same cost with two qualities",
             (np.array([4.0, 2.0, 2.0]), np.array([9.0, 6.0, 7.0])), yes(True, False, True)),
        Case("two ways that are the same in both",
             (np.array([2.0, 2.0, 5.0]), np.array([6.0, 6.0, 6.0])), yes(True, True, False)),
        Case("ten ways with many ties", some(10, 5)),
        Case("one way alone", some(1, 5)),
        Case("thirty ways with ties", some(30, 8)),
    ]  # fmt: skip


HINTS = """
    Way a beats way b if cost[a] <= cost[b] and quality[a] >= quality[b], and at least one of the
    two is strict.

    Two loops will do: for each b, look for any a that beats it.

    Without loops: cost[:, None] <= cost is bool[n, n] with a in rows and b in columns. Combine
    three such tables, then ~table.any(axis=0).
"""


def ties_in_cost(cost, quality):
    unbeaten, best = np.zeros(len(cost), dtype=bool), -np.inf
    for n in np.argsort(cost, kind="stable"):
        unbeaten[n] = quality[n] > best
        best = max(best, quality[n])
    return unbeaten


MISTAKES = """
    must_win_both: | (quality[:, None] > quality) => & (quality[:, None] > quality)
      A way is only beaten here by one that is cheaper and better. As good for less money beats it
      too: at least as cheap, at least as good, and better in one.
    equals_kill_each_other: & strictly => & ~np.eye(len(cost), dtype=bool)
      Two ways that are the same in both throw each other out. To beat, a way must be really
      better in at least one of the two: (c < cost) | (q > quality).
    beaten_by_itself: & strictly =>
      Every way is compared with itself, which is as cheap and as good, so nothing is left. Ask
      for being strictly better in at least one of the two.
    must_be_cheaper: cost[:, None] <= cost => cost[:, None] < cost
      A way of the same cost and better quality does not beat here. Strictly better in either of
      the two is enough.
    must_be_better: quality[:, None] >= quality => quality[:, None] > quality
      A way of the same quality at a lower cost does not beat here. Strictly better in either of
      the two is enough.
    best_quality_only: ~(cheaper & better & strictly).any(axis=0) => quality == quality.max()
      Only the best quality is left. A cheaper way that is a little worse may be just what
      somebody needs: it is out only if another is as cheap and as good.
    two_ends:
      | ~(cheaper & better & strictly).any(axis=0) =>
      |     (quality == quality.max()) | (cost == cost.min())
      The cheapest and the best are kept, whatever lies between and however good. Compare each way
      with all others, in both.
    quality_upside_down:
      | quality[:, None] >= quality => quality[:, None] <= quality;
      | quality[:, None] > quality => quality[:, None] < quality
      The worse quality wins. More minutes are better: quality >= for the one that beats.
    cost_upside_down:
      | cost[:, None] <= cost => cost[:, None] >= cost;
      | cost[:, None] < cost => cost[:, None] > cost
      The dearer way wins. The one that beats has cost <= the other's.
    the_beaten_ones: ~(cheaper => (cheaper
      True stands where a way is beaten. Return the others: turn it round with ~.
    asks_whom_it_beats: strictly).any(axis=0) => strictly).any(axis=1)
      You ask whom a way beats. Who beats it stands in its column: any(axis=0).
    numbers_for_truths: ~(cheaper => np.flatnonzero(~(cheaper; .any(axis=0) => .any(axis=0))
      These are the numbers of the ways on the front. Return one True or False for each way,
      bool[n].
    ties_in_cost:
      Walking from cheap to dear, the first of two ways of the same cost is kept even if the
      second is better. Among equals in cost begin with the best.
    best_ratio:
      | ~(cheaper & better & strictly).any(axis=0) => quality / cost == (quality / cost).max()
      Quality divided by cost picks one exchange rate for everybody. The front needs none: it only
      leaves out what is beaten.
"""
