"""Fair shares among agents: who has had fewer slots than it earns is listened to more."""

from __future__ import annotations

from typing import Any

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Feedback, Floats, Trace
from mavrs_course.metrics.fairness import exposure_per_merit
from mavrs_course.metrics.pages import position_weights


class FairShares(PanelCoordinator):
    """The mean vote, each agent's lifted by ``gain`` times how far behind its share of slots is.

    exposure: float[n], attention to the slots that each agent was credited with.  By ``merit`` an
    agent earns slots as its slots earn clicks, ``(clicks + 1) / (exposure + 5)``; else all earn the
    same.  An agent's weight is ``1 + gain * error``, FairCo's error of shares.
    Guarantees.  Shouting changes nothing.  A liar has the full share of an honest agent where all
    earn the same; by merit, its share falls as its slots go unclicked.
    Source: FairCo (Morik et al., SIGIR 2020), with agents in the place of videos.
    """

    def __init__(self, agents, gain: float = 0.5, merit: bool = True, **options) -> None:
        super().__init__(agents, **options)
        if not (np.isfinite(gain) and gain >= 0):
            raise ValueError(f"a gain is finite and 0 or more, not {gain}")
        self.gain, self.merit = gain, merit
        self.exposure: Floats = np.zeros(len(self.agents))
        self.clicks: Floats = np.zeros(len(self.agents))

    @property
    def earned(self) -> Floats:
        """What each agent may ask for, in proportion: float[n]."""
        if not self.merit:
            return np.ones(len(self.agents))
        return (self.clicks + 1.0) / (self.exposure + 5.0)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        treated = exposure_per_merit(self.exposure, self.earned)
        error = np.nan_to_num(np.max(treated) - treated)
        support = hearing.votes * (1.0 + self.gain * error)[:, None]
        decision = Decision.by_scores(support.sum(axis=1), support, hearing.request.slots, self.rng)
        return Decision(decision.columns, decision.credit, note=decision.credit)

    def study(self, note: Any, feedback: Feedback) -> None:
        """Credit each agent with its slots, and with the clicks on them."""
        credit = note[feedback.active]  # float[b, K, n]
        looks = position_weights(credit.shape[1])
        self.exposure += np.einsum("bkn,k->n", credit, looks)
        clicked = feedback.clicked[feedback.active]
        there = np.flatnonzero(clicked >= 0)
        self.clicks += credit[there, clicked[there]].sum(axis=0)


MODES = {"fair-shares": FairShares}
