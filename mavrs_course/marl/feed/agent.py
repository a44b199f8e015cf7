"""A channel of the feed game that has learned to bid, as an agent of the platform."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.envs.feed_core import ABSTAIN, BID, CHANNELS, N_ACTIONS, TOPIC, as_channels_see
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.messages import Feedback, Floats, Opinion, Request
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform, PlatformError
from mavrs_course.world.topics import N_TOPICS, TOPICS
from mavrs_course.world.viewers import START_BUDGET

Look = Callable[[Request], Floats]


class ChannelAgent:
    """Scores each candidate by what the channel would bid for its topic, on average.

    policy: learned on :class:`~mavrs_course.envs.feed_core.FeedCore`.  channel: which of the five
    it speaks for.  look: tells for each request float[B, 21], the viewer's interest in each of
    the 20 topics and the part of the budget that is left, in [0, 1]: :func:`peek` reads it off a
    platform, or it may come from what another agent believes.

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
        self.topics = [t for t in range(N_TOPICS) if t % CHANNELS == channel]

    def opine(self, request: Request) -> Opinion:
        viewers = np.asarray(self.look(request), dtype=np.float32)
        if viewers.shape != (len(request), N_TOPICS + 1):
            raise ValueError(
                f"look gives float[{len(request)}, {N_TOPICS + 1}], the interests and the part of "
                f"the budget left, for {len(request)} requests; got shape {viewers.shape}"
            )
        chances = self.policy.probabilities(as_channels_see(viewers))[:, self.channel]
        bids = self._expected_bids(chances)
        topics = self.catalog.topic[request.candidates]
        scores = np.take_along_axis(bids, topics, axis=1)
        owned = topics % CHANNELS == self.channel
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
        """What the channel bids for each topic, on average: float[B, 20]."""
        bids = np.zeros((len(chances), N_TOPICS))
        for action in range(N_ACTIONS):
            if action != ABSTAIN:
                bids[:, TOPIC[self.channel, action]] += BID[action] * chances[:, action]
        return bids

    def _reason(self, topic: int, chances: Floats, interest: float) -> str:
        on_topic = TOPIC[self.channel] == topic
        low, high = (chances[np.equal(BID, bid) & on_topic].sum() for bid in (1, 2))
        label = TOPICS[topic][:1].upper() + TOPICS[topic][1:]
        return (
            f"{label}: for a viewer whose interest in it is {_signed(interest)} I bid high with "
            f"probability {high:.0%} and low with {low:.0%}."
        )

    def _nothing(self) -> str:
        names = ", ".join(TOPICS[topic] for topic in self.topics)
        return f"None of these videos is on my topics ({names}), so I have no say."

    def learn(self, feedback: Feedback) -> None:
        """Nothing: the policy was learned beforehand, in the feed game, and stays as it is."""


def _signed(interest: float) -> str:
    return f"{interest:+.2f}".replace("-", "−")


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
