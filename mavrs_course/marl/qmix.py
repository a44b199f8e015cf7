"""QMIX: a team's value is a function of the agents' values that rises with each of them.

Source: Rashid et al. 2018, "QMIX: Monotonic Value Function Factorisation for Deep Multi-Agent
Reinforcement Learning" (arXiv 1803.11485).  Everything but the mixer is
:class:`~mavrs_course.marl.vdn.VDN`.  Because the mix rises with each agent's value, the best
joint action is still where each agent's own value is largest.

Not every rising function can be had: one hidden layer of ELU units with weights of at least 0 is
supermodular too (each agent's value counts for more where the others' are higher), so the table
``[0 10; 10 10]`` is out of reach.  :mod:`mavrs_course.marl.decomposition` gives the nearest fits.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mavrs_course.marl.networks import perceptron
from mavrs_course.marl.vdn import VDN, VDNSettings


@dataclass(frozen=True)
class QMIXSettings(VDNSettings):
    """The options of VDN, and those of the mixer."""

    mixer_hidden: int = 32  # units in the mixer's hidden layer
    hypernet_hidden: int = 0  # units in the hidden layer of what makes its weights; 0: none


class Mixer(nn.Module):
    """A small network whose weights are made from the state, and are never negative.

    Hypernetworks map the state to the weights of two layers; their absolute values keep the mix
    rising in each agent's value.  Biases may be anything: they do not depend on the agents.
    """

    def __init__(
        self, agents: int, state_size: int, settings: QMIXSettings, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.agents, self.hidden = agents, settings.mixer_hidden
        between = [settings.hypernet_hidden] if settings.hypernet_hidden else []

        def from_state(outputs: int, *hidden: int) -> nn.Sequential:
            sizes = (state_size, *hidden, outputs)
            return perceptron(sizes, generator, orthogonal=settings.orthogonal)

        self.first_weight = from_state(agents * self.hidden, *between)
        self.first_bias = from_state(self.hidden)
        self.second_weight = from_state(self.hidden, *between)
        self.second_bias = from_state(1, self.hidden)

    def forward(self, values: Tensor, states: Tensor) -> Tensor:
        """The team's value float[B], from the agents' float[B, N] and states float[B, S]."""
        first = self.first_weight(states).abs().view(-1, self.agents, self.hidden)
        hidden = F.elu((values[:, None] @ first).squeeze(1) + self.first_bias(states))
        second = self.second_weight(states).abs()
        return (hidden * second).sum(dim=-1) + self.second_bias(states).squeeze(-1)


class QMIX(VDN):
    """Monotonic mixing.  :class:`~.learner.Learner` says how to use it."""

    name = "QMIX"
    settings_type = QMIXSettings
    uses_state = True

    def build(self) -> None:
        super().build()
        self.mixer = Mixer(self.agents, self.core.state_size, self.settings, self.generator)
        self.target_mixer = deepcopy(self.mixer)
        parameters = [*self.network.parameters(), *self.mixer.parameters()]
        self.optimiser = torch.optim.Adam(parameters, lr=self.settings.learning_rate, fused=True)
        names = ("mixer", "target_mixer", "optimiser")
        self.parts |= {name: getattr(self, name) for name in names}

    def mix(self, values: Tensor, states: Tensor | None, target: bool = False) -> Tensor:
        """The team's value float[B] from each agent's, float[B, N], in states float[B, S]."""
        if states is None:
            raise ValueError("QMIX mixes by the state, so it needs one: give core.state()[0]")
        return (self.target_mixer if target else self.mixer)(values, states)

    def copy_to_target(self) -> None:
        super().copy_to_target()
        self.target_mixer.load_state_dict(self.mixer.state_dict())
