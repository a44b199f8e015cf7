"""What a world refuses to show: pages of a wrong shape, or of videos that are not on offer."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Ints, Request, Slate


class PlatformError(ValueError):
    """A world was used in a way that it cannot follow; the text says what to do."""


def checked_pages(slate: Slate, request: Request, active: Bools, videos_in_all: int) -> Ints:
    """The videos of a slate that answers a request, int[B, K]; else :class:`PlatformError`.

    Refused are pages of a wrong shape, videos that are not among the row's candidates or twice
    on a page, and every page when all sessions are over.  videos_in_all: the catalogue's ``V``.
    """
    if not active.any():
        raise PlatformError(
            "every session is over; call reset(sessions) for new viewers or next_day()"
        )
    videos, shape = np.asarray(slate.videos), (len(request), request.slots)
    if videos.shape != shape or not np.issubdtype(videos.dtype, np.integer):
        raise PlatformError(
            f"show needs video numbers, int of shape (viewers, slots) = {shape}; "
            f"got {videos.dtype} of shape {videos.shape}"
        )
    offered = (videos[:, :, None] == request.candidates[:, None, :]).any(axis=2)
    if not offered.all():
        row, slot = np.argwhere(~offered)[0]
        raise PlatformError(_not_offered(request, int(row), int(videos[row, slot]), videos_in_all))
    ordered = np.sort(videos, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    if twice.any():
        row = int(twice.argmax())
        raise PlatformError(f"page {row} shows a video twice: {videos[row].tolist()}")
    return videos


def _not_offered(request: Request, row: int, video: int, videos_in_all: int) -> str:
    if not 0 <= video < videos_in_all:
        return f"page {row} shows video {video}, but the catalogue ends at {videos_in_all - 1}"
    candidates = request.candidates[row].tolist()
    return (
        f"page {row} shows video {video}, which is not among its candidates {candidates}; "
        "show the videos request.candidates[row, column], not the columns"
    )
