"""A film cut into shots, and what can be said of each without any model: colours, motion, sound.

A shot ends where the colours change at once: half of all pixels or more have another of 64 colours
than a quarter of a second before.  Slow fades are not found.  Where a picture track is missing or
never changes, a scene ends after a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mavrs_course.agents.video_understanding.features import shrink
from mavrs_course.agents.video_understanding.listening import RATE
from mavrs_course.agents.video_understanding.reading import MediaFile
from mavrs_course.agents.video_understanding.spectrogram import power_spectrogram
from mavrs_course.agents.video_understanding.tracks import MediaTrack
from mavrs_course.agents.video_understanding.turning import upright
from mavrs_course.progress import counting

LOOKS = 4  # a second
CHANGED = 0.5  # share of pixels, set on the first eight talks; of the others it finds 31 of 32 cuts
SHORTEST, LONGEST, MOST_SCENES = 1.0, 60.0, 400  # seconds, and scenes of a film
SMALL, SHOWN = 36, 240  # pixels of a side that are compared, and shown
STILL, CALM = 0.01, 0.05  # of full brightness, between two looks
SILENT, NOISY = -50.0, 0.2  # decibels, and how even the powers of pitches are

NAMED = {
    "black": (15, 15, 15), "white": (245, 245, 245), "grey": (128, 128, 128),
    "red": (200, 35, 45), "orange": (240, 140, 50), "yellow": (245, 215, 80),
    "green": (70, 150, 70), "blue": (45, 90, 190), "light blue": (140, 200, 225),
    "purple": (110, 45, 150), "pink": (245, 140, 180), "brown": (110, 70, 40),
    "beige": (235, 215, 175),
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """From when to when, in seconds; a picture uint8[H, W, 3] of its second second, or None;
    the two most frequent colours; motion: the mean change of a pixel between looks, 0 to 1."""

    start: float
    end: float
    picture: NDArray[np.uint8] | None = None
    colours: tuple[str, ...] = ()
    motion: float = 0.0

    @property
    def seen(self) -> str:
        """Colours and motion in words."""
        moves = "still" if self.motion < STILL else "calm" if self.motion < CALM else "lively"
        return f"{' and '.join(self.colours)}, {moves}" if self.colours else "no picture"


def shots(file: MediaFile, sound_until: float = 0.0) -> list[Shot]:
    """The shots of a film, one after the other, as far as it can be read.

    sound_until: where there is no picture any more, the sound up to here is cut into minutes.  A
    picture that lasts less than a second beside a longer sound is a cover, shown with all of it.
    """
    found = _film(file)
    end, cover = (found[-1].end, None) if found else (0.0, None)
    if sound_until <= end + 1.0:
        return found
    if found and end < 1.0:
        cover, found, end = found[0], [], 0.0
    step = max(LONGEST, (sound_until - end) / MOST_SCENES)  # damaged times may say a century
    for start in np.arange(end, sound_until, step).tolist():
        until = min(start + step, sound_until)
        found.append(replace(cover, start=start, end=until) if cover else Shot(start, until))
    return found


def _film(file: MediaFile) -> list[Shot]:
    """The shots of the first picture track that gives any."""
    for index in file.films:
        found: list[Shot] = []
        try:
            with closing(MediaTrack(file.path, index)) as track:
                found = _cut(_looks(track, file), max(SHORTEST, file.seconds / MOST_SCENES))
        except (av.FFmpegError, ValueError):
            continue  # such as a format without a converter; another track may do
        if found:
            return found
    return []


def _looks(track: MediaTrack, file: MediaFile) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Times after the file's beginning, and pictures, a few a second."""
    due, end = -np.inf, 0.0
    with counting("seconds of film", file.seconds) as part:
        for time, frame in track.frames():
            end = max(end, time - file.start + 1 / max(track.rate, 1.0))
            if time - file.start >= due:
                due = time - file.start + 0.9 / LOOKS
                part.done = min(max(due, 0.0), file.seconds)
                yield max(0.0, time - file.start), upright(frame)
        if end:
            yield end, np.zeros((0, 0, 3), np.uint8)  # the end


def _cut(looks: Iterator[tuple[float, NDArray[np.uint8]]], shortest: float) -> list[Shot]:
    found: list[Shot] = []
    seen: list[NDArray[np.uint8]] = []  # of the shot that is going on
    start, last, shown, before = 0.0, 0.0, None, None
    for time, picture in looks:
        small = shrink(picture, SMALL) if picture.size else None
        colours = None if small is None else _histogram(small)
        change = 0.0 if colours is None or before is None else abs(colours - before).sum() / 2
        lasted = time - start
        cut = lasted >= LONGEST or (lasted >= shortest and change > CHANGED)
        if seen and (small is None or cut):
            end = time if small is None else (last + time) / 2
            found.append(_shot(start, end, shown, seen))
            start, shown, seen = end, None, []
        if small is not None:
            seen.append(small)
            shown = _thumbnail(picture) if shown is None or time - start <= 1.5 else shown
        last, before = time, colours
    return found


def _shot(
    start: float, end: float, shown: NDArray[np.uint8] | None, seen: list[NDArray[np.uint8]]
) -> Shot:
    stack = np.stack(seen[:: max(1, len(seen) // 40)]).astype(float)[:, ::3, ::3, None]
    away = np.square(stack - np.array([*NAMED.values()])).sum(axis=-1)  # [looks, 12, 12, names]
    common = Counter(away.argmin(axis=-1).ravel().tolist()).most_common(2)
    moved = [np.abs(one.astype(float) - two).mean() / 255 for one, two in pairwise(seen)]
    colours = tuple(list(NAMED)[number] for number, _ in common)
    return Shot(round(start, 2), round(end, 2), shown, colours, float(np.mean(moved or [0.0])))


def _histogram(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of pixels of each of 64 colours."""
    levels = (picture // 64).astype(int)
    numbers = levels[..., 0] * 16 + levels[..., 1] * 4 + levels[..., 2]
    return np.bincount(numbers.ravel(), minlength=64) / numbers.size


def _thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((SHOWN, SHOWN))
    return np.asarray(image)


def kinds_of_sound(sound: NDArray[np.float32], voices: NDArray[np.bool_] | None) -> list[str]:
    """What is heard in each second of a sound float32[samples] at 16,000 a second.

    voices: bool[seconds], where a voice was found; None where nobody could tell.  "silence" is
    below -50 dB; else "speech"; else "noise", where the power is spread evenly over the pitches
    (spectral flatness above 0.2), or "music or tones".
    """
    tones = "music or tones" if voices is not None else "voices, music or tones"
    seconds = range(-(-len(sound) // RATE))
    voiced = [False for _ in seconds] if voices is None else voices.tolist()
    return [
        _kind(sound[second * RATE : (second + 1) * RATE], voiced[second], tones)
        for second in seconds
    ]


def _kind(second: NDArray[np.float32], voice: bool, tones: str) -> str:
    if 20 * np.log10(np.sqrt(np.mean(second**2)) + 1e-9) < SILENT:
        return "silence"
    if voice:
        return "speech"
    power = power_spectrogram(second).mean(axis=1)[3:450] + 1e-9
    flatness = np.exp(np.log(power).mean()) / power.mean()
    return "noise" if flatness > NOISY else tones
