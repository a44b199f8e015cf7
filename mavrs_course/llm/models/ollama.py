"""A model on an Ollama server, through its official client.

The server is named by ``host``, or the environment variable ``OLLAMA_HOST``, or is this machine's.
Whatever it does, an answer or a clear :class:`ModelError` comes within the
seconds of ``timeout``.

A server tells nothing of the likelihood of a text that it has not written.  From version 0.12.11 on
it tells the log-probabilities of the 20 likeliest next tokens, which is enough to compare answers
of one token: the ability is called "score token", not "score".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from mavrs_course.llm.models.chat import (
    ASK,
    Ask,
    Bill,
    CannotDoError,
    ModelError,
    Reply,
    Said,
    Schema,
    require_eyes,
)
from mavrs_course.llm.models.loose import without_thoughts
from mavrs_course.llm.models.ollama_server import LISTING, capabilities, served, version
from mavrs_course.llm.models.wire import MEGABYTE, Limit, ServerError, client
from mavrs_course.messages import Floats

CONTEXT = 4096
TIMEOUT = 120.0
BYTES_A_TOKEN = 4096  # of an answer, at most: each token comes in a line of its own
BYTES_A_VECTOR = 2**18
CHARACTERS_A_TOKEN = 8  # more than any ordinary text has
LIKELIEST = 20  # next tokens whose log-probabilities a server tells
TELLS_LIKELIHOODS = (0, 12, 11)  # the first version that does
ABILITIES = frozenset({"chat", "schema", "embed"})
SCORE_TOKEN, SEE = "score token", "see"


class OllamaModel:
    """One model of an Ollama server.

    timeout: seconds for a whole answer.  context: tokens of question and answer together; a server
    cuts off the beginning of what is longer, without a word, so it is refused here.  stream:
    called with each piece of text as it comes, to show it live (see :class:`LiveText`); where it
    has methods ``start`` and ``end``, they are called before each answer, with the model's name,
    and after it.
    """

    def __init__(
        self,
        name: str,
        *,
        host: str | None = None,
        timeout: float = TIMEOUT,
        context: int = CONTEXT,
        stream: Callable[[str], None] | None = None,
    ) -> None:
        self.name, self.host, self.timeout, self.stream = name, host, timeout, stream
        self.context = context
        self.bill = Bill()

    @property
    def abilities(self) -> frozenset[str]:
        """ "chat", "schema", "embed"; "score token" where the server is new enough, and "see"
        where it says that the model has eyes."""
        found = set(ABILITIES)
        with suppress(ModelError):  # a server that is not there has no more to tell
            if self._version >= TELLS_LIKELIHOODS:
                found.add(SCORE_TOKEN)
            if self._has_eyes:
                found.add(SEE)
        return frozenset(found)

    @cached_property
    def _has_eyes(self) -> bool:
        return "vision" in capabilities(self.name, self.host)

    @cached_property
    def _version(self) -> tuple[int, ...]:
        return version(self.host)

    @cached_property
    def digest(self) -> str:
        """The server's digest of the model, its first 16 digits."""
        for model in served(self.host, seconds=self.timeout):
            if model.name in (self.name, f"{self.name}:latest") and model.digest:
                return model.digest[:16]
        raise self._missing()

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """See :class:`ChatModel`; streamed where ``stream`` was given.

        A model that thinks aloud is asked not to, as its thoughts would use up ``max_tokens``, and
        what it thinks nevertheless is left out.
        """
        require_eyes(self, ask)
        options = {
            "num_predict": ask.max_tokens,
            "temperature": ask.temperature,
            "seed": ask.seed,
            "num_ctx": self.context,
        }
        self._require_room(sum(len(said["content"]) for said in messages))
        if start := getattr(self.stream, "start", None):
            start(self.name)
        started, text, thoughts, last = perf_counter(), [], [], None
        for piece in self._pieces(_with_images(messages, ask), ask.form, options):
            if self.stream is not None and piece.message.content:
                self.stream(piece.message.content)
            text.append(piece.message.content or "")
            thoughts.append(piece.message.thinking or "")
            last = piece
            if piece.done:
                break  # whatever else comes, it is no part of the answer
        if end := getattr(self.stream, "end", None):
            end()
        if last is None or not last.done:
            raise ServerError(f"the Ollama server broke off in the middle of {self.name}'s answer")
        read, written = (max(n or 0, 0) for n in (last.prompt_eval_count, last.eval_count))
        cost = Bill(1, read, written, perf_counter() - started)
        self.bill += cost
        if read >= self.context:
            raise self._too_long(f"{read} tokens")
        return Reply(
            without_thoughts("".join(text)),
            tokens_in=cost.tokens_in,
            tokens_out=cost.tokens_out,
            seconds=cost.seconds,
            model=self.name,
            finished=last.done_reason != "length",
            thoughts="".join(thoughts),
        )

    def _pieces(
        self, messages: Sequence[dict], schema: Schema | None, options: dict
    ) -> Iterator[Any]:
        most = MEGABYTE + BYTES_A_TOKEN * options["num_predict"]
        with self._client(Limit(self.timeout, most)) as talk:
            yield from talk.chat(
                model=self.name,
                messages=messages,
                format=dict(schema) if schema is not None else None,
                options=options,
                think=False,
                stream=True,
            )

    def _require_room(self, characters: int) -> None:
        """Refuse what cannot fit, however well its characters go into tokens."""
        if characters > self.context * CHARACTERS_A_TOKEN:
            raise self._too_long(f"{characters} characters")

    def _too_long(self, size: str) -> ModelError:
        return ModelError(
            f"a question of {size} exceeds the context of {self.context} tokens, and the Ollama "
            f"server would cut off its beginning: shorten it, or give OllamaModel(context=...)"
        )

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """See :class:`ChatModel`, for continuations that are one of the 20
        likeliest next tokens; raises :class:`CannotDoError` for others, and on older servers."""
        if self._version < TELLS_LIKELIHOODS:
            told, needed = (".".join(map(str, v)) for v in (self._version, TELLS_LIKELIHOODS))
            raise CannotDoError(
                f"{self.name} cannot score: the Ollama server is {told}, and the first that tells "
                f"likelihoods is {needed}; the embedded model can score"
            )
        next_token = self._likeliest(context)
        for text in continuations:
            if text and text not in next_token:
                raise CannotDoError(
                    f"{self.name} cannot score {text!r}: a server tells only the {LIKELIEST} "
                    "likeliest next tokens, and this is none of them; the embedded model can "
                    "score any text"
                )
        return np.array([next_token[text] if text else 0.0 for text in continuations])

    def _likeliest(self, context: str) -> dict[str, float]:
        """The likeliest next tokens of a text and their log-probabilities, in nats."""
        self._require_room(len(context))
        started = perf_counter()
        with self._client(Limit(self.timeout, LISTING)) as talk:
            answer = talk.generate(
                model=self.name,
                prompt=context,
                raw=True,
                logprobs=True,
                top_logprobs=LIKELIEST,
                options={"num_predict": 1, "temperature": 0.0, "seed": 0, "num_ctx": self.context},
            )
            told = answer.logprobs[0].top_logprobs if answer.logprobs else None
            likeliest = {token.token: token.logprob for token in told or ()}
            if np.isnan([*likeliest.values()]).any():
                raise ValueError("a log-probability is no number")
            read = max(answer.prompt_eval_count or 0, 0)
        self.bill += Bill(1, read, 1, perf_counter() - started)
        return likeliest

    def embed(self, texts: Sequence[str]) -> Floats:
        """See :class:`ChatModel`."""
        started = perf_counter()
        with self._client(Limit(self.timeout, MEGABYTE + BYTES_A_VECTOR * len(texts))) as talk:
            answer = talk.embed(model=self.name, input=list(texts))
            vectors = np.array(answer.embeddings, dtype=float)
            if vectors.shape[:1] != (len(texts),) or not np.isfinite(vectors).all():
                raise ValueError(f"{len(texts)} texts gave vectors of shape {vectors.shape}")
            read = max(answer.prompt_eval_count or 0, 0)
        self.bill += Bill(1, read, 0, perf_counter() - started)
        return vectors

    @contextmanager
    def _client(self, limit: Limit) -> Iterator[Any]:
        """A client whose error says, where the model is missing, how to get it."""
        try:
            with client(self.host, limit) as talk:
                yield talk
        except ServerError as error:
            if error.status == 404 and self.name in str(error):
                raise self._missing() from None
            raise

    def _missing(self) -> ServerError:
        return ServerError(f"the Ollama server has no {self.name}: ollama pull {self.name}", 404)


def _with_images(messages: Sequence[Said], ask: Ask) -> list[dict[str, Any]]:
    """The messages as the client takes them, the pictures with the last one."""
    told: list[dict[str, Any]] = [dict(message) for message in messages]
    if ask.images and told:
        told[-1]["images"] = list(ask.images)
    return told
