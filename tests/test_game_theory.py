"""Game theory on matrix games: hand-worked games, scipy's linear programmes, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from mavrs_course.envs.game_theory import (
    best_responses,
    equilibria,
    expected_payoffs,
    exploitability,
    gains,
    move_values,
    price_of_anarchy,
    price_of_stability,
    pure,
    pure_equilibria,
    social_optimum,
    undominated,
)
from mavrs_course.envs.matrix_v0 import GAMES, payoffs_of

seeds = st.integers(0, 2**32 - 1)


def random_game(seed, rows=3, columns=4):
    """Continuous payoffs, so that the game is not degenerate, with probability 1."""
    return np.random.default_rng(seed).uniform(0, 10, (2, rows, columns))


def random_mix(rng, count):
    return rng.dirichlet(np.ones(count))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prisoners_dilemma", [((0, 1), (0, 1))]),
        ("stag_hunt", [((1, 0), (1, 0)), ((0, 1), (0, 1)), ((3 / 4, 1 / 4), (3 / 4, 1 / 4))]),
        ("chicken", [((1, 0), (0, 1)), ((0, 1), (1, 0)), ((2 / 3, 1 / 3), (2 / 3, 1 / 3))]),
        (
            "battle_of_the_sexes",
            [((1, 0), (1, 0)), ((0, 1), (0, 1)), ((2 / 3, 1 / 3), (1 / 3, 2 / 3))],
        ),
        ("matching_pennies", [((1 / 2, 1 / 2), (1 / 2, 1 / 2))]),
        ("rock_paper_scissors", [((1 / 3,) * 3, (1 / 3,) * 3)]),
    ],
)
def test_the_classics_have_their_textbook_equilibria(name, expected):
    found = equilibria(payoffs_of(name))
    assert len(found) == len(expected)
    for strategies, wanted in zip(found, expected, strict=True):
        for mix, textbook in zip(strategies, wanted, strict=True):
            np.testing.assert_allclose(mix, textbook, atol=1e-12)


@given(seeds)
def test_nobody_gains_by_leaving_an_equilibrium_and_there_is_an_odd_number(seed):
    """Wilson 1971: a game that is not degenerate has an odd number of equilibria."""
    payoffs = random_game(seed)
    found = equilibria(payoffs)
    assert len(found) % 2 == 1
    for strategies in found:
        assert exploitability(payoffs, strategies) < 1e-7


@given(seeds)
def test_pure_equilibria_are_those_of_the_definition(seed):
    payoffs = np.random.default_rng(seed).integers(0, 4, (3, 2, 3, 2)).astype(float)
    expected = []
    for joint in np.ndindex(*payoffs.shape[1:]):
        stable = True
        for player, count in enumerate(payoffs.shape[1:]):
            for move in range(count):
                other = (*joint[:player], move, *joint[player + 1 :])
                stable &= payoffs[player][other] <= payoffs[player][joint]
        if stable:
            expected.append(joint)
    assert [tuple(joint) for joint in pure_equilibria(payoffs)] == expected


def minimax(table):
    """What the row player of a zero-sum game can make sure of, by linear programming."""
    rows, columns = table.shape
    solved = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack([-table.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=[np.append(np.ones(rows), 0.0)],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return -solved.fun


@given(seeds)
@settings(max_examples=40)
def test_zero_sum_games_have_the_value_of_the_linear_programme(seed):
    table = np.random.default_rng(seed).normal(size=(3, 3))
    payoffs = np.stack([table, -table])
    (strategies,) = equilibria(payoffs)
    assert expected_payoffs(payoffs, strategies)[0] == pytest.approx(minimax(table), abs=1e-7)


@given(seeds)
def test_expected_payoffs_of_three_players_are_sums_over_all_joint_moves(seed):
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=(3, 2, 3, 4))
    strategies = [random_mix(rng, count) for count in (2, 3, 4)]
    by_hand = sum(
        strategies[0][a] * strategies[1][b] * strategies[2][c] * payoffs[:, a, b, c]
        for a, b, c in np.ndindex(2, 3, 4)
    )
    np.testing.assert_allclose(expected_payoffs(payoffs, strategies), by_hand)
    middle = np.einsum("abc,a,c->b", payoffs[1], strategies[0], strategies[2])
    np.testing.assert_allclose(move_values(payoffs, strategies)[1], middle)


@given(arrays(float, (2, 3, 3), elements=st.integers(-5, 5).map(float)), st.integers(0, 8))
def test_gains_are_zero_exactly_where_every_move_played_is_a_best_response(payoffs, joint):
    moves = divmod(joint, 3)
    strategies = pure(payoffs, moves)
    best = [own[move] for own, move in zip(best_responses(payoffs, strategies), moves, strict=True)]
    assert ((gains(payoffs, strategies) == 0) == best).all()


def test_prices_of_anarchy_and_stability_by_hand():
    dilemma = payoffs_of("prisoners_dilemma")  # all defect: 1 + 1; all cooperate: 3 + 3
    assert price_of_anarchy(dilemma) == price_of_stability(dilemma) == pytest.approx(3)
    hunt = payoffs_of("stag_hunt")  # stag 8, hare 6, and the mix 3 + 3
    assert price_of_stability(hunt) == pytest.approx(1)
    assert price_of_anarchy(hunt) == pytest.approx(8 / 6)
    moves, welfare = social_optimum(dilemma)
    assert list(moves) == [0, 0] and welfare == 6


def test_prices_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="not negative"):
        price_of_anarchy(payoffs_of("matching_pennies"))
    with pytest.raises(ValueError, match="no equilibrium"):
        price_of_anarchy(payoffs_of("stag_hunt"), [])
    with pytest.raises(ValueError, match="two players, this game has 3"):
        equilibria(np.zeros((3, 2, 2, 2)))
    worthless = np.array([[[0.0, 0], [0, 9]], [[0, 0], [0, 9]]])
    assert price_of_anarchy(worthless, [pure(worthless, (0, 0))]) == float("inf")


def test_dominated_moves_are_struck_out_again_and_again():
    assert [list(moves) for moves in undominated(payoffs_of("prisoners_dilemma"))] == [[1], [1]]
    assert [list(moves) for moves in undominated(GAMES["climbing"].payoffs)] == [[0, 1, 2]] * 2
    # The column player's last move is dominated, and only then is the row player's first.
    game = np.array([[[1.0, 1, 9], [2, 2, 0]], [[5, 4, 1], [5, 6, 2]]])
    assert [list(moves) for moves in undominated(game)] == [[1], [1]]


@given(seeds)
def test_equilibria_play_no_move_that_is_struck_out(seed):
    payoffs = random_game(seed)
    left = undominated(payoffs)
    for strategies in equilibria(payoffs):
        for mix, moves in zip(strategies, left, strict=True):
            assert mix[moves].sum() == pytest.approx(1)
