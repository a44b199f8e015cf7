"""The difference between two notebooks as people read it: cell by cell, without JSON."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from mavrs_course.course.notebook import digest, parse

LONG = 200


def unified(path: Path, before: str, after: str) -> str:
    """A unified diff of two texts of a file; notebooks are compared by their cells."""
    old, new = before, after
    if path.suffix == ".ipynb":
        old, new = _readable(before), _readable(after)
        if old == new:  # the same cells, written another way
            old, new = before, after
    name = path.as_posix()
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name} (as it is)", f"{name} (as built)", lineterm=""
    )
    return "\n".join(lines)


def _readable(text: str) -> str:
    try:
        return "\n".join(_lines(parse(text)))
    except Exception:  # not a notebook, or none yet
        return text


def _lines(notebook: NotebookNode) -> Iterator[str]:
    for name, value in sorted(notebook.metadata.items()):
        text = json.dumps(value, sort_keys=True)
        yield f"{name}: {text if len(text) < LONG else digest(value)}"
    for cell in notebook.cells:
        yield f"──── {cell.cell_type} cell {cell.id} {dict(cell.metadata) or ''}".rstrip()
        yield from cell.source.split("\n")
        if cell.get("outputs"):
            yield f"(outputs {digest(cell.outputs)})"
