"""Values from logs, and credit: estimators and shares on cases whose answers are known."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mavrs_course.agents.feedback import credit, offpolicy
from mavrs_course.messages import NO_CLICK

seeds = st.integers(0, 2**32 - 1)

# Two videos.  The old policy shows A with 0.8, B with 0.2; the new one the other way round.
# Five shows: A A A A B, of which one A and the B were watched for 4 minutes.
REWARDS = np.array([4.0, 0.0, 0.0, 0.0, 4.0])
WEIGHTS = np.array([0.25, 0.25, 0.25, 0.25, 4.0])


def test_ips_by_hand():
    assert offpolicy.ips(REWARDS, WEIGHTS).value == pytest.approx((1 + 16) / 5)


def test_snips_by_hand():
    assert offpolicy.snips(REWARDS, WEIGHTS).value == pytest.approx(17 / 5)
    assert offpolicy.snips(REWARDS[:4], WEIGHTS[:4]).value == pytest.approx(1.0)


def test_doubly_robust_by_hand():
    # The model says 1 minute for A and 3 for B, so 0.2 * 1 + 0.8 * 3 = 2.6 for the new policy.
    predicted = np.array([1.0, 1.0, 1.0, 1.0, 3.0])
    corrections = 0.25 * (3 - 1 - 1 - 1) + 4 * 1
    found = offpolicy.doubly_robust(REWARDS, WEIGHTS, predicted, np.full(5, 2.6))
    assert found.value == pytest.approx(2.6 + corrections / 5)


def test_importance_weights_and_their_clip():
    new, old = np.array([0.2, 0.8]), np.array([0.8, 0.2])
    assert offpolicy.importance_weights(new, old) == pytest.approx([0.25, 4.0])
    assert offpolicy.importance_weights(new, old, clip=2.0) == pytest.approx([0.25, 2.0])
    with pytest.raises(ValueError, match="probability 0"):
        offpolicy.importance_weights(new, np.array([1.0, 0.0]))


def test_interval_of_ips_is_the_normal_one():
    found = offpolicy.ips(REWARDS, WEIGHTS)
    half = 1.959964 * np.std(REWARDS * WEIGHTS, ddof=1) / np.sqrt(5)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    assert found.covers(3.4) and not found.covers(found.high + 1e-9)


def test_effective_size():
    assert offpolicy.effective_size(np.ones(7)) == pytest.approx(7)
    assert offpolicy.effective_size(WEIGHTS) == pytest.approx(25 / 16.25)


rows = arrays(float, 6, elements=st.floats(0.1, 5))


@given(rows, rows, st.floats(0.1, 10), st.floats(-5, 5))
def test_snips_ignores_the_scale_of_weights_and_moves_with_rewards(rewards, weights, scale, shift):
    base = offpolicy.snips(rewards, weights)
    scaled, shifted = (
        offpolicy.snips(rewards, scale * weights),
        offpolicy.snips(rewards + shift, weights),
    )
    assert scaled.value == pytest.approx(base.value)
    assert scaled.high - scaled.low == pytest.approx(base.high - base.low, abs=1e-9)
    assert shifted.value == pytest.approx(base.value + shift)
    assert rewards.min() - 1e-9 <= base.value <= rewards.max() + 1e-9


@given(rows, rows)
def test_doubly_robust_without_a_model_is_ips_and_with_a_perfect_one_needs_no_weights(r, w):
    nothing = np.zeros_like(r)
    assert offpolicy.doubly_robust(r, w, nothing, nothing).value == pytest.approx(
        offpolicy.ips(r, w).value
    )
    assert offpolicy.doubly_robust(r, w, r, r).value == pytest.approx(r.mean())


def test_many_logs_at_once_are_judged_one_by_one():
    rng = np.random.default_rng(0)
    rewards, weights = rng.random((4, 3, 50)), rng.uniform(0.1, 3, (4, 3, 50))
    for judge in (offpolicy.ips, offpolicy.snips):
        together, alone = judge(rewards, weights), judge(rewards[2, 1], weights[2, 1])
        assert together.value.shape == (4, 3)
        assert together.low[2, 1] == pytest.approx(alone.low)


def test_cross_fitted_means_never_see_their_own_row():
    rewards, groups = np.array([[1.0, 2.0, 3.0, 6.0]]), np.array([[0, 0, 0, 1]])
    found = offpolicy.cross_fitted_means(rewards, groups, 3)
    # Rows 1 and 3 judge rows 0 and 2; group 2 was never shown and gets their mean.
    assert found[0, 0] == pytest.approx([2.0, 6.0, 4.0])
    assert found[0, 1] == pytest.approx([2.0, 2.0, 2.0])


def logs_of_two_videos(repetitions, shows, seed):
    """Rewards and weights of a policy that shows B 1 in 4 times, for one that does 3 in 4."""
    rng = np.random.default_rng(seed)
    is_b = rng.random((repetitions, shows)) < 0.25
    rewards = 4.0 * (rng.random(is_b.shape) < np.where(is_b, 0.5, 0.2))
    return rewards, np.where(is_b, 3.0, 1 / 3), 4 * (0.75 * 0.5 + 0.25 * 0.2)


def test_estimators_are_right_on_average_and_their_intervals_cover():
    rewards, weights, truth = logs_of_two_videos(2_000, 500, seed=1)
    for judge in (offpolicy.ips, offpolicy.snips):
        found = judge(rewards, weights)
        error = found.value.std() / np.sqrt(2_000)
        assert found.value.mean() == pytest.approx(truth, abs=4 * error)
        assert 0.93 <= found.covers(truth).mean() <= 0.97


# --- credit ----------------------------------------------------------------------------------

games = arrays(float, 16, elements=st.floats(-10, 10))


def shapley_by_orders(values):
    """By the definition: what each adds on joining, over all orders."""
    agents = credit.agents_of(values)
    total, orders = np.zeros(agents), list(permutations(range(agents)))
    for order in orders:
        coalition = 0
        for agent in order:
            total[agent] += values[coalition | 1 << agent] - values[coalition]
            coalition |= 1 << agent
    return total / len(orders)


def test_the_glove_game():
    # Agents 0 and 1 have a left glove, agent 2 a right one; a pair is worth 1.
    values = np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    assert credit.shapley(values) == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert credit.difference_rewards(values) == pytest.approx([0, 0, 1])


@given(games)
def test_shapley_is_its_definition(values):
    assert credit.shapley(values) == pytest.approx(shapley_by_orders(values), abs=1e-9)


@given(games)
def test_efficiency(values):
    assert credit.shapley(values).sum() == pytest.approx(values[15] - values[0], abs=1e-9)


@given(games)
def test_symmetry(values):
    """Agents 0 and 1 made interchangeable are paid alike."""
    coalitions = np.arange(16)
    swapped = coalitions & 12 | (coalitions & 1) << 1 | (coalitions & 2) >> 1
    paid = credit.shapley(values + values[swapped])
    assert paid[0] == pytest.approx(paid[1], abs=1e-9)


@given(games, st.integers(0, 3))
def test_dummy(values, agent):
    """An agent that changes no coalition gets nothing, from difference rewards too."""
    idle = values[np.arange(16) & ~(1 << agent)]
    assert credit.shapley(idle)[agent] == pytest.approx(0)
    assert credit.difference_rewards(idle)[agent] == 0


@given(games, games)
def test_additivity(one, other):
    together = credit.shapley(one + other)
    assert together == pytest.approx(credit.shapley(one) + credit.shapley(other), abs=1e-9)


@given(arrays(float, 4, elements=st.floats(-5, 5)))
def test_where_agents_only_add_up_all_shares_agree(own):
    values = np.array([sum(own[i] for i in range(4) if c >> i & 1) for c in range(16)])
    assert credit.shapley(values) == pytest.approx(own, abs=1e-9)
    assert credit.difference_rewards(values) == pytest.approx(own, abs=1e-9)


def test_many_pages_at_once():
    values = np.random.default_rng(0).random((5, 7, 16))
    assert credit.shapley(values).shape == credit.difference_rewards(values).shape == (5, 7, 4)
    assert credit.shapley(values)[3, 2] == pytest.approx(credit.shapley(values[3, 2]))


@pytest.mark.parametrize("coalitions", [0, 1, 3, 12])
def test_values_need_every_coalition(coalitions):
    with pytest.raises(ValueError, match="coalitions"):
        credit.shapley(np.zeros(coalitions))


def test_last_touch_goes_to_who_ranked_the_clicked_video_highest():
    scores = [np.array([[3.0, 2.0, 1.0]] * 3), np.array([[1.0, 2.0, 3.0]] * 3), np.zeros((3, 3))]
    columns = np.array([[0, 2], [0, 1], [0, 2]])
    paid = credit.last_touch(scores, columns, np.array([1, 1, NO_CLICK]), np.array([4.0, 3.0, 4.0]))
    # Candidate 2 is the second agent's first; all three rank candidate 1 second; no click.
    assert paid == pytest.approx(np.array([[0, 4, 0], [1, 1, 1], [0, 0, 0]]))


def test_coalition_values_by_hand():
    votes = [np.array([[1.0, 0.0, 0.5]]), np.array([[0.0, 1.0, 0.9]])]
    worth = np.array([[2.0, 0.0, 1.0]])
    values = credit.coalition_values(votes, worth, slots=1)
    # Nobody: the mean, 1 of 3.  First: 2 of 4.  Second: 0.  Both: the third, 1 of 3.
    assert values == pytest.approx(np.array([[1 / 3, 1 / 2, 0, 1 / 3]]))
    dim = credit.coalition_values(votes, worth, slots=1, examination=np.array([0.5]))
    assert dim[0, 1] == pytest.approx(1 / 3)


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_page_credit_adds_up_and_pays_an_idle_agent_nothing(seed):
    rng = np.random.default_rng(seed)
    votes = [*rng.random((3, 6, 10)), np.zeros((6, 10))]
    values = credit.coalition_values(votes, rng.uniform(0, 2, (6, 10)), slots=3)
    paid = credit.shapley(values)
    assert np.allclose(paid.sum(axis=1), values[:, 15] - values[:, 0])
    # Alone, an idle agent shows the first candidates: only there can it differ from nobody.
    assert np.allclose(credit.difference_rewards(values)[:, 3], 0)


@pytest.mark.parametrize("estimate", [offpolicy.ips, offpolicy.snips])
def test_a_log_without_overlap_says_nothing(estimate):
    rewards = np.array([[2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    weights = np.array([[0.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="says nothing"):
        estimate(rewards, weights)
    assert np.isfinite(estimate(rewards[0], weights[0]).value)
    with pytest.raises(ValueError, match="says nothing"):
        offpolicy.effective_size(weights)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -0.25])
def test_what_is_no_probability_is_refused(strange):
    fine, odd = np.array([0.5, 0.25, 0.25]), np.array([0.5, strange, 0.25])
    with pytest.raises(ValueError, match="old policy's prob"):
        offpolicy.importance_weights(fine, odd)
    with pytest.raises(ValueError, match="new policy's prob"):
        offpolicy.importance_weights(odd, fine)
    for judge in (offpolicy.ips, offpolicy.snips):
        with pytest.raises(ValueError, match="weights are finite"):
            judge(np.ones(3), odd)
    with pytest.raises(ValueError, match="above 0"):
        offpolicy.importance_weights(fine, fine, clip=np.nan)


def test_rewards_that_are_no_numbers_are_refused():
    rewards = np.array([1.0, np.nan, 0.0])
    for judge in (offpolicy.ips, offpolicy.snips):
        with pytest.raises(ValueError, match="no finite numbers"):
            judge(rewards, np.ones(3))
    with pytest.raises(ValueError, match="no finite numbers"):
        offpolicy.doubly_robust(rewards, np.ones(3), np.zeros(3), np.zeros(3))


@pytest.mark.parametrize("shown", [[0, 1, 4, 1], [0, 1, 2, -1], [0, 1, 1.5, 0], [0, np.nan, 1, 0]])
def test_a_group_that_there_is_not_is_refused(shown):
    with pytest.raises(ValueError, match="whole numbers from 0 to 3"):
        offpolicy.cross_fitted_means(np.ones(4), np.array(shown), 4)


def test_one_row_cannot_be_judged_by_the_others():
    with pytest.raises(ValueError, match="at least two"):
        offpolicy.cross_fitted_means(np.ones(1), np.zeros(1, dtype=int), 2)
