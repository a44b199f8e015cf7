"""Three agents small enough to read at breakfast: what is popular, what you like, what is new.

Each keeps counts that anybody can look at, and its reasons are those counts in words.
``U`` is the number of viewers met so far, whose numbers start at 0; B, C and K are as in
:mod:`mavrs_course.messages`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised, signed
from mavrs_course.world.viewers import NO_CLICK_WEIGHT

if TYPE_CHECKING:
    from mavrs_course.world.catalog import Catalog


class PopularityAgent:
    """Prefers what other viewers click: the smoothed click rate of each topic, or each video.

    ``rate = (clicked + 1) / (shown + 5)``, so that what was never shown starts at one click in
    five shows, which is what a slot earns on an average page of three.
    Its confidence is the share of its first choice's rate that was observed, not assumed.
    """

    name = "popularity"
    assumed_clicks = 1.0
    assumed_shows = 5.0

    def __init__(self, catalog: Catalog, *, by: str = "topic") -> None:
        if by not in ("topic", "video"):
            raise ValueError(f"a PopularityAgent counts by 'topic' or by 'video', not by {by!r}")
        self.catalog = catalog
        self._group = np.asarray(catalog.topic) if by == "topic" else np.arange(len(catalog))
        self._label = catalog.topics.__getitem__ if by == "topic" else catalog.title
        groups = catalog.n_topics if by == "topic" else len(catalog)
        self.shown = np.zeros(groups, dtype=int)
        self.clicked = np.zeros(groups, dtype=int)

    @property
    def rate(self) -> Floats:
        """Smoothed clicks a show: float[n_topics], or float[V] when counting by video."""
        return (self.clicked + self.assumed_clicks) / (self.shown + self.assumed_shows)

    def opine(self, request: Request) -> Opinion:
        scores = self.rate[self._group[request.candidates]]
        first = self._group[_first_choice(request, scores)]
        confidence = self.shown[first] / (self.shown[first] + self.assumed_shows)
        return Opinion(self.name, scores, confidence, [self._reason(group) for group in first])

    def _reason(self, group: int) -> str:
        label, shown, clicked = self._label(group), self.shown[group], self.clicked[group]
        if shown == 0:
            return f"{capitalised(label)}: nobody has been shown any yet, so this is a guess."
        return f"{capitalised(label)}: clicked {clicked} of the {shown} times shown."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        _, videos, clicked = _lessons_of(feedback)
        groups = self._group[videos]
        np.add.at(self.shown, groups, 1)
        np.add.at(self.clicked, groups[clicked], 1)


class InterestAgent:
    """Believes something about your interest in each topic, and corrects it with every page.

    For each viewer and topic it holds a histogram over interest ``u`` in (-1, 1), flat at first.
    By the choice model of :mod:`mavrs_course.world.viewers`, where ``rest`` is the weight of not
    clicking plus what it expects of the other slots, a page is as likely as

        ``(u + 1) / (u + 1 + rest)`` if this slot was clicked, else ``1 / (u + 1 + rest)``,

    and Bayes' rule multiplies the histogram by that.  So a skip says less than a click: most
    videos are skipped anyway.  It takes interest to stand still, which is not quite true.
    Its confidence is how far its belief about its first choice has narrowed since the start.
    """

    name = "interest"
    levels: Floats = np.linspace(-0.95, 0.95, 20)

    def __init__(self, catalog: VideoCatalog) -> None:
        self.catalog = catalog
        self.shown = np.zeros((0, catalog.n_topics), dtype=int)
        self.clicked = np.zeros((0, catalog.n_topics), dtype=int)
        self._log_belief = np.zeros((0, catalog.n_topics, len(self.levels)))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before."""
        self.shown = with_room(self.shown, viewers)
        self.clicked = with_room(self.clicked, viewers)
        self._log_belief = with_room(self._log_belief, viewers)

    def belief(self, viewers: Ints, topics: Ints) -> Floats:
        """Probability of each of :attr:`levels`: float[..., 20], for indices of one shape."""
        log = self._log_belief[viewers, topics]
        likelihood = np.exp(log - log.max(axis=-1, keepdims=True))
        return likelihood / likelihood.sum(axis=-1, keepdims=True)

    @property
    def interest(self) -> Floats:
        """The interest it expects of each viewer in each topic: float[U, n_topics]."""
        viewers, topics = np.indices(self.shown.shape)
        return self._expected_interest(viewers, topics)

    def _expected_interest(self, viewers: Ints, topics: Ints) -> Floats:
        mean = (self.belief(viewers, topics) * self.levels).sum(axis=-1)
        return mean.round(12) + 0.0  # rounding errors are no preference, and zero has no sign

    def opine(self, request: Request) -> Opinion:
        viewers = request.viewers
        self.meet(viewers)
        topics = self.catalog.topic[request.candidates]
        scores = self._expected_interest(viewers[:, None], topics)
        first = self.catalog.topic[_first_choice(request, scores)]
        reasons = [
            self._reason(viewer, topic, score)
            for viewer, topic, score in zip(viewers, first, scores.max(axis=1), strict=True)
        ]
        return Opinion(self.name, scores, self._confidence(viewers, first), reasons)

    def _confidence(self, viewers: Ints, topics: Ints) -> Floats:
        belief = self.belief(viewers, topics)
        mean = (belief * self.levels).sum(axis=1)
        deviation = np.sqrt((belief * (self.levels - mean[:, None]) ** 2).sum(axis=1))
        return np.clip(1.0 - deviation / self.levels.std(), 0.0, 1.0)

    def _reason(self, viewer: int, topic: int, interest: float) -> str:
        shown, clicked = self.shown[viewer, topic], self.clicked[viewer, topic]
        label = capitalised(self.catalog.topics[topic])
        if shown == 0:
            return f"{label}: you have not been shown any, so I can't tell yet."
        return (
            f"{label}: you clicked {clicked} of the {shown} you were shown, "
            f"so I put your interest at {signed(interest)} (from −1 to 1)."
        )

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers, videos, clicked = _lessons_of(feedback)
        self.meet(viewers)
        rows = np.broadcast_to(viewers[:, None], videos.shape)
        topics = self.catalog.topic[videos]
        expected = self._expected_interest(rows, topics) + 1.0
        rest = NO_CLICK_WEIGHT + expected.sum(axis=1, keepdims=True) - expected
        weight = self.levels + 1.0
        likelihood = np.where(clicked[..., None], weight, 1.0) / (weight + rest[..., None])
        np.add.at(self._log_belief, (rows, topics), np.log(likelihood))
        np.add.at(self.shown, (rows, topics), 1)
        np.add.at(self.clicked, (rows[clicked], topics[clicked]), 1)


class NoveltyAgent:
    """Prefers the topics this viewer has been shown least: score ``1 / (1 + times shown)``.

    It counts and never estimates, so its confidence says how much its first choice stands out:
    by what share it was shown less often than the average candidate.
    """

    name = "novelty"

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.shown = np.zeros((0, catalog.n_topics), dtype=int)

    def opine(self, request: Request) -> Opinion:
        viewers = request.viewers
        self.shown = with_room(self.shown, viewers)
        shown = self.shown[viewers[:, None], self.catalog.topic[request.candidates]]
        scores = 1.0 / (1.0 + shown)
        first = self.catalog.topic[_first_choice(request, scores)]
        confidence = 1.0 - shown.min(axis=1) / np.maximum(shown.mean(axis=1), 1e-9)
        confidence[shown.max(axis=1) == 0] = 0.0
        reasons = [
            self._reason(viewer, topic) for viewer, topic in zip(viewers, first, strict=True)
        ]
        return Opinion(self.name, scores, confidence, reasons)

    def _reason(self, viewer: int, topic: int) -> str:
        shown, total = self.shown[viewer, topic], self.shown[viewer].sum()
        label = capitalised(self.catalog.topics[topic])
        if total == 0:
            return f"{label}: everything is new to you."
        return f"{label}: {shown} of the {total} videos you have been shown."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers, videos, _ = _lessons_of(feedback)
        self.shown = with_room(self.shown, viewers)
        np.add.at(self.shown, (viewers[:, None], self.catalog.topic[videos]), 1)


def _first_choice(request: Request, scores: Floats) -> Ints:
    """int[B]: the candidate with the highest score, the earliest of equals."""
    return request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]


def _lessons_of(feedback: Feedback) -> tuple[Ints, Ints, Bools]:
    """The rows to learn from: viewers int[N], videos shown int[N, K], clicked bool[N, K]."""
    rows = np.flatnonzero(feedback.active)
    videos = feedback.slate.videos[rows]
    clicked = feedback.clicked[rows, None] == np.arange(videos.shape[1])
    return feedback.request.viewers[rows], videos, clicked


MAKERS = {
    "popularity": lambda world, rng: PopularityAgent(world.catalog),
    "interest": lambda world, rng: InterestAgent(world.catalog),
    "novelty": lambda world, rng: NoveltyAgent(world.catalog),
}
