"""DirectLiNGAM finds causes where it can, and is lost where it must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.llm.agent4rec.lingam import (
    LinearCauses,
    bootstrap,
    causal_order,
    entropy,
    fit,
    likelihood_ratio,
)
from mavrs_course.metrics.pages import MetricError

NOISES = {
    "laplace": lambda rng, size: rng.laplace(size=size),
    "uniform": lambda rng, size: rng.uniform(-1, 1, size),
    "exponential": lambda rng, size: rng.exponential(size=size),
}


def random_causes(rng, variables=5, chance=0.6):
    """Weights of a random graph with edges of size 0.5 to 1.5, its variables in random order."""
    order = rng.permutation(variables)
    weights = np.zeros((variables, variables))
    for place in range(variables):
        for earlier in range(place):
            if rng.random() < chance:
                size = rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)
                weights[order[earlier], order[place]] = size
    return weights


def observe(weights, noise):
    """What follows from the disturbances float[N, P]: x = x W + noise."""
    return noise @ np.linalg.inv(np.eye(len(weights)) - weights)


def respects(order, weights) -> bool:
    place = np.argsort(order)
    causes, effects = np.nonzero(weights)
    return bool(np.all(place[causes] < place[effects]))


@pytest.mark.parametrize("noise", NOISES)
def test_it_finds_order_and_weights_of_non_gaussian_graphs(noise):
    right, worst, missed, invented = 0, [], [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        weights = random_causes(rng)
        found = fit(observe(weights, NOISES[noise](rng, (2_000, 5))))
        if respects(found.order, weights):
            right += 1
            worst.append(np.abs(found.weights - weights).max())
            missed.append(np.mean(found.weights[weights != 0] == 0))
            possible = np.triu(np.ones((5, 5)), 1)[np.ix_(*[np.argsort(found.order)] * 2)] > 0
            invented.append(np.mean(found.weights[possible & (weights == 0)] != 0))
    assert right >= 27
    assert np.quantile(worst, 0.9) < 0.15
    assert np.mean(missed) == 0.0
    assert np.nanmean(invented) < 0.03


def right_way(noise, seeds=300, rows=500) -> float:
    """How often the direction of one edge is found."""
    found = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        cause, own = noise(rng, rows), noise(rng, rows)
        pair = np.column_stack([cause, 0.8 * cause + own])
        found += causal_order(pair).tolist() == [0, 1]
    return found / seeds


def test_gaussian_noise_leaves_it_at_chance():
    guess = right_way(lambda rng, size: rng.normal(size=size))
    assert abs(guess - 0.5) < 4 * np.sqrt(0.25 / 300)
    for noise in NOISES.values():
        assert right_way(noise) > 0.95


def test_a_hidden_common_cause_is_mistaken_for_an_edge():
    rng = np.random.default_rng(0)
    hidden, own = rng.laplace(size=5_000), rng.laplace(size=(5_000, 2))
    found = fit(hidden[:, None] + own)
    assert np.abs(found.weights).max() > 0.3, "as the docstring says, it believes its assumptions"


def test_total_effects_are_what_an_experiment_would_see():
    rng = np.random.default_rng(1)
    weights = random_causes(rng, 6)
    noise = rng.normal(size=(1, 6))
    effects = LinearCauses(np.arange(6), weights).effects
    for cause in range(6):
        moved = noise.copy()
        moved[0, cause] += 1.0
        change = (observe(weights, moved) - observe(weights, noise))[0]
        np.testing.assert_allclose(change - np.eye(6)[cause], effects[cause], atol=1e-12)


def test_effects_of_a_hand_worked_graph():
    # taste -> watch 0.5, watch -> rating 2, taste -> rating -0.25: in all 0.5 * 2 - 0.25
    weights = np.zeros((3, 3))
    weights[0, 1], weights[1, 2], weights[0, 2] = 0.5, 2.0, -0.25
    effects = LinearCauses(np.arange(3), weights).effects
    np.testing.assert_allclose(effects, [[0, 0.5, 0.75], [0, 0, 2], [0, 0, 0]])


def test_weights_are_least_squares_on_what_comes_before():
    rng = np.random.default_rng(2)
    samples = observe(random_causes(rng, 4), rng.laplace(size=(400, 4)))
    samples += np.array([3.0, -2.0, 0.0, 9.0])
    found = fit(samples, cut=0.0)
    for place, effect in enumerate(found.order):
        causes = found.order[:place]
        design = np.column_stack([samples[:, causes], np.ones(400)])
        slopes = np.linalg.lstsq(design, samples[:, effect], rcond=None)[0][:-1]
        np.testing.assert_allclose(found.weights[causes, effect], slopes, atol=1e-9)


def test_entropy_of_a_normal_variable_is_the_known_one_and_the_largest():
    rng = np.random.default_rng(3)
    columns = [rng.normal(size=200_000), *(noise(rng, 200_000) for noise in NOISES.values())]
    standard = np.column_stack([(c - c.mean()) / c.std() for c in columns])
    normal, *others = entropy(standard)
    assert normal == pytest.approx(0.5 * np.log(2 * np.pi * np.e), abs=1e-3)
    assert max(others) < normal - 0.01


def test_the_mean_of_log_cosh_is_that_of_a_normal_variable():
    from scipy.integrate import quad
    from scipy.stats import norm

    from mavrs_course.llm.agent4rec.lingam import LOG_COSH_OF_NORMAL

    value, _ = quad(lambda u: np.log(np.cosh(u)) * norm.pdf(u), -20, 20)
    assert pytest.approx(value, abs=1e-5) == LOG_COSH_OF_NORMAL


def test_the_ratio_is_antisymmetric_and_says_who_causes_whom():
    rng = np.random.default_rng(4)
    cause = rng.laplace(size=5_000)
    samples = np.column_stack([cause, cause + rng.laplace(size=5_000)])
    ratio = likelihood_ratio((samples - samples.mean(axis=0)) / samples.std(axis=0))
    assert ratio[0, 1] > 0.005
    np.testing.assert_allclose(ratio, -ratio.T, atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_names_units_and_signs_of_variables_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    samples = observe(random_causes(rng, 4), rng.laplace(size=(300, 4)))
    shuffle = rng.permutation(4)
    unit = rng.uniform(0.1, 10, 4) * rng.choice([-1, 1], 4)
    plain = fit(samples)
    other = fit((samples * unit + rng.normal(size=4))[:, shuffle])
    assert shuffle[other.order].tolist() == plain.order.tolist()
    expected = (plain.weights * unit[None, :] / unit[:, None])[np.ix_(shuffle, shuffle)]
    np.testing.assert_allclose(other.weights, expected, atol=1e-8)


def test_the_bootstrap_trusts_edges_that_are_there():
    rng = np.random.default_rng(5)
    weights = np.zeros((3, 3))
    weights[2, 0] = 1.0
    weights[0, 1] = -0.8
    samples = observe(weights, rng.exponential(size=(1_000, 3)))
    found = bootstrap(samples, np.random.default_rng(0), draws=60)
    there = weights != 0
    assert found.edges[there].min() >= 0.95 and found.edges[~there].max() <= 0.25
    assert found.before[2, 0] >= 0.95 and found.before[0, 2] <= 0.05
    assert np.allclose(found.before + found.before.T, 1 - np.eye(3))
    again = bootstrap(samples, np.random.default_rng(0), draws=60)
    assert np.array_equal(again.weights, found.weights)


def test_intervals_of_effects_hold_the_truth_about_as_often_as_they_say():
    weights = np.zeros((3, 3))
    weights[2, 0] = 1.0
    weights[0, 1] = -0.8
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        samples = observe(weights, rng.exponential(size=(500, 3)))
        lower, upper = bootstrap(samples, rng, draws=40).effects(0.8)
        held += lower[2, 1] < -0.8 < upper[2, 1]
    assert abs(held / 60 - 0.8) < 3.5 * np.sqrt(0.8 * 0.2 / 60)


def test_rows_of_one_viewer_are_drawn_together():
    """Each viewer's row is written down ten times: that is no more evidence than one."""
    rng = np.random.default_rng(6)
    cause = rng.laplace(size=150)
    few = np.column_stack([cause, cause + rng.laplace(size=150)])
    often, viewer = np.repeat(few, 10, axis=0), np.repeat(np.arange(150), 10)

    def width(samples, groups):
        lower, upper = bootstrap(samples, np.random.default_rng(0), 80, groups=groups).effects()
        return (upper - lower)[0, 1]

    honest, fooled = width(often, viewer), width(often, None)
    assert honest == pytest.approx(width(few, None), rel=0.1)
    assert fooled < honest / 2


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda x: fit(x[:, 0]), "shape"),
        (lambda x: fit(x[:4]), "need more than 4 observations"),
        (lambda x: fit(np.where(x > 2, np.nan, x)), "finite"),
        (lambda x: fit(np.column_stack([x, np.ones(len(x))])), r"\[3\] never change"),
        (lambda x: fit(np.column_stack([x, 2 * x[:, 0]])), "multiple of another"),
        (lambda x: fit(np.column_stack([x, x[:, 0] + x[:, 1]])), "multiple of another"),
        (lambda x: fit(x, cut=-1), "standard errors"),
        (lambda x: bootstrap(x, np.random.default_rng(0), 0), "at least one draw"),
        (lambda x: bootstrap(x, np.random.default_rng(0), groups=[1, 2]), "2 labels"),
    ],
)
def test_bad_input_is_refused_in_words(call, problem):
    with pytest.raises(MetricError, match=problem):
        call(np.random.default_rng(0).laplace(size=(50, 3)) * 2)
