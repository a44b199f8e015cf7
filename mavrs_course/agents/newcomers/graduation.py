"""When does a new video know enough about itself?  The value of information, in closed form.

A belief about a click share is ``N(mean, variance)``; a show tells it with variance ``noise``.
The slot could go to something known instead, which earns ``usual``.  Arrays broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from mavrs_course.messages import Bools, Floats

BATCHES = (1, 3, 10, 30, 100, 300)
TROUBLE = 0.001  # clicks that a show under exploration costs in any case


def value_of_shows(
    mean: ArrayLike, variance: ArrayLike, shows: ArrayLike, usual: ArrayLike, noise: float
) -> Floats:
    """What ``shows`` more shows are worth for one decision after them, in clicks a show.

    The mean will then have moved by ``N(0, s^2)`` with ``s^2 = variance^2 / (variance + noise /
    shows)``, and the better of video and ``usual`` is taken: ``s (phi(z) + z Phi(z))`` with
    ``z = -|mean - usual| / s``, the knowledge gradient.
    Source: Frazier, Powell and Dayanik, "A knowledge-gradient policy for sequential information
    collection" (SIAM Journal on Control and Optimization 47, 2008); several shows at once, as one
    alone may be worth nothing: Frazier and Powell, "Paradoxes in learning" (2010).
    """
    variance, shows = np.asarray(variance, dtype=float), np.asarray(shows, dtype=float)
    mean = np.asarray(mean, dtype=float)
    if not noise > 0 or (variance < 0).any() or (shows <= 0).any():
        raise ValueError("a value of shows needs noise and shows above 0, and no variance below")
    moves = variance / np.sqrt(variance + noise / shows)
    z = -np.minimum(np.abs(mean - usual) / np.maximum(moves, 1e-12), 40.0)  # far enough out
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return moves * (density + z * ndtr(z))


def worth_exploring(
    mean: ArrayLike,
    variance: ArrayLike,
    usual: ArrayLike,
    noise: float,
    shows_left: ArrayLike,
) -> Bools:
    """Whether a video should be shown to learn about it: bool.

    Some batch of shows must pay for itself: what it brings over the ``shows_left`` that come
    after it is more than it costs, ``max(usual - mean, 0)`` a show and a thousandth for the
    trouble.  Where that is no longer so the video **graduates**: it is shown for what it is known
    to be worth, or not at all.
    """
    mean, shows_left = np.asarray(mean, dtype=float), np.asarray(shows_left, dtype=float)
    cost = np.maximum(usual - mean, 0.0) + TROUBLE
    worth = np.zeros(np.broadcast_shapes(mean.shape, np.shape(variance), shows_left.shape), bool)
    for batch in BATCHES:
        gained = value_of_shows(mean, variance, batch, usual, noise)
        worth |= gained * np.maximum(shows_left - batch, 0) > batch * cost
    return worth
