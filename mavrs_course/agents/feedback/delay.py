"""Late and missing feedback: what has not come yet is not a no.

Likes come hours after a video was shown.  Count them now, and whatever is new looks bad.
Source: Chapelle, "Modeling delayed feedback in display advertising" (KDD 2014,
doi 10.1145/2623330.2623634), without its features: delays are exponential.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats


def arrived_share(age: Floats, mean_delay: float) -> Floats:
    """Which part of the likes of shows this old has come: ``1 - exp(-age / mean_delay)``."""
    return -np.expm1(-np.asarray(age) / mean_delay)


def corrected_rate(arrived: Bools, age: Floats, mean_delay: float) -> float:
    """Likes that have come for each show that could have brought one by now.

    A show of which a fifth of the likes has come counts as a fifth of a show.  Unbiased,
    because each show is expected to have brought ``rate * arrived_share`` likes.
    """
    return float(np.sum(arrived) / np.sum(arrived_share(age, mean_delay)))


def fit_delays(
    arrived: Bools, delay: Floats, age: Floats, rounds: int = 500
) -> tuple[float, float]:
    """``(rate, mean delay)`` from likes of which some are still on their way, by EM.

    delay: float[N], read only where arrived.  For a show without a like so far the E step asks
    with which probability one is still coming; exponential delays have no memory, so that one
    is expected to take ``age + mean`` in all.
    """
    if not np.any(arrived):
        raise ValueError("not one like has arrived: nobody can say how long they take")
    waited = age[~arrived]
    total_delay = float(delay[arrived].sum())
    rate, mean = float(np.mean(arrived)), total_delay / int(arrived.sum())
    for _ in range(rounds):
        late = rate * np.exp(-waited / mean)
        coming = late / (1.0 - rate + late)
        likes = arrived.sum() + coming.sum()
        rate, mean = (
            float(likes / len(arrived)),
            float((total_delay + coming @ (waited + mean)) / likes),
        )
    return rate, mean


def rate_of_those_who_answer(answer: Floats, answered: Bools, chance: Floats) -> float:
    """The mean answer of everybody, from those who answered: each counts ``1 / chance``.

    chance: float[N], the probability that this viewer answers at all.  Who likes a video is
    also more likely to say so; without the weights the silent are taken for the same.
    """
    if np.any(chance[answered] <= 0):
        raise ValueError("somebody answered who is said never to answer")
    weights = 1.0 / chance[answered]
    return float(np.average(answer[answered], weights=weights))
