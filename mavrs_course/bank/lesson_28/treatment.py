"""28.1 Attention against merit, over a month.

15 minutes, difficulty 2, 3 points, L28.1
You can say who is shown more than merit earns, whatever the sizes of the groups.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.metrics import exposure_per_merit


def treatment(pages, group, merit, groups):
    attention = 1 / np.log2(np.arange(pages.shape[1]) + 2)
    seen, earned = np.zeros(groups), np.zeros(groups)
    np.add.at(seen, group[pages], np.broadcast_to(attention, pages.shape))
    np.add.at(earned, group, merit)
    seen[earned == 0] = np.nan
    return (seen / np.nansum(seen)) / (earned / earned.sum())


def treatment_by_loops(pages, group, merit, groups):
    seen, earned = [0.0] * groups, [0.0] * groups
    for page in pages:
        for place, video in enumerate(page):
            seen[group[video]] += 1 / np.log2(place + 2)
    for video, worth in enumerate(merit):
        earned[group[video]] += worth
    claims = [g for g in range(groups) if earned[g] > 0]
    all_seen, all_earned = sum(seen[g] for g in claims), sum(earned)
    return [
        seen[g] / all_seen / (earned[g] / all_earned) if g in claims else float("nan")
        for g in range(groups)
    ]


def treatment_by_the_library(pages, group, merit, groups):
    attention = np.broadcast_to(1 / np.log2(np.arange(pages.shape[1]) + 2.0), pages.shape)
    seen = np.bincount(group[pages].ravel(), attention.ravel(), minlength=groups)
    return exposure_per_merit(seen, np.bincount(group, merit, minlength=groups))


OTHERS = (treatment_by_loops, treatment_by_the_library)
SECOND = 1 / np.log2(3)  # attention to the second place


def cases(rng):
    def some(groups, videos, pages, slots):
        shown = np.stack([rng.permutation(videos)[:slots] for _ in range(pages)])
        return shown, np.arange(videos) % groups, np.round(rng.uniform(0.1, 1, videos), 2), groups

    two, first = np.array([0, 1]), np.array([[0, 1]])
    return [
        Case("two videos, merit 1 each, one page", (first, two, np.ones(2), 2),
             np.array([2.0, 2 * SECOND]) / (1 + SECOND)),
        Case("merit 3 and 1", (first, two, np.array([3.0, 1.0]), 2),
             np.array([1 / 0.75, SECOND / 0.25]) / (1 + SECOND)),
        Case("once each way: nobody is treated better",
             (np.array([[0, 1], [1, 0]]), two, np.ones(2), 2), np.ones(2)),
        Case("group 1 has merit 0: its attention counts for nobody",
             (np.array([[1, 0, 2], [0, 2, 1]]), np.arange(3), np.array([1.0, 0.0, 1.0]), 3)),
        Case("group 1 has no videos", (first, np.array([0, 2]), np.array([0.5, 1.0]), 3),
             np.array([3.0, np.nan, 1.5 * SECOND]) / (1 + SECOND)),
        Case("one group of everything", (first, np.zeros(2, int), np.ones(2), 1), np.ones(1)),
        Case("one video", (np.array([[0]]), np.zeros(1, int), np.ones(1), 1), np.ones(1)),
        Case("group 1 is never shown", (np.array([[0]]), two, np.ones(2), 2), np.array([2.0, 0])),
        Case("a good video that is never shown adds to its group's merit",
             (first, np.array([0, 1, 1]), np.array([1.0, 1.0, 2.0]), 2)),
        Case("three groups, 20 pages of four", some(3, 11, 20, 4)),
        Case("two groups, 30 pages of six", some(2, 9, 30, 6)),
    ]  # fmt: skip


HINTS = """
    Two sums by group: attention over all places of all pages, and merit over all videos. Only then
    come shares.

    A group may stand on a page twice. np.add.at and np.bincount add for each time; a plain index
    with += adds once.

    Look at the groups without merit before you make shares: what they were shown must not be in the
    total, and their own entry is not a number.
"""
MISTAKES = """
    every_place_counts_the_same: 1 / np.log2(np.arange(pages.shape[1]) + 2) =>
      | np.ones(pages.shape[1])
      Every place counts the same. Attention falls with the place.
    one_over_the_place: 1 / np.log2(np.arange(pages.shape[1]) + 2) =>
      | 1 / (np.arange(pages.shape[1]) + 1)
      You take one over the place. It is one over the logarithm to base 2, of the place plus 2.
    last_place_first: np.broadcast_to(attention, => np.broadcast_to(attention[::-1],
      The last place has most in your answer. The first of a page is seen most.
    adds_once: np.add.at(seen, group[pages], np.broadcast_to(attention, pages.shape)) =>
      | seen[group[pages]] += attention
      A group that stands twice on your pages is counted once. Use np.add.at or np.bincount.
    merit_of_what_was_shown: np.add.at(earned, group, merit) =>
      | np.add.at(earned, group[pages], merit[pages])
      You add up the merit of what was shown. A group's merit is that of all its videos, once.
    members_for_merit: np.add.at(earned, group, merit) => np.add.at(earned, group, 1.0)
      You count members. A group's merit is the sum of its videos' merits.
    mean_merit: np.add.at(earned, group, merit) => np.add.at(earned, group, merit);
      | seen[earned == 0] = np.nan => earned /= np.maximum(np.bincount(group, minlength=groups), 1)
      | seen[earned == 0] = np.nan
      You take the mean merit of a group. A larger group earns more: take the sum.
    attention_of_no_merit_counts: seen[earned == 0] = np.nan =>
      What a group without merit was shown stays in the total. Leave it out of all attention.
    nothing_for_no_merit: (seen / np.nansum(seen)) / (earned / earned.sum()) =>
      | np.nan_to_num((seen / np.nansum(seen)) / (earned / earned.sum()))
      A group without merit gets 0, as if it were treated worst. It has no claim: np.nan.
    upside_down: (seen / np.nansum(seen)) / (earned / earned.sum()) =>
      | (earned / earned.sum()) / (seen / np.nansum(seen))
      You divide merit by attention. Above 1 is who is shown more than merit earns.
    no_shares: (seen / np.nansum(seen)) / (earned / earned.sum()) => seen / earned
      You divide the sums themselves. Divide shares: else the number grows with the month.
    difference: (seen / np.nansum(seen)) / (earned / earned.sum()) =>
      | (seen / np.nansum(seen)) - (earned / earned.sum())
      You take a difference of shares. It is their ratio: 1 is what merit earns.
"""
EQUAL = r"""
    1 => 2 | attention = 1 / np.log2(np.arange(pages.shape[1]) + 2)
      Only shares of attention count, so its unit does not.
"""
