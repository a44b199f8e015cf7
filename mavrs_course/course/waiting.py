"""Whether a reader is left to wait: the seconds of each cell while no bar is shown.

A slow cell shows a bar with the time left (``progress``).  A run of a notebook is watched for the
cells that do not, and the lint names them.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

import psutil
from nbformat import NotebookNode

LONGEST = 3.0  # seconds that a reader waits without being told how long it takes
BAR = "<progress "  # the element of a bar, as progress.py draws it


@dataclass
class Waits:
    """Told of a run by its client; ``long`` are the cells that were too long without a bar.

    process: of the kernel, or None where it is elsewhere.  On a busy machine the clock runs on
    while a cell does not, so a cell's seconds are those of its process where these are fewer; and
    a second of work takes up to twice as long there, as cores and caches are shared.
    """

    process: int | None = None
    started: float = 0.0
    used: float = 0.0
    bar_since: float | None = None
    under_a_bar: float = 0.0

    def __post_init__(self) -> None:
        self.long: dict[str, float] = {}

    def begin(self) -> None:
        """A cell begins."""
        self.started, self.used = time.perf_counter(), self._cpu()
        self.bar_since, self.under_a_bar = None, 0.0

    def hear(self, content: dict[str, Any]) -> None:
        """The cell has sent this."""
        if BAR in content.get("data", {}).get("text/html", ""):
            self.bar_since = self.bar_since or time.perf_counter()
        elif content.get("data") == {"text/plain": ""}:
            self._bar_ends()

    def end(self, cell: str) -> None:
        """The cell with this id ends."""
        self._bar_ends()
        took, worked = time.perf_counter() - self.started, self._cpu() - self.used
        bare = min(took, worked) * (1 - self.under_a_bar / max(took, 1e-9))
        bare /= crowding()
        if bare > LONGEST:
            self.long[cell] = round(bare, 1)

    def _bar_ends(self) -> None:
        if self.bar_since is not None:
            self.under_a_bar += time.perf_counter() - self.bar_since
        self.bar_since = None

    def _cpu(self) -> float:
        try:
            times = psutil.Process(self.process).cpu_times() if self.process else None
        except psutil.Error:
            times = None
        return sum(times[:4]) if times else time.perf_counter()  # children included


def crowding() -> float:
    """How much longer the same work takes because others work here too: from 1 to 2."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0), 2.0)


def drop_bars(notebook: NotebookNode) -> None:
    """Take away what is left of bars that are gone: outputs without a word."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if one.get("data") != {"text/plain": ""}]
