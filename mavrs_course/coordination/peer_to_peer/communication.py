"""Learned communication: what to say is trained together with what to do about it.

Source: Sukhbaatar, Szlam and Fergus, "Learning multiagent communication with backpropagation"
(NeurIPS 2016, arXiv 1605.07736); for attention between agents, Das and others,
"TarMAC: targeted multi-agent communication" (ICML 2019, arXiv 1810.11187).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from mavrs_course.messages import Floats

Example = Callable[[int, torch.Generator], tuple[Tensor, Tensor]]


class CommNet(nn.Module):
    """Peers that share one network, and in each round hear the mean of their neighbours' states.

    ``h' = tanh(own(h) + heard(mean of the neighbours' h))``, after an encoder of what a peer sees
    and before a decoder of what it says at the end.

    adjacency: [n, n], row hears column.  sees: numbers that a peer sees.  says: numbers that it
    puts out.  rounds: of communication; none at all is a team that doesn't talk.
    """

    mean: Tensor

    def __init__(
        self,
        adjacency: Floats,
        sees: int,
        says: int,
        *,
        rounds: int = 2,
        width: int = 64,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        links = torch.as_tensor(np.asarray(adjacency), dtype=torch.float32)
        self.register_buffer("mean", links / links.sum(dim=1, keepdim=True).clamp(min=1.0))
        self.encoder = nn.Linear(sees, width)
        self.own = nn.ModuleList(nn.Linear(width, width) for _ in range(rounds))
        self.heard = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(rounds))
        self.decoder = nn.Linear(width, says)
        self._draw(generator)

    def _draw(self, generator: torch.Generator | None) -> None:
        """Initial weights from the generator, so that the same seed gives the same network."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            else:
                nn.init.xavier_uniform_(parameter, generator=generator)

    def forward(self, seen: Tensor) -> Tensor:
        """What every peer says at the end: [B, n, says], for what it sees [B, n, sees]."""
        state = torch.tanh(self.encoder(seen))
        for own, heard in zip(self.own, self.heard, strict=True):
            state = torch.tanh(own(state) + heard(self.mean @ state))
        return self.decoder(state)


def train(
    network: nn.Module,
    example: Example,
    *,
    steps: int,
    batch: int = 256,
    rate: float = 3e-3,
    generator: torch.Generator,
) -> list[float]:
    """Train by cross-entropy with Adam; returns the loss of each step.

    example: ``example(batch, generator)`` gives what is seen [B, n, sees] and the right answer
    of each peer, int[B, n].
    """
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        seen, answer = example(batch, generator)
        loss = nn.functional.cross_entropy(network(seen).flatten(0, 1), answer.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def accuracy(network: nn.Module, example: Example, batch: int, generator: torch.Generator) -> float:
    """The part of the peers' answers that is right."""
    seen, answer = example(batch, generator)
    return float((network(seen).argmax(dim=2) == answer).float().mean())
