"""What a decomposition can hold: closed forms against least squares, optimisers and brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import minimize

from mavrs_course.marl.decomposition import additive_fit, consistent, rises, rising_fit
from mavrs_course.marl.qmix import Mixer, QMIXSettings

payoffs = st.integers(-20, 20).map(float)
tables = arrays(
    float, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=3), elements=payoffs
)
CLIMBING = np.array([[11, -30, 0], [-30, 7, 0], [0, 6, 5]])


@settings(deadline=None, max_examples=40)
@given(arrays(float, array_shapes(min_dims=2, max_dims=4, max_side=4), elements=payoffs))
def test_the_nearest_sum_is_least_squares(table):
    joint = np.indices(table.shape).reshape(table.ndim, -1)
    one_hot = np.vstack(
        [np.eye(count)[:, played] for count, played in zip(table.shape, joint, strict=True)]
    ).T
    parts = np.linalg.lstsq(one_hot, table.ravel(), rcond=None)[0]
    np.testing.assert_allclose(additive_fit(table).ravel(), one_hot @ parts, atol=1e-8)


def test_the_published_tables():
    np.testing.assert_allclose(additive_fit([[0, 0], [0, 10]]), [[-2.5, 2.5], [2.5, 7.5]])
    np.testing.assert_allclose(additive_fit([[0, 1], [1, 8]]), [[-1.5, 2.5], [2.5, 6.5]])
    both = [[0, 0], [0, 10]]
    np.testing.assert_allclose(rising_fit(both, supermodular=True), both, atol=1e-9)
    assert np.unravel_index(additive_fit(CLIMBING).argmax(), (3, 3)) == (2, 2)


def test_either_will_do_rises_but_is_not_supermodular():
    either = [[0, 10], [10, 10]]
    np.testing.assert_allclose(rising_fit(either), either, atol=1e-9)
    np.testing.assert_allclose(rising_fit(either, supermodular=True), [[2.5, 7.5], [7.5, 12.5]])


@settings(deadline=None, max_examples=40)
@given(tables)
@example(np.array([[0.0, 0, 0], [-3, -2, 1], [0, -3, 3]]))  # a solver's weights missed its error
def test_fits_are_nested_and_of_their_kind(table):
    fits = additive_fit(table), rising_fit(table, supermodular=True), rising_fit(table)
    errors = [((fit - table) ** 2).sum() for fit in fits]
    assert errors[0] >= errors[1] - 1e-6 and errors[1] >= errors[2] - 1e-6
    assert rises(np.round(rising_fit(table), 6))
    assert rises(table) == (errors[2] < 1e-9)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_rising_is_what_trying_every_order_says(table):
    rows, columns = table.shape
    found = any(
        (np.diff(table[np.ix_(r, c)], axis=0) >= 0).all()
        and (np.diff(table[np.ix_(r, c)], axis=1) >= 0).all()
        for r in permutations(range(rows))
        for c in permutations(range(columns))
    )
    assert rises(table) == found


@pytest.mark.parametrize("supermodular", [True, False])
def test_the_fit_is_what_a_general_optimiser_finds(supermodular):
    table = np.random.default_rng(3).integers(-9, 9, (2, 3)).astype(float)

    def constraints(order):
        def slack(flat):
            f = flat.reshape(2, 3)[np.ix_(*order)]
            parts = [np.diff(f, axis=0).ravel(), np.diff(f, axis=1).ravel()]
            mixed = np.diff(np.diff(f, axis=0), axis=1).ravel()
            return np.concatenate([*parts, mixed] if supermodular else parts)

        return {"type": "ineq", "fun": slack}

    found = min(
        minimize(lambda f: ((f - table.ravel()) ** 2).sum(), np.zeros(6),
                 constraints=constraints((r, c)), method="SLSQP").fun
        for r in permutations(range(2)) for c in permutations(range(3))
    )  # fmt: skip
    error = ((rising_fit(table, supermodular=supermodular) - table) ** 2).sum()
    assert error == pytest.approx(found, abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_qmixs_mixer_is_supermodular(seed):
    generator = torch.Generator().manual_seed(seed)
    mixer = Mixer(3, 4, QMIXSettings(), generator)
    one, other = torch.randn(2, 64, 3, generator=generator) * 3
    state = torch.randn(64, 4, generator=generator)
    with torch.no_grad():
        together = mixer(torch.maximum(one, other), state) + mixer(torch.minimum(one, other), state)
        apart = mixer(one, state) + mixer(other, state)
    assert (together - apart).min() > -1e-4


@settings(deadline=None, max_examples=40)
@given(tables, st.integers(0, 1000))
def test_sums_and_rising_mixes_are_consistent(table, seed):
    """Any rising function of utilities without ties has its best where each is best."""
    parts = [np.random.default_rng(seed).permutation(count) for count in table.shape]
    total = np.add.outer(*parts)
    assert consistent(total, parts) and consistent(total**3, parts)
    assert not consistent(-total, parts)


def test_ties_must_all_be_best():
    assert not consistent([[10, 0], [0, 10]], [[1, 1], [1, 1]])
    assert consistent([[10, 0], [0, 10]], [[1, 0], [1, 0]])


def test_a_third_agent_is_refused():
    with pytest.raises(ValueError, match="two agents"):
        rising_fit(np.zeros((2, 2, 2)))
