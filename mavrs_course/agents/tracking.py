"""Tastes that drift, followed in two ways: by a small model on the phone, and by a better one.

Both know one thing that :class:`~mavrs_course.agents.simple.InterestAgent` does not: what was true
fifty swipes ago need not be true now.  What they forget, they forget by swipes, so that it does not
matter how long a swipe took.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from mavrs_course.agents.simple import InterestAgent
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room

STAYS = 1.0 - np.log(2.0)  # how often a random video holds a random viewer
DRIFT = 0.1  # the step of a taste a swipe, where nothing is said


class SwipeAgent:
    """The model on the phone: for each topic how often this viewer stayed of late.

    One number a topic, moved by ``gain`` of the way towards 1 by each video that held the viewer,
    and towards 0 by each that was swiped away (shown and not clicked, on a page).  It begins at
    1 - ln 2.  Its confidence is the share of its first choice's number that was seen, not assumed.
    """

    name = "on the phone"

    def __init__(self, catalog: VideoCatalog, gain: float = 0.2) -> None:
        if not 0 < gain <= 1:
            raise ValueError(f"a gain is above 0 and at most 1, not {gain}")
        self.catalog, self.gain = catalog, gain
        self.stays = np.zeros((0, catalog.n_topics))
        self.assumed = np.zeros((0, catalog.n_topics))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before."""
        self.stays = with_room(self.stays, viewers, STAYS)
        self.assumed = with_room(self.assumed, viewers, 1.0)

    def opine(self, request: Request) -> Opinion:
        self.meet(request.viewers)
        topics = self.catalog.topic[request.candidates]
        rows = request.viewers[:, None]
        scores = self.stays[rows, topics]
        first = topics[np.arange(len(topics)), scores.argmax(axis=1)]
        return Opinion(self.name, scores, 1.0 - self.assumed[request.viewers, first])

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        videos, viewers = feedback.slate.videos, feedback.request.viewers
        self.meet(viewers)
        for rows in rounds(viewers, np.flatnonzero(feedback.active)):  # nobody is in one twice
            for slot, topics in enumerate(self.catalog.topic[videos[rows]].T):
                place = viewers[rows], topics
                stayed = feedback.clicked[rows] == slot
                self.stays[place] += self.gain * (stayed - self.stays[place])
                self.assumed[place] *= 1.0 - self.gain


class TrackingAgent(InterestAgent):
    """The model in the data centre: a whole belief about each taste, which it knows to drift.

    As :class:`~mavrs_course.agents.simple.InterestAgent`, and after each page the beliefs about a
    viewer's tastes spread by a random walk of step ``drift``, reflected at -1 and 1: Bayes' rule
    for the viewers of :class:`~mavrs_course.world.short_video.feed.ShortVideo`, on a grid.
    """

    name = "data centre"

    def __init__(self, catalog: VideoCatalog, drift: float = DRIFT) -> None:
        super().__init__(catalog)
        if not drift >= 0:
            raise ValueError(f"drift is at least 0, not {drift}")
        self._spread = spread_matrix(self.levels, drift)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        super().learn(feedback)
        seen = np.unique(feedback.request.viewers[feedback.active])
        log = self._log_belief[seen]
        belief = np.exp(log - log.max(axis=-1, keepdims=True)) @ self._spread
        self._log_belief[seen] = np.log(belief)


def spread_matrix(levels: Floats, step: float) -> Floats:
    """Chance to walk from each level (row) to each (column): float[L, L], rows sum to 1.

    A walk from neighbour to neighbour in continuous time, of variance ``step ** 2`` in all, that
    stays where it would leave the grid; ``levels`` are evenly spaced.
    """
    rate = 0.5 * (step / (levels[1] - levels[0])) ** 2
    neighbours = rate * (np.eye(len(levels), k=1) + np.eye(len(levels), k=-1))
    return expm(neighbours - np.diag(neighbours.sum(axis=1)))


MAKERS = {
    "on-the-phone": lambda world, rng: SwipeAgent(world.catalog),
    "data-centre": lambda world, rng: TrackingAgent(world.catalog),
}
