"""Each effect: its equation by hand, what it does to sessions, and that off means off."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.baselines import MyopicAgent, PlannerAgent, RandomAgent
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import (
    Boredom,
    Clickbait,
    Drift,
    Effect,
    Examination,
    Likes,
    NewArrivals,
    Satisfaction,
    ViewerGroups,
    reflect,
)
from mavrs_course.world.platform import Platform, PlatformError
from mavrs_course.world.sessions import play_sessions

NEUTRAL = [
    Effect(),
    Examination(fading=0),
    Boredom(strength=0),
    Likes(pull=0),
    Satisfaction(),
    Clickbait(share=0),
    NewArrivals(share=0),
    Drift(per_page=0),
    ViewerGroups(likeness=0),
]
STRONG = [
    Examination(2),
    Boredom(1.0, 0.9),
    Likes(follow=1.0, pull=2.0),
    Satisfaction(),
    Clickbait(0.8, 3.0),
    NewArrivals(0.9, 2),
    Drift(0.5, 0.5),
    ViewerGroups((0.2, 0.3, 0.5), 0.9),
]


def play(kind, *effects, sessions=2_000, seed=0):
    rng = np.random.default_rng(seed)
    platform = Platform(effects=effects, rng=rng)
    agent = RandomAgent(rng) if kind is RandomAgent else kind(platform)
    return platform, play_sessions(platform, SingleAgent(agent), sessions)


def one_topic_each(interest, *effects, quality=0.0, viewers=1, **columns):
    """A platform with video t on topic t, all of them candidates, and viewers of one mind."""
    catalog = Catalog(topic=np.arange(20), quality=np.full(20, quality), **columns)
    platform = Platform(catalog, candidates=20, effects=effects, rng=np.random.default_rng(0))
    platform.reset(viewers)
    platform.interest[:] = interest
    return platform


def show(platform, *videos):
    return platform.show(Slate(np.tile(videos, (len(platform.viewers), 1))))


# --- off means off ---------------------------------------------------------------------------


def names(effects):
    return "+".join(type(effect).__name__ for effect in effects)


@pytest.mark.parametrize("effects", [(effect,) for effect in NEUTRAL] + [NEUTRAL], ids=names)
@pytest.mark.parametrize("kind", [RandomAgent, PlannerAgent])
def test_a_neutral_effect_leaves_every_number_alone(kind, effects):
    base, sessions = play(kind, sessions=100)
    other, same = play(kind, *effects, sessions=100)
    assert np.array_equal(sessions.watch_minutes, same.watch_minutes)
    assert np.array_equal(sessions.pages, same.pages)
    assert np.array_equal(base.interest, other.interest)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.permutations(STRONG))
def test_effects_together_keep_the_platforms_promises(seed, effects):
    platform, sessions = play(RandomAgent, *effects, sessions=20, seed=seed)
    again = play(RandomAgent, *effects, sessions=20, seed=seed)[1]
    assert np.array_equal(sessions.watch_minutes, again.watch_minutes)
    assert np.all(np.abs(platform.interest) <= 1) and not platform.active.any()
    assert np.all(platform.attraction(platform.request.candidates) >= 0)
    for _ in range(3):
        present = platform.present.copy()
        platform.next_day()
        assert not np.any(platform.present & ~present)
        assert np.array_equal(platform.active, platform.present)
    gone, interest = ~platform.present, platform.interest.copy()
    platform.next_day()
    assert np.array_equal(platform.interest[gone], interest[gone])


def test_an_effect_put_at_the_end_leaves_the_draws_of_the_others_alone():
    alone, sessions = play(RandomAgent, Likes(pull=0.0), sessions=50)
    joined, same = play(RandomAgent, Likes(pull=0.0), Satisfaction(), sessions=50)
    assert np.array_equal(sessions.watch_minutes, same.watch_minutes)
    assert alone.effect(Likes).following.any()
    assert np.array_equal(alone.effect(Likes).following, joined.effect(Likes).following)


def test_the_order_of_effects_does_not_matter_to_attraction():
    boredom, clickbait = Boredom(1.0), Clickbait(1.0, 1.0)
    for effects in ((boredom, clickbait), (clickbait, boredom)):
        platform = one_topic_each(0.0, *effects, quality=-1.0)
        platform.effect(Boredom).satiation[0, 0] = 0.5
        assert platform.attraction(np.array([[0, 1]])).tolist() == [[1.5, 2.0]]


def test_one_effect_serves_two_platforms_without_mixing_them():
    boredom = Boredom()
    first, second = one_topic_each(1.0, boredom), one_topic_each(1.0, boredom)
    for _ in range(5):
        show(first, 0, 1, 2)
    assert first.effect(Boredom).satiation.any()
    assert not second.effect(Boredom).satiation.any()
    with pytest.raises(PlatformError, match="without the effect Drift"):
        first.effect(Drift)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Examination(-1), "fading must be at least 0"),
        (lambda: Boredom(memory=1), "memory must be in"),
        (lambda: Clickbait(share=2), "share must be in"),
        (lambda: NewArrivals(days=0), "days must be a whole number, at least 1"),
        (lambda: NewArrivals(days=2.5), "days must be a whole number"),
        (lambda: Likes(follow=1.5), "follow must be in"),
        (lambda: Drift(per_day=-1), "per_day must be at least 0"),
        (lambda: ViewerGroups((0.5, 0.6)), "shares must be parts of 1"),
    ],
)
def test_impossible_settings_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_all_effects_over_three_days_are_their_equations_together():
    memory, strength, fading = 0.6, 0.4, 0.5
    effects = (
        Boredom(strength, memory), Likes(), Satisfaction(fading), Clickbait(0.5, 0.8),
        NewArrivals(0.3, 2), Drift(0.2, 0.05), ViewerGroups((0.5, 0.5), 0.3), Examination(0.7),
    )  # fmt: skip
    rng, rows = np.random.default_rng(3), np.arange(50)
    platform = Platform(Catalog.sample(100, rng), effects=effects, rng=rng)
    platform.reset(len(rows))
    catalog, satiation, exposure = platform.catalog, np.zeros((50, 20)), np.zeros(50)
    following = np.zeros((50, catalog.creator.max() + 1), dtype=bool)
    for day in range(3):
        satiation[:] = 0.0
        while platform.active.any():
            videos = platform.request.candidates[:, :3]
            topic, creator = catalog.topic[videos], catalog.creator[videos]
            weights = (
                platform.interest[rows[:, None], topic] + 1 + catalog.appeal[videos]
                - strength * satiation[rows[:, None], topic]
                + 0.5 * following[rows[:, None], creator]
            )  # fmt: skip
            assert np.allclose(platform.attraction(videos), np.maximum(weights, 0))
            assert catalog.day[videos].max() <= day
            feedback = platform.show(Slate(videos))
            for row in np.flatnonzero(feedback.clicked >= 0):
                video = videos[row, feedback.clicked[row]]
                satiation[row, catalog.topic[video]] += 1
                given = catalog.quality[video] / 3 - catalog.appeal[video]
                exposure[row] = fading * exposure[row] + given
                following[row, catalog.creator[video]] |= feedback.followed[row]
            satiation[feedback.active] *= memory
        assert np.allclose(platform.effect(Satisfaction).exposure, exposure)
        platform.next_day()


# --- examination -----------------------------------------------------------------------------


def test_examination_worked_by_hand():
    """Three videos with w = 1: slots weigh 1, 1/2, 1/3, so P = 6/23, 3/23, 2/23."""
    platform = one_topic_each(0.0, Examination(), viewers=100_000)
    clicked = show(platform, 0, 1, 2).clicked
    shares = [np.mean(clicked == slot) for slot in range(3)]
    assert shares == pytest.approx([6 / 23, 3 / 23, 2 / 23], abs=0.004)


# --- boredom ---------------------------------------------------------------------------------


def test_boredom_worked_by_hand():
    """Two clicks in a row on topic 3: s = 0.8, then 0.8 * 1.8 = 1.44; two pages without: 0.9216."""
    platform = one_topic_each(0.0, Boredom(strength=0.5, memory=0.8), viewers=2_000)
    boredom = platform.effect(Boredom)
    twice = (show(platform, 3, 4, 5).clicked == 0) & (show(platform, 3, 4, 5).clicked == 0)
    assert twice.any()
    assert boredom.satiation[twice, 3] == pytest.approx(1.44)
    platform.interest[:] = 0.0
    drawn = platform.attraction(np.tile([3, 6], (2_000, 1)))
    assert drawn[twice] == pytest.approx(np.tile([1.0 - 0.72, 1.0], (twice.sum(), 1)))
    away = twice & (show(platform, 6, 7, 8).clicked >= -1) & (show(platform, 6, 7, 8).clicked >= -1)
    assert boredom.satiation[away, 3] == pytest.approx(1.44 * 0.64)
    platform.next_day()
    assert not boredom.satiation.any()


def test_boredom_makes_the_myopic_page_more_varied():
    def topics_per_click(*effects):
        rng = np.random.default_rng(0)
        platform = Platform(effects=effects, rng=rng)
        coordinator, same = SingleAgent(MyopicAgent(platform)), []
        platform.reset(2_000)
        last = np.full(2_000, -1)
        for _ in range(30):
            feedback = platform.show(coordinator.recommend(platform.request))
            clicked = feedback.clicked >= 0
            topic = platform.catalog.topic[feedback.clicked_video]
            same.append(np.mean(topic[clicked] == last[clicked]))
            last = np.where(clicked, topic, last)
        return np.mean(same)

    assert topics_per_click(Boredom(1.0)) < 0.7 * topics_per_click()


# --- likes and follows -----------------------------------------------------------------------


def test_like_probability_worked_by_hand():
    """u = 1/2, q = 1: sigmoid(-1 + 1 + 1) = 0.7311; u = -1/2, q = -1: sigmoid(-3) = 0.0474."""
    likes = Likes()
    assert likes.like_probability(0.5, 1.0) == pytest.approx(0.7310586)
    assert likes.like_probability(-0.5, -1.0) == pytest.approx(0.0474259)


def test_likes_come_only_with_clicks_and_at_the_stated_rate():
    platform = one_topic_each(1.0, Likes(follow=0.25), quality=-1.0, viewers=100_000)
    feedback = show(platform, 0, 1, 2)
    clicked = feedback.clicked >= 0
    assert not feedback.liked[~clicked].any()
    assert feedback.liked[clicked].mean() == pytest.approx(0.5, abs=0.01)  # sigmoid(-1 + 2 - 1)
    assert not feedback.followed[~feedback.liked].any()
    assert feedback.followed[feedback.liked].mean() == pytest.approx(0.25, abs=0.01)


def test_a_followed_creator_draws_more():
    platform = one_topic_each(1.0, Likes(offset=50.0, follow=1.0, pull=0.5))
    while (slot := show(platform, 0, 1, 2).clicked[0]) < 0:
        pass
    expected = np.full(20, 2.0)
    expected[slot] = 2.5
    assert platform.attraction(np.arange(20)[None]) == pytest.approx(expected[None])


def test_without_the_effect_nobody_likes():
    feedback = show(one_topic_each(1.0, viewers=50), 0, 1, 2)
    assert not feedback.liked.any() and not feedback.followed.any()


# --- satisfaction ----------------------------------------------------------------------------


def test_satisfaction_worked_by_hand():
    """Clicks on q = 1.5 then q = 1.5 again: n = 0.5, then 0.7 * 0.5 + 0.5 = 0.85."""
    platform = one_topic_each(1.0, Satisfaction(), quality=1.5, viewers=500)
    satisfaction = platform.effect(Satisfaction)
    twice = (show(platform, 0, 1, 2).clicked >= 0) & (show(platform, 0, 1, 2).clicked >= 0)
    assert satisfaction.exposure[twice] == pytest.approx(0.85)
    assert satisfaction.level[twice] == pytest.approx(1 / (1 + np.exp(-0.85)))


def test_a_broken_promise_costs_satisfaction():
    platform = one_topic_each(1.0, Satisfaction(), quality=0.0, appeal=np.full(20, 0.6), viewers=99)
    clicked = show(platform, 0, 1, 2).clicked >= 0
    assert platform.effect(Satisfaction).exposure[clicked] == pytest.approx(-0.6)


def test_viewers_come_back_as_often_as_they_are_satisfied():
    platform = one_topic_each(0.0, Satisfaction(), viewers=50_000)
    platform.effect(Satisfaction).exposure[:] = 1.0
    platform.next_day()
    assert platform.present.mean() == pytest.approx(1 / (1 + np.exp(-1)), abs=0.01)
    returned = platform.present.copy()
    platform.next_day()
    assert not np.any(platform.present & ~returned)
    feedback = show(platform, 0, 1, 2)
    assert np.array_equal(feedback.active, platform.present)
    assert np.all(feedback.clicked[~platform.present] == -1)


def test_planning_brings_viewers_back_and_the_myopic_page_loses_them():
    returned = {}
    for kind in (MyopicAgent, PlannerAgent):
        platform, _ = play(kind, Satisfaction())
        platform.next_day()
        returned[kind] = platform.present.mean()
    assert returned[PlannerAgent] > 0.65 and returned[MyopicAgent] < 0.4


# --- clickbait -------------------------------------------------------------------------------


def test_clickbait_worked_by_hand():
    """u = 0, appeal 1: w = 2 beside an honest 1, so P = 2/5 and 1/5."""
    catalog = Catalog(topic=np.arange(20), quality=np.r_[-1.0, np.ones(19)])
    platform = Platform(
        catalog, slots=2, candidates=20, effects=[Clickbait(1.0, 1.0)], rng=np.random.default_rng(0)
    )
    platform.reset(100_000)
    platform.interest[:] = 0.0
    assert platform.catalog.appeal.tolist() == [1.0] + [0.0] * 19
    clicked = show(platform, 0, 1).clicked
    assert [np.mean(clicked == slot) for slot in (0, 1)] == pytest.approx([0.4, 0.2], abs=0.005)


def test_clickbait_is_poor_videos_only_in_the_stated_share():
    platform = Platform(effects=[Clickbait(0.25)], rng=np.random.default_rng(0))
    poor = platform.catalog.quality < 0
    assert not platform.catalog.appeal[~poor].any()
    assert np.mean(platform.catalog.appeal[poor] > 0) == pytest.approx(0.25, abs=0.03)


def test_under_clickbait_the_myopic_page_is_worse_than_chance():
    myopic, chance = (
        play(kind, Clickbait())[1].watch_minutes for kind in (MyopicAgent, RandomAgent)
    )
    assert myopic.mean() < chance.mean() - 1


# --- new arrivals ----------------------------------------------------------------------------


def test_videos_become_candidates_on_the_day_they_arrive():
    platform = Platform(effects=[NewArrivals(0.5, days=5)], rng=np.random.default_rng(0))
    assert np.bincount(platform.catalog.day).tolist() == [1000] + [200] * 5
    platform.reset(2_000)
    for day in range(6):
        shown = platform.catalog.day[platform.request.candidates]
        assert shown.max() == day
        assert np.mean(shown == 0) == pytest.approx(1000 / (1000 + 200 * day), abs=0.02)
        platform.next_day()


# --- drift -----------------------------------------------------------------------------------


def test_reflection_worked_by_hand():
    assert reflect(np.array([0.3, 1.3, -1.25, 3.5, -3.5, 4.3])) == pytest.approx(
        [0.3, 0.7, -0.75, -0.5, 0.5, 0.3]
    )


def test_drift_forgets_at_the_stated_rate_and_stays_uniform():
    platform = Platform(effects=[Drift(per_day=0.3)], rng=np.random.default_rng(0))
    platform.reset(5_000)
    start, k = platform.interest.copy(), np.arange(1, 20, 2)
    for days in range(1, 9):
        platform.next_day()
        stated = np.sum(96 / (np.pi * k) ** 4 * np.exp(-((k * np.pi * 0.3) ** 2) * days / 8))
        measured = np.corrcoef(start.ravel(), platform.interest.ravel())[0, 1]
        assert measured == pytest.approx(stated, abs=0.015)
    assert platform.interest.mean() == pytest.approx(0, abs=0.01)
    assert platform.interest.var() == pytest.approx(1 / 3, abs=0.01)


def test_drift_within_a_session_moves_only_who_is_there():
    platform = one_topic_each(0.0, Drift(per_page=0.1), viewers=3)
    platform.active[1] = False
    show(platform, 0, 1, 2)
    assert (platform.interest != 0).all(axis=1).tolist() == [True, False, True]
    assert not platform.interest[1].any()


# --- groups ----------------------------------------------------------------------------------


def test_groups_share_their_tastes():
    effect = ViewerGroups((0.7, 0.3), likeness=0.6)
    platform = Platform(effects=[effect], rng=np.random.default_rng(0))
    platform.reset(20_000)
    groups = platform.effect(ViewerGroups)
    assert np.bincount(groups.group) / 20_000 == pytest.approx([0.7, 0.3], abs=0.01)
    for group in (0, 1):
        members = platform.interest[groups.group == group]
        assert members.mean(axis=0) == pytest.approx(0.6 * groups.centres[group], abs=0.02)
        assert members.var(axis=0) == pytest.approx(0.16 / 3, abs=0.01)


def test_groups_stay_what_they_are_from_reset_to_reset():
    platform = Platform(effects=[ViewerGroups()], rng=np.random.default_rng(0))
    platform.reset(10)
    centres = platform.effect(ViewerGroups).centres
    platform.reset(10)
    assert platform.effect(ViewerGroups).centres is centres
