"""The cells of a notebook file, read as forgivingly as can be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_BYTES = 100_000_000
SCRIPT_CELL = re.compile(r"^# (?:%%.*|In\[[ \d]*\]:)$", re.MULTILINE)


class UnreadableError(Exception):
    """A file that is no notebook; the text says why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    names: what it may be known by: nbgrader's ``grade_id`` and the cell's id.
    nbgrader: nbgrader's metadata, empty where there is none.
    is_code: false where the notebook says that it is text.
    """

    source: str
    names: tuple[str, ...] = ()
    nbgrader: dict[str, Any] = field(default_factory=dict)
    is_code: bool = True


def read_cells(path: Path) -> list[Cell]:
    """The cells, in order, of a notebook of any format; raises :class:`UnreadableError`.

    Only what grading needs is looked at, so a notebook that Jupyter finds invalid elsewhere
    (a missing id, a broken output) can still be graded.
    """
    notebook = _parse(_bytes(path))
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) else None
    parts = sheets if isinstance(sheets, list) else [notebook]  # format 3 had worksheets
    lists = [part.get("cells") if isinstance(part, dict) else None for part in parts]
    if not lists or not all(isinstance(cells, list) for cells in lists):
        raise UnreadableError("this file is JSON but not a Jupyter notebook: it has no cells")
    return [_cell(cell) for cells in lists for cell in cells if isinstance(cell, dict)]


def cells_of_script(text: str) -> list[Cell]:
    """The cells of a Python script: parted where Jupytext or nbconvert mark them, else one."""
    parts = SCRIPT_CELL.split(text.replace("\r\n", "\n"))
    return [Cell(part.strip("\n")) for part in parts if part.strip()]


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            size = f"{path.stat().st_size / 1e6:,.0f} MB"
            raise UnreadableError(f"this file has {size}: clear its outputs and save it again")
        if path.exists() and not path.is_file():
            raise UnreadableError("this is not a file: name a notebook, which ends in .ipynb")
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError("there is no such file: check the path") from None
    except PermissionError:
        raise UnreadableError("this file may not be read: change its permissions") from None
    except OSError as error:
        raise UnreadableError(f"this file cannot be read: {error.strerror or error}") from None


def _parse(data: bytes) -> Any:
    if not data.strip():
        raise UnreadableError("this file is empty: save the notebook again")
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # JSON's own signs are the same; only accents may suffer
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if "<<<<<<< " in text:
        raise UnreadableError(
            "git could not merge this notebook: keep one of the two versions of it"
        )
    raise UnreadableError("this file is not a notebook: it does not hold valid JSON")


def _cell(raw: dict) -> Cell:
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    source = source.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    names = (nbgrader.get("grade_id"), raw.get("id"))
    known = tuple(name for name in names if isinstance(name, str))
    return Cell(source, known, nbgrader, raw.get("cell_type") == "code")
