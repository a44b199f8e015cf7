"""Linear contextual bandits: which arm pays, given what is known now?"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints


class LinearBandit:
    """One ridge regression of the reward on the context for each of ``n`` arms.

    With ``A = ridge I + sum x x'`` and ``b = sum r x`` over the rounds in which an arm was
    chosen, its estimate is ``theta = A^-1 b``, and what it is expected to pay ``theta' x``.
    What is not known yet has the width ``sqrt(x' A^-1 x)``.

    Source: Li et al., "A contextual-bandit approach to personalized news article recommendation"
    (WWW 2010, arXiv 1003.0146), algorithm 1, for :meth:`upper_bound`; Agrawal and Goyal,
    "Thompson sampling for contextual bandits with linear payoffs" (ICML 2013, arXiv 1209.3352),
    for :meth:`sample`.
    """

    def __init__(self, arms: int, features: int, *, ridge: float = 1.0) -> None:
        if arms < 1 or features < 1 or not ridge > 0:
            raise ValueError(
                "a bandit needs at least one arm and one feature, and a ridge above 0, "
                f"not {arms}, {features} and {ridge}"
            )
        self.precision = np.tile(ridge * np.eye(features), (arms, 1, 1))
        self.pull = np.zeros((arms, features))
        self.chosen = np.zeros(arms, dtype=np.int64)

    @property
    def theta(self) -> Floats:
        """float[n, d]: the estimates."""
        return np.linalg.solve(self.precision, self.pull[..., None])[..., 0]

    def expected(self, contexts: Floats) -> Floats:
        """What each arm is expected to pay: float[B, n], for contexts float[B, d]."""
        return contexts @ self.theta.T

    def width(self, contexts: Floats) -> Floats:
        """How little is known of that: float[B, n]."""
        covariance = np.linalg.inv(self.precision)
        return np.sqrt(np.einsum("bd,nde,be->bn", contexts, covariance, contexts))

    def upper_bound(self, contexts: Floats, spread: float) -> Floats:
        """LinUCB: expected plus ``spread`` times the width, float[B, n]."""
        return self.expected(contexts) + spread * self.width(contexts)

    def sample(self, contexts: Floats, spread: float, rng: np.random.Generator) -> Floats:
        """Thompson: a draw from N(expected, (spread * width)**2) for each, float[B, n].

        Each row draws for itself, so that the pages of one batch try different arms.
        """
        noise = rng.standard_normal((len(contexts), len(self.pull)))
        return self.expected(contexts) + spread * self.width(contexts) * noise

    def learn(self, contexts: Floats, arms: Ints, rewards: Floats, times: int = 1) -> None:
        """``B`` rounds at once: contexts float[B, d], arms int[B], rewards float[B].

        times: -1 takes back what was learned before.
        """
        for arm in np.unique(arms):
            mine = contexts[arms == arm]
            self.precision[arm] += times * (mine.T @ mine)
            self.pull[arm] += times * (mine.T @ rewards[arms == arm])
            self.chosen[arm] += times * len(mine)
