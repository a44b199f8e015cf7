"""All rounds of all players: several at a time, kept as they are done, stopped when decided."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from mavrs_course.arena.abilities import ABILITIES
from mavrs_course.arena.outside import REPOSITORY
from mavrs_course.arena.playing import ArenaSettings, Match, Player, play
from mavrs_course.arena.scoring import (
    AbilityScore,
    Scale,
    bars,
    decided,
    gap,
    interval,
    scale,
    score,
    split_half,
)
from mavrs_course.course.grading.isolation import isolate
from mavrs_course.engine.farm import farm, working
from mavrs_course.engine.places import Engine, EngineError
from mavrs_course.files import write_whole


class ArenaError(ValueError):
    """The arena cannot play this; the text says what to change."""


@dataclass(frozen=True)
class ArenaRules:
    """salt: what the hidden worlds follow from.  least, most: rounds of an ability; between the two
    a series ends as soon as its interval is clear of every bar."""

    salt: str
    abilities: tuple[str, ...] = tuple(ABILITIES)
    least: int = 6
    most: int = 15
    settings: ArenaSettings = field(default_factory=ArenaSettings)

    def __post_init__(self) -> None:
        strange = [name for name in self.abilities if name not in ABILITIES]
        if strange or not self.abilities:
            wrong = strange[0] if strange else ""
            raise ArenaError(f"there is no ability {wrong!r}; there is {', '.join(ABILITIES)}")
        if not 2 <= self.least <= self.most:
            raise ArenaError(f"2 rounds or more, not {self.least} to {self.most}")

    @property
    def commitment(self) -> str:
        """A digest of the salt, to be made public before the entries are handed in."""
        return hashlib.sha256(self.salt.encode()).hexdigest()

    def key(self, player: Player, ability: str) -> str:
        """The name of the file in which a series is kept; whatever changes the series changes it.

        The salt is in it as part of a digest alone."""
        told = [player.digest, self.salt, self.least, self.most, asdict(self.settings)]
        digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
        name = re.sub(r"\W+", "-", player.name.lower()).strip("-")
        return f"{name}-{ability}-{digest}.json"


@dataclass(frozen=True)
class Series:
    """One player's rounds of one ability, with the scale of each."""

    player: str
    ability: str
    matches: tuple[Match, ...]
    scales: tuple[Scale, ...]

    @property
    def gaps(self) -> list[float]:
        """The share of the gap closed in each round."""
        return [gap(match, ends) for match, ends in zip(self.matches, self.scales, strict=True)]


def play_series(player: Player, ability: str, rules: ArenaRules) -> Series:
    """Round after round until the points are decided, or there are ``most``."""
    limits, found = bars(rules.salt, ability), Series(player.name, ability, (), ())
    for number in range(rules.most):
        match = play(player, ability, rules.salt, number, rules.settings)
        ends = scale(ability, rules.salt, number, rules.settings)
        found = Series(player.name, ability, (*found.matches, match), (*found.scales, ends))
        known = interval(found.gaps, [each.platforms[-1] for each in found.matches])
        if number + 1 >= rules.least and decided(*known, limits):
            break
    return found


def run(
    players: Sequence[Player],
    rules: ArenaRules,
    folder: Path,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    progress: Callable[[Series], None] = lambda series: None,
) -> list[Series]:
    """Every series, player by player; each is kept in ``folder`` as soon as it is known.

    Interrupted, the same call goes on where it was.  The result depends on nothing but players and
    rules: neither on the order of the players nor on how many play at a time.
    """
    names = [player.name for player in players]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ArenaError(f"two players are called {twice[0]!r}: give one another NAME")
    if engine is not None:
        require_sandbox(engine, rules.settings)
    wanted = [(player, ability) for player in players for ability in rules.abilities]
    kept = {pair: folder / rules.key(*pair) for pair in wanted}
    missing = [pair for pair in wanted if not kept[pair].is_file()]
    with working(engine, play_series, [(*pair, rules) for pair in missing], jobs) as answers:
        for number, done in answers:
            series = done.result()
            write_whole(kept[missing[number]], json.dumps(asdict(series)).encode())
            progress(series)
    return [_read(path) for path in kept.values()]


def require_sandbox(engine: Engine, settings: ArenaSettings) -> None:
    """Raise :class:`~mavrs_course.engine.EngineError` where a machine of a cluster has no sandbox.

    An entry would have the rights of whoever plays it there, which on a cluster is every machine.
    """
    stats = engine.stats()
    if stats.engine == "local":
        return
    if not settings.sandbox:
        raise EngineError("on a cluster entries play in a sandbox: leave --no-sandbox out")
    for _, answer in farm(engine, _trouble_here, [()] * max(stats.cores, 1)):
        if trouble := answer.result():
            raise EngineError(f"{trouble}; mend that, or play with --engine local")


def _trouble_here() -> str:
    isolation = isolate(REPOSITORY)
    return "" if isolation.sandboxed else f"{platform.node()} has no sandbox: {isolation.why_not}"


def _read(path: Path) -> Series:
    told = json.loads(path.read_text(encoding="utf-8"))
    lists = ("platforms", "earned", "low", "high")

    def exact(given: dict) -> dict:
        return {name: tuple(v) if name in lists else v for name, v in given.items()}

    matches = tuple(Match(**exact(match)) for match in told["matches"])
    scales = tuple(Scale(**exact(ends)) for ends in told["scales"])
    return Series(told["player"], told["ability"], matches, scales)


def grade(series: Series, rules: ArenaRules) -> AbilityScore:
    """What a series comes to."""
    limits = bars(rules.salt, series.ability)
    return score(series.ability, series.matches, series.scales, limits, rules.least, rules.most)


def reliability(all_series: Sequence[Series], ability: str) -> float:
    """Split-half reliability of an ability's ranks, over the rounds that all have played."""
    gaps = [series.gaps for series in all_series if series.ability == ability]
    common = min(map(len, gaps), default=0)
    return split_half(np.array([each[:common] for each in gaps]).reshape(len(gaps), common))
