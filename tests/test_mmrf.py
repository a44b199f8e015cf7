"""MMRF: records, who hears whom, what is learned, and the agent as part of the platform."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mavrs_course.agents.mmrf import (
    AGENTS,
    ALONE,
    ATTENTION,
    MEAN,
    ONE,
    ListeningAgents,
    MMRFAgent,
    MMRFSettings,
    PageRecords,
    Voice,
    surprise,
    train_mmrf,
)
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Agent, Feedback, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Likes
from mavrs_course.world.platform import Platform

QUICK = {"first_update": 200, "batch": 64, "width": 8}


def a_platform(seed=0, videos=60):
    rng = np.random.default_rng(seed)
    return Platform(Catalog.sample(videos, rng), effects=[Likes()], rng=rng)


def an_agent(platform, seed=1, **settings):
    return MMRFAgent(platform.catalog, MMRFSettings(**(QUICK | settings)),
                     rng=np.random.default_rng(seed))  # fmt: skip


def seen_by(batch=4, columns=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch, columns, PageRecords.FEATURES, generator=generator)


# --- records ------------------------------------------------------------------------------------


def test_each_agent_writes_down_what_concerns_it():
    catalog = Catalog(topic=np.array([3, 3, 7, 9]), quality=np.array([1.0, -1.0, 2.0, 0.0]),
                      creator=np.array([3, 23, 7, 9]))  # fmt: skip
    records = PageRecords(catalog)
    request = Request(np.array([0, 1]), np.array([[0, 1, 2, 3], [0, 1, 2, 3]]), 2)
    slate = Slate(np.array([[0, 2], [3, 1]]), request=request)
    records.write(
        Feedback(
            slate,
            np.array([0, -1]),
            np.array([4.0, 0.0]),
            np.array([True, False]),
            np.array([True, False]),
        )
    )
    np.testing.assert_allclose(records.budget, [200 - 4 + 0.9 / 3.4 * 4 * 1.0, 199.5])
    seen = records.look(request)
    assert seen.shape == (2, 5, PageRecords.FEATURES)
    quality, budget, nothing = seen[0, :, 0], seen[0, :, 1], seen[0, :, 2]
    np.testing.assert_allclose(quality, [1 / 3, -1 / 3, 2 / 3, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(budget, records.budget[0] / 200, rtol=1e-6)
    assert nothing.tolist() == [0, 0, 0, 0, 1]
    shown = seen[..., 4]  # times shown, as n / (n + 4)
    np.testing.assert_allclose(shown[:, :4], [[0.2, 0.2, 0.2, 0], [0.2, 0.2, 0, 0.2]], rtol=1e-6)
    np.testing.assert_allclose(seen[0, :4, 6], [2 / 4, 2 / 4, 1 / 3, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(seen[1, :4, 8], [2 / 4, 1 / 3, 1 / 3, 1 / 3], rtol=1e-6)
    assert seen[..., 9].tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]


def test_rows_of_ended_sessions_are_not_written_down():
    platform = a_platform()
    records = PageRecords(platform.catalog)
    request = platform.reset(6)
    slate = Slate(request.candidates[:, :3], request=request)
    records.write(
        Feedback(slate, np.full(6, -1), np.zeros(6), active=np.arange(6) < 2)
    )  # fmt: skip
    np.testing.assert_allclose(records.budget, [199.5] * 2 + [200.0] * 4)


def test_quality_can_be_kept_from_them():
    platform = a_platform()
    request = platform.reset(5)
    assert PageRecords(platform.catalog).look(request)[..., 0].any()
    assert not PageRecords(platform.catalog, sees_quality=False).look(request)[..., 0].any()


# --- who hears whom -----------------------------------------------------------------------------


@pytest.mark.parametrize("listens", [ATTENTION, MEAN])
def test_attention_is_shared_out_among_the_others(listens):
    _, _, attention = ListeningAgents(MMRFSettings(listens=listens))(seen_by())
    assert attention.shape == (4, 5, 3, 3)
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(4, 5, 3))
    assert not torch.diagonal(attention, dim1=-2, dim2=-1).any()


@pytest.mark.parametrize(("listens", "hears"), [(ATTENTION, True), (MEAN, True), (ALONE, False),
                                                (ONE, True)])  # fmt: skip
def test_the_watch_agent_knows_of_likes_only_where_it_hears_or_sees_them(listens, hears):
    torch.manual_seed(0)
    agents = ListeningAgents(MMRFSettings(listens=listens))
    seen, other = seen_by(), seen_by()
    other[..., 6:] = 0.5  # what the like and the follow agent have written down
    before, after = agents(seen), agents(other)
    assert torch.equal(before[0][..., 0], after[0][..., 0]) != hears
    assert torch.equal(before[1], after[1]) != hears


def test_the_like_agent_learns_from_the_watch_agents_errors_too():
    agents = ListeningAgents(MMRFSettings())
    agents(seen_by())[0][..., 0].sum().backward()
    assert all(parameter.grad.any() for parameter in agents.think[1].parameters())
    alone = ListeningAgents(MMRFSettings(listens=ALONE))
    alone(seen_by())[0][..., 0].sum().backward()
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in
               alone.think[1].parameters())  # fmt: skip


def test_unknown_ways_of_listening_are_refused():
    with pytest.raises(ValueError, match="not 'loudly'"):
        MMRFSettings(listens="loudly")


# --- the agent ----------------------------------------------------------------------------------


def test_it_is_an_agent_and_so_is_each_of_its_voices():
    platform = a_platform()
    mmrf = an_agent(platform)
    for agent in (mmrf, *(Voice(mmrf, name) for name in AGENTS)):
        assert isinstance(agent, Agent)
        request = platform.reset(7)
        opinion = agent.opine(request)
        assert opinion.scores.shape == (7, 10) and np.isfinite(opinion.scores).all()
        agent.learn(platform.show(SingleAgent(agent).recommend(request)))


def test_the_same_seed_learns_the_same_and_a_silent_agent_learns_nothing():
    found = []
    for _ in range(2):
        platform = a_platform()
        mmrf = an_agent(platform)
        train_mmrf(platform, SingleAgent(mmrf), 600, sessions=32)
        found.append([p.detach().clone() for p in mmrf.agents.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
    mmrf.learning, pages = False, mmrf.pages
    for _ in range(5):
        platform.show(SingleAgent(mmrf).recommend(platform.request))
    assert mmrf.pages == pages
    assert all(torch.equal(a, b) for a, b in zip(found[1], mmrf.agents.parameters(), strict=True))


def test_pages_are_remembered_with_what_came_after_them():
    platform = a_platform()
    mmrf = an_agent(platform)
    coordinator, held = SingleAgent(mmrf), []
    platform.reset(9)
    for _ in range(4):
        held.append(mmrf.records.look(platform.request))
        coordinator.learn(platform.show(coordinator.recommend(platform.request)))
    assert mmrf.pages == 27, "the fourth page waits for what comes after it"
    for page in range(3):
        rows = slice(9 * page, 9 * page + 9)
        np.testing.assert_allclose(mmrf._replay["after"][rows], held[page + 1])
    happened = mmrf._replay["happened"][:27]
    earned = mmrf._replay["rewards"][:27, 0] * mmrf.settings.units[0]
    nothing = happened == 3
    np.testing.assert_allclose(earned[nothing], -1.4 * 0.5, rtol=1e-5)
    platform.reset(9)
    coordinator.recommend(platform.request)
    assert mmrf.pages == 27, "other viewers' pages do not follow"


def test_surprise_is_the_likelihood_of_what_was_clicked():
    platform = a_platform()
    mmrf = an_agent(platform)
    request = platform.reset(40)
    seen = mmrf.records.look(request)
    feedback = platform.show(SingleAgent(mmrf).recommend(request))
    with torch.no_grad():
        drawn = mmrf.agents(torch.from_numpy(seen))[1].numpy()
    expected = 0.0
    for row in range(40):
        columns = [list(request.candidates[row]).index(v) for v in feedback.slate.videos[row]]
        weights = [*drawn[row, columns], 2.0]
        expected -= np.log(weights[feedback.clicked[row] % 4] / sum(weights))
    assert surprise(mmrf, seen, feedback) == pytest.approx(expected, rel=1e-5)


def test_with_quality_told_it_soon_beats_the_myopic_page_by_far():
    platform = a_platform(seed=3, videos=200)
    mmrf = an_agent(platform, batch=256, width=16, first_update=500)
    train_mmrf(platform, SingleAgent(mmrf), 4_000, sessions=40)
    mmrf.learning = False
    platform.reset(60)
    while platform.active.any():
        platform.show(SingleAgent(mmrf).recommend(platform.request))
    assert platform.watch_minutes.mean() > 210  # random 161, myopic 170, planner 290
