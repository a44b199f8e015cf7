"""Sentences as vectors: all-MiniLM-L6-v2, 21 MB, a thousand times faster than a chat model.

Reimers and Gurevych 2019, "Sentence-BERT" (arXiv 1908.10084): the mean of a small transformer's
output vectors over the words of a sentence, scaled to length 1, so that the scalar product of two
sentences is their cosine.  For telling which titles belong together it is the baseline that an
agent made of a chat model has to beat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from mavrs_course.llm.models.chat import ASK, Ask, Bill, CannotDoError, ModelError, Reply, Said
from mavrs_course.llm.models.weights import file_of, is_here
from mavrs_course.messages import Floats

NAME = "minilm"
LONGEST = 128  # tokens of a sentence that are read
BATCH = 32


class MiniLM:
    """The embedding model; get it with ``mavrs model get minilm``."""

    name = NAME
    abilities = frozenset({"embed"})

    def __init__(self) -> None:
        if not is_here(NAME):
            raise ModelError(f"the embedding model is not here: get it with mavrs model get {NAME}")
        self.bill = Bill()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the weights, its first 16 digits."""
        return hashlib.sha256(file_of(NAME, ".onnx").read_bytes()).hexdigest()[:16]

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        """The splitter of words and the network."""
        import onnxruntime
        from tokenizers import Tokenizer

        words = Tokenizer.from_file(str(file_of(NAME, ".json")))
        words.enable_truncation(LONGEST)
        words.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return words, onnxruntime.InferenceSession(str(file_of(NAME, ".onnx")), options)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1: float[n, 384].  Each text has the same vector in any company."""
        if not len(texts):
            return np.empty((0, 384))
        started = perf_counter()
        vectors = [self._embed(text) for text in texts]
        tokens = sum(count for _, count in vectors)
        self.bill += Bill(len(texts), tokens, 0, perf_counter() - started)
        return np.array([vector for vector, _ in vectors])

    def _embed(self, text: str) -> tuple[Floats, int]:
        words, network = self._parts
        read = words.encode(text)
        known = {item.name for item in network.get_inputs()}
        fed = {
            "input_ids": np.array([read.ids], dtype=np.int64),
            "attention_mask": np.array([read.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([read.type_ids], dtype=np.int64),
        }
        (outputs, *_) = network.run(None, {name: fed[name] for name in fed if name in known})
        mean = outputs[0].astype(float).mean(axis=0) if outputs.ndim == 3 else outputs[0]
        return mean / np.linalg.norm(mean), len(read.ids)

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """Raises :class:`CannotDoError`."""
        raise CannotDoError(f"{self.name} cannot chat; it can embed")

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Raises :class:`CannotDoError`."""
        raise CannotDoError(f"{self.name} cannot score; it can embed")
