"""18.1 Who is she, in three numbers.

15 minutes, difficulty 1, 2 points, L18.1
Three numbers from logs, and the same ones as the paper's.
"""

import numpy as np

from mavrs_course.course import Case


def traits(ratings, genres):
    watched = ~np.isnan(ratings)
    apart = (ratings - np.nanmean(ratings, axis=0)) ** 2
    met = watched.astype(int) @ genres.astype(int) > 0
    return watched.sum(axis=1), np.nanmean(apart, axis=1), met.sum(axis=1)


def traits_with_loops(ratings, genres):
    activity, conformity, diversity = [], [], []
    for row in ratings:
        films = [film for film, stars in enumerate(row) if stars == stars]
        gaps = []
        for film in films:
            given = [stars for stars in ratings[:, film] if stars == stars]
            gaps.append((row[film] - sum(given) / len(given)) ** 2)
        activity.append(len(films))
        conformity.append(sum(gaps) / len(gaps))
        diversity.append(int(np.any(genres[films], axis=0).sum()))
    return activity, conformity, diversity


OTHERS = (traits_with_loops,)


def cases(rng):
    nan = np.nan

    def some(viewers, films, kinds):
        ratings = rng.integers(2, 11, (viewers, films)) / 2
        ratings[rng.random((viewers, films)) < 0.4] = nan
        ratings[:, 0] = rng.integers(2, 11, viewers) / 2
        ratings[0] = np.where(np.isnan(ratings[0]), 3.0, ratings[0])
        return ratings, rng.random((films, kinds)) < 0.3

    two = np.array([[5.0, nan, 3.0], [3.0, 4.0, nan]])
    kinds = np.array([[True, False], [True, True], [False, False]])
    return [
        Case("two viewers, three films", (two, kinds), ([2, 2], [0.5, 0.5], [1, 2])),
        Case("one viewer alone", (np.full((1, 2), 4.0), np.ones((2, 2), bool)), ([2], [0.0], [2])),
        Case("one viewer strays by two stars",
             (np.array([[5.0, 1.0], [1.0, 1.0], [3.0, 1.0]]), np.array([[True], [True]])),
             ([2, 2, 2], [2.0, 2.0, 0.0], [1, 1, 1])),
        Case("films without a genre", (np.array([[4.0, 2.0], [2.0, 4.0]]), np.zeros((2, 3), bool)),
             ([2, 2], [1.0, 1.0], [0, 0])),
        Case("six viewers, eight films", some(6, 8, 5)),
        Case("nine viewers, twelve films", some(9, 12, 7)),
    ]  # fmt: skip


HINTS = """
    watched = ~np.isnan(ratings) says who has watched what. Its row sums are the activity.
    apart = (ratings - np.nanmean(ratings, axis=0)) ** 2 has NaN where there is no rating, and
    np.nanmean(apart, axis=1) leaves those out.

    watched.astype(int) @ genres.astype(int) counts, for each viewer and genre, the films with it.
    Above 0 she has met it. Return the three arrays in order.
"""
MISTAKES = """
    distance_not_squared:
      | (ratings - np.nanmean(ratings, axis=0)) ** 2 => abs(ratings - np.nanmean(ratings, axis=0))
      You average the distance from the film's mean, and the paper its square.
    her_own_mean: np.nanmean(apart, axis=1) => np.nanvar(ratings, axis=1)
      You measure how far her ratings lie from her own mean. Conformity asks how far they lie from
      what others gave the same film: np.nanmean(ratings, axis=0).
    the_mean_of_everything: np.nanmean(ratings, axis=0) => np.nanmean(ratings)
      You compare with one mean of all ratings. Each film has a mean of its own.
    sum_for_mean: np.nanmean(apart, axis=1) => np.nansum(apart, axis=1)
      You add the squared distances up. Divide by the number of films that she rated, or busy
      viewers would look like rebels.
    divided_by_all_films: np.nanmean(apart, axis=1) => np.nansum(apart, axis=1) / ratings.shape[1]
      You divide by the number of all films. Only those that she watched count.
    missing_is_zero:
      | apart = (ratings - np.nanmean(ratings, axis=0)) ** 2 =>
      | filled = np.nan_to_num(ratings)
      | apart = (filled - filled.mean(axis=0)) ** 2
      A film that she has not rated counts as 0 stars in yours. NaN says that there is no rating:
      leave it out, with np.nanmean.
    genres_counted_again: genres.astype(int) > 0 => genres.astype(int)
      You count a genre again for each film that has it. Diversity is the size of the union: every
      genre once.
    genres_per_film: met.sum(axis=1) => met.sum(axis=1) / watched.sum(axis=1)
      You divide the number of genres by the films watched. The paper counts them, and divides by
      nothing.
    stars_for_activity: return watched.sum(axis=1) => return np.nansum(ratings, axis=1)
      Your activity adds up stars. It is the number of films that she watched.
    root_of_conformity: np.nanmean(apart, axis=1) => np.sqrt(np.nanmean(apart, axis=1))
      Your conformity is the root of the mean square. The paper leaves the square.
    genres_of_the_catalogue: met.sum(axis=1) => np.full(len(ratings), genres.any(axis=0).sum())
      Everybody has all genres of the catalogue in yours. Count those of films that she watched.
    every_film_counts: return watched.sum(axis=1) => return np.full(len(ratings), ratings.shape[1])
      Everybody has watched every film in yours: NaN is a film not watched.
    order_swapped:
      | np.nanmean(apart, axis=1), met.sum(axis=1) => met.sum(axis=1), np.nanmean(apart, axis=1)
      Conformity and diversity have changed places: activity, conformity, diversity is the order.
    median_of_the_film: np.nanmean(ratings, axis=0) => np.nanmedian(ratings, axis=0)
      You compare with the film's median. R is the mean of its ratings.
"""
