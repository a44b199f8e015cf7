"""The best single agent, the pipeline and the monolith, against small cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mavrs_course.coordination.best_single import ExploreThenCommit
from mavrs_course.coordination.monolith import (
    ChoiceNetwork,
    EveningWorth,
    Monolith,
    features,
    short_sighted,
)
from mavrs_course.coordination.panel import Panel
from mavrs_course.coordination.pipeline import Pipeline, narrowed, passed_on
from mavrs_course.messages import Feedback, Opinion, Request, Trace


class Fixed:
    """Always gives the videos their value in ``scores``, which is by number of the video."""

    def __init__(self, name, scores, confidence=1.0):
        self.name, self.scores, self.confidence = name, np.asarray(scores, float), confidence
        self.asked = []

    def opine(self, request):
        self.asked.append(request)
        sure = np.full(len(request), self.confidence)
        return Opinion(self.name, self.scores[request.candidates], sure)

    def learn(self, feedback):
        pass


def request_for(viewers, candidates=4, slots=1):
    viewers = np.asarray(viewers)
    return Request(viewers, np.tile(np.arange(candidates), (len(viewers), 1)), slots)


# --- best single ----------------------------------------------------------------------------------


def play(coordinator, viewers, minutes, active):
    slate = coordinator.recommend(request_for(viewers))
    clicked = np.where(np.asarray(minutes) > 0, 0, -1)
    told = Feedback(slate, clicked, np.asarray(minutes, float), active=np.asarray(active))
    coordinator.learn(told)
    return slate


def two_agents():
    return [Fixed("low", [3, 2, 1, 0]), Fixed("high", [0, 1, 2, 3])]


def test_sessions_are_given_in_turn_and_the_longer_ones_win():
    coordinator = ExploreThenCommit(two_agents(), trials=2)
    viewers = [0, 1, 2, 3]
    slate = play(coordinator, viewers, [4, 4, 4, 4], [True] * 4)
    assert slate.videos[:, 0].tolist() == [0, 3, 0, 3]
    play(coordinator, viewers, [0, 4, 0, 4], [True] * 4)
    assert coordinator.committed is None
    play(coordinator, viewers, [0, 0, 0, 0], [False] * 4)
    assert coordinator.begun.tolist() == coordinator.ended.tolist() == [2, 2]
    assert coordinator.means.tolist() == [4.0, 8.0] and coordinator.committed == 1
    assert play(coordinator, viewers, [4] * 4, [True] * 4).videos[:, 0].tolist() == [3] * 4


def test_rows_that_are_over_are_no_sessions():
    coordinator = ExploreThenCommit(two_agents(), trials=1)
    play(coordinator, [0, 1], [4, 4], [True, True])
    for _ in range(5):
        play(coordinator, [0, 1], [0, 4], [False, True])
    assert coordinator.begun.tolist() == [1, 1] and coordinator.ended.tolist() == [1, 0]
    assert coordinator.committed is None  # the better one is still going on


def test_it_asks_the_leader_alone_and_all_others_when_that_one_is_silent():
    class Broken(Fixed):
        def opine(self, request):
            raise RuntimeError

    agents = [Broken("broken", np.zeros(4)), Fixed("high", [0, 1, 2, 3])]
    coordinator = ExploreThenCommit(agents)
    slate = play(coordinator, [0], [4.0], [True])
    assert slate.videos[0, 0] == 3 and coordinator.minutes.tolist() == [0.0, 0.0]
    assert len(play(coordinator, [1], [4.0], [True]).trace) == 2
    assert coordinator.minutes.tolist() == [0.0, 4.0]


def test_no_trials_are_refused():
    with pytest.raises(ValueError, match="at least one trial"):
        ExploreThenCommit(two_agents(), trials=0)


# --- pipeline -------------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 10), st.integers(1, 20))
def test_a_pipeline_narrows_and_ends_at_the_slots(extra, slots, stages):
    kept = passed_on(slots + extra, slots, stages)
    assert len(kept) == stages and kept[-1] == slots
    assert all(a >= b for a, b in zip([slots + extra, *kept], kept, strict=False))


def test_each_stage_sees_what_the_one_before_passed_on():
    first, last = Fixed("first", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), Fixed("last", np.arange(10))
    slate = Pipeline([first, last]).recommend(request_for([0], 10, 2))
    assert last.asked[0].candidates[0].tolist() == [0, 1, 2, 3]  # round(10 * sqrt(2 / 10)) = 4
    assert slate.videos[0].tolist() == [3, 2]
    told = [(m.sender, m.receiver) for m in slate.trace]
    assert told == [("coordinator", "first"), ("first", "last"), ("last", "coordinator")]
    assert [m.size_bytes for m in slate.trace] == [80, 32, 16]


def test_what_is_not_heard_and_ties_keep_the_order_of_the_stage_before():
    left = np.array([[4, 2, 7], [4, 2, 7]])
    scores, heard = np.array([[1.0, 1.0, 5.0], [1.0, 2.0, 9.0]]), np.array([True, False])
    assert narrowed(left, scores, heard, 2).tolist() == [[7, 4], [4, 2]]


# --- monolith -------------------------------------------------------------------------------------


def test_features_are_votes_around_zero_and_the_same_with_confidence():
    agents = [Fixed("sure", [0, 1, 2, 4], 0.5), Fixed("indifferent", [1, 1, 1, 1])]
    hearing = Panel(agents).ask(request_for([0]), Trace())
    expected = [[-0.5, -0.25, 0, 0.5], [0] * 4, [-0.25, -0.125, 0, 0.25], [0] * 4]
    np.testing.assert_allclose(features(hearing)[0].T, expected)


def test_the_gradient_is_the_slope_of_the_likelihood():
    rng = np.random.default_rng(0)
    network = ChoiceNetwork(rng.normal(size=3), rng, hidden=4)
    network.weights[2] = rng.normal(size=4)
    x, clicked = rng.normal(size=(6, 2, 3)), rng.integers(-1, 2, 6)

    def likelihood():
        scores = np.column_stack([np.full(6, network.weights[3][0]), network.scores(x)])
        chance = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return chance[np.arange(6), clicked + 1].mean()

    for weights, slope in zip(network.weights, network.gradient(x, clicked), strict=True):
        for place in np.ndindex(weights.shape):
            kept, around = weights[place], []
            for step in (1e-5, -1e-5):
                weights[place] = kept + step
                around.append(likelihood())
            weights[place] = kept
            assert slope[place] == pytest.approx((around[0] - around[1]) / 2e-5, abs=1e-7)


def test_the_network_learns_who_is_right():
    rng = np.random.default_rng(1)
    x = rng.uniform(-0.5, 0.5, (800, 3, 2))
    chance = np.concatenate([np.ones((800, 1)), np.exp(4 * x[:, :, 1])], axis=1)
    chance /= chance.sum(axis=1, keepdims=True)
    clicked = (rng.random((800, 1)) > chance.cumsum(axis=1)).sum(axis=1) - 1
    network = ChoiceNetwork(np.array([1.0, 1.0]), rng)
    network.fit(x, clicked, 400)
    useless, right = network.slopes(np.zeros(2))
    assert abs(useless) < 1.0 and right > 2.5


def test_worth_is_found_from_when_evenings_end():
    """A click with x = 1 takes twice as much of an evening as one with x = 0."""
    rng = np.random.default_rng(2)
    evenings, viewers = EveningWorth(1, prior=1e-6), np.arange(60)
    dear = rng.integers(0, 11, 60)  # of 20 parts, two a dear click: 20 - dear clicks in all
    for page in range(20):
        on = page < 20 - dear
        x = (page < dear).astype(float)[:, None]
        evenings.learn(viewers, x, np.ones(60, dtype=bool), np.full(60, 4.0), on)
    evenings.learn(viewers, np.zeros((60, 1)), np.zeros(60, bool), np.zeros(60), np.zeros(60, bool))
    cheap, dear_one = evenings.worth(np.array([[0.0], [1.0]]))
    usual = 4.0 * (20 - dear).mean()
    assert cheap == pytest.approx(4.0 - usual / 20, abs=0.02)
    assert dear_one == pytest.approx(4.0 - usual / 10, abs=0.02)


def test_a_monolith_begins_as_the_mean_of_the_votes():
    agents = [Fixed("one", [0, 1, 2, 4]), Fixed("two", [4, 0, 1, 4])]
    for make in (Monolith, short_sighted):
        assert make(agents).recommend(request_for([0], 4, 2)).videos[0].tolist() == [3, 0]
