"""Learned policies as files and as agents of the platform."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from test_marl_checkpoints import SETTINGS, every_learner, learner_of
from test_marl_cores import Relay

from mavrs_course.agents.simple import PopularityAgent
from mavrs_course.coordination.average import AverageOfAgents
from mavrs_course.envs.feed_core import CHANNELS, FeedCore, play_feed
from mavrs_course.marl.feed.agent import ChannelAgent, channel_agents, peek
from mavrs_course.marl.policy import LearnedPolicy, PolicyFileError
from mavrs_course.messages import Agent, Request
from mavrs_course.world.platform import Platform, PlatformError
from mavrs_course.world.topics import TOPICS


@pytest.fixture
def platform():
    platform = Platform(rng=np.random.default_rng(0))
    platform.reset(sessions=40)
    return platform


def a_policy(algorithm=None, game=None, steps=200):
    learner = learner_of(algorithm or next(reversed(SETTINGS)), game)
    learner.train(steps, progress=False)
    return learner, learner.policy()


@every_learner
@pytest.mark.parametrize("game", [None, Relay], ids=["feed", "relay"])
def test_the_policy_in_numpy_is_the_network_in_torch(algorithm, game):
    learner, policy = a_policy(algorithm, game)
    seen = learner.core.observe()
    network = learner.actor if hasattr(learner, "actor") else learner.network
    with torch.no_grad():
        outputs = network(torch.from_numpy(seen)).numpy()
    allowed = learner.allowed.numpy()
    for agent in range(learner.agents):
        mine = allowed[agent]
        ours = policy.outputs(seen)[:, agent, mine]
        np.testing.assert_allclose(ours, outputs[:, agent, mine], atol=1e-4)
    chances = policy.probabilities(seen)
    np.testing.assert_allclose(chances.sum(axis=2), 1)
    assert not chances[:, ~allowed].any()


@every_learner
def test_a_policy_survives_its_file(algorithm, tmp_path):
    learner, policy = a_policy(algorithm)
    policy.save(tmp_path / "policy.npz")
    assert (tmp_path / "policy.npz").stat().st_size < 50_000
    loaded = LearnedPolicy.load(tmp_path / "policy.npz")
    seen = learner.core.observe()
    np.testing.assert_array_equal(loaded.outputs(seen), policy.outputs(seen))
    assert loaded.about["algorithm"] == algorithm.name
    assert loaded.epsilon == policy.epsilon


def test_a_file_that_holds_no_policy_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weight_0=np.ones(3))
    (tmp_path / "text.npz").write_text("hello")
    for name in ("other.npz", "text.npz"):
        with pytest.raises(PolicyFileError, match="train the learner again"):
            LearnedPolicy.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        LearnedPolicy.load(tmp_path / "nothing.npz")


def test_a_policy_does_not_change_when_its_learner_goes_on():
    learner, policy = a_policy()
    seen = learner.core.observe()
    before = policy.outputs(seen)
    learner.train(1_000, progress=False)
    np.testing.assert_array_equal(policy.outputs(seen), before)
    assert np.any(learner.policy().outputs(seen) != before)


def test_sampling_draws_each_action_with_its_probability():
    weight, bias = np.zeros((1, 2, 3)), np.log([[0.2, 0.5, 0.3]])
    policy = LearnedPolicy(
        [(weight, bias)], (3, 2), activation="relu", agent_ids=False, epsilon=None
    )
    drawn = policy.sampling(np.random.default_rng(0))(np.zeros((20_000, 2, 2), np.float32))
    shares = [np.bincount(drawn[:, agent], minlength=3) / 20_000 for agent in range(2)]
    np.testing.assert_allclose(shares[0], [0.2, 0.5, 0.3], atol=0.02)
    np.testing.assert_allclose(shares[1], [2 / 7, 5 / 7, 0], atol=0.02)
    policy.epsilon = 0.3
    drawn = policy.sampling(np.random.default_rng(0))(np.zeros((20_000, 2, 2), np.float32))
    np.testing.assert_allclose(np.bincount(drawn[:, 0]) / 20_000, [0.1, 0.8, 0.1], atol=0.02)


def test_policies_play_the_feed():
    _, policy = a_policy()
    core = FeedCore(20, rng=np.random.default_rng(0))
    assert play_feed(core, policy).shape == (20,)
    assert play_feed(core, policy.sampling(np.random.default_rng(1))).min() > 0


def test_a_policy_needs_no_torch():
    script = (
        "import sys, mavrs_course.marl.policy, mavrs_course.marl.feed.agent; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "torch" not in run.stdout.split()


# --- as agents ----------------------------------------------------------------------------------


@every_learner
def test_five_channels_fill_pages_together_and_beside_other_agents(algorithm, platform):
    _, policy = a_policy(algorithm)
    channels = channel_agents(policy, platform.catalog, peek(platform))
    assert all(isinstance(agent, Agent) for agent in channels)
    team = AverageOfAgents([*channels, PopularityAgent(platform.catalog)])
    for _ in range(3):
        slate = team.recommend(platform.request)
        team.learn(platform.show(slate))
    assert platform.watch_minutes.sum() > 0


def test_scores_are_expected_bids_and_reasons_are_true(platform):
    _, policy = a_policy()
    look = peek(platform)
    seen = FeedCore(40, rng=np.random.default_rng(0))
    seen._interest[:, :20], seen.budget[:] = platform.interest, platform.budget
    chances = policy.probabilities(seen.observe())
    topics = platform.catalog.topic[platform.request.candidates]
    for channel, agent in enumerate(channel_agents(policy, platform.catalog, look)):
        opinion = agent.opine(platform.request)
        for row in range(40):
            low, high = chances[row, channel, 1:5], chances[row, channel, 5:9]
            wanted = [
                low[t // 5] + 2 * high[t // 5] if t % 5 == channel else 0 for t in topics[row]
            ]
            np.testing.assert_allclose(opinion.scores[row], wanted, atol=1e-6)
            reason = opinion.reasons[row]
            if not (topics[row] % 5 == channel).any():
                assert opinion.confidence[row] == 0 and "I have no say" in reason
                continue
            assert opinion.confidence[row] == pytest.approx(1 - chances[row, channel, 0])
            best = topics[row][np.argmax(wanted)]
            assert reason.lower().startswith(TOPICS[best].lower())
            numbers = [float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d\.\d\d", reason)]
            assert numbers[0] == pytest.approx(platform.interest[row, best], abs=0.006)
            told = [int(n) / 100 for n in re.findall(r"(\d+)%", reason)]
            np.testing.assert_allclose(told, [high[best // 5], low[best // 5]], atol=0.006)


def test_agents_are_refused_what_they_cannot_use(platform):
    _, policy = a_policy()
    _, other = a_policy(game=Relay)
    catalog = platform.catalog
    with pytest.raises(ValueError, match="learned on the feed game"):
        ChannelAgent(other, 0, catalog, peek(platform))
    with pytest.raises(ValueError, match=r"one of 0\.\.4"):
        ChannelAgent(policy, CHANNELS, catalog, peek(platform))
    blind = ChannelAgent(policy, 0, catalog, lambda request: np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"look gives float\[40, 21\]"):
        blind.opine(platform.request)
    request = platform.request
    half = Request(request.viewers[:5], request.candidates[:5], 3)
    with pytest.raises(PlatformError, match="others"):
        ChannelAgent(policy, 0, catalog, peek(platform)).opine(half)
