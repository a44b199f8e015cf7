"""Claims under other seeds: each seed is moved, and what fails is told, not hidden."""

import os
import random
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from toy_experiment import TOY
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.course.claims import Claim
from mavrs_course.course.experiment import RESULTS, load
from mavrs_course.course.shifted import claims_shifted, moved, page, run_shifted

LESSON = (
    ("import numpy as np\nimport torch\nfrom mavrs_course.course import claim", ()),
    (
        "generator = torch.Generator().manual_seed(3)\nfirst = torch.rand(1, generator=generator)",
        (),
    ),
    ("seen = [np.random.default_rng(seed).random() for seed in range(5)]", ()),
    ('claim("01.1", "numpy", seen, at_least=-9)', ("claim",)),
    ("1 / 0", ()),
    ('claim("01.2", "torch", [float(first)] * 5, at_least=2)', ("claim",)),
)


@pytest.fixture
def lesson(tmp_path):
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source, tags in LESSON
    ]
    path = tmp_path / "01_toys.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("seed", "after"),
    [(3, 10), (np.int64(3), 10), ([3, 4], [10, 11]), ((3, "x"), (10, "x")), (None, None),
     (True, True), (1.5, 1.5)],
)  # fmt: skip
def test_whole_numbers_are_moved_and_nothing_else(seed, after):
    assert moved(seed, 7) == after


def test_a_lesson_is_measured_with_every_seed_moved_and_runs_to_its_end(lesson):
    import torch

    before = lesson.read_bytes()
    found = claims_shifted(lesson, 1000)
    numpys, torchs = found.claims
    expected = np.mean([np.random.default_rng(1000 + seed).random() for seed in range(5)])
    assert numpys.effect == pytest.approx(expected) and numpys.supported
    first = torch.rand(1, generator=torch.Generator().manual_seed(1003))
    assert torchs.effect == pytest.approx(float(first)) and not torchs.supported
    (problem,) = found.problems
    assert "ZeroDivisionError" in problem
    assert lesson.read_bytes() == before


def test_each_source_of_numbers_is_moved():
    code = """
import random, numpy as np, torch
def drawn(by):
    return (np.random.default_rng(by).random(), np.random.RandomState(by).rand(),
            random.Random(by).random(),
            torch.rand(1, generator=torch.Generator().manual_seed(by)).item(),
            (torch.manual_seed(by), torch.rand(1).item())[1])
plain = drawn(17)
from mavrs_course.course.shifted import move_seeds
move_seeds(10)
assert drawn(7) == plain
assert np.random.default_rng(np.random.default_rng(5)) is not None
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert random.Random(1).random() == random.Random(1).random()


def test_an_experiment_is_run_with_its_seeds_moved_and_loaded_from_there(tmp_path, monkeypatch):
    run_shifted(TOY, 50, tmp_path, jobs=1)
    monkeypatch.setenv(RESULTS, str(tmp_path / "data" / "results"))
    assert load("toy").seeds == [50, 51, 52]


def test_the_page_shows_both_intervals_and_what_did_not_hold():
    printed = Claim("01.1", "A", 3.0, 2.5, 3.5, 5, "minutes", "at least 2", True)
    fails = Claim("01.1", "A", 1.0, 0.5, 1.5, 5, "minutes", "at least 2", False)
    shifts = {1000: {"01.1": fails}, 5000: {}, 7000: {"01.1": printed}}
    text = page([printed], shifts, "2026-11-30", ["16", "17"])
    assert "--shift 1000 --shift 5000" in text and "2026-11-30" in text
    row = "| 01.1 A | at least 2 | 3 [2.5, 3.5], n = 5 ✓ | 1 [0.5, 1.5], n = 5 ✗ | not measured |"
    assert f"{row} the same |" in text.splitlines()
    assert "Not run: lessons 16, 17." in text and "Not run" not in page([printed], shifts, "today")


def test_a_shift_goes_with_what_needs_it():
    asked = CliRunner().invoke(app, ["claims", "--experiments"])
    assert asked.exit_code == 2 and "--shift" in asked.output
    unknown = CliRunner().invoke(app, ["claims", "77"])
    assert unknown.exit_code == 2 and "77" in unknown.output


def test_a_kernel_that_dies_costs_no_claim_before_it(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells[4].source = "import os\nos._exit(1)"
    nbformat.write(notebook, lesson)
    found = claims_shifted(lesson, 1000)
    assert [claim.id for claim in found.claims if claim.effect is not None] == ["01.1"]
    assert "01_toys.ipynb" in found.problems[-1]


def test_what_was_measured_is_not_measured_again(lesson, tmp_path):
    first = claims_shifted(lesson, 1000, tmp_path / "kept")
    copy = tmp_path / "kept" / lesson.name
    told = copy.stat()
    assert claims_shifted(lesson, 1000, tmp_path / "kept") == first
    assert copy.stat().st_mtime_ns == told.st_mtime_ns
    changed = nbformat.read(lesson, as_version=4)
    changed.cells[3].source = changed.cells[3].source.replace("numpy", "again")
    nbformat.write(changed, lesson)
    os.utime(lesson, (told.st_mtime + 5, told.st_mtime + 5))
    again = claims_shifted(lesson, 1000, tmp_path / "kept")
    assert again.claims[0].sentence == "again"
