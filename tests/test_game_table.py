"""The game table: moving a payoff moves the equilibria."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.envs.game_theory import move_values
from mavrs_course.envs.matrix_v0 import GAMES
from mavrs_course.widgets.game_table import CHOICES, GameTable, _best_mixes


@pytest.mark.parametrize("game", CHOICES)
def test_it_starts_from_the_classics(game):
    table = GameTable(game)
    np.testing.assert_array_equal(table.payoffs, GAMES[game].payoffs)
    assert GAMES[game].moves[0] in table.table.value


def test_raising_the_pay_for_cooperation_ends_the_dilemma():
    table = GameTable("prisoners_dilemma")
    assert "Equilibrium: defect, defect" in table.verdict.value
    assert "Price of anarchy: 3.00" in table.verdict.value
    drawn = table.mixes.value
    for player in range(2):
        table.sliders[player][0, 0].value = 6.0
    assert "Equilibrium: cooperate, cooperate, worth 12.00" in table.verdict.value
    assert "Price of anarchy: 6.00" in table.verdict.value, "defecting is an equilibrium still"
    assert table.mixes.value != drawn and table.mixes.value.count("<circle") == 3


def test_another_start_is_drawn_once_and_whole():
    table = GameTable()
    table.chosen.value = "chicken"
    assert table.moves == ("swerve", "dare")
    assert table.verdict.value.count("Equilibrium") == 3
    assert "swerve with chances 67% and 67%" in table.verdict.value


def test_a_game_without_a_found_equilibrium_states_no_price():
    table = GameTable()
    for slider in table.sliders.ravel():
        slider.value = 0.0
    assert "Price of anarchy: 1.00" in table.verdict.value


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4), st.floats(0, 1))
@settings(max_examples=200)
def test_the_line_of_best_responses_is_best_all_along(numbers, share):
    own = np.array(numbers, dtype=float).reshape(2, 2)
    payoffs = np.stack([own, own])
    corners = _best_mixes(own)
    for (a, first), (b, second) in pairwise(corners):
        other, mine = a + share * (b - a), first + share * (second - first)
        values = move_values(payoffs, [np.array([mine, 1 - mine]), np.array([other, 1 - other])])[0]
        assert np.array([mine, 1 - mine]) @ values == pytest.approx(values.max(), abs=1e-9)
    assert {corners[0][0], corners[-1][0]} <= {0.0, 1.0}
