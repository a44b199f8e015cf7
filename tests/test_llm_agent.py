"""An agent that decides by likelihood, the models of a lesson, and sentences as vectors."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.coordination.panel import Panel
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.llm import lessons
from mavrs_course.llm.deciding.agent import LikelihoodAgent, pmi
from mavrs_course.llm.lessons import lesson_embedder, lesson_model
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.chat import CannotDoError, ModelError
from mavrs_course.llm.models.embedding import MiniLM
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tape import NotOnTapeError, Recorded, Tape, TapeError
from mavrs_course.messages import Agent, Opinion, Request, Trace

TITLES = ["Ants", "Bread", "Cars"]


class Knower(ScriptedModel):
    """Finds titles likelier that share a letter with the context's last word."""

    def score(self, context, continuations):
        super().score(context, continuations)
        liked = set(context.split()[-1].lower())
        return np.array([len(liked & set(text.lower())) - len(text) for text in continuations])


def request(*candidates: int) -> Request:
    return Request(np.array([0, 1]), np.array([candidates, candidates]), 1)


def agent(model=None) -> LikelihoodAgent:
    said = {0: "Likes: bread", 1: None}
    return LikelihoodAgent(model or Knower(), said.get, TITLES.__getitem__, neutral="Likes: x")


def test_pmi_takes_out_what_a_title_has_by_itself():
    model = ScriptedModel(scores={" short": -1.0})
    np.testing.assert_array_equal(pmi(model, "a", [" short", " long one"], "b"), [0.0, 0.0])
    np.testing.assert_array_equal(pmi(Knower(), "bread", [" bread"], "x"), [5.0])


def test_the_agent_ranks_by_it_and_is_silent_about_strangers():
    speaker = agent()
    assert isinstance(speaker, Agent)
    opinion = speaker.opine(request(0, 1, 2))
    np.testing.assert_array_equal(opinion.scores, [[1.0, 5.0, 2.0], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(opinion.confidence, [1.0, 0.0])
    assert "“Bread” is +5.0 nats likelier" in opinion.reasons[0]
    assert "Nothing is known" in opinion.reasons[1]
    (asked, replied) = opinion.asides
    assert (asked.receiver, asked.kind, replied.sender) == ("scripted", "6 prompts", "scripted")


def test_what_it_cost_is_in_the_trace_of_whoever_asked():
    trace = Trace()
    Panel([agent()]).ask(request(0, 1, 2), trace)
    kinds = [message.kind for message in trace]
    assert kinds == ["request", "6 prompts", "replies", "opinion"] and trace.tokens > 0
    slate = SingleAgent(agent()).recommend(request(0, 1, 2))
    assert [message.kind for message in slate.trace] == kinds


def test_strange_asides_are_left_out():
    assert Trace().overhear("nonsense") == 0.0 and Trace().overhear(None) == 0.0
    trace = Trace()
    assert trace.overhear([3, None]) == 0.0 and not len(trace)
    assert Opinion("a", np.zeros((1, 2)), np.zeros(1)).asides == ()


def test_a_model_that_cannot_be_asked_makes_it_silent(tmp_path):
    tape = Recorded(None, Tape(tmp_path / "t"), name="smollm2-135m", digest="x")
    opinion = agent(tape).opine(request(0, 1))
    assert not opinion.scores.any() and not opinion.confidence.any()
    assert "could not be asked" in opinion.reasons[0] and opinion.asides == ()
    mute = ScriptedModel()
    mute.abilities = frozenset({"chat"})
    with pytest.raises(CannotDoError, match="scripted cannot score"):
        agent(mute)


def test_a_model_that_cannot_score_is_asked_for_vectors():
    served = ScriptedModel()
    served.abilities = frozenset({"chat", "embed"})
    opinion = agent(served).opine(request(0, 1, 2))
    # By letters, as the scripted model has it: cos("Likes: bread", "Bread"), by hand.
    likes, bread = "likesbread", "bread"
    letters = [[text.count(letter) for letter in sorted(set(likes))] for text in (likes, bread)]
    cosine = np.dot(*letters) / np.prod(np.linalg.norm(letters, axis=1))
    assert opinion.scores[0].argmax() == 1 and opinion.scores[0, 1] == pytest.approx(cosine)
    assert "as scripted cannot score" in opinion.reasons[0]
    assert not opinion.scores[1].any()


# --- the models of a lesson --------------------------------------------------------------------


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """No weights, no tape of the reader's, and a shipped one with a single answer."""
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("MAVRS_TAPES", str(tmp_path / "tapes"))
    monkeypatch.delenv("MAVRS_MODEL", raising=False)
    monkeypatch.delenv("MAVRS_TAPE", raising=False)
    monkeypatch.setattr(lessons, "SHIPPED", tmp_path / "shipped")
    model = ScriptedModel(scores={" b": -3.5})
    model.name = lessons.DEFAULT
    model.digest = weights.WEIGHTS[lessons.DEFAULT].files[0].sha256[:16]
    Recorded(model, Tape(tmp_path / "shipped" / "99.sqlite", "record")).score("a", [" b"])
    return tmp_path


def test_a_lesson_replays_without_any_model(nothing_here):
    said = []
    model = lesson_model("99", say=said.append)
    assert model.score("a", [" b"]) == [-3.5] and (model.bill.calls, model.replayed) == (1, 1)
    with pytest.raises(NotOnTapeError, match="mavrs model get smollm2-135m"):
        model.score("a", [" c"])
    assert said == [
        "smollm2-135m: what lesson 99 asks is replayed from its tape; to ask anything else, get "
        "the model with mavrs model get smollm2-135m."
    ]
    assert not (nothing_here / "tapes").exists()


def test_new_answers_go_onto_the_readers_own_tape(nothing_here):
    shipped = (nothing_here / "shipped" / "99.sqlite").read_bytes()
    model = lesson_model("99", say=lambda text: None)
    model.model = ScriptedModel(scores={" c": -2.0})
    assert list(model.score("a", [" b", " c"])) == [-3.5, -2.0]
    assert (nothing_here / "shipped" / "99.sqlite").read_bytes() == shipped
    assert len(model.tape) == 1
    again = lesson_model("99", say=lambda text: None)
    assert list(again.score("a", [" b", " c"])) == [-3.5, -2.0] and again.replayed == 2


def test_an_unknown_model_is_looked_for_elsewhere(nothing_here, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match="no model 'nonsense' here"):
        lesson_model("99", model="nonsense", say=lambda text: None)


def test_verifying_a_tape_asks_again(tmp_path):
    model = ScriptedModel(["yes", "no"], scores={" b": -3.5})
    said = [{"role": "user", "content": "?"}]
    kept = Recorded(model, Tape(tmp_path / "t", "record"))
    kept.score("a", [" b"]), kept.chat(said)
    again = Recorded(model, Tape(tmp_path / "t", "verify"))
    assert again.score("a", [" b"]) == [-3.5]
    with pytest.raises(TapeError, match="now answers otherwise"):
        again.chat(said)
    other = ScriptedModel(scores={" b": -3.9})
    with pytest.raises(TapeError, match=r"-3\.5, not -3\.9"):
        Recorded(other, Tape(tmp_path / "t", "verify")).score("a", [" b"])


# --- sentences as vectors ----------------------------------------------------------------------

needs_minilm = pytest.mark.skipif(not weights.is_here("minilm"), reason="mavrs model get minilm")


@needs_minilm
def test_sentences_of_one_meaning_are_near():
    model = MiniLM()
    texts = ["A cat video", "Funny kitten compilation", "History of Rome", "Die Geschichte Roms"]
    vectors = model.embed(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0)
    near = vectors @ vectors.T
    assert near[0, 1] > 0.4 > near[0, 2:].max() and near[2, 3] > 0.4 > near[1, 2]
    np.testing.assert_allclose(model.embed(texts[1:2]), vectors[1:2], atol=1e-12)
    assert model.embed([]).shape == (0, 384) and model.bill.calls == 5


@needs_minilm
def test_it_cannot_chat_or_score():
    model = MiniLM()
    with pytest.raises(CannotDoError, match="minilm cannot chat"):
        model.chat([])
    with pytest.raises(CannotDoError, match="minilm cannot score"):
        model.score("", [])


@needs_minilm
def test_taped_vectors_are_those_of_the_model_to_three_digits(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_TAPES", str(tmp_path))
    monkeypatch.setenv("MAVRS_TAPE", "record")
    taped = lesson_embedder("99", say=lambda text: None)
    live = taped.model.embed(["A cat video"])
    np.testing.assert_allclose(taped.embed(["A cat video"]), live, atol=5e-4)
    np.testing.assert_array_equal(taped.embed(["A cat video"]), taped.embed(["A cat video"]))
