"""What no machine can judge honestly: a rubric in YAML, the marks of people, and the sum.

``docs/rubric.yml`` has the criteria, each with a sentence for 0, 1 and 2 points.  Whoever marks,
teacher or peer, writes a small file::

    entry: my_system
    by: Ada
    points: {question: 2, design: 1, ...}
    notes: {design: "Why five agents?"}

Several people's marks are averaged by criterion.  Where two of them are 2 points apart, the
criterion is named instead: such a difference is talked about, not averaged away in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

RUBRIC = Path(__file__).resolve().parents[2] / "docs" / "rubric.yml"
MOST = 2  # points a criterion
LARGEST = 1_000_000  # bytes of a file that is read

Text = Annotated[str, Field(min_length=1, max_length=2_000)]


def _whole_points(value: Any) -> Any:
    """A yes, a text or 1.5 is no number of points, whatever pydantic would make of it."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"points are 0, 1 or 2, not {value!r}")
    return value


Points = Annotated[Literal[0, 1, 2], BeforeValidator(_whole_points)]


class RubricError(ValueError):
    """A rubric or marks that can't be read; one line says where and what to do."""


class Strict(BaseModel):
    """A table in a file: no other names than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Criterion(Strict):
    """One question, and what 0, 1 and 2 points look like."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: Text
    levels: dict[int, Text]

    @model_validator(mode="after")
    def _three_levels(self) -> Criterion:
        if sorted(self.levels) != [0, 1, 2]:
            raise ValueError(f"{self.id} needs levels 0, 1 and 2, and has {sorted(self.levels)}")
        return self


class Rubric(Strict):
    """The criteria, in the order in which they are marked."""

    title: Text
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Rubric:
        ids = self.ids
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"the criterion {sorted(twice)[0]} is there twice")
        return self

    @property
    def ids(self) -> list[str]:
        return [criterion.id for criterion in self.criteria]

    @property
    def most(self) -> int:
        """The points that can be had."""
        return MOST * len(self.criteria)


class Marks(Strict):
    """What one person gave one entry: points by criterion, and words for the learner."""

    entry: Text
    by: Text
    points: dict[str, Points]
    notes: dict[str, str] = {}


@dataclass(frozen=True)
class CapstoneGrade:
    """points of ``most``: each part's by name, the rubric's among them.  apart: the criteria at
    which two people gave 0 and 2, to be talked about before the sum counts."""

    parts: Mapping[str, tuple[float, float]]
    apart: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(points for points, _ in self.parts.values())

    @property
    def most(self) -> float:
        return sum(most for _, most in self.parts.values())

    def __str__(self) -> str:
        lines = [f"{name}: {points:g} of {most:g}" for name, (points, most) in self.parts.items()]
        lines.append(f"together: {self.points:g} of {self.most:g}")
        lines += [f"talk about {name}: one gave 0 and another 2" for name in self.apart]
        return "\n".join(lines)


def read_rubric(path: Path = RUBRIC) -> Rubric:
    """The rubric of a file; raises :class:`RubricError`."""
    return read_table(path, Rubric)


def read_marks(path: Path, rubric: Rubric) -> Marks:
    """One person's marks, one for each criterion; raises :class:`RubricError`."""
    marks = read_table(path, Marks)
    for what, names in (("points", marks.points), ("notes", marks.notes)):
        if unknown := sorted(set(names) - set(rubric.ids)):
            known = ", ".join(rubric.ids)
            raise RubricError(f"{path}: {what} has {unknown[0]!r}; the criteria are {known}")
    if missing := [name for name in rubric.ids if name not in marks.points]:
        raise RubricError(f"{path}: there are no points for {', '.join(missing)}")
    return marks


def grade(
    rubric: Rubric, marks: Sequence[Marks], machine: Mapping[str, tuple[float, float]]
) -> CapstoneGrade:
    """The machine's parts, (points, most) by name, and the mean of what people gave.

    Raises :class:`RubricError` without marks, with marks of several entries, or where one person
    marked twice.
    """
    if not marks:
        raise RubricError("nobody has marked this entry yet")
    if len(entries := {each.entry for each in marks}) > 1:
        raise RubricError(f"these marks are of several entries: {', '.join(sorted(entries))}")
    names = [each.by for each in marks]
    if twice := {name for name in names if names.count(name) > 1}:
        raise RubricError(f"{sorted(twice)[0]} has marked this entry twice")
    given = np.array([[each.points[name] for name in rubric.ids] for each in marks])
    apart = [name for name, row in zip(rubric.ids, given.T, strict=True) if np.ptp(row) == MOST]
    people = float(given.mean(axis=0).sum()), float(rubric.most)
    return CapstoneGrade({**machine, "rubric": people}, tuple(apart))


Read = TypeVar("Read", bound=BaseModel)


def read_table(path: Path, kind: type[Read]) -> Read:
    """A small YAML file as a table of this kind; raises :class:`RubricError`, in one line."""
    import yaml

    try:
        if path.stat().st_size > LARGEST:
            raise RubricError(f"{path} has more than {LARGEST:,} bytes: this is no such file")
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RubricError(f"{path}: {error.strerror or error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RubricError(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise RubricError(f"{path}: a table of names and values is needed at the top")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise RubricError(f"{path}: {first_fault(error)}") from None


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong, in one line: where, and what."""
    fault = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    what = str(fault["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
