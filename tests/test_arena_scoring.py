"""The arena's statistics against what others computed, by hand, and by playing luck many times."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from mavrs_course.arena.scoring import (
    EFFECT,
    LOSS,
    decided,
    flip_probability,
    grade_of,
    interval,
    points_for,
    reach,
    split_half,
)

BARS = (0.15, 0.4)


@pytest.mark.parametrize("rounds", [6, 10, 15])
def test_the_interval_ends_where_the_bayes_factor_is_twenty(rounds):
    """By quadrature: t's density under N(0, EFFECT ** 2) effects against that without an effect."""
    t, free = reach(rounds, rounds - 1), rounds - 1

    def weighed(effect):
        seen = stats.nct.pdf(t, free, effect * np.sqrt(rounds))
        return seen * stats.norm.pdf(effect, scale=EFFECT)

    known = (0.0, t / np.sqrt(rounds))
    total = integrate.quad(weighed, -8.0 * EFFECT, 8.0 * EFFECT, points=known, limit=200)[0]
    assert total / stats.t.pdf(t, free) == pytest.approx(20.0, rel=1e-3)


def test_of_many_rounds_it_is_a_little_wider_than_a_t_interval_at_one_look():
    for free in (20, 200, 2_000):
        assert 1.0 < reach(free + 1, free) / stats.t.ppf(0.975, free) < 2.0
    assert reach(4.0, 0) == np.inf


def test_an_interval_by_hand():
    gaps = [0.2, 0.4, 0.3, 0.5, 0.1, 0.3, 0.6, 0.2]
    low, high = interval(gaps)
    half = reach(8, 7) * np.std(gaps, ddof=1) / np.sqrt(8)
    assert ((low + high) / 2, high - low) == pytest.approx((np.mean(gaps), 2 * half))
    assert interval([0.2]) == (-np.inf, np.inf) and interval([0.0, 0.0]) == (0.0, 0.0)


def test_what_platforms_differ_in_is_no_noise():
    rng = np.random.default_rng(0)
    noise = 0.01 * rng.standard_normal(12)
    where = ["feed", "live", "learning"] * 4
    low, high = interval(noise + np.tile([1.0, 0.0, -1.0], 4), where)
    assert high - low < 0.05 < np.diff(interval(noise + np.tile([1.0, 0.0, -1.0], 4)))[0]
    # Platforms count the same, however often they were met.
    uneven = interval([1.0, 1.0, 1.0, 1.0, 0.0, 0.0], ["a"] * 4 + ["b"] * 2)
    assert sum(uneven) / 2 == pytest.approx(0.5)


def ever_missed(deviations, runs, rounds, least=6):
    """How many of many series of rounds had, at any look, an interval without the true mean."""
    rng = np.random.default_rng(7)
    turns = np.arange(rounds) % len(deviations)
    means = np.linspace(-0.5, 0.5, len(deviations)) if len(deviations) > 1 else np.zeros(1)
    names = turns.astype(str)
    missed = 0
    for _ in range(runs):
        gaps = means[turns] + np.asarray(deviations)[turns] * rng.standard_normal(rounds)
        looks = (interval(gaps[:n], names[:n]) for n in range(least, rounds + 1))
        missed += any(not low <= 0.0 <= high for low, high in looks)
    return missed / runs


def test_looking_after_every_round_misses_no_more_than_it_says():
    assert ever_missed([0.3], 400, 40) <= 0.05
    assert ever_missed([0.3] * 5, 400, 25) <= 0.05


def test_platforms_that_are_not_equally_noisy_cost_little():
    """The deviations of a Borda count in the five worlds, over fifteen rounds."""
    assert ever_missed([0.09, 0.27, 0.20, 0.31, 0.07], 400, 15) <= 0.08


def test_points_are_for_bars_below_the_interval():
    assert [points_for(low, BARS) for low in (0.1, 0.2, 0.5)] == [0, 1, 2]
    assert decided(0.2, 0.3, BARS) and decided(-0.5, 0.1, BARS) and decided(0.5, 0.9, BARS)
    assert not decided(0.1, 0.3, BARS) and not decided(-np.inf, np.inf, BARS)


def test_a_series_ends_early_where_it_is_clear_and_its_points_stay():
    clear = 0.9 + 0.01 * np.random.default_rng(1).standard_normal(15)
    clear[8:] = -1.0  # never looked at
    assert grade_of(clear, ["feed"] * 15, BARS, 6) == 2


def test_how_likely_other_points_are():
    rng = np.random.default_rng(2)

    def flips(mean):
        gaps = mean + 0.1 * rng.standard_normal(15)
        return flip_probability(gaps - gaps.mean() + mean, ["feed"] * 15, BARS, 6, 15)

    assert flips(0.9) < 0.02 and flips(-0.5) < 0.02
    near = flips(0.4 + reach(15, 14) * 0.1 / np.sqrt(15))
    assert 0.2 < near < 0.8
    assert flip_probability([LOSS] * 8, ["feed"] * 8, BARS, 6, 15) == 0.0
    assert np.isnan(flip_probability([0.1, 0.2], ["a", "b"], BARS, 2, 4))


def test_the_predicted_flips_are_the_flips_that_happen():
    """Grades again and again what the prediction is about: on average it is right."""
    rng = np.random.default_rng(3)
    told, happened = [], []
    for mean in np.repeat([0.25, 0.35, 0.5], 12):
        first, second = mean + 0.15 * rng.standard_normal((2, 10))
        told.append(flip_probability(first, ["feed"] * 10, BARS, 6, 10))
        points = [grade_of(gaps, ["feed"] * 10, BARS, 6) for gaps in (first, second)]
        happened.append(points[0] != points[1])
    error = np.sqrt(np.mean(told) * (1 - np.mean(told)) / len(told))
    assert abs(np.mean(told) - np.mean(happened)) < 3.0 * error


def test_split_half_reliability():
    rng = np.random.default_rng(4)
    ability, rounds = rng.standard_normal(60), 16
    for noise in (1.0, 4.0):
        gaps = ability[:, None] + noise * rng.standard_normal((60, rounds))
        expected = 1.0 / (1.0 + noise**2 / rounds)  # variance of truth in that of the mean
        assert split_half(gaps) == pytest.approx(expected, abs=0.15)
    assert np.isnan(split_half(np.zeros((5, 8)))) and np.isnan(split_half(np.zeros((2, 8))))
