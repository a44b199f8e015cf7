"""Engagement: how long viewers stay, and whether they come back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats
from mavrs_course.metrics.pages import require


def watch_time(minutes: ArrayLike, active: ArrayLike | None = None) -> Floats:
    """Minutes watched in each session: float[B].

    minutes: float[B, T], watched on each of T pages.  active: bool[B, T], False for pages
    shown after the session had ended; they are not counted.
    """
    minutes = np.asarray(minutes, dtype=float)
    require(minutes.ndim == 2, f"watch_time needs minutes of shape (B, T), got {minutes.shape}")
    require(bool(np.all(minutes >= 0)), "watch minutes must be numbers, none of them negative")
    if active is None:
        return minutes.sum(axis=1)
    active = np.asarray(active, dtype=bool)
    require(
        active.shape == minutes.shape,
        f"active has shape {active.shape} and minutes {minutes.shape}: they must agree",
    )
    return np.where(active, minutes, 0.0).sum(axis=1)


def return_rate(visits: ArrayLike, within: int = 1) -> float:
    """Share of visits that are followed by another within ``within`` days.

    visits: bool[B, D], whether each viewer came on each of D consecutive days.  Visits in the
    last ``within`` days are left out: what followed them is not known yet.
    """
    visits = np.asarray(visits, dtype=bool)
    require(visits.ndim == 2, f"return_rate needs visits of shape (B, D), got {visits.shape}")
    days = visits.shape[1]
    require(
        1 <= within < days,
        f"within = {within} days cannot be seen in {days} days of visits: give more days",
    )
    known = days - within
    back = np.any([visits[:, gap : gap + known] for gap in range(1, within + 1)], axis=0)
    came = visits[:, :known]
    require(bool(came.any()), "nobody came early enough for a return to be seen")
    return float(back[came].mean())
