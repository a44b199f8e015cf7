"""What lesson 09 adds: policies among results, and the games that its experiments play."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.envs.spread_core import SpreadCore, in_paper_units
from mavrs_course.experiments import feed_policy_gradients, ppo_details, spread
from mavrs_course.experiments.feed_blinkers import BlinkeredFeed
from mavrs_course.experiments.feed_policy_gradients import LESSON
from mavrs_course.marl import ippo
from mavrs_course.marl.feed.kept import kept_policy, policy_arrays
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.networks import LARGE, Tanh
from mavrs_course.marl.policy import LearnedPolicy


def some_policy(rng, *, agents, inputs, actions, hidden, shared, ids, epsilon) -> LearnedPolicy:
    sizes = (inputs + agents * ids, *hidden, actions)
    networks = 1 if shared else agents
    layers = [
        (rng.normal(size=(networks, a, b)), rng.normal(size=(networks, b)))
        for a, b in pairwise(sizes)
    ]
    about = {"algorithm": "none", "steps": 7}
    counts = [actions] + [actions - 1] * (agents - 1)
    return LearnedPolicy(
        layers, counts, activation="tanh", agent_ids=ids, epsilon=epsilon, about=about
    )


@settings(deadline=None, max_examples=30)
@given(
    seeds=st.integers(1, 4),
    agents=st.integers(1, 4),
    hidden=st.lists(st.integers(1, 8), max_size=3),
    shared=st.booleans(),
    ids=st.booleans(),
    epsilon=st.one_of(st.none(), st.floats(0, 1)),
)
def test_a_policy_comes_back_from_the_arrays_of_any_seed(
    seeds, agents, hidden, shared, ids, epsilon
):
    rng = np.random.default_rng(seeds)
    policies = [
        some_policy(rng, agents=agents, inputs=3, actions=4, hidden=hidden, shared=shared,
                    ids=ids, epsilon=epsilon)
        for _ in range(seeds)
    ]  # fmt: skip
    kept = [policy_arrays(policy, "team") for policy in policies]
    results = {name: np.stack([arrays[name] for arrays in kept]) for name in kept[0]}
    seen = rng.normal(size=(5, agents, 3)).astype(np.float32)
    for seed, policy in enumerate(policies):
        again = kept_policy(results, "team", seed)
        np.testing.assert_array_equal(again.outputs(seen), policy.outputs(seen))
        np.testing.assert_array_equal(again.probabilities(seen), policy.probabilities(seen))
        assert again.about == policy.about
    alone = kept_policy(kept[0], "team")
    np.testing.assert_array_equal(alone(seen), policies[0](seen))


def test_a_policy_that_is_not_there_lists_those_that_are():
    rng = np.random.default_rng(0)
    policy = some_policy(
        rng, agents=2, inputs=3, actions=4, hidden=[5], shared=True, ids=True, epsilon=None
    )
    with pytest.raises(KeyError, match="no policy 'selfish'; there are: team"):
        kept_policy(policy_arrays(policy, "team"), "selfish", 0)
    with pytest.raises(KeyError, match="there are: none"):
        kept_policy({}, "team")


def test_blinkers_show_own_topics_and_the_budget_and_leave_the_game_alone():
    wide, narrow = (
        kind(40, rng=np.random.default_rng(3), auto_reset=True)
        for kind in (FeedCore, BlinkeredFeed)
    )
    rng = np.random.default_rng(4)
    for _ in range(30):
        seen, out = wide.observe(), np.empty((40, 5, 5), np.float32)
        np.testing.assert_array_equal(narrow.observe(out), seen[..., [0, 1, 2, 3, 20]])
        np.testing.assert_array_equal(narrow.observe(), out)
        for channel in range(5):
            own = wide.interest[:, channel::5]
            np.testing.assert_array_equal(out[:, channel, :4], own.astype(np.float32))
        np.testing.assert_array_equal(narrow.state(), wide.state())
        actions = rng.integers(9, size=(40, 5))
        np.testing.assert_array_equal(wide.step(actions)[0], narrow.step(actions)[0])
    assert narrow.observation_size == 5 and narrow.state_size == 21


def test_a_long_run_on_spread_is_judged_on_mpe2_itself(monkeypatch):
    for name, value in (("POINTS", 2), ("LAST_SESSIONS", 3)):
        monkeypatch.setattr(spread, name, value)
    settings = IPPOSettings(rollout=25, hidden=8)
    found = spread.long_run(IPPO(spread.core(64, 11), settings, seed=11), 6_400, 11)
    assert found["steps"].tolist() == [3_200, 6_400] and len(found["curve"]) == 2
    for score in (*found["curve"], found["best"], found["drawn"]):
        assert -500 < score < -120


def test_random_agents_earn_what_was_published_for_them():
    core, rng = SpreadCore(4000, rng=np.random.default_rng(0)), np.random.default_rng(1)
    returns = np.zeros((4000, 3))
    for _ in range(25):
        returns += core.step(rng.integers(5, size=(4000, 3)))[0]
    assert abs(in_paper_units(returns).mean() + 233.7) < 4.0


def test_each_detail_is_a_setting_and_changes_one_thing():
    plain = asdict(IPPOSettings(**LESSON))
    for name, change in ppo_details.CHANGES.items():
        changed = asdict(IPPOSettings(**(LESSON | change)))
        differ = [option for option in plain if changed[option] != plain[option]]
        assert differ == list(change) and len(differ) == (name != "all of them")


def test_the_kept_policies_of_the_feed_are_those_that_were_measured(monkeypatch):
    for name, value in (("STEPS", 8_192), ("POINTS", 1), ("VIEWERS", 8), ("LAST_VIEWERS", 20)):
        monkeypatch.setattr(feed_policy_gradients, name, value)
    found = feed_policy_gradients.train_all(12)
    assert found["steps"].tolist() == [0, 8_192]
    for name in ("selfish", "team", "central"):
        policy = kept_policy(found, name)
        assert len(found[f"{name}_curve"]) == 2 and found[f"{name}_minutes"] > 100
        assert feed_policy_gradients.minutes(policy, 20, 12) == found[f"{name}_minutes"]


@pytest.mark.parametrize("numbers", [5, LARGE + 5])
def test_our_tanh_is_that_of_torch(numbers):
    here = torch.linspace(-9, 9, numbers, requires_grad=True)
    there = here.detach().clone().requires_grad_()
    (Tanh()(here) ** 2).sum().backward()
    (torch.tanh(there) ** 2).sum().backward()
    torch.testing.assert_close(Tanh()(here), torch.tanh(there), atol=2e-7, rtol=0)
    torch.testing.assert_close(here.grad, there.grad, atol=1e-6, rtol=0)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_minibatch_in_pieces_teaches_what_it_teaches_at_once(monkeypatch, activation):
    def weights(piece):
        monkeypatch.setattr(ippo, "PIECE", piece)
        core = SpreadCore(16, auto_reset=True, rng=np.random.default_rng(0))
        learner = IPPO(core, IPPOSettings(activation=activation), seed=0)
        learner.train(1_024, progress=False)
        return torch.cat([each.flatten() for each in learner.actor.parameters()])

    torch.testing.assert_close(weights(100), weights(10**6), atol=1e-5, rtol=0)
