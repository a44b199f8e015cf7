"""The simple agents count right, believe what the evidence supports, and say so in words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from mavrs_course.agents.simple import InterestAgent, NoveltyAgent, PopularityAgent
from mavrs_course.messages import NO_CLICK, Agent, Feedback, Request, Slate
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.topics import N_TOPICS, TOPICS

CATALOG = Catalog.sample(60, np.random.default_rng(0))
ALL_AGENTS = [PopularityAgent, InterestAgent, NoveltyAgent]


def video_of(topic: int) -> int:
    return int(np.flatnonzero(CATALOG.topic == topic)[0])


def page(viewers, videos, clicked, active=None) -> Feedback:
    """What ``viewers`` did with pages of ``videos`` [B, K]."""
    videos = np.array(videos)
    request = Request(np.array(viewers), videos, videos.shape[1])
    active = None if active is None else np.array(active)
    return Feedback(
        Slate(videos, request=request), np.array(clicked), np.zeros(len(videos)), active=active
    )


def ask(agent, viewers, topics):
    """The opinion on one candidate for each of ``topics``, for each viewer."""
    candidates = np.tile([video_of(topic) for topic in topics], (len(viewers), 1))
    return agent.opine(Request(np.array(viewers), candidates, 1))


@st.composite
def histories(draw):
    """A few pages of one to three slots, shown to up to four viewers."""
    pages = []
    for _ in range(draw(st.integers(1, 8))):
        viewers = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
        slots = draw(st.integers(1, 3))
        video = st.lists(st.integers(0, len(CATALOG) - 1), min_size=slots, max_size=slots)
        videos = [draw(video) for _ in viewers]
        clicked = [draw(st.integers(NO_CLICK, slots - 1)) for _ in viewers]
        pages.append(page(viewers, videos, clicked, [draw(st.booleans()) for _ in viewers]))
    return pages


def count(history, topic, viewer=None):
    """(shown, clicked, everything shown), counted one by one."""
    shown = clicked = everything = 0
    for feedback in history:
        for row, who in enumerate(feedback.slate.request.viewers):
            if not feedback.active[row] or viewer not in (None, who):
                continue
            for slot, video in enumerate(feedback.slate.videos[row]):
                everything += 1
                shown += CATALOG.topic[video] == topic
                clicked += CATALOG.topic[video] == topic and feedback.clicked[row] == slot
    return shown, clicked, everything


@pytest.mark.parametrize("kind", ALL_AGENTS)
def test_each_is_an_agent(kind):
    assert isinstance(kind(CATALOG), Agent)


@pytest.mark.parametrize("kind", ALL_AGENTS)
@settings(max_examples=60, deadline=None)
@given(history=histories(), viewer=st.integers(0, 3), data=st.data())
def test_the_reason_names_the_first_choice_and_the_true_counts(kind, history, viewer, data):
    agent = kind(CATALOG)
    for feedback in history:
        agent.learn(feedback)
    topics = data.draw(st.lists(st.integers(0, 19), min_size=2, max_size=6, unique=True))
    opinion = ask(agent, [viewer], topics)
    reason = opinion.reasons[0]
    named = topics[int(opinion.scores[0].argmax())]
    assert reason.lower().startswith(TOPICS[named])
    about = None if kind is PopularityAgent else viewer
    shown, clicked, everything = count(history, named, about)
    numbers = [float(text.replace("−", "-")) for text in re.findall(r"[+−]?\d+(?:\.\d+)?", reason)]
    if kind is PopularityAgent:
        assert numbers == ([clicked, shown] if shown else [])
    elif kind is NoveltyAgent:
        assert numbers == ([shown, everything] if everything else [])
    elif shown:
        assert numbers[:2] == [clicked, shown]
        assert numbers[2] == pytest.approx(opinion.scores[0].max(), abs=0.005)
    else:
        assert not numbers


@pytest.mark.parametrize("kind", ALL_AGENTS)
def test_nobody_is_confident_before_seeing_anything(kind):
    opinion = ask(kind(CATALOG), [0, 7], [3, 4])
    np.testing.assert_allclose(opinion.confidence, 0.0, atol=1e-12)
    assert np.ptp(opinion.scores) == 0


@pytest.mark.parametrize("kind", ALL_AGENTS)
@settings(max_examples=30, deadline=None)
@given(history=histories())
def test_confidence_stays_between_zero_and_one(kind, history):
    agent = kind(CATALOG)
    for feedback in history:
        agent.learn(feedback)
    confidence = ask(agent, [0, 1, 2, 3, 9], range(N_TOPICS)).confidence
    assert np.all((confidence >= 0) & (confidence <= 1))


@pytest.mark.parametrize("kind", ALL_AGENTS)
def test_ended_sessions_teach_nothing(kind):
    agent = kind(CATALOG)
    agent.learn(page([0, 1], [[video_of(2)], [video_of(3)]], [NO_CLICK, 0], [False, False]))
    assert agent.shown.sum() == 0


@pytest.mark.parametrize("kind", ALL_AGENTS)
def test_asking_changes_no_opinion(kind):
    agent = kind(CATALOG)
    agent.learn(page([0], [[video_of(2), video_of(3)]], [1]))
    once, again = (ask(agent, [0, 5], range(N_TOPICS)) for _ in range(2))
    np.testing.assert_array_equal(once.scores, again.scores)
    assert once.reasons == again.reasons


@pytest.mark.parametrize("kind", ALL_AGENTS)
def test_a_slate_for_nobody_is_refused_in_words(kind):
    feedback = Feedback(Slate(np.array([[1]])), np.array([0]), np.zeros(1))
    with pytest.raises(ValueError, match="request="):
        kind(CATALOG).learn(feedback)


@pytest.mark.parametrize("kind", [InterestAgent, NoveltyAgent])
def test_what_one_viewer_does_changes_nothing_for_another(kind):
    agent = kind(CATALOG)
    before = ask(agent, [1], range(N_TOPICS)).scores
    agent.learn(page([0, 2], [[video_of(2)], [video_of(3)]], [0, NO_CLICK]))
    np.testing.assert_array_equal(ask(agent, [1], range(N_TOPICS)).scores, before)


def test_popularity_is_the_smoothed_click_rate():
    agent = PopularityAgent(CATALOG)
    pets, rants = video_of(12), video_of(2)
    agent.learn(page([0, 1, 2], [[pets, rants]] * 3, [0, 0, NO_CLICK]))
    assert agent.rate[12] == pytest.approx((2 + 1) / (3 + 5))
    assert agent.rate[2] == pytest.approx((0 + 1) / (3 + 5))
    assert agent.rate[5] == pytest.approx(1 / 5)
    opinion = ask(agent, [9], [2, 12, 5])
    np.testing.assert_allclose(opinion.scores, [[1 / 8, 3 / 8, 1 / 5]])
    assert opinion.confidence == pytest.approx([3 / 8])


def test_popularity_can_count_single_videos():
    agent = PopularityAgent(CATALOG, by="video")
    first, second = np.flatnonzero(CATALOG.topic == 12)[:2]
    agent.learn(page([0], [[first, second]], [0]))
    opinion = agent.opine(Request(np.array([3]), np.array([[second, first]]), 1))
    np.testing.assert_allclose(opinion.scores, [[1 / 6, 2 / 6]])
    assert opinion.reasons == [f"{CATALOG.title(first)}: clicked 1 of the 1 times shown."]


def test_popularity_counts_by_topic_or_video_only():
    with pytest.raises(ValueError, match="'creator'"):
        PopularityAgent(CATALOG, by="creator")


@pytest.mark.parametrize("clicked", [True, False])
def test_one_video_moves_the_belief_as_bayes_says(clicked):
    def likelihood(u):
        return (u + 1) / (u + 3) if clicked else 2 / (u + 3)

    total = quad(likelihood, -1, 1)[0]
    mean = quad(lambda u: u * likelihood(u), -1, 1)[0] / total
    agent = InterestAgent(CATALOG)
    agent.learn(page([0], [[video_of(4)]], [0 if clicked else NO_CLICK]))
    assert agent.interest[0, 4] == pytest.approx(mean, abs=0.002)
    assert np.delete(agent.interest[0], 4) == pytest.approx(0.0, abs=1e-12)


def test_a_skip_says_less_than_a_click():
    agent = InterestAgent(CATALOG)
    agent.learn(page([0, 0], [[video_of(4)], [video_of(5)]], [0, NO_CLICK]))
    assert agent.interest[0, 4] > -agent.interest[0, 5] > 0


def test_losing_to_a_click_says_less_than_being_skipped_alone():
    agent = InterestAgent(CATALOG)
    agent.learn(page([0], [[video_of(4), video_of(5)]], [0]))
    agent.learn(page([1], [[video_of(5)]], [NO_CLICK]))
    assert agent.interest[1, 5] < agent.interest[0, 5] < 0


def test_a_batch_learns_what_its_rows_would_have_taught_one_by_one():
    videos, clicked = [[video_of(4)], [video_of(6)], [video_of(4)]], [0, NO_CLICK, NO_CLICK]
    together, apart = InterestAgent(CATALOG), InterestAgent(CATALOG)
    together.learn(page([0, 1, 0], videos, clicked))
    for viewer, video, click in zip([0, 1, 0], videos, clicked, strict=True):
        apart.learn(page([viewer], [video], [click]))
    np.testing.assert_allclose(together.interest, apart.interest)


def test_what_it_believes_is_right_on_average():
    """Among viewers of whom it believes the same, the mean interest is what it believes."""
    rng = np.random.default_rng(1)
    viewers = 4000
    interest = rng.uniform(-1, 1, viewers)
    agent = InterestAgent(CATALOG)
    for _ in range(12):
        clicks = rng.random(viewers) < (interest + 1) / (interest + 3)
        agent.learn(page(np.arange(viewers), [[video_of(4)]] * viewers, np.where(clicks, 0, -1)))
    believed = agent.interest[:, 4]
    for level in np.unique(believed.round(6)):
        alike = np.isclose(believed, level)
        if alike.sum() >= 100:
            error = interest[alike].std() / np.sqrt(alike.sum())
            assert interest[alike].mean() == pytest.approx(level, abs=4 * error)


def test_its_confidence_grows_as_its_error_shrinks():
    rng = np.random.default_rng(2)
    interest = rng.uniform(-1, 1, 500)
    agent, errors, confidences = InterestAgent(CATALOG), [], []
    for _ in range(4):
        for _ in range(10):
            clicks = np.where(rng.random(500) < (interest + 1) / (interest + 3), 0, NO_CLICK)
            agent.learn(page(np.arange(500), [[video_of(4)]] * 500, clicks))
        errors.append(np.abs(agent.interest[:, 4] - interest).mean())
        confidences.append(ask(agent, np.arange(500), [4]).confidence.mean())
    assert np.all(np.diff(errors) < 0) and np.all(np.diff(confidences) > 0)


def test_knowing_your_interest_earns_more_clicks_than_chance():
    rates = {}
    for name in ("interest", "chance"):
        platform = Platform(CATALOG, rng=np.random.default_rng(3))
        agent, rng = InterestAgent(platform.catalog), np.random.default_rng(4)
        platform.reset(200)
        clicks = []
        for _ in range(40):
            request = platform.request
            scores = agent.opine(request).scores
            scores = scores if name == "interest" else rng.random(scores.shape)
            columns = np.argsort(-scores, axis=1, kind="stable")[:, : request.slots]
            videos = np.take_along_axis(request.candidates, columns, axis=1)
            feedback = platform.show(Slate(videos))
            agent.learn(feedback)
            clicks.append((feedback.clicked != NO_CLICK).mean())
        rates[name] = np.mean(clicks)
    assert rates["interest"] > rates["chance"] + 0.03


def test_novelty_goes_round_all_topics_before_it_repeats_one():
    agent, seen = NoveltyAgent(CATALOG), []
    for _ in range(N_TOPICS):
        topic = int(ask(agent, [0], range(N_TOPICS)).scores[0].argmax())
        agent.learn(page([0], [[video_of(topic)]], [NO_CLICK]))
        seen.append(topic)
    assert sorted(seen) == list(range(N_TOPICS))


def test_novelty_is_sure_when_its_choice_stands_out():
    agent = NoveltyAgent(CATALOG)
    agent.learn(page([0] * 4, [[video_of(1)]] * 4, [0] * 4))
    assert ask(agent, [0], [1, 2]).confidence == pytest.approx([1.0])
    agent.learn(page([0] * 4, [[video_of(2)]] * 4, [0] * 4))
    assert ask(agent, [0], [1, 2]).confidence == pytest.approx([0.0])
