"""Run a notebook from top to bottom in a fresh kernel, and keep its outputs."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from mavrs_course.course.notebook import OURS, BuildError, code_digest
from mavrs_course.course.waiting import Waits, drop_bars

CELL_SECONDS = 600
ASKING_SECONDS = 7200  # for a cell that may have to ask a model all that is on no tape
WAITS = "waits"  # the key of the cells that leave a reader waiting, with their seconds


def needs_running(notebook: NotebookNode) -> bool:
    """Whether its code is another than what was last run here."""
    return notebook.metadata.get(OURS, {}).get("code") != code_digest(notebook)


def run_notebook(
    notebook: NotebookNode, folder: Path, name: str, cell_seconds: float = CELL_SECONDS
) -> float:
    """Run all cells in place, in ``folder``; the seconds it took, also kept in its metadata.

    cell_seconds: the most that one cell may take.  Raises :class:`BuildError` naming the cell that
    failed.  What the notebook does to hints and attempts is forgotten.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    waits = Waits()

    class Watched(NotebookClient):
        def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
            waits.hear(msg["content"])
            return super().process_message(msg, cell, cell_index)

    client = Watched(
        notebook,
        timeout=cell_seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )
    running = []

    def begins(cell: NotebookNode, cell_index: int) -> None:
        running.append(cell.id)
        waits.process = getattr(client.km.provisioner, "pid", None)
        waits.begin()

    def ended(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        if len(running) > 1:  # the first cell loads the library, in one piece
            waits.end(cell.id)

    client.on_cell_execute, client.on_cell_executed = begins, ended
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mavrs-") as state:
        environment = os.environ | {
            "MAVRS_STATE": state,
            "MAVRS_PROGRESS": "1",  # the bars are watched
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        try:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except NoSuchKernel:
            raise BuildError(f"{name}: no kernel python3 here; install ipykernel") from None
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError(f"{name}, cell {running[-1]}: {_reason(error)}") from error
    seconds = time.perf_counter() - start
    drop_bars(notebook)
    notebook.metadata[OURS] = {"code": code_digest(notebook), "seconds": round(seconds, 1)} | (
        {WAITS: waits.long} if waits.long else {}
    )
    return seconds


def _reason(error: Exception) -> str:
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    return f"{name}: {value}" if name else str(error).strip().splitlines()[0]
