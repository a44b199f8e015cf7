"""Tables against dynamic programming, closed forms and brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from mavrs_course.marl.games.tabular import (
    Hysteretic,
    Lenient,
    Plain,
    SmallWorld,
    epsilon_greedy,
    expectile,
    explore_or_best,
    learn_game,
    learn_world,
    solve,
    target,
)

CLIMBING = np.array([[11.0, -30.0, 0.0], [-30.0, 7.0, 0.0], [0.0, 6.0, 5.0]])
SLOW_WHERE_A_WINS = 1 / 7  # both expectiles are 47/9 there, worked out by hand


def random_world(rng, states=3, actions=2, outcomes=3):
    chance = rng.dirichlet(np.ones(outcomes), (states, actions))
    next_state = rng.integers(-1, states, (states, actions, outcomes))
    next_state[..., 0] = -1  # every action may end the session
    return SmallWorld(chance, next_state, rng.normal(0, 3, chance.shape))


def values_of_policy(world, policy, discount):
    """Exact: the linear equations that the values of a fixed policy satisfy."""
    states = len(policy)
    matrix, paid = np.eye(states), np.zeros(states)
    for s, a in enumerate(policy):
        for p, following, r in zip(
            world.chance[s, a], world.next_state[s, a], world.reward[s, a], strict=True
        ):
            paid[s] += p * r
            if following >= 0:
                matrix[s, following] -= discount * p
    return np.linalg.solve(matrix, paid)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 0.9, 0.5]))
def test_dynamic_programming_finds_the_best_of_all_policies(seed, discount):
    world = random_world(np.random.default_rng(seed))
    best = np.max(
        [values_of_policy(world, policy, discount) for policy in product(range(2), repeat=3)],
        axis=0,
    )
    found = solve(world, discount=discount)
    np.testing.assert_allclose(found.max(axis=1), best, atol=1e-6)


def test_a_coin_that_ends_the_session_is_worth_two():
    world = SmallWorld(np.array([[[0.5, 0.5]]]), np.array([[[0, -1]]]), np.array([[[1.0, 1.0]]]))
    np.testing.assert_allclose(solve(world), [[2.0]])
    learned = learn_world(world, runs=2_000, steps=3_000, rate=0.02, rng=np.random.default_rng(0))
    # Unbiased in the end: the target is linear in the only value there is.
    error = learned.std() / np.sqrt(2_000)
    assert abs(learned.mean() - 2.0) < 4 * error


def test_q_learning_finds_what_dynamic_programming_knows():
    world = random_world(np.random.default_rng(5))
    rng = np.random.default_rng(1)
    learned = learn_world(world, runs=300, steps=20_000, rate=0.01, explore=1.0, rng=rng)
    visited = learned.std(axis=0) > 0
    assert visited.any()
    np.testing.assert_allclose(learned.mean(axis=0)[visited], solve(world)[visited], atol=0.15)


@pytest.mark.parametrize(
    "change",
    [
        {"chance": np.full((1, 1, 2), 0.4)},
        {"next_state": np.full((1, 1, 2), 1)},
        {"reward": np.zeros((1, 1, 3))},
    ],
)
def test_a_world_that_cannot_be_is_refused(change):
    parts = {
        "chance": np.full((1, 1, 2), 0.5),
        "next_state": np.full((1, 1, 2), -1),
        "reward": np.zeros((1, 1, 2)),
    }
    with pytest.raises(ValueError, match=r"chance|next_state"):
        SmallWorld(**(parts | change))


def test_plain_values_approach_the_mean_at_the_known_speed():
    """All act at random for ever: E[Q_T] = mean * (1 - (1 - rate / 3)^T)."""
    rounds, rate = 40, 0.1
    played = learn_game(
        "climbing", Plain(rate), runs=8_000, rounds=rounds, explore=1.0, explore_last=1.0,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    wanted = np.array([CLIMBING.mean(axis=1), CLIMBING.mean(axis=0)])
    wanted = wanted * (1 - (1 - rate / 3) ** rounds)
    error = played.values.std(axis=0) / np.sqrt(8_000)
    assert (abs(played.values.mean(axis=0) - wanted) < 4 * error).all()


def test_hysteretic_values_settle_at_the_expectile():
    played = learn_game(
        "climbing", Hysteretic(0.01, slow=0.2), runs=300, rounds=12_000, explore=1.0,
        explore_last=1.0, rng=np.random.default_rng(0),
    )  # fmt: skip
    third = np.full(3, 1 / 3)
    for player, rows in enumerate((CLIMBING, CLIMBING.T)):
        wanted = [expectile(row, third, 0.2) for row in rows]
        np.testing.assert_allclose(played.values[:, player].mean(axis=0), wanted, atol=0.35)


def test_the_expectiles_of_the_climbing_game_cross_at_one_seventh():
    third = np.full(3, 1 / 3)
    a, b, c = (expectile(row, third, SLOW_WHERE_A_WINS) for row in CLIMBING)
    assert a == pytest.approx(47 / 9) and c == pytest.approx(47 / 9) and b < a
    a, _, c = (expectile(column, third, 0.2) for column in CLIMBING.T)
    assert a == pytest.approx(25 / 7) and c == pytest.approx(25 / 7)


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=6),
    st.floats(0.01, 1.0),
    st.integers(0, 1_000),
)
def test_expectiles_solve_their_equation(outcomes, slow, seed):
    outcomes = np.array(outcomes)
    chances = np.random.default_rng(seed).dirichlet(np.ones(len(outcomes)))
    found = expectile(outcomes, chances, slow)

    def pull(q):
        return chances @ (np.maximum(outcomes - q, 0) - slow * np.maximum(q - outcomes, 0))

    low, high = outcomes.min() - 1, outcomes.max() + 1
    assert found == pytest.approx(brentq(pull, low, high), abs=1e-6)
    assert outcomes.min() - 1e-9 <= found <= outcomes.max() + 1e-9
    assert expectile(outcomes, chances, 1.0) == pytest.approx(chances @ outcomes, abs=1e-9)


def test_the_ends_of_optimism():
    assert expectile([1.0, 5.0, 9.0], [0.5, 0.5, 0.0], 0.0) == 5.0
    with pytest.raises(ValueError, match="between 0"):
        expectile([1.0], [1.0], 1.5)


def test_rates_of_the_three_rules():
    rng, error, times = np.random.default_rng(0), np.array([1.0, 0.0, -1.0]), np.zeros(3, int)
    assert Plain(0.3).rates(error, times, rng).tolist() == [0.3] * 3
    assert Hysteretic(0.5, 0.1).rates(error, times, rng).tolist() == [0.5, 0.5, 0.05]
    forgiving, strict = Lenient(0.3, hot=1e12, cool=1.0), Lenient(0.3, hot=1e-9)
    assert forgiving.rates(error, times, rng).tolist() == [0.3, 0.3, 0.0]
    assert strict.rates(error, times, rng).tolist() == [0.3] * 3


def test_leniency_falls_as_an_action_is_tried():
    rule = Lenient(hot=2.0, cool=0.5, moderation=1.0)
    np.testing.assert_allclose(rule.leniency(np.array([0, 1, 2])), np.exp([-0.5, -1.0, -2.0]))
    assert rule.leniency(np.array(100_000)) == 0.0
    many = Lenient(hot=2.0).rates(np.full(20_000, -1.0), np.zeros(20_000, int),
                                  np.random.default_rng(0))  # fmt: skip
    assert abs((many == 0).mean() - np.exp(-0.5)) < 0.02


def test_a_game_where_everybody_agrees_is_learned_by_all():
    played = learn_game("linear", Plain(), runs=300, rng=np.random.default_rng(0))
    assert played.optimal().all() and (played.paid() == 9).all()
    assert played.shares()[1, 1] == 1.0


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100), st.sampled_from([Plain(), Hysteretic(), Lenient()]))
def test_books_are_straight(seed, rule):
    options = {"runs": 20, "rounds": 50, "keep_every": 10}
    first, again = (
        learn_game("climbing", rule, rng=np.random.default_rng(seed), **options) for _ in range(2)
    )
    assert np.array_equal(first.values, again.values)
    assert first.kept.shape == (5, 20, 2, 3) and (first.kept[0] == 0).all()
    assert first.shares().sum() == pytest.approx(1.0)
    assert first.paid().mean() == pytest.approx((first.shares() * CLIMBING).sum())
    assert first.values.max() <= 11 and first.values.min() >= -30


def test_optimistic_runs_see_the_best_and_deaf_ones_never_forget_it():
    played = learn_game("climbing", Hysteretic(1.0, 0.0), runs=200, rounds=400,
                        rng=np.random.default_rng(0))  # fmt: skip
    np.testing.assert_allclose(played.values[:, 0], np.tile([11, 7, 6], (200, 1)))


def test_noise_has_the_right_mean_and_is_shared():
    noise = np.full((2, 2), 3.0)
    played = learn_game("linear", Plain(1.0), runs=4_000, rounds=1, noise=noise,
                        rng=np.random.default_rng(0))  # fmt: skip
    paid = played.values.sum(axis=2)  # each has tried one action, and holds what it paid
    assert np.array_equal(paid[:, 0], paid[:, 1])
    assert set(np.unique(paid)) <= {-2.0, 2.0, 4.0, 6.0, 8.0, 12.0}


def test_three_players_and_unequal_games():
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 1, 1, 1] = 1.0
    played = learn_game(payoffs, Plain(), runs=50, rng=np.random.default_rng(0))
    assert played.optimal().mean() > 0.9
    with pytest.raises(ValueError, match="as many actions"):
        learn_game(np.zeros((2, 2, 3)), Plain(), rng=np.random.default_rng(0))


def test_targets_and_policies_by_hand():
    assert target(CLIMBING, [0.0, 1.0, 0.0]).tolist() == [-30.0, 7.0, 6.0]
    np.testing.assert_allclose(epsilon_greedy(np.array([0.0, 2.0, 1.0]), 0.3), [0.1, 0.8, 0.1])
    np.testing.assert_allclose(epsilon_greedy(np.zeros(4), 0.3), np.full(4, 0.25))


def test_exploring_agents_do_what_their_chances_say():
    values = np.tile([1.0, 1.0, 0.0], (30_000, 1))
    done = explore_or_best(values, 0.3, np.random.default_rng(0))
    np.testing.assert_allclose(
        np.bincount(done) / 30_000, epsilon_greedy(values[0], 0.3), atol=0.01
    )
