"""The learning platform: KSS's figures, steps by hand, forgetting, tiredness, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.agents.learning.walks import GreedyLessonAgent, LegalWalkAgent
from mavrs_course.agents.simple import PopularityAgent
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Slate, World
from mavrs_course.world.learning import WORLDS
from mavrs_course.world.learning.forgetting import ForgettingLearners
from mavrs_course.world.learning.kss import KSSLearners, chance_of_right, growth
from mavrs_course.world.learning.platform import NOT_ASKED, LearningPlatform
from mavrs_course.world.learning.structure import KSS, KnowledgeStructure
from mavrs_course.world.offer import PlatformError

EASY = KnowledgeStructure(("only",))  # the warm-up always teaches it
CHAIN = KnowledgeStructure(("first", "second", "third"), ((0, 1), (1, 2)))


def a_world(seed=0, **how):
    return LearningPlatform(rng=np.random.default_rng(seed), **how)


def page(world, topic):
    """The candidate of a topic, for everybody; topic may be a number a row."""
    candidates = world.request.candidates
    fits = world.catalog.topic[candidates] == np.broadcast_to(topic, len(candidates))[:, None]
    return Slate(candidates[np.arange(len(candidates)), fits.argmax(axis=1)][:, None])


def played(world, agent, learners):
    world.reset(learners)
    coordinator = SingleAgent(agent)
    while world.active.any():
        coordinator.learn(world.show(coordinator.recommend(world.request)))
    return world.progress.mean()


# --- KSS -----------------------------------------------------------------------------------------

SEEDS = range(12)


def over_seeds(make, steps):
    """Mean progress of 200 learners for each seed: the difficulties are drawn anew."""
    worlds = [a_world(seed, steps=steps) for seed in SEEDS]
    return np.array([played(world, make(world), 200) for world in worlds])


@pytest.mark.parametrize(("steps", "known"), [(10, 0.157), (30, 0.477)])
def test_a_random_legal_walk_scores_what_it_scores_in_edusims_code(steps, known):
    found = over_seeds(lambda world: LegalWalkAgent(world, np.random.default_rng(1)), steps)
    spread = found.std(ddof=1)
    assert 0.01 < spread < 0.08
    # The known figure is a mean of 5 seeds.
    assert abs(found.mean() - known) < 2 * spread * np.sqrt(1 / len(SEEDS) + 1 / 5)


@pytest.mark.parametrize(("steps", "known"), [(10, 0.269), (30, 0.459)])
def test_one_step_greedy_scores_what_it_scores_in_edusims_code(steps, known):
    found = over_seeds(GreedyLessonAgent, steps)
    assert abs(found.mean() - known) < 2 * found.std(ddof=1) * np.sqrt(1 / len(SEEDS) + 1 / 5)


def test_the_greedy_teacher_gives_nobody_a_break():
    world = a_world(energy=3.0)
    request = world.reset(40)
    slate = SingleAgent(GreedyLessonAgent(world)).recommend(request)
    assert (world.catalog.topic[slate.videos] < 10).all()


def test_any_step_at_all_scores_far_less():
    rng, worlds = np.random.default_rng(1), [a_world(seed, steps=10) for seed in SEEDS]
    scores = []
    for world in worlds:
        world.reset(200)
        while world.active.any():
            world.show(page(world, rng.integers(0, 10, 200)))
        scores.append(world.progress.mean())
        assert world.lost.mean() > 2
    assert 0.03 < np.mean(scores) < 0.09  # EduSim's code: .054


def test_what_is_legal_after_an_item():
    legal = KSS.legal_after
    after = [set(np.flatnonzero(row)) for row in legal]
    assert after[0] == {0, 1, 2}
    assert after[3] == {3, 4, 1, 0}  # itself, onwards, back, and back again
    assert after[7] == {7, 8, 6}
    assert after[9] == {9, 5, 4, 8, 2, 7}
    assert KnowledgeStructure(("alone", "apart")).legal_after.all()


def test_the_order_puts_prerequisites_first():
    structure = KSS
    assert structure.order == (0, 5, 6, 1, 2, 7, 3, 4, 8, 9)
    assert all(structure.order.index(a) < structure.order.index(b) for a, b in structure.edges)


def test_learning_by_hand():
    ability = np.array([[1.0, 0.0, -1.0], [5.0, 3.0, 4.9]])
    # Unprepared by 4: 5 / 2 * exp(-4), and half of it for what follows; prepared: 2 / 2.
    expected = [[0, 2.5 * np.exp(-4), 1.25 * np.exp(-4)], [0, 1.0, 0.5]]
    np.testing.assert_allclose(growth(ability, np.array([1, 1]), CHAIN), expected)
    first = growth(ability[:1], np.array([0]), CHAIN)
    np.testing.assert_allclose(first, [[2.0, 1.0, 0.5]])
    # On two ways: 2 goes to 4 at once, and to 8 both at once and through 4.
    assert KSS.spread[2, 8] == pytest.approx(0.5 + 0.25)


def test_answers_by_hand():
    assert chance_of_right(np.array(2.0), np.array(2.0)) == pytest.approx(0.625)
    assert chance_of_right(np.array(-9.0), np.array(2.0)) == pytest.approx(0.25)
    edge = 2.0 - np.log(2) / 8.5  # where it is exactly a half
    assert chance_of_right(np.array(edge), np.array(2.0)) == pytest.approx(0.5)


def test_abilities_stop_at_five_and_an_illegal_step_does_nothing():
    learners = KSSLearners(np.random.default_rng(0), CHAIN, warm_up=0)
    learners.start(2)
    learners.ability[:] = [[4.9, 4.9, 4.9], [0.0, 0.0, 0.0]]
    learners.last[:] = [0, 0]
    legal, _ = learners.study(np.array([0, 1]), np.array([0, 2]))
    assert legal.tolist() == [True, False]
    np.testing.assert_allclose(learners.ability, [[4.95, 4.925, 4.9125], [0, 0, 0]])
    assert learners.last.tolist() == [0, 0]
    learners.ability[0, 1] = 4.99  # what follows is given .0125, and takes .01
    learners.study(np.array([0]), np.array([0]))
    assert learners.ability[0, :2] == pytest.approx([4.975, 5.0])


def test_new_learners_are_as_in_kss():
    learners = KSSLearners(np.random.default_rng(3))
    learners.start(2_000)
    wanted = learners.target.sum(axis=1)
    assert wanted.min() == 3 and wanted.max() == 10
    assert (learners.progress == 0).all()
    assert ((learners.right & learners.target).sum(axis=1) < wanted).all()
    in_order = learners.difficulty[[5, 0, 1, 2, 3, 4, 6, 7, 8, 9]]
    assert (np.diff(in_order) >= 0).all() and set(in_order) <= set(range(6))
    cold = KSSLearners(np.random.default_rng(3), warm_up=0)
    cold.start(2_000)
    assert (cold.last == -1).all() and cold.legal.all()
    start = cold.ability + 0.1 * np.arange(10)
    np.testing.assert_allclose(np.unique(start.round(9)), [-3, -2, -1, 0])


# --- the platform --------------------------------------------------------------------------------


def test_feedback_says_what_came_of_a_lesson():
    world = a_world(steps=3)
    world.reset(50)
    last = world.learners.last
    apart = np.array([np.flatnonzero(~row)[0] for row in world.learners.structure.legal_after])
    before = world.learners.ability.copy()
    feedback = world.show(page(world, apart[last]))
    assert feedback.lost.all() and (feedback.clicked == NO_CLICK).all()
    assert (feedback.watch_minutes == 0).all() and (feedback.right == NOT_ASKED).all()
    np.testing.assert_array_equal(before, world.learners.ability)
    feedback = world.show(page(world, last))
    assert not feedback.lost.any() and (feedback.clicked == 0).all()
    np.testing.assert_array_equal(feedback.watch_minutes, 4.0)
    right = world.learners.right[np.arange(50), last]
    np.testing.assert_array_equal(feedback.right == 1, right)
    assert world.lost.tolist() == [1] * 50 and world.active.all()
    world.show(page(world, last))
    assert not world.active.any()
    world.next_day()
    assert world.active.all() and (world.lost == 0).all()


def test_breaks_in_turn_with_lessons_make_room_for_more_lessons():
    """Energy 5, a lesson costs 1, a break gives back a half, 20 steps."""
    lessons, breaks, in_turn = (a_world(steps=20, energy=5.0) for _ in range(3))
    minutes = []
    for world, plan in ((lessons, [0]), (breaks, [10]), (in_turn, [0, 10])):
        world.reset(4)
        watched, step = np.zeros(4), 0
        while world.active.any():
            topic = np.where(plan[step % len(plan)] == 10, 10, world.learners.last)
            watched += world.show(page(world, topic)).watch_minutes
            step += 1
        minutes.append(watched[0])
        assert (world.steps_taken == step).all()
    assert (breaks.energy == 5.0).all()  # never above full
    # Lessons alone end after 5, breaks alone never.  In turn, a lesson and a break together cost a
    # half: after 8 of each 1 is left, and the ninth lesson ends it.
    assert minutes == [4.0 * 5, 4.0 * 20, 4.0 * 17]


def test_the_tired_choose_breaks_of_a_page():
    world = a_world(slots=2, energy=4.0)
    world.reset(4_000)
    one_of_each = np.hstack([page(world, world.learners.last).videos, page(world, 10).videos])
    world.energy[:] = 1.0
    feedback = world.show(Slate(one_of_each))
    assert np.mean(feedback.clicked == 0) == pytest.approx(0.25, abs=0.03)
    np.testing.assert_allclose(np.unique(world.energy), [0.0, 1.5])
    assert (world.active == (world.energy > 0)).all()


def test_rows_whose_session_is_over_change_nothing():
    world = a_world(steps=10, energy=5.0)
    world.reset(3)
    world.active[1] = False
    ability = world.learners.ability[1].copy()
    feedback = world.show(page(world, world.learners.last))
    assert feedback.active.tolist() == [True, False, True]
    assert feedback.clicked[1] == NO_CLICK and feedback.right[1] == NOT_ASKED
    np.testing.assert_array_equal(ability, world.learners.ability[1])
    assert world.energy[1] == 5.0 and world.steps_taken[1] == 0


def test_seeds():
    def scores(seed):
        world = WORLDS["learning"](np.random.default_rng(seed))
        agent = LegalWalkAgent(world, np.random.default_rng(0))
        return played(world, agent, 30), world.request.candidates

    np.testing.assert_equal(scores(1), scores(1))
    assert scores(1)[0] != scores(2)[0]


def test_pages_offer_one_lesson_on_each_item_and_two_breaks():
    assert isinstance(WORLDS["learning"](np.random.default_rng(0)), World)
    world = a_world(energy=5.0)
    request = world.reset(300)
    topics = np.sort(world.catalog.topic[request.candidates], axis=1)
    assert (topics == [*range(11), 10]).all()
    ordered = np.sort(request.candidates, axis=1)
    assert (ordered[:, 1:] > ordered[:, :-1]).all()
    assert world.viewers[-1] + 1 == world.reset(2).viewers[0]


# --- forgetting ----------------------------------------------------------------------------------


def test_half_lives_by_hand():
    learners = ForgettingLearners(np.random.default_rng(0), CHAIN, learn=1.0, half_life=2.0)
    learners.start(20_000)
    everyone, first = np.arange(20_000), np.zeros(20_000, dtype=int)
    legal, right = learners.study(everyone, first)
    assert legal.all() and np.mean(right) == pytest.approx(0.9, abs=0.01)
    legal, right = learners.study(everyone, first + 2)  # its prerequisite is not known
    assert not legal.any() and np.mean(right) == pytest.approx(0.2, abs=0.012)
    learners.sleep(1.0)
    assert learners.known[:, 0].mean() == pytest.approx(2**-0.5, abs=0.013)
    learners.study(everyone, first)  # again: half-lives double, but only of what was still known
    learners.study(everyone, first)  # twice on one day is once
    lives, share = np.unique(learners.half_life[:, 0], return_counts=True)
    assert lives.tolist() == [2.0, 4.0]
    assert share[1] / 20_000 == pytest.approx(2**-0.5, abs=0.013)


def test_in_the_world_the_night_takes_knowledge():
    learners = ForgettingLearners(np.random.default_rng(0), learn=1.0)
    world = a_world(learners=learners, steps=10)
    world.reset(500)
    for item in learners.structure.order:
        assert not world.show(page(world, item)).lost.any()
    assert (world.progress == 1).all()
    world.next_day()
    assert world.progress.mean() == pytest.approx(2**-0.5, abs=0.03)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda videos: videos + 1_000, "catalogue ends"),
        (lambda videos: videos[:, :1], "shape"),
        (lambda videos: videos + 0.5, "int"),
        (lambda videos: videos[:, [0, 0]], "twice"),
    ],
)
def test_pages_that_cannot_be_shown_are_refused(spoil, says):
    world = a_world(slots=2)
    world.reset(3)
    with pytest.raises(PlatformError, match=says):
        world.show(Slate(spoil(world.request.candidates[:, :2])))
    assert (world.steps_taken == 0).all()


def test_nobody_there():
    world = a_world(steps=1)
    for use in (lambda: world.request, world.next_day, lambda: world.reset(0)):
        with pytest.raises(PlatformError, match="reset"):
            use()
    world.reset(1)
    world.show(page(world, 0))
    with pytest.raises(PlatformError, match="every session is over"):
        world.show(page(world, 0))


def test_one_learner_and_one_candidate():
    one = KSSLearners(np.random.default_rng(0), EASY, warm_up=0)
    one.difficulty[:] = 5
    world = a_world(learners=one, steps=12)
    assert world.reset(1).candidates.shape == (1, 1)
    assert played(world, PopularityAgent(world.catalog), 1) == 1.0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: KnowledgeStructure(()), "at least one item"),
        (lambda: KnowledgeStructure(("a", "b"), ((0, 2),)), "outside"),
        (lambda: KnowledgeStructure(("a", "b"), ((0, 1), (1, 0))), "circle"),
        (lambda: a_world(slots=11), "slots"),
        (lambda: a_world(steps=0), "steps"),
        (lambda: a_world(energy=0.0), "energy"),
        (lambda: LearningPlatform(rng=3), "rng"),
        (lambda: ForgettingLearners(np.random.default_rng(0), slip=2.0), "slip"),
        (lambda: KSSLearners(np.random.default_rng(0), EASY).start(5), "warm-up"),
    ],
)
def test_worlds_that_cannot_be_are_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


def test_who_looks_into_heads_answers_for_the_present_only():
    world = a_world()
    old, agent = world.reset(3), LegalWalkAgent(world, np.random.default_rng(0))
    world.reset(3)
    with pytest.raises(ValueError, match="own request"):
        agent.opine(old)
    with pytest.raises(TypeError, match="KSS"):
        GreedyLessonAgent(a_world(learners=ForgettingLearners(np.random.default_rng(0))))
