"""Clips whose two senses tell of a class in a planted way: both, one alone, or only together.

Each clip shows one of two pictures and plays one of two sounds, and belongs to class 0 or 1.  Since
we planted what tells of the class, what every kind of fusion can reach is known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.clips import frames, sound_track

LOOKS = (12, 11)
"""Funny pets and car stunts: they share neither scene, colours nor sound."""

FRAMES, SIZE = 4, 32
SECONDS = 1.0
QUALITY = 2.0  # filmed and recorded with care, so that what is hard is the class


class Draw(NamedTuple):
    """``N`` clips.  shown: int[N, 2], which picture and which sound, 0 or 1.  label: int[N]."""

    shown: Ints
    label: Ints


@dataclass(frozen=True)
class Planted:
    """The shares of the clips in which the class is told in each way; in the rest, by nothing.

    redundant: picture and sound are both the class.  picture, sound: the one is, the other is a
    coin.  synergy: the picture is a coin, and the class is whether the sound differs from it: pets
    that bark are in class 0, pets that roar like a car in class 1, and the other way round.
    The way of a clip is hidden.  noise: how often each sense shows the other of its two things.
    """

    redundant: float = 0.0
    picture: float = 0.0
    sound: float = 0.0
    synergy: float = 0.0
    noise: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        shares = self.redundant, self.picture, self.sound, self.synergy
        if not all(share >= 0 for share in shares) or sum(shares) > 1 + 1e-9:
            raise ValueError(f"shares are at least 0 and at most 1 together, got {shares}")
        if not all(0 <= noise <= 1 for noise in self.noise):
            raise ValueError(f"noise is the chance of a change, 0 to 1, got {self.noise}")

    def table(self) -> Floats:
        """The chance of each picture, sound and class: float[2, 2, 2]."""
        table = np.zeros((2, 2, 2))
        told = self.redundant + self.picture + self.sound + self.synergy
        for a, b, z in np.ndindex(2, 2, 2):
            both = self.redundant * (a == z) * (b == z)
            one = self.picture * (a == z) / 2 + self.sound * (b == z) / 2
            only_together = self.synergy * ((a != b) == z) / 2
            table[a, b, z] = (both + one + only_together + (1 - told) / 4) / 2
        first, second = (np.array([[1 - e, e], [e, 1 - e]]) for e in self.noise)
        return np.einsum("abz,ai,bj->ijz", table, first, second)

    def draw(self, clips: int, rng: np.random.Generator) -> Draw:
        """Clips of these shares."""
        cells = rng.choice(8, size=clips, p=self.table().ravel())
        picture, sound, label = np.unravel_index(cells, (2, 2, 2))
        return Draw(np.column_stack([picture, sound]), label)

    def best(self) -> float:
        """The share of clips whose class can be told from both senses together, at most."""
        return float(self.table().max(axis=2).sum())

    def best_added(self) -> float:
        """The same by a sum of exact log-odds, one from each sense; a tie is right by half."""
        table = self.table()
        chance = table.sum(axis=(0, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            first, second = (np.log(table.sum(axis=axis) / chance) for axis in (1, 0))
            log_odds = first[:, None] + second[None] + np.log(chance)
            lead = log_odds[..., 1] - log_odds[..., 0]
        guess = np.where(np.abs(lead) < 1e-9, 0.5, lead > 0)
        return float((table[..., 1] * guess + table[..., 0] * (1 - guess)).sum())


def planted_clips(shown: Ints, rng: np.random.Generator) -> tuple[NDArray[np.uint8], list[Floats]]:
    """Films of what is shown, each in a style of its own: uint8[N, 4, 32, 32, 3], and N waves.

    shown: int[N, 2], as in :class:`Draw`.  Picture and sound are drawn apart, so that nothing but
    their topics goes together.
    """
    styles = rng.integers(0, 2**31, (len(shown), 2))
    pictures, waves = [], []
    for (picture, sound), (look, tune) in zip(shown, styles, strict=True):
        pictures.append(
            frames(LOOKS[picture], QUALITY, int(look), seconds=SECONDS, size=SIZE, fps=FRAMES)
        )
        waves.append(sound_track(LOOKS[sound], QUALITY, int(tune), seconds=SECONDS))
    return np.array(pictures).reshape(-1, FRAMES, SIZE, SIZE, 3), waves
