"""Two time scales: nothing is counted twice, nothing is lost before its time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.memory.profile import CLICKED, SHOWN, TwoScaleProfile


def a_history(seed, pages=12, viewers=5, slots=3, topics=6):
    rng = np.random.default_rng(seed)
    for _ in range(pages):
        who = np.sort(rng.choice(viewers, rng.integers(1, viewers + 1), replace=False))
        clicked = rng.integers(-1, slots, (len(who), 1)) == np.arange(slots)
        yield who, rng.integers(0, topics, (len(who), slots)), clicked


def test_hand_worked_page_fades_into_the_long_term():
    profile = TwoScaleProfile(2, short_half_life=1.0, long_half_life=np.inf)
    page = np.array([0]), np.array([[0, 1]]), np.array([[True, False]])
    profile.learn(*page)
    profile.learn(*page)
    assert profile.short[0].tolist() == [[1.5, 0.0], [1.5, 1.5]]
    assert profile.long[0].tolist() == [[0.5, 0.0], [0.5, 0.5]]
    long_rate = (0.5 + 1) / (0.5 + 5)
    assert profile.rate(np.array([0]))[0, 0] == pytest.approx((1.5 + 5 * long_rate) / (1.5 + 5))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 50))
def test_evidence_only_moves_while_the_long_term_lasts_for_ever(seed, half_life):
    profile = TwoScaleProfile(6, short_half_life=half_life, long_half_life=np.inf)
    shown, clicked = np.zeros((5, 6)), np.zeros((5, 6))
    for who, topics, clicks in a_history(seed):
        profile.learn(who, topics, clicks)
        np.add.at(shown, (who[:, None], topics), 1)
        np.add.at(clicked, (np.broadcast_to(who[:, None], topics.shape)[clicks], topics[clicks]), 1)
    profile.meet(np.array([4]))
    total = profile.short + profile.long
    assert np.allclose(total[:, SHOWN], shown) and np.allclose(total[:, CLICKED], clicked)
    before = profile.rate(np.arange(5))
    profile.rest(np.arange(5))
    assert np.allclose(profile.short, 0) and np.allclose(profile.long, total)
    assert np.isfinite(before).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 30), st.floats(0, 300))
def test_rates_are_chances_and_clicks_never_exceed_shows(seed, short, long):
    profile = TwoScaleProfile(6, short_half_life=short, long_half_life=long)
    for page in a_history(seed):
        profile.learn(*page)
    who = np.arange(len(profile.short))
    for rate in (profile.rate(who), profile.short_rate(who), profile.long_rate(who)):
        assert np.all((rate > 0) & (rate < 1))
    for evidence in (profile.short, profile.long):
        assert np.all(evidence[:, CLICKED] <= evidence[:, SHOWN] + 1e-9)
        assert np.all(evidence >= 0)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_viewers_do_not_disturb_each_other(seed):
    together, alone = (TwoScaleProfile(6) for _ in range(2))
    for who, topics, clicked in a_history(seed):
        together.learn(who, topics, clicked)
        mine = who == 2
        if mine.any():
            alone.learn(who[mine], topics[mine], clicked[mine])
    for profile in (together, alone):
        profile.meet(np.array([2]))
    assert np.allclose(together.short[2], alone.short[2])
    assert np.allclose(together.long[2], alone.long[2])


def test_without_a_short_term_everything_is_slow_and_without_a_long_term_it_is_lost():
    page = np.array([0]), np.array([[1, 1]]), np.array([[False, True]])
    slow, quick = TwoScaleProfile(2, short_half_life=0), TwoScaleProfile(2, long_half_life=0)
    for profile in (slow, quick):
        profile.learn(*page)
    assert not slow.short.any() and slow.long[0, SHOWN, 1] == 2
    quick.rest(np.array([0]))
    assert not quick.short.any() and not quick.long.any()


def test_forget_leaves_nothing_of_one_viewer_and_all_of_the_others():
    profile = TwoScaleProfile(6)
    for page in a_history(1):
        profile.learn(*page)
    kept = profile.short[1].copy()
    profile.forget(0)
    assert not profile.short[0].any() and not profile.long[0].any()
    assert np.array_equal(profile.short[1], kept)


@pytest.mark.parametrize("wrong", [{"short_half_life": -1}, {"long_half_life": -1}, {"trust": 0}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"half-life|trust"):
        TwoScaleProfile(6, **wrong)
