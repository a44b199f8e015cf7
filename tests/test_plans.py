"""A language model's plan as what learned channels see: what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mavrs_course.coordination.modes import modes
from mavrs_course.envs.feed_core import as_channels_see
from mavrs_course.llm.learning import plans
from mavrs_course.marl.feed.games import train_on_feed
from mavrs_course.messages import Feedback, Slate, Trace
from mavrs_course.world import Catalog, Platform

EARS = np.eye(20)


class Echo:
    """A model to which a wish is likely after its own topic, and one topic after anything."""

    def score(self, context, texts):
        own = [4.0 * (text.strip() in context) for text in texts]
        return np.array(own) + 9.0 * ("cars" in context)


def test_a_topic_that_suits_all_wishes_is_taken_out():
    topics = ["cars", "pets", "music"]
    told = plans.heard(Echo(), topics, topics)
    assert told.sum(axis=1) == pytest.approx(1)
    assert told.argmax(axis=1).tolist() == [0, 1, 2]
    assert told[1, 0] == pytest.approx(told[1, 2]), "nine nats for cars say nothing of pets"


def test_the_mean_interest_of_favourites_and_others():
    interest = np.sort(np.random.default_rng(0).uniform(-1, 1, (40_000, 20)), axis=1)
    assert interest[:, -plans.SAID :].mean() == pytest.approx(plans.FAVOURITE, abs=0.003)
    assert interest[:, : -plans.SAID].mean() == pytest.approx(plans.OTHER, abs=0.003)


def test_a_plan_names_three_and_no_plan_names_all_alike():
    interest = np.linspace(-1, 1, 20)[None]
    assert plans.planned(interest, EARS)[0].tolist() == [0.0] * 17 + [1.0] * 3
    deaf = plans.planned(interest, np.full((20, 20), 0.05))
    assert deaf == pytest.approx(plans.no_plan(1))
    nothing = np.zeros((1, 20))
    assert plans.believed(plans.no_plan(1), nothing, nothing) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 10_000))
def test_clicks_raise_a_belief_and_shows_without_one_lower_it(seed):
    clicked, missed = np.random.default_rng(seed).integers(0, 30, (2, 3, 20)).astype(float)
    plan, shown = np.full((3, 20), 0.3), clicked + missed
    belief = plans.believed(plan, shown, clicked)
    assert (np.abs(belief) <= 1).all()
    assert (plans.believed(plan, shown + 1, clicked + 1) >= belief).all()
    assert (plans.believed(plan, shown + 1, clicked) <= belief).all()
    assert (plans.believed(plan + 0.5, shown, clicked) >= belief).all()


def test_channels_never_see_interests_and_a_new_viewer_is_new():
    game = plans.PlannedFeed(6, EARS, auto_reset=True, rng=np.random.default_rng(0))
    first = game.observe().copy()
    game._interest[:, :20] = game._interest[:, 19::-1]
    assert (game.observe() == first).all()
    told = plans.seen(game.plan, game.shown, game.clicked)
    assert np.allclose(first, as_channels_see(told.astype(np.float32)))
    actions = np.tile([8, 8, 8, 0, 0], (6, 1))
    for _ in range(3):
        _, ended, _ = game.step(actions)
        assert not ended.any()
    assert (game.shown.sum(axis=1) == 9).all()
    assert (game.clicked <= game.shown).all()
    game.budget[2] = 0.1
    plan = game.plan.copy()
    game.budget[2] = 1e-9
    while not (ended := game.step(actions)[1])[2]:
        pass
    assert game.shown[2].sum() == game.clicked[2].sum() == 0
    assert (game.plan[2] != plan[2]).any()
    assert game.state().shape == (6, 21)
    assert game.state().min() >= -1 and game.state().max() <= 1


def test_a_game_without_plans_is_the_same_for_all_at_first():
    game = plans.PlannedFeed(5, None, rng=np.random.default_rng(1))
    assert (game.state() == game.state()[0]).all()


def page_of(world, rng):
    videos = world.request.candidates[:, : world.request.slots]
    slate = Slate(videos, None, Trace(), world.request)
    return Feedback(slate, np.array([0, -1, 2]), np.array([4.0, 0.0, 4.0]))


def test_a_book_counts_a_page_once_whoever_brings_it():
    rng = np.random.default_rng(2)
    world = Platform(Catalog.sample(60, rng), rng=rng)
    world.reset(3)
    book = plans.PlanBook(world.catalog, plans.no_plan(3))
    policy = train_on_feed(
        plans.PlannedFeed(16, EARS, auto_reset=True, rng=rng), 512, seed=0
    ).policy()
    channels = plans.planned_channels(policy, book)
    feedback = page_of(world, rng)
    for channel in channels:
        channel.learn(feedback)
    assert book.shown.sum(axis=1).tolist() == [3, 3, 3]
    assert book.clicked.sum(axis=1).tolist() == [1, 0, 1]
    liked = world.catalog.topic[feedback.slate.videos[2, 2]]
    assert book.clicked[2, liked] == 1
    for name in ("learned-router", "peer-averaging", "pooled-market", "borda"):
        way = modes()[name](channels, rng=np.random.default_rng(0))
        slate = way.recommend(world.request)
        assert slate.videos.shape == (3, 3) and not way.failed_to_learn
        assert all(slate.reasons[0])
        way.learn(world.show(slate))
    assert book.shown.sum(axis=1).tolist() == [15, 15, 15]
