"""Who is played, and which films each of them is asked about.

Part of what a viewer has watched is held back: she is played from the rest, and has to know the
held-back films as her own (:mod:`.discrimination`).  Recommenders learn without them too.

A likelihood takes a tenth of a second, so each viewer is asked about a **pool** of films and all
experiments share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from mavrs_course.llm.agent4rec.taste import kind_in_words, plain_title
from mavrs_course.llm.agent4rec.traits import Traits, genre_matrix, mean_ratings, traits_of
from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.logs import Logs, simulated_logs
from mavrs_course.world.platform import Platform

VIEWERS, FILMS, POOL, OWN, KNOWN = 100, 400, 100, 10, 8
PLATFORM = "Simulated platform"


class PeopleError(ValueError):
    """The logs are too small for what was asked of them; the text says what to change."""


@dataclass(frozen=True, eq=False)
class People:
    """``N`` viewers of some logs and a catalogue of ``F`` films, the most watched ones.

    logs: everybody's events with these films, without what is held back.  Its viewers and films
    have the numbers that they have here: film f is column f.
    viewers: int[N], who is played, as rows of the logs.
    pools: int[N, P], the films that each is asked about.  own: bool[N, P], which of them she has
    watched, in events that are held back; the others she has never watched.
    rated: float[N, P], what she gave the own ones, NaN elsewhere and in logs without ratings.
    """

    logs: Logs
    viewers: Ints
    pools: Ints
    own: Bools
    rated: Floats

    def __len__(self) -> int:
        return len(self.viewers)

    @cached_property
    def titles(self) -> list[str]:
        """Titles as people say them."""
        return [plain_title(title) for title in self.logs.titles]

    @cached_property
    def kinds(self) -> list[str]:
        """What kind of film each is, in words."""
        return [kind_in_words(genres) for genres in self.logs.genres]

    @property
    def noun(self) -> str:
        """What they watch: "films", or "videos" on the course's own platform."""
        return "videos" if self.logs.name == PLATFORM else "films"

    @cached_property
    def genres(self) -> Floats:
        """float[F, G] of 0 and 1."""
        return genre_matrix(self.logs.genres)

    @cached_property
    def genre_names(self) -> list[str]:
        return sorted({genre for has in self.logs.genres for genre in has})

    @cached_property
    def watched(self) -> sparse.csr_array:
        """What everybody has watched, held-back events left out: float[U, F] of 0 and 1."""
        return sparse.csr_array(self.logs.matrix())

    @cached_property
    def quality(self) -> Floats:
        """Mean rating of each film, as a platform shows it: float[F]; 3 without any ratings."""
        if "rating" not in self.logs.signals:
            return np.full(self.logs.n_videos, 3.0)
        return mean_ratings(self.logs)

    @cached_property
    def popularity(self) -> Ints:
        """How many viewers have watched each film: int[F]."""
        return np.diff(self.watched.tocsc().indptr)

    @cached_property
    def traits(self) -> Traits:
        """Of everybody in the logs; what is held back counts for activity and for nothing else."""
        known = traits_of(self.logs)
        activity = known.activity.astype(np.int64)
        activity[self.viewers] += self.own.sum(axis=1)
        return Traits(activity, known.conformity, known.diversity)

    @cached_property
    def tiers(self) -> dict[str, Ints]:
        """Tier of each played viewer, cut at thirds of everybody: name -> int[N]."""
        return {name: tier[self.viewers] for name, tier in self.traits.tiers().items()}

    def favourites(self, person: int, number: int = KNOWN) -> Ints:
        """Films that tell most about a played viewer: her best rated, among equals the rarest."""
        row = self.viewers[person]
        films = self.watched.indices[self.watched.indptr[row] : self.watched.indptr[row + 1]]
        stars = np.ones(len(films))
        if "rating" in self.logs.signals:
            stars = self._ratings[[row]].toarray()[0, films]
        order = np.lexsort((films, self.popularity[films], -stars))
        return films[order][:number].astype(np.int64)

    @cached_property
    def _ratings(self) -> sparse.csr_array:
        return sparse.csr_array(self.logs.matrix("rating"))


def sample_people(
    logs: Logs,
    rng: np.random.Generator,
    *,
    viewers: int = VIEWERS,
    films: int = FILMS,
    pool: int = POOL,
    own: int = OWN,
) -> People:
    """Draw ``viewers`` who have watched enough of the ``films`` most watched films.

    Each has ``own`` films held back and at least eight left to be known by; ``pool - own`` films
    of her pool are ones that she has never watched.  Raises :class:`PeopleError`.
    """
    catalogue, watched = _most_watched(logs, films)
    counts = watched.sum(axis=1)
    able = np.flatnonzero((counts >= own + KNOWN) & (watched.shape[1] - counts >= pool - own))
    if len(able) < viewers:
        raise PeopleError(
            f"only {len(able)} viewers have watched {own + KNOWN} of the {watched.shape[1]} films "
            f"and left {pool - own}; ask for fewer than {viewers}"
        )
    chosen = rng.permutation(able)[:viewers]
    pools, mine = np.empty((viewers, pool), np.int64), np.empty((viewers, pool), bool)
    for person, row in enumerate(watched[chosen]):
        held = rng.permutation(np.flatnonzero(row))[:own]
        others = rng.permutation(np.flatnonzero(~row))[: pool - own]
        order = rng.permutation(pool)
        pools[person] = np.concatenate([held, others])[order]
        mine[person] = (np.arange(pool) < own)[order]
    return _held_back(logs, catalogue, chosen, pools, mine)


def _most_watched(logs: Logs, films: int) -> tuple[Ints, Bools]:
    """The catalogue, as numbers in the logs, and who has watched what of it."""
    matrix = logs.matrix().tocsc()
    catalogue = np.sort(np.argsort(-np.diff(matrix.indptr), kind="stable")[:films])
    return catalogue, matrix[:, catalogue].toarray() > 0


def _held_back(logs: Logs, catalogue: Ints, chosen: Ints, pools: Ints, mine: Bools) -> People:
    column = np.full(logs.n_videos, -1)
    column[catalogue] = np.arange(len(catalogue))
    events = logs.events.assign(video=column[logs.events["video"]])
    events = events[events["video"] >= 0]
    hidden = pd.DataFrame({"viewer": chosen.repeat(mine.sum(axis=1)), "video": pools[mine]})
    marked = events.merge(hidden.assign(held=True), how="left", on=["viewer", "video"])
    is_held = marked["held"].notna().to_numpy()
    videos = logs.videos.iloc[catalogue].reset_index(drop=True)
    rated = np.full(pools.shape, np.nan)
    if "rating" in logs.signals:
        latest = marked[is_held].drop_duplicates(["viewer", "video"], keep="last")
        stars = latest.set_index(["viewer", "video"])["rating"]
        for person, place in zip(*np.nonzero(mine), strict=True):
            rated[person, place] = stars[chosen[person], pools[person, place]]
    train = Logs(logs.name, marked[~is_held].drop(columns="held"), videos, logs.viewer_ids)
    return People(train, chosen, pools, mine, rated)


def platform_logs(viewers: int = 400, videos: int = 300, seed: int = 18) -> Logs:
    """Logs of the course's own platform, with ratings, for when no real ones are at hand.

    A viewer rates by rule: 3 stars, and up to one more or less for her interest in the topic and
    one for the quality; it peeks into her head, as only a simulation can.
    """
    from mavrs_course.world.catalog import Catalog

    rng = np.random.default_rng(seed)
    platform = Platform(Catalog.sample(videos, rng), candidates=30, rng=rng)
    logs = simulated_logs(platform, viewers)
    events = logs.events.drop_duplicates(["viewer", "video"])
    viewer, video = events["viewer"].to_numpy(), events["video"].to_numpy()
    topic = platform.catalog.topic[video]
    stars = 3 + platform.interest[viewer, topic] + platform.catalog.quality[video] / 3
    return Logs(logs.name, events.assign(rating=stars.round().clip(1, 5)), logs.videos,
                logs.viewer_ids)  # fmt: skip


def drawn_uniform(people: People, person: int, seed: int) -> Floats:
    """The chance of one viewer, a number in [0, 1) for each film: float[F].

    It depends on the seed and on who she is, not on what else is simulated or in which order.
    """
    who = int(people.viewers[person])
    return np.random.default_rng([seed, who]).random(people.logs.n_videos)


def chosen(people: People, which: Sequence[int]) -> People:
    """The same people, only those named, in the order named."""
    which = np.asarray(which, dtype=int)
    return People(
        people.logs, people.viewers[which], people.pools[which], people.own[which],
        people.rated[which],
    )  # fmt: skip
