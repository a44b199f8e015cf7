"""01.3 UserKNN, a component.

25 minutes, difficulty 3, 4 points, L01.3
A whole model behind two methods: anything with `fit` and `scores` can take its place.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.course.detect import where_wrong


class UserKNN:
    def __init__(self, neighbours):
        self.neighbours = neighbours

    def fit(self, ratings):
        length = np.linalg.norm(ratings, axis=1)
        lengths = np.outer(length, length)
        blank = np.zeros(lengths.shape)
        alike = np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0)
        np.fill_diagonal(alike, 0)
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, : self.neighbours]
        kept = np.zeros_like(alike)
        np.put_along_axis(kept, nearest, np.take_along_axis(alike, nearest, axis=1), axis=1)
        self.all_scores = kept @ ratings
        return self

    def scores(self, viewers):
        return self.all_scores[viewers]


class UserKNNWithLoops:
    def __init__(self, neighbours):
        self.neighbours = neighbours

    def fit(self, ratings):
        self.ratings = np.asarray(ratings, dtype=float)
        return self

    def _alike(self, a, b):
        one, other = self.ratings[a], self.ratings[b]
        lengths = np.sqrt((one @ one) * (other @ other))
        return one @ other / lengths if lengths else 0.0

    def scores(self, viewers):
        return np.array([self._scores_of(viewer) for viewer in viewers])

    def _scores_of(self, viewer):
        others = [other for other in range(len(self.ratings)) if other != viewer]
        likeness = {other: self._alike(viewer, other) for other in others}
        nearest = sorted(others, key=likeness.get, reverse=True)[: self.neighbours]
        return sum(likeness[other] * self.ratings[other] for other in nearest)


OTHERS = (UserKNNWithLoops,)


def cases(rng):
    hand = np.array([[3.0, 4, 0], [3, 0, 4], [0, 5, 0]])
    # viewers 0 and 1: 9 / 25; viewers 0 and 2: 20 / 25, so viewer 2 is nearest to viewer 0
    return [
        Case("three viewers, one neighbour", (1, hand, np.array([0])), [[0, 4.0, 0]]),
        Case("two neighbours, and stars from 0 to 1", (2, hand / 10, np.array([0])),
             [[0.108, 0.4, 0.144]]),
        Case("two viewers, one video", (1, np.array([[3.0], [5]]), np.array([0])), [[5.0]]),
        Case("eight viewers, three neighbours", (3, _ratings(rng, 8, 12, 3), np.arange(8))),
        Case("four of nine viewers", (2, _ratings(rng, 9, 6, 2), np.array([7, 0, 0, 4]))),
        Case("one viewer has watched nothing", (3, _with_a_newcomer(rng), np.arange(7))),
        Case("fewer viewers than neighbours", (50, _ratings(rng, 5, 9, 50), np.arange(5))),
    ]  # fmt: skip


def _ratings(rng, viewers, videos, neighbours):
    """Ratings that leave no doubt about who the nearest are."""
    while True:
        ratings = rng.integers(1, 6, (viewers, videos)) * (rng.random((viewers, videos)) < 0.6)
        if not ratings.any(axis=1).all():
            continue
        unit = ratings / np.linalg.norm(ratings, axis=1, keepdims=True)
        falling = -np.sort(-unit @ unit.T, axis=1)[:, 1:]
        gaps = -np.diff(falling, axis=1)[:, neighbours - 1 : neighbours]
        if gaps.size == 0 or gaps.min() > 1e-3:
            return ratings.astype(float)


def _with_a_newcomer(rng):
    return np.insert(_ratings(rng, 6, 10, 3), 2, 0.0, axis=0)


def observe(answer, case):
    neighbours, ratings, viewers = case.inputs
    return answer(neighbours).fit(ratings).scores(viewers)


NAMES = ("neighbours", "ratings", "viewers")
HINTS = """
    Take the lesson's ItemKNN and turn the table: now two *rows* are compared. Which axis do the
    lengths run along, and what shape has the likeness of all viewers with all viewers?

    In `fit`: cosine of all pairs of rows, a zero diagonal, then for each row of the likeness keep
    the `neighbours` largest. A viewer who has watched nothing has length 0: guard the division.
    End with `return self`.

    The scores of all viewers are `kept @ ratings`, float[U, V], where `kept` is the likeness with
    all but the nearest set to zero. `scores(viewers)` picks the rows asked for.
"""


MISTAKES = """
    fit_returns_nothing:
      | self.all_scores = kept @ ratings
      | return self =>
      | self.all_scores = kept @ ratings
      `fit` returns None, so nothing can be asked for scores afterwards. End it with `return
      self`, as scikit-learn's models do.
    everybody_at_once: self.all_scores[viewers] => self.all_scores
      `scores(viewers)` returns a row for every viewer of the log. It should return one row for
      each viewer asked for, in the order asked.
    compared_videos:
      | np.linalg.norm(ratings, axis=1) => np.linalg.norm(ratings, axis=0);
      | ratings @ ratings.T => ratings.T @ ratings;
      | kept @ ratings => ratings @ kept.T
      This is ItemKNN: it compares columns, that is videos. UserKNN compares rows: viewers who
      rated alike, and then adds up what *they* watched.
    own_neighbour: np.fill_diagonal(alike, 0) =>
      Each viewer is their own nearest neighbour (their cosine with themselves is 1), which takes
      up a place and brings back what they have seen. Set the diagonal to 0 first.
    own_place_wasted:
      | np.fill_diagonal(alike, 0) =>;
      | self.all_scores = =>
      | np.fill_diagonal(kept, 0)
      | self.all_scores =
      One neighbour is missing. If the diagonal was set to 0 after the cut, each viewer took up one
      of their own places: set it to 0 before. If not, `neighbours` - 1 were kept.
    all_neighbours: [:, : self.neighbours] =>
      Everybody has a say: all viewers count as neighbours. Keep only the `neighbours` most alike
      of each viewer, and set the rest to zero.
    neighbours_by_column:
      | axis=1, kind="stable")[:, => axis=0, kind="stable")[;
      | nearest, axis=1), axis=1 => nearest, axis=0), axis=0
      The nearest were kept in each column of the likeness. The table is symmetric, but the cut is
      not: each viewer, a row, chooses their own neighbours.
    one_neighbour_off: : self.neighbours] => : self.neighbours + 1]
      There is one neighbour too many or too few: keep exactly `neighbours` in each row, `[:,
      :neighbours]` of the sorted order.
    no_lengths:
      | np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0) => ratings @ ratings.T
      The likeness is the plain product of two rows, so viewers who rate a lot are like everybody.
      Divide by both lengths to get the cosine.
    one_length: np.outer(length, length) => np.outer(length, length**0)
      or np.outer(length, length) => np.outer(length**0, length)
      The product was divided by the length of one of the two viewers only. A cosine divides by
      both: `np.outer(length, length)`.
    other_lengths: np.outer(length, length) => np.outer(length**2, length**2)
      or np.outer(length, length) => np.outer(ratings.sum(axis=1), ratings.sum(axis=1))
      The product was divided by something other than the two lengths. A row's length is the
      square root of the sum of its squares: np.linalg.norm(ratings, axis=1).
    lengths_of_videos:
      | np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0) =>
      |     ratings / np.maximum((ratings**2).sum(axis=0), 1) @ ratings.T
      The ratings were divided by the lengths of the columns, the videos. Viewers are rows:
      normalise along axis 1.
    watched_not_rated:
      | np.linalg.norm(ratings, => np.linalg.norm(ratings > 0,;
      | ratings @ ratings.T => 1.0 * (ratings > 0) @ (ratings > 0).T
      or
      | lengths = np.outer(length, length) =>
      | both, counts = 1.0 * (ratings > 0) @ (ratings > 0).T, (ratings > 0).sum(axis=1)
      | lengths = np.add.outer(counts, counts) - both;
      | ratings @ ratings.T => both
      The likeness looks at who watched what and forgets the stars. Compare the rows of ratings as
      they are.
    correlation:
      | np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0) =>
      |     np.nan_to_num(np.corrcoef(ratings))
      The likeness is Pearson's correlation, which takes each row's mean off first, also from the
      zeros that mean «not watched». Use the plain cosine.
    least_alike: alike = np.divide => alike = -np.divide
      or -alike => alike
      The neighbours are the least alike: sort minus the likeness, or take the last ones.
    averaged_neighbours:
      | kept @ ratings => kept @ ratings / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)
      or kept @ ratings => kept @ ratings / np.maximum(kept @ (ratings > 0), 1e-12)
      or kept @ ratings => (kept > 0) @ ratings / np.maximum((kept > 0).sum(axis=1)[:, None], 1)
      The neighbours' ratings were averaged, so a video that one neighbour loved beats one that
      all of them watched. Add up likeness times rating; do not divide.
    half_of_the_product: kept @ ratings => (kept > 0) @ ratings
      or kept @ ratings => kept @ (ratings > 0)
      Either the likeness or the ratings are left out of the sum. What a neighbour says about a
      video is likeness times rating.
    masked_already: kept @ ratings => np.where(ratings > 0, 0, kept @ ratings)
      or kept @ ratings => np.where(ratings > 0, -np.inf, kept @ ratings)
      Seen videos were taken out here. `scores` scores every video; the page is what leaves seen
      ones out, so that one place decides it for all models.
    stopped_at_the_neighbours: kept @ ratings => kept
      This is how alike the viewers are, float[U, U]. One product is missing: with their ratings
      it gives a score for each video.
    newcomers_are_not_numbers:
      | np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0) =>
      |     ratings @ ratings.T / lengths
      A viewer who has watched nothing has length 0, and 0 / 0 is not a number. Their likeness to
      everybody is 0: guard the division.
"""

detect_fit_returns_nothing = where_wrong(lambda trial: "'NoneType'" in str(trial.error))


def detect_everybody_at_once(trials):
    return all(np.shape(trial.returned) == trial.inputs[1].shape for trial in trials)


@where_wrong
def detect_newcomers_are_not_numbers(trial):
    newcomer = not trial.inputs[1].any(axis=1).all()
    return newcomer and np.isnan(np.asarray(trial.returned, dtype=float)).any()


EQUAL = r"""
    np.argsort(-alike, axis=1, kind='stable') => np.argsort(-alike, axis=1) | nearest = np.argsort(-alike, axis=1, kind='stable')[:, :self.neighbo …
      No two viewers are equally near where the line is drawn.
    np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0) => np.divide(ratings @ ratings.T, lengths, where=lengths > 0) | alike = np.divide(ratings @ ratings.T, lengths, out=blank, where=len …
      What stands in fresh memory is left to chance, and mostly 0.
"""  # noqa: E501
