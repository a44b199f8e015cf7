"""The auction for an assignment against scipy's, and its prices against the linear program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog

from mavrs_course.coordination.assignment import auction_assignment

MARKET = st.tuples(st.integers(1, 12), st.integers(0, 8), st.integers(0, 2**32 - 1))


def some_values(shape):
    viewers, more, seed = shape
    return np.random.default_rng(seed).integers(0, 20, (viewers, viewers + more)).astype(float)


@given(MARKET)
@settings(max_examples=80, deadline=None)
def test_whole_numbers_are_assigned_as_well_as_can_be(shape):
    values = some_values(shape)
    found = auction_assignment(values, epsilon=1 / (len(values) + 1))
    assert len(set(found.videos.tolist())) == len(values)
    best = values[linear_sum_assignment(values, maximize=True)].sum()
    assert np.isclose(found.worth(values), best)


@given(MARKET, st.sampled_from([0.01, 0.5, 3.0]))
@settings(max_examples=80, deadline=None)
def test_everybody_is_nearly_content_and_the_worth_is_nearly_best(shape, epsilon):
    values = some_values(shape) + np.random.default_rng(1).random(1)
    found = auction_assignment(values, epsilon)
    net = values - found.prices
    own = net[np.arange(len(values)), found.videos]
    assert (own >= net.max(axis=1) - epsilon - 1e-9).all()
    assert (found.prices >= 0).all()
    free = np.setdiff1d(np.arange(values.shape[1]), found.videos)
    assert (found.prices[free] == 0).all()
    best = values[linear_sum_assignment(values, maximize=True)].sum()
    assert best - len(values) * epsilon - 1e-9 <= found.worth(values) <= best + 1e-9
    assert best - 1e-9 <= found.bound(values) <= best + len(values) * epsilon + 1e-9


def test_prices_are_duals_of_the_linear_program():
    values = some_values((6, 3, 5))
    viewers, videos = values.shape
    each_viewer = np.kron(np.eye(viewers), np.ones(videos))
    each_video = np.kron(np.ones(viewers), np.eye(videos))
    program = linprog(-values.ravel(), each_video, np.ones(videos), each_viewer, np.ones(viewers))
    prices = -program.ineqlin.marginals
    found = auction_assignment(values, epsilon=1e-4)
    assert np.isclose(-program.fun, found.worth(values))
    # Duals need not be unique, but each kind proves the other's assignment.
    net = values - prices
    assert np.allclose(net[np.arange(viewers), found.videos], net.max(axis=1), atol=1e-9)
    assert np.isclose(prices.sum() + net.max(axis=1).sum(), -program.fun)
    assert np.isclose(found.bound(values), -program.fun, atol=viewers * 1e-4)


def test_one_viewer_takes_the_best_and_too_many_are_refused():
    found = auction_assignment(np.array([[1.0, 5.0, 2.0]]), 0.1)
    assert found.videos.tolist() == [1] and found.bids == 1
    assert auction_assignment(np.array([[3.0]]), 0.1).videos.tolist() == [0]
    with pytest.raises(ValueError, match="can't have a video each"):
        auction_assignment(np.ones((3, 2)), 0.1)
    with pytest.raises(ValueError, match="epsilon"):
        auction_assignment(np.ones((2, 2)), 0.0)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (1, 2)])
def test_a_value_that_is_not_finite_is_refused_wherever_it_stands(strange, place):
    values = np.array([[4.0, 1.0, 2.0], [4.0, 0.5, 3.0]])
    values[place] = strange
    with pytest.raises(ValueError, match="finite"):
        auction_assignment(values, 0.2)


def test_a_price_war_that_would_go_on_too_long_is_given_up():
    values = np.array([[1.0, 1.0, 1.0, -0.5, -0.5]] * 4)
    with pytest.raises(ValueError, match=r"price war over values that span 1\.5"):
        auction_assignment(values, 1e-7, most_bids=2_000)


@pytest.mark.parametrize("size", [1e17, 1e300])
def test_a_price_that_is_too_large_to_rise_by_epsilon_is_no_endless_loop(size):
    with pytest.raises(ValueError, match="can't rise"):
        auction_assignment(np.array([[size, 0.0], [size, 0.0]]), 0.5)


def test_a_price_war_that_ends_in_time_is_fought_out():
    values = np.array([[1.0, 1.0, 0.0]] * 3)
    found = auction_assignment(values, 0.01)
    assert 100 < found.bids < 1_000 and found.worth(values) == 2.0
