"""A check ends: after so many seconds, or when it takes too much memory.

A thread watches the one that runs the answer and raises an error in it.  That works for loops in
Python on every system.  A single call into a library that never comes back cannot be stopped from
here; then a line says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

CHECK_SECONDS = 60.0  # as long as a cell may take when it is graded
CHECK_GB = 4.0
PAUSE = 0.05
PATIENCE = 1.0  # seconds after which an answer that ignores the error is stopped harder
SECONDS, GIGABYTES = "MAVRS_CHECK_SECONDS", "MAVRS_CHECK_GB"
# A thread that is being born bears the number of the one that starts it (CPython up to 3.12), and
# would get what another watch raises meanwhile. So nothing is raised while a watch starts.
_STARTS = threading.Lock()


class LimitReached(BaseException):
    """The answer was stopped.  No ``except Exception`` of the answer's own catches it."""


class OutOfTime(LimitReached):
    """It took more than the seconds of a check."""


class OutOfMemory(LimitReached):
    """It took more than the memory of a check."""


def seconds_allowed() -> float:
    """How long a check may take: ``MAVRS_CHECK_SECONDS``, or 60."""
    return _number(SECONDS, CHECK_SECONDS)


def gigabytes_allowed() -> float:
    """How much memory a check may take beyond what is taken: ``MAVRS_CHECK_GB``, or 4."""
    return _number(GIGABYTES, CHECK_GB)


def _number(name: str, default: float) -> float:
    try:
        number = float(os.environ.get(name, ""))
    except ValueError:
        return default
    return number if number > 0 else default


class Limits:
    """Use in a ``with`` statement around code that may never end; ``stop()`` ends the watch.

    Inside, :class:`OutOfTime` or :class:`OutOfMemory` is raised when a limit is reached.
    seconds: other than those of a check.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds or seconds_allowed()
        self.gigabytes = gigabytes_allowed()
        self._target = threading.get_ident()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="mavrs-check", daemon=True)

    def __enter__(self) -> Limits:
        self._start = time.monotonic()
        self._first = _memory()
        self._allowance = _lower_allowance(self.gigabytes)
        try:
            with _STARTS:
                self._thread.start()
        except BaseException:  # that of a watch around this one
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def stop(self) -> None:
        """End the watch; after it nothing is raised any more."""
        while not self._over.is_set():
            with contextlib.suppress(LimitReached):
                self._over.set()
        with self._lock:
            _raise_in(self._target, None)
        _restore_allowance(self._allowance)
        self._allowance = None

    def _watch(self) -> None:
        reached = None
        pause = PAUSE
        while not self._over.wait(pause):
            reached = reached or self._reached()
            if reached is None:
                continue
            with _STARTS, self._lock:
                if not self._over.is_set():
                    _raise_in(self._target, reached)
            late = self.spent - self.seconds
            if late > PATIENCE:  # the error is caught, or it waits for a call to come back
                pause = 0.003
                self._interrupt_call(late)

    def _reached(self) -> type[LimitReached] | None:
        if self.spent > self.seconds:
            return OutOfTime
        if _memory() - self._first > self.gigabytes * 2**30:
            return OutOfMemory
        return None

    def _interrupt_call(self, late: float) -> None:
        """Wake a call that sleeps; where nothing helps, say what the learner can do."""
        if self._target != threading.main_thread().ident or getattr(self, "_told", False):
            return
        self._told = True
        with contextlib.suppress(AttributeError, ValueError, OSError):
            if signal.getsignal(signal.SIGINT) is not None and hasattr(signal, "pthread_kill"):
                signal.pthread_kill(self._target, signal.SIGINT)
        if not self._over.wait(2 * PATIENCE):
            print(
                f"The check has taken {self.spent:.0f} s and is inside one long call of a library, "
                "which it cannot stop. Interrupt the kernel (■), or restart it.",
                flush=True,
            )


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in a thread at its next step in Python; None takes one back."""
    with contextlib.suppress(AttributeError):  # another Python than CPython
        what = ctypes.py_object(error) if error is not None else None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


def _memory() -> int:
    """Bytes that this process holds; 0 where nobody can tell."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError, IndexError):
            pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
            return int(pages) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(Exception):
        import psutil

        return psutil.Process().memory_info().rss
    return 0


def _lower_allowance(gigabytes: float) -> tuple[int, int] | None:
    """Let one huge allocation raise MemoryError at once (Linux); what to put back, or None."""
    with contextlib.suppress(Exception):
        import resource

        with open("/proc/self/status", encoding="ascii") as file:
            held = next(int(line.split()[1]) for line in file if line.startswith("VmData"))
        before = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = held * 1024 + int(gigabytes * 2**30)
        if before[0] == resource.RLIM_INFINITY or before[0] > wanted:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, before[1]))
            return before
    return None


def _restore_allowance(before: tuple[int, int] | None) -> None:
    if before is not None:
        with contextlib.suppress(Exception):
            import resource

            resource.setrlimit(resource.RLIMIT_DATA, before)
