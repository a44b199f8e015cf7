"""Closed at night and opened the next day: what a learner sees before anything runs again."""

from __future__ import annotations

import json

import pytest
from lab import BROWSER, MINUTE, open_notebook, screenshot

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]

WIDGETS = """import ipywidgets as widgets

from mavrs_course.widgets import interact
from mavrs_course.widgets.auction_table import AuctionTable

table = AuctionTable()
table.bid.value = 3.5
table"""
MOVED = """def draw(rounds):
    print("after", rounds, "rounds")

interact(draw, rounds=widgets.IntSlider(4, min=0, max=9))"""
SLEEPS = "No kernel answers"


def close_for_the_night(page) -> None:
    """Save, shut the kernel down, and close the notebook."""
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    page.goto("about:blank")


def test_widgets_show_their_last_state_and_how_to_wake_them(show, address, request, course_folder):
    page = show(WIDGETS, MOVED)
    page.get_by_text("GSP: you keep 800").wait_for()
    bid = page.get_by_role("slider", name="Your bid")
    bid.focus()
    for _ in range(13):
        bid.press("ArrowRight")
    page.get_by_text("GSP: you keep 1,200").wait_for()
    close_for_the_night(page)

    name = f"notebooks/{request.node.name}.ipynb"
    open_notebook(page, address, name)
    page.get_by_text(SLEEPS).first.wait_for(timeout=MINUTE)
    page.get_by_text(SLEEPS).nth(1).wait_for(timeout=MINUTE)
    page.get_by_text("GSP: you keep 1,200").wait_for()
    page.get_by_text("after 4 rounds").wait_for()
    screenshot(page, "coming_back")
    assert not page.get_by_text("model not found").count()
    assert not page.get_by_text("children=(").count()

    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.get_by_text("GSP: you keep 800").wait_for()
    page.wait_for_timeout(2_500)
    assert not page.get_by_text(SLEEPS).first.is_visible(), "awake again"


def test_a_widget_says_when_its_kernel_is_gone(show):
    page = show(MOVED.replace("def draw", "import ipywidgets as widgets\n"
                              "from mavrs_course.widgets import interact\n\ndef draw"))  # fmt: skip
    page.get_by_text("after 4 rounds").wait_for()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.context.sessionContext"
        ".session.kernel.restart()"
    )
    slider = page.get_by_role("slider", name="rounds")
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_text(SLEEPS).wait_for()


def test_who_does_not_trust_a_notebook_sees_a_picture_and_a_sentence(show, address, course_folder):
    page = show(WIDGETS, MOVED)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = max((course_folder / "notebooks").glob("test_who*.ipynb"))
    notebook = json.loads(saved.read_text())
    notebook["cells"][0]["source"] = ["# somebody else's"]
    notebook["metadata"].pop("widgets", None)
    stranger = saved.with_name("stranger.ipynb")
    stranger.write_text(json.dumps(notebook))
    open_notebook(page, address, f"notebooks/{stranger.name}")
    page.get_by_text("Run this cell to wake it").first.wait_for(timeout=MINUTE)
    page.get_by_role("img", name="GSP: what you keep, by your bid").wait_for()
    page.get_by_text("after 4 rounds").wait_for()
    assert not page.get_by_text("children=(").count()
    assert not page.get_by_text("model not found").count()


DIRTY = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
IDLE = """() => window.jupyterapp.shell.currentWidget.context.sessionContext
    .session?.kernel?.status === 'idle'"""


@pytest.mark.parametrize("folder", ["notebooks", "exercises"])
def test_opening_a_copy_of_ones_own_does_not_mark_it_changed(page, address, folder):
    open_notebook(page, address, f"mine/{folder}/00_welcome.ipynb")
    page.wait_for_function(IDLE, timeout=MINUTE)
    page.wait_for_timeout(2_000)
    assert not page.evaluate(DIRTY)


def test_the_feed_player_says_when_its_kernel_is_gone(show):
    page = show("from mavrs_course.widgets import FeedPlayer\n\nFeedPlayer()")
    page.locator(".mavrs-feed video").wait_for()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.context.sessionContext"
        ".session.kernel.restart()"
    )
    page.get_by_label("Like (L)").click()
    page.get_by_text("Run this cell again to go on").wait_for()
