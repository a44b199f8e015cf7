"""Creators who choose where to stand, and how hard to work.

Source: Jagadeesan, Garg and Steinhardt, "Supply-side equilibria in recommender systems" (NeurIPS
2023), with two kinds of viewers at an angle.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.envs.core import Floats32, checked_actions
from mavrs_course.messages import Bools, Floats, Ints

VIEWERS = 2


def genre_threshold(degrees: float) -> float:
    """The cost's exponent above which creators specialise: ``2 / (1 - cos(angle))``.

    Against rivals who all stand in the middle a creator earns in proportion to
    ``cos(a)**b + cos(angle - a)**b``, and at half the angle that is a maximum up to this exponent.
    """
    if not 0 < degrees <= 90:
        raise ValueError(f"an angle between two kinds of viewers is above 0 to 90, not {degrees}")
    return float(2.0 / (1.0 - np.cos(np.deg2rad(degrees))))


class CreatorsCore:
    """``N`` creators make one video each, and each kind of viewer takes the one it values most.

    A video is a vector of length ``effort**(1/exponent)`` that costs ``effort``; a viewer values
    the part that points its way.  Each of the two viewers won earns 1.  An action is a place,
    ``0 .. places - 1`` from one viewer to the other, times ``efforts`` steps of effort from 0 to
    2, within which the effort is drawn evenly, so that nobody ever ties.
    """

    observation_size = state_size = 1
    bounds = (0.0, 1.0)

    def __init__(
        self,
        exponent: float,
        degrees: float = 90.0,
        *,
        creators: int = 4,
        places: int = 5,
        efforts: int = 8,
        sessions: int = 512,
        auto_reset: bool = True,
        rng: np.random.Generator,
    ) -> None:
        if exponent < 1 or not 0 < degrees <= 90 or places < 2 or efforts < 1:
            raise ValueError(
                "a creators' game needs an exponent of 1 or more, an angle above 0 to 90, two "
                f"places and a step of effort; got {exponent}, {degrees}, {places} and {efforts}"
            )
        self.exponent, self.angle = exponent, np.deg2rad(degrees)
        self.places, self.efforts = places, efforts
        self.action_counts = (places * efforts,) * creators
        self.sessions, self.auto_reset, self.rng = sessions, auto_reset, rng
        self.over = np.zeros(sessions, dtype=bool)

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """A new session everywhere: one video each."""
        self.rng = self.rng if rng is None else rng
        self.over[:] = False

    def step(self, actions: Ints) -> tuple[Floats32, Bools, None]:
        """Everybody makes a video: what each earned float32[B, N], and all sessions are over."""
        actions = checked_actions(actions, self)
        effort = (actions % self.efforts + self.rng.random(actions.shape)) / self.efforts * VIEWERS
        values = self.values(actions // self.efforts, effort)  # float[B, N, 2]
        won = values.argmax(axis=1)  # int[B, 2]
        rewards = -effort
        for viewer in range(VIEWERS):
            rewards[np.arange(len(rewards)), won[:, viewer]] += 1.0
        rewards[self.over] = 0.0
        self.over[:] = not self.auto_reset
        return rewards.astype(np.float32), np.ones(self.sessions, dtype=bool), None

    def values(self, place: Ints, effort: Floats) -> Floats:
        """What each of the two viewers thinks of such videos: float[..., 2]."""
        away = self.angle * np.asarray(place) / (self.places - 1)
        length = np.asarray(effort) ** (1 / self.exponent)
        return length[..., None] * np.stack([np.cos(away), np.cos(self.angle - away)], axis=-1)

    def observe(self, out: Floats32 | None = None) -> Floats32:
        """Nothing to see: ones, float32[B, N, 1]."""
        shape = self.sessions, len(self.action_counts), 1
        return _ones(shape, out)

    def state(self, out: Floats32 | None = None) -> Floats32:
        """Nothing to know: ones, float32[B, 1]."""
        return _ones((self.sessions, 1), out)

    def specialised(self, chances: Floats) -> float:
        """How far creators stand from the middle, 0 to 1 (at a viewer); float[N, actions]."""
        places = chances.reshape(len(chances), self.places, self.efforts).sum(axis=2)
        away = np.abs(np.linspace(-1.0, 1.0, self.places))
        return float((places @ away).mean())


def _ones(shape: tuple[int, ...], out: Floats32 | None) -> Floats32:
    out = np.empty(shape, np.float32) if out is None else out
    out[...] = 1.0
    return out
