"""Which notebooks make a lesson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"(\d\d)_\w+")


@dataclass(frozen=True)
class Lesson:
    """A lesson: ``notebooks/NAME.ipynb``, and where it has exercises, the two that hold them."""

    root: Path
    name: str

    @property
    def number(self) -> str:
        """Such as ``"01"``."""
        return self.name[:2]

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / f"{self.name}.ipynb"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / f"{self.name}.ipynb"

    @property
    def exercise(self) -> Path:
        return self.root / "exercises" / f"{self.name}.ipynb"


def lessons(root: Path) -> list[Lesson]:
    """The lessons under ``root``, in order; those with solutions alone included."""
    paths = [*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*.ipynb")]
    return [
        Lesson(root, name) for name in sorted({p.stem for p in paths if NAME.fullmatch(p.stem)})
    ]


def find_lesson(root: Path, number: str) -> Lesson:
    """The lesson with this number, given as ``"01"``, ``"1"`` or its whole name."""
    known = lessons(root)
    for lesson in known:
        if number in (lesson.name, lesson.number, lesson.number.lstrip("0") or "0"):
            return lesson
    numbers = ", ".join(lesson.number for lesson in known) or "none yet"
    raise LookupError(f"there is no lesson {number!r}; there is: {numbers}")
