"""What many old viewers teach about a new one: a Gaussian over tastes, in closed form.

A taste is a click share for each of ``T`` topics: how often a show of that topic is clicked.
``shown`` and ``clicked`` are float[U, T], the shows and the clicks of each viewer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints

CLICK_SHARE = 0.2  # of a slot on an average page of three
NOISE = 0.16  # variance of one show: about p (1 - p)
SPREAD = 0.01  # variance of tastes between viewers, before anything is known


@dataclass(frozen=True)
class TastePrior:
    """Tastes are ``N(mean, covariance)`` over viewers, and a show tells with variance ``noise``.

    mean: float[T].  covariance: float[T, T], positive definite.
    """

    mean: Floats
    covariance: Floats
    noise: float = NOISE

    def __post_init__(self) -> None:
        mean, covariance = (np.asarray(x, dtype=float) for x in (self.mean, self.covariance))
        if mean.ndim != 1 or covariance.shape != 2 * mean.shape or not self.noise > 0:
            raise ValueError(
                f"a prior needs a mean of shape (T,), a covariance (T, T) and a noise above 0, "
                f"not {mean.shape}, {covariance.shape} and {self.noise}"
            )
        if not (np.isfinite(mean).all() and np.linalg.eigvalsh(covariance).min(initial=1) > 0):
            raise ValueError("a prior needs finite means and a positive definite covariance")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)

    @classmethod
    def of_content(cls, likeness: ArrayLike, own: float = 0.5) -> TastePrior:
        """Before any viewer was seen: topics whose content is alike are liked alike.

        likeness: float[T, T], cosines of the topics' content vectors.  own: the part of each
        taste that has nothing to do with other topics.
        """
        likeness = np.asarray(likeness, dtype=float)
        topics = len(likeness)
        covariance = SPREAD * ((1 - own) * likeness + own * np.eye(topics))
        return cls(np.full(topics, CLICK_SHARE), covariance)

    def posterior(self, shown: Floats, clicked: Floats) -> tuple[Floats, Floats]:
        """What is believed of each viewer: means float[B, T], covariances float[B, T, T].

        ``C = (S^-1 + diag(shown) / noise)^-1`` and ``mean + C (clicked - shown mean) / noise``.
        So a posterior mean is **one gradient step** from the prior mean, on the squared error of
        the shows, and its step size is the posterior covariance: meta-learning in closed form.

        For tastes in features x[n, D] of any kind, ``shown`` is x'x float[B, D, D] and ``clicked``
        x'y float[B, D].
        """
        looks = shown if shown.ndim == 3 else shown[:, :, None] * np.eye(len(self.mean))
        covariance = np.linalg.inv(np.linalg.inv(self.covariance) + looks / self.noise)
        slope = (clicked - looks @ self.mean) / self.noise  # [B, T]
        return self.mean + np.einsum("bts,bs->bt", covariance, slope), covariance

    def questions(self, count: int, noise: float) -> Ints:
        """The topics to ask a newcomer about, most telling first: int[count].

        Each next answer, a reading of one taste with variance ``noise``, takes most of what is
        left of the variance of all tastes.  What an answer will be makes no difference to that,
        so the questions are the same for everybody.
        """
        left: Floats = self.covariance.copy()
        asked: list[int] = []
        for _ in range(min(count, len(self.mean))):
            gain = (left**2).sum(axis=0) / (np.diag(left) + noise)
            gain[asked] = -np.inf
            topic = int(gain.argmax())
            asked.append(topic)
            left = left - np.outer(left[topic], left[topic]) / (left[topic, topic] + noise)
        return np.array(asked, dtype=np.int64)


def learn_prior(start: TastePrior, shown: Floats, clicked: Floats, rounds: int = 15) -> TastePrior:
    """The prior under which the shows and clicks of old viewers are likeliest, from ``start`` on.

    Expectation maximisation: what is believed of each viewer under the prior so far, then the mean
    and the covariance of these beliefs, their own uncertainty included.  Viewers who were shown
    nothing are left out; without any, it is ``start``.  ``shown`` may be x'x, as for ``posterior``.
    MeLU (Lee et al., KDD 2019, arXiv 1908.00413) learns the same by gradients: where to start, and
    how to step.  Source: Dempster, Laird and Rubin (1977); as a prior of tasks, Grant et al.,
    "Recasting gradient-based meta-learning as hierarchical Bayes" (ICLR 2018, arXiv 1801.08930).
    """
    shown, clicked = np.asarray(shown, dtype=float), np.asarray(clicked, dtype=float)
    seen = np.reshape(shown, (len(shown), -1)).any(axis=1)
    shown, clicked, prior = shown[seen], clicked[seen], start
    for _ in range(rounds if seen.any() else 0):
        means, covariances = prior.posterior(shown, clicked)
        mean = means.mean(axis=0)
        apart = means - mean
        # One viewer's worth of the start keeps the covariance from closing in on nothing.
        total = apart.T @ apart + covariances.sum(axis=0) + start.covariance
        prior = TastePrior(mean, total / (len(shown) + 1.0), prior.noise)
    return prior
