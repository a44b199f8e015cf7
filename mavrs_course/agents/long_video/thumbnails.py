"""The thumbnail agent: each video has several, and what is paid for decides which is shown."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, Slate, VideoCatalog
from mavrs_course.once import learns_once

LOUDNESS = 0.0, 1.0, 2.0  # appeal of an honest thumbnail, a lively and a loud one
PAYS = {
    "clicks": "clicks a show",
    "share": "minutes watched a show",
    "kept": "minutes watched a click",
}


class ThumbnailAgent:
    """Tests a video's thumbnails on its viewers, and then shows the one that is paid best.

    appeals: float[V, L], how much each of a video's ``L`` thumbnails promises too much; the same
    three for all where not given.  pay: ``"clicks"`` a show, ``"share"`` (minutes a show, which,
    as all thumbnails are shown equally often in a test, orders them as their shares of the watch
    time do), or ``"kept"`` (minutes a click).  test: the part of shows with a thumbnail drawn at
    random; the others have the best so far.  It counts by topic, and its score is the best pay.

    Which thumbnails it drew stands in the memo, so that late feedback is counted rightly: a world
    whose viewers see thumbnails is told by :meth:`appeal_of`.
    Source: YouTube's help on "Test & Compare", where the largest share of watch time wins.
    """

    name = "thumbnail"

    def __init__(
        self,
        catalog: VideoCatalog,
        appeals: Floats | None = None,
        *,
        pay: str = "share",
        test: float = 0.2,
        rng: np.random.Generator,
    ) -> None:
        if pay not in PAYS:
            raise ValueError(f"a thumbnail agent is paid by {', '.join(PAYS)}, not by {pay!r}")
        if not 0 <= test <= 1:
            raise ValueError(f"test is a part of all shows, from 0 to 1, not {test}")
        same = np.tile(LOUDNESS, (len(catalog), 1))
        self.appeals = same if appeals is None else np.asarray(appeals, dtype=float)
        if self.appeals.ndim != 2 or len(self.appeals) != len(catalog):
            raise ValueError(
                f"appeals needs a row for each of {len(catalog)} videos, got shape "
                f"{self.appeals.shape}"
            )
        self.catalog, self.pay, self.test, self.rng = catalog, pay, test, rng
        self.choice = np.ptp(self.appeals, axis=1) > 0  # bool[V], who has thumbnails to choose from
        counts = np.zeros((3, catalog.n_topics, self.appeals.shape[1]))
        self.shown, self.clicked, self.minutes = counts

    @property
    def paid(self) -> Floats:
        """What each thumbnail earned a show, or a click: float[n_topics, L]."""
        earned = self.clicked if self.pay == "clicks" else self.minutes
        shown = self.clicked if self.pay == "kept" else self.shown
        usual = (earned.sum() + 1.0) / (shown.sum() + 1.0)
        return (earned + usual) / (shown + 1.0)

    def opine(self, request: Request) -> Opinion:
        topic = self.catalog.topic[request.candidates]
        best = self.paid.argmax(axis=1)[topic]  # [B, C]
        drawn = self.rng.integers(self.appeals.shape[1], size=topic.shape)
        testing = self.rng.random(topic.shape) < self.test
        memo = np.array(request.candidates), np.where(testing, drawn, best)
        scores = self.paid.max(axis=1)[topic]
        seen = self.shown.sum(axis=1)[topic[np.arange(len(topic)), scores.argmax(axis=1)]]
        reasons = [f"{pay:.1f} {PAYS[self.pay]} with its best thumbnail." for pay in scores.max(1)]
        return Opinion(self.name, scores, seen / (seen + 10.0), reasons, memo=memo)

    def appeal_of(self, slate: Slate) -> Floats:
        """The appeal of the thumbnails of a page, float[B, K], by the memo that it carries."""
        drawn = _drawn(slate)
        return self.appeals[slate.videos, 0 if drawn is None else drawn]

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        drawn = _drawn(feedback.slate)
        if drawn is None:  # a page that shows no thumbnails of ours
            return
        videos = feedback.slate.videos
        cell = self.catalog.topic[videos], drawn
        ours = feedback.active[:, None] & self.choice[videos]
        hit = ours & (feedback.clicked[:, None] == np.arange(videos.shape[1]))
        np.add.at(self.shown, cell, ours)
        np.add.at(self.clicked, cell, hit)
        np.add.at(self.minutes, cell, hit * feedback.watch_minutes[:, None])


def _drawn(slate: Slate) -> Ints | None:
    """Which thumbnail each video of a page has, int[B, K], or None where the memo does not say."""
    if not isinstance(slate.memo, tuple):
        return None
    candidates, drawn = slate.memo
    here = slate.videos[:, :, None] == candidates[:, None, :]  # [B, K, C]
    return (here * drawn[:, None, :]).max(axis=2)


MAKERS = {"thumbnail": lambda world, rng: ThumbnailAgent(world.catalog, rng=rng)}
