"""Partial information: the values that Williams and Beer's measure is known by, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mavrs_course.metrics import MetricError
from mavrs_course.metrics.information import (
    counts,
    mutual_information,
    partial_information,
    specific_information,
)
from mavrs_course.world import Planted

GATES = {
    # two fair bits: redundancy, first alone, second alone, synergy
    "and": (lambda a, b: a & b, (0.311278, 0.0, 0.0, 0.5)),
    "or": (lambda a, b: a | b, (0.311278, 0.0, 0.0, 0.5)),
    "xor": (lambda a, b: a ^ b, (0.0, 0.0, 0.0, 1.0)),
    "copy": (lambda a, b: a, (0.0, 1.0, 0.0, 0.0)),
    # both bits at once: by I_min half of it counts as said by either, its best known oddity
    "both": (lambda a, b: 2 * a + b, (1.0, 0.0, 0.0, 1.0)),
}
BITS = [(a, b) for a in (0, 1) for b in (0, 1)]


@pytest.mark.parametrize("name", GATES)
def test_gates_of_two_fair_bits(name):
    gate, parts = GATES[name]
    first, second = map(list, zip(*BITS, strict=True))
    found = partial_information(counts(first, second, [gate(a, b) for a, b in BITS]))
    assert found == pytest.approx(parts, abs=1e-6)
    assert found.total == pytest.approx(sum(parts), abs=1e-6)


def test_and_in_full():
    found = partial_information(counts([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]))
    assert round(found.redundancy, 4) == 0.3113 and round(found.total, 4) == 0.8113


def test_what_is_planted_is_found():
    assert partial_information(Planted(redundant=1).table()) == pytest.approx((1, 0, 0, 0))
    assert partial_information(Planted(picture=1).table()) == pytest.approx((0, 1, 0, 0))
    assert partial_information(Planted(sound=1).table()) == pytest.approx((0, 0, 1, 0))
    assert partial_information(Planted(synergy=1).table()) == pytest.approx((0, 0, 0, 1))
    assert partial_information(Planted().table()) == pytest.approx((0, 0, 0, 0))


def test_noise_in_closed_form():
    def entropy(p):
        return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))

    flipped = 0.1 * 0.8 + 0.9 * 0.2  # one of the two senses is wrong, and not the other
    found = partial_information(Planted(synergy=1, noise=(0.1, 0.2)).table())
    assert found.synergy == pytest.approx(1 - entropy(flipped))
    alone = partial_information(Planted(picture=1, noise=(0.1, 0.2)).table())
    assert alone.first == pytest.approx(1 - entropy(0.1))


tables = arrays(float, (2, 3, 2), elements=st.floats(0, 9)).filter(lambda t: t.sum() > 0.1)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_laws(table):
    found = partial_information(table)
    assert min(found) >= -1e-9  # I_min's parts are never negative
    first, second = (mutual_information(table.sum(axis=axis)) for axis in (1, 0))
    assert found.redundancy + found.first == pytest.approx(first, abs=1e-9)
    assert found.redundancy + found.second == pytest.approx(second, abs=1e-9)
    assert found.total == pytest.approx(mutual_information(table.reshape(6, 2)), abs=1e-9)
    swapped = partial_information(table.swapaxes(0, 1))
    assert swapped == pytest.approx((found[0], found[2], found[1], found[3]), abs=1e-9)
    assert partial_information(7.5 * table) == pytest.approx(found, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (3, 4), elements=st.floats(0, 9)).filter(lambda t: t.sum() > 0.1))
def test_specific_information_adds_up(table):
    chance = table.sum(axis=0) / table.sum()
    assert chance @ specific_information(table) == pytest.approx(mutual_information(table))


def test_little_counts_lie_upwards_by_millers_term():
    rng, clips = np.random.default_rng(0), 200
    found = [
        partial_information(counts(*rng.integers(0, 2, (3, clips)))).total for _ in range(2_000)
    ]
    assert np.mean(found) == pytest.approx(3 / (2 * clips * np.log(2)), rel=0.06)


@pytest.mark.parametrize(
    "table", [np.zeros((2, 2, 2)), [[1.0, 2.0]], np.full((2, 2, 2), np.nan), -np.ones((2, 2, 2))]
)
def test_what_is_no_table(table):
    with pytest.raises(MetricError):
        partial_information(table)


@pytest.mark.parametrize("first", [[], [0, 1], [0.5], [-1]])
def test_what_are_no_columns(first):
    with pytest.raises(MetricError):
        counts(first, [1], [0])
