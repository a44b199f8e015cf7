"""The searcher: a search over titles and genres on this computer, never on a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.macrec.task import CONVERSE, Report, Task


class Searcher:
    """Finds what fits a wish, or says how alike candidates and history are in words."""

    name = "searcher"
    invitation = "search the titles"

    def __init__(self, records: Records) -> None:
        self.records = records

    def report(self, task: Task, notes: Mapping[str, Any]) -> Report:
        """In a conversation notes ``found``: what fits and was not watched.  Else ``words``."""
        if task.kind == CONVERSE:
            return self._for_wish(task, notes)
        if not task.videos:
            return Report("There are no candidates to compare.")
        words = self.records.likeness_in_words(task.viewer, np.array(task.videos))
        nearest = self.records.titles[task.videos[int(words.argmax())]]
        return Report(f"Nearest in words to the history: {nearest}.", {"words": words})

    def _for_wish(self, task: Task, notes: Mapping[str, Any]) -> Report:
        watched = set(self.records.history(task.viewer).tolist())
        open_to = [v for v in range(len(self.records.titles)) if v not in watched]
        wish = notes.get("wish")
        if wish is None:  # nobody has read the wish: its words have to do
            found = [v for v, _ in self.records.search(task.wish, 50) if v not in watched]
            return Report(f"{len(found)} titles share words with the wish.", {"found": found})
        found = [v for v in open_to if wish.fits(self.records, v)]
        if not found:
            return Report("Nothing that was not watched fits the wish.", {"found": []})
        return Report(f"{len(found)} {self.records.noun}s fit the wish.", {"found": found})
