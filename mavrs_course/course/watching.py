"""A learner's class as the check uses it: what its methods are given, change and give back.

A check plays with objects of the class.  Meanwhile its methods look at their arguments before and
after each call from outside, and turn what they return into lists where it is a generator or a
view of a dictionary.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from mavrs_course.course.compare import compare
from mavrs_course.course.values import is_plain, settled

LARGEST = 100_000
_LIBRARIES = {"builtins", "typing", "abc", "collections", "torch", "pettingzoo", "gymnasium"}


@dataclass
class Notes:
    """What was seen of the calls.

    changed: methods with the name of an argument that they changed.  last: the method that was
    called last, with what it returned.  raised: the error that a method raised, if one did.
    """

    changed: set[tuple[str, str]] = field(default_factory=set)
    last: tuple[str, Any] | None = None
    raised: BaseException | None = None
    depth: int = 0


@contextlib.contextmanager
def watched(answer: Any, notes: Notes) -> Iterator[None]:
    """Let the methods of a class take notes; it stays the same class, and is put back after."""
    if not isinstance(answer, type):
        yield
        return
    own = dict(vars(answer))
    methods = _methods(answer)
    try:
        with contextlib.suppress(TypeError, AttributeError):  # a class that wants no change
            for name, method in methods.items():
                setattr(answer, name, _noting(method, notes))
        yield
    finally:
        for name in methods:
            with contextlib.suppress(TypeError, AttributeError):
                setattr(answer, name, own[name]) if name in own else delattr(answer, name)


def _methods(answer: type) -> dict[str, FunctionType]:
    """The public methods, also those of the learner's own base classes."""
    return {
        name: method
        for base in reversed(answer.__mro__)
        if base.__module__.partition(".")[0] not in _LIBRARIES
        for name, method in vars(base).items()
        if isinstance(method, FunctionType) and (not name.startswith("_") or name == "__init__")
    }


def _noting(method: FunctionType, notes: Notes) -> FunctionType:
    names = list(inspect.signature(method).parameters)

    @functools.wraps(method)
    def noting(*args, **kwargs):
        if notes.depth:  # the class talks to itself
            return method(*args, **kwargs)
        given = dict(zip(names[1:], args[1:], strict=False)) | kwargs
        before = {name: _copy(value) for name, value in given.items()}
        notes.depth += 1
        try:
            result = settled(method(*args, **kwargs))
        except BaseException as error:
            notes.raised = error
            raise
        finally:
            notes.depth -= 1
        for name, value in before.items():
            if value is not None and compare(given[name], value, 1e-12):
                notes.changed.add((method.__name__, name))
        notes.last = method.__name__, result
        return result

    return noting  # type: ignore[return-value]  # it wraps a method as it is


def _copy(value: Any) -> Any:
    """A copy of data that can be changed in place; None for anything else."""
    if isinstance(value, np.ndarray):
        return value.copy() if value.dtype != object and value.size <= LARGEST else None
    if isinstance(value, list | dict | set) and len(value) <= 1000 and is_plain(value):
        return copy.deepcopy(value)
    return None


class Head(io.StringIO):
    """Keeps the first characters that are printed to it."""

    most = 400

    def write(self, text: str) -> int:
        return super().write(text[: max(0, self.most - self.tell())])
