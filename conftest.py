"""How the suite runs and reports: no trace outside the checkout, a line a notebook, a table."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))
pytest_plugins = ["bank_report", "lesson_run"]
SLOWEST = 15


def pytest_configure(config: pytest.Config) -> None:
    # Two workers share two cores: more threads each would only make them wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # What the lessons ask must be on their tapes, whether or not a model is here.
    os.environ.setdefault("MAVRS_TAPE", "replay")
    # Attempts and hints of the person who runs the suite stay as they are.
    if "MAVRS_STATE" not in os.environ:
        state = tempfile.TemporaryDirectory(prefix="mavrs-state-")
        config.add_cleanup(state.cleanup)
        os.environ["MAVRS_STATE"] = state.name
    shared_data = ROOT.parent / "shared" / "data"
    if shared_data.is_dir():
        os.environ.setdefault("MAVRS_DATA", str(shared_data))
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FileTimes(config), "file-times")


class FileTimes:
    """Prints a line when a notebook is done, and a table of the slowest files at the end."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.seconds: dict[str, float] = defaultdict(float)
        self.cells: dict[str, int] = defaultdict(int)
        self.failed: dict[str, int] = defaultdict(int)
        self.running: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        path = report.nodeid.split("::")[0]
        self.seconds[path] += report.duration
        self.failed[path] += report.failed
        self.cells[path] += report.when == "call"
        worker = getattr(getattr(report, "node", None), "gateway", None)
        self.note_progress(worker.id if worker else "main", path)

    def note_progress(self, worker: str, path: str) -> None:
        """A worker runs one file after another: a new path means that the last one is done."""
        done = self.running.get(worker)
        self.running[worker] = path
        if done and done != path:
            self.announce(done)

    def pytest_sessionfinish(self) -> None:
        for path in self.running.values():
            self.announce(path)

    def announce(self, path: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or not path.endswith(".ipynb"):
            return
        verdict = f"{self.failed[path]} FAILED" if self.failed[path] else "passed"
        reporter.ensure_newline()
        seconds = f"{self.seconds[path]:6.1f} s"
        reporter.write_line(f"{path:45} {self.cells[path]:3} cells {seconds}  {verdict}")

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.config.option.collectonly or not self.seconds:
            return
        terminalreporter.section("times")
        ranked = sorted(self.seconds.items(), key=lambda item: -item[1])
        shown = [
            (path, seconds)
            for rank, (path, seconds) in enumerate(ranked)
            if rank < SLOWEST or path.endswith(".ipynb")
        ]
        for path, seconds in shown:
            terminalreporter.write_line(f"{seconds:8.1f} s  {path}")
        total = sum(self.seconds.values())
        terminalreporter.write_line(
            f"{total:8.1f} s  all {len(self.seconds)} files, on all workers"
        )
