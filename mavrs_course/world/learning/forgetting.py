"""Learners who forget: knowledge tracing's two states, with half-lives that recall lengthens."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.learning.structure import KSS, KnowledgeStructure


class ForgettingLearners:
    """``B`` learners who know each of ``N`` items or don't: known bool[B, N].

    Studying an item whose prerequisites are all known teaches it with probability ``learn``; an
    answer is right with ``1 - slip`` if it is known, else with ``guess``.  After ``t`` days what
    was known is still known with ``2 ** (-t / h)``.  The half-life ``h`` float[B, N] begins at
    ``half_life`` days, and doubles when a known item is studied again on a later day.
    Source: Corbett and Anderson (1995) for learning, guess and slip; half-life regression (Settles
    and Meeder, ACL 2016) for forgetting, with one power of two a recall.  Together they are ours.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        structure: KnowledgeStructure = KSS,
        *,
        learn: float = 0.5,
        guess: float = 0.2,
        slip: float = 0.1,
        half_life: float = 2.0,
    ) -> None:
        for name, value in {"learn": learn, "guess": guess, "slip": slip}.items():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} is a probability, not {value}")
        if half_life <= 0:
            raise ValueError(f"half_life is in days, above 0, not {half_life}")
        self.rng = rng
        self.structure = structure
        self.learn, self.guess, self.slip, self.first_half_life = learn, guess, slip, half_life

    def start(self, learners: int) -> None:
        """New learners, who know nothing and want to know all."""
        shape = (learners, len(self.structure.items))
        self.known = np.zeros(shape, dtype=bool)
        self.half_life = np.full(shape, self.first_half_life)
        self.rested = np.zeros(shape, dtype=bool)  # known, and not studied since the last night
        self.target = np.ones(shape, dtype=bool)

    @property
    def legal(self) -> Bools:
        """bool[B, N]: the items whose prerequisites each learner knows."""
        unknown = (~self.known).astype(np.int64)
        return unknown @ self.structure.before.T.astype(np.int64) == 0

    @property
    def progress(self) -> Floats:
        """The share of all items that each knows: float[B]."""
        return self.known.mean(axis=1)

    def study(self, rows: Ints, items: Ints) -> tuple[Bools, Bools]:
        """Learners ``rows`` int[n] study an item each: were they legal, are answers now right.

        An illegal step does nothing.
        """
        legal = self.legal[rows, items]
        ticket = self.rng.random((2, len(rows)))
        recalled = legal & self.rested[rows, items]
        self.half_life[rows[recalled], items[recalled]] *= 2.0
        self.rested[rows[legal], items[legal]] = False
        self.known[rows, items] |= legal & (ticket[0] < self.learn)
        chance = np.where(self.known[rows, items], 1.0 - self.slip, self.guess)
        return legal, ticket[1] < chance

    def sleep(self, days: float = 1.0) -> None:
        """Days pass, and some of what was known is gone."""
        self.known &= self.rng.random(self.known.shape) < 2.0 ** (-days / self.half_life)
        self.rested = self.known.copy()
