"""The upper end of the scale: for each world an agent that reads the viewers' minds.

No entry can do what these do, for nobody but the world knows interests, abilities and rooms.  They
plan for viewers as they are now; none of them is proved to be the best there is, so an entry may
close more than the whole gap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mavrs_course.agents.baselines import PlannerAgent, page_scores
from mavrs_course.agents.learning.planner import beam_search
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Opinion, Request
from mavrs_course.world import viewers
from mavrs_course.world.learning import LearningPlatform
from mavrs_course.world.learning.kss import FULL, chance_of_right, growth
from mavrs_course.world.live import LivePlatform
from mavrs_course.world.long_video.world import NOTHING, PAGE_COST, LongVideo
from mavrs_course.world.platform import Platform, draw_distinct
from mavrs_course.world.short_video import ShortVideo
from mavrs_course.world.short_video.temper import REQUEST
from mavrs_course.world.short_video.watching import expected_seconds

Scores = Callable[[Request], Floats]
SAMPLE, ROUNDS = 1_000, 8
LOOKS = 3.0  # that a page of long videos costs, about
PATHS_DEEP, PATHS_WIDE = 6, 10
NEAR, ABLE = 0.3, 0.02  # what being near to an answer, and being able, is worth against giving it
ABOVE_ALL = 10.0  # no lesson that is not legal comes before one that is


class PeekingAgent:
    """Scores candidates by what it reads in a world: ``scores(request)`` is float[B, C]."""

    name = "planner"

    def __init__(self, scores: Scores) -> None:
        self._scores = scores

    def opine(self, request: Request) -> Opinion:
        return Opinion(self.name, self._scores(request), np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it peeks."""


def planner(world: Any) -> Agent:
    """The planner of a world; asked about all of its viewers at once.  TypeError where none is."""
    for kind, scores in PLANS.items():
        if isinstance(world, kind):
            return PeekingAgent(scores(world))
    raise TypeError(f"nobody has written a planner for {type(world).__name__}")


def _feed(world: Platform) -> Scores:
    agent = PlannerAgent(world)
    return lambda request: agent.opine(request).scores


def _short_video(world: ShortVideo) -> Scores:
    """Minutes for the temper that they cost, at the best rate between the two (Dinkelbach)."""
    catalog = world.catalog
    minutes = expected_seconds(60.0 * catalog.minutes, catalog.quality) / 60.0
    (rng,) = world.rng.spawn(1)
    interest = viewers.sample_interest(SAMPLE, rng, catalog.n_topics)
    drawn = draw_distinct(len(catalog), world.candidates, SAMPLE, rng)
    weights = viewers.attraction(interest, catalog.topic[drawn])
    stays = weights / (weights + world.swipe_weight)
    rate = 0.0
    for _ in range(ROUNDS):
        earned, cost = stays * minutes[drawn], (2.0 - stays) / REQUEST
        best = (earned - rate * cost).argmax(axis=1)[:, None]
        rate = float(
            np.take_along_axis(earned, best, axis=1).sum()
            / np.take_along_axis(cost, best, axis=1).sum()
        )

    def scores(request: Request) -> Floats:
        stay = world.stay_probability(request.candidates)
        return stay * minutes[request.candidates] - rate * (2.0 - stay) / REQUEST

    return scores


def _long_video(world: LongVideo) -> Scores:
    """The share of the time that a video takes in which it is watched: looks and regret count."""

    def scores(request: Request) -> Floats:
        videos = request.candidates
        liking = np.maximum(world.liking(videos), 1.0)
        length = world.catalog.minutes[videos]
        watched = -liking * np.expm1(-length / liking)
        regret = -world.regret * np.expm1(-np.minimum(length, NOTHING) / liking)
        return watched / (watched + PAGE_COST + LOOKS * world.look_cost + regret)

    return scores


def _learning(world: LearningPlatform) -> Scores:
    """The first step of the best path of six lessons, for abilities as they are; breaks in time."""
    learners: Any = world.learners
    structure, difficulty = learners.structure, learners.difficulty

    def study(ability: Floats, items: Ints) -> Floats:
        return np.minimum(ability + growth(ability, items, structure), FULL)

    def value(ability: Floats, rows: Ints) -> Floats:
        right = chance_of_right(ability, difficulty) >= 0.5
        missing = np.maximum(difficulty - ability, 0.0) / FULL
        known = ABLE * ability.sum(axis=1) / FULL
        return (learners.target[rows] * (right - NEAR * missing)).sum(axis=1) + known

    def scores(request: Request) -> Floats:
        ability, legal = learners.ability, learners.legal.astype(float)
        left = world.steps - world.steps_taken
        depth = max(1, min(PATHS_DEEP, int(left.max())))
        plan = beam_search(
            ability, legal, structure.legal_after, study, value, depth=depth, width=PATHS_WIDE
        )
        gain = plan - value(ability, np.arange(len(ability)))[:, None] + ABOVE_ALL * legal
        rests = np.where((world.energy <= 1.0) & (left > 1), np.inf, -np.inf)
        topic = world.catalog.topic[request.candidates]
        return np.take_along_axis(np.hstack([gain, rests[:, None]]), topic, axis=1)

    return scores


def _live(world: LivePlatform) -> Scores:
    """Minutes until the viewer leaves or the room closes, and what a longer session still holds."""

    def scores(request: Request) -> Floats:
        videos, rooms = request.candidates, world.rooms
        interest = viewers.attraction(world.interest, world.catalog.topic[videos]) - 1.0
        quality = world.catalog.quality[videos] + rooms.mood[videos]
        leave = world.leave * np.exp(-interest - quality)
        leave = np.where(rooms.highlight[videos], leave / 2.0, leave)
        open_for = np.maximum(rooms.until[videos] - world.minute, 0.0)
        stay = -np.expm1(-leave * open_for) / leave
        ahead = stay.max(axis=1, keepdims=True) / (world.sated + world.bored)
        weights = interest + 1.0 + world.pull * rooms.highlight[videos]
        value = stay + (1.0 - world.sated) * ahead
        nothing = (1.0 - world.bored) * ahead
        return page_scores(weights, value, nothing, request.slots)

    return scores


PLANS: dict[type, Callable[[Any], Scores]] = {
    ShortVideo: _short_video,
    LongVideo: _long_video,
    LearningPlatform: _learning,
    LivePlatform: _live,
    Platform: _feed,
}
