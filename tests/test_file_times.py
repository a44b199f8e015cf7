"""What is long goes first, and what is quick is told by seconds."""

from __future__ import annotations

from types import SimpleNamespace

import file_times
import pytest

SHORT, LONG, UNMEASURED = "tests/test_short.py", "tests/test_long.py", "tests/test_new.py"
LESSON, SOLUTION = "notebooks/05_reasoning.ipynb", "solutions/05_reasoning.ipynb"
KEPT = {SHORT: 0.5, LONG: 400.0}


class Worker:
    """What xdist's scheduler asks of a worker: it remembers what it was sent."""

    shutting_down = False
    gateway = SimpleNamespace(id="gw")

    def __init__(self) -> None:
        self.sent: list[int] = []

    def send_runtest_some(self, numbers: list[int]) -> None:
        self.sent += numbers

    def shutdown(self) -> None:
        self.shutting_down = True


def test_the_longest_file_is_handed_out_first(monkeypatch):
    pytest.importorskip("xdist")
    monkeypatch.setattr(file_times, "kept_seconds", lambda: KEPT)
    options = {"dist": "loadfile", "tx": ["popen", "popen"]}
    config = SimpleNamespace(
        getvalue=options.get, option=SimpleNamespace(loadscopereorder=True, maxprocesses=None)
    )
    config.getoption = config.getvalue
    from xdist.remote import Producer

    log = Producer("test", enabled=False)
    scheduler = file_times.pytest_xdist_make_scheduler(config, log)
    files = [SHORT, UNMEASURED, LESSON, LONG, SOLUTION]
    tests = [f"{path}::test_{number}" for path in files for number in range(4)]
    workers = [Worker(), Worker()]
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, tests)
    scheduler.schedule()
    first, second = ([files[number // 4] for number in worker.sent[::4]] for worker in workers)
    assert (first, second) == ([LONG], [LESSON])
    for number in workers[1].sent[:2]:
        scheduler.mark_test_complete(workers[1], number)
    assert files[workers[1].sent[4] // 4] == SOLUTION


def test_a_notebook_takes_what_its_build_measured_and_a_lesson_is_looked_at_too():
    lesson, solution = (file_times.expected_seconds(path, {}) for path in (LESSON, SOLUTION))
    assert lesson > solution > file_times.KERNEL
    assert file_times.expected_seconds(LONG, KEPT) == 400.0


def test_seconds_of_files_that_are_gone_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(file_times, "KEPT", tmp_path / "seconds.json")
    file_times.write_seconds({"tests/test_file_times.py": 1.26, SHORT: 2.0})
    assert file_times.kept_seconds() == {"tests/test_file_times.py": 1.3}
