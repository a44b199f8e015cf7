"""Lesson 31's statistics against what was published, and against what can be worked out."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, multivariate_normal, norm

from mavrs_course.agents.improving import (
    always_valid_p,
    discoveries,
    estimate_gain,
    fed_on_itself,
    gain_terms,
    gridworld,
    log_lift,
    lower_bound,
    peeking,
    pocock_bound,
    policy_values,
    population_climb,
    ruin,
    safe_policy,
    slice_findings,
    sprt_limits,
    sprt_size,
    walks,
)
from mavrs_course.agents.improving.planted import GRAMMAR
from mavrs_course.agents.improving.spibb import GOAL, cautious_step

Z = float(norm.ppf(0.975))
TABLE = {1: 0.0500, 2: 0.0831, 3: 0.1073, 4: 0.1262, 5: 0.1417, 10: 0.1934, 20: 0.2479}


# Looks


def test_peeking_as_in_the_table_of_armitage_mcpherson_and_rowe():
    rejected = peeking([Z] * 50)
    assert {look: round(rejected[look - 1], 4) for look in TABLE} == TABLE
    assert rejected[49] == pytest.approx(0.320, abs=0.001)
    assert (np.diff(rejected) > 0).all()


def test_two_looks_are_a_bivariate_normal():
    r = np.sqrt(0.5)
    both = multivariate_normal([0, 0], [[1, r], [r, 1]])
    inside = both.cdf([Z, Z]) - 2 * both.cdf([Z, -Z]) + both.cdf([-Z, -Z])
    assert peeking([Z, Z])[-1] == pytest.approx(1 - inside, abs=1e-6)


def test_pococks_bound():
    assert pocock_bound(5, 0.05) == pytest.approx(2.4132, abs=5e-5)
    assert pocock_bound(1, 0.05) == pytest.approx(Z, abs=1e-9)
    with pytest.raises(ValueError, match="above 0"):
        peeking([0.0])
    assert len(peeking([])) == 0


def test_a_mixture_test_may_be_looked_at_2000_times():
    rng = np.random.default_rng(0)
    p = [always_valid_p(row, 1.0, 1.0) for row in rng.normal(size=(1500, 2000))]
    wrong = np.mean([row[-1] <= 0.05 for row in p])
    assert wrong <= 0.05
    assert wrong == pytest.approx(0.029, abs=3 * np.sqrt(0.029 / 1500))
    assert (np.diff(p[0]) <= 0).all() and max(p[0]) <= 1


def test_the_mixture_is_the_integral_over_effects():
    x = np.array([0.3, 1.2, 0.8, 2.0])
    effects = np.linspace(-12, 12, 200_001)
    likelihood = np.exp(sum(norm.logpdf(v, effects, 1.5) - norm.logpdf(v, 0, 1.5) for v in x))
    mixture = (likelihood * norm.pdf(effects, 0, 0.7)).sum() * (effects[1] - effects[0])
    expected = min(1.0, 1 / mixture)
    assert always_valid_p(x[::-1], 1.5**2, 0.7**2)[-1] <= expected + 1e-9
    ratio = always_valid_p(np.full(4, x.mean()), 1.5**2, 0.7**2)[-1]  # a steady climb: the last
    assert ratio == pytest.approx(expected, rel=1e-6)
    assert always_valid_p([], 1.0, 1.0).shape == (0,)
    with pytest.raises(ValueError, match="finite"):
        always_valid_p([np.nan], 1.0, 1.0)
    with pytest.raises(ValueError, match="above 0"):
        always_valid_p([1.0], 1.0, 0.0)


def test_walds_expected_sizes():
    low, high = sprt_limits(0.05, 0.05)
    assert high == pytest.approx(np.log(19)) and low == -high
    assert sprt_size(0.5, low, high, 0.05, 0.05) == pytest.approx(5.30, abs=0.005)
    assert (2 * norm.ppf(0.95)) ** 2 == pytest.approx(10.82, abs=0.005)  # a fixed sample
    for risk, ratio in ((0.01, 0.416), (0.001, 0.361)):
        size = sprt_size(0.5, *sprt_limits(risk, risk), risk, risk)
        assert size / (2 * norm.ppf(1 - risk)) ** 2 == pytest.approx(ratio, abs=5e-4)
    ten, eleven = 0.10, 0.11

    def step(p):
        return p * np.log(eleven / ten) + (1 - p) * np.log((1 - eleven) / (1 - ten))

    assert sprt_size(step(eleven), low, high, 0.05, 0.05) == pytest.approx(4908, abs=1)
    assert sprt_size(step(ten), low, high, 0.05, 0.05) == pytest.approx(5048, abs=1)


def test_gamblers_ruin():
    assert ruin(0.6, 5) == pytest.approx((0.11636, 19.1818), abs=5e-5)
    assert ruin(0.6, 8) == pytest.approx((0.03755, 36.9957), abs=5e-5)
    assert ruin(0.5, 4) == (0.5, 16.0)
    assert ruin(0.4, 5)[0] == pytest.approx(1 - ruin(0.6, 5)[0])
    step = sprt_size(0.2 * np.log(1.5), -5 * np.log(1.5), 5 * np.log(1.5), 0.0, ruin(0.6, 5)[0])
    assert step == pytest.approx(19.1818, abs=1e-4)  # without overshoot Wald's size is exact
    with pytest.raises(ValueError, match="chance"):
        ruin(1.0, 3)


# Notice


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_discoveries_are_scipys(p, rate):
    adjusted = false_discovery_control(p, method="bh")
    clear = np.abs(adjusted - rate) > 1e-12
    assert (discoveries(p, rate) == (adjusted <= rate))[clear].all()


def test_discoveries_by_hand():
    assert discoveries([0.04, 0.01, 0.9, 0.03], 0.05).tolist() == [False, True, False, False]
    assert discoveries([0.05, 0.04], 0.05).tolist() == [True, True]  # the second lifts the first
    assert discoveries([], 0.1).tolist() == []
    for p, rate in (([0.5, np.nan], 0.1), ([1.2], 0.1), ([[0.1]], 0.1), ([0.1], 1.0)):
        with pytest.raises(ValueError):
            discoveries(p, rate)


def test_a_lift_by_hand_and_its_spread():
    reward = np.array([4.0, 2.0, 2.0, 1.0])
    lift, variance = log_lift(reward, np.array([False, False, True, True]))
    assert lift == pytest.approx(np.log(2))
    assert variance == pytest.approx(2 / 2 / 9 + 0.5 / 2 / 1.5**2)
    assert log_lift(reward, np.ones(4, bool)) == (0.0, np.inf)
    assert log_lift(np.zeros(4), np.array([0, 0, 1, 1], bool)) == (0.0, np.inf)
    rng = np.random.default_rng(1)
    lifts = []
    for _ in range(400):
        explored = rng.random(2000) < 0.2
        lifts.append(log_lift(rng.exponential(1.0, 2000) * np.where(explored, 2, 3), explored))
    told, spread = np.transpose(lifts)
    assert told.mean() == pytest.approx(np.log(1.5), abs=0.02)
    assert told.std() == pytest.approx(np.sqrt(spread.mean()), rel=0.1)


def test_findings_do_not_mind_what_a_slice_earns_whatever_is_shown():
    rng = np.random.default_rng(2)
    p = []
    for _ in range(60):
        kind = rng.integers(0, [4, 4, 3], (3000, 3))
        explored = rng.random(3000) < 0.2
        usual = np.where(kind[:, 0] == 1, 0.2, 2.0)  # tablets earn a tenth
        reward = usual * np.where(explored, 1, 2) * rng.exponential(1.0, 3000)
        one = slice_findings(GRAMMAR, kind, reward, explored, [(("device", "tablet"),)])[0]
        p.append(one.p)
    assert np.mean(np.array(p) < 0.1) < 0.1 + 3 * np.sqrt(0.09 / 60)
    whole = slice_findings(GRAMMAR, kind, reward, explored)
    assert len(whole) == len(GRAMMAR.slices())
    first = whole[0]
    inside = GRAMMAR.inside(first.where, kind)
    assert first.lift == pytest.approx(log_lift(reward[inside], explored[inside])[0])
    nothing = slice_findings(GRAMMAR, kind, np.zeros(3000), explored)
    assert {one.p for one in nothing} == {0.5}


# Try offline


def test_a_bound_by_hand():
    terms = np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    doubt = np.log(2 / 0.05)
    expected = 0.6 - np.sqrt(2 * 0.3 * doubt / 5) - 7 * doubt / 12
    assert lower_bound(terms, 1.0, 0.05) == pytest.approx(expected)
    assert lower_bound(10 * terms, 10.0, 0.05) == pytest.approx(10 * expected)
    for bad, risk in (([1.0], 0.1), ([0, 2.0], 0.1), ([0, 1.0], 0.0), ([0, np.nan], 0.1)):
        with pytest.raises(ValueError):
            lower_bound(np.array(bad), 1.0, risk)


def test_bounds_hold_as_often_as_they_promise():
    rng = np.random.default_rng(3)
    above = [lower_bound(rng.beta(0.3, 3, 200), 1.0, 0.2) > 0.3 / 3.3 for _ in range(2000)]
    assert np.mean(above) <= 0.2 + 3 * np.sqrt(0.16 / 2000)


def test_gain_terms_by_hand_and_what_a_clip_hides():
    reward, new, old = np.array([2.0, 4.0]), np.array([0.5, 0.1]), np.array([0.1, 0.5])
    assert gain_terms(reward, new, old, 9.0) == pytest.approx([8.0, -3.2])
    assert gain_terms(reward, new, old, 3.0) == pytest.approx([4.0, -3.2])
    same = estimate_gain(reward, old, old, most=4.0, risk=0.1)
    assert same.gain == 0 and same.low < 0 and same.size == 2
    with pytest.raises(ValueError, match="at least 0"):
        gain_terms(-reward, new, old, 3.0)
    with pytest.raises(ValueError, match="probability 0"):
        gain_terms(reward, new, np.zeros(2), 3.0)


def test_the_best_of_many_looks_better_than_it_is():
    """E[max] of 20 standard normals is 1.867; pages by which nobody chose say 0."""
    rng = np.random.default_rng(4)
    first, fresh = rng.normal(size=(2, 4000, 20))
    best = first.argmax(axis=1)
    rows = np.arange(4000)
    assert first[rows, best].mean() == pytest.approx(1.8675, abs=0.03)
    assert fresh[rows, best].mean() == pytest.approx(0, abs=0.05)


# SPIBB


def test_the_gridworld_of_spibb():
    model = gridworld()
    assert np.allclose(model[:GOAL].sum(axis=2), 1) and not model[GOAL].any()
    folder = Path(os.environ.get("MAVRS_DATA", "/nowhere")) / "spibb_gridworld"
    file = folder / "state_action_val_used_size_5_env_type_0.npy"
    policy = np.full((25, 4), 0.25)
    for _ in range(60):
        policy = np.eye(4)[policy_values(policy, model)[1].argmax(axis=1)]
    assert policy_values(policy, model)[0][0] == pytest.approx(0.5977416087, abs=1e-9)
    if not file.exists():
        pytest.skip("the baseline of SPIBB's authors is not in MAVRS_DATA")
    baseline = _baseline(file)
    assert policy_values(baseline, model)[0][0] == pytest.approx(0.4022501619, abs=1e-9)
    worst = {}
    for count, means, deciles in ((10, (0.565, 0.468), (0.422, 0.397)),
                                  (50, (0.564, 0.575), (0.369, 0.559))):  # fmt: skip
        for enough, mean, decile in zip((None, 5), means, deciles, strict=True):
            values = []
            for seed in range(60):
                counts = walks(baseline, model, count, np.random.default_rng([seed, count]))
                safe = safe_policy(counts, baseline, enough)
                values.append(policy_values(safe, model)[0][0])
            assert np.mean(values) == pytest.approx(mean, abs=0.02)
            worst[count, enough] = np.sort(values)[:6].mean()
            assert worst[count, enough] == pytest.approx(decile, abs=0.06)
    assert worst[50, 5] > worst[50, None] + 0.08  # far above at 50 walks
    assert abs(worst[10, 5] - 0.4022501619) < 0.02  # at 10 it only equals the baseline


def _baseline(file: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # written by Python 2
        q = np.load(file, encoding="latin1")
    return np.exp(q) / np.exp(q).sum(axis=1, keepdims=True)


def test_a_cautious_step_by_hand():
    q = np.array([[3.0, 2.0, 1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 9.0]])
    baseline = np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5], [0.2, 0.3, 0.5]])
    known = np.array([[False, True, True], [False] * 3, [True] * 3])
    assert np.allclose(
        cautious_step(q, baseline, known), [[0.2, 0.8, 0.0], [0.2, 0.3, 0.5], [0, 0, 1]]
    )
    counts = np.zeros((25, 4, 25), int)
    even = np.full((25, 4), 0.25)
    assert np.allclose(safe_policy(counts, even, 0), even)


# Stories


def test_a_model_fed_on_itself():
    rng = np.random.default_rng(5)
    replaced = fed_on_itself(5, False, rng, runs=2000)
    kept = fed_on_itself(5, True, rng, runs=2000)
    one = 10 / 29
    assert replaced == pytest.approx(one * np.arange(1, 6), rel=0.08)
    assert kept == pytest.approx([0.346, 0.417, 0.447, 0.462, 0.472], rel=0.06)
    assert (kept < one * np.pi**2 / 6).all()
    with pytest.raises(ValueError, match="finite"):
        fed_on_itself(1, True, rng, features=10, examples=11)


def test_a_population_climbs_where_no_worker_can():
    assert population_climb(False) == pytest.approx(0.39, abs=1e-3)
    assert population_climb(True) == pytest.approx(1.2, abs=1e-3)
