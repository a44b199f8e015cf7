"""A temper that runs out ends the session; how it went decides on the day of return.

Source: KuaiSim (Zhao et al., NeurIPS 2023, arXiv 2309.12645, Apache 2.0).  A request is six
videos.  Temper starts at 20; a request with mean reward ``r`` changes it by
``clip(r - 2, -2, 0)``, and the viewer leaves when it is below 1.  Here each video takes its sixth:
2 / 6 for one swiped away, 1 / 6 for one that holds.  Temper never grows, so the session has as many
requests as KuaiSim's, the last of them perhaps not seen to its end.  As there, it is summed in
floating point: whoever comes to exactly 1 leaves or stays by rounding.  In exact fractions all of
them would stay, and sessions be ``1 / (12 m)`` requests longer (see :func:`expected_depth`).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

START_TEMPER = 20.0
LEAVING_TEMPER = 1.0
REQUEST = 6  # videos
DAYS = 10  # the latest day of return


def after(temper: Floats, stays: Bools) -> Floats:
    """Temper float[B] after one more video, which held the viewer or not: bool[B]."""
    reward = np.asarray(stays, dtype=float)
    return temper + np.clip(reward - 2.0, -2.0, 0.0) / REQUEST


def expected_depth(reward: float) -> float:
    """Requests in a session with mean reward ``reward`` a request of six, by renewal theory.

    ``19 / m + 1 / 2 + s2 / (2 m ** 2)``, where a request costs ``m = 2 - r`` with variance
    ``s2 = r (1 - r) / 6``.
    """
    mean, variance = 2.0 - reward, reward * (1.0 - reward) / REQUEST
    return (START_TEMPER - LEAVING_TEMPER) / mean + 0.5 + variance / (2.0 * mean**2)


def return_probability(reward: Floats, bias: Floats | float = 0.0) -> Floats:
    """Probability of coming back on any one day: ``clip(bias + .1 reward + .4, .001, .999)``.

    reward: float[B], mean of the session.  bias: of the viewer.
    """
    return np.clip(bias + 0.1 * reward + 0.4, 0.001, 0.999)


def return_days(probability: Floats, rng: np.random.Generator) -> Ints:
    """Days until each viewer comes back, int[B] in 1..10.

    Day ``d + 1`` has weight ``P (1 - P) ** d`` for ``d = 0..9``: a geometric, cut off.
    """
    stays_away = np.log1p(-probability)
    ticket = rng.random(len(probability)) * -np.expm1(DAYS * stays_away)
    days = 1 + np.floor(np.log1p(-ticket) / stays_away).astype(np.int64)
    return np.minimum(days, DAYS)


def expected_return_day(probability: float) -> float:
    """Mean of :func:`return_days` for one probability."""
    days = np.arange(DAYS)
    weights = probability * (1.0 - probability) ** days
    return float(((days + 1) * weights).sum() / weights.sum())
