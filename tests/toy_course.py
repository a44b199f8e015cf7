"""A course of one lesson in a folder of its own, to build, break and grade."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mavrs_course.course.notebook import text_of

EXERCISES = '''
"""Two toy exercises."""

from mavrs_course.course import Case, Exercise, Mistake


def double(x):
    return 2 * x


class Counter:
    def __init__(self):
        self.seen = 0

    def add(self, n):
        self.seen += n
        return self.seen


def numbers(rng):
    return [Case("three", (3,)), Case("any number", (int(rng.integers(4, 9)),))]


def counted(answer, case):
    counter = answer()
    counter.add(1)
    return counter.add(*case.inputs)


EXERCISES = [
    Exercise(
        id="01.1", title="Double it", minutes=5, difficulty=1, points=2, objective="L01.1",
        reference=double, cases=numbers, hints=("Add it to itself.",),
        mistakes=(
            Mistake("squared", lambda x: x * x, "You squared it."),
            Mistake("halved", lambda x: x / 2, "You halved it."),
            Mistake("unchanged", lambda x: x, "You returned it as it was."),
        ),
        others=(lambda x: x + x,), praise="Now you can double.",
    ),
    Exercise(
        id="01.2", title="Count", minutes=10, difficulty=2, points=3, objective="L01.2",
        reference=Counter, cases=numbers, observe=counted, hints=("Keep a sum.", "self.seen += n"),
        mistakes=(), others=(),
    ),
]
'''

DOUBLE = '''def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice = 2 * x
    return twice
    ### END SOLUTION'''

COUNTER = """class Counter:
    def __init__(self):
        self.seen = 0

    def add(self, n):
        ### BEGIN SOLUTION
        self.seen += n
        ### END SOLUTION
        return self.seen"""

HEADER = """# 01 · A toy

At its end you can double.

<!-- mavrs:minutes --><!-- /mavrs:minutes -->"""


def make_course(root: Path) -> Path:
    """Write the toy course under ``root``: a lesson, solutions, a README, the package ``toys``."""
    for name in ("notebooks", "solutions", "exercises", "toys"):
        (root / name).mkdir(parents=True)
    (root / "toys" / "__init__.py").write_text("")
    (root / "toys" / "lesson_01.py").write_text(EXERCISES)
    (root / "README.md").write_text(
        "# Toys\n\n<!-- mavrs:course-map -->\n<!-- /mavrs:course-map -->\n\nThe end.\n"
    )
    write(root / "notebooks" / "01_toys.ipynb", lesson_cells())
    write(root / "solutions" / "01_toys.ipynb", solution_cells())
    return root


def write(path: Path, cells: list) -> None:
    path.write_text(text_of(new_notebook(cells=cells)), encoding="utf-8")


def lesson_cells() -> list:
    return [
        new_markdown_cell(HEADER, id="header"),
        new_markdown_cell("- **L01.1** double\n- **L01.2** count", id="objectives"),
        new_code_cell("from mavrs_course.course import claim\n\nprint(1 + 1)", id="add"),
        new_code_cell(
            'claim("01.1", "Doubling adds", [1, 2, 3, 4, 5], at_least=0, unit="points")',
            id="claim",
            metadata={"tags": ["claim"], "ExecuteTime": {"start": 1}},
        ),
    ]


def solution_cells() -> list:
    return [
        new_markdown_cell(HEADER.replace("A toy", "Exercises"), id="header"),
        new_code_cell("from mavrs_course.course import check", id="imports"),
        *exercise_cells("01-1", 2, "double", DOUBLE),
        *exercise_cells("01-2", 3, "Counter", COUNTER),
    ]


def exercise_cells(number: str, points: int, name: str, source: str) -> list:
    exercise_id = number.replace("-", ".")
    check = "\n".join(
        [
            f'check("{exercise_id}", {name})',
            "### BEGIN HIDDEN TESTS",
            f'check("{exercise_id}", {name}, hidden=True)',
            "### END HIDDEN TESTS",
        ]
    )
    return [
        _graded(new_markdown_cell(f"Write `{name}`.", id=f"task-{number}"), locked=True),
        _graded(new_code_cell(source, id=f"exercise-{number}"), solution=True),
        _graded(new_code_cell(check, id=f"check-{number}"), grade=True, locked=True, points=points),
    ]


def _graded(cell, **flags):
    cell.metadata["nbgrader"] = nbformat.from_dict(
        {
            "schema_version": 3,
            "grade_id": cell.id,
            "cell_type": cell.cell_type,
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
        }
        | flags
    )
    return cell
