"""TVSum: how twenty people rated each moment of fifty videos, where a reader has the file.

``ydata-tvsum50-anno.tsv`` has a line for each video and person: the video's id, its category, and
one rating from 1 to 5 a frame, with commas between.  It is not fetched: its licence is not stated.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from mavrs_course.messages import Floats
from mavrs_course.world.logs.errors import LogsError

EVERY = 60  # frames: two seconds, within which ratings don't change


def read_tvsum(path: str | Path, every: int = EVERY) -> dict[str, Floats]:
    """Ratings float[people, moments] by the video's id, of every 60th frame.

    Raises :class:`LogsError` for a line in another form, and where people rated other numbers of
    frames of one video.
    """
    found: dict[str, list[Floats]] = defaultdict(list)
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            video, _, told = line.split("\t")
            ratings = np.array(told.split(","), dtype=float)
        except ValueError:
            raise LogsError(
                f"{Path(path).name}, line {number}: not a video, a kind, ratings"
            ) from None
        if found[video] and len(found[video][0]) != len(ratings[::every]):
            raise LogsError(f"{Path(path).name}, line {number}: {video} has another length here")
        found[video].append(ratings[::every])
    return {video: np.stack(rows) for video, rows in found.items()}
