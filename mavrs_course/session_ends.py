"""When a session is over, in whatever order its pages are told.

Feedback may come late and in another order, so the end of a session can be told before its pages
are.  Whoever counts sessions writes on each page which session it was made for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Ints
from mavrs_course.rows import with_room

NOT_YET = np.iinfo(np.int64).max


@dataclass(frozen=True)
class MadeFor:
    """The note on a page: the session int[B] of each row, and how many pages were made before."""

    session: Ints
    page: int


class SessionEnds:
    """Numbers the sessions of all viewers, from 0 on.

    A session is over where a page that was made after a watched one is told to be inactive.  What
    was made before that was told belongs to it still.  Inactive pages before a viewer comes belong
    to the session that follows.
    """

    def __init__(self) -> None:
        self._now = np.zeros(0, dtype=np.int64)  # each viewer's session, -1 for none
        self._watched = np.zeros(0, dtype=np.int64)  # of each session the earliest page watched
        self._ended = np.zeros(0, dtype=np.int64)  # and the latest that was told to be inactive
        self._pages = 0

    def __len__(self) -> int:
        return len(self._watched)

    def making(self, viewers: Ints) -> MadeFor:
        """A page is made for viewers int[B]: what to write on it."""
        self._now = with_room(self._now, viewers, -1)
        new = np.unique(viewers[self._now[viewers] < 0])
        self._now[new] = len(self) + np.arange(len(new))
        self._watched = with_room(self._watched, self._now[new], NOT_YET)
        self._ended = with_room(self._ended, self._now[new], -1)
        self._pages += 1
        return MadeFor(self._now[viewers], self._pages - 1)

    def over(self, session: Ints) -> Bools:
        """Whether the sessions are over: bool[B]; those in which nothing was watched are not."""
        return self._ended[session] > self._watched[session]

    def begun(self, session: Ints) -> Bools:
        """Whether anything was watched in the sessions: bool[B]."""
        return self._watched[session] < NOT_YET

    def told(self, made: MadeFor, viewers: Ints, active: Bools) -> tuple[Bools, Bools]:
        """A page is told: by which rows bool[B] a session begins, and by which one ends."""
        session, active = made.session, np.asarray(active)
        begun, over = self.begun(session), self.over(session)
        np.minimum.at(self._watched, session[active], made.page)
        np.maximum.at(self._ended, session[~active], made.page)
        begins, ends = self.begun(session) & ~begun, self.over(session) & ~over
        self._now[viewers[ends]] = -1
        return begins, ends

    def leave(self, viewers: Ints) -> Ints:
        """Viewers int[N] have left without a word: the sessions that are over by this."""
        session = self._now[viewers[viewers < len(self._now)]]
        session = session[session >= 0]
        session = session[self.begun(session)]
        self._ended[session] = NOT_YET - 1
        self._now[np.isin(self._now, session)] = -1
        return session
