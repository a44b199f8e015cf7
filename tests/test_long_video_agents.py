"""Agents of the long-video lesson: labels, pay, promises, caution, and opinions that cost."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta, spearmanr

from mavrs_course.agents.feedback.watch import duration_quantiles, watch_ratio
from mavrs_course.agents.long_video import (
    UNKNOWN,
    CautiousAgent,
    ExplanationAgent,
    StayAgent,
    ThumbnailAgent,
    all_labels,
    chow,
    conformal_rank,
    conformal_sets,
    conformal_threshold,
    counterfactual,
    mean_stay,
    promotion,
    watch_time_gain,
)
from mavrs_course.agents.long_video.labels import debiased, two_kinds
from mavrs_course.coordination.paid_opinions import LEVELS, PaidOpinions
from mavrs_course.messages import Feedback, Opinion, Request, Slate, Trace
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.long_video import LongVideo
from mavrs_course.world.offer import PlatformError

# --- labels -----------------------------------------------------------------------------------


def test_each_label_by_hand():
    minutes, length = np.array([2.0, 4.0, 6.0, 10.0]), np.array([4.0, 4.0, 20.0, 20.0])
    stratum = np.array([0, 0, 1, 1])
    assert watch_ratio(minutes, length).tolist() == [0.5, 1.0, 0.3, 0.5]
    one_above = 0.841344746  # one deviation above the mean of its class: Phi(1)
    np.testing.assert_allclose(
        watch_time_gain(minutes, stratum), [1 - one_above, one_above] * 2, atol=1e-8
    )
    assert duration_quantiles(minutes, stratum).tolist() == [0.25, 0.75, 0.25, 0.75]
    left = minutes < length
    assert mean_stay(minutes, left, stratum, prior=0.0).tolist() == [6.0, 8.0]
    # 22 minutes and 3 departures in all: the usual stay of 22/3 is added with one departure
    np.testing.assert_allclose(mean_stay(minutes, left, stratum), [40 / 6, 70 / 9])


def test_d2co_finds_the_two_kinds():
    rng = np.random.default_rng(0)
    minutes = np.concatenate([rng.normal(2, 0.2, 700), rng.normal(9, 0.2, 300)])
    low, high = two_kinds(minutes, np.zeros(1000, dtype=int))
    np.testing.assert_allclose([low[0], high[0]], [2, 9], atol=0.05)
    middle = np.log((np.exp(0.6) + np.exp(2.7)) / 2) / 0.3  # where e^{.3 w} is half-way
    label = debiased(np.append(minutes, [middle, 99.0, 0.0]), np.zeros(1003, dtype=int))
    np.testing.assert_allclose(label[-3:], [0.5, 1.0, 0.0], atol=0.02)


def by_its_own_model(seed):
    """200 videos whose stays are as CWM has it: logit interest = score + N(0, 1)."""
    rng = np.random.default_rng(seed)
    score, length = rng.normal(0.5, 1, 200), np.exp(rng.uniform(np.log(0.3), np.log(10), 200))
    video = np.repeat(np.arange(200), 400)
    interest = expit(score[video] + rng.standard_normal(len(video)))
    stay = np.maximum(40 / 60 / -np.log(interest) - 1 / 60, 0.0)
    return score, length, video, np.minimum(stay, length[video]), stay < length[video]


@pytest.mark.parametrize("seed", range(3))
def test_cwm_is_right_in_its_own_world(seed):
    """Nearly: a logistic tail stands for a normal one in its loss."""
    score, _, video, minutes, left = by_its_own_model(seed)
    found = spearmanr(counterfactual(minutes, left, video), score).statistic
    ignoring_the_end = counterfactual(minutes, np.ones_like(left), video)
    assert found > 0.93
    assert found > spearmanr(mean_stay(minutes, left, video), score).statistic + 0.03
    assert found > spearmanr(ignoring_the_end, score).statistic + 0.2


@pytest.mark.parametrize("seed", range(3))
def test_the_stay_is_right_where_leaving_has_a_constant_rate(seed):
    rng = np.random.default_rng(seed)
    liking, length = rng.uniform(4, 16, 120), rng.integers(2, 30, 120).astype(float)
    video = np.repeat(np.arange(120), 300)
    minutes = np.minimum(rng.exponential(liking[video]), length[video])
    found = all_labels(minutes, length[video], video)
    right = {name: spearmanr(label, liking).statistic for name, label in found.items()}
    assert right.pop("stay") > 0.9
    assert max(right.values()) < 0.9
    assert spearmanr(found["PCR"], length).statistic < -0.8


def test_a_group_of_which_nobody_left_has_a_finite_stay():
    stays = mean_stay(
        np.array([5.0, 5.0, 1.0]), np.array([False, False, True]), np.array([0, 0, 1])
    )
    assert np.isfinite(stays).all() and stays[0] > stays[1]


# --- the world's thumbnails and explanations ----------------------------------------------------


def a_world(viewers=300, **options):
    world = LongVideo(rng=np.random.default_rng(1), **options)
    world.reset(viewers)
    return world


def page(world, **parts):
    request = world.request
    return Slate(request.candidates[:, : request.slots], request=request, **parts)


def test_a_loud_thumbnail_is_clicked_more_and_promises_too_much():
    loud = np.zeros((3000, 5))
    loud[:, 2] = 1.0
    honest, baited = a_world(3000), a_world(3000)
    before, after = honest.show(page(honest)), baited.show(page(baited), appeal=loud)
    assert (after.clicked == 2).sum() > 1.5 * (before.clicked == 2).sum()
    gap = baited.last.promised - baited.last.liking
    np.testing.assert_allclose(gap, 5.0 * (after.clicked == 2), atol=1e-9)


def test_thumbnails_need_the_shape_of_the_page():
    world = a_world()
    with pytest.raises(PlatformError, match="appeal needs shape"):
        world.show(page(world), appeal=np.zeros(5))


def test_who_looks_believes_what_is_explained():
    world = a_world()
    feedback = world.show(page(world), explain=lambda hoped, liking, spread: hoped + 3.0)
    clicked = feedback.clicked >= 0
    hoped = np.take_along_axis(world.liking(feedback.slate.videos), feedback.clicked[:, None], 1)
    np.testing.assert_allclose(world.last.promised[clicked], hoped[clicked, 0] + 3.0)


def explained(**options):
    world = a_world(6000)
    agent = ExplanationAgent(world.catalog, rng=np.random.default_rng(2), **options)
    clicked = world.show(page(world), explain=agent.explain).clicked >= 0
    return promotion(world.last.promised, world.last.liking, clicked)


def test_a_careful_explanation_keeps_its_promise_a_bare_one_suffers_the_winners_curse():
    careful, bare, sells = explained(), explained(careful=False), explained(sells=5.0)
    assert abs(careful.mean) < 0.15
    assert bare.mean > 1.5 and bare.spread > careful.spread
    assert sells.mean == pytest.approx(5.0, abs=0.2)


def test_promotion_by_hand():
    found = promotion([8.0, 6.0, 9.0, 1.0], [5.0, 6.0, 6.0, 9.0], [True, True, True, False])
    assert found == pytest.approx((2.0, np.sqrt(2.0), 3))
    with pytest.raises(ValueError, match="nothing was watched"):
        promotion([1.0], [1.0], [False])
    with pytest.raises(ValueError, match="one shape"):
        promotion([1.0], [1.0, 2.0])


def test_a_seller_says_more_than_it_believes():
    world = a_world(4)
    right, seller = (
        ExplanationAgent(world.catalog, sells=sells, rng=np.random.default_rng(0))
        for sells in (0.0, 5.0)
    )
    one, other = right.opine(world.request), seller.opine(world.request)
    np.testing.assert_array_equal(one.scores, other.scores)
    said = [int(reason.split()[-2]) for reason in other.reasons]
    np.testing.assert_allclose(said, other.scores.max(axis=1) + 5.0, atol=0.5)
    assert "You will stay" in other.reasons[0] and "You will stay" not in one.reasons[0]


# --- thumbnails ---------------------------------------------------------------------------------


def two_videos():
    return Catalog(np.zeros(2, int), np.zeros(2), minutes=[30.0, 30.0], topics=("opera",))


def test_what_each_way_to_pay_calls_best_by_hand():
    """The honest thumbnail: 1 click of 10 shows, 20 minutes; the loud one: 4 of 10, 32 minutes."""
    best = {}
    for pay in ("clicks", "share", "kept"):
        agent = ThumbnailAgent(
            two_videos(), np.array([[0.0, 2.0]] * 2), pay=pay, rng=np.random.default_rng(0)
        )
        for drawn, minutes in [(0, [20] + [0] * 9), (1, [8] * 4 + [0] * 6)]:
            minutes = np.array(minutes, dtype=float)
            memo = np.zeros((10, 1), int), np.full((10, 1), drawn)
            request = Request(np.arange(10), np.zeros((10, 1), int), 1)
            slate = Slate(np.zeros((10, 1), int), request=request, memo=memo)
            agent.learn(Feedback(slate, np.where(minutes > 0, 0, -1), minutes))
        assert agent.shown.tolist() == [[10, 10]] and agent.clicked.tolist() == [[1, 4]]
        assert agent.minutes.tolist() == [[20, 32]]
        best[pay] = int(agent.paid.argmax())
    assert best == {"clicks": 1, "share": 1, "kept": 0}


def test_the_memo_says_which_thumbnails_a_page_had():
    world = a_world(50)
    appeals = np.random.default_rng(0).uniform(0, 2, (len(world.catalog), 3))
    agent = ThumbnailAgent(world.catalog, appeals, test=1.0, rng=np.random.default_rng(1))
    opinion = agent.opine(world.request)
    slate = page(world, memo=opinion.memo)
    drawn = opinion.memo[1][:, :5]
    expected = np.take_along_axis(appeals[slate.videos], drawn[..., None], axis=2)[..., 0]
    np.testing.assert_array_equal(agent.appeal_of(slate), expected)
    assert set(drawn.ravel()) == {0, 1, 2}
    np.testing.assert_array_equal(agent.appeal_of(page(world)), appeals[slate.videos, 0])


def test_videos_with_one_thumbnail_teach_nothing():
    world = a_world(50)
    agent = ThumbnailAgent(
        world.catalog, np.zeros((len(world.catalog), 3)), rng=np.random.default_rng(1)
    )
    opinion = agent.opine(world.request)
    agent.learn(world.show(page(world, memo=opinion.memo)))
    assert agent.shown.sum() == 0


@pytest.mark.parametrize(
    "options", [{"pay": "applause"}, {"test": 2.0}, {"appeals": np.zeros(3)}], ids=str
)
def test_thumbnails_that_cannot_be_are_refused(options):
    with pytest.raises(ValueError, match=r"paid by|a part of all|a row for each"):
        ThumbnailAgent(two_videos(), rng=np.random.default_rng(0), **options)


# --- caution ------------------------------------------------------------------------------------


def test_chows_rule_by_hand():
    chance = [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]]
    assert chow(chance, 0.3).tolist() == [0, UNKNOWN, 1]
    assert chow(chance, 0.5).tolist() == [0, 1, 1]
    assert chow(chance, 0.05).tolist() == [UNKNOWN] * 3
    with pytest.raises(ValueError, match="from 0 to 1"):
        chow(chance, 2.0)


def test_chows_rule_is_the_cheapest():
    rng = np.random.default_rng(3)
    right = rng.uniform(0.5, 1, 100_000)
    chance = np.stack([right, 1 - right], axis=1)
    wrong = rng.random(100_000) > right

    def bill(bound):
        answered = chow(chance, bound) != UNKNOWN
        return np.where(answered, wrong, 0.2).mean()

    assert min((bill(bound), bound) for bound in (0.1, 0.15, 0.2, 0.25, 0.3))[1] == 0.2


def test_the_exact_coverage_of_conformal_sets():
    """n = 100, miss .1: Beta(91, 10), of mean .9010 and deviation .0296."""
    rank = conformal_rank(100, 0.1)
    assert rank == 91
    law = beta(rank, 101 - rank)
    assert (law.mean(), law.std()) == pytest.approx((0.9010, 0.0296), abs=5e-5)
    rng = np.random.default_rng(4)
    covered = [conformal_threshold(rng.random(100), 0.1) for _ in range(4_000)]
    assert np.mean(covered) == pytest.approx(0.9010, abs=0.002)
    assert np.std(covered) == pytest.approx(0.0296, abs=0.001)


def test_conformal_by_hand():
    assert conformal_threshold(np.array([0.5, 0.1, 0.9, 0.3]), 0.4) == 0.5  # ceil(.6 * 5) = 3
    assert conformal_threshold(np.array([0.5, 0.1]), 0.1) == np.inf
    sets = conformal_sets([[0.9, 0.1], [0.5, 0.5]], 0.5)
    assert sets.tolist() == [[True, False], [True, True]]
    with pytest.raises(ValueError, match="between 0 and 1"):
        conformal_rank(5, 1.0)


def told(agent, minutes, viewers=None):
    """Each of the first viewers watched the first video so long."""
    n = len(minutes)
    request = Request(np.arange(n) if viewers is None else viewers, np.tile([0, 1], (n, 1)), 2)
    slate = Slate(request.candidates, request=request)
    agent.learn(Feedback(slate, np.zeros(n, int), np.array(minutes, dtype=float)))
    return request


def test_the_cautious_agent_says_when_it_does_not_know():
    agent = CautiousAgent(two_videos(), cost=0.2)
    request = Request(np.arange(2), np.array([[0, 1], [1, 0]]), 1)
    said = agent.opine(request)
    assert said.reasons == ["I don't know."] * 2 and said.confidence.tolist() == [0, 0]
    assert (said.scores == 0.5).all()
    told(agent, [20.0] * 8 + [30.0])  # eight stayed, one saw the end: no regret
    assert agent.all_kept.tolist() == [9.0]
    said = agent.opine(request)  # (1 + 9.5/10) / 2 = .975
    assert said.scores[0, 0] == pytest.approx(0.975) and said.confidence[0] == pytest.approx(0.95)
    told(agent, [1.0, 2.0, 20.0])
    assert agent.opine(request).reasons[0] == "I don't know."  # (1 + 10.5/13) / 3 = .603


def test_the_stay_agent_by_hand():
    agent = StayAgent(two_videos())
    request = told(agent, [30.0, 10.0])  # the first saw the end, the second left
    usual = (40 + 8) / (1 + 1)
    np.testing.assert_allclose(agent.stay(request.viewers, request.candidates)[:, 0], [54, 17])
    assert usual == 24 and agent.opine(request).confidence.tolist() == [0.0, 0.5]
    assert "you left 1 video after 10 minutes" in agent.opine(request).reasons[1]


# --- opinions that cost ---------------------------------------------------------------------------


class OfTheExample:
    """One of Weitzman's boxes: ``sure`` where its page will bring more."""

    def __init__(self, name, minutes, chance, rng):
        self.name, self.minutes, self.chance, self.rng = name, minutes, chance, rng

    def opine(self, request):
        self.sure = np.where(self.rng.random(len(request)) < self.chance, 0.99, 0.01)
        scores = np.tile(np.arange(request.candidates.shape[1], dtype=float), (len(request), 1))
        return Opinion(self.name, scores, self.sure)

    def learn(self, feedback):
        """Nothing."""


def weitzmans_own(price, pages=60, viewers=400):
    """Agents that pay 100 or 55, and 240 or 0: the mode after many pages, and the last page."""
    rng = np.random.default_rng(5)
    alpha, omega = (
        OfTheExample("alpha", (55, 100), 0.5, rng),
        OfTheExample("omega", (0, 240), 0.2, rng),
    )
    mode = PaidOpinions([alpha, omega], price=price, rng=rng)
    request = Request(np.arange(viewers), np.tile(np.arange(4), (viewers, 1)), 1)
    for _ in range(pages):
        slate = mode.recommend(request)
        leader, level, _ = slate.memo.own
        sure = level[np.arange(viewers), leader] > LEVELS // 2
        low_high = np.array([alpha.minutes, omega.minutes], dtype=float)
        minutes = low_high[leader, sure.astype(int)]
        mode.learn(Feedback(slate, np.zeros(viewers, int), minutes))
    return mode, mode.recommend(request)


def test_the_coordinator_learns_weitzmans_reservation_values():
    """Both cost 15: alpha's z is 70 as in the paper, omega's is 240 - 15 / .2 = 165."""
    mode, slate = weitzmans_own(price=15.0)
    np.testing.assert_allclose(mode.values, [70.0, 165.0], rtol=0.05)
    note = slate.memo.own
    alone = note.heard.sum(axis=1) == 1
    sure = note.level[:, 1] == LEVELS - 1
    # Omega is asked first; its 240 end the search, its 0 sends the question on to alpha.
    plain = note.heard[:, 1]
    assert (alone[plain & sure]).all() and plain.mean() > 0.9
    assert (~alone[plain & ~sure]).mean() > 0.85  # but for the pages that explore
    assert (note.leader[plain & ~sure & ~alone] == 0).all()


def test_what_is_too_dear_is_not_asked_a_second_time():
    _, slate = weitzmans_own(price=90.0)
    asked = slate.memo.own.heard.sum(axis=1)
    assert asked.mean() < 1.2


def test_paid_opinions_by_nobody_for_nobody():
    mode = PaidOpinions([StayAgent(two_videos())])
    empty = Request(np.zeros(0, int), np.zeros((0, 3), int), 2)
    assert mode.recommend(empty).videos.shape == (0, 2)
    assert len(mode.hear(empty, Trace()).excuses) == 0
    for options in ({"price": 0.0}, {"explore": 1.5}):
        with pytest.raises(ValueError, match=r"costs more|a part of"):
            PaidOpinions([StayAgent(two_videos())], **options)
