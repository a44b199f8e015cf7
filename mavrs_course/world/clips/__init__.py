"""Real video clips, drawn and played from a video's topic, quality and style.

What a topic looks and sounds like stands in ``world/senses.py``.  Quality is seen and heard
as haste: grain, flicker, burnt light, shaking and jump cuts; speed, hiss and clipping.
Neither is given away: the haste of one video strays a little from its quality, and its
palette, layout, speed, key and tempo are its own.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mavrs_course.files import write_whole
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips.encode import ClipError, mp4, require
from mavrs_course.world.clips.picture import film
from mavrs_course.world.clips.recording import record
from mavrs_course.world.senses import SENSES
from mavrs_course.world.topics import N_TOPICS

__all__ = ["ClipError", "frames", "mp4", "sound_track", "write_clip"]

SECONDS, SIZE, FPS, SAMPLE_RATE = 2.0, 96, 20, 24_000
MAX_SECONDS = 60
HASTE_DEVIATION = 0.07

_PICTURE, _SOUND = 0, 1  # each draws from a stream of its own, so that neither moves the other


def frames(
    topic: int,
    quality: float,
    style_seed: int,
    *,
    seconds: float = SECONDS,
    size: int = SIZE,
    fps: int = FPS,
) -> NDArray[np.uint8]:
    """The pictures of a clip: uint8[T, size, size, 3], the same for the same arguments.

    ``T = seconds * fps``, rounded.  Raises :class:`ClipError` for arguments out of range.
    """
    senses = SENSES[_checked_topic(topic)]
    require(size >= 16, f"size must be at least 16 pixels, got {size}")
    require(fps >= 1, f"fps must be at least 1, got {fps}")
    t = np.arange(_count(seconds, fps), dtype=np.float32) / fps
    haste, rng = _haste(quality, style_seed, _PICTURE)
    return film(senses.scene, senses.palette, haste, t, size, rng)


def sound_track(
    topic: int,
    quality: float,
    style_seed: int,
    *,
    seconds: float = SECONDS,
    sample_rate: int = SAMPLE_RATE,
) -> NDArray[np.floating]:
    """The sound of a clip: float32[samples] within -1 to 1, the same for the same arguments.

    Raises :class:`ClipError` for arguments out of range.
    """
    senses = SENSES[_checked_topic(topic)]
    require(sample_rate >= 8000, f"sample_rate must be at least 8000 Hz, got {sample_rate}")
    samples = _count(seconds, sample_rate)
    haste, rng = _haste(quality, style_seed, _SOUND)
    return record(senses.sound, haste, samples, sample_rate, rng)


def write_clip(
    catalog: Catalog,
    video: int,
    path: str | os.PathLike | None = None,
    *,
    seconds: float = SECONDS,
    size: int = SIZE,
    sound: bool = True,
) -> bytes:
    """The clip of one video of a catalogue as the bytes of an mp4 file (H.264 and AAC).

    path: also write it there, whole or not at all.  sound: False leaves the sound track out.
    Raises :class:`ClipError` for arguments out of range.
    """
    require(
        0 <= video < len(catalog),
        f"video {video} is not in the catalogue, whose videos are 0 to {len(catalog) - 1}",
    )
    about = int(catalog.looks[video]), float(catalog.quality[video]), int(catalog.style_seed[video])
    clip = mp4(
        frames(*about, seconds=seconds, size=size),
        FPS,
        sound_track(*about, seconds=seconds) if sound else None,
        SAMPLE_RATE,
    )
    if path is not None:
        write_whole(Path(path), clip)
    return clip


def _haste(quality: float, style_seed: int, stream: int) -> tuple[float, np.random.Generator]:
    """How hastily a video is made, 0 to 1, and the generator for the rest of its style."""
    require(np.isfinite(quality), f"quality must be a finite number, got {quality}")
    require(style_seed >= 0, f"style_seed must not be negative, got {style_seed}")
    rng = np.random.default_rng([style_seed, stream])
    return float(np.clip(rng.normal((3 - quality) / 6, HASTE_DEVIATION), 0, 1)), rng


def _count(seconds: float, rate: int) -> int:
    """How many frames or samples fill that many seconds."""
    require(
        0 < seconds <= MAX_SECONDS and seconds * rate >= 1,
        f"seconds must be above 0, enough for one frame, and at most {MAX_SECONDS}, got {seconds}",
    )
    return round(seconds * rate)


def _checked_topic(topic: int) -> int:
    last = N_TOPICS - 1
    require(topic in range(N_TOPICS), f"topic must be a whole number from 0 to {last}, got {topic}")
    return int(topic)
