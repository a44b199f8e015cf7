"""The sequence model never looks ahead, and the two ways to judge a ranking are right."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data
from scipy import sparse

from mavrs_course.agents.reasoning.ranking import (
    full_ranks,
    hits_and_gains,
    one_and_seven,
    ranks_among,
)
from mavrs_course.agents.reasoning.sequence import NextVideo, SASRec, histories, windows
from mavrs_course.world.logs import Logs, leave_one_out, load


def cyclic_logs(viewers=40, videos=12, steps=9, seed=0):
    """Everybody watches round a circle of videos, from a start of their own."""
    start = np.random.default_rng(seed).integers(videos, size=viewers)
    events = [(u, (start[u] + t) % videos, t) for u in range(viewers) for t in range(steps)]
    frame = pd.DataFrame(events, columns=["viewer_id", "video_id", "time"])
    return Logs.from_events("circle", frame)


def test_windows_keep_the_last_and_pad_in_front():
    padded = windows([[1, 2, 3], [7], []], 2, 9)
    assert padded.tolist() == [[2, 3], [9, 7], [9, 9]]


def test_histories_are_in_the_order_of_time():
    frame = pd.DataFrame(
        {"viewer_id": [0, 0, 1, 0], "video_id": [5, 6, 5, 7], "time": [3, 1, 2, 2]}
    )
    assert [h.tolist() for h in histories(Logs.from_events("tiny", frame))] == [[1, 2, 0], [0]]


def network():
    torch.manual_seed(0)
    return SASRec(20, width=16, length=8).eval()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.integers(1, 7))
def test_a_place_never_sees_what_comes_after_it(seed, place):
    generator = torch.Generator().manual_seed(seed)
    watched = torch.randint(20, (3, 8), generator=generator)
    changed = watched.clone()
    changed[:, place:] = torch.randint(20, (3, 8 - place), generator=generator)
    model = network()
    with torch.no_grad():
        assert torch.allclose(model(watched)[:, :place], model(changed)[:, :place], atol=1e-5)


def test_padding_says_nothing():
    """With the same places, what stands for "no video" changes no state after it."""
    model = network()
    watched = torch.tensor([[20, 20, 20, 20, 20, 3, 4, 5]])
    with torch.no_grad():
        before = model(watched)[:, 5:]
        model.embedding.weight[20] += 7.0
        assert torch.allclose(model(watched)[:, 5:], before, atol=1e-5)
        assert torch.isfinite(model(torch.full((1, 8), 20))).all()


def test_it_learns_an_order_that_counts_cannot_see():
    """On the circle every video is equally popular, and the next one is certain."""
    train, test = leave_one_out(cyclic_logs())
    model = NextVideo(torch.Generator().manual_seed(0), width=16, length=8, epochs=40, batch=16)
    model.fit(train)
    scores = model.scores(test.events["viewer"])
    assert np.mean(scores.argmax(axis=1) == test.events["video"]) > 0.9
    assert model.losses[-1] < model.losses[0]


def test_the_same_generator_gives_the_same_model_and_leaves_the_global_one_alone():
    logs = cyclic_logs(viewers=8)

    def scores():
        model = NextVideo(torch.Generator().manual_seed(3), width=8, length=6, epochs=2)
        return model.fit(logs).scores([0, 1])

    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first = scores()
    assert torch.equal(torch.rand(3), expected)
    assert np.array_equal(first, scores())


def test_logs_without_any_order_are_refused():
    frame = pd.DataFrame({"viewer_id": [0, 1], "video_id": [0, 1], "time": [0, 0]})
    with pytest.raises(ValueError, match="no order"):
        NextVideo(torch.Generator()).fit(Logs.from_events("one each", frame))


def test_full_ranks_worked_by_hand():
    scores = np.array([[0.9, 0.5, 0.7, 0.5, 0.1]])
    nothing = sparse.csr_array(np.zeros((1, 5)))
    assert full_ranks(scores, np.array([2]), nothing) == [2.0]
    assert full_ranks(scores, np.array([1]), nothing) == [3.5]  # shares ranks 3 and 4
    watched = sparse.csr_array([[1, 0, 1, 0, 0]])
    assert full_ranks(scores, np.array([4]), watched) == [3.0]
    assert full_ranks(scores, np.array([2]), watched) == [1.0]  # seen before, and ranked


def test_a_random_ranking_of_one_and_seven_gives_the_published_figures():
    """MACRec's protocol: HR@1/3/5 .125/.375/.625 and NDCG@3/5 .266/.369."""
    rng = np.random.default_rng(0)
    viewers = 40_000
    watched = sparse.csr_array((viewers, 30))
    candidates = one_and_seven(rng.integers(30, size=viewers), watched, rng)
    found = hits_and_gains(ranks_among(rng.random((viewers, 30)), candidates), (1, 3, 5))
    wanted = {"HR@1": 0.125, "HR@3": 0.375, "HR@5": 0.625, "NDCG@3": 0.266, "NDCG@5": 0.369}
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=0.01)


def test_every_rank_once_gives_those_figures_exactly():
    found = hits_and_gains(np.arange(1.0, 9.0), (1, 3, 5))
    assert (found["HR@1"], found["HR@3"], found["HR@5"]) == (0.125, 0.375, 0.625)
    assert (round(found["NDCG@3"], 3), round(found["NDCG@5"], 3)) == (0.266, 0.369)


def test_a_model_without_an_opinion_gains_nothing_by_ties():
    candidates = np.arange(8)[None]
    assert hits_and_gains(ranks_among(np.zeros((1, 8)), candidates), (1, 3))["HR@3"] == 0.0


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_negatives_are_seven_and_were_never_watched(seed):
    rng = np.random.default_rng(seed)
    watched = sparse.csr_array(rng.random((6, 40)) < 0.4)
    positives = rng.integers(40, size=6)
    candidates = one_and_seven(positives, watched, rng)
    assert np.array_equal(candidates[:, 0], positives)
    for row, drawn in enumerate(candidates):
        assert len(set(drawn)) == 8
        assert not watched.toarray()[row, drawn[1:]].any()


def test_a_viewer_who_has_watched_all_but_a_few_is_refused():
    with pytest.raises(ValueError, match="watched all"):
        one_and_seven(np.array([0]), sparse.csr_array(np.ones((1, 10))), np.random.default_rng(0))


def test_on_movielens_a_few_epochs_beat_popularity(monkeypatch):
    monkeypatch.setenv("MAVRS_DATA", str(real_data("ml-100k").parent))
    train, test = leave_one_out(load("movielens-100k"))
    model = NextVideo(torch.Generator().manual_seed(0), length=16, epochs=3, step=4e-3).fit(train)
    viewers, positives = (test.events[name].to_numpy() for name in ("viewer", "video"))
    watched = sparse.csr_array(train.matrix())[viewers]
    found = hits_and_gains(full_ranks(model.scores(viewers), positives, watched), (10,))
    counts = np.tile(np.asarray(train.matrix().sum(axis=0)).ravel(), (len(viewers), 1))
    popular = hits_and_gains(full_ranks(counts, positives, watched), (10,))
    assert found["HR@10"] > popular["HR@10"]
