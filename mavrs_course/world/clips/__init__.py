"""Real video clips, drawn and played from a video's topic, quality and style.

What a topic looks and sounds like stands in ``world/senses.py``.  Quality is seen and heard
as haste: grain, flicker, burnt light, shaking and jump cuts; speed, hiss and clipping.
Neither is given away: the haste of one video strays a little from its quality, and its
palette, layout, speed, key and tempo are its own.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips.encode import mp4
from mavrs_course.world.clips.picture import film
from mavrs_course.world.clips.recording import record
from mavrs_course.world.senses import SENSES
from mavrs_course.world.topics import N_TOPICS

SECONDS, SIZE, FPS, SAMPLE_RATE = 2.0, 96, 20, 24_000
HASTE_DEVIATION = 0.07

_PICTURE, _SOUND = 0, 1  # each draws from a stream of its own, so that neither moves the other


class ClipError(ValueError):
    """A clip that cannot be made; the text says which argument is wrong."""


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
    _require(size >= 16 and size % 2 == 0, f"size must be even and at least 16, got {size}")
    _require(fps >= 1, f"fps must be at least 1, got {fps}")
    haste, rng = _haste(quality, style_seed, _PICTURE)
    t = np.arange(_length(seconds, fps), dtype=np.float32) / fps
    return film(senses.scene, senses.palette, haste, t, size, rng)


def sound_track(
    topic: int,
    quality: float,
    style_seed: int,
    *,
    seconds: float = SECONDS,
    sample_rate: int = SAMPLE_RATE,
) -> NDArray[np.float32]:
    """The sound of a clip: float32[samples] within -1 to 1, the same for the same arguments.

    Raises :class:`ClipError` for arguments out of range.
    """
    senses = SENSES[_checked_topic(topic)]
    _require(sample_rate >= 8000, f"sample_rate must be at least 8000 Hz, got {sample_rate}")
    _length(seconds, sample_rate)
    haste, rng = _haste(quality, style_seed, _SOUND)
    return record(senses.sound, haste, seconds, sample_rate, rng)


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
    _require(
        0 <= video < len(catalog),
        f"video {video} is not in the catalogue, whose videos are 0 to {len(catalog) - 1}",
    )
    about = int(catalog.topic[video]), float(catalog.quality[video]), int(catalog.style_seed[video])
    clip = mp4(
        frames(*about, seconds=seconds, size=size),
        FPS,
        sound_track(*about, seconds=seconds) if sound else None,
        SAMPLE_RATE,
    )
    if path is not None:
        _write_whole(Path(path), clip)
    return clip


def clips_per_second(clips: int = 40, seed: int = 0) -> float:
    """Two-second clips of 96 x 96 pixels, with sound, that one core writes in a second."""
    catalog = Catalog.sample(clips, np.random.default_rng(seed))
    write_clip(catalog, 0)  # loads the codecs
    start = process_time()
    for video in range(clips):
        write_clip(catalog, video)
    return clips / (process_time() - start)


def _haste(quality: float, style_seed: int, stream: int) -> tuple[float, np.random.Generator]:
    """How hastily a video is made, 0 to 1, and the generator for the rest of its style."""
    _require(np.isfinite(quality), f"quality must be a finite number, got {quality}")
    _require(style_seed >= 0, f"style_seed must not be negative, got {style_seed}")
    rng = np.random.default_rng([style_seed, stream])
    return float(np.clip(rng.normal((3 - quality) / 6, HASTE_DEVIATION), 0, 1)), rng


def _length(seconds: float, rate: int) -> int:
    _require(
        0 < seconds <= 600 and seconds * rate >= 1,
        f"seconds must be more than 0 and at most 600, got {seconds}",
    )
    return round(seconds * rate)


def _checked_topic(topic: int) -> int:
    _require(
        0 <= topic < N_TOPICS, f"topic must be a whole number from 0 to {N_TOPICS - 1}, got {topic}"
    )
    return int(topic)


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise ClipError(problem)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and move it there, so that no reader meets half a file."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as part:
        part.write(content)
    try:
        os.replace(part.name, path)
    except OSError:
        os.unlink(part.name)
        raise
