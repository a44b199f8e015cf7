"""The filter bubble: a recommender that learns from viewers who watch what it shows.

Round after round, every viewer is shown a page of films that she has not been shown before; what
she watches is added to the logs, and the recommender learns from them anew (arXiv 2310.10108,
section 4.1).  As pools are finite, later pages are made of what is left: only the comparison with
the same recommender **without** learning tells what learning did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mavrs_course.llm.agent4rec.people import People
from mavrs_course.llm.agent4rec.viewer import PAGE, Person
from mavrs_course.messages import Bools, Floats, Ints

# Learns from who watched what, float[U, F], and gives float[N, F] for viewers int[N].
Recommender = Callable[[sparse.csr_array, Ints], Floats]


@dataclass(frozen=True, eq=False)
class Rounds:
    """shown: int[R, N, K], films.  watched: bool[R, N, K]."""

    shown: Ints
    watched: Bools

    def genres_shown(self, genres: Floats) -> Floats:
        """Number of different genres on each page: float[R, N]."""
        return (genres[self.shown].max(axis=2) > 0).sum(axis=2).astype(float)

    def top_share(self, genres: Floats, watched: bool = False) -> Floats:
        """Share of each viewer's films that have her commonest genre: float[R, N].

        Of films shown; with ``watched``, of films watched, NaN where she watched none.
        """
        counted = self.watched if watched else np.ones(self.shown.shape, dtype=bool)
        times = (genres[self.shown] * counted[..., None]).sum(axis=2).max(axis=2)
        films = counted.sum(axis=2)
        return np.divide(times, films, out=np.full(times.shape, np.nan), where=films > 0)

    def popularity(self, popularity: Ints) -> Floats:
        """Mean number of viewers of the films shown, from the logs: float[R, N]."""
        return popularity[self.shown].mean(axis=2)

    @property
    def watched_share(self) -> Floats:
        """float[R, N]."""
        return self.watched.mean(axis=2)


def play_rounds(
    people: People,
    played: Sequence[Person],
    recommender: Recommender,
    *,
    rounds: int = 5,
    size: int = PAGE,
    learns: bool = True,
    logs: sparse.csr_array | None = None,
) -> Rounds:
    """Let a recommender and ``played``, a row each of ``people``, answer each other.

    learns: False keeps what it learned before the first round.  logs: what it knows then, float
    [U, F]; by default all of ``people.watched`` (see :func:`newcomers`).
    """
    rows = np.arange(len(played))[:, None]
    watches = np.stack([person.watches for person in played])
    left = np.zeros(watches.shape, dtype=bool)
    np.put_along_axis(left, people.pools, True, axis=1)
    logs = people.watched if logs is None else logs
    scores, shown, watched = None, [], []
    for _ in range(rounds):
        if scores is None or learns:
            scores = recommender(logs, people.viewers)
        page = np.argsort(-np.where(left, scores, -np.inf), axis=1, kind="stable")[:, :size]
        left[rows, page] = False
        shown.append(page)
        watched.append(watches[rows, page])
        logs = _with(logs, people.viewers, page, watched[-1])
    return Rounds(np.array(shown), np.array(watched))


def newcomers(people: People) -> sparse.csr_array:
    """The logs of a platform that knows only the favourites of the played viewers: float[U, F].

    Where it knows a hundred films of somebody, five pages more teach it hardly anything.
    """
    logs = people.watched.tolil(copy=True)
    for person, viewer in enumerate(people.viewers):
        row = np.zeros(logs.shape[1])
        row[people.favourites(person)] = 1.0
        logs[[viewer]] = row
    return sparse.csr_array(logs)


def _with(logs: sparse.csr_array, viewers: Ints, page: Ints, watched: Bools) -> sparse.csr_array:
    """The logs with what was watched; nobody watches a film twice, as none is shown twice."""
    who, films = np.repeat(viewers, watched.sum(axis=1)), page[watched]
    return logs + sparse.csr_array((np.ones(len(films)), (who, films)), logs.shape)
