"""How the suite runs: no trace outside the checkout, one thread a worker, plugins of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))
pytest_plugins = ["bank_report", "file_times", "lesson_run"]


def pytest_configure(config: pytest.Config) -> None:
    # Two workers share two cores: more threads each would only make them wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # What the lessons ask must be on their tapes, whether or not a model is here.
    os.environ.setdefault("MAVRS_TAPE", "replay")
    # Nobody watches the bars of long cells.
    os.environ.setdefault("MAVRS_PROGRESS", "0")
    # Attempts and hints of the person who runs the suite stay as they are.
    if "MAVRS_STATE" not in os.environ:
        state = tempfile.TemporaryDirectory(prefix="mavrs-state-")
        config.add_cleanup(state.cleanup)
        os.environ["MAVRS_STATE"] = state.name
    shared_data = ROOT.parent / "shared" / "data"
    if shared_data.is_dir():
        os.environ.setdefault("MAVRS_DATA", str(shared_data))
