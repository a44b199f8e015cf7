"""Look now and then at what a notebook's processes have taken, and say when it is too much."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import psutil

from mavrs_course.course.grading.isolation import DISK_GB, MEMORY_GB, MOST_PROCESSES

LOOK_SECONDS = 0.5
DISK, PROCESSES, MEMORY = "Disk", "Processes", "MemoryError"


class Guard:
    """What the limits of a single process can't hold: sums over processes and over files.

    folder: what the notebook may write to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next = 0.0

    def overdrawn(self, process: int) -> str:
        """What there is too much of below a process, or an empty text; looks twice a second."""
        if time.monotonic() < self._next:
            return ""
        found = _below(process)
        written = _written(self._folder)
        self._next = time.monotonic() + LOOK_SECONDS
        if len(found) > MOST_PROCESSES:
            return PROCESSES
        if _too_much(found):
            return MEMORY
        return DISK if written > DISK_GB * 2**30 else ""


def _below(process: int) -> list[psutil.Process]:
    try:
        return psutil.Process(process).children(recursive=True)
    except psutil.Error:
        return []


def _too_much(found: list[psutil.Process]) -> bool:
    """Whether processes hold too much together; what forks share counts once, where that is told.

    That costs more to find out, so it is asked only where it matters.
    """
    most = 2 * MEMORY_GB << 30
    return _sum(found, "rss") > most and _sum(found, "pss") > most


def _sum(found: list[psutil.Process], kind: str) -> int:
    total = 0
    for process in found:
        with contextlib.suppress(psutil.Error):
            held = process.memory_info() if kind == "rss" else process.memory_full_info()
            total += getattr(held, kind, held.rss)
    return total


def _written(folder: Path) -> int:
    """The bytes that the files below a folder take on the disk; links are not followed."""
    total, waiting = 0, [os.fspath(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        found = entry.stat(follow_symlinks=False)
                        total += getattr(found, "st_blocks", found.st_size // 512) * 512
    return total
