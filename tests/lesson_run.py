"""Each lesson is run once: nbval compares, the claims are read, and a browser shows that run.

A pytest plugin.  With ``--in-jupyterlab``, nbval's cells of ``notebooks/`` run in a kernel that
``mavrs lab`` has started, and two tests follow them in that file: the claims of this run, and a
look at its page in JupyterLab, where the widgets live on the same kernel.  Without the option a
lesson is nbval's alone.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from lab import (
    ARTEFACTS,
    BROWSER,
    ROOT,
    Lab,
    cells_with_widgets,
    faults,
    lab_of,
    move_sliders,
    new_page,
    open_notebook,
    running_browser,
    screenshot,
)
from nbformat.sign import NotebookNotary
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbFile

from mavrs_course.course.claims import claims_of

LESSONS = ROOT / "notebooks"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--in-jupyterlab",
        action="store_true",
        help="run each lesson in a kernel of JupyterLab, and look at it there afterwards",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector):
    found = yield
    if file_path.parent != LESSONS or not parent.config.option.in_jupyterlab:
        return found
    return [
        LessonFile.from_parent(parent, path=file_path) if type(each) is IPyNbFile else each
        for each in found
    ]


class LabKernel(RunningKernel):
    """nbval's kernel, started by JupyterLab, so that the lesson's page finds it running."""

    def __init__(self, lab: Lab, path: str, startup_timeout: float):
        self.lab = lab
        self.id = lab.start_kernel(path)
        self.kc = BlockingKernelClient(connection_file=str(lab.connection_file(self.id)))
        self.kc.load_connection_file()
        self.kc.start_channels()
        # Not wait_for_ready: on a busy machine it takes a late heartbeat for a death.
        self.await_reply(self.kc.kernel_info(), timeout=startup_timeout)
        self._ensure_iopub_up()
        self.ended = False

    def is_alive(self) -> bool:
        return not self.ended

    def interrupt(self) -> None:
        self.lab.ask("POST", f"kernels/{self.id}/interrupt")

    def stop(self) -> None:
        self.ended = True
        self.kc.stop_channels()
        self.lab.end_kernels()


class LessonFile(IPyNbFile):
    """A lesson: nbval's cells in one kernel, and what can be told of their run."""

    def setup(self) -> None:
        if BROWSER is None:
            super().setup()
            return
        seconds = self.config.option.nbval_kernel_startup_timeout
        self.kernel = LabKernel(lab_of(self.config), f"notebooks/{self.path.name}", seconds)
        self.setup_sanitize_files()

    def collect(self):
        self.items = list(super().collect())
        yield from self.items
        for check in (claims_hold, looks_right_in_jupyterlab):
            yield pytest.Function.from_parent(self, name=check.__name__, callobj=check)

    def write_executed(self, path: Path) -> nbformat.NotebookNode:
        """Write the lesson with the outputs of this run."""
        if not all(item.test_outputs is not None for item in self.items):
            pytest.fail("this is a look at a lesson that has run: select all of its cells")
        notebook = nbformat.read(self.path, as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for count, (cell, item) in enumerate(zip(code, self.items, strict=True), 1):
            cell.execution_count, cell.outputs = count, item.test_outputs
        notebook.metadata.pop("widgets", None)  # the state of another run
        nbformat.write(notebook, path)
        return notebook


def claims_hold(request, tmp_path):
    """A claim that fails fails its cell; here all that ship are found again, or say why not."""
    lesson = request.node.parent
    lesson.write_executed(tmp_path / lesson.path.name)
    claims, shipped = claims_of([tmp_path / lesson.path.name]), claims_of([lesson.path])
    assert [claim.id for claim in claims] == [claim.id for claim in shipped]
    assert all(claim.supported is not False for claim in claims)  # None: real logs are missing


@pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")
def looks_right_in_jupyterlab(request):
    """The run in its page: all outputs show, sliders work, and every reader can use them."""
    from playwright.sync_api import Error

    try:
        _look(request)
    except Error:
        # Now and then a browser loses an answer of its page, so it is asked again.
        _look(request)


def _look(request):
    from browser_looks import looks, lost_by_keys, unnamed_controls  # need the extra "test"

    lesson = request.node.parent
    lab, name = lab_of(request.config), f"notebooks/{lesson.path.name}"
    notebook = lesson.write_executed(lab.folder / name)
    NotebookNotary(data_dir=str(lab.folder / "jupyter" / "data")).sign(notebook)
    with running_browser() as browser, new_page(browser) as page:
        open_notebook(page, lab.address, name)
        with_widgets = cells_with_widgets(page)
        assert with_widgets
        assert not faults(page)
        move_sliders(page, with_widgets)
        screenshot(page, lesson.path.stem)
        wrong = faults(page)  # also in what the sliders made their cells show
        assert not wrong, "\n".join([f"see {ARTEFACTS}", *wrong])
        wrong = looks(page) + unnamed_controls(page) + lost_by_keys(page)
        assert not wrong, "\n".join(wrong)
