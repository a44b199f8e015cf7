"""The price of talk in JupyterLab, in a real browser: dear messages change the winner."""

from __future__ import annotations

from pathlib import Path

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
PRICES = """from test_price_of_talk import matches

from mavrs_course.widgets.price_of_talk import PriceOfTalk

PriceOfTalk(matches())"""

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_dear_messages_change_the_winner_on_the_screen(tmp_path):
    from playwright.sync_api import sync_playwright

    here = f"import sys\n\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(here + PRICES)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "prices.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address, "notebooks/prices.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("Best here: talkers").wait_for()
        page.get_by_role("slider").first.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.get_by_text("Best here: star").wait_for()
        screenshot(page, "price_of_talk")
        page.get_by_role("combobox", name="workload").select_option("storm")
        page.get_by_role("img", name="Best net: star").wait_for()
        assert page.locator("svg[role=img] circle").count() == 4
        screenshot(page, "price_of_talk_storm")
        browser.close()
