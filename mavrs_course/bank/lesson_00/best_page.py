"""00.3 Fill a page.

6 minutes, difficulty 2, 2 points, L00.3
Whatever an agent thinks, this is how its thoughts become a page.
"""

import numpy as np

from mavrs_course.coordination.single import best_columns
from mavrs_course.course import Case


def best_page(scores, candidates, slots):
    columns = np.argsort(-scores, axis=1, kind="stable")[:, :slots]
    return np.take_along_axis(candidates, columns, axis=1)


def best_page_with_loops(scores, candidates, slots):
    page = []
    for row, videos in zip(scores, candidates, strict=True):
        order = sorted(range(len(row)), key=lambda column: -row[column])
        page.append([videos[column] for column in order[:slots]])
    return page


def best_page_of_the_library(scores, candidates, slots):
    rows = np.arange(len(scores))[:, None]
    return candidates[rows, best_columns(scores, slots)]


OTHERS = (best_page_with_loops, best_page_of_the_library)


def cases(rng):
    def some(viewers, candidates):
        return np.array([500 + rng.permutation(100)[:candidates] for _ in range(viewers)])

    def marks(shape):
        return rng.integers(0, 4, shape).astype(float)

    return [
        Case("one viewer, three candidates, two slots",
             (np.array([[0.1, 0.9, 0.5]]), np.array([[40, 7, 23]]), 2), [[7, 23]]),
        Case("four viewers, three of ten", (rng.normal(size=(4, 10)), some(4, 10), 3)),
        Case("two candidates share the best score",
             (np.array([[2.0, 5.0, 5.0, 1.0]]), np.array([[31, 58, 12, 44]]), 2), [[58, 12]]),
        Case("many equal scores", (marks((3, 60)), some(3, 60), 5)),
        Case("scores below zero", (-rng.random((5, 7)), some(5, 7), 4)),
        Case("a page of all candidates", (rng.random((2, 6)), some(2, 6), 6)),
        Case("one slot", (rng.random((6, 8)), some(6, 8), 1)),
    ]  # fmt: skip


HINTS = """
    Sort each row by score and keep the first `slots`. `np.argsort` gives positions; you need the
    videos at those positions.

    `np.argsort` sorts upwards, so give it `-scores`, with `axis=1`. Equal scores keep their
    "stable" order only with `kind="stable"`.

    Cut the sorted columns at `slots`. They are positions in each row, and `np.take_along_axis`
    with `axis=1` fetches the candidates that stand there.
"""


def _page_scores(trial):
    """The scores of the videos that an answer put on its pages."""
    scores, candidates, _ = trial.inputs
    returned = np.asarray(trial.returned)
    columns = (candidates[:, None, :] == returned[:, :, None]).argmax(axis=2)
    return np.take_along_axis(scores, columns, axis=1)


def _has_shape(shape):
    """Detects answers whose results all have this shape, given the inputs."""
    return lambda trials: all(np.shape(t.returned) == shape(*t.inputs) for t in trials)


MISTAKES = """
    equal_scores_swapped: -scores, axis=1, kind="stable") => scores, axis=1, kind="stable")[:, ::-1]
      Only equal scores come out in another order: the earlier candidate goes first. Sort -scores
      with kind="stable"; turning a sorted row round turns ties round.
    right_videos_wrong_order: columns, axis=1) => columns, axis=1)[:, ::-1]
      The right videos are on the page, but not best first.
    columns_not_videos: np.take_along_axis(candidates, columns, axis=1) => columns
      You return the columns of the best candidates. Look up which videos stand in those columns:
      `np.take_along_axis(candidates, columns, axis=1)`.
    worst_first: -scores => scores
      The page is filled with the lowest scores: argsort sorts upwards.
    sorted_along_viewers: -scores, axis=1 => -scores, axis=0
      axis=0 sorts the viewers for each candidate; axis=1 sorts the candidates for each viewer.
    one_order_for_everybody: -scores => -scores[:1].repeat(len(scores), axis=0)
      All viewers get the order of viewer 0. Each row of scores has its own.
    largest_video_numbers: -scores => -candidates
      You sort the numbers of the videos, which mean nothing. Sort by score.
    one_page_for_everybody:
      | axis=1, kind="stable")[:, :slots] => axis=None, kind="stable")[:slots];
      | np.take_along_axis(candidates, columns, axis=1) => candidates.ravel()[columns]
      You return one page. Each row of scores is a viewer, who gets a page of their own: shape
      (viewers, slots).
    best_video_alone: columns, axis=1) => columns, axis=1)[:, 0]
      You return the one best video of each viewer. A page has `slots` of them.
    every_row_for_every_row:
      | np.take_along_axis(candidates, columns, axis=1) => candidates[:, columns]
      `candidates[:, columns]` looks up everybody's columns in everybody's row.
      `np.take_along_axis(candidates, columns, axis=1)` keeps rows together.
    scores_not_videos: (candidates, columns => (scores, columns
      You return the best scores; return the videos that have them.
    scores_ignored: np.take_along_axis(candidates, columns, axis=1) => candidates[:, :slots]
      You show the first candidates, whatever their scores.
"""


def detect_equal_scores_swapped(trials):
    """Wherever an answer fails, its page has the right scores, slot by slot."""

    def scores_fit(trial):
        scores, candidates, slots = trial.inputs
        best = -np.sort(-scores, axis=1)[:, :slots]
        is_a_page = trial.difference.kind == "value" and np.isin(trial.returned, candidates).all()
        return is_a_page and np.array_equal(_page_scores(trial), best)

    return all(trial.passed or scores_fit(trial) for trial in trials)


def detect_right_videos_wrong_order(trials):
    without_ties = [t for t in trials if len(np.unique(t.inputs[0])) == t.inputs[0].size]
    return trials[1].difference.kind == "value" and all(
        np.array_equal(np.sort(trial.returned, axis=1), np.sort(trial.expected, axis=1))
        for trial in without_ties
    )


def detect_columns_not_videos(trials):
    """Whole numbers below the number of candidates, where video numbers are larger."""
    pages = [np.asarray(trial.returned) for trial in trials]
    columns = [trial.inputs[0].shape[1] for trial in trials]
    return all(
        np.issubdtype(page.dtype, np.integer) and page.max() < count
        for page, count in zip(pages[1:], columns[1:], strict=True)
    )


detect_one_page_for_everybody = _has_shape(lambda scores, candidates, slots: (slots,))
detect_best_video_alone = _has_shape(lambda scores, candidates, slots: (len(scores),))
