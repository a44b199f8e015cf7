"""The picker shows the models that are there, says what to do, and gives the chosen one."""

from __future__ import annotations

import pytest
from ollama_double import BLOCK, OllamaDouble

from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.ollama import OllamaModel
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.widgets import ModelPicker
from mavrs_course.widgets.model_picker import EMBEDDED, OLLAMA

NOBODY = "http://127.0.0.1:9"
SMALL = "smollm2-135m"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def double():
    registry = {"small:1b": (2 * BLOCK, ScriptedModel())}
    with OllamaDouble({"<b>toy</b>:latest": ScriptedModel(["Hello"])}, registry=registry) as double:
        yield double


def test_with_nothing_there_it_says_what_to_do():
    picker = ModelPicker(NOBODY)
    assert "There is no language model here" in picker.line.value
    assert "mavrs model get smollm2-135m" in picker.line.value
    assert "ollama serve" in picker.line.value and picker.choice.disabled
    with pytest.raises(ModelError, match="mavrs model get"):
        picker.model()


def test_what_arrives_is_seen_and_what_is_chosen_stays(folder, double):
    picker = ModelPicker(NOBODY)
    (folder / f"{SMALL}.gguf").touch()
    picker.look_button.click()
    assert picker.choice.value == (EMBEDDED, SMALL) and isinstance(picker.model(), EmbeddedModel)
    assert "98 MB, Apache-2.0" in picker.line.value
    picker.host.value = double.host
    assert picker.choice.value == (EMBEDDED, SMALL) and len(picker.choice.options) == 2
    picker.choice.value = (OLLAMA, "<b>toy</b>:latest")
    assert "&lt;b&gt;toy" in picker.line.value and "135M Q4_1" in picker.line.value
    model = picker.model()
    assert isinstance(model, OllamaModel)
    assert model.chat([{"role": "user", "content": "Hi"}]).text == "Hello"


def test_a_server_that_went_away_takes_its_models_along(double):
    picker = ModelPicker(double.host)
    assert picker.choice.value[0] == OLLAMA
    picker.host.value = NOBODY
    assert picker.choice.value is None and "no language model here" in picker.line.value


def test_a_model_is_pulled_and_chosen(double):
    picker = ModelPicker(double.host)
    picker.wanted.value = "small:1b"
    picker.pull_button.click()
    assert picker.choice.value == (OLLAMA, "small:1b") and picker.bar not in picker.children
    picker.wanted.value = "nothing"
    picker.pull_button.click()
    assert "file does not exist" in picker.line.value
