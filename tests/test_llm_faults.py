"""A server that misbehaves: each fault ends in a clear error within the deadline."""

from __future__ import annotations

from time import perf_counter

import pytest
from faulty_server import FAULTS, MEGABYTE, FaultyServer
from pydantic import BaseModel

from mavrs_course.course.doctor import check_ollama
from mavrs_course.llm.deciding.ladder import RULE, ask
from mavrs_course.llm.models import ollama_server
from mavrs_course.llm.models.chat import Ask, ModelError
from mavrs_course.llm.models.connect import connect, ollama_models
from mavrs_course.llm.models.ollama import ABILITIES, OllamaModel

SECONDS = 0.4  # the deadline of a call
SLACK = 60.0  # for a machine that has other things to do; what hangs, hangs for ever
PATIENT = 60.0  # the deadline where it is something else that is to go wrong
SLOW = ("hangs in the middle of a stream", "drips one byte at a time for ever")
SAID = [{"role": "user", "content": "Hello"}]
EVERY = ["refuses", *FAULTS]
EVERY.remove("is done and hangs")  # no fault, once the answer is there
CALLS = {
    "chat": lambda model: model.chat(SAID, Ask(max_tokens=8)),
    "embed": lambda model: model.embed(["one", "two"]),
    "score": lambda model: model.score("one", [" two"]),
    "digest": lambda model: model.digest,
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", EVERY)
def test_a_fault_is_a_clear_error_in_time(fault, call, monkeypatch):
    monkeypatch.setattr(ollama_server, "PATIENCE", SECONDS)
    with FaultyServer(fault) as server:
        model, started = OllamaModel("toy", host=server.host, timeout=SECONDS), perf_counter()
        with pytest.raises(ModelError) as error:
            CALLS[call](model)
        took = perf_counter() - started
    assert took < SECONDS + SLACK
    assert server.sent < 16 * MEGABYTE  # the most that fits between the two sockets, and more
    assert 20 < len(str(error.value)) < 400 and "\n" not in str(error.value)


def test_the_message_says_what_happened():
    expected = {
        "refuses": "no Ollama server answers: start it with ollama serve",
        "hangs in the middle of a stream": "no whole answer within 0.4 s",
        "drips one byte at a time for ever": "no whole answer within 0.4 s",
        "has endless words": "more than 1.0 MB and was cut off",
        "packs a bomb": "packed its answer",
        "gives half an answer": "broke off in the middle of toy's answer",
        "fails with 500": "the Ollama server says: no memory left",
        "fails in the middle": "the Ollama server says: the model has crashed",
        "does not know the path": "404",
        "is not JSON": "not an Ollama server, or sends nonsense",
        "is not HTTP": "broke off",
        "has no message": "message",
    }
    for fault, words in expected.items():
        seconds = SECONDS if fault in SLOW else PATIENT
        with FaultyServer(fault) as server, pytest.raises(ModelError) as error:
            OllamaModel("toy", host=server.host, timeout=seconds).chat(SAID, Ask(max_tokens=8))
        assert words in str(error.value), fault


@pytest.mark.parametrize("fault", EVERY)
def test_such_a_server_has_no_models_and_the_embedded_one_is_taken(fault, tmp_path, monkeypatch):
    monkeypatch.setattr(ollama_server, "PATIENCE", SECONDS)
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path))
    monkeypatch.delenv("MAVRS_MODEL", raising=False)
    (tmp_path / "smollm2-135m.gguf").touch()
    with FaultyServer(fault) as server:
        started, said = perf_counter(), []
        assert ollama_models(server.host) == []
        assert connect(host=server.host, say=said.append).name == "smollm2-135m"
        assert perf_counter() - started < 2 * (SECONDS + SLACK)
        assert len(said) == 1
        with pytest.raises(ModelError, match="there is no model 'toy' here"):
            connect("toy", host=server.host, say=said.append)


@pytest.mark.parametrize("fault", ["hangs before the headers", "drips words for ever", "is null"])
def test_the_ladder_comes_down_to_its_rule_in_time(fault):
    class Pick(BaseModel):
        slot: int

    with FaultyServer(fault) as server:
        model, started = OllamaModel("toy", host=server.host, timeout=60.0), perf_counter()
        answer = ask(model, SAID, Pick, lambda: Pick(slot=1), deadline=SECONDS)
        assert perf_counter() - started < SECONDS + SLACK
    assert answer.rung == RULE and answer.data.slot == 1 and answer.why


@pytest.mark.parametrize("fault", ["refuses", "hangs before the headers", "is not JSON"])
def test_abilities_and_downloads_survive_it(fault, monkeypatch):
    monkeypatch.setattr(ollama_server, "PATIENCE", SECONDS)
    with FaultyServer(fault) as server:
        assert OllamaModel("toy", host=server.host).abilities == ABILITIES
        with pytest.raises(ModelError):
            ollama_server.pull("toy", host=server.host, silence=SECONDS)
        if fault != "is not JSON":  # to delete, a server says no more than "200"
            with pytest.raises(ModelError):
                ollama_server.delete("toy", host=server.host, seconds=SECONDS)


def test_an_answer_that_is_done_is_not_waited_on():
    with FaultyServer("is done and hangs") as server:
        reply = OllamaModel("toy", host=server.host, timeout=PATIENT).chat(SAID)
    assert reply.text == "word word " and reply.finished


@pytest.mark.parametrize("host", ["http://[", "ftp://nobody:1", "http://127.0.0.1:99999", "a b"])
def test_a_host_that_is_none_is_said_to_be_wrong(host):
    with pytest.raises(ModelError, match=r"host|server"):
        OllamaModel("toy", host=host, timeout=SECONDS).chat(SAID)
    assert ollama_models(host) == []


@pytest.mark.parametrize(
    "fault", ["drips its headers for ever", "is not JSON", "has endless words"]
)
def test_the_doctor_is_not_held_up(fault, monkeypatch):
    with FaultyServer(fault) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.host)
        started = perf_counter()
        assert check_ollama(seconds=SECONDS).state == "optional"
        assert perf_counter() - started < SECONDS + SLACK
