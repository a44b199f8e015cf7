"""What every world promises: whoever decides, three pages are played, then a day passes."""

from __future__ import annotations

import numpy as np
import pytest
import strange_agents as strange

from mavrs_course.agents import agents
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, World
from mavrs_course.world.worlds import worlds

VIEWERS, PAGES = 5, 3
# Who never answers needs a deadline, and has one in tests/test_coordination_contract.py.
MISBEHAVING = [kind for kind in strange.STRANGE if kind is not strange.Sleeping]


def a_world(name, viewers=VIEWERS):
    world = worlds()[name](np.random.default_rng(3))
    world.reset(viewers)
    return world


def assert_fine(feedback, request, active):
    assert feedback.request.viewers.shape == request.viewers.shape
    np.testing.assert_array_equal(feedback.active, active)
    assert (feedback.clicked[~active] == NO_CLICK).all()
    watched = feedback.watch_minutes
    assert np.isfinite(watched).all() and (watched >= 0).all()
    assert (watched[feedback.clicked == NO_CLICK] == 0).all()


def play(world, coordinator):
    for _ in range(PAGES):
        if not world.active.any():
            world.reset(VIEWERS)
        request, active = world.request, world.active.copy()
        slate = coordinator.recommend(request)
        assert slate.videos.shape == (len(request), request.slots)
        feedback = world.show(slate)
        assert_fine(feedback, request, active)
        coordinator.learn(feedback)
    request = world.next_day()
    assert request is world.request and world.active.shape == request.viewers.shape


@pytest.mark.parametrize("world", worlds())
@pytest.mark.parametrize("agent", agents())
def test_every_agent_plays_in_every_world(agent, world):
    world = a_world(world)
    play(world, SingleAgent(agents()[agent](world, np.random.default_rng(1))))


@pytest.mark.parametrize("world", worlds())
@pytest.mark.parametrize("mode", modes())
def test_every_mode_plays_in_every_world(mode, world):
    """With every agent there is, and with others that misbehave: only these are not heard."""
    world = a_world(world)
    quality = world.catalog.quality
    honest = [strange.Honest(f"honest {seed}", quality, seed) for seed in range(2)]
    team = [make(world, np.random.default_rng(5)) for make in agents().values()]
    odd = [kind(kind.__name__, quality) for kind in MISBEHAVING]
    coordinator = modes()[mode]([*honest, *team, *odd], rng=np.random.default_rng(6))
    play(world, coordinator)
    assert all(agent.learned == PAGES for agent in honest)
    if not world.active.any():
        world.reset(VIEWERS)
    trace = coordinator.recommend(world.request).trace
    excuses = coordinator.panel.ask(world.request, trace).excuses
    assert not excuses.keys() - {agent.name for agent in odd}


@pytest.mark.parametrize("name", worlds())
def test_a_world_keeps_its_promises(name):
    world = a_world(name)
    assert isinstance(world, World)
    first = world.request
    assert first.candidates.min() >= 0 and first.candidates.max() < len(world.catalog)
    assert world.catalog.topic.max() < world.catalog.n_topics == len(world.catalog.topics)
    assert (world.reset(2).viewers > first.viewers.max()).all()
    assert world.active.shape == (2,)
    with pytest.raises(ValueError):
        world.reset(0)


@pytest.mark.parametrize("name", worlds())
def test_the_same_seed_gives_the_same_world(name):
    def told(seed):
        world = worlds()[name](np.random.default_rng(seed))
        world.reset(VIEWERS)
        random = agents()["random"](world, np.random.default_rng(0))
        slate = SingleAgent(random).recommend(world.request)
        feedback = world.show(slate)
        return np.r_[slate.videos.ravel(), feedback.clicked, feedback.watch_minutes]

    np.testing.assert_array_equal(told(1), told(1))
    assert not np.array_equal(told(1), told(2))


@pytest.mark.parametrize("name", worlds())
def test_one_viewer_is_enough(name):
    world = a_world(name, viewers=1)
    random = agents()["random"](world, np.random.default_rng(0))
    play(world, SingleAgent(random))
