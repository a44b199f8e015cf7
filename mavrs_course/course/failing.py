"""``failing``: the case in which an answer last failed, as objects to play with."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from mavrs_course.course.display import OneLineError
from mavrs_course.course.show import show
from mavrs_course.course.sliced import handed_out

if TYPE_CHECKING:
    from mavrs_course.course.exercise import Trial

_last: dict[str, Trial] = {}


class NothingFailedError(OneLineError, LookupError):
    """No check of this exercise has failed since the kernel started."""


class FailingCase:
    """One case of a check, in copies.

    label: what is special about it.  inputs: by name; each is also an attribute, ``case.votes``.
    returned, expected: the answer's result and the right one.  error: what was raised, or None.
    """

    def __init__(self, trial: Trial) -> None:
        self.label: str = trial.case.label
        self.inputs: dict[str, Any] = dict(
            zip(trial.names, handed_out(trial.case).inputs, strict=False)
        )
        self.returned = _copy(trial.returned)
        self.expected = _copy(trial.expected)
        self.error = trial.error
        self.expected_error = trial.wanted.error

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["inputs"][name]
        except KeyError:
            there = ", ".join(self.__dict__.get("inputs", {}))
            raise AttributeError(f"this case has no {name}; its inputs are {there}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.inputs]

    def __repr__(self) -> str:
        lines = [self.label, *(f"  {name} = {show(value)}" for name, value in self.inputs.items())]
        returned = repr(self.error) if self.error is not None else show(self.returned)
        expected = self.expected_error
        wanted = show(self.expected) if expected is None else f"a {type(expected).__name__}"
        return "\n".join([*lines, f"  returned: {returned}", f"  expected: {wanted}"])


def failing(exercise: str) -> FailingCase:
    """The case in which the last check of an exercise failed; raises :class:`NothingFailedError`.

    ``case = failing("13.4")`` gives ``case.inputs`` by name, ``case.returned`` and
    ``case.expected``.  All are copies: change them as you like.
    """
    if exercise not in _last:
        raise NothingFailedError(f"Exercise {exercise}: no check of it has failed here yet.")
    return FailingCase(_last[exercise])


def remember(exercise: str, trial: Trial | None) -> None:
    """Keep the trial that a check shows; None forgets it."""
    _last.pop(exercise, None)
    if trial is not None:
        _last[exercise] = trial


def _copy(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # what cannot be copied is still worth a look
        return value
