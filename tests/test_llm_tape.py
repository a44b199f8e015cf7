"""The tape gives the same answer again, says that it is a tape, and never invents one."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mavrs_course.llm.models.chat import Ask, ChatModel
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tape import NotOnTapeError, Recorded, Tape, TapeError, fresh

SAID = [{"role": "user", "content": "Hello"}]


def test_a_question_is_asked_once_and_then_replayed(tmp_path):
    model = ScriptedModel(["first", "second"])
    recorded = Recorded(model, Tape(tmp_path / "tape.sqlite", "record"))
    assert isinstance(recorded, ChatModel)
    live, again = recorded.chat(SAID), recorded.chat(SAID)
    assert live.replayed is None and again.replayed and fresh(again) == live
    assert len(model.heard) == 1 and len(recorded.tape) == 1


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"max_tokens": 5}, {"temperature": 0.5}, {"schema": {"type": "string"}}],
    ids=lambda change: next(iter(change)),
)
def test_another_question_is_another_recording(tmp_path, change):
    recorded = Recorded(ScriptedModel(["a", "b"]), Tape(tmp_path / "tape", "record"))
    assert [recorded.chat(SAID).text, recorded.chat(SAID, Ask(**change)).text] == ["a", "b"]


def test_another_model_is_another_recording(tmp_path):
    tape, other = Tape(tmp_path / "tape", "record"), ScriptedModel(["b"])
    other.digest = "other"
    assert Recorded(ScriptedModel(["a"]), tape).chat(SAID).text == "a"
    assert Recorded(other, tape).chat(SAID).text == "b"


def test_a_tape_alone_answers_what_it_knows_and_refuses_the_rest(tmp_path):
    tape = Tape(tmp_path / "tape", "record")
    Recorded(ScriptedModel(["a"]), tape).chat(SAID)
    alone = Recorded(None, tape, name="scripted", digest="scripted")
    assert alone.chat(SAID).text == "a"
    with pytest.raises(NotOnTapeError, match="never asked of scripted"):
        alone.chat([*SAID, *SAID])
    with pytest.raises(TapeError, match="name and digest"):
        Recorded(None, tape)


def test_replay_forbids_and_off_forgets(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_TAPE", "replay")
    model = ScriptedModel(["a", "b", "c"])
    with pytest.raises(NotOnTapeError, match="MAVRS_TAPE=replay"):
        Recorded(model, Tape(tmp_path / "tape")).chat(SAID)
    off = Recorded(model, Tape(tmp_path / "tape", "off"))
    assert [off.chat(SAID).text, off.chat(SAID).text] == ["a", "b"] and len(off.tape) == 0
    monkeypatch.setenv("MAVRS_TAPE", "rewind")
    with pytest.raises(TapeError, match="record, replay, off"):
        Tape(tmp_path / "tape")


def test_scores_and_vectors_are_kept_one_by_one(tmp_path):
    tape = Tape(tmp_path / "tape", "record")
    recorded = Recorded(ScriptedModel(scores={"x": -1.5, "y": -0.25}), tape)
    np.testing.assert_array_equal(recorded.score("c", ["x", "y"]), [-1.5, -0.25])
    alone = Recorded(None, tape, name="scripted", digest="scripted")
    np.testing.assert_array_equal(alone.score("c", ["y"]), [-0.25])
    vectors = recorded.embed(["abc", "xyz"])
    np.testing.assert_array_equal(alone.embed(["xyz"]), vectors[1:])


def test_several_at_once_lose_nothing(tmp_path):
    tape = Tape(tmp_path / "tape", "record")
    tape.keep("0", "score", "m", "", 0.0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: tape.keep(str(n), "score", "m", "", float(n)), range(100)))
    assert len(tape) == 100 and tape.lookup("99")[0] == 99.0


def test_a_tape_that_was_stopped_before_its_first_line_goes_on(tmp_path):
    path = tmp_path / "tape"
    path.touch()
    tape = Tape(path, "record")
    assert tape.lookup("x") is None and len(tape) == 0
    tape.keep("x", "score", "m", "", 1.0)
    assert tape.lookup("x")[0] == 1.0


def test_a_file_that_is_no_tape_is_named(tmp_path):
    path = tmp_path / "tape"
    path.write_text("not a database, but a text that is long enough to look like one " * 20)
    with pytest.raises(TapeError, match="tape is no tape"):
        Tape(path, "record").lookup("x")
    sqlite3.connect(tmp_path / "other").close()
