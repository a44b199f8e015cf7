"""The gate: an entry takes part if it builds, does the same twice, and keeps its budget.

It plays a few pages twice on the feed, with nothing different but the order of Python's sets, and
once in each other world.  What fails there loses rounds there, and is said beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mavrs_course.arena.abilities import ALL, HiddenWorld, seed_of
from mavrs_course.arena.entry import Contender
from mavrs_course.arena.outside import REPOSITORY
from mavrs_course.arena.playing import ArenaSettings, Match, play_in
from mavrs_course.course.grading.isolation import isolate

VIEWERS, PAGES = 8, 5
DIFFERS = (
    "it is not deterministic under a seed: two runs gave different pages. Take all chance from "
    "the rng of build, sort what comes out of a set, and ask no clock"
)


@dataclass(frozen=True)
class Gate:
    """Whether an entry takes part.  line: why, or what it costs.  notes: worlds in which it fails.
    protection: a sentence on the sandbox, or on why there is none."""

    name: str
    passed: bool
    line: str
    notes: tuple[str, ...]
    protection: str


def check(
    contender: Contender, settings: ArenaSettings | None = None, worlds: tuple[str, ...] = ALL
) -> Gate:
    """Let an entry through, or say in one line why not.  The first world is played twice."""
    settings = replace(settings or ArenaSettings(), viewers=VIEWERS, pages=PAGES)
    isolation = isolate(REPOSITORY, settings.sandbox)
    protection = isolation.sentence.replace("notebook", "entry")

    def played(world: str, hash_seed: int = 0) -> Match:
        hidden = HiddenWorld("plain", 0, seed_of("gate", world), (world, world))
        return play_in(hidden, contender, settings, hash_seed=hash_seed)

    once, again = played(worlds[0]), played(worlds[0], 2)
    for match in (once, again):
        if match.problem:
            return Gate(contender.name, False, match.problem, (), protection)
    if once.slates != again.slates:
        return Gate(contender.name, False, DIFFERS, (), protection)
    others = [played(world) for world in worlds[1:]]
    notes = [f"in {each.platforms[0]}: {each.problem}" for each in others if each.problem]
    line = (
        f"it builds and does the same twice; a page takes {once.messages:.0f} messages and "
        f"{once.size_bytes:,.0f} bytes, {once.pages} pages and the start {once.cpu:.1f} s"
    )
    return Gate(contender.name, True, line, tuple(notes), protection)
