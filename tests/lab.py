"""A real JupyterLab, driven in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = Path(os.environ.get("MAVRS_ARTEFACTS", ROOT / "artefacts"))
FOLDERS = ("notebooks", "exercises", "solutions", "data")
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
START_SECONDS, ANSWER_SECONDS = 500, 120  # many times what a quiet machine needs
MINUTE = 60_000  # playwright counts milliseconds
PATIENCE = 4 * MINUTE  # with what hangs; what is only slow should not need it

READY = """async () => {
    const {context} = window.jupyterapp.shell.currentWidget;
    await context.ready;
    await context.sessionContext.ready;
}"""

RUN_ALL = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    return panel.content.model.sharedModel.toJSON().cells;
}"""

WITH_WIDGETS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .map(cell => cell.model)
    .filter(({outputs}) => outputs?.toJSON().some(
        ({data}) => data && 'application/vnd.jupyter.widget-view+json' in data))
    .map(({id}) => id)"""

SCROLL_TO = """async id => {
    const book = window.jupyterapp.shell.currentWidget.content;
    const place = book.widgets.findIndex(cell => cell.model.id === id);
    await book.scrollToItem(place);
    book.widgets[place].node.setAttribute('data-cell', id);
}"""

# The kernel answers in order: when it has answered this, it has done what was asked before.
SETTLE = """async () => {
    const {sessionContext} = window.jupyterapp.shell.currentWidget;
    for (let round = 0; round < 3; round++)
        await sessionContext.session.kernel.requestKernelInfo();
}"""

FAULTS = """async seconds => {
    const book = window.jupyterapp.shell.currentWidget.content;
    const pause = () => new Promise(done => setTimeout(done, 50));
    const lost = ({node}) => {
        const text = node.innerText.slice(0, 200);
        if (!node.isConnected) return 'not on the page: ' + text;
        if (/(Loading|Error displaying) widget|to wake it/.test(text)) return text;
        if (![...node.querySelectorAll('img')].every(image => image.naturalWidth > 0))
            return 'an image without a picture';
        if (node.getBoundingClientRect().height > 0) return '';
        const record = node.querySelector('[data-mime-type="text/plain"]')?.textContent === '';
        return record ? '' : 'empty: ' + node.innerHTML;  // a check's record has no words
    };
    const shouted = ({node}) => node.querySelector(
        '[data-mime-type$=".error"], [data-mime-type$=".stderr"]')?.innerText;
    const faults = [];
    for (const [place, cell] of book.widgets.entries()) {
        if (!cell.model.outputs?.length) continue;
        await book.scrollToItem(place);
        const outputs = cell.outputArea.widgets;
        const until = Date.now() + 1000 * seconds;
        while (outputs.some(lost) && Date.now() < until) await pause();
        for (const output of outputs) {
            const fault = lost(output) || shouted(output);
            if (fault) faults.push(cell.model.id + ': ' + fault);
        }
    }
    return faults;
}"""


def find_browser() -> str | None:
    """The path of a browser that playwright can drive, or None."""
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None)


BROWSER = find_browser()


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs on a copy of the course in ``folder``, found at ``address``."""

    address: str
    folder: Path

    def ask(self, method: str, path: str, content: object = None) -> object:
        """What the server's REST interface answers; raises OSError where it refuses."""
        request = urllib.request.Request(
            f"{self.address}/api/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.loads(answer.read() or b"null")

    def start_kernel(self, path: str) -> str:
        """The id of a kernel that runs for the notebook at ``path``, as a page would start it."""
        name = Path(path).name
        kernel = {"name": "python3"}
        session = {"path": path, "name": name, "type": "notebook", "kernel": kernel}
        return self.ask("POST", "sessions", session)["kernel"]["id"]

    def end_kernels(self) -> None:
        """End every kernel: a test leaves none to the next."""
        for session in self.ask("GET", "sessions"):
            self.ask("DELETE", f"sessions/{session['id']}")

    def connection_file(self, kernel: str) -> Path:
        return self.folder / "jupyter" / "runtime" / f"kernel-{kernel}.json"


_LAB = pytest.StashKey[Lab]()


def lab_of(config: pytest.Config) -> Lab:
    """The one JupyterLab of this process, started when it is first needed."""
    if _LAB not in config.stash:
        folder = Path(tempfile.mkdtemp(prefix="mavrs-lab-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        running = jupyterlab(folder)
        config.stash[_LAB] = running.__enter__()
        config.add_cleanup(lambda: running.__exit__(None, None, None))
    return config.stash[_LAB]


@contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """``mavrs lab`` on a copy of the course in ``folder``, while it runs."""
    for name in FOLDERS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        f"JUPYTER_{kind}_DIR": str(folder / "jupyter" / kind.lower())
        for kind in ("CONFIG", "DATA", "RUNTIME")
    } | {"MAVRS_STATE": str(folder / "state"), "IPYTHONDIR": str(folder / "ipython")}
    options = [
        f"--port={port}",
        "--no-browser",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",  # tests talk to it without a page's cookie
        "--expose-app-in-browser",
    ]
    address = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mavrs_course", "lab", *options],
            cwd=folder,
            env=os.environ | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_server(address, server, folder / "server.log")
            yield Lab(address, folder)
        finally:
            server.terminate()
            server.wait(timeout=ANSWER_SECONDS)


def wait_for_server(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, f"JupyterLab stopped:\n{log.read_text()[-2000:]}"
        try:
            urllib.request.urlopen(f"{address}/api", timeout=10).close()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not answer:\n{log.read_text()[-2000:]}")


@contextmanager
def running_browser() -> Iterator:
    """The system's browser, driven by playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=BROWSER_FLAGS, timeout=PATIENCE
        )
        yield browser
        browser.close()


@contextmanager
def new_page(browser) -> Iterator:
    """A page of the size of a small laptop's screen."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


def answer_in_time(page, script: str, given: object = None) -> object:
    """What a script in the page answers; raises playwright's Error where an answer is lost."""
    in_time = f"""given => Promise.race([
        ({script})(given),
        new Promise((_, fail) => setTimeout(() => fail(new Error('no answer')), {PATIENCE})),
    ])"""
    return page.evaluate(in_time, given)


def open_notebook(page, address: str, path: str) -> None:
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.wait_for_function(
        "name => window.jupyterapp?.shell.currentWidget?.title?.label === name",
        arg=Path(path).name,
    )
    page.locator(".jp-Notebook").wait_for()
    answer_in_time(page, READY)


def run_all(page) -> list[dict]:
    """Run every cell of the open notebook as its menu does, and return the cells with outputs."""
    return page.evaluate(RUN_ALL)


def move_sliders(page, cells: list[str]) -> None:
    """Move each slider in the outputs of these cells by a step, as the lesson's end left it."""
    for cell in cells:
        answer_in_time(page, SCROLL_TO, cell)
        for slider in page.locator(f"[data-cell='{cell}']").get_by_role("slider").all():
            slider.press("ArrowRight")
            answer_in_time(page, SETTLE)


def cells_with_widgets(page) -> list[str]:
    """The ids of the cells of the open notebook that show widgets."""
    return page.evaluate(WITH_WIDGETS)


def faults(page, seconds: float = 60) -> list[str]:
    """What does not show as it should in the outputs of the open notebook, after its cell's id.

    An output that is still loading is waited for.
    """
    return page.evaluate(FAULTS, seconds)


def errors(cells: list[dict]) -> list[str]:
    """The error of each cell that has one, with the cell's id."""
    return [
        f"{cell['id']}: {output['ename']}: {output['evalue']}"
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]


def screenshot(page, name: str) -> Path:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path)
    return path
