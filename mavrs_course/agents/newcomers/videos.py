"""The agent for videos that nobody has seen yet: it gives them a chance, and counts the cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from mavrs_course.agents.newcomers.arms import settled_normals
from mavrs_course.agents.newcomers.graduation import worth_exploring
from mavrs_course.messages import Bools, Feedback, Floats, Opinion, Request, VideoCatalog
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room

SPREAD = 0.003  # variance of click shares between videos whose content is the same
PENALTY = 20.0  # of the tower's weights, in shows
FIRST_SHOWS = 300.0  # that may be spent before any budget is earned
RULES = ("value", "never")


class NewVideoAgent:
    """Thompson sampling over videos, with a prior from their content and a budget to explore.

    **Tower.** A video's click share is ``x w + own``: what its content ``x`` says, by ridge
    regression over all videos that were shown, and its own part with variance ``spread``.  What is
    believed of it is the mean of both, weighted by what each is known to: Fay and Herriot's
    estimator (JASA 1979).  A video never shown is what its content says, and no less.  So it is
    aware of the **bias** that keeps the new out: only shows count, and not to be clicked where one
    was not shown says nothing.
    **Budget.** At most ``budget`` of all slots go to videos under exploration; while it is spent,
    scores are means.  **Graduation.** ``rule`` "value" explores a video while that pays
    (:func:`~.graduation.worth_exploring`, over ``horizon`` shows); a number explores it for so many
    shows; "never" explores none.

    Its confidence is the part of the candidates that are under exploration, if there is budget:
    that is what it bids with in a market, and as videos graduate it hands over.

    content: float[V, D], such as lesson 03's vectors; by default topic and creator.
    """

    name = "new videos"

    def __init__(
        self,
        catalog: VideoCatalog,
        content: ArrayLike | None = None,
        *,
        budget: float = 0.2,
        rule: str | int = "value",
        horizon: float = 300.0,
        spread: float = SPREAD,
        seed: int = 0,
    ) -> None:
        if not (0 <= budget <= 1 and horizon > 0 and spread > 0):
            raise ValueError(f"a budget is from 0 to 1, the rest above 0: {budget=}, {horizon=}")
        if isinstance(rule, str) and rule not in RULES:
            raise ValueError(f"a rule is a number of shows, or one of {RULES}, not {rule!r}")
        self.catalog, self.budget, self.rule = catalog, budget, rule
        self.horizon, self.spread, self.seed = horizon, spread, seed
        self.content = _one_hot(catalog) if content is None else sparse.csr_array(content)
        if self.content.shape[0] != len(catalog):
            raise ValueError(f"content has {self.content.shape[0]} rows, not one a video")
        self.shown, self.clicked = np.zeros(len(catalog)), np.zeros(len(catalog))
        self.explored = 0.0  # slots that went to exploration
        self.pages = np.zeros(0)  # of each viewer
        self._believed: tuple[Floats, Floats] | None = None

    @property
    def usual(self) -> float:
        """The click share of an average show, from one in five on."""
        return float((self.clicked.sum() + 1.0) / (self.shown.sum() + 5.0))

    def beliefs(self) -> tuple[Floats, Floats]:
        """Mean and variance of each video's click share: float[V] each."""
        if self._believed is None:
            self._believed = self._regression()
        return self._believed

    def _regression(self) -> tuple[Floats, Floats]:
        usual, x = self.usual, self.content
        noise = usual * (1.0 - usual)
        ratio = noise / self.spread  # shows that weigh as much as the content
        weight = self.shown / (1.0 + self.shown / ratio)  # [V], in shows
        share = np.divide(self.clicked, self.shown, out=np.full(len(weight), usual),
                          where=self.shown > 0)  # fmt: skip
        gram = (x.T @ (x * weight[:, None])).toarray() + PENALTY * np.eye(x.shape[1])
        tower = usual + x @ np.linalg.solve(gram, x.T @ (weight * (share - usual)))
        known = self.shown / (self.shown + ratio)
        return tower + known * (share - tower), self.spread * (1.0 - known)

    def exploring(self) -> Bools:
        """Which videos are under exploration now, budget aside: bool[V]."""
        if self.rule == "never" or not self.budget:
            return np.zeros(len(self.shown), dtype=bool)
        if not isinstance(self.rule, str):
            return self.shown < self.rule
        mean, variance = self.beliefs()
        usual = self.usual
        left = np.maximum(self.horizon - self.shown, 0.0)
        return worth_exploring(mean, variance, usual, usual * (1.0 - usual), left)

    @property
    def can_spend(self) -> bool:
        """Whether the budget allows another show."""
        return self.explored < self.budget * (self.shown.sum() + FIRST_SHOWS)

    def opine(self, request: Request) -> Opinion:
        self.pages = with_room(self.pages, request.viewers)
        (mean, variance), open_now = self.beliefs(), self.exploring() & self.can_spend
        candidates = request.candidates
        tried = open_now[candidates]  # [B, C]
        keys = request.viewers[:, None], candidates, self.shown[candidates]
        noise = settled_normals(self.seed, *keys) if tried.any() else 0.0
        deviation = np.sqrt(variance[candidates])
        scores = mean[candidates] + np.where(tried, deviation * noise, 0.0)
        first = candidates[np.arange(len(candidates)), scores.argmax(axis=1)]
        reasons = [self._reason(video, mean[video], open_now[video]) for video in first]
        sure = tried.mean(axis=1)
        return Opinion(self.name, scores, sure, reasons, memo=open_now)

    def _reason(self, video: int, mean: float, explored: bool) -> str:
        seen = f"clicked {self.clicked[video]:.0f} of {self.shown[video]:.0f} times shown"
        why = "new, and worth a try" if explored else "known"
        return f"“{self.catalog.title(video)}” is {why}: {seen}, expected share {mean:.2f}."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Count shows and clicks, and what of it was exploration when the page was made."""
        rows = np.flatnonzero(feedback.active)
        videos = feedback.slate.videos[rows]
        memo = feedback.slate.memo
        if isinstance(memo, np.ndarray) and memo.shape == self.shown.shape:
            self.explored += float(memo[videos].sum())
        np.add.at(self.shown, videos, 1.0)
        clicked = feedback.clicked_video[rows]
        np.add.at(self.clicked, clicked[clicked >= 0], 1.0)
        self._believed = None


def _one_hot(catalog: VideoCatalog) -> sparse.csr_array:
    """Topic and creator of each video: float[V, D]."""
    columns = np.stack([catalog.topic, catalog.n_topics + np.asarray(catalog.creator)], axis=1)
    rows = np.arange(len(columns)).repeat(2)
    return sparse.csr_array((np.ones(len(rows)), (rows, columns.ravel())))


MAKERS = {
    "new-videos": lambda world, rng: NewVideoAgent(world.catalog, seed=int(rng.integers(2**31)))
}
