"""A fresh copy of an exercise notebook, with the learner's own kept beside it."""

from __future__ import annotations

import itertools
from pathlib import Path

from mavrs_course.course import state
from mavrs_course.course.handout import exercise_notebook, worked_in
from mavrs_course.course.lessons import find_lesson
from mavrs_course.course.mine import mine, own_copy
from mavrs_course.course.notebook import BuildError, read, text_of, write_text


def reset(root: Path, number: str) -> Path | None:
    """Make the exercise notebook of a lesson anew: the learner's copy where there is one.

    The old one, where somebody has worked in it or it can't be read, is kept as
    ``NAME.mine-1.ipynb`` (or 2, 3, ...: nothing kept is ever overwritten); its path is
    returned, or None where there was nothing to keep.  What has passed stays passed; an answer
    that is written again counts as a new one.

    Raises LookupError for an unknown lesson, and :class:`BuildError` for one without exercises.
    """
    lesson = find_lesson(root, number)
    copied = mine(root, lesson.exercise)
    if lesson.solution.exists():
        fresh = exercise_notebook(read(lesson.solution), lesson.solution.name)
    elif lesson.exercise.exists() and copied.exists():
        fresh = read(lesson.exercise)  # what a teacher handed out has no solutions
    else:
        raise BuildError(f"lesson {lesson.number} has no exercises to make anew")
    path = copied if copied.exists() else lesson.exercise
    if path == copied:
        fresh = own_copy(fresh)
    kept = _free_name(path) if _worth_keeping(path, fresh) else None
    if kept:
        path.rename(kept)
    write_text(path, text_of(fresh))
    state.begin_anew(lesson.number)
    return kept


def _worth_keeping(path: Path, fresh) -> bool:
    if not path.exists():
        return False
    try:
        return worked_in(read(path), fresh)
    except BuildError:
        return True


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.mine-{n}.ipynb") for n in itertools.count(1))
    return next(name for name in names if not name.exists())
