"""What a viewer is like, read from logs: activity, conformity, diversity.

Source: Zhang, Chen, Sheng, Wang and Chua, "On generative agents in recommendation" (SIGIR 2024,
arXiv 2310.10108), section 2.1: with ``y_ui`` = 1 where viewer u has watched film i, ``r_ui`` her
rating, ``R_i`` the film's mean rating and ``G_i`` its genres,

    activity   = sum_i y_ui
    conformity = sum_i y_ui (r_ui - R_i)^2 / sum_i y_ui
    diversity  = |union of G_i over the films that she watched|

A **small** value of the second means that she goes with the crowd.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.logs import Logs

LOW, MIDDLE, HIGH = range(3)
TIER_NAMES = ("low", "middle", "high")
THIRDS = (1 / 3, 2 / 3)


@dataclass(frozen=True, eq=False)
class Traits:
    """One row for each viewer of some logs; a viewer without events has 0, NaN and 0.

    activity: int[U], films watched.  conformity: float[U], mean squared distance of her ratings
    from the films' means, in squared stars.  diversity: int[U], genres met.
    """

    activity: Ints
    conformity: Floats
    diversity: Ints

    def tiers(self, shares: Sequence[float] = THIRDS) -> dict[str, Ints]:
        """The tier of every viewer in each trait: name -> int[U] of 0, 1, 2."""
        named = {name: getattr(self, name) for name in ("activity", "conformity", "diversity")}
        return {name: tiers(values, shares) for name, values in named.items()}


def traits_of(logs: Logs) -> Traits:
    """The traits of every viewer; logs without ratings give conformity 0, as nobody differs."""
    watched = logs.matrix()
    activity = np.diff(watched.indptr)
    return Traits(activity, conformity(logs), diversity(logs))


def conformity(logs: Logs) -> Floats:
    """Mean of ``(r_ui - R_i)^2`` over what each viewer has rated: float[U], NaN without events."""
    watched = logs.matrix()
    counts = np.diff(watched.indptr)
    if "rating" not in logs.signals:
        return np.where(counts > 0, 0.0, np.nan)
    ratings = logs.matrix("rating")
    viewers = np.repeat(np.arange(logs.n_viewers), counts)
    apart = (ratings.data - mean_ratings(logs)[ratings.indices]) ** 2
    total = np.bincount(viewers, apart, logs.n_viewers)
    return np.divide(total, counts, out=np.full(logs.n_viewers, np.nan), where=counts > 0)


def mean_ratings(logs: Logs) -> Floats:
    """``R_i``, the mean rating of each film: float[V]; the mean of all where a film has none."""
    ratings = logs.matrix("rating").tocsc()
    counts = np.diff(ratings.indptr)
    films = np.repeat(np.arange(logs.n_videos), counts)
    total = np.bincount(films, ratings.data, logs.n_videos)
    everywhere = ratings.data.mean() if ratings.nnz else np.nan
    return np.divide(total, counts, out=np.full(logs.n_videos, everywhere), where=counts > 0)


def diversity(logs: Logs) -> Ints:
    """How many genres each viewer has met: int[U]."""
    return ((logs.matrix() @ genre_matrix(logs.genres)) > 0).sum(axis=1)


def genre_matrix(genres: Sequence[Sequence[str]]) -> Floats:
    """Which film has which genre, genres in alphabetical order: float[V, G] of 0 and 1."""
    column = {
        name: number for number, name in enumerate(sorted({g for has in genres for g in has}))
    }
    matrix = np.zeros((len(genres), len(column)))
    for film, has in enumerate(genres):
        matrix[film, [column[genre] for genre in has]] = 1.0
    return matrix


def tiers(values: Sequence[float], shares: Sequence[float] = THIRDS) -> Ints:
    """0 below the first quantile, 1 below the second, else 2: int[U].

    shares: by default thirds.  The authors' own code cuts elsewhere (activity at .6 and .9), so
    what "high" means is a choice, and this is where it is made.  Of whom nothing is known (NaN),
    and where nobody differs from anybody, the tier is 1.
    """
    values = np.asarray(values, dtype=float)
    known = values[~np.isnan(values)]
    if not len(known) or np.ptp(known) == 0:
        return np.ones(len(values), dtype=np.int64)
    return np.where(np.isnan(values), 1, np.digitize(values, np.quantile(known, shares)))
