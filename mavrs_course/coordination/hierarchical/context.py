"""What a controller knows of a viewer before anybody is asked."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Floats, Ints
from mavrs_course.rows import with_room
from mavrs_course.world.viewers import START_BUDGET

FEATURES = ("always", "newness", "click share", "clicked last", "minutes")
NEW_FOR_PAGES = 10.0


class ViewerContext:
    """Counts each viewer's pages, clicks and minutes, and turns them into ``FEATURES``.

    always: 1.  newness: ``exp(-pages / 10)``, 1 for somebody never seen.  click share:
    ``(clicks + 1) / (pages + 2) - 1/2``.  clicked last: 1 if the last page was clicked.
    minutes: watched so far, in units of the 200 that an evening starts with.

    Nothing here looks into anybody's head or into the catalogue, so it serves any platform.
    """

    def __init__(self) -> None:
        self.pages, self.clicks = np.zeros(0), np.zeros(0)
        self.clicked_last, self.minutes = np.zeros(0), np.zeros(0)
        self._latest = np.zeros(0, dtype=np.int64)  # of each viewer's pages told, the last made

    def __len__(self) -> int:
        return len(self.pages)

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before."""
        for name in ("pages", "clicks", "clicked_last", "minutes", "_latest"):
            setattr(self, name, with_room(getattr(self, name), viewers))

    def of(self, viewers: Ints) -> Floats:
        """What is known of each of the viewers int[B]: float[B, 5], as in ``FEATURES``."""
        self.meet(viewers)
        pages, clicks = self.pages[viewers], self.clicks[viewers]
        columns = (
            np.ones(len(viewers)),
            np.exp(-pages / NEW_FOR_PAGES),
            (clicks + 1.0) / (pages + 2.0) - 0.5,
            self.clicked_last[viewers],
            self.minutes[viewers] / START_BUDGET,
        )
        return np.stack(columns, axis=1)

    def learn(self, feedback: Feedback, page: int | None = None) -> None:
        """Count one page for each viewer whose session goes on.

        page: how many pages were made before it; without, it is taken to be the last made.
        """
        rows = np.flatnonzero(feedback.active)
        viewers = feedback.request.viewers[rows]
        self.meet(viewers)
        clicked = feedback.clicked[rows] >= 0
        np.add.at(self.pages, viewers, 1)
        np.add.at(self.clicks, viewers, clicked)
        made = self._latest[viewers] if page is None else np.full(len(rows), page)
        newest = made >= self._latest[viewers]
        self.clicked_last[viewers[newest]] = clicked[newest]
        self._latest[viewers[newest]] = made[newest]
        np.add.at(self.minutes, viewers, feedback.watch_minutes[rows])


def minutes_watched(feedback: Feedback) -> Floats:
    """The plainest reward of a page: the minutes watched on it, float[B]."""
    return np.asarray(feedback.watch_minutes, dtype=float)
