"""One JupyterLab and one browser for all tests of a file that need them."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from lab import ARTEFACTS, BROWSER, BROWSER_FLAGS, errors, jupyterlab, open_notebook, run_all


@pytest.fixture(scope="module")
def course_folder(tmp_path_factory):
    """The folder of a copy of the course."""
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def address(course_folder):
    """The address of a JupyterLab on that copy."""
    with jupyterlab(course_folder) as address:
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


@pytest.fixture
def show(page, address, course_folder, request) -> Callable:
    """``show(code, ...)`` runs a notebook with these cells and gives the page that shows it."""

    def run(*code: str):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in code],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        name = f"notebooks/{request.node.name}.ipynb"
        nbformat.write(notebook, course_folder / name)
        open_notebook(page, address, name)
        assert not errors(run_all(page, minutes=1)), f"see {ARTEFACTS}"
        return page

    return run
