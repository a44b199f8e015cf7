"""Two specialists that a platform with words has: one hears wishes, one follows the news."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mavrs_course.llm.deciding.agent import cosines, pmi
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.world.catalog import Catalog

CONTEXT, NEUTRAL = "Here is a video about {}. Title:", "Here is a video. Title:"


class Listener:
    """Ranks candidates by how well their titles fit what the viewer has said.

    model: its ear.  One that embeds hears by the cosine of the phrase and the title; one that only
    scores hears by their PMI, in nats.
    wish: from a viewer's index to her phrases, such as ("fast cars", "goals and matches"), or None.
    A title counts by the phrase that it fits best.  What the model said of a phrase and a title is
    remembered, so that it is asked once.  A model that cannot be asked makes the agent silent.
    """

    name = "listener"

    def __init__(
        self, model: ChatModel, catalog: Catalog, wish: Callable[[int], Sequence[str] | None]
    ) -> None:
        self.model, self.catalog, self.wish = model, catalog, wish
        self._known: dict[str, Floats] = {}

    def opine(self, request: Request) -> Opinion:
        """float[B, C], cosines or nats; zeros and confidence 0 where nothing was said."""
        scores, reasons = np.zeros(request.candidates.shape), []
        before = self.model.bill.copy()
        for row, viewer in enumerate(request.viewers):
            phrases = self.wish(int(viewer))
            if not phrases:
                reasons.append("She has said nothing.")
                continue
            try:
                fits = np.array([self.fit(phrase) for phrase in phrases])
            except ModelError as error:
                reasons.append(f"The model could not be asked: {error}")
                continue
            fits = fits[:, request.candidates[row]]
            scores[row] = fits.max(axis=0)
            best = int(scores[row].argmax())
            title = self.catalog.title(int(request.candidates[row, best]))
            reasons.append(f"“{title}” fits “{phrases[int(fits[:, best].argmax())]}”.")
        heard = (np.ptp(scores, axis=1) > 0).astype(float)
        asides = (self.model.bill - before).messages(self.name, self.model.name)
        return Opinion(self.name, scores, heard, reasons, asides=asides)

    def fit(self, phrase: str) -> Floats:
        """How well every title of the catalogue fits a phrase: float[V]."""
        if phrase not in self._known:
            titles = [self.catalog.title(video) for video in range(len(self.catalog))]
            if "embed" in self.model.abilities:
                self._known[phrase] = cosines(self.model, phrase, titles)
            else:
                spaced = [f" {title}" for title in titles]
                self._known[phrase] = pmi(self.model, CONTEXT.format(phrase), spaced, NEUTRAL)
        return self._known[phrase]

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it hears what is said today."""


class NewsAgent:
    """Prefers what has arrived last: a score is the day of the video's arrival."""

    name = "news"

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def opine(self, request: Request) -> Opinion:
        day = self.catalog.day[request.candidates].astype(float)
        some = (np.ptp(day, axis=1) > 0).astype(float)
        reasons = [f"It arrived on day {int(row.max())}." for row in day]
        return Opinion(self.name, day, some, reasons)

    def learn(self, feedback: Feedback) -> None:
        """Nothing: what is new is new."""
