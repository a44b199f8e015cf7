"""The whole sound of a file, from its beginning to its end, a piece at a time.

However long a film is, one piece of it is held in memory.  Pieces are cut where it is quiet, so
that no word is cut in two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mavrs_course.agents.video_understanding.tracks import MediaTrack

RATE = 16_000  # samples a second: what recognisers of speech are trained on
PIECE = 30.0  # seconds
LOOK_BACK = 10.0  # seconds before the end of a piece in which the quietest place is looked for
MOMENT = 0.2  # seconds that a quiet place lasts
GAP = 0.25  # seconds by which times must jump before they are believed

Sound = NDArray[np.float32]


def sound_pieces(
    path: Path, index: int, *, rate: int = RATE, seconds: float = PIECE
) -> Iterator[tuple[float, Sound]]:
    """Pieces of a sound track by its number: when each begins, and float32[samples], one channel.

    Times are in seconds on the file's own clock.  What is damaged is left out, and the pieces
    after it begin when they should.  Raises ``av.FFmpegError`` where nothing can be opened.
    """
    held: Sound = np.zeros(0, np.float32)
    begun, most = 0.0, round(seconds * rate)
    with closing(MediaTrack(path, index)) as track:
        for time, block in _blocks(track, rate):
            if len(held) and time > begun + len(held) / rate + GAP:
                yield begun, held
                held = held[:0]
            begun = begun if len(held) else time
            held = np.concatenate([held, block])
            while len(held) >= most:
                end = quietest(held[:most], rate)
                yield begun, held[:end]
                begun, held = begun + end / rate, held[end:]
    if len(held):
        yield begun, held


def quietest(sound: Sound, rate: int) -> int:
    """The sample in the middle of the quietest fifth of a second near the end of a sound."""
    moment = min(max(1, round(MOMENT * rate)), max(1, len(sound) // 2))
    first = max(len(sound) - round(LOOK_BACK * rate), len(sound) // 2)
    loudness = np.convolve(np.square(sound[first:], dtype=float), np.ones(moment), "valid")
    return first + int(loudness.argmin()) + moment // 2 if len(loudness) else len(sound)


def _blocks(track: MediaTrack, rate: int) -> Iterator[tuple[float, Sound]]:
    """Times and samples of a track as they come, all in one format."""
    resampler, kind = None, None
    begun, given, taken = track.start, 0, 0.0
    for time, frame in track.frames():
        new = frame.format.name, frame.layout.name, frame.sample_rate
        if kind != new or time > begun + taken + GAP:
            if resampler is not None:
                yield from _samples(resampler, None, begun + given / rate)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            kind, begun, given, taken = new, max(time, begun + taken), 0, 0.0
        frame.pts = None  # damage makes times jump, and a converter would fill them up
        taken += frame.samples / frame.sample_rate
        for at, block in _samples(resampler, frame, begun + given / rate):
            given += len(block)
            yield at, block
    if resampler is not None:
        yield from _samples(resampler, None, begun + given / rate)


def _samples(resampler, frame, at: float) -> Iterator[tuple[float, Sound]]:
    """What a converter makes of a frame, or still holds back; ``at``: when it begins."""
    pieces = [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    if pieces:
        block = np.concatenate(pieces).astype(np.float32)
        yield at, np.clip(np.nan_to_num(block), -1.0, 1.0)  # broken packets give anything
