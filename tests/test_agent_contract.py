"""What every agent promises: strange requests, another world, feedback as it comes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from other_world import OtherWorld

from mavrs_course.agents import EditorAgent, InterestAgent, PopularityAgent, agents
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Agent, Feedback, Request, Slate, World
from mavrs_course.widgets.feed_player import FeedPlayer
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions

# What these learn from a page depends on the pages before it; the rest is sums.
STEP_BY_STEP = {"interest", "paid", "memory", "reasoning", "slateq", "mmrf"}
# What comes after what is all that these know.
STEP_BY_STEP |= {"path", "zone", "aim", "resume", "classmates", "struggling", "nearby", "explore"}
STEP_BY_STEP |= {"legality"}
# Their tastes drift, so that they forget by the page.
STEP_BY_STEP |= {"on-the-phone", "data-centre", "for-return"}
# Its errors shrink from page to page.
STEP_BY_STEP |= {"senses"}


def a_platform():
    rng = np.random.default_rng(0)
    platform = Platform(Catalog.sample(60, rng), rng=rng)
    platform.reset(8)
    return platform


def an_agent(name, world):
    return agents()[name](world, np.random.default_rng(1))


def assert_fine(opinion, agent, request):
    assert opinion.agent == agent.name
    scores, confidence = np.asarray(opinion.scores), np.asarray(opinion.confidence)
    assert scores.shape == request.candidates.shape and np.isfinite(scores).all()
    assert confidence.shape == (len(request),)
    assert ((confidence >= 0) & (confidence <= 1)).all()
    assert opinion.reasons is None or all(map(str.strip, opinion.reasons))


def answered(agent, request, clicked=0):
    """A page by the agent, of which each viewer clicked a slot."""
    opinion = agent.opine(request)
    assert_fine(opinion, agent, request)
    videos = request.candidates[:, : request.slots]
    slots = np.full(len(request), clicked)
    slate = Slate(videos, request=request, memo=opinion.memo)
    return Feedback(slate, slots, np.where(slots >= 0, 4.0, 0.0))


STRANGE = {
    "one viewer, one candidate": ([0], [[5]], 1),
    "nobody": (np.zeros(0, dtype=int), np.zeros((0, 4), dtype=int), 2),
    "a viewer never met, far off": ([900], [[1, 2, 3]], 2),
    "somebody three times": ([4, 4, 1, 4], [[1, 2, 3], [1, 2, 3], [4, 5, 6], [7, 8, 9]], 2),
    "every candidate is shown": ([2, 3], [[1, 2, 3], [3, 2, 1]], 3),
    "not in order": ([7, 0, 5], [[9, 1], [2, 8], [3, 4]], 1),
}


@pytest.mark.parametrize("case", STRANGE)
@pytest.mark.parametrize("name", agents())
def test_strange_requests(name, case):
    viewers, candidates, slots = STRANGE[case]
    request = Request(np.array(viewers), np.array(candidates), slots)
    agent = an_agent(name, a_platform())
    assert isinstance(agent, Agent)
    for clicked in (0, NO_CLICK):
        agent.learn(answered(agent, request, clicked))
    assert_fine(agent.opine(request), agent, request)


@pytest.mark.parametrize("name", agents())
def test_who_is_in_a_batch_twice_is_counted_twice(name):
    if name in ("slateq", "mmrf", "random"):
        pytest.skip("it learns by networks or not at all")
    candidates = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    together, apart = (an_agent(name, a_platform()) for _ in range(2))
    together.learn(answered(together, Request(np.array([2, 2]), candidates, 2)))
    for row in range(2):
        apart.learn(answered(apart, Request(np.array([2]), candidates[[row]], 2)))
    request = Request(np.array([2]), np.array([[1, 5, 9, 20]]), 2)
    tolerance = 0.2 if name in STEP_BY_STEP else 1e-9
    one, other = together.opine(request).scores, apart.opine(request).scores
    np.testing.assert_allclose(one, other, atol=tolerance)


# --- feedback that is late, comes twice or in another order --------------------------------------


STAYS = np.array([1, 2, 3, 4, 5, 2, 3, 4])  # pages until each viewer leaves


def until_they_leave(feedback, page):
    on = page < STAYS
    clicked, minutes = np.where(on, feedback.clicked, NO_CLICK), feedback.watch_minutes * on
    return replace(feedback, clicked=clicked, watch_minutes=minutes, active=on)


def taught(name, order, *, meanwhile=False, copied=False, leave=False):
    """An agent that has made five pages, and is told of them in an order.

    meanwhile: before it is told of each it is asked about others.  leave: viewers do, so that
    sessions end.
    """
    platform = a_platform()
    agent = an_agent(name, platform)
    rng, pages = np.random.default_rng(2), []
    for _ in range(5):
        rows = np.stack([rng.permutation(60)[:6] for _ in range(8)])
        pages.append(answered(agent, Request(platform.viewers, rows, 3), int(rng.integers(-1, 3))))
    if leave:
        pages = [until_they_leave(page, number) for number, page in enumerate(pages)]
    for number in order:
        if meanwhile:
            agent.opine(Request(platform.viewers[:3], rng.integers(0, 60, (3, 1)), 1))
        agent.learn(deepcopy(pages[number]) if copied else pages[number])
    return agent


def what_it_thinks(agent):
    agent.learning = False
    request = Request(np.arange(8), np.tile(np.arange(20, 28), (8, 1)), 3)
    return np.asarray(agent.opine(request).scores)


@pytest.mark.parametrize("copied", [False, True], ids=["the same", "copies"])
@pytest.mark.parametrize("name", [name for name in agents() if name != "random"])
def test_feedback_that_comes_twice_is_learned_from_once(name, copied):
    once = taught(name, range(5))
    again = taught(name, [0, 0, 1, 1, 0, 2, 3, 3, 4, 4], copied=copied)
    np.testing.assert_allclose(what_it_thinks(once), what_it_thinks(again), atol=1e-9)
    np.testing.assert_array_equal(getattr(once, "pages", 0), getattr(again, "pages", 0))


@pytest.mark.parametrize("name", [name for name in agents() if name != "random"])
def test_late_feedback_is_credited_to_its_own_page(name):
    in_time, late = taught(name, range(5)), taught(name, range(5), meanwhile=True)
    np.testing.assert_allclose(what_it_thinks(in_time), what_it_thinks(late), atol=1e-9)


@pytest.mark.parametrize("leave", [False, True], ids=["all stay", "some leave"])
@pytest.mark.parametrize("name", [name for name in agents() if name != "random"])
def test_in_another_order_sums_are_the_same(name, leave):
    one, other = (
        what_it_thinks(taught(name, order, leave=leave)) for order in (range(5), [3, 0, 4, 2, 1])
    )
    assert np.isfinite(other).all()
    if name not in STEP_BY_STEP:
        np.testing.assert_allclose(one, other, atol=1e-9)


# --- another world ------------------------------------------------------------------------------


def play(world, coordinator, pages=3):
    for _ in range(pages):
        request = world.request
        slate = coordinator.recommend(request)
        assert slate.videos.shape == (len(request), request.slots)
        coordinator.learn(world.show(slate))


@pytest.mark.parametrize("name", agents())
def test_every_agent_plays_in_another_world(name):
    world = OtherWorld(np.random.default_rng(3))
    assert isinstance(world, World)
    world.reset(6)
    agent = an_agent(name, world)
    play(world, SingleAgent(agent, np.random.default_rng(4)))
    world.next_day()
    play(world, SingleAgent(agent))
    world.reset(4)
    play(world, SingleAgent(agent))


@pytest.mark.parametrize("name", modes())
def test_every_mode_plays_in_another_world(name):
    world = OtherWorld(np.random.default_rng(3))
    world.reset(6)
    team = [make(world, np.random.default_rng(5)) for make in agents().values()]
    coordinator = modes()[name](team, rng=np.random.default_rng(6))
    play(world, coordinator)
    world.next_day()
    play(world, coordinator, pages=1)
    said = coordinator.panel.ask(world.request, coordinator.recommend(world.request).trace)
    assert not said.excuses


def test_whole_sessions_are_played_in_another_world():
    world = OtherWorld(np.random.default_rng(3))
    played = play_sessions(world, SingleAgent(InterestAgent(world.catalog)), 20)
    assert ((played.pages >= 2) & (played.pages <= 5)).all()
    assert played.watch_minutes.sum() > 0 and (played.clicks <= played.pages).all()


def test_reasons_and_the_feed_player_name_the_topics_of_the_catalogue():
    world = OtherWorld(np.random.default_rng(3))
    catalog = world.catalog
    request = world.reset(2)
    for agent in (PopularityAgent(catalog), InterestAgent(catalog), EditorAgent(catalog)):
        for row, reason in enumerate(agent.opine(request).reasons):
            named = [topic for topic in catalog.topics if topic in reason.lower()]
            assert named and set(named) <= {
                catalog.topics[t] for t in catalog.topic[request.candidates[row]]
            }
    player = FeedPlayer(catalog, SingleAgent(InterestAgent(catalog)))
    player.watch()
    assert player.page["topic"] in catalog.topics
    assert [bar["topic"] for bar in player.page["picture"]] == list(catalog.topics)
