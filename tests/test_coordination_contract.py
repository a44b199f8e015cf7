"""What every way of coordinating promises, whichever agents it is given."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

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


# --- feedback that is late, comes twice or in another order ------------------------------------

PAGES, VIEWERS = 6, 5
# What these learn step by step depends on the order of the steps; the rest is sums over pages.
STEP_BY_STEP = {
    "budgeted-consultation", "learned-router", "far-sighted-router", "controller-tree",
    "monolith", "click-monolith", "learned-communication", "poso-gate",
}  # fmt: skip
FINDS_LIARS = (
    "hedge", "contextual-bandit", "learned-router", "controller-tree", "budgeted-consultation",
    "gsp-market", "pooled-market", "learned-communication", "paid-opinions", "poso-gate",
)  # fmt: skip


def requests(seed, viewers=VIEWERS, pages=PAGES):
    rng = np.random.default_rng(seed)
    rows = [[rng.permutation(80)[:8] for _ in range(viewers)] for _ in range(pages)]
    return [Request(np.arange(viewers), np.array(page), 3) for page in rows]


def liked(slate):
    """Viewers click the best video of the page, unless none is any good."""
    quality = QUALITY[slate.videos]
    clicked = np.where(quality.max(axis=1) > 0, quality.argmax(axis=1), -1)
    return Feedback(slate, clicked, np.where(clicked >= 0, 4.0, 0.0))


def a_team():
    """Two honest agents and a liar, who say the same whenever they are asked."""
    views = QUALITY + 0.3 * np.random.default_rng(6).normal(size=(3, 80))
    kinds = (strange.Honest, strange.Honest, strange.Lying)
    names = ("one", "other", "liar")
    return [
        kind(name, view, noise=0.0) for kind, name, view in zip(kinds, names, views, strict=True)
    ]


def taught(name, order, meanwhile=False, copied=False):
    """A mode that makes six pages and as many others, and is told of the six in an order.

    meanwhile: it makes each of the others just before it is told of a page, and not beforehand.
    """
    mode = modes()[name](a_team(), rng=np.random.default_rng(0))
    pages = [liked(mode.recommend(request)) for request in requests(1)]
    others = iter(requests(2))
    if not meanwhile:
        for request in others:
            mode.recommend(request)
    for page in order:
        if meanwhile:
            mode.recommend(next(others))
        mode.learn(deepcopy(pages[page]) if copied else pages[page])
    return mode


def assert_same_from_now_on(one, other):
    for request in requests(3)[:2]:
        a, b = one.recommend(request), other.recommend(request)
        np.testing.assert_array_equal(a.videos, b.videos)
        np.testing.assert_allclose(a.credit, b.credit, atol=1e-9)


@pytest.mark.parametrize("name", modes())
def test_late_feedback_is_credited_to_its_own_page(name):
    in_order = range(PAGES)
    assert_same_from_now_on(taught(name, in_order), taught(name, in_order, meanwhile=True))


@pytest.mark.parametrize("copied", [False, True], ids=["the same", "copies"])
@pytest.mark.parametrize("name", modes())
def test_feedback_that_comes_twice_is_learned_from_once(name, copied):
    twice = [page for page in range(PAGES) for _ in range(2)] + [0, 3, 5]
    once, again = taught(name, range(PAGES)), taught(name, twice, copied=copied)
    assert_same_from_now_on(once, again)
    assert [agent.learned for agent in again.agents] == [PAGES] * 3


@pytest.mark.parametrize("name", modes())
def test_in_another_order_sums_are_the_same_and_steps_nearly(name):
    order = np.random.default_rng(4).permutation(PAGES)
    in_order, shuffled = taught(name, range(PAGES)), taught(name, order)
    if name not in STEP_BY_STEP:
        assert_same_from_now_on(in_order, shuffled)
    request = requests(3)[0]
    slate = shuffled.recommend(request)
    assert_fine(slate, request, 3)
    assert [agent.learned for agent in shuffled.agents] == [PAGES] * 3


def of_sessions(name, order):
    """A mode that is told in an order of pages in which viewers leave, and who leaves when."""
    mode = modes()[name](a_team(), rng=np.random.default_rng(0))
    stays, pages = np.random.default_rng(8).integers(1, PAGES, 60), []
    for number, request in enumerate(requests(1, viewers=60)):
        told, on = liked(mode.recommend(request)), number < stays
        clicked, minutes = np.where(on, told.clicked, -1), told.watch_minutes * on
        pages.append(replace(told, clicked=clicked, watch_minutes=minutes, active=on))
    for page in order:
        mode.learn(pages[page])
    return mode


@pytest.mark.parametrize("name", [name for name in modes() if name not in STEP_BY_STEP])
def test_the_end_of_a_session_may_be_told_before_its_pages(name):
    in_order = of_sessions(name, range(PAGES))
    for seed in range(3):
        shuffled = of_sessions(name, np.random.default_rng(seed).permutation(PAGES))
        assert_same_from_now_on(deepcopy(in_order), shuffled)


def test_what_an_evening_is_worth_does_not_depend_on_the_order():
    x = np.random.default_rng(2).normal(size=(20, 6))
    known = of_sessions("monolith", range(PAGES)).evenings.worth(x)
    shuffled = of_sessions("monolith", [5, 2, 0, 4, 1, 3]).evenings.worth(x)
    assert np.ptp(known) > 0
    np.testing.assert_allclose(known, shuffled, atol=1e-9)


def credit_of_the_liar(name, lag):
    """On the last pages of many, when feedback comes ``lag`` pages late."""
    mode = modes()[name](a_team(), rng=np.random.default_rng(0))
    waiting, credit = [], []
    for request in requests(5, viewers=60, pages=60):
        slate = mode.recommend(request)
        waiting.append(liked(slate))
        credit.append(slate.credit[..., 2].mean())
        if len(waiting) > lag:
            mode.learn(waiting.pop(0))
    return np.mean(credit[-10:])


@pytest.mark.parametrize("name", FINDS_LIARS)
def test_three_pages_late_a_liar_is_found_out_as_well(name):
    in_time, late = credit_of_the_liar(name, lag=0), credit_of_the_liar(name, lag=3)
    assert in_time < 0.1 and late < in_time + 0.05


@pytest.mark.parametrize("name", modes())
def test_a_page_of_another_coordinator_teaches_only_the_agents(name):
    mode, other = (modes()[name](a_team(), rng=np.random.default_rng(0)) for _ in range(2))
    mode.study = lambda note, feedback: pytest.fail("it studied a page of somebody else")
    for request in requests(1):
        mode.learn(liked(other.recommend(request)))
    assert [agent.learned for agent in mode.agents] == [PAGES] * 3
