"""Consensus: what liars can and can't do, what clicks teach, and two rounds of talk."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
import strange_agents as strange
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.optimize import minimize

from mavrs_course.coordination.consensus import coordinators, feedback, kemeny, rankings, scores
from mavrs_course.coordination.consensus.coordinators import MODES
from mavrs_course.coordination.consensus.deliberation import yielding
from mavrs_course.coordination.modes import modes
from mavrs_course.messages import Feedback, Opinion, Request

RNG = np.random.default_rng(0)


class Scripted:
    """Says what it was given, for as many pages as it was given for."""

    def __init__(self, name, page_scores, confidence=0.5):
        self.name, self.scores, self.confidence = name, np.asarray(page_scores, float), confidence

    def opine(self, request):
        return Opinion(self.name, self.scores, np.full(len(request), self.confidence))

    def learn(self, feedback):
        pass


def page_of(way, opinions, slots=1, **options):
    """The page that a way makes of opinions float[n, C], as column numbers."""
    agents = [
        Scripted(f"agent {n}", row[None]) for n, row in enumerate(np.asarray(opinions, float))
    ]
    request = Request(np.zeros(1, int), np.arange(agents[0].scores.shape[1])[None], slots)
    return way(agents, **options).recommend(request).videos[0].tolist()


# --- averages -------------------------------------------------------------------------------------


def test_trimmed_means_are_scipys():
    votes = RNG.random((6, 9, 5))
    for liars in range(5):
        expected = stats.trim_mean(votes, liars / 9 + 1e-9, axis=1)
        np.testing.assert_allclose(scores.trimmed_mean(votes, liars), expected)
    np.testing.assert_allclose(scores.median(votes), np.median(votes, axis=1))
    np.testing.assert_allclose(scores.mean(votes), votes.mean(axis=1))


@given(
    arrays(float, (3, 7, 4), elements=st.floats(-5, 5)),
    arrays(bool, (3, 7)),
    st.integers(0, 5),
)
def test_who_was_not_heard_is_as_if_absent(votes, heard, liars):
    trimmed, middle = scores.trimmed_mean(votes, liars, heard), scores.median(votes, heard)
    for page in range(3):
        there = votes[page][heard[page]][None]
        if not len(there[0]):
            assert (trimmed[page] == 0).all() and (middle[page] == 0).all()
            continue
        np.testing.assert_allclose(trimmed[page], scores.trimmed_mean(there, liars)[0], atol=1e-12)
        np.testing.assert_allclose(middle[page], np.median(there[0], axis=0), atol=1e-12)


@given(
    honest=st.integers(1, 5),
    liars=st.integers(0, 4),
    seed=st.integers(0, 999),
    size=st.sampled_from([1.0, 1e3, 1e12]),
)
def test_up_to_f_liars_leave_the_result_among_honest_votes(honest, liars, seed, size):
    rng = np.random.default_rng(seed)
    good, bad = rng.random((4, honest, 6)), rng.normal(0, size, (4, liars, 6))
    votes = rng.permuted(np.concatenate([good, bad], axis=1), axis=1)
    low, high = good.min(axis=1) - 1e-9, good.max(axis=1) + 1e-9
    if honest > liars:
        for joint in (scores.trimmed_mean(votes, liars), scores.median(votes)):
            assert ((joint >= low) & (joint <= high)).all()


def test_one_liar_beyond_the_bound_moves_the_result_anywhere():
    votes = np.zeros((1, 9, 1))
    for liars in range(5):
        votes[0, :liars] = 1e6
        assert scores.trimmed_mean(votes, liars)[0, 0] == 0.0
        assert scores.median(votes)[0, 0] == 0.0
    votes[0, :3] = 1e6
    assert scores.trimmed_mean(votes, 2)[0, 0] > 1e5  # cuts two, three lie
    votes[0, :5] = 1e6
    assert scores.median(votes)[0, 0] == 1e6  # five of nine are a majority


def test_a_negative_number_of_liars_is_refused():
    with pytest.raises(ValueError, match="not -1"):
        scores.trimmed_mean(np.zeros((1, 3, 2)), -1)
    with pytest.raises(ValueError, match="can't be -2"):
        MODES["trimmed-mean"]([Scripted("a", [[1, 2]])], liars=-2)


# --- liars ----------------------------------------------------------------------------------------


def worst_case(agents, liars, candidates):
    """Honest agents put 0 first and 1 second; liars put 1 first and 0 last."""
    honest = -np.arange(candidates, dtype=float)
    lie = -np.argsort([1, *range(2, candidates), 0]).astype(float)
    return np.array([honest] * (agents - liars) + [lie] * liars)


def limits(agents, candidates):
    """Each rule keeps the favourite for f below its limit, as the docstrings say."""
    first, second, last = (1 / (60 + place) for place in (1, 2, candidates))
    lead = 1 / (candidates - 1)  # of 0 over 1 in the honest agents' votes
    return {
        "copeland": agents / 2,
        "schulze": agents / 2,
        "kemeny": agents / 2,
        "borda": agents / candidates,
        "rrf": agents * (first - second) / (first - second + first - last),
        "mean": agents * lead / (1 + lead),
        "median": agents / 2,
    }


@pytest.mark.parametrize(("agents", "candidates"), [(9, 10), (9, 4), (25, 10), (8, 3), (5, 2)])
def test_a_unanimous_favourite_stays_below_each_limit_and_falls_beyond(agents, candidates):
    for name, limit in limits(agents, candidates).items():
        for liars in range(agents + 1):
            if abs(liars - limit) < 1e-9:
                continue  # a tie, which the numbering decides
            page = page_of(MODES[name], worst_case(agents, liars, candidates))
            assert (page == [0]) == (liars < limit), (name, liars, limit)


def test_eight_of_nine_are_overruled_by_one_under_borda():
    opinions = worst_case(9, 1, 10)
    assert rankings.borda(opinions[None])[0, :2].tolist() == [72, 73]
    assert page_of(MODES["borda"], opinions) == [1]
    assert page_of(MODES["copeland"], opinions) == [0]


def test_no_two_liars_among_five_can_do_what_the_table_forbids():
    """All 24 x 24 pairs of ballots, not only the worst that we thought of."""
    honest = np.array([[3.0, 2, 1, 0], [3.0, 1, 2, 0], [3.0, 0, 1, 2]])
    ballots = np.array(list(permutations(range(4))), dtype=float)
    elections = np.array([[*honest, a, b] for a, b in product(ballots, ballots)])
    preferred = rankings.pairwise(elections)
    for joint in (rankings.copeland(preferred), rankings.schulze(preferred)):
        assert (joint[:, :1] > joint[:, 1:]).all()


@given(
    honest=st.integers(1, 6),
    liars=st.integers(0, 5),
    slots=st.integers(1, 3),
    seed=st.integers(0, 9999),
    name=st.sampled_from(["copeland", "schulze", "kemeny"]),
)
@settings(deadline=None)
def test_a_unanimous_page_survives_any_minority(honest, liars, slots, seed, name):
    if honest <= liars:
        return
    rng = np.random.default_rng(seed)
    good = rng.random((honest, 6)) + 10.0 * (np.arange(6) < slots)
    opinions = np.concatenate([good, rng.integers(0, 3, (liars, 6)) * 1000.0])
    assert set(page_of(MODES[name], opinions, slots)) == set(range(slots))


@given(honest=st.integers(1, 6), liars=st.integers(0, 5), seed=st.integers(0, 9999))
def test_what_all_honest_agents_separate_stays_separated(honest, liars, seed):
    if honest <= liars:
        return
    rng = np.random.default_rng(seed)
    good = np.column_stack([np.ones(honest), rng.uniform(0.1, 0.5, (honest, 2)), np.zeros(honest)])
    opinions = np.concatenate([good, rng.normal(size=(liars, 4)) * 1000.0])
    for name, options in (("trimmed-mean", {"liars": liars}), ("median", {}), ("deliberation", {})):
        assert page_of(MODES[name], opinions, **options) == [0]


@given(honest=st.integers(1, 6), liars=st.integers(0, 5), seed=st.integers(0, 9999))
@settings(deadline=None)
def test_a_unanimous_favourite_survives_any_minority_in_trimmed_means(honest, liars, seed):
    if honest <= liars:
        return
    rng = np.random.default_rng(seed)
    good = rng.normal(size=(honest, 5))
    good[:, 0] = good.max(axis=1) + rng.choice([0.01, 1.0])
    opinions = np.concatenate([good, rng.normal(size=(liars, 5)) * 1000.0])
    for name in ("trimmed-mean", "deliberation"):
        assert page_of(MODES[name], opinions, liars=liars) == [0]
    assert page_of(MODES["median"], opinions) == [0]


@pytest.mark.parametrize("name", MODES)
def test_shouting_changes_no_page(name):
    opinions = RNG.random((5, 8))
    loud = opinions.copy()
    loud[2] *= 1000.0
    assert page_of(MODES[name], opinions, 3) == page_of(MODES[name], loud, 3)


@pytest.mark.parametrize("name", MODES)
def test_a_page_does_not_depend_on_the_others_of_its_batch(name):
    rng = np.random.default_rng(1)
    opinions = rng.integers(0, 5, (4, 6, 7)).astype(float)  # agents, pages, candidates
    request = Request(np.zeros(6, int), np.tile(np.arange(7), (6, 1)), 3)
    table = [Scripted(f"agent {n}", said, 0.2 * n) for n, said in enumerate(opinions)]
    together = MODES[name](table).recommend(request)
    for page in range(6):
        one = Request(np.zeros(1, int), np.arange(7)[None], 3)
        table = [Scripted(f"agent {n}", said[[page]], 0.2 * n) for n, said in enumerate(opinions)]
        alone = MODES[name](table).recommend(one)
        np.testing.assert_array_equal(alone.videos[0], together.videos[page])
        np.testing.assert_allclose(alone.credit[0], together.credit[page])


def test_local_search_is_nearly_always_right_on_ten_candidates():
    preferred = rankings.pairwise(np.random.default_rng(5).random((100, 5, 10)))
    found, best = kemeny.kemeny(preferred), kemeny.by_sets(preferred)
    costs = [kemeny.disagreements(order, preferred) for order in (found, best)]
    assert (costs[0] >= costs[1] - 1e-9).all()
    assert np.mean(costs[0] <= costs[1] + 1e-9) > 0.85


def test_ways_are_found_by_name_and_mean_is_among_them():
    assert MODES.keys() <= modes().keys()
    assert "mean" in MODES


def test_an_agent_that_is_not_heard_is_one_fewer():
    quality = RNG.normal(size=20)
    agents = [strange.Honest(f"agent {n}", quality, n) for n in range(4)]
    request = Request(np.arange(3), np.stack([RNG.permutation(20)[:8] for _ in range(3)]), 3)
    for name in ("borda", "rrf", "copeland", "kemeny", "schulze", "mean", "median", "deliberation"):
        fresh = [strange.Honest(f"agent {n}", quality, n) for n in range(4)]
        alone = MODES[name](fresh).recommend(request)
        agents = [strange.Honest(f"agent {n}", quality, n) for n in range(4)]
        with_broken = MODES[name]([*agents, strange.AllNaN("odd", quality)]).recommend(request)
        np.testing.assert_array_equal(alone.videos, with_broken.videos)
        assert (with_broken.credit[:, :, 4] == 0).all()


def test_kemeny_has_no_favourites_among_equally_good_rankings():
    cycle = [[3.0, 2, 1], [1.0, 3, 2], [2.0, 1, 3]]
    won = [page_of(MODES["kemeny"], cycle, rng=np.random.default_rng(s))[0] for s in range(60)]
    assert set(won) == {0, 1, 2}


# --- clicks ---------------------------------------------------------------------------------------


def test_ranking_losses_by_hand():
    votes = np.array([[[0.9, 0.5, 0.1], [0.5, 0.5, 0.5]], [[0.0, 1.0, 0.0], [1.0, 0.5, 0.2]]])
    losses, told = feedback.ranking_losses(votes, np.array([1, -1]))
    np.testing.assert_allclose(losses[0], [0.5, 0.5])
    assert told.tolist() == [True, False]
    losses, _ = feedback.ranking_losses(votes, np.array([2, 0]))
    np.testing.assert_allclose(losses, [[1.0, 0.5], [0.75, 0.0]])
    assert not feedback.ranking_losses(votes[:, :, :1], np.array([0, 0]))[1].any()


@given(arrays(float, (40, 5), elements=st.floats(0, 1)))
@settings(deadline=None)
def test_hedge_keeps_its_promise_whatever_the_losses(losses):
    pages, agents = losses.shape
    hedge = feedback.Hedge(agents, rate=np.sqrt(8 * np.log(agents) / pages))
    followed = 0.0
    for page in losses:
        followed += hedge.weights @ page
        hedge.learn(page[None])
    assert followed <= losses.sum(axis=0).min() + np.sqrt(pages * np.log(agents) / 2) + 1e-9
    np.testing.assert_allclose(hedge.weights.sum(), 1.0)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30), st.integers(0, 99))
def test_pool_adjacent_violators_is_scipys(values, seed):
    weights = np.random.default_rng(seed).uniform(0.5, 3, len(values))
    expected = stats_isotonic(values, weights)
    np.testing.assert_allclose(feedback.isotonic(np.array(values), weights), expected, atol=1e-9)


def stats_isotonic(values, weights):
    from scipy.optimize import isotonic_regression

    return isotonic_regression(values, weights=weights).x


def test_logistic_regressions_are_the_best_of_their_kind():
    levels = (np.arange(20) + 0.5) / 20
    features = np.stack([levels, np.ones(20)], axis=1)
    shown = RNG.integers(0, 60, (4, 20)).astype(float)
    clicked = RNG.binomial(shown.astype(int), [[0.3], [0.05], [0.9], [0.5]]).astype(float)
    shown[3], clicked[3] = 0.0, 0.0
    fitted = feedback.logistic(features, shown, clicked)
    assert fitted[3].tolist() == [0.0, 0.0]

    for agent in range(4):

        def cost(beta, agent=agent):
            logit = features @ beta
            fit = shown[agent] * np.logaddexp(0, logit) - clicked[agent] * logit
            return fit.sum() + (beta**2).sum() / 2

        best = minimize(cost, np.zeros(2), tol=1e-12)
        np.testing.assert_allclose(fitted[agent], best.x, atol=1e-4)


def test_logistic_survives_a_perfect_agent_and_a_million_pages():
    levels = (np.arange(20) + 0.5) / 20
    shown = np.full((2, 20), 1e6)
    clicked = np.stack([shown[0] * (levels > 0.5), shown[0] * (levels < 0.5)])
    fitted = feedback.logistic(np.stack([levels - 0.5, np.ones(20)], axis=1), shown, clicked)
    assert np.isfinite(fitted).all() and fitted[0, 0] > 50
    np.testing.assert_allclose(fitted[0, 0], -fitted[1, 0], rtol=1e-3)


def test_confidence_counts_for_what_it_proved_to_be_worth():
    """One agent is right when it is sure, the other when it is not."""
    rng = np.random.default_rng(0)
    calibration = feedback.VoteCalibration(2)
    votes, confidence = rng.random((4000, 2, 3)), rng.random((4000, 2))
    knows = np.stack([confidence[:, 0] > 0.5, confidence[:, 1] < 0.5], axis=1)
    liking = (votes * knows[:, :, None]).sum(axis=1) * 4
    clicked = (liking + rng.gumbel(size=liking.shape)).argmax(axis=1)[:, None] == np.arange(3)
    calibration.learn(votes, clicked, confidence, np.ones((4000, 2), dtype=bool))
    unsure, sure = calibration.slope(np.array([[0.1, 0.1], [0.9, 0.9]]))
    assert sure[0] > 3 * abs(unsure[0]) and unsure[1] > 3 * abs(sure[1])


def a_world(liars, honest, seed, pages=400):
    """Votes for the same truth, by honest agents and by liars that turn everything round."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(pages, 8))
    said = truth[:, None] + 0.7 * rng.normal(size=(pages, honest + liars, 8))
    said[:, honest:] *= -1
    return rng, truth, said


def run(name, said, truth, rng, **options):
    """The share of the best candidate found on the last quarter of the pages."""
    pages, agents, _ = said.shape
    table = [Scripted(f"agent {n}", said[:1, n]) for n in range(agents)]
    coordinator, right = MODES[name](table, rng=rng, **options), []
    for start in range(0, pages, 50):
        rows = slice(start, start + 50)
        for n, agent in enumerate(table):
            agent.scores = said[rows, n]
        request = Request(np.arange(50), np.tile(np.arange(8), (50, 1)), 3)
        slate = coordinator.recommend(request)
        liked = np.take_along_axis(truth[rows], slate.videos, axis=1)
        clicked = (liked + rng.gumbel(size=liked.shape) * 0.5).argmax(axis=1)
        coordinator.learn(Feedback(slate, clicked, np.full(50, 4.0)))
        right.append(np.mean(slate.videos[:, 0] == truth[rows].argmax(axis=1)))
    return np.mean(right[-2:]), coordinator


@pytest.mark.parametrize("seed", range(3))
def test_clicks_turn_a_majority_of_liars_round(seed):
    rng, truth, said = a_world(5, 4, seed)
    fooled, _ = run("median", said, truth, rng)
    learned, coordinator = run("calibrated", said, truth, rng)
    assert fooled < 0.2 and learned > 0.6
    slope = coordinator.calibration.slope(np.full(9, 0.5))
    assert (slope[:4] > 1).all() and (slope[4:] < -1).all()


@pytest.mark.parametrize("name", ["hedge", "calibrated"])
def test_liars_lose_their_say(name):
    rng, truth, said = a_world(5, 4, 3)
    options = {"method": "isotonic"} if name == "calibrated" else {}
    learned, coordinator = run(name, said, truth, rng, **options)
    assert learned > 0.45
    if name == "hedge":
        assert coordinator.hedge.weights[4:].sum() < 0.01


def test_only_pages_chosen_by_chance_teach_who_explores():
    rng, truth, said = a_world(1, 4, 4)
    _, coordinator = run("hedge", said, truth, rng, explore=0.25)
    assert 60 < coordinator.hedge.pages < 140
    with pytest.raises(ValueError, match="give rng="):
        MODES["hedge"]([Scripted("a", [[1, 2]])], explore=0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        MODES["hedge"]([Scripted("a", [[1, 2]])], explore=2.0)


def test_feedback_on_a_page_of_somebody_else_teaches_no_weights():
    agents = [Scripted("a", [[1, 2, 3]]), Scripted("b", [[3, 2, 1]])]
    ours = MODES["hedge"](agents)
    request = Request(np.zeros(1, int), np.arange(3)[None], 2)
    own = ours.recommend(request)
    for theirs in (MODES["mean"](agents), MODES["hedge"](agents)):
        ours.learn(Feedback(theirs.recommend(request), np.array([0]), np.array([4.0])))
        assert ours.hedge.pages == 0
    ours.learn(Feedback(replace(own, videos=own.videos[:, ::-1]), np.array([0]), np.array([4.0])))
    assert ours.hedge.pages == 1


def test_sessions_that_are_over_teach_nothing():
    agents = [Scripted("a", [[1, 2, 3]]), Scripted("b", [[3, 2, 1]])]
    ours = MODES["hedge"](agents)
    slate = ours.recommend(Request(np.zeros(1, int), np.arange(3)[None], 2))
    ours.learn(Feedback(slate, np.array([0]), np.array([4.0]), active=np.array([False])))
    assert ours.hedge.pages == 0


# --- talk -----------------------------------------------------------------------------------------


def test_yielding_by_hand():
    votes, summary = np.array([1.0, 0.0]), np.array([0.0, 0.5])
    np.testing.assert_allclose(yielding(votes, 0.25, summary), [0.25, 0.375])
    np.testing.assert_allclose(yielding(votes, 1.0, summary), votes)


def test_the_unsure_give_way_and_every_word_is_counted():
    sure = Scripted("sure", [[0, 1, 0.2]], confidence=1.0)
    first, second = ([1, 0, 0.9], [0.6, 0, 1.0])
    unsure = [Scripted("first", [first], 0.0), Scripted("second", [second], 0.0)]
    request = Request(np.zeros(1, int), np.arange(3)[None], 1)
    trusting = MODES["deliberation"]([sure, *unsure], liars=0).recommend(request)
    assert trusting.videos.tolist() == [[2]]  # the median, 0.6 0 0.9, twice, and 0 1 0.2
    assert page_of(MODES["mean"], [sure.scores[0], first, second]) == [2]
    kinds = [message.kind for message in trusting.trace]
    assert kinds == [*["request"] * 3, *["opinion"] * 3, *["summary"] * 3, *["second opinion"] * 3]
    sizes = {message.kind: message.size_bytes for message in trusting.trace}
    assert sizes["summary"] == 3 * 8


@given(arrays(float, (4, 5, 3), elements=st.floats(0, 1)), st.integers(0, 99))
def test_yielding_to_the_median_leaves_the_median_where_it_was(votes, seed):
    confidence = np.random.default_rng(seed).random((4, 5))
    middle = scores.median(votes)
    revised = yielding(votes, confidence, middle[:, None])
    np.testing.assert_allclose(scores.median(revised), middle, atol=1e-12)


def test_talk_makes_the_confident_heard():
    """Experts know that they are, on the pages where they are."""
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(800, 6))
    expert = rng.random((7, 800)) < 0.3
    noise = np.where(expert, 0.2, 3.0)[:, :, None] * rng.normal(size=(7, 800, 6))
    table = [Scripted(f"agent {n}", truth + noise[n]) for n in range(7)]
    for n, agent in enumerate(table):
        sure = np.where(expert[n], 0.9, 0.1)
        agent.opine = lambda request, a=agent, c=sure: Opinion(a.name, a.scores, c)
    request = Request(np.zeros(800, int), np.tile(np.arange(6), (800, 1)), 1)
    right = {}
    for name, options in (("deliberation", {"liars": 0}), ("mean", {})):
        page = MODES[name](table, **options).recommend(request).videos[:, 0]
        right[name] = np.mean(page == truth.argmax(axis=1))
    assert right["deliberation"] > right["mean"] + 0.03


class Convinced(Scripted):
    """Says in the second round what it read in the summary, turned round."""

    def reconsider(self, request, summary):
        self.read = summary
        return Opinion(self.name, 1.0 - summary, np.ones(len(request)))


def test_an_agent_may_reconsider_as_it_likes():
    agents = [Convinced(f"agent {n}", [[0, 0.5, 1]]) for n in range(3)]
    request = Request(np.zeros(1, int), np.arange(3)[None], 1)
    slate = MODES["deliberation"](agents).recommend(request)
    np.testing.assert_allclose(agents[0].read, [[0, 0.5, 1]])
    assert slate.videos.tolist() == [[0]]


class SleepsOnIt(Scripted):
    def reconsider(self, request, summary):
        time.sleep(3600)


class Breaks(Scripted):
    def reconsider(self, request, summary):
        raise RuntimeError("no second thoughts")


@pytest.mark.parametrize("kind", [SleepsOnIt, Breaks])
def test_who_misses_the_second_round_keeps_its_first_vote(kind):
    agents = [kind("odd", [[0, 0.5, 1]]), Scripted("even", [[0, 0.4, 1]])]
    coordinator = MODES["deliberation"](agents, deadline=0.4)
    request = Request(np.zeros(1, int), np.arange(3)[None], 1)
    started = time.perf_counter()
    slate = coordinator.recommend(request)
    assert time.perf_counter() - started < 2.0
    assert slate.videos.tolist() == [[2]]
    assert coordinator.recommend(request).videos.tolist() == [[2]]


def test_the_table_of_guarantees_names_every_voting_rule():
    for name in ("mean", "median", "trimmed-mean", "borda", "rrf", "copeland", "kemeny", "schulze"):
        assert f"\n{name} " in coordinators.__doc__


def test_second_opinions_are_stretched_only_where_they_must_be():
    quiet = Convinced("quiet", [[0, 0.5, 1]])
    quiet.reconsider = lambda request, summary: Opinion("quiet", summary / 10, np.ones(1))
    loud = Convinced("loud", [[0, 0.5, 1]])
    loud.reconsider = lambda request, summary: Opinion("loud", -summary * 1000, np.ones(1))
    coordinator = MODES["deliberation"]([quiet, loud])
    slate = coordinator.recommend(Request(np.zeros(1, int), np.arange(3)[None], 1))
    np.testing.assert_allclose(slate.memo.own[0], [[0, 0.05, 0.1], [1, 0.5, 0]])
