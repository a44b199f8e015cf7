"""A small Llama in torch: the network of SmolLM2, readable from top to bottom.

Each of its blocks adds twice to a stream of vectors, one a token:

* attention: every token looks at those before it.  A *query* meets *keys*; what it looks at most
  gives most of its *value*.  Three heads of queries share one head of keys and values.  Where
  tokens stand is told by turning pairs of numbers, by an angle that grows with the place (RoPE;
  Su et al., arXiv 2104.09864).
* feed-forward: ``down(silu(gate x) * up x)``.

Both read the stream through RMSNorm, ``x / sqrt(mean x^2 + epsilon) * weight``.  The last stream's
product with the word vectors gives the logits of the next token.

:class:`LowRank` puts a small change beside a matrix, ``W x + B A x``, ``A`` random and ``B`` zero,
so that at first nothing changes (LoRA; Hu et al., arXiv 2106.09685).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mavrs_course.llm.learning.gguf import GgufFile, WeightsError, read_weights

SIZES = (  # the file's names of what Sizes holds, in its order
    *("block_count", "embedding_length", "attention.head_count", "attention.head_count_kv"),
    *("rope.freq_base", "attention.layer_norm_rms_epsilon"),
)
ANY = -1  # an axis that may have any length


@dataclass(frozen=True)
class Sizes:
    """Blocks, width of the stream, heads of queries and of keys, and two numbers."""

    blocks: int
    width: int
    heads: int
    key_heads: int
    turn_base: float
    epsilon: float

    @classmethod
    def of(cls, weights: GgufFile) -> Sizes:
        """Read from the file's values; raises :class:`WeightsError` for another architecture, and
        where a value is missing."""
        values = weights.values
        if (kind := values.get("general.architecture")) != "llama":
            raise WeightsError(f"{weights.path.name} holds a network of kind {kind}, not llama")
        wanted = [f"llama.{name}" for name in SIZES]
        if missing := [name for name in wanted if name not in values]:
            raise WeightsError(f"{weights.path.name} does not say its {missing[0]}")
        return cls(*(values[name] for name in wanted))


def turned(heads: Tensor, base: float) -> Tensor:
    """RoPE: pair ``(2i, 2i + 1)`` of the token at place t turned by ``t / base^(2i / D)``.

    heads: float[B, H, T, D].  What two tokens make of each other then depends on how far apart
    they are, not on where they stand.
    """
    places, size = torch.arange(heads.shape[2]), heads.shape[3]
    angle = places[:, None] / base ** (torch.arange(0, size, 2) / size)
    even, odd = heads[..., 0::2], heads[..., 1::2]
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


class Norm(nn.Module):
    """RMSNorm (Zhang and Sennrich, arXiv 1910.07467)."""

    def __init__(self, weight: Tensor, epsilon: float) -> None:
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(weight), epsilon

    def forward(self, stream: Tensor) -> Tensor:
        scale = (stream.square().mean(dim=-1, keepdim=True) + self.epsilon).rsqrt()
        return stream * scale * self.weight


class Matrix(nn.Module):
    """A product with a fixed matrix float[out, in]."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, rows: Tensor) -> Tensor:
        return F.linear(rows, self.weight)


class LowRank(nn.Module):
    """LoRA: a matrix, and beside it a change of rank ``rank`` that alone learns."""

    def __init__(self, matrix: Matrix, rank: int, generator: torch.Generator) -> None:
        super().__init__()
        outputs, inputs = matrix.weight.shape
        self.matrix = matrix
        start = torch.randn(rank, inputs, generator=generator) / inputs**0.5
        self.narrow = nn.Parameter(start)
        self.wide = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, rows: Tensor) -> Tensor:
        return self.matrix(rows) + F.linear(F.linear(rows, self.narrow), self.wide)


class LlamaBlock(nn.Module):
    """Attention, then feed-forward, each added to the stream."""

    def __init__(self, weights: GgufFile, number: int, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        width, each = sizes.width, sizes.width // sizes.heads
        for name, outputs, inputs in (
            ("attn_q", width, width),
            ("attn_k", sizes.key_heads * each, width),
            ("attn_v", sizes.key_heads * each, width),
            ("attn_output", width, width),
            ("ffn_gate", ANY, width),
            ("ffn_up", ANY, width),
            ("ffn_down", width, ANY),
        ):
            weight = _tensor(weights, f"blk.{number}.{name}.weight", outputs, inputs)
            setattr(self, name, Matrix(weight))
        for name in ("attn_norm", "ffn_norm"):
            weight = _tensor(weights, f"blk.{number}.{name}.weight", width)
            setattr(self, name, Norm(weight, sizes.epsilon))

    def forward(self, stream: Tensor) -> Tensor:
        stream = stream + self.attend(self.attn_norm(stream))
        rows = self.ffn_norm(stream)
        return stream + self.ffn_down(F.silu(self.ffn_gate(rows)) * self.ffn_up(rows))

    def attend(self, rows: Tensor) -> Tensor:
        """float[B, T, width] to the same; no token sees one that comes after it."""
        sizes = self.sizes
        query = turned(_heads(self.attn_q(rows), sizes.heads), sizes.turn_base)
        key = turned(_heads(self.attn_k(rows), sizes.key_heads), sizes.turn_base)
        value = _heads(self.attn_v(rows), sizes.key_heads)
        shared = sizes.heads // sizes.key_heads
        key, value = (each.repeat_interleave(shared, dim=1) for each in (key, value))
        fit = query @ key.transpose(2, 3) / query.shape[3] ** 0.5
        later = torch.ones(fit.shape[2:], dtype=torch.bool).triu(1)
        looks = fit.masked_fill(later, -torch.inf).softmax(dim=-1)
        return self.attn_output((looks @ value).transpose(1, 2).flatten(2))


class SmallLlama(nn.Module):
    """The whole network: token ids int[B, T] to logits float[B, T, words].

    All weights are frozen; :meth:`add_low_rank` adds the few that learn.
    """

    def __init__(self, weights: GgufFile) -> None:
        super().__init__()
        self.sizes = Sizes.of(weights)
        width = self.sizes.width
        self.words = nn.Parameter(_tensor(weights, "token_embd.weight", ANY, width))
        numbers = range(self.sizes.blocks)
        self.blocks = nn.ModuleList(LlamaBlock(weights, number, self.sizes) for number in numbers)
        self.norm = Norm(_tensor(weights, "output_norm.weight", width), self.sizes.epsilon)
        self.requires_grad_(False)

    @classmethod
    def load(cls, path: str | Path) -> SmallLlama:
        """From a GGUF file, such as SmolLM2's, which lesson 16 fetched (0.6 GB once unpacked)."""
        return cls(read_weights(path))

    def stream(self, tokens: Tensor, until: int | None = None) -> Tensor:
        """The stream after ``until`` blocks, by default all: float[B, T, width]."""
        stream = self.words[tokens]
        for block in self.blocks[:until]:
            stream = block(stream)
        return stream

    def finish(self, stream: Tensor, since: int) -> Tensor:
        """The last hidden states, from the stream after ``since`` blocks: float[B, T, width]."""
        for block in self.blocks[since:]:
            stream = block(stream)
        return self.norm(stream)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.finish(self.stream(tokens), self.sizes.blocks) @ self.words.T

    def add_low_rank(
        self,
        rank: int,
        blocks: Iterable[int],
        generator: torch.Generator,
        names: Iterable[str] = ("attn_q", "attn_v"),
    ) -> list[nn.Parameter]:
        """Put a :class:`LowRank` into these blocks; the parameters that learn, in order."""
        learning = []
        for number in blocks:
            for name in names:
                change = LowRank(getattr(self.blocks[number], name), rank, generator)
                setattr(self.blocks[number], name, change)
                learning += [change.narrow, change.wide]
        return learning


def log_likelihood(network: SmallLlama, context: list[int], tokens: list[int]) -> float:
    """Log-probability, in nats, of ``tokens`` after ``context`` (which is not empty)."""
    if not context:
        raise ValueError("a likelihood needs at least one token of context")
    ids = torch.tensor([context + tokens])
    with torch.no_grad():
        told = network(ids)[0, len(context) - 1 : -1].log_softmax(dim=-1)
    return float(told[torch.arange(len(tokens)), tokens].sum()) if tokens else 0.0


def _heads(rows: Tensor, heads: int) -> Tensor:
    """float[B, T, H * D] to float[B, H, T, D]."""
    return rows.unflatten(2, (heads, -1)).transpose(1, 2)


def _tensor(weights: GgufFile, name: str, *shape: int) -> Tensor:
    """The tensor; a :class:`WeightsError` where it is not there, or does not fit the others."""
    try:
        found = weights.tensor(name)
    except KeyError:
        raise WeightsError(f"{weights.path.name} holds no {name}") from None
    fits = (want in (ANY, size) for want, size in zip(shape, found.shape, strict=False))
    if found.ndim != len(shape) or not all(fits):
        wanted = " by ".join("any" if want == ANY else str(want) for want in shape)
        raise WeightsError(
            f"{weights.path.name}: {name} has shape {found.shape}, and {wanted} is needed"
        )
    return torch.from_numpy(np.ascontiguousarray(found))
