"""The auction table in JupyterLab, in a real browser: moving the bid moves what is paid."""

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
TABLE = "from mavrs_course.widgets.auction_table import AuctionTable\n\nAuctionTable()"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_moving_the_bid_moves_slots_payments_and_curves(tmp_path):
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
        page.get_by_text("GSP: you keep 1,200").wait_for()
        page.get_by_text("VCG: you keep 1,400").wait_for()
        dot = page.locator("svg[role=img] circle").first
        before = dot.get_attribute("cx")
        bid = page.get_by_role("slider").first
        bid.focus()
        for _ in range(13):  # from 10 down to 3.5, half a dollar a press
            bid.press("ArrowLeft")
        page.get_by_text("GSP: you keep 800").wait_for()
        page.get_by_text("VCG: you keep 800").wait_for()
        assert page.locator("svg[role=img] circle").first.get_attribute("cx") != before
        screenshot(page, "auction_table_lie")
        page.get_by_role("button", name="Tell the truth").click()
        page.get_by_text("GSP: you keep 1,200").wait_for()
        screenshot(page, "auction_table_truth")
        browser.close()
