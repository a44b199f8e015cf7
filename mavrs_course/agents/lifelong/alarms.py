"""Alarms that need no model of what is normal: ADWIN and Page-Hinkley.

Both take a number at a time and say whether it has just become clear that the mean has changed.
CUSUM and EWMA, which know the mean beforehand, are in :mod:`mavrs_course.agents.live.charts`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Bools, Floats


class Adwin:
    """A window that drops its old part where its two parts can't have the same mean.

    Every ``clock`` numbers each cut of the window is tried: parts of n0 and n1 numbers have
    different means if these differ by more than
    ``sqrt(2/m v ln(2 ln n / delta)) + 2/(3 m) ln(2 ln n / delta)``, ``1/m = 1/n0 + 1/n1``, with v
    the variance of the window.  Source: Bifet and Gavalda, "Learning from time-changing data with
    adaptive windowing" (SDM 2007).  Theirs keeps sums of about ``log n`` blocks and tries the cuts
    between blocks; this one keeps every number and tries every cut.
    """

    def __init__(self, delta: float = 0.002, *, clock: int = 32, least: int = 5) -> None:
        if not 0 < delta < 1:
            raise ValueError(f"delta is a chance between 0 and 1, not {delta}")
        self.delta, self.clock, self.least = delta, clock, least
        self.window: list[float] = []
        self._seen = 0

    @property
    def mean(self) -> float:
        """Of the window; NaN while it is empty."""
        return float(np.mean(self.window)) if self.window else float("nan")

    def take_in(self, number: float) -> bool:
        """Whether the window was cut by this number."""
        self.window.append(float(number))
        self._seen += 1
        if self._seen % self.clock:
            return False
        cut = False
        while (place := self._cut()) is not None:
            self.window, cut = self.window[place:], True
        return cut

    def _cut(self) -> int | None:
        """The latest cut whose two parts differ too much, or None."""
        size = len(self.window)
        if size < 2 * self.least:
            return None
        first = np.arange(self.least, size - self.least + 1)  # sizes of the older part
        sums = np.cumsum(self.window)
        older = sums[first - 1] / first
        newer = (sums[-1] - sums[first - 1]) / (size - first)
        inverse = 1.0 / first + 1.0 / (size - first)
        log = np.log(2.0 * np.log(size) / self.delta)
        bound = np.sqrt(2.0 * inverse * np.var(self.window) * log) + 2.0 / 3.0 * inverse * log
        apart = np.flatnonzero(np.abs(older - newer) > bound)
        return int(first[apart[-1]]) if len(apart) else None


class PageHinkley:
    """A sum of what lies above the running mean, which gives the alarm when it has risen too far.

    ``S <- keep * S + (x - mean - delta)``, alarm where S is more than ``threshold`` above its
    lowest, and the same downwards; then it begins anew.  Source: Page (Biometrika 1954), with the
    running mean of Hinkley (Biometrika 1971).  Numbers of any shape are watched each by itself.
    """

    def __init__(
        self,
        threshold: float = 50.0,
        *,
        delta: float = 0.005,
        least: int = 30,
        keep: float = 0.9999,
    ) -> None:
        if not threshold > 0:
            raise ValueError(f"a threshold is above 0, not {threshold}")
        self.threshold, self.delta, self.least, self.keep = threshold, delta, least, keep
        self.risen: Floats = np.zeros(())  # how far each sum is above its lowest
        self._state: Floats | None = None

    def take_in(self, numbers: ArrayLike) -> Bools:
        """Where these numbers give the alarm: bool of their shape."""
        numbers = np.asarray(numbers, dtype=float)
        state = np.zeros((6, *numbers.shape)) if self._state is None else self._state
        count, mean, up, lowest, down, highest = state
        count = count + 1
        mean = mean + (numbers - mean) / count
        up = self.keep * up + numbers - mean - self.delta
        down = self.keep * down + numbers - mean + self.delta
        lowest, highest = np.minimum(lowest, up), np.maximum(highest, down)
        self.risen = np.maximum(up - lowest, highest - down)
        alarm = (count >= self.least) & (self.risen > self.threshold)
        self._state = np.stack([count, mean, up, lowest, down, highest])
        self._state[:, alarm] = 0.0
        return alarm
