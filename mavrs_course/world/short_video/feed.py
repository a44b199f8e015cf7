"""The short-video world: who watches, for how long, when they leave and when they return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.messages import NO_CLICK, Bools, Feedback, Floats, Ints, Request, Slate
from mavrs_course.world import viewers
from mavrs_course.world.audience import Audience
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.offer import PlatformError, checked_pages
from mavrs_course.world.platform import DEFAULT_VIDEOS, draw_distinct
from mavrs_course.world.short_video import taste, temper, watching
from mavrs_course.world.short_video.prefetch import Prefetched

MEDIAN_SECONDS, SPREAD = 20.0, 0.8  # of lengths, log-normal; ours
SHORTEST, LONGEST = 5.0, 180.0


@dataclass(frozen=True)
class ShortVideoFeedback(Feedback):
    """What the viewers did with the video on the screen, which was decided some swipes ago.

    clicked: 0 where the viewer stayed for a valid view; ``watch_minutes`` counts only these.
    seconds: float[B], played in any case.  short_play, long_view: bool[B], by KuaiRand's
    thresholds (:mod:`mavrs_course.world.short_video.watching`).
    """

    seconds: Floats = None  # type: ignore[assignment]  # the world gives all three
    short_play: Bools = None  # type: ignore[assignment]
    long_view: Bools = None  # type: ignore[assignment]


class ShortVideo(Audience):
    """``B`` viewers who see one video at a time, out of ``candidates`` fresh ones for each.

    What :meth:`show` is given waits on the phone until ``ahead`` others were seen; its feedback
    is about what was seen.  The first ``ahead`` of a session are drawn by nobody, at random, and
    carry no memo.  ``drift`` is the step of each taste a swipe; ``swipe_weight`` is what swiping
    on weighs against a video of ``u + 1``.  Where a batch has several viewers, it goes on until the
    last of them has left.

    Attributes, a row for each viewer: ``interest`` float[B, n_topics]; ``temper`` float[B];
    ``watch_minutes`` float[B], ``pages`` int[B] (videos seen) and ``clicks`` int[B] in this
    session; ``returns`` int[B], the day on which each comes back, -1 in a session.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        candidates: int = 10,
        ahead: int = 2,
        drift: float = 0.0,
        swipe_weight: float = viewers.NO_CLICK_WEIGHT,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(rng)
        self.catalog = short_catalog(DEFAULT_VIDEOS, rng) if catalog is None else catalog
        if not 1 <= candidates <= len(self.catalog):
            raise PlatformError(
                f"{candidates} candidates cannot be drawn from {len(self.catalog)} videos"
            )
        if not (drift >= 0 and swipe_weight > 0):
            raise PlatformError("drift must be at least 0 and swipe_weight above 0")
        self.candidates = candidates
        self.drift, self.swipe_weight = drift, swipe_weight
        self.queue = Prefetched(ahead)
        self._length = 60.0 * self.catalog.minutes
        self.temper: Floats = np.zeros(0)
        self.watch_minutes: Floats = np.zeros(0)
        self.pages: Ints = np.zeros(0, dtype=np.int64)
        self.clicks: Ints = np.zeros(0, dtype=np.int64)

    def reset(self, sessions: int) -> Request:
        """New viewers on day 0, and the first video to be decided for each."""
        self._welcome(sessions)
        self.interest = viewers.sample_interest(sessions, self.rng, self.catalog.n_topics)
        self.day = 0
        self.returns = np.zeros(sessions, dtype=np.int64)
        return self._start_day()

    def next_day(self) -> Request:
        """Let a day pass: whose day of return it is starts a session.  The others stay away.

        Whoever still was in a session leaves it.  It may be that nobody is there today.
        """
        _ = self.request
        self._leave(self.active)
        self.day += 1
        return self._start_day()

    def show(self, slate: Slate) -> ShortVideoFeedback:
        """Put one video each at the end of the queue, and show the one at its head.

        Raises PlatformError for what was not on offer, or when every session is over.
        """
        videos = checked_pages(slate, self.request, self.active, len(self.catalog))
        shown = self.queue.swap(replace(slate, videos=videos, request=self.request))
        feedback = self._watch(shown)
        self.watch_minutes += feedback.watch_minutes
        self.pages += feedback.active
        stays = feedback.clicked != NO_CLICK
        self.clicks += stays
        self.temper = np.where(self.active, temper.after(self.temper, stays), self.temper)
        self.interest = taste.drifted(self.interest, self.active, self.drift, self.rng)
        self._leave(self.active & (self.temper < temper.LEAVING_TEMPER))
        self._request = self._draw_request()
        return feedback

    def stay_probability(self, videos: Ints) -> Floats:
        """Who stays for videos int[B, n], float[B, n]: no real platform could look into heads."""
        weights = viewers.attraction(self.interest, self.catalog.topic[videos])
        return weights / (weights + self.swipe_weight)

    def _watch(self, slate: Slate) -> ShortVideoFeedback:
        video, active = slate.videos[:, 0], self.active.copy()
        length = self._length[video]
        ticket = self.rng.random(len(video))
        stays = active & (ticket < self.stay_probability(slate.videos)[:, 0])
        seconds = watching.played_seconds(stays, length, self.catalog.quality[video], self.rng)
        seconds = np.where(active, seconds, 0.0)
        return ShortVideoFeedback(
            slate,
            clicked=np.where(stays, 0, NO_CLICK),
            watch_minutes=np.where(stays, seconds / 60.0, 0.0),
            active=active,
            seconds=seconds,
            short_play=active & watching.is_short_play(seconds, length),
            long_view=active & watching.is_long_view(seconds, length),
        )

    def _leave(self, leaving: Bools) -> None:
        """Those who leave bool[B] know by how their session went on which day they come back."""
        reward = self.clicks[leaving] / np.maximum(self.pages[leaving], 1)
        chance = temper.return_probability(reward)
        self.returns[leaving] = self.day + temper.return_days(chance, self.rng)
        self.active = self.active & ~leaving

    def _start_day(self) -> Request:
        sessions = len(self.viewers)
        self.active = self.returns == self.day
        self.returns[self.active] = -1
        self.temper = np.full(sessions, temper.START_TEMPER)
        self.watch_minutes = np.zeros(sessions)
        self.pages = np.zeros(sessions, dtype=np.int64)
        self.clicks = np.zeros(sessions, dtype=np.int64)
        self.queue.start(self._drawn_by_nobody())
        self._request = self._draw_request()
        return self._request

    def _drawn_by_nobody(self) -> Iterator[Slate]:
        while True:
            request = self._draw_request()
            yield Slate(request.candidates[:, :1], request=request)

    def _draw_request(self) -> Request:
        drawn = draw_distinct(len(self.catalog), self.candidates, len(self.viewers), self.rng)
        return Request(self.viewers, drawn, slots=1)


def short_catalog(videos: int, rng: np.random.Generator) -> Catalog:
    """The platform's topics and qualities, with lengths from 5 to 180 seconds around 20."""
    catalog = Catalog.sample(videos, rng)
    seconds = MEDIAN_SECONDS * np.exp(SPREAD * rng.standard_normal(videos))
    return replace(catalog, minutes=np.clip(seconds, SHORTEST, LONGEST) / 60.0)
