"""A language model's plan for a viewer, as what learned policies see of her.

A viewer says three wishes.  The model hears which topics they are about, ``p(topic | wish)`` by the
likelihood of the wish after each topic, and that is the plan: a chance for each topic to be one of
her three favourites.  Five channels that bid for her page (:mod:`mavrs_course.envs.feed_core`) see
the plan and what she clicked, joined as prior and evidence, and never her interests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mavrs_course.envs.core import Floats32
from mavrs_course.envs.feed_core import FeedCore, FeedPage
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.marl.feed.agent import GAME_TOPICS, ChannelAgent
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Request
from mavrs_course.once import learns_once
from mavrs_course.words import capitalised, signed
from mavrs_course.world.catalog import Catalog

SAID = 3  # wishes of a viewer, about the topics that interest her most
# The mean interest of a favourite and of the others, for interests that are uniform in (-1, 1):
# the k-th largest of 20 is 1 - 2k/21 on average, and all 20 add up to 0.
FAVOURITE = 1 - 2 * (SAID + 1) / 2 / (GAME_TOPICS + 1)
OTHER = -SAID * FAVOURITE / (GAME_TOPICS - SAID)
PAGES = 100  # of a usual session
SURE = 10.0  # pages of clicks that weigh as much as what the plan says of a topic


def heard(model: ChatModel, wishes: Sequence[str], topics: Sequence[str]) -> Floats:
    """p(topic | wish): float[W, T], rows that sum to 1.

    From the log-likelihood of the wish after ``Videos about (topic):``, less the mean of each topic
    over the wishes, as some topics make any wish likelier (lesson 16: compare contexts with the
    average of those that are compared).
    """
    texts = [f" {wish}" for wish in wishes]
    fits = np.array([model.score(f"Videos about {topic}:", texts) for topic in topics]).T
    fits = fits - fits.mean(axis=0)
    chances = np.exp(fits - fits.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


def planned(interest: Floats, ears: Floats) -> Floats:
    """The plan for each viewer of interests float[B, T], who names her favourites truthfully.

    ears: float[T, T], p(topic | wish about the topic of the row).  float[B, T], in [0, 1]: the
    chance of each topic to be among the three.
    """
    favourites = np.argsort(-interest, axis=1)[:, :SAID]
    return np.minimum(ears[favourites].sum(axis=1), 1.0)


def no_plan(viewers: int) -> Floats:
    """What is known of viewers who said nothing: every topic is as likely."""
    return np.full((viewers, GAME_TOPICS), SAID / GAME_TOPICS)


def believed(plan: Floats, shown: Floats, clicked: Floats) -> Floats:
    """The interest that is expected in each topic, from the plan and the clicks: float[B, T].

    shown, clicked: float[B, T], how often.  A video is clicked with a chance of about
    ``(u + 1) / 5``: three on a page, each with a weight of 1 on average, and 2 for none.  So the
    plan counts as :data:`SURE` videos shown before the first page.
    """
    expected = OTHER + (FAVOURITE - OTHER) * plan
    rate = (SURE * (expected + 1) / 5 + clicked) / (SURE + shown)
    return np.clip(5 * rate - 1, -1.0, 1.0)


class PlannedFeed(FeedCore):
    """The feed game of channels that see plan and clicks in the place of interests.

    ears: as in :func:`planned`; None for viewers who say nothing.  What is seen has the shape of
    the feed game's, so that whatever learns or plays that learns and plays this.
    """

    def __init__(self, sessions: int, ears: Floats | None, **options: Any) -> None:
        self.ears = ears
        self.plan, self.shown, self.clicked = np.zeros((3, sessions, GAME_TOPICS))
        super().__init__(sessions, **options)

    def _seat(self, rows: Ints) -> None:
        super()._seat(rows)
        self.shown[rows] = self.clicked[rows] = 0.0
        said = no_plan(len(rows))
        self.plan[rows] = said if self.ears is None else planned(self.interest[rows], self.ears)

    def step(self, actions: Ints) -> tuple[Floats32, Bools, FeedPage]:
        rewards, ended, page = super().step(actions)
        count(self.shown, self.clicked, np.flatnonzero(~ended), page.topics, page.clicked)
        return rewards, ended, page

    def state(self, out: Floats32 | None = None) -> Floats32:
        state = np.empty((self.sessions, self.state_size), np.float32) if out is None else out
        state[:] = seen(self.plan, self.shown, self.clicked)
        return state


def count(shown: Floats, clicked: Floats, rows: Ints, topics: Ints, slot: Ints) -> None:
    """Add pages of topics int[B, K], clicked in a slot int[B] or -1; only those of ``rows``."""
    room = np.zeros((len(topics), GAME_TOPICS + 1))  # the last is the empty slot
    np.add.at(room, (np.arange(len(topics))[:, None], topics), 1.0)
    shown[rows] += room[rows, :GAME_TOPICS]
    some = rows[slot[rows] >= 0]
    clicked[some, topics[some, slot[some]]] += 1.0


def seen(plan: Floats, shown: Floats, clicked: Floats) -> Floats:
    """What channels are told: belief in each topic, and the part of a session left: [B, T + 1]."""
    left = np.maximum(1 - shown.sum(axis=1) / 3 / PAGES, 0.0)
    return np.column_stack([believed(plan, shown, clicked), left])


class PlanBook:
    """What channels on a platform know of its viewers: a plan float[U, T] made beforehand, and what
    they clicked.  It is a ``look`` of :class:`~mavrs_course.marl.feed.agent.ChannelAgent`."""

    def __init__(self, catalog: Catalog, plan: Floats) -> None:
        self.catalog, self.plan = catalog, plan
        self.shown, self.clicked = np.zeros((2, *plan.shape))

    def __call__(self, request: Request) -> Floats:
        rows = request.viewers
        return seen(self.plan[rows], self.shown[rows], self.clicked[rows])

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Count a page of each viewer whose session goes on."""
        viewers = feedback.request.viewers
        topics = self.catalog.topic[feedback.slate.videos]
        shown, clicked = np.zeros((2, len(viewers), GAME_TOPICS))
        count(shown, clicked, np.flatnonzero(feedback.active), topics, feedback.clicked)
        np.add.at(self.shown, viewers, shown)
        np.add.at(self.clicked, viewers, clicked)


class PlannedChannel(ChannelAgent):
    """A channel that hands what it hears to the book, which five of them share."""

    def learn(self, feedback: Feedback) -> None:
        self.look.learn(feedback)

    def _reason(self, topic: int, chances: Floats, interest: float) -> str:
        label = capitalised(self.catalog.topics[topic])
        return f"{label}: her words and clicks let an interest of {signed(interest)} be expected."


def planned_channels(policy: LearnedPolicy, book: PlanBook) -> list[PlannedChannel]:
    """The five channels of a policy that was learned on :class:`PlannedFeed`."""
    count_of = len(policy.action_counts)
    return [PlannedChannel(policy, n, book.catalog, book) for n in range(count_of)]
