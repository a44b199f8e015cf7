"""Who is there: the bookkeeping that all worlds share."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Ints, Request
from mavrs_course.world.offer import PlatformError


class Attendance:
    """The base of a world, whatever feeds it: its viewers, and the request that it waits with.

    viewers: int[B], numbered on from reset to reset.  active: bool[B], whose session goes on.
    """

    def __init__(self) -> None:
        self.viewers: Ints = np.arange(0)
        self.active: Bools = np.zeros(0, dtype=bool)
        self._request: Request | None = None

    @property
    def request(self) -> Request:
        """The pages that ``show`` waits for."""
        if self._request is None:
            raise PlatformError("nobody is there yet; call reset(sessions) first")
        return self._request

    def _welcome(self, sessions: int) -> None:
        """As many new viewers, in place of those before."""
        if sessions < 1:
            raise PlatformError(f"reset needs at least one session, got {sessions}")
        first = self.viewers[-1] + 1 if len(self.viewers) else 0
        self.viewers = np.arange(first, first + sessions)


class Audience(Attendance):
    """The base of a world that one stream of chance feeds.

    rng: that stream; a subclass draws from it, or from its children.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        if not isinstance(rng, np.random.Generator):
            raise PlatformError(f"rng must be a numpy Generator, such as default_rng(0), not {rng}")
        super().__init__()
        self.rng = rng
