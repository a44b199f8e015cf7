"""Splits: nothing lost, nothing twice, the same each time, and the figures they are known for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data

from mavrs_course.world.catalog import Catalog
from mavrs_course.world.logs import (
    Logs,
    LogsError,
    by_time,
    leave_one_out,
    simulated_logs,
    stratified,
)
from mavrs_course.world.logs.readers import read_movielens_100k
from mavrs_course.world.platform import Platform

SPLITS = (leave_one_out, by_time, stratified)

events = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.none() | st.integers(0, 3)),
    min_size=1,
    max_size=40,
).filter(lambda rows: any(time is not None for *_, time in rows))


def logs_of(rows) -> Logs:
    """Logs with the given (viewer, video, time) events, each marked by its row as its rating."""
    viewer, video, time = zip(*rows, strict=True)
    columns = {"viewer_id": viewer, "video_id": video, "rating": np.arange(len(rows))}
    return Logs.from_events("any", pd.DataFrame(columns | {"time": np.array(time, float)}))


def rows_in(logs: Logs) -> list[int]:
    return logs.events["rating"].astype(int).tolist()


@pytest.mark.parametrize("split", SPLITS)
@given(rows=events)
@settings(deadline=None, max_examples=50)
def test_every_event_is_on_exactly_one_side_in_its_old_order(split, rows):
    logs = logs_of(rows)
    train, test = split(logs)
    assert sorted(rows_in(train) + rows_in(test)) == list(range(len(rows)))
    assert rows_in(train) == sorted(rows_in(train))
    assert rows_in(test) == sorted(rows_in(test))
    assert train.matrix().shape == test.matrix().shape == logs.matrix().shape
    assert rows_in(split(logs)[1]) == rows_in(test)


@given(rows=events)
@settings(deadline=None)
def test_leave_one_out_tests_on_the_last_event_of_each_viewer_with_two(rows):
    logs = logs_of(rows)
    expected = []
    for viewer in {viewer for viewer, *_ in rows}:
        own = [(-1 if t is None else t, row) for row, (u, _, t) in enumerate(rows) if u == viewer]
        if len(own) > 1:
            expected.append(max(own)[1])  # of equal times, the later row
    assert rows_in(leave_one_out(logs)[1]) == sorted(expected)


def test_without_repeats_the_video_held_out_was_never_seen_in_training():
    rows = [(1, 7, 1.0), (1, 8, 2.0), (1, 7, 3.0), (2, 7, 1.0), (2, 8, 2.0)]
    logs = logs_of(rows)
    train, test = leave_one_out(logs, repeats=False)
    assert rows_in(test) == rows_in(leave_one_out(logs)[1])
    assert len(train) == 2 and len(leave_one_out(logs)[0]) == 3
    seen, held = train.matrix().toarray() > 0, test.matrix().toarray() > 0
    assert not (seen & held).any()


@given(rows=events, ratio=st.floats(0.05, 0.95))
@settings(deadline=None)
def test_by_time_learns_from_nobodys_future(rows, ratio):
    logs = logs_of(rows)
    train, test = by_time(logs, ratio)
    past, future = train.events["time"].dropna(), test.events["time"]
    assert past.max() < future.min() or test.events.empty
    assert not future.isna().any()
    assert len(train) >= round(ratio * len(logs) - 0.5)


def test_by_time_cuts_at_the_quantile():
    train, test = by_time(logs_of([(0, v, v) for v in range(4)] + [(1, 0, 9)] * 4), 0.5)
    assert (rows_in(train), rows_in(test)) == ([0, 1, 2, 3], [4, 5, 6, 7])


def test_by_time_needs_times():
    with pytest.raises(LogsError, match="no event has one"):
        by_time(logs_of([(0, 0, None)]))


@pytest.mark.parametrize("split", [by_time, stratified])
@pytest.mark.parametrize("ratio", [0.0, 1.0, 75])
def test_a_share_lies_between_zero_and_one(split, ratio):
    with pytest.raises(LogsError, match="between 0 and 1"):
        split(logs_of([(0, 0, 0)]), ratio)


@given(rows=events, ratio=st.floats(0.05, 0.95), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_stratified_keeps_the_smallest_draws_of_each_viewer(rows, ratio, seed):
    """The recommenders project's way, written out event by event."""
    logs = logs_of(rows)
    draw = np.random.RandomState(seed).rand(len(rows))
    expected = []
    for viewer in {viewer for viewer, *_ in rows}:
        own = sorted((draw[row], row) for row, (who, *_) in enumerate(rows) if who == viewer)
        expected += [row for _, row in own[: round(ratio * len(own))]]
    assert rows_in(stratified(logs, ratio, seed)[0]) == sorted(expected)


# --- MovieLens 100K, in the setting of the recommenders project


@pytest.fixture(scope="module")
def halves():
    train, test = stratified(read_movielens_100k(real_data("ml-100k")))
    return train.matrix().toarray(), test.matrix().toarray()


def ndcg_at_10(scores, train, test) -> float:
    """Mean over viewers; all videos but those trained on are ranked, every test video counts."""
    top = np.argsort(-np.where(train > 0, -np.inf, scores), axis=1, kind="stable")[:, :10]
    discount = 1 / np.log2(np.arange(10) + 2)
    gained = (np.take_along_axis(test, top, axis=1) * discount).sum(axis=1)
    best = discount.cumsum()[np.minimum(test.sum(axis=1).astype(int), 10) - 1]
    return float(np.mean(gained / best))


def ease_scores(train):
    """Steck 2019: X B, where B = -P / diag(P) off the diagonal and P = (X'X + 250 I)^-1."""
    precision = np.linalg.inv(train.T @ train + 250 * np.eye(train.shape[1]))
    weights = -precision / np.diag(precision)
    np.fill_diagonal(weights, 0)
    return train @ weights


def test_movielens_100k_splits_into_known_halves(halves):
    train, test = halves
    assert (train.sum(), test.sum()) == (74_992, 25_008)
    assert test.sum(axis=1).min() == 5
    assert not (train * test).any()


def test_popularity_gives_the_known_figure(halves):
    train, test = halves
    assert ndcg_at_10(np.tile(train.sum(axis=0), (943, 1)), train, test) == pytest.approx(
        0.250, abs=0.002
    )


def test_ease_gives_the_known_figure(halves):
    train, test = halves
    assert ndcg_at_10(ease_scores(train), train, test) == pytest.approx(0.478, abs=0.005)


def test_simulated_logs_show_tastes_that_a_model_can_learn():
    rng = np.random.default_rng(0)
    platform = Platform(Catalog.sample(200, rng), candidates=30, rng=rng)
    train, test = (part.matrix().toarray() for part in stratified(simulated_logs(platform, 300)))
    popularity = np.tile(train.sum(axis=0), (300, 1))
    assert ndcg_at_10(ease_scores(train), train, test) > 3 * ndcg_at_10(popularity, train, test)
