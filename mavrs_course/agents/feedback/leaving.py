"""The quietest feedback of all: when viewers leave.

Nobody rates an evening, but everybody ends it.  If a minute of topic ``t`` uses up a part
``p_t`` of an evening, and a page without a click a part ``p_0``, then at the end of each session
the parts add up to one whole evening:

    ``sum_t minutes_t p_t + skips p_0 = 1``.

Many sessions, one equation each: least squares finds the prices, and nobody had to be asked.
On the course's platform the truth is ``p_t = (1 - (0.9 / 3.4) q) / 200``.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats


class EveningPrices:
    """Least squares over finished sessions, as they come in.

    kinds: what an evening is made of (topics, and one more for pages without a click).
    prior: how many sessions' worth of belief that everything costs the same, which keeps rare
    kinds from having wild prices.
    """

    def __init__(self, kinds: int, prior: float = 3.0) -> None:
        self.kinds, self.prior = kinds, prior
        self.sessions = 0
        self._moments = np.zeros((kinds, kinds))
        self._totals = np.zeros(kinds)

    def add(self, spent: Floats, times: int = 1) -> None:
        """Finished sessions: spent float[S, kinds], the amount of each kind in each.

        times: -1 takes back what was added before.
        """
        self.sessions += times * len(spent)
        self._moments += times * (spent.T @ spent)
        self._totals += times * spent.sum(axis=0)

    @property
    def known(self) -> bool:
        return self.sessions > 0 and self._totals.sum() > 0

    @property
    def prices(self) -> Floats:
        """The part of an evening that one unit of each kind uses up: float[kinds]."""
        if not self.known:
            raise ValueError("no session has ended yet, so nothing is known about what ends one")
        alike = self.sessions / self._totals.sum()
        trust = self.prior * self._moments.trace() / (self.kinds * self.sessions)
        matrix = self._moments + trust * np.eye(self.kinds)
        return np.linalg.solve(matrix, self._totals + trust * alike)
