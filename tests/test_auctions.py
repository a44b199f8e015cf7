"""Auctions against the textbook, against brute force, and against their own promises."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.coordination import auctions
from mavrs_course.coordination.auctions import (
    HOUSE,
    RULES,
    first_price,
    gsp,
    lowest_envy_free_bids,
    sell,
    sell_positions,
    vcg,
)

VALUES, CLICKS = np.array([[10.0, 4.0, 2.0]]), np.array([200.0, 100.0])
AUCTION = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def small_market(rng, whole=False):
    """Bids of up to three bidders for up to four videos, up to three slots; ties if ``whole``."""
    bidders, videos = rng.integers(1, 4), rng.integers(1, 5)
    slots = rng.integers(1, min(3, videos) + 1)
    bids = rng.uniform(0, 1, (1, bidders, videos)) * (rng.random((1, bidders, videos)) < 0.8)
    bids = np.round(3 * bids) if whole else bids
    return bids, -np.sort(-rng.uniform(0, 1, slots))


def best_welfare(bids, looks, reserve=0.0, without=()):
    """By trying everything: the most that bids and the house offer for ``len(looks)`` videos."""
    videos = bids.shape[1]
    offers = np.vstack([np.delete(bids, list(without), axis=0), np.full(videos, reserve)])
    pages = permutations(range(videos), len(looks))
    return max(
        sum(look * offer for look, offer in zip(looks, offers.max(axis=0)[list(page)], strict=True))
        for page in pages
    )


def welfare_of(sale, bidder):
    return np.where(sale.sponsor[0] == bidder, sale.bid[0], 0.0)


def test_the_textbook_example():
    """Edelman, Ostrovsky and Schwarz: values 10, 4, 2; clicks 200, 100."""
    for rule, expected in ((first_price, [2000, 400]), (gsp, [800, 200]), (vcg, [600, 200])):
        won, paid = sell_positions(VALUES, CLICKS, rule)
        np.testing.assert_allclose(won, [[200, 100, 0]])
        np.testing.assert_allclose(paid, [[*expected, 0]])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_reserve_is_the_least_price_and_shuts_out_who_is_below(rule):
    won, paid = sell_positions(VALUES, CLICKS, rule, reserve=3.0)
    np.testing.assert_allclose(won, [[200, 100, 0]])
    assert (paid[0, :2] >= 3 * CLICKS).all()
    won, paid = sell_positions(VALUES, CLICKS, rule, reserve=5.0)
    np.testing.assert_allclose(won, [[200, 0, 0]])
    assert paid[0, 0] == (2000 if rule is first_price else 1000)


@given(AUCTION, st.booleans(), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=120, deadline=None)
def test_vcg_is_brute_force_vcg(rng, whole, reserve):
    bids, looks = small_market(rng, whole)
    sale = sell(bids, looks, vcg, reserve=reserve)
    paid = sale.paid_by(bids.shape[1])[0]
    house = (looks * (sale.sponsor[0] == HOUSE)).sum() * reserve
    total = (sale.bid[0] * looks).sum() + house
    assert np.isclose(total, best_welfare(bids[0], looks, reserve))
    for bidder in range(bids.shape[1]):
        others = total - (welfare_of(sale, bidder) * looks).sum()
        harm = best_welfare(bids[0], looks, reserve, [bidder]) - others
        assert np.isclose(paid[bidder], harm, atol=1e-9)


@given(AUCTION, st.booleans(), st.sampled_from([0.0, 0.3]))
@settings(max_examples=120, deadline=None)
def test_vcg_asks_no_more_than_gsp_and_gsp_no_more_than_the_bid(rng, whole, reserve):
    bids, looks = small_market(rng, whole)
    low, middle, high = (
        sell(bids, looks, rule, reserve=reserve).paid_by(bids.shape[1])
        for rule in (vcg, gsp, first_price)
    )
    assert (low >= 0).all() and (low <= middle + 1e-9).all() and (middle <= high + 1e-9).all()
    sale = sell(bids, looks, gsp, reserve=reserve)
    assert (sale.paid[0] >= np.where(sale.sponsor[0] == HOUSE, 0.0, reserve * looks) - 1e-12).all()


@given(AUCTION)
@settings(max_examples=80, deadline=None)
def test_what_several_do_to_the_others_is_no_more_than_they_pay(rng):
    bids, looks = small_market(rng)
    bidders = bids.shape[1]
    gang = [bidder for bidder in range(bidders) if rng.random() < 0.6]
    for rule in RULES.values():
        sale = sell(bids, looks, rule, reserve=0.2)
        others = [bidder for bidder in range(bidders) if bidder not in gang]
        left = sum((welfare_of(sale, bidder) * looks).sum() for bidder in others)
        left += 0.2 * (looks * (sale.sponsor[0] == HOUSE)).sum()
        harm = best_welfare(bids[0], looks, 0.2, gang) - left
        assert harm <= sale.paid_by(bidders)[0, gang].sum() + 1e-9


@given(AUCTION, st.integers(2, 6), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_no_misreport_gains_in_vcg(rng, bidders, slots):
    """Truth is best whatever the others do: any bid, on a fine grid and at every rival's bid."""
    values = rng.uniform(0, 10, bidders)
    looks = -np.sort(-rng.uniform(0, 1, slots))
    rivals = rng.uniform(0, 10, bidders)
    tried = np.concatenate([np.linspace(0, 12, 61), rivals + 1e-6, rivals - 1e-6]).clip(0)
    bids = np.tile(rivals, (len(tried) + 1, 1))
    bids[1:, 0], bids[0, 0] = tried, values[0]
    won, paid = sell_positions(bids, looks, vcg)
    utility = values[0] * won[:, 0] - paid[:, 0]
    assert utility[1:].max() <= utility[0] + 1e-9


@given(AUCTION)
@settings(max_examples=60, deadline=None)
def test_no_misreport_gains_in_vcg_when_one_may_bid_for_every_video(rng):
    bids, looks = small_market(rng)
    truth = bids[0, 0]
    lies = rng.uniform(0, 1.5, (200, len(truth))) * rng.integers(0, 2, (200, len(truth)))
    tried = np.repeat(bids, 201, axis=0)
    tried[1:, 0] = lies
    sale = sell(tried, looks, vcg, reserve=0.1)
    mine = sale.sponsor == 0
    utility = np.where(mine, truth[sale.columns] * looks - sale.paid, 0.0).sum(axis=1)
    assert utility[1:].max() <= utility[0] + 1e-9


def test_a_misreport_that_gains_in_gsp():
    """The textbook's first bidder gets 200 * 10 - 800; the second slot would be cheaper."""
    bids = np.array([[10.0, 4.0, 2.0], [3.0, 4.0, 2.0]])
    won, paid = sell_positions(bids, np.array([200.0, 199.0]), gsp)
    truth, lie = 10 * won[:, 0] - paid[:, 0]
    assert truth == 1200 and lie == 199 * 8


@given(AUCTION, st.integers(2, 6), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_the_lowest_envy_free_bids(rng, bidders, slots):
    values = rng.uniform(0.1, 10, bidders)
    looks = -np.sort(-rng.uniform(0, 1, slots))
    bids = lowest_envy_free_bids(values, looks)
    won, paid = sell_positions(bids[None], looks, gsp)
    by_vcg = sell_positions(values[None], looks, vcg)
    np.testing.assert_allclose(won, by_vcg[0])
    np.testing.assert_allclose(paid, by_vcg[1], atol=1e-9)
    envied = values[:, None] * won[0] - paid[0]
    own = np.diag(envied)
    assert (envied <= own[:, None] + 1e-9).all(), "somebody would rather be in another's place"
    for bidder, level in product(range(bidders), np.linspace(0, 12, 25)):
        other = bids.copy()
        other[bidder] = level
        got, cost = sell_positions(other[None], looks, gsp)
        assert values[bidder] * got[0, bidder] - cost[0, bidder] <= own[bidder] + 1e-9


def test_the_textbook_equilibrium():
    bids = lowest_envy_free_bids(VALUES[0], CLICKS)
    np.testing.assert_allclose(bids, [10, 3, 2])  # 200 * 3 = 600, 100 * 2 = 200


@given(AUCTION)
@settings(max_examples=40, deadline=None)
def test_pages_are_sold_one_by_one(rng):
    bids, looks = rng.uniform(0, 1, (5, 4, 6)), np.array([1.0, 0.6, 0.3])
    for rule in RULES.values():
        together = sell(bids, looks, rule, reserve=0.5)
        for page in range(5):
            alone = sell(bids[page : page + 1], looks, rule, reserve=0.5)
            for part in ("columns", "sponsor", "bid", "paid"):
                of_many, of_one = getattr(together, part)[page], getattr(alone, part)[0]
                np.testing.assert_allclose(of_many, of_one, atol=1e-12)


def test_what_is_not_sold_goes_by_appeal_and_costs_nothing():
    bids = np.zeros((1, 2, 4))
    bids[0, 1, 2] = 0.5
    sale = sell(bids, np.ones(3), reserve=0.2, appeal=np.array([[0.1, 0.9, 0.0, 0.4]]))
    np.testing.assert_array_equal(sale.columns, [[2, 1, 3]])
    np.testing.assert_array_equal(sale.sponsor, [[1, HOUSE, HOUSE]])
    np.testing.assert_allclose(sale.paid, [[0.2, 0, 0]])


@pytest.mark.parametrize(
    ("bids", "looks", "reserve"),
    [
        (-np.ones((1, 2, 3)), [1.0], 0.0),
        (np.full((1, 2, 3), np.nan), [1.0], 0.0),
        (np.ones((2, 3)), [1.0], 0.0),
        (np.ones((1, 2, 3)), [0.5, 1.0], 0.0),
        (np.ones((1, 2, 3)), [1.0] * 4, 0.0),
        (np.ones((1, 2, 3)), [1.0, -1.0], 0.0),
        (np.ones((1, 2, 3)), [1.0], -1.0),
    ],
)
def test_what_makes_no_sense_is_refused(bids, looks, reserve):
    with pytest.raises(ValueError, match=r"bids are|looks are|reserve price"):
        sell(bids, np.array(looks), reserve=reserve)


@pytest.mark.parametrize("rule", list(auctions.RULES.values()))
@pytest.mark.parametrize("reserve", [0.0, 0.3])
def test_where_nobody_is_left_to_bid_the_house_shows_the_page(rule, reserve):
    appeal = np.array([[1.0, 5.0, 2.0, 4.0]])
    sale = auctions.sell(
        np.zeros((1, 0, 4)), np.array([1.0, 0.5]), rule, reserve=reserve, appeal=appeal
    )
    assert sale.columns.tolist() == [[1, 3]] and not sale.paid.any()
    assert (sale.sponsor == auctions.HOUSE).all()
