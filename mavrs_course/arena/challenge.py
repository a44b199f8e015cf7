"""A peer's world that must break an entry, and has to be fair.

A challenge is a small YAML file of parameters, never code.  Each lies within the range that the
hidden worlds draw from, so that only their combination is new.  Its maker chooses no seed: viewers
and videos follow from the arena's salt, so that nobody can search for unlucky ones ::

    name: bored of bait
    by: Ada
    aims_at: it trusts clicks, and nothing tells it that a click was regretted
    bait_share: 0.8
    boredom: 0.9

It is *fair* where somebody could do well: the planner, who reads minds, must lead over random pages
by ``ROOM``.  It *breaks* the entry where even the upper end of what the entry closes of that gap
stays below the bar of the first point.  Both are said of always-valid intervals over rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from mavrs_course.arena.abilities import SCOUTS, HiddenWorld, LentTeam, seed_of
from mavrs_course.arena.playing import PLANNER, RANDOM, ArenaSettings, Match, Player, play_in
from mavrs_course.arena.rubric import RubricError, Strict, Text, read_table
from mavrs_course.arena.scoring import LOSS, MINIMUM, interval
from mavrs_course.messages import World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Boredom, Clickbait, Drift, Effect
from mavrs_course.world.platform import Platform

ROOM = 0.2  # by which share of random minutes the planner must lead
ROUNDS = 8
DEATH = 5  # the page of the second evening at which agents on loan die


class ChallengeError(ValueError):
    """A challenge that can't be played; one line says which parameter, and its range."""


def _between(low: float, high: float) -> Any:
    return Field(ge=low, le=high, allow_inf_nan=False)


class Challenge(Strict):
    """What a peer may choose, and within which limits; what is left out does nothing."""

    name: Text
    by: Text
    aims_at: Text
    drift_per_day: Annotated[float, _between(0.0, 0.6)] = 0.0
    drift_per_page: Annotated[float, _between(0.0, 0.08)] = 0.0
    boredom: Annotated[float, _between(0.0, 1.0)] = 0.0
    boredom_memory: Annotated[float, _between(0.7, 0.9)] = 0.8
    bait_share: Annotated[float, _between(0.0, 0.8)] = 0.0
    bait_appeal: Annotated[float, _between(0.0, 2.5)] = 1.0
    lent: bool = False
    liars: Annotated[int, _between(0, 3)] = 0
    deaths: Annotated[int, _between(0, 3)] = 0
    slots: Annotated[int, _between(2, 4)] = 3
    candidates: Annotated[int, _between(8, 14)] = 10
    videos: Annotated[int, _between(400, 1_200)] = 800

    @model_validator(mode="after")
    def _half_are_honest(self) -> Challenge:
        if self.liars + self.deaths > SCOUTS // 2:
            raise ValueError(
                f"liars and deaths are at most {SCOUTS // 2} together, of {SCOUTS} agents on loan"
            )
        return self

    @property
    def team(self) -> LentTeam | None:
        """Who is on loan: the first lie, the next die."""
        if not (self.lent or self.liars or self.deaths):
            return None
        dying = range(self.liars, self.liars + self.deaths)
        return LentTeam(tuple(range(self.liars)), dict.fromkeys(dying, DEATH))

    @property
    def effects(self) -> list[Effect]:
        return [
            Drift(per_day=self.drift_per_day, per_page=self.drift_per_page),
            Boredom(strength=self.boredom, memory=self.boredom_memory),
            Clickbait(share=self.bait_share, appeal=self.bait_appeal),
        ]


@dataclass(frozen=True)
class ChallengeWorld(HiddenWorld):
    """A peer's parameters, with viewers and videos that the arena draws."""

    challenge: Challenge | None = field(default=None, kw_only=True)

    def open(self) -> Iterator[World]:
        asked = self.challenge
        assert asked is not None
        rng = np.random.default_rng(seed_of(self.seed, "viewers and videos"))
        world = Platform(
            Catalog.sample(asked.videos, rng),
            slots=asked.slots,
            candidates=asked.candidates,
            effects=asked.effects,
            rng=rng,
        )
        yield world
        yield world


@dataclass(frozen=True)
class ChallengeResult:
    """What came of it.  lead: of the planner over random pages, as a share, with its interval.
    gaps: the share of that gap that the entry closed in each round, with the mean's interval."""

    challenge: Challenge
    lead: tuple[float, float, float]
    gap: tuple[float, float, float]
    gaps: tuple[float, ...]

    @property
    def fair(self) -> bool:
        return self.lead[1] > ROOM

    @property
    def broken(self) -> bool:
        return self.fair and self.gap[2] < MINIMUM

    def __str__(self) -> str:
        lead = "the planner leads random pages by {:.0%} ({:.0%} to {:.0%})".format(*self.lead)
        gap = "the entry closes {:.2f} ({:.2f} to {:.2f}) of that".format(*self.gap)
        if not self.fair:
            return f"not fair: {lead}, and {ROOM:.0%} are needed for sure"
        verdict = "broken" if self.broken else "it holds"
        return f"{verdict}: {lead}; {gap}, and {MINIMUM:g} is the bar"


def read_challenge(path: Path) -> Challenge:
    """The challenge in a YAML file; raises :class:`ChallengeError`."""
    try:
        return read_table(path, Challenge)
    except RubricError as error:
        raise ChallengeError(str(error)) from None


def challenge_world(challenge: Challenge, salt: str, number: int) -> ChallengeWorld:
    """The world of a round: other viewers and videos in each, the same for every entry."""
    seed = seed_of(salt, "challenge", challenge.model_dump_json(), number)
    return ChallengeWorld("challenge", number, seed, team=challenge.team, challenge=challenge)


def play_challenge(
    challenge: Challenge,
    entry: Player,
    salt: str,
    *,
    rounds: int = ROUNDS,
    settings: ArenaSettings | None = None,
) -> ChallengeResult:
    """Let an entry meet a peer's world, beside random pages and the planner."""
    settings = settings or ArenaSettings()
    leads, gaps = [], []
    for number in range(rounds):
        world = challenge_world(challenge, salt, number)
        low, high, mine = (play_in(world, who, settings) for who in (RANDOM, PLANNER, entry))
        floor, width = _mean(low), _mean(high) - _mean(low)
        leads.append(width / floor)
        gained = 0.0 if mine.problem or width <= 0 else (_mean(mine) - floor) / width
        gaps.append(LOSS if mine.problem else max(LOSS, gained))
    told = [(float(np.mean(each)), *interval(each)) for each in (leads, gaps)]
    return ChallengeResult(challenge, *told, tuple(gaps))


def _mean(match: Match) -> float:
    return float(np.mean(match.earned))
