"""A course about nothing, and what its class hands in."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import nbformat

TESTS = Path(__file__).parent
NAME = "07_toys"
POINTS = {"07.1": 2, "07.2": 1, "07.3": 3, "07.4": 1}
ANSWERS = {
    "07.1": "def double(x):\n    return 2 * x",
    "07.2": "def total(values):\n    return sum(values)",
    "07.3": 'def greet(name):\n    return f"Hello {name}"',
    "07.4": "def largest(values):\n    return max(values)",
}
WRONG = {
    "07.1": "def double(x):\n    return x * x",
    "07.2": "def total(values):\n    return len(values)",
    "07.3": 'def greet(name):\n    return "Hello"',
    "07.4": "def largest(values):\n    return min(values)",
}
SETUP = "import math\n\nfrom mavrs_course.course import check"


def environment(state: Path) -> dict[str, str]:
    """Variables with which a process knows the toy exercises and leaves the user's files alone."""
    python_path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    return {
        "MAVRS_EXERCISES": "toy_exercises",
        "MAVRS_STATE": str(state),
        "PYTHONPATH": python_path,
        "IPYTHONDIR": str(state / "ipython"),
        "JUPYTER_CONFIG_DIR": str(state / "jupyter"),
        "JUPYTER_DATA_DIR": str(state / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(state / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }


def names(exercise: str) -> tuple[str, str]:
    """The ids of the cell to fill in and of its check."""
    number = exercise.replace(".", "-")
    return f"exercise-{number}", f"check-{number}"


def cell(name: str, source: str, **nbgrader) -> nbformat.NotebookNode:
    metadata = {}
    if nbgrader:
        base = {"schema_version": 3, "grade_id": name, "cell_type": "code", "task": False}
        metadata["nbgrader"] = base | nbgrader
    return nbformat.v4.new_code_cell(source, id=name, metadata=metadata)


def notebook(cells) -> nbformat.NotebookNode:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def check_source(exercise: str, hidden: bool) -> str:
    function = re.search(r"def (\w+)", ANSWERS[exercise])[1]
    source = f'check("{exercise}", {function})'
    if hidden:
        call = f'check("{exercise}", {function}, hidden=True)'
        source += f"\n### BEGIN HIDDEN TESTS\n{call}\n### END HIDDEN TESTS"
    return source


def exercise_cell(exercise: str, source: str) -> nbformat.NotebookNode:
    return cell(names(exercise)[0], source, grade=False, solution=True, locked=False)


def check_cell(exercise: str, hidden: bool = False) -> nbformat.NotebookNode:
    source = check_source(exercise, hidden)
    points = POINTS[exercise]
    nbgrader = {"grade": True, "solution": False, "locked": True, "points": points}
    return cell(names(exercise)[1], source, **nbgrader)


def solution() -> nbformat.NotebookNode:
    """The source of the toy exercises, as the course's own solutions are written."""
    cells = [nbformat.v4.new_markdown_cell("# 07 · Toys", id="header"), cell("setup", SETUP)]
    for exercise, answer in ANSWERS.items():
        first, _, body = answer.partition("\n")
        source = f"{first}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells += [exercise_cell(exercise, source), check_cell(exercise, hidden=True)]
    return notebook(cells)


def stub(exercise: str) -> str:
    first = ANSWERS[exercise].partition("\n")[0]
    return f'{first}\n    raise NotImplementedError("Exercise {exercise} is yours to write")'


def handed_in(**answers: str) -> nbformat.NotebookNode:
    """A learner's notebook; ``e1`` to ``e4`` replace the right answers to 07.1 to 07.4."""
    cells = [nbformat.v4.new_markdown_cell("# 07 · Toys", id="header"), cell("setup", SETUP)]
    for exercise, right in ANSWERS.items():
        source = answers.get(f"e{exercise[-1]}", right)
        cells += [exercise_cell(exercise, source), check_cell(exercise)]
    return notebook(cells)


def unsolved() -> nbformat.NotebookNode:
    return handed_in(**{f"e{exercise[-1]}": stub(exercise) for exercise in ANSWERS})


def make_course(folder: Path) -> Path:
    """A folder with the solutions of the toy course."""
    for name in ("notebooks", "exercises", "solutions"):
        (folder / name).mkdir(parents=True)
    save(solution(), folder / "solutions" / f"{NAME}.ipynb")
    return folder


def save(content: nbformat.NotebookNode | dict, path: Path) -> Path:
    """Write a notebook as it is, valid or not."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
