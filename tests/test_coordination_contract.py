"""What every way of coordinating promises, whichever agents it is given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import strange_agents as strange

from mavrs_course.agents.baselines import RandomAgent
from mavrs_course.coordination.modes import modes
from mavrs_course.messages import Coordinator, Feedback, Request
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions

RNG = np.random.default_rng(1)
QUALITY = RNG.normal(size=80)
SIZES = [(1, 5, 2), (7, 10, 3), (3, 4, 4)]
DEADLINE = 0.3


def a_request(pages, candidates, slots):
    rows = [RNG.permutation(80)[:candidates] for _ in range(pages)]
    return Request(np.arange(pages), np.stack(rows), slots)


def feedback_for(slate):
    pages, slots = slate.videos.shape
    clicked = RNG.integers(-1, slots, pages)
    return Feedback(slate, clicked, np.where(clicked >= 0, 4.0, 0.0))


def assert_fine(slate, request, agents):
    assert slate.videos.shape == (len(request), request.slots)
    assert (np.sort(slate.videos, axis=1)[:, 1:] != np.sort(slate.videos, axis=1)[:, :-1]).all()
    assert (slate.videos[..., None] == request.candidates[:, None]).any(axis=2).all()
    assert slate.request is request
    assert slate.credit.shape == (*slate.videos.shape, agents)
    assert (slate.credit >= 0).all()
    np.testing.assert_allclose(slate.credit.sum(axis=2), 1.0)
    assert len(slate.reasons) == len(request)
    assert all(len(page) == request.slots and all(page) for page in slate.reasons)
    assert len(slate.trace) > 0
    plt.close(slate.trace.draw().figure)


@pytest.mark.parametrize("name", modes())
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_pages_reasons_credit_and_trace(name, size):
    agents = [strange.Honest(f"agent {number}", QUALITY, seed=number) for number in range(4)]
    coordinator = modes()[name](agents, rng=np.random.default_rng(0))
    assert isinstance(coordinator, Coordinator)
    for _ in range(3):
        request = a_request(*size)
        slate = coordinator.recommend(request)
        assert_fine(slate, request, 4)
        coordinator.learn(feedback_for(slate))
    assert all(agent.learned == 3 for agent in agents)


@pytest.mark.parametrize("kind", strange.STRANGE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", modes())
def test_a_strange_agent_ruins_nothing(name, kind):
    agents = [strange.Honest(f"agent {number}", QUALITY, number, 0.01) for number in range(4)]
    agents.insert(1, kind("odd", QUALITY))
    deadline = DEADLINE if kind is strange.Sleeping else None
    coordinator = modes()[name](agents, deadline=deadline, rng=np.random.default_rng(0))
    request = a_request(5, 10, 3)
    slate = coordinator.recommend(request)
    assert_fine(slate, request, 5)
    coordinator.learn(feedback_for(slate))
    assert_fine(coordinator.recommend(request), request, 5)


@pytest.mark.parametrize("name", modes())
def test_it_works_with_one_agent_and_with_nobody_able_to_answer(name):
    request = a_request(3, 6, 2)
    for agent in (strange.Honest("alone", QUALITY), strange.Raising("broken", QUALITY)):
        coordinator = modes()[name]([agent], rng=np.random.default_rng(0))
        slate = coordinator.recommend(request)
        assert_fine(slate, request, 1)
        coordinator.learn(feedback_for(slate))


@pytest.mark.parametrize("name", modes())
def test_the_same_seed_gives_the_same_pages(name):
    def pages(seed):
        platform = Platform(rng=np.random.default_rng(seed))
        agents = [strange.Honest(f"agent {n}", platform.catalog.quality, n) for n in range(3)]
        agents.append(RandomAgent(np.random.default_rng(9)))
        coordinator = modes()[name](agents, rng=np.random.default_rng(5))
        return play_sessions(platform, coordinator, 20).watch_minutes

    np.testing.assert_array_equal(pages(3), pages(3))
