"""Voting rules against published elections, definitions and brute force over all rankings."""

from __future__ import annotations

import itertools
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from mavrs_course.coordination.consensus import kemeny, rankings
from mavrs_course.coordination.consensus import scores as averages

MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE = range(4)
TENNESSEE = [  # per cent of voters, and their ranking: whoever lives nearer is preferred
    (42, [MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE]),
    (26, [NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS]),
    (15, [CHATTANOOGA, KNOXVILLE, NASHVILLE, MEMPHIS]),
    (17, [KNOXVILLE, CHATTANOOGA, NASHVILLE, MEMPHIS]),
]


def ballots(rankings_of_voters):
    """Scores float[1, n, C] of voters who put the candidates into these orders."""
    return -np.argsort(np.array(rankings_of_voters), axis=1)[None].astype(float)


@pytest.fixture
def tennessee():
    return ballots([order for _, order in TENNESSEE]), np.array([[n for n, _ in TENNESSEE]], float)


FEW = st.integers(1, 5)


def with_ties(candidates=FEW, agents=FEW):
    shape = st.tuples(st.integers(1, 3), agents, candidates)
    return arrays(float, shape, elements=st.integers(0, 4).map(float))


def test_the_capital_of_tennessee(tennessee):
    scores, weights = tennessee
    assert rankings.plurality(scores, weights)[0].argmax() == MEMPHIS
    assert rankings.borda(scores, weights)[0].tolist() == [126, 194, 173, 107]
    preferred = rankings.pairwise(scores, weights)
    assert rankings.condorcet_winner(preferred).tolist() == [NASHVILLE]
    best = [[NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS]]
    for order in (kemeny.kemeny(preferred), kemeny.by_sets(preferred)):
        assert order.tolist() == best
    assert kemeny.by_programming(preferred[0]).tolist() == best[0]
    assert kemeny.disagreements(np.array(best), preferred).tolist() == [207]
    agreements = kemeny.disagreements(np.array(best)[:, ::-1], preferred)
    assert agreements.tolist() == [393]
    for rule in (rankings.copeland, rankings.schulze):
        assert (-rule(preferred)[0]).argsort().tolist() == best[0]


def test_reciprocal_rank_fusion_of_abc_bca_bad():
    """C and D are missing from some lists, which then give them no points."""
    lists = ["ABC", "BCA", "BAD"]
    fused = dict.fromkeys("ABCD", 0.0)
    for ranked in lists:
        scores = ballots([list(range(len(ranked)))])
        for letter, points in zip(ranked, rankings.reciprocal_rank_fusion(scores)[0], strict=True):
            fused[letter] += points
    assert fused["B"] == pytest.approx(0.0489159, abs=5e-8)
    assert fused["A"] == pytest.approx(0.0483955, abs=5e-8)


def test_a_condorcet_cycle_has_no_winner_and_everybody_ties():
    preferred = rankings.pairwise(ballots([[0, 1, 2], [1, 2, 0], [2, 0, 1]]))
    assert rankings.condorcet_winner(preferred).tolist() == [rankings.NOBODY]
    assert np.ptp(rankings.copeland(preferred)) == 0
    assert np.ptp(rankings.schulze(preferred)) == 0
    orders = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]])
    counts = kemeny.disagreements(orders, np.repeat(preferred, 4, axis=0))
    assert counts.tolist() == [4, 4, 4, 5]


def test_schulzes_own_example_of_45_voters():
    """The first example of Schulze's paper: 45 voters, and the ranking E > A > C > B > D."""
    voters = [(5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"),
              (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")]  # fmt: skip
    scores = ballots([["ABCDE".index(letter) for letter in order] for _, order in voters])
    preferred = rankings.pairwise(scores, np.array([[n for n, _ in voters]], float))
    ranked = "".join("ABCDE"[i] for i in (-rankings.schulze(preferred)[0]).argsort())
    assert ranked == "EACBD"


@given(with_ties())
def test_places_are_scipys_average_ranks(scores):
    np.testing.assert_allclose(rankings.places(scores), rankdata(-scores, axis=2))


@given(with_ties())
def test_points_add_up_and_follow_the_pairs(scores):
    _, agents, candidates = scores.shape
    np.testing.assert_allclose(rankings.plurality(scores).sum(axis=1), agents)
    borda = rankings.borda(scores)
    np.testing.assert_allclose(borda.sum(axis=1), agents * candidates * (candidates - 1) / 2)
    preferred = rankings.pairwise(scores)
    net = rankings.margins(preferred).sum(axis=2)
    np.testing.assert_allclose(2 * borda - agents * (candidates - 1), net)
    for i in range(candidates):
        for j in range(candidates):
            above = (scores[:, :, i] > scores[:, :, j]).sum(axis=1)
            np.testing.assert_array_equal(preferred[:, i, j], above)


RULES = {
    "plurality": rankings.plurality,
    "borda": rankings.borda,
    "rrf": rankings.reciprocal_rank_fusion,
    "copeland": lambda s, w=None: rankings.copeland(rankings.pairwise(s, w)),
    "schulze": lambda s, w=None: rankings.schulze(rankings.pairwise(s, w)),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(scores=with_ties(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_no_rule_cares_for_names_numbers_or_volume(rule, scores, seed):
    rng = np.random.default_rng(seed)
    _, agents, candidates = scores.shape
    result = rule(scores)
    numbering, seats = rng.permutation(candidates), rng.permutation(agents)
    np.testing.assert_allclose(rule(scores[:, :, numbering]), result[:, numbering])
    np.testing.assert_allclose(rule(scores[:, seats]), result)
    louder = scores * rng.choice([1.0, 10.0, 1000.0], agents)[:, None] + rng.normal()
    np.testing.assert_allclose(rule(louder), result)
    twice = rule(scores, np.full(scores.shape[:2], 2.0))
    doubled = rule(np.concatenate([scores, scores], axis=1))
    np.testing.assert_allclose(twice, doubled)
    heard = np.append(np.ones(agents), 0.0)
    with_a_mute = np.concatenate([scores, rng.random((len(scores), 1, candidates))], axis=1)
    np.testing.assert_allclose(rule(with_a_mute, np.tile(heard, (len(scores), 1))), result)


def widest_paths(margin):
    """Over all simple paths: the definition."""
    candidates = len(margin)
    best = np.zeros(margin.shape)
    for size in range(2, candidates + 1):
        for path in permutations(range(candidates), size):
            weakest = min(margin[a, b] for a, b in itertools.pairwise(path))
            best[path[0], path[-1]] = max(best[path[0], path[-1]], weakest)
    return best


@given(with_ties(st.integers(2, 5)))
@settings(max_examples=60, deadline=None)
def test_strongest_paths_are_the_best_of_all_paths(scores):
    preferred = rankings.pairwise(scores)
    found = rankings.strongest_paths(preferred)
    for page, margin in enumerate(rankings.margins(preferred)):
        np.testing.assert_array_equal(found[page], widest_paths(margin))
    strength = rankings.schulze(preferred)
    beats = found > found.transpose(0, 2, 1)
    above = strength[:, :, None] > strength[:, None, :]
    assert above[beats].all(), "who beats another stands above it"
    np.testing.assert_array_equal(strength == 0, ~beats.any(axis=1))  # winners: beaten by nobody


@given(with_ties(st.integers(1, 5)))
@settings(max_examples=60, deadline=None)
def test_kemeny_is_the_best_of_all_rankings_however_it_is_found(scores):
    preferred = rankings.pairwise(scores)
    pages, candidates = len(scores), scores.shape[2]
    every = np.array(list(permutations(range(candidates))))
    costs = np.array([kemeny.disagreements(np.tile(o, (pages, 1)), preferred) for o in every])
    assert (kemeny.fewest_thinkable(preferred) <= costs.min(axis=0) + 1e-9).all()
    by_sets = kemeny.by_sets(preferred)
    np.testing.assert_array_equal(by_sets, every[costs.argmin(axis=0)])  # the first of the best
    for order in (by_sets, kemeny.kemeny(preferred),
                  [kemeny.by_programming(page) for page in preferred]):  # fmt: skip
        cost = kemeny.disagreements(np.array(order), preferred)
        np.testing.assert_allclose(cost, costs.min(axis=0))


def test_disagreements_count_pairs_of_an_agent_and_two_candidates():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 4, (1, 7, 6)).astype(float)
    order = rng.permutation(6)
    count = sum(
        ballot[below] > ballot[above]
        for ballot in scores[0]
        for above, below in combinations(order, 2)
    )
    assert kemeny.disagreements(order[None], rankings.pairwise(scores)).tolist() == [count]


def test_nothing_that_moves_one_candidate_improves_a_local_search():
    rng = np.random.default_rng(1)
    preferred = rankings.pairwise(rng.random((20, 5, 9)))
    order = kemeny.local_search(preferred, np.tile(np.arange(9), (20, 1)))
    reached = kemeny.disagreements(order, preferred)
    for source in range(9):
        for target in range(9):
            moved = np.insert(np.delete(order, source, 1).T, target, order[:, source], 0).T
            assert (kemeny.disagreements(moved, preferred) >= reached - 1e-9).all()
    exact = kemeny.disagreements(kemeny.by_sets(preferred), preferred)
    assert (reached >= exact).all() and reached.sum() <= 1.02 * exact.sum()


def test_integer_programming_agrees_where_brute_force_can_no_longer():
    rng = np.random.default_rng(2)
    preferred = rankings.pairwise(rng.random((3, 5, 11)))
    for page, by_sets in zip(preferred, kemeny.by_sets(preferred), strict=True):
        programmed = kemeny.by_programming(page)
        orders = np.array([programmed, by_sets])
        costs = kemeny.disagreements(orders, np.array([page, page]))
        assert costs[0] == costs[1]


def test_three_voters_and_three_candidates_have_no_winner_in_one_election_of_eighteen():
    """Counted over all 6 x 6 x 6 elections: 12 of 216."""
    every = list(permutations(range(3)))
    elections = np.array([[a, b, c] for a in every for b in every for c in every])
    preferred = rankings.pairwise(-elections.argsort(axis=2).astype(float))
    assert (rankings.condorcet_winner(preferred) == rankings.NOBODY).sum() == 12


@given(with_ties(st.integers(2, 5), st.integers(1, 6)), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_whoever_beats_everybody_wins_by_copeland_schulze_and_kemeny(scores, seed):
    preferred = rankings.pairwise(scores)
    winner = rankings.condorcet_winner(preferred)
    for page in np.flatnonzero(winner >= 0):
        one = preferred[page : page + 1]
        for joint in (rankings.copeland(one)[0], rankings.schulze(one)[0]):
            assert (np.delete(joint, winner[page]) < joint[winner[page]]).all()
        assert kemeny.kemeny(one)[0, 0] == winner[page]


def test_rrf_refuses_a_negative_k():
    with pytest.raises(ValueError, match="k of at least 0, not -1"):
        rankings.reciprocal_rank_fusion(ballots([[0, 1]]), k=-1)


RULES = {
    "plurality": rankings.plurality,
    "borda": rankings.borda,
    "rrf": rankings.reciprocal_rank_fusion,
    "copeland": lambda scores: rankings.copeland(rankings.pairwise(scores)),
    "schulze": lambda scores: rankings.schulze(rankings.pairwise(scores)),
}


@pytest.mark.parametrize("rule", RULES)
@given(with_ties(candidates=st.integers(2, 5)), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_whom_nobody_rated_is_above_nobody(rule, scores, seed):
    rng = np.random.default_rng(seed)
    scores = np.where(rng.random(scores.shape) < 0.4, np.nan, scores)
    unrated = int(rng.integers(scores.shape[2]))
    scores[:, :, unrated] = np.nan
    points = RULES[rule](scores)
    assert np.isfinite(points).all()
    assert (points >= points[:, [unrated]] - 1e-12).all()


def test_short_ballots_by_hand():
    nan = np.nan
    scores = np.array([[[nan, 5, nan, 1], [nan, 2, 3, nan], [nan, nan, nan, nan]]])
    places = rankings.places(scores)[0]
    assert places.tolist() == [[3.5, 1, 3.5, 2], [3.5, 2, 1, 3.5], [2.5] * 4]
    assert rankings.plurality(scores)[0].tolist() == [0, 1, 1, 0]
    assert rankings.borda(scores)[0].sum() == 3 * 6  # each ballot has as many points as ever
    preferred = rankings.pairwise(scores)
    assert preferred[0, 1].tolist() == [2, 0, 1, 2]
    assert rankings.condorcet_winner(preferred[:, [[1], [3]], [1, 3]]).tolist() == [0]


def test_weights_and_counts_that_are_no_numbers_are_refused():
    scores = ballots([[0, 1, 2], [1, 0, 2]])
    for weights in ([[1.0, np.nan]], [[np.inf, 1.0]], [[-1.0, 1.0]]):
        with pytest.raises(ValueError, match="weights of agents"):
            rankings.borda(scores, np.array(weights))
    with pytest.raises(ValueError, match="NaN"):
        rankings.condorcet_winner(np.full((1, 3, 3), np.nan))


def test_no_average_is_made_of_a_vote_that_is_no_number():
    votes = np.array([[[0.2, 0.9], [0.1, np.nan], [0.4, 0.3]]])
    for rule in (averages.mean, averages.median, lambda v, h=None: averages.trimmed_mean(v, 1, h)):
        with pytest.raises(ValueError, match="NaN"):
            rule(votes)
        assert np.isfinite(rule(votes, np.array([[True, False, True]]))).all()
