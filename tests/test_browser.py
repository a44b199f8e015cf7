"""Each lesson in JupyterLab, in a real browser: it runs, and the widgets do what they promise."""

from __future__ import annotations

import pytest
from lab import (
    ARTEFACTS,
    BROWSER_FLAGS,
    ROOT,
    errors,
    find_browser,
    jupyterlab,
    open_notebook,
    run_all,
    screenshot,
)

BROWSER = find_browser()
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("course")) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield page
    page.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_runs_in_jupyterlab(page, address, lesson):
    open_notebook(page, address, f"notebooks/{lesson}")
    cells = run_all(page)
    screenshot(page, lesson.removesuffix(".ipynb"))
    assert not errors(cells), f"see {ARTEFACTS}"
    assert any(cell.get("outputs") for cell in cells)
