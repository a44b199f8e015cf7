"""Charts that watch many rows at once for a change; how long they run is computed elsewhere.

Each keeps one number a row, ``state`` float[N], and ``watch`` says where it gives the alarm:
bool[N].  A chart does not stop at its alarm; whoever acts on one calls ``restart``.  Average run
lengths: :mod:`mavrs_course.metrics.run_lengths`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Bools, Floats


class Cusum:
    """``S <- max(0, S + x - k)``, alarm where ``S > h`` (Page, Biometrika 1954).

    x: numbers of deviation 1; k: half of the rise that is to be found.  start: S of a new row, a
    head start when above 0.  most: where S stops, so that an alarm that stands does not stand for
    ever after the change is over.
    """

    def __init__(
        self, rows: int, k: float, h: float, *, start: float = 0.0, most: float = np.inf
    ) -> None:
        if not h > 0:
            raise ValueError(f"an alarm limit h is above 0, not {h}")
        if not 0 <= start < h <= most:
            raise ValueError(f"0 <= start < h <= most must hold, not for {start}, {h} and {most}")
        self.k, self.h, self.start, self.most = k, h, start, most
        self.state: Floats = np.full(rows, float(start))

    def watch(self, x: ArrayLike, k: ArrayLike | None = None) -> Bools:
        """Take in one number a row, float[N]; k: another reference value, for all or for each."""
        step = np.subtract(x, self.k if k is None else k)
        self.state = np.clip(self.state + step, 0.0, self.most)
        return self.alarm()

    def alarm(self) -> Bools:
        """Where the alarm stands."""
        return self.state > self.h

    def restart(self, which: Bools) -> None:
        """Rows that begin anew."""
        self.state[which] = self.start


class PoissonCusum(Cusum):
    """A :class:`Cusum` of counts, alarm where ``S >= h`` (Lucas, Technometrics 1985).

    k lies between the mean of calm and that of a burst: :func:`reference_value`.
    """

    def alarm(self) -> Bools:
        return self.state >= self.h


class Ewma:
    """``Z <- (1 - a) Z + a x``, alarm where ``|Z| > limit * sqrt(a / (2 - a))`` (Roberts 1959)."""

    def __init__(self, rows: int, smoothing: float, limit: float) -> None:
        if not 0 < smoothing <= 1:
            raise ValueError(f"smoothing lies in (0, 1], not at {smoothing}")
        self.smoothing = smoothing
        self.edge = limit * float(np.sqrt(smoothing / (2.0 - smoothing)))
        self.state: Floats = np.zeros(rows)

    def watch(self, x: ArrayLike) -> Bools:
        """Take in one number a row, float[N]."""
        self.state = (1.0 - self.smoothing) * self.state + self.smoothing * np.asarray(x)
        return np.abs(self.state) > self.edge

    def restart(self, which: Bools) -> None:
        """Rows that begin anew."""
        self.state[which] = 0.0


def reference_value(calm: ArrayLike, burst: float) -> Floats:
    """The k that tells Poisson counts of mean ``calm`` from ``burst`` times as many, soonest.

    ``calm (burst - 1) / log(burst)``: with it S is the log-likelihood ratio, in counts.
    """
    if not burst > 1:
        raise ValueError(f"a burst is more than 1 times as many, not {burst}")
    return np.asarray(calm) * (burst - 1.0) / np.log(burst)
