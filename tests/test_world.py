"""The platform against the published figures, and its promises on any input."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.baselines import MyopicAgent, PlannerAgent, RandomAgent, page_scores
from mavrs_course.coordination.single import SingleAgent, best_columns
from mavrs_course.messages import NO_CLICK, Opinion, Slate
from mavrs_course.world import viewers
from mavrs_course.world.catalog import Catalog, CatalogError
from mavrs_course.world.effects import Effect
from mavrs_course.world.platform import Platform, PlatformError, draw_distinct
from mavrs_course.world.sessions import play_sessions
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS

SESSIONS = 20_000
quick = settings(max_examples=30, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def play(kind, sessions=SESSIONS, seed=0, **options):
    rng = np.random.default_rng(seed)
    platform = Platform(rng=rng, **options)
    agent = RandomAgent(rng) if kind is RandomAgent else kind(platform)
    return play_sessions(platform, SingleAgent(agent), sessions)


# --- the published figures -------------------------------------------------------------------


def test_random_matches_published_return_and_quality():
    sessions = play(RandomAgent)
    assert sessions.watch_minutes.mean() == pytest.approx(160.6, abs=0.6)
    assert sessions.clicked_quality == pytest.approx(-0.59, abs=0.01)


def test_myopic_matches_published_return_and_quality():
    sessions = play(MyopicAgent)
    assert sessions.watch_minutes.mean() == pytest.approx(168.0, abs=1.0)
    assert sessions.clicked_quality == pytest.approx(-0.54, abs=0.01)


def test_planner_earns_278_minutes_and_more():
    assert play(PlannerAgent).watch_minutes.mean() >= 278


# --- the viewer, by hand ---------------------------------------------------------------------


def test_choice_worked_by_hand():
    interest = np.zeros((1, N_TOPICS))
    interest[0, :3] = 1.0, 0.0, -1.0
    weights = viewers.attraction(interest, np.array([[0, 1, 2]]))
    assert weights.tolist() == [[2.0, 1.0, 0.0]]
    assert viewers.choice_probabilities(weights) == pytest.approx(np.array([[0.4, 0.2, 0.0]]))


def test_choices_follow_the_probabilities():
    weights = np.tile([2.0, 1.0, 0.0], (100_000, 1))
    clicked = viewers.choose(weights, np.random.default_rng(0))
    shares = [np.mean(clicked == slot) for slot in (NO_CLICK, 0, 1, 2)]
    assert shares == pytest.approx([0.4, 0.4, 0.2, 0.0], abs=0.005)


def test_budget_worked_by_hand():
    watch, budget = viewers.spend(
        np.array([200.0, 200.0, 200.0, 1.0]),
        np.array([True, True, False, True]),
        np.array([0.0, 3.4, 3.4, -3.4]),
    )
    assert watch == pytest.approx([4.0, 4.0, 0.0, 1.0])
    assert budget == pytest.approx([196.0, 199.6, 199.5, -0.9])


def test_interest_worked_by_hand():
    """u = 0.5 steps by 0.3 * 0.5 * 0.5 = 0.075, upwards three times in four."""
    interest = np.full((40_000, N_TOPICS), 0.5)
    clicked = np.arange(40_000) % 2 == 0
    viewers.evolve(interest, clicked, np.full(40_000, 7), np.random.default_rng(0))
    assert np.all(interest[~clicked] == 0.5)
    assert np.all(np.delete(interest, 7, axis=1) == 0.5)
    assert np.unique(interest[clicked, 7]) == pytest.approx([0.425, 0.575])
    assert np.mean(interest[clicked, 7] > 0.5) == pytest.approx(0.75, abs=0.01)


# --- the planner -----------------------------------------------------------------------------


@quick
@given(seeds)
def test_page_scores_find_the_best_of_all_pages(seed):
    from itertools import combinations

    rng = np.random.default_rng(seed)
    weights, value = rng.uniform(0, 2, (1, 7)), rng.normal(0, 3, (1, 7))
    nothing = rng.normal()

    def worth(page):
        w, v = weights[0, list(page)], value[0, list(page)]
        return (w @ v + 2 * nothing) / (w.sum() + 2)

    chosen = best_columns(page_scores(weights, value, nothing, 3), 3)[0]
    assert worth(chosen) == pytest.approx(max(map(worth, combinations(range(7), 3))))


@pytest.mark.parametrize("kind", [MyopicAgent, PlannerAgent])
def test_who_peeks_answers_for_its_own_viewers_only(platform, kind):
    request = platform.request
    others = replace(request, viewers=request.viewers[::-1])
    with pytest.raises(PlatformError, match="its own platform's viewers"):
        kind(platform).opine(others)


def test_planner_rate_foretells_its_sessions():
    platform = Platform(rng=np.random.default_rng(0))
    rate = PlannerAgent(platform).rate
    assert 200 * rate == pytest.approx(play(PlannerAgent, 2_000).watch_minutes.mean(), rel=0.03)


# --- promises on any input -------------------------------------------------------------------


@quick
@given(seeds, st.integers(1, 30), st.integers(1, 6))
def test_every_page_keeps_the_platforms_promises(seed, sessions, slots):
    rng = np.random.default_rng(seed)
    platform = Platform(slots=slots, rng=rng)
    platform.reset(sessions)
    coordinator = SingleAgent(RandomAgent(rng))
    for _ in range(60):
        if not platform.active.any():
            break
        before = platform.budget.copy(), platform.interest.copy(), platform.active.copy()
        slate = coordinator.recommend(platform.request)
        feedback = platform.show(slate)
        budget, interest, active = before
        idle = ~active
        assert np.array_equal(platform.budget[idle], budget[idle])
        assert np.array_equal(platform.interest[idle], interest[idle])
        assert not platform.active[idle].any() and not feedback.watch_minutes[idle].any()
        assert np.all(feedback.clicked[idle] == NO_CLICK)
        assert np.all(np.abs(platform.interest) <= 1)
        assert np.all(feedback.watch_minutes <= np.clip(budget, 0.0, 4.0))
        clicked = feedback.clicked >= 0
        quality = platform.catalog.quality[feedback.clicked_video]
        assert not np.any((platform.budget > budget) & ~(clicked & (quality > 0)))
        moved = (platform.interest != interest).sum(axis=1)
        assert np.all(moved <= clicked)
        assert np.array_equal(feedback.active, active)
        assert feedback.slate.request is slate.request


@quick
@given(seeds, st.integers(1, 8))
def test_probabilities_sum_to_at_most_one_and_favour_interest(seed, slots):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0, 2, (5, slots))
    chances = viewers.choice_probabilities(weights)
    assert np.all(chances >= 0) and np.all(chances.sum(axis=1) < 1)
    assert np.array_equal(np.argsort(weights), np.argsort(chances))


@quick
@given(seeds)
def test_same_seed_same_numbers(seed):
    first, second = (play(RandomAgent, 5, seed) for _ in range(2))
    assert np.array_equal(first.watch_minutes, second.watch_minutes)
    assert np.array_equal(first.clicks, second.clicks)


@quick
@given(seeds, st.integers(1, 12), st.integers(0, 300))
def test_candidates_are_distinct(seed, size, more):
    drawn = draw_distinct(size + more, size, 50, np.random.default_rng(seed))
    assert drawn.min() >= 0 and drawn.max() < size + more
    assert all(len(set(row)) == size for row in drawn.tolist())


def test_candidates_are_drawn_evenly():
    for population in (20, 200):
        drawn = draw_distinct(population, 10, 40_000, np.random.default_rng(0))
        for column in (drawn, drawn[:, 0]):
            share = np.bincount(column.ravel(), minlength=population) * population / column.size
            assert share == pytest.approx(1.0, abs=0.35 if population == 200 else 0.15)


# --- sessions --------------------------------------------------------------------------------


def test_each_viewer_plays_exactly_one_session():
    rng = np.random.default_rng(0)
    platform = Platform(rng=rng)
    sessions = play_sessions(platform, SingleAgent(RandomAgent(rng)), 300)
    assert len(sessions) == 300 and not platform.active.any()
    assert np.all(platform.budget <= 0)
    assert np.all(sessions.clicks <= sessions.pages)
    assert np.array_equal(sessions.watch_minutes, platform.watch_minutes)


def test_viewers_are_numbered_on_so_that_nobody_is_taken_for_somebody_else():
    platform = Platform(rng=np.random.default_rng(0))
    assert platform.reset(3).viewers.tolist() == [0, 1, 2]
    assert platform.reset(2).viewers.tolist() == [3, 4]


def test_a_day_passes_and_everybody_comes_back_with_their_interest():
    rng = np.random.default_rng(0)
    platform = Platform(rng=rng)
    play_sessions(platform, SingleAgent(RandomAgent(rng)), 50)
    interest = platform.interest.copy()
    request = platform.next_day()
    assert platform.day == 1 and platform.active.all()
    assert np.all(platform.budget == 200) and np.all(platform.watch_minutes == 0)
    assert np.array_equal(platform.interest, interest)
    assert request.viewers.tolist() == list(range(50))


# --- clear errors ----------------------------------------------------------------------------


@pytest.fixture
def platform():
    platform = Platform(rng=np.random.default_rng(0))
    platform.reset(2)
    return platform


def page(platform):
    return platform.request.candidates[:, :3].copy()


def test_show_before_reset_says_reset():
    platform = Platform(rng=np.random.default_rng(0))
    with pytest.raises(PlatformError, match="call reset"):
        platform.show(Slate(np.zeros((1, 3), dtype=int)))


def test_show_after_the_end_says_so(platform):
    while platform.active.any():
        platform.show(Slate(page(platform)))
    with pytest.raises(PlatformError, match="every session is over"):
        platform.show(Slate(page(platform)))


def test_wrong_shape_is_named(platform):
    with pytest.raises(PlatformError, match=r"\(2, 3\).*\(2, 2\)"):
        platform.show(Slate(page(platform)[:, :2]))


def test_scores_in_place_of_videos_are_named(platform):
    with pytest.raises(PlatformError, match="float64"):
        platform.show(Slate(page(platform) * 1.0))


@pytest.mark.parametrize("video", [-1, 2_000])
def test_video_outside_the_catalogue_is_named(platform, video):
    videos = page(platform)
    videos[1, 2] = video
    with pytest.raises(PlatformError, match=f"page 1 shows video {video}, but the catalogue"):
        platform.show(Slate(videos))


def test_columns_in_place_of_videos_are_recognised(platform):
    with pytest.raises(PlatformError, match="not the columns"):
        platform.show(Slate(np.array([[0, 1, 2], [0, 1, 2]])))


def test_a_video_twice_on_a_page_is_named(platform):
    videos = page(platform)
    videos[1, 2] = videos[1, 0]
    with pytest.raises(PlatformError, match="page 1 shows a video twice"):
        platform.show(Slate(videos))


def test_a_refused_page_changes_nothing(platform):
    budget, request = platform.budget.copy(), platform.request
    with pytest.raises(PlatformError):
        platform.show(Slate(page(platform)[:, :2]))
    assert np.array_equal(platform.budget, budget) and platform.request is request


@pytest.mark.parametrize(
    "options, words",
    [
        ({"rng": 0}, "Generator"),
        ({"slots": 11}, "11 slots"),
        ({"slots": 0}, "0 slots"),
        ({"effects": [Effect]}, "effects are objects such as Boredom"),
        ({"catalog": Catalog([0, 1], [0.0, 0.0])}, "2 videos"),
    ],
)
def test_impossible_platforms_are_refused(options, words):
    with pytest.raises(PlatformError, match=words):
        Platform(**({"rng": np.random.default_rng(0)} | options))


def test_reset_needs_sessions(platform):
    with pytest.raises(PlatformError, match="at least one"):
        platform.reset(0)


# --- the catalogue ---------------------------------------------------------------------------


def test_sampled_topics_are_even_and_quality_is_the_topics():
    catalog = Catalog.sample(2_000, np.random.default_rng(0))
    assert np.all(np.bincount(catalog.topic) == 100)
    for topic in range(N_TOPICS):
        quality = catalog.quality[catalog.topic == topic]
        assert quality.mean() == pytest.approx(MEAN_QUALITY[topic], abs=0.04)
        assert quality.std() == pytest.approx(0.1, abs=0.03)
    assert not catalog.appeal.any() and not catalog.day.any() and np.all(catalog.minutes == 4)


def test_each_creator_keeps_to_one_topic():
    catalog = Catalog.sample(1_000, np.random.default_rng(0))
    pairs = set(zip(catalog.creator.tolist(), catalog.topic.tolist(), strict=True))
    assert len(pairs) == len(set(catalog.creator.tolist())) > N_TOPICS


def test_a_small_named_catalogue_runs_a_platform():
    catalog = Catalog.sample(200, np.random.default_rng(0))
    platform = Platform(catalog, rng=np.random.default_rng(0))
    platform.reset(1)
    feedback = platform.show(Slate(platform.request.candidates[:, :3]))
    video = int(feedback.slate.videos[0, 0])
    assert catalog.title(video) and catalog.creator_name(video)
    assert catalog.description(video) == catalog.description(video) != catalog.title(video)


def test_two_thousand_titles_never_repeat():
    catalog = Catalog.sample(2_000, np.random.default_rng(1))
    assert len({catalog.title(video) for video in range(2_000)}) == 2_000


@pytest.mark.parametrize(
    "columns, words",
    [
        ({"topic": [20], "quality": [0.0]}, "topic must be 0..19; video 0 has 20"),
        ({"topic": [0], "quality": [4.0]}, "quality must be below 3.78"),
        ({"topic": [0], "quality": [np.nan]}, "quality needs one finite number"),
        ({"topic": [0, 1], "quality": [0.0]}, "each of the 2 videos"),
        ({"topic": [0], "quality": [0.0], "minutes": [0.0]}, "minutes must be above 0"),
        ({"topic": [1.7], "quality": [0.0]}, "topic must be a whole number; video 0 has 1.7"),
        ({"topic": [np.nan], "quality": [0.0]}, "topic needs one finite number"),
        ({"topic": [0], "quality": [0.0], "creator": [-1]}, "creator must be 0 or more"),
        ({"topic": [0], "quality": [0.0], "style_seed": [-5]}, "style_seed must be 0 or more"),
    ],
)
def test_impossible_catalogues_are_refused(columns, words):
    with pytest.raises(CatalogError, match=words):
        Catalog(**columns)


# --- one agent decides -----------------------------------------------------------------------


class Fixed:
    name = "fixed"

    def __init__(self, scores, reasons=None):
        self.scores, self.reasons = np.asarray(scores, dtype=float), reasons

    def opine(self, request):
        return Opinion(self.name, self.scores, np.ones(len(request)), self.reasons)

    def learn(self, feedback):
        self.learned = feedback


@pytest.fixture
def request_of_one():
    platform = Platform(candidates=4, slots=2, rng=np.random.default_rng(0))
    return platform.reset(1)


def test_the_best_scores_are_shown_best_first(request_of_one):
    slate = SingleAgent(Fixed([[0, 3, 1, 2]], ["because"])).recommend(request_of_one)
    assert slate.videos.tolist() == request_of_one.candidates[:, [1, 3]].tolist()
    assert slate.reasons == [["because", "because"]]
    assert [message.kind for message in slate.trace] == ["request", "opinion"]
    assert slate.trace.size_bytes > 0 and slate.request is request_of_one


def test_ties_go_to_the_earlier_candidate_or_to_chance():
    scores = np.array([[1.0, 1.0, 0.0, 1.0]])
    assert best_columns(scores, 2).tolist() == [[0, 1]]
    rng = np.random.default_rng(0)
    firsts = [best_columns(scores, 1, rng)[0, 0] for _ in range(3_000)]
    assert np.bincount(firsts) / 3_000 == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3], abs=0.03)


def test_nan_scores_are_refused_by_name(request_of_one):
    with pytest.raises(ValueError, match="'fixed' gave NaN as the score of candidate 2"):
        SingleAgent(Fixed([[0, 1, np.nan, 2]])).recommend(request_of_one)


def test_infinite_scores_are_ranked(request_of_one):
    slate = SingleAgent(Fixed([[0, -np.inf, np.inf, 2]])).recommend(request_of_one)
    assert slate.videos.tolist() == request_of_one.candidates[:, [2, 3]].tolist()
