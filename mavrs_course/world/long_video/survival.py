"""How long viewers would have stayed, learned from watching that the end of the video cut off.

``minutes`` float[n] is what was watched; ``left`` bool[n] is True where the viewer left of their
own accord, False where the video (or the evening) ended first, so that all that is known is that
they would have stayed longer: the view is *censored*.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mavrs_course.messages import Bools, Floats


class Survival(NamedTuple):
    """A survival curve: at each of ``minutes`` float[m] it falls to ``share`` float[m]."""

    minutes: Floats
    share: Floats

    def at(self, minutes: Floats) -> Floats:
        """The share of viewers who stay longer than ``minutes``."""
        steps = np.searchsorted(self.minutes, minutes, side="right")
        return np.concatenate([[1.0], self.share])[steps]


def kaplan_meier(minutes: Floats, left: Bools) -> Survival:
    """The share still there after each time at which somebody left.

    ``S(t) = product over t_i <= t of (1 - d_i / n_i)``: of the ``n_i`` who had watched at least
    ``t_i`` minutes, ``d_i`` left then.  Who was cut off at ``t_i`` still counts among ``n_i``.
    Source: Kaplan and Meier, "Nonparametric estimation from incomplete observations" (JASA 1958).
    """
    minutes, left = _checked(minutes, left)
    times, departures = np.unique(minutes[left], return_counts=True)
    at_risk = len(minutes) - np.searchsorted(np.sort(minutes), times, side="left")
    return Survival(times, np.cumprod(1.0 - departures / at_risk))


def exponential_mean(minutes: Floats, left: Bools) -> float:
    """The mean stay, if the chance to leave is the same in every minute.

    All minutes divided by the number who left: the maximum-likelihood estimate under the hazard
    ``1 / mean``.  Infinite when nobody left.
    """
    minutes, left = _checked(minutes, left)
    return float(minutes.sum() / left.sum()) if left.any() else np.inf


def _checked(minutes: Floats, left: Bools) -> tuple[Floats, Bools]:
    minutes, left = np.asarray(minutes, dtype=float), np.asarray(left)
    if minutes.ndim != 1 or left.shape != minutes.shape or left.dtype != bool:
        raise ValueError(
            f"survival needs minutes float[n] and left bool[n], got shapes {minutes.shape} and "
            f"{left.shape} of {left.dtype}"
        )
    if len(minutes) == 0 or not np.all(np.isfinite(minutes) & (minutes >= 0)):
        raise ValueError("survival needs at least one view, each of a finite time from 0 on")
    return minutes, left
