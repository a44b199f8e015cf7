"""Who came back: the two-line baseline of live recommendation."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised, count


class ReturningAgent:
    """Ranks by how often this viewer has been with this streamer.

    REP, the baseline of LiveRec (Rappaz, McAuley and Aberer, RecSys 2021); its POP is
    ``PopularityAgent(catalog, by="video")``.  It knows nothing of streamers whom the viewer has
    never visited: all of them are equal to it, and it is then not sure at all.
    """

    name = "returning"

    def __init__(self, catalog: VideoCatalog) -> None:
        self.catalog = catalog
        streamers = int(np.max(catalog.creator, initial=-1)) + 1
        self.visits = np.zeros((0, streamers), dtype=np.int16)  # by viewers met

    def opine(self, request: Request) -> Opinion:
        self.visits = with_room(self.visits, request.viewers)
        streamers = self.catalog.creator[request.candidates]
        scores = self.visits[request.viewers[:, None], streamers].astype(float)
        best = scores.max(axis=1)
        first = request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]
        reasons = [self._reason(room, int(times)) for room, times in zip(first, best, strict=True)]
        return Opinion(self.name, scores, best / (best + 1.0), reasons)

    def _reason(self, room: int, times: int) -> str:
        if not times:
            return "You have been with none of these streamers."
        topic = capitalised(self.catalog.topics[self.catalog.topic[room]])
        return f"{topic}: you have been with this streamer on {count(times, 'visit')}."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers = feedback.request.viewers
        self.visits = with_room(self.visits, viewers)
        went = feedback.active & (feedback.clicked >= 0)
        streamers = self.catalog.creator[feedback.clicked_video[went]]
        np.add.at(self.visits, (viewers[went], streamers), 1)


MAKERS = {"returning": lambda world, rng: ReturningAgent(world.catalog)}
