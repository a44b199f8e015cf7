"""The arena's end of the line to an entry: ask, wait no longer than agreed, believe nothing."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import psutil

from mavrs_course.arena.entry import Contender, entry_files
from mavrs_course.arena.inside import NO_NETWORK, Look, WorldView
from mavrs_course.course.grading.guard import Guard
from mavrs_course.course.grading.isolation import MEMORY_GB, VARIABLES, Isolation, isolate
from mavrs_course.messages import Feedback
from mavrs_course.words import one_line

LOOK_SECONDS = 0.2
BYTES_A_VIDEO = 24  # of an answer, generously
TOLD = 300  # bytes of an entry's last words
REPOSITORY = Path(__file__).resolve().parents[2]
NEEDED = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA")  # on Windows


class LostRoundError(Exception):
    """The entry has lost this round; the text says why, in one line."""


@dataclass(frozen=True)
class EntryBudget:
    """What an entry may take in one match.

    start_seconds, page_seconds: by the clock, for building and for one page; generous, for they
    only end what hangs.  match_seconds: by the clock, for all of its answers together, or somebody
    who dawdles holds everybody up.  cpu_seconds: of computing, all processes together.  messages,
    size_bytes: of a page, as the trace of its slate tells.  output_bytes: that it prints.
    """

    start_seconds: float = 120.0
    page_seconds: float = 30.0
    match_seconds: float = 900.0
    cpu_seconds: int = 120
    messages: int = 5_000
    size_bytes: int = 20_000_000
    output_bytes: int = 1_000_000


class Guest:
    """An entry in a process of its own, for one match.

    model: whether language models may be found.  hash_seed: of Python's sets, so that two matches
    can differ in nothing else.
    """

    def __init__(
        self,
        contender: Contender,
        budget: EntryBudget,
        *,
        sandbox: bool = True,
        model: bool = True,
        hash_seed: int = 0,
    ) -> None:
        self._budget = budget
        self._folder = Path(tempfile.mkdtemp(prefix="mavrs-arena-")).resolve()
        path = _copied(contender, self._folder)
        isolation = isolate(REPOSITORY, sandbox)
        self.isolation: Isolation = isolation if model else without_models(isolation)
        limits = json.dumps({"cpu_seconds": budget.cpu_seconds})
        module = [sys.executable, "-P", "-m", "mavrs_course.arena.inside", limits, str(path)]
        self._process = subprocess.Popen(
            self.isolation.command(module, self._folder),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self._folder, env=self._environment(model, hash_seed), start_new_session=True,
        )  # fmt: skip
        self._guard = Guard(self._folder)
        self._printed, self._last_words, self._waited = 0, b"", 0.0
        self._to_ask: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._most = 100_000  # bytes of one answer, until the pages' size is known
        for work in (self._write, self._read, self._listen):
            threading.Thread(target=work, daemon=True).start()

    def start(self, view: WorldView, seed: int) -> None:
        """Let it build a coordinator, or move to another platform with the one that it has."""
        self._ask("build", view, seed)

    def recommend(self, number: int, feedback: Feedback | None, look: Look) -> dict[str, Any]:
        """The answer to a request, shapes unchecked: videos as an array, messages, size_bytes."""
        pages, slots = len(look.request), look.request.slots
        self._most = 10_000 + BYTES_A_VIDEO * pages * slots
        answer = self._ask("recommend", number, feedback, look)
        try:
            videos = np.asarray(answer["videos"])
            cost = int(answer["messages"]), int(answer["size_bytes"])
        except (KeyError, TypeError, ValueError, OverflowError):
            raise LostRoundError("its page is no array of videos") from None
        if not np.issubdtype(videos.dtype, np.integer) or str(answer["kind"])[:3] not in "uint":
            raise LostRoundError(
                f"its page holds {one_line(answer['kind'], 20)}, not whole numbers"
            )
        for spent, allowed, what in zip(
            cost,
            (self._budget.messages, self._budget.size_bytes),
            ("messages", "bytes"),
            strict=True,
        ):
            if not 0 <= spent <= allowed:
                raise LostRoundError(f"a page took {spent:,} {what}; the budget is {allowed:,}")
        return {"videos": videos, "messages": cost[0], "size_bytes": cost[1]}

    def learn(self, feedback: Feedback | None) -> None:
        """The last feedback of an evening."""
        self._ask("learn", feedback)

    def close(self) -> float:
        """End it, and everything that it has begun; the seconds of computing that it took."""
        self._to_ask.put(None)
        seconds = self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        return seconds

    def _ask(self, task: str, *given: Any) -> dict[str, Any]:
        self._to_ask.put(pickle.dumps((task, given)))
        limit = self._budget.start_seconds if task == "build" else self._budget.page_seconds
        begun = monotonic()
        until = begun + limit
        while True:
            try:
                line = self._answers.get(timeout=LOOK_SECONDS)
                break
            except queue.Empty:
                self._refuse_excess()
                if monotonic() > until:
                    raise LostRoundError(f"{task} did not answer within {limit:g} s") from None
        self._refuse_excess()
        self._waited += monotonic() - begun
        if self._waited > self._budget.match_seconds:
            allowed = self._budget.match_seconds
            raise LostRoundError(f"its answers took more than {allowed:g} s by the clock together")
        if len(line) > self._most:
            raise LostRoundError(f"{task} answered with more than {self._most:,} bytes")
        if not line.endswith(b"\n"):
            raise LostRoundError(self._end_of(task))
        return _read_answer(line, task)

    def _refuse_excess(self) -> None:
        if self._printed > self._budget.output_bytes:
            raise LostRoundError(f"it prints more than {self._budget.output_bytes / 1e6:g} MB")
        if too_much := self._guard.overdrawn(self._process.pid):
            from mavrs_course.course.grading.running import DEADLY

            raise LostRoundError(DEADLY[too_much].rstrip("."))

    def _end_of(self, task: str) -> str:
        """Why there is no answer."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5.0)
        words = one_line(self._last_words.decode("utf-8", "replace")[-TOLD:], TOLD)
        code = self._process.returncode
        if code in (-_SIGXCPU, 128 + _SIGXCPU, -9, 137) and "Error" not in words:
            limit = self._budget.cpu_seconds
            return (
                f"its process was ended in {task}: more than {limit} s of computing, or of memory"
            )
        return f"its process ended in {task} (code {code})" + (f": {words}" if words else "")

    def _environment(self, model: bool, hash_seed: int) -> dict[str, str]:
        known = {
            name: value
            for name, value in os.environ.items()
            if VARIABLES.fullmatch(name) or name in NEEDED
        }
        known |= {"PYTHONHASHSEED": str(hash_seed), "PYTHONDONTWRITEBYTECODE": "1"}
        if not model:
            none = str(self._folder / "none")
            known |= {"MAVRS_MODELS": none, "MAVRS_TAPES": none, "MAVRS_TAPE": "replay"}
        return self.isolation.environment(known, self._folder)

    def _write(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (question := self._to_ask.get()) is not None:
                self._process.stdin.write(question)  # type: ignore[union-attr]
                self._process.stdin.flush()  # type: ignore[union-attr]

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._process.stdout.readline(self._most + 1):  # type: ignore[union-attr]
                self._answers.put(line)
                if not line.endswith(b"\n"):
                    return
        self._answers.put(b"")

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while words := os.read(self._process.stderr.fileno(), 65_536):  # type: ignore[union-attr]
                self._printed += len(words)
                self._last_words = (self._last_words + words)[-TOLD:]
                if self._printed > self._budget.output_bytes:
                    return  # the pipe is full from here on

    def _kill(self) -> float:
        """End every process; the seconds that they have computed, with those they waited for."""
        seconds, running = 0.0, []
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(self._process.pid)
            running = [first, *first.children(recursive=True)]
        for process in running:  # before any of them is ended: the rest may go with it
            with contextlib.suppress(psutil.Error):
                seconds += sum(process.cpu_times()[:4])
        for process in running:
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()  # type: ignore[union-attr]
        return seconds


_SIGXCPU = int(getattr(signal, "SIGXCPU", 24))


def without_models(isolation: Isolation) -> Isolation:
    """The same sandbox, in which neither weights nor tapes can be found, whoever looks for them."""
    from platformdirs import user_cache_path

    named = filter(None, (os.environ.get(name) for name in ("MAVRS_MODELS", "MAVRS_TAPES")))
    places = [Path(place) for place in (user_cache_path("mavrs", appauthor=False), *named)]
    hidden = {str(each) for place in places for each in (place, place.resolve())}
    mounts = tuple(mount for mount in isolation.mounts if mount[-1] not in hidden)
    return replace(isolation, mounts=mounts)


def _copied(contender: Contender, folder: Path) -> Path:
    """A copy of the entry in its own folder, so that it cannot change what it is for others."""
    source = Path(contender.path)
    if source.is_file():
        return Path(shutil.copyfile(source, folder / "entry.py"))
    for file in entry_files(source):
        target = folder / "entry" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return folder / "entry"


def _read_answer(line: bytes, task: str) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise LostRoundError(f"{task} gave an answer that nobody can read")
    if "error" in answer:
        if NO_NETWORK in str(answer["error"]):
            raise LostRoundError(f"{task} asked for the network, which the arena does not have")
        if str(answer.get("kind")) == "MemoryError":
            raise LostRoundError(f"{task} needs more than {MEMORY_GB} GB of memory")
        raise LostRoundError(f"{task} raised {one_line(answer['error'])}")
    return answer
