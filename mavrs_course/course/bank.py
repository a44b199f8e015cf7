"""An exercise from its file in the bank.

A file of the bank is a module.  Its docstring is the header::

    13.3 Money that lasts.

    15 minutes, difficulty 2, 3 points, L13.3
    The same budget now buys the good pages instead of the first ones.

with the praise at the end.  The first function or class with a public name is the reference;
what stands above it belongs to it.  ``HINTS`` holds the hints, with an empty line between two, and
``MISTAKES`` the wrong answers as a sheet of edits (:mod:`mavrs_course.course.sheet`);
``detect_NAME`` detects the mistake NAME.  What else an :class:`Exercise` has goes by its own name:
``cases``, ``observe``, ``OTHERS``, ``PROPERTIES``, ``NAMES``, ``TOLERANCE``, ``THRESHOLD``, and
``PARTS``, or a function ``parts`` of the case.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import re
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from types import ModuleType
from typing import Any

from mavrs_course.course.exercise import Exercise, ExerciseHeader, Mistake
from mavrs_course.course.sheet import Entry, SheetChange, SheetError, edited, entries

_HEADER = re.compile(
    r"(?P<id>\S+) (?P<title>[^\n]+?)\.?\n\n"
    r"(?P<minutes>\d+) minutes, difficulty (?P<difficulty>\d), (?P<points>\d+) points?, "
    r"(?P<objective>\S+)\n(?P<praise>.*)",
    re.DOTALL,
)
_NAMES = (
    "cases", "observe", "parts", "OTHERS", "PROPERTIES", "NAMES", "PARTS", "TOLERANCE", "THRESHOLD",
)  # fmt: skip


def exercise_of(module: ModuleType) -> Exercise:
    """The exercise of a file; raises :class:`SheetError` where the file can't be read."""
    if "EXERCISE" not in vars(module):
        try:
            vars(module)["EXERCISE"] = BankFile(module).exercise()
        except (SheetError, SyntaxError) as error:
            raise SheetError(f"{module.__name__}: {error}") from None
    return vars(module)["EXERCISE"]


def header_of(docstring: str) -> ExerciseHeader:
    """What a file's docstring says of its exercise; raises :class:`SheetError`."""
    header = _HEADER.fullmatch(inspect.cleandoc(docstring) + "\n")
    if header is None:
        raise SheetError("the docstring is no header (see mavrs_course.course.bank)")
    facts: dict[str, Any] = header.groupdict()
    numbers = {name: int(facts.pop(name)) for name in ("minutes", "difficulty", "points")}
    return ExerciseHeader(**facts | numbers | {"praise": " ".join(facts["praise"].split())})


STABLE = ', kind="stable"'


class BankFile:
    """A file of the bank, its text and what it defines."""

    def __init__(self, module: ModuleType):
        self.module = module
        self.lines = inspect.getsource(module).splitlines()
        self.tree = ast.parse("\n".join(self.lines))

    def exercise(self) -> Exercise:
        """All that the file says of its exercise."""
        said = vars(self.module)
        optional = {name.lower(): said[name] for name in _NAMES if name in said}
        return Exercise(
            **asdict(header_of(self.module.__doc__ or "")),
            reference=self._has(self.reference.name),
            hints=_paragraphs(self._needed("HINTS")),
            mistakes=tuple(self._mistakes()),
            **{"others": (), **optional},
        )

    @cached_property
    def reference(self) -> ast.FunctionDef | ast.ClassDef:
        """The first function or class with a public name."""
        for node in self._defined():
            if not node.name.startswith("_"):
                return node
        raise SheetError("there is no reference: a function or class with a public name")

    @cached_property
    def entries(self) -> list[Entry]:
        """The sheet's mistakes."""
        return entries(self._needed("MISTAKES"))

    def text_of(self, base: str = "") -> str:
        """A right answer's text: the reference with what stands above it, or another one's."""
        if not base:
            imports = ast.Expr | ast.Import | ast.ImportFrom
            first = next(node for node in self.tree.body if not isinstance(node, imports))
            return self._text(first, self.reference)
        for node in self._defined():
            if node.name == base:
                return self._text(node, node)
        raise SheetError(f"the file defines no {base!r}")

    def edited(self, change: SheetChange, name: str) -> str:
        """The text of a wrong answer."""
        return edited(self.text_of(change.base), change, name)

    def _mistakes(self):
        detectors = {name for name in vars(self.module) if name.startswith("detect_")}
        for entry in self.entries:
            wrong, *also = (self.answer(change, entry.name) for change in entry.changes)
            also += filter(None, (self._unstable(change, entry.name) for change in entry.changes))
            detector = f"detect_{entry.name}"
            detectors.discard(detector)
            yield Mistake(entry.name, wrong, entry.because, self._has(detector), tuple(also))
        if detectors:
            raise SheetError(f"{min(detectors)!r} belongs to no mistake")

    def answer(self, change: SheetChange, name: str) -> Callable:
        """A wrong answer; raises :class:`SheetError` where it can't be made."""
        if not change.edits:
            if self._has(change.base) is None:
                raise SheetError(f"mistake {name!r}: no edit, and nothing is called {change.base}")
            return self._has(change.base)
        return self._made(self.edited(change, name), change, name)

    def _unstable(self, change: SheetChange, name: str) -> Callable | None:
        """The same answer by a sort that orders equals as the machine likes, if it sorts."""
        text = self.edited(change, name) if change.edits else ""
        if STABLE not in text:
            return None
        return self._made(text.replace(STABLE, ""), change, f"{name}, unstable")

    def _made(self, text: str, change: SheetChange, name: str) -> Callable:
        place = f"<{self.module.__name__} {name}>"
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        namespace = dict(vars(self.module))
        try:
            exec(compile(text, place, "exec", dont_inherit=True), namespace)
        except SyntaxError as error:
            raise SheetError(f"mistake {name!r}: edited, the right answer is {error}") from None
        return namespace[change.base or self.reference.name]

    def _defined(self) -> list[ast.FunctionDef | ast.ClassDef]:
        kinds = ast.FunctionDef | ast.ClassDef
        return [node for node in self.tree.body if isinstance(node, kinds)]

    def _text(self, first: ast.stmt, last: ast.stmt) -> str:
        start = min([first, *getattr(first, "decorator_list", [])], key=lambda node: node.lineno)
        return "\n".join(self.lines[start.lineno - 1 : last.end_lineno]) + "\n"

    def _has(self, name: str) -> Any:
        return vars(self.module).get(name)

    def _needed(self, name: str) -> str:
        if not isinstance(self._has(name), str):
            raise SheetError(f"there is no text {name}")
        return self._has(name)


def _paragraphs(text: str) -> tuple[str, ...]:
    """Texts with an empty line between two, each on one line."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))
