"""Run a notebook from top to bottom in a fresh kernel, and keep its outputs."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from nbformat import NotebookNode

from mavrs_course.course.notebook import OURS, BuildError, code_digest

CELL_SECONDS = 600


def needs_running(notebook: NotebookNode) -> bool:
    """Whether its code is another than what was last run here."""
    return notebook.metadata.get(OURS, {}).get("code") != code_digest(notebook)


def run_notebook(notebook: NotebookNode, folder: Path, name: str) -> float:
    """Run all cells in place, in ``folder``; the seconds it took, also kept in its metadata.

    Raises :class:`BuildError` naming the cell that failed.  What the notebook does to hints and
    attempts is forgotten.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )
    running = []
    client.on_cell_execute = lambda cell, cell_index: running.append(cell.id)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mavrs-") as state:
        environment = os.environ | {
            "MAVRS_STATE": state,
            "MAVRS_PROGRESS": "0",  # nobody watches
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        try:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except NoSuchKernel:
            raise BuildError(f"{name}: no kernel python3 here; install ipykernel") from None
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError(f"{name}, cell {running[-1]}: {_reason(error)}") from error
    seconds = time.perf_counter() - start
    notebook.metadata[OURS] = {"code": code_digest(notebook), "seconds": round(seconds, 1)}
    return seconds


def _reason(error: Exception) -> str:
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    return f"{name}: {value}" if name else str(error).strip().splitlines()[0]
