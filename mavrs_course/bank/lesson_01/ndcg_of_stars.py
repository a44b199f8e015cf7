"""01.2 nDCG that counts stars.

12 minutes, difficulty 2, 2 points, L01.2
With it you can judge any model that ranks, on any log with ratings.
"""

import numpy as np

from mavrs_course.course import Case, Property


def ndcg_of_stars(pages, stars):
    slots = pages.shape[1]
    weight = 1 / np.log2(np.arange(slots) + 2)
    gain = 2.0**stars - 1
    shown = np.take_along_axis(gain, pages, axis=1) @ weight
    best = -np.sort(-gain, axis=1)[:, :slots] @ weight
    return np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > 0)


def ndcg_of_stars_with_loops(pages, stars):
    """The natural logarithm will do: its base cancels."""
    figures = []
    for page, own in zip(pages.tolist(), stars.tolist(), strict=True):
        dcg = sum((2 ** own[video] - 1) / np.log(slot + 1) for slot, video in enumerate(page, 1))
        ideal = sorted(own, reverse=True)[: len(page)]
        best = sum((2**star - 1) / np.log(slot + 1) for slot, star in enumerate(ideal, 1))
        figures.append(dcg / best if best else float("nan"))
    return figures


OTHERS = (ndcg_of_stars_with_loops,)


def cases(rng):
    def pages_of(viewers, videos, slots):
        return rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :slots]

    def stars_of(viewers, videos, share):
        return rng.integers(1, 6, (viewers, videos)) * (rng.random((viewers, videos)) < share)

    hand = np.array([[3, 1, 0]]), np.array([[1, 0, 0, 2, 0]])
    expected = (3 + 1 / 2) / (3 + 1 / np.log2(3))
    many = stars_of(5, 12, 0.8)
    perfect = np.argsort(-many, axis=1, kind="stable")[:, :4]
    nobody = stars_of(4, 9, 0.5)
    nobody[2] = 0
    missed = np.array([[0, 1]]), np.array([[0, 0, 4, 1, 2, 3, 5]])
    return [
        Case("two stars in slot 1, one star in slot 3", hand, [expected]),
        Case("one slot, and a viewer with a single star",
             (np.array([[2], [0]]), np.array([[5, 0, 3], [1, 0, 0]])), [7 / 31, 1.0]),
        Case("the best possible pages", (perfect, many), [1.0] * 5),
        Case("more hidden videos than slots", (pages_of(6, 12, 4), stars_of(6, 12, 0.9))),
        Case("five hidden videos, none of them shown", missed, [0.0]),
        Case("one viewer has nothing hidden", (pages_of(4, 9, 5), nobody)),
    ]  # fmt: skip


def never_above_one(figures, pages, stars):
    return not np.any(np.asarray(figures, dtype=float) > 1 + 1e-5)


PROPERTIES = (
    Property("no page is better than the best possible one",
             never_above_one,
             "A figure lies above 1: the ideal page must be at least as good as any other, with "
             "the same gains and the same discount."),
)  # fmt: skip

HINTS = """
    Start from the lesson's nDCG and change what a hit is worth: `2**stars - 1` instead of 1. It
    changes in two places.

    The best possible page of a viewer shows their most-starred videos first. Sort each row of the
    gains downwards and keep as many as the page has slots.

    The gains on the page are fetched with `np.take_along_axis`, the best ones sorted. Weigh both
    by slot, `@ weight`, and divide; where the best page is worth 0 the answer is NaN.
"""
MISTAKES = """
    averaged: np.divide => np.nanmean(np.divide; best > 0) => best > 0))
      One number came back, the mean over viewers. Return one figure for each viewer; the mean is
      taken by whoever needs it.
    stars_for_gain: 2.0**stars - 1 => stars
      or 2.0**stars - 1 => stars**2
      The stars themselves were added up. Here a video of s stars is worth 2**s - 1, so that five
      stars count thirty-one times as much as one.
    hits_for_gain: 2.0**stars - 1 => 1.0 * (stars > 0)
      Every hidden video counts the same: the stars are not used. The gain of a video of s stars
      is 2**s - 1.
    forgot_minus_one: 2.0**stars - 1 => 2.0**stars
      or 2.0**stars - 1 => 2.0 ** (stars - 1)
      A video without stars still has a gain, 2**0 = 1 or so. The gain is 2**stars - 1, so that
      what is not hidden is worth nothing.
    looked_up_by_slot: np.take_along_axis(gain, pages, axis=1) => gain[:, :slots]
      The gains are those of videos 0, 1, 2, …, whatever the page shows. Look them up by the video
      numbers on the page: np.take_along_axis(gain, pages, axis=1).
    discount_off_by_one: + 2 => + 3
      or np.arange(slots) + 2 => np.maximum(np.arange(slots) + 1, 2)
      The discount is one slot off: slot 1 has weight 1 / log2(2) = 1. With slots counted from 0
      that is log2(slot + 2), and with slots counted from 1 log2(slot + 1).
    no_discount: 1 / np.log2(np.arange(slots) + 2) => np.ones(slots)
      All slots count the same. A hit in slot k has weight 1 / log2(k + 1), so that the first slot
      matters most.
    reciprocal_discount: np.log2(np.arange(slots) + 2) => (np.arange(slots) + 1)
      The weight of slot k is 1 / k here, as in reciprocal rank. DCG falls more gently: 1 / log2(k
      + 1).
    ideal_of_the_page: -np.sort(-gain, => -np.sort(-np.take_along_axis(gain, pages, axis=1),
      The ideal was made from the page's own videos in a better order, so a page that misses
      everything good can still get 1. The ideal page is made from all videos.
    ideal_not_cut: [:, :slots] @ weight => @ (1 / np.log2(np.arange(gain.shape[1]) + 2))
      The ideal page has more slots than the page: cut it to the same number of slots, or a
      perfect page gets less than 1.
    ideal_that_nobody_could_have: -np.sort(-gain, axis=1)[:, :slots] => np.full(pages.shape, 31.0)
      or -np.sort(-gain, axis=1)[:, :slots] => np.ones(pages.shape)
      The ideal page fills every slot with a hit, or with five stars. It must be one that this
      viewer could have had: their own stars, sorted.
    ideal_of_another_gain: -np.sort(-gain, => -np.sort(-stars,
      or -np.sort(-gain, => -np.sort(-1.0 * (stars > 0),
      The page is valued by 2**stars - 1 and the ideal by something else (stars, or ones): both
      need the same gain.
    ideal_sorted_upwards: -np.sort(-gain, => np.sort(gain,
      or
      | -np.sort(-gain, => np.sort(gain,;
      | np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > 0) => shown / best
      The ideal page starts with what has fewest stars: np.sort sorts upwards. Sort minus the
      gains and change the sign back.
    not_divided: np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > 0) => shown
      This is the discounted gain, not yet divided by the best that was possible for the viewer:
      the n of nDCG is missing.
    ideal_discounted_otherwise: [:, :slots] @ weight => [:, :slots].sum(axis=1)
      or [:, :slots] @ weight => [:, :slots] @ weight / np.log(2)
      The page and the ideal are discounted differently, so a perfect page does not get 1. Use one
      and the same weight for both.
    a_figure_for_nobody: np.nan => 0.0
      or np.nan => 1.0
      A viewer with nothing hidden got a figure, which would count in a mean. Nothing can be said
      of them: return NaN.
    slot_by_slot:
      | np.take_along_axis(gain, pages, axis=1) @ weight => np.take_along_axis(gain, pages, axis=1);
      | [:, :slots] @ weight => [:, :slots];
      | np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > 0) =>
      |     (shown / best).mean(axis=1)
      Each slot was divided by the ideal's slot and then averaged. Add up the discounted gains of
      the page, add up those of the ideal, and divide the two sums.
"""


def detect_averaged(trials):
    return all(np.isscalar(trial.returned) for trial in trials)


EQUAL = r"""
    best > 0 => best >= 0 | return np.divide(shown, best, out=np.full(len(pages), np.nan), where …
    0 => -1 | return np.divide(shown, best, out=np.full(len(pages), np.nan), where …
    np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > … => np.divide(shown, best, out=np.full(len(pages), np.nan)) | return np.divide(shown, best, out=np.full(len(pages), np.nan), where …
      Where the best page has no gain, 0 / 0 is NaN too.
    1 => 2 | weight = 1 / np.log2(np.arange(slots) + 2)
      The factor is in the page and in the best page, and goes in the quotient.
"""  # noqa: E501
