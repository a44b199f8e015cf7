"""Which cells to run in which order: the learner's code, and the course's own checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mavrs_course.course.grading.reading import Cell, Unreadable, read_cells
from mavrs_course.course.lessons import lessons

CHECKED = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")
NUMBER = re.compile(r"(?<!\d)(\d\d)[_-]")


class NoSolutions(LookupError):
    """There is nothing to grade against; the text says what is missing."""


@dataclass(frozen=True)
class Graded:
    """A check of the course: what it is worth, and the cells in which it is answered.

    position: of the check cell in the lesson.  answers: positions of the cells to fill in.
    """

    id: str
    points: float
    source: str
    position: int
    answers: frozenset[int]


@dataclass(frozen=True)
class AnswerKey:
    """What a lesson's answers are graded by: the code cells of its solution notebook."""

    name: str
    cells: Sequence[Cell]

    @cached_property
    def checks(self) -> list[Graded]:
        """The check cells, in order; each is answered by the solution cells just before it."""
        checks, answers = [], []
        for position, cell in enumerate(self.cells):
            if cell.nbgrader.get("grade"):
                points = cell.nbgrader.get("points", 0)
                checks.append(
                    Graded(_checked_id(cell), points, cell.source, position, frozenset(answers))
                )
                answers = []
            elif cell.nbgrader.get("solution"):
                answers.append(position)
        return checks

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    @cached_property
    def setup(self) -> list[int]:
        """Positions of the cells that are neither filled in nor graded, such as the imports.

        What follows the last check cannot matter to any.
        """
        end = max((check.position for check in self.checks), default=0)
        return [position for position in range(end) if position not in self.exercised]

    @cached_property
    def exercised(self) -> frozenset[int]:
        """Positions of the cells that are filled in or graded."""
        positions = {check.position for check in self.checks}
        return frozenset(positions.union(*(check.answers for check in self.checks)))

    def position(self, cell: Cell) -> int | None:
        """Where a learner's cell belongs in the lesson: known by name, by its check, by its text.

        Metadata may have been stripped, and ids lost: whatever is left will do.
        """
        for name in cell.names:
            if name in self._by_name:
                return self._by_name[name]
        if only_checks(cell.source) and (found := CHECKED.search(cell.source)):
            return next((check.position for check in self.checks if check.id == found[1]), None)
        return self._by_text.get(cell.source.strip())

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name: i for i, cell in enumerate(self.cells) for name in cell.names}

    @cached_property
    def _by_text(self) -> dict[str, int]:
        return {self.cells[i].source.strip(): i for i in self.setup}


@dataclass(frozen=True)
class Step:
    """A cell to run.

    check: the check that it is; else answers: the check that it answers.  instead: what to run
    after it if it fails, because more than one exercise needs it.
    """

    source: str
    check: Graded | None = None
    answers: Graded | None = None
    instead: str = ""


def read_keys(root: Path) -> list[AnswerKey]:
    """The answer keys of the lessons that have exercises, in order; raises :class:`NoSolutions`."""
    keys = []
    for lesson in lessons(root):
        if lesson.solution.exists():
            try:
                keys.append(AnswerKey(lesson.name, read_cells(lesson.solution)))
            except Unreadable as problem:
                raise NoSolutions(f"solutions/{lesson.name}.ipynb: {problem}") from None
    keys = [key for key in keys if key.checks]
    if not keys:
        raise NoSolutions(f"nothing to grade against: {root} has no exercises in solutions/")
    return keys


def find_key(keys: Sequence[AnswerKey], path: Path, cells: Sequence[Cell] = ()) -> AnswerKey | None:
    """The answer key of a learner's notebook: told by its cells, else by its name."""

    def likeness(key: AnswerKey) -> tuple[int, bool, bool]:
        known = {key.position(cell) for cell in cells} & key.exercised
        same_number = set(NUMBER.findall(path.stem)) & set(NUMBER.findall(key.name))
        return len(known), key.name in path.stem, bool(same_number)

    best = max(keys, key=likeness)
    return best if any(likeness(best)) else None


def plan(key: AnswerKey, cells: Sequence[Cell]) -> list[Step]:
    """The steps that grade a learner's cells.

    - Every cell of the learner runs, in the learner's order, except calls of ``check`` and
      nothing else.  Where the cell of an exercise is there several times, copies that are still
      the stub are left out, so that the last one that was edited counts.
    - Each check comes from the lesson, whatever became of it in the notebook.  It runs where the
      learner has it, if that is after the exercise; else before the next cell of the lesson.
    - A cell of the lesson that is neither, such as the imports, comes back if it was deleted,
      before the first cell that follows it in the lesson, and if what became of it fails.
    """
    places = [key.position(cell) for cell in cells]
    answered = {place: check for check in key.checks for place in check.answers}
    restored = [(_check_place(check, places), check.position) for check in key.checks]
    restored += [(_setup_place(i, places), i) for i in key.setup if i not in places]
    checks = {check.position: check for check in key.checks}
    waiting = sorted(restored, reverse=True)
    steps = []
    for index in range(len(cells) + 1):
        while waiting and waiting[-1][0] <= index:
            _, position = waiting.pop()
            steps.append(Step(key.cells[position].source, check=checks.get(position)))
        if index < len(cells) and _runs(index, cells, places, answered):
            place = places[index]
            instead = key.cells[place].source if place in key.setup else ""
            steps.append(Step(cells[index].source, None, answered.get(place), instead))
    return steps


def only_checks(source: str) -> bool:
    """Whether a cell does nothing but call ``check``."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(statements) and all(
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "check"
        for statement in statements
    )


def _checked_id(cell: Cell) -> str:
    found = CHECKED.search(cell.source)
    return found[1] if found else cell.names[0]


def _check_place(check: Graded, places: Sequence[int | None]) -> int:
    """Before which of the learner's cells a check runs."""
    last_answer = max((i for i, place in enumerate(places) if place in check.answers), default=-1)
    last_check = max((i for i, place in enumerate(places) if place == check.position), default=-1)
    if last_check > last_answer:
        return last_check + 1
    later = range(last_answer + 1, len(places)) if last_answer >= 0 else ()
    return next((i for i in later if places[i] is not None), len(places))


def _setup_place(position: int, places: Sequence[int | None]) -> int:
    later = (i for i, place in enumerate(places) if place is not None and place > position)
    return next(later, 0)


def _runs(index: int, cells: Sequence[Cell], places: Sequence, answered: dict) -> bool:
    source = cells[index].source
    if not source.strip() or only_checks(source):
        return False
    copies = [i for i, place in enumerate(places) if place == places[index]]
    edited = [i for i in copies if not _is_stub(cells[i].source)]
    return places[index] not in answered or not edited or index in edited


def _is_stub(source: str) -> bool:
    return "raise NotImplementedError" in source
