"""Long experiments: run once, resumable, written whole, and held to the code that made them."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from toy_experiment import TOY

from mavrs_course import experiments
from mavrs_course.course.experiment import (
    Experiment,
    ExperimentError,
    load,
    results_path,
    run,
)

KEPT = sorted(path.stem for path in results_path("x").parent.glob("*.npz"))


def test_a_failed_seed_keeps_the_others_and_the_next_run_goes_on(tmp_path, monkeypatch):
    log = tmp_path / "log"
    log.mkdir()
    monkeypatch.setenv("TOY_EXPERIMENT_LOG", str(log))
    with pytest.raises(RuntimeError, match="interrupted"):
        run(TOY, root=tmp_path, jobs=1)
    assert not results_path("toy", tmp_path).exists(), "no file before all seeds are there"
    (log / "mended").touch()
    heard = []
    results = run(TOY, root=tmp_path, jobs=1, progress=lambda seed, seconds: heard.append(seed))
    assert heard == [2], "seeds 0 and 1 are not run again: their marks would be there already"
    assert results["curve"].shape == (3, 4) and results["seed"].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(results["curve"][2], np.random.default_rng(2).random(4))
    assert results.about["fingerprint"] == TOY.fingerprint and len(results.about["seconds"]) == 3
    assert "mavrs experiment run toy" in repr(results) and set(results) == {"curve", "seed"}
    with pytest.raises(KeyError, match="measured curve, seed, not loss"):
        results["loss"]


def test_missing_and_damaged_results_say_how_to_make_them(tmp_path):
    with pytest.raises(ExperimentError, match="make it with mavrs experiment run toy"):
        load("toy", tmp_path)
    path = results_path("toy", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half a file")
    with pytest.raises(ExperimentError, match=r"toy.npz is damaged .* make it again"):
        load("toy", tmp_path)


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(ExperimentError, match="there is no experiment 'nonsense'; there is: "):
        experiments.find("nonsense")


def test_every_kept_result_belongs_to_an_experiment_and_every_experiment_has_its_result():
    assert sorted(experiment.name for experiment in experiments.experiments()) == KEPT


# What asks a language model for each page, and eight hidden worlds of an ability.
FEWER = {"plans": 5, "sizes": 3, "capstone": 8}


@pytest.mark.parametrize("name", KEPT)
def test_kept_results_are_of_the_code_as_it_is(name):
    experiment, results = experiments.find(name), experiments.load(name)
    assert results.about["fingerprint"] == experiment.fingerprint, "mavrs experiment run it again"
    assert tuple(results.seeds) == tuple(experiment.seeds)
    assert len(results.seeds) >= FEWER.get(name, 10)
    assert all(len(values) == len(results.seeds) for values in results.values())
    assert results_path(name).stat().st_size < 2**21


PRINTED = """
{docstring}
{imports}
STEPS = {steps}


def measure(seed):
    {docstring}
    return {{"curve": play(seed, STEPS)}}
"""


def print_of(tmp_path, monkeypatch, name, **parts):
    told = {"docstring": '"""One."""', "imports": "from toy_class import *", "steps": "4"} | parts
    (tmp_path / f"{name}.py").write_text(PRINTED.format(**told))
    monkeypatch.syspath_prepend(tmp_path)
    return Experiment("toy", "Any.", importlib.import_module(name).measure).fingerprint


def test_a_fingerprint_survives_moves_and_prose_and_not_another_number(tmp_path, monkeypatch):
    first = print_of(tmp_path, monkeypatch, "printed_first")
    moved = print_of(
        tmp_path, monkeypatch, "printed_moved", imports="import os, sys", docstring="'Another.'"
    )
    longer = print_of(tmp_path, monkeypatch, "printed_longer", steps="( 4  )  # as before")
    other = print_of(tmp_path, monkeypatch, "printed_other", steps="5")
    assert first == moved == longer != other
