"""A channel of the feed game that has learned to bid, as an agent of the platform."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.envs.feed_core import (
    ABSTAIN,
    BID,
    CHANNELS,
    N_ACTIONS,
    TOPIC,
    TOPICS_EACH,
    as_channels_see,
)
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.words import capitalised, signed
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform, PlatformError
from mavrs_course.world.viewers import START_BUDGET

Look = Callable[[Request], Floats]
GAME_TOPICS = CHANNELS * TOPICS_EACH


class ChannelAgent:
    """Scores each candidate by what the channel would bid for its topic, on average.

    policy: learned on :class:`~mavrs_course.envs.feed_core.FeedCore`.  channel: which of the five
    it speaks for.  look: tells for each request float[B, n_topics + 1], the viewer's interest in
    each topic and the part of the budget that is left, in [0, 1]: :func:`peek` reads it off a
    platform, or it may come from what another agent believes.  The game has 20 topics: where the
    catalogue has fewer, nobody wants the rest; where it has more, nobody bids for those.

    A low bid counts 1 and a high one 2, each times its probability; topics of other channels get
    no bid.  Its confidence is the chance that it bids at all, and 0 where no candidate is on one
    of its topics.
    """

    def __init__(
        self, policy: LearnedPolicy, channel: int, catalog: Catalog, look: Look, name: str = ""
    ) -> None:
        if policy.action_counts != (N_ACTIONS,) * CHANNELS:
            raise ValueError(
                f"a ChannelAgent needs a policy learned on the feed game, whose {CHANNELS} agents "
                f"have {N_ACTIONS} actions each; this one has {policy.action_counts}"
            )
        if not 0 <= channel < CHANNELS:
            raise ValueError(f"a channel is one of 0..{CHANNELS - 1}, got {channel}")
        self.policy, self.channel, self.catalog, self.look = policy, channel, catalog, look
        self.name = name or f"channel_{channel}"
        self.topics = range(channel, min(catalog.n_topics, GAME_TOPICS), CHANNELS)

    def opine(self, request: Request) -> Opinion:
        viewers = np.asarray(self.look(request), dtype=np.float32)
        wanted = len(request), self.catalog.n_topics + 1
        if viewers.shape != wanted:
            raise ValueError(
                f"look gives float{[*wanted]}, the interests and the part of the budget left, "
                f"for {len(request)} requests; got shape {viewers.shape}"
            )
        seen = as_channels_see(_as_in_the_game(viewers))
        chances = self.policy.probabilities(seen)[:, self.channel]
        bids = self._expected_bids(chances)
        topics = self.catalog.topic[request.candidates]
        scores = np.take_along_axis(bids, topics, axis=1)
        owned = np.isin(topics, self.topics)
        some = owned.any(axis=1)
        first = np.where(owned, scores, -1.0).argmax(axis=1)
        first = topics[np.arange(len(topics)), first]
        confidence = np.where(some, 1.0 - chances[:, ABSTAIN], 0.0)
        reasons = [
            self._reason(topic, row, viewer[topic]) if any_ else self._nothing()
            for topic, row, viewer, any_ in zip(first, chances, viewers, some, strict=True)
        ]
        return Opinion(self.name, scores, np.clip(confidence, 0.0, 1.0), reasons)

    def _expected_bids(self, chances: Floats) -> Floats:
        """What the channel bids for each topic, on average: float[B, 20 or more]."""
        bids = np.zeros((len(chances), max(self.catalog.n_topics, GAME_TOPICS)))
        for action in range(N_ACTIONS):
            if action != ABSTAIN:
                bids[:, TOPIC[self.channel, action]] += BID[action] * chances[:, action]
        return bids

    def _reason(self, topic: int, chances: Floats, interest: float) -> str:
        on_topic = TOPIC[self.channel] == topic
        low, high = (chances[np.equal(BID, bid) & on_topic].sum() for bid in (1, 2))
        label = capitalised(self.catalog.topics[topic])
        return (
            f"{label}: for a viewer whose interest in it is {signed(interest)} I bid high with "
            f"probability {high:.0%} and low with {low:.0%}."
        )

    def _nothing(self) -> str:
        names = ", ".join(self.catalog.topics[topic] for topic in self.topics)
        return f"None of these videos is on my topics ({names}), so I have no say."

    def learn(self, feedback: Feedback) -> None:
        """Nothing: the policy was learned beforehand, in the feed game, and stays as it is."""


def _as_in_the_game(viewers: Floats) -> Floats:
    """Interests and budget float[B, n + 1] as the game shows them: float[B, 21]."""
    interest, budget = viewers[:, :-1][:, :GAME_TOPICS], viewers[:, -1:]
    missing = GAME_TOPICS - interest.shape[1]
    interest = np.pad(interest, ((0, 0), (0, missing)), constant_values=-1.0)
    return np.concatenate([interest, budget], axis=1)


def peek(platform: Platform) -> Look:
    """Reads the viewers' state from the platform, which no real system can.

    Only for requests from all viewers of the platform, in order; else a PlatformError.
    """

    def look(request: Request) -> Floats:
        if not np.array_equal(request.viewers, platform.viewers):
            raise PlatformError(
                "peek looks at its own platform's viewers, all of them in order; "
                "this request is from others"
            )
        budget = np.maximum(platform.budget, 0.0) / START_BUDGET
        return np.column_stack([platform.interest, budget])

    return look


def channel_agents(policy: LearnedPolicy, catalog: Catalog, look: Look) -> list[ChannelAgent]:
    """All five channels of one policy."""
    return [ChannelAgent(policy, channel, catalog, look) for channel in range(CHANNELS)]
