"""What clicks and non-clicks say about a viewer's interests: Bayes' rule on a grid.

Under the choice model of :mod:`mavrs_course.world.viewers`, with ``w = u + 1``, a page on which
``i`` was clicked is as likely as ``w_i / (sum_j w_j + 2)``, and a page without a click as
``2 / (sum_j w_j + 2)``.  The divisor ties the topics of a page together.  One identity frees
them (the viewer's choice as a race of exponential clocks, here in ``s = exp(-time)``):

    ``1 / (sum_j w_j + 2) = integral over s from 0 to 1 of s * prod_j s ** w_j``

For each ``s`` the topics are independent.  So the posterior of one topic is its prior times
``w`` (if it was clicked) times an integral of a product of expectations, one for each other
topic of the page: the work of a page grows with its slots, and not with levels ** slots.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import roots_jacobi

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.rows import with_room
from mavrs_course.world.viewers import INTEREST_STEP

NODES = 12  # of the quadrature: errors below 1e-6 for pages of up to ten slots


def even_levels(count: int = 40) -> Floats:
    """The midpoints of ``count`` equal cells of (-1, 1): float[count]."""
    return (2.0 * np.arange(count) + 1.0) / count - 1.0


def evolution(levels: Floats) -> Floats:
    """Where a click takes each level: float[G, G], rows (from) that sum to one.

    The rule of :func:`mavrs_course.world.viewers.evolve`.  A target between two levels is
    shared between them so that the mean is kept.
    """
    step = INTEREST_STEP * (1.0 - np.abs(levels)) * (1.0 - levels)
    upwards = (levels + 1.0) / 2.0
    moved = np.zeros((len(levels), len(levels)))
    rows = np.arange(len(levels))
    for target, chance in ((levels + step, upwards), (levels - step, 1.0 - upwards)):
        place = np.interp(target, levels, rows)
        below = np.minimum(place.astype(int), len(levels) - 2)
        np.add.at(moved, (rows, below), chance * (below + 1.0 - place))
        np.add.at(moved, (rows, below + 1), chance * (place - below))
    return moved


class GridBelief:
    """For each viewer and topic, a histogram over interest.

    The prior is flat, as new viewers are.  A page is taken in exactly, given that topics were
    independent before it; that they are a little dependent after it is then forgotten (assumed
    density filtering; Minka 2001).  A page may show a topic more than once.

    levels: float[G], the interests considered, rising.  topics: how many there are.
    evolving: whether a click moves the interest, as it does on the platform.
    probability: float[U, topics, G], for the U viewers met so far.
    """

    def __init__(
        self, levels: ArrayLike | None = None, *, topics: int, evolving: bool = True
    ) -> None:
        self.levels = even_levels() if levels is None else np.asarray(levels, dtype=float)
        if self.levels.ndim != 1 or len(self.levels) < 2 or np.any(np.diff(self.levels) <= 0):
            raise ValueError("a belief needs at least two levels of interest, in rising order")
        if self.levels[0] < -1.0 or self.levels[-1] > 1.0:
            raise ValueError(f"interest runs from -1 to 1, the levels from {self.levels[0]:g} to "
                             f"{self.levels[-1]:g}")  # fmt: skip
        self.topics = topics
        self.moved = evolution(self.levels) if evolving else np.eye(len(self.levels))
        point, mass = roots_jacobi(NODES, 0.0, 1.0)
        self._point, self._mass = (point + 1.0) / 2.0, mass / 4.0
        self.probability = np.zeros((0, topics, len(self.levels)))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers; of new ones nothing is known."""
        self.probability = with_room(self.probability, viewers, 1.0 / len(self.levels))

    def of(self, viewers: Ints, topics: Ints) -> Floats:
        """The histograms of some viewers' topics: float[..., G], for indices of one shape."""
        self.meet(viewers)
        return self.probability[viewers, topics]

    @property
    def interest(self) -> Floats:
        """Expected interest: float[U, topics]."""
        return mean(self.probability, self.levels)

    def update(self, viewers: Ints, topics: Ints, clicked: Ints) -> None:
        """Learn from a page of each of N different viewers.

        viewers: int[N].  topics: int[N, K], shown.  clicked: int[N], the slot, or ``NO_CLICK``.
        """
        prior = self.of(viewers[:, None], topics)
        chosen = clicked[:, None] == np.arange(topics.shape[1])
        rows, slots = np.nonzero(_first_of_its_topic(topics))
        posterior = self._page(prior, topics, chosen)[rows, slots]
        topic = topics[rows, slots]
        watched = (clicked[rows] >= 0) & (topic == topics[rows, np.maximum(clicked[rows], 0)])
        posterior[watched] = posterior[watched] @ self.moved
        self.probability[viewers[rows], topic] = posterior

    def _page(self, prior: Floats, topics: Ints, chosen: Bools) -> Floats:
        """Posterior of each slot's topic, before it moves: float[N, K, G]."""
        weight = self.levels + 1.0
        same = topics[:, :, None] == topics[:, None, :]
        times, clicks = same.sum(axis=2), (same & chosen[:, None, :]).any(axis=2)
        joint = prior * np.where(clicks[..., None], weight, 1.0)
        # survive[m, g, q]: no clock of m slots at level g has rung by node q.
        powers = np.arange(topics.shape[1] + 1.0)[:, None, None] * weight[:, None]
        survive = self._point**powers
        factor = np.empty((*topics.shape, NODES))
        for count in np.unique(times):
            factor[times == count] = joint[times == count] @ survive[count]
        counted = np.where(_first_of_its_topic(topics)[..., None], factor, 1.0)
        others = self._mass * counted.prod(axis=1, keepdims=True) / factor
        likelihood = np.empty_like(prior)
        for count in np.unique(times):
            likelihood[times == count] = others[times == count] @ survive[count].T
        posterior = joint * likelihood
        return posterior / posterior.sum(axis=-1, keepdims=True)


def mean(probability: Floats, levels: Floats) -> Floats:
    """Expected level of histograms: float[...], for float[..., G]."""
    # Not a matrix product, whose rounding would tell equal beliefs apart.
    return (probability * levels).sum(axis=-1)


def deviation(probability: Floats, levels: Floats) -> Floats:
    """Standard deviation of histograms: float[...], for float[..., G]."""
    spread = (levels - mean(probability, levels)[..., None]) ** 2
    return np.sqrt((probability * spread).sum(axis=-1))


def chance_liked(probability: Floats, levels: Floats) -> Floats:
    """Probability of an interest above 0: float[...]; a level of 0 counts half."""
    return mean(probability, (np.sign(levels) + 1.0) / 2.0)


def _first_of_its_topic(topics: Ints) -> Bools:
    """Whether a slot is the first of its page with its topic: bool[N, K]."""
    same = topics[:, :, None] == topics[:, None, :]
    return same.argmax(axis=2) == np.arange(topics.shape[1])
