"""Which notebook of a submission counts for which lesson, and why another can't be graded."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from mavrs_course.course import registry
from mavrs_course.course.classroom.opening import Contents, File
from mavrs_course.course.grading.code import is_stub
from mavrs_course.course.grading.reading import Cell, UnreadableError, cells_of_script, read_cells
from mavrs_course.course.grading.restoring import (
    AnswerKey,
    answered,
    code_of,
    find_key,
    read_keys,
)
from mavrs_course.course.lessons import Lesson, lessons

NOTEBOOK = re.compile(r"\.ipynb(?![\w-])", re.IGNORECASE)
MAY_HOLD_ONE = (".txt", ".md")
LESSON = re.compile(r"lesson_(\d\d)")
SAME_MOMENT = 10.0  # seconds within which unpacking or cloning may have written two files
SUFFIX = re.compile(r"[-(](\d+)\)?(?:\.\w+)*$")
KINDS = {
    ".pdf": "a PDF",
    ".html": "a web page",
    ".htm": "a web page",
    ".docx": "a text document",
    ".doc": "a text document",
    ".odt": "a text document",
    ".rtf": "a text document",
    ".md": "a text",
    ".txt": "a text",
    ".png": "a picture",
    ".jpg": "a picture",
    ".jpeg": "a picture",
    ".heic": "a picture",
    ".rar": "an archive that can't be opened here",
    ".7z": "an archive that can't be opened here",
    ".gz": "an archive that can't be opened here",
    ".url": "a link to a web page",
    ".webloc": "a link to a web page",
    ".py": "a Python script in which no exercise was found",
    ".csv": "a table",
    ".xlsx": "a table",
}
ASK = "Please hand in the notebook itself, the file that ends in .ipynb."
ASK_AGAIN = "Please open the notebook, save it, and hand it in again."


@dataclass(frozen=True)
class Candidate:
    """A notebook that may count for a lesson.  worked: whether anything was written in it."""

    file: File
    cells: Sequence[Cell]
    key: AnswerKey
    worked: bool
    remarks: Sequence[str] = ()


@dataclass
class ChosenAttempt:
    """What of a submission is graded.

    chosen: for each lesson the candidates, the one that counts last.  reasons: why each other file
    cannot be graded.  asks: what to ask the student for.  remarks: for the teacher.
    """

    chosen: dict[str, list[Candidate]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def refuse(self, reason: str, ask: str = "") -> None:
        """Note why a file is not graded, and what to ask for."""
        self.reasons.append(reason)
        if ask and ask not in self.asks:
            self.asks.append(ask)


class Course:
    """What hand-ins are told by: the answer keys, and the lessons that they are not."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.keys = read_keys(root)
        self._digests: dict[str, str] = {}

    def key(self, name: str) -> AnswerKey | None:
        return next((key for key in self.keys if key.name == name), None)

    def cases_digest(self, number: str) -> str:
        """Another one means that the lesson's exercises are judged otherwise."""
        if number not in self._digests:
            found = hashlib.sha256()
            spec = importlib.util.find_spec(registry.package())
            for place in (spec and spec.submodule_search_locations) or ():
                for path in sorted(Path(place).rglob("*.py")):
                    lesson = LESSON.search(str(path.relative_to(place)))
                    if lesson is None or lesson[1] == number:
                        found.update(path.read_bytes())
            self._digests[number] = found.hexdigest()
        return self._digests[number]

    @cached_property
    def _lesson_cells(self) -> list[tuple[Lesson, frozenset[str]]]:
        found = []
        for lesson in lessons(self.root):
            try:
                cells = [cell for cell in read_cells(lesson.notebook) if cell.is_code]
            except UnreadableError:
                continue
            found.append((lesson, frozenset(cell.source.strip() for cell in cells)))
        return found

    def lesson_like(self, cells: Sequence[Cell]) -> str:
        """The name of the lesson that these are the cells of, or empty."""
        sources = [cell.source.strip() for cell in cells if cell.is_code and cell.source.strip()]
        for lesson, known in self._lesson_cells:
            if sources and sum(source in known for source in sources) > len(sources) / 2:
                return lesson.name
        return ""


def choose(contents: Contents, course: Course) -> ChosenAttempt:
    """Sort what a submission holds; nothing of it is run."""
    choice = ChosenAttempt(reasons=list(contents.problems))
    notebooks = [file for file in contents.files if _may_be_notebook(file)]
    own = [file for file in notebooks if not file.checkpoint]
    for file in own or notebooks:
        _look(file, course, choice)
    if not choice.chosen:
        for file in contents.files:
            if file.name.lower().endswith(".py"):
                _look_at_script(file, course, choice)
    for name, candidates in choice.chosen.items():
        choice.chosen[name] = _in_order(candidates)
    _leave_untouched_out(choice)
    if not choice.chosen:
        for file in contents.files:
            if file not in notebooks:
                choice.refuse(*_what_it_is(file))
        if not contents.files and not contents.problems:
            choice.refuse("the folder is empty", ASK)
        elif not choice.asks:
            choice.asks.append(ASK)
    elif notebooks and not own:
        choice.remarks.append("Only Jupyter's automatic copy (.ipynb_checkpoints) was handed in.")
        choice.asks.append(ASK)
    return choice


def _may_be_notebook(file: File) -> bool:
    ending = PurePosixPath(file.name).suffix.lower()
    if file.typed or ending in KINDS.keys() - set(MAY_HOLD_ONE):
        return False
    if NOTEBOOK.search(file.name):
        return True
    try:
        with file.path.open("rb") as opened:
            beginning = opened.read(200_000)
    except OSError:
        return False
    return beginning.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" and b'"cell' in beginning


def _look(file: File, course: Course, choice: ChosenAttempt) -> None:
    try:
        cells = read_cells(file.path)
    except UnreadableError as problem:
        choice.refuse(_named(file, str(problem)), ASK_AGAIN)
        return
    keys = _keys_in(course.keys, file, cells)
    lesson = course.lesson_like(cells) if not any(_known(key, cells) for key in keys) else ""
    if lesson:
        ask = f"Please hand in exercises/{lesson}.ipynb, with your answers."
        choice.refuse(f"{file.name} is lesson {lesson[:2]} itself, not its exercises", ask)
    elif not keys:
        choice.refuse(f"{file.name} holds no exercise of this course", ASK)
    for key in keys if not lesson else ():
        worked = any(_is_written(key, cell) for cell in code_of(key, cells))
        remarks = _other_lessons(course.keys, keys, cells)
        if not answered(key, cells):
            remarks.append(f"None of the exercises of lesson {key.name[:2]} is in {file.name}.")
        choice.chosen.setdefault(key.name, []).append(Candidate(file, cells, key, worked, remarks))


def _look_at_script(file: File, course: Course, choice: ChosenAttempt) -> None:
    try:
        text = file.path.read_bytes()[:5_000_000].decode("utf-8", "replace")
    except OSError:
        return
    cells = cells_of_script(text)
    for key in course.keys:
        found = {check.id for cell in cells for check in key.written(cell)}
        if 2 * len(found) >= len(key.checks):
            remark = f"Graded from a Python script, {file.name}, not from a notebook."
            one = Candidate(file, cells, key, True, [remark])
            choice.chosen.setdefault(key.name, []).append(one)


def _keys_in(keys: Sequence[AnswerKey], file: File, cells: Sequence[Cell]) -> list[AnswerKey]:
    """The lessons whose exercises are in a notebook: most of them, of one of them any."""
    main = find_key(keys, Path(file.name), cells)
    if main is None:
        written = {
            key.name: len({check.id for cell in cells for check in key.written(cell)})
            for key in keys
        }
        main = max(keys, key=lambda key: written[key.name])
        if 2 * written[main.name] < len(main.checks):
            return []
    return [key for key in keys if key is main or 2 * _known(key, cells) >= len(key.checks)]


def _known(key: AnswerKey, cells: Sequence[Cell]) -> int:
    """How many of a lesson's exercises have a cell of their own in a notebook."""
    places = {key.position(cell) for cell in cells}
    return sum(bool(places & {check.position, *check.answers}) for check in key.checks)


def _other_lessons(
    keys: Sequence[AnswerKey], chosen: Sequence[AnswerKey], cells: Sequence[Cell]
) -> list[str]:
    others = [(key, _known(key, cells)) for key in keys if key not in chosen]
    return [
        f"It also holds {count} of {len(key.checks)} exercises of lesson {key.name[:2]}, "
        "which do not count: hand in that lesson's notebook as well."
        for key, count in others
        if count
    ]


def _is_written(key: AnswerKey, cell: Cell) -> bool:
    place = key.position(cell)
    answer = any(place in check.answers for check in key.checks) or key.written(cell)
    return bool(answer and cell.source.strip() and not is_stub(cell.source))


def _in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates for a lesson: untouched ones first, then by time, the last one last."""
    times = [one.file.when for one in candidates]
    together = max(times) - min(times) <= SAME_MOMENT

    def place(one: Candidate) -> tuple:
        number = SUFFIX.search(one.file.name)
        copy = int(number[1]) if number else 0
        when = (0.0, copy) if together else (one.file.when, copy)
        return one.worked, *when, one.file.label

    ordered = sorted(candidates, key=place)
    return [one for one in ordered if one.worked] or ordered


def _leave_untouched_out(choice: ChosenAttempt) -> None:
    """Of a copy of the course, only what somebody has worked in."""
    worked = {name for name, them in choice.chosen.items() if them[-1].worked}
    untouched = [name for name in choice.chosen if name not in worked]
    if worked:
        for name in untouched:
            del choice.chosen[name]
        if untouched:
            names = ", ".join(name[:2] for name in sorted(untouched))
            choice.remarks.append(f"Untouched, and not counted: the exercises of lesson {names}.")
    elif len(untouched) > 1:
        choice.chosen.clear()
        choice.refuse("the exercises are as they were handed out: nothing was written", ASK)


def _what_it_is(file: File) -> tuple[str, str]:
    if file.typed:
        return "text was typed into the platform, and no file handed in", ASK
    ending = PurePosixPath(file.name).suffix.lower()
    return f"{file.name} is {KINDS.get(ending, 'no notebook')}", ASK


def _named(file: File, problem: str) -> str:
    return f"{file.name}: {problem}"


def files_for(one: Candidate, contents: Contents) -> Iterator[File]:
    """The files of a submission that lie beside a notebook, or below it."""
    folder = PurePosixPath(one.file.name).parent
    for file in contents.files:
        inside = folder in PurePosixPath(file.name).parents
        if inside and not file.typed and not NOTEBOOK.search(file.name):
            yield file
