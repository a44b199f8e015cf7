"""Answers that are somebody else's: the library's own function, the reference, a table of cases.

Nothing here refuses an answer.  ``check`` says it kindly, for the loss is the learner's; and the
record of a check carries the same remarks under ``"remarks"``, each ``{"name": ..., "text": ...}``,
so that a grader can show them to the teacher, who decides whether they count.  The names are
:data:`LIBRARY`, :data:`REFERENCE`, :data:`BY_HEART` and :data:`REPLACED`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from mavrs_course.course.compare import compare
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, try_case

LIBRARY, REFERENCE, BY_HEART, REPLACED = "library", "reference", "by heart", "replaced"
PACKAGE = "mavrs_course"
BANKS = tuple(f"{PACKAGE}.{part}" for part in ("bank", "exercises", "course"))
TAUGHT = tuple(
    f"{PACKAGE}.{part}" for part in ("agents", "coordination", "llm", "marl", "metrics", "world")
)
STACK = {"_getframe", "currentframe", "f_back", "f_locals", "get_objects"}
UNSEEN_SEEDS = (3,)


@dataclass(frozen=True)
class Remark:
    """What is odd about an answer, for learner and teacher.  name: one of those of this module."""

    name: str
    text: str


def remarks(exercise: Exercise, answer: Any, replaced: tuple[str, ...]) -> list[Remark]:
    """What a teacher should know of an answer that passed.

    replaced: functions of numpy or Python that a cell had replaced, by name.
    """
    found = []
    if replaced:
        names = ", ".join(f"`{name}`" for name in replaced)
        found.append(Remark(REPLACED, f"{names} had been replaced; the check used the real one."))
    if _fetched(answer, exercise):
        text = "This fetches the course's own answer. Yours is what you will remember."
        found.append(Remark(REFERENCE, text))
    elif name := _borrowed(answer, exercise):
        text = f"The library's own `{name}` does the work here. Written by hand it stays with you."
        found.append(Remark(LIBRARY, text))
    elif _by_heart(exercise, answer):
        text = "It passes on the cases of the check, and not on others: it has to work for any."
        found.append(Remark(BY_HEART, text))
    return found


def _fetched(answer: Any, exercise: Exercise) -> bool:
    """Whether the answer is the reference, or takes it from the bank or from the stack."""
    if answer is exercise.reference and _home(answer).startswith(BANKS):
        return True
    if not callable(exercise.reference):
        return False
    if any(_home(part).startswith(BANKS) for part in _parts(answer)):
        return True
    for code, names in _codes(answer):
        if STACK & set(code.co_names):
            return True
        if any(_of_bank(names.get(name)) for name in (*code.co_names, *code.co_freevars)):
            return True
        if any(f"{name}.".startswith(tuple(f"{b}." for b in BANKS)) for name in code.co_names):
            return True
    return False


def _of_bank(value: Any) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__.startswith(BANKS)
    return isinstance(value, FunctionType | type) and _home(value).startswith(BANKS)


def _borrowed(answer: Any, exercise: Exercise) -> str:
    """The name of what the library teaches and the answer uses, where the reference does not."""
    for part in _parts(answer):
        if _home(part).startswith(TAUGHT) and part not in _parts(exercise.reference):
            return getattr(part, "__name__", "")
    allowed = {name for code, _ in _codes(exercise.reference) for name in code.co_names}
    for code, names in _codes(answer):
        for name in (*code.co_names, *code.co_freevars):
            value = names.get(name)
            if isinstance(value, type) and (name in allowed or issubclass(value, Exception)):
                continue
            is_taught = isinstance(value, FunctionType | type) and _home(value).startswith(TAUGHT)
            if is_taught or f"{name}.".startswith(TAUGHT):
                return name
    return ""


def _by_heart(exercise: Exercise, answer: Any) -> bool:
    """Whether an answer that passed fails in most of the cases that no check tries."""
    if exercise.threshold is not None:
        return False
    tried = [case.inputs for case in cases_of(exercise, (*VISIBLE_SEEDS, *HIDDEN_SEEDS))]
    new = [
        case
        for case in cases_of(exercise, UNSEEN_SEEDS)
        if not any(_equal(case.inputs, inputs) for inputs in tried)
    ]
    failing = sum(not try_case(exercise, answer, case).passed for case in new)
    return failing > len(new) / 2


def _equal(one: tuple, other: tuple) -> bool:
    return len(one) == len(other) and compare(one, other, 0.0) is None


def _home(value: Any) -> str:
    return getattr(value, "__module__", None) or ""


def _parts(answer: Any) -> list[Any]:
    """The function itself under its wrappers, or the class with its bases."""
    while isinstance(answer, functools.partial):
        answer = answer.func
    if isinstance(answer, type):
        return [base for base in answer.__mro__ if base is not object]
    return [answer] if isinstance(answer, FunctionType) else [type(answer)]


def _codes(answer: Any) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """The code of an answer, of what is defined inside it, and of the learner's own helpers."""
    seen, waiting = set(), list(_functions(answer))
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        names = function.__globals__ | _closure(function)
        stack = [function.__code__]
        while stack:
            code = stack.pop()
            yield code, names
            stack += [const for const in code.co_consts if isinstance(const, CodeType)]
            helpers = (names.get(name) for name in (*code.co_names, *code.co_freevars))
            waiting += [
                helper
                for value in helpers
                if _home(value) == function.__module__
                for helper in _functions(value)
            ]


def _functions(value: Any) -> list[FunctionType]:
    found = []
    for part in _parts(value):
        if isinstance(part, FunctionType):
            found.append(part)
        elif isinstance(part, type) and not _home(part).startswith(("torch", "numpy")):
            found += [method for method in vars(part).values() if isinstance(method, FunctionType)]
    return found


def _closure(function: FunctionType) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    found = {}
    for name, cell in cells:
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    return found
