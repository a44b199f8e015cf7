"""Ranking metrics equal trec_eval's; the others keep their closed forms and their promises."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from mavrs_course import metrics
from mavrs_course.metrics import EMPTY, MetricError

RANKING = (
    metrics.recall,
    metrics.precision,
    metrics.hit_rate,
    metrics.reciprocal_rank,
    metrics.average_precision,
    metrics.ndcg,
)
TREC_NAMES = ("recall_{}", "P_{}", "success_{}", "recip_rank", "map_cut_{}", "ndcg_cut_{}")


@st.composite
def ranked_cases(draw):
    """Pages, graded relevance and a cut-off; some viewers have nothing relevant, some slots
    are empty."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    viewers, videos = draw(st.integers(1, 6)), draw(st.integers(1, 30))
    slots = draw(st.integers(1, videos))
    k = draw(st.integers(1, slots))
    ranked = rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :slots]
    filled = rng.integers(0, slots + 1, viewers) if draw(st.booleans()) else slots
    ranked = np.where(np.arange(slots) < np.reshape(filled, (-1, 1)), ranked, EMPTY)
    grades = rng.integers(1, draw(st.sampled_from([2, 5])), (viewers, videos))
    relevance = grades * (rng.random((viewers, videos)) < draw(st.sampled_from([0.05, 0.3, 1.0])))
    return ranked, relevance, k


def trec_eval(name: str, ranked, relevance, k: int):
    """What pytrec_eval says of each viewer: float[B], NaN where nothing is relevant."""
    judgements = {
        str(b): {str(v): int(r) for v, r in enumerate(row)} for b, row in enumerate(relevance)
    }
    # MRR has no cut-off in trec_eval, so the run itself is cut
    runs = {
        str(b): {str(v): float(-slot) for slot, v in enumerate(row[:k]) if v != EMPTY}
        for b, row in enumerate(ranked)
    }
    measure = name.replace("_{}", f".{k}")
    found = pytrec_eval.RelevanceEvaluator(judgements, {measure}).evaluate(runs)
    values = [found.get(str(b), {}).get(name.format(k), 0.0) for b in range(len(ranked))]
    return np.where((np.asarray(relevance) > 0).any(axis=1), values, np.nan)


@settings(deadline=None, max_examples=150)
@given(ranked_cases())
def test_ranking_metrics_equal_trec_eval(case):
    ranked, relevance, k = case
    for ours, name in zip(RANKING, TREC_NAMES, strict=True):
        expected = trec_eval(name, ranked, relevance, k)
        for form in (relevance, sparse.csr_matrix(relevance), sparse.coo_array(relevance)):
            np.testing.assert_allclose(ours(ranked, form, k), expected, atol=1e-6, err_msg=name)


@settings(deadline=None)
@given(ranked_cases())
def test_the_ideal_page_has_ndcg_one_and_no_page_has_more(case):
    ranked, relevance, k = case
    some = (relevance > 0).any(axis=1)
    ideal = metrics.top_k(relevance, k)
    for gain in ("linear", "exponential"):
        best = metrics.ndcg(ideal, relevance, k, gain=gain)
        np.testing.assert_allclose(best[some], 1.0)
        given_page = metrics.ndcg(ranked, relevance, k, gain=gain)
        assert np.all(given_page[some] <= 1.0 + 1e-12)
        assert np.isnan(given_page[~some]).all()


@settings(deadline=None)
@given(ranked_cases(), st.integers(0, 2**32 - 1))
def test_ranking_metrics_do_not_care_how_videos_are_numbered(case, seed):
    ranked, relevance, k = case
    renamed = np.random.default_rng(seed).permutation(relevance.shape[1])
    moved = np.zeros_like(relevance)
    moved[:, renamed] = relevance
    pages = np.where(ranked == EMPTY, EMPTY, renamed[ranked])
    for metric in RANKING:
        np.testing.assert_allclose(metric(pages, moved, k), metric(ranked, relevance, k))


@settings(deadline=None)
@given(ranked_cases())
def test_a_relevant_video_moved_up_never_hurts(case):
    ranked, relevance, k = case
    filled = (ranked != EMPTY).all(axis=1)
    ranked, relevance = ranked[filled], relevance[filled]
    gains = np.take_along_axis(relevance, ranked, axis=1)
    better = np.take_along_axis(ranked, np.argsort(-gains, axis=1, kind="stable"), axis=1)
    for metric in RANKING:
        before, after = metric(ranked, relevance, k), metric(better, relevance, k)
        assert np.all(np.isnan(before) | (after >= before - 1e-12)), metric.__name__


def test_ranking_metrics_by_hand():
    ranked = np.array([[3, 0, 2, 1]])
    relevance = np.array([[0, 0, 1, 2, 1]])  # video 4 is relevant and not shown
    values = [float(metric(ranked, relevance)[0]) for metric in RANKING]
    linear = (2 + 1 / 2) / (2 + 1 / np.log2(3) + 1 / 2)
    np.testing.assert_allclose(values, [2 / 3, 1 / 2, 1, 1, (1 + 2 / 3) / 3, linear])
    exponential = (3 + 1 / 2) / (3 + 1 / np.log2(3) + 1 / 2)
    np.testing.assert_allclose(
        metrics.ndcg(ranked, relevance, gain="exponential"), [exponential], rtol=1e-12
    )


def test_means_leave_out_viewers_with_nothing_relevant():
    ranked, relevance = np.array([[0], [0]]), np.array([[1, 1], [0, 0]])
    figures = metrics.evaluate(ranked, relevance)
    assert figures["recall"] == 0.5
    assert figures["nDCG"] == figures["hit rate"] == figures["MRR"] == 1.0
    with pytest.raises(MetricError, match="no viewer has a relevant video"):
        metrics.evaluate(ranked, np.zeros((2, 2)))


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 12), st.data())
def test_top_k_is_stable_and_never_shows_what_was_seen(seed, viewers, videos, data):
    rng = np.random.default_rng(seed)
    k = data.draw(st.integers(1, videos))
    scores = rng.integers(0, 3, (viewers, videos)).astype(float)
    seen = rng.random((viewers, videos)) < 0.4
    before = scores.copy()
    for mask in (seen, sparse.csr_array(seen)):
        pages = metrics.top_k(scores, k, mask)
        for page, row, forbidden in zip(pages, scores, seen, strict=True):
            allowed = [v for v in range(videos) if not forbidden[v]]
            expected = sorted(allowed, key=lambda v: (-row[v], v))[:k]
            assert page.tolist() == expected + [EMPTY] * (k - len(expected))
    assert np.array_equal(scores, before), "top_k must not change the scores it is given"


PAGES = np.array([[0, 1], [1, 2]])
ALL_RELEVANT = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: metrics.top_k([[0.0, np.nan]], 1), "NaN"),
        (lambda: metrics.top_k([[0.0, 1.0]], 3), "k = 3"),
        (lambda: metrics.top_k([[0.0, 1.0]], 0), "k = 0"),
        (lambda: metrics.top_k([0.0, 1.0], 1), r"shape \(B, V\)"),
        (lambda: metrics.top_k([[0.0, 1.0]], 1, [[True]]), "must agree"),
        (
            lambda: metrics.recall([[0, 1], [2, 2]], ALL_RELEVANT),
            r"pages \[1\] show the same video",
        ),
        (lambda: metrics.recall(PAGES, ALL_RELEVANT, k=3), "the pages have 2 slots"),
        (lambda: metrics.recall(PAGES, ALL_RELEVANT[:1]), "2 pages but relevance for 1"),
        (lambda: metrics.recall([[0, 3], [0, 1]], ALL_RELEVANT), r"0\.\.2"),
        (lambda: metrics.recall([[0.0, 1.0]], ALL_RELEVANT), "integers"),
        (lambda: metrics.ndcg(PAGES, -ALL_RELEVANT), "not negative"),
        (lambda: metrics.ndcg(PAGES, ALL_RELEVANT * np.nan), "finite"),
        (lambda: metrics.ndcg(PAGES, ALL_RELEVANT, gain="cubic"), "cubic"),
        (lambda: metrics.ndcg(PAGES, 2000 * ALL_RELEVANT, gain="exponential"), "above 1000"),
        (lambda: metrics.watch_time([[1.0, np.nan]]), "none of them negative"),
        (lambda: metrics.watch_time([[1.0, 2.0]], [[True]]), "must agree"),
        (lambda: metrics.return_rate([[1, 1]], within=2), "give more days"),
        (lambda: metrics.return_rate([[0, 1]]), "nobody came"),
        (lambda: metrics.intra_list_diversity(PAGES, [1, 2, 3]), "one row a video"),
        (lambda: metrics.novelty(PAGES, [1, 2, 9], viewers=4), "between 0 and 4"),
        (lambda: metrics.calibration([[0.5, 0.5]], [[0.5, 0.1]]), "sum to one"),
        (lambda: metrics.calibration([[1.0]], [[1.0]], alpha=0), "alpha"),
        (lambda: metrics.gini([1.0, -1.0]), "not negative"),
        (lambda: metrics.jain([]), "at least one receiver"),
        (lambda: metrics.exposure_by_group(PAGES, [0, 1, -1]), "one integer"),
        (lambda: metrics.exposure_by_group([[EMPTY]], [0, 1]), "no exposure"),
    ],
)
def test_bad_input_is_refused_in_words(call, problem):
    with pytest.raises(MetricError, match=problem):
        call()


def test_watch_time_counts_active_pages_only():
    minutes = [[4.0, 4.0, 4.0], [4.0, 0.0, 2.0]]
    assert metrics.watch_time(minutes).tolist() == [12.0, 6.0]
    active = [[True, True, False], [True, True, True]]
    assert metrics.watch_time(minutes, active).tolist() == [8.0, 6.0]


def test_return_rate_by_hand():
    visits = [[1, 1, 0, 0, 1], [1, 0, 1, 0, 0]]
    # next day: of the visits on days 0..3 (two and two) only the first is followed
    assert metrics.return_rate(visits, within=1) == 1 / 4
    # within two days: days 0..2 hold four visits; 0→1 and, for the second viewer, 0→2 return
    assert metrics.return_rate(visits, within=2) == 2 / 4
    assert metrics.return_rate(np.ones((3, 7)), within=3) == 1.0


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(1, 6))
def test_intra_list_diversity_is_the_mean_over_pairs(seed, slots, features):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(12, features))
    page = rng.permutation(12)[:slots]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    pairs = [1 - unit[a] @ unit[b] for i, a in enumerate(page) for b in page[:i]]
    padded = np.append(page, EMPTY)[None]
    np.testing.assert_allclose(metrics.intra_list_diversity(padded, table), [np.mean(pairs)])


def test_intra_list_diversity_of_topics_is_the_share_of_different_pairs():
    topics = np.eye(3)[[0, 0, 1, 2]]
    pages = np.array([[0, 1, EMPTY], [0, 2, 3], [0, 1, 2], [3, EMPTY, EMPTY]])
    np.testing.assert_allclose(
        metrics.intra_list_diversity(pages, topics), [0.0, 1.0, 2 / 3, np.nan]
    )


def test_coverage_and_novelty_by_hand():
    pages = np.array([[0, 1], [0, EMPTY]])
    assert metrics.coverage(pages, videos=4) == 0.5
    # watched by all 8: 0 bits; by 2 of 8: 2 bits; by nobody: as if by one, 3 bits
    np.testing.assert_allclose(metrics.novelty(pages, [8, 2, 0], viewers=8), [1.0, 0.0])
    np.testing.assert_allclose(metrics.novelty([[2], [EMPTY]], [8, 2, 0], viewers=8), [3.0, np.nan])


def test_calibration_of_the_same_shares_is_zero_and_grows_as_they_part():
    genres = np.array([[1, 0], [0, 1], [1, 1]])
    history = metrics.genre_shares([[0, 2], [1, EMPTY], [EMPTY, EMPTY]], genres)
    np.testing.assert_allclose(history, [[0.75, 0.25], [0.0, 1.0], [np.nan, np.nan]])
    np.testing.assert_allclose(metrics.calibration(history, history), [0, 0, np.nan], atol=1e-12)
    even = np.full((4, 2), 0.5)
    drifting = np.array([[0.5, 0.5], [0.7, 0.3], [0.9, 0.1], [1.0, 0.0]])
    parted = metrics.calibration(even, drifting)
    assert np.all(np.diff(parted) > 0)
    # nothing shown of half the history: 0.5 ln(.5 / (.99 + .005)) + 0.5 ln(.5 / .005)
    expected = 0.5 * np.log(0.5 / 0.995) + 0.5 * np.log(100.0)
    np.testing.assert_allclose(parted[-1], expected)


amounts = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


@settings(deadline=None)
@given(amounts, st.floats(0.01, 100))
def test_gini_and_jain_keep_their_bounds_and_ignore_the_unit(values, unit):
    n = len(values)
    assert -1e-12 <= metrics.gini(values) <= 1 - 1 / n + 1e-12
    assert 1 / n - 1e-12 <= metrics.jain(values) <= 1 + 1e-12
    if min(values) > 1e-100:
        np.testing.assert_allclose(
            metrics.gini(np.multiply(values, unit)), metrics.gini(values), atol=1e-9
        )
        np.testing.assert_allclose(
            metrics.jain(np.multiply(values, unit)), metrics.jain(values), rtol=1e-9
        )


@settings(deadline=None)
@given(amounts)
def test_gini_is_half_the_relative_mean_difference(values):
    values = np.asarray(values)
    if values.sum() < 1e-100:
        assert metrics.gini(np.zeros(3)) == 0.0
        return
    mean_difference = np.abs(values[:, None] - values[None]).mean()
    np.testing.assert_allclose(
        metrics.gini(values), mean_difference / (2 * values.mean()), atol=1e-9
    )


@pytest.mark.parametrize("n", [1, 2, 7])
def test_equal_shares_and_winner_takes_all(n):
    alone = np.eye(n)[0]
    table = np.stack([np.full(n, 3.0), alone, np.zeros(n)])
    np.testing.assert_allclose(metrics.gini(table), [0.0, 1 - 1 / n, 0.0], atol=1e-12)
    np.testing.assert_allclose(metrics.jain(table), [1.0, 1 / n, 1.0])


@pytest.mark.parametrize("unit", [1e308, 1e-308])
def test_huge_and_tiny_amounts_are_shared_as_others_are(unit):
    amounts = unit * np.array([1.0, 1.0, 0.5])
    assert metrics.gini(amounts) == pytest.approx(2 / 15)
    assert metrics.jain(amounts) == pytest.approx(6.25 / 6.75)


def test_exposure_is_discounted_by_position_and_shared_between_groups():
    pages = np.array([[0, 2], [0, 1], [EMPTY, 1]])
    second = 1 / np.log2(3)
    np.testing.assert_allclose(metrics.exposure(pages, 4), [2.0, 2 * second, second, 0.0])
    share = metrics.exposure_by_group(pages, [0, 1, 1, 2])
    np.testing.assert_allclose(share, np.array([2.0, 3 * second, 0.0]) / (2 + 3 * second))
    assert share.sum() == pytest.approx(1.0)
