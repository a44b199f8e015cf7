"""The next video from the last ones: SASRec (Kang and McAuley 2018, arXiv 1808.09781).

A viewer's history is a sequence of videos.  Each place looks back at the places before it, never
ahead (causal self-attention), and predicts the video that came next.  Trained with the full
softmax over all videos, which on small catalogues is affordable and does better than the
paper's one sampled negative (Klenitskiy and Vasilev 2023, arXiv 2309.07602).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.nn.functional import cross_entropy

from mavrs_course.messages import Floats, Ints
from mavrs_course.progress import progress
from mavrs_course.world.logs import Logs


def histories(logs: Logs) -> list[Ints]:
    """What each viewer watched, oldest first: U arrays of videos, empty for who watched nothing."""
    events = logs.chronological()
    watched: list[Ints] = [np.zeros(0, dtype=np.int64)] * logs.n_viewers
    for viewer, videos in events.groupby("viewer")["video"]:
        watched[viewer] = videos.to_numpy(np.int64)
    return watched


def windows(sequences: Sequence[ArrayLike], length: int, padding: int) -> Ints:
    """The last ``length`` videos of each sequence, padded in front: int[B, length]."""
    padded = np.full((len(sequences), length), padding, dtype=np.int64)
    for row, sequence in zip(padded, sequences, strict=True):
        recent = np.asarray(sequence, dtype=np.int64)[-length:]
        row[length - len(recent) :] = recent
    return padded


class Block(nn.Module):
    """One look back: each place mixes the values of earlier places, then thinks for itself."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.think = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))
        self.drop = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor, padded: torch.Tensor) -> torch.Tensor:
        """states: float[B, L, D]; padded: bool[B, L], places that hold no video."""
        normed = self.before(states)
        scores = self.query(normed) @ self.key(normed).transpose(1, 2)
        scores = scores / math.sqrt(states.shape[2])
        length = states.shape[1]
        ahead = torch.ones(length, length, dtype=torch.bool).triu(1)
        itself = torch.eye(length, dtype=torch.bool)  # so that no row is left without a place
        hidden = (ahead | padded[:, None, :]) & ~itself
        mixed = scores.masked_fill(hidden, -math.inf).softmax(dim=2) @ self.value(normed)
        states = states + self.drop(mixed)
        return states + self.drop(self.think(self.between(states)))


class SASRec(nn.Module):
    """States float[B, L, D] of histories int[B, L]; a video scores by its embedding's product."""

    def __init__(
        self, videos: int, *, width: int = 48, length: int = 32, blocks: int = 2,
        dropout: float = 0.3,
    ) -> None:  # fmt: skip
        super().__init__()
        self.videos, self.length = videos, length
        self.embedding = nn.Embedding(videos + 1, width, padding_idx=videos)
        self.place = nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, dropout) for _ in range(blocks))
        self.last, self.drop = nn.LayerNorm(width), nn.Dropout(dropout)

    def forward(self, watched: torch.Tensor) -> torch.Tensor:
        """float[B, L, V]: how well each video would follow, after each place."""
        padded = watched == self.videos
        states = self.embedding(watched) * math.sqrt(self.embedding.embedding_dim)
        states = self.drop(states + self.place.weight)
        for block in self.blocks:
            states = block(states, padded)
        return self.last(states) @ self.embedding.weight[:-1].T


class NextVideo:
    """SASRec as a model of logs, like those of :mod:`mavrs_course.agents.collaborative`.

    generator: a ``torch.Generator``; the same seed gives the same model.
    """

    def __init__(
        self,
        generator: torch.Generator,
        *,
        width: int = 48,
        length: int = 32,
        epochs: int = 12,
        batch: int = 64,
        step: float = 4e-3,
        dropout: float = 0.3,
    ) -> None:
        self.generator, self.epochs, self.batch, self.step = generator, epochs, batch, step
        self.sizes: dict[str, Any] = {"width": width, "length": length, "dropout": dropout}

    def fit(self, logs: Logs) -> NextVideo:
        """Learn from the order in which viewers watched; returns the model itself."""
        self.histories, self.videos = histories(logs), logs.n_videos
        pieces = self._pieces()
        if not len(pieces):
            raise ValueError("nobody watched two videos in these logs: there is no order to learn")
        with torch.random.fork_rng():  # initial weights and dropout know only the global generator
            torch.manual_seed(int(torch.randint(2**31, (1,), generator=self.generator)))
            self.network = SASRec(self.videos, **self.sizes)
            nn.init.normal_(self.network.embedding.weight, std=0.02)
            nn.init.normal_(self.network.place.weight, std=0.02)
            self.losses = [self._epoch(pieces, optimiser) for optimiser in self._schedule()]
        self.network.eval()
        return self

    def _schedule(self):
        """The optimiser once an epoch, with a step that falls to a tenth."""
        optimiser = torch.optim.Adam(self.network.parameters(), lr=self.step)
        for epoch in progress(range(self.epochs), "epochs"):
            optimiser.param_groups[0]["lr"] = self.step * (1.0 - 0.9 * epoch / self.epochs)
            yield optimiser

    def _pieces(self) -> torch.Tensor:
        """Long histories cut into windows of length + 1 that share one video: int[N, L + 1]."""
        length = self.sizes["length"]
        cut = [
            history[max(0, end - length - 1) : end]
            for history in self.histories
            for end in range(len(history), 1, -length)
        ]
        return torch.from_numpy(windows(cut, length + 1, self.videos))

    def _epoch(self, pieces: torch.Tensor, optimiser: torch.optim.Optimizer) -> float:
        self.network.train()
        total = 0.0
        order = torch.randperm(len(pieces), generator=self.generator)
        for rows in order.split(self.batch):
            watched, following = pieces[rows, :-1], pieces[rows, 1:]
            counts = (watched != self.videos) & (following != self.videos)
            loss = cross_entropy(self.network(watched)[counts], following[counts])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rows)
        return total / len(pieces)

    @torch.no_grad()
    def scores(self, viewers: ArrayLike) -> Floats:
        """How well each video would follow a viewer's history: float[B, V]."""
        sequences = [self.histories[viewer] for viewer in np.asarray(viewers)]
        watched = torch.from_numpy(windows(sequences, self.sizes["length"], self.videos))
        return np.concatenate(
            [self.network(rows)[:, -1].numpy() for rows in watched.split(256)]
        ).astype(float)
