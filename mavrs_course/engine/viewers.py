"""A shard of viewers: the base platform's, each with a chance of her own.

The laws are those of :mod:`mavrs_course.world.viewers`, without effects. What differs from
:class:`~mavrs_course.world.platform.Platform` is where chance comes from: there one stream feeds
all viewers, so that nobody could be moved to another machine without changing everybody's evening.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mavrs_course.engine.streams import ViewerStreams
from mavrs_course.messages import NO_CLICK, Bools, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world import viewers as laws
from mavrs_course.world.audience import Attendance
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.offer import PlatformError, checked_pages


class _Drawn:
    """Numbers that are drawn already, for laws that ask a generator."""

    def __init__(self, numbers: Floats) -> None:
        self._numbers = numbers

    def random(self, size: int) -> Floats:
        return self._numbers


def drawn(numbers: Floats) -> Any:
    """A stand-in for a generator that gives these numbers."""
    return _Drawn(numbers)


@dataclass(frozen=True)
class PageTurn:
    """What viewers did with a page, and what they may be shown next.

    clicked, active, watch_minutes: as in :class:`~mavrs_course.messages.Feedback`.
    candidates: int[B, C].  going_on: bool[B], whose session goes on.
    """

    clicked: Ints
    watch_minutes: Floats
    active: Bools
    candidates: Ints
    going_on: Bools


class ViewerShard(Attendance):
    """Viewers of the base platform, and a World of its own where it holds all of them.

    seed: of everybody's chance, together with each viewer's number.  Attributes, one row for each
    viewer: ``viewers`` int[B], ``interest`` float[B, n_topics], ``budget`` float[B], ``active``
    bool[B].  ``welcome``, ``view`` and ``wake`` are what :class:`.shards.ShardedWorld` calls;
    ``reset``, ``show`` and ``next_day`` are a World's.
    """

    def __init__(self, catalog: Catalog, seed: int, slots: int = 3, candidates: int = 10) -> None:
        if not 1 <= slots <= candidates <= len(catalog):
            raise PlatformError(
                f"{candidates} candidates out of {len(catalog)} videos do not fill {slots} slots"
            )
        super().__init__()
        self.catalog, self.seed, self.slots, self.candidates = catalog, seed, slots, candidates

    def welcome(self, viewers: Ints) -> Ints:
        """New viewers int[B] of these numbers; the candidates of their first page, int[B, C]."""
        self.viewers = np.array(viewers)
        self._streams = ViewerStreams(self.seed, self.viewers)
        self.interest: Floats = 2.0 * self._streams.random(self.catalog.n_topics) - 1.0
        return self.wake()

    def wake(self) -> Ints:
        """A day passes and everybody comes back; the candidates of the first page, int[B, C]."""
        self.budget: Floats = np.full(len(self.viewers), laws.START_BUDGET)
        self.active = np.ones(len(self.viewers), dtype=bool)
        return self._offer()

    def view(self, videos: Ints) -> PageTurn:
        """What the viewers do with their pages int[B, K]."""
        topic, active = self.catalog.topic, self.active
        chance = self._streams.random(2)  # whether an interest grows is drawn for all, click or not
        weights = laws.attraction(self.interest, topic[videos])
        clicked = np.where(active, laws.choose(weights, drawn(chance[:, 0])), NO_CLICK)
        video = videos[np.arange(len(videos)), clicked]
        chose = clicked != NO_CLICK
        watch, budget = laws.spend(
            self.budget, chose, self.catalog.quality[video], self.catalog.minutes[video]
        )
        self.budget = np.where(active, budget, self.budget)
        laws.evolve(self.interest, chose, topic[video], drawn(chance[chose, 1]))
        self.active = active & (self.budget > 0)
        return PageTurn(clicked, watch, active, self._offer(), self.active)

    def reset(self, sessions: int) -> Request:
        """New viewers, whose numbers go on from those before, and their first request."""
        self._welcome(sessions)
        self.welcome(self.viewers)
        return self.request

    def next_day(self) -> Request:
        """Let a day pass: everybody comes back."""
        _ = self.request
        self.wake()
        return self.request

    def show(self, slate: Slate) -> Feedback:
        """Show one page to every viewer and go on to the next request."""
        request = self.request
        videos = checked_pages(slate, request, self.active, len(self.catalog))
        did = self.view(videos)
        slate = replace(slate, videos=videos, request=request)
        return Feedback(slate, did.clicked, did.watch_minutes, active=did.active)

    def _offer(self) -> Ints:
        candidates = self._streams.distinct(len(self.catalog), self.candidates)
        self._request = Request(self.viewers, candidates, self.slots)
        return candidates
