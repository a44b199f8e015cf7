"""The election widget: moved voters are counted at once."""

import numpy as np
import pytest

from mavrs_course.widgets.election import SETTINGS, Election, duels_picture


def test_tennessee_has_the_published_winners():
    results = Election("the capital of Tennessee").results()
    assert results["plurality"] == ["Memphis"]
    assert results["Borda"] == results["Copeland"] == results["Schulze"] == ["Nashville"]
    assert results["Kemeny"] == ["Nashville > Chattanooga > Knoxville > Memphis"]


def test_a_circle_has_nobody_who_beats_everybody_until_voters_move():
    election = Election("a circle")
    assert "Nobody beats everybody" in election.winners.value
    drawn = election.picture.value
    election.voters[0].value = 20
    assert "A beats everybody" in election.winners.value
    assert election.picture.value != drawn


def test_three_against_two_lose_under_borda_alone():
    results = Election("three against two").results()
    assert results["Borda"] == ["B"]
    assert results["Copeland"] == results["Schulze"] == ["A"]


def test_choosing_a_setting_starts_it():
    election = Election()
    election.voters[1].value = 9
    election.choice.value = "the capital of Tennessee"
    assert [slider.value for slider in election.voters] == [42, 26, 15, 17]
    assert "Memp > Nash" in election.voters[0].description


@pytest.mark.parametrize("name", SETTINGS)
def test_nobody_voting_breaks_nothing(name):
    election = Election(name)
    for slider in election.voters:
        slider.value = 0
    assert "Nobody beats everybody" in election.winners.value


def test_the_picture_has_an_arrow_for_each_victory_and_a_dash_for_a_tie():
    picture = duels_picture(np.array([[0, 2, 0], [-2, 0, 1], [0, -1, 0.0]]), ("A", "B", "<C>"))
    assert picture.count("marker-end") == 2 and picture.count("stroke-dasharray") == 1
    assert "&lt;C&gt;" in picture
