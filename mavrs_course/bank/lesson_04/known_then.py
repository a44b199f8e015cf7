"""04.5 No peeking.

15 minutes, difficulty 2, 3 points, L04.5
With this matrix any ranking of memories can be judged without looking ahead.
"""

import numpy as np

from mavrs_course.course import Case, Property


def known_then(viewer, time, asked_viewer, asked_time, half_life):
    known = (viewer == asked_viewer[:, None]) & (time < asked_time[:, None])
    newer = time[None, :] > time[:, None]
    since = known @ newer.T.astype(float)
    return np.where(known, 2.0 ** (-since / half_life), 0.0)


def known_then_with_loops(viewer, time, asked_viewer, asked_time, half_life):
    rows = []
    for who, when in zip(asked_viewer, asked_time, strict=True):
        past = [t for v, t in zip(viewer, time, strict=True) if v == who and t < when]
        row = []
        for v, t in zip(viewer, time, strict=True):
            since = sum(other > t for other in past)
            row.append(0.5 ** (since / half_life) if v == who and t < when else 0.0)
        rows.append(row)
    return rows


OTHERS = (known_then_with_loops,)


def cases(rng):
    def some(events, viewers, moments, span):
        return (
            rng.integers(0, viewers, events),
            rng.integers(0, span, events).astype(float),
            rng.integers(0, viewers, moments),
            rng.integers(0, span, moments).astype(float),
        )

    viewer, time = np.array([0, 0, 0, 1]), np.array([1.0, 5.0, 9.0, 2.0])
    return [
        Case("one moment, two memories by then, half-life 1 memory",
             (viewer, time, np.array([0]), np.array([9.0]), 1.0), np.array([[0.5, 1.0, 0, 0]])),
        Case("two at the same second are equally new",
             (np.zeros(3, int), np.array([1.0, 4.0, 4.0]), np.array([0]), np.array([7.0]), 2.0),
             np.array([[0.5, 1.0, 1.0]])),
        Case("a single event, asked about at that very second and later",
             (np.array([0]), np.array([5.0]), np.array([0, 0]), np.array([5.0, 6.0]), 1.0),
             np.array([[0.0], [1.0]])),
        Case("nothing is known yet", (viewer, time, np.array([1, 2]), np.array([2.0, 5.0]), 3.0),
             np.zeros((2, 4))),
        Case("forty events of four viewers", (*some(40, 4, 6, 1000), 5.0)),
        Case("many events at the same second", (*some(30, 3, 8, 6), 2.0)),
    ]  # fmt: skip


PROPERTIES = (
    Property("one row a moment, one column an event",
             lambda result, viewer, time, asked_viewer, asked_time, half_life: (np.shape(result) ==
                 (len(asked_time), len(time))),
             "The result has a row for each moment and a column for each event."),
    Property("nothing from then or later counts",
             lambda result, viewer, time, asked_viewer, asked_time, half_life: (not
                 np.asarray(result)[time >= asked_time[:, None]].any()),
             "An event of that very second, or of a later one, has a weight: only what came "
             "strictly before a moment was known then."),
    Property("only that viewer's events count",
             lambda result, viewer, time, asked_viewer, asked_time, half_life: (not
                 np.asarray(result)[viewer != asked_viewer[:, None]].any()),
             "Somebody else's events have a weight: a memory is one viewer's."),
    Property("the newest memory counts whole",
             lambda result, viewer, time, asked_viewer, asked_time, half_life:
                 all(np.isclose(row.max(), 1.0) for row in np.asarray(result, dtype=float) if
                 row.any()),
             "The newest memory has no newer one, so its weight is 2 ** 0 = 1."),
)  # fmt: skip

HINTS = """
    First a mask, bool[R, N]: the event is of the viewer asked about, and strictly earlier than
    the moment. (viewer == asked_viewer[:, None]) is half of it.

    For each moment and event, count the events under the mask with a larger time. With newer[n,
    m] = time[m] > time[n] that is known @ newer.T.

    A half-life halves: 2 to the power of minus that count over half_life. Unknown events weigh 0:
    np.where with the mask.
"""
MISTAKES = """
    knows_the_answer: time < asked_time[:, None] => time <= asked_time[:, None]
      Events of the very second that is asked about are in the memory. They are what is to be
      predicted: take time < asked_time, strictly.
    sees_the_future: & (time < asked_time[:, None]) =>
      The memory holds what happens later. Every figure that follows from it would be too good to
      be true: compare the times.
    everybody_remembers_everything: (viewer == asked_viewer[:, None]) & =>
      Events of other viewers are remembered too: compare viewer with asked_viewer.
    counts_events_to_come:
      | since = known @ newer.T.astype(float) =>
      | since = (newer & (viewer == viewer[:, None])).sum(axis=1)
      `since` counts newer events that had not happened at the moment asked about, so the future
      decides how old a memory is: count only what was known then.
    counts_newer_events_of_others: known @ newer => (time < asked_time[:, None]) @ newer
      `since` counts the newer events of all viewers: only those of the viewer who is asked about
      make a memory older.
    fades_by_the_clock: since = known @ newer.T.astype(float) => since = asked_time[:, None] - time
      Memories fade by seconds here. They should fade by the number of newer memories.
    counts_from_one: -since / half_life => -(since + 1) / half_life
      The newest memory has faded already: it has 0 newer ones, and a weight of 1.
    oldest_counts_most: time[None, :] > time[:, None] => time[None, :] < time[:, None]
      The oldest memory counts most: `since` counts older memories instead of newer ones.
    fades_by_e: 2.0 ** ( => np.exp(
      exp(-s / h) leaves 37 % after h memories. A half-life leaves a half: 2 ** (-s / h).
    one_for_each_second:
      | known @ newer.T.astype(float) =>
      |     np.array([[len({*time[row & (time > t)]}) for t in time] for row in known])
      Newer memories of one and the same second count as one: each of them counts.
    taken_as_sorted:
      | known @ newer.T.astype(float) => known.sum(axis=1, keepdims=True) - known.cumsum(axis=1)
      You count what comes later in the list. The events come in any order: compare their times.
    left_in_the_order_of_time:
      | known = =>
      | viewer, time = viewer[order := np.argsort(time)], time[order]
      | known =
      The events were sorted and their weights left so: column n belongs to event n as it was given.
    nothing_fades: 2.0 ** (-since / half_life) => 1.0
      All memories count the same: half_life has no effect.
    same_second_in_order:
      | since = known @ newer.T.astype(float) =>
      | place = np.arange(len(time))
      | newer = newer | (time == time[:, None]) & (place > place[:, None])
      | since = known @ newer.T.astype(float)
      or
      | since = known @ newer.T.astype(float) =>
      | place = np.arange(len(time))
      | newer = newer | (time == time[:, None]) & (place < place[:, None])
      | since = known @ newer.T.astype(float)
      Of events at the same second one counts as newer, by its place in the list. Nobody knows
      their order: only a larger time is newer.
"""

EQUAL = """
    time as whole numbers
    asked_time as whole numbers
      The text tells time by the second: what is of the same second is equally new.
"""
