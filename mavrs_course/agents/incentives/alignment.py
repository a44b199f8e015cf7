"""Who decides what agents are paid for: an agent proposes, code decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.incentives.surrogate import SurrogateIndex
from mavrs_course.messages import Floats


@dataclass(frozen=True)
class Pay:
    """So much for each unit of each measure, such as ``{"minutes": 0.01, "returned": 1.0}``."""

    rates: Mapping[str, float]

    def __call__(self, measures: Mapping[str, Floats]) -> Floats:
        """The pay of each viewer's week: float[N].  KeyError for a measure that is not there."""
        return sum(
            (rate * np.asarray(measures[name], float) for name, rate in self.rates.items()),
            np.zeros(len(next(iter(measures.values())))),
        )


@dataclass(frozen=True)
class Arm:
    """What one way of serving did in a trial: measures by name float[N], and the goal float[N]."""

    measures: Mapping[str, Floats]
    goal: Floats


class AlignmentAgent:
    """Proposes the pay that follows the goal best in old weeks, scaled to what may be spent."""

    name = "alignment"

    def propose(self, old: Arm, spend: float) -> Pay:
        """Rates by the surrogate index of the old weeks; mean pay ``spend`` a week at most."""
        names = list(old.measures)
        index = SurrogateIndex().fit(np.column_stack([old.measures[n] for n in names]), old.goal)
        pay = Pay(dict(zip(names, map(float, index.weights), strict=True)))
        mean = float(np.abs(pay(old.measures)).mean())
        scale = spend / mean if mean > 0 else 0.0
        return Pay({name: rate * scale for name, rate in pay.rates.items()})


@dataclass(frozen=True)
class Charter:
    """The platform's goal as code, which no proposal can argue with.

    A pay is used if the arm of a trial that it pays best is not worse for the goal than the arm
    of today (by more than ``patience`` standard errors), and if no arm costs more than ``most``.
    """

    most: float
    patience: float = 2.0

    def objection(self, pay: Pay, arms: Mapping[str, Arm], today: str) -> str | None:
        """Why a pay can't be used, or None.  ValueError without the arm of today or rates."""
        if today not in arms:
            raise ValueError(f"the trial has no arm {today!r}; it has {', '.join(arms)}")
        if not all(map(np.isfinite, pay.rates.values())):
            return "a rate is not a finite number"
        paid = {name: float(pay(arm.measures).mean()) for name, arm in arms.items()}
        dear = max(paid, key=lambda name: paid[name])
        if paid[dear] > self.most:
            return f"it pays {paid[dear]:.3g} a week for {dear!r}, more than {self.most:g}"
        loss, error = lost(arms[today].goal, arms[dear].goal)
        if loss > self.patience * error:
            return f"it pays {dear!r} best, which has {loss:.3g} less of the goal than {today!r}"
        return None

    def decide(self, proposed: Pay, current: Pay, arms: Mapping[str, Arm], today: str) -> Pay:
        """The pay to use: the proposal, or the current one where there is an objection."""
        return current if self.objection(proposed, arms, today) else proposed


def lost(before: Floats, after: Floats) -> tuple[float, float]:
    """How much less ``after`` has on average, and the standard error of that."""
    spread = np.var(before) / len(before) + np.var(after) / len(after)
    return float(np.mean(before) - np.mean(after)), float(np.sqrt(spread))
