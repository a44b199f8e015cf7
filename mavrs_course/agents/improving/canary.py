"""A patch on a few real pages: stopped as soon as it is clear, or as soon as it has cost enough."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from mavrs_course.agents.improving.looks import log_odds
from mavrs_course.messages import Floats

ADOPT, WORSE, CAP, UNCLEAR = "adopt", "worse", "cap", "unclear"
OFFLINE = "not tried"  # the log could not rule out harm


class Canary:
    """Pairs of pages, one with the patch and one without, looked at after each batch.

    variance: of the reward of one page.  effect: a gain a page that would matter; the test is
    tuned to such.  risk: of a verdict where there is no effect, however often one looks.  cap:
    reward that the patch may cost, as counted on its pages.  pairs: after so many it ends.
    """

    def __init__(self, variance: float, effect: float, risk: float, cap: float, pairs: int) -> None:
        if not (variance > 0 and effect > 0 and 0 < risk < 1 and cap > 0 and pairs >= 1):
            raise ValueError("variance, effect, cap and pairs are above 0, risk between 0 and 1")
        self.variance, self.effect, self.risk = variance, effect, risk
        self.cap, self.pairs = cap, pairs
        self.n, self.total = 0, 0.0

    @property
    def gain(self) -> float:
        """The gain a page, as counted so far."""
        return self.total / max(self.n, 1)

    def watch(self, new: Floats, old: Floats) -> str | None:
        """Take in rewards float[m] of pages with and without; the verdict, or None to go on.

        A loss stops the canary by the cap even where no test would yet say that it is one.  By
        optional stopping the expected loss of a patch is then at most the cap, and a batch more.
        """
        new, old = np.asarray(new, dtype=float), np.asarray(old, dtype=float)
        if new.shape != old.shape or new.ndim != 1 or not np.all(np.isfinite(new + old)):
            raise ValueError("a canary needs as many finite rewards with the patch as without")
        self.n += len(new)
        self.total += float((new - old).sum())
        if self.n == 0:
            return None
        if self.clear():
            return ADOPT if self.total > 0 else WORSE
        if self.total <= -self.cap:
            return CAP
        return UNCLEAR if self.n >= self.pairs else None

    def clear(self) -> bool:
        """Whether there is an effect, by a test that may be looked at whenever one likes."""
        odds = log_odds(self.total, self.n, 2 * self.variance, self.effect**2)
        return bool(odds >= np.log(1 / self.risk))


class PeekingCanary(Canary):
    """The mistake: a test for one look, looked at after each batch."""

    def clear(self) -> bool:
        z = abs(self.total) / np.sqrt(2 * self.variance * self.n)
        return bool(z >= -ndtri(self.risk / 2))
