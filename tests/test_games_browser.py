"""The game table and the film in JupyterLab, in a real browser."""

from __future__ import annotations

import nbformat
import pytest
from lab import (
    ARTEFACTS,
    BROWSER_FLAGS,
    errors,
    find_browser,
    jupyterlab,
    open_notebook,
    run_all,
    screenshot,
)

BROWSER = find_browser()
TABLE = "from mavrs_course.widgets.game_table import GameTable\n\nGameTable()"
FILM = """from mavrs_course.envs.feed_policies import favourite_bids, planned_bids
from mavrs_course.widgets.session_film import record, session_film, show_film

sessions = {"grab": record(favourite_bids, 4), "plan": record(planned_bids, 4)}
show_film(session_film(sessions, range(0, 40, 2)), alt="Two sessions of one viewer.")"""

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_moving_a_payoff_ends_the_dilemma_and_the_film_moves(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        cells = [nbformat.v4.new_code_cell(text) for text in (TABLE, FILM)]
        notebook = nbformat.v4.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "games.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        open_notebook(page, address, "notebooks/games.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("Price of anarchy: 3.00").wait_for()
        assert page.get_by_text("Equilibrium:").count() == 1
        for number in (0, 4):  # what mutual cooperation pays, to the one and to the other
            handle = page.locator(".noUi-handle").nth(number)
            handle.focus()
            for _ in range(6):  # from 3 to 6, half a point at a time
                handle.press("ArrowRight")
        page.get_by_text("Equilibrium: cooperate, cooperate").wait_for()
        page.get_by_text("Price of anarchy: 6.00").wait_for()
        assert page.locator("svg[role=img] circle").count() == 3
        screenshot(page, "game_table")
        film = page.get_by_role("img", name="Two sessions of one viewer.")
        film.scroll_into_view_if_needed()
        first = film.screenshot()
        page.wait_for_timeout(1_500)
        assert film.screenshot() != first
        browser.close()
