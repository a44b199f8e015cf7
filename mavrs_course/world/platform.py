"""The platform: it asks for pages, shows them to viewers and reports what they did.

The base is RecSim's interest-evolution world (see :mod:`mavrs_course.world.viewers`);
:mod:`mavrs_course.world.effects` holds what can be added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from mavrs_course.messages import NO_CLICK, Bools, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world import viewers
from mavrs_course.world.audience import Audience
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Effect
from mavrs_course.world.offer import PlatformError, checked_pages

DEFAULT_VIDEOS = 2_000


class Platform(Audience):
    """``B`` viewers, each at one session, each shown one page at a time.

    A page has ``slots`` videos out of ``candidates`` freshly drawn ones.  ``rng`` feeds
    everything: the same seed and the same pages give the same numbers.  Each effect draws from
    a stream of its own, given by its place in ``effects``: the base stream is the same with and
    without effects, and an effect put at the end leaves the draws of the others as they were.

        platform = Platform(rng=np.random.default_rng(0))
        platform.reset(sessions=1000)
        while platform.active.any():
            feedback = platform.show(coordinator.recommend(platform.request))

    Attributes, one row for each viewer: ``viewers`` int[B], numbered on from reset to reset;
    ``interest`` float[B, n_topics]; ``budget`` float[B], minutes left; ``watch_minutes`` float[B]
    and ``pages`` int[B], in this session so far; ``present`` bool[B], False for a viewer who has
    left for good; ``active`` bool[B]; ``day`` int.  They change as pages are shown: copy what you
    keep.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        slots: int = 3,
        candidates: int = 10,
        effects: Sequence[Effect] = (),
        rng: np.random.Generator,
    ) -> None:
        super().__init__(rng)
        if not 1 <= slots <= candidates:
            raise PlatformError(
                f"{candidates} candidates fill 1 to {candidates} slots, not {slots} slots"
            )
        catalog_rng, effects_rng = rng.spawn(2)
        catalog = Catalog.sample(DEFAULT_VIDEOS, catalog_rng) if catalog is None else catalog
        self.slots, self.candidates = slots, candidates
        strange = [effect for effect in effects if not isinstance(effect, Effect)]
        if strange:
            raise PlatformError(f"effects are objects such as Boredom(), not {strange[0]!r}")
        # Copies, because effects hold state: one effect may serve several platforms.
        self.effects = tuple(copy(effect) for effect in effects)
        for effect, effect_rng in zip(self.effects, effects_rng.spawn(len(effects)), strict=True):
            effect.rng = effect_rng
            catalog = effect.prepare(catalog)
        self.catalog = catalog
        on_show = int(np.sum(catalog.day <= 0))
        if on_show < candidates:
            raise PlatformError(
                f"{candidates} candidates cannot be drawn from the {on_show} videos of day 0; "
                "give a larger catalogue or ask for fewer candidates"
            )
        self.budget: Floats = np.zeros(0)
        self.watch_minutes: Floats = np.zeros(0)
        self.pages: Ints = np.zeros(0, dtype=np.int64)

    def effect(self, kind: type[Effect]) -> Effect:
        """This platform's own copy of an effect, to look at its state."""
        for effect in self.effects:
            if isinstance(effect, kind):
                return effect
        raise PlatformError(f"this platform was made without the effect {kind.__name__}")

    def reset(self, sessions: int) -> Request:
        """New viewers on day 0, each with a budget of 200 minutes, and their first request."""
        self._welcome(sessions)
        self.interest = viewers.sample_interest(sessions, self.rng, self.catalog.n_topics)
        self.present = np.ones(sessions, dtype=bool)
        self.day = 0
        self._start_session()
        for effect in self.effects:
            effect.start(self)
        self._request = self._draw_request()
        return self._request

    def next_day(self) -> Request:
        """Let a day pass: who comes back starts a new session; the others are gone for good.

        Whoever still was in a session leaves it.  Without an effect that says otherwise,
        everybody comes back, with the interest that the day before left them with.
        """
        _ = self.request
        self.day += 1
        for effect in self.effects:
            self.present &= effect.next_day(self)
        self._start_session()
        self._request = self._draw_request()
        return self._request

    def attraction(self, videos: Ints) -> Floats:
        """How strongly each video draws its row's viewer, slots aside: float[B, n], at least 0.

        The base is ``u + 1``; videos is int[B, n].  This peeks into the viewers' heads: real
        platforms cannot, and only baselines that say so may.
        """
        weights = viewers.attraction(self.interest, self.catalog.topic[videos])
        for effect in self.effects:
            weights = weights + effect.attract(self, videos)
        return np.maximum(weights, 0.0)

    def show(self, slate: Slate) -> Feedback:
        """Show one page to every viewer and go on to the next request.

        The rows of viewers whose session is over must be filled too, and change nothing.
        Raises :class:`PlatformError` for pages of a wrong shape, for videos that are not
        among the row's candidates or twice on a page, and when every session is over.
        """
        videos = checked_pages(slate, self.request, self.active, len(self.catalog))
        weights = self.attraction(videos)
        for effect in self.effects:
            weights = weights * effect.examine(self, videos)
        active = self.active.copy()
        clicked = np.where(active, viewers.choose(weights, self.rng), NO_CLICK)
        watch = self._watch(videos[np.arange(len(videos)), clicked], clicked != NO_CLICK)
        feedback = Feedback(
            slate=replace(slate, videos=videos, request=self.request),
            clicked=clicked,
            watch_minutes=watch,
            active=active,
        )
        for effect in self.effects:
            feedback = effect.after_page(self, feedback)
        self._request = self._draw_request()
        return feedback

    def _watch(self, video: Ints, clicked: Bools) -> Floats:
        """Advance everybody by one page: minutes watched, float[B]."""
        active, catalog = self.active, self.catalog
        watch, budget = viewers.spend(
            self.budget, clicked, catalog.quality[video], catalog.minutes[video]
        )
        self.budget = np.where(active, budget, self.budget)
        viewers.evolve(self.interest, clicked, catalog.topic[video], self.rng)
        self.watch_minutes += watch
        self.pages += active
        self.active = active & (self.budget > 0)
        return watch

    def _start_session(self) -> None:
        sessions = len(self.viewers)
        self.budget = np.full(sessions, viewers.START_BUDGET)
        self.watch_minutes = np.zeros(sessions)
        self.pages = np.zeros(sessions, dtype=np.int64)
        self.active = self.present.copy()

    def _draw_request(self) -> Request:
        on_show = np.flatnonzero(self.catalog.day <= self.day)
        drawn = draw_distinct(len(on_show), self.candidates, len(self.viewers), self.rng)
        return Request(self.viewers, on_show[drawn], self.slots)


def draw_distinct(population: int, size: int, rows: int, rng: np.random.Generator) -> Ints:
    """For each row, ``size`` different numbers below ``population``: int[rows, size]."""
    if population < size * size:  # collisions would be common
        everything = np.broadcast_to(np.arange(population), (rows, population))
        return rng.permuted(everything, axis=1)[:, :size]
    drawn = rng.integers(0, population, (rows, size))
    again = np.arange(rows)
    while len(again):
        ordered = np.sort(drawn[again], axis=1)
        again = again[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        drawn[again] = rng.integers(0, population, (len(again), size))
    return drawn


WORLDS = {"feed": lambda rng: Platform(rng=rng)}
