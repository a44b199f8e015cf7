"""The agent for viewers whom nobody knows yet: it asks little and learns fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mavrs_course.agents.newcomers.arms import settled_normals
from mavrs_course.agents.newcomers.prior import TastePrior, learn_prior
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised

HANDOVER = 30.0  # shows: about ten pages of three
ANSWER_NOISE = 0.01  # variance of an answer about a taste, in click shares
LIKED = 0.1  # what a topic that is named is above the mean taste

Ask = Callable[[Ints, Ints], Floats]


class NewViewerAgent:
    """Thompson sampling over tastes, with a prior from words, from content and from old viewers.

    A taste is the click share of a topic (:mod:`.prior`).  Three things speak before the first
    click: which topics the viewer named, ``said``, as lesson 16's agent takes them; the answers to
    a few questions, ``ask``, most telling first; and the prior, which starts from content, or from
    nothing, and is learned from everybody met by :meth:`learn_from_viewers`.
    Then each show counts.  Scores are a draw from what is believed of the viewer, with ``spread``
    times its deviation: tastes that are not known are tried.  The whole of it, 1, is for those who
    stay for long; in one evening, with candidates drawn at random, little of it pays.  The draw
    belongs to what is known, so asking again gives the same answer.

    Its confidence is ``handover / (handover + shows)``: it is there for newcomers, and hands over.

    said: from a viewer to numbers of topics.  ask: called as ``ask(viewers int[n], topics int[n])``
    once a viewer and topic, gives float[n], their click share, NaN for no answer.
    questions: how many.  seed: of the draws.
    """

    name = "newcomer"

    def __init__(
        self,
        catalog: VideoCatalog,
        prior: TastePrior | None = None,
        *,
        said: Mapping[int, Ints] | None = None,
        ask: Ask | None = None,
        questions: int = 3,
        handover: float = HANDOVER,
        spread: float = 0.3,
        seed: int = 0,
    ) -> None:
        if questions < 0 or spread < 0 or not handover > 0:
            raise ValueError(f"handover is above 0: {questions=}, {spread=}, {handover=}")
        self.catalog, self.said, self.ask = catalog, said or {}, ask
        self.prior = prior or TastePrior.of_content(np.eye(catalog.n_topics))
        if len(self.prior.mean) != catalog.n_topics:
            raise ValueError(f"the prior is for {len(self.prior.mean)} topics, not these")
        self.questions, self.handover, self.spread, self.seed = questions, handover, spread, seed
        self.shown, self.clicked = (np.zeros((0, catalog.n_topics)) for _ in range(2))
        # What was told counts as shows: as many as are worth one answer.
        self.told, self.answers = (np.zeros((0, catalog.n_topics)) for _ in range(2))
        self.met = np.zeros(0, dtype=bool)

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before, and listen to what they say."""
        for table in ("shown", "clicked", "told", "answers", "met"):
            setattr(self, table, with_room(getattr(self, table), viewers))
        new = np.unique(np.asarray(viewers)[~self.met[viewers]])
        self.met[new] = True
        worth = self.prior.noise / ANSWER_NOISE
        for viewer in new[np.isin(new, list(self.said))].tolist():
            topics = np.asarray(self.said[viewer], dtype=np.int64)
            self.told[viewer, topics] += worth
            self.answers[viewer, topics] += worth * (self.prior.mean[topics] + LIKED)
        if self.ask is not None and len(new):
            topics = self.prior.questions(self.questions, ANSWER_NOISE)
            who, what = np.repeat(new, len(topics)), np.tile(topics, len(new))
            share = np.asarray(self.ask(who, what), dtype=float)
            given = np.isfinite(share)
            self.told[who[given], what[given]] += worth
            self.answers[who[given], what[given]] += worth * share[given]

    def tastes(self, viewers: Ints) -> tuple[Floats, Floats]:
        """What is believed of each: means float[B, T] and covariances float[B, T, T]."""
        self.meet(viewers)
        shown = self.shown[viewers] + self.told[viewers]
        return self.prior.posterior(shown, self.clicked[viewers] + self.answers[viewers])

    def opine(self, request: Request) -> Opinion:
        viewers = request.viewers
        believed, covariance = self.tastes(viewers)
        seen, topics = self.shown[viewers].sum(axis=1), np.arange(believed.shape[1])
        if self.spread:
            keys = viewers[:, None], seen[:, None], topics
            noise = settled_normals(self.seed, *keys)  # [B, T]
            root = np.linalg.cholesky(covariance)
            believed = believed + self.spread * np.einsum("bts,bs->bt", root, noise)
        of = self.catalog.topic[request.candidates]  # [B, C]
        scores = np.take_along_axis(believed, of, axis=1)
        first = of[np.arange(len(of)), scores.argmax(axis=1)]
        pairs = zip(viewers, first, strict=True)
        reasons = [self._reason(viewer, topic) for viewer, topic in pairs]
        return Opinion(self.name, scores, self.handover / (self.handover + seen), reasons)

    def _reason(self, viewer: int, topic: int) -> str:
        label, shown = capitalised(self.catalog.topics[topic]), int(self.shown[viewer, topic])
        if self.told[viewer, topic]:
            return f"{label}: you told me about it, and I have shown you {shown}."
        if not shown:
            return f"{label}: others like you took to it, or I would like to find out."
        return f"{label}: you clicked {self.clicked[viewer, topic]:.0f} of {shown}."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        self.meet(feedback.request.viewers)
        rows = np.flatnonzero(feedback.active)
        viewers, videos = feedback.request.viewers[rows], feedback.slate.videos[rows]
        np.add.at(self.shown, (viewers[:, None], self.catalog.topic[videos]), 1.0)
        hit = feedback.clicked[rows] >= 0
        topics = self.catalog.topic[feedback.clicked_video[rows][hit]]
        np.add.at(self.clicked, (viewers[hit], topics), 1.0)

    def learn_from_viewers(self) -> TastePrior:
        """Overnight: the prior from everybody met so far, by what they clicked."""
        self.prior = learn_prior(self.prior, self.shown, self.clicked)
        return self.prior


MAKERS = {
    "newcomer": lambda world, rng: NewViewerAgent(world.catalog, seed=int(rng.integers(2**31)))
}
