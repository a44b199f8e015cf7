"""Peers on a graph: rates and bounds against closed forms, numpy, and lists of all states."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from mavrs_course.coordination.peer_to_peer import (
    averaging,
    belief_propagation,
    gossip,
    negotiation,
    push_sum,
    topologies,
    trimming,
)

SEEDS = st.integers(0, 2**32 - 1)


def connected(peers: int, seed: int) -> nx.Graph:
    """A random tree with random links on top."""
    rng = np.random.default_rng(seed)
    graph = nx.empty_graph(peers)
    graph.add_edges_from((int(rng.integers(n)), n) for n in range(1, peers))
    pairs = itertools.combinations(range(peers), 2)
    graph.add_edges_from(pair for pair in pairs if rng.random() < 0.25)
    return graph


# --- topologies ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", topologies.TOPOLOGIES)
@pytest.mark.parametrize("peers", [1, 2, 3, 4, 5, 7, 16, 33])
def test_every_topology_connects_any_number_of_peers(name, peers):
    graph = topologies.topology(name, peers, np.random.default_rng(1))
    assert sorted(graph) == list(range(peers))
    assert nx.is_strongly_connected(graph) if graph.is_directed() else nx.is_connected(graph)
    again = topologies.topology(name, peers, np.random.default_rng(1))
    assert set(graph.edges) == set(again.edges)


def test_wrong_topologies_are_refused():
    with pytest.raises(ValueError, match="no topology 'moon'"):
        topologies.topology("moon", 4)
    with pytest.raises(ValueError, match="at least one peer"):
        topologies.topology("ring", 0)


def slow_robustness(graph: nx.Graph, r: int, s: int) -> bool:
    """The definition, read aloud."""
    peers = list(graph)
    sets = [
        set(chosen)
        for size in range(1, len(peers) + 1)
        for chosen in itertools.combinations(peers, size)
    ]

    def reach(group):
        return sum(len(set(graph.predecessors(i)) - group) >= r for i in group)

    return all(
        reach(one) == len(one) or reach(two) == len(two) or reach(one) + reach(two) >= s
        for one, two in itertools.combinations(sets, 2)
        if not one & two
    )


@given(peers=st.integers(2, 6), seed=SEEDS, r=st.integers(1, 3), s=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_robustness_follows_its_definition(peers, seed, r, s):
    graph = nx.gnp_random_graph(peers, 0.6, seed=seed % 10_000, directed=True)
    assert topologies.is_robust(graph, r, s) == slow_robustness(graph, r, s)


@pytest.mark.parametrize("peers", range(2, 10))
def test_a_complete_graph_is_half_of_its_peers_robust(peers):
    half = (peers + 1) // 2
    assert topologies.is_robust(nx.complete_graph(peers), half)
    assert not topologies.is_robust(nx.complete_graph(peers), half + 1)


def test_a_ring_is_robust_against_nobody():
    assert topologies.is_robust(nx.cycle_graph(8), 1)
    assert not topologies.is_robust(nx.cycle_graph(8), 2)


@given(peers=st.integers(5, 10), seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_grown_graph_is_as_robust_as_it_says(peers, seed):
    graph = topologies.robust(peers, np.random.default_rng(seed), liars=1)
    assert topologies.is_robust(graph, 3)
    assert topologies.is_robust(graph, 2, 2)


def test_robustness_of_many_peers_is_not_asked_for():
    with pytest.raises(ValueError, match="up to 12"):
        topologies.is_robust(nx.complete_graph(13), 2)


# --- averaging -------------------------------------------------------------------------------


@pytest.mark.parametrize("peers", [3, 4, 5, 8, 20, 51])
def test_the_ring_has_weights_of_a_third_and_the_known_second_eigenvalue(peers):
    weights = averaging.metropolis_weights(topologies.ring(peers))
    assert np.allclose(weights[weights > 0], 1 / 3)
    known = (1 + 2 * np.cos(2 * np.pi / peers)) / 3
    assert averaging.ring_second_eigenvalue(peers) == pytest.approx(known)
    assert averaging.convergence_factor(weights) == pytest.approx(known, abs=1e-12)
    assert linalg.eigvalsh(weights)[-2] == pytest.approx(known, abs=1e-12)


@given(peers=st.integers(2, 14), seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_metropolis_weights_keep_the_mean_and_shrink_by_the_factor(peers, seed):
    weights = averaging.metropolis_weights(connected(peers, seed))
    assert np.allclose(weights.sum(axis=0), 1) and np.allclose(weights.sum(axis=1), 1)
    assert (weights >= -1e-12).all()
    values = np.random.default_rng(seed).normal(size=(peers, 2, 3))
    history = averaging.average_rounds(values, weights, 8)
    assert np.allclose(history.mean(axis=1), values.mean(axis=0))
    factor = averaging.convergence_factor(weights)
    assert factor < 1
    for before, after in itertools.pairwise(map(averaging.disagreement, history)):
        assert after <= factor * before + 1e-12


@given(peers=st.integers(2, 14), seed=SEEDS, tolerance=st.floats(0.001, 0.9))
@settings(max_examples=30, deadline=None)
def test_the_rounds_needed_are_enough_and_for_the_slowest_values_no_more(peers, seed, tolerance):
    weights = averaging.metropolis_weights(connected(peers, seed))
    rounds = averaging.rounds_needed(weights, tolerance)
    size, vectors = np.linalg.eigh(weights - 1 / peers)
    slowest = vectors[:, np.abs(size).argmax()]
    left = averaging.disagreement(averaging.average_rounds(slowest, weights, rounds)[-1])
    start = averaging.disagreement(slowest)
    assert left <= tolerance * start * (1 + 1e-6) + 1e-12
    if rounds > 1:
        earlier = averaging.average_rounds(slowest, weights, rounds - 1)[-1]
        assert averaging.disagreement(earlier) > tolerance * start * (1 - 1e-6)


def test_a_graph_in_parts_never_agrees():
    weights = averaging.metropolis_weights(nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(4)))
    assert averaging.convergence_factor(weights) == pytest.approx(1)
    assert averaging.rounds_needed(weights, 0.1, most=77) == 77


def test_one_way_links_are_refused_and_so_is_a_senseless_tolerance():
    with pytest.raises(ValueError, match="both ways"):
        averaging.metropolis_weights(topologies.topology("directed", 6))
    with pytest.raises(ValueError, match="between 0 and 1"):
        averaging.rounds_needed(np.eye(2), 1.0)


def test_everybody_ends_up_with_the_one_who_never_gives_way():
    weights = averaging.metropolis_weights(topologies.ring(6))
    weights = averaging.with_stubborn(weights, np.arange(6) == 2)
    values = np.arange(6.0)
    assert np.allclose(averaging.average_rounds(values, weights, 400)[-1], 2.0)


# --- gossip ----------------------------------------------------------------------------------


def test_twenty_peers_contract_the_expected_squared_error_by_94737():
    assert gossip.gossip_contraction(nx.complete_graph(20)) == pytest.approx(0.94737, abs=5e-6)
    values = np.random.default_rng(3).normal(size=20)
    error = ((values - values.mean()) ** 2).sum()
    left = []
    for one, other in itertools.combinations(range(20), 2):
        held = gossip.gossip(values, [(one, other)])
        left.append(((held - held.mean()) ** 2).sum())
    assert np.mean(left) / error == pytest.approx(18 / 19, abs=1e-12)


@given(peers=st.integers(2, 9), seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_expected_squared_error_never_shrinks_less_than_promised(peers, seed):
    graph = connected(peers, seed)
    adjacency = topologies.hears(graph)
    values = np.random.default_rng(seed).normal(size=peers)
    centred = values - values.mean()
    left = 0.0
    for one, other in np.argwhere(adjacency):
        chance = 1 / peers / adjacency[one].sum()
        left += chance * (gossip.gossip(centred, [(one, other)]) ** 2).sum()
    assert left <= gossip.gossip_contraction(graph) * (centred**2).sum() + 1e-9


def test_meetings_are_between_neighbours_and_as_frequent_as_expected():
    graph = topologies.topology("star", 5)
    meetings = gossip.draw_meetings(graph, 20_000, np.random.default_rng(0))
    assert all(graph.has_edge(one, other) for one, other in meetings[:200])
    mean = np.zeros((5, 5))
    for one, other in meetings:
        step = np.eye(5)
        step[[one, one, other, other], [one, other, one, other]] = 0.5
        mean += step / len(meetings)
    assert np.allclose(mean, gossip.expected_meeting(graph), atol=0.01)


def test_gossip_keeps_the_mean_and_stubborn_peers_keep_their_word():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(7, 3))
    meetings = gossip.draw_meetings(nx.complete_graph(7), 300, rng)
    held = gossip.gossip(values, meetings)
    assert np.allclose(held, values.mean(axis=0), atol=1e-4)
    held = gossip.gossip(values, meetings, np.arange(7) == 4)
    assert np.array_equal(held[4], values[4]) and np.allclose(held, values[4], atol=0.01)


def test_lonely_peers_never_meet():
    assert gossip.draw_meetings(nx.empty_graph(3), 5, np.random.default_rng(0)).shape == (0, 2)
    assert gossip.gossip_contraction(nx.empty_graph(1)) == 0.0
    assert gossip.meetings_needed(nx.complete_graph(2), 0.1) == 1


# --- push-sum --------------------------------------------------------------------------------


@given(peers=st.integers(2, 12), seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_push_sum_finds_the_mean_where_averaging_does_not(peers, seed):
    rng = np.random.default_rng(seed)
    shares = push_sum.sharing_weights(topologies.directed(peers, rng))
    values = rng.normal(size=(peers, 2))
    assert np.allclose(shares.sum(axis=0), 1)
    estimates, weight = push_sum.push_sum(values, shares, 400)
    assert weight.sum() == pytest.approx(peers)
    assert np.allclose(estimates, values.mean(axis=0), atol=1e-6)
    assert np.allclose((estimates * weight[:, None]).sum(axis=0), values.sum(axis=0))


def test_averaging_what_is_heard_on_one_way_links_finds_another_number():
    graph = nx.DiGraph([(0, 1), (1, 2), (2, 0), (0, 2)])
    heard = topologies.hears(graph) | np.eye(3, dtype=bool)
    rows = heard / heard.sum(axis=1, keepdims=True)
    values = np.array([3.0, 0.0, 0.0])
    settled = averaging.average_rounds(values, rows, 200)[-1]
    assert np.ptp(settled) < 1e-9 and abs(settled[0] - 1.0) > 0.1
    assert np.allclose(push_sum.push_sum(values, push_sum.sharing_weights(graph), 200)[0], 1.0)


def test_shares_that_lose_mass_are_refused():
    with pytest.raises(ValueError, match="columns sum to one"):
        push_sum.push_sum(np.ones(2), np.array([[0.5, 0.5], [0.4, 0.5]]), 3)


# --- trimming --------------------------------------------------------------------------------


def slow_trimmed_mean(own: float, heard: list[float], liars: int) -> float:
    above = sorted((v for v in heard if v > own), reverse=True)[liars:]
    below = sorted(v for v in heard if v < own)[liars:]
    return float(np.mean([own, *above, *below, *(v for v in heard if v == own)]))


@given(
    own=st.integers(-3, 3),
    heard=st.lists(st.integers(-5, 5), max_size=9),
    liars=st.integers(0, 3),
)
@settings(max_examples=200, deadline=None)
def test_the_trimmed_mean_follows_its_definition(own, heard, liars):
    got = trimming.trimmed_mean(np.float64(own), np.array(heard, dtype=float), liars)
    assert got == pytest.approx(slow_trimmed_mean(own, heard, liars))


def lying(values, liars, seed):
    """Announcements in which the liars say something wild and new in every round."""
    rng = np.random.default_rng(seed)

    def announce(number, held):
        said = held.copy()
        said[liars] = rng.normal(0, 100, (len(liars), *held.shape[1:]))
        return said

    return announce


@given(peers=st.integers(4, 12), seed=SEEDS, liars=st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_liars_up_to_the_number_never_move_the_honest_out_of_their_range(peers, seed, liars):
    rng = np.random.default_rng(seed)
    hears = topologies.hears(connected(peers, seed))
    values = rng.normal(size=(peers, 3))
    who = rng.choice(peers, min(liars, peers - 1), replace=False)
    honest = np.setdiff1d(np.arange(peers), who)
    history = trimming.trimmed_rounds(values, hears, liars, 15, lying(values, who, seed))
    low, high = values[honest].min(axis=0), values[honest].max(axis=0)
    assert (history[:, honest] >= low - 1e-12).all() and (history[:, honest] <= high + 1e-12).all()


@given(peers=st.integers(5, 12), seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_on_a_robust_graph_the_honest_agree(peers, seed):
    rng = np.random.default_rng(seed)
    hears = topologies.hears(topologies.robust(peers, rng, liars=1))
    values, who = rng.normal(size=(peers, 2)), rng.integers(peers, size=1)
    honest = np.setdiff1d(np.arange(peers), who)
    history = trimming.trimmed_rounds(values, hears, 1, 300, lying(values, who, seed))
    assert np.ptp(history[-1][honest], axis=0).max() < 1e-3


def test_on_a_graph_that_is_not_robust_they_need_not():
    """Two groups of four, in which everybody hears one of the other group: it is always trimmed."""
    graph = nx.disjoint_union(nx.complete_graph(4), nx.complete_graph(4))
    graph.add_edges_from((n, n + 4) for n in range(4))
    assert not topologies.is_robust(graph, 2, 2) and nx.node_connectivity(graph) == 4
    values = np.repeat([0.0, 1.0], 4)
    history = trimming.trimmed_rounds(values, topologies.hears(graph), 1, 500)
    assert np.array_equal(history[-1], values)


def test_beyond_the_number_a_liar_more_leads_everybody_away():
    hears = topologies.hears(nx.complete_graph(9))
    values = np.linspace(0, 1, 9)
    for liars, led_away in ((2, False), (3, True)):
        who = np.arange(liars)

        def announce(number, held, who=who):
            said = held.copy()
            said[who] = 10.0
            return said

        honest = np.arange(liars, 9)
        end = trimming.trimmed_rounds(values, hears, 2, 300, announce)[-1][honest]
        assert (end.max() > 1.0 + 1e-9) == led_away


# --- belief propagation ----------------------------------------------------------------------


@given(peers=st.integers(1, 9), seed=SEEDS, coupling=st.floats(0, 2), data=st.data())
@settings(max_examples=50, deadline=None)
def test_beliefs_on_trees_are_exact(peers, seed, coupling, data):
    rng = np.random.default_rng(seed)
    tree = nx.empty_graph(peers)
    tree.add_edges_from((int(rng.integers(n)), n) for n in range(1, peers))
    evidence = rng.normal(0, 2, peers)
    exact = belief_propagation.exact_log_odds(evidence, tree, coupling)
    root = data.draw(st.integers(0, peers - 1))
    swept = belief_propagation.propagate_on_tree(evidence, tree, coupling, root)
    assert np.allclose(swept, exact, atol=1e-6)
    wide = nx.diameter(tree) if peers > 1 else 0
    rounds = belief_propagation.propagate_in_rounds(evidence, tree, coupling, wide)
    assert np.allclose(rounds[-1], exact, atol=1e-6)


def test_on_a_circle_evidence_is_counted_more_than_once():
    evidence = np.array([1.0, 0.0, 0.0])
    ring = nx.cycle_graph(3)
    exact = belief_propagation.exact_log_odds(evidence, ring, 0.8)
    loopy = belief_propagation.propagate_in_rounds(evidence, ring, 0.8, 200)[-1]
    assert (loopy > exact + 0.2).all()


@given(peers=st.integers(2, 9), seed=SEEDS, coupling=st.floats(0.1, 2))
@settings(max_examples=40, deadline=None)
def test_a_liar_moves_a_belief_by_at_most_four_times_the_coupling_a_link(peers, seed, coupling):
    rng = np.random.default_rng(seed)
    tree = nx.empty_graph(peers)
    tree.add_edges_from((int(rng.integers(n)), n) for n in range(1, peers))
    honest = rng.normal(0, 2, peers)
    lied = honest.copy()
    lied[-1] = rng.choice([-1e6, 1e6])
    before = belief_propagation.propagate_on_tree(honest, tree, coupling)
    after = belief_propagation.propagate_on_tree(lied, tree, coupling)
    assert (np.abs(after - before)[:-1] <= 4 * coupling + 1e-9).all()


def test_what_beliefs_cannot_do_is_said():
    with pytest.raises(ValueError, match="tree only"):
        belief_propagation.propagate_on_tree(np.zeros(3), nx.cycle_graph(3), 1.0)
    with pytest.raises(ValueError, match="too many"):
        belief_propagation.exact_log_odds(np.zeros(17), nx.path_graph(17), 1.0)


# --- negotiation -----------------------------------------------------------------------------


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_long_talks_tend_to_rubinsteins_share(patience, other):
    share = negotiation.rubinstein_share(patience, other)
    assert share == pytest.approx((1 - other) / (1 - patience * other))
    assert negotiation.rubinstein_share(patience, patience) == pytest.approx(1 / (1 + patience))
    finite = negotiation.backward_induction(patience, other, 400)
    assert finite[0] == 1 and finite[-1] == pytest.approx(share, abs=1e-6)
    # Nobody gains by waiting a round: what is left to the other is what it would get as proposer.
    theirs = negotiation.rubinstein_share(other, patience)
    assert 1 - share == pytest.approx(other * theirs)


def test_three_rounds_by_hand():
    # The last to propose takes all; patience 1/2 and 1/4: 1, then 1 - 1/4, then 1 - 1/4 (1 - 1/2)
    shares = negotiation.backward_induction(0.5, 0.25, 3)
    assert np.allclose(shares, [1.0, 0.75, 1 - 0.25 * 0.5])
    with pytest.raises(ValueError, match="patience"):
        negotiation.rubinstein_share(1.0, 0.5)


@given(seed=SEEDS, peers=st.integers(2, 8), refusals=st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_agreed_pages_are_worth_their_patience_to_all_but_twice_the_refusals(seed, peers, refusals):
    rng = np.random.default_rng(seed)
    refusals = min(refusals, (peers - 1) // 2)
    votes = rng.random((6, peers, 7))
    stubborn = np.arange(peers) < refusals
    deal = negotiation.alternating_offers(
        votes, 3, rng.permutation(peers), quorum=peers - refusals, stubborn=stubborn, most=60
    )
    assert deal.agreed.all()
    best = -np.sort(-votes, axis=2)[:, :, :3].sum(axis=2)
    worth = np.take_along_axis(votes, deal.columns[:, None, :], axis=2).sum(axis=2)
    content = worth >= 0.9 ** (deal.rounds[:, None] - 1) * best - 1e-9
    assert (content[:, ~stubborn].sum(axis=1) >= peers - 2 * refusals).all()


def test_talks_without_end_show_what_most_accepted_and_say_that_there_was_no_deal():
    votes = np.eye(3)[None]
    deal = negotiation.alternating_offers(votes, 1, np.arange(3), quorum=3, most=2, patience=0.99)
    assert not deal.agreed[0] and deal.rounds[0] == 2


def test_the_largest_numbers_there_are_leave_no_trace():
    heard = np.array([0.2, 0.4, 1e300, np.finfo(float).max])
    assert trimming.trimmed_mean(np.float64(0.3), heard, 2) == pytest.approx(0.35)
    held = trimming.trimmed_mean(np.array([0.3]), -heard[:, None], 1)
    assert held[0] < -1e299  # one liar more than was allowed for
