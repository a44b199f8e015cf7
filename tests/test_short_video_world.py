"""The short-video world: KuaiSim's and KuaiRand's figures, the queue, and the clock."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from mavrs_course.messages import NO_CLICK, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.short_video import ShortVideo, clock, taste, temper, watching
from mavrs_course.world.short_video.feed import short_catalog
from mavrs_course.world.short_video.prefetch import Prefetched, depth_worth_fetching


def rng(seed=0):
    return np.random.default_rng(seed)


def a_world(sessions=4, **settings):
    world = ShortVideo(rng=rng(), **settings)
    world.reset(sessions)
    return world


def show_first(world):
    return world.show(Slate(world.request.candidates[:, :1]))


def play_to_the_end(world):
    return [show_first(world) for _ in iter(lambda: bool(world.active.any()), False)]


# --- KuaiSim: sessions and days ------------------------------------------------------------------

# Mean reward -> depth, as printed in KuaiSim's README for A2C, TD3, DDPG and HAC.
PUBLISHED_DEPTH = {0.5950: 14.02, 0.6476: 14.63, 0.6841: 14.89, 0.6895: 14.98}
PUBLISHED_RETURN = {3.573: 0.228, 3.556: 0.230, 3.481: 0.240}


@pytest.mark.parametrize("reward", PUBLISHED_DEPTH)
def test_session_depth_is_the_published_one(reward):
    """Viewers who are indifferent to all topics hold on with probability 1 / (1 + weight)."""
    world = a_world(4_000, ahead=0, swipe_weight=1 / reward - 1)
    world.interest[:] = 0.0
    play_to_the_end(world)
    assert abs(world.clicks.sum() / world.pages.sum() - reward) < 0.005
    requests = np.ceil(world.pages / temper.REQUEST)
    assert abs(requests.mean() - PUBLISHED_DEPTH[reward]) < 0.1
    assert abs(temper.expected_depth(reward) - PUBLISHED_DEPTH[reward]) < 0.1
    assert abs(requests.mean() - temper.expected_depth(reward)) < 0.03


def test_a_temper_by_hand():
    left = temper.after(np.array([20.0, 20.0, 1.3]), np.array([False, True, False]))
    assert left == pytest.approx([20 - 2 / 6, 20 - 1 / 6, 1.3 - 2 / 6])
    world = a_world(3, ahead=0)
    world.temper = np.array([1.4, 1.3, 1.3])
    world.interest[:] = -1.0  # nothing holds them
    world.active[2] = False
    show_first(world)
    assert world.active.tolist() == [True, False, False]
    assert world.temper == pytest.approx([1.4 - 2 / 6, 1.3 - 2 / 6, 1.3])
    assert world.pages.tolist() == [1, 1, 0] and not world.clicks.any()


def test_the_day_of_return_is_a_geometric_that_is_cut_off():
    assert temper.expected_return_day(0.4) == pytest.approx(2.4392, abs=1e-4)
    for days, probability in PUBLISHED_RETURN.items():
        assert temper.expected_return_day(probability) == pytest.approx(days, abs=0.02)
    drawn = temper.return_days(np.full(100_000, 0.228), rng(1))
    assert drawn.min() == 1 and drawn.max() == 10
    assert drawn.mean() == pytest.approx(temper.expected_return_day(0.228), abs=0.03)
    assert (drawn == 1).mean() == pytest.approx(0.228 / (1 - 0.772**10), abs=0.005)
    rewards, bias = np.array([0.0, 0.5, 1.0, 1.0, 0.0]), np.array([0, 0, 0, 9, -9])
    chances = temper.return_probability(rewards, bias)
    np.testing.assert_allclose(chances, [0.4, 0.45, 0.5, 0.999, 0.001])


def test_viewers_come_back_on_their_day_and_not_before():
    world = a_world(300)
    play_to_the_end(world)
    promised = world.returns.copy()
    assert (promised >= 1).all() and len(set(promised)) > 3
    waiting = np.ones(300, dtype=bool)
    for day in range(1, 11):
        viewers = world.next_day().viewers
        np.testing.assert_array_equal(viewers, np.arange(300))
        np.testing.assert_array_equal(world.active & waiting, promised == day)
        assert (world.temper == 20).all() and (world.returns[world.active] == -1).all()
        waiting &= promised > day
    assert not waiting.any()


def test_better_sessions_bring_viewers_back_sooner():
    bored, happy = a_world(4_000), a_world(4_000)
    bored.interest[:], happy.interest[:] = -1.0, 1.0
    for world in (bored, happy):
        play_to_the_end(world)
    expected = [temper.expected_return_day(p) for p in (0.4, 0.45)]
    assert [bored.returns.mean(), happy.returns.mean()] == pytest.approx(expected, abs=0.12)


# --- one video -----------------------------------------------------------------------------------


def test_a_random_video_holds_a_random_viewer_with_one_minus_log_two():
    world = a_world(40_000, ahead=0)
    assert (show_first(world).clicked == 0).mean() == pytest.approx(1 - np.log(2), abs=0.008)
    videos = world.request.candidates
    u = np.take_along_axis(world.interest, world.catalog.topic[videos], axis=1)
    np.testing.assert_allclose(world.stay_probability(videos), (u + 1) / (u + 3))


def test_thresholds_of_kuairand():
    seconds = np.array([2.9, 3.0, 2.0, 1.9, 7.0, 7.1, 6.0, 18.0, 18.1, 12.0])
    length = np.array([9.0, 9.0, 2.0, 2.0, 9.0, 9.0, 6.0, 60.0, 60.0, 12.0])
    short, valid, long = (
        watching.is_short_play(seconds, length),
        watching.is_valid_view(seconds, length),
        watching.is_long_view(seconds, length),
    )
    assert np.flatnonzero(short).tolist() == [0, 3]
    assert np.flatnonzero(valid).tolist() == [2, 5, 6, 7, 8, 9]
    assert np.flatnonzero(long).tolist() == [2, 6, 8, 9]


def test_to_stay_is_to_make_a_valid_view():
    generator = rng(2)
    stays, length = generator.random(50_000) < 0.5, generator.uniform(1.0, 60.0, 50_000)
    quality = generator.uniform(-3, 3, 50_000)
    seconds = watching.played_seconds(stays, length, quality, generator)
    np.testing.assert_array_equal(watching.is_valid_view(seconds, length), stays)
    assert ((seconds >= 0) & (seconds <= length)).all()


@pytest.mark.parametrize("quality", [-2.0, 0.0, 2.0])
def test_seconds_have_the_distributions_that_are_written_down(quality):
    many, generator = 60_000, rng(3)
    length, qualities = np.full(many, 60.0), np.full(many, quality)
    held = watching.played_seconds(np.ones(many, bool), length, qualities, generator)
    swiped = watching.played_seconds(np.zeros(many, bool), length, qualities, generator)
    mean = 20 * np.exp(quality / 3)
    assert held.mean() == pytest.approx(7 + mean * (1 - np.exp(-53 / mean)), rel=0.02)
    expected = watching.expected_seconds(length[:1], qualities[:1])
    assert held.mean() == pytest.approx(expected[0], rel=0.02)
    assert (held == 60).mean() == pytest.approx(np.exp(-53 / mean), abs=0.01)
    assert watching.is_long_view(held, length).mean() == pytest.approx(np.exp(-11 / mean), abs=0.01)
    short = -np.expm1(-1.5) / -np.expm1(-3.5)
    assert watching.is_short_play(swiped, length).mean() == pytest.approx(short, abs=0.01)


def test_feedback_tells_the_seconds_of_a_skip_and_counts_minutes_of_views():
    world = a_world(500)
    pages = play_to_the_end(world)
    for told in pages:
        stays = told.clicked != NO_CLICK
        np.testing.assert_allclose(told.watch_minutes[stays], told.seconds[stays] / 60)
        assert (told.watch_minutes[~stays] == 0).all()
        assert not (told.short_play & told.long_view).any()
        skipped = told.active & ~stays
        assert (told.seconds[skipped] > 0).all() and (told.seconds[skipped] < 7).all()
        assert not (told.seconds[~told.active].any() or told.short_play[~told.active].any())
    np.testing.assert_allclose(sum(told.watch_minutes for told in pages), world.watch_minutes)
    np.testing.assert_array_equal(sum(told.active.astype(int) for told in pages), world.pages)


def test_lengths_are_those_of_short_videos():
    seconds = 60 * short_catalog(20_000, rng(4)).minutes
    assert seconds.min() == pytest.approx(5) and seconds.max() == pytest.approx(180)
    assert np.median(seconds) == pytest.approx(20, rel=0.03)


# --- the queue -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [0, 1, 4])
def test_what_is_seen_was_decided_some_swipes_ago(ahead):
    world = a_world(3, ahead=ahead)
    decided, seen = [], []
    for number in range(8):
        request = world.request
        decided.append(Slate(request.candidates[:, 1:2], memo=number))
        seen.append(world.show(decided[-1]))
        assert len(world.queue) == ahead
    assert [told.slate.memo for told in seen] == [None] * ahead + list(range(8 - ahead))
    for told, slate in zip(seen[ahead:], decided, strict=False):
        assert told.slate.uid == slate.uid
        np.testing.assert_array_equal(told.slate.videos, slate.videos)
        np.testing.assert_array_equal(told.request.candidates[:, 1:2], slate.videos)
    assert len({told.slate.uid for told in seen}) == 8
    world.next_day()
    assert world.queue.wasted == ahead
    assert [slate.memo for slate in world.queue] == [None] * ahead


def test_a_queue_takes_no_more_than_it_needs():
    queue, numbers = Prefetched(2), count()
    queue.start(numbers)
    assert list(queue) == [0, 1] and next(numbers) == 2
    assert [queue.swap("a"), queue.swap("b"), queue.swap("c")] == [0, 1, "a"]
    for ahead in (-1, 0.5):
        with pytest.raises(ValueError, match="ahead"):
            Prefetched(ahead)


def test_a_short_video_is_played_to_its_end_by_who_stays():
    assert watching.expected_seconds(np.array([5.0, 7.0]), np.zeros(2)).tolist() == [5.0, 7.0]


def test_a_newsvendor_fetches_what_it_needs_more_often_than_not():
    few = np.array([1, 3, 3, 5])
    assert depth_worth_fetching(few, stall=4.0, waste=1.0) == 5
    assert depth_worth_fetching(few, stall=3.0, waste=1.0) == 3
    assert depth_worth_fetching(few, stall=4.0, waste=1.0, stale=0.5) == 3
    assert depth_worth_fetching(few, stall=0.0, waste=1.0) == 0
    for wrong in ((few[:0], 1.0, 1.0), (-few, 1.0, 1.0), (few, -1.0, 1.0), (few, 1.0, np.nan)):
        with pytest.raises(ValueError, match=r"wanted|costs"):
            depth_worth_fetching(*wrong)


def test_the_newsvendors_depth_costs_least_of_all():
    generator = rng(8)
    for _ in range(30):
        wanted = generator.poisson(generator.uniform(1, 9), 200)
        stall, waste, stale = generator.uniform(0.1, 5, 3) / [1, 1, 10]
        depths = np.arange(wanted.max() + 3)[:, None]
        missing, spare = np.maximum(wanted - depths, 0), np.maximum(depths - wanted, 0)
        costs = (stall * missing + waste * spare).mean(axis=1) + stale * depths[:, 0]
        assert depth_worth_fetching(wanted, stall, waste, stale) == costs.argmin()


def test_an_observer_in_time_may_be_twice_as_noisy():
    worth = taste.noise_worth(0.01, 1.0, 4.5)
    assert worth == pytest.approx(2.104, abs=5e-4)
    late = taste.prediction_variance(0.01, 1.0, 4.5)
    assert taste.prediction_variance(0.01, worth) == pytest.approx(late)
    assert taste.noise_worth(0.3, 0.7, 0.0) == pytest.approx(0.7)


def test_late_by_d_swipes_costs_d_times_the_walk():
    """A filter that has gone on for long, on a walk of variance q seen with noise r."""
    q, r, steps, walkers = 0.01, 1.0, 400, 4_000
    for lag, variance in ((0, 0.1051), (4.5, 0.1501), (9, 0.1951)):
        assert taste.prediction_variance(q, r, lag) == pytest.approx(variance, abs=5e-5)
    generator = rng(5)
    truth = np.cumsum(np.sqrt(q) * generator.standard_normal((steps, walkers)), axis=0)
    predicted = np.zeros((steps + 1, walkers))
    gain = taste.prediction_variance(q, r) / (taste.prediction_variance(q, r) + r)
    for step in range(steps):
        seen = truth[step] + np.sqrt(r) * generator.standard_normal(walkers)
        predicted[step + 1] = predicted[step] + gain * (seen - predicted[step])
    for lag in (0, 9):
        missed = truth[-1] - predicted[steps - 1 - lag]
        expected = taste.prediction_variance(q, r, lag)
        assert missed.var() == pytest.approx(expected, rel=0.1)


def test_tastes_drift_only_where_asked_and_only_of_who_is_there():
    still, moving = a_world(50), a_world(50, drift=0.1)
    for world, moves in ((still, False), (moving, True)):
        world.active[:10] = False
        before = world.interest.copy()
        show_first(world)
        assert (world.interest[:10] == before[:10]).all()
        assert (world.interest[10:] != before[10:]).any() == moves
        assert np.abs(world.interest).max() <= 1


# --- the clock -----------------------------------------------------------------------------------


def test_four_agents_of_25_milliseconds():
    times = clock.response_times([25.0] * 4, 200_000, rng(6))
    chain = clock.in_a_chain(times)
    assert chain.mean() == pytest.approx(100, rel=0.01)
    assert np.quantile(chain, 0.99) == pytest.approx(251.1, rel=0.02)
    published = {None: 52.08, 4: 52.08, 3: 27.08, 2: 14.58}
    for quorum, mean in published.items():
        until, heard = clock.waited(times, quorum)
        assert until.mean() == pytest.approx(mean, rel=0.01)
        assert clock.expected_wait(25, 4, quorum or 4) == pytest.approx(mean, abs=0.005)
        assert (heard.sum(axis=1) == (quorum or 4)).all()
    assert np.quantile(clock.waited(times)[0], 0.99) == pytest.approx(149.7, rel=0.02)


def test_a_deadline_and_a_quorum_by_hand():
    times = np.array([[5.0, 1.0, 9.0], [2.0, 2.0, 3.0]])
    until, heard = clock.waited(times, quorum=2, deadline=4.0)
    assert until.tolist() == [4.0, 2.0]
    assert heard.tolist() == [[False, True, False], [True, True, False]]
    until, heard = clock.waited(times, deadline=0.5)
    assert until.tolist() == [0.5, 0.5] and not heard.any()


def test_fan_out_and_hedged_questions():
    assert clock.any_slow(0.01, 100) == pytest.approx(0.634, abs=5e-4)
    assert clock.any_slow(0.0001, 2_000) == pytest.approx(0.181, abs=5e-4)
    first, second = rng(7).standard_exponential((2, 400_000))
    late = -np.log(0.05)
    assert np.quantile(first, 0.99) == pytest.approx(4.605, abs=0.05)
    both = clock.hedged(first, second, late)
    assert np.quantile(both, 0.99) == pytest.approx(3.800, abs=0.04)
    assert (both <= first).all() and (both[first <= late] == first[first <= late]).all()


def test_a_clock_goes_forward():
    here = clock.Clock(2)
    here.advance(np.array([1.0, 0.5]))
    assert here.advance(np.array([1.0, 0.0])).tolist() == [2.0, 0.5]
    for wrong in (-1.0, np.nan):
        with pytest.raises(ValueError, match="forward"):
            here.advance(np.array([wrong, 1.0]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: clock.response_times([], 3, rng()),
        lambda: clock.response_times([1.0, 0.0], 3, rng()),
        lambda: clock.waited(np.ones((1, 3)), quorum=0),
        lambda: clock.waited(np.ones((1, 3)), quorum=4),
        lambda: clock.waited(np.ones((1, 3)), deadline=0.0),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused(ask):
    with pytest.raises(ValueError, match=r"means|quorum|deadline"):
        ask()


# --- bad input -----------------------------------------------------------------------------------


def test_videos_that_are_not_on_offer_are_refused():
    world = a_world(2)
    offered = world.request.candidates
    elsewhere = np.setdiff1d(np.arange(len(world.catalog)), offered)[:1]
    for videos, said in (
        (offered[:, :2], "shape"),
        (offered[:1, :1], "shape"),
        (offered[:, :1] * 1.0, "float"),
        (np.stack([offered[0, :1], elsewhere]), "not among"),
        (np.array([[0], [10**6]]), "ends at|not among"),
    ):
        with pytest.raises(PlatformError, match=said):
            world.show(Slate(videos))
    assert not world.pages.any() and all(slate.memo is None for slate in world.queue)


def test_nobody_there_and_nothing_to_show():
    world = ShortVideo(rng=rng())
    for ask in (lambda: world.request, world.next_day, lambda: world.reset(0)):
        with pytest.raises(PlatformError, match="reset"):
            ask()
    world.reset(1)
    play_to_the_end(world)
    with pytest.raises(PlatformError, match="over"):
        show_first(world)
    for settings in (
        {"catalog": Catalog([], [])},
        {"candidates": 0},
        {"candidates": 3_000},
        {"drift": -0.1},
        {"swipe_weight": 0.0},
        {"ahead": -1},
    ):
        with pytest.raises(ValueError):
            ShortVideo(rng=rng(), **settings)
    with pytest.raises(PlatformError, match="Generator"):
        ShortVideo(rng=0)


def test_one_candidate_of_one_video_is_shown_to_one_viewer():
    world = ShortVideo(Catalog([3], [1.0]), candidates=1, rng=rng())
    world.reset(1)
    play_to_the_end(world)
    assert world.pages[0] > 50
