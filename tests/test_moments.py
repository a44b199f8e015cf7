"""Moments: sixteen published figures, values by hand, and the strange."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data

from mavrs_course.agents.video_understanding import best_stretch, find_moments
from mavrs_course.metrics import MetricError
from mavrs_course.metrics.moments import (
    average_precision_at,
    found_at,
    hit_at_one,
    ranked,
    temporal_iou,
)
from mavrs_course.world.logs import LogsError, LogsMissingError, load, load_moments
from mavrs_course.world.logs.moments import read_moments

# R1@.5, R1@.7, mAP, mAP@.5, mAP@.75, Hit@1 for Fair, Good and VeryGood
PUBLISHED = {
    "moment-detr": (53.23, 34.00, 30.58, 54.80, 29.02, 68.32, 66.26, 55.87),
    "sample": (53.94, 34.84, 32.20, 54.96, 31.01, 66.45, 64.45, 55.55),
}


@pytest.fixture(scope="module")
def moments():
    return read_moments(real_data("qvhighlights"))


@pytest.mark.parametrize("model", PUBLISHED)
def test_published_figures_to_the_last_digit(moments, model):
    rows = []
    for number, found in moments.found[model].items():
        query, windows = moments.queries[number], ranked(found.windows, found.scores)
        first = [found_at(windows, query.windows, threshold) for threshold in (0.5, 0.7)]
        precision = average_precision_at(windows, query.windows)
        hits = [hit_at_one(found.saliency, query.rated, least) for least in (2, 3, 4)]
        rows.append([*first, precision.mean(), precision[0], precision[5], *hits])
    figures = tuple((100 * np.mean(rows, axis=0)).round(2))
    assert figures == PUBLISHED[model]
    told = moments.published[model]
    assert told["MR-full-mAP"] == figures[2] and told["HL-min-VeryGood-Hit1"] == figures[7]


def test_what_can_be_had_without_watching(moments):
    def share(window, threshold):
        answers = moments.queries.values()
        return np.mean([found_at([window(q.seconds)], q.windows, threshold) for q in answers])

    assert len(moments.queries) == 1550
    for window, figures in (
        (lambda seconds: (0, seconds), (9.03, 6.06)),
        (lambda seconds: (seconds / 4, 3 * seconds / 4), (12.32, 1.42)),
    ):
        assert tuple(round(100 * share(window, t), 2) for t in (0.5, 0.7)) == figures


def test_by_its_name(moments, monkeypatch, tmp_path):
    monkeypatch.setenv("MAVRS_DATA", str(real_data("qvhighlights").parent))
    assert len(load_moments().queries) == 1550
    with pytest.raises(LogsError, match="load_moments"):
        load("qvhighlights")
    with pytest.raises(LogsError, match="no moments"):
        load_moments("metacademy")
    with pytest.raises(LogsMissingError):
        read_moments(tmp_path)
    (tmp_path / "highlight_val_release.jsonl").write_text('{"qid": 1}\n')
    with pytest.raises(LogsError, match="documented"):
        read_moments(tmp_path)


def test_overlap_by_hand():
    shared = temporal_iou([[0, 10], [5, 5]], [[5, 15], [10, 20], [0, 10], [5, 5]])
    assert shared == pytest.approx(np.array([[1 / 3, 0, 1, 0], [0, 0, 0, 0]]))
    assert temporal_iou([], [[0, 1]]).shape == (0, 1)


def test_average_precision_by_hand():
    truth = [[0, 10], [20, 30]]
    found = [[0, 10], [0, 9], [40, 50], [20, 30]]  # right, taken already, wrong, right
    assert average_precision_at(found, truth, [0.5]) == pytest.approx([(1 + 0.5) / 2])
    # Precision is interpolated: a wrong one before a right one costs only up to there.
    assert average_precision_at(found[1:], truth, [0.5]) == pytest.approx([(1 + 2 / 3) / 2])
    assert average_precision_at(found[2:], truth, [0.5]) == pytest.approx([0.25])
    assert average_precision_at(found[1:], truth, [0.9, 0.95]) == pytest.approx([5 / 6, 1 / 6])


def test_only_ten_count_and_none_is_nothing():
    wrong = [[50, 60]] * 10
    assert average_precision_at([*wrong, [0, 10]], [[0, 10]]).max() == 0
    assert average_precision_at([*wrong[1:], [0, 10]], [[0, 10]]) == pytest.approx(0.1)
    assert average_precision_at([], [[0, 10]]).max() == 0
    assert not found_at([], [[0, 10]])


def test_highlights_by_hand():
    rated = [[0, 0, 0], [4, 1, 2], [3, 3, 3]]
    assert hit_at_one([0.1, 0.9, 0.5], rated, 4) and not hit_at_one([0.1, 0.2, 0.5], rated, 4)
    assert not hit_at_one([0, 0, 0, 9], rated, 2)  # a clip that nobody rated
    assert hit_at_one([9.0], [[2]], 2)  # one clip, one annotator


def test_equal_scores_keep_their_order():
    assert ranked([[0, 1], [1, 2], [2, 3]], [0.5, 0.7, 0.5])[:, 0].tolist() == [1, 0, 2]


@pytest.mark.parametrize("given", [[[3, 1]], [[0, np.nan]], [1, 2, 3], [[1, 2, 3]]])
def test_what_is_no_window(given):
    with pytest.raises(MetricError):
        temporal_iou(given, [[0, 1]])
    with pytest.raises(MetricError):
        found_at([[0, 1]], given)


def test_what_else_makes_no_sense():
    with pytest.raises(MetricError, match="at least one true window"):
        found_at([[0, 1]], [])
    with pytest.raises(MetricError, match="as many scores"):
        ranked([[0, 1]], [1, 2])
    with pytest.raises(MetricError):
        hit_at_one([np.nan, 1], [[1], [2]], 2)
    for evidence in ([], [[1.0]], [np.nan]):
        with pytest.raises(ValueError, match="one number for each step"):
            best_stretch(evidence)


steps = st.lists(st.integers(-5, 5), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_the_best_stretch_is_the_best_of_all(evidence):
    start, end, score = best_stretch(evidence)
    sums = [
        sum(evidence[a:b]) for a in range(len(evidence)) for b in range(a + 1, len(evidence) + 1)
    ]
    assert score == max(sums) == sum(evidence[start:end])


@settings(max_examples=60, deadline=None)
@given(steps)
def test_moments_do_not_overlap_and_the_best_comes_first(evidence):
    windows, scores = find_moments(evidence, 2.0)
    assert (np.diff(scores) <= 0).all() and (scores[1:] > 0).all()
    own = temporal_iou(windows, windows)
    assert (own - np.diag(np.diag(own)) == 0).all()
    assert windows.min() >= 0 and windows.max() <= 2 * len(evidence)


def test_two_moments_are_found():
    evidence = [-1, 3, 3, -9, 2, 2, -1]
    windows, scores = find_moments(evidence, 2.0)
    assert windows.tolist() == [[2, 6], [8, 12]] and scores.tolist() == [6, 4]
    assert find_moments([-3.0, -1.0], 1.0)[0].tolist() == [[1, 2]]  # the least bad
