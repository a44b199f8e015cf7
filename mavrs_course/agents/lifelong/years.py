"""Ten years of evenings with one memory: what it believes decides what is shown, and is learned.

One video at a time fills the screen, as in lesson 20, and holds the viewer or not.  Beliefs are
about the chance to stay, a level for each viewer and topic.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mavrs_course.agents.lifelong.filters import Levels
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.lives import Lives
from mavrs_course.world.viewers import VIDEO_MINUTES

Counts = NDArray[np.integer]

# Of (u + 1) / (u + 3) with u uniform on (-1, 1): mean, variance, mean square of the slope, and the
# mean variance of one answer, by integration.
MEAN_STAY = 1.0 - float(np.log(2.0))
SPREAD = 0.5 - float(np.log(2.0)) ** 2
SLOPE_2 = 7.0 / 96.0
ONE_ANSWER = MEAN_STAY * (1.0 - MEAN_STAY) - SPREAD


class YearsMemory(Protocol):
    """A memory of ``B`` viewers."""

    def believe(self) -> tuple[Floats, Floats]:
        """Mean and variance of the chance to stay: float[B, T] each."""

    def take_in(self, shown: Ints, stays: Ints) -> None:
        """An evening's counts: int[B, T] each."""


def play_years(
    life: Lives,
    memory: YearsMemory,
    rng: np.random.Generator,
    *,
    videos: int = 30,
    candidates: int = 10,
    explore: float = 0.0,
) -> Floats:
    """Minutes watched: float[E, B].

    Each video is the best of ``candidates`` of random topics, by what is believed; with
    ``explore`` 1, by one draw from the belief an evening (Thompson).  The same rng draws the same
    candidates and dice for every memory.
    """
    stay = life.stay
    evenings, viewers, topics = stay.shape
    minutes, rows = np.zeros((evenings, viewers)), np.arange(viewers)[:, None]
    for evening in range(evenings):
        normal = rng.standard_normal((viewers, topics))
        offered = rng.integers(0, topics, (viewers, videos, candidates))
        dice = rng.random((viewers, videos))
        mean, variance = memory.believe()
        drawn = mean + explore * np.sqrt(variance) * normal
        best = drawn[rows[:, :, None], offered].argmax(axis=2)
        topic = np.take_along_axis(offered, best[:, :, None], axis=2)[:, :, 0]  # [B, videos]
        held = dice < stay[evening][rows, topic]
        place = (topic + topics * rows).ravel()
        shown = np.bincount(place, minlength=viewers * topics).reshape(viewers, topics)
        stays = np.bincount(place[held.ravel()], minlength=viewers * topics)
        memory.take_in(shown, stays.reshape(viewers, topics))
        minutes[evening] = VIDEO_MINUTES * held.sum(axis=1)
    return minutes


def rates(shown: Counts, stays: Counts) -> Floats:
    """Stays a show, NaN where nothing was shown."""
    return np.divide(
        stays, shown, out=np.full(np.shape(shown), np.nan), where=np.asarray(shown) > 0
    )


def reading_noise(shown: ArrayLike, mood: float, evenings: ArrayLike = 1.0) -> Floats:
    """Variance of a rate about the level: the evening's mood, and so many answers.

    mood: deviation of the mood, in interest.
    """
    return SLOPE_2 * mood**2 / np.asarray(evenings) + ONE_ANSWER / np.maximum(shown, 1)


class LevelMemory:
    """A Kalman filter for each viewer and topic.  drift: a step of taste; 0 never forgets."""

    def __init__(self, viewers: int, topics: int, *, drift: float, mood: float) -> None:
        walk = SLOPE_2 * drift**2
        self.levels = Levels((viewers, topics), walk, start=MEAN_STAY, spread=SPREAD)
        self.mood = mood

    def believe(self) -> tuple[Floats, Floats]:
        return self.levels.mean, self.levels.variance

    def take_in(self, shown: Ints, stays: Ints) -> None:
        self.levels.take_in(rates(shown, stays), reading_noise(shown, self.mood))
        self.levels.step()
        self.levels.variance = np.minimum(self.levels.variance, SPREAD)


class ChangingLevels:
    """BOCPD over Kalman filters, for ``N`` levels at once and the last ``longest`` runs of each.

    Runs older than that are one: a filter forgets how it began, so that they believe the same.
    """

    def __init__(
        self,
        rows: int,
        walk: float,
        hazard: float,
        *,
        start: float = 0.0,
        spread: float = 1.0,
        longest: int = 24,
    ) -> None:
        if not 0 < hazard < 1 or longest < 2:
            raise ValueError(f"a hazard in (0, 1) and 2 runs or more, not {hazard} and {longest}")
        self.walk, self.hazard, self.start, self.spread = walk, hazard, start, spread
        self.chance = np.zeros((rows, longest))  # of each run; the one that begins now is first
        self.chance[:, -1] = 1.0
        self.means = np.full((rows, longest), float(start))
        self.variances = np.full((rows, longest), float(spread))

    @property
    def mean(self) -> Floats:
        """float[N]."""
        return (self.chance * self.means).sum(axis=1)

    @property
    def variance(self) -> Floats:
        """Within runs and between them: float[N]."""
        square = (self.chance * (self.variances + self.means**2)).sum(axis=1)
        return np.maximum(square - self.mean**2, 1e-12)

    def changed(self, within: int) -> Floats:
        """Chance that the last change came with the last ``within`` readings: float[N]."""
        return self.chance[:, : within + 1].sum(axis=1)

    def take_in(self, reading: ArrayLike, noise: ArrayLike) -> None:
        """One step, with a reading float[N], NaN where there is none, and its variance."""
        reading = np.asarray(reading, dtype=float)[:, None]
        noise = np.broadcast_to(np.asarray(noise, dtype=float).reshape(-1, 1), reading.shape)
        there = np.isfinite(reading)
        apart = np.where(there, reading - self.means, 0.0)  # [N, R]
        spread = self.variances + noise
        density = np.exp(-0.5 * apart**2 / spread) / np.sqrt(spread)
        joint = self.chance * np.where(there, density + 1e-300, 1.0)
        joint /= joint.sum(axis=1, keepdims=True)
        gain = np.where(there, self.variances / spread, 0.0)
        means = self.means + gain * apart
        variances = np.minimum((1.0 - gain) * self.variances + self.walk, self.spread)
        self.chance[:, 0], self.means[:, 0], self.variances[:, 0] = (
            self.hazard, self.start, self.spread
        )  # fmt: skip
        kept = (1.0 - self.hazard) * joint
        old = kept[:, -2:]  # the two oldest become one
        share = old / np.maximum(old.sum(axis=1, keepdims=True), 1e-300)
        self.chance[:, 1:] = np.c_[kept[:, :-2], old.sum(axis=1)]
        for whole, part in ((self.means, means), (self.variances, variances)):
            whole[:, 1:] = np.c_[part[:, :-2], (share * part[:, -2:]).sum(axis=1)]


class ChangingMemory:
    """:class:`LevelMemory` that also expects life's events, each with chance ``hazard`` a topic."""

    def __init__(
        self, viewers: int, topics: int, *, drift: float, mood: float, hazard: float
    ) -> None:
        self.shape, self.mood = (viewers, topics), mood
        self.levels = ChangingLevels(
            viewers * topics, SLOPE_2 * drift**2, hazard, start=MEAN_STAY, spread=SPREAD
        )

    def believe(self) -> tuple[Floats, Floats]:
        return self.levels.mean.reshape(self.shape), self.levels.variance.reshape(self.shape)

    def take_in(self, shown: Ints, stays: Ints) -> None:
        noise = reading_noise(shown, self.mood)
        self.levels.take_in(rates(shown, stays).ravel(), noise.ravel())
