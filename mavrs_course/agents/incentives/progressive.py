"""Believing in the end of a story while it is told.

Source: McDonald, Maystre, Lalmas, Russo and Ciosek, "Impatient bandits" (KDD 2023).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints


class ProgressiveBelief:
    """Belief about the sum over a show's mean trace, float[D], while days are still to come.

    The mean trace is Gaussian with ``mean`` float[D] and ``covariance`` float[D, D]; the mean of
    ``n`` viewers' traces adds noise of covariance ``noise / n``.  Viewers who came later have
    shown fewer days: ``seen[d]`` viewers have shown day ``d``, and their sum there is ``total[d]``.
    """

    def __init__(self, mean: Floats, covariance: Floats, noise: Floats) -> None:
        self.mean, self.covariance, self.noise = map(np.asarray, (mean, covariance, noise))
        days = len(self.mean)
        if self.covariance.shape != (days, days) or self.noise.shape != (days, days):
            raise ValueError(f"{days} days need covariances of shape ({days}, {days})")
        self.seen: Ints = np.zeros(days, dtype=np.int64)
        self.total: Floats = np.zeros(days)

    def observe(self, day: int, viewers: int, active: float) -> None:
        """``viewers`` of the show have reached day ``day``; ``active`` of them came."""
        self.seen[day] += viewers
        self.total[day] += active

    def posterior(self) -> tuple[float, float]:
        """Mean and variance of the sum, given all that has been seen."""
        known = int(np.argmin(self.seen > 0)) if (self.seen == 0).any() else len(self.seen)
        prior, spread = float(self.mean.sum()), float(self.covariance.sum())
        if not known:
            return prior, spread
        counts = self.seen[:known]
        # Two means that share their viewers: the smaller group is part of the larger.
        noise = self.noise[:known, :known] / np.maximum(counts[:, None], counts)
        with_sum = self.covariance[:, :known].sum(axis=0)  # of each day with the sum
        weights = np.linalg.solve(self.covariance[:known, :known] + noise, with_sum)
        surprise = self.total[:known] / counts - self.mean[:known]
        return prior + float(weights @ surprise), max(spread - float(weights @ with_sum), 0.0)

    def sample(self, rng: np.random.Generator) -> float:
        """A draw from the belief, for Thompson sampling."""
        mean, variance = self.posterior()
        return mean + np.sqrt(variance) * rng.standard_normal()


def share_told(traces: Floats, days: int) -> float:
    """Squared correlation, over shows, of the visits in the first ``days`` with those of all days.

    traces: float[shows, D], mean activity.  0 where one of them does not vary.
    """
    early, whole = traces[:, :days].sum(axis=1), traces.sum(axis=1)
    if np.ptp(early) == 0 or np.ptp(whole) == 0:
        return 0.0
    return float(np.corrcoef(early, whole)[0, 1] ** 2)
