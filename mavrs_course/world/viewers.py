"""The interest-evolution viewer of RecSim and SlateQ, as pure functions on batches.

Source: the simulations of Ie et al., "SlateQ" (arXiv 1905.12767); rules and constants are those
of the code, RecSim's ``interest_evolution`` environment.  ``B`` viewers act at once.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import NO_CLICK, Bools, Floats, Ints
from mavrs_course.world.topics import N_TOPICS

NO_CLICK_WEIGHT = 2.0
VIDEO_MINUTES = 4.0
START_BUDGET = 200.0
NO_CLICK_COST = 0.5
REFUND_RATE = 0.9 / 3.4
INTEREST_STEP = 0.3


def sample_interest(viewers: int, rng: np.random.Generator, topics: int = N_TOPICS) -> Floats:
    """Interest of new viewers in each topic: float[viewers, topics], uniform on (-1, 1)."""
    return rng.uniform(-1.0, 1.0, (viewers, topics))


def attraction(interest: Floats, topics: Ints) -> Floats:
    """Choice weight ``u + 1`` of each shown video: float[B, K], for topics int[B, K]."""
    return interest[np.arange(len(interest))[:, None], topics] + 1.0


def choice_probabilities(weights: Floats) -> Floats:
    """Probability of a click on each slot: float[B, K]; what is left is "no click".

    ``P(i) = w_i / (sum_j w_j + 2)``, RecSim's multinomial proportional choice.
    """
    return weights / (weights.sum(axis=1, keepdims=True) + NO_CLICK_WEIGHT)


def choose(weights: Floats, rng: np.random.Generator) -> Ints:
    """Sample the clicked slot of each page: int[B], ``NO_CLICK`` where nothing is clicked."""
    cumulative = weights.cumsum(axis=1)
    ticket = rng.random(len(weights)) * (cumulative[:, -1] + NO_CLICK_WEIGHT)
    slot = (cumulative <= ticket[:, None]).sum(axis=1)
    return np.where(slot < weights.shape[1], slot, NO_CLICK)


def spend(budget: Floats, clicked: Bools, quality: Floats, minutes: float | Floats = VIDEO_MINUTES):
    """One page's watch time and the budget after it: ``(watch float[B], budget float[B])``.

    A click watches ``min(minutes, budget)`` and changes the budget by
    ``-watch + (0.9 / 3.4) * watch * quality``; no click costs 0.5.
    """
    watch = np.where(clicked, np.minimum(minutes, budget), 0.0)
    change = np.where(clicked, watch * (REFUND_RATE * quality - 1.0), -NO_CLICK_COST)
    return watch, budget + change


def evolve(interest: Floats, clicked: Bools, topic: Ints, rng: np.random.Generator) -> None:
    """Move the interest of each clicked topic, in place.

    The step is ``0.3 (1 - |u|) (1 - u)``, upwards with probability ``(u + 1) / 2``.
    interest: float[B, topics].  clicked: bool[B].  topic: int[B], read only where clicked.
    """
    rows = np.flatnonzero(clicked)
    columns = topic[rows]
    u = interest[rows, columns]
    step = INTEREST_STEP * (1.0 - np.abs(u)) * (1.0 - u)
    upwards = rng.random(len(rows)) < (u + 1.0) / 2.0
    interest[rows, columns] = np.clip(u + np.where(upwards, step, -step), -1.0, 1.0)
