"""MAPPO: PPO for teams whose critic knows the whole state while they learn.

Source: Yu et al. 2022, "The Surprising Effectiveness of PPO in Cooperative, Multi-Agent Games"
(arXiv 2103.01955).  Everything but the critic is :class:`~mavrs_course.marl.ippo.IPPO`: the
critic is needed only to judge what was done, so it may look at what no agent sees.  The agents
play by their own observations, as before.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.networks import perceptron


@dataclass(frozen=True)
class MAPPOSettings(IPPOSettings):
    """The options of IPPO; :meth:`for_feed` gives those tuned for the feed game."""


class MAPPO(IPPO):
    """Multi-agent PPO.  :class:`~.learner.Learner` says how to use it."""

    name = "MAPPO"
    settings_type = MAPPOSettings
    uses_state = True

    def build_critic(self, options: dict) -> nn.Module:
        """One network that maps the state to the value that it has for each agent."""
        s, core = self.settings, self.core
        return perceptron(
            (core.state_size, s.hidden, s.hidden, self.agents),
            self.generator,
            activation=s.activation,
            orthogonal=s.orthogonal,
        )

    def values(self, observations: Tensor, states: Tensor | None) -> Tensor:
        return self.critic(states)
