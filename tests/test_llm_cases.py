"""Cases of taste and the agent of words, against stand-ins whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.llm.deciding import cases
from mavrs_course.llm.deciding.words import WordsAgent, topic_gains
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.messages import Agent, Request
from mavrs_course.world.catalog import Catalog

CATALOG = Catalog.sample(400, np.random.default_rng(0))
TOPIC = {CATALOG.title(video): int(CATALOG.topic[video]) for video in range(400)}
CASES = cases.taste_cases(CATALOG, 40, np.random.default_rng(1))


def test_the_right_option_alone_is_of_the_topic_and_places_are_even():
    for case in CASES:
        assert {TOPIC[title] for title in case.liked} == {case.topic}
        found = [TOPIC[title] for title in case.options]
        assert found[case.right] == case.topic and len(set(found)) == 4
        assert not set(case.liked) & set(case.options)
    assert np.bincount([case.right for case in CASES]).tolist() == [10] * 4


def test_a_model_that_always_says_a_is_right_as_often_as_chance():
    always = cases.try_way("a", lambda model, case: np.eye(4)[0], ScriptedModel(), CASES)
    assert always.accuracy[0] == 0.25 and always.auc[0] == pytest.approx(0.5)


def test_ties_share():
    result = cases.Result("tie", np.zeros((2, 4)), np.array([0, 3]))
    assert result.chosen_right.tolist() == [0.25, 0.25] and result.duels_won.tolist() == [0.5, 0.5]


def test_json_is_believed_only_for_an_offered_letter():
    for text, wanted in (('{"choice": "C"}', [0, 0, 1, 0]), ("[]", [0] * 4), ("no", [0] * 4)):
        assert cases.json_choice(ScriptedModel([text]), CASES[0]).tolist() == wanted


def test_pmi_is_the_difference_of_two_likelihoods():
    class Told(ScriptedModel):
        def score(self, context, continuations):
            return np.array([float(len(context) * len(text)) for text in continuations])

    case, model = CASES[0], Told()
    titles = [f" {title}" for title in case.options]
    wanted = model.score(cases.related(case.liked), titles) - model.score("Video titles:", titles)
    assert np.allclose(cases.pmi(model, case), wanted)


def test_a_model_that_is_away_is_an_error_and_not_a_result():
    with pytest.raises(ModelError):
        cases.try_way("json", cases.json_choice, ScriptedModel(), CASES)


def test_words_rank_what_the_viewers_topics_make_likelier_and_are_silent_about_strangers():
    class Knows(ScriptedModel):
        def score(self, context, continuations):
            return np.array([float("pets" in context and "cat" in text) for text in continuations])

    gains = topic_gains(Knows(), ["a cat", "a tram"], ["funny pets", "car stunts"])
    assert gains.tolist() == [[0.5, 0.0], [-0.5, 0.0]]
    agent = WordsAgent(gains, {7: np.array([0])})
    assert isinstance(agent, Agent)
    opinion = agent.opine(Request(np.array([7, 8]), np.array([[1, 0], [0, 1]]), 1))
    assert opinion.scores.tolist() == [[0.0, 0.5], [0.0, 0.0]]
    assert opinion.confidence.tolist() == [1.0, 0.0]
