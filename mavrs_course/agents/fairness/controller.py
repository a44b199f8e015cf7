"""A fairness agent: it keeps a ledger of attention and merit, and speaks for who was left out.

``score + gain * error`` is the controller FairCo (Morik, Singh, Hong and Joachims, SIGIR 2020).
What it knows of fairness is the :class:`Ledger`; what it does about it is one sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Agent, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.metrics.pages import position_weights
from mavrs_course.once import learns_once

ASSUMED_CLICKS, ASSUMED_LOOKS = 1.0, 5.0


class Ledger:
    """Who was shown, and who earned it: sums over pages, by group of videos.

    group: int[V], the group 0..G-1 of each video, its creator say.  merit: float[G], what a video
    of each group is worth; where not given, it is the clicks for each look at a slot, smoothed as
    ``(clicks + 1) / (looks + 5)``, so that no group begins without a claim.  cap: learned merit
    counts for at most ``cap`` medians, which bounds what bought clicks can claim.
    Pages that come late, twice or in another order come to the same sums.
    """

    def __init__(
        self, group: ArrayLike, merit: ArrayLike | None = None, cap: float = np.inf
    ) -> None:
        self.group: Ints = np.asarray(group, dtype=np.int64)
        if self.group.ndim != 1 or bool(np.any(self.group < 0)):
            raise ValueError("a ledger needs one group, 0 or more, for each video: int[V]")
        if not cap >= 1:
            raise ValueError(f"a cap is at least 1 median, not {cap}")
        self.members, self.cap = np.bincount(self.group), cap
        self._merit = None if merit is None else np.array(merit, dtype=float)
        if self._merit is not None and self._merit.shape != self.members.shape:
            raise ValueError(
                f"merit needs one number for each of {len(self.members)} groups, "
                f"got shape {self._merit.shape}"
            )
        self.exposure: Floats = np.zeros(len(self.members))
        self.clicks: Floats = np.zeros(len(self.members))

    @property
    def merit(self) -> Floats:
        """What a video of each group is worth: float[G]."""
        if self._merit is not None:
            return self._merit
        rate = (self.clicks + ASSUMED_CLICKS) / (self.exposure + ASSUMED_LOOKS)
        if self.cap < np.inf:
            rate = np.minimum(rate, self.cap * np.median(rate[self.members > 0]))
        return rate

    @property
    def claim(self) -> Floats:
        """What each group may ask for, in proportion: members times merit, float[G]."""
        return self.members * self.merit

    def error(self) -> Floats:
        """How far behind the best treated group each is: float[G], 0 or more.

        FairCo's error: the attention that a video of the group has had, for each unit of merit,
        taken from that of the group with most.  It is a sum over all pages and not an average, so
        it grows until it is heeded.  0 for groups without members or merit, who have no claim.
        """
        claim = self.claim
        has = claim > 0
        had = np.divide(self.exposure, claim, out=np.zeros(len(claim)), where=has)
        return np.where(has, had.max(initial=0.0, where=has) - had, 0.0)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Count one page's looks and clicks; agents that share a ledger count it once."""
        rows = np.flatnonzero(feedback.active)
        videos = np.asarray(feedback.slate.videos)[rows]
        looks = np.broadcast_to(position_weights(videos.shape[1]), videos.shape)
        np.add.at(self.exposure, self.group[videos], looks)
        clicked = feedback.clicked_video[rows]
        np.add.at(self.clicks, self.group[clicked[feedback.clicked[rows] >= 0]], 1.0)


class FairnessAgent:
    """Prefers whoever has had less attention than merit earns: it knows nothing of tastes.

    One member of a team: its scores are the ledger's errors.  Its confidence is how unequal
    treatment is, ``1 - 1 / (1 + largest error)``.
    """

    name = "fairness"

    def __init__(self, catalog: VideoCatalog, ledger: Ledger | None = None) -> None:
        self.ledger = Ledger(catalog.creator) if ledger is None else ledger

    def opine(self, request: Request) -> Opinion:
        error = self.ledger.error()
        scores = error[self.ledger.group[request.candidates]]
        sure = 1.0 - 1.0 / (1.0 + error.max(initial=0.0))
        return Opinion(self.name, scores, np.full(len(request), sure))

    def learn(self, feedback: Feedback) -> None:
        self.ledger.learn(feedback)


class FairAgent:
    """Another agent, corrected: ``score + gain * error`` of the video's group.

    Only the agent knows the scale of its scores, so the gain counts in spans of a page: an error of
    1 at a gain of 1 lifts the worst candidate to the best.  Where the agent is indifferent, the
    1 at a gain of 1 lifts the worst candidate to the best.  Where the agent is indifferent, the
    error alone decides.  Agents of a team may share one ledger.  Feedback that comes late makes it
    swing, from a gain on that :func:`~mavrs_course.agents.fairness.delay.gain_limit` tells.
    """

    def __init__(self, agent: Agent, ledger: Ledger, gain: float) -> None:
        if not (np.isfinite(gain) and gain >= 0):
            raise ValueError(f"a gain is finite and 0 or more, not {gain}")
        self.agent, self.ledger, self.gain = agent, ledger, gain
        self.name = f"fair {agent.name}"

    def opine(self, request: Request) -> Opinion:
        said = self.agent.opine(request)
        error = self.ledger.error()
        span = np.ptp(said.scores, axis=1, keepdims=True)
        lift = np.where(span > 0, span, 1.0) * error[self.ledger.group[request.candidates]]
        return Opinion(
            self.name,
            said.scores + self.gain * lift,
            said.confidence,
            said.reasons,
            said.asides,
            said.memo,
        )

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        self.ledger.learn(feedback)
        self.agent.learn(feedback)


MAKERS = {"fairness": lambda world, rng: FairnessAgent(world.catalog)}
