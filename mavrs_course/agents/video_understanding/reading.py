"""From a video file on disk to a few frames and two seconds of sound.

Only what is needed is held in memory: four frames, sampled in time, and the sound around the
middle.  Long files are not read through: the reader seeks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from numpy.typing import NDArray

from mavrs_course.agents.video_understanding.features import (
    FRAMES,
    SECONDS,
    Features,
    features_of,
    sample_times,
    shrink,
)
from mavrs_course.agents.video_understanding.spectrogram import SAMPLE_RATE
from mavrs_course.agents.video_understanding.tracks import MediaTrack, Timed, opened
from mavrs_course.agents.video_understanding.turning import upright

STILLS = {"mjpeg", "png", "bmp", "gif", "webp", "tiff", "jpeg2000"}
"""Codecs of covers, which are looked at where no other picture track can be seen."""
SEEK_AFTER = 4.0
"""Seconds to the next wanted frame beyond which the reader seeks instead of decoding on."""


class VideoError(ValueError):
    """A file that cannot be understood; the text says what is wrong with it and what to do."""


@dataclass(frozen=True)
class Reading:
    """What was read of a file.

    pictures: uint8[4, H, W, 3], or None without a picture track; where the size of the picture
    changes, the squares in its middle, all as small as the smallest.  sound: float32[samples] at
    24,000 a second, one channel, at most two seconds from the middle; None without a sound
    track.  seconds: how long the file is.
    """

    pictures: NDArray[np.uint8] | None
    sound: NDArray[np.float32] | None
    seconds: float

    def features(self, text: str | None = None) -> Features:
        """The features of this one video; text: its title and description, if it has any."""
        return features_of(self.pictures, self.sound, text)


@dataclass(frozen=True)
class MediaFile:
    """The tracks of a file: films and songs by number, those to be tried first at the front.

    start: when it begins on its own clock.  seconds: how long it says that it is.
    """

    path: Path
    films: list[int]
    songs: list[int]
    start: float
    seconds: float


def media_file(path: str | os.PathLike) -> MediaFile:
    """What tracks there are in a file, and for how long.

    Raises :class:`VideoError` for a file that is not there, empty or broken.
    """
    path = Path(path)
    if not path.is_file():
        raise VideoError(f"there is no file {path.name} at that place: check the path")
    if path.stat().st_size == 0:
        raise VideoError(f"{path.name} is empty: its download or recording never started")
    try:
        with opened(path) as container:
            films, songs = _films(container), _songs(container)
            claimed = (container.duration or 0) / av.time_base
        return MediaFile(path, films, songs, *_span(path, films or songs, claimed))
    except av.FFmpegError as error:
        raise VideoError(
            f"{path.name} is not a video, or is broken or cut off ({error.strerror}): "
            "does it play elsewhere? Else get it again"
        ) from error


def read_video(path: str | os.PathLike) -> Reading:
    """Read an mp4, or any other file that ffmpeg's libraries can read.

    Raises :class:`VideoError` for a file that is not there, empty, broken, or neither picture
    nor sound.
    """
    file = media_file(path)
    pictures = _first(
        file.path, file.films, lambda track: _pictures(track, file.start, file.seconds)
    )
    middle = file.start + max(0.0, (file.seconds - SECONDS) / 2)
    sound = _first(file.path, file.songs, lambda track: _sound(track, middle))
    if pictures is None and sound is None:
        raise VideoError(
            f"{file.path.name} holds neither a picture nor a sound that can be decoded"
        )
    return Reading(pictures, sound, file.seconds)


def _films(container: InputContainer) -> list[int]:
    """The numbers of the picture tracks that could be decoded, covers last."""
    tracks = [stream for stream in container.streams.video if stream.codec_context is not None]

    def cover(stream: Any) -> tuple[bool, bool]:
        attached = bool(stream.disposition & Disposition.attached_pic)
        return attached, stream.codec_context.name in STILLS

    return [stream.index for stream in sorted(tracks, key=cover)]


def _songs(container: InputContainer) -> list[int]:
    """The numbers of the sound tracks that could be decoded."""
    tracks = container.streams.audio
    return [stream.index for stream in tracks if stream.codec_context is not None]


def _span(path: Path, tracks: list[int], claimed: float) -> tuple[float, float]:
    """When the first of the tracks begins on the file's own clock, and for how many seconds.

    claimed: how long the file says that it is, which in some formats counts from the clock's 0.
    """
    if not tracks:
        return 0.0, claimed
    with closing(MediaTrack(path, tracks[0])) as track:
        if track.stream.duration:
            return track.start, float(track.stream.duration * track.stream.time_base)
        if claimed and track.start < SECONDS:
            return track.start, claimed
        return track.start, max(0.0, track.end(track.start + 0.9 * claimed) - track.start)


def _first(path: Path, tracks: list[int], read: Callable[[MediaTrack], Any]) -> Any:
    """What is read of the first track that gives anything, or None."""
    for index in tracks:
        try:
            with closing(MediaTrack(path, index)) as track:
                found = read(track)
        except (av.FFmpegError, ValueError):
            continue  # such as a format without a converter; another track may do
        if found is not None:
            return found
    return None


def _pictures(track: MediaTrack, start: float, seconds: float) -> NDArray[np.uint8] | None:
    """The frame on screen at each of the sample times: uint8[4, H, W, 3]."""
    shown = _Screen(track, start)
    found = [shown.at(time) for time in sample_times(seconds, FRAMES)]
    seen = [picture for picture in found if picture is not None]
    if not seen:
        return None
    # A file that is cut off shows its last frame on; one that starts badly waits for its first.
    pictures = [seen[0] if picture is None else picture for picture in found]
    if len({picture.shape for picture in pictures}) > 1:
        smallest = min(min(picture.shape[:2]) for picture in pictures)
        pictures = [shrink(picture, smallest) for picture in pictures]
    return np.stack(pictures)


class _Screen:
    """Plays a picture track forwards, and says what is on screen at a time.

    A frame stays until the next one comes, however long that takes: times count, not numbers
    of frames, because phones and screen recorders do not keep a steady rate.
    """

    def __init__(self, track: MediaTrack, start: float) -> None:
        self.track, self.start = track, start
        self.source = track.frames()
        self.frames = self._decode()
        self.shown: Timed | None = None
        self.next: Timed | None = next(self.frames, None)

    def at(self, time: float) -> NDArray[np.uint8] | None:
        """The frame at a time in seconds, or None before the first; times must not go back."""
        now = time + self.start
        if self.next is not None and now - self.next[0] > SEEK_AFTER:
            self.source = self.track.frames_from(now)
            self.frames = self._decode()
            self.next = next(self.frames, None)
        while self.next is not None and (self.shown is None or self.next[0] <= now):
            self.shown, self.next = self.next, next(self.frames, None)
        return None if self.shown is None else upright(self.shown[1])

    def _decode(self) -> Iterator[Timed]:
        """What the screen is given to show, from where the track stands now."""
        yield from self.source


def _sound(track: MediaTrack, begin: float) -> NDArray[np.float32] | None:
    """Two seconds of sound from a time of the file on, or what there is: float32[samples], one
    channel; from the track's own beginning where it has nothing then."""
    heard = _heard(track, track.frames_from(begin), begin)
    if heard is None:
        heard = _heard(track, track.frames_from(track.start), track.start)
    return heard


def _heard(track: MediaTrack, frames: Iterator[Timed], begin: float) -> NDArray[np.float32] | None:
    wanted, first = round(SECONDS * SAMPLE_RATE), None
    resampler, kind = None, None
    pieces: list[NDArray[np.float32]] = []
    for time, frame in frames:
        if time + frame.samples / frame.sample_rate <= begin:
            continue
        first = time if first is None else first
        if kind != (frame.format.name, frame.layout.name, frame.sample_rate):
            # Another programme on television, another sound: each has a converter of its own.
            pieces += _rest(resampler)
            kind = frame.format.name, frame.layout.name, frame.sample_rate
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        frame.pts = None  # damage makes times jump, and a converter would fill them up
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        if sum(map(len, pieces)) >= wanted + (begin - first) * SAMPLE_RATE:
            break
    if first is None or not pieces:
        return None
    skipped = max(0, round((begin - first) * SAMPLE_RATE))
    heard = np.nan_to_num(np.concatenate(pieces)[skipped : skipped + wanted])
    return np.clip(heard, -1.0, 1.0)  # broken packets can decode to anything


def _rest(resampler: av.AudioResampler | None) -> list[NDArray[np.float32]]:
    """What a converter still holds back."""
    if resampler is None:
        return []
    return [piece.to_ndarray()[0] for piece in resampler.resample(None)]
