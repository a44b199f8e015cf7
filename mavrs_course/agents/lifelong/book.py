"""Ten years of one viewer in two kilobytes, a page a season, and pages that can be torn out.

A page holds, for each topic, how many videos were shown and how many held the viewer, one byte
each, and the season's one most remarkable video.  What is lost: in what order things happened
within a season, all other titles, and counts above 255, of which only the share is kept.

No page depends on another.  So a book from which a season was torn out is, byte for byte, the
book of somebody who never lived it: that is what "forget last spring" must mean.
"""

from __future__ import annotations

import struct

import numpy as np

from mavrs_course.agents.lifelong.filters import Levels
from mavrs_course.agents.lifelong.years import (
    MEAN_STAY,
    SLOPE_2,
    SPREAD,
    Counts,
    rates,
    reading_noise,
)
from mavrs_course.messages import Floats, Ints
from mavrs_course.rows import with_room

EVENINGS = 13  # in a season
LIMIT = 2048  # bytes a viewer
MOST = 255  # what a byte holds
HEAD = struct.Struct("<4sHH")
MOMENT = struct.Struct("<IBB")  # video, evening of the season, how remarkable
MARK = b"MVB1"


class BookError(ValueError):
    """The bytes are no book, or the book can't hold what is asked of it."""


class SeasonBook:
    """Books of ``B`` viewers: shown, stays uint8[B, S, T]; moments uint32[B, S, 3].

    A moment is a video, the evening of the season, and how remarkable it was, 1 to 255; 0 is none.
    """

    def __init__(self, viewers: int, topics: int, *, seasons: int = 40) -> None:
        size = HEAD.size + seasons * (2 * topics + MOMENT.size)
        if size > LIMIT:
            raise BookError(f"{seasons} seasons of {topics} topics take {size} of {LIMIT} bytes")
        self.seasons, self.topics = seasons, topics
        self.shown = np.zeros((viewers, seasons, topics), dtype=np.uint8)
        self.stays = np.zeros((viewers, seasons, topics), dtype=np.uint8)
        self.moments = np.zeros((viewers, seasons, 3), dtype=np.uint32)

    def write(self, viewers: Ints, evenings: Ints | int, shown: Ints, stays: Ints) -> None:
        """Add counts int[N, T] each, to the seasons of these evenings; nobody comes twice."""
        place = np.asarray(viewers), self._season(evenings)
        if (np.less(stays, 0) | np.greater(stays, shown)).any():
            raise BookError("of the videos shown, from none to all can hold a viewer")
        seen = self.shown[place] + np.asarray(shown, dtype=np.int64)
        held = self.stays[place] + np.asarray(stays, dtype=np.int64)
        over = seen > MOST
        self.shown[place] = np.where(over, MOST, seen)
        self.stays[place] = np.where(over, held * MOST // np.maximum(seen, 1), held)

    def remark(self, viewer: int, evening: int, video: int, worth: int) -> None:
        """Keep a video if it is more remarkable than the season's; among equals the first stays."""
        if not 1 <= worth <= MOST:
            raise BookError(f"how remarkable is a whole number from 1 to {MOST}, not {worth}")
        season = int(self._season(evening))
        if worth > self.moments[viewer, season, 2]:
            self.moments[viewer, season] = video, evening % EVENINGS, worth

    def forget(self, viewer: int, first: int, last: int) -> range:
        """Tear out the seasons of evenings first to last, whole ones; returns their numbers."""
        if first > last:
            raise BookError(f"evenings {first} to {last} are none: the first comes first")
        torn = range(int(self._season(first)), int(self._season(last)) + 1)
        for pages in (self.shown, self.stays, self.moments):
            pages[viewer, torn.start : torn.stop] = 0
        return torn

    def pack(self, viewer: int) -> bytes:
        """A viewer's book, at most 2,048 bytes."""
        parts = [HEAD.pack(MARK, self.seasons, self.topics)]
        for season in range(self.seasons):
            parts += [self.shown[viewer, season].tobytes(), self.stays[viewer, season].tobytes()]
            parts.append(MOMENT.pack(*self.moments[viewer, season].tolist()))
        return b"".join(parts)

    @classmethod
    def unpack(cls, packed: bytes) -> SeasonBook:
        """The book of one viewer, number 0; :class:`BookError` for other bytes."""
        if len(packed) > LIMIT or len(packed) < HEAD.size or packed[:4] != MARK:
            raise BookError("these bytes are no book of seasons")
        _, seasons, topics = HEAD.unpack_from(packed)
        page = 2 * topics + MOMENT.size
        if len(packed) != HEAD.size + seasons * page:
            raise BookError(f"a book of {seasons} seasons and {topics} topics is cut off or torn")
        book = cls(1, topics, seasons=seasons)
        for season in range(seasons):
            start = HEAD.size + season * page
            counts = np.frombuffer(packed, np.uint8, 2 * topics, start)
            book.shown[0, season], book.stays[0, season] = counts[:topics], counts[topics:]
            book.moments[0, season] = MOMENT.unpack_from(packed, start + 2 * topics)
        if (book.stays > book.shown).any():
            raise BookError("this book lies: more videos held the viewer than were shown")
        return book

    def drop_oldest(self, viewer: int) -> None:
        """A book that is full loses its first season, so that another one can be written."""
        for pages in (self.shown, self.stays, self.moments):
            pages[viewer] = np.concatenate([pages[viewer, 1:], np.zeros_like(pages[viewer, :1])])

    def _season(self, evening: Ints | int) -> Ints:
        evening = np.asarray(evening)
        if ((evening < 0) | (evening >= EVENINGS * self.seasons)).any():
            raise BookError(f"a book of {self.seasons} seasons has no evening {evening}")
        return evening // EVENINGS


def read(levels: Levels, shown: Counts, stays: Counts, evenings: Ints | int, mood: float) -> None:
    """Take in one page as a reading of the level half-way through its evenings, at least one."""
    half = np.asarray(evenings)[..., None] / 2.0
    levels.step(half)
    levels.take_in(rates(shown, stays), reading_noise(shown, mood, 2.0 * half))
    levels.step(half)
    levels.variance = np.minimum(levels.variance, SPREAD)


class BookMemory:
    """A memory for :func:`play_years` that keeps the book alone, and what can be read in it.

    evening: int[B], how many each viewer has lived.  past: what the finished pages say, so that
    they need not be read each time; whoever tears a page out has it read anew.
    """

    def __init__(
        self, viewers: int, topics: int, *, drift: float, mood: float, seasons: int = 40
    ) -> None:
        self.book = SeasonBook(viewers, topics, seasons=seasons)
        self.walk, self.mood = SLOPE_2 * drift**2, mood
        self.evening: Ints = np.zeros(viewers, dtype=np.int64)
        self.past = self._unread(viewers)

    def _unread(self, viewers: int) -> Levels:
        shape = (viewers, self.book.topics)
        return Levels(shape, self.walk, start=MEAN_STAY, spread=SPREAD)

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers that are new."""
        book, past = self.book, self.past
        book.shown, book.stays = with_room(book.shown, viewers), with_room(book.stays, viewers)
        book.moments, self.evening = (
            with_room(book.moments, viewers),
            with_room(self.evening, viewers),
        )
        past.mean = with_room(past.mean, viewers, MEAN_STAY)
        past.variance = with_room(past.variance, viewers, SPREAD)

    def believe(self, viewers: Ints | None = None) -> tuple[Floats, Floats]:
        who = np.arange(len(self.evening)) if viewers is None else np.asarray(viewers)
        season, lived = np.divmod(self.evening[who], EVENINGS)
        now = self._unread(len(who))
        now.mean, now.variance = self.past.mean[who], self.past.variance[who]
        read(now, self.book.shown[who, season], self.book.stays[who, season],
             np.maximum(lived, 1), self.mood)  # fmt: skip
        return now.mean, now.variance

    def take_in(self, shown: Ints, stays: Ints) -> None:
        everybody = np.arange(len(self.evening))
        self.book.write(everybody, self.evening, shown, stays)
        self.sleep(everybody)

    def sleep(self, viewers: Ints) -> None:
        """An evening of these viewers, int[N], is over; a full book loses its oldest season."""
        self.evening[viewers] += 1
        done = viewers[self.evening[viewers] % EVENINGS == 0]
        for season in np.unique(self.evening[done] // EVENINGS - 1):
            rows = done[self.evening[done] // EVENINGS - 1 == season]
            self._read_page(rows, int(season))
        for viewer in done[self.evening[done] == EVENINGS * self.book.seasons]:
            self.book.drop_oldest(int(viewer))
            self.evening[viewer] -= EVENINGS
            self._read_all(int(viewer))

    def forget(self, viewer: int, first: int, last: int) -> range:
        """As :meth:`SeasonBook.forget`; what was believed because of these pages goes with them."""
        torn = self.book.forget(viewer, first, last)
        self._read_all(viewer)
        return torn

    def _read_page(self, rows: Ints, season: int) -> None:
        part = self._unread(len(rows))
        part.mean, part.variance = self.past.mean[rows], self.past.variance[rows]
        read(
            part, self.book.shown[rows, season], self.book.stays[rows, season], EVENINGS, self.mood
        )
        self.past.mean[rows], self.past.variance[rows] = part.mean, part.variance

    def _read_all(self, viewer: int) -> None:
        rows = np.array([viewer])
        self.past.mean[viewer], self.past.variance[viewer] = MEAN_STAY, SPREAD
        for season in range(int(self.evening[viewer]) // EVENINGS):
            self._read_page(rows, season)
