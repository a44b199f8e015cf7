"""23.3 Yes, no, and no answer yet.

15 minutes, difficulty 2, 3 points, L23.3
Who left without a gift is a no; who is still there is nothing yet.
"""

import numpy as np

from mavrs_course.course import Case


def gift_labels(stay, left, gift_minute, window):
    gift = ~np.isnan(gift_minute)
    label = np.where(gift, 1, np.where(left, 0, -1))
    happened = np.where(gift, gift_minute, stay)
    known_at = window * (np.floor(happened / window) + 1.0)
    return label, np.where(label >= 0, known_at, np.inf)


def one_visit_at_a_time(stay, left, gift_minute, window):
    labels, known = [], []
    for minutes, gone, gift in zip(stay, left, gift_minute, strict=True):
        if gift == gift:
            labels.append(1)
            known.append((gift // window + 1) * window)
        elif gone:
            labels.append(0)
            known.append((minutes // window + 1) * window)
        else:
            labels.append(-1)
            known.append(float("inf"))
    return np.array(labels), np.array(known)


def from_the_outside_in(stay, left, gift_minute, window):
    label, known = np.full(len(stay), -1), np.full(len(stay), np.inf)
    for which, value, minute in ((left, 0, stay), (gift_minute >= 0, 1, gift_minute)):
        label[which] = value
        known[which] = window * np.trunc(minute[which] / window) + window
    return label, known


OTHERS = (one_visit_at_a_time, from_the_outside_in)


def cases(rng):
    def visits(count, window):
        stay = rng.exponential(2.0, count)
        gift = np.where(rng.random(count) < 0.4, stay * rng.random(count), np.nan)
        gift[rng.random(count) < 0.1] = 0.0
        return stay, rng.random(count) < 0.7, gift, window

    nan = np.nan
    return [
        Case("a gift at once, a gift later, leaving, and a room that closes",
             (np.array([2.2, 1.9, 1.2, 3.1]), np.array([True, True, True, False]),
              np.array([0.0, 0.7, nan, nan]), 0.5),
             (np.array([1, 1, 0, -1]), np.array([0.5, 1.0, 1.5, np.inf]))),
        Case("a gift in a room that closes later is a gift",
             (np.array([4.3, 4.3]), np.array([False, False]), np.array([3.1, nan]), 1.0),
             (np.array([1, -1]), np.array([4.0, np.inf]))),
        Case("a window of two minutes",
             (np.array([0.3, 5.1]), np.array([True, True]), np.array([nan, nan]), 2.0),
             (np.array([0, 0]), np.array([2.0, 6.0]))),
        Case("one visit", (np.array([1.2]), np.array([True]), np.array([nan]), 0.5),
             (np.array([0]), np.array([1.5]))),
        Case("nobody came", (np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0), 0.5),
             (np.zeros(0, dtype=int), np.zeros(0))),
        Case("an evening in windows of half a minute", visits(40, 0.5)),
        Case("an evening in windows of three minutes", visits(40, 3.0)),
    ]  # fmt: skip


HINTS = """
    A visit has three ends: a gift, leaving without one, or a room that closes. np.isnan says where
    no gift was given.

    When is it known? First take the minute at which it happened: the gift's, or that of leaving.
    Then the end of the window that this minute falls in; windows begin at 0.

    A minute that divides by the window w into n whole windows and a bit is known after n + 1
    windows, also when the bit is 0. Whoever has no label is never known.
"""
MISTAKES = """
    closed_is_a_no: np.where(left, 0, -1) => 0
      A room that closed on a viewer says nothing about gifts: that visit is no example (-1). Only
      leaving is a no.
    only_gifts: np.where(left, 0, -1) => -1
      Leaving is an explicit no (0) here; you give it no label.
    yes_and_no_exchanged: np.where(gift, 1, np.where(left, 0, -1)) => np.where(gift, 0, np.where(left, 1, -1))
      A gift is a 1, leaving a 0.
    leaving_first: np.where(gift, 1, np.where(left, 0, -1)) => np.where(left, 0, np.where(gift, 1, -1))
      A viewer who gives and leaves later is a yes: the gift came first.
    waits_for_the_end: np.where(gift, gift_minute, stay) => stay
      A gift is known when its own window is over, and not when the visit is.
    known_at_once: window * (np.floor(happened / window) + 1.0) => happened
      What happens is known when its window is over, not in the same instant.
    zero_is_known_at_zero: (np.floor(happened / window) + 1.0) => np.ceil(happened / window)
      A gift at minute 0 falls in the first window, which is over at minute `window`, not at 0. Round
      down, then add one.
    nearest_end:
      | np.floor(happened / window) + 1.0 => np.maximum(np.round(happened / window), 1.0)
      You round to the nearest end of a window. Round down, then add one.
    a_window_after: window * (np.floor(happened / window) + 1.0) => happened + window
      You wait a whole window from the moment it happened. Windows begin at 0, and it is known when
      the one it falls in ends.
    one_window_for_all: window * (np.floor(happened / window) + 1.0) => window + 0.0 * happened
      All is known after the first window in your answer. Windows slide on until something happens.
    zero_is_no_gift: gift = ~np.isnan(gift_minute) => gift = gift_minute > 0
      A gift at minute 0, on entering, is a gift. Only NaN says that there was none.
    first_window_only: gift = ~np.isnan(gift_minute) => gift = gift_minute < window
      You count gifts of the first window alone. Later windows bring gifts too.
    closed_is_never_in_zeros: np.where(label >= 0, known_at, np.inf) => np.where(label >= 0, known_at, 0.0)
      A visit without a label is never known, so its minute is infinite, and not 0.
    closed_is_known: np.where(label >= 0, known_at, np.inf) => known_at
      A visit without a label is never known: its minute is infinite.
"""  # noqa: E501
