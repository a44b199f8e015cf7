"""The election in JupyterLab, in a real browser: a moved voter changes the winner."""

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
ELECTION = "from mavrs_course.widgets.election import Election\n\nElection()"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_moving_voters_changes_the_winner_on_the_screen(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(ELECTION)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "election.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address, "notebooks/election.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("Nobody beats everybody in duels").wait_for()
        page.get_by_role("slider").first.focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.get_by_text("A beats everybody in duels").wait_for()
        screenshot(page, "election")
        page.get_by_role("combobox", name="start").select_option("the capital of Tennessee")
        page.get_by_text("Nashville beats everybody in duels").wait_for()
        assert page.locator("svg[role=img] circle").count() == 4
        screenshot(page, "election_tennessee")
        browser.close()
