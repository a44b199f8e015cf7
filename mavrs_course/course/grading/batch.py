"""Grade notebooks: ``grade`` never raises because of a learner's file, and never touches it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mavrs_course.course import registry, state
from mavrs_course.course.grading.beside import files_beside
from mavrs_course.course.grading.grades import MISSING, ExerciseGrade, NotebookGrade
from mavrs_course.course.grading.isolation import Isolation, isolate
from mavrs_course.course.grading.kernel import Kernel, KernelFailedError, StoppedError
from mavrs_course.course.grading.reading import Cell, UnreadableError, read_cells
from mavrs_course.course.grading.restoring import (
    AnswerKey,
    answered,
    find_key,
    plan,
    read_keys,
)
from mavrs_course.course.grading.running import GradingLimits, Performance
from mavrs_course.course.limits import CHECK_SECONDS
from mavrs_course.words import one_line


def grade(
    paths: Sequence[str | Path],
    *,
    root: Path,
    cell_timeout: float = CHECK_SECONDS,
    notebook_timeout: float = 900.0,
    jobs: int | None = None,
    sandbox: bool = True,
    progress: Callable[[NotebookGrade], None] | None = None,
) -> list[NotebookGrade]:
    """Grade notebooks, and those in folders, against ``root/solutions``; in the order given.

    Each notebook is copied to a temporary folder and run there in a fresh kernel of this Python.
    Checks come from the solutions, so it does not matter what became of them in the notebook,
    and each exercise is judged on its own: a cell that fails, hangs or kills the kernel costs
    its own exercise and no other.

    cell_timeout, notebook_timeout: seconds; a check has half as long again as a cell.
    jobs: notebooks at a time; by default one a core, at most two.
    progress: called with each grade as it comes, from one thread at a time.

    sandbox: whether to use one where the system has one.  ``docs/isolation.md`` says what is
    defended against with it and without.

    Raises :class:`~mavrs_course.course.grading.restoring.NoSolutionsError` when there is nothing to
    grade against.
    """
    keys = read_keys(Path(root))
    notebooks = [notebook for path in paths for notebook in _expand(Path(path))]
    stop, one_at_a_time = threading.Event(), threading.Lock()
    isolation = isolate(Path(root), sandbox)
    room = Room(GradingLimits(cell_timeout, notebook_timeout), stop, isolation)
    jobs = jobs or min(2, os.cpu_count() or 1)

    def work(path: Path) -> NotebookGrade:
        result = _grade_one(path, keys, room)
        with one_at_a_time:
            if progress is not None:
                progress(result)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        try:
            return list(pool.map(work, notebooks))
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _expand(path: Path) -> Iterator[Path]:
    """A notebook itself; the notebooks of a folder, but for those in hidden folders."""
    found = []
    if os.path.isdir(path):  # Path.is_dir raises where a folder may not be entered
        inside = (notebook.relative_to(path) for notebook in path.rglob("*.ipynb"))
        found = sorted(n for n in inside if not any(part.startswith(".") for part in n.parts))
    yield from (path / notebook for notebook in found) if found else (path,)


@dataclass(frozen=True)
class Room:
    """What a notebook is graded in.

    limits: of time.  stop: once set, whatever runs raises
    :class:`~mavrs_course.course.grading.kernel.StoppedError`.  isolation: by default limits alone.
    own: whether the attempts that this machine remembers are the learner's, for the next hint.
    """

    limits: GradingLimits = field(default_factory=GradingLimits)
    stop: threading.Event = field(default_factory=threading.Event)
    isolation: Isolation = field(default_factory=Isolation)
    own: bool = True

    def perform(
        self, key: AnswerKey, cells: Sequence[Cell], beside: Mapping[str, Path] | None = None
    ) -> list[ExerciseGrade]:
        """The grade of each exercise, in the lesson's order.

        beside: files that are there too, by their names relative to the notebook.  Raises
        :class:`~mavrs_course.course.grading.kernel.KernelFailedError`.
        """
        with tempfile.TemporaryDirectory(prefix="mavrs-", ignore_cleanup_errors=True) as temporary:
            folder, scratch = Path(temporary, "exercises"), Path(temporary, "kernel")
            folder.mkdir()
            for name, file in (beside or {}).items():
                copy = folder / name
                with contextlib.suppress(OSError):  # a name that this file system can't hold
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, copy)
            environment = {
                "MAVRS_STATE": str(_state(Path(temporary, "state"), self.own)),
                "MAVRS_EXERCISES": registry.package(),
            }
            with Kernel(folder, scratch, environment, self.stop, self.isolation) as kernel:
                show = Performance(kernel, folder, environment, self.limits)
                grades = show.play(plan(key, cells))
        order = [check.id for check in key.checks]
        return sorted(grades, key=lambda grade: order.index(grade.id))


def _grade_one(path: Path, keys: Sequence[AnswerKey], room: Room) -> NotebookGrade:
    start = time.monotonic()
    key = None
    try:
        key = find_key(keys, path)
        cells = read_cells(path)
        key = find_key(keys, path, cells)
        if key is None:
            raise UnreadableError(
                "no exercise of this course is in it: grade a notebook of exercises/, under its "
                "own name if its cells have lost theirs"
            )
        if answered(key, cells):
            exercises, error = room.perform(key, cells, files_beside(path, cells)), ""
        else:
            exercises, error = (
                all_missing(key),
                "none of the lesson's exercises is in this notebook",
            )
    except StoppedError:
        raise
    except (UnreadableError, KernelFailedError) as problem:
        exercises, error = [], str(problem)
    except Exception as problem:  # one notebook never stops the others
        exercises, error = [], f"the grader failed: {type(problem).__name__}: {problem}"
    return NotebookGrade(
        notebook=os.fsencode(path).decode("utf-8", "replace"),
        lesson=key.name if key else "",
        max_points=key.max_points if key else 0,
        seconds=time.monotonic() - start,
        exercises=exercises,
        error=one_line(error),
    )


def all_missing(key: AnswerKey) -> list[ExerciseGrade]:
    """The grades of a notebook that holds no exercise of the lesson."""
    lesson = key.name[:2]
    text = f"Its cell is gone: `mavrs reset {lesson}` gives a fresh copy."
    return [ExerciseGrade(check.id, 0, check.points, MISSING, text) for check in key.checks]


def _state(folder: Path, own: bool) -> Path:
    """A place for attempts, with those so far if they are the learner's; what is added is lost."""
    folder.mkdir()
    with contextlib.suppress(OSError):
        if own:
            shutil.copyfile(state.folder() / state.FILE, folder / state.FILE)
    return folder
