"""The queue of videos that the phone has fetched: what is shown was decided some swipes ago."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

import numpy as np

from mavrs_course.messages import Ints, Slate


class Prefetched:
    """``ahead`` slates that wait; 0 shows each at once.

    What waits when a session ends was fetched and is never seen: :attr:`wasted` counts it, in
    videos a viewer, over all sessions.
    """

    def __init__(self, ahead: int) -> None:
        if ahead < 0 or ahead % 1:
            raise ValueError(f"ahead must be a whole number of swipes, at least 0, not {ahead}")
        self.ahead = int(ahead)
        self._waiting: deque[Slate] = deque()
        self.wasted = 0

    def start(self, first: Iterator[Slate]) -> None:
        """Throw away what waits, and wait with the first ``ahead`` slates of an iterator."""
        self.wasted += len(self._waiting)
        self._waiting = deque(islice(first, self.ahead))

    def swap(self, slate: Slate) -> Slate:
        """Put a slate at the end of the queue and take the one at its head."""
        self._waiting.append(slate)
        return self._waiting.popleft()

    def __iter__(self) -> Iterator[Slate]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)


def depth_worth_fetching(wanted: Ints, stall: float, waste: float, stale: float = 0.0) -> int:
    """How many videos to fetch before the network goes: a newsvendor's question.

    wanted: int[N], how many were asked for until it came back, on N occasions.  stall: the cost of
    each that is asked for and not there.  waste: of each that is there and not asked for.
    stale: what one video more costs all the time, because each is then decided a swipe earlier.
    Video ``k`` is worth fetching while ``P(wanted >= k) stall > P(wanted < k) waste + stale``; the
    left falls with ``k`` and the right does not.
    """
    wanted = np.asarray(wanted)
    if wanted.ndim != 1 or not wanted.size or (wanted < 0).any():
        raise ValueError("wanted needs counts of at least 0, one an occasion")
    if not all(cost >= 0 for cost in (stall, waste, stale)):
        raise ValueError(f"costs are at least 0, not {stall}, {waste} and {stale}")
    depths = np.arange(1, wanted.max(initial=0) + 1)
    needed = (wanted >= depths[:, None]).mean(axis=1)  # float[depths], falling
    return int((needed * stall > (1.0 - needed) * waste + stale).sum())
