"""Senses joined: what fusion can and cannot see, missing senses, and the agent that has several."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents import PrecisionAgent, Readings, readings_of
from mavrs_course.agents.video_understanding import (
    JointReader,
    add_log_odds,
    drop_senses,
    precision_weighted,
    products,
    sense_variances,
)
from mavrs_course.messages import Request
from mavrs_course.world import Catalog, Planted, planted_clips


def test_added_log_odds_are_bayes_where_senses_are_independent():
    rng = np.random.default_rng(0)
    prior, chances = 0.3, rng.uniform(0.05, 0.95, (2, 3))  # of each sense saying yes, by class
    said = rng.integers(0, 2, (50, 3))
    told = np.where(said[None], chances[:, None], 1 - chances[:, None])  # float[2, 50, 3]
    first = np.log(prior / (1 - prior))
    each = first + np.log(told[1] / told[0])
    exact = first + np.log(told[1].prod(axis=1) / told[0].prod(axis=1))
    assert add_log_odds(each, prior=first) == pytest.approx(exact)
    some = rng.random((50, 3)) < 0.5
    left = first + np.where(some, np.log(told[1] / told[0]), 0).sum(axis=1)
    assert add_log_odds(np.where(some, each, np.nan), some, first) == pytest.approx(left)


def test_what_fusion_can_reach_is_known_beforehand():
    assert Planted(synergy=1).best() == 1 and Planted(synergy=1).best_added() == 0.5
    assert Planted(redundant=1).best() == Planted(redundant=1).best_added() == 1
    assert Planted().best() == 0.5
    noisy = Planted(redundant=1, noise=(0.1, 0.2))
    assert noisy.best() == noisy.best_added() == pytest.approx(0.9)
    with pytest.raises(ValueError, match="at most 1 together"):
        Planted(synergy=0.7, sound=0.7)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 0.25), min_size=4, max_size=4), st.floats(0, 0.5), st.floats(0, 0.5))
def test_planted_tables(shares, first, second):
    planted = Planted(*shares, noise=(first, second))
    table = planted.table()
    assert table.sum() == pytest.approx(1) and table.sum(axis=(0, 1)) == pytest.approx([0.5, 0.5])
    assert planted.best_added() + 1e-9 >= 0.5 and planted.best_added() <= planted.best() + 1e-9


def test_clips_are_drawn_as_planted():
    rng = np.random.default_rng(0)
    planted = Planted(redundant=0.3, sound=0.2, synergy=0.4, noise=(0.1, 0.0))
    shown, label = planted.draw(60_000, rng)
    counted = np.zeros((2, 2, 2))
    np.add.at(counted, (*shown.T, label), 1 / len(label))
    assert counted == pytest.approx(planted.table(), abs=0.01)
    pictures, waves = planted_clips(shown[:3], rng)
    assert pictures.shape == (3, 4, 32, 32, 3) and len(waves) == 3 and len(waves[0]) == 24_000
    assert planted_clips(shown[:0], rng)[0].shape == (0, 4, 32, 32, 3)


def test_only_early_fusion_sees_synergy():
    rng = np.random.default_rng(0)
    planted = Planted(synergy=1)
    shown, label = planted.draw(400, rng)
    eye, ear = (2 * shown[:, [n]] - 1 + 0.3 * rng.standard_normal((400, 1)) for n in (0, 1))
    one = [JointReader().fit([sense], label, rng).log_odds([sense]) for sense in (eye, ear)]
    late = add_log_odds(np.column_stack(one)) > 0
    both = [products(eye, ear)]
    early = JointReader().fit(both, label, rng).log_odds(both) > 0
    assert (late == label).mean() < 0.6 and (early == label).mean() > 0.95


def test_a_reader_is_the_same_again_and_can_lack_a_sense():
    label = np.random.default_rng(1).integers(0, 2, 60)
    senses = [label[:, None] - 0.5, np.random.default_rng(2).standard_normal((60, 3))]
    readers = [
        JointReader(hidden=4, steps=30, drop=0.3).fit(senses, label, np.random.default_rng(3))
        for _ in range(2)
    ]
    odds = [reader.log_odds(senses) for reader in readers]
    assert np.array_equal(*odds)
    nothing = readers[0].log_odds(senses, [False, False])
    assert np.ptp(nothing) == 0 and nothing[0] == pytest.approx(readers[0].bias.item())
    holes = [senses[0], np.full((60, 3), np.nan)]
    assert np.isfinite(readers[0].log_odds(holes, [True, False])).all()
    with pytest.raises(ValueError, match="drop is in"):
        JointReader(drop=1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_dropout_leaves_something_of_everything(seed, drop):
    rng = np.random.default_rng(seed)
    present, draws = rng.random((20, 3)) < 0.6, rng.random((20, 3))
    kept = drop_senses(present, draws, drop)
    assert not (kept & ~present).any()
    assert (kept.any(axis=1) == present.any(axis=1)).all()
    assert np.array_equal(drop_senses(present, draws, 0.0), present)
    assert (drop_senses(present, draws, 1.0).sum(axis=1) == present.any(axis=1)).all()


def test_precisions_by_hand():
    mean, precision = precision_weighted([2.0, 8.0], [3.0, 1.0])
    assert mean == pytest.approx(3.5) and precision == pytest.approx(4)
    mean, precision = precision_weighted([[2.0, np.nan], [7.0, 7.0]], [[3.0, 0.0], [0.0, 0.0]])
    assert mean.tolist() == [2, 0] and precision.tolist() == [3, 0]
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="a precision is"):
            precision_weighted([1.0, 2.0], [wrong, 1.0])


def test_precision_weighting_is_as_precise_as_it_says():
    rng, deviations = np.random.default_rng(0), np.array([0.2, 0.5, 1.0])
    means, precision = precision_weighted(
        deviations * rng.standard_normal((200_000, 3)), 1 / deviations**2
    )
    assert means.var() == pytest.approx(1 / precision[0], rel=0.02)


def test_three_senses_tell_the_variance_of_each_other():
    rng, deviations = np.random.default_rng(0), np.array([0.2, 0.5, 1.0])
    values = rng.standard_normal((4_000, 1, 5)) + deviations[:, None] * rng.standard_normal(
        (4_000, 3, 5)
    )
    present = rng.random((4_000, 3)) < 0.7
    assert sense_variances(values, present) == pytest.approx(deviations**2, rel=0.1)
    same = sense_variances(np.ones((4, 3, 2)), np.ones((4, 3)))
    assert (same > 0).all()
    with pytest.raises(ValueError, match="three or more"):
        sense_variances(values[:, :2], present[:, :2])
    with pytest.raises(ValueError, match="three or more"):
        sense_variances(values, [[True, True, False]] * 4_000)


def test_the_agent_hears_the_precise_sense_and_knows_what_it_lacks():
    rng = np.random.default_rng(0)
    catalog = Catalog.sample(300, rng)
    readings = readings_of(catalog, rng, noise=(2.0, 2.0, 0.05), missing=0.0)
    agent = PrecisionAgent(readings)
    truth = np.eye(catalog.n_topics)[catalog.topic]
    left = 1 / (1 / 0.05**2 + 2 / 2.0**2 + 20**2 / 19)  # the three senses and the prior
    assert ((agent.values - truth) ** 2).mean() == pytest.approx(left, rel=0.05)
    deaf = PrecisionAgent(readings.only(0, 1), sense_variances(readings.values, readings.present))
    assert (deaf.known < agent.known).all()
    blank = PrecisionAgent(readings.only(), np.ones(3))
    opinion = blank.opine(Request(np.array([0]), np.array([[1, 2, 3]]), 1))
    assert np.ptp(opinion.scores) == 0 and opinion.confidence == [0.0]
    with pytest.raises(ValueError, match="readings are"):
        Readings(np.zeros((3, 2)), np.zeros((3, 2), bool))
    with pytest.raises(ValueError, match="gain"):
        PrecisionAgent(readings, gain=0)
