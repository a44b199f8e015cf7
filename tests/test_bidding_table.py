"""The seat at the feed game: its forecast is right, and its buttons play the real game."""

import numpy as np
import pytest

from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.widgets.bidding_table import BiddingTable, page_value
from mavrs_course.world.topics import MEAN_QUALITY
from mavrs_course.world.viewers import REFUND_RATE

ONLY_CHANNEL_0 = np.array([5, 0, 0, 0, 0])


def test_forecast_worked_by_hand():
    """One video at interest 1: P = 2 / 4; 4 minutes half of the time, else half a minute gone."""
    minutes, budget = page_value(np.ones(20), ONLY_CHANNEL_0)
    assert minutes == pytest.approx(2.0)
    assert budget == pytest.approx(0.5 * 4 * (1 - REFUND_RATE * MEAN_QUALITY[0]) + 0.25)


def test_forecast_is_what_the_game_pays_on_average():
    core = FeedCore(50_000, rng=np.random.default_rng(0))
    interest, actions = np.linspace(-1, 1, 20), np.array([5, 6, 3, 8, 1])
    core.interest[:] = interest
    _, _, page = core.step(np.tile(actions, (core.sessions, 1)))
    minutes, budget = page_value(interest, actions)
    # 200 tie-breaks stand for all of them
    assert page.watch_minutes.mean() == pytest.approx(minutes, rel=0.05)
    assert 200 - core.budget.mean() == pytest.approx(budget, rel=0.05)


def test_moving_a_bid_changes_the_forecast_at_once():
    table = BiddingTable(seed=0)
    before = table.forecast.value
    table.bids[0].value = 0
    assert table.forecast.value != before
    assert table.actions.tolist() == [0, 5, 5, 5, 5]


def test_showing_a_page_plays_the_game_and_keeps_the_bids():
    table = BiddingTable(seed=0)
    table.bids[4].value, table.bids[0].value = 8, 0
    table.show_page.click()
    assert table.env.steps == 1 and table.env.last_actions.tolist() == [0, 5, 5, 5, 8]
    assert table.actions.tolist() == [0, 5, 5, 5, 8]
    assert "Page 1" in table.report.value and "data:image/png;base64," in table.picture.value


def test_a_viewer_who_has_left_stays_away_until_a_new_one_comes():
    table = BiddingTable(seed=0)
    while table.env.agents:
        table.play()
    pages = table.env.steps
    assert "the viewer leaves" in table.report.value
    table.play()
    assert table.env.steps == pages and "New viewer" in table.report.value
    table.new_viewer.click()
    assert table.env.steps == 0 and table.env.agents and table.seed == 1
