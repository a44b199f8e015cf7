"""Pacing spends a budget evenly; multiplicative weights keep their bound of regret."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.coordination.auctions import RULES, first_price, gsp, sell_positions, vcg
from mavrs_course.coordination.bidding import Pacing, learn_to_bid

LOOKS = np.array([1.0, 0.5])


def play(pacing, values, rule=gsp):
    """Pages one after another; when each bidder's money was gone, and what each got."""
    got, spent = np.zeros(values.shape[1]), []
    for row in values:
        won, paid = sell_positions(pacing.bids(row)[None], LOOKS, rule)
        pacing.pay(paid[0])
        got += won[0] * row
        spent.append(paid[0])
    return got, np.array(spent)


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(RULES)))
@settings(max_examples=30, deadline=None)
def test_nobody_spends_more_than_the_budget(seed, rule):
    rng = np.random.default_rng(seed)
    budget = rng.uniform(0.5, 5, 4)
    pacing = Pacing(budget, 60, step=0.3)
    _, spent = play(pacing, rng.uniform(0, 1, (60, 4)), RULES[rule])
    assert (spent.sum(axis=0) <= budget + 1e-9).all()
    np.testing.assert_allclose(pacing.left, budget - spent.sum(axis=0), atol=1e-12)


def test_a_short_budget_lasts_and_buys_more():
    values = np.random.default_rng(0).uniform(0, 1, (400, 4))
    budget = np.array([40.0, 1e6, 1e6, 1e6])
    paced, unpaced = Pacing(budget, 400), Pacing(budget, 400, step=0.0)
    (got, spent), (got_without, spent_without) = play(paced, values), play(unpaced, values)
    half = 200
    assert 0.4 < spent[:half, 0].sum() / spent[:, 0].sum() < 0.6
    assert spent_without[:half, 0].sum() > 0.99 * spent_without[:, 0].sum()
    assert got[0] > 1.1 * got_without[0]


def test_who_has_plenty_bids_its_value():
    pacing = Pacing(np.array([1e6, 1e6]), 100)
    for _ in range(50):
        np.testing.assert_array_equal(pacing.bids(np.array([0.3, 0.7])), [0.3, 0.7])
        pacing.pay(np.array([0.3, 0.5]))


@pytest.mark.parametrize("budget", [[0.0, 1.0], [-1.0]])
def test_without_money_there_is_no_pacing(budget):
    with pytest.raises(ValueError, match="budgets above 0"):
        Pacing(np.array(budget), 10)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_regret_is_within_the_bound_of_hedge(rule):
    values, looks, rounds, levels = np.array([1.0, 0.8, 0.5]), np.array([1.0, 0.6]), 400, 11
    learned = learn_to_bid(
        values, looks, rule, rounds=rounds, levels=levels, rng=np.random.default_rng(3)
    )
    for bidder in range(3):
        fixed = []
        for part in np.linspace(0, 1, levels):
            bids = learned.bids.copy()
            bids[:, bidder] = part * values[bidder]
            won, paid = sell_positions(bids, looks, rule)
            fixed.append((values[bidder] * won[:, bidder] - paid[:, bidder]).sum())
        # In expectation sqrt(T log(levels) / 2); the actions are drawn, so leave three deviations.
        allowed = values[bidder] * (np.sqrt(rounds * np.log(levels) / 2) + 1.5 * np.sqrt(rounds))
        assert max(fixed) - learned.gained[:, bidder].sum() <= allowed


def test_what_is_learned():
    values, looks = np.array([1.0, 0.8, 0.5]), np.array([1.0, 0.6])
    late = {}
    for rule in (first_price, vcg):
        learned = learn_to_bid(values, looks, rule, rounds=1500, rng=np.random.default_rng(0))
        late[rule] = learned.bids[750:]
    part = {rule: (bids / values).mean(axis=0) for rule, bids in late.items()}
    assert (part[first_price] < 0.8).all()
    assert (part[vcg] > part[first_price])[:2].all(), "the third never wins, and learns nothing"
    won, paid = sell_positions(late[first_price][:5], looks, first_price)
    assert (paid <= won * values + 1e-9).all()
