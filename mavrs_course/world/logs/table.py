"""One type for every log of who watched what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from mavrs_course.messages import Floats
from mavrs_course.world.logs.errors import LogsError

SIGNALS = ("rating", "watch_ratio")
BESIDES = ("seconds",)  # of an event, where the source has them: the length of its video


@dataclass(frozen=True, repr=False, eq=False)
class Logs:
    """Events between ``U`` viewers and ``V`` videos.

    events: one row an event, in the order of the source: viewer int (0..U-1), video int
    (0..V-1), time float (Unix seconds, NaN where the source has none) and, where the source has
    them, rating float, watch_ratio float (time watched over the video's length) and seconds float
    (that length).
    videos: row v describes video v: id (the source's own), title, genres (a tuple of names).
    viewer_ids: the source's own id of each viewer.

    A part of some logs (a split, the positives) keeps ``videos`` and ``viewer_ids``, so that an
    index means the same thing everywhere.
    """

    name: str
    events: pd.DataFrame
    videos: pd.DataFrame
    viewer_ids: NDArray

    def __post_init__(self) -> None:
        _check_columns("events", self.events, ("viewer", "video", "time"))
        _check_columns("videos", self.videos, ("id", "title", "genres"))
        _check_indices("viewer", self.events["viewer"], self.n_viewers)
        _check_indices("video", self.events["video"], self.n_videos)
        if np.isinf(_numbers(self.events, "time")).any():
            raise LogsError("the time of some events is infinite; NaN says that it is not known")
        for signal in self.signals:
            if not np.isfinite(_numbers(self.events, signal)).all():
                raise LogsError(f"the {signal} of some events is not a finite number; drop them")
        object.__setattr__(self, "events", self.events.reset_index(drop=True))

    @classmethod
    def from_events(
        cls, name: str, events: pd.DataFrame, videos: pd.DataFrame | None = None
    ) -> Logs:
        """Make logs from a source's own ids: they are sorted and counted from 0.

        events: columns viewer_id, video_id, time and any of rating, watch_ratio.
        videos: columns video_id, title, genres; it may describe videos without events, which
        are left out, and miss some with events, which get a plain title and no genres.
        Raises :class:`LogsError` for events without an id, and for times that are not numbers.
        """
        _check_columns("events", events, ("viewer_id", "video_id", "time"))
        if events.empty:
            raise LogsError(f"{name} has no events")
        for name_of_id in ("viewer_id", "video_id"):
            if events[name_of_id].isna().any():
                raise LogsError(f"the {name_of_id} of some events is missing; drop them")
        viewer, viewer_ids = pd.factorize(events["viewer_id"], sort=True)
        video, video_ids = pd.factorize(events["video_id"], sort=True)
        columns = {"viewer": viewer, "video": video, "time": _numbers(events, "time")}
        columns |= {name: _numbers(events, name) for name in (*SIGNALS, *BESIDES) if name in events}
        return cls(
            name,
            pd.DataFrame(columns),
            _describe(np.asarray(video_ids), videos),
            np.asarray(viewer_ids),
        )

    def __len__(self) -> int:
        """Number of events."""
        return len(self.events)

    @property
    def n_viewers(self) -> int:
        return len(self.viewer_ids)

    @property
    def n_videos(self) -> int:
        return len(self.videos)

    @property
    def signals(self) -> tuple[str, ...]:
        """Which of "rating" and "watch_ratio" the events have."""
        return tuple(signal for signal in SIGNALS if signal in self.events)

    @property
    def titles(self) -> list[str]:
        return self.videos["title"].tolist()

    @property
    def genres(self) -> list[tuple[str, ...]]:
        return self.videos["genres"].tolist()

    def matrix(self, signal: str | None = None) -> sparse.csr_matrix:
        """Who watched what, as a sparse float[U, V].

        An entry is 1, or the latest event's ``signal`` ("rating" or "watch_ratio").  A signal
        of zero is stored, so ``matrix.nnz`` counts the pairs with an event either way.
        """
        pairs = self.events if signal is None else self.chronological()
        pairs = pairs.drop_duplicates(["viewer", "video"], keep="last")
        values = np.ones(len(pairs)) if signal is None else pairs[self._signal(signal)].to_numpy()
        cells = (pairs["viewer"].to_numpy(), pairs["video"].to_numpy())
        return sparse.csr_matrix((values, cells), shape=(self.n_viewers, self.n_videos))

    def positives(self, at_least: float, of: str | None = None) -> Logs:
        """The events whose signal is ``at_least`` so large, such as ratings of 4 and more.

        of: "rating" or "watch_ratio"; may be left out when there is only one.
        """
        return self.where(self.events[self._signal(of)] >= at_least)

    def where(self, keep: ArrayLike) -> Logs:
        """The events for which ``keep`` (bool[events]) holds, on the same viewers and videos."""
        keep = np.asarray(keep, dtype=bool)
        if keep.shape != (len(self),):
            raise LogsError(f"where() needs one bool for each of {len(self):,} events")
        return replace(self, events=self.events[keep])

    def chronological(self) -> pd.DataFrame:
        """The events, oldest first; unknown times come first and ties keep their order."""
        return self.events.sort_values("time", kind="stable", na_position="first")

    def _signal(self, name: str | None) -> str:
        if name is None and len(self.signals) == 1:
            return self.signals[0]
        if name not in self.signals:
            raise LogsError(
                f"{self.name} has {' and '.join(self.signals) or 'no rating or watch ratio'}"
                f"{'; say which one' if name is None else f', not {name!r}'}"
            )
        return name

    def __repr__(self) -> str:
        signals = f", {' and '.join(self.signals)}" if self.signals else ""
        return (
            f"<{self.name}: {self.n_viewers:,} viewers, {self.n_videos:,} videos, "
            f"{len(self):,} events{signals}>"
        )


def _describe(video_ids: NDArray, videos: pd.DataFrame | None) -> pd.DataFrame:
    """Row v describes the video whose own id is ``video_ids[v]``."""
    if videos is None:
        videos = pd.DataFrame(columns=["video_id", "title", "genres"])
    _check_columns("videos", videos, ("video_id", "title", "genres"))
    known = videos.drop_duplicates("video_id").set_index("video_id").reindex(video_ids)
    titles = [
        title if isinstance(title, str) else f"video {own_id}"
        for own_id, title in known["title"].items()
    ]
    genres = [_genres_of(listed) for listed in known["genres"]]
    return pd.DataFrame({"id": video_ids, "title": titles, "genres": genres})


def _genres_of(listed: Any) -> tuple[str, ...]:
    if isinstance(listed, tuple | list):
        return tuple(listed)
    if pd.isna(listed):
        return ()
    raise LogsError(f"the genres of a video are a tuple of names, not {listed!r}")


def _check_columns(what: str, frame: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in frame]
    if missing:
        raise LogsError(f"{what} need the column {missing[0]!r}; there are {list(frame)}")


def _numbers(events: pd.DataFrame, name: str) -> Floats:
    """The column as floats; dates are refused, since their unit would be anybody's guess."""
    if not pd.api.types.is_numeric_dtype(events[name]):
        unit = ", in seconds since 1970" if name == "time" else ""
        raise LogsError(f"the column {name!r} of events needs numbers{unit}")
    return events[name].to_numpy(float, na_value=np.nan)


def _check_indices(what: str, index: pd.Series, count: int) -> None:
    if not pd.api.types.is_integer_dtype(index) or not index.between(0, count - 1).all():
        raise LogsError(f"the column {what!r} of events needs integers from 0 to {count - 1}")
