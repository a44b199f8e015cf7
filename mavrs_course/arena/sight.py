"""What an entry gets to see of a world, and what agents on loan tell it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from mavrs_course.arena.abilities import FOG, SCOUTS, HiddenWorld, seed_of
from mavrs_course.arena.inside import LentAgent, WorldView
from mavrs_course.arena.planners import planner
from mavrs_course.messages import Floats, Request, World

ROOMS = ("minute", "on_air", "since", "viewers", "comments", "gifts", "rates")


def view_of(world: Any, team: int = 0) -> WorldView:
    """What an entry may see of a world: a bait is not written on a video."""
    catalog = replace(world.catalog, appeal=np.zeros(len(world.catalog)))
    request: Request = world.request
    lent = [LentAgent(f"scout {number}") for number in range(team)]
    there = request.viewers, world.active.copy(), request
    seen = {name: SimpleNamespace(**parts) for name, parts in public(world).items()}
    return WorldView(catalog, request.slots, request.candidates.shape[1], lent, *there, **seen)


def public(world: Any) -> dict[str, dict[str, Any]]:
    """What everybody sees of a world besides its catalogue and its requests."""
    seen = {}
    if (rooms := getattr(world, "rooms", None)) is not None:
        seen["rooms"] = {name: getattr(rooms, name) for name in ROOMS}
    if (learners := getattr(world, "learners", None)) is not None:
        seen["learners"] = {"structure": learners.structure, "target": learners.target}
    return seen


class Team:
    """The agents on loan: they know what the planner ranks, through fog; some lie, some die."""

    def __init__(self, hidden: HiddenWorld, world: World) -> None:
        self._hidden, self._planner = hidden, planner(world)

    def says(self, request: Request, evening: int, page: int) -> tuple[Floats, Floats]:
        """Scores float32[n, B, C], NaN from the dead, and confidences float[n]."""
        hidden, team = self._hidden, self._hidden.team
        assert team is not None
        scores = self._planner.opine(request).scores
        places = scores.argsort(axis=1).argsort(axis=1)
        clear = (places - places.mean(axis=1, keepdims=True)) / places.std(axis=1, keepdims=True)
        rng = np.random.default_rng(seed_of(hidden.seed, "fog", evening, page))
        seen = clear + FOG * rng.standard_normal((SCOUTS, *clear.shape))
        sure = np.full(SCOUTS, 1.0 / (1.0 + FOG))
        for liar in team.liars:
            seen[liar], sure[liar] = -1_000.0 * seen[liar], 1.0
        for scout, death in team.deaths.items():
            if evening and page >= death:
                seen[scout] = np.nan
        return seen.astype(np.float32), sure
