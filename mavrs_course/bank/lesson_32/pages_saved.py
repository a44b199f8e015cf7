"""32.5 Worth in pages.

20 minutes, difficulty 2, 3 points, L32.5
Formats that have nothing else in common now have one unit.
"""

import numpy as np

from mavrs_course.course import Case


def pages_saved(curve, openings):
    best = np.maximum.accumulate(np.asarray(curve, dtype=float))
    page = np.searchsorted(best, openings, side="left")
    saved = np.full(len(openings), np.inf)
    saved[page == 0] = 0.0
    between = (page > 0) & (page < len(best))
    high = page[between]
    low = best[high - 1]
    saved[between] = high - 1 + (openings[between] - low) / (best[high] - low)
    return saved


def saved_by_loops(curve, openings):
    saved = []
    for value in openings:
        before, found = None, float("inf")
        for page, mark in enumerate(curve):
            if mark >= value:
                found = 0.0 if before is None else page - 1 + (value - before) / (mark - before)
                break
            before = mark if before is None else max(before, mark)
        saved.append(found)
    return saved


OTHERS = (saved_by_loops,)


def cases(rng):
    rising = np.round(np.cumsum(rng.uniform(-0.2, 0.6, 12)), 2)
    between = np.round(rng.uniform(rising.min() - 0.2, rising.max() + 0.2, 6), 3)
    return [
        Case("9, 10, 11 minutes", (np.array([9.0, 10.0, 11.0]), np.array([10.0, 10.5, 9.25])),
             np.array([1.0, 1.5, 0.25])),
        Case("worse than nothing, and just as good", (np.array([9.0, 10.0]), np.array([8.5, 9.0])),
             np.array([0.0, 0.0])),
        Case("never reached", (np.array([9.0, 10.0]), np.array([10.5, 10.0])),
             np.array([np.inf, 1.0])),
        Case("a curve that falls back", (np.array([9.0, 10.0, 9.4, 11.0]), np.array([9.7, 10.5])),
             np.array([0.7, 2.5])),
        Case("a curve that stands still", (np.array([9.0, 10.0, 10.0, 10.0, 11.0]),
             np.array([10.0, 10.2])), np.array([1.0, 3.2])),
        Case("a curve of one page", (np.array([9.5]), np.array([9.25, 9.75])),
             np.array([0.0, np.inf])),
        Case("one format", (np.array([9.0, 10.0]), np.array([9.5])), np.array([0.5])),
        Case("no format at all", (np.array([9.0, 10.0]), np.zeros(0)), np.zeros(0)),
        Case("a curve that only falls", (np.array([9.0, 8.5, 8.0]), np.array([8.75, 9.1])),
             np.array([0.0, np.inf])),
        Case("twelve pages, up and down", (rising, between)),
    ]  # fmt: skip


HINTS = """
    Take one opening: at which page does the curve first get as far? It may be page 0, or none.

    A curve of real pages goes up and down. Work with the best so far, which only rises.

    Between two pages go along a straight line, from the best so far to the mark that reaches it.
    Of a plateau the first page counts.
"""
MISTAKES = """
    no_running_best: np.maximum.accumulate(np.asarray(curve, dtype=float)) =>
      | np.asarray(curve, dtype=float); np.searchsorted(best, openings, side="left") =>
      | np.array([next((p for p, m in enumerate(best) if m >= v), len(best))
      |           for v in openings], int)
      After a fall you start the line from the mark before. It starts from the best so far.
    whole_pages: high - 1 + (openings[between] - low) / (best[high] - low) => high
      You count whole pages. Between two pages, go along a straight line.
    page_before: high - 1 + (openings[between] - low) / (best[high] - low) => high - 1
      You return the page before. Add the part of the way that is left.
    a_page_too_many: high - 1 + (openings => high + (openings
      Your answer is a page too high: the line starts at the page before.
    never_is_the_end: np.full(len(openings), np.inf) => np.full(len(openings), len(best) - 1.0)
      What the curve never reaches is worth more than all its pages: np.inf.
    never_is_nan: np.full(len(openings), np.inf) => np.full(len(openings), np.nan)
      What the curve never reaches is worth more than all its pages: np.inf, not NaN.
    counted_from_one: return saved => return saved + 1
      Entry 0 of the curve is the mark before any page. Count from 0.
    below_zero: saved[page == 0] = 0.0 =>
      | saved[page == 0] = (openings - best[0])[page == 0]
      An opening below the curve's first mark saves no page: 0.
    end_of_the_plateau: side="left" => side="right"
      Where the curve stands still, its first page counts. Exactly reached is reached.
    minutes: return saved => return np.asarray(openings) - curve[0]
      You return minutes. The unit is pages.
    wrong_part: (openings[between] - low) / => (best[high] - openings[between]) /
      Your part of the way is what is still to go. Take what is done.
    not_divided: (openings[between] - low) / (best[high] - low) => (openings[between] - low)
      You add minutes to pages. Divide by how much the curve rises there.
    interpolated:
      np.interp ends at the last page, even where the opening is never reached: that is np.inf.
"""


def interpolated(curve, openings):
    return np.interp(openings, np.maximum.accumulate(curve), np.arange(len(curve)))
