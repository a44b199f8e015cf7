"""Viewers over years, by three clocks: a mood each evening, a slow drift, and life's events.

Drift is :class:`~mavrs_course.world.effects.Drift`.  A day of the world is the time between two
evenings of a viewer; with one evening a week, ten years are 520.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Drift, Effect, Setting
from mavrs_course.world.viewers import sample_interest

EVENINGS_A_YEAR = 52


@dataclass
class Moods(Effect):
    """An evening's mood: ``N(0, size ** 2)`` is added to the attraction of every topic.

    It is drawn anew each day and lasts all day.  Source: moods within a session and taste across
    sessions as two factors, Xiang et al., "Temporal recommendation on graphs" (KDD 2010).
    """

    size: float = 0.3

    def __post_init__(self) -> None:
        _require(self.size >= 0, f"size must be at least 0, not {self.size}")

    def start(self, platform: Setting) -> None:
        self.mood = self.rng.normal(0.0, self.size, platform.interest.shape)

    def attract(self, platform: Setting, videos: Ints) -> Floats:
        return np.take_along_axis(self.mood, platform.catalog.topic[videos], axis=1)

    def next_day(self, platform: Setting) -> bool:
        self.start(platform)
        return True


@dataclass
class LifeEvents(Effect):
    """Overnight, with chance ``chance``, something happens: a child, a move, a new friend.

    Interest in a ``share`` of the topics, each drawn by itself, is then drawn anew.  ``happened``
    bool[B] says to whom it did this night.  Source: abrupt drift, as in Gama et al., "A survey on
    concept drift adaptation" (ACM Computing Surveys 2014).
    """

    chance: float = 1 / 104
    share: float = 0.5

    def __post_init__(self) -> None:
        _require(0 <= self.chance <= 1, f"chance must be in [0, 1], not {self.chance}")
        _require(0 <= self.share <= 1, f"share must be in [0, 1], not {self.share}")

    def start(self, platform: Setting) -> None:
        self.happened: Bools = np.zeros(len(platform.viewers), dtype=bool)

    def next_day(self, platform: Setting) -> bool:
        interest = platform.interest
        self.happened = platform.present & (self.rng.random(len(interest)) < self.chance)
        anew = self.happened[:, None] & (self.rng.random(interest.shape) < self.share)
        interest[anew] = self.rng.uniform(-1.0, 1.0, int(anew.sum()))
        return True


@dataclass(frozen=True)
class Lives:
    """``B`` lives of ``E`` evenings.  taste: float[E, B, T], by drift and events.

    mood: float[E, B, T].  event: bool[E, B], in the night before that evening.
    """

    taste: Floats
    mood: Floats
    event: Bools

    @property
    def stay(self) -> Floats:
        """Chance that a video alone on the screen holds the viewer: ``w / (w + 2)``, [E, B, T]."""
        weight = np.maximum(self.taste + self.mood + 1.0, 0.0)
        return weight / (weight + 2.0)


def lives(
    viewers: int,
    evenings: int,
    rng: np.random.Generator,
    *,
    drift: float = 0.05,
    moods: Moods | None = None,
    events: LifeEvents | None = None,
) -> Lives:
    """Draw lives without playing them, by the same effects that a platform takes."""
    _require(viewers >= 1 and evenings >= 1, "lives need a viewer and an evening at least")
    moods, events = moods or Moods(), events or LifeEvents()
    walk = Drift(per_day=drift)
    for effect, own in zip((moods, events, walk), rng.spawn(3), strict=True):
        effect.rng = own
    person = _Viewers(viewers, rng)
    moods.start(person)
    events.start(person)
    taste, mood = np.zeros((2, evenings, *person.interest.shape))
    event = np.zeros((evenings, viewers), dtype=bool)
    for evening in range(evenings):
        taste[evening], mood[evening], event[evening] = person.interest, moods.mood, events.happened
        for effect in (moods, walk, events):
            effect.next_day(person)
    return Lives(taste, mood, event)


class _Viewers:
    """What effects look at, with no platform round it."""

    def __init__(self, viewers: int, rng: np.random.Generator) -> None:
        self.catalog = Catalog.sample(20, rng)
        self.viewers: Ints = np.arange(viewers)
        self.interest = sample_interest(viewers, rng, self.catalog.n_topics)
        self.present: Bools = np.ones(viewers, dtype=bool)


def _require(fine: bool, problem: str) -> None:
    if not fine:
        raise ValueError(problem)
