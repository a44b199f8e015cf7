"""The reasoning agent: its belief is Bayes' rule, its plans are the planner's, its words true."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.baselines import PlannerAgent
from mavrs_course.agents.reasoning import GridBelief, ReasoningAgent, ahead
from mavrs_course.agents.reasoning.belief import (
    chance_liked,
    deviation,
    even_levels,
    evolution,
    mean,
)
from mavrs_course.agents.reasoning.particles import ParticleBelief, likelihood, resample
from mavrs_course.agents.reasoning.reasons import (
    LIKED,
    OPEN,
    UNSUPPORTED,
    Grounds,
    best_grounds,
    reason,
    support,
)
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Agent, Feedback, Request, Slate
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_day, play_sessions
from mavrs_course.world.topics import N_TOPICS, TOPICS

COARSE = np.array([-0.8, -0.1, 0.3, 0.9])


def enumerated(prior, topics, clicked):
    """Bayes' rule by listing every combination of levels: marginals float[T, G]."""
    count, size = prior.shape
    posterior = np.zeros_like(prior)
    for state in itertools.product(range(size), repeat=count):
        weights = [COARSE[state[topic]] + 1.0 for topic in topics]
        chosen = 2.0 if clicked == NO_CLICK else weights[clicked]
        chance = np.prod([prior[t, g] for t, g in enumerate(state)]) * chosen / (sum(weights) + 2.0)
        for topic, level in enumerate(state):
            posterior[topic, level] += chance
    return posterior / posterior.sum(axis=1, keepdims=True)


def one_page(belief, topics, clicked):
    belief.update(np.array([0]), np.array([topics]), np.array([clicked]))
    return belief.probability[0]


def test_posterior_worked_by_hand():
    """Levels -0.5 and 0.5, one slot: P(click) is 0.5 / 2.5 = 1/5 or 1.5 / 3.5 = 3/7."""
    clicked = one_page(GridBelief([-0.5, 0.5], topics=1, evolving=False), [0], 0)
    skipped = one_page(GridBelief([-0.5, 0.5], topics=1, evolving=False), [0], NO_CLICK)
    assert clicked[0] == pytest.approx([7 / 22, 15 / 22])
    assert skipped[0] == pytest.approx([(4 / 5) / (4 / 5 + 4 / 7), (4 / 7) / (4 / 5 + 4 / 7)])


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    topics=st.lists(st.integers(0, 2), min_size=1, max_size=5),
    data=st.data(),
)
def test_a_page_is_taken_in_exactly(seed, topics, data):
    """Any prior over independent topics, any page, also one that repeats a topic."""
    clicked = data.draw(st.integers(-1, len(topics) - 1))
    belief = GridBelief(COARSE, topics=3, evolving=False)
    belief.meet(np.array([0]))
    belief.probability[0] = np.random.default_rng(seed).dirichlet(np.ones(4), 3)
    wanted = enumerated(belief.probability[0].copy(), topics, clicked)
    got = one_page(belief, topics, clicked)
    shown = sorted(set(topics))
    assert got[shown] == pytest.approx(wanted[shown], abs=1e-6)


def joint_of_pages(pages, topics=2):
    """The whole posterior, evolution included, by listing states and where each click takes them:
    expected interest float[T]."""
    worlds = {state: 1.0 for state in itertools.product(COARSE, repeat=topics)}
    for shown, clicked in pages:
        moved = {}
        for state, chance in worlds.items():
            weights = [state[topic] + 1.0 for topic in shown]
            chosen = 2.0 if clicked == NO_CLICK else weights[clicked]
            chance *= chosen / (sum(weights) + 2.0)
            branches = [(state, 1.0)]
            if clicked != NO_CLICK:
                topic = shown[clicked]
                u = state[topic]
                step = 0.3 * (1 - abs(u)) * (1 - u)
                branches = [
                    ((*state[:topic], round(u + sign * step, 9), *state[topic + 1 :]), part)
                    for sign, part in ((1, (u + 1) / 2), (-1, (1 - u) / 2))
                ]
            for branch, part in branches:
                moved[branch] = moved.get(branch, 0.0) + chance * part
        worlds = moved
    total = sum(worlds.values())
    return sum(np.array(state) * chance for state, chance in worlds.items()) / total


PAGES = [([0, 1], 0), ([1, 0], NO_CLICK), ([0, 0], 1), ([0, 1], 1), ([1, 1], NO_CLICK)]


def test_particles_agree_with_exact_enumeration_over_pages_that_move_interest():
    rng = np.random.default_rng(0)
    particles = rng.choice(COARSE, (1, 200_000, 2))
    belief = ParticleBelief(particles, rng)
    for shown, clicked in PAGES:
        belief.update(np.array([0]), np.array([shown]), np.array([clicked]))
    assert belief.interest[0] == pytest.approx(joint_of_pages(PAGES), abs=0.01)


def test_the_grid_is_near_exact_enumeration_over_several_pages():
    """After a page topics depend on each other a little, and the grid forgets that."""
    belief = GridBelief(COARSE, topics=2, evolving=False)
    prior, pages = np.full((2, 4), 0.25), [page for page in PAGES if page[1] == NO_CLICK]
    for shown, clicked in pages:
        got = one_page(belief, shown, clicked)
        prior = enumerated(prior, shown, clicked)
    assert got == pytest.approx(prior, abs=0.01)


def test_grid_and_particles_agree_on_whole_sessions_with_evolution():
    rng = np.random.default_rng(4)
    platform = Platform(rng=rng)
    platform.reset(10)
    grid, sampled = GridBelief(topics=N_TOPICS), ParticleBelief.of_new(10, 20_000, rng)
    for _ in range(12):
        request = platform.request
        feedback = platform.show(Slate(request.candidates[:, :3], request=request))
        topics = platform.catalog.topic[feedback.slate.videos]
        grid.update(platform.viewers, topics, feedback.clicked)
        sampled.update(np.arange(10), topics, feedback.clicked)
    assert np.abs(grid.interest - sampled.interest).mean() < 0.02


def test_evolution_keeps_probability_and_moves_as_the_viewer_does():
    levels = even_levels(80)
    moved = evolution(levels)
    assert moved.sum(axis=1) == pytest.approx(1.0) and moved.min() >= 0.0
    drift = 0.3 * (1 - np.abs(levels)) * (1 - levels) * levels
    inside = np.abs(levels) < 0.9
    assert (moved @ levels)[inside] == pytest.approx((levels + drift)[inside])


def test_a_click_speaks_for_its_topic_and_against_the_others():
    belief = GridBelief(topics=N_TOPICS, evolving=False)
    probability = one_page(belief, [3, 7, 11], 0)
    expected = mean(probability, belief.levels)
    assert expected[3] > 0.05 and expected[7] < 0 and expected[11] == pytest.approx(expected[7])
    untouched = np.delete(expected, [3, 7, 11])
    assert untouched == pytest.approx(0.0)


def test_viewers_do_not_influence_each_other():
    together, alone = GridBelief(topics=N_TOPICS), GridBelief(topics=N_TOPICS)
    pages = np.array([[0, 1, 2], [0, 1, 2]])
    together.update(np.array([0, 1]), pages, np.array([0, NO_CLICK]))
    alone.update(np.array([1]), pages[1:], np.array([NO_CLICK]))
    assert together.probability[1] == pytest.approx(alone.probability[1])


@pytest.mark.parametrize("levels", [[0.0], [0.5, 0.1], [-2.0, 0.0], [[0.0, 1.0]]])
def test_levels_that_make_no_sense_are_refused(levels):
    with pytest.raises(ValueError, match="levels"):
        GridBelief(levels, topics=N_TOPICS)


def test_likelihood_worked_by_hand():
    weights = np.array([[[2.0, 1.0, 0.0]]])
    assert likelihood(weights, np.array([0]))[0, 0] == pytest.approx(0.4)
    assert likelihood(weights, np.array([NO_CLICK]))[0, 0] == pytest.approx(0.4)
    assert likelihood(weights, np.array([2]))[0, 0] == 0.0


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 40))
def test_resampling_draws_in_proportion(seed, count):
    """Systematic: each particle comes up its expected number of times, rounded up or down."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(count), 3)
    drawn = resample(weights, rng)
    times = np.stack([np.bincount(row, minlength=count) for row in drawn])
    assert (np.abs(times - count * weights) < 1.0 + 1e-6).all()


# --- ahead ---


def test_the_plan_with_perfect_knowledge_is_the_planners():
    platform = Platform(rng=np.random.default_rng(0))
    request = platform.reset(50)
    planner = PlannerAgent(platform)
    values = ahead.click_values(platform.catalog, request.candidates, planner.rate)
    weights = platform.attraction(request.candidates)
    scores = ahead.plan_scores(weights, values, planner.rate, request.slots)
    assert scores == pytest.approx(planner.opine(request).scores)


def test_value_of_information_worked_by_hand():
    """Weights 0.5 or 1.5 alike, rest 2, value 1, bar 1: P(click) = (1/5 + 3/7) / 2 = 11/35.

    After a click the weight is 1.5 * 15/22 + 0.5 * 7/22 = 13/11, so 2/11 above the bar; after
    none it is below; so 11/35 * 2/11 = 2/35.
    """
    told = ahead.value_of_information(
        np.array([[[0.5, 0.5]]]), np.array([-0.5, 0.5]), np.ones((1, 1)), np.ones((1, 1)),
        np.full((1, 1), 2.0),
    )  # fmt: skip
    assert told[0, 0] == pytest.approx(2 / 35)


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_information_is_never_harmful_and_worthless_when_known_or_out_of_reach(seed):
    rng = np.random.default_rng(seed)
    levels = even_levels(10)
    histograms = rng.dirichlet(np.ones(10), (3, 4))
    values, rest = rng.uniform(-2, 4, (3, 4)), np.full((3, 1), 4.0)
    bar = rng.uniform(-1, 2, (3, 1))
    assert ahead.value_of_information(histograms, levels, values, bar, rest).min() >= 0.0
    known = np.eye(10)[rng.integers(10, size=(3, 4))]
    assert ahead.value_of_information(known, levels, values, bar, rest) == pytest.approx(0.0)
    out_of_reach = np.full((3, 1), 100.0)
    assert not ahead.value_of_information(histograms, levels, values, out_of_reach, rest).any()


def test_interest_grows_in_those_who_like_it_and_wanes_in_the_others():
    levels = even_levels()
    moved = evolution(levels)
    for start, sign in ((0.5, 1), (-0.5, -1)):
        histogram = np.eye(40)[[np.abs(levels - start).argmin()]]
        change = mean(ahead.after_clicks(histogram, moved, 5), levels) - mean(histogram, levels)
        assert sign * change[0] > 0.02
    with pytest.raises(ValueError, match="take clicks back"):
        ahead.after_clicks(histogram, moved, -1)


def test_latent_needs_were_hardly_shown_and_promise_most():
    agent = ReasoningAgent(Platform(rng=np.random.default_rng(0)).catalog, rate=1.4)
    before = [topic for topic, _ in agent.latent_needs(0, count=2)]
    assert before == [19, 18]  # of a new viewer, the topics that give most time back
    agent.shown[0, 19] = 3
    assert 19 not in [topic for topic, _ in agent.latent_needs(0)]
    skipped = np.array([[18, 18, 18]])
    for _ in range(20):
        agent.belief.update(np.array([0]), skipped, np.array([NO_CLICK]))
    assert agent.latent_needs(0)[0][0] == 17


# --- reasons ---


def grounds(topic=3, chance=0.5, interest=0.0, shown=4, clicked=1):
    return Grounds(topic, chance, interest, shown, clicked, 4.0, 1.4)


def topics_named(text):
    return {topic for topic, name in enumerate(TOPICS) if name in text.lower()}


def test_support_by_chance():
    assert support(np.array([0.1, 0.29, 0.3, 0.5, 0.7, 0.9])).tolist() == [
        UNSUPPORTED, UNSUPPORTED, OPEN, OPEN, LIKED, LIKED,
    ]  # fmt: skip


def test_a_reason_is_its_numbers_in_words():
    assert reason(grounds(19, 0.86, 0.41, 5, 3), TOPICS) == (
        "Science explained: you clicked 3 of the 5 you were shown. I am 86 % sure that you like "
        "it (interest +0.41, from −1 to 1). 4.0 minutes of it use 1.4 of your time."
    )
    assert "can't tell yet" in reason(grounds(chance=0.5), TOPICS)
    assert topics_named(reason(None, TOPICS)) == set()
    with pytest.raises(ValueError, match="does not support"):
        reason(grounds(chance=0.2), TOPICS)


def test_what_is_liked_is_named_before_what_is_open():
    page = [grounds(1, 0.1), grounds(2, 0.5), grounds(3, 0.8), grounds(4, 0.9)]
    assert best_grounds(page).topic == 3
    assert best_grounds(page[:2]).topic == 2
    assert best_grounds(page[:1]) is None


def catalog_for_reasons(cache={}):  # noqa: B006  one catalogue for all examples
    if not cache:
        cache["catalog"] = Platform(rng=np.random.default_rng(0)).catalog
    return cache["catalog"]


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 100_000), sharpness=st.floats(0.01, 5.0), shift=st.floats(-4, 4))
def test_a_reason_never_names_a_topic_that_the_belief_does_not_support(seed, sharpness, shift):
    """Whatever the belief, and the counts, and the candidates."""
    rng = np.random.default_rng(seed)
    catalog, viewers = catalog_for_reasons(), np.arange(6)
    agent = ReasoningAgent(catalog, rate=rng.uniform(0, 2), curiosity=rng.uniform(0, 30))
    agent.meet(viewers)
    tilt = np.exp(shift * agent.belief.levels)
    drawn = rng.dirichlet(np.full(40, sharpness), (6, N_TOPICS)) * tilt + 1e-12
    agent.belief.probability[:] = drawn / drawn.sum(axis=2, keepdims=True)
    agent.shown[:] = rng.integers(0, 9, agent.shown.shape)
    agent.clicked[:] = rng.integers(0, agent.shown + 1)
    request = Request(viewers, np.stack([rng.permutation(len(catalog))[:10] for _ in viewers]), 3)
    opinion = agent.opine(request)
    liked = chance_liked(agent.belief.probability, agent.belief.levels)
    page = np.argsort(-opinion.scores, axis=1, kind="stable")[:, :3]
    for viewer, text in enumerate(opinion.reasons):
        named = topics_named(text)
        shown = set(catalog.topic[request.candidates[viewer, page[viewer]]].tolist())
        assert len(named) <= 1 and named <= shown
        assert bool(named) == any(liked[viewer, topic] >= 0.3 for topic in shown)
        for topic in named:
            check_numbers(agent, viewer, topic, liked[viewer, topic], text)


def check_numbers(agent, viewer, topic, liked, text):
    """The words fit the belief, figure by figure."""
    assert liked >= 0.3
    assert ("sure that you like it" in text) == (liked >= 0.7)
    assert ("can't tell yet" in text) == (liked < 0.7)
    assert float(re.search(r"(\d+) %", text)[1]) == pytest.approx(100 * liked, abs=0.5001)
    if match := re.search(r"interest ([+−]?[\d.]+)", text):
        stated = float(match[1].replace("−", "-"))
        assert stated == pytest.approx(agent.belief.interest[viewer, topic], abs=0.00501)
    if match := re.search(r"clicked (\d+) of the (\d+)", text):
        counted = agent.clicked[viewer, topic], agent.shown[viewer, topic]
        assert (int(match[1]), int(match[2])) == counted
    else:
        assert agent.shown[viewer, topic] == 0


# --- the agent ---


def test_it_is_an_agent_and_counts_what_it_saw():
    platform = Platform(rng=np.random.default_rng(0))
    request = platform.reset(2)
    agent = ReasoningAgent(platform.catalog, rate=1.4)
    assert isinstance(agent, Agent) and agent.opine(request).confidence == pytest.approx(0.0)
    videos = request.candidates[:, :3]
    feedback = Feedback(
        Slate(videos, request=request), np.array([1, 0]), np.array([4.0, 4.0]),
        active=np.array([True, False]),
    )  # fmt: skip
    agent.learn(feedback)
    assert agent.shown.sum(axis=1).tolist() == [3, 0]
    assert agent.clicked[0, platform.catalog.topic[videos[0, 1]]] == 1
    assert agent.belief.interest[1] == pytest.approx(0.0)
    with pytest.raises(ValueError, match="request="):
        agent.learn(Feedback(Slate(videos), np.array([1, 0]), np.zeros(2)))


def test_it_needs_a_price_of_time():
    with pytest.raises(ValueError, match="price of time"):
        ReasoningAgent(Platform(rng=np.random.default_rng(0)).catalog)


def test_the_same_seed_gives_the_same_sessions():
    def played():
        rng = np.random.default_rng(5)
        platform = Platform(rng=rng)
        agent = ReasoningAgent(platform.catalog, rng, curiosity=5.0)
        return play_sessions(platform, SingleAgent(agent), 20).watch_minutes

    assert np.array_equal(played(), played())


def test_learned_plans_beat_learned_myopia_and_a_second_day_is_better_known():
    minutes = {}
    for name, options in (("plan", {}), ("myopic", {"rate": 0.0}), ("flat", {"learning": False})):
        platform = Platform(rng=np.random.default_rng(0))
        rng = None if options.get("rate") == 0.0 else np.random.default_rng(1)
        agent = ReasoningAgent(platform.catalog, rng, **options)
        play_sessions(platform, SingleAgent(agent), 150)
        platform.next_day()
        minutes[name] = play_day(platform, SingleAgent(agent)).watch_minutes.mean()
        if name == "plan":
            known = [
                np.corrcoef(believed, true)[0, 1]
                for believed, true in zip(agent.belief.interest, platform.interest, strict=True)
            ]
    assert minutes["plan"] > minutes["myopic"] + 80
    assert minutes["plan"] > minutes["flat"]
    assert np.mean(known) > 0.7


def test_deviation_of_the_flat_belief_is_that_of_the_uniform():
    flat = np.full(400, 1 / 400)
    assert deviation(flat, even_levels(400)) == pytest.approx(1 / np.sqrt(3), abs=1e-3)
