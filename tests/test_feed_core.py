"""The vectorised feed game: its rules one by one, its published figures, its planner."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.envs.feed_core import (
    ABSTAIN,
    BID,
    CHANNELS,
    EMPTY,
    HIGH,
    LOW,
    N_ACTIONS,
    SLOTS,
    TOPIC,
    FeedCore,
    play_feed,
)
from mavrs_course.envs.feed_policies import favourite_bids, planned_bids, random_bids
from mavrs_course.messages import NO_CLICK
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS

seeds = st.integers(0, 2**32 - 1)


def core_of(sessions, seed=0, **options):
    return FeedCore(sessions, rng=np.random.default_rng(seed), **options)


def everyone(core, *actions):
    return np.tile(actions, (core.sessions, 1))


def joint_actions(seed, sessions):
    return np.random.default_rng(seed).integers(N_ACTIONS, size=(sessions, CHANNELS))


# --- the auction --------------------------------------------------------------------------------


def test_channels_own_every_fifth_topic():
    assert TOPIC.shape == (CHANNELS, N_ACTIONS)
    assert set(TOPIC[:, ABSTAIN]) == {EMPTY}
    for channel in range(CHANNELS):
        owned = [channel, channel + 5, channel + 10, channel + 15]
        assert list(TOPIC[channel, LOW : LOW + 4]) == owned
        assert list(TOPIC[channel, HIGH : HIGH + 4]) == owned
    assert sorted(TOPIC[:, LOW:HIGH].ravel()) == list(range(N_TOPICS))
    assert list(BID) == [0, 1, 1, 1, 1, 2, 2, 2, 2]


def test_when_all_abstain_the_page_is_empty_and_the_viewer_loses_patience():
    core = core_of(50)
    interest = core.interest.copy()
    for page_number in range(1, 401):
        rewards, ended, page = core.step(everyone(core, *[ABSTAIN] * 5))
        assert not rewards.any()
        assert (page.topics == EMPTY).all() and (page.owners == -1).all()
        assert (page.clicked == NO_CLICK).all()
        np.testing.assert_allclose(core.budget, 200 - 0.5 * page_number)
        assert ended.all() == (page_number == 400)
    np.testing.assert_array_equal(core.interest, interest)


def test_high_bids_come_first_and_unsold_slots_stay_empty():
    core = core_of(200)
    _, _, page = core.step(everyone(core, 3, ABSTAIN, 8, ABSTAIN, ABSTAIN))
    np.testing.assert_array_equal(page.topics, np.tile([17, 10, EMPTY], (200, 1)))
    np.testing.assert_array_equal(page.owners, np.tile([2, 0, -1], (200, 1)))
    np.testing.assert_array_equal(np.isnan(page.quality), page.topics == EMPTY)
    assert (page.clicked < 2).all()
    assert {NO_CLICK, 0, 1} == set(page.clicked)


def test_a_high_bid_beats_every_low_bid():
    core = core_of(500)
    _, _, page = core.step(everyone(core, 1, 5, 1, 6, 7))
    np.testing.assert_array_equal(np.sort(page.owners, axis=1), np.tile([1, 3, 4], (500, 1)))


@pytest.mark.parametrize(
    ("actions", "chances"),
    [
        ((1, 2, 3, 4, 1), [[0.2] * 3] * 5),
        ((5, 6, 7, 8, 5), [[0.2] * 3] * 5),
        ((1, 1, 8, 1, 1), [[0, 0.25, 0.25]] * 2 + [[1, 0, 0]] + [[0, 0.25, 0.25]] * 2),
    ],
)
def test_ties_are_broken_fairly(actions, chances):
    """Every tied channel gets every slot in question equally often, to 4.5 standard errors."""
    core, n = core_of(20_000), 20_000
    _, _, page = core.step(everyone(core, *actions))
    for channel, slot in product(range(CHANNELS), range(SLOTS)):
        chance = chances[channel][slot]
        share = np.mean(page.owners[:, slot] == channel)
        assert abs(share - chance) <= 4.5 * np.sqrt(chance * (1 - chance) / n)


# --- the viewer ---------------------------------------------------------------------------------


def step_by_hand(interest, budget, actions, rng):
    """One page for every session, one after the other, from the rules as they are written.

    Returns per session: topics, clicked, minutes, budget, interest.
    """
    tickets = rng.random((len(actions), CHANNELS))
    noise = rng.standard_normal((len(actions), SLOTS))
    choices = rng.random(len(actions))
    pages, clicking = [], []
    for b, bids in enumerate(actions):
        ranked = sorted(range(5), key=lambda m, b=b, bids=bids: -(BID[bids[m]] + tickets[b, m]))
        topics = [
            m + 5 * ((bids[m] - 1) % 4) if bids[m] and budget[b] > 0 else EMPTY for m in ranked[:3]
        ]
        weights = [interest[b, t] + 1 if t != EMPTY else 0.0 for t in topics]
        ticket, clicked = choices[b] * (sum(weights) + 2), NO_CLICK
        for slot in reversed(range(SLOTS)):
            if ticket < sum(weights[: slot + 1]):
                clicked = slot
        pages.append((topics, clicked))
        if clicked != NO_CLICK:
            clicking.append(b)
    moves = dict(zip(clicking, rng.random(len(clicking)), strict=True))
    results = []
    for b, (topics, clicked) in enumerate(pages):
        minutes, after, tastes = 0.0, budget[b], interest[b].copy()
        if clicked != NO_CLICK:
            topic = topics[clicked]
            quality = MEAN_QUALITY[topic] + 0.1 * noise[b, clicked]
            minutes = min(4.0, budget[b])
            after += -minutes + 0.9 / 3.4 * minutes * quality
            u = tastes[topic]
            sign = 1 if moves[b] < (u + 1) / 2 else -1
            tastes[topic] = np.clip(u + sign * 0.3 * (1 - abs(u)) * (1 - u), -1, 1)
        elif budget[b] > 0:
            after -= 0.5
        results.append((topics, clicked, minutes, after, tastes))
    return [np.array(column) for column in zip(*results, strict=True)]


@settings(deadline=None, max_examples=15)
@given(seed=seeds)
def test_every_step_follows_the_rules_on_the_same_draws(seed):
    core = core_of(6, seed)
    core.budget[:3] = [3.0, 0.3, 12.0]
    for turn in range(25):
        actions = joint_actions(seed + turn, 6)
        expected = step_by_hand(
            core.interest.copy(), core.budget.copy(), actions, deepcopy(core.rng)
        )
        rewards, ended, page = core.step(actions)
        topics, clicked, minutes, budget, interest = expected
        np.testing.assert_array_equal(page.topics, topics)
        np.testing.assert_array_equal(page.clicked, clicked)
        np.testing.assert_allclose(page.watch_minutes, minutes, atol=1e-9)
        np.testing.assert_allclose(core.budget, budget, atol=1e-9)
        np.testing.assert_allclose(core.interest, interest, atol=1e-9)
        np.testing.assert_allclose(rewards, np.tile(minutes, (5, 1)).T, rtol=1e-6)
        np.testing.assert_array_equal(ended, core.budget <= 0)


def test_shown_videos_are_fresh_and_of_their_topics_quality():
    core = core_of(20_000)
    _, _, page = core.step(everyone(core, 5, 8, ABSTAIN, ABSTAIN, 7))
    for topic in (0, 14, 16):
        quality = page.quality[page.topics == topic]
        assert abs(quality.mean() - MEAN_QUALITY[topic]) < 4.5 * 0.1 / np.sqrt(len(quality))
        assert quality.std() == pytest.approx(0.1, abs=0.003)


# --- rewards ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(seed=seeds, alpha=st.floats(0.0, 1.0))
def test_reward_mixes_team_and_own_minutes(seed, alpha):
    actions = joint_actions(seed, 64)
    paid = {}
    for share in (0.0, alpha, 1.0):
        rewards, _, page = core_of(64, seed, alpha=share).step(actions)
        paid[share] = rewards
    np.testing.assert_array_equal(paid[1.0], np.tile(page.watch_minutes[:, None], 5))
    own = np.zeros((64, 5))
    for b in np.flatnonzero(page.clicked >= 0):
        own[b, page.owners[b, page.clicked[b]]] = page.watch_minutes[b]
    np.testing.assert_allclose(paid[0.0], own, rtol=1e-6)
    assert own.any()
    np.testing.assert_allclose(
        paid[alpha], alpha * paid[1.0] + (1 - alpha) * paid[0.0], rtol=1e-5, atol=1e-6
    )
    assert paid[alpha].dtype == np.float32


# --- the end of a session -----------------------------------------------------------------------


def test_after_the_end_nothing_changes():
    core = core_of(30)
    core.budget[::2] = 2.0
    actions = everyone(core, 5, 5, 5, 5, 5)
    ended = np.zeros(30, dtype=bool)
    while not ended[::2].all():
        before = ended
        _, ended, _ = core.step(actions)
        assert (ended >= before).all()
    finished = core.budget <= 0
    assert finished[::2].all() and not finished[1::2].any()
    assert (core.budget[finished] < 0).any()
    np.testing.assert_array_equal(core.state()[finished, N_TOPICS], 0)
    budget, interest = core.budget[finished], core.interest[finished]
    minutes = core.session_minutes[finished]
    for _ in range(10):
        rewards, ended, page = core.step(actions)
        assert ended[finished].all() and not page.active[finished].any()
        assert not rewards[finished].any() and not page.watch_minutes[finished].any()
        assert (page.topics[finished] == EMPTY).all()
        np.testing.assert_array_equal(core.budget[finished], budget)
        np.testing.assert_array_equal(core.interest[finished], interest)
        np.testing.assert_array_equal(core.session_minutes[finished], minutes)
    assert page.watch_minutes[~finished].any()


def test_auto_reset_gives_the_place_to_a_new_viewer_at_once():
    core = core_of(400, auto_reset=True)
    core.budget[:] = 2.0
    before = core.interest.copy()
    rewards, ended, page = core.step(joint_actions(1, 400))
    assert ended.any() and not ended.all()
    np.testing.assert_array_equal(core.budget[ended], 200.0)
    assert (core.budget[~ended] <= 2.0).all()
    assert (core.interest[ended] != before[ended]).all()
    assert core.active.all()
    # The reward and the minutes are still those of the session that ended.
    np.testing.assert_allclose(rewards[:, 0], page.watch_minutes)
    np.testing.assert_array_equal(page.session_minutes, page.watch_minutes)
    assert page.watch_minutes[ended].any() and not core.session_minutes[ended].any()


def test_a_session_starts_with_the_full_budget_and_evenly_spread_interests():
    core = core_of(5_000)
    assert (core.budget == 200).all() and not core.session_minutes.any()
    assert abs(core.interest).max() <= 1
    quartiles = np.quantile(core.interest, [0.25, 0.5, 0.75])
    np.testing.assert_allclose(quartiles, [-0.5, 0, 0.5], atol=0.01)


def test_play_feed_counts_one_session_in_each_place_even_with_auto_reset():
    policy = favourite_bids
    once = play_feed(core_of(2_000, seed=3), policy)
    again = play_feed(core_of(2_000, seed=4, auto_reset=True), policy)
    error = np.sqrt(once.var() / 2_000 + again.var() / 2_000)
    assert abs(once.mean() - again.mean()) < 4 * error
    core = core_of(200, seed=3)
    np.testing.assert_allclose(play_feed(core, policy), core.session_minutes)


# --- what is seen -------------------------------------------------------------------------------


def test_state_and_observations_are_laid_out_as_documented():
    core = core_of(7)
    core.step(joint_actions(0, 7))
    state, seen = core.state(), core.observe()
    assert state.shape == (7, 21) and seen.shape == (7, 5, 21)
    assert state.dtype == seen.dtype == np.float32
    np.testing.assert_allclose(state[:, :20], core.interest, atol=1e-7)
    np.testing.assert_allclose(state[:, 20], core.budget / 200, atol=1e-7)
    for channel in range(CHANNELS):
        circle = [(channel + k) % 5 for k in range(5)]
        topics = [owner + 5 * j for owner in circle for j in range(4)]
        np.testing.assert_array_equal(seen[:, channel, :20], state[:, topics])
        np.testing.assert_array_equal(seen[:, channel, 20], state[:, 20])


def test_what_was_given_is_not_changed_by_the_next_step():
    core = core_of(5)
    given = core.step(joint_actions(0, 5))
    given = (*given[:2], *vars(given[2]).values(), core.observe(), core.state())
    copies = deepcopy(given)
    core.step(joint_actions(1, 5))
    for array, copy in zip(given, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@settings(deadline=None, max_examples=10)
@given(seed=seeds)
def test_what_is_seen_stays_in_bounds(seed):
    core = core_of(40, seed)
    core.budget[:] = np.random.default_rng(seed).uniform(0.01, 200, 40)
    for turn in range(60):
        core.step(joint_actions(seed + turn, 40))
        for array in (core.observe(), core.state()):
            assert array.min() >= -1 and array.max() <= 1


def test_the_same_seed_gives_the_same_game():
    def play(seed):
        core = core_of(16, seed, auto_reset=True)
        return [core.step(joint_actions(turn, 16))[0] for turn in range(120)]

    np.testing.assert_array_equal(play(5), play(5))
    assert np.any(np.array(play(5)) != np.array(play(6)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sessions": 0}, "at least one session"),
        ({"alpha": 1.5}, "between 0 and 1"),
        ({"alpha": float("nan")}, "between 0 and 1"),
    ],
)
def test_bad_settings_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        FeedCore(**{"sessions": 4, "rng": np.random.default_rng(0), **options})


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros((4, 4), int), r"shape \(4, 5\)"),
        (np.zeros((4, 5)), "whole numbers"),
        (np.full((4, 5), 9), "agent 0 is one of 0..8, got 9"),
        ([[0, 0, -1, 0, 0]] * 4, "agent 2 is one of 0..8, got -1"),
    ],
)
def test_bad_actions_are_refused(actions, message):
    core = core_of(4)
    with pytest.raises(ValueError, match=message):
        core.step(actions)


# --- figures ------------------------------------------------------------------------------------


def interval(policy, sessions, seed):
    """Mean watch minutes and the half width of its 99.9 % interval."""
    minutes = play_feed(core_of(sessions, seed), policy)
    return minutes.mean(), 3.3 * minutes.std() / np.sqrt(sessions)


def test_random_and_favourite_bids_reach_the_known_figures():
    mean, width = interval(random_bids(np.random.default_rng(0)), 10_000, seed=1)
    assert abs(mean - 160.6) < width + 0.5 and width < 1
    mean, width = interval(favourite_bids, 10_000, seed=2)
    assert abs(mean - 171) < width + 1 and width < 1.5


def test_planner_earns_far_more_than_the_favourites():
    mean, width = interval(planned_bids, 1_000, seed=3)
    assert mean - width > 456


@settings(deadline=None, max_examples=10)
@given(seed=seeds)
def test_planner_finds_the_page_with_the_best_rate(seed):
    """Against every one of the 821 pages that five channels can put together."""
    core = core_of(4, seed)
    planned = planned_bids(core.observe())
    for interest, actions in zip(core.interest, planned, strict=True):

        def rate(topics, interest=interest):
            weight = interest[list(topics)] + 1
            cost = 4 * (1 - 0.9 / 3.4 * MEAN_QUALITY[list(topics)])
            return (4 * weight).sum() / ((weight * cost).sum() + 2 * 0.5)

        pages = [
            page
            for size in range(SLOTS + 1)
            for page in combinations(range(N_TOPICS), size)
            if len({topic % CHANNELS for topic in page}) == size
        ]
        assert len(pages) == 821
        chosen = [TOPIC[m, a] for m, a in enumerate(actions) if a != ABSTAIN]
        assert set(actions) <= {ABSTAIN, *range(HIGH, N_ACTIONS)}
        assert rate(chosen) == pytest.approx(max(map(rate, pages)), rel=1e-5)
