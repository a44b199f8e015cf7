"""The widget of lesson 07: what is moved is what is learned, and what is drawn."""

import numpy as np
import pytest

from mavrs_course.widgets.climbing_pairs import ClimbingPairs, worth_to_the_rows


@pytest.fixture(scope="module")
def pairs():
    return ClimbingPairs(pairs=300)


def test_plain_pairs_stay_below_and_optimistic_ones_reach_the_top(pairs):
    pairs.slow.value = 1.0
    assert pairs.played.optimal().mean() < 0.05 and "<b>0 % of 300" in pairs.report.value
    before = pairs.ends.value
    pairs.slow.value = 0.05
    top = pairs.played.optimal().mean()
    assert top > 0.9 and f"<b>{100 * top:.0f} % of 300" in pairs.report.value
    assert pairs.ends.value != before and "AA" in pairs.ends.value


def test_without_exploration_the_bars_are_the_same_and_the_pairs_are_not(pairs):
    pairs.slow.value, pairs.explore.value = 0.05, 1.0
    bars, top = pairs.worth.value, pairs.played.optimal().mean()
    pairs.explore.value = 0.05
    assert pairs.worth.value == bars
    assert pairs.played.optimal().mean() < top
    pairs.explore.value = 1.0


def test_noise_fools_the_optimists(pairs):
    pairs.slow.value = 0.0
    top = pairs.played.optimal().mean()
    pairs.noise.value = True
    assert pairs.played.optimal().mean() < top - 0.3
    pairs.noise.value = False


def test_the_bars_are_the_closed_form():
    np.testing.assert_allclose(worth_to_the_rows(1.0), [-19 / 3, -23 / 3, 11 / 3])
    np.testing.assert_allclose(worth_to_the_rows(1 / 7)[[0, 2]], [47 / 9, 47 / 9])
    np.testing.assert_allclose(worth_to_the_rows(1.0, noisy=True), [-19 / 3, -23 / 3, 11 / 3])
    np.testing.assert_allclose(worth_to_the_rows(0.0, noisy=True), [11, 14, 6])
