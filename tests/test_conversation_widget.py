"""The conversation of lesson 17 as a widget: what is asked is answered, marked and escaped."""

from __future__ import annotations

import pytest

from mavrs_course.llm.macrec import MACRec, Records
from mavrs_course.llm.macrec.cases import lesson_logs
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.widgets.conversation import VIDEOS, Conversation, presets


class Absent(ScriptedModel):
    def score(self, *_):
        raise ModelError("there is no model here")


@pytest.fixture(scope="module")
def records() -> Records:
    return Records(lesson_logs(simulated=True))


def test_choosing_a_wish_asks_for_it(records):
    talk = Conversation(MACRec(None, records), viewer=3)
    assert "Nothing has been asked" in talk.talk.value and "waiting" in talk.trace.value
    assert presets(talk.teams["the team"]) == VIDEOS
    talk.choice.value = "football goals"
    wish, answered = talk.said[-1]
    assert wish == "football goals" and answered.wish.genre == "football goals"
    assert "football goals" in records.genres[answered.video]
    assert "the genre by rule" in talk.talk.value
    assert "manager → searcher" in talk.trace.value and "manager: finish" in talk.trace.value


def test_a_wish_that_needs_a_model_that_is_not_there_says_so(records):
    talk = Conversation(MACRec(Absent(), records), viewer=3)
    talk.text.value = "something with animals"
    talk.send.click()
    assert "the model could not be asked" in talk.talk.value
    assert "any genre" in talk.talk.value and talk.text.value == ""


def test_what_a_model_decided_is_marked(records):
    talk = Conversation(MACRec(ScriptedModel(), records), viewer=3)
    talk.ask("something with animals")
    assert "likelihood of the language model" in talk.talk.value
    assert "40 calls" in talk.trace.value


def test_what_is_typed_is_shown_and_not_obeyed(records):
    talk = Conversation(MACRec(None, records), viewer=3)
    talk.ask("<script>alert(1)</script> football goals")
    assert "<script>" not in talk.talk.value and "&lt;script&gt;" in talk.talk.value
    talk.ask("x" * 10_000)
    assert len(talk.said[-1][0]) == 200


def test_nothing_typed_asks_nothing(records):
    talk = Conversation(MACRec(None, records), viewer=3)
    assert talk.ask("  ") is None and talk.said == []
    talk.choice.value = "football goals"
    talk.choice.value = "choose a wish"
    assert len(talk.said) == 1


def test_another_reader_is_asked_the_last_wish_again(records):
    teams = {"rule": MACRec(None, records), "language model": MACRec(ScriptedModel(), records)}
    talk = Conversation(teams, viewer=3)
    talk.reader.value = "language model"
    assert talk.said == []
    talk.ask("something with animals")
    assert "likelihood of the language model" in talk.talk.value
    talk.reader.value = "rule"
    assert [wish for wish, _ in talk.said] == ["something with animals"] * 2
    assert talk.said[-1][1].wish.genre is None


def test_enter_sends_what_is_typed(records):
    talk = Conversation(MACRec(None, records), viewer=3)
    talk.text.value = "football goals"
    talk.text._handle_custom_msg({"event": "submit"}, [])
    assert talk.said[-1][0] == "football goals" and talk.text.value == ""


def test_the_newest_exchange_is_the_last(records):
    talk = Conversation(MACRec(None, records), viewer=3)
    for wish in ("football goals", "how bridges were built"):
        talk.ask(wish)
    page = talk.talk.value
    assert page.index("football goals") < page.index("how bridges were built")
