"""Which cells to run in which order: the learner's code, and the course's own checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from mavrs_course.course.grading.code import (
    STARS,
    bound_names,
    is_stub,
    only_checks,
    parsed,
    unfenced,
    used_names,
    without_checks,
)
from mavrs_course.course.grading.reading import Cell, UnreadableError, read_cells
from mavrs_course.course.lessons import lessons

CHECKED = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")
NUMBER = re.compile(r"(?<!\d)(\d\d)[_-]")


class NoSolutionsError(LookupError):
    """There is nothing to grade against; the text says what is missing."""


@dataclass(frozen=True)
class Graded:
    """A check of the course: what it is worth, and the cells in which it is answered.

    position: of the check cell in the lesson.  answers: positions of the cells to fill in.
    wanted: the names that it looks at.
    """

    id: str
    points: float
    source: str
    position: int
    answers: frozenset[int]
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AnswerKey:
    """What a lesson's answers are graded by: the code cells of its solution notebook."""

    name: str
    cells: Sequence[Cell]

    @cached_property
    def checks(self) -> list[Graded]:
        """The check cells, in order; each is answered by the solution cells just before it."""
        checks: list[Graded] = []
        answers: list[int] = []
        for position, cell in enumerate(self.cells):
            if cell.nbgrader.get("grade"):
                written = frozenset().union(
                    *(bound_names(self.cells[place].source) for place in answers)
                )
                checks.append(
                    Graded(
                        _checked_id(cell),
                        cell.nbgrader.get("points", 0),
                        cell.source,
                        position,
                        frozenset(answers),
                        used_names(cell.source) & written,
                    )
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

    def places(self, cells: Sequence[Cell]) -> list[int | None]:
        """Where each cell of a learner belongs, or None.

        An exercise whose cell is not there, or still the stub, is also known by what it defines.
        """
        places = [self.position(cell) for cell in cells]
        for i, cell in enumerate(cells):
            if places[i] in self.setup and not cell.source.strip():
                places[i] = None
        for check in self.checks:
            known = [i for i, place in enumerate(places) if place in check.answers]
            if len(check.answers) != 1 or not all(is_stub(cells[i].source) for i in known):
                continue
            for i, cell in enumerate(cells):
                if places[i] is None and self._writes_only(cell, check):
                    places[i] = min(check.answers)
        return places

    def written(self, cell: Cell) -> list[Graded]:
        """The checks for which a cell defines something."""
        bound = bound_names(cell.source)
        return [check for check in self.checks if bound & check.wanted]

    def _writes_only(self, cell: Cell, check: Graded) -> bool:
        return self.written(cell) == [check]

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name: i for i, cell in enumerate(self.cells) for name in cell.names}

    @cached_property
    def _by_text(self) -> dict[str, int]:
        return {self.cells[i].source.strip(): i for i in self.setup}


@dataclass(frozen=True)
class Step:
    """A cell to run.

    check: the check that it is.  answers: the checks that it answers.  instead: what to run after
    it if it fails, because more than one exercise needs it.  late: whether it comes after the last
    check, and matters only where an exercise has not been answered by then.
    """

    source: str
    check: Graded | None = None
    answers: Sequence[Graded] = ()
    instead: str = ""
    late: bool = False


def read_keys(root: Path) -> list[AnswerKey]:
    """The answer keys of the lessons that have exercises, in order, or a NoSolutionsError."""
    keys = []
    for lesson in lessons(root):
        if lesson.solution.exists():
            try:
                cells = [cell for cell in read_cells(lesson.solution) if cell.is_code]
                keys.append(AnswerKey(lesson.name, cells))
            except UnreadableError as problem:
                raise NoSolutionsError(f"solutions/{lesson.name}.ipynb: {problem}") from None
    keys = [key for key in keys if key.checks]
    if not keys:
        raise NoSolutionsError(f"nothing to grade against: {root} has no exercises in solutions/")
    return keys


def find_key(keys: Sequence[AnswerKey], path: Path, cells: Sequence[Cell] = ()) -> AnswerKey | None:
    """The answer key of a learner's notebook: told by its cells, else by its name."""

    def likeness(key: AnswerKey) -> tuple[int, bool, bool]:
        known = {key.position(cell) for cell in cells} & key.exercised
        same_number = set(NUMBER.findall(path.stem)) & set(NUMBER.findall(key.name))
        return len(known), key.name in path.stem, bool(same_number)

    best = max(keys, key=likeness)
    return best if any(likeness(best)) else None


def answered(key: AnswerKey, cells: Sequence[Cell]) -> bool:
    """Whether a notebook holds anything that could answer an exercise of this lesson."""
    cells = code_of(key, cells)
    if key.exercised.intersection(key.places(cells)):
        return True
    return any(key.written(cell) or STARS.search(cell.source) for cell in cells)


def plan(key: AnswerKey, cells: Sequence[Cell]) -> list[Step]:
    """The steps that grade a learner's cells.

    - Every cell of the learner runs, in the learner's order, without its own calls of ``check``.
      Where the cell of an exercise is there several times, copies that are still the stub are left
      out, so that the last one that was edited counts.  A cell of the lesson's code that has
      become text is code again.
    - Each check comes from the lesson, whatever became of it in the notebook.  It runs where the
      learner has it, if that is after the exercise; else before the next cell of the lesson.
    - A cell of the lesson that is neither, such as the imports, comes back if it was deleted,
      before the first cell that follows it in the lesson, and if what became of it fails.
    """
    cells = code_of(key, cells)
    places = key.places(cells)
    restored = [(_check_place(check, places), check.position) for check in key.checks]
    restored += [(_setup_place(i, places), i) for i in key.setup if i not in places]
    checks = {check.position: check for check in key.checks}
    waiting = sorted(restored, reverse=True)
    steps = []
    for index in range(len(cells) + 1):
        while waiting and waiting[-1][0] <= index:
            _, position = waiting.pop()
            steps.append(Step(key.cells[position].source, check=checks.get(position)))
        late = not any(position in checks for _, position in waiting)
        if index < len(cells) and _runs(index, cells, places, key):
            steps.append(_step(key, cells[index], places[index], late))
    return steps


def code_of(key: AnswerKey, cells: Sequence[Cell]) -> list[Cell]:
    """The cells that are code, or were before somebody made text of them."""
    revived = [
        cell if cell.is_code else replace(cell, source=unfenced(cell.source)) for cell in cells
    ]
    return [cell for cell in revived if cell.is_code or _was_code(key, cell)]


def _was_code(key: AnswerKey, cell: Cell) -> bool:
    if key.position(cell) in key.exercised or parsed(cell.source):
        return bool(key.written(cell))
    return False


def _step(key: AnswerKey, cell: Cell, place: int | None, late: bool) -> Step:
    answers = [check for check in key.checks if place in check.answers]
    answers += [check for check in key.written(cell) if check not in answers]
    instead = key.cells[place].source if place in key.setup else ""
    source = without_checks(cell.source, [check.id for check in key.checks])
    return Step(source, None, answers, instead, late)


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


def _runs(index: int, cells: Sequence[Cell], places: Sequence[int | None], key: AnswerKey) -> bool:
    source = cells[index].source
    if only_checks(source):
        return False
    check = next((check for check in key.checks if places[index] in check.answers), None)
    if check is None:
        return bool(source.strip())
    if is_stub(source) and _written_elsewhere(check, cells, places, key):
        return False
    copies = [i for i, place in enumerate(places) if place == places[index]]
    edited = [i for i in copies if cells[i].source.strip() and not is_stub(cells[i].source)]
    return not edited or index in edited


def _written_elsewhere(
    check: Graded, cells: Sequence[Cell], places: Sequence[int | None], key: AnswerKey
) -> bool:
    """Whether a cell that is none of the lesson's answers an exercise, and perhaps others too."""
    others = (cell for cell, place in zip(cells, places, strict=True) if place is None)
    return any(check in key.written(cell) and not is_stub(cell.source) for cell in others)
