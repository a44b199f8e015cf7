"""Places that outlive their machines: what they hold is kept, and calls since then are made again.

A place that is lost comes back empty, on Ray as anywhere. So whoever owns it asks it now and then
for its state, and remembers the calls since. A new place gets the last state and the same calls, in
their order; chance is part of the state, so that it then says what the lost one would have said.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from pathlib import Path
from typing import Any

from mavrs_course.engine.places import Engine, EngineError, LostError, Place, SlowError

TRIES = 8  # Ray puts new places on a machine for some seconds after it was lost


class KeptObject:
    """What is in such a place: an object that gives and takes its whole state, as bytes."""

    def __init__(self, make: Callable[..., Any], *given: Any) -> None:
        self._object = make(*given)

    def do(self, method: str, *given: Any) -> Any:
        return getattr(self._object, method)(*given)

    def state(self) -> bytes:
        return pickle.dumps(self._object)

    def become(self, state: bytes) -> None:
        self._object = pickle.loads(state)


class LastingPlaces:
    """Some places of a kind, each with what it was made of.

    every: calls of a place after which its state is kept in this process; None never keeps any, and
    a lost place is an error.  seconds: that a call may take, or the place counts as lost.
    ``revived`` counts the places made anew.  Raises :class:`~.places.LostError` where a place is
    lost eight times in one call.
    """

    def __init__(
        self,
        engine: Engine,
        make: Callable[..., Any],
        given: Sequence[tuple[Any, ...]],
        *,
        every: int | None = None,
        seconds: float | None = None,
    ) -> None:
        self.engine, self.every, self.seconds, self.revived = engine, every, seconds, 0
        self._made = [(make, *each) for each in given]
        self._places = [engine.spawn(KeptObject, *made) for made in self._made]
        self._states: list[bytes | None] = [None] * len(given)
        self._since: list[list[tuple[Any, ...]]] = [[] for _ in given]

    def __len__(self) -> int:
        return len(self._places)

    @property
    def places(self) -> Sequence[Place]:
        """Where each is now."""
        return tuple(self._places)

    def ask(self, number: int, method: str, *given: Any) -> Any:
        """The answer of one place."""
        return self._settled(number, (method, *given), self._send(number, (method, *given)))

    def ask_all(self, method: str, given: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The answers of all places, each with what is given to it; they work at the same time."""
        calls = [(method, *each) for each in given]
        sent = [self._send(number, call) for number, call in enumerate(calls)]
        return [self._settled(n, calls[n], answer) for n, answer in enumerate(sent)]

    def states(self) -> list[bytes]:
        """The state of every place, now."""
        return [self._state(number) for number in range(len(self))]

    def become(self, states: Sequence[bytes]) -> None:
        """Let every place go on from a state, of an earlier process perhaps."""
        self._states, self._since = list(states), [[] for _ in states]
        sent = [
            self.engine.call(place, "become", state)
            for place, state in zip(self._places, states, strict=True)
        ]
        self.engine.gather(sent, self.seconds)

    def _send(self, number: int, call: tuple[Any, ...]) -> Future[Any]:
        return self.engine.call(self._places[number], "do", *call)

    def _settled(self, number: int, call: tuple[Any, ...], answer: Future[Any]) -> Any:
        """What a call comes to, on a place made anew where the first is lost."""
        try:
            return self._answered(number, call, answer)
        finally:  # a call that raises has been made too
            if self.every is not None:
                self._since[number].append(call)
                if len(self._since[number]) >= self.every:
                    self._state(number)

    def _answered(self, number: int, call: tuple[Any, ...], answer: Future[Any]) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return self.engine.gather([answer], self.seconds)[0]
            except (LostError, SlowError):
                if self.every is None or not left:
                    raise
                self._revive(number)
                answer = self._send(number, call)
        return None

    def _state(self, number: int) -> bytes:
        for left in reversed(range(TRIES)):
            try:
                call = self.engine.call(self._places[number], "state")
                state = self.engine.gather([call], self.seconds)[0]
                break
            except (LostError, SlowError):
                if self.every is None or not left:
                    raise
                self._revive(number)
        self._states[number], self._since[number] = state, []
        return state

    def _revive(self, number: int) -> None:
        """A new place in the stead of a lost one, as it was before the call that failed."""
        self.engine.stop(self._places[number])  # it may be slow, and not gone
        self.revived += 1
        place = self._places[number] = self.engine.spawn(KeptObject, *self._made[number])
        state = self._states[number]
        again = [] if state is None else [self.engine.call(place, "become", state)]
        again += [self._send(number, call) for call in self._since[number]]
        wait(again)  # what was raised then is raised again; a loss shows at the next call


class Checkpoints:
    """States by name, in one SQLite file: those of one step, all of them or none.

    Whenever the process ends or the disk is full, the file holds the last whole step.  It is
    written by one process: places hand over their states, and need no folder that all machines see.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, step: int, states: Mapping[str, bytes]) -> None:
        """Put these in the place of the step before; :class:`~.places.EngineError` if it can't."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as book, book:
                book.execute("CREATE TABLE IF NOT EXISTS kept (step, name, state)")
                book.execute("DELETE FROM kept")
                rows = [(step, name, state) for name, state in states.items()]
                book.executemany("INSERT INTO kept VALUES (?, ?, ?)", rows)
        except (OSError, sqlite3.Error) as error:
            raise EngineError(
                f"step {step} could not be kept in {self.path} ({error}): make room, and the same "
                "call goes on from the step before"
            ) from error

    def read(self) -> tuple[int, dict[str, bytes]] | None:
        """The last whole step, or None; :class:`~.places.EngineError` for another file."""
        if not self.path.is_file():
            return None
        try:
            with closing(sqlite3.connect(self.path)) as book:
                rows = book.execute("SELECT step, name, state FROM kept").fetchall()
        except sqlite3.Error as error:
            raise EngineError(
                f"{self.path} holds no kept step ({error}): delete it to begin anew"
            ) from error
        return (rows[0][0], {name: state for _, name, state in rows}) if rows else None
