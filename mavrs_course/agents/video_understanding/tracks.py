"""One track of a file, decoded past whatever is damaged, from any time on.

Each track has the file open for itself, so that a fault of the sound never costs the picture.
Many containers can't seek exactly, and some not at all: where a seek lands is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet

STEPS_BACK = (0.0, 2.0, 8.0, 32.0)
"""Seconds before the wanted time at which a seek is tried, until it lands early enough."""
MOST_FAULTS = 1000  # reading errors of a container, after which the rest is given up
Timed = tuple[float, Any]  # a frame of PyAV and its time in seconds, on the file's own clock


def opened(path: Path) -> InputContainer:
    """The file; a title in an unknown alphabet is no reason to refuse a film."""
    return av.open(str(path), metadata_errors="replace")


class MediaTrack:
    """A track of a file by its number there; to be closed.  Raises ``av.FFmpegError``."""

    def __init__(self, path: Path, index: int) -> None:
        self.path, self.index = path, index
        self._open()
        # A raw stream holds no times, so that its frames must be counted from the first one on.
        no_times: Any = Flags.no_timestamps.value  # its stub says Flags, and it is a number
        self.counted = bool(self.container.format.flags & no_times)

    def _open(self) -> None:
        self.container = opened(self.path)
        self.stream: Any = self.container.streams[self.index]

    def close(self) -> None:
        self.container.close()

    @property
    def start(self) -> float:
        """When the track begins, in seconds on the file's own clock, which may start anywhere."""
        begun = None if self.counted else self.stream.start_time
        return 0.0 if begun is None else float(begun * self.stream.time_base)

    def packets(self) -> Iterator[Packet]:
        """What is left of the track, without the places that can't be read."""
        for _ in range(MOST_FAULTS):
            try:
                yield from self.container.demux(self.stream)
                return
            except av.FFmpegError:
                continue

    def frames(self) -> Iterator[Timed]:
        """Times and frames that are left, without those that are damaged."""
        now = self.start
        for packet in self.packets():
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                continue
            for frame in decoded:
                if not self.counted and frame.time is not None:
                    now = frame.time
                if not frame.is_corrupt:
                    yield now, frame
                now += self._lasts(frame)

    def _lasts(self, frame: Any) -> float:
        if isinstance(frame, av.AudioFrame):
            return frame.samples / frame.sample_rate
        return 1 / self.rate

    @property
    def rate(self) -> float:
        """Frames a second, as far as the file tells."""
        return float(self.stream.average_rate or self.stream.guessed_rate or 25)

    def frames_from(self, time: float) -> Iterator[Timed]:
        """Times and frames from one at or before a time on; from the first, if need be."""
        for back in STEPS_BACK:
            if self.counted or time - back <= self.start:
                break
            try:
                ahead = round((time - back) / self.stream.time_base)
                self.container.seek(ahead, stream=self.stream)
            except av.FFmpegError:
                break
            frames = self.frames()
            first = next(frames, None)
            if first is not None and first[0] <= time:
                return chain([first], frames)
        self.close()
        self._open()
        return self.frames()

    def end(self, about: float) -> float:
        """When the last frame ends, found by its packets; about: where to begin looking."""
        if self.counted:
            return sum(1 for packet in self.packets() if packet.size) / self.rate
        with suppress(av.FFmpegError):  # where it can't seek, all of it is read
            self.container.seek(round(about / self.stream.time_base), stream=self.stream)
        found = self._last()
        if found is None:
            self.close()
            self._open()
            found = self._last()
        return self.start if found is None else found

    def _last(self) -> float | None:
        ends = (
            float((packet.pts + (packet.duration or 0)) * packet.time_base)
            for packet in self.packets()
            if packet.pts is not None
        )
        return max(ends, default=None)
