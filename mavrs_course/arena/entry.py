"""An entry: one Python file, or a folder with ``__init__.py``, that is read and never run here.

What it must define is ``build(world, rng)``, which gives a Coordinator.  It may define ``NAME``, a
text; ``PREDICTIONS``, the learner's 80 % interval of the score of each ability; and ``move(
coordinator, world, rng)``, which takes its system to a second platform.  Names and predictions are
literals, so that nobody has to run an entry to know them.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mavrs_course.words import one_line

MOST_BYTES, MOST_FILES = 20_000_000, 500
LONGEST_NAME = 40


class BadEntryError(ValueError):
    """A file or folder that cannot take part; the text says what it lacks, in one line."""


@dataclass(frozen=True)
class Contender:
    """An entry as it lies on the disk.

    path: the file or folder.  digest: of everything in it, so that another version is another
    entry.  predictions: (low, high) by ability, empty where none are made.
    """

    path: str
    name: str
    digest: str
    predictions: dict[str, tuple[float, float]] = field(default_factory=dict, hash=False)


def read_entry(path: Path) -> Contender:
    """What an entry says of itself, without running it; raises :class:`BadEntryError`."""
    main = path / "__init__.py" if path.is_dir() else path
    if not main.is_file():
        lacks = "has no __init__.py" if path.is_dir() else "is not there"
        raise BadEntryError(f"{path} {lacks}: an entry is a Python file, or a folder with one")
    tree = _parsed(main)
    if "build" not in set(_names(tree)):
        raise BadEntryError(
            f"{main} defines no build(world, rng): it is of another interface, or of another course"
        )
    name = one_line(_literal(tree, "NAME", path.stem), LONGEST_NAME) or path.stem
    predicted = _predictions(_literal(tree, "PREDICTIONS", {}), main)
    return Contender(str(path.resolve()), name, _digest(path), predicted)


def entry_files(path: Path) -> list[Path]:
    """The files of an entry, hidden ones and compiled ones left out; links are not followed."""
    if path.is_file():
        return [path]
    found = [
        file
        for file in sorted(path.rglob("*"))
        if not any(part.startswith((".", "__pycache__")) for part in file.relative_to(path).parts)
        and file.is_file()
        and not file.is_symlink()
    ]
    size = sum(file.stat().st_size for file in found)
    if len(found) > MOST_FILES or size > MOST_BYTES:
        raise BadEntryError(
            f"{path} has {len(found)} files and {size / 1e6:.0f} MB; an entry has at most "
            f"{MOST_FILES} files and {MOST_BYTES / 1e6:.0f} MB"
        )
    return found


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in entry_files(path):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        digest.update(f"{name}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _parsed(main: Path) -> ast.Module:
    if main.stat().st_size > MOST_BYTES:
        raise BadEntryError(f"{main} is larger than {MOST_BYTES / 1e6:.0f} MB")
    try:
        return ast.parse(main.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadEntryError(f"{main} is no Python: {one_line(error)}") from None


def _names(tree: ast.Module) -> Iterator[str]:
    """What a module defines at its top level, by any of Python's ways."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _literal(tree: ast.Module, name: str, default: Any) -> Any:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [name]:
            try:
                return ast.literal_eval(node.value)
            except (ValueError, TypeError, MemoryError, RecursionError):
                raise BadEntryError(f"{name} is written out, as text and numbers alone") from None
    return default


def _predictions(given: Any, main: Path) -> dict[str, tuple[float, float]]:
    try:
        pairs = {str(ability): (float(low), float(high)) for ability, (low, high) in given.items()}
    except (AttributeError, TypeError, ValueError):
        pairs = {"": (1.0, 0.0)}
    if not all(low <= high for low, high in pairs.values()):
        raise BadEntryError(f"{main}: PREDICTIONS is {{'drift': (0.2, 0.5)}}, low before high")
    return pairs
