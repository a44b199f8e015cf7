"""On which days people come back to a show that they have found.

Source: the synthetic data of McDonald et al., "Impatient bandits" (KDD 2023): interest that falls
off by a beta-geometric law, a weekly season, and days that resemble their neighbours.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats
from mavrs_course.world.effects import sigmoid

DAYS = 59


def activity_traces(viewers: int, rng: np.random.Generator, days: int = DAYS) -> Floats:
    """Who came on which day after the first: float[viewers, days] of 0 and 1, for one new show.

    While interested, a viewer comes on day ``t`` with probability
    ``sigmoid(-1/2 + 0.1 g_t - a |sin(pi t / 7)|)``, where ``g`` is a Gaussian path of variance 1.2
    whose correlation falls by e in 8 days, and ``a ~ U(0.1, 1)``.  Interest ends each day with the
    viewer's own probability, ``Beta(k m, k (1 - m))``, of which the show has the mean
    ``m = sigmoid(0.1 z - 0.4)`` and the concentration ``k ~ U(0.7, 1.5)``.
    """
    time = np.arange(days)
    mean = sigmoid(np.array(0.1 * rng.normal() - 0.4))
    concentration = rng.uniform(0.7, 1.5)
    resemblance = 1.2 * np.exp(-np.abs(time[:, None] - time) / 8.0)
    path = 0.1 * np.linalg.cholesky(resemblance) @ rng.normal(size=days)
    season = rng.uniform(0.1, 1.0) * np.abs(np.sin(np.pi * time / 7))
    came = rng.binomial(1, sigmoid(path - 0.5 - season), size=(viewers, days))
    ends = rng.beta(concentration * mean, concentration * (1 - mean), size=viewers)
    interested = rng.geometric(ends) - 1  # days
    return (came * (time < interested[:, None])).astype(float)
