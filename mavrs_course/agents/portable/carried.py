"""The agent that starts from what a viewer brought along, and ways to read what they brought.

A taste is a click share by topic (:mod:`mavrs_course.agents.newcomers.prior`).  What was carried
becomes a *start*: by how much each taste is expected to differ from the mean of all viewers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.agents.newcomers.prior import TastePrior, learn_prior
from mavrs_course.agents.newcomers.viewers import NewViewerAgent
from mavrs_course.messages import Floats, Ints, VideoCatalog
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised, listed

MOST = 0.1  # click share; a profile may lie, and moves no taste by more


class CarriedAgent(NewViewerAgent):
    """A newcomer's agent whose beliefs begin where the viewer's past elsewhere puts them.

    Beliefs are ``start + N(mean, covariance)``, and every show counts as before.  The prior is
    learned overnight from viewers who brought the same kind of thing, of what the start left
    unexplained: a start that tells nothing then leaves it as wide as it was, and one that tells
    much makes it narrow.  So a format that is worth little does little harm, where the old viewers
    who carried it were like the new ones.  No start moves a taste by more than ``most``.
    """

    name = "carried"

    def __init__(
        self,
        catalog: VideoCatalog,
        prior: TastePrior | None = None,
        *,
        most: float = MOST,
        spread: float = 0.3,
        seed: int = 0,
    ) -> None:
        if not most >= 0:
            raise ValueError(f"most is a click share, at least 0, not {most}")
        super().__init__(catalog, prior, questions=0, spread=spread, seed=seed)
        self.most = most
        self.start = np.zeros((0, catalog.n_topics))

    def meet(self, viewers: Ints) -> None:
        super().meet(viewers)
        self.start = with_room(self.start, viewers)

    def carry(self, viewers: Ints, start: Floats) -> None:
        """What these viewers int[n] brought: float[n, topics], in place of what they had."""
        self.meet(viewers)
        start = np.asarray(start, dtype=float)
        if start.shape != (len(viewers), self.start.shape[1]) or not np.isfinite(start).all():
            raise ValueError(
                f"a start needs a finite number for each of {self.start.shape[1]} topics and "
                f"{len(viewers)} viewers, got shape {start.shape}"
            )
        self.start[viewers] = np.clip(start, -self.most, self.most)

    def tastes(self, viewers: Ints) -> tuple[Floats, Floats]:
        self.meet(viewers)
        start, shown = self.start[viewers], self.shown[viewers]
        left, covariance = self.prior.posterior(shown, self.clicked[viewers] - shown * start)
        return start + left, covariance

    def learn_from_viewers(self) -> TastePrior:
        unexplained = self.clicked - self.shown * self.start
        self.prior = learn_prior(self.prior, self.shown, unexplained)
        return self.prior

    def _reason(self, viewer: int, topic: int) -> str:
        if not self.start[viewer].any() or self.shown[viewer, topic]:
            return super()._reason(viewer, topic)
        label, way = capitalised(self.catalog.topics[topic]), self.start[viewer, topic]
        told = "for" if way > 0 else "against" if way < 0 else "neither for nor against"
        return f"{label}: what you brought along speaks {told} it."


def deviations(prior: TastePrior, shown: Floats, clicked: Floats) -> Floats:
    """By how much each taste is believed to differ from the mean: float[B, topics]."""
    return prior.posterior(shown, clicked)[0] - prior.mean


def by_name(deviation: Floats, same: Ints, home: TastePrior, away: TastePrior) -> Floats:
    """A start from a log, read by the topics int[n, 2] that have one name on both platforms.

    It needs no shared viewer.  A taste counts in deviations of all viewers, since platforms differ
    in how often anything is clicked.  Private topics get what ``away`` knows of its own viewers:
    those who like these common ones like it by ``S_pc S_cc^-1``.
    """
    here, there = np.asarray(same).T
    scale = np.sqrt(np.diag(away.covariance)[there] / np.diag(home.covariance)[here])
    known = away.covariance[np.ix_(there, there)]
    return deviation[:, here] * scale @ np.linalg.solve(known, away.covariance[there])


def embeddings(deviation: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """Viewers in their main directions: embeddings float[B, k] and directions float[k, topics]."""
    _, _, directions = np.linalg.svd(deviation, full_matrices=False)
    return deviation @ directions[:dimensions].T, directions[:dimensions]


def favourites(deviation: Floats, many: int = 3) -> tuple[Ints, Ints]:
    """The topics liked most and least, best and worst first: int[B, many] each."""
    order = np.argsort(-deviation, axis=1, kind="stable")
    return order[:, :many], order[:, ::-1][:, :many]


def in_words(liked: Ints, avoided: Ints, topics: Sequence[str]) -> str:
    """One viewer's profile as a sentence that anybody can read, the viewer first of all."""
    names = [listed([topics[topic] for topic in part]) for part in (liked, avoided)]
    return f"Likes {names[0]}; avoids {names[1]}."


def by_words(liked: Ints, avoided: Ints, likeness: Floats) -> Floats:
    """How near each topic away is to the words of a profile: float[B, topics away], unscaled.

    likeness: float[topics home, topics away], cosines of the names' vectors, of a language model,
    say.  Read by likeness, a sentence can say nothing that its names do not.
    """
    return likeness[liked].mean(axis=1) - likeness[avoided].mean(axis=1)


def fitted(rough: Floats, known: Floats) -> float:
    """The one number by which ``rough`` comes nearest to ``known``, both float[n, topics]."""
    size = float((rough**2).sum())
    return float((rough * known).sum()) / size if size > 0 else 0.0


MAKERS = {"carried": lambda world, rng: CarriedAgent(world.catalog, seed=int(rng.integers(2**31)))}
