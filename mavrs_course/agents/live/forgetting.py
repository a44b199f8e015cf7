"""An agent that forgets dead rooms, as much as it is told to."""

from __future__ import annotations

from typing import Any

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, World
from mavrs_course.once import learns_once
from mavrs_course.words import capitalised


class ForgettingAgent:
    """Prefers the rooms that keep viewers: minutes a show, room by room.

    When a room closes, what is known of it shrinks to the share ``keep``: 0 forgets the dead, 1
    takes the streamer's next room for the same.  ``minutes / shows`` is drawn towards the mean of
    all rooms, as if each had been shown ``assumed_shows`` times with that mean.

    Its note on a page says how often each room had died by then.  Feedback that comes after the
    room has closed counts ``keep`` to the power of the deaths since: the same in the end as if it
    had come in time.  In a world without ``rooms`` nothing dies.
    """

    name = "forgetting"
    assumed_shows = 5.0

    def __init__(self, world: World, *, keep: float = 0.5) -> None:
        if not 0 <= keep <= 1:
            raise ValueError(f"keep is a share between 0 and 1, not {keep}")
        self.world, self.keep = world, keep
        rooms = len(world.catalog)
        self.shown, self.minutes = np.zeros(rooms), np.zeros(rooms)
        self.deaths: Ints = np.zeros(rooms, dtype=np.int64)
        self._rooms: Any = None
        self._on_air: Bools = np.zeros(rooms, dtype=bool)
        self._since: Floats = np.zeros(rooms)
        self._all_shown, self._all_minutes = 0.0, 0.0

    @property
    def value(self) -> Floats:
        """float[V]: the minutes that it expects of a show."""
        mean = self._all_minutes / max(self._all_shown, 1.0)
        return (self.minutes + self.assumed_shows * mean) / (self.shown + self.assumed_shows)

    def bury(self) -> None:
        """Let go of the rooms that have closed since it last looked."""
        rooms = getattr(self.world, "rooms", None)
        if rooms is None:
            return
        dead = self._on_air & ((rooms.since != self._since) | (rooms is not self._rooms))
        self.deaths += dead
        self.shown[dead] *= self.keep
        self.minutes[dead] *= self.keep
        self._rooms, self._on_air, self._since = rooms, rooms.on_air.copy(), rooms.since.copy()

    def opine(self, request: Request) -> Opinion:
        self.bury()
        value = self.value
        scores = value[request.candidates]
        first = request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]
        sure = self.shown[first] / (self.shown[first] + self.assumed_shows)
        why = {room: self._reason(room, value[room]) for room in set(first.tolist())}
        reasons = [why[room] for room in first.tolist()]
        return Opinion(self.name, scores, sure, reasons, memo=self.deaths.copy())

    def _reason(self, room: int, value: float) -> str:
        topic = capitalised(self.world.catalog.topics[self.world.catalog.topic[room]])
        if self.shown[room] < 1:
            return f"{topic}: nobody has been shown this room yet, so this is a guess."
        return f"{topic}: {value:.1f} minutes a show, of {self.shown[room]:.0f} shows."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        self.bury()
        rows = np.flatnonzero(feedback.active)
        videos, minutes = feedback.slate.videos[rows], feedback.watch_minutes[rows]
        clicked = feedback.clicked[rows, None] == np.arange(videos.shape[1])
        then = feedback.slate.memo
        since = self.deaths - then if isinstance(then, np.ndarray) else 0 * self.deaths
        known = self.keep**since
        np.add.at(self.shown, videos, known[videos])
        np.add.at(self.minutes, videos, known[videos] * minutes[:, None] * clicked)
        self._all_shown += videos.size
        self._all_minutes += float((minutes[:, None] * clicked).sum())


MAKERS = {"forgetting": lambda world, rng: ForgettingAgent(world)}
