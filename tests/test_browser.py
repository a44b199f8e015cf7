"""In JupyterLab, in a real browser: a lesson runs from its menu, and the feed player plays.

Each lesson is looked at by ``lesson_run``, as nbval has run it.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from lab import (
    BROWSER,
    cells_with_widgets,
    errors,
    faults,
    move_sliders,
    open_notebook,
    run_all,
    screenshot,
)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")


LATER = """from ipywidgets import interact

word = "as it was"


@interact(times=(1, 4))
def repeat(times=1):
    print(" ".join([word] * times))"""


def test_a_slider_that_a_later_cell_breaks_is_found(page, show):
    show(LATER, "later = 1")
    (cell,) = cells_with_widgets(page)
    move_sliders(page, [cell])
    page.get_by_text("as it was as it was").wait_for()
    assert not faults(page)
    show(LATER, "word = None")
    (cell,) = cells_with_widgets(page)
    assert not faults(page)
    move_sliders(page, [cell])
    (fault,) = faults(page)
    assert fault.startswith(cell) and "TypeError" in fault


@pytest.fixture
def player(page, address):
    """The feed player of the welcome lesson, alive."""
    open_notebook(page, address, "notebooks/00_welcome.ipynb")
    assert not errors(run_all(page))
    player = page.locator(".mavrs-feed").first
    player.scroll_into_view_if_needed()
    player.locator("video").wait_for()
    return player


def wait_until_playing(page) -> str:
    """Wait until the clip on show has pictures and moves; its address, which differs per clip."""
    page.wait_for_function(
        "() => { const video = document.querySelector('.mavrs-feed video');"
        " return video.videoWidth > 0 && video.currentTime > 0.2 && !video.error; }"
    )
    return page.locator(".mavrs-feed video").first.get_attribute("src")


def test_feed_player_plays_and_learns_from_a_like_and_a_skip(page, player):
    player.locator(".fp-start").click()
    first = wait_until_playing(page)
    title, said = player.locator(".fp-title").inner_text(), player.locator(".fp-said").inner_text()
    screenshot(page, "feed_player_first_clip")

    player.get_by_label("Like (L)").click()
    page.wait_for_function(
        "said => document.querySelector('.mavrs-feed .fp-said').innerText !== said", arg=said
    )
    explained = player.locator(".fp-said").inner_text()
    assert "You liked" in explained and title in explained
    assert player.locator(".fp-moved").count() >= 1, "the picture of you moved"
    screenshot(page, "feed_player_after_like")

    player.get_by_label("Skip to the next video (arrow down)").click()
    page.wait_for_function(
        "src => document.querySelector('.mavrs-feed video').getAttribute('src') !== src", arg=first
    )
    assert wait_until_playing(page) != first
    screenshot(page, "feed_player_second_clip")


def test_feed_player_works_with_the_keyboard_alone(page, player):
    player.focus()
    page.keyboard.press("Space")
    first = wait_until_playing(page)
    page.keyboard.press("l")
    player.get_by_text("You liked").wait_for()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "src => document.querySelector('.mavrs-feed video').getAttribute('src') !== src", arg=first
    )
    assert wait_until_playing(page) != first
    assert page.evaluate("document.querySelector('.mavrs-feed video').muted"), "silent by default"


def test_run_all_checks_every_exercise_also_outside_mine(page, address):
    open_notebook(page, address, "exercises/02_the_platform.ipynb")
    with suppress(Exception):  # its promise ends with the first cell that fails
        run_all(page)
    for number in range(1, 6):
        page.get_by_text(f"CheckFailed: Exercise 02.{number}").wait_for(state="attached")


def test_printed_lines_break_between_words_before_any_widget_is_there(show):
    page = show("print('extraordinary ' * 60)")
    printed = page.locator(".jp-OutputArea-output pre").first
    assert printed.evaluate("node => getComputedStyle(node).wordBreak") == "normal"
    width = printed.evaluate("node => node.scrollWidth")
    assert width <= printed.evaluate("node => node.clientWidth")
