"""21.3 Who would have stayed.

20 minutes, difficulty 2, 4 points, L21.3
You see through the end of a video, as far as anybody can.
"""

import numpy as np

from mavrs_course.course import Case


def kaplan_meier(minutes, left):
    times = np.unique(minutes[left])
    share, still = np.empty(len(times)), 1.0
    for place, time in enumerate(times):
        watching = (minutes >= time).sum()
        gone = (left & (minutes == time)).sum()
        still = still * (1 - gone / watching)
        share[place] = still
    return times, share


def by_sorting(minutes, left):
    """One pass over the views, the departures before the cut-off ones of the same time."""
    steps, still, watching = {}, 1.0, len(minutes)
    for row in np.lexsort((~left, minutes)):
        if left[row]:
            still *= (watching - 1) / watching
            steps[minutes[row]] = still
        watching -= 1
    return list(steps), list(steps.values())


def by_one_formula(minutes, left):
    times, gone = np.unique(minutes[left], return_counts=True)
    watching = (minutes[None, :] >= times[:, None]).sum(axis=1)
    return times, np.exp(np.cumsum(np.log1p(-gone / np.maximum(watching, gone + 1e-300))))


OTHERS = (by_sorting, by_one_formula)

FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"


def _views(text):
    """Times, with a ``+`` where the end came first."""
    views = text.split()
    minutes = np.array([float(view.rstrip("+")) for view in views])
    return minutes, np.array([not view.endswith("+") for view in views])


def cases(rng):
    stay, length = rng.exponential(8, 40), rng.uniform(2, 16, 40)
    in_halves = np.ceil(2 * np.minimum(stay, length)) / 2
    # 18/21, 16/17, 14/15, 11/12, 10/11, 6/7 and 5/6 of those who are left
    leaving = np.cumprod([18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6])
    return [
        Case("four views, one cut off at 3", _views("1 3 3+ 5"), ([1, 3, 5], [0.75, 0.5, 0.0])),
        Case("the same, in another order", _views("5 3+ 1 3"), ([1, 3, 5], [0.75, 0.5, 0.0])),
        Case("everybody left", _views("2 4 4 8"), ([2, 4, 8], [0.75, 0.25, 0.0])),
        Case("Freireich's 21 patients", _views(FREIREICH), ([6, 7, 10, 13, 16, 22, 23], leaving)),
        Case("nobody left", _views("3+ 5+ 5+"), (np.zeros(0), np.zeros(0))),
        Case("one view, left at once", _views("0"), ([0], [0.0])),
        Case("forty views, many of them cut off", (in_halves, stay < length)),
    ]  # fmt: skip


def observe(answer, case):
    minutes, left = case.inputs
    times, share = answer(minutes, left)
    return np.array(times, dtype=float), np.array(share, dtype=float)


NAMES = ("minutes", "left")

HINTS = """
    Only the times at which somebody left matter, each once, in order. Between them the curve is
    flat.

    At such a time, how many were still watching just before? All whose own time is at least as
    long, whether they left later or were cut off later, or at that same time.

    The part that goes on is 1 less those who left now over those still watching. The share at a
    time is the product of all parts up to it.
"""
MISTAKES = """
    cut_off_count_as_left:
      | times = np.unique(minutes[left]) => times = np.unique(minutes);
      | (left & (minutes == time)) => (minutes == time)
      Views that were cut off count as departures. They only stop being watched.
    cut_off_dropped: (minutes >= time).sum() => (left & (minutes >= time)).sum()
      Views that were cut off are left out. Until then they were watching, and at risk.
    gone_before_they_go: (minutes >= time) => (minutes > time)
      Those whose time is just now were watching until now: at least as long, not longer.
    cut_off_now_do_not_count:
      | (minutes >= time).sum() => ((minutes > time) | (left & (minutes == time))).sum()
      Who is cut off at the very time is left out. By the convention they still count as watching.
    everybody_at_risk: (minutes >= time).sum() => len(minutes)
      You divide by all views at every time. Divide by those who are still watching.
    one_at_a_time: (left & (minutes == time)).sum() => 1
      One departure is counted at each time. Several may leave in the same minute.
    no_product: still = still * (1 - gone / watching) => still = 1 - gone / watching
      This is the part that goes on at that time. The share is the product of all parts up to it.
    sums_hazards: still = still * (1 - gone / watching) => still = still - gone / watching
      You subtract the parts that leave. Multiply those that stay: each is of those still there.
    exponential_of_hazards: still * (1 - gone / watching) => still * np.exp(-gone / watching)
      exp(-d/n) in place of 1 - d/n: that is the Nelson-Aalen estimate, a good one and another one.
    share_before:
      | still = still * (1 - gone / watching)
      | share[place] = still =>
      | share[place] = still
      | still = still * (1 - gone / watching)
      Each share is that just before the time. At the time itself those who left then are gone.
    the_part_that_left: share[place] = still => share[place] = 1 - still
      You return the part that has left. Asked for is the part that stays longer.
    ignores_the_cut: still = still * (1 - gone / watching) => still = (minutes > time).mean()
      This is the share of views that lasted longer. One that was cut off before says nothing.
    all_times: np.unique(minutes[left]) => np.unique(minutes)
      Times at which views were only cut off are in the list too. The curve does not move there.
    times_as_they_come: np.unique(minutes[left]) => np.sort(minutes[left])
      or np.unique(minutes[left]) => np.array(list(dict.fromkeys(minutes[left])))
      Each time at which somebody left stands once in the list, and the earliest comes first.
    begins_at_one: return times, share => return np.append(0, times), np.append(1, share)
      The curve begins with 1 at time 0. Asked for are only the times at which somebody left.
    cut_off_and_left_mixed_up:
      | times = np.unique(minutes[left]) => times = np.unique(minutes[~left]);
      | gone = (left & => gone = (~left &
      It is the other way round: `left` is True where the viewer left, not where the end came.
"""
