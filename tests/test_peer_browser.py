"""The peer table in JupyterLab, in a real browser: a cut parts the pages on the screen."""

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
TABLE = "from mavrs_course.widgets.peer_table import PeerTable\n\nPeerTable(seed=15)"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_cutting_and_healing_change_the_pages_on_the_screen(tmp_path):
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
        page.get_by_text("different pages").wait_for()
        slider = page.locator(".jupyter-widgets .noUi-handle").first
        slider.focus()
        slider.press("End")
        page.get_by_text("480 messages").wait_for()
        page.get_by_text("1 different page,").wait_for()
        page.get_by_role("button", name="cut in two").click()
        page.get_by_label("Eight peers and 6 links").wait_for()
        page.get_by_text("2 different pages").wait_for()
        screenshot(page, "peer_table_cut")
        page.get_by_role("button", name="cut in two").click()
        page.get_by_label("Eight peers and 8 links").wait_for()
        page.get_by_role("button", name="peer 3").click()
        page.get_by_label("Eight peers and 6 links").wait_for()
        page.get_by_role("button", name="peer 0 lies").click()
        page.get_by_text("0 of the 3 best").first.wait_for()
        screenshot(page, "peer_table_liar")
        browser.close()
