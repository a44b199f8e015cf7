"""mavrs model: what there is, get and remove, with packages and with an Ollama server."""

from __future__ import annotations

import pytest
from ollama_double import BLOCK, OllamaDouble
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.llm.models.ollama_server import served
from mavrs_course.llm.models.scripted import ScriptedModel

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def double(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path))
    registry = {"qwen3:0.6b": (3 * BLOCK, ScriptedModel())}
    with OllamaDouble({"toy[red]:latest": ScriptedModel()}, registry=registry) as double:
        yield double


def mavrs(*words, answer=None):
    result = CliRunner().invoke(app, ["model", *words], input=answer, env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_the_list_shows_both_kinds(double):
    code, told = mavrs("list", "--host", double.host)
    assert code == 0 and "smollm2-135m" in told and "toy[red]:latest" in told and "98 MB" in told


def test_the_list_without_a_server_says_so():
    code, told = mavrs("list", "--host", NOBODY)
    assert code == 0 and "no Ollama server answers" in told


def test_other_names_are_pulled_by_ollama(double):
    code, told = mavrs("get", "qwen3:0.6b", "--host", double.host)
    assert code == 0, told
    assert "qwen3:0.6b is on the Ollama server" in told and "Licence: Apache License" in told
    assert [model.name for model in served(double.host)] == ["toy[red]:latest", "qwen3:0.6b"]


@pytest.mark.parametrize(
    ("name", "host", "problem"),
    [("smolm2", None, "file does not exist"), ("qwen3:0.6b", NOBODY, "ollama serve")],
)
def test_what_cannot_be_pulled_says_why(double, name, host, problem):
    code, told = mavrs("get", name, "--host", host or double.host)
    assert code == 1 and problem in told and "none of smollm2-135m" in told


def test_a_broken_pull_goes_on(double):
    double.breaks_at = 2 * BLOCK
    code, told = mavrs("get", "qwen3:0.6b", "--host", double.host)
    assert code == 1 and "goes on where it was" in told
    assert mavrs("get", "qwen3:0.6b", "--host", double.host)[0] == 0


def test_nothing_is_deleted_unasked(double):
    code, told = mavrs("remove", "toy[red]", "--host", double.host, answer="n\n")
    assert code == 1 and "as it was" in told and len(served(double.host)) == 1
    code, told = mavrs("remove", "toy[red]", "--host", double.host, answer="y\n")
    assert code == 0 and "is gone" in told and served(double.host) == []
    assert "was not here" in mavrs("remove", "toy[red]", "--yes", "--host", double.host)[1]


def test_a_packaged_model_is_deleted_here(double, tmp_path):
    (tmp_path / "smollm2-135m.gguf").touch()
    assert "is as it was" in mavrs("remove", "smollm2-135m", answer="n\n")[1]
    assert (tmp_path / "smollm2-135m.gguf").exists()
    assert "is gone" in mavrs("remove", "smollm2-135m", "--yes")[1]
    assert not (tmp_path / "smollm2-135m.gguf").exists()
