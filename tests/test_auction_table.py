"""The auction table: what it shows is what the auction says."""

import numpy as np

from mavrs_course.coordination.auctions import gsp, vcg
from mavrs_course.widgets.auction_table import VALUES, AuctionTable, utilities


def test_the_textbook_is_where_it_starts():
    table = AuctionTable()
    assert table.kept(gsp) == 200 * 10 - 800
    assert table.kept(vcg) == 200 * 10 - 600
    assert "<b>GSP</b>: you keep 1,200" in table.table.value
    assert "<b>VCG</b>: you keep 1,400" in table.table.value


def test_a_lower_bid_changes_slots_payments_and_the_picture():
    table = AuctionTable()
    shown, drawn = table.table.value, table.picture.value
    table.bid.value = 3.0
    assert table.table.value != shown and table.picture.value != drawn
    assert table.kept(gsp) == 100 * (10 - 2)


def test_lying_pays_in_gsp_once_the_second_slot_is_good_enough_and_never_in_vcg():
    table = AuctionTable()
    table.bid.value = 3.0
    for second in range(0, 201, 10):
        table.second.value = second
        truth = [utilities(VALUES, table.clicks, 0, VALUES[:1], rule)[0] for rule in (gsp, vcg)]
        assert (table.kept(gsp) > truth[0]) == (second > 150)
        assert table.kept(vcg) <= truth[1]


def test_telling_the_truth_and_changing_seats():
    table = AuctionTable()
    table.bid.value = 1.0
    table.truth.click()
    assert table.bid.value == 10.0
    table.who.value = 2
    assert table.bid.value == 2.0 and table.kept(gsp) == 0.0


def test_every_bid_in_every_seat_is_drawn_without_a_hitch():
    table = AuctionTable()
    for who in range(3):
        table.who.value = who
        for second in (0, 200):
            table.second.value = second
            for bid in np.linspace(0, 12, 7):
                table.bid.value = bid
                assert "nan" not in table.picture.value + table.table.value
