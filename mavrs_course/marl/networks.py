"""Small networks for teams: one for all agents, or one for each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

LARGE = 8_192  # numbers from which on numpy's tanh makes up for the way there


class _TanhOfNumpy(torch.autograd.Function):
    """tanh as numpy computes it: on one core in a sixth of torch's time, and as exactly."""

    @staticmethod
    def forward(ctx, numbers: Tensor) -> Tensor:
        bent = torch.from_numpy(np.tanh(numbers.numpy()))
        ctx.save_for_backward(bent)
        return bent

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        (bent,) = ctx.saved_tensors
        return gradient * (1 - bent * bent)


class Tanh(nn.Module):
    """``torch.nn.Tanh``, faster on large arrays in memory."""

    def forward(self, numbers: Tensor) -> Tensor:
        if numbers.numel() < LARGE or numbers.device.type != "cpu":
            return numbers.tanh()
        return _TanhOfNumpy.apply(numbers)


ACTIVATIONS = {"tanh": Tanh, "relu": nn.ReLU}


def perceptron(
    sizes: Sequence[int],
    generator: torch.Generator,
    *,
    activation: str = "relu",
    orthogonal: bool = True,
    last_gain: float = 1.0,
) -> nn.Sequential:
    """Linear layers of the sizes given, with an activation between them.

    orthogonal: weights with orthogonal rows (Saxe et al. 2014), of gain sqrt(2) and, in the last
    layer, ``last_gain``, and no bias, as usual for PPO; else the uniform ones of torch.
    """
    layers: list[nn.Module] = []
    for number, (inputs, outputs) in enumerate(pairwise(sizes)):
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs)
        last = number == len(sizes) - 2
        _initialise(layer, generator, orthogonal, last_gain if last else 2**0.5)
        layers += [layer] if last else [layer, ACTIVATIONS[activation]()]
    return nn.Sequential(*layers)


def _initialise(layer: nn.Linear, generator, orthogonal: bool, gain: float) -> None:
    if orthogonal:
        nn.init.orthogonal_(layer.weight, gain, generator=generator)
        nn.init.zeros_(layer.bias)
    else:
        bound = layer.in_features**-0.5
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)


class TeamNetwork(nn.Module):
    """Two hidden layers for each of ``N`` agents: [..., N, inputs] -> [..., N, outputs].

    share_parameters: all agents use one network, which learns from the experience of all; else
    each has its own.  agent_ids: append to each agent's input which one it is, one-hot, so that
    a shared network can treat agents differently.  The other options are those of
    :func:`perceptron`.
    """

    def __init__(
        self,
        agents: int,
        inputs: int,
        outputs: int,
        hidden: int,
        generator: torch.Generator,
        *,
        share_parameters: bool = True,
        agent_ids: bool = True,
        activation: str = "relu",
        **options,
    ) -> None:
        super().__init__()
        self.agents, self.activation, self.agent_ids = agents, activation, agent_ids
        self.share_parameters = share_parameters
        sizes = (inputs + agents * agent_ids, hidden, hidden, outputs)
        self.networks = nn.ModuleList(
            perceptron(sizes, generator, activation=activation, **options)
            for _ in range(1 if share_parameters else agents)
        )
        self.register_buffer("ids", torch.eye(agents), persistent=False)

    def forward(self, seen: Tensor) -> Tensor:
        if self.agent_ids:
            ids = self.ids.expand(*seen.shape[:-1], self.agents)
            seen = torch.cat([seen, ids], dim=-1)
        if self.share_parameters:
            return self.networks[0](seen)
        each = [network(seen[..., m, :]) for m, network in enumerate(self.networks)]
        return torch.stack(each, dim=-2)


def allowed_actions(action_counts: Sequence[int]) -> Tensor:
    """bool[N, A]: which of A actions each agent has, where A is the largest count."""
    counts = torch.tensor(action_counts)
    return torch.arange(int(counts.max())) < counts[:, None]
