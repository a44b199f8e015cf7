"""The user analyst and the item analyst: numbers from the logs, put into words by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mavrs_course.llm.macrec.language import RECENT
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.macrec.task import Report, Task


class UserAnalyst:
    """Reads one viewer's history."""

    name = "user analyst"
    invitation = "look at what the viewer watched"

    def __init__(self, records: Records) -> None:
        self.records = records

    def report(self, task: Task, notes: Mapping[str, Any]) -> Report:
        """Notes ``recent``: the last few videos, oldest first; and ``genres``, how often."""
        records = self.records
        history = records.history(task.viewer)
        counts = records.genre_counts(task.viewer)
        most = ", ".join(f"{genre} {count}" for genre, count in counts.most_common(3))
        last = records.titles[history[-1]] if len(history) else "nothing"
        text = f"{len(history)} {records.noun}s watched; most: {most or 'none'}; last: {last}."
        recent = [int(video) for video in history[-RECENT:]]
        return Report(text, {"recent": recent, "genres": counts})


class ItemAnalyst:
    """Looks up what the logs say about videos."""

    name = "item analyst"
    invitation = "look at the numbers of the candidates"

    def __init__(self, records: Records) -> None:
        self.records = records

    def report(self, task: Task, notes: Mapping[str, Any]) -> Report:
        """Notes ``popularity`` (log of viewers + 1) and ``ItemKNN``: float[n] of the videos."""
        videos = np.array(notes.get("found", task.videos), dtype=int)
        if not len(videos):
            return Report("There are no candidates to look at.")
        watched = self.records.popularity[videos]
        alike = self.records.alike(task.viewer, videos)
        first, nearest = videos[watched.argmax()], videos[alike.argmax()]
        text = (
            f"Most watched: {self.records.titles[first]}, by {int(watched.max())}; "
            f"nearest to the history: {self.records.titles[nearest]}."
        )
        return Report(text, {"popularity": np.log1p(watched), "ItemKNN": alike})
