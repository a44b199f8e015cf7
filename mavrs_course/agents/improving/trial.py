"""What does a patch earn at least?  An answer from the log of the recommender that it changes.

For a page of the log let ``w`` be the new probability of what was shown over the old one.  Then
``(w - 1) reward`` has the patch's gain as its mean: importance sampling of lesson 06, less what the
old recommender earned on the same page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.feedback.offpolicy import effective_size, importance_weights
from mavrs_course.messages import Floats


@dataclass(frozen=True)
class GainEstimate:
    """A patch's gain a page, its lower bound, and how many pages speak of it (Kish's size)."""

    gain: float
    low: float
    size: float


def gain_terms(reward: Floats, new: Floats, old: Floats, clip: float) -> Floats:
    """``(min(w, clip) - 1) reward`` of each page: float[N], in units of the reward.

    reward: float[N], at least 0.  new, old: the probability of what was shown.  A weight that is
    cut can only hide a gain, never make one, as no reward is below 0.
    """
    reward = np.asarray(reward, dtype=float)
    if not np.all(reward >= 0):
        raise ValueError("rewards are numbers of at least 0, or a cut weight could make a gain")
    return (importance_weights(np.asarray(new), np.asarray(old), clip) - 1) * reward


def lower_bound(terms: Floats, span: float, risk: float) -> float:
    """A number that the expected value is below with probability ``risk`` at most.

    terms: float[n], independent, n of at least 2; span: largest less smallest possible value.
    ``mean - sqrt(2 V ln(2/risk) / n) - 7 span ln(2/risk) / (3 (n - 1))``, V the sample's variance.
    Source: Maurer and Pontil, "Empirical Bernstein bounds and sample variance penalization" (COLT
    2009, arXiv 0907.3740), theorem 4; used so for policies by Thomas, Theocharous and
    Ghavamzadeh, "High-confidence off-policy evaluation" (AAAI 2015).
    """
    terms = np.asarray(terms, dtype=float)
    if terms.ndim != 1 or len(terms) < 2:
        raise ValueError("a bound needs at least two pages")
    if not np.all(np.isfinite(terms)):
        raise ValueError("some terms are no finite numbers")
    if not (span > 0 and 0 < risk < 1) or np.ptp(terms) > span * (1 + 1e-9):
        raise ValueError(f"terms are at most a span of {span} apart, and a risk is in (0, 1)")
    n, doubt = len(terms), np.log(2 / risk)
    wide = np.sqrt(2 * terms.var(ddof=1) * doubt / n)
    return float(terms.mean() - wide - 7 * span * doubt / (3 * (n - 1)))


def estimate_gain(
    reward: Floats, new: Floats, old: Floats, *, most: float, risk: float, clip: float = 4.0
) -> GainEstimate:
    """The gain of a patch on these pages; ``most``: the largest reward that there is."""
    terms = gain_terms(reward, new, old, clip)
    weights = importance_weights(np.asarray(new), np.asarray(old), clip)
    size = float(effective_size(weights)) if weights.any() else 0.0
    return GainEstimate(float(terms.mean()), lower_bound(terms, clip * most, risk), size)
