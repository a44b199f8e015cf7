"""Cells that leave a reader waiting without a bar are found, and named by the lint."""

from __future__ import annotations

import nbformat
import pytest

from mavrs_course.course import waiting
from mavrs_course.course.execute import WAITS, run_notebook
from mavrs_course.course.lint import lint_lesson
from mavrs_course.course.notebook import OURS

WORK = "until = time.process_time() + 0.6\nwhile time.process_time() < until:\n    pass"
QUICK = "import time\nfrom mavrs_course import progress as bars\nbars.PATIENCE = bars.TICK = 0.02"
BARED = "for _ in bars.progress(range(3), 'rounds'):\n    until = time.process_time() + 0.2\n" + (
    "    while time.process_time() < until:\n        pass"
)
ASLEEP = "time.sleep(0.6)  # the machine was busy with somebody else's"


def test_a_slow_cell_without_a_bar_is_named_and_one_with_a_bar_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(waiting, "LONGEST", 0.35)
    monkeypatch.setattr(waiting, "crowding", lambda: 1.0)
    sources = {"quick": QUICK, "slow": WORK, "bared": BARED, "asleep": ASLEEP}
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in sources.items()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    run_notebook(notebook, tmp_path, "toy")
    found = notebook.metadata[OURS].get(WAITS, {})
    assert found.keys() - {"quick"} == {"slow"}  # the first cell loads the library
    assert not any(cell.outputs for cell in notebook.cells), "nothing is left of the bar"
    assert any(
        "cell slow" in line and "progress(" in line for line in lint_lesson(notebook, "00", ())
    )


@pytest.mark.parametrize(("load", "factor"), [(0.5, 1.0), (3.0, 1.5), (40.0, 2.0)])
def test_the_same_work_takes_longer_beside_others(monkeypatch, load, factor):
    monkeypatch.setattr(waiting.os, "getloadavg", lambda: (load, load, load), raising=False)
    monkeypatch.setattr(waiting.os, "cpu_count", lambda: 2)
    assert waiting.crowding() == factor
