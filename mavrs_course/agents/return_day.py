"""The day of return as the reward: whoever comes back sooner was served better.

Source: the idea of RLUR (Cai et al., WWW 2023, arXiv 2302.01724), which minimises the time between
sessions, made as small as it can be: an action is a way of ranking for a whole session, and a table
has the mean days until the viewers came back.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.agents.tracking import TrackingAgent
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.world.short_video.temper import expected_return_day
from mavrs_course.world.viewers import NO_CLICK_WEIGHT

NO_WAY = -1
FIRST_GUESS = expected_return_day(0.4)  # of a session without a single video that held


class ReturnDayAgent:
    """Ranks in one of several ways for a session, and prefers what brings viewers back.

    The way ``w`` scores ``P(stay) * minutes ** w``: 0 asks who will stay, 1 for how long at most.
    A viewer keeps a way until :meth:`came_back` says after how many days they returned.  Ways are
    drawn at random for a share ``explore`` of the sessions; for the others it is the one with the
    fewest days, where each begins with one session of ``FIRST_GUESS``.
    """

    name = "for return"

    def __init__(
        self,
        catalog: VideoCatalog,
        ways: Sequence[float] = (0.0, 1.0),
        explore: float = 0.2,
        *,
        rng: np.random.Generator,
    ) -> None:
        if not ways or not 0 <= explore <= 1:
            raise ValueError(f"ways are needed, and explore in 0 to 1, not {ways} and {explore}")
        self.catalog, self.explore, self.rng = catalog, explore, rng
        self.ways = np.asarray(ways, dtype=float)
        self.tastes = TrackingAgent(catalog)
        self.sessions = np.ones(len(ways))
        self.days = np.full(len(ways), FIRST_GUESS)
        self.way_of: Ints = np.zeros(0, dtype=np.int64)

    @property
    def mean_days(self) -> Floats:
        """Until viewers came back, by way: float[n_ways]."""
        return self.days / self.sessions

    def opine(self, request: Request) -> Opinion:
        viewers = request.viewers
        self._choose_ways(viewers)
        opinion = self.tastes.opine(request)
        attraction = opinion.scores + 1.0
        stays = attraction / (attraction + NO_CLICK_WEIGHT)
        minutes = self.catalog.minutes[request.candidates]
        scores = stays * minutes ** self.ways[self.way_of[viewers], None]
        return Opinion(self.name, scores, opinion.confidence)

    def _choose_ways(self, viewers: Ints) -> None:
        self.way_of = with_room(self.way_of, viewers, NO_WAY)
        new = np.unique(viewers[self.way_of[viewers] == NO_WAY])
        drawn = self.rng.integers(len(self.ways), size=len(new))
        tries = self.rng.random(len(new)) < self.explore
        self.way_of[new] = np.where(tries, drawn, self.mean_days.argmin())

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Follow the tastes; what a session was worth is told later."""
        self.tastes.learn(feedback)

    def came_back(self, viewers: Ints, days: Ints) -> None:
        """Who has come back, int[N], after how many days: they begin a new session."""
        known = (viewers < len(self.way_of)) & (viewers >= 0)
        viewers, days = viewers[known], np.asarray(days)[known]
        ways = self.way_of[viewers]
        np.add.at(self.sessions, ways[ways >= 0], 1.0)
        np.add.at(self.days, ways[ways >= 0], days[ways >= 0])
        self.way_of[viewers] = NO_WAY


MAKERS = {"for-return": lambda world, rng: ReturnDayAgent(world.catalog, rng=rng)}
