"""Frames and sound to mp4: H.264 and AAC, through PyAV."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray

# x264's macroblock tree reads memory that it has not set when pictures are this small, and
# would give other bytes each time.  The fast AAC coder takes a third of the default's time.
VIDEO_OPTIONS = {"preset": "veryfast", "crf": "23", "threads": "1", "x264-params": "mbtree=0"}
AUDIO_OPTIONS: dict[str, object] = {"aac_coder": "fast"}
AUDIO_BIT_RATE = 64_000


class ClipError(ValueError):
    """A clip that cannot be made; the text says which argument is wrong."""


def require(condition: bool, problem: str) -> None:
    """Raise :class:`ClipError` with this problem unless the condition holds."""
    if not condition:
        raise ClipError(problem)


def mp4(
    frames: NDArray[np.uint8],
    fps: int,
    track: NDArray[np.floating] | None = None,
    sample_rate: int = 24_000,
) -> bytes:
    """The bytes of an mp4 file that browsers play.

    frames: uint8[T, H, W, 3] with even H and W, shown ``fps`` a second.
    track: float32[samples] within -1 to 1, one channel; None for a silent film.
    Raises :class:`ClipError` for arrays that are not like this.
    """
    shape = np.shape(frames)
    require(
        len(shape) == 4 and shape[3] == 3 and shape[0] > 0 and frames.dtype == np.uint8,
        f"frames must be uint8 of shape (T, H, W, 3), got {frames.dtype} of shape {shape}",
    )
    require(
        shape[1] % 2 == 0 and shape[2] % 2 == 0,
        f"H.264 needs an even size, got {shape[2]} x {shape[1]} pixels",
    )
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=fps, options=VIDEO_OPTIONS)
        video.height, video.width = shape[1:3]
        video.pix_fmt = "yuv420p"
        if track is not None:
            audio = container.add_stream("aac", rate=sample_rate, layout="mono")
            audio.options, audio.bit_rate = AUDIO_OPTIONS, AUDIO_BIT_RATE
        for image in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(video.encode())
        if track is not None:
            samples = av.AudioFrame.from_ndarray(track[None], "fltp", "mono")
            samples.sample_rate, samples.pts = sample_rate, 0
            container.mux(audio.encode(samples))
            container.mux(audio.encode())
    return file.getvalue()
