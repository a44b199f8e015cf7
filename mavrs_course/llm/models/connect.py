"""Take the best model that is there, and say which and why.

A way of running models is one :class:`Backend`; the list :data:`BACKENDS` is in the order in which
they are asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.ollama import OllamaModel
from mavrs_course.llm.models.ollama_server import served
from mavrs_course.llm.models.weights import path_of, present

MODEL = "MAVRS_MODEL"


@dataclass(frozen=True)
class Backend:
    """A way of running models.

    where: in words.  why: it is taken where nobody named a model.  names: ``names(host)`` are the
    models that it has, best first.  make: ``make(name, host)`` is one of them.
    """

    where: str
    why: str
    names: Callable[[str | None], list[str]]
    make: Callable[[str, str | None], ChatModel]


def ollama_models(host: str | None = None) -> list[str]:
    """The models of an Ollama server, in its order; none where no such server answers."""
    try:
        return [model.name for model in served(host)]
    except ModelError:
        return []


EMBEDDED = Backend(
    "embedded",
    "embedded, as no Ollama server with a model answers",
    lambda host: present(),
    lambda name, host: EmbeddedModel(path_of(name), name=name),
)
OLLAMA = Backend(
    "of the Ollama server",
    "as an Ollama server answers and has it",
    ollama_models,
    lambda name, host: OllamaModel(name, host=host),
)
BACKENDS = (OLLAMA, EMBEDDED)


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
    for backend in BACKENDS:
        names = backend.names(host)
        if names:
            say(f"{names[0]}, {backend.why}.")
            return backend.make(names[0], host)
    raise ModelError(
        "there is no language model here: get one with mavrs model get smollm2-135m, "
        "or start an Ollama server and pull one"
    )


def _named(wanted: str, host: str | None, say: Callable[[str], None]) -> ChatModel:
    if wanted.endswith(".gguf"):
        say(f"{wanted}, embedded, as asked for.")
        return EmbeddedModel(wanted)
    there = []
    for backend in reversed(BACKENDS):  # what is on this machine first: no server is then asked
        for name in backend.names(host):
            if name in (wanted, f"{wanted}:latest"):
                say(f"{name}, {backend.where}, as asked for.")
                return backend.make(name, host)
            there.append(name)
    raise ModelError(
        f"there is no model {wanted!r} here (there is: {', '.join(there) or 'none'}); get it with "
        f"mavrs model get {wanted}, or ollama pull {wanted}"
    )
