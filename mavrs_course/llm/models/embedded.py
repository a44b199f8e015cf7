"""A model inside this process: llama.cpp through ``xllamacpp``, no server to install.

Small models choose by likelihood, not by letter, so ``score`` is what matters here.  A title's
likelihood is had by forcing its tokens with a grammar of token literals,
``root ::= <[id]> <[id]> ...``, and adding up the log-probabilities that the model would have given
them; the context is read once and kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
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
    require_eyes,
)
from mavrs_course.llm.models.grammar import grammar_of
from mavrs_course.messages import Floats

CONTEXT = 4096
MEGABYTE = 2**20
GRAMMAR_LOST = "empty grammar stack"  # in what llama.cpp says of tokens that are no characters
ALL = 2**20  # log-probabilities: of every token that there is
SURE = 1e4  # added to a token's logit, so that it is the one that is written


class EmbeddedModel:
    """A GGUF file, loaded once, on one thread: two help on a free machine and hurt on a busy one.

    path: of the file.  name: what to call it.  context: tokens that it can hold at once.
    """

    abilities = frozenset({"chat", "schema", "score"})

    def __init__(
        self, path: str | Path, *, name: str | None = None, context: int = CONTEXT, threads: int = 1
    ) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise ModelError(f"there is no model at {self.path}: get one with mavrs model get")
        self.name = name or self.path.stem
        self.context, self.threads = context, threads
        self.bill = Bill()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, its first 16 digits."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(MEGABYTE):
                digest.update(block)
        return digest.hexdigest()[:16]

    @cached_property
    def _server(self) -> Any:
        try:
            import xllamacpp
        except ImportError as error:
            raise ModelError(f"xllamacpp cannot be loaded: {error}") from error
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self.path)
        parameters.n_ctx, parameters.n_parallel = self.context, 1
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self.threads
        parameters.warmup, parameters.verbosity = False, -1
        try:
            return xllamacpp.Server(parameters)
        except Exception as error:
            raise ModelError(f"{self.path.name} cannot be loaded: {error}") from error

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """See :class:`ChatModel`; a schema becomes a bounded grammar."""
        require_eyes(self, ask)
        request: dict[str, Any] = {
            "messages": [dict(message) for message in messages],
            "max_tokens": ask.max_tokens,
            "temperature": ask.temperature,
            "seed": ask.seed,
            "cache_prompt": False,  # what was asked before must not change the last digits
        }
        if ask.form is not None:
            request["grammar"] = grammar_of(ask.form)
        started = perf_counter()
        answer = _checked(self._server.handle_chat_completions, request, self.name)
        choice, usage = answer["choices"][0], answer["usage"]
        cost = Bill(1, usage["prompt_tokens"], usage["completion_tokens"], perf_counter() - started)
        self.bill += cost
        return Reply(
            choice["message"]["content"] or "",
            tokens_in=cost.tokens_in,
            tokens_out=cost.tokens_out,
            seconds=cost.seconds,
            model=self.name,
            finished=choice["finish_reason"] != "length",
        )

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """See :class:`ChatModel`."""
        return np.array([self._likelihood(context, text) for text in continuations])

    def _likelihood(self, context: str, continuation: str) -> float:
        if not context:
            raise ModelError(f"{self.name} can only score what comes after something")
        tokens = self.tokens(continuation)
        if not tokens:
            return 0.0
        started = perf_counter()
        try:
            read, told = self._forced(context, tokens)
        except _NotForcedError:
            read, told = self._one_by_one(context, tokens)
        self.bill += Bill(1, read, len(tokens), perf_counter() - started)
        return float(sum(told))

    def _forced(self, context: str, tokens: list[int]) -> tuple[int, list[float]]:
        """Tokens read, and the log-probability of each token, forced by a grammar in one call."""
        request = {
            "prompt": context,
            "n_predict": len(tokens),
            "logprobs": 1,
            "temperature": 1.0,
            "grammar": "root ::= " + " ".join(f"<[{token}]>" for token in tokens),
            "cache_prompt": True,
            "seed": 0,
        }
        try:
            answer = _checked(self._server.handle_completions, request, self.name)
        except ModelError as error:
            if GRAMMAR_LOST in str(error):
                raise _NotForcedError from None
            raise
        said = (answer["choices"][0]["logprobs"] or {}).get("content", [])
        if [token["id"] for token in said] != tokens:
            raise _NotForcedError
        return answer["usage"]["prompt_tokens"], [token["logprob"] for token in said]

    def _one_by_one(self, context: str, tokens: list[int]) -> tuple[int, list[float]]:
        """The same for tokens that are pieces of a character, on which a grammar stumbles.

        Nothing is told of a token that leaves a character unfinished, so the log-probabilities of
        all tokens are asked for in its place, while another one is written.
        """
        before = self._split(context, special=True)
        (plain, *_), told = self.tokens(" the"), []
        for token in tokens:
            for forced, most in ((token, 1), (plain, ALL)):
                request = {
                    "prompt": before,
                    "n_predict": 1,
                    "logprobs": most,
                    "temperature": 1.0,
                    "logit_bias": [[forced, SURE]],  # the log-probabilities are those before it
                    "cache_prompt": True,
                    "seed": 0,
                }
                answer = _checked(self._server.handle_completions, request, self.name)
                said = (answer["choices"][0]["logprobs"] or {}).get("content", [])
                likely = (
                    {one["id"]: one["logprob"] for one in said[0]["top_logprobs"]} if said else {}
                )
                if said and said[0]["id"] == token:
                    likely[token] = said[0]["logprob"]
                if token in likely:
                    break
            else:
                raise ModelError(f"{self.name} tells nothing of the token {token}")
            told.append(likely[token])
            before.append(token)
        return len(before), told

    def tokens(self, text: str) -> list[int]:
        """The token ids of a text, as a continuation."""
        return self._split(text)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text as texts; together they are the text again."""
        return [token["piece"] for token in self._split(text, with_pieces=True)]

    def _split(self, text: str, *, special: bool = False, **options: bool) -> list[Any]:
        import httpx

        asked = {"content": text, "add_special": special, **options}
        try:
            answer = self._http.post("/tokenize", json=asked)
            return list(answer.raise_for_status().json()["tokens"])
        except (httpx.HTTPError, ValueError) as error:
            raise ModelError(f"{self.name} cannot read {text[:40]!r}: {error}") from error

    @cached_property
    def _http(self) -> Any:
        """The model's own address on this machine: splitting texts is only offered there."""
        import httpx

        address = self._server.listening_address
        return httpx.Client(base_url=address, timeout=30.0, trust_env=False)  # through no proxy

    def embed(self, texts: Sequence[str]) -> Floats:
        """Raises :class:`CannotDoError`: its vectors are worse than a word count's."""
        raise CannotDoError(f"{self.name} cannot embed; use an embedding model")


class _NotForcedError(Exception):
    """The model did not write the tokens that a grammar held it to."""


def _checked(handle: Callable[[dict], Any], request: dict, name: str) -> dict:
    """The answer to a request; a ModelError where it was refused."""
    try:
        answer = handle(request)
    except (RuntimeError, ValueError) as error:  # such as half a character in a text
        raise ModelError(f"{name} cannot read that: {str(error)[:200]}") from None
    answer = json.loads(answer) if isinstance(answer, str) else answer
    if "error" in answer:
        raise ModelError(f"{name}: {answer['error'].get('message', answer['error'])}")
    return answer
