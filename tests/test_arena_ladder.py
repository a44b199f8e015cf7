"""The Ladder against the attack that climbs any other board, and what others' boards are worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from real_data import real_data

from mavrs_course.arena.graders import agentsociety_board, best_rows, rank_agreement
from mavrs_course.arena.ladder import (
    Ladder,
    attacked_accuracy,
    climb,
    naive_board,
    random_label_attack,
)


def attacks(board, cases, tries, times=20, **options):
    """Accuracy that the attack reaches on the hidden labels, each time against a new board."""
    streams = np.random.default_rng(33).spawn(times)
    reached = []
    for rng in streams:
        labels = rng.random(cases) < 0.5
        reached.append(random_label_attack(board(), labels, tries, rng, **options))
    return np.array(reached)


@pytest.mark.parametrize(("cases", "tries", "published"), [(1000, 500, 0.714), (4000, 400, 0.600)])
def test_random_labels_climb_a_naive_board(cases, tries, published):
    """By theory .7137 and .5996; the mean of twenty runs may be four of its errors away."""
    assert attacked_accuracy(cases, tries) == pytest.approx(published, abs=0.0005)
    reached = attacks(lambda: naive_board, cases, tries)
    assert abs(reached.mean() - attacked_accuracy(cases, tries)) < 4 * 0.5 / np.sqrt(20 * cases)


@pytest.mark.parametrize("step", [None, 0.01, 0.03])
@pytest.mark.parametrize("only_news", [False, True])
def test_random_labels_do_not_climb_the_ladder(step, only_news):
    """Of the .214 above chance that a naive board gives away, a quarter at most is left."""
    reached = attacks(lambda: Ladder(step), 1000, 500, only_news=only_news)
    assert reached.mean() < 0.5 + 0.25 * (attacked_accuracy(1000, 500) - 0.5)


def test_a_better_entry_is_seen_and_a_lucky_one_is_not():
    rng = np.random.default_rng(0)
    first = rng.normal(0.5, 0.1, size=400)
    lucky = first + rng.normal(0.0, 0.1, size=400)
    lucky += 0.5 * 0.1 / np.sqrt(400) - (lucky - first).mean()  # half a standard error better
    better = first + 0.02
    shown = climb([first, lucky, better, first])
    assert shown == pytest.approx(
        [first.mean(), first.mean(), better.mean(), better.mean()], abs=0.002
    )


def test_with_a_step_scores_are_rounded_to_it_and_smaller_gains_are_not_shown():
    flat = [np.full(10, mean) for mean in (0.504, 0.509, 0.52, 0.4)]
    assert climb(flat, step=0.01) == pytest.approx([0.50, 0.50, 0.52, 0.52])


def test_without_a_step_a_gain_on_all_cases_alike_is_shown_however_small():
    flat = [np.full(1000, mean) for mean in (0.5, 0.501)]
    assert climb(flat) == pytest.approx([0.5, 0.501])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [([], "finite numbers"), ([[0.5]], "finite numbers"), ([np.nan, 1.0], "finite numbers"),
     ([0.1, 0.2, 0.3], "3 scores; the board has 2 cases")],
)  # fmt: skip
def test_the_ladder_says_what_is_no_submission(given, complaint):
    ladder = Ladder()
    ladder([0.5, 0.5])
    with pytest.raises(ValueError, match=complaint):
        ladder(given)
    with pytest.raises(ValueError, match="a step is a number above zero"):
        Ladder(0.0)


# The boards of others


def test_simulated_and_real_scores_rank_the_teams_of_a_known_board_almost_independently():
    """Pearson's .925 is made by failures; of the best fifteen teams the order is all but lost."""
    board = agentsociety_board()
    assert (len(board), board["team"].nunique()) == (196, 17)
    every = rank_agreement(board["sim"], board["real"])
    assert every.pearson == pytest.approx(0.925, abs=0.0005)
    assert every.spearman == pytest.approx(0.572, abs=0.0005)
    best = best_rows(board)
    teams = rank_agreement(best["sim"], best["real"])
    assert teams.spearman == pytest.approx(0.43, abs=0.005)
    assert teams.kendall == pytest.approx(0.31, abs=0.005)
    top = best.head(15)
    assert rank_agreement(top["sim"], top["real"]).spearman == pytest.approx(0.17, abs=0.005)


def test_the_board_that_ships_is_the_published_one_without_names():
    source = real_data("agentsociety_leaderboards") / "final_recommendation.csv"
    published = pd.read_csv(source).rename(columns=str.strip)
    ours = agentsociety_board()
    for name, column in (
        ("sim", "Score@SIM"),
        ("real", "Score@REAL"),
        ("overall", "Overall Score"),
    ):
        assert np.array_equal(ours[name], published[column])
    assert list(ours.columns) == ["team", "sim", "real", "overall"]
