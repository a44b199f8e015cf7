"""A feed of single videos that learns from one viewer: everything but the screen."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mavrs_course.agents.simple import InterestAgent, NoveltyAgent, PopularityAgent
from mavrs_course.coordination.average import AverageOfAgents
from mavrs_course.messages import NO_CLICK, Agent, Coordinator, Feedback, Request, Slate
from mavrs_course.words import signed
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Clickbait, ViewerGroups
from mavrs_course.world.platform import Platform

YOU = 0
CANDIDATES = 10
WATCHED = 0.5
"""The share of a video after which leaving it counts as having watched, not as a skip."""


@dataclass(frozen=True)
class FeedWish:
    """What one agent would show next: its first choice, or None where all are equal to it."""

    agent: str
    video: int | None
    reason: str
    confidence: float


class Feed:
    """One viewer, one video a page, ten fresh candidates for each.

    Leaving a video teaches the coordinator's agents: a click if you liked it or saw at least
    half of it, otherwise a skip.  A like teaches at once, and the video plays on.  While a video
    is on show, ``next`` is the page that would follow as things stand.
    """

    def __init__(
        self, catalog: Catalog, coordinator: Coordinator, rng: np.random.Generator
    ) -> None:
        self.catalog, self.coordinator = catalog, coordinator
        self.rng = rng
        self.pages = 0
        self.said = ""
        self._seen: set[int] = set()
        self._rows: list[dict] = []
        self.next = self._recommend(self._fresh_request())
        self._turn_page()
        self.picture_before = self.picture

    @property
    def agents(self) -> Sequence[Agent]:
        """The agents, to look into."""
        return self.coordinator.agents

    @property
    def history(self) -> pd.DataFrame:
        """What you were shown and did, oldest first; the video on show is not yet in it."""
        columns = ["video", "title", "topic", "watch_minutes", "clicked", "liked", "why"]
        return pd.DataFrame(self._rows, columns=columns)

    @property
    def picture(self) -> pd.Series | None:
        """The interest by topic that an agent believes you have, in [-1, 1]; None if none does."""
        for agent in self.agents:
            if hasattr(agent, "interest"):
                topics = self.catalog.topics
                believed = agent.interest[YOU] if len(agent.interest) else np.zeros(len(topics))
                return pd.Series(believed, index=topics, name="interest")
        return None

    @property
    def video(self) -> int:
        """The video on show."""
        return int(self.slate.videos[0, 0])

    @property
    def why(self) -> str:
        """Why it is on show."""
        return self.slate.reasons[0][0] if self.slate.reasons else ""

    @property
    def wishes(self) -> list[FeedWish]:
        """What each agent would show next if it were alone."""
        return [self._wish(agent.opine(self.next.request)) for agent in self.agents]

    def like(self, share: float) -> None:
        """Like the video on show after a share of it; it plays on."""
        if not self.liked:
            self.liked = True
            self._teach(share)
            self.said = f"You liked “{self.catalog.title(self.video)}”. {self._what_moved()}"
            self.think_again()

    def leave(self, share: float) -> None:
        """Leave the video on show after a share of it: what was next is on show."""
        if self.liked:
            self.picture_before = self.picture
            lesson = "Your like has already counted."
        else:
            self._teach(share)
            lesson = self._what_moved()
        row = self._row(self._feedback(share))
        self._rows.append(row)
        deed = "left" if self.liked else "watched" if row["clicked"] else "skipped"
        self.said = f"You {deed} “{row['title']}”. {lesson}"
        self.think_again()
        self._turn_page()

    def think_again(self) -> None:
        """Something changed while a video plays: so may what comes next."""
        self.next = self._recommend(self.next.request)

    def would_follow(self, share: float) -> int:
        """The video that would follow if you left this one after a share of it."""
        twin = deepcopy(self.coordinator, {id(self.catalog): self.catalog})
        if not self.liked:
            twin.learn(self._feedback(share))
        return int(twin.recommend(self.next.request).videos[0, 0])

    def _turn_page(self) -> None:
        self.slate, self.liked = self.next, False
        self.pages += 1
        self._seen.add(self.video)
        self.next = self._recommend(self._fresh_request())

    def _fresh_request(self) -> Request:
        unseen = np.setdiff1d(np.arange(len(self.catalog)), [*self._seen])
        if len(unseen) < CANDIDATES:
            self._seen.clear()
            unseen = np.arange(len(self.catalog))
        drawn = self.rng.choice(unseen, CANDIDATES, replace=False)
        return Request(np.array([YOU]), drawn[None], slots=1)

    def _recommend(self, request: Request) -> Slate:
        return replace(self.coordinator.recommend(request), request=request)

    def _teach(self, share: float) -> None:
        self.picture_before = self.picture
        self.coordinator.learn(self._feedback(share))

    def _feedback(self, share: float) -> Feedback:
        clicked = self.liked or share >= WATCHED
        return Feedback(
            self.slate,
            clicked=np.array([0 if clicked else NO_CLICK]),
            watch_minutes=np.array([np.clip(share, 0.0, 1.0) * self.catalog.minutes[self.video]]),
            liked=np.array([self.liked]),
        )

    def _row(self, feedback: Feedback) -> dict:
        return {
            "video": self.video,
            "title": self.catalog.title(self.video),
            "topic": self.catalog.topics[self.catalog.topic[self.video]],
            "watch_minutes": float(feedback.watch_minutes[0]),
            "clicked": bool(feedback.clicked[0] != NO_CLICK),
            "liked": self.liked,
            "why": self.why,
        }

    def _wish(self, opinion) -> FeedWish:
        scores = opinion.scores[0]
        first = int(self.next.request.candidates[0, scores.argmax()])
        return FeedWish(
            agent=opinion.agent,
            video=first if np.ptp(scores) > 0 else None,
            reason=opinion.reasons[0] if opinion.reasons else "",
            confidence=float(opinion.confidence[0]),
        )

    def _what_moved(self) -> str:
        if self.picture is None:
            return ""
        change = (self.picture - self.picture_before).abs()
        if change.max() == 0.0:
            return "The picture of you stays as it is."
        topic = change.idxmax()
        before, after = signed(self.picture_before[topic]), signed(self.picture[topic])
        return f"The picture of you moves most in {topic}: from {before} to {after}."


def simple_feed(rng: np.random.Generator) -> Feed:
    """A feed with the three simple agents, of which popularity has watched a crowd for a while.

    The crowd falls into two groups of taste and for clickbait: otherwise nothing is popular.
    """
    crowd = Platform(effects=[ViewerGroups(), Clickbait()], rng=rng)
    catalog = crowd.catalog
    popularity = PopularityAgent(catalog)
    request = crowd.reset(sessions=300)
    for _ in range(10):
        popularity.learn(crowd.show(Slate(request.candidates[:, : request.slots])))
        request = crowd.request
    agents = [popularity, InterestAgent(catalog), NoveltyAgent(catalog)]
    return Feed(catalog, AverageOfAgents(agents, rng=rng), rng)
