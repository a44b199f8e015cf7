"""A throw-away kernel that no cell can hang, crash or outlive for long."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

from mavrs_course.course.grading import manners
from mavrs_course.course.grading.guard import Guard
from mavrs_course.course.grading.isolation import Isolation, installed

FINE, RAISED, TIMED_OUT, DIED, BLOCKED = "fine", "raised", "timed out", "died", "blocked"
START_SECONDS = 60.0
YIELD_SECONDS = 3.0
POLL_SECONDS = 0.2
MARK = "MAVRS_GRADER"
MANNERS = inspect.getsource(manners)


class KernelFailedError(RuntimeError):
    """No kernel could be started; the text says what to try."""


class StoppedError(Exception):
    """Whoever asked for the run does not want it any more."""


@dataclass(frozen=True)
class Run:
    """How one cell ended.

    outcome: ``fine``, ``raised``, ``timed out``, ``died`` (and the kernel with it) or ``blocked``
    (it ended, and left something behind that keeps the kernel busy).
    error, text: the type and the text of the exception; ``exit`` where the cell asked to leave;
    the time after which it was stopped.
    value: the ``repr`` of the expression that was asked for, or None.
    seconds: how long it took, where somebody has looked at the clock.
    """

    outcome: str
    error: str = ""
    text: str = ""
    value: str | None = None
    seconds: float = 0


class _ThisPython(KernelSpecManager):
    """Finds one kernel: the Python that runs the grader.  Nothing needs to be registered."""

    def __init__(self, isolation: Isolation, room: Path) -> None:
        super().__init__()
        self._isolation = isolation
        self._room = room

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=self._isolation.command(command, self._room),
            display_name="Python",
            language="python",
            interrupt_mode="message" if self._isolation.sandboxed else "signal",
        )


class Kernel:
    """A Python kernel in a folder of its own; use it in a ``with`` statement.

    Outputs are never asked for.  ZeroMQ drops what nobody subscribes to, so a cell that prints
    for ever costs the grader neither memory nor time.

    folder: the working directory.  scratch: how the folders beside it begin in which the kernel
    keeps its own files, a new one each start; what holds them all is all that a sandboxed kernel
    may write to.
    environment: variables on top of ours.  isolation: by default limits alone.
    stop: once set, whatever runs raises :class:`StoppedError` within a fraction of a second.
    """

    def __init__(
        self,
        folder: Path,
        scratch: Path,
        environment: Mapping[str, str] | None = None,
        stop: threading.Event | None = None,
        isolation: Isolation | None = None,
    ) -> None:
        self._folder = folder
        self._scratch = scratch
        self._environment = environment or {}
        self._stop = stop or threading.Event()
        self._isolation = isolation or Isolation()
        self._room = scratch.parent
        self._guard = Guard(self._room)
        self._overdrawn = ""
        self._mark = secrets.token_hex(8)
        self._manager: KernelManager | None = None
        self._client: Any = None

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._client is not None and self._manager.is_alive()

    def start(self) -> None:
        """Start afresh; raises :class:`KernelFailedError`.

        A port that another program takes between choice and use is worth another try.
        """
        with contextlib.suppress(OSError):
            for _ in range(3):
                self.close()
                self._launch()
                self._client.kernel_info()
                ready = self._reply(None, START_SECONDS)
                if ready and self.run(self._lesson_in_manners(), START_SECONDS).outcome == FINE:
                    return
        self.close()
        raise KernelFailedError("no Python kernel starts here: `mavrs doctor` says what is missing")

    def run(self, source: str, seconds: float, value: str | None = None) -> Run:
        """Run a cell for at most ``seconds``; then interrupt it, and kill what ignores that.

        value: an expression to look at afterwards.  A cell after which the kernel does not
        answer any more, or has no memory left, is counted as one that killed it.
        """
        start = time.monotonic()
        request = self._send(source, value)
        reply = self._reply(request, seconds)
        if reply is None and self.alive:
            self._interrupt(request)
            return Run(TIMED_OUT, text=f"{seconds:.0f} s")
        run = _read(reply)
        if run.outcome == DIED or not self.alive:
            self.close()
            return Run(DIED, self._overdrawn or run.error, run.text)
        left = seconds - (time.monotonic() - start)
        if self._answers(max(left, YIELD_SECONDS)):
            return run
        return self._unblock(run)

    def _unblock(self, run: Run) -> Run:
        """What came of a cell that has ended, after which the kernel does not answer."""
        outcome = BLOCKED if self.alive else DIED
        with contextlib.suppress(OSError):
            self._manager.interrupt_kernel()
        if not self._answers():
            self.close()
        return Run(outcome, run.error, run.text)

    def close(self) -> None:
        """End the kernel at once, with every process that its cells have left behind."""
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None:
            with contextlib.suppress(Exception):
                self._manager.shutdown_kernel(now=True)
        for process in _marked(self._mark):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        self._manager = self._client = None

    def _lesson_in_manners(self) -> str:
        """Code that prepares the kernel and leaves no name behind."""
        return (
            f"__mavrs__ = {{'__name__': 'manners'}}\nexec({MANNERS!r}, __mavrs__)\n"
            f"__mavrs__['teach'](get_ipython().kernel, {json.dumps(str(self._folder))}, "
            f"{json.dumps(str(installed(self._room)))})\ndel __mavrs__"
        )

    def _launch(self) -> None:
        # A name that no cell can have known: what lies in the room may by now be links to outside.
        scratch = Path(tempfile.mkdtemp(prefix=f"{self._scratch.name}-", dir=self._room))
        temporary = scratch / "tmp"
        temporary.mkdir()
        if not os.path.lexists(self._folder):
            self._folder.mkdir(parents=True)
        self._overdrawn = ""
        self._manager = KernelManager(
            kernel_spec_manager=_ThisPython(self._isolation, self._room),
            connection_file=str(scratch / "connect.json"),
            transport="ipc" if self._isolation.sandboxed else "tcp",  # files pass, networks don't
        )
        ours = {"IPYTHONDIR": str(scratch / "ipython"), "TMPDIR": str(temporary)}
        quiet = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", MARK: self._mark}
        variables = {**os.environ, **ours, **quiet, **self._environment}
        self._manager.start_kernel(
            cwd=str(self._room if self._folder.is_symlink() else self._folder),
            env=self._isolation.environment(variables, self._room),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._client = self._manager.client()
        self._client.start_channels(iopub=False, stdin=False, hb=False, control=False)

    def _send(self, source: str, value: str | None = None) -> str:
        return self._client.execute(
            source,
            store_history=value is None,
            allow_stdin=False,
            stop_on_error=False,
            user_expressions={} if value is None else {"value": value},
        )

    def _reply(self, request: str | None, seconds: float) -> dict | None:
        """The reply to a request (None: to any), or None when time is up or the kernel dead."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._stop.is_set():
                raise StoppedError
            alive = self.alive
            if alive and self._is_overdrawn():
                return None
            try:
                message = self._client.shell_channel.get_msg(timeout=min(left, POLL_SECONDS))
            except queue.Empty:
                if not alive:
                    return None
                continue
            if request in (None, message["parent_header"].get("msg_id")):
                return message["content"]
        return None

    def _is_overdrawn(self) -> bool:
        self._overdrawn = self._guard.overdrawn(getattr(self._manager.provisioner, "pid", None))
        if self._overdrawn:
            self.close()
        return bool(self._overdrawn)

    def _answers(self, seconds: float = YIELD_SECONDS) -> bool:
        return self._reply(self._send("", "0"), seconds) is not None

    def _interrupt(self, request: str) -> None:
        with contextlib.suppress(OSError):
            self._manager.interrupt_kernel()
        if self._reply(request, YIELD_SECONDS) is None or not self._answers():
            self.close()


def _read(reply: dict | None) -> Run:
    if reply is None:
        return Run(DIED)
    if any(payload.get("source") == "ask_exit" for payload in reply.get("payload", ())):
        return Run(DIED, "exit")
    if reply["status"] == "ok":
        value = reply.get("user_expressions", {}).get("value", {})
        return Run(FINE, value=value.get("data", {}).get("text/plain"))
    error = str(reply.get("ename", ""))
    return Run(DIED if error == "MemoryError" else RAISED, error, str(reply.get("evalue", "")))


def _marked(mark: str) -> list[int]:
    """Processes that inherited our mark, wherever they went; told only where there is /proc."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"{MARK}={mark}".encode() in environment.read_bytes():
                found.append(int(environment.parent.name))
    return found
