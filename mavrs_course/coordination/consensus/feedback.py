"""Whom to believe, learned from clicks: Hedge, and calibration of votes.

Both see only what was shown.  A video that no page had says nothing about the agents that wanted
it, and pages that the agents chose themselves make the most influential agent look worse than it
is: it likes everything that it got shown, so its votes differ little there.  Exploring
(``explore`` in the coordinators) pays for pages that were chosen by chance.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

VOTE_BINS, CONFIDENCE_BINS = 20, 4
MOST_STEPS, SMALLEST_STEP = 50, 1e-9  # of Newton's method


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


def logistic(features: Floats, shown: Floats, clicked: Floats, ridge: float = 1.0) -> Floats:
    """Logistic regressions of clicks, one for each of ``n`` agents: coefficients float[n, F].

    ``P(click) = sigmoid(features @ coefficients)``, by Newton's method.  With the features
    ``(vote, 1)`` it is Platt's calibration (1999).
    features: float[N, F], one row for each cell that is counted; shown, clicked: float[n, N], how
    often a video of that cell was shown and clicked.  ridge: the penalty ``ridge / 2`` times the
    sum of squared coefficients, which keeps an agent about whom little is known near "no idea".
    """
    fitted = np.zeros((len(shown), features.shape[1]))
    penalty = ridge * np.eye(features.shape[1])
    cost = _cost(fitted, features, shown, clicked, ridge)
    for _ in range(MOST_STEPS):
        chance = _sigmoid(fitted @ features.T)
        slope = (clicked - shown * chance) @ features - ridge * fitted
        spread = shown * chance * (1.0 - chance)
        curvature = np.einsum("nk,ki,kj->nij", spread, features, features) + penalty
        step = np.linalg.solve(curvature, slope[..., None])[..., 0]
        while True:  # halve the step of whoever it would make worse
            reached = _cost(fitted + step, features, shown, clicked, ridge)
            worse = (reached > cost) & (np.abs(step).max(axis=1) > SMALLEST_STEP)
            if not worse.any():
                break
            step[worse] /= 2.0
        fitted, cost = fitted + step, reached
        if np.abs(step).max(initial=0.0) <= SMALLEST_STEP:
            break
    return fitted


def _cost(fitted, features, shown, clicked, ridge) -> Floats:
    """Minus the logarithm of the likelihood, with the penalty: float[n]."""
    logit = fitted @ features.T
    misfit = shown * np.logaddexp(0.0, logit) - clicked * logit
    return misfit.sum(axis=1) + ridge / 2.0 * (fitted**2).sum(axis=1)


def _sigmoid(logit: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -logit))


class VoteCalibration:
    """What the votes of each of ``n`` agents have come to mean, counted in clicks.

    A vote ``v`` in [0, 1], given with confidence ``c``, is evidence for a click, in log-odds.

    - "platt": ``(a + b c) (v - 1/2)``, with ``a`` and ``b`` learned for each agent.  A consistent
      liar's slope comes out negative, which makes it a good informant; ``b`` says what its
      confidence is worth.
    - "isotonic": rising steps, whatever the confidence.  A liar's best rising curve is flat, so it
      loses its say.

    Votes are counted in 20 bins and confidence in 4.
    """

    def __init__(self, agents: int, method: str = "platt") -> None:
        if method not in ("platt", "isotonic"):
            raise ValueError(f"votes are calibrated by 'platt' or 'isotonic', not by {method!r}")
        self.method = method
        self.shown = np.zeros((agents, CONFIDENCE_BINS, VOTE_BINS))
        self.clicked = np.zeros((agents, CONFIDENCE_BINS, VOTE_BINS))
        self._fitted: Floats | None = None

    def learn(self, votes: Floats, clicked: Bools, confidence: Floats, heard: Bools) -> None:
        """votes float[P, n, K] of the videos shown, clicked bool[P, K], the rest [P, n]."""
        page, agent, slot = np.nonzero(np.broadcast_to(heard[:, :, None], votes.shape))
        cell = (
            agent,
            _bin(confidence[page, agent], CONFIDENCE_BINS),
            _bin(votes[page, agent, slot], VOTE_BINS),
        )
        np.add.at(self.shown, cell, 1.0)
        np.add.at(self.clicked, cell, clicked[page, slot].astype(float))
        self._fitted = None

    def evidence(self, votes: Floats, confidence: Floats) -> Floats:
        """Log-odds with which votes float[B, n, C], given with confidence float[B, n], speak for
        a click: float[B, n, C]; 0 says nothing."""
        if self.method == "platt":
            return self.slope(confidence)[:, :, None] * (votes - 0.5)
        place = votes * VOTE_BINS - 0.5  # straight lines between the middles of the bins
        lower = np.clip(place.astype(int), 0, VOTE_BINS - 2)
        agent = np.arange(len(self.shown))[:, None]
        low, high = self.steps[agent, lower], self.steps[agent, lower + 1]
        return low + (place - lower) * (high - low)

    def slope(self, confidence: Floats) -> Floats:
        """``a + b c`` of each agent: float[..., n], for confidence float[..., n]."""
        if self._fitted is None:
            sure, votes = np.meshgrid(_middles(CONFIDENCE_BINS), _middles(VOTE_BINS), indexing="ij")
            features = np.stack([votes - 0.5, sure * (votes - 0.5), np.ones(votes.shape)], axis=-1)
            shown, clicked = (x.reshape(len(x), -1) for x in (self.shown, self.clicked))
            self._fitted = logistic(features.reshape(-1, 3), shown, clicked)
        return self._fitted[:, 0] + self._fitted[:, 1] * confidence

    @property
    def steps(self) -> Floats:
        """Log-odds of a click at each vote, less the agent's mean: float[n, 20], rising."""
        if self._fitted is None:
            shown, clicked = self.shown.sum(axis=1), self.clicked.sum(axis=1)
            pairs = zip((clicked + 1.0) / (shown + 5.0), shown + 5.0, strict=True)
            rate = np.array([isotonic(value, weight) for value, weight in pairs])
            logit = np.log(rate / (1.0 - rate))
            usual = (logit * shown).sum(axis=1) / np.maximum(shown.sum(axis=1), 1.0)
            self._fitted = logit - usual[:, None]
        return self._fitted


def _bin(values: Floats, bins: int) -> Ints:
    return np.clip((values * bins).astype(int), 0, bins - 1)


def _middles(bins: int) -> Floats:
    return (np.arange(bins) + 0.5) / bins
