"""The belief table in JupyterLab, in a real browser: pressing a button moves the picture."""

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
TABLE = "from mavrs_course.widgets.belief_table import BeliefTable\n\nBeliefTable(seed=1)"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_watching_and_skipping_move_the_belief_on_the_screen(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        # The lesson's table without the lesson, which the tests of all lessons run.
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(TABLE)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "table.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        open_notebook(page, address, "notebooks/table.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("0 clicks on 0 pages so far").wait_for()
        page.get_by_role("button", name="Watch ").first.click()
        page.get_by_text("1 clicks on 1 pages so far").wait_for()
        page.get_by_role("button", name="Skip all three").click()
        page.get_by_text("1 clicks on 2 pages so far").wait_for()
        assert page.locator("svg[role=img] polygon").count() == 20
        screenshot(page, "belief_table")
        browser.close()
