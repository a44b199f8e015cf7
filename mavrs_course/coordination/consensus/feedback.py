"""Whom to believe, learned from clicks: Hedge, and calibration of votes.

Both see only what was shown.  A video that no page had says nothing about the agents that wanted
it, and pages that the agents chose themselves make the most influential agent look worse than it
is: it likes everything that it got shown, so its votes differ little there.  Exploring
(``explore`` in the coordinators) pays for pages that were chosen by chance.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

BINS = 20


def ranking_losses(votes: Floats, clicked: Ints) -> tuple[Floats, Bools]:
    """How wrong each agent was about who would be clicked: float[B, n] in [0, 1], and bool[B].

    votes: float[B, n, K], for the videos shown.  clicked: int[B], the slot, or -1.  The loss is
    the share of the other slots that the agent put above the one clicked, ties counting half: 0.5
    for one that knows nothing.  A page without a click, or with one slot, tells nothing: False.
    """
    told = (clicked >= 0) & (votes.shape[2] > 1)
    chosen = np.take_along_axis(votes, np.maximum(clicked, 0)[:, None, None], axis=2)
    above = (votes > chosen).sum(axis=2) + ((votes == chosen).sum(axis=2) - 1) / 2.0
    return above / max(votes.shape[2] - 1, 1), told


class Hedge:
    """A weight for each of ``n`` agents, smaller the more it was wrong (Freund, Schapire 1997).

    ``weight ~ exp(-rate * sum of losses)``, rate ``sqrt(8 ln n / pages)``.  With the rate fixed
    beforehand for T pages, told one by one, the expected loss of following an agent drawn by weight
    is at most ``sqrt(T ln(n) / 2)`` more than that of the best agent, whatever the world does.
    Note what is promised: to come close to the best agent, not to beat it.
    rate: a fixed rate, or None for the one above with the pages seen so far.
    """

    def __init__(self, agents: int, rate: float | None = None) -> None:
        self.losses = np.zeros(agents)
        self.pages = 0
        self._rate = rate

    @property
    def rate(self) -> float:
        if self._rate is not None:
            return self._rate
        return float(np.sqrt(8.0 * np.log(max(len(self.losses), 2)) / max(self.pages, 1)))

    @property
    def weights(self) -> Floats:
        """float[n], summing to 1."""
        weights = np.exp(-self.rate * (self.losses - self.losses.min()))
        return weights / weights.sum()

    def learn(self, losses: Floats) -> None:
        """Losses float[P, n] of P pages, each in [0, 1]; 0.5 for an agent that was not heard."""
        self.losses += losses.sum(axis=0)
        self.pages += len(losses)


def isotonic(values: Floats, weights: Floats | None = None) -> Floats:
    """The rising sequence nearest to ``values`` float[N] in weighted squares: float[N].

    Pool adjacent violators (Ayer et al. 1955): wherever a value lies below the one before it,
    both become their mean, until nothing falls.  Weights are positive.
    """
    weights = np.ones(len(values)) if weights is None else weights
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, weight in zip(values, weights, strict=True):
        mean, heavy, size = float(value), float(weight), 1
        while blocks and blocks[-1][0] >= mean:
            before, weight_before, size_before = blocks.pop()
            mean = (mean * heavy + before * weight_before) / (heavy + weight_before)
            heavy, size = heavy + weight_before, size + size_before
        blocks.append((mean, heavy, size))
    return np.repeat([block[0] for block in blocks], [block[2] for block in blocks])


def platt(votes: Floats, shown: Floats, clicked: Floats, ridge: float = 1.0) -> tuple:
    """Logistic regression of clicks on votes: (slope float[n], offset float[n]).

    ``P(click) = sigmoid(slope * vote + offset)`` for each of n agents (Platt 1999), by Newton's
    method.  votes: float[N], the levels; shown, clicked: float[n, N], how often a video with such
    a vote was shown and clicked.  ridge: the penalty ``ridge / 2 * (slope^2 + offset^2)`` that
    keeps an agent about whom little is known near "no idea".
    """
    design = np.stack([votes, np.ones(len(votes))], axis=1)  # [N, 2]
    beta = np.zeros((len(shown), 2))
    penalty = ridge * np.eye(2)
    objective = _penalised(beta, design, shown, clicked, ridge)
    for _ in range(50):
        chance = _sigmoid(beta @ design.T)
        gradient = (clicked - shown * chance) @ design - ridge * beta
        curvature = np.einsum("nk,ki,kj->nij", shown * chance * (1 - chance), design, design)
        step = np.linalg.solve(curvature + penalty, gradient[..., None])[..., 0]
        size = np.ones(len(beta))
        for _ in range(20):  # halve the step of whoever it would make worse
            trial = _penalised(beta + size[:, None] * step, design, shown, clicked, ridge)
            worse = trial > objective + 1e-12 * abs(objective)
            size[worse] /= 2
            if not worse.any():
                break
        beta, objective = beta + size[:, None] * step, trial
        if np.abs(size[:, None] * step).max() < 1e-9:
            break
    return beta[:, 0], beta[:, 1]


def _penalised(beta, design, shown, clicked, ridge) -> Floats:
    """Minus the logarithm of the likelihood, with the penalty: float[n]."""
    logit = beta @ design.T
    fit = shown * np.logaddexp(0.0, logit) - clicked * logit
    return fit.sum(axis=1) + ridge / 2 * (beta**2).sum(axis=1)


def _sigmoid(logit: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -logit))


class VoteCalibration:
    """For each of ``n`` agents, how many clicks a vote was worth.

    Votes, in [0, 1], are counted in 20 equal bins.  :meth:`evidence` turns votes into log-odds of a
    click above what a video earns anyway.  ``method``: "platt" fits a logistic curve, which may
    fall, so that a consistent liar becomes a good informant; "isotonic" fits rising steps, so that
    it loses its say.
    """

    def __init__(self, agents: int, method: str = "platt") -> None:
        if method not in ("platt", "isotonic"):
            raise ValueError(f"votes are calibrated by 'platt' or 'isotonic', not by {method!r}")
        self.method = method
        self.levels = (np.arange(BINS) + 0.5) / BINS
        self.shown, self.clicked = np.zeros((agents, BINS)), np.zeros((agents, BINS))
        self._curve: Floats | None = None

    def learn(self, votes: Floats, clicked: Bools, heard: Bools) -> None:
        """votes float[P, n, K] of the videos shown, clicked bool[P, K], heard bool[P, n]."""
        page, agent, slot = np.nonzero(np.broadcast_to(heard[:, :, None], votes.shape))
        cell = agent, self._bin(votes[page, agent, slot])
        np.add.at(self.shown, cell, 1.0)
        np.add.at(self.clicked, cell, clicked[page, slot].astype(float))
        self._curve = None

    @property
    def curve(self) -> Floats:
        """Log-odds of a click at each vote, minus the agent's mean: float[n, 20]."""
        if self._curve is None:
            logit = self._platt() if self.method == "platt" else self._isotonic()
            seen = np.maximum(self.shown.sum(axis=1, keepdims=True), 1e-9)
            usual = (logit * self.shown).sum(axis=1, keepdims=True) / seen
            self._curve = logit - usual
        return self._curve

    def evidence(self, votes: Floats) -> Floats:
        """Log-odds with which each vote speaks for a click: float[B, n, C]; 0 says nothing.

        The curve is drawn straight through the middles of the bins.
        """
        place = votes * BINS - 0.5
        lower = np.clip(place.astype(int), 0, BINS - 2)
        agent = np.arange(len(self.shown))[:, None]
        low, high = self.curve[agent, lower], self.curve[agent, lower + 1]
        return low + (place - lower) * (high - low)

    def _platt(self) -> Floats:
        slope, offset = platt(self.levels, self.shown, self.clicked)
        return slope[:, None] * self.levels + offset[:, None]

    def _isotonic(self) -> Floats:
        rate = (self.clicked + 1.0) / (self.shown + 5.0)
        pairs = zip(rate, self.shown + 5.0, strict=True)
        steps = np.array([isotonic(value, weight) for value, weight in pairs])
        return np.log(steps / (1.0 - steps))

    def _bin(self, votes: Floats) -> Ints:
        return np.clip((votes * BINS).astype(int), 0, BINS - 1)
