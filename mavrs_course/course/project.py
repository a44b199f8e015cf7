"""Where the course's notebooks are."""

from __future__ import annotations

from pathlib import Path


class NoProjectError(LookupError):
    """There is no course here; the text says where to go."""


def find_root(start: Path | None = None) -> Path:
    """The folder of the course: the nearest one at or above ``start`` that holds its notebooks.

    Without ``start``, the working folder is tried first and then the folder that the package is
    installed from.  Raises :class:`NoProjectError`.
    """
    package = Path(__file__).resolve().parents[2]
    starts = [start.resolve()] if start else [Path.cwd(), package]
    for folder in (parent for start in starts for parent in (start, *start.parents)):
        beside = [(folder / name).is_dir() for name in ("solutions", "exercises")]
        if (folder / "notebooks").is_dir() and any(beside):
            return folder
    raise NoProjectError(
        f"no course in {starts[0]}: go to the folder that holds notebooks/ and exercises/, "
        "or clone the repository again"
    )
