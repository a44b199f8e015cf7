"""IQL: every agent learns the worth of its own actions, as if the others were part of the world.

Source: Tan 1993, "Multi-Agent Reinforcement Learning: Independent vs. Cooperative Agents", with
the networks, replay and target of deep Q-learning (Mnih et al. 2015; double: van Hasselt et al.
2016, arXiv 1509.06461).

One round: play a step in all sessions, remember it, and learn from remembered steps at random.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from mavrs_course.envs.core import Floats32
from mavrs_course.marl.learner import Learner, exported
from mavrs_course.marl.networks import TeamNetwork
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.marl.replay import ReplayBuffer
from mavrs_course.marl.schedules import linear

NEVER = -1e9  # the value of an action that an agent does not have


@dataclass(frozen=True)
class IQLSettings:
    """The options of IQL; :meth:`for_feed` gives those tuned for the feed game."""

    hidden: int = 64  # units in each of the two hidden layers
    activation: str = "relu"  # or "tanh"
    replay_size: int = 20_000  # transitions remembered, one a session and step
    learn_after: int = 1_000  # transitions to remember before learning starts
    batch: int = 256  # transitions in a gradient step, each with all agents
    updates: int = 1  # gradient steps after each step of all sessions
    learning_rate: float = 1e-3  # of Adam
    anneal_over: int | None = None  # session-steps until the learning rate is zero; None: never
    discount: float = 0.99  # what a reward is worth one step later
    epsilon_start: float = 1.0  # share of random actions at first
    epsilon_end: float = 0.05  # and in the end
    epsilon_over: int = 50_000  # session-steps in between
    target_every: int = 200  # gradient steps between copies of the network to the target network
    double: bool = True  # the online network picks the next action, the target judges it
    max_gradient: float | None = 10.0  # longest gradient step; None: any
    reward_scale: float = 1.0  # rewards are multiplied by it
    orthogonal: bool = False  # orthogonal initial weights, else torch's uniform ones
    share_parameters: bool = True  # one network for all agents
    agent_ids: bool = True  # tell a shared network which agent it is

    @classmethod
    def for_feed(cls, **changes):
        """Tuned for :class:`~mavrs_course.envs.feed_core.FeedCore` with 128 sessions.

        What matters most is that the target network is copied often: an evening has some hundred
        pages, and with every copy the learner sees about one page further ahead.
        """
        tuned = {
            "replay_size": 100_000,
            "learn_after": 5_000,
            "batch": 192,
            "epsilon_over": 80_000,
            "target_every": 20,
            "reward_scale": 0.05,
        }
        return cls(**(tuned | changes))


class IQL(Learner):
    """Independent Q-learning.  :class:`~.learner.Learner` says how to use it."""

    name = "IQL"
    settings_type = IQLSettings
    uses_state = False

    def build(self) -> None:
        s = self.settings
        self.network = TeamNetwork(
            self.agents,
            self.core.observation_size,
            max(self.core.action_counts),
            s.hidden,
            self.generator,
            share_parameters=s.share_parameters,
            agent_ids=s.agent_ids,
            activation=s.activation,
            orthogonal=s.orthogonal,
        )
        self.target = deepcopy(self.network)
        self.replay = ReplayBuffer(s.replay_size)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=s.learning_rate, fused=True)
        self.count = Counter()
        names = ("network", "target", "replay", "optimiser", "count")
        self.parts |= {name: getattr(self, name) for name in names}

    @property
    def epsilon(self) -> float:
        """The share of random actions now."""
        s = self.settings
        return linear(s.epsilon_start, s.epsilon_end, s.epsilon_over, self.steps)

    def iterate(self) -> int:
        self.anneal(self.optimiser)
        self._play_step()
        if len(self.replay) >= self.settings.learn_after:
            for _ in range(self.settings.updates):
                self._update()
        return self.core.sessions

    def values_of(self, network: TeamNetwork, observations: Tensor) -> Tensor:
        """The value of every action of each agent: float[..., N, A]."""
        return network(observations).masked_fill(~self.allowed, NEVER)

    def _play_step(self) -> None:
        """Act in every session, mostly as seems best, and remember what came of it."""
        observations = self.core.observe()
        before = {"observations": observations}
        if self.uses_state:
            before["states"] = self.core.state()
        actions = self._choose(torch.from_numpy(observations)).numpy()
        outcome = self.play.step(actions)
        # What the step led to.  After a time limit that is not what comes next: a new session.
        after = {"next_observations": self.core.observe()}
        if self.uses_state:
            after["next_states"] = self.core.state()
        if outcome.final_observations is not None:
            cut = outcome.cut
            after["next_observations"][cut] = outcome.final_observations[cut]
            if self.uses_state:
                after["next_states"][cut.any(axis=1)] = outcome.final_state[cut.any(axis=1)]
        self.replay.add(
            actions=actions,
            rewards=outcome.rewards * np.float32(self.settings.reward_scale),
            acted=outcome.acted,
            goes_on=outcome.goes_on,
            **before,
            **after,
        )

    def _choose(self, observations: Tensor) -> Tensor:
        """Epsilon-greedy actions: int64[B, N]."""
        with torch.no_grad():
            best = self.values_of(self.network, observations).argmax(dim=-1)
        tickets = torch.rand(2, *best.shape, generator=self.generator)
        anything = (tickets[0] * torch.tensor(self.core.action_counts)).long()
        return torch.where(tickets[1] < self.epsilon, anything, best)

    def _update(self) -> None:
        loss = self._loss(**self.replay.sample(self.settings.batch, self.generator))
        self.optimiser.zero_grad()
        loss.backward()
        if self.settings.max_gradient is not None:
            parameters = self.optimiser.param_groups[0]["params"]
            nn.utils.clip_grad_norm_(parameters, self.settings.max_gradient)
        self.optimiser.step()
        self.count.updates += 1
        if self.count.updates % self.settings.target_every == 0:
            self.copy_to_target()

    def copy_to_target(self) -> None:
        self.target.load_state_dict(self.network.state_dict())

    def _loss(self, observations, actions, rewards, acted, goes_on, next_observations) -> Tensor:
        """The squared error against ``r + discount * value of the best next action``."""
        chosen = self.chosen_values(observations, actions)
        with torch.no_grad():
            following = self.next_values(next_observations)
            wanted = rewards + self.settings.discount * goes_on * following
        error = (chosen - wanted) ** 2
        return (error * acted).sum() / acted.sum().clamp(min=1)

    def chosen_values(self, observations: Tensor, actions: Tensor) -> Tensor:
        """What each agent's action was thought to be worth: float[B, N]."""
        values = self.values_of(self.network, observations)
        return values.gather(-1, actions[..., None]).squeeze(-1)

    def next_values(self, observations: Tensor) -> Tensor:
        """What the target network thinks of each agent's best next action: float[B, N]."""
        judged = self.values_of(self.target, observations)
        picker = self.network if self.settings.double else self.target
        best = self.values_of(picker, observations).argmax(dim=-1, keepdim=True)
        return judged.gather(-1, best).squeeze(-1)

    def action_values(self, observations: Floats32) -> Floats32:
        """What each agent thinks of its actions, in units of reward: float32[B, N, A]."""
        with torch.no_grad():
            values = self.network(torch.as_tensor(observations, dtype=torch.float32))
        return np.where(self.allowed, values / self.settings.reward_scale, -np.inf)

    def policy(self) -> LearnedPolicy:
        about = {"algorithm": self.name, "steps": self.steps}
        return exported(self.network, self.core.action_counts, self.settings.epsilon_end, about)


class Counter:
    """How many gradient steps there were; part of a checkpoint."""

    def __init__(self) -> None:
        self.updates = 0

    def state_dict(self) -> dict[str, int]:
        return vars(self).copy()

    def load_state_dict(self, state: dict[str, int]) -> None:
        vars(self).update(state)
