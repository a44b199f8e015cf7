"""11.4 What a goal is credited with.

15 minutes, difficulty 2, 2 points, L11.4
With that, a controller can tell a goal that pleases from one that keeps.
"""

import numpy as np

from mavrs_course.course import Case


def goal_credit(minutes, lengths, hold):
    pages = np.arange(len(minutes))[:, None]
    watched = np.where(pages < lengths, minutes, 0.0)
    to_go = watched[::-1].cumsum(axis=0)[::-1]
    return np.where((pages % hold == 0) & (pages < lengths), to_go, np.nan)


def goal_credit_by_loops(minutes, lengths, hold):
    credit = np.full(np.shape(minutes), np.nan)
    for viewer, length in enumerate(lengths):
        for page in range(0, length, hold):
            credit[page, viewer] = sum(minutes[page:length, viewer])
    return credit


OTHERS = (goal_credit_by_loops,)


def cases(rng):
    def some(pages, viewers, hold):
        lengths = rng.integers(1, pages + 1, viewers)
        minutes = rng.choice([0.0, 4.0, 2.5], (pages, viewers))
        return minutes, lengths, hold

    evening = np.array([[4.0, 4.0], [0.0, 0.0], [4.0, 9.0], [2.0, 9.0]])
    nan = np.nan
    return [
        Case("two viewers, a goal for two pages; the second leaves after two",
             (evening, np.array([4, 2]), 2), [[10.0, 4.0], [nan, nan], [6.0, nan], [nan, nan]]),
        Case("a goal for every page", (evening[:, :1], np.array([4]), 1),
             [[10.0], [6.0], [6.0], [2.0]]),
        Case("a goal longer than the session", (evening, np.array([3, 4]), 50),
             [[8.0, 22.0], [nan, nan], [nan, nan], [nan, nan]]),
        Case("a goal that is cut short by the end", (evening, np.array([4, 4]), 3),
             [[10.0, 22.0], [nan, nan], [nan, nan], [2.0, 9.0]]),
        Case("nobody knows what stands past the end",
             (np.array([[4.0, 4.0], [1.0, nan], [nan, nan]]), np.array([2, 1]), 1),
             [[5.0, 4.0], [1.0, nan], [nan, nan]]),
        Case("thirty pages, eight viewers, five pages each", some(30, 8, 5)),
        Case("forty pages, six viewers, seven pages each", some(40, 6, 7)),
    ]  # fmt: skip


HINTS = """
    Go viewer by viewer, and page by page from 0 in steps of hold, as long as the page is below
    lengths[viewer].

    The credit on such a page is minutes[page:lengths[viewer], viewer].sum().

    Without loops: set what lies past the end to 0. What is still to come, this page included, is a
    running sum from the end: turn round, cumsum along axis 0, turn back.
"""
MISTAKES = """
    only_while_it_was_held:
      | to_go = watched[::-1].cumsum(axis=0)[::-1] =>
      | to_go = np.array([watched[page : page + hold].sum(axis=0) for page in range(len(minutes))])
      A goal is credited with its own pages only. What it does to the rest of the session is why
      it is held: count to the end of the session.
    the_next_page_only: watched[::-1].cumsum(axis=0)[::-1] => watched
      A goal is credited with one page. Count everything from there to the end of the session.
    after_the_first_page:
      | watched[::-1].cumsum(axis=0)[::-1] => watched[::-1].cumsum(axis=0)[::-1] - watched
      The page on which the goal was chosen is missing: the goal made that page too.
    the_whole_session_for_every_goal: watched[::-1].cumsum(axis=0)[::-1] => watched.sum(axis=0)
      Every goal is credited with the whole session, also with what was watched before it was
      chosen. Count from its first page on.
    counted_backwards: watched[::-1].cumsum(axis=0)[::-1] => watched.cumsum(axis=0)
      These are the minutes up to the page. A goal is credited with what comes from its first page
      on: add up from the end.
    counted_past_the_end: np.where(pages < lengths, minutes, 0.0) => minutes
      Minutes after the viewer has left are counted. What stands there belongs to nobody: stop at
      lengths.
    lengths_ignored: np.where(pages < lengths, minutes, 0.0) => minutes; & (pages < lengths) =>
      lengths is not used: goals begin, and minutes count, after the viewer has left.
    nan_past_the_end: minutes, 0.0 => minutes, np.nan
      What stands past the end is NaN in yours, and so is every sum that reaches it. Put 0 there
      before you add up.
    multiplied_away: np.where(pages < lengths, minutes, 0.0) => (pages < lengths) * minutes
      You multiply what stands past the end by 0. 0 times NaN is NaN: take np.where.
    one_page_short: np.where(pages < lengths => np.where(pages < lengths - 1
      The last page of each session is left out: pages are numbered from 0, so it is lengths - 1.
    one_page_past_the_end: np.where(pages < lengths => np.where(pages <= lengths
      One page too many is counted. Pages are numbered from 0, so the last one of a session is
      lengths - 1.
    one_goal_too_many: & (pages < lengths) => & (pages <= lengths)
      A goal begins on page `lengths`, when the viewer has just left. Pages are numbered from 0:
      the last one is lengths - 1.
    goals_for_those_who_left: & (pages < lengths) =>
      Goals are chosen for viewers who have left. There the credit is np.nan.
    zero_for_no_goal: np.nan => 0.0
      Pages on which no goal began are 0, as if a goal had earned nothing there. They are np.nan.
    credited_on_every_page: (pages % hold == 0) & =>
      Every page has a credit. A goal begins on pages 0, hold, 2 hold, ..., and only there.
    begins_on_the_last_page_of_the_goal: pages % hold == 0 => pages % hold == hold - 1
      The credit stands on the last page of each goal. It belongs on the first: pages 0, hold, 2
      hold, ...
    mean_for_sum:
      | watched[::-1].cumsum(axis=0)[::-1] =>
      |     watched[::-1].cumsum(axis=0)[::-1] / np.maximum(lengths - pages, 1)
      That is the mean minutes of a page. A goal that keeps viewers longer must gain by it: take
      the sum.
"""

EQUAL = r"""
    minutes with NaN as 0
      Only what stands past the end is NaN, and nobody looks at it.
"""
