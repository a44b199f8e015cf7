"""The board: every entry beside the baselines, each score with how far to trust it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mavrs_course.arena.running import ArenaRules, Series, grade, reliability
from mavrs_course.arena.scoring import AbilityScore, interval
from mavrs_course.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

ENTRY, BASELINE, CEILING = "entry", "baseline", "ceiling"
UNKNOWN = float("nan")
Gaps = Sequence[Sequence[float]]  # of one player: a list of rounds for each ability


@dataclass(frozen=True)
class BoardRow:
    """One player.  gap, low, high: the mean over abilities with its interval.  places: the best and
    the worst that the differences to the others leave open, from 1.  ahead: abilities in which it
    is surely ahead of every baseline.  shown: by the Ladder."""

    name: str
    kind: str
    scores: tuple[AbilityScore, ...]
    gap: float
    low: float
    high: float
    places: tuple[int, int]
    ahead: tuple[str, ...] = ()
    shown: float = UNKNOWN

    @property
    def points(self) -> int:
        return sum(score.points for score in self.scores)

    @property
    def lost(self) -> int:
        """Rounds that were lost by breaking a rule."""
        return sum(score.lost for score in self.scores)

    @property
    def worst(self) -> str:
        """The ability with the lowest score."""
        return min(self.scores, key=lambda score: score.gap).ability


@dataclass(frozen=True)
class ArenaBoard:
    """rows: best first.  reliability: split-half, of each ability's scores, over all but the
    ceiling.  left_out: who could not take part, and why.  salt: its sha256."""

    rows: tuple[BoardRow, ...]
    reliability: Mapping[str, float]
    left_out: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""

    def problems(self) -> dict[str, list[str]]:
        """By name, a line for each way in which somebody was left out or has lost rounds."""
        found = {name: [f"left out: {why}"] for name, why in self.left_out.items()}
        for row in self.rows:
            for score in row.scores:
                if score.lost:
                    lost = f"{score.ability}, {score.lost} of {score.rounds} rounds lost"
                    found.setdefault(row.name, []).append(f"{lost}: {score.problem}")
        return found

    def write(self, path: Path) -> None:
        write_whole(path, json.dumps(asdict(self), indent=1).encode())

    @classmethod
    def read(cls, path: Path) -> ArenaBoard:
        """What :meth:`write` has written."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(map(_row, told.pop("rows"))), **told)

    def table(self) -> pd.DataFrame:
        """A row a player and ability, with all that stands beside each score."""
        import pandas as pd

        who = ("name", "kind", "places", "shown")
        return pd.DataFrame(
            {name: getattr(row, name) for name in who}
            | asdict(score)
            | {"ahead": score.ability in row.ahead}
            | {"reliability": self.reliability[score.ability]}
            for row in self.rows
            for score in row.scores
        )


def _row(told: dict[str, Any]) -> BoardRow:
    scores = tuple(AbilityScore(**score) for score in told.pop("scores"))
    pairs = {name: tuple(told.pop(name)) for name in ("places", "ahead")}
    return BoardRow(scores=scores, **pairs, **told)


def make_board(
    played: Sequence[Series],
    rules: ArenaRules,
    kinds: Mapping[str, str],
    shown: Mapping[str, float],
    left_out: Mapping[str, str],
) -> ArenaBoard:
    """Most points first, then the larger share of the gap, then by name: the same series give the
    same board, in whatever order they come.

    kinds: of players that are no entries.  shown: by entry, what its Ladder shows.
    """
    gaps: dict[str, list[list[float]]] = {}
    scores: dict[str, list[AbilityScore]] = {}
    played = sorted(played, key=lambda one: (one.player, rules.abilities.index(one.ability)))
    for series in played:
        gaps.setdefault(series.player, []).append(series.gaps)
        scores.setdefault(series.player, []).append(grade(series, rules))
    places = places_of(gaps)
    rows = [
        BoardRow(
            *(name, kinds.get(name, ENTRY), tuple(scores[name])),
            float(np.mean([score.gap for score in scores[name]])),
            *(*over_abilities(gaps[name]), places[name]),
            *(ahead_of_baselines(played, name, kinds), shown.get(name, UNKNOWN)),
        )
        for name in gaps
    ]
    rows.sort(key=lambda row: (-row.points, -row.gap, row.name))
    fair = [series for series in played if kinds.get(series.player) != CEILING]
    known = {ability: reliability(fair, ability) for ability in rules.abilities}
    return ArenaBoard(tuple(rows), known, left_out, rules.commitment)


def ahead_of_baselines(
    played: Sequence[Series], name: str, kinds: Mapping[str, str]
) -> tuple[str, ...]:
    """Abilities in which the interval of the difference to each baseline lies above zero.

    To clear a bar is little where a constant ranking clears it too.
    """
    baselines = [series for series in played if kinds.get(series.player) == BASELINE]
    return tuple(
        mine.ability
        for mine in played
        if mine.player == name and name not in kinds
        if (others := [one for one in baselines if one.ability == mine.ability])
        and all(_lead(mine, other) > 0 for other in others)
    )


def _lead(mine: Series, other: Series) -> float:
    """The low end of the interval of what one is ahead of the other, round by round."""
    both = min(len(mine.matches), len(other.matches))
    platforms = [match.platforms[-1] for match in mine.matches[:both]]
    return interval(np.subtract(mine.gaps[:both], other.gaps[:both]), platforms)[0]


def over_abilities(gaps: Gaps) -> tuple[float, float]:
    """Low and high of the mean over abilities, by the rounds that all of them have."""
    shared = min(map(len, gaps))
    return interval(np.mean([each[:shared] for each in gaps], axis=0))


def places_of(gaps: Mapping[str, Gaps]) -> dict[str, tuple[int, int]]:
    """Best and worst place of each player that the differences to all others leave open.

    Everybody meets the same worlds, so differences are taken world by world: shared luck cancels.
    Somebody is ahead where the whole 95 % interval of the difference lies above zero.
    """

    def ahead(one: str, other: str) -> bool:
        differences = []
        for mine, yours in zip(gaps[one], gaps[other], strict=True):
            both = min(len(mine), len(yours))
            differences.append(np.subtract(mine[:both], yours[:both]).tolist())
        return one != other and over_abilities(differences)[0] > 0

    names = list(gaps)
    beats = np.array([[ahead(one, other) for other in names] for one in names])  # [n, n]
    first, last = 1 + beats.sum(axis=0), len(names) - beats.sum(axis=1)
    return {name: (int(first[n]), int(last[n])) for n, name in enumerate(names)}
