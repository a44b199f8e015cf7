"""The stay agent: how long a viewer would stay with a topic, if no video ended."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised, count

USUAL = 8.0  # minutes, before anything is known
LATE = 1e-9  # minutes before its end from which a video counts as finished


class StayAgent:
    """Scores a candidate by the expected stay of its topic: minutes watched a departure.

    Who leaves before the end says how long the stay was; who saw the end says only that it was
    longer.  So ``stay = (minutes + usual) / (departures + 1)`` for each viewer and topic, where
    ``usual`` is the same quotient over all viewers: the censored estimate of
    :func:`~mavrs_course.world.long_video.survival.exponential_mean`, with one departure assumed.
    An evening that ends in the middle of a video counts as a departure: the agent can't tell.
    Its confidence is the share of its first choice's departures that were seen, not assumed.
    """

    name = "stay"

    def __init__(self, catalog: VideoCatalog) -> None:
        self.catalog = catalog
        self.minutes = np.zeros((0, catalog.n_topics))
        self.departures = np.zeros((0, catalog.n_topics))
        self.topic_minutes, self.topic_departures = np.zeros((2, catalog.n_topics))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before."""
        self.minutes = with_room(self.minutes, viewers)
        self.departures = with_room(self.departures, viewers)

    def stay(self, viewers: Ints, videos: Ints) -> Floats:
        """Expected minutes of viewers int[B] with videos int[B, n]: float[B, n]."""
        self.meet(viewers)
        usual = (self.topic_minutes + USUAL) / (self.topic_departures + 1.0)  # [n_topics]
        rows, topic = viewers[:, None], self.catalog.topic[videos]
        expected = self.minutes[rows, topic] + usual[topic]
        return expected / (self.departures[rows, topic] + 1.0)

    def opine(self, request: Request) -> Opinion:
        scores = self.stay(request.viewers, request.candidates)
        first = scores.argmax(axis=1)
        topics = self.catalog.topic[request.candidates[np.arange(len(request)), first]]
        seen = self.departures[request.viewers, topics]
        reasons = [
            self._reason(viewer, topic, minutes)
            for viewer, topic, minutes in zip(
                request.viewers, topics, scores.max(axis=1), strict=True
            )
        ]
        return Opinion(self.name, scores, seen / (seen + 1.0), reasons)

    def _reason(self, viewer: int, topic: int, minutes: float) -> str:
        label = capitalised(self.catalog.topics[topic])
        seen = int(self.departures[viewer, topic])
        if seen == 0:
            return f"{label}: I never saw you leave one, so {minutes:.0f} minutes is a guess."
        return (
            f"{label}: you left {count(seen, 'video')} after {self.minutes[viewer, topic]:.0f} "
            f"minutes in all, so I expect about {minutes:.0f}."
        )

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers, videos, watched, left = views(feedback, self.catalog)
        self.meet(feedback.request.viewers)
        topic = self.catalog.topic[videos]
        np.add.at(self.minutes, (viewers, topic), watched)
        np.add.at(self.departures, (viewers, topic), left)
        np.add.at(self.topic_minutes, topic, watched)
        np.add.at(self.topic_departures, topic, left)


def views(feedback: Feedback, catalog: VideoCatalog) -> tuple[Ints, Ints, Floats, Bools]:
    """What was watched: viewers int[N], videos int[N], minutes float[N], left early bool[N]."""
    rows = np.flatnonzero(feedback.active & (feedback.clicked >= 0))
    videos, watched = feedback.clicked_video[rows], feedback.watch_minutes[rows]
    left = watched < catalog.minutes[videos] - LATE
    return feedback.request.viewers[rows], videos, watched, left


MAKERS = {"stay": lambda world, rng: StayAgent(world.catalog)}
