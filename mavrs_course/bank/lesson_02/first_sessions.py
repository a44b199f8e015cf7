"""02.2 One session each.

15 minutes, difficulty 2, 3 points, L02.2
Any environment that starts again by itself can now be judged fairly.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import number_for_nan


def first_sessions(minutes, ended):
    ended_before = np.cumsum(ended, axis=0) - ended
    total = np.where(ended_before == 0, minutes, 0).sum(axis=0)
    return np.where(ended.any(axis=0), total, np.nan)


def first_sessions_place_by_place(minutes, ended):
    totals = []
    for watched, ends in zip(np.transpose(minutes), np.transpose(ended), strict=True):
        pages = np.flatnonzero(ends)
        totals.append(float(watched[: pages[0] + 1].sum()) if len(pages) else float("nan"))
    return totals


OTHERS = (first_sessions_place_by_place,)


def cases(rng):
    minutes = np.array([[4.0, 4.0, 0.0], [4.0, 2.5, 4.0], [0.0, 4.0, 4.0], [1.5, 4.0, 4.0]])
    ended = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)

    def some(pages, places, often):
        watched = rng.uniform(0.5, 4.0, (pages, places))
        return watched, rng.random((pages, places)) < often

    return [
        Case("three places, four pages: one session, two sessions, none finished",
             (minutes, ended), np.array([9.5, 6.5, np.nan])),
        Case("the first page ends it", (np.array([[3.0, 4.0], [4.0, 4.0], [2.0, 1.0]]),
             np.array([[True, False], [False, False], [True, True]])), np.array([3.0, 9.0])),
        Case("forty pages in seven places, many sessions each", some(40, 7, 0.2)),
        Case("six pages in nine places, some unfinished", some(6, 9, 0.15)),
        Case("every session is finished", some(30, 5, 0.5)),
        Case("a single page", (np.array([[4.0, 1.0]]), np.array([[False, True]])),
             np.array([np.nan, 1.0])),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one number for each place",
             lambda result, minutes, ended: np.shape(result) == (minutes.shape[1],),
             "The result has one number for each place, that is, for each column: float[B]."),
    Property("NaN stands only where nothing ended",
             lambda result, minutes, ended: (not np.isnan(np.asarray(result,
                 dtype=float)[ended.any(axis=0)]).any()),
             "There is NaN in a place whose first session did end, on its first page perhaps, "
             "or its last. NaN is for places where no page at all is an end."),
    Property("each is the sum of the first pages of its place",
             lambda result, minutes, ended: all(np.isclose(np.cumsum(watched), total).any() for
                 total, watched, ends in zip(result, minutes.T, ended.T, strict=True) if
                 ends.any()),
             "A number is not the sum of the pages 0, 1, 2, ... of its own column, wherever one "
             "stops: every page of the session counts, once, and none of another place."),
    Property("each stops at the first end of its place",
             lambda result, minutes, ended: all(np.isclose(watched[: ends.argmax() + 1].sum(),
                 total) for total, watched, ends in zip(result, minutes.T, ended.T, strict=True) if
                 ends.any()),
             "The sum starts well and stops at the wrong page: its last page is the first one "
             "where this place, not another, has ended."),
)  # fmt: skip

HINTS = """
    Pages run down the rows, places along the columns. For each place, which pages belong to its
    first session? Those before which nothing had ended.

    np.cumsum(ended, axis=0) counts the ends up to and including each page. Subtract ended itself,
    and you have those before it: 0 in the first session, its last page included.

    Keep the minutes where that count is 0, put 0 elsewhere (np.where), and sum along axis=0. A
    viewer of whom no session ends has no total: NaN there.
"""
MISTAKES = """
    counted_every_session:
      | np.where(ended_before == 0, minutes, 0) => minutes;
      | return np.where(ended.any(axis=0), total, np.nan) => return total
      or np.where(ended_before == 0, minutes, 0) => minutes
      This adds up every page of a place, that is, all sessions that fit in. Stop at the first
      end: what follows belongs to another viewer.
    averaged_sessions:
      | ended_before == 0 => ended_before < ended.sum(axis=0);
      | total, np.nan => total / np.maximum(ended.sum(axis=0), 1), np.nan
      or
      | ended_before == 0 => ended_before < ended.sum(axis=0);
      | total, np.nan => total / np.maximum(ended.sum(axis=0), 1), 0.0
      This is the mean of all finished sessions of a place. In a given number of pages more short
      sessions finish than long ones, so it comes out too low: take the first.
    took_the_last_session: ended_before == 0 => ended_before == ended.sum(axis=0) - 1
      or ended_before == 0 => ended_before == ended.sum(axis=0) - 1; np.nan => 0.0
      This is the last finished session of each place: a later one overwrites the first.
    took_the_longest_session:
      | total = np.where(ended_before == 0, minutes, 0).sum(axis=0) =>
      | finished = [(ended_before == n) & (n < ended.sum(axis=0)) for n in range(len(minutes))]
      | total = np.max([np.where(pages, minutes, 0).sum(axis=0) for pages in finished], axis=0)
      This is the longest session of each place, not its first.
    lost_the_last_page: - ended =>
      or - ended =>; return np.where(ended.any(axis=0), total, np.nan) => return total
      The page on which a session ends still belongs to it, and its minutes are missing: a slice
      [:last] stops before it, and cumsum(ended) counts it as after the end.
    one_page_too_many:
      | ended_before = np.cumsum(ended, axis=0) - ended =>
      | late = np.vstack([np.zeros((1, ended.shape[1]), dtype=bool), ended[:-1]])
      | ended_before = np.cumsum(late, axis=0) - late
      One page after the end is counted as well: it is the next viewer's first.
    kept_unfinished_sessions: return np.where(ended.any(axis=0), total, np.nan) => return total
      Where no session has ended, nobody knows yet how long it will be, and a number there counts
      a long session as a short one: give NaN.
    end_on_the_first_page_missed: ended.any(axis=0) => ended.argmax(axis=0) > 0
      argmax gives 0 both where the first page is an end and where no page is one: ask
      ended.any(axis=0) which of the two it is.
    dropped_unfinished_sessions:
      | return np.where(ended.any(axis=0), total, np.nan) => return total[ended.any(axis=0)]
      Places without a finished session are left out, so that nobody knows which is which: keep
      them, with NaN.
    stopped_everybody_together:
      | np.where(ended_before == 0, minutes, 0) => minutes[: ended.any(axis=1).argmax() + 1]
      or
      | np.where(ended_before == 0, minutes, 0) => minutes[: ended.any(axis=1).argmax() + 1];
      | return np.where(ended.any(axis=0), total, np.nan) => return total
      All places stop at the page where the first of them ends. Each place has an end of its own.
    one_for_each_page:
      | np.cumsum(ended, axis=0) => np.cumsum(ended, axis=1); .sum(axis=0) => .sum(axis=1);
      | return np.where(ended.any(axis=0), total, np.nan) => return total
      There is one number for each page (row), where one for each place (column) is wanted: time
      runs down axis 0, so add up along axis 0.
"""


detect_kept_unfinished_sessions = number_for_nan


def detect_one_for_each_page(trials):
    return all(
        np.shape(trial.returned) == trial.inputs[0].shape[:1]
        for trial in trials
        if trial.inputs[0].shape[0] != trial.inputs[0].shape[1]
    )
