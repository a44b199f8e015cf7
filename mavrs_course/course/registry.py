"""Where exercises are found: one module ``lesson_NN`` a lesson, each with a list ``EXERCISES``.

The environment variable ``MAVRS_EXERCISES`` names another package of such modules, so that
another course can use this machinery.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from collections.abc import Sequence

from mavrs_course.course.exercise import Exercise

PACKAGE = "mavrs_course.exercises"


class UnknownExercise(LookupError):
    """No exercise has this id; the text lists those of the same lesson."""


def package() -> str:
    """The package that holds the exercises."""
    return os.environ.get("MAVRS_EXERCISES") or PACKAGE


def lessons() -> list[str]:
    """The numbers of the lessons that have exercises, in order: ``["00", "01", ...]``."""
    folder = importlib.import_module(package()).__path__
    names = (module.name for module in pkgutil.iter_modules(folder))
    return sorted(match[1] for name in names if (match := re.fullmatch(r"lesson_(\d\d)", name)))


def exercises_of(lesson: str) -> Sequence[Exercise]:
    """The exercises of one lesson, in order; none for a lesson without any."""
    name = f"{package()}.lesson_{lesson}"
    try:
        return importlib.import_module(name).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return ()


def find(exercise_id: str) -> Exercise:
    """The exercise with this id, such as ``"01.2"``; raises :class:`UnknownExercise`."""
    exercises = exercises_of(str(exercise_id)[:2])
    for exercise in exercises:
        if exercise.id == exercise_id:
            return exercise
    known = ", ".join(exercise.id for exercise in exercises) or "none in this lesson"
    raise UnknownExercise(f"there is no exercise {exercise_id!r}; there is: {known}")
