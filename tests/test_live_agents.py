"""Agents for live: charts that give the alarm, who heeds it, who forgets, who came back, labels."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.agents import PopularityAgent
from mavrs_course.agents.live import (
    Cusum,
    DetectorAgent,
    Ewma,
    ForgettingAgent,
    HeedingAgent,
    PoissonCusum,
    ReturningAgent,
    fixed_labels,
    reference_value,
    share_known_at,
    sliding_labels,
)
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Feedback, Request, Slate
from mavrs_course.metrics.run_lengths import (
    cusum_run_length,
    ewma_run_length,
    poisson_cusum_run_length,
)
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.live import LivePlatform
from mavrs_course.world.live.mortal import best_rate, first_failure_rate, play_mortal_ucb
from mavrs_course.world.live.post import ByPost, Post
from mavrs_course.world.live.rooms import RoomRates, Rooms
from mavrs_course.world.live.visits import AT_ONCE, draw_visits, gift_probability
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions


def generator(seed=0):
    return np.random.default_rng(seed)


def live(seed=0, viewers=20, **rates):
    world = LivePlatform(rates=RoomRates(**rates), rng=generator(seed))
    world.reset(viewers)
    return world


# --- charts --------------------------------------------------------------------------------------


def run_length(chart, draw, rows=4_000):
    """Mean observations until the first alarm of each row, and its standard error."""
    length, going = np.zeros(rows), np.ones(rows, dtype=bool)
    while going.any():
        length += going
        going &= ~chart.watch(draw(rows))
    return length.mean(), length.std() / rows**0.5


@pytest.mark.parametrize("mean", [0.0, 1.0])
def test_charts_run_as_long_as_is_computed(mean):
    rng, rows = generator(), 4_000
    for chart, draw, computed in (
        (Cusum(rows, 0.5, 2.0), lambda n: rng.normal(mean, 1, n), cusum_run_length(0.5, 2, mean)),
        (Ewma(rows, 0.3, 2.0), lambda n: rng.normal(mean, 1, n), ewma_run_length(0.3, 2.0, mean)),
        (
            PoissonCusum(rows, 1.5, 4.0, start=2.0),
            lambda n: rng.poisson(1 + mean, n),
            poisson_cusum_run_length(1.5, 4, 1 + mean, start=2.0),
        ),
    ):
        played, error = run_length(chart, draw)
        assert abs(played - computed) < 4 * error


def test_a_cusum_by_hand():
    chart = PoissonCusum(2, 2.0, 3.0, most=4.0)
    assert not chart.watch([4, 1]).any() and chart.state.tolist() == [2.0, 0.0]
    assert chart.watch([3, 9]).tolist() == [True, True] and chart.state.tolist() == [3.0, 4.0]
    assert chart.watch([0, 0], k=[0.5, 1.5]).tolist() == [False, False]
    assert chart.state.tolist() == [2.5, 2.5]
    chart.restart(np.array([True, False]))
    assert chart.state.tolist() == [0.0, 2.5]
    assert not Cusum(1, 0.0, 3.0).watch([3.0]).any()  # a CUSUM of numbers: above h, not at it


def test_the_reference_value_is_that_of_the_likelihood_ratio():
    assert reference_value(2.0, np.e) == pytest.approx(2 * (np.e - 1))
    k, counts = reference_value(1.3, 4.0), np.array([0, 3, 7])
    ratio = counts * np.log(4.0) - 1.3 * 3.0
    np.testing.assert_allclose((counts - k) * np.log(4.0), ratio)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Cusum(1, 0.5, 0.0), "above 0"),
        (lambda: Cusum(1, 0.5, 2.0, start=2.0), "start"),
        (lambda: Cusum(1, 0.5, 2.0, most=1.0), "most"),
        (lambda: Ewma(1, 0.0, 2.0), "smoothing"),
        (lambda: reference_value(1.0, 1.0), "burst"),
        (lambda: ForgettingAgent(live(), keep=2.0), "keep"),
        (lambda: HeedingAgent(None, DetectorAgent(live()), weight=-1.0), "weight"),
        (lambda: DetectorAgent(live(), chart="guess"), "chart"),
        (lambda: fixed_labels([1.0], 0.0), "window"),
        (lambda: sliding_labels([1.0], [True], [np.nan], np.inf), "window"),
        (lambda: play_mortal_ucb(0.1, 0, 10, generator()), "one arm"),
    ],
)
def test_what_cannot_be(make, word):
    with pytest.raises(ValueError, match=word):
        make()


# --- the detector --------------------------------------------------------------------------------


def watched(h, windows=400, seed=1, chart="counts"):
    """The detector, the share of highlights it hears, of calm rooms it takes for one."""
    world = live(seed, viewers=1)
    detector = DetectorAgent(world, h=h, chart=chart)
    heard, false = [], []
    for _ in range(windows):
        world.rooms.tick()
        alarm, rooms = detector.look(), world.rooms
        heard.append(alarm[rooms.highlight].mean())
        false.append(alarm[rooms.on_air & ~rooms.highlight].mean())
        assert not alarm[~rooms.on_air].any()
    return detector, np.mean(heard[50:]), np.mean(false[50:])


def test_a_detector_hears_the_crowd_and_learns_what_is_usual():
    detector, heard, false = watched(4.0)
    _, fewer, quiet = watched(8.0)
    assert heard > 0.4 and false < 0.1
    assert fewer < heard and quiet < false
    assert detector.calm == pytest.approx(0.2 * 0.5, rel=0.15)  # comments x window


@pytest.mark.parametrize(("chart", "h"), [("cusum", 4.0), ("ewma", 3.0)])
def test_other_charts_hear_it_too_and_are_wrong_more_often(chart, h):
    detector, heard, false = watched(h, chart=chart)
    _, of_counts, quiet = watched(4.0)
    assert detector.name == f"{chart} detector"
    assert heard > of_counts - 0.1 and quiet < false < 0.1


def test_an_alarm_begins_ends_and_is_not_handed_on_to_the_next_room():
    world = live(on_air=1e9, off_air=1e-9, highlight_every=1e12, spread=0.0, viewers=1)
    detector, rooms = DetectorAgent(world, h=4.0, memory=2.0), world.rooms
    for _ in range(20):
        rooms.tick()
        detector.look()
    rooms.comments[:] = 0
    rooms.comments[7] = 60  # of forty viewers, who say four in calm
    rooms.minute += 0.5
    assert np.flatnonzero(detector.look()).tolist() == [7]
    before = detector.chart.state.copy()
    detector.look()  # the same window is not counted twice
    np.testing.assert_array_equal(detector.chart.state, before)
    assert detector.chart.state[7] == 6.0
    rooms.comments[7] = 0
    rooms.minute += 0.5
    assert not detector.look().any()  # 6 - 2.2 x 4 is below 4
    rooms.comments[7] = 60
    rooms.minute += 0.5
    assert detector.look()[7]
    rooms.since[7] = rooms.minute  # closed and opened again
    rooms.comments[7] = 6
    rooms.minute += 0.5
    assert not detector.look()[7]


def test_a_detector_says_so_and_why():
    world = live()
    detector, request = DetectorAgent(world), world.request
    detector.look()
    room = request.candidates[0, 4]
    detector.alarm = np.arange(300) == room
    opinion = detector.opine(request)
    assert opinion.scores[0].tolist() == [0.0] * 4 + [1.0] + [0.0] * 5
    has = (request.candidates == room).any(axis=1)
    np.testing.assert_array_equal(opinion.confidence, has)
    assert f"{world.rooms.comments[room]} comments" in opinion.reasons[0]
    assert world.catalog.topics[world.catalog.topic[room]] in opinion.reasons[0].lower()
    assert all("No room" in opinion.reasons[row] for row in np.flatnonzero(~has))


def test_where_nothing_opens_a_detector_has_nothing_to_say():
    platform = Platform(Catalog.sample(60, generator()), rng=generator())
    request = platform.reset(3)
    opinion = DetectorAgent(platform).opine(request)
    assert not opinion.scores.any() and not opinion.confidence.any()
    heeding = HeedingAgent(PopularityAgent(platform.catalog), DetectorAgent(platform))
    plain = PopularityAgent(platform.catalog).opine(request)
    np.testing.assert_array_equal(heeding.opine(request).scores, plain.scores)


def test_who_heeds_is_told_once_and_lifts_the_rooms():
    world = live()
    detector, ranker = DetectorAgent(world), ForgettingAgent(world)
    heeding = HeedingAgent(ranker, detector, weight=2.0)
    detector.look()
    request, room = world.request, world.request.candidates[0, 9]
    detector.alarm = np.arange(300) == room
    ranker.minutes[request.candidates[0, 0]], ranker._all_minutes = 9.0, 9.0
    own, heard = ranker.opine(request), heeding.opine(request)
    span = np.ptp(own.scores[0])
    np.testing.assert_allclose(heard.scores[0] - own.scores[0], [0.0] * 9 + [2 * span])
    (message,) = heard.asides
    assert (message.sender, message.receiver) == ("detector", "heeding forgetting")
    assert (message.kind, message.size_bytes) == ("highlight now", 8)
    assert not heeding.opine(request).asides  # nothing new
    np.testing.assert_array_equal(heard.memo, own.memo)


@pytest.mark.parametrize("mode", modes())
def test_highlight_now_travels_through_every_way_of_coordinating(mode):
    world = live()
    team = [HeedingAgent(ForgettingAgent(world), DetectorAgent(world, h=0.5)), DetectorAgent(world)]
    coordinator = modes()[mode](team, rng=generator())
    told = []
    for _ in range(6):
        slate = coordinator.recommend(world.request)
        told += [message for message in slate.trace if message.kind == "highlight now"]
        coordinator.learn(world.show(slate))
    assert told


def test_a_detector_is_worth_minutes():
    def minutes(make):
        world = LivePlatform(rng=generator(5))
        agent = make(world)
        return play_sessions(world, SingleAgent(agent, generator(6)), 600).watch_minutes.mean()

    alone = minutes(ForgettingAgent)
    heard = minutes(lambda world: HeedingAgent(ForgettingAgent(world), DetectorAgent(world)))
    assert heard > alone + 0.5


# --- who forgets and who remembers ---------------------------------------------------------------


def page(agent, request, clicked, minutes):
    opinion = agent.opine(request)
    slate = Slate(request.candidates[:, :2], request=request, memo=opinion.memo)
    return Feedback(slate, np.array(clicked), np.array(minutes))


def test_a_room_that_closes_is_forgotten_by_the_share_that_is_not_kept():
    world = live()
    agent = ForgettingAgent(world, keep=0.25)
    room, other = np.flatnonzero(world.rooms.on_air)[:2]
    request = Request(np.array([0, 1]), np.array([[room, other]] * 2), 2)
    agent.learn(page(agent, request, [0, NO_CLICK], [6.0, 0.0]))
    assert agent.shown[room] == 2 and agent.minutes[room] == 6.0
    assert agent.value[room] == pytest.approx((6 + 5 * 6 / 4) / 7)  # drawn towards 1.5, by hand
    late = page(agent, request, [0, 0], [2.0, 2.0])
    world.rooms.on_air[room], world.rooms.since[room] = False, world.rooms.minute
    agent.bury()
    assert agent.shown[room] == 0.5 and agent.minutes[room] == 1.5 and agent.shown[other] == 2
    agent.learn(late)  # of the room that has died since
    agent.learn(late)  # and twice
    assert agent.shown[room] == 1.0 and agent.minutes[room] == 2.5 and agent.shown[other] == 4


@pytest.mark.parametrize("keep", [0.0, 0.5, 1.0])
def test_late_doubled_and_mixed_up_feedback_leaves_the_same_memory(keep):
    def memory(by_post):
        world = LivePlatform(rng=generator(6))
        listener = ForgettingAgent(world, keep=keep)
        told = Listened(listener)
        late = ByPost(told, Post(delay=6.0, twice=0.5, rng=generator(8)))
        play_sessions(world, late if by_post else told, 60)
        late.rest()
        assert (listener.deaths > 0).sum() > 20
        return listener.shown, listener.minutes

    for one, other in zip(memory(True), memory(False), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


class Listened:
    """Pages that do not depend on what was learned, made with the listener's own note."""

    def __init__(self, listener):
        self.agents, self.learn = (listener,), listener.learn

    def recommend(self, request):
        memo = self.agents[0].opine(request).memo
        return Slate(request.candidates[:, : request.slots], request=request, memo=memo)


def test_another_day_buries_every_room():
    world = live()
    agent = ForgettingAgent(world, keep=0.0)
    agent.bury()
    before = world.rooms.on_air.copy()
    world.next_day()
    agent.bury()
    np.testing.assert_array_equal(agent.deaths, before)


def test_who_came_back_is_counted_by_streamer():
    catalog = Catalog([0, 0, 0], np.zeros(3), creator=np.array([0, 1, 1]), topics=("singing",))
    agent = ReturningAgent(catalog)
    request = Request(np.array([4, 0]), np.array([[0, 1, 2]] * 2), 2)
    agent.learn(page(agent, request, [1, NO_CLICK], [3.0, 0.0]))
    opinion = agent.opine(request)
    assert opinion.scores.tolist() == [[0, 1, 1], [0, 0, 0]]
    assert opinion.confidence.tolist() == [0.5, 0.0]
    assert opinion.reasons[0] == "Singing: you have been with this streamer on 1 visit."
    assert "none" in opinion.reasons[1]


# --- labels --------------------------------------------------------------------------------------


def test_labels_by_hand():
    gift = np.array([0.0, 0.7, np.nan, np.nan])
    stay, left = np.array([2.0, 1.0, 1.2, 3.0]), np.array([True, False, True, False])
    fixed = fixed_labels(gift, 0.5)
    assert fixed.gift.tolist() == [True, False, False, False]
    assert fixed.known_at.tolist() == [0.5] * 4
    sliding = sliding_labels(stay, left, gift)
    assert sliding.gift.tolist() == [True, True, False, False]
    assert sliding.known_at.tolist() == [0.5, 1.0, 1.5, np.inf]  # the room closed: no example
    entered = np.array([10.0, 10.0, 11.0, 11.0])
    assert share_known_at(11.0, entered, sliding) == 1.0
    assert share_known_at(12.5, entered, sliding) == pytest.approx(2 / 3)
    weights = np.exp([-2.5, -2.5, -1.5])
    faded = share_known_at(12.5, entered, sliding, memory=1.0)
    assert faded == pytest.approx(weights[:2].sum() / weights.sum())
    assert np.isnan(share_known_at(10.0, entered, sliding))


def visits(impulsive, count=60_000, gift=0.3, leave=0.5):
    rates = [np.full(count, rate) for rate in (leave, gift, np.inf)]
    return draw_visits(*rates, impulsive, generator())


def test_leaving_as_the_negative_counts_right_and_a_window_counts_too_few():
    late = visits(impulsive=False)
    sliding = sliding_labels(late.stay, late.left, late.gift_minute)
    assert sliding.gift.mean() == pytest.approx(gift_probability(0.3, 0.5), abs=0.006)
    for window in (0.5, 2.0):
        share = fixed_labels(late.gift_minute, window).gift.mean()
        assert share == pytest.approx(gift_probability(0.3, 0.5, window), abs=0.006)
    at_once = fixed_labels(visits(impulsive=True).gift_minute, 0.5).gift.mean()
    assert at_once > AT_ONCE * gift_probability(0.3, 0.5)


# --- moods and arms that die ---------------------------------------------------------------------


def test_a_mood_lasts_until_the_room_closes():
    rooms = Rooms(200, RoomRates(mood=2.0), generator())
    assert rooms.mood.std() == pytest.approx(2.0, rel=0.15)
    before, since = rooms.mood.copy(), rooms.since.copy()
    for _ in range(30):
        rooms.tick()
    same = rooms.since == since
    assert 0 < same.mean() < 1
    np.testing.assert_array_equal(rooms.mood == before, same)
    assert not Rooms(5, RoomRates(), generator()).mood.any()


def test_ucb_keeps_its_promise_to_arms_that_are_gone():
    played = play_mortal_ucb(0.01, 20, 15_000, generator()).mean()
    assert 0.4 < played < first_failure_rate(0.01) - 0.1 < best_rate(0.01)
    assert play_mortal_ucb(1e-9, 5, 5_000, generator(3)).mean() > 0.6  # arms that live for ever
