"""An agent that is made of a language model and decides by likelihood.

How much more likely does a title become once the model has read what a viewer likes?  The
difference of the two log-likelihoods is the pointwise mutual information of the title and the
context (PMI; for choosing among answers: Holtzman et al. 2021, "Surface form competition",
arXiv 2104.08315).  It takes out what a small model knows best, that some titles are likelier than
others whoever watches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mavrs_course.llm.models.chat import Bill, ChatModel, ModelError, require
from mavrs_course.messages import Feedback, Floats, Ints, Message, Opinion, Request

NEUTRAL = "Video titles:"


def pmi(model: ChatModel, context: str, texts: Sequence[str], neutral: str = NEUTRAL) -> Floats:
    """Pointwise mutual information of each text with the context, in nats: float[n].

    ``log p(text | context) - log p(text | neutral)``; both contexts should end alike, so that
    the text continues either of them.
    """
    return model.score(context, texts) - model.score(neutral, texts)


def cosines(model: ChatModel, context: str, texts: Sequence[str]) -> Floats:
    """Cosine of the vectors of a context and of each text: float[n]; for a model that embeds."""
    vectors = model.embed([context, *texts])
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors[1:] @ vectors[0]


class LikelihoodAgent:
    """Ranks candidates by the PMI of their titles with what is known of the viewer in words.

    describe: from a viewer's index to the context, or None for a viewer about whom nothing is
    known, on whom the agent is then silent (equal scores, confidence 0).  titles: from a video's
    index to its title.  neutral: the context that says nothing.  A model that cannot be asked makes
    the agent silent too, and the reason says why.

    A model that cannot score, as on an Ollama server, is asked for vectors instead: scores are then
    cosines of context and title, and each reason says so.  One that can do neither is refused with
    :class:`CannotDoError`.
    """

    def __init__(
        self,
        model: ChatModel,
        describe: Callable[[int], str | None],
        title: Callable[[int], str],
        *,
        neutral: str = NEUTRAL,
        name: str = "language",
    ) -> None:
        if not self._by_vectors(model):
            require(model, "score")
        self.model, self.describe, self.title = model, describe, title
        self.neutral, self.name = neutral, name

    def opine(self, request: Request) -> Opinion:
        """PMI of every candidate, in nats, or its cosine: scores float[B, C]."""
        before = self.model.bill.copy()
        rows = [
            self._page(int(viewer), candidates)
            for viewer, candidates in zip(request.viewers, request.candidates, strict=True)
        ]
        return Opinion(
            self.name,
            np.array([scores for scores, _ in rows]),
            np.array([float(scores.max() > scores.min()) for scores, _ in rows]),
            [reason for _, reason in rows],
            asides=self._asides(before),
        )

    def learn(self, feedback: Feedback) -> None:
        """Nothing: the model is as it is, and what it is told of viewers is another's to change."""

    def _page(self, viewer: int, candidates: Ints) -> tuple[Floats, str]:
        silent = np.zeros(len(candidates))
        context = self.describe(viewer)
        if context is None:
            return silent, "Nothing is known of this viewer in words."
        titles = [f" {self.title(int(video))}" for video in candidates]
        try:
            if self._by_vectors(self.model):
                return self._cosines(context, [title.strip() for title in titles])
            scores = pmi(self.model, context, titles, self.neutral)
        except ModelError as error:
            return silent, f"The model could not be asked: {error}"
        best = titles[int(scores.argmax())].strip()
        return scores, f"After “{context}” “{best}” is {scores.max():+.1f} nats likelier."

    def _cosines(self, context: str, titles: list[str]) -> tuple[Floats, str]:
        scores = cosines(self.model, context, titles)
        best = titles[int(scores.argmax())]
        return scores, (
            f"“{best}” is nearest to “{context}”: cosine {scores.max():.2f}, "
            f"as {self.model.name} cannot score."
        )

    @staticmethod
    def _by_vectors(model: ChatModel) -> bool:
        return "score" not in model.abilities and "embed" in model.abilities

    def _asides(self, before: Bill) -> tuple[Message, ...]:
        return (self.model.bill - before).messages(self.name, self.model.name)
