"""The mixing table in JupyterLab, in a real browser: typing a payoff moves the fits."""

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
TABLE = "from mavrs_course.widgets.mixing_table import MixingTable\n\nMixingTable()"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_choosing_and_typing_move_the_fits_on_the_screen(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        # The lesson's table without the lesson, which the tests of all lessons run.
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(TABLE)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "table.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address, "notebooks/table.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("4 of 4 values off").wait_for()
        page.locator(".jp-OutputArea select").select_option("either will do")
        page.get_by_text("4 of 4 values off").nth(1).wait_for()
        screenshot(page, "mixing_table")
        page.locator(".jp-OutputArea select").select_option("linear")
        page.get_by_text("0 of 4 values off").nth(2).wait_for()
        last = page.locator(".jp-OutputArea input[type=number]").last
        last.fill("20")
        last.press("Enter")
        page.get_by_text("4 of 4 values off").wait_for()
        assert page.locator("svg[role=img]").count() == 4
        browser.close()
