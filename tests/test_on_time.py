"""Coordination against the clock: who is waited for, who is heard, and for how long."""

from __future__ import annotations

import numpy as np
import pytest
import strange_agents as strange

from mavrs_course.coordination import Asking, AverageOfAgents, OnTime
from mavrs_course.messages import Feedback, Request, Trace
from mavrs_course.world.sessions import play_sessions
from mavrs_course.world.short_video import ShortVideo

QUALITY = np.random.default_rng(1).normal(size=60)
TIMES = np.array([[5.0, 1.0, 9.0], [2.0, 4.0, 3.0]])
ABLE = np.ones((2, 3), dtype=bool)


def rng(seed=0):
    return np.random.default_rng(seed)


def honest(number=4):
    return [strange.Honest(f"agent {n}", QUALITY, n, noise=1.0) for n in range(number)]


def a_request(pages=200):
    rows = [rng(seed).permutation(60)[:8] for seed in range(pages)]
    return Request(np.arange(pages), np.array(rows), 1)


@pytest.mark.parametrize(
    ("asking", "until", "heard"),
    [
        (Asking(), [9, 4], [[1, 1, 1], [1, 1, 1]]),
        (Asking(quorum=2), [5, 3], [[1, 1, 0], [1, 0, 1]]),
        (Asking(quorum=7), [9, 4], [[1, 1, 1], [1, 1, 1]]),
        (Asking(patience=4), [4, 4], [[0, 1, 0], [1, 1, 1]]),
        (Asking(in_turn=True), [15, 9], [[1, 1, 1], [1, 1, 1]]),
        (Asking(in_turn=True, quorum=2), [6, 6], [[1, 1, 0], [1, 1, 0]]),
        (Asking(in_turn=True, patience=8), [8, 8], [[1, 1, 0], [1, 1, 0]]),
        (Asking(hedge_after=1), [2, 2], [[1, 1, 1], [1, 1, 1]]),
    ],
    ids=str,
)
def test_waits_by_hand(asking, until, heard):
    """Twins take 1 each, so that nobody who is hedged after 1 takes more than 2."""
    waited, who = asking.wait(TIMES, np.ones_like(TIMES), ABLE)
    assert waited.tolist() == until
    np.testing.assert_array_equal(who, np.array(heard, dtype=bool))


def test_who_cannot_answer_is_not_heard_and_waited_for_only_where_answers_are_missing():
    able = np.array([[True, False, True], [False, False, False]])
    waited, who = Asking(quorum=1).wait(TIMES, TIMES, able)
    assert waited.tolist() == [5.0, 4.0] and who.tolist() == [[True, False, False], [False] * 3]
    waited, _ = Asking(quorum=3).wait(TIMES, TIMES, able)
    assert waited.tolist() == [9.0, 4.0]
    waited, _ = Asking(patience=3.5).wait(TIMES, TIMES, able)
    assert waited.tolist() == [3.5, 3.5]


@pytest.mark.parametrize(
    ("asking", "mean"),
    [
        (Asking(in_turn=True), 100.0),
        (Asking(), 52.08),
        (Asking(quorum=3), 27.08),
        (Asking(quorum=2), 14.58),
    ],
    ids=["in turn", "all", "three", "two"],
)
def test_four_agents_of_25_milliseconds_on_the_clock(asking, mean):
    world = ShortVideo(rng=rng(3), ahead=0)
    catalog = world.catalog.quality
    team = [strange.Honest(f"agent {n}", catalog, n) for n in range(4)]
    together = OnTime(team, asking, response=25.0, rng=rng(4))
    played = play_sessions(world, together, 300)
    assert together.pages == played.pages.sum()
    assert together.waited / together.pages == pytest.approx(mean, rel=0.02)


def test_with_everybody_heard_it_is_the_weighted_mean():
    weights = {"agent 0": 3.0, "agent 2": 0.5}
    request = a_request()
    team = [strange.Honest(f"agent {n}", QUALITY, n, noise=0.0) for n in range(4)]
    for agent, seed in zip(team, range(4), strict=True):
        agent.quality = QUALITY + rng(seed).normal(size=60)
    ours = OnTime(team, weights=weights).recommend(request)
    mean = AverageOfAgents(team, weights).recommend(request)
    np.testing.assert_array_equal(ours.videos, mean.videos)


def test_who_is_late_has_no_credit_and_learns():
    team = honest()
    quorum = OnTime(team, Asking(quorum=2), rng=rng(5))
    slate = quorum.recommend(a_request())
    assert ((slate.credit > 0).sum(axis=2) <= 2).all()
    pages = len(slate.videos)
    active = np.arange(pages) < 50
    quorum.learn(Feedback(slate, np.zeros(pages, int), np.ones(pages), active=active))
    assert all(agent.learned == 1 for agent in team)
    assert quorum.pages == 50 and quorum.waited > 0
    assert any(message.kind == "wait" and message.seconds > 0 for message in slate.trace)


def test_a_slow_agent_is_left_out_by_a_quorum():
    quorum = OnTime(honest(), Asking(quorum=3), response=(1, 1, 1, 1_000), rng=rng(6))
    heard = quorum.hear(a_request(), Trace()).heard
    assert heard[:, :3].mean() > 0.99 and heard[:, 3].mean() < 0.02


def test_without_dice_times_are_their_means():
    plain = OnTime(honest(), Asking(quorum=2), response=(4, 3, 2, 1))
    hearing = plain.hear(a_request(5), Trace())
    assert hearing.note.tolist() == [2.0] * 5
    assert hearing.heard.tolist() == [[False, False, True, True]] * 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: Asking(quorum=0),
        lambda: Asking(patience=0),
        lambda: Asking(hedge_after=-1),
        lambda: OnTime(honest(), response=0.0),
        lambda: OnTime(honest(), response=(1, 2)),
        lambda: OnTime(honest(), response=(1, 2, np.nan, 3)),
        lambda: OnTime(honest(), weights={"nobody": 1.0}),
        lambda: OnTime(honest(), weights={"agent 1": -1.0}),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match=r"quorum|patience|hedge|response|weights"):
        make()
