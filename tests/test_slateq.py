"""SlateQ: the value of a page, the target, what no click is worth, and going on after a stop."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations

import numpy as np
import pytest
import torch

from mavrs_course.agents.baselines import MyopicAgent
from mavrs_course.agents.slateq import SlateQAgent, SlateQSettings, peek, train
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Agent, Feedback, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions

CATALOG = Catalog.sample(400, np.random.default_rng(0))
DEFAULT = SlateQSettings()
QUICK = SlateQSettings(first_update=500, replay=5_000, batch=256, explore_pages=15_000)


def an_agent(settings=DEFAULT, seed=0, catalog=CATALOG):
    platform = Platform(catalog, rng=np.random.default_rng([seed, 1]))
    rng = np.random.default_rng([seed, 2])
    return SlateQAgent(catalog, peek(platform), settings, rng=rng), platform


def thinks(agent, click, nothing):
    """Make both networks say that a click is worth ``click``, and no click ``nothing``."""
    for network in (agent.values, agent.slow_values):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.zero_()
            network.head.bias[:20] = click
            network.head.bias[-1] = nothing


def remember(agent, before, after, happened, minutes):
    rows = len(happened)
    agent._before[:rows], agent._after[:rows] = before, after
    agent._happened[:rows], agent._minutes[:rows] = happened, minutes
    agent.pages = rows
    return np.arange(rows)


@pytest.mark.parametrize("settings", [SlateQSettings(), SlateQSettings(value_of_no_click=False)])
def test_its_page_is_the_best_of_all_120_by_its_own_values(settings):
    agent, platform = an_agent(settings)
    platform.reset(200)
    state, videos = agent.look(platform.viewers), platform.request.candidates
    value, nothing = agent._values(state, videos, agent.values)
    assert settings.value_of_no_click == bool(np.any(nothing != 0))
    weights = np.take_along_axis(platform.interest, CATALOG.topic[videos], axis=1) + 1.0
    pages = np.array(list(combinations(range(10), 3)))
    w, v = weights[:, pages], value[:, pages]
    worth = ((w * v).sum(axis=2) + 2.0 * nothing) / (w.sum(axis=2) + 2.0)
    scores = agent.page_scores(state, videos, agent.values, 3)
    chosen = np.sort(np.argsort(-scores, axis=1)[:, :3], axis=1)
    found = (pages == chosen[:, None]).all(axis=2).argmax(axis=1)
    np.testing.assert_allclose(worth[np.arange(200), found], worth.max(axis=1), rtol=1e-6)


def test_targets_worked_out_by_hand():
    """Interests of 0: weights of 1, so three videos and no click share a page 1 : 1 : 1 : 2."""
    agent, _ = an_agent()
    thinks(agent, click=1.0, nothing=0.5)  # in units of 100 minutes
    state = np.zeros((3, 21))
    after = state.copy()
    after[:, -1] = [0.5, -0.01, 0.3]  # the second session is over
    rows = remember(agent, state, after, [7, 7, NO_CLICK], [4.0, 4.0, 0.0])
    # (1 + 1 + 1 + 2 * 0.5) / 5 = 0.8
    np.testing.assert_allclose(agent._targets(rows), [0.84, 0.04, 0.8], atol=1e-6)

    for changes, following in (({"discount": 0.5}, 0.4), ({"value_of_no_click": False}, 0.6)):
        other, _ = an_agent(SlateQSettings(**changes))
        thinks(other, click=1.0, nothing=0.5)
        rows = remember(other, state, after, [7, 7, NO_CLICK], [4.0, 4.0, 0.0])
        wanted = [0.04 + following, 0.04, following]
        np.testing.assert_allclose(other._targets(rows), wanted, atol=1e-6)


def test_no_click_teaches_only_where_it_has_a_value():
    for keeps, moved in ((True, True), (False, False)):
        agent, _ = an_agent(SlateQSettings(value_of_no_click=keeps, batch=64))
        thinks(agent, click=1.0, nothing=0.5)
        state = np.full((50, 21), 0.5)
        remember(agent, state, state, [NO_CLICK] * 49 + [3], np.zeros(50))
        agent._update()
        assert (agent.values.head.bias[-1].item() != 0.5) == moved


def test_hiding_the_budget_hides_the_budget():
    state = np.random.default_rng(0).uniform(-1, 1, (5, 21))
    other = state.copy()
    other[:, -1] = 0.9
    videos = np.tile(np.arange(10), (5, 1))
    for sees in (True, False):
        agent, _ = an_agent(SlateQSettings(see_budget=sees))
        same = agent._values(state, videos, agent.values)[0]
        assert np.array_equal(same, agent._values(other, videos, agent.values)[0]) != sees


def test_it_is_an_agent_that_learns_from_those_who_still_watch():
    agent, platform = an_agent(QUICK)
    assert isinstance(agent, Agent)
    request = platform.reset(6)
    opinion = agent.opine(request)
    assert opinion.scores.shape == (6, 10) and (opinion.confidence == 0.0).all()
    active = np.array([True, True, False, True, False, False])
    slate = Slate(request.candidates[:, :3], request=request, memo=opinion.memo)
    clicked = np.array([0, NO_CLICK, NO_CLICK, 2, NO_CLICK, NO_CLICK])
    agent.learn(Feedback(slate, clicked, np.where(clicked >= 0, 4.0, 0.0), active=active))
    assert agent.pages == 3
    assert agent._happened[:3].tolist() == [slate.videos[0, 0], NO_CLICK, slate.videos[3, 2]]
    agent.learning = False
    agent.learn(Feedback(slate, clicked, np.zeros(6), active=active))
    assert agent.pages == 3
    again = [agent.opine(request).scores for _ in range(2)]
    assert np.array_equal(*again), "without learning it does not explore"


def test_the_same_seed_gives_the_same_agent():
    agents = []
    for _ in range(2):
        agent, platform = an_agent(QUICK, seed=3)
        train(agent, platform, 3_000, sessions=50)
        agents.append(agent)
    for first, second in zip(*(a.values.parameters() for a in agents), strict=True):
        assert torch.equal(first, second)


def test_a_saved_agent_goes_on_as_if_it_had_never_stopped(tmp_path):
    agent, platform = an_agent(QUICK, seed=4)
    train(agent, platform, 3_000, sessions=50)
    torch.save(agent.state_dict(), tmp_path / "agent.pt")
    kept = deepcopy(platform)
    train(agent, platform, 6_000, sessions=50)

    resumed = SlateQAgent(CATALOG, peek(kept), QUICK, rng=np.random.default_rng(99))
    resumed.load_state_dict(torch.load(tmp_path / "agent.pt", weights_only=False))
    train(resumed, kept, 6_000, sessions=50)
    assert resumed.pages == agent.pages
    for first, second in zip(
        resumed.state_dict()["replay"], agent.state_dict()["replay"], strict=True
    ):
        assert np.array_equal(first, second)
    for first, second in zip(resumed.values.parameters(), agent.values.parameters(), strict=True):
        assert torch.equal(first, second)
    other = SlateQAgent(CATALOG, peek(kept), SlateQSettings(), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="make the agent as it was"):
        other.load_state_dict(agent.state_dict())


@pytest.mark.parametrize("seed", [21, 22])
def test_a_short_run_beats_the_myopic_page(seed):
    settings = SlateQSettings(first_update=1_000, explore_pages=20_000)
    agent, platform = an_agent(settings, seed=seed)
    train(agent, platform, 60_000)

    def minutes(make):
        test = Platform(CATALOG, rng=np.random.default_rng([seed, 9]))
        return play_sessions(test, SingleAgent(make(test)), 400).watch_minutes.mean()

    def learned(test):
        agent.look = peek(test)
        return agent

    assert minutes(learned) > minutes(MyopicAgent) + 10.0


def test_requests_of_another_size_are_answered():
    agent, platform = an_agent()
    platform.reset(2)
    assert agent.opine(Request(platform.viewers, np.array([[1, 2, 3, 4]] * 2), 2)).scores.shape == (
        2,
        4,
    )
