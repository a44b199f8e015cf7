"""The live platform: everybody shares one clock, and what is shown is on the air now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.messages import NO_CLICK, Bools, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world import viewers
from mavrs_course.world.audience import Audience
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.live.rooms import RoomRates, Rooms
from mavrs_course.world.live.visits import draw_prices, draw_visits
from mavrs_course.world.offer import PlatformError, checked_pages
from mavrs_course.world.platform import draw_distinct

TOPICS = (
    "celebrity gossip", "shopping shows", "pranks", "dancing", "singing", "chatting", "gaming",
    "cooking", "handicraft", "travel", "concerts", "language lessons",
)  # fmt: skip
STREAMERS = 300
A_DAY = 24 * 60.0  # minutes


@dataclass(frozen=True)
class LiveFeedback(Feedback):
    """What happened in a live room besides.

    left: bool[B], the viewer left the room, an explicit negative; else it closed, or nobody went.
    gift_minute: float[B], minutes after the click, NaN without a gift.  coins: float[B].
    """

    left: Bools = None  # type: ignore[assignment]  # the world always gives all three
    gift_minute: Floats = None  # type: ignore[assignment]
    coins: Floats = None  # type: ignore[assignment]


class LivePlatform(Audience):
    """``B`` viewers who look for a room that is on the air; a video is a streamer's room.

    Each page takes a window of the clock.  The choice is RecSim's, ``w / (sum w + 2)`` with
    ``w = u + 1 + pull`` in a highlight; u is the viewer's interest, which does not move.  Who
    clicks stays until leaving, at ``leave * exp(-u - q)`` a minute, q with the room's mood, half of
    it if they entered at a highlight, or until the room closes; gifts come at ``gift`` a minute,
    three times that if they entered at a highlight, and compete with leaving
    (:mod:`~mavrs_course.world.live.visits`).
    A session ends after a page without a click with probability ``bored``, after a visit with
    probability ``sated``.  The rate of gifts is set so that random pages have a gift on about
    1.5 % of the clicks, as measured on KuaiLive (1.48 %); the rest of the values are ours.
    impulsive: gifts come at once, as the only open measurement says, or late.

    ``active`` bool[B]: who looks at a page now; False for those inside a room, who will look again,
    and for those whose session is over.  When nobody looks, or fewer rooms than ``candidates`` are
    open, the clock runs on by itself.  ``rooms`` is what everybody sees of the crowd.
    ``online`` bool[B]: whose session goes on.  ``viewers``, ``watch_minutes``, ``pages``: as on the
    base platform.
    """

    leave, gift, pull = 0.5, 0.0028, 1.0
    bored, sated = 0.2, 0.1

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        slots: int = 3,
        candidates: int = 10,
        rates: RoomRates | None = None,
        impulsive: bool = True,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(rng)
        catalog_rng, self._rooms_rng, self.rng = rng.spawn(3)
        self.catalog = streamers(STREAMERS, catalog_rng) if catalog is None else catalog
        if not 1 <= slots <= candidates <= len(self.catalog):
            raise PlatformError(
                f"{slots} slots out of {candidates} candidates out of {len(self.catalog)} rooms "
                "cannot be: there are at least as many rooms as candidates, and these as slots"
            )
        self.slots, self.candidates = slots, candidates
        self.impulsive = impulsive
        self.rooms = Rooms(len(self.catalog), rates or RoomRates(), self._rooms_rng)
        self.online: Bools = np.zeros(0, dtype=bool)
        self.watch_minutes: Floats = np.zeros(0)
        self.pages: Ints = np.zeros(0, dtype=np.int64)
        self._free_at: Floats = np.zeros(0)

    @property
    def minute(self) -> float:
        """The time on the clock that all share."""
        return self.rooms.minute

    def reset(self, sessions: int) -> Request:
        """New viewers, all of them looking; the rooms go on."""
        self._welcome(sessions)
        self.interest = viewers.sample_interest(sessions, self.rng, self.catalog.n_topics)
        return self._start_sessions()

    def next_day(self) -> Request:
        """Everybody comes back the next day, to other rooms: a night closes all of yesterday's."""
        _ = self.request
        self.rooms = Rooms(len(self.catalog), self.rooms.rates, self._rooms_rng)
        return self._start_sessions()

    def show(self, slate: Slate) -> LiveFeedback:
        """Show one page to everybody who looks, and let the clock run on to the next request.

        Raises :class:`PlatformError` for pages of a wrong shape, for rooms that are gone, not
        among the row's candidates or twice on a page, and when every session is over.
        """
        request = self.request
        self._refuse_gone(slate)
        videos = checked_pages(slate, request, self.active, len(self.catalog))
        looking = self.active
        weights = viewers.attraction(self.interest, self.catalog.topic[videos])
        weights += self.pull * self.rooms.highlight[videos]
        clicked = np.where(looking, viewers.choose(weights, self.rng), NO_CLICK)
        feedback = self._visit(replace(slate, videos=videos, request=request), clicked)
        self.watch_minutes += feedback.watch_minutes
        self.pages += looking
        ends = self.rng.random(len(looking)) < np.where(clicked >= 0, self.sated, self.bored)
        self.online &= ~(looking & ends)
        self._free_at = np.where(looking, self.minute + feedback.watch_minutes, self._free_at)
        self._go_on()
        return feedback

    def _visit(self, slate: Slate, clicked: Ints) -> LiveFeedback:
        rows, went = np.arange(len(clicked)), clicked != NO_CLICK
        room = slate.videos[rows, clicked]
        interest = self.interest[rows, self.catalog.topic[room]]
        quality = self.catalog.quality[room] + self.rooms.mood[room]
        leave = self.leave * np.exp(-interest - quality)
        exciting = self.rooms.highlight[room]
        visit = draw_visits(
            np.where(exciting, leave / 2.0, leave),
            np.where(exciting, 3.0 * self.gift, self.gift),
            self.rooms.until[room] - self.minute,
            self.impulsive,
            self.rng,
        )
        gift_minute = np.where(went, visit.gift_minute, np.nan)
        prices = draw_prices(len(clicked), self.rng)
        return LiveFeedback(
            slate=slate,
            clicked=clicked,
            watch_minutes=np.where(went, visit.stay, 0.0),
            active=self.active.copy(),
            left=went & visit.left,
            gift_minute=gift_minute,
            coins=np.where(np.isnan(gift_minute), 0.0, prices),
        )

    def _start_sessions(self) -> Request:
        sessions = len(self.viewers)
        self.online = np.ones(sessions, dtype=bool)
        self._free_at = np.full(sessions, self.minute)
        self.watch_minutes = np.zeros(sessions)
        self.pages = np.zeros(sessions, dtype=np.int64)
        return self._go_on()

    def _go_on(self) -> Request:
        """Let the clock run until somebody looks, and enough rooms are open, for a next page.

        PlatformError where that takes a whole day: so few rooms will hardly ever be open at once.
        """
        waiting, since = True, self.minute
        while waiting:
            if self.minute - since > A_DAY:
                raise PlatformError(
                    f"for a whole day there were never {self.candidates} rooms on the air; give "
                    "more rooms, open them for longer, or ask for fewer candidates"
                )
            self.rooms.tick()
            self.active = self.online & (self._free_at <= self.minute)
            nobody = self.online.any() and not self.active.any()
            waiting = nobody or self.rooms.on_air.sum() < self.candidates
        open_now = np.flatnonzero(self.rooms.on_air)
        drawn = draw_distinct(len(open_now), self.candidates, len(self.viewers), self.rng)
        self._request = Request(self.viewers, open_now[drawn], self.slots)
        return self._request

    def _refuse_gone(self, slate: Slate) -> None:
        gone = np.isin(slate.videos, np.flatnonzero(~self.rooms.on_air))
        if gone.any():
            row, slot = np.argwhere(gone)[0]
            raise PlatformError(
                f"page {row} shows room {slate.videos[row, slot]}, which is not on the air at "
                f"minute {self.minute:g}; show one of request.candidates[{row}]"
            )


def streamers(count: int, rng: np.random.Generator) -> Catalog:
    """A catalogue of streamers, each a creator of one topic, with quality ``N(0, 0.5)``.

    minutes: the ten that a room is open on average, by the default rates.
    """
    return Catalog(
        topic=rng.integers(0, len(TOPICS), count),
        quality=rng.normal(0.0, 0.5, count),
        minutes=np.full(count, RoomRates().on_air),
        creator=np.arange(count),
        style_seed=rng.integers(0, 2**31, count),
        seed=int(rng.integers(0, 2**31)),
        topics=TOPICS,
    )
