"""How far a long cell is, and how long it will still take; gone when it is done.

>>> for seed in progress(range(5), "seeds"):
...     train(seed)

A loop inside another moves the outer one's bar on, also from inside a library function, so that
one bar tells the whole of a cell.  Nothing is shown outside Jupyter, nor with ``MAVRS_PROGRESS=0``.
"""

from __future__ import annotations

import contextvars
import html
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 1.5  # seconds before a bar is shown
TICK = 0.5  # seconds between two looks of it
OFF = "0"


class ProgressPart:
    """One loop: ``done`` of ``total`` steps."""

    def __init__(self, what: str, total: float, done: float = 0.0) -> None:
        self.what, self.total, self.done = what, total, done


_parts: list[ProgressPart] = []  # the running loops, the outermost first
_bar: Bar | None = None


def progress(things: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The ``things``, one after the other, while a bar shows how many of them are done.

    what: they are, such as ``"seeds"``.  total: how many, where ``things`` has no length.
    """
    if total is None:
        things = things if hasattr(things, "__len__") else list(things)
        total = len(things)
    with counting(what, total) as part:
        for thing in things:
            yield thing
            part.done += 1


@contextmanager
def counting(what: str, total: float, done: float = 0.0) -> Iterator[ProgressPart]:
    """For loops that are not over things: set ``done`` of what this gives, up to ``total``."""
    global _bar
    part = ProgressPart(what, total, done)
    if threading.current_thread() is not threading.main_thread():
        yield part  # it is somebody's helper, and not what the reader waits for
        return
    if not _parts and _shell() is not None:
        _bar = Bar(_shell())
    _parts.append(part)
    try:
        yield part
    finally:
        if part in _parts:  # else the cell has ended, and took all bars with it
            del _parts[_parts.index(part) :]
        if not _parts:
            _stop()


def share_done(parts: list[ProgressPart]) -> float:
    """From 0 to 1: each inner loop is a share of the step that the one around it is at."""
    share, width = 0.0, 1.0
    for part in parts:
        whole = max(part.total, 1e-9)
        share += width * min(part.done / whole, 1.0)
        width /= whole
    return min(share, 1.0)


def seconds_left(share: float, spent: float, start: float = 0.0) -> float | None:
    """By the pace so far; None while nothing is done.  start: the share that was done before."""
    return None if share <= start else spent * (1.0 - share) / (share - start)


def told(parts: list[ProgressPart], spent: float, start: float = 0.0) -> str:
    """``seeds: 2 of 5, 12 s so far, about 18 s left``."""
    first = parts[0]
    left = seconds_left(share_done(parts), spent, start)
    ahead = "" if left is None else f", about {_time(left)} left"
    return f"{first.what}: {first.done:,.0f} of {first.total:,.0f}, {_time(spent)} so far{ahead}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


class Bar:
    """A bar in the output of the cell that runs now, drawn by a thread of its own."""

    def __init__(self, shell: Any) -> None:
        self.started, self.start, self.handle = monotonic(), 0.0, None
        self.over = threading.Event()
        shell.events.register("post_run_cell", _end_of_cell)
        self.shell = shell
        # The thread writes into the output of the cell in which it was started.
        context = contextvars.copy_context()
        self.thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        self.thread.start()

    def _run(self) -> None:
        wait = PATIENCE
        while not self.over.wait(wait):
            wait = TICK
            parts = list(_parts)
            if parts:
                self._show(parts)

    def _show(self, parts: list[ProgressPart]) -> None:
        from IPython.display import display

        text = told(parts, monotonic() - self.started)
        element = (
            f'<progress max="1" value="{share_done(parts):.3f}" '
            f'aria-label="{html.escape(parts[0].what)}" style="width: 16em"></progress> '
            f"{html.escape(text)}"
        )
        data = {"text/html": element, "text/plain": text}
        if self.handle is None:
            self.handle = display(data, raw=True, display_id=True)
        else:
            self.handle.update(data, raw=True)

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
        self.shell.events.unregister("post_run_cell", _end_of_cell)
        if self.handle is not None:
            self.handle.update({"text/plain": ""}, raw=True)


def _stop() -> None:
    global _bar
    bar, _bar = _bar, None
    if bar is not None:
        bar.stop()


def _end_of_cell(*_: Any) -> None:
    """An error or an interrupt leaves a loop open: its bar goes with its cell."""
    _parts.clear()
    _stop()


def _shell() -> Any:
    """The shell of the kernel that this runs in, or None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    wanted = os.environ.get("MAVRS_PROGRESS") != OFF
    return shell if wanted and hasattr(shell, "kernel") else None
