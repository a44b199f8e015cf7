"""From a video file on disk to a few frames and two seconds of sound.

Only what is needed is held in memory: four frames, sampled in time, and the sound around the
middle.  Long files are not read through: the reader seeks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mavrs_course.agents.video_understanding.features import (
    FRAMES,
    SECONDS,
    Features,
    features_of,
    sample_times,
)
from mavrs_course.agents.video_understanding.spectrogram import SAMPLE_RATE

SEEK_AFTER = 4.0
"""Seconds to the next wanted frame beyond which the reader seeks instead of decoding on."""


class VideoError(ValueError):
    """A file that cannot be understood; the text says what is wrong with it and what to do."""


@dataclass(frozen=True)
class Reading:
    """What was read of a file.

    pictures: uint8[4, H, W, 3], or None without a picture track.  sound: float32[samples] at
    24,000 a second, one channel, at most two seconds from the middle; None without a sound
    track.  seconds: how long the file is.
    """

    pictures: NDArray[np.uint8] | None
    sound: NDArray[np.float32] | None
    seconds: float

    def features(self, text: str | None = None) -> Features:
        """The features of this one video; text: its title and description, if it has any."""
        return features_of(self.pictures, self.sound, text)


def read_video(path: str | os.PathLike) -> Reading:
    """Read an mp4, or any other file that ffmpeg's libraries can read.

    Raises :class:`VideoError` for a file that is not there, empty, broken, or neither picture
    nor sound.
    """
    path = Path(path)
    if not path.is_file():
        raise VideoError(f"there is no file {path.name} at that place: check the path")
    if path.stat().st_size == 0:
        raise VideoError(f"{path.name} is empty: its download or recording never started")
    try:
        # A title in an unknown alphabet is no reason to refuse a film.
        with av.open(str(path), metadata_errors="replace") as container:
            reading = _read(container)
    except av.FFmpegError as error:
        raise VideoError(
            f"{path.name} is not a video, or is broken or cut off ({error.strerror}): "
            "does it play elsewhere? Else get it again"
        ) from error
    if reading.pictures is None and reading.sound is None:
        raise VideoError(f"{path.name} holds neither a picture nor a sound that can be decoded")
    return reading


def _read(container: InputContainer) -> Reading:
    seconds = _length(container)
    pictures = sound = None
    if container.streams.video:
        pictures = _pictures(container, seconds)
    if container.streams.audio:
        sound = _sound(container, max(0.0, (seconds - SECONDS) / 2))
    return Reading(pictures, sound, seconds)


def _length(container: InputContainer) -> float:
    """Seconds of the picture track, or of the file where there is none."""
    for stream in container.streams.video:
        if stream.duration:
            return float(stream.duration * stream.time_base)
    if container.duration:
        return container.duration / av.time_base
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in container.demux()
        if packet.pts is not None
    ]
    container.seek(0)
    return max(ends, default=0.0)


def _pictures(container: InputContainer, seconds: float) -> NDArray[np.uint8] | None:
    """The frame on screen at each of the sample times: uint8[4, H, W, 3]."""
    stream = container.streams.video[0]
    shown = _Screen(container, stream)
    found = [shown.at(time) for time in sample_times(seconds, FRAMES)]
    seen = [picture for picture in found if picture is not None]
    if not seen:
        return None
    # A file that is cut off shows its last frame on; one that starts badly waits for its first.
    return np.stack([seen[0] if picture is None else picture for picture in found])


class _Screen:
    """Plays a picture track forwards, and says what is on screen at a time.

    A frame stays until the next one comes, however long that takes: times count, not numbers
    of frames, because phones and screen recorders do not keep a steady rate.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.container, self.stream = container, stream
        self.start = float((stream.start_time or 0) * stream.time_base)
        self.frames = self._decode()
        self.shown: VideoFrame | None = None
        self.next: VideoFrame | None = next(self.frames, None)

    def at(self, time: float) -> NDArray[np.uint8] | None:
        """The frame at a time in seconds, or None before the first; times must not go back."""
        if self.next is not None and time - self._time(self.next) > SEEK_AFTER:
            self._seek(time)
        while self.next is not None and (self.shown is None or self._time(self.next) <= time):
            self.shown, self.next = self.next, next(self.frames, None)
        return None if self.shown is None else _upright(self.shown)

    def _time(self, frame: VideoFrame) -> float:
        return (frame.time or 0.0) - self.start

    def _seek(self, time: float) -> None:
        """Go to the last key frame before a time, unless that would be a step back."""
        ahead = round((time + self.start) / self.stream.time_base)
        self.container.seek(ahead, stream=self.stream)
        self.frames = self._decode()
        self.next = next(self.frames, None)

    def _decode(self) -> Iterator[VideoFrame]:
        """Frames up to the end, or up to where the file is broken."""
        try:
            yield from self.container.decode(self.stream)
        except av.FFmpegError:
            return


def _upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """uint8[H, W, 3] the way a viewer sees it: phones film sideways and note how to turn it."""
    quarters = round(frame.rotation / 90) % 4
    return np.rot90(frame.to_ndarray(format="rgb24"), quarters)


def _sound(container: InputContainer, start: float) -> NDArray[np.float32] | None:
    """Two seconds of sound from ``start``, or what there is: float32[samples], one channel."""
    stream = container.streams.audio[0]
    begin = start + float((stream.start_time or 0) * stream.time_base)
    container.seek(round(begin * av.time_base) if start > SEEK_AFTER else 0)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    wanted, pieces, first = round(SECONDS * SAMPLE_RATE), [], None
    try:
        for frame in container.decode(stream):
            if frame.time is not None and frame.time + frame.samples / frame.sample_rate <= begin:
                continue
            first = (frame.time or 0.0) if first is None else first
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
            if sum(map(len, pieces)) >= wanted + (begin - first) * SAMPLE_RATE:
                break
    except av.FFmpegError:
        pass  # what was decoded before the break is still worth hearing
    if not pieces:
        return None
    skipped = max(0, round((begin - first) * SAMPLE_RATE))
    heard = np.nan_to_num(np.concatenate(pieces)[skipped : skipped + wanted])
    return np.clip(heard, -1.0, 1.0)  # broken packets can decode to anything
