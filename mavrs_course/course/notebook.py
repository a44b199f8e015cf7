"""Notebook files: read whatever the editor left, keep what matters, write one form of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from mavrs_course.files import write_whole

OURS = "mavrs"  # the key of our own metadata
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_METADATA = ("tags", "nbgrader", "jupyter", "editable", "deletable", "slideshow", "alt")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RUN_ME = "*Run this cell: what can be moved and clicked appears here.*"


class BuildError(ValueError):
    """A notebook cannot be built; the text names the notebook, the cell and the line."""


def read(path: Path) -> NotebookNode:
    """Read a notebook as version 4.5, with an id for each cell; raises :class:`BuildError`."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BuildError(f"{path.name}: there is no such notebook") from None
    except (OSError, ValueError, AttributeError, TypeError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BuildError(f"{path.name}: not a readable notebook ({reason})") from error


def parse(text: str) -> NotebookNode:
    """A notebook from its text."""
    data = json.loads(text)
    if data.get("nbformat") != 4:
        raise ValueError("it is not in notebook format 4")
    data["nbformat_minor"] = max(5, data.get("nbformat_minor", 0))
    for place, cell in enumerate(data["cells"]):
        cell.setdefault("id", f"cell-{place + 1:02d}")
        cell["source"] = "".join(cell["source"]).replace("\r\n", "\n")
    ids = Counter(cell["id"] for cell in data["cells"])
    if twice := [name for name, count in ids.items() if count > 1]:
        raise ValueError(f"two cells have the id {twice[0]}")
    nbformat.validate(data)
    return nbformat.reads(json.dumps(data), as_version=nbformat.NO_CONVERT)


def text_of(notebook: NotebookNode) -> str:
    """The one text of a notebook: sorted keys, indented by one, a line end at the end."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a file as a whole or not at all, with Unix line ends."""
    write_whole(path, text.encode("utf-8"))


def normalise(notebook: NotebookNode) -> None:
    """Keep what belongs to the course, in place: no editor's traces, no timings, no widgets' state.

    A widget's state without its kernel can't be played with; its picture stays.
    """
    ours = notebook.metadata.get(OURS)
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": language_info()} | ({OURS: ours} if ours else {})
    )
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in CELL_METADATA if name in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = _merged_streams([o for o in cell.outputs if not _is_empty(o)])
            _drop_widget_views(cell.outputs)


def language_info() -> dict[str, Any]:
    """What the kernel says of its language, but for its version, which differs by machine.

    JupyterLab writes it into a notebook that lacks it, and so calls an untouched one changed.
    """
    return {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    }


def _is_empty(output: NotebookNode) -> bool:
    """Whether nothing is left of it, as of the bar of a cell that is done."""
    return output.get("data") in ({}, {"text/plain": ""})


def _merged_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """One stream output for each run of them: how a kernel cuts its text is chance."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.get("name") == last.get("name") and "text" in output and "text" in last:
            last["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def _drop_widget_views(outputs: list[NotebookNode]) -> None:
    """Views of a widget that is not in the file would only say that they can't be shown."""
    for output in outputs:
        if output.get("data", {}).pop(WIDGET_VIEW, None) is None:
            continue
        pictures = [kind for kind in output.data if kind.startswith(("image/", "text/html"))]
        if not pictures:
            output.data["text/markdown"] = RUN_ME


def code_digest(notebook: NotebookNode) -> str:
    """Tells whether code has changed since it was run."""
    return digest([cell.source for cell in notebook.cells if cell.cell_type == "code"])


def digest(parts: Any) -> str:
    """A short fingerprint of plain data."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
