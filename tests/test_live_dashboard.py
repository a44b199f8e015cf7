"""The live dashboard: it runs, pauses, goes on by a window, and judges the evening anew."""

import asyncio

import numpy as np
import pytest

from mavrs_course.widgets import live_dashboard
from mavrs_course.widgets.live_dashboard import Evening, LiveDashboard, alarms, heard_after, judged


def test_a_window_passes_at_a_time_and_a_new_evening_begins_anew():
    board = LiveDashboard(seed=1)
    before = len(board.evening)
    board.next.click()
    assert len(board.evening) == before + 1
    first = board.evening.viewers[:before].copy()
    board.anew.click()
    assert len(board.evening) == before and not np.array_equal(board.evening.viewers, first)


def test_a_higher_limit_gives_fewer_alarms():
    board = LiveDashboard(seed=2)
    for _ in range(100):
        board.step()
    shares = [alarms(board.evening, h).mean() for h in (1.0, 6.0, 16.0)]
    assert shares[0] > shares[1] > shares[2]
    before = board.picture.value
    board.limit.value = 1.0
    assert board.picture.value != before


def test_it_runs_pauses_and_tells_screen_readers_alarms_alone(monkeypatch):
    monkeypatch.setattr(live_dashboard, "SECONDS", 0.001)
    board = LiveDashboard(seed=1)
    before, labels, news = len(board.evening), set(), set()

    async def evening():
        board.run.value = True
        for _ in range(60):
            await asyncio.sleep(0.002)
            labels.add(board.picture.value.split('aria-label="')[1].split('"')[0])
            news.add(board.news.value)
        board.run.value = False
        gone = len(board.evening)
        await asyncio.sleep(0.01)
        assert len(board.evening) == gone > before

    asyncio.run(evening())
    assert labels == {"Four rooms, running."} and any("highlight now" in said for said in news)
    assert "highlights heard" in board.picture.value.split('aria-label="')[1].split('"')[0]


def test_it_ends_by_itself_and_without_a_notebook_it_does_not_run(monkeypatch):
    monkeypatch.setattr(live_dashboard, "SECONDS", 0.0)
    monkeypatch.setattr(live_dashboard, "MOST", 52)
    board = LiveDashboard()
    board.run.value = True
    assert not board.run.value

    async def evening():
        board.run.value = True
        await board._task

    asyncio.run(evening())
    assert not board.run.value and len(board.evening) == 52


def test_highlights_are_told_only_when_asked_for():
    board = LiveDashboard()
    assert ">highlight<" not in board.picture.value
    board.truth.value = True
    assert ">highlight<" in board.picture.value


def test_an_evening_is_judged_as_by_hand():
    highlight = np.array([[0, 1, 1, 1, 0, 1, 0, 0]], dtype=bool).T
    alarm = np.array([[1, 0, 0, 1, 1, 0, 0, 1]], dtype=bool).T
    assert heard_after(highlight, alarm) == pytest.approx([2.0, np.nan], nan_ok=True)
    nothing = np.zeros(highlight.shape, dtype=int)
    told = judged(Evening(nothing, nothing, nothing, highlight, nothing), alarm)
    assert told == (
        "After 4 minutes: 1 of 2 highlights heard, 60 s late on average; 2 false alarms."
    )
