"""An agent that serves what it is paid for."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.simple import InterestAgent
from mavrs_course.messages import Floats, Opinion, Request, VideoCatalog

CAUTION = 3.0  # viewers whose outcomes a topic needs before it is believed half


def worth_of_topics(clicks: Floats, pay: Floats, caution: float = CAUTION) -> Floats:
    """What a viewer who watched one topic alone would pay: float[n_topics].

    Ridge regression of the pay float[N] on the shares that each topic has of a viewer's clicks
    float[N, n_topics], towards the mean pay.  Viewers without a click are left out.
    """
    there = clicks.sum(axis=1) > 0
    if not there.any():
        return np.zeros(clicks.shape[1])
    shares = clicks[there] / clicks[there].sum(axis=1, keepdims=True)
    around, pay = shares - shares.mean(axis=0), np.asarray(pay, float)[there]
    kept = around.T @ around + caution * np.eye(clicks.shape[1])
    slopes = np.linalg.solve(kept, around.T @ (pay - pay.mean()))
    return pay.mean() + slopes - shares.mean(axis=0) @ slopes


class PaidAgent(InterestAgent):
    """Knows tastes as the interest agent of lesson 00 does, and weighs them by a pay.

    Score ``(u + 1) * worth[topic]``: how likely a click is, times what it earns the agent,
    over the worth of the dearest topic.
    worth: float[n_topics]; without, the mean length of a topic's videos, which is pay by minutes.
    """

    name = "paid"

    def __init__(self, catalog: VideoCatalog, worth: Floats | None = None) -> None:
        super().__init__(catalog)
        self.worth = minutes_of_topics(catalog) if worth is None else np.asarray(worth, float)
        if self.worth.shape != (catalog.n_topics,) or not np.isfinite(self.worth).all():
            raise ValueError(f"worth needs {catalog.n_topics} finite numbers, not {worth}")

    def opine(self, request: Request) -> Opinion:
        opinion = super().opine(request)
        dearest = max(float(np.abs(self.worth).max()), 1e-12)
        earns = self.worth[self.catalog.topic[request.candidates]] / dearest  # float[B, C]
        return Opinion(self.name, (opinion.scores + 1.0) * earns, opinion.confidence)


def minutes_of_topics(catalog: VideoCatalog) -> Floats:
    """Mean length of each topic's videos, float[n_topics], 0 for a topic without any."""
    count = np.bincount(catalog.topic, minlength=catalog.n_topics)
    total = np.bincount(catalog.topic, catalog.minutes, minlength=catalog.n_topics)
    return total / np.maximum(count, 1)


MAKERS = {"paid": lambda world, rng: PaidAgent(world.catalog)}
