"""Luck that all players share: every stream of a world starts again before each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mavrs_course.arena.abilities import seed_of
from mavrs_course.messages import World
from mavrs_course.world.platform import Platform


def streams(world: Any) -> Iterator[np.random.Generator]:
    """Every stream of chance that a world, or a part of it, holds; each once, in a fixed order."""
    seen, waiting = set(), [world]
    while waiting:
        thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, np.random.Generator):
            yield thing
        elif isinstance(thing, (list, tuple)):
            waiting += thing
        elif type(thing).__module__.startswith("mavrs_course.world"):
            waiting += vars(thing).values()


def restart(chance: Sequence[np.random.Generator], *words: object) -> None:
    """Let streams begin anew, each at a place that these words give."""
    for number, stream in enumerate(chance):
        seed = np.random.SeedSequence(seed_of(*words, number))
        stream.bit_generator.state = type(stream.bit_generator)(seed).state


def ask_again(world: World, chance: Sequence[np.random.Generator], *words: object) -> None:
    """On the feed clicks draw chance before the next request does: draw that one anew."""
    if isinstance(world, Platform):
        restart(chance, *words, "ask")
        world._request = world._draw_request()  # noqa: SLF001
