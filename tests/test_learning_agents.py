"""Agents that teach: planner, legality, zone, aim, KA Lite; their baselines and exact paths."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mavrs_course.agents.learning import logistic
from mavrs_course.agents.learning.answers import answers_in, curriculum, goals
from mavrs_course.agents.learning.bkt import BKT, NO_ANSWER
from mavrs_course.agents.learning.exact import TANG, TANG_LEARN, best_paths
from mavrs_course.agents.learning.kalite import KINDS, QUOTA, ClassmatesAgent, ka_lite
from mavrs_course.agents.learning.legality import LegalityAgent
from mavrs_course.agents.learning.planner import PathAgent, beam_search
from mavrs_course.agents.learning.zone import BEST_SUCCESS, AimAgent, ZoneAgent
from mavrs_course.coordination.notes import lessons
from mavrs_course.coordination.quota import FixedQuota
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Feedback, Opinion, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.learning.gradient import GradientLearners, normal_cdf
from mavrs_course.world.learning.platform import LearningFeedback, LearningPlatform
from mavrs_course.world.learning.structure import KSS, KnowledgeStructure

RNG = np.random.default_rng
CHAIN = KnowledgeStructure(("first", "second", "third"), ((0, 1), (1, 2)))
CHAIN_CATALOG = Catalog(np.array([0, 1, 2]), np.zeros(3), topics=CHAIN.items)


def a_world(seed=0, **how):
    return LearningPlatform(rng=RNG(seed), **how)


def lesson(topic, right, *, lost=False, viewer=0):
    """Feedback on one lesson of the chain."""
    request = Request(np.array([viewer]), np.array([[0, 1, 2]]), 1)
    slate = Slate(np.array([[topic]]), request=request)
    return LearningFeedback(
        slate,
        clicked=np.array([NO_CLICK if lost else 0]),
        watch_minutes=np.array([0.0 if lost else 4.0]),
        right=np.array([-1 if lost else int(right)]),
        lost=np.array([lost]),
    )


EVERYTHING = Request(np.array([0]), np.array([[0, 1, 2]]), 1)


def scores(agent):
    return np.asarray(agent.opine(EVERYTHING).scores)[0]


def progress(world, coordinator, learners=80):
    world.reset(learners)
    while world.active.any():
        coordinator.learn(world.show(coordinator.recommend(world.request)))
    return world.progress.mean()


# --- exact paths ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "nothing", "first"),
    [(1, 0.6, 0.7), (2, 1.26, 0.91), (3, 1.65, 0.973), (5, 1.9327, 0.9976)],
)
def test_tangs_two_skills_by_dynamic_programming(steps, nothing, first):
    best = best_paths(TANG, TANG_LEARN, steps)
    np.testing.assert_allclose(best.gained[steps, :2], [nothing, first], atol=5e-5)
    assert best.item[steps, :2].tolist() == [0, 1] and best.item[0, 0] == -1


def test_tangs_two_skills_at_random():
    found = best_paths(TANG, TANG_LEARN, 2, at_random=True)
    np.testing.assert_allclose(found.gained[2, :2], [0.615, 0.5775])


def test_exact_values_are_those_of_all_paths():
    """Three items in a row, each surely learned: after t steps t more are known."""
    sure = best_paths(CHAIN, np.ones(3), 4)
    assert sure.gained[:, 0].tolist() == [0, 1, 2, 3, 3]
    assert sure.gained[1, 0b010] == 1 and sure.gained[1, 0b011] == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: best_paths(TANG, np.array([0.5]), 2), "each of the 2"),
        (lambda: best_paths(TANG, np.array([0.5, 1.5]), 2), "probability"),
        (lambda: best_paths(TANG, TANG_LEARN, -1), "below 0"),
        (lambda: best_paths(KnowledgeStructure(("x",) * 13), np.ones(13), 1), "at most 12"),
        (lambda: AimAgent(CHAIN_CATALOG, CHAIN, 1.5), "aim"),
        (lambda: PathAgent(CHAIN_CATALOG, CHAIN, depth=0), "depth"),
        (lambda: FixedQuota([ZoneAgent(CHAIN_CATALOG, CHAIN)], {"path": 1}), "agents are"),
        (lambda: FixedQuota([ZoneAgent(CHAIN_CATALOG, CHAIN)], {"zone": 0}), "at least one seat"),
        (lambda: FixedQuota([ZoneAgent(CHAIN_CATALOG, CHAIN)], {"zone": 1.5}), "whole number"),
        (lambda: logistic.LogisticTracer(np.ones(6)), "7"),
        (lambda: logistic.fit(np.full((2, 3), NO_ANSWER)), "no answers"),
        (lambda: logistic.features(np.array([[0, 2]])), "not 2"),
        (lambda: GradientLearners(RNG(0), rate=0.0), "rate"),
    ],
)
def test_what_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


# --- what a page tells ---------------------------------------------------------------------------


def test_answers_of_a_page():
    said = answers_in(lesson(1, right=True), CHAIN_CATALOG, 3)
    assert said.topics.tolist() == [1] and said.right.all() and not said.lost.any()
    assert answers_in(lesson(1, right=False, lost=True), CHAIN_CATALOG, 3).lost.all()
    assert len(answers_in(lesson(2, right=True), CHAIN_CATALOG, 2).topics) == 0  # no item
    two = Slate(np.array([[0, 1]]), request=Request(np.array([0]), np.array([[0, 1, 2]]), 2))
    nothing = Feedback(two, np.array([NO_CLICK]), np.zeros(1))
    assert len(answers_in(nothing, CHAIN_CATALOG, 3).topics) == 0
    watched = answers_in(Feedback(two, np.array([1]), np.ones(1)), CHAIN_CATALOG, 3)
    assert watched.topics.tolist() == [1] and watched.right.all()


def test_a_part_of_the_feedback_still_says_what_was_right():
    first, second = lesson(0, right=True), lesson(1, right=False)
    request = Request(np.array([0, 1]), np.array([[0, 1, 2]] * 2), 1)
    both = LearningFeedback(
        Slate(np.array([[0], [1]]), request=request),
        *(np.concatenate([getattr(f, name) for f in (first, second)])
          for name in ("clicked", "watch_minutes", "liked", "followed", "active", "right", "lost")),
    )  # fmt: skip
    (part, rest) = lessons(both, ((np.array([1]), "a note"),))
    assert part.right.tolist() == [0] and part.slate.memo == "a note"
    assert rest.right.tolist() == [1] and rest.request.viewers.tolist() == [0]


def test_goals_are_those_of_who_is_there():
    world = a_world()
    assert goals(world)(np.array([3])).tolist() == [[1.0] * 10]
    world.reset(4)
    world.reset(4)
    wanted = goals(world)(np.array([0, 5]))
    assert wanted[0].all()
    np.testing.assert_array_equal(wanted[1], world.learners.target[1])


# --- legality ------------------------------------------------------------------------------------


def test_legality_learns_where_somebody_stands():
    agent = LegalityAgent(CHAIN_CATALOG, CHAIN)
    # From 0 and 1 everything next to them is legal; from 2 back to 1 and to 0.
    legal = CHAIN.legal_after
    np.testing.assert_allclose(scores(agent), legal.mean(axis=0))
    agent.learn(lesson(0, right=False))
    np.testing.assert_allclose(scores(agent), legal[0])
    agent.learn(lesson(2, right=False, lost=True))  # as the rule says: she is still at 0
    np.testing.assert_allclose(scores(agent), legal[0])
    agent.learn(lesson(0, right=False, lost=True))  # against the rule: it begins again
    np.testing.assert_allclose(scores(agent), legal.mean(axis=0))


def test_without_looking_into_heads_it_loses_less_than_one_step():
    lost = []
    for seed in range(5):
        world = a_world(seed, steps=10)
        agent = LegalityAgent(world.catalog, curriculum(world))
        progress(world, SingleAgent(agent, RNG(1)))
        lost.append(world.lost.mean())
    assert 0.1 < np.mean(lost) < 1.0


# --- the planner ---------------------------------------------------------------------------------


def sure_study(known, items):
    """A lesson teaches for sure if all before it is known."""
    known, rows = known.copy(), np.arange(len(items))
    known[rows, items] = np.maximum(
        known[rows, items], np.where(CHAIN.before[items], known, 1).prod(1)
    )
    return known


@pytest.mark.parametrize(("depth", "worth"), [(1, [0, 0, 0]), (2, [0, 0, 0]), (3, [1, 0, 0])])
def test_a_beam_sees_as_far_as_it_is_deep(depth, worth):
    """Only the third item counts, and it needs all three lessons."""
    found = beam_search(
        np.zeros((1, 3)), np.ones((1, 3)), np.ones((3, 3), dtype=bool), sure_study,
        lambda known, rows: known[:, 2] + 1e-6 * known.sum(axis=1), depth=depth, width=9,
    )  # fmt: skip
    np.testing.assert_allclose(found[0], worth, atol=1e-4)


def test_a_beam_is_the_best_of_all_paths_where_it_is_wide_enough():
    rng = RNG(3)
    model = PathAgent(a_world().catalog, KSS, BKT(0.2, 0.4, 0.1, 0.1))
    known, legal = rng.random((4, 10)), rng.random((4, 10))

    def worth(start, path):
        for item in path:
            start = model.study(start, np.array([item]))
        return start.sum()

    found = beam_search(
        known, legal, KSS.legal_after, model.study, lambda k, rows: k.sum(axis=1),
        depth=3, width=1_000,
    )  # fmt: skip
    after = [np.flatnonzero(row) for row in KSS.legal_after]
    for row in range(4):
        start = known[[row]]
        for first in range(10):
            paths = [(first, b, c) for b in after[first] for c in after[b]]
            best = max(worth(start, path) for path in paths)
            expected = start.sum() + legal[row, first] * (best - start.sum())
            assert found[row, first] == pytest.approx(expected)


def test_the_planner_begins_at_the_beginning_and_goes_on():
    agent = PathAgent(CHAIN_CATALOG, CHAIN, depth=3)
    assert scores(agent).argmax() == 0
    for _ in range(3):
        agent.learn(lesson(0, right=True))
    assert scores(agent).argmax() == 1


def test_the_planner_beats_a_legal_walk():
    gained = []
    for seed in range(6):
        way, walk = a_world(seed, steps=10), a_world(seed, steps=10)
        path = PathAgent(way.catalog, curriculum(way), wanted=goals(way))
        legal = LegalityAgent(walk.catalog, curriculum(walk))
        gained.append(progress(way, SingleAgent(path)) - progress(walk, SingleAgent(legal, RNG(1))))
    gained = np.array(gained)
    assert gained.mean() - 2 * gained.std(ddof=1) / math.sqrt(6) > 0.05


# --- neither too easy nor too hard ---------------------------------------------------------------


def test_a_zone_opens_where_what_comes_before_is_right():
    agent = ZoneAgent(CHAIN_CATALOG, CHAIN)
    assert agent.open(np.array([0])).tolist() == [[True, False, False]]
    assert scores(agent).tolist() == [0.2, -1, -1]
    agent.learn(lesson(0, right=True))
    assert agent.progress(np.array([0]))[0, 0] == 0.5  # wrong, wrong | wrong, right
    agent.learn(lesson(0, right=True))
    assert agent.open(np.array([0])).tolist() == [[True, True, False]]
    np.testing.assert_allclose(scores(agent), [1 + 0.2 / 3, 0.2, -1])
    for _ in range(2):
        agent.learn(lesson(0, right=True))
    assert agent.progress(np.array([0]))[0, 0] == 0.0  # all right: nothing is gained there


def test_ratings_by_hand():
    agent = AimAgent(CHAIN_CATALOG, CHAIN, aim=0.5, step=0.4)
    np.testing.assert_allclose(scores(agent), [0, 0, 0])
    agent.learn(lesson(0, right=True))  # expected .5: the learner rises by .2, the item falls
    sigmoid = 1 / (1 + np.exp(-np.array([0.4, 0.2, 0.2])))
    np.testing.assert_allclose(scores(agent), -(sigmoid - 0.5))
    assert AimAgent(CHAIN_CATALOG, CHAIN).aim == pytest.approx(normal_cdf(1.0))
    assert pytest.approx(0.84134, abs=1e-5) == BEST_SUCCESS


def test_precision_grows_as_the_formula_says_where_success_is_kept():
    """Every learner always gets the level that is nearest to precision * signal = reach."""
    found, fine = {}, np.geomspace(8.0, 0.1, 500)
    for reach in (0.5, 1.0, 2.0):
        learners = GradientLearners(RNG(0), signals=fine, starts=(0.5, 0.5))
        learners.start(50)
        for _ in range(60):
            away = np.abs(learners.precision[:, None] * fine - reach)
            learners.study(np.arange(50), away.argmin(axis=1))
        found[reach] = learners.precision[0]
    formula = {
        x: math.sqrt(0.25 + 2 * 60 * 0.1 * x * math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))
        for x in found
    }
    for reach, precision in found.items():
        assert precision == pytest.approx(formula[reach], rel=0.01)
    assert max(found, key=found.get) == 1.0


def test_answers_of_gradient_learners_are_as_likely_as_they_say():
    learners = GradientLearners(RNG(1), starts=(1.0, 1.0), rate=1e-9)
    learners.start(40_000)
    for level in (0, 4, 10):
        _, right = learners.study(np.arange(40_000), np.full(40_000, level))
        assert right.mean() == pytest.approx(learners.success[0, level], abs=0.01)
    np.testing.assert_allclose(learners.progress, 2 * 0.8413447 - 1, atol=1e-6)


# --- KA Lite -------------------------------------------------------------------------------------


def opinions(viewer=0):
    request = Request(np.array([viewer]), np.array([[0, 1, 2]]), 1)
    return lambda agent: np.asarray(agent.opine(request).scores)[0].tolist()


def test_the_five_of_ka_lite():
    resume, classmates, struggling, nearby, explore = (k(CHAIN_CATALOG, CHAIN) for k in KINDS)
    team, said = (resume, classmates, struggling, nearby, explore), opinions()
    assert all(said(agent) == [0, 0, 0] for agent in team)
    for agent in team:
        agent.learn(lesson(0, right=True))
        agent.learn(lesson(1, right=False))
    assert said(resume) == [0, 1, 0]
    assert said(struggling) == [1, 0, 0]
    assert said(nearby) == [0, 0, 1] and said(explore) == [0, 0, 0]
    assert opinions(7)(classmates) == [0, 1, 0]  # at first, what most went on to
    classmates.learn(lesson(0, right=True, viewer=7))
    assert opinions(7)(classmates) == [0, 1, 0]  # and after 0 others went on to 1
    explore.learn(lesson(0, right=True, viewer=7))
    assert opinions(7)(explore) == [0, 0, 0.5]
    assert set(QUOTA) == {agent.name for agent in team}


def test_as_deployed_the_rarest_comes_first():
    meant, deployed = (
        ClassmatesAgent(CHAIN_CATALOG, CHAIN, rarest_first=rarest) for rarest in (False, True)
    )
    for agent in (meant, deployed):
        for viewer, second in enumerate((1, 1, 2)):
            agent.learn(lesson(0, right=True, viewer=viewer))
            agent.learn(lesson(second, right=True, viewer=viewer))
        agent.learn(lesson(0, right=True, viewer=9))
    assert opinions(9)(meant) == [0, 2, 1] and opinions(9)(deployed) == [0, 0.5, 1]
    assert ka_lite(CHAIN_CATALOG, CHAIN)[1].rarest_first


class Fixed:
    """Wants what it is told to."""

    def __init__(self, name, wants):
        self.name, self.wants = name, np.array([wants], dtype=float)

    def opine(self, request):
        return Opinion(self.name, self.wants, np.ones(1))

    def learn(self, feedback):
        pass


def test_seats_are_dealt_as_the_quota_says():
    request = Request(np.array([0]), np.arange(5)[None], 4)
    team = [Fixed("a", [5, 4, 3, 2, 1]), Fixed("b", [1, 2, 3, 4, 5]), Fixed("c", [7, 7, 7, 7, 7])]
    slate = FixedQuota(team, {"a": 2, "b": 1, "c": 3}).recommend(request)
    # a's two, then b's one; c has no preference, so the seats of the others are dealt again.
    assert slate.videos[0].tolist() == [0, 1, 4, 2]
    assert slate.credit[0].argmax(axis=1).tolist() == [0, 0, 1, 0]
    nobody = FixedQuota([team[2]]).recommend(request)
    assert len(set(nobody.videos[0])) == 4
    drawn = [
        FixedQuota(team[:2], {"a": 3}, rng=RNG(seed)).recommend(request).videos[0, 0]
        for seed in range(400)
    ]
    assert np.mean(np.array(drawn) == 0) == pytest.approx(0.75, abs=0.07)


# --- the logistic baseline -----------------------------------------------------------------------


def test_features_by_hand():
    found = logistic.features(np.array([[1, 0, 1], [0, NO_ANSWER, NO_ANSWER]]))
    np.testing.assert_allclose(found[:, 0], [[0.5, 0.5, 0, 0, 0, 0.5, 1]] * 2)
    fast = 0.5 + 0.333 * 0.5
    np.testing.assert_allclose(found[0, 1], [fast, 0.55, 1, np.log(2), 0, 1, 1])
    fast -= 0.333 * fast
    np.testing.assert_allclose(found[0, 2], [fast, 0.495, 0, np.log(3), np.log(2), 0.5, 1])


def test_the_logistic_fit_is_where_the_slope_is_zero():
    rng = RNG(5)
    answers = (rng.random((300, 8)) < np.linspace(0.3, 0.9, 8)).astype(int)
    answers[::3, 5:] = NO_ANSWER
    tracer, there = logistic.fit(answers), answers != NO_ANSWER
    x, p = logistic.features(answers)[there], tracer.forward(answers)[there]
    slope = x.T @ (answers[there] - p) - np.append(np.ones(6), 0) * tracer.weights
    np.testing.assert_allclose(slope, 0, atol=1e-6)
    assert p.mean() == pytest.approx(answers[there].mean())


def test_distances_in_the_curriculum():
    assert KSS.distance[0, 9] == 3 and KSS.distance[6, 1] == 5
    assert np.isinf(KnowledgeStructure(("alone", "apart")).distance[0, 1])
