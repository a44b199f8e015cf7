"""Worlds that nobody has seen: drawn from a salt, one for each ability and round.

A world's parameters, its videos and its viewers follow from ``sha256(salt, ability, round)``.  Who
does not know the salt cannot know the world, and who learns it afterwards can draw it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mavrs_course.messages import World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Boredom, Clickbait, Drift, Effect
from mavrs_course.world.learning import LearningPlatform
from mavrs_course.world.live import LivePlatform, RoomRates, streamers
from mavrs_course.world.long_video.world import LongVideo, sample_catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.short_video import ShortVideo
from mavrs_course.world.short_video.feed import short_catalog

Rng = np.random.Generator
ALL = ("feed", "short_video", "long_video", "learning", "live")
SHARED = ALL[:3]  # worlds of the same twenty topics, so that viewers can move between them
SCOUTS, FOG = 6, 2.0
LATEST_DEATH = 10  # a page of the second evening


@dataclass(frozen=True)
class Ability:
    """Something that a system should be able to do.  worlds: those in which it is asked for."""

    name: str
    sentence: str
    worlds: tuple[str, ...] = ALL


ABILITIES = {
    ability.name: ability
    for ability in (
        Ability("plain", "viewers who stay as they are"),
        Ability("drift", "tastes drift from page to page and overnight", ("feed", "short_video")),
        Ability("boredom", "a topic bores, or practice tires", ("feed", "learning")),
        Ability("clickbait", "poor videos look better than they are", ("feed", "long_video")),
        Ability("liars", "some of six agents that are lent say the opposite, and shout"),
        Ability("killed", "some of six agents that are lent die in the second evening"),
        Ability("silent_model", "no language model answers"),
        Ability("second_platform", "the viewers move to another platform", SHARED),
    )
}


@dataclass(frozen=True)
class LentTeam:
    """Six scouts see the planner's scores through fog, some of them lie, and some die.

    liars: int, which of them.  deaths: page of the second evening by scout.
    """

    liars: tuple[int, ...] = ()
    deaths: dict[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class HiddenWorld:
    """One world of one round.

    platforms: where each of two evenings is.  patience: minutes of budget with which an evening on
    the feed begins; the published 200 make evenings of hundreds of pages.  copy: the same world
    with other viewers and other luck.
    """

    ability: str
    round: int
    seed: int = field(repr=False)
    platforms: tuple[str, str] = ("feed", "feed")
    team: LentTeam | None = None
    patience: float = 80.0
    copy: int = 0

    @property
    def moves(self) -> bool:
        """Whether the second evening is on another platform."""
        return self.platforms[0] != self.platforms[1]

    def open(self) -> Iterator[World]:
        """The world of each evening, the same one twice where nobody moves; new at each call."""
        first = make_world(self.platforms[0], self.ability, self.seed)
        yield first
        yield make_world(self.platforms[1], self.ability, self.seed) if self.moves else first


def seed_of(*words: object) -> int:
    """256 bits that nobody guesses who does not know all the words."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, words)).encode()).digest(), "big")


def hidden_world(ability: str, salt: str, number: int) -> HiddenWorld:
    """The world of a round; the platforms of an ability take turns.  KeyError: no such ability."""
    names = ABILITIES[ability].worlds
    seed = seed_of(salt, ability, number)
    turn = seed_of(salt, ability) % len(names) + number
    rng = np.random.default_rng(seed_of(seed, "who"))
    first = names[turn % len(names)]
    second, team = first, None
    if ability == "second_platform":
        second = names[(turn + 1 + number // len(names) % 2) % len(names)]
    if ability in ("liars", "killed"):
        few = rng.permutation(SCOUTS)[: rng.integers(1, 4)].tolist()
        dead = {scout: int(rng.integers(0, LATEST_DEATH)) for scout in few}
        team = LentTeam(tuple(few)) if ability == "liars" else LentTeam(deaths=dead)
    return HiddenWorld(ability, number, seed, (first, second), team, rng.uniform(60.0, 100.0))


def make_world(name: str, ability: str, seed: int) -> World:
    """A platform of this name with the parameters that follow from the seed."""
    return MAKERS_OF_WORLDS[name](np.random.default_rng(seed_of(seed, name)), ability)


def _effects(ability: str, rng: Rng) -> Sequence[Effect]:
    if ability == "drift":
        return [Drift(per_day=rng.uniform(0.2, 0.6), per_page=rng.uniform(0.02, 0.08))]
    if ability == "boredom":
        return [Boredom(strength=rng.uniform(0.4, 1.0), memory=rng.uniform(0.7, 0.9))]
    if ability == "clickbait":
        return [Clickbait(share=rng.uniform(0.3, 0.8), appeal=rng.uniform(1.0, 2.5))]
    return []


def _feed(rng: Rng, ability: str) -> World:
    catalog = Catalog.sample(int(rng.integers(400, 1_200)), rng)
    shape = {"slots": int(rng.integers(2, 5)), "candidates": int(rng.integers(8, 15))}
    return Platform(catalog, **shape, effects=_effects(ability, rng), rng=rng)


def _short_video(rng: Rng, ability: str) -> World:
    return ShortVideo(
        short_catalog(int(rng.integers(400, 1_200)), rng),
        candidates=int(rng.integers(6, 13)),
        ahead=int(rng.integers(0, 4)),
        drift=rng.uniform(0.02, 0.08) if ability == "drift" else 0.0,
        swipe_weight=rng.uniform(1.5, 3.0),
        rng=rng,
    )


def _long_video(rng: Rng, ability: str) -> World:
    catalog = sample_catalog(int(rng.integers(400, 1_200)), rng)
    if ability == "clickbait":
        poor = (rng.random(len(catalog)) < rng.uniform(0.3, 0.8)) & (catalog.quality < 0)
        catalog = replace(catalog, appeal=rng.uniform(1.0, 2.5) * poor)
    slots = int(rng.integers(3, 6))
    costs = {"look_cost": rng.uniform(0.3, 0.8), "regret": rng.uniform(5.0, 15.0)}
    return LongVideo(catalog, slots=slots, candidates=int(rng.integers(8, 15)), **costs, rng=rng)


def _learning(rng: Rng, ability: str) -> World:
    tired: dict[str, Any] = {}
    if ability == "boredom":
        tired = {"energy": float(rng.integers(4, 8)), "refresh": rng.uniform(0.4, 0.8)}
    return LearningPlatform(steps=int(rng.integers(8, 15)), **tired, rng=rng)


def _live(rng: Rng, ability: str) -> World:
    rates = RoomRates(
        on_air=rng.uniform(8.0, 16.0),
        highlight_every=rng.uniform(6.0, 14.0),
        burst=rng.uniform(3.0, 6.0),
    )
    catalog = streamers(int(rng.integers(200, 400)), rng)
    shape = {"slots": int(rng.integers(2, 5)), "candidates": int(rng.integers(8, 13))}
    return LivePlatform(catalog, **shape, rates=rates, rng=rng)


MAKERS_OF_WORLDS: dict[str, Callable[[Rng, str], World]] = {
    "feed": _feed,
    "short_video": _short_video,
    "long_video": _long_video,
    "learning": _learning,
    "live": _live,
}
