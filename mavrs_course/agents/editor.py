"""An agent that knows the videos and no viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mavrs_course.messages import Feedback, Opinion, Request

if TYPE_CHECKING:
    from mavrs_course.world.catalog import Catalog


class EditorAgent:
    """Prefers what an editor has rated highly: a score is the catalogue's ``quality``.

    It is the same for everybody and learns nothing, and it is always sure of itself.
    """

    name = "editor"

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def opine(self, request: Request) -> Opinion:
        scores = self.catalog.quality[request.candidates]
        first = request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]
        reasons = [
            f"{self.catalog.topics[self.catalog.topic[video]].capitalize()}, rated "
            f"{self.catalog.quality[video]:+.1f} by the editor.".replace("-", "−")
            for video in first
        ]
        return Opinion(self.name, scores, np.ones(len(request)), reasons)

    def learn(self, feedback: Feedback) -> None:
        """Editors don't read click counts."""


MAKERS = {"editor": lambda world, rng: EditorAgent(world.catalog)}
