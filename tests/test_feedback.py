"""The feedback agent's signals: position, watch time, delays, bots, and what ends an evening."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from mavrs_course.agents.baselines import RandomAgent
from mavrs_course.agents.feedback import FeedbackAgent, delay, fraud, position, watch
from mavrs_course.agents.feedback.leaving import EveningPrices
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Agent, Feedback, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Examination
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, TOPICS
from mavrs_course.world.viewers import REFUND_RATE, START_BUDGET

seeds = st.integers(0, 2**32 - 1)


def position_based_counts(examination, relevance, shows):
    """Counts that are exactly what the model expects."""
    return shows, shows * np.outer(examination, relevance)


def random_pages(pages, seed=0, effects=(), slots=3):
    platform = Platform(slots=slots, effects=effects, rng=np.random.default_rng(seed))
    request = platform.reset(pages)
    slate = Slate(request.candidates[:, :slots], request=request)
    return platform, platform.show(slate)


# --- position --------------------------------------------------------------------------------


def test_tally_counts_by_slot_and_leaves_out_ended_sessions():
    request = Request(np.arange(3), np.array([[0, 1], [1, 0], [0, 1]]), 2)
    feedback = Feedback(
        Slate(request.candidates, request=request),
        clicked=np.array([1, NO_CLICK, 0]),
        watch_minutes=np.zeros(3),
        active=np.array([True, True, False]),
    )
    shown, clicked = position.tally(feedback, np.array([0, 1]), 2)
    assert shown.tolist() == [[1, 1], [1, 1]]
    assert clicked.tolist() == [[0, 0], [0, 1]]


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_em_finds_what_the_model_was_made_with(seed):
    rng = np.random.default_rng(seed)
    examination = np.array([1.0, *rng.uniform(0.2, 0.9, 2)])
    relevance = rng.uniform(0.1, 0.6, 8)
    shows = rng.uniform(50, 500, (3, 8))
    e, r = position.examination_by_em(
        *position_based_counts(examination, relevance, shows), rounds=20_000
    )
    assert np.allclose(e, examination, atol=0.01)
    assert np.allclose(r, relevance, atol=0.01)


def test_both_corrections_give_the_relevance_of_a_hand_worked_log():
    # 100 shows in slot 0 and 300 in slot 1, seen half as often; 4 of 10 who look click.
    shown, clicked = np.array([[100.0], [300.0]]), np.array([[40.0], [60.0]])
    examination = np.array([1.0, 0.5])
    assert position.naive_rates(shown, clicked) == pytest.approx([0.25])
    assert position.ips_rates(shown, clicked, examination) == pytest.approx([160 / 400])
    assert position.debiased_rates(shown, clicked, examination) == pytest.approx([100 / 250])


def test_what_was_never_shown_has_no_rate():
    shown, clicked = np.array([[4.0, 0.0]]), np.array([[1.0, 0.0]])
    assert np.isnan(position.naive_rates(shown, clicked)[1])
    assert np.isnan(position.examination_by_em(shown, clicked)[1][1])


@pytest.mark.parametrize("fading", [0.5, 1.0])
def test_randomised_pages_find_the_worlds_examination(fading):
    """Within 0.04: slots compete in the world, and the position-based model says they do not."""
    platform, feedback = random_pages(60_000, effects=[Examination(fading)])
    found = position.examination_by_randomisation(
        *position.tally(feedback, platform.catalog.topic, N_TOPICS)
    )
    truth = np.arange(1.0, 4.0) ** -fading
    assert np.allclose(found, truth, atol=0.04)
    assert np.all(found[1:] > truth[1:]), "competition makes late slots look better"


def test_a_model_of_the_viewers_takes_competition_out():
    _, feedback = random_pages(150_000, effects=[Examination()])
    rates = np.bincount(feedback.clicked[feedback.clicked >= 0], minlength=3) / 150_000
    weights = np.random.default_rng(1).uniform(0, 2, (100_000, 3))
    found = position.examination_in_competition(rates, weights)
    assert np.allclose(found, [1, 1 / 2, 1 / 3], atol=0.012)


def test_randomisation_needs_clicks_in_the_first_slot():
    with pytest.raises(ValueError, match="first slot"):
        position.examination_by_randomisation(np.ones((2, 1)), np.array([[0.0], [1.0]]))


# --- watch -----------------------------------------------------------------------------------


def test_quantiles_share_ranks_between_equals():
    found = watch.duration_quantiles(np.array([1.0, 3.0, 3.0, 9.0]), np.array([0, 0, 0, 1]))
    assert found == pytest.approx([1 / 6, 4 / 6, 4 / 6, 1 / 2])


@given(seeds, st.integers(1, 6))
def test_each_stratum_has_a_mean_quantile_of_one_half(seed, groups):
    rng = np.random.default_rng(seed)
    length = rng.uniform(1, 20, 60)
    watched = watch.watch_some(rng.uniform(-1, 1, 60), length, rng)
    stratum = watch.strata(length, groups)
    quantile = watch.duration_quantiles(watched, stratum)
    for group in range(groups):
        assert quantile[stratum == group].mean() == pytest.approx(0.5)
    assert np.all((quantile > 0) & (quantile < 1))
    assert np.all(watch.watch_ratio(watched, length) <= 1)


def test_strata_are_equally_full():
    assert np.bincount(watch.strata(np.arange(40.0), 4)).tolist() == [10, 10, 10, 10]
    with pytest.raises(ValueError, match="at least one group"):
        watch.strata(np.arange(3.0), 0)


def test_quantiles_forget_the_length_and_keep_the_interest():
    rng = np.random.default_rng(0)
    interest, length = rng.uniform(-1, 1, 40_000), rng.uniform(0.5, 20, 40_000)
    watched = watch.watch_some(interest, length, rng)
    quantile = watch.duration_quantiles(watched, watch.strata(length, 40))
    by_length = [np.corrcoef(x, length)[0, 1] for x in (watched, watched / length, quantile)]
    assert by_length[0] > 0.2 and by_length[1] < -0.3 and abs(by_length[2]) < 0.02
    assert np.corrcoef(quantile, interest)[0, 1] > 0.25


# --- delay -----------------------------------------------------------------------------------


def test_a_young_show_counts_for_the_part_of_it_that_could_have_come():
    age = np.array([np.log(2), np.log(2), np.inf])
    assert delay.arrived_share(age, 1.0) == pytest.approx([0.5, 0.5, 1.0])
    assert delay.corrected_rate(np.array([True, False, False]), age, 1.0) == pytest.approx(0.5)


def late_likes(rate, mean, shows, rng):
    age, wait = rng.uniform(0, 3 * mean, shows), rng.exponential(mean, shows)
    arrived = (rng.random(shows) < rate) & (wait < age)
    return arrived, wait, age


def test_correcting_for_delay_is_unbiased_and_not_correcting_is_not():
    rng = np.random.default_rng(0)
    found = [
        (arrived.mean(), delay.corrected_rate(arrived, age, 5.0))
        for arrived, _, age in (late_likes(0.3, 5.0, 500, rng) for _ in range(400))
    ]
    naive, corrected = np.mean(found, axis=0)
    assert naive < 0.22
    assert corrected == pytest.approx(0.3, abs=4 * np.std(found, axis=0)[1] / 20)


def test_em_finds_how_many_likes_there_will_be_and_how_long_they_take():
    rate, mean = delay.fit_delays(*late_likes(0.3, 5.0, 40_000, np.random.default_rng(1)))
    assert rate == pytest.approx(0.3, abs=0.01)
    assert mean == pytest.approx(5.0, rel=0.05)
    with pytest.raises(ValueError, match="not one like"):
        delay.fit_delays(np.zeros(3, bool), np.zeros(3), np.ones(3))


def test_silence_is_weighed_by_how_often_it_is_kept():
    # Ten content viewers of whom half answer, ten others of whom one in ten does.
    answer = np.repeat([1.0, 0.0], 10)
    answered = np.arange(20) % 10 < np.repeat([5, 1], 10)
    chance = np.repeat([0.5, 0.1], 10)
    assert answer[answered].mean() == pytest.approx(5 / 6)
    assert delay.rate_of_those_who_answer(answer, answered, chance) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="never to answer"):
        delay.rate_of_those_who_answer(answer, answered, np.zeros(20))


# --- fraud -----------------------------------------------------------------------------------


def test_surprise_is_fishers_exact_test():
    shown, clicked = np.array([[4, 4, 9]]), np.array([[3, 0, 5]])
    found = fraud.surprise(shown, clicked, np.array([0, 0, 1]))
    # 3 of 3 clicks of the topic on 4 of its 8 shows: 4 choose 3 over 8 choose 3.
    assert found == pytest.approx(np.array([[4 / 56, 1.0, 1.0]]))
    assert fraud.crowd_surprise(shown, clicked)[0, 0] == pytest.approx(hypergeom.sf(2, 17, 8, 4))


def test_reports_follow_benjamini_and_hochberg():
    chance = np.array([[0.001], [0.04], [0.012], [0.9]])
    assert fraud.suspects(chance, 0.05).tolist() == [True, False, True, False]
    # The largest that is small enough takes all smaller ones along.
    assert fraud.suspects(np.array([[0.049], [0.04]]), 0.05).all()
    assert not fraud.suspects(np.array([[0.05], [0.9]]), 0.05).any()


def test_precision_and_recall_by_hand():
    reported, bots = np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 1], bool)
    assert fraud.precision_recall(reported, bots) == (1 / 2, 1 / 3)
    assert np.isnan(fraud.precision_recall(~np.ones(2, bool), np.zeros(2, bool))).all()


def days_with_bots(seed, days, viewers=300, bots=30, cover=0.5):
    rng = np.random.default_rng(seed)
    platform = Platform(Catalog.sample(400, rng), rng=rng)
    creator = platform.catalog.creator
    is_bot = np.arange(viewers) < bots
    bought = creator == int(rng.integers(creator.max() + 1))
    platform.reset(viewers)
    shown = clicked = 0
    for day in range(days):
        for _ in range(50):
            request = platform.request
            feedback = platform.show(Slate(request.candidates[:, :3], request=request))
            feedback = fraud.with_bots(feedback, is_bot, bought, cover, rng)
            counts = fraud.count_by_creator(feedback, creator, viewers)
            shown, clicked = shown + counts[0], clicked + counts[1]
        if day < days - 1:
            platform.next_day()
    topic = np.zeros(creator.max() + 1, dtype=int)
    topic[creator] = platform.catalog.topic
    return shown, clicked, topic, is_bot


def test_bots_are_found_and_fans_left_in_peace():
    shown, clicked, topic, bots = days_with_bots(0, days=5)
    precision, recall = fraud.precision_recall(
        fraud.suspects(fraud.surprise(shown, clicked, topic)), bots
    )
    assert precision >= 0.9 and recall >= 0.7
    fans_taken = fraud.suspects(fraud.crowd_surprise(shown, clicked))
    assert fraud.precision_recall(fans_taken, bots)[0] < precision


def test_people_alone_are_hardly_ever_reported():
    for seed in range(3):
        shown, clicked, topic, bots = days_with_bots(seed, days=2, bots=0)
        reported = fraud.suspects(fraud.surprise(shown, clicked, topic))
        assert reported.sum() <= 3 and not bots.any()


# --- leaving ---------------------------------------------------------------------------------


@given(seeds)
@settings(deadline=None, max_examples=25)
def test_prices_solve_the_equations_of_finished_evenings(seed):
    rng = np.random.default_rng(seed)
    price = rng.uniform(0.002, 0.01, 5)
    spent = rng.uniform(1, 40, (200, 5))
    spent /= (spent @ price)[:, None]
    ledger = EveningPrices(5, prior=0.0)
    ledger.add(spent[:120])
    ledger.add(spent[120:])
    assert ledger.prices == pytest.approx(price)


def test_nothing_is_known_before_a_session_has_ended():
    with pytest.raises(ValueError, match="no session has ended"):
        _ = EveningPrices(3).prices


# --- the agent -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def taught():
    """A platform with examination, and an agent that watched 300 sessions of random pages."""
    platform = Platform(effects=[Examination()], rng=np.random.default_rng(3))
    agent = FeedbackAgent(platform.catalog)
    chance = SingleAgent(RandomAgent(np.random.default_rng(4)))
    platform.reset(300)
    while platform.active.any():
        agent.learn(platform.show(chance.recommend(platform.request)))
    return platform, agent


def test_it_is_an_agent_and_starts_without_prejudice():
    agent = FeedbackAgent(Catalog.sample(60, np.random.default_rng(0)))
    assert isinstance(agent, Agent)
    opinion = agent.opine(Request(np.arange(2), np.arange(20).reshape(2, 10), 3))
    assert np.ptp(opinion.scores) == pytest.approx(0)
    assert opinion.confidence.tolist() == [0, 0]
    assert all(reason.endswith("so this is a guess.") for reason in opinion.reasons)


def test_it_learns_what_an_evening_costs_from_when_viewers_leave(taught):
    _, agent = taught
    truth = (1.0 - REFUND_RATE * MEAN_QUALITY) / START_BUDGET
    assert np.corrcoef(agent.price, truth)[0, 1] > 0.995
    assert np.abs(agent.price - truth).max() * START_BUDGET < 0.1


def test_it_learns_how_much_each_slot_is_seen(taught):
    _, agent = taught
    assert np.allclose(agent.examination, [1, 1 / 2, 1 / 3], atol=0.06)


def test_what_it_learned_keeps_new_viewers_much_longer(taught):
    platform, agent = taught
    rng = np.random.default_rng(5)
    chance = play_sessions(platform, SingleAgent(RandomAgent(rng)), 200).watch_minutes
    own = play_sessions(platform, SingleAgent(agent, rng), 200).watch_minutes
    assert own.mean() > chance.mean() + 60


def test_its_reasons_are_its_numbers(taught):
    platform, agent = taught
    request = platform.reset(40)
    opinion = agent.opine(request)
    looks, usual = agent.looks, agent.price * agent.evening_minutes
    for row, reason in enumerate(opinion.reasons):
        first = request.candidates[row, opinion.scores[row].argmax()]
        topic = platform.catalog.topic[first]
        assert reason.startswith(TOPICS[topic][:1].upper() + TOPICS[topic][1:])
        numbers = [float(x.replace(",", "")) for x in re.findall(r"\d[\d,]*\.?\d*", reason)]
        assert numbers == [
            agent.shown[:, topic].sum(),
            round(looks[topic]),
            agent.clicked[:, topic].sum(),
            pytest.approx(usual[topic], abs=0.051),
        ]


def test_suspended_accounts_teach_it_nothing():
    platform, feedback = random_pages(50)
    agent, other = (FeedbackAgent(platform.catalog) for _ in range(2))
    bots = feedback.slate.request.viewers[:20]
    agent.suspend(bots)
    agent.learn(feedback)
    active = np.arange(50) >= 20
    other.learn(Feedback(feedback.slate, feedback.clicked, feedback.watch_minutes, active=active))
    assert np.array_equal(agent.shown, other.shown)
    assert np.array_equal(agent.clicked, other.clicked)


def test_given_examination_is_used_as_it_is():
    platform, feedback = random_pages(200)
    agent = FeedbackAgent(platform.catalog, examination=[1, 0.5, 0.25])
    agent.learn(feedback)
    assert agent.examination.tolist() == [1, 0.5, 0.25]
    assert agent.looks == pytest.approx(np.array([1, 0.5, 0.25]) @ agent.shown)


def test_examination_needs_an_entry_for_each_slot():
    platform, feedback = random_pages(20)
    longer = FeedbackAgent(platform.catalog, examination=[1, 0.5, 0.25, 0.1])
    shorter = FeedbackAgent(platform.catalog, examination=[1, 0.5])
    for agent in (longer, shorter):
        agent.learn(feedback)
    assert longer.examination.tolist() == [1, 0.5, 0.25]
    with pytest.raises(ValueError, match="pages have 3"):
        shorter.opine(platform.request)


def test_a_page_without_its_request_teaches_nobody():
    agent = FeedbackAgent(Catalog.sample(60, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="request"):
        agent.learn(Feedback(Slate(np.array([[0, 1]])), np.array([0]), np.array([4.0])))
