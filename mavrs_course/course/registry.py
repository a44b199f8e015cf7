"""Where exercises are found: in a package with a folder ``lesson_NN`` a lesson, a file an exercise.

A file is named after what is built; its header says which exercise it is
(:mod:`mavrs_course.course.bank`).  Names that begin with ``_`` are for what files share.  The
environment variable ``MAVRS_EXERCISES`` names another such package, so that another course can use
this machinery.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import pkgutil
import re
import tokenize
from collections.abc import Iterator, Sequence
from types import ModuleType

from mavrs_course.course.bank import exercise_of, header_of
from mavrs_course.course.exercise import Exercise, ExerciseHeader

PACKAGE = "mavrs_course.bank"
_TEXT = (tokenize.STRING, tokenize.NAME, tokenize.OP)  # what is no comment, and no line end


class UnknownExerciseError(LookupError):
    """No exercise has this id; the text lists those of the same lesson."""


def package() -> str:
    """The package that holds the exercises."""
    return os.environ.get("MAVRS_EXERCISES") or PACKAGE


def lessons() -> list[str]:
    """The numbers of the lessons that have exercises, in order: ``["00", "01", ...]``."""
    names = _modules(package())
    return sorted({match[1] for name in names if (match := re.fullmatch(r"lesson_(\d\d)", name))})


def exercises_of(lesson: str) -> Sequence[Exercise]:
    """The exercises of one lesson, in order; none for a lesson without any."""
    found = {exercise.id: exercise for exercise in _in_lists(lesson)}
    found |= {exercise.id: exercise for exercise in map(exercise_of, _files(lesson))}
    return [exercise for _, exercise in sorted(found.items())]


def headers_of(lesson: str) -> Sequence[ExerciseHeader]:
    """How the exercises of one lesson are announced, in order, without loading what they check.

    A hundred files are read in a moment; what their answers need can take seconds to import.
    """
    folder = f"{package()}.lesson_{lesson}"
    if _in_lists(lesson):
        return exercises_of(lesson)
    names = [name for name in _modules(folder) if not name.startswith("_")]
    headers = [header_of(_docstring(f"{folder}.{name}")) for name in names]
    return sorted(headers, key=lambda header: header.id)


def _docstring(module: str) -> str:
    """The docstring of a module that is not imported."""
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.origin is not None
    with tokenize.open(spec.origin) as file:
        first = next(t for t in tokenize.generate_tokens(file.readline) if t.type in _TEXT)
    return ast.literal_eval(first.string) if first.type == tokenize.STRING else ""


def find(exercise_id: str) -> Exercise:
    """The exercise with this id, such as ``"01.2"``; raises :class:`UnknownExerciseError`."""
    exercises = exercises_of(str(exercise_id)[:2])
    for exercise in exercises:
        if exercise.id == exercise_id:
            return exercise
    known = ", ".join(exercise.id for exercise in exercises) or "none in this lesson"
    raise UnknownExerciseError(f"there is no exercise {exercise_id!r}; there is: {known}")


def file_of(exercise_id: str) -> ModuleType:
    """The file that holds this exercise; raises :class:`UnknownExerciseError`."""
    exercise = find(exercise_id)
    for file in _files(exercise.lesson):
        if exercise_of(file) is exercise:
            return file
    raise UnknownExerciseError(f"exercise {exercise_id} has no file of its own yet")


def _files(lesson: str) -> Iterator[ModuleType]:
    folder = f"{package()}.lesson_{lesson}"
    for name in _modules(folder):
        if not name.startswith("_"):
            yield importlib.import_module(f"{folder}.{name}")


def _in_lists(lesson: str) -> Sequence[Exercise]:
    """What a module (another course's, say) lists as EXERCISES."""
    if f"lesson_{lesson}" not in _modules(package()):
        return ()
    module = importlib.import_module(f"{package()}.lesson_{lesson}")
    return getattr(module, "EXERCISES", ())


def _modules(package: str) -> list[str]:
    """The names of a package's modules; none where there is no such package, or only a module."""
    try:
        folder = getattr(importlib.import_module(package), "__path__", ())
    except ModuleNotFoundError as error:
        if not (error.name and f"{package}.".startswith(f"{error.name}.")):
            raise
        return []
    return [module.name for module in pkgutil.iter_modules(folder)]
