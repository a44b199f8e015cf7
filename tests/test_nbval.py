"""nbval fails every check of an exercise notebook that nobody has worked in, and says which."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import toy_class as toy


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, list[str | None]]:
    """For each notebook what nbval says of its code cells: None, or the text of the failure."""
    folder = tmp_path_factory.mktemp("nbval")
    toy.save(toy.unsolved(), folder / "unsolved.ipynb")
    toy.save(toy.solution(), folder / "solved.ipynb")
    command = [*(sys.executable, "-m", "pytest", "--nbval-lax"), "--nbval-cell-timeout=60"]
    quiet = ["-p", "no:cacheprovider", "--rootdir", str(folder), "--junit-xml=cells.xml"]
    subprocess.run(
        [*command, *quiet, "solved.ipynb", "unsolved.ipynb"],
        cwd=folder,
        env=os.environ | toy.environment(folder / "state"),
        capture_output=True,
    )
    found = {"solved": [], "unsolved": []}
    for case in ElementTree.parse(folder / "cells.xml").iter("testcase"):
        failure = case.find("failure")
        name = next(name for name in ("unsolved", "solved") if name in case.get("classname"))
        found[name].append(None if failure is None else failure.text)
    return found


def test_the_solution_passes(outcomes):
    assert outcomes["solved"] == [None] * 9


def test_each_check_of_an_untouched_notebook_fails_and_names_its_exercise(outcomes):
    setup, *pairs = outcomes["unsolved"]
    assert setup is None
    assert pairs[::2] == [None] * 4
    for exercise, text in zip(toy.POINTS, pairs[1::2], strict=True):
        assert f"Exercise {exercise}" in text
        assert "not started" in text
