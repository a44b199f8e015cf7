"""The conventions of lessons and exercises, looked at one by one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from mavrs_course.course.callbacks import overwritten, uses_bare_interact
from mavrs_course.course.execute import WAITS
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.handout import EXERCISE_CELL, STUB, exercise_notebook
from mavrs_course.course.header import MINUTES
from mavrs_course.course.notebook import OURS, BuildError, text_of
from mavrs_course.course.outline import HEADER, OBJECTIVE, OBJECTIVES, TITLE, cell_source
from mavrs_course.course.stated import unshown
from mavrs_course.course.style import style_problems

LARGEST_NOTEBOOK = 2_000_000
CALLS_CLAIM = re.compile(r"^\s*(?:\w+ = )?(?:skip_)?claim\(", re.MULTILINE)
CLAIM_TAG = "claim"
BARE_REPR = re.compile(r"<[^>\n]* at 0x[0-9a-f]+>|\bText\(|<Figure size")
WELCOME = "00"  # states no claims


def lint_lesson(notebook: NotebookNode, number: str, exercises: Sequence[Exercise]) -> list[str]:
    """What is wrong with a lesson, a sentence each, naming the cell."""
    return [
        *_size(notebook),
        *_header(notebook, number),
        *_objectives(notebook, number, exercises),
        *style_problems(notebook),
        *_callbacks(notebook),
        *_outputs(notebook),
        *_waiting(notebook),
        *_figures(notebook),
        *_claims(notebook, number),
    ]


def lint_solution(notebook: NotebookNode, exercises: Sequence[Exercise]) -> list[str]:
    """What is wrong with a notebook of solutions, a sentence each, naming the cell."""
    return [
        *_size(notebook),
        *_registered(notebook, exercises),
        *_grading(notebook, exercises),
        *_stubs(notebook),
        *_waiting(notebook),
    ]


def _size(notebook: NotebookNode) -> Iterator[str]:
    size = len(text_of(notebook).encode())
    if size > LARGEST_NOTEBOOK:
        yield f"it has {size / 1e6:.1f} MB, more than {LARGEST_NOTEBOOK / 1e6:.0f}: smaller figures"


def _header(notebook: NotebookNode, number: str) -> Iterator[str]:
    header = cell_source(notebook, HEADER)
    title = TITLE.search(header)
    if not title or title[1] != number:
        yield f"cell {HEADER}: the notebook starts with '# {number} · Title' in a cell of this id"
    if f"<!-- mavrs:{MINUTES} -->" not in header:
        yield f"cell {HEADER}: the markers for the minutes are missing (<!-- mavrs:{MINUTES} -->)"


def _objectives(
    notebook: NotebookNode, number: str, exercises: Sequence[Exercise]
) -> Iterator[str]:
    stated = OBJECTIVE.findall(cell_source(notebook, OBJECTIVES))
    if not stated:
        yield f"cell {OBJECTIVES}: no objectives such as **L{number}.1** in a cell of this id"
    tested = {exercise.objective for exercise in exercises}
    for objective in stated:
        if objective not in tested:
            yield f"cell {OBJECTIVES}: no exercise tests {objective}"
    for objective in sorted(tested - set(stated)):
        yield f"cell {OBJECTIVES}: an exercise tests {objective}, which is not stated"


def _callbacks(notebook: NotebookNode) -> Iterator[str]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        if uses_bare_interact(cell.source):
            yield f"cell {cell.id}: use interact of mavrs_course.widgets, not of ipywidgets"
    for one in overwritten([cell.source for cell in cells]):
        yield (
            f"cell {cells[one.cell].id}: {one.callback} reads {one.name} when its control is "
            f"moved, and cell {cells[one.later].id} overwrites it"
        )


def _outputs(notebook: NotebookNode) -> Iterator[str]:
    """What a cell leaves behind by accident: an object's bare repr, a picture without words."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data and "text/html" not in data:
                yield f"cell {cell.id}: a picture without alt text; show it with plots.show"
            if set(data) == {"text/plain"} and BARE_REPR.search(data["text/plain"]):
                shown = data["text/plain"].split("\n")[0][:60]
                yield f"cell {cell.id}: it leaves {shown}; end its last line with a semicolon"


def _waiting(notebook: NotebookNode) -> Iterator[str]:
    """Cells that the last run found slow, and no bar said so."""
    for cell, seconds in notebook.metadata.get(OURS, {}).get(WAITS, {}).items():
        yield (
            f"cell {cell}: {seconds:.1f} s pass without a bar; its loop goes through "
            'progress(things, "what")'
        )


def _figures(notebook: NotebookNode) -> Iterator[str]:
    """Numbers of the prose that nothing shows: measured long ago, or never."""
    for cell, stated in unshown(notebook):
        yield (
            f"cell {cell}: it says {stated}, and no cell shows that; print it, or say where it "
            f"comes from: <!-- not shown here: {stated} (by hand) -->"
        )


def _claims(notebook: NotebookNode, number: str) -> Iterator[str]:
    claims = 0
    for cell in notebook.cells:
        tagged = CLAIM_TAG in cell.metadata.get("tags", ())
        calls = cell.cell_type == "code" and CALLS_CLAIM.search(cell.source)
        claims += bool(tagged and calls)
        if calls and not tagged:
            yield f"cell {cell.id}: it states a claim and lacks the tag {CLAIM_TAG}"
        if tagged and not calls:
            yield f"cell {cell.id}: it is tagged {CLAIM_TAG} and states none"
    if not claims and number != WELCOME:
        yield "the lesson states no claim"


def _registered(notebook: NotebookNode, exercises: Sequence[Exercise]) -> Iterator[str]:
    found = {match[1] + "." + match[2]: cell for cell, match in _exercise_cells(notebook)}
    registered = {exercise.id for exercise in exercises}
    for exercise_id in sorted(found.keys() - registered):
        yield f"cell {found[exercise_id].id}: exercise {exercise_id} is not registered"
    for exercise_id in sorted(registered - found.keys()):
        yield f"exercise {exercise_id} is registered and has no cell here"


def _grading(notebook: NotebookNode, exercises: Sequence[Exercise]) -> Iterator[str]:
    cells = {cell.id: cell for cell in notebook.cells}
    for cell in notebook.cells:
        grading = cell.metadata.get("nbgrader")
        if grading and grading.get("grade_id") != cell.id:
            yield f"cell {cell.id}: its grade_id is {grading.get('grade_id')!r}, not the cell's id"
    for exercise in exercises:
        suffix = exercise.id.replace(".", "-")
        check = cells.get(f"check-{suffix}")
        if check is None:
            yield f"exercise {exercise.id} has no cell check-{suffix}"
            continue
        points = check.metadata.get("nbgrader", {}).get("points")
        if points != exercise.points:
            yield f"cell {check.id}: {points} points, and {exercise.points} in the exercise"
        for call in (f'check("{exercise.id}", ', "### BEGIN HIDDEN TESTS", "hidden=True"):
            if call not in check.source:
                yield f"cell {check.id}: it lacks {call}"
        if f"task-{suffix}" not in cells:
            yield f"exercise {exercise.id} has no cell task-{suffix} that states it"
        if f"exercise-{suffix}" in cells and not _is_solution(cells[f"exercise-{suffix}"]):
            yield f"cell exercise-{suffix}: nbgrader's metadata do not call it a solution"


def _is_solution(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _stubs(notebook: NotebookNode) -> Iterator[str]:
    """A stub must be inside a function: else its check finds no answer, and can't name it."""
    try:
        handout = exercise_notebook(notebook, "")
    except BuildError:
        return  # the build says so itself
    for cell, _ in _exercise_cells(handout):
        if STUB not in cell.source:
            yield f"cell {cell.id}: nothing in it is marked with ### BEGIN SOLUTION"
        elif any(STUB in ast.unparse(node) for node in _outside_functions(ast.parse(cell.source))):
            yield f"cell {cell.id}: the marked lines are not inside a function"


def _outside_functions(tree: ast.AST) -> Iterator[ast.Raise]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _outside_functions(node)


def _exercise_cells(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, re.Match]]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (match := EXERCISE_CELL.fullmatch(cell.id)):
            yield cell, match
