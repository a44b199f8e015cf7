"""What an engine is: it makes objects in places, calls them there, and waits for their answers.

A place holds one object, as an actor does in Ray. It costs about 80 MB there, so that an object is
a shard of viewers or of agents, and never one of them. What crosses into a place or out of it is a
copy whose arrays cannot be written to, in every engine: what runs on a laptop then meets no new
rule on a cluster.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Protocol


class EngineError(RuntimeError):
    """An engine that can't do as asked; the text says what to do."""


class LostError(EngineError):
    """A place is gone with all that it held: its process or its machine has ended."""


class SlowError(EngineError):
    """A place has not answered within the seconds that it had."""


@dataclass(frozen=True)
class Place:
    """Where one object is, as an engine knows it; number: counted from 0 by each engine."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.what} in place {self.number}"


@dataclass(frozen=True)
class EngineStats:
    """engine: its name.  machines, cores: that it may use now.  places: that are alive, as far as
    it knows.  spawned, calls, lost: places made, calls sent and places lost since it began."""

    engine: str
    machines: int
    cores: int
    places: int
    spawned: int
    calls: int
    lost: int


class Engine(Protocol):
    """Where objects live ::

    with LocalEngine() as engine:
        shards = [engine.spawn(Shard, number) for number in range(4)]
        answers = gather([engine.call(shard, "count") for shard in shards])
    """

    def spawn(self, make: Callable[..., Any], *given: Any, cores: float = 0.0) -> Place:
        """``make(*given)`` in a new place; cores: that it keeps for itself while it lives."""

    def call(self, place: Place, method: str, *given: Any) -> Future[Any]:
        """The answer of a method, when it comes; calls of one place are done in their order.

        What the method raises comes with the answer, and :class:`LostError` where there is none.
        """

    def gather(self, answers: Sequence[Future[Any]], seconds: float | None = None) -> list[Any]:
        """All of them, in the order given, or the first error.

        seconds: to wait for the slowest, then :class:`SlowError`; None waits for ever.
        """

    def stop(self, place: Place | None = None) -> None:
        """End one place, or all of them and the engine."""

    def stats(self) -> EngineStats: ...


def gather(answers: Sequence[Future[Any]], seconds: float | None = None) -> list[Any]:
    """What :meth:`Engine.gather` gives."""
    late = wait(answers, timeout=seconds).not_done
    if late:
        raise SlowError(f"{len(late)} of {len(answers)} did not answer in their time")
    return [answer.result() for answer in answers]


def crossed(value: Any) -> Any:
    """What arrives of a value in another process: a copy whose arrays are read-only."""
    apart: list[pickle.PickleBuffer] = []
    packed = pickle.dumps(value, protocol=5, buffer_callback=apart.append)
    return pickle.loads(packed, buffers=[bytes(part.raw()) for part in apart])


class LocalEngine:
    """Everything in this process, one call after the other, as soon as it is made."""

    def __init__(self) -> None:
        self._objects: dict[Place, Any] = {}
        self._spawned = self._calls = self._lost = 0

    def spawn(self, make: Callable[..., Any], *given: Any, cores: float = 0.0) -> Place:
        place = Place(self._spawned, getattr(make, "__name__", "object"))
        self._spawned += 1
        self._objects[place] = make(*crossed(given))
        return place

    def call(self, place: Place, method: str, *given: Any) -> Future[Any]:
        self._calls += 1
        answer: Future[Any] = Future()
        try:
            if place not in self._objects:
                raise LostError(f"{place} is gone")
            answer.set_result(crossed(getattr(self._objects[place], method)(*crossed(given))))
        except Exception as error:
            answer.set_exception(error)
        return answer

    def gather(self, answers: Sequence[Future[Any]], seconds: float | None = None) -> list[Any]:
        return gather(answers, seconds)

    def stop(self, place: Place | None = None) -> None:
        if place is None:
            self._objects.clear()
        else:
            self._objects.pop(place, None)

    def lose(self, place: Place) -> None:
        """Lose a place as a machine is lost, to see who survives it."""
        self._lost += self._objects.pop(place, None) is not None

    def stats(self) -> EngineStats:
        places = len(self._objects)
        cores = os.cpu_count() or 1
        return EngineStats("local", 1, cores, places, self._spawned, self._calls, self._lost)

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
