"""A real Ollama server, where MAVRS_REAL_OLLAMA names one: see tests/real_ollama.py.

Everything that the double of these tests pretends must be so.
"""

from __future__ import annotations

import os
from typing import Literal

import pytest
from pydantic import BaseModel

from mavrs_course.llm.deciding.ladder import PARSED, REPAIRED, ask
from mavrs_course.llm.models.chat import Ask, CannotDoError, ChatModel, ModelError
from mavrs_course.llm.models.connect import connect
from mavrs_course.llm.models.ollama import SCORE_TOKEN, TELLS_LIKELIHOODS, OllamaModel
from mavrs_course.llm.models.ollama_server import delete, licence, pull, served, version
from mavrs_course.llm.models.tools import Tool, call

HOST = os.environ.get("MAVRS_REAL_OLLAMA")
NAME = "smollm2-135m"
SAID = [{"role": "user", "content": "Which is a fruit, an apple or a hammer? Answer in JSON."}]
pytestmark = pytest.mark.skipif(HOST is None, reason="MAVRS_REAL_OLLAMA names no server")


class Pick(BaseModel):
    choice: Literal["apple", "hammer"]
    sure: bool


@pytest.fixture
def model():
    return OllamaModel(NAME, host=HOST)


def test_it_is_there_and_chosen(model):
    assert isinstance(model, ChatModel) and len(model.digest) == 16
    (entry,) = [entry for entry in served(HOST) if entry.name == f"{NAME}:latest"]
    assert entry.digest.startswith(model.digest) and entry.size > 90_000_000
    assert version(HOST) >= (0, 5) and isinstance(licence(NAME, HOST), str)
    assert connect(f"{NAME}:latest", host=HOST, say=lambda line: None).host == HOST


def test_it_streams_counts_and_repeats_itself(model):
    heard = []
    model.stream = heard.append
    options = {"max_tokens": 12, "temperature": 1.0, "seed": 4}
    model.chat(SAID, Ask(**options))  # the first answer fills the server's memory of the prompt
    first, second = model.chat(SAID, Ask(**options)), model.chat(SAID, Ask(**options))
    assert first.text == second.text and len(heard) > 10
    assert first.tokens_out == 12 and first.tokens_in > 0 and not first.finished
    assert model.bill.calls == 3


@pytest.mark.parametrize("seed", range(2))
def test_it_keeps_to_a_form_and_to_tools(model, seed):
    by_rule = Pick(choice="hammer", sure=False)
    answer = ask(model, SAID, Pick, lambda: by_rule, seed=seed, deadline=300.0)
    assert answer.rung in (PARSED, REPAIRED)

    def add(one: int, two: int) -> int:
        """Add two numbers."""
        return one + two

    said = [{"role": "user", "content": "Add 1 and 2."}]
    reply = model.chat(said, Ask(tools=[Tool(add)], max_tokens=128, seed=seed))
    assert isinstance(call(reply.text, [Tool(add)]), int)


def test_it_embeds(model):
    vectors = model.embed(["a film", "a hammer", "a film"])
    assert vectors.shape[0] == 3 and vectors.shape[1] > 100
    assert (vectors[0] == vectors[2]).all()


def test_it_scores_one_token_or_says_that_it_cannot(model):
    if version(HOST) >= TELLS_LIKELIHOODS:
        assert SCORE_TOKEN in model.abilities
        assert model.score("The capital of France is", [" Paris"])[0] < 0
    else:
        with pytest.raises(CannotDoError, match="the first that tells"):
            model.score("The capital of France is", [" Paris"])


def test_what_is_not_there_is_said():
    with pytest.raises(ModelError, match="ollama pull nobody-has-this"):
        OllamaModel("nobody-has-this", host=HOST).chat(SAID)
    with pytest.raises(ModelError, match="ollama pull nobody-has-this"):
        OllamaModel("nobody-has-this", host=HOST).embed(["a"])
    assert not delete("nobody-has-this", host=HOST)
    with pytest.raises(ModelError, match="the Ollama server says"):
        pull("127.0.0.1:9/nobody/has-this", host=HOST, silence=20.0)


def test_an_answer_that_takes_too_long_is_left(model):
    model.timeout = 0.5
    with pytest.raises(ModelError, match=r"within 0\.5 s"):
        model.chat(SAID, Ask(max_tokens=2_000))
