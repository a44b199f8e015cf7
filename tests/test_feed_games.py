"""What lesson 10 adds to the feed game: boredom, accounts, credit, shaping and best responders."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.envs.core import StepAccount
from mavrs_course.envs.feed_account import account_for
from mavrs_course.envs.feed_core import CHANNELS, EMPTY, HIGH, N_ACTIONS, FeedCore
from mavrs_course.envs.feed_policies import favourite_bids, planned_bids, random_bids
from mavrs_course.envs.game_theory import gains, pure
from mavrs_course.envs.matrix_v0 import MatrixCore, payoffs_of
from mavrs_course.envs.two_step_v0 import PAYOFFS, TwoStepCore
from mavrs_course.marl.feed.credit import CLICK_COST, SHARES, CreditedFeed
from mavrs_course.marl.feed.games import SETTINGS, as_arrays, from_arrays, team_curve, train_on_feed
from mavrs_course.marl.games.exploitability import OneSeat, best_responder, gain_of, in_seat
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.shaping import Shaped, shaped_rewards
from mavrs_course.world.effects import Boredom

seeds = st.integers(0, 2**32 - 1)


def core_of(sessions=50, seed=0, **options):
    return FeedCore(sessions, rng=np.random.default_rng(seed), **options)


def random_actions(core, seed=1):
    return np.random.default_rng(seed).integers(N_ACTIONS, size=(core.sessions, CHANNELS))


# --- boredom ------------------------------------------------------------------------------------


def test_without_boredom_nothing_is_different():
    plain, none, zero = core_of(), core_of(boredom=None), core_of(boredom=Boredom(strength=0.0))
    for step in range(30):
        actions = random_actions(plain, step)
        pages = [core.step(actions)[2] for core in (plain, none, zero)]
        for page in pages[1:]:
            np.testing.assert_array_equal(page.clicked, pages[0].clicked)
            np.testing.assert_array_equal(page.session_minutes, pages[0].session_minutes)
    np.testing.assert_array_equal(plain.observe(), zero.observe())


def test_boredom_follows_the_platforms_equation():
    """s <- memory (s + clicked) after each page; interest is felt as max(u - strength s, -1)."""
    core, satiation = core_of(200, boredom=Boredom(strength=0.7, memory=0.6)), np.zeros((200, 20))
    for step in range(25):
        _, _, page = core.step(random_actions(core, step))
        clicked = np.flatnonzero(page.clicked >= 0)
        satiation[clicked, page.topics[clicked, page.clicked[clicked]]] += 1
        satiation *= 0.6
        felt = np.maximum(core.interest - 0.7 * satiation, -1.0)
        np.testing.assert_allclose(core.state()[:, :20], felt, atol=1e-6)
    assert satiation.max() > 0.9 and np.abs(core.observe()).max() <= 1


def test_a_new_viewer_is_not_bored():
    core = core_of(boredom=Boredom(strength=1.0), auto_reset=True)
    for step in range(200):
        _, ended, _ = core.step(random_actions(core, step))
        np.testing.assert_allclose(core.state()[ended, :20], core.interest[ended], rtol=1e-6)
    core.reset()
    np.testing.assert_allclose(core.state()[:, :20], core.interest, rtol=1e-6)


def test_a_channel_that_repeats_itself_is_clicked_less_when_viewers_get_bored():
    clicks = []
    for boredom in (None, Boredom(strength=1.0)):
        core = core_of(400, boredom=boredom)
        pages = [core.step(np.full((400, CHANNELS), HIGH))[2] for _ in range(20)]
        clicks.append(np.mean([page.clicked >= 0 for page in pages]))
    assert clicks[1] < clicks[0] - 0.05


# --- accounts -----------------------------------------------------------------------------------


def test_an_account_adds_up():
    core = core_of(300)
    account = account_for(core, random_bids(np.random.default_rng(1)))
    np.testing.assert_allclose(account.minutes, core.session_minutes)
    np.testing.assert_allclose(account.own_minutes.sum(axis=1), account.minutes)
    np.testing.assert_allclose(account.bids, 1 / N_ACTIONS, atol=0.01)
    own = account.watched.reshape(4, CHANNELS).sum(axis=0)
    np.testing.assert_allclose(own, account.own_minutes.sum(axis=0) / account.minutes.sum())
    always = account_for(core_of(20), favourite_bids)
    assert (always.bids[:, :HIGH] == 0).all() and (always.pages > 20).all()
    with pytest.raises(ValueError, match="auto_reset=False"):
        account_for(core_of(auto_reset=True), favourite_bids)


# --- shares of a page ---------------------------------------------------------------------------


def worth_of(interest, channels, actions, price):
    """The worth of the page that these channels would show, given by their bids, highest first."""
    shown = [c + CHANNELS * ((actions[c] - 1) % 4) for c in channels if actions[c] > 0][:3]
    weights = [interest[topic] + 1 for topic in shown]
    minutes = sum(w * 4 for w in weights) / (sum(weights) + 2)
    cost = sum(w * CLICK_COST[t] for w, t in zip(weights, shown, strict=True)) + 2 * 0.5
    return minutes - price * cost / (sum(weights) + 2)


@given(seeds, st.sampled_from([0.0, 1.0, 2.0]))
@settings(max_examples=25, deadline=None)
def test_shares_are_those_of_the_definitions(seed, price):
    """Page by page in Python, over all orders in which the channels may join."""
    rng = np.random.default_rng(seed)
    core = CreditedFeed(1, share="shapley", price=price, rng=rng)
    interest, actions = core.interest[0].copy(), rng.integers(N_ACTIONS, size=CHANNELS)
    order = rng.permutation(CHANNELS)[None]
    offered = np.where(actions[order] > 0, order + CHANNELS * ((actions[order] - 1) % 4), EMPTY)

    def worth(coalition):
        return worth_of(interest, [c for c in order[0] if c in coalition], actions, price)

    everybody = set(range(CHANNELS))
    expected = np.zeros(CHANNELS)
    for arrival in permutations(range(CHANNELS)):
        for place, channel in enumerate(arrival):
            expected[channel] += worth(set(arrival[: place + 1])) - worth(set(arrival[:place]))
    np.testing.assert_allclose(core.credit(order, offered)[0], expected / 120, atol=1e-9)
    core.share = "difference"
    without = [worth(everybody) - worth(everybody - {c}) for c in range(CHANNELS)]
    np.testing.assert_allclose(core.credit(order, offered)[0], without, atol=1e-9)


@pytest.mark.parametrize("share", SHARES)
def test_credit_changes_the_pay_and_nothing_else(share):
    credited = CreditedFeed(200, share=share, price=1.5, rng=np.random.default_rng(3))
    plain = core_of(200, seed=3)
    for step in range(40):
        actions = random_actions(plain, step)
        paid, ended, page = credited.step(actions)
        _, expected_end, expected = plain.step(actions)
        np.testing.assert_array_equal(page.topics, expected.topics)
        np.testing.assert_array_equal(page.session_minutes, expected.session_minutes)
        np.testing.assert_array_equal(ended, expected_end)
        assert paid.shape == (200, CHANNELS) and not paid[~page.active].any()


def test_own_credit_without_a_price_is_the_expected_own_minutes():
    credited = CreditedFeed(4_000, share="own", price=0.0, rng=np.random.default_rng(3))
    selfish = core_of(4_000, seed=3, alpha=0.0)
    paid, earned = np.zeros(CHANNELS), np.zeros(CHANNELS)
    for step in range(20):
        actions = random_actions(selfish, step)
        paid += credited.step(actions)[0].mean(axis=0)
        earned += selfish.step(actions)[0].mean(axis=0)
    np.testing.assert_allclose(paid, earned, rtol=0.04)


def test_an_abstaining_channel_gets_no_credit():
    for share in SHARES:
        core = CreditedFeed(30, share=share, price=2.0, rng=np.random.default_rng(0))
        actions = random_actions(core)
        actions[:, 2] = 0
        np.testing.assert_allclose(core.step(actions)[0][:, 2], 0.0, atol=1e-7)
    with pytest.raises(ValueError, match="there is no share 'fair'; there are own"):
        CreditedFeed(3, share="fair", price=0.0, rng=np.random.default_rng(0))


# --- shaping ------------------------------------------------------------------------------------


def play(core, plan):
    """What each agent is paid, discounted by 0.9, if session b follows plan[b]: float[B, N]."""
    total = np.zeros((core.sessions, len(core.action_counts)))
    for step in range(plan.shape[1]):
        total += 0.9**step * core.step(plan[:, step])[0]
    return total


@given(seeds)
def test_shaping_adds_the_same_to_every_plan_of_the_two_step_game(seed):
    """All 16 plans: the order of what is best cannot change."""
    plans = np.array(list(np.ndindex(2, 2, 2, 2))).reshape(16, 2, 2)
    hints = np.random.default_rng(seed).normal(0, 50, (3, 2))
    plain = play(TwoStepCore(16), plans)
    shaped = play(Shaped(TwoStepCore(16), lambda seen: seen[:, 0] @ hints, 0.9), plans)
    np.testing.assert_allclose(shaped - plain, np.tile(-hints[0], (16, 1)), atol=1e-3)
    by_hand = np.array([0.9 * PAYOFFS[1 + p[0, 0], p[1, 0], p[1, 1]] for p in plans])
    np.testing.assert_allclose(plain, np.stack([by_hand] * 2, axis=1), rtol=1e-6)


@given(seeds)
def test_shaping_leaves_the_equilibria_of_a_repeated_game(seed):
    """The gain of every deviation is the same, for hints that differ from player to player."""
    hints = np.random.default_rng(seed).normal(0, 20, (6, 2))
    plans = np.array(list(np.ndindex(2, 2, 2, 2))).reshape(16, 2, 2)
    core = MatrixCore("prisoners_dilemma", 16, rounds=2)
    shaped = Shaped(
        MatrixCore("prisoners_dilemma", 16, rounds=2),
        lambda seen: np.einsum("bno,on->bn", seen, hints),
        0.9,
    )
    added = play(shaped, plans) - play(core, plans)
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-3)


def test_shaping_starts_afresh_with_each_session():
    core = Shaped(TwoStepCore(3, auto_reset=True), lambda seen: seen @ [1.0, 2.0, 4.0], 0.5)
    first = core.step(np.zeros((3, 2), dtype=int))[0]
    second = core.step(np.zeros((3, 2), dtype=int))[0]
    again = core.step(np.ones((3, 2), dtype=int))[0]
    np.testing.assert_allclose(first, 0.5 * 2.0 - 1.0)
    np.testing.assert_allclose(second, 7.0 - 2.0)
    np.testing.assert_allclose(again, 0.5 * 4.0 - 1.0)


def test_an_ended_session_is_paid_nothing_more():
    core = Shaped(TwoStepCore(3), lambda seen: seen @ [1.0, 2.0, 4.0], 1.0)
    for _ in range(2):
        core.step(np.zeros((3, 2), dtype=int))
    assert not core.step(np.zeros((3, 2), dtype=int))[0].any()
    with pytest.raises(ValueError, match="a discount lies above 0"):
        Shaped(TwoStepCore(3), lambda seen: seen[..., 0], 0.0)


class CutOff(TwoStepCore):
    """The two-step game, cut off by a time limit after its first step."""

    def step(self, actions):
        rewards, ended, _ = super().step(actions)
        final_observations, final_state = self.observe(), self.state()
        self.reset()
        no, yes = np.zeros(rewards.shape, dtype=bool), np.ones(rewards.shape, dtype=bool)
        account = StepAccount(yes, no, yes, final_observations, final_state)
        return rewards, np.ones_like(ended), account


def test_a_time_limit_does_not_end_what_was_promised():
    shaped = Shaped(CutOff(2, auto_reset=True), lambda seen: seen @ [1.0, 2.0, 4.0], 1.0)
    for _ in range(2):
        np.testing.assert_allclose(shaped.step(np.ones((2, 2), dtype=int))[0], 4.0 - 1.0)
    alone = OneSeat(CutOff(2, auto_reset=True), 1, lambda seen: np.ones((2, 2), dtype=int))
    account = alone.step(np.zeros((2, 1), dtype=int))[2]
    assert account.acted.shape == (2, 1) and account.final_observations.shape == (2, 1, 3)


def test_the_price_of_time_is_a_potential():
    """Paid for the minutes less a price for budget used, a session earns minutes - 200 * price."""
    core, potential = core_of(400, alpha=1.0), lambda seen: 2.0 * 200 * seen[..., -1]
    core.reset()
    shaped, total = Shaped(core, potential, 1.0), np.zeros(400)
    while core.active.any():
        total += shaped.step(planned_bids(core.observe()))[0][:, 0]
    np.testing.assert_allclose(total, core.session_minutes - 2.0 * 200, atol=0.1)
    assert shaped_rewards(np.ones(2), np.ones(2), np.full(2, 3.0), 0.5).tolist() == [1.5, 1.5]


# --- best responders ----------------------------------------------------------------------------


def always(*moves):
    return lambda seen: np.tile(moves, (len(seen), 1))


@pytest.mark.parametrize(("game", "moves"), [("climbing", (1, 1)), ("chicken", (1, 1)),
                                             ("rock_paper_scissors", (0, 2))])  # fmt: skip
def test_a_trained_best_response_reaches_the_exact_gain(game, moves):
    payoffs = payoffs_of(game)
    exact = gains(payoffs, pure(payoffs, moves))
    settings = IPPOSettings(hidden=16, rollout=4, learning_rate=0.01, minibatches=1)
    for seat in range(2):
        core = OneSeat(MatrixCore(game, 64, auto_reset=True), seat, always(*moves))
        learner = IPPO(core, settings, seed=seat)
        learner.train(64 * 4 * 25, progress=False)
        gain = gain_of(lambda: MatrixCore(game, 4), always(*moves), seat, learner.policy())
        np.testing.assert_allclose(gain, exact[seat])


def test_the_others_are_frozen_and_the_seat_is_the_learners():
    plain, core = core_of(40, seed=5), OneSeat(core_of(40, seed=5), 3, favourite_bids)
    for step in range(20):
        own = np.random.default_rng(step).integers(N_ACTIONS, size=(40, 1))
        seen = plain.observe()
        np.testing.assert_array_equal(core.observe(), seen[:, 3:4])
        joint = in_seat(favourite_bids, 3, lambda _, own=own: own)(seen)
        np.testing.assert_array_equal(joint[:, [0, 1, 2, 4]], favourite_bids(seen)[:, [0, 1, 2, 4]])
        rewards, ended, _ = plain.step(joint)
        alone, alone_ended, _ = core.step(own)
        np.testing.assert_array_equal(alone, rewards[:, 3:4])
        np.testing.assert_array_equal(alone_ended, ended)
    out = np.empty((40, 1, 21), np.float32)
    assert core.observe(out) is out and core.state().shape == (40, 21)
    with pytest.raises(ValueError, match=r"one of 0..4, got 5"):
        OneSeat(core_of(), 5, favourite_bids)


def test_staying_gains_nothing():
    own = lambda seen: favourite_bids(seen)[:, :1]  # noqa: E731
    gain = gain_of(lambda: core_of(60, alpha=0.0), favourite_bids, 2, own)
    np.testing.assert_array_equal(gain, 0.0)


# --- learners on the feed game ------------------------------------------------------------------


def test_learned_policies_travel_as_arrays():
    learner = train_on_feed(core_of(32, auto_reset=True, alpha=0.25), 3_000, seed=1, rollout=8)
    policy = learner.policy()
    kept = {name: np.stack([array, array]) for name, array in as_arrays(policy).items()}
    seen = core_of(50).observe()
    np.testing.assert_array_equal(from_arrays(kept, 1).outputs(seen), policy.outputs(seen))
    assert sum(array.size for array in as_arrays(policy).values()) == 2_217
    with pytest.raises(ValueError, match="no weight_0 among curve"):
        from_arrays({"curve": np.zeros(3)}, 0)


def test_team_minutes_are_read_off_what_the_channels_were_paid():
    for alpha in (0.0, 0.5, 1.0):
        learner = train_on_feed(core_of(64, auto_reset=True, alpha=alpha), 20_000, 1, rollout=8)
        curve = team_curve(learner, alpha, learner.curve.steps)
        assert (curve > 100).all() and (curve < 250).all()


@pytest.mark.parametrize("shared", [True, False])
def test_a_responder_can_begin_from_what_the_agent_knew(shared):
    options = {"rollout": 8, "share_parameters": shared, "agent_ids": shared}
    policy = train_on_feed(core_of(32, auto_reset=True), 2_000, 1, **options).policy()
    core = OneSeat(core_of(32, auto_reset=True), 3, policy)
    responder = best_responder(core.core, 3, policy, 0, SETTINGS, seed=2, start=policy)
    seen = core_of(60, seed=9).observe()
    alone, joint = responder.outputs(seen[:, 3:4])[:, 0], policy.outputs(seen)[:, 3]
    np.testing.assert_allclose(alone, joint, atol=1e-5)
    with pytest.raises(ValueError, match="32 hidden units with tanh, and the settings say 8"):
        other = IPPOSettings(hidden=8, activation="relu")
        best_responder(core.core, 3, policy, 0, other, seed=2, start=policy)
