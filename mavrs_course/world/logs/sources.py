"""The real logs that the course knows: where each comes from and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.world.logs import readers
from mavrs_course.world.logs.table import Logs


@dataclass(frozen=True)
class Source:
    """One set of real logs.

    folder: the name its folder has when unpacked.  read: folder -> :class:`Logs`.
    """

    name: str
    title: str
    folder: str
    read: Callable[[Path], Logs]


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="movielens-latest-small",
            title="MovieLens latest-small",
            folder="ml-latest-small",
            read=readers.read_movielens_latest,
        ),
        Source(
            name="movielens-100k",
            title="MovieLens 100K",
            folder="ml-100k",
            read=readers.read_movielens_100k,
        ),
    )
}
