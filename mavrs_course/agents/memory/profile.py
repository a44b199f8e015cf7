"""What a viewer likes, remembered at two speeds.

A profile holds evidence: for each viewer and topic how often it was shown and clicked.  What
happened lately is in the short-term state, which fades within pages; **what fades there is not
lost but passes into the long-term profile**, which fades over weeks.  So the two never count one
page twice, and together they hold what one slow profile would.

That a quick store teaches a slow one is the idea of complementary learning systems (McClelland,
McNaughton and O'Reilly 1995); two speeds of taste, Xiang et al. (KDD 2010).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.rows import with_room

CLICKED, SHOWN = 0, 1


class TwoScaleProfile:
    """Short- and long-term evidence of ``U`` viewers about ``T`` topics.

    short, long: float[U, 2, T]; ``[u, CLICKED, t]`` and ``[u, SHOWN, t]`` are faded counts.
    short_half_life, long_half_life: in pages of that viewer.  0 forgets at once: without a long
    term only the last pages count, and without a short term everything counts slowly.
    trust: how many shows the long term is worth when it meets today's evidence.
    Rates start from ``assumed_clicks`` clicks in ``assumed_shows`` shows, which is what a slot
    earns on an average page of three.
    """

    assumed_clicks = 1.0
    assumed_shows = 5.0

    def __init__(
        self,
        topics: int,
        *,
        short_half_life: float = 40.0,
        long_half_life: float = 400.0,
        trust: float = 5.0,
    ) -> None:
        if short_half_life < 0 or long_half_life < 0:
            raise ValueError("a half-life is a number of pages, 0 or more")
        if not trust > 0:
            raise ValueError(f"trust is a number of shows above 0, not {trust}")
        self.short_kept = kept_per_page(short_half_life)
        self.long_kept = kept_per_page(long_half_life)
        self.trust = trust
        self.short = np.zeros((0, 2, topics))
        self.long = np.zeros((0, 2, topics))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers that are new."""
        self.short = with_room(self.short, viewers)
        self.long = with_room(self.long, viewers)

    def learn(self, viewers: Ints, topics: Ints, clicked: Bools) -> None:
        """One page each: viewers int[N], topics int[N, K] shown, clicked bool[N, K]."""
        self.meet(viewers)
        who = np.unique(viewers)
        self.long[who] *= self.long_kept
        self._pass_on(who, 1.0 - self.short_kept)
        rows = np.broadcast_to(np.asarray(viewers)[:, None], topics.shape)
        now = self.short if self.short_kept > 0 else self.long
        np.add.at(now[:, SHOWN], (rows, topics), 1.0)
        np.add.at(now[:, CLICKED], (rows[clicked], topics[clicked]), 1.0)

    def rest(self, viewers: Ints) -> None:
        """A night passes: all that is in the short term is consolidated into the long term."""
        self.meet(viewers)
        self._pass_on(np.unique(viewers), 1.0)

    def _pass_on(self, who: Ints, share: float) -> None:
        faded = share * self.short[who]
        self.short[who] -= faded
        if self.long_kept > 0:
            self.long[who] += faded

    def forget(self, viewer: int) -> None:
        """Leave nothing of this viewer."""
        self.meet(np.array([viewer]))
        self.short[viewer] = self.long[viewer] = 0.0

    def short_rate(self, viewers: Ints) -> Floats:
        """Clicks a show by the short term alone: float[B, T]."""
        return self._smoothed(self.short[viewers])

    def long_rate(self, viewers: Sequence[int] | Ints) -> Floats:
        """Clicks a show by the long term alone: float[B, T]."""
        return self._smoothed(self.long[viewers])

    def rate(self, viewers: Sequence[int] | Ints) -> Floats:
        """Both: today's evidence, starting from ``trust`` shows at the long-term rate."""
        today = self.short[viewers]
        start = self.trust * self.long_rate(viewers)
        return (today[:, CLICKED] + start) / (today[:, SHOWN] + self.trust)

    def _smoothed(self, evidence: Floats) -> Floats:
        clicks = evidence[:, CLICKED] + self.assumed_clicks
        return clicks / (evidence[:, SHOWN] + self.assumed_shows)


def kept_per_page(half_life: float) -> float:
    """The factor that halves in ``half_life`` pages; 0 for a half-life of 0."""
    return 0.5 ** (1.0 / half_life) if half_life > 0 else 0.0
