"""What a claim accepts, refuses, prints and leaves behind in the notebook."""

from __future__ import annotations

import os
import subprocess

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient
from scipy import stats

from mavrs_course.course import ClaimFailed, claim, skip_claim
from mavrs_course.course.claims import claims_of, interval
from mavrs_course.plots import mean_interval

SAMPLES = [61.0, 64.0, 59.0, 66.0, 63.0]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=40))
def test_interval_is_students(samples):
    low, high = interval(np.array(samples))
    error = stats.sem(samples)
    if error > 0:
        expected = stats.t.interval(0.95, len(samples) - 1, np.mean(samples), error)
        np.testing.assert_allclose((low, high), expected, rtol=1e-9, atol=1e-6)


def test_interval_by_hand():
    # mean 3, standard deviation sqrt(2.5), t(0.975, 4) = 2.7764
    low, high = interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert (low, high) == pytest.approx((3 - 1.96324, 3 + 1.96324), abs=1e-4)


def test_interval_covers_the_truth_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(4000):
        low, high = interval(rng.normal(10.0, 3.0, 5))
        covered += low <= 10.0 <= high
    assert covered / 4000 == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize(
    "bound",
    [{"at_least": 59}, {"at_most": 67}, {"between": (59, 67)}],
    ids=lambda bound: next(iter(bound)),
)
def test_supported_claims_print_a_sentence_and_return_the_figures(bound, capsys):
    result = claim("01.1", "A planner earns more.", SAMPLES, unit="minutes", **bound)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 90, "wraps at words, in a narrow window too"
    line = " ".join(printed.split())
    assert line.startswith("Claim 01.1 ✓ A planner earns more: 62.6 minutes (95 % interval 59.2")
    assert result.supported and result.n == 5 and result.lesson == "01"
    assert result.effect == pytest.approx(62.6) and result.low < 62.6 < result.high


@pytest.mark.parametrize(
    "bound",
    [{"at_least": 60}, {"at_most": 65}, {"between": (60, 80)}, {"between": (0, 65)}],
    ids=str,
)
def test_the_whole_interval_must_keep_the_bound(bound, capsys):
    with pytest.raises(ClaimFailed) as failed:
        claim("01.1", "A planner earns more", SAMPLES, **bound)
    assert failed.value._render_traceback_() == [f"ClaimFailed: {failed.value}"]
    assert "✗" in capsys.readouterr().out and "Claim 01.1" in str(failed.value)


def test_samples_that_do_not_vary_give_a_point():
    assert claim("01.1", "Exact", [2.0] * 5, at_least=2.0).low == 2.0
    with pytest.raises(ClaimFailed):
        claim("01.1", "Exact", [2.0] * 5, at_least=2.1)


@pytest.mark.parametrize(
    ("samples", "bounds", "words"),
    [
        ([1, 2, 3, 4], {"at_least": 0}, "at least 5 seeds"),
        (np.ones((5, 2)), {"at_least": 0}, "at least 5 seeds"),
        ([1, 2, 3, 4, np.nan], {"at_least": 0}, "not finite"),
        (SAMPLES, {}, "exactly one"),
        (SAMPLES, {"at_least": 0, "at_most": 1}, "exactly one"),
        (SAMPLES, {"between": (2, 1)}, "empty"),
    ],
)
def test_claims_that_make_no_sense_are_refused(samples, bounds, words):
    with pytest.raises(ValueError, match=words):
        claim("01.1", "Something", samples, **bounds)


def test_a_claim_without_data_is_not_supported(capsys):
    skipped = skip_claim("01.2", "EASE beats popularity", "MovieLens 100K is not here")
    assert skipped.supported is None
    assert "not measured here: MovieLens 100K is not here" in capsys.readouterr().out


def test_claims_are_collected_from_executed_notebooks(tmp_path):
    sources = {
        "good": 'from mavrs_course.course import claim\nclaim("01.1", "A", range(9), at_least=0)',
        "bad": 'claim("01.2", "B", range(9), at_least=7)',
        "none": "1",
    }
    cells = [
        nbformat.v4.new_code_cell(source, id=name, metadata={"tags": ["claim"]})
        for name, source in sources.items()
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute(
        env=os.environ, stderr=subprocess.DEVNULL
    )
    assert [output.output_type for output in cells[0].outputs] == ["stream", "display_data"]
    assert cells[1].outputs[-1].traceback[0].startswith("ClaimFailed: Claim 01.2 ✗ B: 4")
    path = tmp_path / "01_toys.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    good, bad, unrun = claims_of([path])
    assert (good.id, good.effect, good.n, good.supported) == ("01.1", 4.0, 9, True)
    assert good.bound == "at least 0" and bad.supported is False
    assert unrun.supported is None and "holds no result" in unrun.measurement


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=30))
def test_a_claim_and_its_figure_show_the_same_interval(samples):
    mean, half = mean_interval(samples)
    low, high = interval(np.array(samples))
    assert np.allclose([low, high], [mean - half, mean + half])
