"""The queue of videos that the phone has fetched: what is shown was decided some swipes ago."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

from mavrs_course.messages import Slate


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
