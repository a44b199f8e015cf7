"""An exercise notebook in which nobody has worked fails at each check, and only there by name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

EXERCISES = sorted((Path(__file__).resolve().parents[1] / "exercises").glob("*.ipynb"))

pytestmark = pytest.mark.timeout(3600)  # the first test waits for all the notebooks


@pytest.fixture(scope="module")
def failures(tmp_path_factory) -> dict[str, list[str]]:
    """For each notebook the texts of its failures, with nbval itself, as a teacher runs it."""
    folder = tmp_path_factory.mktemp("unsolved")
    command = [*(sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env")]
    options = ["-p", "no:cacheprovider", "-p", "no:xdist", "--junit-xml=result.xml"]
    subprocess.run([*command, *options, *map(str, EXERCISES)], cwd=folder, capture_output=True)
    found = {path.stem: [] for path in EXERCISES}
    for case in ElementTree.parse(folder / "result.xml").iter("testcase"):
        (name,) = (name for name in found if f".{name}." in case.get("classname"))
        found[name] += ["".join(failure.itertext()) for failure in case.iter("failure")]
    return found


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_unsolved_exercise_fails_at_each_check_and_names_the_exercise(path, failures):
    checks = [
        re.search(r'check\("([\d.]+)"', "".join(cell["source"]))[1]
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    assert checks
    for exercise in checks:
        met = [text for text in failures[path.stem] if f'check("{exercise}"' in text]
        assert len(met) == 1 and f"CheckFailed: Exercise {exercise}" in met[0]
