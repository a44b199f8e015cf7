"""How strongly to pay for what is measured.

Source: Holmstrom and Milgrom, "Multitask principal-agent analyses" (1991), with linear pay, normal
noise and quadratic cost, so that every quantity has a closed form; it is derived in lesson 26.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats


@dataclass(frozen=True)
class Work:
    """An agent with a task that is measured and one that is not.

    Efforts ``e`` cost ``c/2 (d1**2 + d2**2 + 2 k d1 d2)`` with ``d = e - habit``, what goes beyond
    what the agent does unpaid.  cost: c.  rivalry: k in [0, 1), how far the tasks take from each
    other.  value: of the unmeasured task, where the measured one has 1.  noise: deviation of the
    measure.  risk: the agent's aversion to it.
    """

    cost: float = 1.0
    rivalry: float = 0.0
    value: float = 0.0
    noise: float = 1.0
    risk: float = 1.0
    habit: float = 0.0

    def __post_init__(self) -> None:
        if not (self.cost > 0 and 0 <= self.rivalry < 1 and self.noise >= 0 and self.risk >= 0):
            raise ValueError(f"cost above 0, rivalry in [0, 1), noise and risk at least 0: {self}")

    def efforts(self, share: float) -> Floats:
        """What the agent does on both tasks, float[2], for a share of the measured one."""
        more = share / (self.cost * (1 - self.rivalry**2))
        return self.habit + np.array([more, -self.rivalry * more])

    def surplus(self, share: float) -> float:
        """What platform and agent have together: values, less cost, less the price of risk."""
        first, second = self.efforts(share)
        cost = share**2 / (2 * self.cost * (1 - self.rivalry**2))
        return first + self.value * second - cost - self.risk * (self.noise * share) ** 2 / 2

    @property
    def best_share(self) -> float:
        """Where the surplus is largest: ``(1 - k v) / (1 + r c s**2 (1 - k**2))``.

        Below 0 where paying takes more from the unmeasured task than it gives to the other.
        """
        risky = self.risk * self.cost * self.noise**2 * (1 - self.rivalry**2)
        return (1 - self.rivalry * self.value) / (1 + risky)


def best_share(risk: float, cost: float, noise: float) -> float:
    """The share for a single task: ``1 / (1 + r c s**2)``."""
    return Work(cost=cost, noise=noise, risk=risk).best_share
