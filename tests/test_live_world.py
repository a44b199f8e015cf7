"""The live world: rooms, visits, gifts, the post, and bandits whose arms die."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mavrs_course.agents import PopularityAgent
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Feedback, Opinion, Request, Slate, World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.live import WORLDS, LivePlatform
from mavrs_course.world.live.mortal import (
    best_rate,
    first_failure_rate,
    play_mortal,
    threshold_rate,
)
from mavrs_course.world.live.post import ByPost, Post
from mavrs_course.world.live.rooms import RoomRates, Rooms
from mavrs_course.world.live.visits import (
    AT_ONCE,
    PRICE_MEAN,
    draw_prices,
    draw_visits,
    gift_probability,
)
from mavrs_course.world.sessions import play_sessions


def generator(seed=0):
    return np.random.default_rng(seed)


def first_slots(world):
    return Slate(world.request.candidates[:, : world.request.slots])


# --- rooms ---------------------------------------------------------------------------------------

ALWAYS_OPEN = {"on_air": 1e9, "off_air": 1e-9, "spread": 0.0}
CALM = {"highlight_every": 1e12}


def test_a_full_room_is_an_m_m_infinity_queue():
    rooms = Rooms(4_000, RoomRates(joins=6.0, stay=2.0, **ALWAYS_OPEN), generator())
    for _ in range(8):
        rooms.tick()
    assert rooms.viewers.mean() == pytest.approx(12.0, abs=0.25)  # joins * stay
    assert rooms.viewers.var() == pytest.approx(12.0, rel=0.1)  # as Poisson has it


def test_a_room_starts_empty_and_fills():
    rates = RoomRates(joins=6.0, stay=2.0, on_air=1e9, off_air=1e9, spread=0.0)
    rooms = Rooms(4_000, rates, generator())
    rooms.on_air[:] = False
    rooms.viewers[:] = 0
    rooms.until[:] = 1.2  # all open then
    for _ in range(6):
        rooms.tick()
    expected = 12.0 * (1 - np.exp(-(3.0 - 1.2) / 2.0))
    assert rooms.viewers.mean() == pytest.approx(expected, abs=0.2)
    assert rooms.viewers.var() == pytest.approx(expected, rel=0.1)
    rooms.until[:] = rooms.minute + 0.1
    rooms.tick()
    assert not rooms.on_air.any() and not rooms.viewers.any() and not rooms.comments.any()
    assert np.isnan(rooms.closes_at).all()


def test_a_fifth_of_the_rooms_is_open_for_ten_minutes_each():
    rooms = Rooms(3_000, RoomRates(), generator())
    shares, closed, minutes = [], 0, 0.0
    for _ in range(200):
        before = rooms.on_air.copy()
        rooms.tick()
        shares.append(rooms.on_air.mean())
        closed += np.sum(before & ~rooms.on_air)
        minutes += before.sum() * 0.5
    assert np.mean(shares) == pytest.approx(0.2, abs=0.01)
    assert minutes / closed == pytest.approx(10.0, rel=0.05)


def test_highlights_come_and_go_and_the_crowd_says_so():
    rooms = Rooms(2_000, RoomRates(**ALWAYS_OPEN), generator())
    calm, loud, share = [], [], []
    for window in range(120):
        rooms.tick()
        if window >= 40:
            share.append(rooms.highlight.mean())
            said = rooms.comments / np.maximum(rooms.viewers, 1)
            loud.append(said[rooms.highlight].mean())
            calm.append(said[~rooms.highlight].mean())
    begins, ends = 1 - np.exp(-0.5 / 10.0), 1 - np.exp(-0.5 / 2.0)
    assert np.mean(share) == pytest.approx(begins / (begins + ends), abs=0.01)
    assert np.mean(calm) == pytest.approx(0.2 * 0.5, rel=0.02)
    assert np.mean(loud) / np.mean(calm) == pytest.approx(4.0, rel=0.03)


def test_comments_that_draw_comments_have_the_mean_of_a_hawkes_process():
    rates = RoomRates(echo=0.6, joins=20.0, stay=2.0, comments=0.2, **ALWAYS_OPEN, **CALM)
    rooms = Rooms(3_000, rates, generator())
    for _ in range(30):
        rooms.tick()
    base = 40.0 * 0.2 * 0.5
    assert rooms.comments.mean() == pytest.approx(base / (1 - 0.6), rel=0.03)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"window": 0.0}, "window"), ({"stay": np.inf}, "stay"), ({"joins": -1.0}, "joins"),
     ({"echo": 1.0}, "explode"), ({"off_air": np.nan}, "off_air")],
)  # fmt: skip
def test_rates_that_no_room_has(wrong, word):
    with pytest.raises(ValueError, match=word):
        RoomRates(**wrong)


# --- visits --------------------------------------------------------------------------------------


def visits(impulsive, leave=0.5, gift=0.3, open_for=np.inf, count=100_000):
    rates = [np.full(count, rate) for rate in (leave, gift, open_for)]
    return draw_visits(*rates, impulsive, generator())


def test_a_gift_competes_with_leaving():
    assert gift_probability(0.3, 0.5) == pytest.approx(0.375)  # 3 / 8, by hand
    late = visits(impulsive=False)
    given = ~np.isnan(late.gift_minute)
    assert given.mean() == pytest.approx(0.375, abs=0.006)
    assert late.stay.mean() == pytest.approx(2.0, abs=0.03)
    for window in (0.5, 2.0):
        by_then = np.mean(late.gift_minute < window)
        assert by_then == pytest.approx(gift_probability(0.3, 0.5, window), abs=0.006)
        assert by_then < 1 - np.exp(-0.3 * window) - 0.01  # what forgets leaving says
    assert (late.gift_minute[given] < late.stay[given]).all()


def test_the_switch_moves_the_same_gifts_in_time():
    late, impulsive = visits(impulsive=False), visits(impulsive=True)
    given = ~np.isnan(late.gift_minute)
    np.testing.assert_array_equal(given, ~np.isnan(impulsive.gift_minute))
    np.testing.assert_array_equal(late.stay, impulsive.stay)
    assert np.mean(impulsive.gift_minute[given] == 0) == pytest.approx(AT_ONCE, abs=0.01)
    assert late.gift_minute[given].mean() == pytest.approx(1 / 0.8, abs=0.03)


def test_a_room_that_closes_cuts_visits_and_late_gifts_off():
    late = visits(impulsive=False, open_for=1.0)
    assert late.stay.max() == 1.0
    assert np.mean(~late.left) == pytest.approx(np.exp(-0.5), abs=0.006)
    given = np.mean(~np.isnan(late.gift_minute))
    assert given == pytest.approx(gift_probability(0.3, 0.5, 1.0), abs=0.006)


def test_prices_have_the_median_and_the_mean_that_were_measured():
    logarithms = np.log(draw_prices(100_000, generator()))
    assert np.exp(np.median(logarithms)) == pytest.approx(2.0, rel=0.05)
    assert logarithms.mean() + logarithms.var() / 2 == pytest.approx(np.log(PRICE_MEAN), abs=0.06)


# --- the platform --------------------------------------------------------------------------------


def play_random(world, viewers=3_000):
    world.reset(viewers)
    told = []
    while world.active.any():
        told.append(world.show(first_slots(world)))
    return told


def column(told, name):
    return np.concatenate([getattr(feedback, name) for feedback in told])


def test_the_world_is_a_world_whose_rooms_are_on_the_air():
    world = WORLDS["live"](generator())
    assert isinstance(world, World)
    request = world.reset(50)
    assert world.rooms.on_air[request.candidates].all() and world.active.all()
    minute = world.minute
    world.show(first_slots(world))
    assert world.minute > minute
    assert (world.reset(3).viewers == [50, 51, 52]).all()


def test_random_pages_have_the_share_of_gifts_that_was_measured():
    world = LivePlatform(rng=generator(1))
    world.bored = world.sated = 0.0
    world.reset(3_000)
    told = [world.show(first_slots(world)) for _ in range(150)]
    clicked = column(told, "clicked") != NO_CLICK
    gifts = ~np.isnan(column(told, "gift_minute"))
    assert not gifts[~clicked].any()
    assert gifts[clicked].mean() == pytest.approx(0.0148, abs=0.003)
    np.testing.assert_array_equal(gifts, column(told, "coins") > 0)


def test_a_session_ends_as_often_as_its_pages_say():
    """Mean pages = 1 / (0.1 c + 0.2 (1 - c)), c the share of clicks: a geometric length."""
    world = LivePlatform(rng=generator(2))
    told = play_random(world)
    active, clicked = column(told, "active"), column(told, "clicked") != NO_CLICK
    share = clicked[active].mean()
    assert world.pages.mean() == pytest.approx(1 / (0.1 * share + 0.2 * (1 - share)), rel=0.05)
    assert not clicked[~active].any() and not column(told, "watch_minutes")[~clicked].any()
    assert world.watch_minutes.sum() == pytest.approx(column(told, "watch_minutes").sum())


def test_who_is_in_a_room_looks_again_when_the_visit_is_over():
    world = LivePlatform(rng=generator(3))
    world.bored = world.sated = 0.0
    world.reset(400)
    free_at = np.zeros(400)
    for _ in range(30):
        np.testing.assert_array_equal(world.active, free_at <= world.minute)
        minute = world.minute
        feedback = world.show(first_slots(world))
        free_at = np.where(feedback.active, minute + feedback.watch_minutes, free_at)
    assert 0 < world.active.mean() < 1


def test_visits_by_the_rates_of_the_docstring():
    """One room a page, of quality 0 and without highlights; viewers without interests."""
    rates = RoomRates(on_air=1e9, off_air=1e-9, **CALM)
    catalog = Catalog([0, 0], [0.0, 0.0], topics=("one",))
    world = LivePlatform(catalog, slots=1, candidates=1, rates=rates, rng=generator(4))
    world.gift = 0.1
    world.reset(40_000)
    world.interest[:] = 0.0
    feedback = world.show(first_slots(world))
    clicked = feedback.clicked >= 0
    assert clicked.mean() == pytest.approx(1 / 3, abs=0.01)  # (u + 1) / (u + 1 + 2)
    assert feedback.watch_minutes[clicked].mean() == pytest.approx(2.0, abs=0.06)
    given = ~np.isnan(feedback.gift_minute[clicked])
    assert given.mean() == pytest.approx(gift_probability(0.1, 0.5), abs=0.012)
    assert feedback.left[clicked].all() and not feedback.left[~clicked].any()


def test_a_judge_who_sees_highlights_wins_minutes():
    def minutes(sees):
        world = LivePlatform(rng=generator(5))
        world.reset(1_500)
        while world.active.any():
            candidates = world.request.candidates
            score = world.rooms.highlight[candidates] * float(sees)
            best = np.argsort(-score, axis=1, kind="stable")[:, :3]
            world.show(Slate(np.take_along_axis(candidates, best, axis=1)))
        return world.watch_minutes.mean()

    assert minutes(True) > minutes(False) + 2.0


def test_the_same_seed_gives_the_same_evening():
    def evening(seed):
        told = play_random(LivePlatform(rng=generator(seed)), 20)
        return [column(told, name).tolist() for name in ("clicked", "watch_minutes", "coins")]

    assert evening(1) == evening(1) != evening(2)


def test_a_new_day_has_new_rooms_and_the_same_viewers():
    world = LivePlatform(rng=generator())
    with pytest.raises(ValueError, match="reset"):
        world.next_day()
    world.reset(60)
    interest, rooms = world.interest.copy(), world.rooms
    request = world.next_day()
    assert request is world.request and (request.viewers == np.arange(60)).all()
    np.testing.assert_array_equal(world.interest, interest)
    assert world.rooms is not rooms and world.active.all() and not world.watch_minutes.any()


def test_when_all_rooms_are_closed_the_clock_runs_on_until_enough_open():
    catalog = Catalog([0] * 4, [0.0] * 4, topics=("one",))
    world = LivePlatform(catalog, slots=1, candidates=2, rng=generator())
    world.reset(1)
    world.rooms.on_air[:] = False
    world.rooms.until[:] = world.minute + np.array([900.0, 30.2, 900.0, 20.2])
    opening = world.minute + 30.2
    world.rooms.rates = RoomRates(on_air=1e6)  # what opens stays open
    request = world._go_on()
    assert set(request.candidates[0]) == {1, 3} and opening <= world.minute < opening + 0.5
    with pytest.raises(ValueError, match="not on the air"):
        world.show(Slate(np.array([[0]])))


def test_what_a_live_world_refuses():
    world = LivePlatform(rng=generator())
    with pytest.raises(ValueError, match="nobody is there yet"):
        world.show(Slate(np.zeros((1, 3), dtype=int)))
    with pytest.raises(ValueError, match="at least one"):
        world.reset(0)
    request = world.reset(2)
    pages = request.candidates[:, :3].copy()
    closed = int(np.flatnonzero(~world.rooms.on_air)[0])
    others = np.setdiff1d(np.flatnonzero(world.rooms.on_air), request.candidates[1])
    for room, word in [
        (closed, f"room {closed}, which is not on the air"),
        (int(others[0]), "not among its candidates"),
        (10**6, "catalogue ends at 299"),
        (-1, "catalogue ends at 299"),
        (int(pages[1, 0]), "twice"),
    ]:
        wrong = pages.copy()
        wrong[1, 2] = room
        with pytest.raises(ValueError, match=word):
            world.show(Slate(wrong))
    with pytest.raises(ValueError, match="shape"):
        world.show(Slate(pages[:, :2]))
    with pytest.raises(ValueError, match="int"):
        world.show(Slate(pages + 0.0))
    world.online[:] = world.active[:] = False
    with pytest.raises(ValueError, match="every session is over"):
        world.show(Slate(pages))


@pytest.mark.parametrize(("rooms", "candidates", "slots"), [(0, 1, 1), (3, 4, 2), (5, 3, 4)])
def test_too_few_rooms(rooms, candidates, slots):
    catalog = Catalog(np.zeros(rooms, dtype=int), np.zeros(rooms), topics=("one",))
    with pytest.raises(ValueError, match="as many rooms as candidates"):
        LivePlatform(catalog, slots=slots, candidates=candidates, rng=generator())


# --- the post ------------------------------------------------------------------------------------


def page(number):
    videos = np.array([[number]])
    request = Request(np.array([0]), videos, 1)
    return Feedback(Slate(videos, request=request), np.array([0]), np.array([1.0]))


def delivered(post, pages):
    """(page sent, page at which it came), in the order of arrival."""
    came = []
    for number in range(pages):
        post.send(page(number))
        came += [(int(told.slate.videos[0, 0]), number) for told in post.arrived()]
    return came


def test_without_delay_everything_comes_at_once():
    assert delivered(Post(delay=0.0, rng=generator()), 5) == [(n, n) for n in range(5)]


def test_late_twice_and_out_of_order_but_nothing_is_lost():
    post = Post(delay=3.0, twice=0.25, rng=generator())
    came = delivered(post, 4_000)
    sent = [number for number, _ in came] + [int(f.slate.videos[0, 0]) for f in post.rest()]
    assert set(sent) == set(range(4_000)) and not len(post)
    assert len(sent) / 4_000 == pytest.approx(1.25, abs=0.03)
    assert any(later < earlier for earlier, later in pairwise(sent))
    # An exponential time, rounded up to whole pages.
    late = np.mean([arrived - number for number, arrived in came])
    assert late == pytest.approx(1 / (1 - np.exp(-1 / 3.0)), rel=0.08)


def test_what_comes_late_and_twice_is_learned_as_if_in_time():
    """Whoever counts has the same counts in the end, whenever the post comes."""

    def counts(by_post):
        world = LivePlatform(rng=generator(6))
        agent = PopularityAgent(world.catalog)
        shown = SingleAgent(Shuffler(), generator(7))
        late = ByPost(Told(shown, agent), Post(delay=4.0, twice=0.5, rng=generator(8)))
        play_sessions(world, late if by_post else late.coordinator, 100)
        late.rest()
        return agent.opine(world.request).scores

    np.testing.assert_allclose(counts(True), counts(False), atol=1e-9)


class Shuffler:
    """Scores that do not depend on what was learned, so that both worlds show the same pages."""

    name = "shuffler"

    def opine(self, request):
        return Opinion("shuffler", np.sin(request.candidates * 7.3), np.ones(len(request)))

    def learn(self, feedback): ...


class Told:
    """A coordinator with a listener, who learns of its pages."""

    def __init__(self, coordinator, listener):
        self.agents, self.recommend = coordinator.agents, coordinator.recommend
        self.listener = listener

    def learn(self, feedback):
        self.listener.learn(feedback)


@pytest.mark.parametrize("wrong", [{"delay": -1.0}, {"delay": np.inf}, {"delay": 1, "twice": 2}])
def test_post_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"page|share"):
        Post(**wrong, rng=generator())


# --- mortal bandits ------------------------------------------------------------------------------


@pytest.mark.parametrize(("death", "best"), [(0.1, 0.7597), (0.01, 0.9091), (0.001, 0.9693)])
def test_the_best_rate_is_its_own_threshold(death, best):
    assert best_rate(death) == pytest.approx(best, abs=1e-4)
    assert threshold_rate(best_rate(death), death) == pytest.approx(best_rate(death), abs=1e-12)
    rates = [threshold_rate(threshold, death) for threshold in np.linspace(0, 1, 501)]
    assert best_rate(death) - 1e-4 < max(rates) <= best_rate(death)


def test_dropping_at_the_first_failure():
    """.79 and, for arms that live ten times as long, .86: far below .9091 and .9693."""
    assert first_failure_rate(0.01) == pytest.approx(0.793, abs=5e-4)
    played = play_mortal(0.01, 1, 300_000, generator())
    assert played.mean() == pytest.approx(first_failure_rate(0.01), abs=0.015)
    kept = play_mortal(0.1, 10**9, 100_000, generator())
    assert kept.mean() == pytest.approx(0.5, abs=0.015)  # who never drops an arm


@pytest.mark.parametrize("death", [0.0, 1.0, -0.1, np.nan])
def test_arms_that_live_for_ever_or_never(death):
    for ask in (best_rate, first_failure_rate, lambda p: threshold_rate(0.5, p)):
        with pytest.raises(ValueError, match="die"):
            ask(death)
    with pytest.raises(ValueError, match="one failure"):
        play_mortal(0.1, 0, 10, generator())
