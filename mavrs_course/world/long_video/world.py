"""The long-video world.  Every number is in minutes.

A viewer's interest ``u`` in 20 topics is that of the base platform.  What a title lets them hope
of a video of quality ``q`` is to stay ``m = 8 + 6 u + 2 q`` minutes; how they will like it is
``X = max(1, N(m, spread ** 2))``, and only a closer look tells.

1. *Browse.*  Reading a page takes 0.5.  A look takes ``c`` = 0.5 more, and shows ``X`` plus what
   the thumbnail promises too much, 5 times the video's ``appeal``; titles overpromise as much.
   Viewers look as Weitzman's rule has it: at a video if its reservation value is above the best
   seen so far, and above 5, which is what the evening holds besides.  They go down the page, or,
   with ``order="value"``, from the highest reservation value to the lowest.
2. *Commit.*  They click the best that they looked at, if it is above 5.
3. *Watch.*  The stay they would like is ``T ~ Exp(mean X)``.  They watch ``min(T, length, what
   is left of the evening)``: the end of a video *censors* ``T``, and only the world knows it.
4. *Regret.*  Who leaves within the first 5 minutes would have done better without, and the
   evening of 120 minutes gets ``regret`` = 10 shorter.

Sources: Weitzman (Econometrica 1979) for browsing; a stay that goes on behind the end of the video
is the counterfactual watch time of Zhao et al. (KDD 2024, arXiv 2406.07932), with a constant
hazard in place of theirs.  The constants and the regret are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world import viewers
from mavrs_course.world.audience import Audience
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.long_video.boxes import normal_reservation, search, weitzman
from mavrs_course.world.offer import PlatformError, checked_pages
from mavrs_course.world.platform import draw_distinct

VIDEOS = 2_000
SHORTEST, LONGEST = 2.0, 60.0
EVENING = 120.0
PAGE_COST = 0.5
NOTHING = 5.0  # what a viewer has without clicking, and how soon leaving is regretted
MEAN_STAY, BY_INTEREST, BY_QUALITY, BY_APPEAL = 8.0, 6.0, 2.0, 5.0
LEAST_STAY = 1.0
SPREADS = 1.0, 8.0
ORDERS = {"page": search, "value": weitzman}
# What a look tells, float[B, K], of the hope m, the liking X and its spread: float[B, K] each.
Explain = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True)
class BrowsedPage:
    """What really happened on the last page, seen by the world alone; a row for each viewer.

    looked: bool[B, K].  promised: float[B], the stay that the clicked video's look promised.
    liking: float[B], the mean stay ``X`` that it was worth.  stay: float[B], ``T``, longer than
    what was watched where it was cut off.  left: bool[B], left the video of their own accord.
    regretted: bool[B].  Where nothing was clicked the minutes are 0.
    """

    looked: Bools
    promised: Floats
    liking: Floats
    stay: Floats
    left: Bools
    regretted: Bools


class LongVideo(Audience):
    """``B`` viewers with an evening each.  The rules stand at the top of the module.

    spread: float[V], how much liking differs between viewers with the same interest; else uniform
    on (1, 8).  look_cost, regret: minutes.  order: ``"page"`` or ``"value"``.

    Attributes, a row for each viewer: ``viewers``, ``interest``, ``active`` and ``watch_minutes``
    as on the base platform; ``evening`` float[B], minutes left; ``last``, what happened on the
    page before, a :class:`BrowsedPage`.  Everybody comes back the next day with the same interest.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        spread: Floats | None = None,
        slots: int = 5,
        candidates: int = 10,
        look_cost: float = 0.5,
        regret: float = 10.0,
        order: str = "page",
        rng: np.random.Generator,
    ) -> None:
        super().__init__(rng)
        catalog_rng, spread_rng = rng.spawn(2)
        self.catalog = sample_catalog(VIDEOS, catalog_rng) if catalog is None else catalog
        if not 1 <= slots <= candidates <= len(self.catalog):
            raise PlatformError(
                f"{slots} slots need at least as many candidates, and these a catalogue as large; "
                f"got {candidates} candidates of {len(self.catalog)} videos"
            )
        if order not in ORDERS or not look_cost > 0 or not regret >= 0:
            raise PlatformError("order is 'page' or 'value', look_cost above 0, regret from 0 on")
        drawn = spread_rng.uniform(*SPREADS, len(self.catalog))
        self.spread = drawn if spread is None else np.asarray(spread, dtype=float)
        if self.spread.shape != drawn.shape or not np.all(self.spread > 0):
            raise PlatformError(f"spread needs {len(drawn)} numbers above 0, one for each video")
        self.slots, self.candidates = slots, candidates
        self.look_cost, self.regret, self.order = look_cost, regret, order
        # z - m is the same for all viewers of a video.
        self.surprise = normal_reservation(look_cost, np.zeros(len(drawn)), self.spread)
        self.evening: Floats = np.zeros(0)
        self.watch_minutes: Floats = np.zeros(0)
        self.last: BrowsedPage | None = None

    def reset(self, sessions: int) -> Request:
        """New viewers with a whole evening each, and their first request."""
        self._welcome(sessions)
        self.interest = viewers.sample_interest(sessions, self.rng, self.catalog.n_topics)
        return self._new_evening()

    def next_day(self) -> Request:
        """The next evening: whoever still was in a session leaves it, and everybody comes back."""
        _ = self.request
        return self._new_evening()

    def liking(self, videos: Ints) -> Floats:
        """The mean of ``X`` before the look, ``m``: float[B, n], for videos int[B, n].

        This and :meth:`reservation` peek into the viewers' heads: only baselines that say so may.
        """
        u = viewers.attraction(self.interest, self.catalog.topic[videos]) - 1.0
        return MEAN_STAY + BY_INTEREST * u + BY_QUALITY * self.catalog.quality[videos]

    def reservation(self, videos: Ints) -> Floats:
        """The value ``z`` by which viewers decide on a look, bait included: float[B, n]."""
        return self.liking(videos) + self.surprise[videos] + BY_APPEAL * self.catalog.appeal[videos]

    def show(
        self, slate: Slate, *, appeal: Floats | None = None, explain: Explain | None = None
    ) -> Feedback:
        """Show one page to every viewer and go on to the next request.

        appeal: float[B, K], of the thumbnails on the page; the videos' own where not given.
        explain: what a look tells of the liking, instead of the liking itself.
        The rows of viewers whose evening is over must be filled too, and change nothing.
        Raises :class:`PlatformError` for pages that are not an answer to the request.
        """
        videos = checked_pages(slate, self.request, self.active, len(self.catalog))
        appeal = self.catalog.appeal[videos] if appeal is None else np.asarray(appeal, dtype=float)
        if appeal.shape != videos.shape:
            raise PlatformError(f"appeal needs shape {videos.shape}, got {appeal.shape}")
        active, pages = self.active.copy(), np.arange(len(videos))
        hoped = self.liking(videos)
        noise = self.spread[videos] * self.rng.standard_normal(videos.shape)
        liking = np.maximum(hoped + noise, LEAST_STAY)  # [B, K]
        told = liking if explain is None else explain(hoped, liking, self.spread[videos])
        shown = told + BY_APPEAL * appeal
        values = hoped + self.surprise[videos] + BY_APPEAL * appeal
        found = ORDERS[self.order](shown, values, NOTHING)
        looked = found.opened & active[:, None]
        left_over = self.evening - PAGE_COST - self.look_cost * looked.sum(axis=1)
        clicked = np.where(active & (left_over > 0), found.chosen, -1)
        chose = clicked >= 0
        stay = np.where(chose, self.rng.exponential(liking[pages, clicked]), 0.0)
        end = np.minimum(self.catalog.minutes[videos[pages, clicked]], np.maximum(left_over, 0.0))
        watched = np.where(chose, np.minimum(stay, end), 0.0)
        left = chose & (stay < end)
        regretted = left & (stay < NOTHING)
        promised = np.where(chose, shown[pages, clicked], 0.0)
        liked_for = np.where(chose, liking[pages, clicked], 0.0)
        self.last = BrowsedPage(looked, promised, liked_for, stay, left, regretted)
        after = left_over - watched - self.regret * regretted
        self._go_on(np.where(active, np.maximum(after, 0.0), self.evening), watched)
        shown_slate = replace(slate, videos=videos, request=self.request)
        self._request = self._draw_request()
        return Feedback(shown_slate, clicked, watched, active=active)

    def _go_on(self, evening: Floats, watched: Floats) -> None:
        self.evening = evening
        self.watch_minutes = self.watch_minutes + watched
        self.active = evening > 0

    def _new_evening(self) -> Request:
        self.evening = np.full(len(self.viewers), EVENING)
        self.watch_minutes = np.zeros(len(self.viewers))
        self.active = self.evening > 0
        self.last = None
        self._request = self._draw_request()
        return self._request

    def _draw_request(self) -> Request:
        drawn = draw_distinct(len(self.catalog), self.candidates, len(self.viewers), self.rng)
        return Request(self.viewers, drawn, self.slots)


def sample_catalog(videos: int, rng: np.random.Generator) -> Catalog:
    """The platform's catalogue, with lengths from 2 to 60 minutes, uniform in their logarithm."""
    minutes = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), videos))
    return replace(Catalog.sample(videos, rng), minutes=minutes)
