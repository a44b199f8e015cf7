"""One JupyterLab for all tests of a worker that need it, and one browser for those of a file."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from lab import ARTEFACTS, errors, lab_of, new_page, open_notebook, run_all, running_browser


@pytest.fixture
def course_folder(pytestconfig):
    """The folder of a copy of the course."""
    return lab_of(pytestconfig).folder


@pytest.fixture
def address(pytestconfig):
    """The address of a JupyterLab on that copy."""
    return lab_of(pytestconfig).address


@pytest.fixture(scope="module")
def browser():
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser, pytestconfig):
    with new_page(browser) as page:
        yield page
    lab_of(pytestconfig).end_kernels()


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
        find_what_is_seen(page)
        assert not errors(run_all(page)), f"see {ARTEFACTS}"
        return page

    return run


def find_what_is_seen(page) -> None:
    """``get_by_text`` leaves out what is told to screen readers: it says again what is seen."""
    find = page.get_by_text

    def seen(*text, **options):
        return find(*text, **options).and_(page.locator(":not(.mavrs-said)"))

    page.get_by_text = seen
