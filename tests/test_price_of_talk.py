"""The widget that prices talk: front and best follow the sliders."""

from __future__ import annotations

import pandas as pd
import pytest

from mavrs_course.widgets.price_of_talk import PriceOfTalk

WAYS = {"alone": (2, 0.002, 190.0), "star": (12, 0.003, 220.0), "talkers": (60, 0.016, 230.0),
        "slow": (12, 0.020, 215.0)}  # fmt: skip


def matches():
    rows = []
    for workload, extra in (("calm", 0.0), ("storm", -100.0)):
        for mode, (messages, latency, minutes) in WAYS.items():
            lost = extra if mode == "talkers" else 0.0
            luck = 2 if mode == "star" else 0  # which the others don't share
            rows += [
                {"mode": mode, "workload": workload, "seed": seed, "agents": 6,
                 "minutes": minutes + lost + seed + luck * (seed - 1),
                 "quality": 0.0, "messages": messages,
                 "size_bytes": 80 * messages, "tokens": 0, "latency": latency}
                for seed in range(3)
            ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def widget():
    """At prices of nothing, from which each test moves what it is about."""
    priced = PriceOfTalk(matches())
    priced.message.value = 0.0
    return priced


def test_at_the_start_the_ways_cost_different_amounts():
    costs = PriceOfTalk(matches()).weighed().set_index("mode")["cost"]
    assert costs["alone"] < costs["star"] < costs["talkers"]


def test_where_talk_is_free_the_best_minutes_win_and_alone_are_on_the_front(widget):
    assert "Best here: talkers, 231 minutes net." in widget.verdict.value
    assert widget.weighed().query("front")["mode"].tolist() == ["talkers"]


def test_dear_messages_change_the_winner_and_the_front(widget):
    widget.message.value = 0.5
    assert "Best here: star, 215 minutes net." in widget.verdict.value
    assert set(widget.weighed().query("front")["mode"]) == {"alone", "star", "talkers"}
    widget.message.value = 3.0
    assert "Best here: alone, 185 minutes net." in widget.verdict.value


def test_time_has_a_price_of_its_own(widget):
    widget.millisecond.value = 1.0
    rows = widget.weighed().set_index("mode")
    assert rows.loc["slow", "net"] == pytest.approx(216.0 - 20.0)
    assert rows.index[0] == "star" and not rows.loc["slow", "front"]


def test_what_is_sure_is_not_called_close(widget):
    assert "may be as good" not in widget.verdict.value  # ahead by 12, 10 and 8


def test_another_workload_is_another_picture(widget):
    before = widget.picture.value
    widget.workload.value = "storm"
    assert "Best here: star, 221 minutes net." in widget.verdict.value
    assert widget.picture.value != before and "Best net: star" in widget.picture.value


def test_a_close_second_is_named(widget):
    widget.message.value = 0.2  # star 218.6, talkers 219
    assert "star may be as good" in widget.verdict.value


def test_readers_without_a_kernel_see_what_it_is(widget):
    assert "Run it in JupyterLab" in repr(widget)
