"""Exercises made from solutions: the same notebook, less what the learner is to find."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from mavrs_course.course.notebook import OURS, BuildError, digest, normalise

MARKER = re.compile(r"(\s*)### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*")
LIKE_A_MARKER = re.compile(r"#+\s*(BEGIN|END)\s+(SOLUTION|HIDDEN)", re.IGNORECASE)
EXERCISE_CELL = re.compile(r"exercise-(\d\d)-(\d+)")
STUB = "is not written yet"
MADE = "made"  # the fingerprint of what was generated


def exercise_notebook(solution: NotebookNode, name: str) -> NotebookNode:
    """The notebook that learners get: solutions become stubs, hidden tests go, outputs too.

    name: of the solution, for errors.  Raises :class:`BuildError` where a marker is malformed,
    naming notebook, cell and line.
    """
    notebook = copy.deepcopy(solution)
    for cell in notebook.cells:
        where = f"{name}, cell {cell.id}"
        cell.source = _without_regions(cell, where)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata["editable"] = cell.metadata["deletable"] = False
    notebook.metadata.pop("widgets", None)
    notebook.metadata[OURS] = {MADE: fingerprint(notebook)}
    return notebook


def fingerprint(notebook: NotebookNode) -> str:
    """Tells whether somebody has worked in a generated notebook.

    Only what people write counts: not outputs, counts or metadata, not spaces at the ends of
    lines, not the empty cell that JupyterLab adds at the end.
    """
    sources = ((cell.cell_type, _bare(cell.source)) for cell in notebook.cells)
    return digest([(kind, source) for kind, source in sources if source])


def worked_in(notebook: NotebookNode, fresh: NotebookNode) -> bool:
    """Whether a notebook holds something that no build made; ``fresh`` is what one makes now."""
    made = notebook.metadata.get(OURS, {}).get(MADE)
    return fingerprint(notebook) not in (made, fingerprint(fresh))


def untouched(notebook: NotebookNode, fresh: NotebookNode) -> bool:
    """Whether a notebook is the fresh one, but for having been opened and run."""
    notebook = copy.deepcopy(notebook)
    normalise(notebook)
    while notebook.cells and not notebook.cells[-1].source.strip():
        notebook.cells.pop()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)
    return notebook == fresh


def _bare(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.replace("\r", "").split("\n")).strip()


def _without_regions(cell: NotebookNode, where: str) -> str:
    regions = list(_regions(cell.source, where))
    if not regions:
        return cell.source
    if cell.cell_type != "code":
        raise BuildError(f"{where}: markers belong in code cells")
    lines = cell.source.split("\n")
    for kind, first, last, indent in reversed(regions):
        stub = [f"{indent}{_stub(cell, where)}"] if kind == "SOLUTION" else []
        lines[first : last + 1] = stub
    source = "\n".join(lines).rstrip("\n")
    try:
        ast.parse(source)
    except SyntaxError as error:
        line = regions[0][1] + 1
        raise BuildError(
            f"{where}, line {line}: without the marked lines the cell is not Python ({error.msg})"
        ) from None
    return source


def _stub(cell: NotebookNode, where: str) -> str:
    match = EXERCISE_CELL.fullmatch(cell.id)
    if not match:
        raise BuildError(f"{where}: a cell with a solution has an id such as exercise-01-2")
    return f'raise NotImplementedError("Exercise {match[1]}.{match[2]} {STUB}")'


def _regions(source: str, where: str) -> Iterator[tuple[str, int, int, str]]:
    """The marked regions: what they hold, their first and last line, and their indentation."""
    opened: tuple[str, int, str] | None = None
    for place, line in enumerate(source.split("\n")):
        problem = f"{where}, line {place + 1}"
        match = MARKER.fullmatch(line)
        if not match:
            if LIKE_A_MARKER.search(line):
                raise BuildError(f"{problem}: write the marker as ### BEGIN SOLUTION, alone")
            continue
        indent, edge, kind = match.groups()
        if edge == "BEGIN":
            if opened:
                raise BuildError(f"{problem}: BEGIN {kind} before the END {opened[0]} of the last")
            opened = (kind, place, indent)
        elif not opened or opened[0] != kind:
            raise BuildError(f"{problem}: END {kind} without its BEGIN")
        else:
            yield kind, opened[1], place, opened[2]
            opened = None
    if opened:
        raise BuildError(f"{where}, line {opened[1] + 1}: BEGIN {opened[0]} without its END")
