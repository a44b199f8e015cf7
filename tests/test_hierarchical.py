"""Controllers: what they learn, whom they ask, what they hold on to, and how they fail."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import strange_agents as strange
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mavrs_course.agents.editor import EditorAgent
from mavrs_course.agents.simple import InterestAgent, NoveltyAgent
from mavrs_course.coordination.hierarchical.bandit import LinearBandit
from mavrs_course.coordination.hierarchical.consult import BudgetedConsultation, most_trusted
from mavrs_course.coordination.hierarchical.context import FEATURES, ViewerContext
from mavrs_course.coordination.hierarchical.critic import Critic
from mavrs_course.coordination.hierarchical.fallback import EqualVotes, WithFallback
from mavrs_course.coordination.hierarchical.gate import BanditGate
from mavrs_course.coordination.hierarchical.options import HeldGoals
from mavrs_course.coordination.hierarchical.router import LearnedRouter, slate_gradient, softmax
from mavrs_course.coordination.hierarchical.traffic import answer_time, load
from mavrs_course.coordination.hierarchical.tree import ControllerTree, tree_levels, under
from mavrs_course.messages import Feedback, Request, Slate, Trace
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions

SEEDS = st.integers(0, 2**32 - 1)
QUALITY = np.random.default_rng(1).normal(size=80)


def honest(number, noise=0.1):
    return [strange.Honest(f"agent {n}", QUALITY, n, noise) for n in range(number)]


def a_request(rng, pages, candidates=10, slots=3):
    rows = np.stack([rng.permutation(len(QUALITY))[:candidates] for _ in range(pages)])
    return Request(np.arange(pages), rows, slots)


def feed(coordinator, rng, rounds, pages=50):
    """Viewers who click what is good: pages until ``rounds`` are over."""
    for _ in range(rounds):
        slate = coordinator.recommend(a_request(rng, pages))
        weight = np.exp(QUALITY[slate.videos])
        chance = weight.cumsum(axis=1) / (weight.sum(axis=1, keepdims=True) + 2.0)
        slot = (chance <= rng.random((pages, 1))).sum(axis=1)
        clicked = np.where(slot < 3, slot, -1)
        coordinator.learn(Feedback(slate, clicked, np.where(clicked >= 0, 4.0, 0.0)))


# --- the bandit ------------------------------------------------------------------------------


@given(seed=SEEDS, arms=st.integers(1, 4), features=st.integers(1, 5), rounds=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_bandit_is_ridge_regression_arm_by_arm(seed, arms, features, rounds):
    rng = np.random.default_rng(seed)
    x, reward = rng.normal(size=(rounds, features)), rng.normal(size=rounds)
    arm = rng.integers(0, arms, rounds)
    learner = LinearBandit(arms, features, ridge=0.5)
    learner.learn(x, arm, reward)
    for number in range(arms):
        mine = arm == number
        # Ridge regression as least squares with more rows: the ridge's own observations.
        rows = np.concatenate([x[mine], np.sqrt(0.5) * np.eye(features)])
        wanted = np.linalg.lstsq(rows, np.append(reward[mine], np.zeros(features)), rcond=None)[0]
        np.testing.assert_allclose(learner.theta[number], wanted, atol=1e-8)
        covariance = np.linalg.inv(rows.T @ rows)
        wide = np.sqrt(np.einsum("bd,de,be->b", x, covariance, x))
        np.testing.assert_allclose(learner.width(x)[:, number], wide, atol=1e-8)


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_batch_teaches_what_its_rounds_teach_and_widths_only_shrink(seed):
    rng = np.random.default_rng(seed)
    x, arm, reward = rng.normal(size=(20, 3)), rng.integers(0, 3, 20), rng.normal(size=20)
    batch, single = LinearBandit(3, 3), LinearBandit(3, 3)
    batch.learn(x, arm, reward)
    width = single.width(x)
    for row in range(20):
        single.learn(x[row : row + 1], arm[row : row + 1], reward[row : row + 1])
        assert (single.width(x) <= width + 1e-12).all()
        width = single.width(x)
    np.testing.assert_allclose(batch.theta, single.theta)
    assert batch.chosen.tolist() == np.bincount(arm, minlength=3).tolist()


def test_thompson_draws_from_the_bell_curve_that_it_says():
    learner = LinearBandit(2, 1)
    learner.learn(np.ones((3, 1)), np.array([0, 0, 1]), np.array([4.0, 0.0, 1.0]))
    drawn = learner.sample(np.ones((20_000, 1)), 2.0, np.random.default_rng(0))
    for arm, mean, width in ((0, 4 / 3, np.sqrt(1 / 3)), (1, 1 / 2, np.sqrt(1 / 2))):
        assert stats.kstest(drawn[:, arm], "norm", (mean, 2.0 * width)).pvalue > 1e-3


@pytest.mark.parametrize("bad", [(0, 2, 1.0), (2, 0, 1.0), (2, 2, 0.0)])
def test_a_bandit_without_arms_or_ridge_is_refused(bad):
    with pytest.raises(ValueError, match="at least one arm"):
        LinearBandit(bad[0], bad[1], ridge=bad[2])


def test_what_a_context_counts():
    context = ViewerContext()
    np.testing.assert_allclose(context.of(np.array([3])), [[1, 1, 0, 0, 0]])
    request = Request(np.array([3, 5]), np.tile(np.arange(4), (2, 1)), 2)
    slate = Slate(np.array([[0, 1], [2, 3]]), request=request)
    seen = Feedback(slate, np.array([1, -1]), np.array([4.0, 0.0]), active=np.array([True, False]))
    context.learn(seen)
    known = context.of(np.array([3, 5]))
    np.testing.assert_allclose(known[0], [1, np.exp(-0.1), 2 / 3 - 1 / 2, 1, 4 / 200])
    np.testing.assert_allclose(known[1], [1, 1, 0, 0, 0])
    assert known.shape[1] == len(FEATURES)


# --- the gate --------------------------------------------------------------------------------


def test_a_gate_asks_one_agent_about_a_page():
    gate = BanditGate(honest(4), rng=np.random.default_rng(0))
    slate = gate.recommend(a_request(np.random.default_rng(1), 40))
    request_bytes = sum(m.size_bytes for m in slate.trace if m.kind == "request")
    assert request_bytes == 40 * 10 * 8
    np.testing.assert_array_equal(np.sort(slate.credit, axis=2)[..., -1], 1.0)


@pytest.mark.parametrize("explore", ["thompson", "ucb"])
@pytest.mark.parametrize("kind", [strange.Lying, strange.Raising])
def test_a_gate_comes_to_ignore_who_is_of_no_use(explore, kind):
    agents = [*honest(2), kind("odd", QUALITY)]
    gate = BanditGate(agents, rng=np.random.default_rng(0), explore=explore)
    feed(gate, np.random.default_rng(2), rounds=60)
    before = gate.bandit.chosen.copy()
    feed(gate, np.random.default_rng(3), rounds=20)
    late = gate.bandit.chosen - before
    assert late[2] < 0.05 * late.sum()


def test_where_the_leader_is_not_heard_the_others_make_the_page():
    agents = [strange.Raising("odd", QUALITY), *honest(2, noise=0.0)]
    gate = BanditGate(agents, rng=np.random.default_rng(0), explore="none")
    request = a_request(np.random.default_rng(1), 5)
    slate = gate.recommend(request)  # nothing known: the first agent leads everything
    best = np.sort(QUALITY[request.candidates], axis=1)[:, ::-1][:, :3]
    np.testing.assert_allclose(QUALITY[slate.videos], best)
    np.testing.assert_allclose(slate.credit[..., 0], 0.0)


def test_a_sleeper_costs_a_gate_two_deadlines_at_most():
    agents = [strange.Sleeping("odd", QUALITY), *honest(2)]
    gate = BanditGate(agents, deadline=0.2, explore="none")
    started = time.perf_counter()
    slate = gate.recommend(a_request(np.random.default_rng(1), 5))
    assert time.perf_counter() - started < 1.0
    np.testing.assert_allclose(slate.credit[..., 0], 0.0)


def test_feedback_for_somebody_elses_page_teaches_a_gate_nothing():
    gate = BanditGate(honest(2), rng=np.random.default_rng(0))
    gate.recommend(a_request(np.random.default_rng(1), 5))
    request = Request(np.arange(7, 12), np.tile(np.arange(4), (5, 1)), 2)
    slate = Slate(request.candidates[:, :2], request=request)
    gate.learn(Feedback(slate, np.zeros(5, dtype=int), np.full(5, 4.0)))
    assert gate.bandit.chosen.sum() == 0


def test_a_gate_explores_as_it_was_told():
    with pytest.raises(ValueError, match="thompson"):
        BanditGate(honest(2), explore="luck")


# --- the router ------------------------------------------------------------------------------


def log_chance(scores, columns):
    total, left = 0.0, np.array(scores, dtype=float)
    for column in columns:
        total += left[column] - np.log(np.exp(left[np.isfinite(left)]).sum())
        left[column] = -np.inf
    return total


@given(seed=SEEDS, candidates=st.integers(2, 7), slots=st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_the_slate_gradient_is_the_slope_of_its_log_chance(seed, candidates, slots):
    rng, slots = np.random.default_rng(seed), min(slots, candidates)
    scores, columns = rng.normal(size=candidates), rng.permutation(candidates)[:slots]
    hair = 1e-6 * np.eye(candidates)
    slope = [
        (log_chance(scores + h, columns) - log_chance(scores - h, columns)) / 2e-6 for h in hair
    ]
    gradient = slate_gradient(scores[None], columns[None])[0]
    np.testing.assert_allclose(gradient, slope, atol=1e-6)
    np.testing.assert_allclose(gradient.sum(), 0.0, atol=1e-12)


def test_gumbel_noise_draws_plackett_luce():
    agents = honest(1, noise=0.0)
    router = LearnedRouter(agents, rng=np.random.default_rng(0), sharpness=2.0)
    videos = np.argsort(QUALITY)[[5, 30, 60, 78]]
    request = Request(np.arange(8000), np.tile(videos, (8000, 1)), 2)
    slate = router.recommend(request)
    pairs = list(itertools.permutations(range(4), 2))
    scores = slate.memo.own.scores[0]
    wanted = np.exp([log_chance(scores, pair) for pair in pairs])
    columns = (slate.videos[:, :, None] == videos).argmax(axis=2)
    seen = [(columns == pair).all(axis=1).sum() for pair in pairs]
    assert stats.chisquare(seen, 8000 * wanted).pvalue > 1e-3


class Fixed:
    """An agent with votes that are given to it."""

    def __init__(self, name, scores):
        self.name, self.scores = name, scores

    def opine(self, request):
        from mavrs_course.messages import Opinion

        return Opinion(self.name, self.scores, np.ones(len(request)))

    def learn(self, feedback):
        pass


@pytest.mark.parametrize("kind", ["flat", "tree"])
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_routers_gradient_is_the_slope_by_theta(kind, seed):
    rng = np.random.default_rng(seed)
    agents = [Fixed(f"agent {n}", rng.random((1, 6))) for n in range(5)]
    agents.insert(2, strange.Raising("odd", QUALITY))
    way = LearnedRouter if kind == "flat" else ControllerTree
    router = way(agents, rng=rng, sharpness=3.0)
    router.theta = rng.normal(size=router.theta.shape)
    request = Request(np.zeros(1, int), np.arange(6)[None], 3)
    slate = router.recommend(request)
    columns = slate.videos[0]
    gradient = router._gradient(slate.memo.own, Feedback(slate, np.array([0]), np.ones(1)))[0]

    def log_chance_at(theta):
        kept, router.theta = router.theta, theta
        scores = router.recommend(request).memo.own.scores[0]
        router.theta = kept
        return log_chance(scores, columns)

    slope = np.zeros_like(router.theta)
    for place in np.ndindex(*slope.shape):
        hair = np.zeros_like(slope)
        hair[place] = 1e-6
        up, down = log_chance_at(router.theta + hair), log_chance_at(router.theta - hair)
        slope[place] = (up - down) / 2e-6
    np.testing.assert_allclose(gradient, slope, atol=1e-5)


@pytest.mark.parametrize("way", [LearnedRouter, ControllerTree, BudgetedConsultation])
def test_the_weight_of_a_liar_goes_down(way):
    agents = [*honest(3), strange.Lying("odd", QUALITY)]
    router = way(agents, rng=np.random.default_rng(0))
    feed(router, np.random.default_rng(2), rounds=120)
    weights = router.weights(np.arange(50)).mean(axis=0)
    assert weights[3] < 0.06 and weights[3] == weights.min()
    np.testing.assert_allclose(router.weights(np.arange(50)).sum(axis=1), 1.0)


def test_who_is_not_heard_has_no_credit_and_the_others_share_it():
    agents = [*honest(2), strange.Silent("odd", QUALITY)]
    slate = LearnedRouter(agents).recommend(a_request(np.random.default_rng(0), 6))
    np.testing.assert_allclose(slate.credit[..., 2], 0.0)


def test_a_router_learns_nothing_from_viewers_who_have_left():
    router = LearnedRouter(honest(3), rng=np.random.default_rng(0))
    slate = router.recommend(a_request(np.random.default_rng(1), 4))
    gone = Feedback(slate, np.full(4, -1), np.zeros(4), active=np.zeros(4, dtype=bool))
    router.learn(gone)
    np.testing.assert_array_equal(router.theta, 0.0)


def test_foresight_is_between_0_and_1():
    with pytest.raises(ValueError, match="foresight"):
        LearnedRouter(honest(2), foresight=1.5)


@given(seed=SEEDS, foresight=st.sampled_from([0.0, 0.5, 0.9, 1.0]))
@settings(max_examples=30, deadline=None)
def test_a_critic_is_least_squares_on_discounted_returns(seed, foresight):
    """LSTD(1) equals the regression of what came after on the context; here without ridge."""
    rng = np.random.default_rng(seed)
    lengths, critic = rng.integers(1, 12, 15), Critic(2, foresight, ridge=1e-12)
    x, r = rng.normal(size=(15, 13, 2)), rng.normal(size=(15, 12))
    for page in range(12):
        over = np.flatnonzero(lengths == page)
        critic.left(over, x[over, page])
        on = np.flatnonzero(lengths > page)
        critic.learn(on, x[on, page], r[on, page], x[on, page + 1])
    rows, targets = [], []
    for viewer, length in enumerate(lengths):
        for page in range(length):
            rows.append(x[viewer, page])
            later = r[viewer, page:length]
            targets.append((later * foresight ** np.arange(len(later))).sum())
    wanted = np.linalg.lstsq(np.array(rows), np.array(targets), rcond=None)[0]
    np.testing.assert_allclose(critic.values, wanted, atol=1e-6)


# --- consultation ----------------------------------------------------------------------------


@given(seed=SEEDS, agents=st.integers(1, 7), pages=st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_the_most_trusted_are_asked(seed, agents, pages):
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 4, (pages, agents)) / 4.0  # with ties
    number = rng.integers(1, agents + 1, pages)
    asked = most_trusted(weights, number)
    np.testing.assert_array_equal(asked.sum(axis=1), number)
    for row in range(pages):
        for yes, no in itertools.product(np.flatnonzero(asked[row]), np.flatnonzero(~asked[row])):
            assert (weights[row, yes], -yes) > (weights[row, no], -no)


def test_a_dear_question_is_asked_once_and_most_is_kept():
    dear = BudgetedConsultation(honest(4), rng=np.random.default_rng(0), price=1.0)
    feed(dear, np.random.default_rng(1), rounds=40)
    feed(dear, np.random.default_rng(2), rounds=1)
    assert dear.asked.sum(axis=1).mean() < 1.2
    capped = BudgetedConsultation(honest(4), rng=np.random.default_rng(0), price=0.0, most=2)
    for seed in range(5):
        feed(capped, np.random.default_rng(seed), rounds=1)
        assert capped.asked.sum(axis=1).max() <= 2


@pytest.mark.parametrize("bad", [{"most": 0}, {"most": 5}, {"price": -1.0}])
def test_a_budget_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"asked|costs"):
        BudgetedConsultation(honest(4), **bad)


# --- held goals ------------------------------------------------------------------------------


@given(seed=SEEDS, hold=st.sampled_from([1, 3, 7, None]))
@settings(max_examples=20, deadline=None)
def test_goals_are_held_and_credited_with_the_rest_of_the_session(seed, hold):
    """Against a loop over viewers and pages."""
    rng = np.random.default_rng(seed)
    goals = HeldGoals(honest(3), rng=np.random.default_rng(seed), hold=hold)
    told = []
    goals.bandit.learn = lambda x, arms, rewards: told.extend(zip(arms, rewards, strict=True))
    viewers, pages = 6, 12
    lengths, minutes = rng.integers(1, pages, viewers), rng.choice([0.0, 4.0], (pages, viewers))
    led = np.zeros((pages, viewers), dtype=int)
    for page in range(pages):
        slate = goals.recommend(a_request(rng, viewers))
        led[page] = slate.memo.own.leader
        on = lengths > page
        clicked = np.where(on & (minutes[page] > 0), 0, -1)
        goals.learn(Feedback(slate, clicked, minutes[page] * on, active=on))
    wanted = [
        (led[start, viewer], minutes[start : lengths[viewer], viewer].sum())
        for viewer in range(viewers)
        for start in range(0, lengths[viewer], hold or pages)
    ]
    assert sorted(told) == sorted(wanted)
    for viewer, length in enumerate(lengths):
        for start in range(0, length, hold or pages):
            block = led[start : min(start + (hold or pages), length), viewer]
            assert (block == block[0]).all()


def test_viewers_who_ask_no_more_have_left():
    goals = HeldGoals(honest(2), rng=np.random.default_rng(0))
    feed(goals, np.random.default_rng(0), rounds=3, pages=4)
    assert goals.bandit.chosen.sum() == 0
    goals.recommend(Request(np.array([9]), np.arange(10)[None], 3))
    assert goals.bandit.chosen.sum() == 4


def test_a_goal_for_the_session_finds_the_editor():
    platform = Platform(rng=np.random.default_rng(0))
    catalog = platform.catalog
    agents = [InterestAgent(catalog), NoveltyAgent(catalog), EditorAgent(catalog)]
    goals = HeldGoals(agents, rng=np.random.default_rng(1))
    play_sessions(platform, goals, 60)
    play_sessions(platform, goals, 30)
    assert goals.bandit.expected(np.array([[1.0, 1, 0, 0, 0]])).argmax() == 2
    with pytest.raises(ValueError, match="at least one page"):
        HeldGoals(agents, hold=0)


# --- trees and traffic -----------------------------------------------------------------------


@given(leaves=st.integers(1, 200), branching=st.integers(2, 7))
@settings(max_examples=60, deadline=None)
def test_no_node_of_a_tree_has_too_many_children_and_everybody_reports(leaves, branching):
    levels = tree_levels(leaves, branching)
    assert len(levels[0]) == leaves and levels[-1].max(initial=0) == 0
    for lower, upper in itertools.pairwise(levels):
        assert set(lower) == set(range(len(upper)))
    for parents in levels:
        assert np.bincount(parents).max() <= branching
    np.testing.assert_array_equal(under(levels).sum(axis=0), len(levels))


@given(seed=SEEDS, leaves=st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_weights_of_a_tree_are_products_along_the_way_and_add_up(seed, leaves):
    rng = np.random.default_rng(seed)
    tree = ControllerTree(honest(leaves), branching=3)
    tree.theta = rng.normal(size=tree.theta.shape)
    contexts = rng.normal(size=(4, len(FEATURES)))
    gates = tree.gates(contexts)
    weights = tree.weights_of(gates)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    offsets = np.cumsum([0, *map(len, tree.levels)])
    for leaf in range(leaves):
        product, node = np.ones(4), leaf
        for depth, parents in enumerate(tree.levels):
            product, node = product * gates[:, offsets[depth] + node], parents[node]
        np.testing.assert_allclose(weights[:, leaf], product)


def test_a_tree_of_one_level_is_a_router():
    rng = np.random.default_rng(0)
    flat, tree = LearnedRouter(honest(4)), ControllerTree(honest(4), branching=4)
    flat.theta = tree.theta = rng.normal(size=flat.theta.shape)
    contexts = rng.normal(size=(3, len(FEATURES)))
    np.testing.assert_allclose(flat.gates(contexts), softmax(contexts @ flat.theta.T))
    np.testing.assert_allclose(tree.weights_of(tree.gates(contexts)), flat.gates(contexts))


@pytest.mark.parametrize("agents", [4, 16, 64])
def test_the_busiest_node_of_a_tree(agents):
    request = a_request(np.random.default_rng(0), 3)
    flat = ControllerTree(honest(agents), branching=agents).recommend(request).trace
    assert max(load(flat).values()) == len(flat) == 2 * agents
    tree = ControllerTree(honest(agents), branching=4).recommend(request).trace
    assert max(load(tree).values()) == (8 if agents == 4 else 10)


def test_a_failed_controller_silences_those_below_and_nobody_else():
    agents = honest(9)
    tree = ControllerTree(agents, branching=3, failed=["controller 1.2"])
    slate = tree.recommend(a_request(np.random.default_rng(0), 4))
    np.testing.assert_allclose(slate.credit[..., 3:6], 0.0)
    assert (slate.credit[..., [0, 8]] > 0).any()
    silent = [m for m in slate.trace if m.kind == "no answer"]
    assert [(m.sender, m.receiver) for m in silent] == [("controller 1.2", "coordinator")]
    assert not {m.receiver for m in slate.trace} & {"agent 3", "agent 4", "agent 5"}
    with pytest.raises(ValueError, match="no controllers called"):
        ControllerTree(agents, failed=["controller 7.7"])


def test_the_time_to_an_answer_by_hand():
    trace = Trace()
    for sender, receiver, seconds in (
        ("a", "boss", 1.0), ("b", "boss", 1.0), ("boss", "coordinator", 1.0),
        ("c", "coordinator", 5.0),
    ):  # fmt: skip
        trace.add(sender, receiver, "opinion", seconds=seconds)
    # boss has read a and b at 1 + 2 * 0.5, answers at 3; read by 3.5; c arrives at 5.
    assert answer_time(trace, 0.5) == pytest.approx(5.5)
    assert answer_time(Trace(), 0.5) == 0.0


# --- the fallback ----------------------------------------------------------------------------


class Broken(EqualVotes):
    """A controller that does something else than it should."""

    how: object = None

    def recommend(self, request):
        slate = super().recommend(request)
        return self.how(slate) if callable(self.how) else slate


def doubled(slate):
    return Slate(slate.videos[:, [0, 0, 1]], request=slate.request)


def strangers(slate):
    return Slate(slate.videos + 1000, request=slate.request)


def short(slate):
    return Slate(slate.videos[:, :2], request=slate.request)


def sleepy(slate):
    time.sleep(0.5)
    return slate


def raising(slate):
    raise RuntimeError("out of order")


@pytest.mark.parametrize("how", [doubled, strangers, short, sleepy, raising, lambda slate: None])
def test_the_backup_makes_the_page_and_each_agent_is_taught_once(how):
    agents = honest(3, noise=0.0)
    controller, backup = Broken(agents), EqualVotes(agents)
    controller.how = how
    guarded = WithFallback(controller, backup, deadline=0.2 if how is sleepy else None)
    request = a_request(np.random.default_rng(0), 5)
    slate = guarded.recommend(request)
    np.testing.assert_array_equal(slate.videos, backup.recommend(request).videos)
    assert guarded.outages == 1 and slate.request is request
    kinds = [message.kind for message in slate.trace]
    assert kinds[1].startswith("no answer: ")
    guarded.learn(Feedback(slate, np.full(5, -1), np.zeros(5)))
    assert [agent.learned for agent in agents] == [1, 1, 1]


def test_a_controller_that_works_is_left_to_work():
    agents = honest(3)
    guarded = WithFallback(LearnedRouter(agents, rng=np.random.default_rng(0)), EqualVotes(agents))
    feed(guarded, np.random.default_rng(0), rounds=3)
    assert guarded.outages == 0 and np.abs(guarded.controller.theta).sum() > 0
    assert [agent.learned for agent in agents] == [3, 3, 3]


def test_a_late_controller_is_not_called_again_until_it_is_done():
    agents = honest(2)
    controller = Broken(agents)
    controller.how = sleepy
    guarded = WithFallback(controller, EqualVotes(agents), deadline=0.1)
    request = a_request(np.random.default_rng(0), 2)
    kinds = [guarded.recommend(request).trace.messages[1].kind for _ in range(2)]
    assert kinds == ["no answer: late", "no answer: still busy"]
    with pytest.raises(ValueError, match="deadline"):
        WithFallback(controller, controller, deadline=0.0)


def test_an_editor_says_what_it_prefers_and_why():
    platform = Platform(rng=np.random.default_rng(0))
    request = platform.reset(3)
    opinion = EditorAgent(platform.catalog).opine(request)
    np.testing.assert_allclose(opinion.scores, platform.catalog.quality[request.candidates])
    assert all("rated" in reason for reason in opinion.reasons)
