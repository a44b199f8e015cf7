"""The engine on Ray: places are actors, on this machine or on those of a cluster.

Ray is loaded when an engine is made, and never before. What it would do unasked is switched off:
its dashboard, its usage statistics, its use of the network and of a folder that others share. A
place that is lost is not made again by Ray, as it would come back empty: see :mod:`.lasting`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import re
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import psutil

from mavrs_course.calling import Call, LateError
from mavrs_course.engine.places import EngineError, EngineStats, LostError, Place, gather

LOOPBACK = ("127.0.0.1", "localhost", "::1")
KNOCK_SECONDS, JOIN_SECONDS, END_SECONDS = 5.0, 60.0, 10.0
LOOK_SECONDS, HEAD_SECONDS = 15.0, 20.0  # Ray ends a program a minute after its head is lost
PAUSE_SECONDS = 3.0
STARTS = 3
QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
OBJECT_STORE_MB = 200
LONGEST_FOLDER = 40  # a socket's name has 107 characters, and Ray's own part takes about 60


class RayEngine:
    """Places on Ray, in a cluster of its own on this machine, or in one that is running.

    address: ``host:port`` of a running cluster; None or ``"local"`` starts one that nobody else can
    reach.  cores: of the cluster that is started; all of this machine's unless told.
    object_store_mb: memory for what crosses, of the cluster that is started.
    Raises :class:`~mavrs_course.engine.places.EngineError` where Ray is missing, where nobody
    answers at the address, and where those who do have another version.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        cores: int | None = None,
        object_store_mb: int = OBJECT_STORE_MB,
    ) -> None:
        self.folder: Path | None = None
        self._actors: dict[Place, Any] = {}
        self._gone: set[Place] = set()
        self._spawned = self._calls = self._lost = self._seen = 0
        self._open = False
        self._ray = _loaded(address)
        self._open = True
        try:
            if address in (None, "local"):
                self._start(cores or os.cpu_count() or 1, object_store_mb)
            else:
                _join(self._ray, str(address))
        except BaseException as error:
            self.stop()
            if isinstance(error, Exception) and not isinstance(error, EngineError):
                raise EngineError(_in_a_line(f"Ray does not start: {error}")) from error
            raise
        # Its pages about each lost worker, which go past every setting: we say it in a line.
        vars(importlib.import_module("ray._private.worker"))["print_to_stdstream"] = _nothing
        self._actor = self._ray.remote(max_restarts=0, max_task_retries=0)(_Holder)

    def spawn(self, make: Callable[..., Any], *given: Any, cores: float = 0.0) -> Place:
        place = Place(self._spawned, getattr(make, "__name__", "object"))
        self._spawned += 1
        if self._lost > self._seen:
            self._seen = self._lost
            time.sleep(PAUSE_SECONDS)  # until Ray knows, it would put this on the lost machine too
            self.stats()  # without its head, Ray would wait a minute and end this process
        spread = self._actor.options(num_cpus=cores, scheduling_strategy="SPREAD")
        with self._clear_errors():
            self._actors[place] = spread.remote(make, *given)
        return place

    def call(self, place: Place, method: str, *given: Any) -> Future[Any]:
        self._calls += 1
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()
        actor = self._actors.get(place)
        if actor is None or place in self._gone:
            answer.set_exception(LostError(f"{place} is gone"))
            return answer
        try:
            with self._clear_errors():
                sent = actor.call.remote(method, *given).future()
        except Exception as error:
            answer.set_exception(error)
            return answer
        sent.add_done_callback(lambda done: self._hand_on(place, done, answer))
        return answer

    def gather(self, answers: Sequence[Future[Any]], seconds: float | None = None) -> list[Any]:
        """As :meth:`~.places.Engine.gather`; looks now and then whether the cluster is there."""
        end = time.monotonic() + (seconds or 0.0)
        while seconds is None or end - time.monotonic() > LOOK_SECONDS:
            if not wait(answers, LOOK_SECONDS).not_done:
                return gather(answers)
            self.stats()
        return gather(answers, max(0.0, end - time.monotonic()))

    def stop(self, place: Place | None = None) -> None:
        if place is not None:
            actor = self._actors.pop(place, None)
            if actor is not None:
                with contextlib.suppress(Exception):  # it may be gone already
                    self._ray.kill(actor)
            return
        self._actors.clear()
        if self._open:
            self._open = False
            self._end_cluster()

    def _start(self, cores: int, object_store_mb: int) -> None:
        """A cluster of its own. On a busy machine Ray may miss its own deadlines: once more."""
        for left in reversed(range(STARTS)):
            self.folder = short_folder()
            try:
                with quick_start(self.folder):
                    self._ray.init(
                        address="local",
                        num_cpus=cores,
                        object_store_memory=object_store_mb << 20,
                        include_dashboard=False,
                        _temp_dir=str(self.folder),
                        _node_ip_address=LOOPBACK[0],
                        **QUIET,
                    )
                return
            except Exception:
                self._end_cluster()
                if not left:
                    raise

    def _end_cluster(self) -> None:
        started = processes_of(self.folder) if self.folder else []
        with contextlib.suppress(Exception):
            self._ray.shutdown()
        end(started)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def machines(self) -> list[dict[str, Any]]:
        """What Ray tells of each machine that is alive; EngineError where its head is lost."""
        try:
            nodes = Call(self._ray.nodes).result(HEAD_SECONDS)
        except Exception as error:
            raise EngineError(
                "the cluster's head does not answer: start the cluster, and run the same again"
            ) from error
        return [node for node in nodes if node["Alive"]]

    def stats(self) -> EngineStats:
        alive = self.machines()
        places = len(self._actors.keys() - self._gone)
        cores = int(sum(node["Resources"].get("CPU", 0) for node in alive))
        return EngineStats("ray", len(alive), cores, places, self._spawned, self._calls, self._lost)

    def _hand_on(self, place: Place, done: Future[Any], answer: Future[Any]) -> None:
        """An answer of Ray's as one of ours: what was raised there is raised here as it was."""
        error = done.exception()
        if error is None:
            answer.set_result(done.result())
            return
        answered = told(self._ray, error, place)
        if isinstance(answered, LostError) and place in self._actors and place not in self._gone:
            self._gone.add(place)
            self._lost += 1
        answer.set_exception(answered)

    @contextlib.contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise told(self._ray, error, None) from error

    def __enter__(self) -> RayEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Holder:
    """What an actor is: one object, whose methods are called by name.

    An error in making it is raised when it is called: else Ray would say that it has died.
    """

    def __init__(self, make: Callable[..., Any], *given: Any) -> None:
        self._failed: Exception | None = None
        try:
            self._held = make(*given)
        except Exception as error:
            self._failed = error

    def call(self, method: str, *given: Any) -> Any:
        if self._failed is not None:
            raise self._failed
        return getattr(self._held, method)(*given)


def _loaded(address: str | None) -> Any:
    """Ray, with what has to be said before it is loaded; EngineError where it is not installed."""
    if importlib.util.find_spec("ray") is None:
        if sys.platform == "darwin" and os.uname().machine == "x86_64":
            raise EngineError("Ray has no version for Macs with an Intel processor: --engine local")
        raise EngineError("Ray is not installed: pip install 'mavrs-course[scale]'")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    if address in (None, "local"):
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # for this process's cluster
    if address in (None, "local") or _host(str(address)) in LOOPBACK:
        # Before it is loaded: else it binds the machine's own address (docs/cluster.md).
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    before = "ray" in sys.modules
    import ray

    if before:  # it has read its settings already: once more
        with contextlib.suppress(AttributeError):
            vars(ray)["_raylet"].Config.initialize("")
    if ray.is_initialized():
        raise EngineError("Ray is in use in this process already: stop that engine first")
    return ray


def short_folder() -> Path:
    """A folder for Ray alone: not the one that everybody on this machine would share."""
    place = tempfile.gettempdir()
    if len(place) > LONGEST_FOLDER and os.name == "posix":
        place = "/tmp"
    return Path(tempfile.mkdtemp(prefix="mavrs-", dir=place))


def processes_of(folder: Path) -> list[psutil.Process]:
    """What was started from this process for the Ray that has this folder, with its children."""
    found: list[psutil.Process] = []
    for one in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if str(folder) in " ".join(one.cmdline()):
                found += [one, *one.children(recursive=True)]
    return found


def end(processes: list[psutil.Process]) -> None:
    """Wait until they have ended, and make those end that do not."""
    _, alive = psutil.wait_procs(processes, timeout=END_SECONDS)
    for one in alive:
        with contextlib.suppress(psutil.Error):
            one.kill()
    psutil.wait_procs(alive, timeout=END_SECONDS)


@contextlib.contextmanager
def quick_start(folder: Path) -> Iterator[None]:
    """Let Ray's processes start in half the time, which on a busy machine decides if they do.

    Each loads a checker of JSON, and with it, where JupyterLab is installed, a grammar of web
    addresses that takes a second of a core and that nothing here asks for. A machine gives up
    after 15 s without its helpers, of which there are five. A module that is not there stands
    before the grammar on their path.
    """
    absent = folder / "quick" / "rfc3987_syntax.py"
    absent.parent.mkdir()
    absent.write_text("raise ImportError('not needed where Ray works')\n", encoding="utf-8")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(absent.parent), before]))
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _host(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


def check_address(address: str) -> None:
    """EngineError where that is no ``host:port``, or nobody answers there."""
    host, port = _host(address), address.rpartition(":")[2]
    if not host or not port.isdigit() or "/" in address:
        raise EngineError(f"an address is host:port, such as 10.0.0.5:6379, not {address}")
    try:
        socket.create_connection((host, int(port)), KNOCK_SECONDS).close()
    except OSError as error:
        raise EngineError(f"nobody answers at {address} ({error}): is the cluster up?") from error


def _join(ray: Any, address: str) -> None:
    """Join a running cluster; says in one line why it can't."""
    check_address(address)
    try:
        Call(lambda: ray.init(address=address, **QUIET)).result(JOIN_SECONDS)
    except LateError:
        raise EngineError(f"what answers at {address} is no Ray that lets us in") from None
    except Exception as error:
        why = str(error)
        if isinstance(error, ray.exceptions.AuthenticationError):
            why = (
                "put the cluster's token into RAY_AUTH_TOKEN, or its file into RAY_AUTH_TOKEN_PATH"
            )
        raise EngineError(_in_a_line(f"cannot join {address}: {why}")) from error


def told(ray: Any, error: BaseException, place: Place | None) -> BaseException:
    """Ray's error as one of ours, in one line that says what to do; others' as they are."""
    known = ray.exceptions
    where = f"{place}" if place else "Ray"
    if isinstance(error, known.RayTaskError):
        cause = error.cause
        return cause if isinstance(cause, BaseException) else error
    if isinstance(error, known.OutOfDiskError):
        return EngineError(f"{where}: the disk of a machine is full; make room and run it again")
    if isinstance(error, (known.ObjectStoreFullError, known.OutOfMemoryError)):
        return EngineError(f"{where}: memory is full; fewer viewers a shard, or more machines")
    if isinstance(error, known.RayError):
        return LostError(_in_a_line(f"{where} is lost: {error}"))
    return error


def _nothing(*given: Any, **named: Any) -> None:
    """In the place of what prints."""


def _in_a_line(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    return " ".join(lines)[:300]
