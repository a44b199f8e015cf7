"""01.1 Popular, but new to you.

10 minutes, difficulty 1, 2 points, L01.1
You have the baseline that every recommender must beat.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import where_wrong


def popular_pages(ratings, slots):
    viewers_of = (ratings > 0).sum(axis=0)
    scores = np.where(ratings > 0, -np.inf, viewers_of)
    return np.argsort(-scores, axis=1, kind="stable")[:, :slots]


def popular_pages_with_loops(ratings, slots):
    videos = range(len(ratings[0]))
    viewers_of = [sum(row[video] > 0 for row in ratings) for video in videos]
    ranking = sorted(videos, key=lambda video: (-viewers_of[video], video))
    return [[video for video in ranking if row[video] == 0][:slots] for row in ratings]


OTHERS = (popular_pages_with_loops,)


def cases(rng):
    hand = np.array([[5, 0, 0, 0], [1, 2, 0, 0], [0, 1, 5, 0], [1, 1, 0, 0]])
    many = rng.integers(1, 6, (12, 15)) * (rng.random((12, 15)) < rng.uniform(0.1, 0.6, 15))
    ties = (rng.random((6, 8)) < 0.5) * 3
    ties[:, -3:] = 0
    fresh = rng.integers(1, 6, (5, 7)) * (rng.random((5, 7)) < 0.6)
    fresh[:, [5, 6]], fresh[0, :5] = 0, 4
    newcomer = many.copy()
    newcomer[0] = 0
    few_fans = np.zeros((7, 9), dtype=int)
    few_fans[0, :2], few_fans[1:5, 2:4], few_fans[5, 4:6] = 5, 1, 5
    return [
        Case("four viewers, four videos", (hand, 2), [[1, 2], [2, 3], [0, 3], [2, 3]]),
        Case("one viewer", (np.array([[0, 3, 0]]), 2), [[0, 2]]),
        Case("some videos are equally popular", (ties, 3)),
        Case("few viewers give five stars, many give one", (few_fans, 3)),
        Case("one viewer has seen all but what nobody has watched yet", (fresh, 2)),
        Case("one viewer has watched nothing", (newcomer, 4)),
        Case("twelve viewers, fifteen videos", (many, 1)),
    ]


def shows_nothing_seen(pages, ratings, slots):
    pages = np.asarray(pages)
    if pages.shape != (len(ratings), slots) or pages.dtype.kind not in "iu":
        return True  # not pages at all: something else is wrong
    return not (ratings[np.arange(len(ratings))[:, None], pages] > 0).any()


PROPERTIES = (
    Property("no page shows a video that its viewer has seen",
             shows_nothing_seen,
             "A page shows a video that its viewer has already watched."),
)  # fmt: skip

HINTS = """
    Two steps: one number for each video, then for each viewer the best-numbered videos among
    those they have not seen. Which axis of `ratings` are the viewers?

    `ratings > 0` says who has watched what; summed over axis 0 it counts the viewers of each
    video. `np.where(ratings > 0, ..., counts)` can give seen videos a score that never wins.

    A score that never wins is `-np.inf`. `np.argsort(-scores, axis=1, kind='stable')` puts the
    largest first and keeps equal ones in the order of their numbers; keep `[:, :slots]`.
"""


def _one_page_of_videos(trial):
    """One row of slots, that does not rank the viewers by their activity."""
    ratings, slots = trial.inputs
    activity = np.argsort(-(ratings > 0).sum(axis=1), kind="stable")[:slots]
    return np.shape(trial.returned) == (slots,) and not np.array_equal(trial.returned, activity)


def _popularity_on(trial, pages):
    return (trial.inputs[0] > 0).sum(axis=0)[np.asarray(pages)]


MISTAKES = """
    seen_not_masked:
      | np.where(ratings > 0, -np.inf, viewers_of) => np.broadcast_to(viewers_of, ratings.shape)
      or np.where(ratings > 0, -np.inf, viewers_of) => viewers_of - (ratings > 0)
      Viewers get videos that they have watched: nothing takes a viewer's own history off their
      own page.
    mask_inverted: -np.inf, viewers_of => viewers_of, -np.inf
      The pages hold exactly what the viewers have seen: the mask is the wrong way round. It is
      the seen videos that must not appear.
    masked_with_zero: -np.inf => 0
      Seen videos got a score of 0, and so did videos that nobody has watched: where those are all
      that is left, seen ones come back. Minus infinity never ties.
    counted_stars: (ratings > 0).sum => ratings.sum
      These pages rank by the sum of the stars: a five counts like five viewers. Popularity counts
      viewers, so turn ratings into watched-or-not (`ratings > 0`) before summing.
    averaged_stars:
      | (ratings > 0).sum(axis=0) => ratings.sum(axis=0) / np.maximum((ratings > 0).sum(axis=0), 1)
      These pages rank by the mean rating, so a video that one fan loved beats one that everybody
      watched. Popularity is the number of viewers.
    counted_good_ratings: (ratings > 0).sum => (ratings >= 4).sum
      or (ratings > 0).sum => (ratings > 1).sum
      Only good ratings were counted (four stars and more, say). Here everybody who watched counts:
      `ratings > 0`.
    least_watched_first: -np.inf, viewers_of => -np.inf, -viewers_of
      The least watched videos come first: argsort sorts upwards, so sort minus the scores.
    ties_backwards: -scores, axis=1, kind="stable") => scores, axis=1, kind="stable")[:, ::-1]
      Only equally popular videos are in another order: reversing a sort with [::-1] reverses ties
      too. Sort minus the scores with kind='stable' instead.
    best_last: -scores => scores; :slots] => -slots:]
      The pages are upside down: the best video is in the last slot. Sort minus the scores and
      keep the first `slots`.
    skipped_the_first: :slots] => 1 : slots + 1]
      The best video of each page is missing: slots count from 0, so keep `[:, :slots]`.
    counted_from_one: [:, :slots] => [:, :slots] + 1
      Every video number is one too large: the first column is video 0.
    cut_before_masking:
      | in popular_pages_with_loops: in ranking if row[video] == 0][:slots] =>
      |     in ranking[:slots] if row[video] == 0]
      Some pages come out too short: the list was cut to `slots` first and seen videos were taken
      out of it after. Leave out what was seen, then cut.
    counted_along_the_row:
      | sum(axis=0) => sum(axis=1);
      | scores = np.where(ratings > 0, -np.inf, viewers_of) =>;
      | -scores, axis=1, kind="stable")[:, => -viewers_of, kind="stable")[
      or sum(axis=0) => sum(axis=1, keepdims=True)
      There is one number for each viewer, where one for each video is needed: the sum ran along
      axis 1 (each viewer's activity). Viewers are axis 0.
    one_list:
      | scores = np.where(ratings > 0, -np.inf, viewers_of) =>;
      | -scores, axis=1, kind="stable")[:, => -viewers_of, kind="stable")[
      One list came back, the same for everybody. Each viewer needs a page of their own, int[U,
      slots], because each has seen other things.
    ranked_down_the_column: axis=1, kind="stable")[:, => axis=0, kind="stable")[
      The sort ran down the columns: it ranks viewers for each video. Sort along axis 1.
    scores_not_videos: np.argsort => -np.sort
      These are the scores of the best videos, not the videos: np.argsort gives the positions that
      np.sort puts in order.
    right_videos_in_another_order:
      | np.argsort => np.sort(np.argsort;
      | [:, :slots] => [:, :slots], axis=1)
      The pages hold the right videos in the wrong order. np.argpartition finds the best without
      sorting them, and sorting the numbers again loses the ranking.
"""


def detect_best_last(trials):
    return all(
        np.array_equal(_popularity_on(t, t.returned)[:, ::-1], _popularity_on(t, t.expected))
        for t in trials
    )


def detect_cut_before_masking(trials):
    """Some pages have too few slots, none too many."""
    pages = [(page, trial.inputs[1]) for trial in trials for page in trial.returned]
    if not all(np.ndim(page) == 1 for page, _ in pages):
        return False
    missing = [slots - len(page) for page, slots in pages]
    return min(missing) >= 0 and max(missing) > 0


detect_one_list = where_wrong(_one_page_of_videos)


@where_wrong
def detect_ranked_down_the_column(trial):
    ratings, slots = trial.inputs
    return np.shape(trial.returned) == (min(slots, len(ratings)), ratings.shape[1])


def detect_right_videos_in_another_order(trials):
    """Every page holds videos as popular as it should, and some are not in order."""
    pairs = [(_popularity_on(trial, trial.returned), _popularity_on(trial, trial.expected))
             for trial in trials]  # fmt: skip
    as_popular = all(np.array_equal(-np.sort(-got, axis=1), wanted) for got, wanted in pairs)
    return as_popular and any((np.diff(got, axis=1) > 0).any() for got, _ in pairs)


EQUAL = """
    (ratings > 0).sum(axis=0) => (ratings > 0).mean(axis=0) | viewers_of = (ratings > 0).sum(axis=0)
      Sums and means come in one order.
"""
