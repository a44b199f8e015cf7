"""A learner's own copies, in ``mine/``, so that an update of the course meets no work of theirs.

``mavrs lab`` makes them.  git ignores the folder, so ``git pull`` has nothing to conflict with.
"""

from __future__ import annotations

import copy
import platform
from pathlib import Path

from nbformat import NotebookNode

from mavrs_course.course.handout import MADE, fingerprint
from mavrs_course.course.lessons import lessons
from mavrs_course.course.notebook import (
    OURS,
    BuildError,
    language_info,
    normalise,
    read,
    text_of,
    write_text,
)
from mavrs_course.course.outline import HEADER

FOLDER = "mine"
NEWER = ".new.ipynb"
GOES_ON = "raises-exception"  # JupyterLab's and nbclient's name for it
VERSION = "version"  # the key of the fingerprint of what was copied


def refresh(root: Path) -> list[str]:
    """Bring the copies under ``root/mine`` up to date; a sentence for each that could not be.

    A copy that was only read and run follows the course.  Where somebody has worked in one and
    the course has a newer version, the work stays, and the newer is put beside it.
    """
    told = []
    for lesson in lessons(root):
        for source in (lesson.notebook, lesson.exercise):
            if source.exists():
                told += _refresh(source, mine(root, source))
    return told


def mine(root: Path, path: Path) -> Path:
    """Where the learner's copy of a notebook of the course is, or would be."""
    return root / FOLDER / path.relative_to(root)


def _refresh(source: Path, target: Path) -> list[str]:
    fresh = own_copy(read(source))
    if not target.exists():
        _write(target, fresh)
        return []
    try:
        there = read(target)
    except BuildError as error:
        return [f"{error}; yours is left as it is"]
    if _version(there) == _version(fresh) or _written(there) == _written(fresh):
        return []
    if not _worked_in(there):
        _write(target, fresh)
        return []
    beside = target.with_name(target.stem + NEWER)
    if beside.exists() and (_version(read(beside)) == _version(fresh) or _worked_in(read(beside))):
        return []  # it was told when it was put there
    _write(beside, fresh)
    name = f"{FOLDER}/{target.parent.name}/{target.name}"
    return [f"{name}: you have worked in it, so it stays; the newer version is {beside.name}"]


def own_copy(notebook: NotebookNode) -> NotebookNode:
    """As it is handed out, with its version, and as JupyterLab would complete it.

    "Run All" goes on past an exercise that is not solved: so JupyterLab is told by a tag.  The
    exercises of the course lack it, for nbval lets a tagged cell pass.
    """
    fresh = copy.deepcopy(notebook)
    normalise(fresh)
    ours = fresh.metadata.setdefault(OURS, {})
    made = ours.get(MADE)
    brought = made is not None and made != fingerprint(notebook)  # somebody's work before mine/
    ours[VERSION] = "" if brought else _written(notebook)
    if made is not None:
        for cell in fresh.cells:
            if cell.cell_type == "code":
                cell.metadata["tags"] = sorted({*cell.metadata.get("tags", ()), GOES_ON})
    fresh.metadata["language_info"] = language_info() | {"version": platform.python_version()}
    return fresh


def _version(notebook: NotebookNode) -> str | None:
    """The fingerprint of what was copied."""
    return notebook.metadata.get(OURS, {}).get(VERSION)


def _worked_in(notebook: NotebookNode) -> bool:
    return _written(notebook) != _version(notebook)


def _written(notebook: NotebookNode) -> str:
    """The fingerprint of all but the header, in which each build writes the seconds it measured."""
    plain = copy.copy(notebook)
    plain.cells = [cell for cell in notebook.cells if cell.id != HEADER]
    return fingerprint(plain)


def _write(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text_of(notebook))
