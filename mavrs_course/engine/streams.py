"""A stream of chance for each viewer, drawn for all of them at once.

A generator for each of a million viewers would fill the memory. SplitMix64 (Steele, Lea and Flood,
2014) needs none: the ``n``-th number of a stream is a formula of its start and of ``n``, so that a
viewer's whole state is two numbers, and thousands of streams are one line of array arithmetic.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mavrs_course.messages import Floats, Ints

Words = NDArray[np.uint64]

STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, odd
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_EXACT = 2.0**-53  # a double has 53 bits


def mixed(words: Words) -> Words:
    """SplitMix64's finaliser: uint64 of any shape, each turned into another that looks random."""
    words = (words ^ (words >> np.uint64(30))) * _FIRST
    words = (words ^ (words >> np.uint64(27))) * _SECOND
    return words ^ (words >> np.uint64(31))


def split_mix(start: Any, place: Any) -> Words:
    """The numbers at ``place`` 1, 2, ... of SplitMix64 that was seeded with ``start``: uint64."""
    return mixed(np.asarray(start, np.uint64) + np.asarray(place, np.uint64) * STEP)


class ViewerStreams:
    """One stream for each viewer int[B] of a seed, wherever she is and whoever is beside her.

    A viewer's stream starts at the number of her own place in the seed's stream. That two of a
    million viewers share part of their streams has a chance below 1 in 1,000.
    """

    def __init__(self, seed: int, viewers: Ints) -> None:
        root = split_mix(np.array([seed], np.uint64), 1)
        self._start: Words = split_mix(root, np.asarray(viewers) + 1)
        self._drawn: Words = np.zeros(len(self._start), np.uint64)

    def random(self, count: int, rows: Ints | None = None) -> Floats:
        """``count`` numbers in [0, 1) for each viewer, or for some rows: float[B, count].

        Only the streams of these rows move on.
        """
        which: Any = slice(None) if rows is None else rows
        place = self._drawn[which, None] + np.arange(1, count + 1, dtype=np.uint64)
        self._drawn[which] += np.uint64(count)
        return (split_mix(self._start[which, None], place) >> np.uint64(11)) * _EXACT

    def distinct(self, population: int, size: int) -> Ints:
        """For each viewer, ``size`` different numbers below ``population``: int[B, size]."""
        if population < size * size:  # collisions would be common
            return self.random(population).argsort(axis=1, kind="stable")[:, :size]
        drawn = (self.random(size) * population).astype(np.int64)
        again = np.arange(len(drawn))
        while True:
            ordered = np.sort(drawn[again], axis=1)
            again = again[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
            if not len(again):
                return drawn
            drawn[again] = (self.random(size, again) * population).astype(np.int64)
