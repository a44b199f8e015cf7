"""The clip in JupyterLab, in a real browser: pressing a button moves the sample to the clip."""

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
VIEW = "from mavrs_course.widgets.clip_view import ClipView\n\nClipView()"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_steps_uphill_move_the_sample_until_the_clip_holds_it(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(VIEW)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "clip.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        open_notebook(page, address, "notebooks/clip.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("0 steps on this rollout").wait_for()
        sample = page.locator("svg[role=img] circle")
        start = float(sample.get_attribute("cx"))
        uphill = page.get_by_role("button", name="Step uphill")
        for step in range(1, 5):
            uphill.click()
            page.get_by_text(f"{step} steps on this rollout").wait_for()
        held = float(sample.get_attribute("cx"))
        assert held > start + 40
        page.get_by_text("it has moved far enough").wait_for()
        uphill.click()
        page.get_by_text("5 steps on this rollout").wait_for()
        assert float(sample.get_attribute("cx")) == held
        screenshot(page, "clip_view")
        page.get_by_label("clip", exact=True).first.uncheck()
        uphill.click()
        page.get_by_text("6 steps on this rollout").wait_for()
        assert float(sample.get_attribute("cx")) > held
        browser.close()
