"""An agent that knows a viewer only by what she says she likes: the names of some topics.

How much likelier does "Videos about funny pets:" make a title?  Asked against a neutral context,
some titles gain from any talk of videos.  So the gain of each topic is taken against the mean over
all topics: a title is for you if your topics make it likelier than other topics do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request
from mavrs_course.world.catalog import Catalog


def about(topic: str) -> str:
    """The context that names a topic."""
    return f"Videos about {topic}:"


def topic_gains(
    model: ChatModel, titles: Sequence[str], topics: Sequence[str] = Catalog.topics
) -> Floats:
    """Nats that each topic gives each title beyond the mean topic: float[topics, titles].

    Each column sums to zero.  Costs one likelihood for each topic and title, once for all viewers.
    """
    spoken = [f" {title}" for title in titles]
    logs = np.array([model.score(about(topic), spoken) for topic in topics])
    return logs - logs.mean(axis=0)


class WordsAgent:
    """Ranks candidates by the mean gain of the topics that the viewer says she likes.

    gains: float[T, V] of :func:`topic_gains`.  liked: from a viewer to numbers of topics; about
    viewers who said nothing it is silent (equal scores, confidence 0).  topics: their names.
    """

    name = "words"

    def __init__(
        self, gains: Floats, liked: Mapping[int, Ints], topics: Sequence[str] = Catalog.topics
    ) -> None:
        self.gains, self.liked, self.topics = gains, liked, topics

    def opine(self, request: Request) -> Opinion:
        """Mean gain, in nats: float[B, C]."""
        rows = [
            self.gains[self.liked[viewer]][:, candidates].mean(axis=0)
            if viewer in self.liked
            else np.zeros(len(candidates))
            for viewer, candidates in zip(request.viewers.tolist(), request.candidates, strict=True)
        ]
        sure = [float(viewer in self.liked) for viewer in request.viewers.tolist()]
        said = [self._reason(viewer) for viewer in request.viewers.tolist()]
        return Opinion(self.name, np.array(rows), np.array(sure), said)

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it knows what viewers said, and not what they do."""

    def _reason(self, viewer: int) -> str:
        if viewer not in self.liked:
            return "This viewer has told me nothing."
        named = ", ".join(self.topics[topic] for topic in self.liked[viewer])
        return f"You said that you like {named}, and that makes this title likelier."
