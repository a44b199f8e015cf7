"""Bars of long cells: how far, how long, and gone afterwards."""

from __future__ import annotations

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from mavrs_course.course.notebook import normalise
from mavrs_course.progress import ProgressPart, counting, progress, seconds_left, share_done, told


def test_all_things_come_in_their_order():
    assert list(progress("abc", "letters")) == ["a", "b", "c"]
    assert list(progress((x for x in range(3)), "numbers")) == [0, 1, 2]
    assert list(progress([], "nothing")) == []


def test_an_inner_loop_is_a_share_of_the_outer_ones_step():
    parts = [ProgressPart("days", 4, 1), ProgressPart("seeds", 2, 1)]
    assert share_done(parts) == pytest.approx(1 / 4 + 1 / 8)
    assert share_done([*parts, ProgressPart("epochs", 10, 5)]) == pytest.approx(
        1 / 4 + 1 / 8 + 1 / 16
    )
    assert share_done([ProgressPart("steps", 0, 0)]) == 0.0


def test_time_left_follows_the_pace():
    assert seconds_left(0.0, 9.0) is None
    assert seconds_left(0.25, 10.0) == pytest.approx(30.0)
    assert told([ProgressPart("seeds", 5, 1)], 6.2) == "seeds: 1 of 5, 6 s so far, about 25 s left"
    assert told([ProgressPart("seeds", 5)], 2.0) == "seeds: 0 of 5, 2 s so far"
    assert "about 10 min left" in told([ProgressPart("pages", 100, 10)], 66.0)


def test_a_loop_that_fails_leaves_nothing_behind():
    with pytest.raises(ZeroDivisionError), counting("steps", 3):
        raise ZeroDivisionError
    assert list(progress([1], "again")) == [1]


SLOW = """import time
from mavrs_course import progress as bars
bars.PATIENCE, bars.TICK = 0.05, 0.05
print("before")
for n in bars.progress(range(4), "days"):
    for m in bars.progress(range(2), "seeds"):
        time.sleep(0.1)
print("after")"""
FAILS = """for n in bars.progress(range(9), "nights"):
    time.sleep(0.2)
    if n:
        raise ValueError"""


def messages(kernel, code: str) -> list[tuple[str, dict]]:
    """What a kernel sends while it runs a cell: kinds and contents."""
    heard = []
    kernel.execute_interactive(
        code, timeout=60, output_hook=lambda m: heard.append((m["msg_type"], m["content"]))
    )
    return heard


def bars_of(heard: list[tuple[str, dict]]) -> list[dict]:
    return [content["data"] for kind, content in heard if "display_data" in kind]


@pytest.fixture(params=["1", "0"])
def kernel(request, monkeypatch):
    """A kernel where bars are wanted, and one where they are not."""
    monkeypatch.setenv("MAVRS_PROGRESS", request.param)
    manager, client = start_new_kernel()
    client.wanted = request.param == "1"
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_bar_is_shown_while_a_cell_runs_and_nothing_of_it_stays(kernel):
    done, failed, later = (messages(kernel, code) for code in (SLOW, FAILS, "print('next')"))
    assert not bars_of(later)
    if not kernel.wanted:
        assert not bars_of(done) and not bars_of(failed)
        return
    texts = [data["text/plain"] for data in bars_of(done)]
    assert any("days: 2 of 4" in text and "left" in text for text in texts)
    assert not any("seeds:" in text for text in texts), "one bar tells the whole"
    assert texts[-1] == ""
    assert any("nights" in data["text/plain"] for data in bars_of(failed))
    assert bars_of(failed)[-1] == {"text/plain": ""}, "an error takes the bar with it"


def test_the_build_drops_what_a_bar_leaves():
    empty = nbformat.v4.new_output("display_data", data={"text/plain": ""})
    words = nbformat.v4.new_output("display_data", data={"text/plain": "words"})
    cell = nbformat.v4.new_code_cell("1", outputs=[empty, words])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    normalise(notebook)
    assert notebook.cells[0].outputs == [words]
