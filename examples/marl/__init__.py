"""MARL: five channels that learned as a team to bid for slots, playing for viewers they only infer.

The policy was trained in the feed game (``train.py``), where a channel sees the viewer's interests
and the budget that is left.  Here it sees neither.  So it is told what the reasoning agent believes
of the interests, and a budget that is counted from what was watched.  In worlds without the game's
twenty topics there is nothing to bid for, and agents that know such worlds play instead.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mavrs_course.agents import (
    ForgettingAgent,
    PathAgent,
    ReasoningAgent,
    ZoneAgent,
    curriculum,
    goals,
)
from mavrs_course.agents.reasoning.belief import mean
from mavrs_course.coordination import Decision, PanelCoordinator
from mavrs_course.marl.feed.agent import GAME_TOPICS, ChannelAgent
from mavrs_course.marl.feed.games import from_arrays
from mavrs_course.rows import with_room
from mavrs_course.world.viewers import NO_CLICK_COST, REFUND_RATE, START_BUDGET

NAME = "marl"
CHANNELS = 5
AGENTS = ("channel_0", "channel_1", "channel_2", "channel_3", "channel_4")
PREDICTIONS = {
    "plain": (0.2, 0.6),
    "drift": (0.35, 0.7),
    "boredom": (0.4, 1.0),
    "clickbait": (0.5, 1.0),
    "liars": (0.3, 0.9),
    "killed": (0.3, 0.9),
    "silent_model": (0.2, 0.6),
    "second_platform": (0.2, 0.6),
}
WEIGHTS = Path(__file__).parent / "policy.npz"
LENT = 0.5  # how much a lent agent's vote counts, beside a low bid of 1


def build(world, rng):
    """The channels where there are topics to bid for, and agents that know the others."""
    if world.learners is not None:
        lessons = curriculum(world)
        path = PathAgent(world.catalog, lessons, wanted=goals(world))
        own = [path, ZoneAgent(world.catalog, lessons)]
        return Bids([*own, *world.team], None, rng=rng)
    belief = ReasoningAgent(
        world.catalog, rng, slots=world.slots, candidates=world.candidates, explaining=False
    )
    if world.catalog.n_topics != GAME_TOPICS or world.rooms is not None:
        return Bids([belief, ForgettingAgent(world), *world.team], None, rng=rng)
    eye = Eye(world.catalog, belief)
    with np.load(WEIGHTS) as arrays:
        policy = from_arrays(dict(arrays))
    own = [ChannelAgent(policy, number, world.catalog, eye.look) for number in range(CHANNELS)]
    return Bids([*own, *world.team], eye, rng=rng)


class Eye:
    """What is believed of each viewer: interest in each topic, and the part of the budget left."""

    def __init__(self, catalog, belief):
        self.catalog, self.belief = catalog, belief
        self.left = np.zeros(0)
        self._seen = None, None

    def look(self, request):
        """float[B, n_topics + 1], as the channels saw it in the game; all five ask about a page."""
        if self._seen[0] is not request:
            self._seen = request, self._look(request)
        return self._seen[1]

    def _look(self, request):
        self.left = with_room(self.left, request.viewers, START_BUDGET)
        self.belief.meet(request.viewers)
        topics = np.arange(self.catalog.n_topics)[None, :]
        chances = self.belief.belief.of(request.viewers[:, None], topics)
        interest = mean(chances, self.belief.belief.levels)
        part = np.maximum(self.left[request.viewers], 0.0) / START_BUDGET
        return np.column_stack([interest, part])

    def learn(self, feedback):
        """Count the budget down, and begin anew for whoever begins a new session."""
        self.belief.learn(feedback)
        viewers = feedback.request.viewers
        self.left = with_room(self.left, viewers, START_BUDGET)
        watched = feedback.watch_minutes
        quality = self.catalog.quality[np.maximum(feedback.clicked_video, 0)]
        spent = np.where(
            feedback.clicked >= 0, watched * (1 - REFUND_RATE * quality), NO_CLICK_COST
        )
        left = self.left[viewers] - np.where(feedback.active, spent, 0.0)
        self.left[viewers] = np.where(left > 0, left, START_BUDGET)


class Bids(PanelCoordinator):
    """The highest bids are shown; of two videos with the same bid the better made one."""

    def __init__(self, agents, eye, **options):
        super().__init__(agents, **options)
        self.eye = eye

    def decide(self, hearing, trace):
        support = np.maximum(hearing.votes, 0.0)  # float[B, n, C]
        if self.eye is not None:
            support[:, CHANNELS:] *= LENT
            support[:, :CHANNELS] = np.maximum(hearing.scores[:, :CHANNELS], 0.0)
        scores = support.sum(axis=1)
        if self.eye is not None:
            quality = self.eye.catalog.quality[hearing.request.candidates]
            scores = scores + 1e-3 * quality
        return Decision.by_scores(scores, support, hearing.request.slots, self.rng)

    def learn(self, feedback):
        if self.eye is not None:
            self.eye.learn(feedback)
        super().learn(feedback)
