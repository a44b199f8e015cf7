"""Long video: published figures, closed forms, equations worked by hand, seeds, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from mavrs_course.messages import NO_CLICK, Slate, World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.long_video import WORLDS
from mavrs_course.world.long_video.boxes import (
    Box,
    normal_reservation,
    reservation,
    search,
    uniform_reservation,
    weitzman,
    worth,
)
from mavrs_course.world.long_video.survival import exponential_mean, kaplan_meier
from mavrs_course.world.long_video.weighted import fit
from mavrs_course.world.long_video.world import LongVideo
from mavrs_course.world.offer import PlatformError

# --- Weitzman ---------------------------------------------------------------------------------

ALPHA = Box(15.0, [100.0, 55.0], [0.5, 0.5])
OMEGA = Box(20.0, [240.0, 0.0], [0.2, 0.8])


def test_weitzmans_own_example():
    assert reservation(ALPHA) == pytest.approx(70)
    assert reservation(OMEGA) == pytest.approx(140)
    assert worth([OMEGA, ALPHA]) == pytest.approx(78)
    assert worth([ALPHA, OMEGA]) == pytest.approx(75)
    assert (worth([ALPHA]), worth([OMEGA])) == pytest.approx((62.5, 28.0))


def test_a_reservation_value_makes_the_look_worth_its_price():
    rng = np.random.default_rng(0)
    for _ in range(20):
        box = Box(rng.uniform(0.1, 9), rng.normal(0, 10, 5), rng.dirichlet(np.ones(5)))
        gain = np.maximum(np.array(box.contents) - reservation(box), 0)
        assert gain @ box.chances == pytest.approx(box.cost)


def test_five_uniform_boxes():
    z, rng = uniform_reservation(0.05), np.random.default_rng(1)
    assert z == pytest.approx(0.68377, abs=1e-5)
    assert z - z**6 / 6 == pytest.approx(0.66674, abs=1e-5)
    found = weitzman(rng.random((200_000, 5)), np.full((200_000, 5), z))
    opened = found.opened.sum(axis=1)
    assert (found.best - 0.05 * opened).mean() == pytest.approx(0.66674, abs=0.002)
    assert opened.mean() == pytest.approx(2.69, abs=0.01)


def test_uniform_boxes_of_four_prices():
    rng, costs = np.random.default_rng(2), np.array([0.02, 0.05, 0.1, 0.2])
    z = np.array([uniform_reservation(cost) for cost in costs])
    contents = rng.random((200_000, 4))
    found = weitzman(contents, np.tile(z, (len(contents), 1)))
    value = (found.best - found.opened @ costs).mean()
    assert value == pytest.approx(0.643, abs=0.002)
    assert value == pytest.approx(np.minimum(contents, z).max(axis=1).mean(), abs=0.003)
    assert uniform_reservation(0.6) == pytest.approx(-0.1)


def test_normal_boxes():
    mean, deviation = np.array([3.0, -1.0, 8.0]), np.array([2.0, 5.0, 0.1])
    z = normal_reservation(0.5, mean, deviation)
    contents = mean + deviation * np.random.default_rng(3).standard_normal((400_000, 3))
    np.testing.assert_allclose(np.maximum(contents - z, 0).mean(axis=0), 0.5, atol=0.02)
    assert z[2] == pytest.approx(7.5, abs=1e-6)  # no surprise: the mean less the price


def test_a_search_by_hand():
    contents = np.array([[6.0, 9.0, 7.0], [1.0, 2.0, 3.0], [4.0, 8.0, 5.0]])
    values = np.array([[8.0, 5.0, 7.0], [0.5, 0.5, 0.5], [6.0, 7.0, 9.0]])
    in_order, best_first = search(contents, values, 1.0), weitzman(contents, values, 1.0)
    assert in_order.opened.tolist() == [[True, False, True], [False] * 3, [True, True, True]]
    assert in_order.chosen.tolist() == [2, NO_CLICK, 1]
    assert best_first.opened.tolist() == [[True, False, True], [False] * 3, [False, True, True]]
    assert best_first.chosen.tolist() == [2, NO_CLICK, 1]
    assert best_first.best.tolist() == [7.0, 1.0, 8.0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: reservation(Box(0.0, [1.0], [1.0])),
        lambda: reservation(Box(1.0, [1.0, 2.0], [0.5, 0.6])),
        lambda: reservation(Box(1.0, [1.0, 2.0], [1.0])),
        lambda: uniform_reservation(-1.0),
        lambda: normal_reservation(0.5, np.zeros(2), np.array([1.0, 0.0])),
    ],
)
def test_impossible_boxes_are_refused(call):
    with pytest.raises(ValueError, match="must be"):
        call()


# --- survival ---------------------------------------------------------------------------------


def test_kaplan_meier_on_freireichs_patients():
    """21 patients on 6-MP (Freireich et al. 1963), weeks in remission; ``+`` is censored."""
    table = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    weeks = table.split()
    minutes = np.array([float(week.rstrip("+")) for week in weeks])
    curve = kaplan_meier(minutes, np.array([not week.endswith("+") for week in weeks]))
    assert curve.minutes.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    np.testing.assert_allclose(curve.share, published, atol=5.1e-4)
    np.testing.assert_allclose(curve.at([5.9, 6, 8, 99]), [1, 0.857, 0.807, 0.448], atol=5.1e-4)


def test_a_stay_of_eight_minutes_cut_off_by_the_end():
    """Exp(8) cut off by U(2, 20): the facts' one sample beside the integrals, within .1 of them."""
    rng = np.random.default_rng(4)
    stay, length = rng.exponential(8, 400_000), rng.uniform(2, 20, 400_000)
    minutes, left = np.minimum(stay, length), stay < length
    watched, unfinished = minutes.mean(), minutes[left].mean()
    estimate = exponential_mean(minutes, left)
    np.testing.assert_allclose([watched, unfinished, estimate], [5.523, 4.466, 8], atol=0.04)
    np.testing.assert_allclose([watched, unfinished, estimate], [5.49, 4.44, 7.93], atol=0.11)
    curve, t = kaplan_meier(minutes, left), np.array([1.0, 5.0, 10.0, 18.0])
    np.testing.assert_allclose(curve.at(t), np.exp(-t / 8), atol=0.005)


def test_nobody_left():
    nobody = np.zeros(3, dtype=bool)
    assert exponential_mean([1.0, 2, 3], nobody) == np.inf
    assert kaplan_meier([1.0, 2, 3], nobody).at(9.0) == 1.0


@pytest.mark.parametrize(
    ("minutes", "left"),
    [([], np.zeros(0, bool)), ([1.0], [1]), ([1.0, 2.0], [True]), ([-1.0], [True]),
     ([np.nan], [True])],
)  # fmt: skip
def test_impossible_views_are_refused(minutes, left):
    with pytest.raises(ValueError, match="survival needs"):
        kaplan_meier(minutes, left)


# --- weighted logistic regression ---------------------------------------------------------------


@pytest.mark.parametrize(("rate", "ratio"), [(0.01, 1.0101), (0.1, 1.1111), (0.3, 1.4286)])
def test_the_learned_odds_are_minutes_over_the_share_not_clicked(rate, ratio):
    clicked = np.arange(1000) < 1000 * rate
    minutes = np.where(clicked, np.random.default_rng(5).exponential(8.0, 1000), 0.0)
    odds = np.exp(fit(np.ones((1000, 1)), clicked, minutes)[0])
    assert odds / minutes.mean() == pytest.approx(ratio, abs=5e-5)
    assert odds == pytest.approx(minutes.sum() / (~clicked).sum())


def test_each_group_has_odds_of_its_own():
    group = np.repeat([0, 1], [200, 300])
    clicked = np.arange(500) % 5 < 1 + group  # 1 in 5, and 2 in 5
    weights = fit(np.eye(2)[group], clicked, np.where(group == 0, 30.0, 3.0))
    np.testing.assert_allclose(np.exp(weights), [30 / 4, 3 * 2 / 3], rtol=1e-6)


def test_impossible_impressions_are_refused():
    for clicked, minutes in (([True], [1.0, 2.0]), ([True, False], [-1.0, 0.0])):
        with pytest.raises(ValueError):
            fit(np.ones((2, 1)), clicked, minutes)


# --- the world --------------------------------------------------------------------------------


def one_kind(minutes, *, quality=0.0, appeal=0.0, spread=1e-9, **options):
    """Videos of one topic, shown to viewers without interest for or against it."""
    n = len(minutes)
    catalog = Catalog(
        np.zeros(n, int), np.full(n, quality), minutes=minutes, appeal=np.full(n, appeal),
        topics=("opera",),
    )  # fmt: skip
    options = {"slots": 2, "candidates": 4, "rng": np.random.default_rng(6)} | options
    return LongVideo(catalog, spread=np.full(n, spread), **options)


def first_page(world):
    return Slate(world.request.candidates[:, : world.request.slots])


def begin(world, viewers):
    world.reset(viewers)
    world.interest[:] = 0.0
    return world


def test_it_is_a_world_that_ends():
    world = WORLDS["long_video"](np.random.default_rng(0))
    assert isinstance(world, World)
    assert world.catalog.minutes.min() >= 2 and world.catalog.minutes.max() <= 60
    world.reset(50)
    pages = 0
    while world.active.any():
        before = world.evening.copy()
        feedback = world.show(first_page(world))
        ended = ~feedback.active
        assert (feedback.clicked[ended] == NO_CLICK).all() and not world.last.looked[ended].any()
        assert (world.evening[ended] == before[ended]).all()
        assert (feedback.watch_minutes <= before).all()
        pages += 1
    assert pages > 5 and (world.watch_minutes <= 120).all() and (world.evening == 0).all()
    world.next_day()
    assert world.active.all() and (world.watch_minutes == 0).all()


def test_the_end_of_the_video_hides_the_stay_from_all_but_the_world():
    """Everybody's mean stay is 8 minutes: the figures of the censored sample, played."""
    world = begin(one_kind(np.random.default_rng(7).uniform(2, 20, 2000)), 60_000)
    feedback = world.show(first_page(world))
    minutes, left = feedback.watch_minutes, world.last.left
    assert (feedback.clicked == 0).all()  # both slots are worth 8: the second needs no look
    assert world.last.looked.sum(axis=0).tolist() == [60_000, 0]
    np.testing.assert_allclose(minutes.mean(), 5.523, atol=0.06)
    np.testing.assert_allclose(exponential_mean(minutes, left), 8.0, atol=0.15)
    np.testing.assert_allclose(world.last.stay.mean(), 8.0, atol=0.12)
    length = world.catalog.minutes[feedback.clicked_video]
    np.testing.assert_allclose(minutes[~left], length[~left])
    assert (world.last.stay[~left] >= length[~left]).all()


def test_regret_shortens_the_evening():
    world = begin(one_kind(np.full(50, 30.0)), 50_000)
    feedback = world.show(first_page(world))
    spent = 120 - world.evening
    regretted = world.last.regretted
    np.testing.assert_allclose(spent, 0.5 + 0.5 + feedback.watch_minutes + 10 * regretted)
    assert (feedback.watch_minutes[regretted] < 5).all()
    assert (feedback.watch_minutes[~regretted] >= 5).all()
    assert regretted.mean() == pytest.approx(1 - np.exp(-5 / 8), abs=0.01)


def test_a_short_video_that_was_seen_to_its_end_is_not_regretted():
    world = begin(one_kind(np.full(50, 2.0)), 50_000)
    world.show(first_page(world))
    assert world.last.regretted.mean() == pytest.approx(1 - np.exp(-2 / 8), abs=0.01)


def test_what_is_not_worth_the_evening_gets_no_look_and_no_click():
    world = begin(one_kind(np.full(50, 30.0), quality=-2.0), 20)  # m = 4, below the 5 besides
    feedback = world.show(first_page(world))
    assert (feedback.clicked == NO_CLICK).all() and not world.last.looked.any()
    np.testing.assert_allclose(world.evening, 119.5)


def test_bait_promises_minutes_that_it_does_not_keep():
    world = begin(one_kind(np.full(50, 30.0), quality=-2.0, appeal=1.0), 20_000)
    feedback = world.show(first_page(world))
    assert (feedback.clicked == 0).all()
    np.testing.assert_allclose(world.last.promised - world.last.liking, 5.0)
    assert world.last.regretted.mean() == pytest.approx(1 - np.exp(-5 / 4), abs=0.015)


def test_a_look_costs_and_the_viewer_knows_what_it_is_worth():
    dear, cheap = (
        begin(one_kind(np.full(50, 30.0), spread=4.0, look_cost=cost), 20_000)
        for cost in (3.0, 0.1)
    )
    for world in (dear, cheap):
        z = world.reservation(first_page(world).videos)[0, 0]
        world.show(first_page(world))
        second_look = ndtr((z - 8.0) / 4.0)  # when the first showed less than the second's z
        assert world.last.looked.mean(axis=0) == pytest.approx([1.0, second_look], abs=0.015)
    assert dear.last.looked.mean() < cheap.last.looked.mean()
    assert dear.last.liking.mean() < cheap.last.liking.mean()


def test_the_viewer_who_picks_the_order_beats_the_one_who_goes_down_a_random_page():
    """By what their search was worth: liking, less the price of the looks."""

    def gained(order):
        world = LongVideo(order=order, look_cost=1.0, rng=np.random.default_rng(8))
        world.reset(20_000)
        feedback = world.show(first_page(world))
        best = np.where(feedback.clicked >= 0, world.last.liking, 5.0)
        return (best - world.last.looked.sum(axis=1)).mean()

    assert gained("value") > gained("page") + 0.3


def played(seed):
    world = LongVideo(rng=np.random.default_rng(seed))
    world.reset(30)
    return np.stack([world.show(first_page(world)).watch_minutes for _ in range(4)])


def test_seeds():
    np.testing.assert_array_equal(played(3), played(3))
    assert (played(3) != played(4)).any()


def test_viewers_are_numbered_on_and_one_candidate_is_enough():
    world = one_kind(np.array([9.0]), slots=1, candidates=1)
    assert world.reset(2).viewers.tolist() == [0, 1]
    assert world.reset(1).viewers.tolist() == [2]
    assert world.show(Slate(np.array([[0]]))).clicked.shape == (1,)


@pytest.mark.parametrize(
    ("videos", "words"),
    [
        ([[0, 0]], "twice"),
        ([[0, 999]], "catalogue ends at 3"),
        ([[0, -1]], "catalogue ends at 3"),
        ([[0]], "shape"),
        ([[0.0, 1.0]], "shape"),
    ],
)
def test_pages_that_answer_nothing_are_refused(videos, words):
    world = begin(one_kind(np.full(4, 9.0)), 1)
    evening = world.evening.copy()
    with pytest.raises(PlatformError, match=words):
        world.show(Slate(np.array(videos)))
    assert (world.evening == evening).all()


def test_videos_that_are_not_on_offer_are_refused():
    world = begin(one_kind(np.full(9, 9.0)), 1)
    other = np.setdiff1d(np.arange(9), world.request.candidates)[:2]
    with pytest.raises(PlatformError, match="not among its candidates"):
        world.show(Slate(other[None, :]))


def test_nobody_there():
    world = one_kind(np.full(4, 9.0))
    for call in (lambda: world.request, world.next_day, lambda: world.reset(0)):
        with pytest.raises(PlatformError, match="session"):
            call()
    begin(world, 1).active[:] = False
    with pytest.raises(PlatformError, match="every session is over"):
        world.show(first_page(world))


@pytest.mark.parametrize(
    "options",
    [
        {"catalog": Catalog(np.zeros(0, int), np.zeros(0))},
        {"candidates": 3_000},
        {"slots": 0},
        {"slots": 11},
        {"look_cost": 0.0},
        {"regret": -1.0},
        {"order": "dance"},
        {"spread": np.ones(3)},
        {"rng": 5},
    ],
)
def test_a_world_that_cannot_be_is_refused(options):
    with pytest.raises(PlatformError):
        LongVideo(**({"rng": np.random.default_rng(0)} | options))
