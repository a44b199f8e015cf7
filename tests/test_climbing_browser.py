"""The climbing pairs in JupyterLab, in a real browser: a moved slider moves the pairs."""

from __future__ import annotations

import re

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
PAIRS = "from mavrs_course.widgets.climbing_pairs import ClimbingPairs\n\nClimbingPairs()"
NEARLY_ALL = re.compile(r"^(9\d|100) % of 1,000 pairs end at the top")

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_optimism_takes_pairs_to_the_top_and_noise_brings_them_down(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        # The lesson's widget without the lesson, which the tests of all lessons run.
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(PAIRS)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "pairs.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address, "notebooks/pairs.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        report = page.get_by_text("pairs end at the top")
        page.get_by_text(re.compile(r"^0 % of 1,000 pairs end at the top")).wait_for()
        screenshot(page, "climbing_pairs_plain")
        slow = page.get_by_role("slider").first
        slow.focus()
        page.keyboard.press("Home")  # slow = 0: deaf to bad news
        page.get_by_text(NEARLY_ALL).wait_for()
        screenshot(page, "climbing_pairs_deaf")
        page.get_by_text("B with B pays 14 or 0").click()
        page.get_by_text(NEARLY_ALL).wait_for(state="detached")
        share = int(report.inner_text().split(" %")[0])
        assert share < 80
        screenshot(page, "climbing_pairs_noise")
        browser.close()
