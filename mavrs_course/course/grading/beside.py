"""The files that lie beside a notebook and that its code uses."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mavrs_course.course.grading.reading import Cell

MOST_BYTES, MOST_FILES = 20_000_000, 200
LOOKED_AT = 5_000
NOT_TAKEN = (".ipynb", ".zip")


def files_beside(notebook: Path, cells: Sequence[Cell]) -> dict[str, Path]:
    """Those files in the notebook's folder, or below it, that its code names.

    By their names relative to the folder.  Links are not followed, hidden files not taken.
    """
    folder = notebook.parent
    near = {path.relative_to(folder).as_posix(): path for path in _below(folder)}
    return within_limits(named_in([cell.source for cell in cells], near))


def named_in(sources: Iterable[str], files: Mapping[str, Path]) -> dict[str, Path]:
    """Those files that code names, by name or as a module, and those that these name in turn."""
    taken: dict[str, Path] = {}
    waiting = ["\n".join(sources)]
    while waiting:
        text = waiting.pop()
        words = set(re.findall(r"\w+", text))
        for name, path in files.items():
            plain = Path(name)
            module = plain.suffix == ".py" and bool({plain.stem, *plain.parts[:-1]} & words)
            if name not in taken and (module or plain.name in text):
                taken[name] = path
                if plain.suffix == ".py":
                    waiting.append(_text(path))
    return taken


def within_limits(files: Mapping[str, Path]) -> dict[str, Path]:
    """As many of the files as there is room for: the smallest first."""
    sizes = {name: size for name, path in files.items() if (size := _size(path)) is not None}
    taken, total = {}, 0
    for name in sorted(sizes, key=lambda name: (sizes[name], name))[:MOST_FILES]:
        total += sizes[name]
        if total > MOST_BYTES:
            break
        taken[name] = files[name]
    return taken


def _below(folder: Path) -> Iterator[Path]:
    """Plain files under a folder, at most so many that a home folder ends no grading."""
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in names:
            seen += 1
            if seen > LOOKED_AT:
                return
            path = Path(place, name)
            hidden = name.startswith(".") or name.lower().endswith(NOT_TAKEN)
            if not hidden and not path.is_symlink() and path.is_file():
                yield path


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _text(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(1_000_000).decode("utf-8", "replace")
    return ""
