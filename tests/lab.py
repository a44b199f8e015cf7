"""A real JupyterLab, driven in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
MINUTE = 60_000  # playwright counts milliseconds

RUN_ALL = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.context.sessionContext.ready;
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    return panel.content.model.sharedModel.toJSON().cells;
}"""


def find_browser() -> str | None:
    """The path of a browser that playwright can drive, or None."""
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None)


BROWSER = find_browser()


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """``mavrs lab`` on a copy of the course in ``folder``: its address, while it runs."""
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
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for_server(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        assert server.poll() is None, f"JupyterLab stopped:\n{log.read_text()[-2000:]}"
        try:
            urllib.request.urlopen(f"{address}/api", timeout=1).close()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not answer:\n{log.read_text()[-2000:]}")


def open_notebook(page, address: str, path: str) -> None:
    page.goto(f"{address}/lab/tree/{path}?reset", timeout=MINUTE)
    page.wait_for_function(
        "name => window.jupyterapp?.shell.currentWidget?.title?.label === name",
        arg=Path(path).name,
        timeout=MINUTE,
    )
    page.locator(".jp-Notebook").wait_for(timeout=MINUTE)


def run_all(page, minutes: float = 5) -> list[dict]:
    """Run every cell of the open notebook as its menu does, and return the cells with outputs."""
    page.set_default_timeout(minutes * MINUTE)
    return page.evaluate(RUN_ALL)


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
