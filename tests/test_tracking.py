"""Agents for tastes that drift, feedback in parcels, and the day of return as a reward."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.agents import InParcels, InterestAgent, ReturnDayAgent, SwipeAgent, TrackingAgent
from mavrs_course.agents.tracking import STAYS, spread_matrix
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Feedback, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.sessions import play_sessions
from mavrs_course.world.short_video import ShortVideo

CATALOG = Catalog([0, 1, 2, 0], np.zeros(4), topics=("cats", "news", "dance"))


def shown(video, stayed, viewer=0):
    request = Request(np.array([viewer]), np.array([[0, 1, 2, 3]]), 1)
    slate = Slate(np.array([[video]]), request=request)
    clicked = np.array([0 if stayed else -1])
    return Feedback(slate, clicked, np.where(clicked == 0, 1.0, 0.0))


def test_the_phone_by_hand():
    phone = SwipeAgent(CATALOG, gain=0.25)
    for video, stayed in ((0, True), (3, False), (1, False)):
        phone.learn(shown(video, stayed))
    cats = (STAYS + 0.25 * (1 - STAYS)) * 0.75
    np.testing.assert_allclose(phone.stays[0], [cats, 0.75 * STAYS, STAYS])
    opinion = phone.opine(Request(np.array([0]), np.array([[2, 0, 1]]), 1))
    np.testing.assert_allclose(opinion.scores, [[STAYS, cats, 0.75 * STAYS]])
    np.testing.assert_allclose(opinion.confidence, [1 - 0.75**2 if cats > STAYS else 0.0])
    for gain in (0, 1.5, np.nan):
        with pytest.raises(ValueError, match="gain"):
            SwipeAgent(CATALOG, gain=gain)


def test_a_walk_on_the_grid_has_its_variance_and_stays_on_it():
    levels = InterestAgent.levels
    for step in (0.0, 0.02, 0.1, 0.3):
        spread = spread_matrix(levels, step)
        np.testing.assert_allclose(spread.sum(axis=1), 1.0)
        assert (spread >= 0).all()
        from_middle = spread[10]
        mean = from_middle @ levels
        variance = from_middle @ (levels - mean) ** 2
        if step < 0.3:  # the walls are far
            assert mean == pytest.approx(levels[10], abs=1e-4)
            assert variance == pytest.approx(step**2, rel=1e-3)
    np.testing.assert_allclose(np.full(20, 0.05) @ spread_matrix(levels, 0.2), 0.05)


def test_without_drift_it_is_the_interest_agent_and_with_it_it_forgets():
    still, plain, moving = (
        TrackingAgent(CATALOG, 0.0),
        InterestAgent(CATALOG),
        TrackingAgent(CATALOG),
    )
    for page in [shown(0, True)] * 3 + [shown(1, False)] * 2:
        for agent in (still, plain, moving):
            agent.learn(Feedback(Slate(page.slate.videos, request=page.request), page.clicked,
                                 page.watch_minutes))  # fmt: skip
    np.testing.assert_allclose(still.interest, plain.interest)
    assert 0 < moving.interest[0, 0] < plain.interest[0, 0]
    for _ in range(3_000):
        page = shown(1, True)
        moving.learn(page)
    assert abs(moving.interest[0, 0]) < 0.01 < moving.interest[0, 1]
    with pytest.raises(ValueError, match="drift"):
        TrackingAgent(CATALOG, -0.1)


def test_a_parcel_is_handed_over_when_it_is_full_and_in_order():
    agent = SwipeAgent(CATALOG)
    parcels = InParcels(agent, 3)
    pages = [shown(0, True), shown(0, False), shown(1, True), shown(1, True)]
    for page in pages[:2]:
        parcels.learn(page)
        parcels.learn(page)  # twice: it counts once
    assert not len(agent.stays)
    parcels.learn(pages[2])
    at_once = SwipeAgent(CATALOG)
    for page in pages[:3]:
        at_once.learn(page)
    np.testing.assert_allclose(agent.stays, at_once.stays)
    parcels.learn(pages[3])
    np.testing.assert_allclose(agent.stays, at_once.stays)
    for every in (0, 1.5):
        with pytest.raises(ValueError, match="parcel"):
            InParcels(agent, every)


@pytest.mark.parametrize("kind", [SwipeAgent, TrackingAgent])
def test_both_hold_viewers_better_than_chance(kind):
    held = []
    for seed in range(3):
        world = ShortVideo(rng=np.random.default_rng(seed), ahead=0, drift=0.1)
        played = play_sessions(world, SingleAgent(kind(world.catalog)), 100)
        held.append(played.clicks.sum() / played.pages.sum())
    assert np.mean(held) > STAYS + 0.02


def test_days_are_booked_under_the_way_that_brought_them():
    agent = ReturnDayAgent(CATALOG, ways=(0.0, 1.0), explore=1.0, rng=np.random.default_rng(0))
    request = Request(np.arange(40), np.tile([0, 1, 2, 3], (40, 1)), 1)
    agent.opine(request)
    first = agent.way_of.copy()
    agent.opine(request)
    np.testing.assert_array_equal(agent.way_of, first)  # a way is for a whole session
    before = agent.days.copy()
    agent.came_back(np.arange(40), np.where(first == 1, 1, 5))
    np.testing.assert_array_equal(agent.sessions - 1, np.bincount(first, minlength=2))
    np.testing.assert_allclose(agent.days - before, np.bincount(first) * [5, 1])
    assert (agent.way_of == -1).all() and agent.mean_days.argmin() == 1
    agent.explore = 0.0
    agent.opine(request)
    assert (agent.way_of == 1).all()
    agent.came_back(np.array([900]), np.array([3]))  # never met: nothing to book
    assert agent.sessions.sum() == 42
    for settings in ({"ways": ()}, {"explore": 2.0}):
        with pytest.raises(ValueError, match="ways"):
            ReturnDayAgent(CATALOG, rng=np.random.default_rng(0), **settings)
