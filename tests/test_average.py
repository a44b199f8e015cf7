"""The average of agents: scale-free, weighted, and open about who wanted what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mavrs_course.coordination.average import AverageOfAgents, normalised, ordinal, ranks
from mavrs_course.messages import Coordinator, Feedback, Opinion, Request


@dataclass
class Fixed:
    """Says the same scores to everybody."""

    name: str
    scores: list
    learned: list = field(default_factory=list)

    def opine(self, request):
        scores = np.tile(np.array(self.scores, dtype=float), (len(request), 1))
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback):
        self.learned.append(feedback)


REQUEST = Request(np.arange(2), np.array([[10, 11, 12], [20, 21, 22]]), 2)


def test_it_is_a_coordinator():
    assert isinstance(AverageOfAgents([Fixed("a", [1, 2, 3])]), Coordinator)


def test_the_scale_of_an_agent_does_not_matter():
    loud, soft = Fixed("loud", [0, 1000, 400]), Fixed("soft", [0.3, 0.0, 0.2])
    slate = AverageOfAgents([loud, soft]).recommend(REQUEST)
    # normalised: 0, 1, .4 and 1, 0, .667: means .5, .5, .533
    np.testing.assert_array_equal(slate.videos, [[12, 10], [22, 20]])


def test_weights_decide_who_is_heard():
    agents = [Fixed("a", [3, 2, 1]), Fixed("b", [1, 2, 3])]
    first = AverageOfAgents(agents, {"b": 0.0}).recommend(REQUEST)
    second = AverageOfAgents(agents, {"a": 0.0}).recommend(REQUEST)
    assert first.videos[0, 0] == 10 and second.videos[0, 0] == 12
    assert first.reasons[0] == ["Ranked 1st by a.", "Ranked 2nd by a."]


def test_each_slot_says_how_every_agent_ranked_it():
    slate = AverageOfAgents([Fixed("a", [3, 2, 1]), Fixed("b", [9, 9, 0])]).recommend(REQUEST)
    assert slate.reasons[1] == [
        "Ranked 1st by a, 1st by b.",
        "Ranked 2nd by a, 1st by b.",
    ]


def test_an_agent_that_prefers_nothing_has_no_say():
    slate = AverageOfAgents([Fixed("a", [1, 2, 3]), Fixed("b", [5, 5, 5])]).recommend(REQUEST)
    assert slate.videos[0, 0] == 12 and slate.reasons[0][0] == "Ranked 1st by a."
    nobody = AverageOfAgents([Fixed("b", [5, 5, 5])]).recommend(REQUEST)
    assert "chance" in nobody.reasons[0][0]


def test_everybody_learns():
    agents = [Fixed("a", [1, 2, 3]), Fixed("b", [3, 2, 1])]
    coordinator = AverageOfAgents(agents)
    slate = coordinator.recommend(REQUEST)
    feedback = Feedback(slate, np.array([0, -1]), np.zeros(2))
    coordinator.learn(feedback)
    assert [agent.learned for agent in agents] == [[feedback], [feedback]]


def test_every_question_and_answer_is_in_the_trace():
    trace = AverageOfAgents([Fixed("a", [1, 2, 3]), Fixed("b", [3, 2, 1])]).recommend(REQUEST).trace
    assert [(m.sender, m.receiver) for m in trace] == [
        ("coordinator", "a"),
        ("a", "coordinator"),
        ("coordinator", "b"),
        ("b", "coordinator"),
    ]


def test_a_weight_for_nobody_is_refused():
    with pytest.raises(ValueError, match="ghost"):
        AverageOfAgents([Fixed("a", [1])], {"ghost": 2.0})


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: AverageOfAgents([]), "different names"),
        (
            lambda: AverageOfAgents([Fixed("a", [1]), Fixed("a", [2])]),
            "different names",
        ),
        (lambda: AverageOfAgents([Fixed("a", [1])], {"a": -1.0}), "not negative"),
        (lambda: AverageOfAgents([Fixed("a", [1])], {"a": np.nan}), "not negative"),
        (lambda: average_of([1, np.nan, 2]), "'odd' gave NaN as the score of candidate 1"),
        (lambda: average_of([1, -np.inf, 2]), "'odd' gave an infinite score"),
        (lambda: average_of([1, 2]), r"'odd' gave scores of shape \(2, 2\) for .* \(2, 3\)"),
    ],
)
def test_what_cannot_be_averaged_is_refused_by_name(make, problem):
    with pytest.raises(ValueError, match=problem):
        make()


def average_of(scores):
    return AverageOfAgents([Fixed("fine", [1, 2, 3]), Fixed("odd", scores)]).recommend(REQUEST)


@given(arrays(float, (3, 5), elements=st.integers(-50, 50).map(float)))
def test_normalising_keeps_the_order_and_fills_the_range(scores):
    result = normalised(scores)
    assert np.all((result >= 0) & (result <= 1))
    np.testing.assert_array_equal(ranks(result), ranks(scores))
    uneven = np.ptp(scores, axis=1) > 0
    np.testing.assert_array_equal(result.max(axis=1), uneven)


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")],
)
def test_ordinals(number, word):
    assert ordinal(number) == word
