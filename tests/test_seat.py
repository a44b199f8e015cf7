"""One seat at a table: the same game, with one who learns and others who do not."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.envs import matrix_v0
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.envs.feed_policies import favourite_bids
from mavrs_course.envs.parallel_core import ParallelCore
from mavrs_course.marl.games.seat import OneSeat
from mavrs_course.marl.iql import IQL, IQLSettings


@pytest.mark.parametrize("seat", [0, 3])
def test_it_is_the_same_game_for_the_one(seat):
    whole = FeedCore(20, alpha=0.3, auto_reset=True, rng=np.random.default_rng(0))
    one = OneSeat(
        FeedCore(20, alpha=0.3, auto_reset=True, rng=np.random.default_rng(0)), seat, favourite_bids
    )
    rng = np.random.default_rng(1)
    for _ in range(60):
        np.testing.assert_array_equal(one.observe(), whole.observe()[:, [seat]])
        np.testing.assert_array_equal(one.state(), whole.state())
        own = rng.integers(9, size=(20, 1))
        everybody = favourite_bids(whole.observe())
        everybody[:, seat] = own[:, 0]
        rewards, ended, _ = whole.step(everybody)
        found, found_ended, _ = one.step(own)
        np.testing.assert_array_equal(found, rewards[:, [seat]])
        np.testing.assert_array_equal(found_ended, ended)
    one.reset(np.random.default_rng(2))
    assert one.observe(np.empty((20, 1, 21), np.float32)).shape == (20, 1, 21)


def test_accounts_of_steps_are_those_of_the_one():
    def game():
        return matrix_v0.parallel_env("climbing", rounds=2)

    core = ParallelCore(game, 3, auto_reset=True, rng=np.random.default_rng(0))
    one = OneSeat(core, 1, lambda seen: np.zeros(seen.shape[:2], dtype=int))
    for _ in range(3):
        rewards, _, account = one.step(np.zeros((3, 1), dtype=int))
        assert (rewards == 11).all()
        assert account.acted.shape == account.terminated.shape == account.truncated.shape == (3, 1)


def test_the_one_learns_the_best_response():
    core = matrix_v0.MatrixCore("climbing", 64, auto_reset=True)
    one = OneSeat(core, 0, lambda seen: np.zeros(seen.shape[:2], dtype=int))
    settings = IQLSettings(learn_after=500, epsilon_over=5_000, hidden=16, reward_scale=0.1)
    learner = IQL(one, settings, seed=0)
    learner.train(20_000, progress=False)
    assert (learner.policy()(one.observe()) == 0).all(), "beside a partner who plays A, A is best"


def test_a_seat_that_is_not_there():
    with pytest.raises(ValueError, match=r"0\.\.4, got 5"):
        OneSeat(FeedCore(1, rng=np.random.default_rng(0)), 5, favourite_bids)
