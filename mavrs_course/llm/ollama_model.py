"""A model on an Ollama server, through its official client.

The server is named by ``host``, or the environment variable ``OLLAMA_HOST``, or is this machine's.
It gives no likelihood of a text that it has not written itself, so there is no ``score`` here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from mavrs_course.llm.chat import Bill, CannotDo, ModelError, Reply, Said, Schema
from mavrs_course.llm.tools import Tool, calls_schema
from mavrs_course.messages import Floats

CONTEXT = 4096
TIMEOUT = 120.0


class OllamaModel:
    """One model of an Ollama server.

    timeout: seconds for one answer.  stream: called with each piece of text as it comes, to show
    it live.
    """

    abilities = frozenset({"chat", "schema", "embed"})

    def __init__(
        self,
        name: str,
        *,
        host: str | None = None,
        timeout: float = TIMEOUT,
        stream: Callable[[str], None] | None = None,
    ) -> None:
        import ollama

        self.name, self.stream = name, stream
        self.bill = Bill()
        self._client = ollama.Client(host=host, timeout=timeout)

    @cached_property
    def digest(self) -> str:
        """The server's digest of the model, its first 16 digits."""
        for model in self._call(lambda: self._client.list()).models:
            if model.model in (self.name, f"{self.name}:latest"):
                return str(model.digest).removeprefix("sha256:")[:16]
        raise ModelError(f"the Ollama server has no {self.name}: ollama pull {self.name}")

    def chat(
        self,
        messages: Sequence[Said],
        *,
        schema: Schema | None = None,
        tools: Sequence[Tool] | None = None,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> Reply:
        """See :class:`~mavrs_course.llm.chat.ChatModel`; streamed where ``stream`` was given."""
        options = {
            "num_predict": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "num_ctx": CONTEXT,
        }
        if tools is not None:
            schema = calls_schema(tools)
        started = perf_counter()
        pieces = self._call(
            lambda: list(
                self._heard(
                    self._client.chat(
                        model=self.name,
                        messages=[dict(message) for message in messages],
                        format=dict(schema) if schema is not None else None,
                        options=options,
                        stream=True,
                    )
                )
            )
        )
        last = pieces[-1]
        seconds = perf_counter() - started
        cost = Bill(1, last.prompt_eval_count or 0, last.eval_count or 0, seconds)
        self.bill += cost
        return Reply(
            "".join(piece.message.content or "" for piece in pieces),
            tokens_in=cost.tokens_in,
            tokens_out=cost.tokens_out,
            seconds=cost.seconds,
            model=self.name,
            finished=last.done_reason != "length",
        )

    def _heard(self, pieces: Iterator[Any]) -> Iterator[Any]:
        for piece in pieces:
            if self.stream is not None and piece.message.content:
                self.stream(piece.message.content)
            yield piece

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Raises :class:`CannotDo`."""
        raise CannotDo(
            f"Ollama gives no likelihood of a text that {self.name} has not written; "
            "the embedded model can score"
        )

    def embed(self, texts: Sequence[str]) -> Floats:
        """See :class:`~mavrs_course.llm.chat.ChatModel`."""
        answer = self._call(lambda: self._client.embed(model=self.name, input=list(texts)))
        return np.array(answer.embeddings, dtype=float)

    def _call(self, ask: Callable[[], Any]) -> Any:
        import httpx
        import ollama

        try:
            return ask()
        except ollama.ResponseError as error:
            if error.status_code == 404:
                problem = f"the Ollama server has no {self.name}: ollama pull {self.name}"
                raise ModelError(problem) from None
            raise ModelError(f"Ollama refused {self.name}: {error.error}") from None
        except (ConnectionError, httpx.TransportError) as error:
            raise ModelError(
                f"no Ollama server answered in time ({type(error).__name__}): "
                "start it with ollama serve, or use the embedded model"
            ) from None
