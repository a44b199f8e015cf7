"""Fairness: published tables and guarantees, the controller's limit, groups of nobody."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mavrs_course.agents.fairness import (
    FairAgent,
    FairnessAgent,
    Ledger,
    calibrated_pages,
    deficits,
    envy_left,
    failure_probability,
    fair_programme,
    fair_rounds,
    fair_star,
    fairest_pages,
    gain_limit,
    nash_attention,
    nearest_table,
    pages_of,
    prefix_table,
    ringing_gain,
    safe_table,
)
from mavrs_course.agents.simple import InterestAgent
from mavrs_course.coordination.fair_shares import FairShares
from mavrs_course.messages import Feedback, Request, Slate
from mavrs_course.metrics import (
    MetricError,
    calibration,
    disparity,
    exposure_per_merit,
    gini,
    jain,
    price_of_fairness_bound,
)
from mavrs_course.world.catalog import Catalog

SIX = np.array([0.81, 0.80, 0.79, 0.78, 0.77, 0.76])
FIRST = np.arange(6) < 3
ATTENTION = 1 / np.log2(np.arange(6) + 2.0)


# --- measures --------------------------------------------------------------------------------


def test_a_small_gap_of_merit_becomes_a_large_gap_of_exposure():
    means = ATTENTION[:3].mean(), ATTENTION[3:].mean()
    np.testing.assert_allclose(means, [0.7103, 0.3912], atol=5e-5)
    treated = exposure_per_merit(
        [ATTENTION[:3].sum(), ATTENTION[3:].sum()], [SIX[:3].sum(), SIX[3:].sum()]
    )
    assert treated[0] / treated[1] == pytest.approx(1.7474, abs=5e-5)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=8), st.floats(0.01, 100))
def test_who_gets_what_merit_earns_is_treated_as_one(merit, unit):
    np.testing.assert_allclose(exposure_per_merit(unit * np.array(merit), merit), 1.0)
    assert disparity(unit * np.array(merit), merit) == pytest.approx(0.0, abs=1e-9)


def test_groups_of_nobody_and_of_no_merit_are_neither_well_nor_badly_treated():
    treated = exposure_per_merit([2.0, 1.0, 0.0, 5.0], [1.0, 1.0, 0.0, 0.0])
    np.testing.assert_allclose(treated, [4 / 3, 2 / 3, np.nan, np.nan])
    assert disparity([2.0, 1.0, 0.0, 5.0], [1.0, 1.0, 0.0, 0.0]) == pytest.approx(2 / 3)
    assert disparity([7.0], [0.3]) == disparity([7.0, 1.0], [0.0, 0.0]) == 0
    assert disparity([], []) == 0  # nobody at all
    assert disparity([0.0, 0.0], [1.0, 1.0]) == 0  # before anything was shown
    for wrong in (([1.0], [1.0, 2.0]), ([-1.0], [1.0]), ([np.nan], [1.0]), ([1.0], [np.inf])):
        with pytest.raises(MetricError):
            exposure_per_merit(*wrong)


@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=12))
def test_jain_is_one_over_one_plus_the_squared_variation(amounts):
    amounts = np.array(amounts)
    assert jain(amounts) == pytest.approx(1 / (1 + (amounts.std() / amounts.mean()) ** 2))


def test_gini_of_a_line_and_of_a_power_law():
    n = 400
    assert gini(np.arange(1, n + 1)) == pytest.approx((n - 1) / (3 * n))
    quantile = (np.arange(200_000) + 0.5) / 200_000
    assert gini((1 - quantile) ** (-1 / 3)) == pytest.approx(1 / 5, abs=2e-3)  # 1 / (2 a - 1)


@pytest.mark.parametrize("root", [1, 2, 3, 4])
def test_the_price_of_proportional_fairness_is_met(root):
    """``root`` cheap players among root^2, whose units cost 1 / root of those of the others."""
    n = root**2
    cost = np.where(np.arange(n) < root, 1 / root, 1.0)
    shares = np.minimum(1.0, 1 / (n * cost))  # maximise sum of logs: equal spending
    assert shares @ cost == pytest.approx(1.0)
    lost = 1 - shares.sum() / root  # the best sum serves the cheap ones alone
    assert lost == pytest.approx(price_of_fairness_bound(n), abs=1e-12)


@pytest.mark.parametrize("n", [1, 3, 5, 9])
def test_the_price_of_max_min_fairness_is_met(n):
    cheap = (n + 1) // 2
    equal = 1 / (1 + n - cheap)  # one unit for all the cheap ones, one for each of the others
    lost = 1 - n * equal / cheap
    assert lost == pytest.approx(price_of_fairness_bound(n, "max-min"), abs=1e-12)


def test_the_bounds_at_nine_and_what_they_refuse():
    assert price_of_fairness_bound(9) == pytest.approx(4 / 9)
    assert price_of_fairness_bound(9, "max-min") == pytest.approx(0.64)
    for wrong in ((0,), (3, "envy")):
        with pytest.raises(MetricError):
            price_of_fairness_bound(*wrong)


# --- programmes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "clicks"),
    [(None, 2.6143), ("parity", 2.6030), ("treatment", 2.6040), ("impact", 2.6031)],
)
def test_the_programmes_of_six(kind, clicks):
    programme = fair_programme(SIX, FIRST, ATTENTION, kind)
    assert SIX @ programme @ ATTENTION == pytest.approx(clicks, abs=5e-5)
    np.testing.assert_allclose(programme.sum(axis=0), 1.0)
    np.testing.assert_allclose(programme.sum(axis=1), 1.0)


def test_the_first_of_six_is_on_top_in_sixty_four_pages_of_a_hundred():
    programme = fair_programme(SIX, FIRST, ATTENTION, "treatment")
    assert programme[0, 0] == pytest.approx(0.64, abs=5e-3)
    given_ = programme @ ATTENTION
    ratio = given_[:3].mean() / SIX[:3].mean() / (given_[3:].mean() / SIX[3:].mean())
    assert ratio == pytest.approx(1.0)


def test_a_programme_without_two_groups_or_without_merit_asks_for_nothing():
    best = SIX @ ATTENTION
    for group, u in ((FIRST | True, SIX), (FIRST & False, SIX), (FIRST, SIX * FIRST)):
        programme = fair_programme(u, group, ATTENTION)
        assert u @ programme @ ATTENTION == pytest.approx(u @ ATTENTION)
    assert best == pytest.approx(2.6143, abs=5e-5)
    np.testing.assert_allclose(fair_programme([0.5], [True], [1.0]), [[1.0]])
    for wrong in (([], [], []), ([1.0], [True, False], [1.0]), ([-1.0], [True], [1.0])):
        with pytest.raises(ValueError, match="one entry a video"):
            fair_programme(*wrong)
    with pytest.raises(ValueError, match="kind is"):
        fair_programme(SIX, FIRST, ATTENTION, "envy")
    with pytest.raises(ValueError, match="no programme gives"):  # a share of 10 / 11 can't be had
        fair_programme([1.0, 0.1], [True, False], [1.0, 0.5])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 10**6))
def test_pages_of_a_programme_come_to_the_programme(n, orders, seed):
    rng = np.random.default_rng(seed)
    programme = np.zeros((n, n))
    for share in rng.dirichlet(np.ones(orders)):
        programme[rng.permutation(n), np.arange(n)] += share
    pages = pages_of(programme)
    again = np.zeros((n, n))
    for share, order in pages:
        assert sorted(order) == list(range(n)) and share > 0
        again[order, np.arange(n)] += share
    np.testing.assert_allclose(again, programme, atol=1e-7)
    assert len(pages) <= (n - 1) ** 2 + 1
    assert [share for share, _ in pages] == sorted((s for s, _ in pages), reverse=True)


def test_what_is_no_programme_is_refused():
    for wrong in (np.eye(3)[:2], np.eye(3) * 0.9, [[1.5, -0.5], [-0.5, 1.5]]):
        with pytest.raises(ValueError, match="a programme"):
            pages_of(wrong)


# --- FA*IR -----------------------------------------------------------------------------------


def runs(table):
    """A table as how often each number stands in it: 0x8 1x6 is ((0, 8), (1, 6))."""
    return tuple((int(m), int((np.asarray(table) == m).sum())) for m in np.unique(table))


@pytest.mark.parametrize(
    ("places", "share", "alpha", "table", "fails"),
    [
        (20, Fraction(1, 4), 0.1, ((0, 8), (1, 6), (2, 5), (3, 1)), 0.146887),
        (10, Fraction(1, 5), 0.15, ((0, 8), (1, 2)), 0.1342177),
    ],
)
def test_tables_of_fair_star(places, share, alpha, table, fails):
    found = prefix_table(places, float(share), alpha)
    assert runs(found) == table
    exact = failure_probability(found, share)
    assert float(exact) == pytest.approx(fails, abs=5e-7)
    assert failure_probability(found, float(share)) == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize(
    ("places", "share", "alpha", "nearest", "safe"),
    [
        (20, Fraction(1, 4), 0.1, 0.1051525, 0.0897222),
        (30, Fraction(3, 10), 0.05, 0.0487773, 0.0487773),
        (10, Fraction(1, 5), 0.15, 0.1342177, 0.1342177),
    ],
)
def test_adjusted_tables_and_the_safe_ones(places, share, alpha, nearest, safe):
    """The nearest table to alpha may promise more than it keeps; the safe one may not."""
    found = nearest_table(places, float(share), alpha), safe_table(places, float(share), alpha)
    exact = [float(failure_probability(table, share)) for table in found]
    np.testing.assert_allclose(exact, [nearest, safe], atol=5e-8)
    assert exact[1] <= alpha


def test_the_two_tables_of_twenty():
    assert runs(nearest_table(20, 0.25, 0.1)) == ((0, 8), (1, 7), (2, 5))
    assert runs(safe_table(20, 0.25, 0.1)) == ((0, 9), (1, 6), (2, 5))
    np.testing.assert_array_equal(nearest_table(20, 0.25, 0.1), prefix_table(20, 0.25, 0.078125))


@pytest.mark.parametrize("share", [Fraction(1, 4), Fraction(1, 2), Fraction(2, 3)])
def test_failures_are_those_of_all_lists_of_ten(share):
    """Every list of ten there is, counted one by one, in exact fractions."""
    table = prefix_table(10, float(share), 0.2)
    fails = Fraction(0)
    for marks in product((0, 1), repeat=10):
        if (np.cumsum(marks) < table).any():
            fails += share ** sum(marks) * (1 - share) ** (10 - sum(marks))
    assert fails == failure_probability(table, share)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.floats(0.02, 0.98), st.floats(0.01, 0.5))
def test_a_safe_table_is_safe_and_steps_up_one_by_one(places, share, alpha):
    table = safe_table(places, share, alpha)
    assert failure_probability(table, share) <= alpha + 1e-12
    assert table[0] in (0, 1) and set(np.diff(table)) <= {0, 1}
    assert (table <= prefix_table(places, share, alpha)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**6))
def test_a_fair_list_keeps_to_its_table_and_is_the_best_that_does(places, seed):
    rng = np.random.default_rng(seed)
    scores, protected = rng.integers(0, 9, 24) / 8, np.arange(24) < 12
    table = prefix_table(places, 0.5, 0.3)
    chosen = fair_star(scores, protected, table)
    assert len(set(chosen)) == places and (np.cumsum(protected[chosen]) >= table).all()
    free = np.sort(scores)[::-1][:places]
    np.testing.assert_allclose(np.sort(scores[fair_star(scores, protected, 0 * table)])[::-1], free)


def test_too_few_protected_and_strange_tables_are_told():
    with pytest.raises(ValueError, match="place 1 needs 1 protected"):
        fair_star([0.5, 0.4], [False, False], [1, 1])
    with pytest.raises(ValueError, match="2 places need"):
        fair_star([0.5], [True], [0, 0])
    for wrong in ((0, 0.5, 0.1), (3, 0.0, 0.1), (3, 0.5, 1.0)):
        with pytest.raises(ValueError, match="a table needs"):
            prefix_table(*wrong)


# --- FairRec ---------------------------------------------------------------------------------

HOLE = np.array([
    [0.28, 0.07, 0.14, 0.26, 0.36],
    [0.17, 0.68, 0.60, 0.93, 0.10],
    [0.67, 0.93, 0.82, 0.95, 0.12],
    [0.69, 0.81, 0.52, 0.74, 0.35],
    [0.17, 0.55, 0.80, 0.69, 0.01],
])  # fmt: skip


def test_five_viewers_whose_guarantee_has_a_hole():
    pages = fair_rounds(HOLE, 3)
    assert pages.tolist() == [[4, 0, 2], [3, 1, 2], [3, 1, 0], [1, 3, 4], [2, 0, 4]]
    assert HOLE[4, pages[4]].sum() == pytest.approx(0.98)
    assert HOLE[4, pages[1]].sum() == pytest.approx(2.04)
    assert envy_left(HOLE, pages)[4] == pytest.approx(1.24 - 0.98)
    assert (envy_left(HOLE, pages)[:4] <= 0).all()


def test_holes_are_rare_and_creators_get_their_share():
    rng, holes = np.random.default_rng(0), 0
    for _ in range(400):
        viewers, videos = rng.integers(2, 7, 2)
        slots = int(rng.integers(1, videos + 1))
        values = rng.random((viewers, videos)).round(2)
        pages = fair_rounds(values, slots)
        assert all(len(set(page)) == slots for page in pages)
        shown = np.bincount(pages.ravel(), minlength=videos)
        assert (shown < viewers * slots // videos).sum() < slots
        holes += (envy_left(values, pages) > 1e-9).any()
    assert holes <= 4


def test_one_viewer_and_one_slot_in_rounds():
    assert fair_rounds([[0.1, 0.9]], 1).tolist() == [[1]]
    assert envy_left([[0.1, 0.9]], [[1]]).tolist() == [-np.inf]
    assert fair_rounds([[0.1, 0.9], [0.2, 0.8]], 2, alpha=0.0).tolist() == [[1, 0], [1, 0]]
    with pytest.raises(ValueError, match="slots"):
        fair_rounds([[0.1]], 2)


# --- the controller and its delay ------------------------------------------------------------


@pytest.mark.parametrize("delay", range(7))
def test_the_limit_is_where_a_root_meets_the_circle(delay):
    def largest(gain):
        return max(abs(np.roots([1.0, gain - 1] if delay == 0 else
                                [1.0, -1.0, *[0.0] * (delay - 1), gain])))  # fmt: skip

    limit = gain_limit(delay)
    assert largest(limit) == pytest.approx(1.0, abs=1e-9)
    assert largest(0.99 * limit) < 1 < largest(1.01 * limit)
    early, late = (np.abs(deficits(1.02 * limit, delay, 2_000))[part] for part in
                   (slice(100, 300), slice(-200, None)))  # fmt: skip
    assert late.max() > 2 * early.max()
    assert abs(deficits(0.98 * limit, delay, 4_000)[-200:]).max() < 0.01
    assert (deficits(0.99 * ringing_gain(delay), delay, 300) > -1e-12).all()
    assert deficits(1.2 * ringing_gain(delay), delay, 300).min() < 0


def test_delays_are_whole_numbers():
    assert [gain_limit(0), gain_limit(1)] == pytest.approx([2.0, 1.0])
    assert [ringing_gain(0), ringing_gain(1), ringing_gain(2)] == pytest.approx([1, 1 / 4, 4 / 27])
    for wrong in (-1, 0.5):
        with pytest.raises(ValueError, match="whole number"):
            gain_limit(wrong)


def shown(videos, viewers=None, clicked=-1, active=None):
    videos = np.atleast_2d(videos)
    viewers = np.zeros(len(videos), int) if viewers is None else viewers
    request = Request(np.asarray(viewers), videos, videos.shape[1])
    minutes = np.zeros(len(videos))
    return Feedback(
        Slate(videos, request=request), np.full(len(videos), clicked), minutes, active=active
    )


class Fixed:
    """Likes video ``i`` as much as ``taste[i]``."""

    name = "fixed"

    def __init__(self, taste):
        self.taste = np.asarray(taste)

    def opine(self, request):
        from mavrs_course.messages import Opinion

        scores = self.taste[request.candidates]
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback):
        pass


def month(gain, pages):
    """Six videos of two groups, ordered page after page: disparity of mean attention to merit."""
    ledger = Ledger(~FIRST, merit=[SIX[:3].mean(), SIX[3:].mean()])
    agent = FairAgent(Fixed(SIX), ledger, gain)
    request = Request(np.array([0]), np.arange(6)[None], 6)
    for _ in range(pages):
        order = np.argsort(-agent.opine(request).scores[0], kind="stable")
        agent.learn(shown(order))
    per_page = ledger.exposure / pages / 3 / ledger.merit
    return float(np.ptp(per_page))


@pytest.mark.parametrize(
    ("gain", "gaps", "last_digit"),
    [
        (0.01, (0.189, 0.0116, 0.00077), (1e-3, 1e-4, 1e-5)),
        (0.1, (0.00454, 0.00021, 0.000014), (1e-5, 1e-5, 1e-6)),
        (1.0, (0.0240, 0.0012, 0.00003), (1e-4, 1e-4, 1e-5)),
    ],
)
def test_fairco_closes_the_gap_as_one_over_tau(gain, gaps, last_digit):
    """The gain of our agent counts in spans of a page, which is .05 here."""
    assert month(0.0, 16) == pytest.approx(0.3798, abs=5e-5)
    for pages, gap, unit in zip((16, 256, 4_096), gaps, last_digit, strict=True):
        assert month(gain / 0.05, pages) == pytest.approx(gap, abs=0.51 * unit)


def test_one_creator_of_everything_and_a_group_of_nobody_change_no_page():
    alone = Ledger(np.zeros(6, int))
    agent = FairAgent(Fixed(SIX), alone, 5.0)
    request = Request(np.array([0, 1]), np.tile(np.arange(6), (2, 1)), 2)
    agent.learn(shown([0, 1], clicked=0))
    np.testing.assert_array_equal(alone.error(), [0.0])
    np.testing.assert_allclose(agent.opine(request).scores[0], SIX)
    gaps = Ledger([0, 0, 3], merit=[1.0, 1.0, 1.0, 0.0])  # groups 1, 2 have nobody, 3 no merit
    gaps.learn(shown([2, 0]))
    np.testing.assert_array_equal(gaps.error(), np.zeros(4))
    np.testing.assert_array_equal(Ledger([0, 1], merit=[0.0, 0.0]).error(), [0, 0])
    for wrong in ([[0]], [-1]):
        with pytest.raises(ValueError, match="one group"):
            Ledger(wrong)
    with pytest.raises(ValueError, match="merit needs"):
        Ledger([0, 1], merit=[1.0])
    with pytest.raises(ValueError, match="a gain"):
        FairAgent(Fixed(SIX), alone, -1.0)


def test_a_ledger_counts_looks_and_clicks_of_who_is_there_once():
    ledger = Ledger([0, 1, 1])
    page = shown([[2, 0], [1, 2]], [0, 1], clicked=0, active=np.array([True, False]))
    for _ in range(2):
        ledger.learn(page)
    np.testing.assert_allclose(ledger.exposure, [1 / np.log2(3), 1.0])
    np.testing.assert_array_equal(ledger.clicks, [0, 1])


def test_a_cap_bounds_what_bought_clicks_can_claim():
    honest, capped = Ledger(np.arange(5)), Ledger(np.arange(5), cap=1.5)
    for video in range(5):
        for _ in range(20):  # video 4 is always clicked, the others never
            for ledger in (honest, capped):
                ledger.learn(shown([video], clicked=0 if video == 4 else -1))
    assert honest.merit[4] > 15 * np.median(honest.merit)
    assert capped.merit[4] == pytest.approx(1.5 * np.median(honest.merit))
    np.testing.assert_array_equal(capped.merit[:4], honest.merit[:4])
    with pytest.raises(ValueError, match="a cap"):
        Ledger([0], cap=0.5)


def test_two_agents_that_share_a_ledger_count_a_page_once():
    catalog = Catalog([0, 1, 1], [0, 0, 0], creator=[0, 1, 1], topics=("one", "two"))
    ledger = Ledger(catalog.creator)
    team = [FairAgent(InterestAgent(catalog), ledger, 0.5), FairnessAgent(catalog, ledger)]
    page = shown([2, 0])
    for agent in team:
        agent.learn(page)
    assert ledger.exposure.sum() == pytest.approx(1 + 1 / np.log2(3))
    assert team[0].name == "fair interest"
    opinion = team[1].opine(Request(np.array([3]), np.array([[0, 1]]), 1))
    assert 0 <= opinion.confidence[0] <= 1


# --- prices ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_prices_come_near_to_the_best_of_all(seed):
    """Against the linear programme that knows all pages beforehand."""
    rng = np.random.default_rng(seed)
    scores, group, slots, weight = rng.random((200, 12)), np.arange(12) % 3, 3, 0.5
    scores[:, group == 2] *= 0.6
    pages, videos = scores.shape
    claim = 4 * slots * pages / videos
    # variables: which videos, then the smallest count over claim
    sums = np.zeros((3, pages * videos + 1))
    for g in range(3):
        sums[g, :-1] = -np.tile(group == g, pages).astype(float) / claim
        sums[g, -1] = 1
    filled = np.hstack([np.kron(np.eye(pages), np.ones(videos)), np.zeros((pages, 1))])
    worth = -np.append(scores.ravel(), weight * pages)
    bounds = [(0, 1)] * (pages * videos) + [(0, None)]
    best = -linprog(worth, sums, np.zeros(3), filled, np.full(pages, slots), bounds).fun
    found = fairest_pages(scores, group, slots, weight)
    value = np.take_along_axis(scores, found.pages, axis=1).sum()
    value += weight * pages * (found.counts / claim).min()
    plain = fairest_pages(scores, group, slots, 0.0)
    assert 0.985 * best < value <= best + 1e-9
    assert plain.counts[2] < found.counts[2]


def test_prices_with_one_group_and_with_a_group_of_nobody():
    scores = np.array([[0.1, 0.9, 0.5]])
    assert fairest_pages(scores, [0, 0, 0], 2, 1.0).pages.tolist() == [[1, 2]]
    found = fairest_pages(scores, [0, 2, 2], 1, 0.0)
    assert found.counts.tolist() == [0, 0, 1] and np.isfinite(found.bonus).all()
    with pytest.raises(ValueError, match="slots <= C"):
        fairest_pages(scores, [0, 0, 0], 4, 1.0)


def test_nash_gives_two_viewers_what_each_likes_and_nobody_nothing():
    taste = np.array([[0.9, 0.5, 0.1], [0.9, 0.1, 0.5]])
    given_ = nash_attention(taste, [1.0, 0.5, 0.0], rounds=2_000)
    np.testing.assert_allclose(given_.sum(axis=1), 1.5)
    clicks = (taste * given_).sum(axis=0)
    # at the optimum no order of any viewer is worth more than all prices: sum u v / clicks <= n
    for row in taste:
        best = np.sort(row / clicks)[::-1] @ np.array([1.0, 0.5, 0.0])
        mine = (row / clicks) @ given_[0 if row is taste[0] else 1]
        assert best >= mine - 1e-9
    total = sum(np.sort(row / clicks)[::-1] @ np.array([1.0, 0.5, 0.0]) for row in taste)
    assert total == pytest.approx(3.0, abs=0.02)
    with pytest.raises(ValueError, match="above 0"):
        nash_attention([[0.0, 1.0]], [1.0, 0.5])


# --- calibration -----------------------------------------------------------------------------


def test_the_most_that_a_page_can_be_off_is_log_one_over_alpha():
    off = calibration([[1.0, 0.0]], [[0.0, 1.0]], alpha=0.01)
    assert off[0] == pytest.approx(np.log(100)) == pytest.approx(4.6052, abs=5e-5)
    assert 1.33452 * np.log(2) == pytest.approx(0.92502, abs=5e-6)  # the same in nats


def test_a_viewer_of_seven_tenths_and_three_tenths_sees_seven_and_three():
    scores = np.where(np.arange(20) < 10, 0.9, 0.5)[None] - 0.001 * np.arange(20)
    genres = np.eye(2)[(np.arange(20) >= 10).astype(int)][None]
    history = np.array([[0.7, 0.3]])
    plain = calibrated_pages(scores, genres, history, 10, 0.0)
    fair = calibrated_pages(scores, genres, history, 10, 0.99)
    assert plain.tolist() == [list(range(10))]
    assert (fair[0] >= 10).sum() == 3
    with pytest.raises(ValueError, match="slots lie"):
        calibrated_pages(scores, genres, history, 21, 0.5)
    with pytest.raises(ValueError, match="need shapes"):
        calibrated_pages(scores, genres[0], history, 2, 0.5)


# --- among agents ----------------------------------------------------------------------------


def test_a_share_of_slots_is_earned_and_a_liar_earns_less():
    rng = np.random.default_rng(4)
    quality = rng.normal(size=60)
    credit = {}
    for merit in (True, False):
        team = [Fixed(quality + 0.3 * rng.normal(size=60)) for _ in range(3)] + [Fixed(-quality)]
        for number, agent in enumerate(team):
            agent.name = f"agent {number}"
        mode = FairShares(team, merit=merit, rng=np.random.default_rng(0))
        for _ in range(60):
            rows = np.stack([rng.permutation(60)[:8] for _ in range(30)])
            slate = mode.recommend(Request(np.arange(30), rows, 3))
            best = quality[slate.videos]
            clicked = np.where(best.max(axis=1) > 0.5, best.argmax(axis=1), -1)
            mode.learn(Feedback(slate, clicked, np.zeros(30)))
        credit[merit] = slate.credit[..., 3].mean()
    assert credit[True] < credit[False] <= 0.25 + 0.1
    with pytest.raises(ValueError, match="a gain"):
        FairShares(team, gain=-1)
