"""The log of a recommender that improves itself: a person reads it, and takes back any line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mavrs_course.agents.improving.canary import ADOPT, OFFLINE
from mavrs_course.agents.improving.patches import Grammar, Patch, PatchError
from mavrs_course.files import write_whole

UNDONE = "undone"


@dataclass
class ArchiveLine:
    """What was tried, why, what was seen, and what became of it."""

    number: int
    patch: Patch
    verdict: str
    why: str
    evidence: dict[str, float] = field(default_factory=dict)
    undone: str = ""

    @property
    def stands(self) -> bool:
        """Whether the recommender has this patch now."""
        return self.verdict == ADOPT and not self.undone

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {value:.2f}" for name, value in self.evidence.items())
        undone = f" [{UNDONE}: {self.undone}]" if self.undone else ""
        return f"#{self.number} {self.verdict}: {self.patch} ({shown}). {self.why}{undone}"


class Archive:
    """Every patch that was tried, adopted or not, in order.

    ``settings`` are the opening and the patches that stand.  Nothing is ever deleted: what is
    undone stays, with the reason.
    """

    def __init__(self, grammar: Grammar, opening: Sequence[Patch] = ()) -> None:
        self.grammar = grammar
        self.opening = tuple(grammar.check(patch) for patch in opening)
        self.lines: list[ArchiveLine] = []

    @property
    def settings(self) -> tuple[Patch, ...]:
        return (*self.opening, *(line.patch for line in self.lines if line.stands))

    def write(
        self, patch: Patch, verdict: str, why: str, evidence: dict[str, float] | None = None
    ) -> ArchiveLine:
        """A line more; a patch that is adopted is checked first, whoever proposed it."""
        self.grammar.check(patch)
        line = ArchiveLine(len(self.lines) + 1, patch, verdict, why, dict(evidence or {}))
        self.lines.append(line)
        return line

    def undo(self, number: int, why: str) -> ArchiveLine:
        """Take a patch back; the others stay as they are.

        Raises PatchError for a line that is not there, or whose patch does not stand.
        """
        if not 1 <= number <= len(self.lines):
            raise PatchError(f"the archive has lines 1 to {len(self.lines)}, not {number}")
        line = self.lines[number - 1]
        if not line.stands:
            told = UNDONE if line.undone else line.verdict
            raise PatchError(f"line {number} is {told!r}: its patch does not stand")
        line.undone = why or "no reason given"
        return line

    def without(self, number: int) -> tuple[Patch, ...]:
        """The settings as they would be without the patch of a line."""
        standing = (line.patch for line in self.lines if line.stands and line.number != number)
        return (*self.opening, *standing)

    def failed(self, patch: Patch) -> bool:
        """Whether real pages spoke against this very patch before."""
        against = (line for line in self.lines if not line.stands and line.verdict != OFFLINE)
        return any(line.patch == patch for line in against)

    def save(self, path: Path) -> None:
        """One line of JSON for each, the opening first."""
        rows: list[dict] = [{"opening": [asdict(patch) for patch in self.opening]}]
        rows += [asdict(line) for line in self.lines]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write_whole(Path(path), text.encode())

    @classmethod
    def load(cls, path: Path, grammar: Grammar) -> Archive:
        """An archive that was saved; PatchError for what is none, or changes what it may not."""
        try:
            first, *rows = map(json.loads, Path(path).read_text(encoding="utf-8").splitlines())
            archive = cls(grammar, [_patch(said) for said in first["opening"]])
            for number, row in enumerate(rows, 1):
                line = ArchiveLine(**{**row, "patch": grammar.check(_patch(row["patch"]))})
                if line.number != number:
                    raise PatchError(f"line {number} of {path} calls itself {line.number}")
                archive.lines.append(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PatchError(f"{path} is no archive of patches: {error}") from error
        return archive


def _patch(said: dict) -> Patch:
    where = tuple((str(name), str(value)) for name, value in said["where"])
    return Patch(where, said["part"], said["value"])
