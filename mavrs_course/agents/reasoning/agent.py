"""The reasoning agent: believes, plans, asks, and says why."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.baselines import solve_rate
from mavrs_course.agents.reasoning import ahead
from mavrs_course.agents.reasoning.belief import GridBelief, chance_liked, deviation, mean
from mavrs_course.agents.reasoning.reasons import Grounds, best_grounds, reason
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room
from mavrs_course.world import viewers
from mavrs_course.world.catalog import Catalog


class ReasoningAgent:
    """Plans pages for the viewer that it believes in, and corrects the belief with every page.

    Unlike :class:`~mavrs_course.agents.simple.InterestAgent`, which puts expected numbers where
    the other videos of a page stand and takes interest to stand still, its belief averages over
    what the others may be, counts a topic that is on a page twice, and moves with the viewer.
    It knows the choice model, and each video's topic, quality and length; interest it infers.

    rng: to measure the price of the viewer's time by (:func:`solve_rate`), or give ``rate``, the
    price: 0 is myopic.  slots, candidates: the pages that it is measured for.
    curiosity: on how many later pages what is learned would be of use; it weighs the value of
    information (:func:`ahead.value_of_information`).  0 asks nothing for the sake of an answer.
    learning: False keeps the belief flat, so that plans rest on quality alone.
    explaining: False gives no reasons, which is faster where thousands play and nobody reads.
    """

    name = "reasoning"

    def __init__(
        self,
        catalog: Catalog,
        rng: np.random.Generator | None = None,
        *,
        rate: float | None = None,
        slots: int = 3,
        candidates: int = 10,
        curiosity: float = 0.0,
        learning: bool = True,
        explaining: bool = True,
    ) -> None:
        if rate is None and rng is not None:
            rate = solve_rate(catalog, slots, candidates, rng)
        elif rate is None or rng is not None:
            raise ValueError("a ReasoningAgent needs an rng to measure the price of time, or rate=")
        self.catalog, self.curiosity = catalog, curiosity
        self.learning, self.explaining = learning, explaining
        self.rate = float(rate)
        self.belief = GridBelief(topics=catalog.n_topics)
        self.shown = np.zeros((0, catalog.n_topics), dtype=int)
        self.clicked = np.zeros((0, catalog.n_topics), dtype=int)

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers it has not met."""
        self.belief.meet(viewers)
        self.shown = with_room(self.shown, viewers)
        self.clicked = with_room(self.clicked, viewers)

    def opine(self, request: Request) -> Opinion:
        """What each candidate adds to the page, in minutes, with what it would teach."""
        self.meet(request.viewers)
        topics = self.catalog.topic[request.candidates]
        histograms = self.belief.of(request.viewers[:, None], topics)
        weights = mean(histograms, self.belief.levels) + 1.0
        values = ahead.click_values(self.catalog, request.candidates, self.rate)
        scores = ahead.plan_scores(weights, values, self.rate, request.slots)
        if self.curiosity:
            scores = scores + self.curiosity * self._lesson(histograms, weights, scores, request)
        page = np.argsort(-scores, axis=1, kind="stable")[:, : request.slots]
        reasons = self._reasons(request, page) if self.explaining else None
        return Opinion(self.name, scores, self._confidence(histograms, page), reasons)

    def _lesson(self, histograms: Floats, weights: Floats, scores: Floats, request: Request):
        """The value of information of each candidate, beside an average page: float[B, C]."""
        slots = request.slots
        bar = -np.partition(-scores, slots - 1, axis=1)[:, slots - 1 : slots]
        rest = viewers.NO_CLICK_WEIGHT + (slots - 1) * weights.mean(axis=1, keepdims=True)
        return ahead.value_of_information(
            histograms, self.belief.levels, scores / weights, bar, rest
        )

    def _confidence(self, histograms: Floats, page: Ints) -> Floats:
        """How far the belief about the page's first topic has narrowed: float[B] in [0, 1]."""
        first = histograms[np.arange(len(page)), page[:, 0]]
        flat = np.full(len(self.belief.levels), 1.0 / len(self.belief.levels))
        narrow = deviation(first, self.belief.levels) / deviation(flat, self.belief.levels)
        return np.clip(1.0 - narrow, 0.0, 1.0)

    def _reasons(self, request: Request, page: Ints) -> list[str]:
        videos = np.take_along_axis(request.candidates, page, axis=1)
        topics = self.catalog.topic[videos]
        rows = request.viewers[:, None]
        histograms = self.belief.of(rows, topics)
        minutes = self.catalog.minutes[videos]
        numbers = (
            topics,
            chance_liked(histograms, self.belief.levels),
            mean(histograms, self.belief.levels),
            self.shown[rows, topics],
            self.clicked[rows, topics],
            minutes,
            minutes * (1.0 - viewers.REFUND_RATE * self.catalog.quality[videos]),
        )
        pages = np.stack(np.broadcast_arrays(*numbers), axis=2).tolist()
        best = [best_grounds([_grounds(slot) for slot in slots]) for slots in pages]
        return [reason(grounds, self.catalog.topics) for grounds in best]

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Correct the belief by the pages of everybody who was there."""
        request = feedback.request
        if not self.learning:
            return
        self.meet(request.viewers)
        active = np.flatnonzero(feedback.active)
        rows, clicked = request.viewers[active], feedback.clicked[active]
        topics = self.catalog.topic[feedback.slate.videos[active]]
        for part in rounds(rows):
            self.belief.update(rows[part], topics[part], clicked[part])
        np.add.at(self.shown, (rows[:, None], topics), 1)
        watched = np.flatnonzero(clicked >= 0)
        np.add.at(self.clicked, (rows[watched], topics[watched, clicked[watched]]), 1)

    def latent_needs(self, viewer: int, count: int = 3) -> list[tuple[int, float]]:
        """Topics hardly shown to a viewer that promise most: (topic, minutes a unit of weight).

        Hardly shown: at most twice.  See :func:`ahead.latent_needs`; a typical video of each
        topic stands for it.
        """
        self.meet(np.array([viewer]))
        values = viewers.VIDEO_MINUTES * (
            1.0 - self.rate * (1.0 - viewers.REFUND_RATE * self.catalog.mean_quality)
        )
        promise = ahead.latent_needs(
            self.belief.probability[viewer], self.belief.levels, self.belief.moved, values
        )
        promise = np.where(self.shown[viewer] <= 2, promise, -np.inf)
        best = np.argsort(-promise, kind="stable")[:count]
        return [(int(topic), float(promise[topic])) for topic in best if promise[topic] > 0]


def _grounds(numbers: list[float]) -> Grounds:
    topic, chance, interest, shown, clicked, minutes, budget = numbers
    return Grounds(int(topic), chance, interest, int(shown), int(clicked), minutes, budget)


MAKERS = {"reasoning": lambda world, rng: ReasoningAgent(world.catalog, rng)}
