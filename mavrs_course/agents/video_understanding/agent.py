"""The agent that has watched everything: it likes what resembles what you clicked."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.video_understanding.features import MODALITIES
from mavrs_course.agents.video_understanding.vectors import Vectors
from mavrs_course.messages import (
    NO_CLICK,
    Bools,
    Feedback,
    Floats,
    Ints,
    Opinion,
    Request,
    VideoCatalog,
)
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import listed, signed

MEMORY = 50
SHARPNESS = 0.2


class VideoUnderstandingAgent:
    """Scores a candidate by how much it resembles each video that the viewer has clicked.

    With cosines c over the viewer's last 50 clicks, ``score = mean(exp((c - 1) / 0.2))``: 1 for
    the video itself, e times less for every 0.2 of cosine.  So one close relative counts for
    more than a lukewarm resemblance to everything.  Who has clicked nothing gets 0 throughout.

    It needs no logs: a video that nobody has ever watched is scored like any other.  It hears
    nothing of skips; its confidence is ``n / (n + 5)`` for the n clicks it goes by.

    history: int[U, 50], each viewer's latest clicks in no particular order, -1 where there are
    none yet.  clicks: int[U].
    """

    name = "understanding"
    assumed_clicks = 5.0

    def __init__(
        self, vectors: Vectors, *, memory: int = MEMORY, sharpness: float = SHARPNESS
    ) -> None:
        if memory < 1 or not sharpness > 0:
            raise ValueError(
                f"memory counts clicks, from 1, and sharpness is above 0; got {memory}, {sharpness}"
            )
        self.vectors = vectors
        self.memory = memory
        self.sharpness = sharpness
        self.history = np.zeros((0, memory), dtype=np.int64)
        self.clicks = np.zeros(0, dtype=np.int64)

    def opine(self, request: Request) -> Opinion:
        self._meet(request.viewers)
        cosines, known = self.resemblance(request)
        scores = np.where(known, np.exp((cosines - 1.0) / self.sharpness), 0.0)
        remembered = known.sum(axis=2)
        scores = scores.sum(axis=2) / np.maximum(remembered, 1)
        count = remembered[:, 0]
        reasons = self._reasons(request, scores, np.where(known, cosines, -np.inf))
        return Opinion(self.name, scores, count / (count + self.assumed_clicks), reasons)

    def resemblance(self, request: Request) -> tuple[Floats, Bools]:
        """The cosine of each candidate with each click, float[B, C, 50]; and where there is one."""
        self._meet(request.viewers)
        self._require_known(request.candidates)
        history = self.history[request.viewers]
        values = self.vectors.values
        cosines = values[request.candidates] @ values[history].swapaxes(1, 2)
        known = np.broadcast_to((history != NO_CLICK)[:, None], cosines.shape)
        return cosines.astype(float), known

    def _reasons(self, request: Request, scores: Floats, cosines: Floats) -> list[str]:
        rows, first = np.arange(len(scores)), scores.argmax(axis=1)
        nearest = cosines[rows, first].argmax(axis=1)
        candidates = request.candidates[rows, first]
        relatives = self.history[request.viewers, nearest]
        closeness = cosines[rows, first, nearest]
        return list(map(self._reason, candidates, relatives, closeness))

    def _reason(self, video: int, relative: int, cosine: float) -> str:
        if relative == NO_CLICK:
            return "You have not clicked anything yet, so I have nothing to compare with."
        titles = self.vectors.titles
        if video == relative:
            return f"You clicked “{titles[video]}” before."
        known_by = _senses(self.vectors.present[video])
        if not known_by:
            return f"I can make nothing of “{titles[video]}”: no picture, no sound, no words."
        closeness = signed(cosine, ".2f")
        return (
            f"Of what you clicked, “{titles[video]}” is most like “{titles[relative]}” "
            f"(cosine {closeness}, by {known_by})."
        )

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        request = feedback.request
        rows = np.flatnonzero((feedback.clicked >= 0) & feedback.active)
        self.watch(request.viewers[rows], feedback.clicked_video[rows])

    def watch(self, viewers: Ints, videos: Ints) -> None:
        """Viewer n has clicked video n; past 50, the latest click takes the oldest one's place."""
        viewers, videos = np.asarray(viewers, dtype=int), np.asarray(videos, dtype=int)
        self._meet(viewers)
        self._require_known(videos)
        for viewer, video in zip(viewers, videos, strict=True):
            self.history[viewer, self.clicks[viewer] % self.memory] = video
            self.clicks[viewer] += 1

    def _meet(self, viewers: Ints) -> None:
        self.history = with_room(self.history, viewers, NO_CLICK)
        self.clicks = with_room(self.clicks, viewers)

    def _require_known(self, videos: Ints) -> None:
        unknown = (np.asarray(videos) < 0) | (np.asarray(videos) >= len(self.vectors))
        if unknown.any():
            raise ValueError(
                f"video {np.asarray(videos)[unknown][0]} has no vector: this agent has watched "
                f"videos 0 to {len(self.vectors) - 1}; embed the new ones and give it all vectors"
            )


def _senses(present: Bools) -> str:
    """The modalities that are present, as in "picture, sound and text"; empty for none."""
    return listed([name for name, there in zip(MODALITIES, present, strict=True) if there])


def _by_topic(catalog: VideoCatalog) -> Vectors:
    """Vectors that tell a video's topic and nothing else: for worlds without embedded clips."""
    titles = [catalog.title(video) for video in range(len(catalog))]
    present = np.tile([False, False, True], (len(titles), 1))
    return Vectors(np.eye(catalog.n_topics, dtype=np.float32)[catalog.topic], titles, present)


MAKERS = {
    "understanding": lambda world, rng: VideoUnderstandingAgent(_by_topic(world.catalog)),
}
