"""A critic: what is still to be expected of a viewer."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.rows import with_room


class Critic:
    """Expects ``v'x`` of a viewer in context ``x``, where a reward ``t`` pages later counts
    ``foresight ** t``.

    Least squares with full traces, LSTD(1): ``sum z (x - foresight * x_next)' v = sum z r``, with
    ``z <- foresight * z + x`` for each viewer and nothing after the last page.  With foresight 0
    it is the ridge regression of a page's reward on its context.
    Source: Boyan, "Technical update: least-squares temporal difference learning" (Machine
    Learning 49, 2002).
    """

    def __init__(self, features: int, foresight: float, *, ridge: float = 1.0) -> None:
        self.foresight = foresight
        self._matrix = ridge * np.eye(features)
        self._total = np.zeros(features)
        self._trace = np.zeros((0, features))

    @property
    def values(self) -> Floats:
        """float[d]: ``v``."""
        return np.linalg.lstsq(self._matrix, self._total, rcond=None)[0]

    def expected(self, contexts: Floats) -> Floats:
        """What is still to come in each context float[B, d]: float[B]."""
        return contexts @ self.values

    def learn(self, viewers: Ints, contexts: Floats, rewards: Floats, following: Floats) -> None:
        """A page each of the viewers int[B]: its context, its reward and the context after it."""
        self._trace = with_room(self._trace, viewers)
        trace = self._trace[viewers] = self.foresight * self._trace[viewers] + contexts
        self._matrix += trace.T @ (contexts - self.foresight * following)
        self._total += trace.T @ rewards

    def left(self, viewers: Ints, contexts: Floats) -> None:
        """The viewers have gone: what was taken to follow, contexts float[B, d], never came."""
        self._matrix += self._trace[viewers].T @ (self.foresight * contexts)
        self._trace[viewers] = 0.0
