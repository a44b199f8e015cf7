"""The control room in JupyterLab, in a real browser: killing the controller changes the page."""

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
ROOM = "from mavrs_course.widgets.control_room import ControlRoom\n\nControlRoom(seed=1)"

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(300),
]


def test_killing_the_controller_and_pricing_questions_change_the_screen(tmp_path):
    from playwright.sync_api import sync_playwright

    with jupyterlab(tmp_path) as address, sync_playwright() as playwright:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(ROOM)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, tmp_path / "notebooks" / "room.ipynb")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address, "notebooks/room.ipynb")
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        page.get_by_text("8 messages").wait_for()
        screenshot(page, "control_room")
        page.get_by_role("button", name="dead").click()
        page.get_by_text("10 messages").wait_for()
        page.get_by_role("checkbox").first.uncheck()
        page.get_by_text("nobody else may decide").wait_for()
        page.get_by_role("button", name="works").click()
        price = page.get_by_role("slider").nth(4)
        price.focus()
        for _ in range(6):
            price.press("ArrowRight")
        page.get_by_text("Asked: popularity, interest, novelty, editor").wait_for()
        weight = page.get_by_role("slider").nth(3)
        weight.focus()
        for _ in range(5):
            weight.press("ArrowRight")
        page.get_by_text("Asked: editor.").wait_for()
        screenshot(page, "control_room_editor")
        browser.close()
