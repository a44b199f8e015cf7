"""Where a class's grades are kept: ``grades.json`` in the folder of its results."""

from __future__ import annotations

import errno
import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from mavrs_course.course.classroom.handin import Gradebook
from mavrs_course.files import write_whole

GRADES, JOURNAL = "grades.json", "journal"
PROBE = 1 << 20


class NoGradebookError(LookupError):
    """There are no grades to read; the text says why, and what to do."""


def results_of(folder: Path) -> Path:
    """Where the results of a class go unless it is said: beside its folder."""
    folder = folder.absolute()
    short = folder.stem.encode()[:200].decode("utf-8", "ignore")
    return folder.parent / f"{short or 'class'}-grades"


def check_writable(path: Path) -> None:
    """Find out whether a file could be written there, a full disk included; raises OSError."""
    if is_stream(path):
        return
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(PROBE))
            probe.flush()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OSError(
            f"grades cannot be written to {path}: {reason}. Name another place."
        ) from None


def is_stream(path: Path) -> bool:
    """Whether a path is a pipe, a terminal or /dev/stdout, which no file can take the place of."""
    special = path.resolve().parts[1:2] in (("dev",), ("proc",)) or path.parts[1:2] == ("dev",)
    return special or (path.exists() and not path.is_file() and not path.is_dir())


def read_gradebook(path: Path) -> Gradebook:
    """The grades in a file, or in a folder of results; raises :class:`NoGradebookError`."""
    path = path / GRADES if path.is_dir() else path
    try:
        return Gradebook.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NoGradebookError(
            f"there is no {path}: run `mavrs class grade FOLDER` first"
        ) from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise NoGradebookError(f"{path} cannot be read: {error}") from None


def write_gradebook(book: Gradebook, path: Path) -> None:
    """Write the grades; readers see the old file or the new one."""
    text = json.dumps(book.as_dict(), indent=1, ensure_ascii=False)
    write_output(path, (text + "\n").encode("utf-8", "replace"))


def write_output(path: Path, data: bytes) -> None:
    """Write a file as a whole, or to the end of a stream; raises OSError."""
    if is_stream(path):
        path.write_bytes(data)
    else:
        write_whole(path, data)


def schema() -> dict[str, Any]:
    """The JSON schema of the form."""
    text = files(__package__).joinpath("grades.schema.json").read_text(encoding="utf-8")
    return json.loads(text)
