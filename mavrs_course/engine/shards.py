"""One world of many shards of viewers, wherever these are.

Each viewer has a chance of her own, and the rows of all shards are put into the viewers' order
before anybody sees them. So the team is asked what it would be asked in one process, and learns
what it would learn: the pages are the same to the byte, for every agent and every way of
coordinating, however many shards there are.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.engine.lasting import Checkpoints, LastingPlaces
from mavrs_course.engine.places import Engine, EngineError
from mavrs_course.engine.viewers import PageTurn, ViewerShard
from mavrs_course.messages import Coordinator, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world.audience import Attendance
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.offer import PlatformError, checked_pages

Assign = Callable[[Ints, int], Ints]


def in_blocks(viewers: Ints, shards: int) -> Ints:
    """Which shard each viewer int[B] goes to, int[B]: neighbours together, shares equal."""
    return np.arange(len(viewers)) * shards // max(len(viewers), 1)


class ShardedWorld(Attendance):
    """A World whose viewers are in shards of an engine.

    seed: of the viewers' chance.  assign: ``assign(viewers int[B], shards)`` says which shard each
    viewer goes to; no result depends on it.  every: pages after which the shards' states are kept,
    so that a lost one comes back as it was; None takes a loss for an error.  seconds: that a shard
    may take for a page, or it counts as lost.
    """

    def __init__(
        self,
        engine: Engine,
        catalog: Catalog,
        seed: int,
        *,
        shards: int = 1,
        slots: int = 3,
        assign: Assign = in_blocks,
        every: int | None = None,
        seconds: float | None = None,
    ) -> None:
        if shards < 1:
            raise PlatformError(f"a world needs at least one shard, not {shards}")
        super().__init__()
        self.engine, self.catalog, self.seed, self.slots = engine, catalog, seed, slots
        self._assign = assign
        made = [(catalog, seed, slots)] * shards
        self.shards = LastingPlaces(engine, ViewerShard, made, every=every, seconds=seconds)
        self._rows: list[Ints] = []

    def reset(self, sessions: int) -> Request:
        """New viewers, whose numbers go on from those before, and their first request."""
        self._welcome(sessions)
        shard = self._assign(self.viewers, len(self.shards))
        self._rows = [np.flatnonzero(shard == n) for n in range(len(self.shards))]
        if sum(map(len, self._rows)) != sessions:
            raise PlatformError(f"assign names shards outside 0..{len(self.shards) - 1}")
        return self._wake(self._all("welcome", self.viewers))

    def next_day(self) -> Request:
        """Let a day pass: everybody comes back."""
        _ = self.request
        return self._wake(self._all("wake"))

    def show(self, slate: Slate) -> Feedback:
        """Show one page to every viewer and go on to the next request."""
        request = self.request
        videos = checked_pages(slate, request, self.active, len(self.catalog))
        did: list[PageTurn] = self._all("view", videos)
        self.active = self._joined([each.going_on for each in did])
        slate = replace(slate, videos=videos, request=request)
        feedback = Feedback(
            slate,
            clicked=self._joined([each.clicked for each in did]),
            watch_minutes=self._joined([each.watch_minutes for each in did]),
            active=self._joined([each.active for each in did]),
        )
        self._offer([each.candidates for each in did])
        return feedback

    def keep(self, checkpoints: Checkpoints, step: int, beside: Any) -> None:
        """Keep the whole world, and ``beside`` it whatever belongs to the same step."""
        own = self.seed, self.viewers, self.active, self._rows, self.request
        states = {f"shard {n}": state for n, state in enumerate(self.shards.states())}
        states |= {"world": pickle.dumps(own), "beside": pickle.dumps(beside)}
        checkpoints.write(step, states)

    def resume(self, checkpoints: Checkpoints) -> tuple[int, Any] | None:
        """Go on from what was kept: its step and what was beside it, or None if nothing was."""
        kept = checkpoints.read()
        if kept is None:
            return None
        step, states = kept
        seed, *own = pickle.loads(states["world"])
        if seed != self.seed or len(states) != len(self.shards) + 2:
            raise EngineError(
                f"{checkpoints.path} holds another evening (seed {seed}, {len(states) - 2} shards):"
                " name another file"
            )
        self.viewers, self.active, self._rows, self._request = own
        self.shards.become([states[f"shard {n}"] for n in range(len(self.shards))])
        return step, pickle.loads(states["beside"])

    def _wake(self, candidates: list[Ints]) -> Request:
        self.active = np.ones(len(self.viewers), dtype=bool)
        return self._offer(candidates)

    def _offer(self, candidates: list[Ints]) -> Request:
        self._request = Request(self.viewers, self._joined(candidates), self.slots)
        return self._request

    def _all(self, method: str, *by_row: Ints) -> list:
        """Call every shard that has viewers with its own rows, all at once."""
        given = [tuple(each[rows] for each in by_row) for rows in self._rows]
        return self.shards.ask_all(method, given)

    def _joined(self, parts: list) -> np.ndarray:
        """The shards' rows, in the viewers' order."""
        whole = np.concatenate(parts)
        joined = np.empty_like(whole)
        joined[np.concatenate(self._rows)] = whole
        return joined


def play_kept(
    world: ShardedWorld,
    coordinator: Coordinator,
    sessions: int,
    checkpoints: Checkpoints,
    *,
    every: int = 20,
) -> tuple[Floats, int]:
    """Play an evening that may be interrupted: minutes watched float[B], and pages shown.

    World and coordinator are kept after ``every`` pages; the same call in another process goes on
    from there, and comes to the same numbers. The coordinator's agents must be in this process. If
    a step can't be kept, the step before is whole.
    """
    kept = world.resume(checkpoints)
    if kept is None:
        world.reset(sessions)
        page, minutes = 0, np.zeros(sessions)
    else:
        page, (coordinator, minutes) = kept
    while world.active.any():
        feedback = world.show(coordinator.recommend(world.request))
        coordinator.learn(feedback)
        minutes += feedback.watch_minutes
        page += 1
        if page % every == 0 or not world.active.any():
            world.keep(checkpoints, page, (coordinator, minutes))
    return minutes, page
