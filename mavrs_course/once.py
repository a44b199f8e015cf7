"""A page is learned from once, however often its feedback comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from mavrs_course.messages import Feedback

REMEMBERED = 1_000  # pages, by each learner

Learn = Callable[[Any, Feedback], None]


def learns_once(learn: Learn) -> Learn:
    """For the method ``learn`` of an agent or a coordinator.

    Feedback on a slate that was learned from, among the latest 1,000, changes nothing.  Slates are
    told apart by :attr:`~mavrs_course.messages.Slate.uid`, which copies keep, so it does not matter
    whether a message that comes twice is the same object.  What raises has not been learned.
    """

    @wraps(learn)
    def once(self: Any, feedback: Feedback) -> None:
        known = vars(self).setdefault("_learned_from", {})
        uid = feedback.slate.uid
        if uid in known:
            return
        learn(self, feedback)
        known[uid] = None
        if len(known) > REMEMBERED:
            del known[next(iter(known))]  # the oldest

    return once
