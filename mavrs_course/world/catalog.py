"""The videos of the platform, as arrays, with human words for those who ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, QUALITY_DEVIATION
from mavrs_course.world.viewers import REFUND_RATE, VIDEO_MINUTES

VIDEOS_PER_CREATOR = 10


class CatalogError(ValueError):
    """A catalogue that no platform could run on; the text says which column and why."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """``V`` videos, column by column.  Only ``topic`` and ``quality`` must be given.

    topic: int[V] in 0..19.  quality: float[V], below 3.78, the quality at which a video gives
    back all the time that it costs and a session need never end.  minutes: float[V], length.
    appeal: float[V], how much better than it is a video looks; 0 is honest; viewers fall for it
    where the platform has :class:`~mavrs_course.world.effects.Clickbait`.  creator: int[V], from 0.
    day: int[V], the day on which the video arrives.  style_seed: int[V], from 0, what its words,
    pictures and sound are drawn from.  seed: what the titles and names are drawn from.

    Words are made when somebody first asks for them, so that numeric work never pays for text.
    """

    topic: Ints
    quality: Floats
    minutes: Floats | None = None
    appeal: Floats | None = None
    creator: Ints | None = None
    day: Ints | None = None
    style_seed: Ints | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        videos = np.size(self.topic)
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
        self._refuse(~np.isin(self.topic, np.arange(N_TOPICS)), "topic", f"0..{N_TOPICS - 1}")
        self._refuse(self.quality * REFUND_RATE >= 1, "quality", f"below {1 / REFUND_RATE:.2f}")
        self._refuse(self.minutes <= 0, "minutes", "above 0")
        self._refuse(self.creator < 0, "creator", "0 or more")
        self._refuse(self.style_seed < 0, "style_seed", "0 or more")

    def _refuse(self, bad: np.ndarray, name: str, wanted: str) -> None:
        if bad.any():
            video = int(bad.argmax())
            value = getattr(self, name)[video]
            raise CatalogError(f"Catalog.{name} must be {wanted}; video {video} has {value:g}")

    @classmethod
    def sample(cls, videos: int, rng: np.random.Generator) -> Catalog:
        """A random catalogue: topics as even as they can be, quality ``N(mu_topic, 0.1)``.

        Each creator keeps to one topic and has about ten videos.
        """
        topic = rng.permutation(np.arange(videos) % N_TOPICS)
        creators_per_topic = max(1, round(videos / N_TOPICS / VIDEOS_PER_CREATOR))
        return cls(
            topic=topic,
            quality=rng.normal(MEAN_QUALITY[topic], QUALITY_DEVIATION),
            creator=topic + N_TOPICS * rng.integers(0, creators_per_topic, videos),
            style_seed=rng.integers(0, 2**31, videos),
            seed=int(rng.integers(0, 2**31)),
        )

    def __len__(self) -> int:
        return len(self.topic)

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
        return writing.description(int(self.topic[video]), title, creator, rng)

    @cached_property
    def _titles(self) -> list[str]:
        from mavrs_course.world import writing

        return writing.titles(self.topic, self.seed)

    @cached_property
    def _creator_names(self) -> list[str]:
        from mavrs_course.world import writing

        rng = np.random.default_rng(self.seed)
        return writing.creators(int(self.creator.max()) + 1, rng)
