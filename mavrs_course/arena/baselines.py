"""Who sits on every board: entries that know nothing, or nothing of this viewer.

Whoever does not beat the identity has not recommended anything, and a board on which trivial
entries stand high measures something else than it says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mavrs_course.agents.makers import agents
from mavrs_course.agents.simple import PopularityAgent
from mavrs_course.coordination.best_single import ExploreThenCommit
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import (
    Agent,
    Coordinator,
    Feedback,
    Floats,
    Opinion,
    Request,
    Slate,
    VideoCatalog,
)
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.tournament.lineups import SPECIALISTS

PENALTY = 10.0  # of EASE, for some clicks a viewer


class FirstInLine:
    """Returns its input: the first candidates, in the order in which they come."""

    agents: tuple[Agent, ...] = ()

    def recommend(self, request: Request) -> Slate:
        return Slate(request.candidates[:, : request.slots], request=request)

    def learn(self, feedback: Feedback) -> None:
        """Nothing."""


class ConstantAgent:
    """One ranking of all videos, for everybody and for ever: by quality."""

    name = "constant"

    def __init__(self, catalog: VideoCatalog) -> None:
        self.quality = np.asarray(catalog.quality, dtype=float)

    def opine(self, request: Request) -> Opinion:
        return Opinion(self.name, self.quality[request.candidates], np.zeros(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it is constant."""


class ClickEaseAgent:
    """EASE over the clicks so far, fitted anew for each page (:class:`~mavrs_course.agents.EASE`).

    Few viewers and many videos: by Woodbury's identity the inverse of V times V that EASE needs
    comes from one of U times U.
    """

    name = "EASE"

    def __init__(self, catalog: VideoCatalog, penalty: float = PENALTY) -> None:
        self.penalty = penalty
        self.clicks = np.zeros((0, len(catalog)))

    def scores(self) -> Floats:
        """``X B`` for the clicks X: float[U, V], where B has a diagonal of zero."""
        clicks = self.clicks
        gram = clicks @ clicks.T + self.penalty * np.eye(len(clicks))
        smooth = np.linalg.solve(gram, clicks)  # [U, V]
        inverse = clicks - clicks @ clicks.T @ smooth  # penalty X P, with P the inverse of EASE
        diagonal = 1.0 - (clicks * smooth).sum(axis=0)  # penalty times that of P, float[V]
        return clicks - inverse / diagonal

    def opine(self, request: Request) -> Opinion:
        self.clicks = with_room(self.clicks, request.viewers)
        rows = request.viewers[:, None]
        known = np.count_nonzero(self.clicks[request.viewers], axis=1)
        scores = self.scores()[rows, request.candidates]
        return Opinion(self.name, scores, known / (known + 5.0))

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        clicked = np.flatnonzero((feedback.clicked >= 0) & feedback.active)
        viewers = feedback.request.viewers
        self.clicks = with_room(self.clicks, viewers)
        self.clicks[viewers[clicked], feedback.clicked_video[clicked]] = 1.0


def identity(world: Any, rng: np.random.Generator) -> Coordinator:
    return FirstInLine()


def constant(world: Any, rng: np.random.Generator) -> Coordinator:
    return SingleAgent(ConstantAgent(world.catalog), rng)


def popularity(world: Any, rng: np.random.Generator) -> Coordinator:
    return SingleAgent(PopularityAgent(world.catalog), rng)


def ease(world: Any, rng: np.random.Generator) -> Coordinator:
    return SingleAgent(ClickEaseAgent(world.catalog), rng)


def best_single(world: Any, rng: np.random.Generator) -> Coordinator:
    """Tries each specialist on whole sessions of its own, then follows the best."""
    chance, *streams = rng.spawn(1 + len(SPECIALISTS))
    makers = agents()
    team = [makers[name](world, own) for name, own in zip(SPECIALISTS, streams, strict=True)]
    return ExploreThenCommit(team, rng=chance)


BASELINES = {
    "identity": identity,
    "constant": constant,
    "popularity": popularity,
    "EASE": ease,
    "best single": best_single,
}
