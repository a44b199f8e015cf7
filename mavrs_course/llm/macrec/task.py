"""What the team is asked, and what its members report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

RANK, RATE, EXPLAIN, CONVERSE = KINDS = ("rank", "rate", "explain", "converse")


@dataclass(frozen=True)
class Task:
    """One of the four kinds.  videos: the candidates, or the one video that it is about."""

    kind: str
    viewer: int
    videos: tuple[int, ...] = ()
    wish: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a task is one of {', '.join(KINDS)}, not {self.kind!r}")


@dataclass(frozen=True)
class Report:
    """What a specialist found.  text: in words, written by code.  notes: numbers for the others.

    by: "rule", or what decided: a model's "likelihood".
    """

    text: str
    notes: Mapping[str, Any] = field(default_factory=dict)
    by: str = "rule"


class Specialist(Protocol):
    """name: unique in the team.  invitation: the action that calls it, in words."""

    name: str
    invitation: str

    def report(self, task: Task, notes: Mapping[str, Any]) -> Report:
        """What it finds for the task, given what the others have noted."""
