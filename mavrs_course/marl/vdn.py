"""VDN: a team's value is the sum of what each agent's action is worth.

Source: Sunehag et al. 2018, "Value-Decomposition Networks For Cooperative Multi-Agent Learning"
(arXiv 1706.05296).  Playing, remembering and networks are those of
:class:`~mavrs_course.marl.iql.IQL`; what differs is what is learned: one error for the whole
team.  Because a sum is largest where each part is, each agent still acts on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor

from mavrs_course.envs.core import Floats32
from mavrs_course.marl.iql import IQL, IQLSettings
from mavrs_course.messages import Floats


@dataclass(frozen=True)
class VDNSettings(IQLSettings):
    """The options of IQL, and one more."""

    # What the team earns: the "mean" of the rewards of the agents that are still there, which is
    # right where all get the same common payoff; or their "sum", where each gets a part.
    team_reward: str = "mean"

    def __post_init__(self) -> None:
        if self.team_reward not in ("mean", "sum"):
            raise ValueError(f"team_reward is 'mean' or 'sum', not {self.team_reward!r}")


class VDN(IQL):
    """Value decomposition.  :class:`~.learner.Learner` says how to use it."""

    name = "VDN"
    settings_type = VDNSettings

    def mix(self, values: Tensor, states: Tensor | None, target: bool = False) -> Tensor:
        """The team's value float[B] from each agent's, float[B, N]: their sum."""
        return values.sum(dim=-1)

    def _loss(
        self,
        observations,
        actions,
        rewards,
        acted,
        goes_on,
        next_observations,
        states=None,
        next_states=None,
    ) -> Tensor:
        """The squared error of the team's value; agents that have left count for nothing."""
        chosen = self.mix(self.chosen_values(observations, actions) * acted, states)
        with torch.no_grad():
            following = self.next_values(next_observations) * goes_on
            following = self.mix(following, next_states, target=True) * goes_on.any(dim=-1)
            wanted = self.team(rewards, acted) + self.settings.discount * following
        return ((chosen - wanted) ** 2).mean()

    def team(self, rewards: Tensor, acted: Tensor) -> Tensor:
        """What the team earns: float[B], from the rewards float[B, N] of those who acted."""
        total = (rewards * acted).sum(-1)
        if self.settings.team_reward == "sum":
            return total
        return total / acted.sum(-1).clamp(min=1)

    def joint_values(self, observations: Floats32, state: Floats32 | None = None) -> Floats:
        """What the team's joint actions are worth in one situation: float[A_1, .., A_N].

        observations: float32[N, observation_size].  state: float32[state_size], for QMIX.
        In units of reward.  There are as many entries as joint actions, so this is for few agents.
        """
        counts = self.core.action_counts
        joint = torch.tensor(list(product(*map(range, counts))))
        seen = torch.as_tensor(observations, dtype=torch.float32).expand(len(joint), -1, -1)
        if state is not None:
            state = torch.as_tensor(state, dtype=torch.float32).expand(len(joint), -1)
        with torch.no_grad():
            values = self.mix(self.chosen_values(seen, joint), state)
        return np.asarray(values.reshape(counts) / self.settings.reward_scale, dtype=float)
