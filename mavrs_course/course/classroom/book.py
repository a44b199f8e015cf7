"""Where a class's grades are kept: ``grades.json`` in the folder of its results."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from mavrs_course.course.classroom.handin import Gradebook
from mavrs_course.course.files import write_whole

GRADES = "grades.json"


class NoGradebook(LookupError):
    """There are no grades to read; the text says why, and what to do."""


def results_of(folder: Path) -> Path:
    """Where the results of a class go unless it is said: beside its folder."""
    folder = folder.absolute()
    return folder.with_name(f"{folder.stem}-grades")


def read_gradebook(path: Path) -> Gradebook:
    """The grades in a file, or in a folder of results; raises :class:`NoGradebook`."""
    path = path / GRADES if path.is_dir() else path
    try:
        return Gradebook.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NoGradebook(f"there is no {path}: run `mavrs class grade FOLDER` first") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise NoGradebook(f"{path} cannot be read: {error}") from None


def write_gradebook(book: Gradebook, path: Path) -> None:
    """Write the grades; readers see the old file or the new one."""
    text = json.dumps(book.as_dict(), indent=1, ensure_ascii=False)
    write_whole(path, (text + "\n").encode("utf-8", "replace"))


def schema() -> dict[str, Any]:
    """The JSON schema of the form."""
    text = files(__package__).joinpath("grades.schema.json").read_text(encoding="utf-8")
    return json.loads(text)
