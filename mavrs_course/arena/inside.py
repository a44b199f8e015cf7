"""What runs in the entry's own process: requests and feedback come in, pages go out.

``python -m mavrs_course.arena.inside LIMITS ENTRY``, with pickled questions on the standard input
and a line of JSON for each answer on the standard output.  Viewers' minds, seeds and scores never
come here: what an entry does to this process it does to itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType, SimpleNamespace
from typing import Any, BinaryIO

import numpy as np

from mavrs_course.messages import (
    Agent,
    Bools,
    Coordinator,
    Feedback,
    Floats,
    Ints,
    Opinion,
    Request,
    Slate,
    VideoCatalog,
)

KEPT = 64  # pages that wait for their feedback, at most
LONGEST = 200  # characters of what an error says
NO_NETWORK = "the arena has no network"


class KilledError(RuntimeError):
    """An agent that was lent does not answer any more."""


class NoNetworkError(PermissionError):
    """The entry asked for the network."""


@dataclass
class WorldView:
    """What an entry sees of a world, brought up to date before each page.

    rooms, learners: where a world has them, what everybody sees of them.  team: agents on loan.
    """

    catalog: VideoCatalog
    slots: int
    candidates: int
    team: Sequence[Agent] = ()
    viewers: Ints = field(default_factory=lambda: np.arange(0))
    active: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    request: Request | None = None
    rooms: Any = None
    learners: Any = None

    def see(self, look: Look) -> None:
        """Bring everything up to date."""
        self.request, self.viewers, self.active = look.request, look.request.viewers, look.active
        for name, seen in look.public.items():
            known = getattr(self, name)
            if known is None or look.new_day:
                setattr(self, name, SimpleNamespace(**seen))
            else:
                vars(known).update(seen)
        for number, agent in enumerate(self.team):
            agent.told = look, number  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Look:
    """What is sent with a request.  public: by name, what everybody sees.

    new_day: whether an evening begins.  team: float32[n, B, C], what agents on loan think of the
    candidates, NaN from one who is dead; sure: float[n], their confidence.
    """

    request: Request
    active: Bools
    public: dict[str, dict[str, Any]]
    new_day: bool = False
    team: Floats | None = None
    sure: Floats | None = None


class LentAgent:
    """An agent that the arena lends: what it thinks comes with each request."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: tuple[Look, int] | None = None

    def opine(self, request: Request) -> Opinion:
        """Its scores for any of the viewers and candidates of this page, in any order."""
        if self.told is None or self.told[0].team is None:
            raise KilledError(f"{self.name} is not here")
        look, number = self.told
        scores = look.team[number]  # type: ignore[index]
        if np.isnan(scores).any():
            raise KilledError(f"{self.name} was killed")
        place = {viewer: row for row, viewer in enumerate(look.request.viewers.tolist())}
        rows = [place[viewer] for viewer in np.asarray(request.viewers).tolist()]
        same = request.candidates[:, :, None] == look.request.candidates[rows][:, None, :]
        found = np.take_along_axis(scores[rows], same.argmax(axis=2), axis=1)  # [b, c]
        sure = np.full(len(rows), look.sure[number])  # type: ignore[index]
        return Opinion(self.name, found.astype(float), sure)

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it sees what it sees."""


class AtWork:
    """An entry's coordinator at work: it answers one page after another."""

    def __init__(self, entry: ModuleType) -> None:
        self._entry = entry
        self._made: dict[int, Slate] = {}
        self.coordinator: Coordinator
        self.view: WorldView

    def start(self, view: WorldView, rng: np.random.Generator) -> None:
        """Build, or on another platform move, a coordinator."""
        move = getattr(self._entry, "move", None)
        if callable(move) and hasattr(self, "coordinator"):
            made = move(self.coordinator, view, rng)
        else:
            made = self._entry.build(view, rng)
        for method in ("recommend", "learn"):
            if not callable(getattr(made, method, None)):
                raise TypeError(f"a {type(made).__name__}, which has no {method}, was built")
        self.coordinator, self.view = made, view

    def page(self, number: int, feedback: Feedback | None, look: Look) -> Slate:
        """Learn from the page before, and make the next."""
        self.view.see(look)
        self.learn(feedback)
        slate = self.coordinator.recommend(look.request)
        if not isinstance(slate, Slate):
            raise TypeError(f"recommend gave a {type(slate).__name__} instead of a Slate")
        self._made[number] = slate
        self._made.pop(number - KEPT, None)
        return slate

    def learn(self, feedback: Feedback | None) -> None:
        """Hand on feedback, on the entry's own slate where the page is one of its own."""
        if feedback is None:
            return
        shown = feedback.slate
        made = self._made.pop(shown.memo, None) if isinstance(shown.memo, int) else None
        if made is not None:
            shown = replace(made, videos=shown.videos, request=shown.request)
        self.coordinator.learn(replace(feedback, slate=shown))


def load(path: str) -> ModuleType:
    """Run an entry's file."""
    folder = os.path.isdir(path)
    main = os.path.join(path, "__init__.py") if folder else path
    places = [path] if folder else None
    spec = importlib.util.spec_from_file_location(
        "arena_entry", main, submodule_search_locations=places
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{main} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["arena_entry"] = module  # so that its own parts and its classes are found
    spec.loader.exec_module(module)
    return module


def no_network(event: str, given: tuple[Any, ...]) -> None:
    """An audit hook: where there is no sandbox too, the network is refused with a clear word."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.gethostbyname"):
        raise NoNetworkError(NO_NETWORK)


def answer_of(slate: Slate) -> dict[str, Any]:
    """What goes out of a page: the videos, and what its trace says that it cost."""
    videos = np.asarray(slate.videos)
    cost = {"messages": len(slate.trace), "size_bytes": int(slate.trace.size_bytes)}
    return {"videos": videos.tolist(), "kind": str(videos.dtype), **cost}


def limit(seconds: int) -> None:
    """The seconds of computing that this process may take, where the system can hold it to them."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def main() -> None:
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what an entry prints goes another way than its pages
    limits, path = json.loads(sys.argv[1]), sys.argv[2]
    limit(limits["cpu_seconds"])
    sys.addaudithook(no_network)
    seat: list[AtWork] = []

    def start(view: WorldView, seed: int) -> dict[str, Any]:
        seat[:] = seat or [AtWork(load(path))]
        seat[0].start(view, np.random.default_rng(seed))
        return {}

    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "build": start,
        "recommend": lambda *given: answer_of(seat[0].page(*given)),
        "learn": lambda feedback: seat[0].learn(feedback) or {},
    }
    serve(asked, told, tasks)


def serve(asked: BinaryIO, told: BinaryIO, tasks: dict[str, Callable[..., dict[str, Any]]]) -> None:
    """Answer questions until there are no more; what a task raises is an answer too."""
    while True:
        try:
            task, given = pickle.load(asked)
        except EOFError:
            return
        try:
            answer = tasks[task](*given)
        except BaseException as error:
            told_error = f"{type(error).__name__}: {error}"[:LONGEST]
            answer = {"error": told_error, "kind": type(error).__name__}
        told.write(json.dumps(answer).encode() + b"\n")
        told.flush()


if __name__ == "__main__":
    main()
