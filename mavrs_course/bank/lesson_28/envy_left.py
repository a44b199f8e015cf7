"""28.5 Who envies whom.

15 minutes, difficulty 2, 3 points, L28.5
A promise becomes something that a test can break.
"""

import numpy as np

from mavrs_course.agents import envy_left as envy_of_the_library
from mavrs_course.course import Case


def envy_left(values, pages):
    seen = values[:, pages]  # float[m, m, K], viewer i and page j
    without_best = seen.sum(axis=2) - seen.max(axis=2)
    own = np.take_along_axis(values, pages, axis=1).sum(axis=1)
    envy = without_best - own[:, None]
    np.fill_diagonal(envy, -np.inf)
    return envy.max(axis=1)


def envy_by_loops(values, pages):
    left = []
    for viewer, taste in enumerate(values):
        worst = float("-inf")
        for owner, page in enumerate(pages):
            if owner != viewer:
                liked = sorted(taste[video] for video in page)
                worst = max(worst, sum(liked[:-1]))
        left.append(worst - sum(taste[video] for video in pages[viewer]))
    return left


OTHERS = (envy_by_loops, envy_of_the_library)
HOLE = np.array([
    [0.28, 0.07, 0.14, 0.26, 0.36], [0.17, 0.68, 0.60, 0.93, 0.10],
    [0.67, 0.93, 0.82, 0.95, 0.12], [0.69, 0.81, 0.52, 0.74, 0.35],
    [0.17, 0.55, 0.80, 0.69, 0.01],
])  # fmt: skip
IN_TURN = np.array([[4, 0, 2], [3, 1, 2], [3, 1, 0], [1, 3, 4], [2, 0, 4]])


def cases(rng):
    def some(viewers, videos, slots):
        pages = np.stack([rng.permutation(videos)[:slots] for _ in range(viewers)])
        return np.round(rng.uniform(0, 1, (viewers, videos)), 2), pages

    two = np.array([[0.5, 0.4, 0.1], [0.2, 0.3, 0.9]])
    return [
        Case("two viewers, pages [2, 1] and [0, 2]", (two, np.array([[2, 1], [0, 2]])),
             np.array([-0.4, -0.8])),
        Case("pages of one video: without it nothing is left",
             (two, np.array([[2], [0]])), np.array([-0.1, -0.2])),
        Case("both hold the same", (two, np.array([[0, 1], [1, 0]])), np.array([-0.5, -0.3])),
        Case("there is one video", (two[:, :1], np.zeros((2, 1), int)), np.array([-0.5, -0.2])),
        Case("the five viewers of the lesson", (HOLE, IN_TURN)),
        Case("five other pages", (HOLE, IN_TURN[::-1].copy())),
        Case("three viewers, two of eight videos", some(3, 8, 2)),
        Case("six viewers, four of seven videos", some(6, 7, 4)),
    ]  # fmt: skip


HINTS = """
    Take one viewer and one other page first: look up what this viewer thinks of its videos, add up,
    and take the largest of these numbers away.

    Values are always those of the viewer who looks, never of the viewer who holds the page.

    One's own page is no other page: leave it out before you look for the largest. Then take what
    the viewer holds away.
"""
MISTAKES = """
    nothing_taken_away: seen.sum(axis=2) - seen.max(axis=2) => seen.sum(axis=2)
      You compare whole pages. Envy up to one video leaves the best video of the other page out.
    without_the_worst: seen.max(axis=2) => seen.min(axis=2)
      You leave out the video that the viewer likes least. Leave out the best.
    without_the_first: seen.max(axis=2) => seen[:, :, 0]
      You leave out the video in the first slot. Leave out the one that the viewer likes best.
    without_the_owners_best: seen.max(axis=2) =>
      | np.stack([row[pages[np.arange(len(pages)),
      |     np.take_along_axis(values, pages, axis=1).argmax(axis=1)]] for row in values])
      You leave out what the owner likes best. It is the best in the eyes of who looks.
    best_of_the_own_page_too: without_best - own[:, None] =>
      | without_best - own[:, None] + np.take_along_axis(values, pages, axis=1).max(axis=1)[:, None]
      You leave out the best of the own page too. It counts whole.
    own_page_counts: np.fill_diagonal(envy, -np.inf) =>
      The own page is among the others. Without its best it is less than itself, and may hide what
      should be lower still.
    cut_off_at_zero: return envy.max(axis=1) => return np.maximum(envy.max(axis=1), 0)
      You cut off at 0. Below 0 says how safe the promise is.
    mean_envy: return envy.max(axis=1) =>
      | return np.where(np.isinf(envy), 0, envy).sum(axis=1) / (len(envy) - 1)
      You take the mean over the other viewers. The worst case counts.
    least_envy: return envy.max(axis=1) =>
      | return np.where(np.isinf(envy), np.inf, envy).min(axis=1)
      You take the page that is envied least. The worst case is the largest.
    who_is_envied: return envy.max(axis=1) => return envy.max(axis=0)
      You say how much each page is envied. Asked for is how much each viewer envies.
    in_the_owners_eyes: own[:, None] => own[None, :]
      You compare with what the owner thinks of the page. Compare with the viewer's own page.
    yes_or_no: return envy.max(axis=1) => return (envy.max(axis=1) > 0).astype(float)
      You say whether, not by how much.
    turned_round: without_best - own[:, None] => own[:, None] - without_best
      You take the other page away from the own. Envy is the other page, less one's own.
    next_viewer_only: return envy.max(axis=1) =>
      | return envy[np.arange(len(envy)), (np.arange(len(envy)) + 1) % len(envy)]
      You look at the next viewer alone. Look at all others.
"""
