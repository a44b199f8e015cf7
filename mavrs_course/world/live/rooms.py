"""Rooms that open and close, the crowd in them, and what the crowd does when it gets exciting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.offer import PlatformError


@dataclass(frozen=True)
class RoomRates:
    """How rooms and crowds behave; minutes are means of exponential times.

    window: minutes between two looks at the rooms.  on_air, off_air: minutes that a streamer's room
    is open, and closed.  joins: viewers a minute who enter; spread: how much it differs between
    rooms (deviation of its logarithm).  stay: minutes that a viewer of the crowd stays.  comments,
    gifts: of a viewer of the crowd, a minute.  highlight_every, highlight_lasts: minutes.  burst:
    by how much a highlight multiplies comments and gifts.  echo: comments in the next window that
    a comment draws, below 1.  mood: deviation of what a room's evening adds to its streamer's
    quality, until it closes.  The values are ours: no public measurement gives them.
    """

    window: float = 0.5
    on_air: float = 10.0
    off_air: float = 40.0
    joins: float = 20.0
    spread: float = 1.0
    stay: float = 2.0
    comments: float = 0.2
    gifts: float = 0.005
    highlight_every: float = 10.0
    highlight_lasts: float = 2.0
    burst: float = 4.0
    echo: float = 0.0
    mood: float = 0.0

    def __post_init__(self) -> None:
        for name in ("window", "on_air", "off_air", "stay", "highlight_every", "highlight_lasts"):
            value = getattr(self, name)
            if not 0 < value < np.inf:
                raise PlatformError(f"RoomRates.{name} is a number of minutes above 0, not {value}")
        for name in ("joins", "spread", "comments", "gifts", "burst", "echo", "mood"):
            value = getattr(self, name)
            if not 0 <= value < np.inf:
                raise PlatformError(f"RoomRates.{name} is 0 or more, not {value}")
        if self.echo >= 1:
            raise PlatformError(f"with an echo of {self.echo}, 1 or more, comments would explode")


class Rooms:
    """One room for each of ``V`` streamers, on the air or not, at ``minute``.

    A room opens and closes as a Markov chain in continuous time, so that a share
    ``on_air / (on_air + off_air)`` is open.  An open room is an M/M/infinity queue: it starts
    empty, and after t minutes the number of viewers is Poisson with mean
    ``joins * stay * (1 - exp(-t / stay))``.  Comments in a window are Poisson with mean
    ``viewers * comments * window`` (times burst) ``+ echo * comments of the window before``, a
    Hawkes process in steps: its mean is that of its first part divided by ``1 - echo``.

    Everybody sees on_air bool[V]; since float[V], the minute at which it opened or closed; viewers,
    comments, gifts int[V], the last two in the window just over.  Nobody but a judge sees
    highlight bool[V], closes_at float[V] and mood float[V].
    """

    def __init__(self, count: int, rates: RoomRates, rng: np.random.Generator) -> None:
        self.rates, self.rng = rates, rng
        self.minute = 0.0
        scale = rng.lognormal(-(rates.spread**2) / 2.0, rates.spread, count)
        self.joins: Floats = rates.joins * scale
        self.on_air: Bools = rng.random(count) < rates.on_air / (rates.on_air + rates.off_air)
        self.since: Floats = np.zeros(count)  # the minute at which it opened, or closed
        self.until: Floats = self._lasting(self.on_air)
        self.mood: Floats = np.zeros(count)
        self._draw_moods(np.arange(count))
        self.viewers: Ints = rng.poisson(np.where(self.on_air, self.joins * rates.stay, 0.0))
        self.highlight: Bools = np.zeros(count, dtype=bool)
        self.comments: Ints = np.zeros(count, dtype=np.int64)
        self.gifts: Ints = np.zeros(count, dtype=np.int64)

    @property
    def closes_at(self) -> Floats:
        """float[V]: the minute at which an open room will close; NaN for the others."""
        return np.where(self.on_air, self.until, np.nan)

    def tick(self) -> None:
        """Let one window pass."""
        rates, rng = self.rates, self.rng
        was_on_air, since = self.on_air.copy(), self.since.copy()
        self.minute += rates.window
        self._open_and_close()
        same = self.on_air & was_on_air & (self.since == since)
        aged = np.where(same, rates.window, np.where(self.on_air, self.minute - self.since, 0.0))
        staying = np.exp(-aged / rates.stay)
        joined = rng.poisson(self.joins * rates.stay * (1.0 - staying))
        self.viewers = rng.binomial(np.where(same, self.viewers, 0), staying) + joined
        self._excite(same)
        base = self.viewers * aged * np.where(self.highlight, rates.burst, 1.0)
        echo = rates.echo * np.where(same, self.comments, 0)
        self.comments = rng.poisson(rates.comments * base + echo)
        self.gifts = rng.poisson(rates.gifts * base)

    def _open_and_close(self) -> None:
        while len(due := np.flatnonzero(self.until <= self.minute)):
            self.on_air[due] = ~self.on_air[due]
            self.since[due] = self.until[due]
            self.until[due] += self._lasting(self.on_air[due])
            self._draw_moods(due)

    def _draw_moods(self, which: Ints) -> None:
        if self.rates.mood > 0:  # without moods nothing is drawn
            self.mood[which] = self.rng.normal(0.0, self.rates.mood, len(which))

    def _lasting(self, on_air: Bools) -> Floats:
        return self.rng.exponential(np.where(on_air, self.rates.on_air, self.rates.off_air))

    def _excite(self, same: Bools) -> None:
        """Highlights begin and end, at most once a window."""
        window, ticket = self.rates.window, self.rng.random(len(same))
        begins = ticket < -np.expm1(-window / self.rates.highlight_every)
        goes_on = ticket >= -np.expm1(-window / self.rates.highlight_lasts)
        self.highlight = self.on_air & np.where(self.highlight & same, goes_on, begins)
