"""The tools of the team: who watched what, what it is called, and a search over titles.

Everything is local.  What is asked of it is numbers, and what comes back is numbers and names, so
that no text that a model writes can make it do anything else.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

import numpy as np

from mavrs_course.agents.collaborative import ItemKNN, Popularity
from mavrs_course.agents.memory.index import ExactIndex
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.logs import Logs

_ARTICLE = re.compile(r"(.+), (The|A|An|La|Le|Les|Il|Das|Der|El)( \(.*\))?")
_YEAR = re.compile(r"\((\d{4})\)\s*$")
_WORD = re.compile(r"[a-z0-9]+")
DAMPING = 5.0  # ratings that an average is pulled towards the overall mean by


def plain_title(title: str) -> str:
    """``Godfather, The (1972)`` as people write it: ``The Godfather (1972)``."""
    found = _ARTICLE.fullmatch(title)
    return f"{found[2]} {found[1]}{found[3] or ''}" if found else title


def year_of(title: str) -> int:
    """The year at the end of a title, 0 where there is none."""
    found = _YEAR.search(title)
    return int(found[1]) if found else 0


class Records:
    """What the team may know: training logs, and the titles and genres of all videos.

    titles: str[V], as people write them.  names: the same without the year.  years: int[V].
    """

    def __init__(self, train: Logs) -> None:
        self.train = train
        self.titles = [plain_title(title) for title in train.videos["title"]]
        self.names = [_YEAR.sub("", title).strip() for title in self.titles]
        self.years = np.array([year_of(title) for title in self.titles])
        self.genres: list[tuple[str, ...]] = list(train.videos["genres"])
        self.rated = "rating" in train.signals
        self.noun = "film" if self.rated else "video"

    @property
    def kinds(self) -> list[str]:
        """All genres, in the order of the alphabet."""
        return sorted({genre for genres in self.genres for genre in genres})

    @cached_property
    def _histories(self) -> dict[int, Ints]:
        events = self.train.chronological()
        return {
            int(viewer): videos.to_numpy(np.int64)
            for viewer, videos in events.groupby("viewer")["video"]
        }

    @cached_property
    def _stars(self) -> dict[tuple[int, int], float]:
        if not self.rated:
            return {}
        events = self.train.chronological()
        return {
            (int(viewer), int(video)): float(stars)
            for viewer, video, stars in events[["viewer", "video", "rating"]].to_numpy()
        }

    def history(self, viewer: int) -> Ints:
        """What the viewer watched, oldest first."""
        return self._histories.get(int(viewer), np.zeros(0, dtype=np.int64))

    def stars(self, viewer: int, video: int) -> float | None:
        """What the viewer gave the video, or None."""
        return self._stars.get((int(viewer), int(video)))

    def genre_counts(self, viewer: int) -> Counter[str]:
        """How many different videos of each genre the viewer watched."""
        return Counter(
            genre for v in set(self.history(viewer).tolist()) for genre in self.genres[v]
        )

    def genre_share(self, genre: str, viewer: int | None = None) -> float:
        """Share of the videos watched, by the viewer or by all, that are of the genre."""
        has = np.array([genre in genres for genres in self.genres], dtype=float)
        if viewer is None:
            return float(has @ self.popularity / max(self.popularity.sum(), 1.0))
        watched = np.unique(self.history(viewer))
        return float(has[watched].mean()) if len(watched) else 0.0

    @cached_property
    def neighbours(self) -> ItemKNN:
        return ItemKNN().fit(self.train)

    @cached_property
    def _alike(self) -> dict[int, Floats]:
        return {}  # a team asks of the same viewers over and over

    @cached_property
    def popularity(self) -> Floats:
        """How many viewers watched each video: float[V]."""
        return Popularity().fit(self.train).scores([0])[0]

    def together(self, video: int, other: int) -> tuple[int, int]:
        """How many viewers of ``video`` watched ``other`` too, and of how many."""
        counts = self.neighbours.together
        return int(counts[video, other]), int(counts[video, video])

    def alike(self, viewer: int, videos: Ints) -> Floats:
        """ItemKNN's score of each video for the viewer: float[n]."""
        if viewer not in self._alike:
            self._alike[viewer] = self.neighbours.scores([viewer])[0]
        return self._alike[viewer][np.asarray(videos, dtype=int)]

    def nearest_watched(self, viewer: int, video: int) -> int | None:
        """The watched video that speaks most for ``video``, or None where none does."""
        watched = np.setdiff1d(self.history(viewer), [video])
        weights = self.neighbours.weights[watched, video]
        return int(watched[weights.argmax()]) if weights.max(initial=0.0) > 0 else None

    @cached_property
    def _means(self) -> tuple[float, Floats, Floats]:
        events = self.train.events
        stars = events["rating"].to_numpy()
        overall = float(stars.mean())
        of_video = _damped(events["video"], stars - overall, self.train.n_videos)
        rest = stars - overall - of_video[events["video"]]
        return overall, of_video, _damped(events["viewer"], rest, self.train.n_viewers)

    def expected_stars(self, viewer: int, video: int) -> float:
        """Overall mean + how much better the video fares + how much kinder the viewer is.

        Both differences are damped: with few ratings they stay near 0 (Koren, Bell and Volinsky
        2009).  Between 1 and 5.
        """
        overall, of_video, of_viewer = self._means
        return float(np.clip(overall + of_video[video] + of_viewer[viewer], 1.0, 5.0))

    @cached_property
    def _words(self) -> tuple[dict[str, int], Floats, ExactIndex]:
        described = zip(self.names, self.genres, strict=True)
        texts = [_words_of(f"{name} {' '.join(genres)}") for name, genres in described]
        found = Counter(word for words in texts for word in set(words))
        place = {word: column for column, word in enumerate(sorted(found))}
        rarity = np.array([np.log(len(texts) / found[word]) for word in sorted(found)])
        vectors = np.array([_bag(words, place) for words in texts]) * rarity
        return place, rarity, ExactIndex(vectors)

    def search(self, text: str, k: int) -> list[tuple[int, float]]:
        """The ``k`` videos whose title and genres are nearest in words: (video, cosine)."""
        place, rarity, index = self._words
        query = _bag(_words_of(text[:1000]), place) * rarity
        near, cosine = index.search(query[None], k)
        pairs = zip(near[0].tolist(), cosine[0].tolist(), strict=True)
        return [(video, likeness) for video, likeness in pairs if likeness > 0]

    def likeness_in_words(self, viewer: int, videos: Ints, recent: int = 5) -> Floats:
        """Cosine in words of each video with the viewer's most recent ones together: float[n]."""
        index = self._words[2]
        taste = index.directions[self.history(viewer)[-recent:]].sum(axis=0)
        return index.directions[np.asarray(videos, dtype=int)] @ taste


def _damped(rows, values: Floats, count: int) -> Floats:
    total = np.bincount(rows, weights=values, minlength=count)
    return total / (np.bincount(rows, minlength=count) + DAMPING)


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _bag(words: list[str], place: dict[str, int]) -> Floats:
    bag = np.zeros(len(place))
    for word in words:
        if word in place:
            bag[place[word]] += 1.0
    return bag
