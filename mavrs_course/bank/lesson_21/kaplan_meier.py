"""21.3 Who would have stayed.

20 minutes, difficulty 2, 4 points, L21.3
You see through the end of a video, as far as anybody can.
"""

import numpy as np

from mavrs_course.course import Case, Property


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
    def some(views, longest):
        stay, length = rng.exponential(8, views), rng.uniform(2, longest, views)
        return np.ceil(np.minimum(stay, length)), stay < length

    # 18/21, 16/17, 14/15, 11/12, 10/11, 6/7 and 5/6 of those who are left
    leaving = np.cumprod([18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6])
    return [
        Case("four views, one cut off at 3", _views("1 3 3+ 5"), ([1, 3, 5], [0.75, 0.5, 0.0])),
        Case("the same, in another order", _views("5 3+ 1 3"), ([1, 3, 5], [0.75, 0.5, 0.0])),
        Case("everybody left", _views("2 4 4 8"), ([2, 4, 8], [0.75, 0.25, 0.0])),
        Case("three of five were cut off before the last left",
             _views("2+ 4 6+ 7+ 9 10+"), ([4, 9], [0.8, 0.4])),
        Case("Freireich's 21 patients", _views(FREIREICH), ([6, 7, 10, 13, 16, 22, 23], leaving)),
        Case("nobody left", _views("3+ 5+ 5+"), (np.zeros(0), np.zeros(0))),
        Case("one view, left at once", _views("0"), ([0], [0.0])),
        Case("thirty views", some(30, 20)),
        Case("two hundred views, most of them cut off", some(200, 6)),
    ]  # fmt: skip


def observe(answer, case):
    minutes, left = case.inputs
    times, share = answer(minutes, left)
    return np.array(times, dtype=float), np.array(share, dtype=float)


NAMES = ("minutes", "left")

PROPERTIES = (
    Property("one share for each time",
             lambda result, minutes, left: result[0].shape == result[1].shape,
             "There are more shares than times, or fewer. Return one share for each time at which "
             "somebody left."),
    Property("shares lie between 0 and 1",
             lambda result, minutes, left: np.all((result[1] > -1e-9) & (result[1] < 1 + 1e-9)),
             "A share is below 0 or above 1. It is a product of parts that go on watching."),
)  # fmt: skip

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
      Views that were cut off count as departures. Nobody left there: they only stop being watched.
    cut_off_dropped:
      | watching = (minutes >= time).sum() => watching = (left & (minutes >= time)).sum()
      Views that were cut off are left out. Until then they were watching, and count among those
      at risk.
    gone_before_they_go: (minutes >= time) => (minutes > time)
      or watching = (minutes >= time).sum() => watching = max((minutes > time).sum(), 1)
      Those whose time is just now do not count as watching. They were, until now: at least as
      long, not longer.
    cut_off_now_do_not_count:
      | watching = (minutes >= time).sum() =>
      |     watching = ((minutes > time) | (left & (minutes == time))).sum()
      Who is cut off at the very time is left out. By the convention they still count among those
      watching.
    everybody_at_risk: (minutes >= time).sum() => len(minutes)
      You divide by all views at every time. Divide by those who are still watching.
    one_at_a_time: (left & (minutes == time)).sum() => 1
      One departure is counted at each time. Several may leave in the same minute.
    no_product: still = still * (1 - gone / watching) => still = 1 - gone / watching
      This is the part that goes on at that time. The share that is still there is the product of
      all parts up to it.
    sums_hazards: still = still * (1 - gone / watching) => still = still - gone / watching
      You subtract the parts that leave. Each is a part of those who are left, so the parts that
      stay are multiplied.
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
      This is the share of views that lasted longer, cut off or not. A view that was cut off
      before says nothing about later times, and has to leave the count.
    all_times: np.unique(minutes[left]) => np.unique(minutes)
      Times at which views were only cut off are in the list too. The curve does not move there;
      return those at which somebody left.
    times_more_than_once: np.unique(minutes[left]) => np.sort(minutes[left])
      A time at which two left stands twice in the list, and is counted twice. Each time once.
    begins_at_one: return times, share => return np.append(0, times), np.append(1, share)
      The curve begins with 1 at time 0. So it does; asked for are only the times at which somebody
      left.
    parts_that_leave: 1 - gone / watching => gone / watching
      You multiply the parts that leave. Multiply those that go on: 1 less that part.
    times_not_sorted:
      | np.unique(minutes[left]) => np.array(list(dict.fromkeys(minutes[left])))
      The times stand in the order of the views. The product runs from the earliest on.
    cut_off_and_left_mixed_up:
      | times = np.unique(minutes[left]) => times = np.unique(minutes[~left]);
      | gone = (left & => gone = (~left &
      `left` is True where the viewer left, and False where the end came first. You use it the
      other way round.
"""
