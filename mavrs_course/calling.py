"""Calls that may never come back: they go on in a thread, and nobody waits longer than agreed."""

from __future__ import annotations

from collections.abc import Callable
from threading import TIMEOUT_MAX, Thread
from typing import Any


class LateError(Exception):
    """A call did not come back within its seconds."""


class BusyError(LateError):
    """An earlier call has not come back yet, so another one was not made."""


class Call:
    """``call()`` in a thread of its own, which goes on when nobody waits for it any more."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._outcome: tuple[Any, BaseException | None] | None = None
        # A daemon, so that a call that never ends does not keep Python from ending.
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._outcome = self._call(), None
        except BaseException as error:  # whatever it is, it belongs to whoever has asked
            self._outcome = None, error

    @property
    def running(self) -> bool:
        """Whether it has not come back yet."""
        return self._thread.is_alive()

    def result(self, seconds: float) -> Any:
        """What the call gave, or raised; :class:`LateError` where that takes longer."""
        self._thread.join(min(max(0.0, seconds), TIMEOUT_MAX))
        if self._outcome is None:
            raise LateError(f"did not answer within {seconds:g} s")
        value, error = self._outcome
        if error is not None:
            raise error
        return value


class Patience:
    """Calls one after another, each with ``seconds`` to come back; None waits for ever.

    Who is late is left to finish, and is not called again until then: :class:`BusyError`.
    """

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None and not seconds > 0:
            raise ValueError(f"a deadline is a number of seconds above 0, not {seconds}")
        self.seconds = seconds
        self._last: Call | None = None

    def call(self, function: Callable[[], Any]) -> Any:
        """What ``function()`` gives, or raises."""
        if self.seconds is None:
            return function()
        if self._last is not None and self._last.running:
            raise BusyError("still busy")
        self._last = Call(function)
        return self._last.result(self.seconds)
