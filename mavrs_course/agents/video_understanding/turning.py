"""The way up: phones film sideways, or in a mirror, and note how the picture is to be turned."""

from __future__ import annotations

import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from numpy.typing import NDArray


def upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """uint8[H, W, 3] the way a viewer sees it, by the frame's display matrix, if it has one."""
    picture = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    noted = frame.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]
    if noted is None:
        return picture
    return turned(picture, np.frombuffer(bytes(noted), np.int32).reshape(3, 3)[:2, :2])


def turned(picture: NDArray[np.uint8], matrix: NDArray[np.int32]) -> NDArray[np.uint8]:
    """A picture [H, W, 3] under a matrix [2, 2] that takes a row (x, y), with y downwards, to
    where it is shown.  There are eight kinds: four quarters, each plain or mirrored; a matrix
    between two of them counts as the nearer one."""
    (a, b), (c, d) = matrix.astype(float)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        across, down = a, d
    else:
        picture, across, down = picture.swapaxes(0, 1), c, b
    return picture[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
