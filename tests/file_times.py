"""How long each file takes: what is quick, what goes first, and the table at the end.

A pytest plugin.  The seconds of the last whole run are kept in ``seconds.json`` beside it, written
by ``--keep-seconds``; a notebook's are those of its last build, which it holds itself.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "tests" / "seconds.json"
UNKNOWN = 3.0  # seconds of a test file that was never measured
KERNEL, LOOK = 3.0, 15.0  # seconds to start a kernel, and to look at a lesson's page
QUICK = 25.0  # seconds of a test file that is quick as a whole
QUICK_LESSON = "00_welcome.ipynb"
SLOWEST = 15


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--keep-seconds",
        action="store_true",
        help="keep the seconds of each test file that passes, to balance workers by",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: what a contributor runs before a commit")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FileTimes(config), "file-times")


def kept_seconds() -> dict[str, float]:
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def expected_seconds(path: str, kept: dict[str, float]) -> float:
    """What a file should take on a quiet machine.

    path: as in a node id, relative to the root.
    """
    if not path.endswith(".ipynb"):
        return kept.get(path, UNKNOWN)
    notebook = json.loads((ROOT / path).read_text(encoding="utf-8"))
    cells = notebook["metadata"].get("mavrs", {}).get("seconds", 0.0)
    return KERNEL + cells + LOOK * path.startswith("notebooks/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a quick file are quick, unless they need a browser; so is one whole lesson."""
    kept = kept_seconds()
    for item in items:
        path = item.nodeid.split("::")[0]
        quick = kept.get(path, UNKNOWN) <= QUICK and path.endswith(".py")
        if path.endswith(QUICK_LESSON) or (quick and "browser" not in item.fixturenames):
            item.add_marker("quick")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        """Hands out the longest file first, so that short ones are left to even out the end."""

        kept = kept_seconds()

        def _assign_work_unit(self, node) -> None:
            longest = max(self.workqueue, key=lambda path: expected_seconds(path, self.kept))
            self.workqueue.move_to_end(longest, last=False)
            super()._assign_work_unit(node)

    return LongestFirst(config, log)


class FileTimes:
    """Prints a line when a notebook is done, and at the end the slowest files and the workers."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.seconds: dict[str, float] = defaultdict(float)
        self.cells: dict[str, int] = defaultdict(int)
        self.failed: dict[str, int] = defaultdict(int)
        self.running: dict[str, str] = {}
        self.start = time.monotonic()
        self.ended: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        path = report.nodeid.split("::")[0]
        self.seconds[path] += report.duration
        self.failed[path] += report.failed
        self.cells[path] += report.when == "call"
        worker = getattr(getattr(report, "node", None), "gateway", None)
        name = worker.id if worker else "main"
        self.note_progress(name, path)
        self.ended[name] = time.monotonic() - self.start

    def note_progress(self, worker: str, path: str) -> None:
        """A worker runs one file after another: a new path means that the last one is done."""
        done = self.running.get(worker)
        self.running[worker] = path
        if done and done != path:
            self.announce(done)

    def pytest_sessionfinish(self) -> None:
        for path in self.running.values():
            self.announce(path)
        if self.config.option.keep_seconds:
            measured = {path: seconds for path, seconds in self.seconds.items() if self.kept(path)}
            write_seconds(kept_seconds() | measured)

    def kept(self, path: str) -> bool:
        return path.endswith(".py") and not self.failed[path]

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
        for worker, seconds in sorted(self.ended.items()):
            terminalreporter.write_line(f"{seconds:8.1f} s  until {worker} had ended")


def write_seconds(seconds: dict[str, float]) -> None:
    """Keep the seconds of the test files that still exist, by name."""
    there = {path: round(seconds[path], 1) for path in sorted(seconds) if (ROOT / path).exists()}
    KEPT.write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")
