"""Bad output never breaks anything, never hangs, and is never silently taken for good."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from mavrs_course.llm.deciding.ladder import ASKED, PARSED, REPAIRED, RULE, ask, understand
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.messages import Trace

QUESTION = [{"role": "user", "content": "Which slot?"}]


class Pick(BaseModel):
    slot: int = Field(ge=0, le=2)
    why: str


def by_rule() -> Pick:
    return Pick(slot=0, why="rule")


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ('{"slot": 1, "why": "new"}', False),
        ('```json\n{"slot": 1, "why": "new"}\n```', True),
        ('Sure. Here it is: {"slot": 1, "why": "new"} I hope this helps', True),
        ("{'slot': 1, 'why': 'new'}", True),
        ('{"slot": 1, "why": "new",}', True),
        ('```\n{"slot": 1, "why": "new",\n}\n``` and more', True),
    ],
)
def test_what_can_be_understood_is(text, repaired):
    data, was_repaired, why = understand(text, Pick)
    assert (data.slot, data.why) == (1, "new") and was_repaired == repaired and why == ""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("slot 1", "not JSON"),
        ('{"slot": 1, "why": "cut o', "not JSON"),
        ('{"slot": 7, "why": "x"}', "slot: Input should be less than or equal to 2"),
        ('{"slot": 1}', "why: Field required"),
        ("[1, 2]", "should be an object"),
    ],
)
def test_what_cannot_be_says_why(text, complaint):
    data, _, why = understand(text, Pick)
    assert data is None and complaint in why


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    data, _, why = understand(text, Pick)
    assert (data is None) == bool(why)


@pytest.mark.parametrize(
    ("answers", "rung", "slot", "calls"),
    [
        (['{"slot": 2, "why": "x"}'], PARSED, 2, 1),
        (['here: {"slot": 2, "why": "x"}'], REPAIRED, 2, 1),
        (["slot two", '{"slot": 2, "why": "x"}'], ASKED, 2, 2),
        (["slot two", "slot two"], RULE, 0, 2),
        ([ModelError("no server")], RULE, 0, 1),
        (['{"slot": 9, "why": "x"}', ModelError("gone")], RULE, 0, 2),
    ],
)
def test_each_rung(answers, rung, slot, calls):
    model, trace = ScriptedModel(answers), Trace()
    answer = ask(model, QUESTION, Pick, by_rule, trace=trace)
    assert answer.rung == rung and answer.data.slot == slot and len(model.heard) == calls
    assert bool(answer.why) == (rung == RULE)
    assert [m.kind for m in trace].count("decided by rule") == (rung == RULE)
    assert trace.tokens == sum(r.tokens_in + r.tokens_out for r in answer.replies)


def test_the_second_question_says_what_was_wrong():
    model = ScriptedModel(['{"slot": 9, "why": "x"}', '{"slot": 1, "why": "x"}'])
    ask(model, QUESTION, Pick, by_rule)
    told = model.heard[1][-1]["content"]
    assert "slot: Input should be less than or equal to 2" in told


def test_a_call_that_hangs_is_left_at_the_deadline():
    def hangs(messages):
        time.sleep(60.0)
        return '{"slot": 1, "why": "too late"}'

    started = time.perf_counter()
    answer = ask(ScriptedModel([hangs]), QUESTION, Pick, by_rule, deadline=0.1)
    assert time.perf_counter() - started < 30.0
    assert answer.rung == RULE and "deadline of 0.1 s" in answer.why


def test_a_mistake_of_ours_is_not_hidden():
    def wrong(messages):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(ScriptedModel([wrong]), QUESTION, Pick, by_rule, deadline=float("inf"))


def test_no_call_is_begun_after_the_deadline():
    def slowly(messages):
        time.sleep(0.05)
        return "nonsense"

    model = ScriptedModel([slowly] * 50)
    answer = ask(model, QUESTION, Pick, by_rule, tries=50, deadline=0.12)
    assert answer.rung == RULE and len(model.heard) <= 4 and "deadline" in answer.why
