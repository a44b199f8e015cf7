"""Recall follows the paper's sum, forgetting drops what is least worth keeping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.memory.episodes import (
    EMPTY,
    EpisodicMemory,
    Weights,
    retrieval_scores,
    scaled,
)
from mavrs_course.agents.memory.index import ExactIndex, GraphIndex, found


def filled(seed=0, viewers=6, episodes=9, capacity=12, videos=30):
    rng = np.random.default_rng(seed)
    memory = EpisodicMemory(rng.normal(size=(videos, 5)), capacity=capacity, decay=0.9)
    for time in range(episodes):
        who = np.flatnonzero(rng.random(viewers) < 0.8)
        memory.add(who, rng.integers(0, videos, len(who)), time, rng.random(len(who)))
    memory.meet(np.array([viewers - 1]))
    return memory, rng


def slow_scores(age, importance, relevance, weights, decay):
    """One memory after the other, as the paper describes it."""
    parts = [[decay**a for a in age], importance, relevance]
    total = np.zeros(len(age))
    for weight, part in zip(weights, parts, strict=True):
        low, high = min(part), max(part)
        total += weight * np.array([(x - low) / (high - low) if high > low else 0 for x in part])
    return total


def test_hand_worked_retrieval():
    age, importance = np.array([0.0, 1.0, 2.0]), np.array([1.0, 9.0, 5.0])
    scores = retrieval_scores(age, importance, np.array([0.2, 0.2, 0.6]), decay=0.5)
    # recency 1, .5, .25 -> 1, 1/3, 0; importance -> 0, 1, .5; relevance -> 0, 0, 1
    assert scores == pytest.approx([1.0, 4 / 3, 1.5])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 0.999))
def test_batched_scores_are_those_of_one_memory_after_the_other(seed, decay):
    rng = np.random.default_rng(seed)
    age, importance, relevance = rng.uniform(0, 50, (3, 4, 7))
    weights = Weights(*rng.uniform(0, 2, 3))
    got = retrieval_scores(age, importance, relevance, weights=weights, decay=decay)
    for row in range(4):
        parts = age[row], importance[row], relevance[row]
        assert np.allclose(got[row], slow_scores(*parts, weights, decay), atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-5, 5))
def test_scaling_does_not_depend_on_unit_or_offset(seed, unit, offset):
    rng = np.random.default_rng(seed)
    values, valid = rng.normal(size=(5, 8)), rng.random((5, 8)) < 0.7
    got = scaled(values, valid)
    assert np.all((got >= 0) & (got <= 1)) and not got[~valid].any()
    assert np.allclose(got, scaled(unit * values + offset, valid))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_recall_is_the_same_alone_and_in_a_batch(seed):
    memory, rng = filled(seed)
    queries, now = rng.normal(size=(6, 5)), np.full(6, 10.0)
    together = memory.recall(np.arange(6), queries, now, 4)
    for viewer in range(6):
        alone = memory.recall(np.array([viewer]), queries[[viewer]], now[[viewer]], 4)
        assert np.array_equal(alone.videos[0], together.videos[viewer])
    scores = np.where(np.isfinite(together.scores), together.scores, -1.0)
    assert np.all(np.diff(scores, axis=1) <= 1e-12)
    assert np.array_equal(together.videos == EMPTY, np.isneginf(together.scores))


def test_support_of_relevance_alone_ignores_when_it_happened():
    memory, _ = filled(3)
    now = np.full(6, 10.0)
    candidates = np.arange(18).reshape(6, 3)
    who, only = np.arange(6), Weights(0, 0, 1)
    before = memory.support(who, candidates, now, 4, only)
    memory.times[:] = memory.times[:, ::-1]
    assert np.allclose(before, memory.support(who, candidates, now, 4, only))
    assert not np.allclose(before, memory.support(who, candidates, now, 4))


def test_a_memory_that_came_up_is_fresh_again():
    memory = EpisodicMemory(np.eye(3), capacity=4, decay=0.5)
    memory.add(np.zeros(3, int), np.arange(3), np.array([0.0, 1.0, 2.0]), np.ones(3))
    memory.recall(np.array([0]), np.eye(3)[[0]], np.array([9.0]), 1, touch=True)
    assert memory.videos[0, :3].tolist() == [0, 1, 2]
    assert memory.times[0, :3].tolist() == [9.0, 1.0, 2.0]


def test_a_full_memory_drops_the_old_and_unimportant():
    memory = EpisodicMemory(np.eye(5), capacity=3, decay=0.5)
    weights = np.array([1.0, 0.0, 0.2])
    memory.add(np.zeros(3, int), np.array([0, 1, 2]), np.array([0.0, 1.0, 2.0]), weights)
    memory.add(np.array([0]), np.array([4]), np.array([3.0]), np.array([0.1]))
    assert sorted(memory.videos[0].tolist()) == [0, 2, 4]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
def test_fading_keeps_the_best_and_says_what_is_gone(seed, keep):
    memory, _ = filled(seed)
    who, now = np.arange(6), np.full(6, 12.0)
    before, worth = memory.count(who), memory.worth_keeping(who, now)
    viewers, slots = memory.fade(who, now, keep)
    assert np.array_equal(memory.count(who), np.minimum(before, keep))
    assert len(viewers) == (before - np.minimum(before, keep)).sum()
    for viewer, slot in zip(viewers, slots, strict=True):
        kept = worth[viewer][memory.videos[viewer] != EMPTY]
        assert np.all(kept >= worth[viewer, slot] - 1e-12)


def test_forgetting_one_video_and_everything():
    memory, _ = filled(5)
    video = memory.videos[0][memory.videos[0] != EMPTY][0]
    memory.forget(0, int(video))
    assert video not in memory.videos[0] and memory.count(np.array([0]))[0] > 0
    memory.forget(0)
    assert memory.count(np.array([0]))[0] == 0


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"decay": 0.0}, {"decay": 1.1}])
def test_memories_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"episode|decay"):
        EpisodicMemory(np.eye(3), **wrong)


def test_thousands_of_viewers_at_once():
    rng = np.random.default_rng(0)
    memory = EpisodicMemory(rng.normal(size=(500, 16)), capacity=32)
    who = np.arange(3000)
    for time in range(4):
        memory.add(who, rng.integers(0, 500, 3000), time, rng.random(3000))
    recalled = memory.recall(who, rng.normal(size=(3000, 16)), np.full(3000, 5.0), 3)
    assert recalled.videos.shape == (3000, 3) and (recalled.videos != EMPTY).all()


def test_exact_index_finds_the_largest_cosines():
    rng = np.random.default_rng(1)
    vectors, queries = rng.normal(size=(200, 8)), rng.normal(size=(9, 8))
    near, cosine = ExactIndex(vectors).search(queries, 5)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = queries / np.linalg.norm(queries, axis=1, keepdims=True) @ unit.T
    assert np.array_equal(near, np.argsort(-wanted, axis=1)[:, :5])
    assert np.allclose(cosine, -np.sort(-wanted, axis=1)[:, :5], atol=1e-5)


def test_graph_index_finds_nearly_all_of_them():
    pytest.importorskip("faiss")
    rng = np.random.default_rng(2)
    vectors, queries = rng.normal(size=(2000, 16)), rng.normal(size=(50, 16))
    exact, _ = ExactIndex(vectors).search(queries, 10)
    near, _ = GraphIndex(vectors, effort=128).search(queries, 10)
    assert found(exact, exact) == 1.0
    assert found(near, exact) > 0.9
