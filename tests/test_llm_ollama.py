"""An Ollama server: against a double that speaks its protocol, over models of ours."""

from __future__ import annotations

import base64
import io
import json
from typing import Literal

import numpy as np
import pytest
from ollama_double import BLOCK, NEW, OLD, OllamaDouble
from PIL import Image
from pydantic import BaseModel

from mavrs_course.llm.deciding.ladder import PARSED, ask
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.chat import Ask, Bill, CannotDoError, ChatModel, ModelError, Reply
from mavrs_course.llm.models.connect import connect
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.live import LiveProgress, LiveText
from mavrs_course.llm.models.loose import without_thoughts
from mavrs_course.llm.models.ollama import ABILITIES, SCORE_TOKEN, OllamaModel
from mavrs_course.llm.models.ollama_server import Served, delete, licence, pull, served, version
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tape import NotOnTapeError, Recorded, Tape
from mavrs_course.llm.models.tools import Tool, call
from mavrs_course.llm.models.wire import address
from mavrs_course.llm.watching.describing import LanguageEye

SMALL = "smollm2-135m"
SAID = [{"role": "user", "content": "Which is a fruit, an apple or a hammer? Answer in JSON."}]
NOBODY = "http://127.0.0.1:9"
NEXT = {" Paris": -0.5, " a": -2.0, " the": -3.5}


class Pick(BaseModel):
    choice: Literal["apple", "hammer"]
    sure: bool
    why: str


def by_rule() -> Pick:
    return Pick(choice="hammer", sure=False, why="rule")


def toy(*answers, **options):
    """A double with one model, which says these answers."""
    return OllamaDouble({"toy:latest": ScriptedModel(answers)}, **options)


PICK = '{"choice": "apple", "sure": true, "why": "sweet"}'


def test_a_chat_is_streamed_counted_and_understood():
    heard = []
    with toy(PICK) as double:
        model = OllamaModel("toy", host=double.host, stream=heard.append)
        answer = ask(model, SAID, Pick, by_rule, max_tokens=99, seed=3)
        assert isinstance(model, ChatModel)
    assert answer.rung == PARSED and answer.data.why == "sweet"
    assert len(heard) == 6 and "".join(heard) == PICK
    (reply,) = answer.replies
    assert (reply.tokens_in, reply.tokens_out) == (12, 6) and reply.model == "toy"
    assert model.bill == Bill(1, 12, 6, reply.seconds)
    asked = next(body for path, body in double.asked if path == "/api/chat")
    assert asked["options"] == {"num_predict": 99, "temperature": 0.0, "seed": 3, "num_ctx": 4096}
    assert asked["format"] == Pick.model_json_schema() and asked["think"] is False


def test_tools_are_a_schema_for_it():
    def add(one: int, two: int) -> int:
        """Add two numbers."""
        return one + two

    with toy('{"tool": "add", "arguments": {"one": 1, "two": 2}}') as double:
        reply = OllamaModel("toy", host=double.host).chat(SAID, Ask(tools=[Tool(add)]))
        assert double.asked[0][1]["format"]["properties"]["tool"] == {"const": "add"}
    assert call(reply.text, [Tool(add)]) == 3


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("<think>Hm, {1}.</think>\n\nYes.", "Yes."),
        ("\n<think>\nfor ever", ""),
        ("<think></think>Yes.", "Yes."),
        ("<Thinking mood='calm'>{2}</THINKING> Yes.", "Yes."),
        ("[THINK]One or two?[/THINK]Yes.", "Yes."),
        ("[think]One or", ""),
        ("Perhaps {1}.\n</think>\nYes.", "Yes."),
        (
            "<|channel|>analysis<|message|>No?<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
            "Yes.",
        ),
        ("<|channel|>analysis<|message|>Or {3}", ""),
        ("Not <think>this</think>.", "Not <think>this</think>."),
        ('{"why": "<think>"}', '{"why": "<think>"}'),
    ],
)
def test_thoughts_are_left_out(said, left):
    assert without_thoughts(said) == left
    with toy(said) as double:
        assert OllamaModel("toy", host=double.host).chat(SAID).text == left


class OnlyThinks(ScriptedModel):
    """A model that ignores being asked not to think, and uses up its tokens on it."""

    def __init__(self, finished):
        super().__init__()
        self.finished = finished

    def chat(self, messages, asked=None):
        self.heard.append(list(messages))
        return Reply("", tokens_out=40, finished=self.finished, thoughts='Perhaps {"choice": 1}?')


@pytest.mark.parametrize(
    ("finished", "told"),
    [(False, "it only thought, and gave no answer in 40 tokens"),
     (True, "it only thought, and gave no answer")],
)  # fmt: skip
def test_a_model_that_only_thinks_is_told_so_and_a_thought_is_never_an_answer(finished, told):
    thinks = OnlyThinks(finished)
    with OllamaDouble({"toy:latest": thinks}) as double:
        model = OllamaModel("toy", host=double.host)
        answer = ask(model, SAID, Pick, by_rule, max_tokens=40)
    assert answer.data.why == "rule" and answer.why == told
    assert told in thinks.heard[1][-1]["content"]
    assert answer.replies[0].only_thought and answer.replies[0].thoughts.startswith("Perhaps")


def test_what_does_not_fit_is_refused_before_a_server_cuts_it_off():
    with toy("one", "two", next_tokens=lambda context: NEXT) as double:
        model = OllamaModel("toy", host=double.host, context=20)
        with pytest.raises(ModelError, match=r"161 characters exceeds the context of 20 tokens"):
            model.chat([{"role": "user", "content": "a" * 161}])
        with pytest.raises(ModelError, match=r"OllamaModel\(context="):
            model.score("a" * 161, [" Paris"])
        assert not double.asked or all(path == "/api/version" for path, _ in double.asked)
        with pytest.raises(ModelError, match="21 tokens exceeds"):
            model.chat([{"role": "user", "content": "a " * 21}])
        assert OllamaModel("toy", host=double.host, context=99).chat(SAID).text == "two"
        assert double.asked[-1][1]["options"]["num_ctx"] == 99


@pytest.mark.parametrize(
    ("named", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("0.0.0.0:11500", "127.0.0.1:11500"),
     ("http://0.0.0.0:11434/", "http://127.0.0.1:11434/"), ("[::]:11434", "[::1]:11434"),
     ("http://localhost:11434/v1", "http://localhost:11434"),
     ("http://box:11434/api/", "http://box:11434"), ("10.0.0.0.0", "10.0.0.0.0"),
     ("https://box/v1beta", "https://box/v1beta"), ("", None)],
)  # fmt: skip
def test_an_address_is_where_a_client_can_call(named, reached, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", named)
    assert address(None) == reached
    monkeypatch.setenv("OLLAMA_HOST", "http://elsewhere")
    if named:
        assert address(named) == reached


def test_a_server_named_with_the_path_of_another_api_is_reached():
    with toy(PICK) as double:
        assert OllamaModel("toy", host=f"{double.host}/v1").chat(SAID).text == PICK


def test_a_log_probability_that_is_no_number_is_an_error():
    unsure = toy(next_tokens=lambda context: {" Paris": float("nan")})
    with unsure as double, pytest.raises(ModelError, match="nonsense"):
        OllamaModel("toy", host=double.host).score("France:", [" Paris"])


def test_vectors_and_digest():
    with toy() as double:
        model = OllamaModel("toy", host=double.host)
        np.testing.assert_array_equal(model.embed(["ab", "b"]), ScriptedModel().embed(["ab", "b"]))
        assert len(model.digest) == 16 and set(model.digest) <= set("0123456789abcdef")


def test_a_model_that_is_not_there_says_how_to_get_it():
    with toy() as double:
        model = OllamaModel("other", host=double.host)
        for use in (lambda: model.chat(SAID), lambda: model.digest, lambda: model.embed(["a"])):
            with pytest.raises(ModelError, match="ollama pull other"):
                use()


def test_one_token_is_scored_where_the_server_tells():
    with toy(next_tokens=lambda context: NEXT) as double:
        model = OllamaModel("toy", host=double.host)
        assert model.abilities == ABILITIES | {SCORE_TOKEN}
        np.testing.assert_array_equal(
            model.score("France:", [" the", "", " Paris"]), [-3.5, 0, -0.5]
        )
        asked = double.asked[-1][1]
        assert asked["raw"] and asked["logprobs"] and asked["top_logprobs"] == 20
        for text in (" Berlin", " Paris and Rome"):
            with pytest.raises(CannotDoError, match="only the 20 likeliest next tokens"):
                model.score("France:", [text])


def test_an_old_server_says_which_version_could():
    with toy(version=OLD, next_tokens=lambda context: NEXT) as double:
        model = OllamaModel("toy", host=double.host)
        assert model.abilities == ABILITIES
        with pytest.raises(CannotDoError, match=r"server is 0\.9\.3, .* likelihoods is 0\.12\.11"):
            model.score("France:", [" Paris"])


@pytest.mark.parametrize(
    ("told", "meant"), [(NEW, (0, 12, 11)), ("0.13.0-rc1", (0, 13, 0)), ("v1.2", (1, 2)), ("", ())]
)
def test_versions_are_read(told, meant):
    with toy(version=told) as double:
        assert version(double.host) == meant


@pytest.mark.skipif(not weights.path_of(SMALL).is_file(), reason=f"mavrs model get {SMALL}")
def test_over_the_embedded_model_all_comes_out_as_without_a_server():
    embedded = EmbeddedModel(weights.path_of(SMALL), name=SMALL)

    def next_tokens(context):
        request = {"prompt": context, "n_predict": 1, "logprobs": 20, "temperature": 0.0}
        answer = embedded._server.handle_completions(request)
        answer = json.loads(answer) if isinstance(answer, str) else answer
        told = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        return {token["token"]: token["logprob"] for token in told}

    with OllamaDouble({f"{SMALL}:latest": embedded}, next_tokens=next_tokens) as double:
        model = OllamaModel(SMALL, host=double.host)
        options = {"max_tokens": 20, "seed": 2, "temperature": 1.0}
        assert (
            model.chat(SAID, Ask(**options)).text
            == embedded.chat(SAID, Ask(**options)).text.lstrip()
        )
        assert ask(model, SAID, Pick, by_rule).rung == PARSED
        context = "The capital of France is"
        words = [" Paris", " a", " the"]
        np.testing.assert_allclose(
            model.score(context, words), embedded.score(context, words), atol=0.05
        )


# --- what is there ------------------------------------------------------------------------------


def test_connect_takes_the_best_and_says_why(tmp_path, monkeypatch):
    monkeypatch.delenv("MAVRS_MODEL", raising=False)
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path))
    said = []
    with toy() as double:
        assert connect(host=double.host, say=said.append).name == "toy:latest"
        assert connect("toy", host=double.host, say=said.append).name == "toy:latest"
    with pytest.raises(ModelError, match="mavrs model get smollm2-135m"):
        connect(host=NOBODY, say=said.append)
    (tmp_path / f"{SMALL}.gguf").touch()
    assert connect(host=NOBODY, say=said.append).name == SMALL
    monkeypatch.setenv("MAVRS_MODEL", "nonsense")
    with pytest.raises(ModelError, match=r"no model 'nonsense' here \(there is: smollm2-135m\)"):
        connect(host=NOBODY, say=said.append)
    assert [line.split(",")[1].split()[0] for line in said] == ["as", "of", "embedded"]


def test_a_server_tells_what_it_holds():
    with toy() as double:
        (model,) = served(double.host)
        assert model == Served("toy:latest", model.digest, 98_000_000, "135M Q4_1")
        assert licence("toy", double.host) == "Apache License"


# --- pull and delete ----------------------------------------------------------------------------


def registry(size: int = 4 * BLOCK):
    return {"small:1b": (size, ScriptedModel())}


def test_a_model_is_pulled_with_progress():
    heard = []
    with toy(registry=registry()) as double:
        pull("small:1b", host=double.host, progress=lambda what, part: heard.append((what, part)))
        assert [model.name for model in served(double.host)] == ["toy:latest", "small:1b"]
    parts = [part for what, part in heard if what == "pulling abcd"]
    assert parts == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert heard[0] == ("pulling manifest", None) and heard[-1] == ("success", 1.0)


def test_a_pull_that_broke_off_says_so_and_goes_on():
    parts = []
    with toy(registry=registry(), breaks_at=2 * BLOCK) as double:
        with pytest.raises(ModelError, match="goes on where it was"):
            pull("small:1b", host=double.host)
        pull("small:1b", host=double.host, progress=lambda what, part: parts.append(part))
    assert min(part for part in parts if part is not None) == 0.5


def test_a_pull_of_what_nobody_has_says_so():
    with toy() as double, pytest.raises(ModelError, match="file does not exist"):
        pull("nothing", host=double.host)


def test_progress_of_a_large_model_is_told_a_thousand_times_at_most():
    parts = []
    with toy(registry=registry(5_000 * BLOCK)) as double:
        pull("small:1b", host=double.host, progress=lambda what, part: parts.append(part))
    assert 500 < len(parts) < 1_010


def test_a_model_is_deleted_once():
    with toy() as double:
        assert delete("toy", host=double.host)
        assert not delete("toy", host=double.host)
        assert served(double.host) == []


# --- live ---------------------------------------------------------------------------------------


class Shown:
    """Stands in for an output of a notebook: keeps what was to be seen."""

    def __init__(self, shown):
        self.seen = [shown._repr_html_()]

    def update(self, shown):
        self.seen.append(shown._repr_html_())


def test_words_are_shown_while_they_come_each_answer_in_its_box(monkeypatch):
    boxes = []

    def display(shown):
        boxes.append(Shown(shown))
        return boxes[-1]

    monkeypatch.setattr("mavrs_course.llm.models.live._display", display)
    monkeypatch.setattr("mavrs_course.llm.models.live.EVERY", 0.0)
    with toy("one two <b>three</b>", "four") as double:
        model = OllamaModel("toy", host=double.host, stream=LiveText())
        model.chat(SAID)
        model.chat(SAID)
    first, second = boxes
    assert "toy says:" in first.seen[0] and len(first.seen) >= 4
    assert "one two &lt;b&gt;three&lt;/b&gt;" in first.seen[-1]
    assert "four" in second.seen[-1] and "one" not in second.seen[-1]


def test_outside_a_notebook_words_are_printed(capsys):
    with toy("one two") as double:
        OllamaModel("toy", host=double.host, stream=LiveText()).chat(SAID)
    assert capsys.readouterr().out == "one two\n"


def test_a_download_fills_one_bar(monkeypatch):
    bars = []

    def display(shown):
        bars.append(Shown(shown))
        return bars[-1]

    monkeypatch.setattr("mavrs_course.llm.models.live._display", display)
    with toy(registry=registry()) as double:
        pull("small:1b", host=double.host, progress=LiveProgress())
    (bar,) = bars
    assert bar.seen[0] == "<progress></progress> pulling manifest"
    assert bar.seen[3] == '<progress value="0.500"></progress> pulling abcd: 50%'
    assert bar.seen[-1] == '<progress value="1.000"></progress> success: 100%'


# Pictures

EYES = frozenset({"chat", "see"})


def test_a_picture_goes_with_the_last_message():
    model = ScriptedModel(["A red ball."], abilities=EYES)
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is it?"}]
    with OllamaDouble({"seer:latest": model}) as double:
        eye = OllamaModel("seer", host=double.host)
        assert eye.abilities == ABILITIES | {SCORE_TOKEN, "see"}
        assert eye.chat(said, Ask(images=[b"first", b"second"])).text == "A red ball."
        (asked,) = [body for path, body in double.asked if path == "/api/chat"]
    assert [said.get("images") for said in asked["messages"]] == [
        None,
        [base64.b64encode(b"first").decode(), base64.b64encode(b"second").decode()],
    ]
    assert model.shown == [[b"first", b"second"]] and "images" not in said[-1]


def test_a_model_without_eyes_says_so():
    with toy("A cat, I suppose.") as double:
        for blind in (OllamaModel("toy", host=double.host), ScriptedModel(["A cat, I suppose."])):
            with pytest.raises(CannotDoError, match=r"cannot see; it can chat"):
                blind.chat(SAID, Ask(images=[b"picture"]))
            with pytest.raises(CannotDoError, match="cannot see"):
                LanguageEye(blind)
        assert not [path for path, _ in double.asked if path == "/api/chat"]


def test_what_was_seen_is_on_the_tape_by_the_hash_of_the_picture(tmp_path):
    tape = Tape(tmp_path / "tape.sqlite", "record")
    model = ScriptedModel(["A cat.", "A dog.", "Nothing."], abilities=EYES)
    seer = Recorded(model, tape)
    told = [seer.chat(SAID, Ask(images=images)).text for images in ([b"cat"], [b"dog"], ())]
    assert told == ["A cat.", "A dog.", "Nothing."]
    again = Recorded(None, tape, name="scripted", digest="scripted", abilities=EYES)
    assert again.chat(SAID, Ask(images=[b"cat"])).replayed
    assert again.chat(SAID, Ask(images=[b"cat"])).text == "A cat."
    with pytest.raises(NotOnTapeError):
        again.chat(SAID, Ask(images=[b"another"]))


def test_an_eye_made_of_language():
    """It sees a PNG that any reader opens, and hands on one line, whatever the model says."""
    model = ScriptedModel(["A cat\n\nsits  on a <b>mat</b>." + 999 * "!"], abilities=EYES)
    with OllamaDouble({"seer:latest": model}) as double:
        eye = LanguageEye(OllamaModel("seer", host=double.host))
        line = eye.describe(np.full((600, 1200, 3), (200, 0, 0), np.uint8))
    assert line.startswith("A cat sits on a <b>mat</b>.!") and len(line) == 300
    image = Image.open(io.BytesIO(model.shown[0][0]))
    assert image.size == (512, 256) and image.getpixel((5, 5)) == (200, 0, 0)
