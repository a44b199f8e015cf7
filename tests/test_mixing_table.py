"""The mixing table: what you type is what is fitted."""

import numpy as np

from mavrs_course.widgets.mixing_table import GAMES, MixingTable


def test_a_choice_deals_the_game():
    table = MixingTable()
    for game, payoffs in GAMES.items():
        table.game.value = game
        np.testing.assert_array_equal(table.payoffs, payoffs)


def test_what_can_not_be_held_is_crossed():
    table = MixingTable("both are needed")
    assert table.picture.value.count("✗") == 4 and "4 of 4 values off" in table.picture.value
    table.game.value = "linear"
    assert "✗" not in table.picture.value
    table.game.value = "either will do"
    assert table.picture.value.count("✗") == 8


def test_typing_a_payoff_draws_again():
    table = MixingTable("linear")
    table.cells[1][1].value = 20
    assert table.picture.value.count("✗") == 4
    assert table.fits["VDN: the nearest sum"][1, 1] == 17.25
    table.cells[1][1].value = 9
    assert "✗" not in table.picture.value
