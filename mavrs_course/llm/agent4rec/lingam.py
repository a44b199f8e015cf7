"""What causes what, from observations alone: a linear non-Gaussian acyclic model (LiNGAM).

Every variable is a weighted sum of its causes and a disturbance of its own.  The disturbances
are independent, and none (but one) is Gaussian.  Then the order of causes can be found without
any experiment, by DirectLiNGAM: Shimizu et al. (2011), JMLR 12, 1225-1248.  A variable that has
no cause among the others is independent of what is left of each other one once it has been
regressed out; find it, regress it out of the rest, and look again.

How independent is measured pair by pair, by the likelihood ratio of Hyvärinen and Smith (2013),
JMLR 14, 111-152: which of ``x causes y`` and ``y causes x`` leaves less disorder.

It believes its assumptions.  A hidden common cause, a cycle, a bent relation or Gaussian
disturbances give an order all the same, and nothing in the answer says that it is wrong.
Ratings in five steps are not continuous: treat what it says of them as a hint.

Below, ``samples`` is float[N, P], N observations of P variables; ``weights[cause, effect]``
(papers write its transpose, ``B[effect, cause]``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints
from mavrs_course.metrics.pages import require

# The approximation of Hyvärinen (1998) that the paper uses: weights of the two terms, and the
# mean of log cosh of a standard normal variable.
LOG_COSH_WEIGHT, SKEW_WEIGHT, LOG_COSH_OF_NORMAL = 79.047, 7.4129, 0.37457


@dataclass(frozen=True)
class LinearCauses:
    """A fitted model.

    order: int[P], causes before effects.
    weights: float[P, P], ``weights[cause, effect]``: by how much the effect moves when the cause
    moves by one and every other variable is held; zero where there is no edge.
    """

    order: Ints
    weights: Floats

    @property
    def effects(self) -> Floats:
        """Total effects float[P, P], of a cause (row) on an effect, over every path between them.

        ``(I - W)^-1 - I = W + W² + ...``: what an experiment that moves the cause by one would see.
        """
        return _total_effects(self.weights)


@dataclass(frozen=True)
class Bootstrap:
    """What was found in each of D resamples: orders int[D, P] and weights float[D, P, P]."""

    orders: Ints
    weights: Floats

    @property
    def edges(self) -> Floats:
        """Share of the resamples that have the edge from cause (row) to effect: float[P, P]."""
        return (self.weights != 0).mean(axis=0)

    @property
    def before(self) -> Floats:
        """Share of the resamples in which the row's variable comes before the column's."""
        place = np.argsort(self.orders, axis=1)
        return (place[:, :, None] < place[:, None, :]).mean(axis=0)

    def effects(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Interval of each total effect, by percentiles: lower and upper, each float[P, P]."""
        require(0 < level < 1, f"level is a share between 0 and 1, not {level}")
        totals = _total_effects(self.weights)
        return np.quantile(totals, (1 - level) / 2, axis=0), np.quantile(
            totals, (1 + level) / 2, axis=0
        )


def fit(samples: ArrayLike, cut: float = 3.0) -> LinearCauses:
    """The order of causes, then each variable's weights by least squares on those before it.

    cut: an edge whose weight is within ``cut`` standard errors of zero is left out, and the
    others are fitted once more without it; 0 keeps all.
    """
    samples = _checked(samples)
    require(cut >= 0, f"cut is a number of standard errors, not {cut}")
    order = causal_order(samples)
    centred = samples - samples.mean(axis=0)
    weights = np.zeros((len(order), len(order)))
    for place, effect in enumerate(order):
        causes = order[:place]
        slopes, errors = _least_squares(centred[:, causes], centred[:, effect])
        if cut > 0:
            causes = causes[np.abs(slopes) > cut * errors]
            slopes, _ = _least_squares(centred[:, causes], centred[:, effect])
        weights[causes, effect] = slopes
    return LinearCauses(order, weights)


def bootstrap(
    samples: ArrayLike,
    rng: np.random.Generator,
    draws: int = 100,
    *,
    cut: float = 3.0,
    groups: ArrayLike | None = None,
) -> Bootstrap:
    """Fit ``draws`` resamples of the rows, drawn with replacement.

    groups: one label a row, such as the viewer who gave it; whole groups are drawn then, since
    rows of one viewer are no independent evidence.
    """
    samples = _checked(samples)
    require(draws >= 1, f"a bootstrap needs at least one draw, not {draws}")
    groups = np.arange(len(samples)) if groups is None else np.asarray(groups)
    require(len(groups) == len(samples), f"{len(groups)} labels for {len(samples)} rows")
    _, member = np.unique(groups, return_inverse=True)
    rows = np.split(np.argsort(member, kind="stable"), np.bincount(member).cumsum()[:-1])
    fits = []
    for _ in range(draws):
        drawn = rng.integers(len(rows), size=len(rows))
        fits.append(fit(samples[np.concatenate([rows[group] for group in drawn])], cut))
    orders, weights = zip(*((found.order, found.weights) for found in fits), strict=True)
    return Bootstrap(np.array(orders), np.array(weights))


def causal_order(samples: ArrayLike) -> Ints:
    """The variables, causes before effects: int[P]."""
    left = _standard(_checked(samples))
    names = list(range(left.shape[1]))
    order = []
    while names:
        against = np.minimum(likelihood_ratio(left), 0.0) ** 2
        first = int(against.sum(axis=1).argmin())
        order.append(names.pop(first))
        cause, others = left[:, first], np.delete(left, first, axis=1)
        left = _standard(others - np.outer(cause, cause @ others / len(cause)))
    return np.array(order)


def likelihood_ratio(standard: Floats) -> Floats:
    """How much better row causes column fits than the reverse, float[P, P] in nats an observation.

    standard: float[N, P] of mean 0 and variance 1.  With ``r`` the residual of one on the other,
    scaled to variance 1, it is ``H(effect) + H(r of cause) - H(cause) - H(r of effect)``.
    """
    alone = entropy(standard)
    correlation = standard.T @ standard / len(standard)
    left = np.sqrt(np.maximum(1 - correlation**2, 0.0))
    np.fill_diagonal(left, 1.0)
    require(
        bool(np.all(left > 1e-5)),
        "one variable is a multiple of another (once their causes are taken out): leave one out",
    )
    after = np.zeros_like(correlation)  # [cause, effect]: entropy of the residual of the effect
    for cause in range(len(after)):
        residuals = standard - np.outer(standard[:, cause], correlation[cause])
        after[cause] = entropy(residuals / left[cause])
    ratio = alone[None, :] + after.T - alone[:, None] - after
    np.fill_diagonal(ratio, 0.0)
    return ratio


def entropy(standard: Floats) -> Floats:
    """Entropy in nats of each column, of mean 0 and variance 1: float[N, P] -> float[P].

    That of the normal distribution, the largest there is, less two signs of not being normal:
    tails (the mean of ``log cosh u``) and skew (the mean of ``u exp(-u²/2)``).
    """
    tails = (np.logaddexp(standard, -standard) - np.log(2)).mean(axis=0) - LOG_COSH_OF_NORMAL
    skew = (standard * np.exp(-(standard**2) / 2)).mean(axis=0)
    normal = (1 + np.log(2 * np.pi)) / 2
    return normal - LOG_COSH_WEIGHT * tails**2 - SKEW_WEIGHT * skew**2


def _total_effects(weights: Floats) -> Floats:
    identity = np.eye(weights.shape[-1])
    return np.linalg.inv(identity - weights) - identity


def _least_squares(causes: Floats, effect: Floats) -> tuple[Floats, Floats]:
    """Slopes and their standard errors, of centred variables: each float[causes]."""
    inverse = np.linalg.inv(causes.T @ causes)
    slopes = inverse @ (causes.T @ effect)
    freedom = len(effect) - causes.shape[1] - 1
    variance = ((effect - causes @ slopes) ** 2).sum() / freedom
    return slopes, np.sqrt(variance * np.diag(inverse))


def _standard(samples: Floats) -> Floats:
    centred = samples - samples.mean(axis=0)
    return centred / centred.std(axis=0)


def _checked(samples: ArrayLike) -> Floats:
    samples = np.asarray(samples, dtype=float)
    require(samples.ndim == 2, f"samples have shape (N, P), not {samples.shape}")
    rows, variables = samples.shape
    require(
        rows > variables + 1 and variables >= 1,
        f"{variables} variables need more than {variables + 1} observations, there are {rows}",
    )
    require(bool(np.all(np.isfinite(samples))), "samples must be finite numbers")
    same = np.flatnonzero(np.ptp(samples, axis=0) == 0)
    require(len(same) == 0, f"variables {same.tolist()} never change, so nothing can cause them")
    return samples
