"""The videos of the platform, as arrays, with human words for those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.topics import MEAN_QUALITY, QUALITY_DEVIATION, TOPICS, number_of
from mavrs_course.world.viewers import REFUND_RATE, VIDEO_MINUTES

VIDEOS_PER_CREATOR = 10


class CatalogError(ValueError):
    """A catalogue that no platform could run on; the text says which column and why."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """``V`` videos, column by column.  Only ``topic`` and ``quality`` must be given.

    topic: int[V], which of ``topics``.  quality: float[V], below 3.78, the quality at which a video
    gives back all the time that it costs and a session need never end.  minutes: float[V], length.
    appeal: float[V], how much better than it is a video looks; 0 is honest; viewers fall for it
    where the platform has :class:`~mavrs_course.world.effects.Clickbait`.  creator: int[V], from 0.
    day: int[V], the day on which the video arrives.  style_seed: int[V], from 0, what its words,
    pictures and sound are drawn from.  seed: what the titles and names are drawn from.
    topics: their human names, in order; the platform's twenty by default.  mean_quality:
    float[n_topics]; what the platform draws qualities around, or else the mean of the videos.

    Words are made when somebody first asks for them, so that numeric work never pays for text.
    """

    topic: Ints
    quality: Floats
    minutes: Floats = None  # type: ignore[assignment]
    appeal: Floats = None  # type: ignore[assignment]
    creator: Ints = None  # type: ignore[assignment]
    day: Ints = None  # type: ignore[assignment]
    style_seed: Ints = None  # type: ignore[assignment]
    seed: int = 0
    topics: Sequence[str] = TOPICS
    mean_quality: Floats = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        videos = np.size(self.topic)
        object.__setattr__(self, "topics", tuple(self.topics))
        blank = {
            "topic": (np.int64, None),
            "quality": (np.float64, None),
            "minutes": (np.float64, np.full(videos, VIDEO_MINUTES)),
            "appeal": (np.float64, np.zeros(videos)),
            "creator": (np.int64, self.topic),
            "day": (np.int64, np.zeros(videos)),
            "style_seed": (np.int64, np.arange(videos)),
        }
        for name, (kind, default) in blank.items():
            given = getattr(self, name)
            column = np.asarray(default if given is None else given)
            if column.shape != (videos,) or not np.all(np.isfinite(column)):
                raise CatalogError(
                    f"Catalog.{name} needs one finite number for each of the {videos} videos, "
                    f"got shape {column.shape}"
                )
            object.__setattr__(self, name, column)
            own = column.astype(kind)
            self._refuse(own != column, name, "a whole number")
            own.flags.writeable = False
            object.__setattr__(self, name, own)
        outside = ~np.isin(self.topic, np.arange(self.n_topics))
        self._refuse(outside, "topic", f"0..{self.n_topics - 1}")
        self._refuse(self.quality * REFUND_RATE >= 1, "quality", f"below {1 / REFUND_RATE:.2f}")
        self._refuse(self.minutes <= 0, "minutes", "above 0")
        self._refuse(self.creator < 0, "creator", "0 or more")
        self._refuse(self.style_seed < 0, "style_seed", "0 or more")
        self._set_mean_quality()

    def _set_mean_quality(self) -> None:
        mean = self.mean_quality
        if mean is None:
            mean = MEAN_QUALITY if self.topics == TOPICS else self._mean_of_videos()
        mean = np.array(mean, dtype=float)
        if mean.shape != (self.n_topics,):
            raise CatalogError(f"Catalog.mean_quality needs {self.n_topics} numbers, not {mean}")
        mean.flags.writeable = False
        object.__setattr__(self, "mean_quality", mean)

    def _mean_of_videos(self) -> Floats:
        """float[n_topics], 0 for a topic without videos."""
        count = np.bincount(self.topic, minlength=self.n_topics)
        total = np.bincount(self.topic, weights=self.quality, minlength=self.n_topics)
        return total / np.maximum(count, 1)

    def _refuse(self, bad: np.ndarray, name: str, wanted: str) -> None:
        if bad.any():
            video = int(bad.argmax())
            value = getattr(self, name)[video]
            raise CatalogError(f"Catalog.{name} must be {wanted}; video {video} has {value:g}")

    @classmethod
    def sample(cls, videos: int, rng: np.random.Generator) -> Catalog:
        """A random catalogue of the platform's topics, as even as they can be.

        Quality is ``N(mu_topic, 0.1)``.  Each creator keeps to one topic and has about ten videos.
        """
        n_topics = len(TOPICS)
        topic = rng.permutation(np.arange(videos) % n_topics)
        creators_per_topic = max(1, round(videos / n_topics / VIDEOS_PER_CREATOR))
        return cls(
            topic=topic,
            quality=rng.normal(MEAN_QUALITY[topic], QUALITY_DEVIATION),
            creator=topic + n_topics * rng.integers(0, creators_per_topic, videos),
            style_seed=rng.integers(0, 2**31, videos),
            seed=int(rng.integers(0, 2**31)),
        )

    def __len__(self) -> int:
        return len(self.topic)

    @property
    def n_topics(self) -> int:
        """How many topics there are."""
        return len(self.topics)

    @cached_property
    def looks(self) -> Ints:
        """int[V]: the topic of the platform whose pictures and sound a video has, 0..19.

        Its own where it has that topic; where there are others, any one, always the same.
        """
        numbers = [number_of(name) for name in self.topics]
        own = [n % len(TOPICS) if found is None else found for n, found in enumerate(numbers)]
        return np.array(own, dtype=np.int64)[self.topic]

    def title(self, video: int) -> str:
        """The video's title; no two videos of a catalogue share one."""
        return self._titles[video]

    def creator_name(self, video: int) -> str:
        """The name of the channel that made the video."""
        return self._creator_names[self.creator[video]]

    def description(self, video: int) -> str:
        """A sentence or two about the video, the same at each call."""
        from mavrs_course.world import writing

        rng = np.random.default_rng(self.style_seed[video])
        title, creator = self.title(video), self.creator_name(video)
        topic = number_of(self.topics[self.topic[video]])
        return writing.description(topic, title, creator, rng)

    @cached_property
    def _titles(self) -> list[str]:
        from mavrs_course.world import writing

        return writing.titles(self.topic, self.seed, self.topics)

    @cached_property
    def _creator_names(self) -> list[str]:
        from mavrs_course.world import writing

        rng = np.random.default_rng(self.seed)
        return writing.creators(int(self.creator.max()) + 1, rng)
