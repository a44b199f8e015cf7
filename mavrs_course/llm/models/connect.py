"""Take the best model that is there, and say which and why."""

from __future__ import annotations

import os
from collections.abc import Callable

from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.ollama import OllamaModel
from mavrs_course.llm.models.ollama_server import served
from mavrs_course.llm.models.weights import path_of, present

MODEL = "MAVRS_MODEL"


def connect(
    model: str | None = None,
    *,
    host: str | None = None,
    say: Callable[[str], None] = print,
) -> ChatModel:
    """A model to talk to; one line of ``say`` tells which, and why.

    model: the name of an embedded model (``smollm2-135m``), a path to a GGUF file, or a model of an
    Ollama server; by default what ``MAVRS_MODEL`` says.  Without a name: the first model of an
    Ollama server that answers, else the largest embedded model that is here.  Raises
    :class:`ModelError`, which says how to get one, where there is none.
    """
    wanted = model or os.environ.get(MODEL)
    if wanted:
        return _named(wanted, host, say)
    served = ollama_models(host)
    if served:
        say(f"{served[0]}, as an Ollama server answers and has it.")
        return OllamaModel(served[0], host=host)
    here = present()
    if here:
        say(f"{here[0]}, embedded, as no Ollama server with a model answers.")
        return EmbeddedModel(path_of(here[0]), name=here[0])
    raise ModelError(
        "there is no language model here: get one with mavrs model get smollm2-135m, "
        "or start an Ollama server and pull one"
    )


def _named(wanted: str, host: str | None, say: Callable[[str], None]) -> ChatModel:
    if wanted.endswith(".gguf"):
        say(f"{wanted}, embedded, as asked for.")
        return EmbeddedModel(wanted)
    if wanted in present():
        say(f"{wanted}, embedded, as asked for.")
        return EmbeddedModel(path_of(wanted), name=wanted)
    served = ollama_models(host)
    for name in served:
        if name in (wanted, f"{wanted}:latest"):
            say(f"{name}, of the Ollama server, as asked for.")
            return OllamaModel(name, host=host)
    there = ", ".join([*present(), *served]) or "none"
    raise ModelError(
        f"there is no model {wanted!r} here (there is: {there}); get it with "
        f"mavrs model get {wanted}, or ollama pull {wanted}"
    )


def ollama_models(host: str | None = None) -> list[str]:
    """The models of an Ollama server, in its order; none where no such server answers."""
    try:
        return [model.name for model in served(host)]
    except ModelError:
        return []
