"""What the encoders are given of each video: a few small frames, a spectrogram, a bag of words.

The features of a video come either from arrays, as the world draws them, or from an mp4 file
(:mod:`.reading`); both go through the same functions here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from mavrs_course.agents.video_understanding.spectrogram import (
    BANDS,
    HOP,
    SAMPLE_RATE,
    WINDOW,
    log_mel,
)
from mavrs_course.agents.video_understanding.words import bag
from mavrs_course.progress import progress

if TYPE_CHECKING:
    from mavrs_course.world.catalog import Catalog

MODALITIES = ("picture", "sound", "text")
FRAMES, SIZE = 4, 32
SECONDS = 2.0
STEPS = (round(SECONDS * SAMPLE_RATE) - WINDOW) // HOP + 1
QUIET = 1e-4
"""A sound that never gets louder than this, of 1, is as good as none."""


@dataclass(frozen=True)
class Features:
    """The features of ``N`` videos.

    pictures: uint8[N, 4, 32, 32, 3].  sounds: float32[N, 40, STEPS], log-mel.
    words: float32[N, 2048].  present: bool[N, 3], which of picture, sound and text a video has;
    what is missing is filled with zeros.
    """

    pictures: NDArray[np.uint8]
    sounds: NDArray[np.float32]
    words: NDArray[np.float32]
    present: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.present)

    def __getitem__(self, videos: ArrayLike) -> Features:
        """The features of some videos: an index array, a slice or a mask."""
        return Features(*(getattr(self, field.name)[videos] for field in fields(self)))

    def only(self, *modalities: str) -> Features:
        """The same videos as if they had nothing but these modalities."""
        unknown = set(modalities) - set(MODALITIES)
        if unknown or not modalities:
            raise ValueError(f"name some of {', '.join(MODALITIES)}; got {modalities}")
        kept = np.array([name in modalities for name in MODALITIES])
        return Features(self.pictures, self.sounds, self.words, self.present & kept)

    def without(self, *modalities: str) -> Features:
        """The same videos as if these modalities were missing."""
        return self.only(*(name for name in MODALITIES if name not in modalities))

    @classmethod
    def join(cls, parts: Iterable[Features]) -> Features:
        """The features of several groups of videos as one."""
        parts = list(parts)
        columns = ([getattr(part, field.name) for part in parts] for field in fields(cls))
        return cls(*map(np.concatenate, columns))


def features_of(
    pictures: NDArray[np.uint8] | None = None,
    sound: NDArray[np.float32] | None = None,
    text: str | None = None,
) -> Features:
    """The features of one video; what is None is missing.

    pictures: uint8[4, H, W, 3], frames sampled by :func:`sample_times`.  sound: float[samples]
    at 24,000 a second; a silent one counts as missing.  text: title and description.
    """
    wave = np.zeros(0) if sound is None else sound
    heard = np.abs(wave).max(initial=0.0) > QUIET
    bag_of_words = bag(text or "")
    present = [pictures is not None, heard, bool(bag_of_words.any())]
    if pictures is None:
        small = np.zeros((FRAMES, SIZE, SIZE, 3), np.uint8)
    else:
        small = np.stack([shrink(picture) for picture in pictures])
    spectrogram = fit(log_mel(wave)) if heard else np.zeros((BANDS, STEPS), np.float32)
    return Features(small[None], spectrogram[None], bag_of_words[None], np.array([present]))


def features_of_catalog(catalog: Catalog, videos: Sequence[int] | None = None) -> Features:
    """The features of videos of the world (all, if not told which), without writing mp4 files."""
    from mavrs_course.world.clips import FPS, frames, sound_track

    shown = [int(time * FPS) for time in sample_times(SECONDS)]
    numbers = range(len(catalog)) if videos is None else videos
    parts = []
    for video in progress(numbers, "videos"):
        about = catalog.looks[video], catalog.quality[video], catalog.style_seed[video]
        text = text_of(catalog.title(video), catalog.description(video))
        parts.append(features_of(frames(*about)[shown], sound_track(*about), text))
    return Features.join(parts)


def text_of(title: str, description: str = "") -> str:
    """What a video says about itself."""
    return f"{title}\n{description}"


def sample_times(seconds: float, count: int = FRAMES) -> NDArray[np.float64]:
    """When to look: the middles of ``count`` equal parts of the video, in seconds."""
    return (np.arange(count) + 0.5) / count * seconds


def shrink(picture: NDArray[np.uint8], size: int = SIZE) -> NDArray[np.uint8]:
    """The square in the middle of a picture uint8[H, W, 3], averaged down to [size, size, 3]."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = Image.fromarray(np.ascontiguousarray(picture[top : top + side, left : left + side]))
    return np.asarray(square.resize((size, size), Image.Resampling.BOX))


def fit(spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first STEPS steps; a shorter spectrogram is played again from its start."""
    return np.resize(spectrogram.T, (STEPS, BANDS)).T
