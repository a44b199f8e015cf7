"""IPPO: every agent learns by PPO on its own reward, as if the others were part of the world.

PPO is Schulman et al. 2017 (arXiv 1707.06347); that independent PPO is strong in teams is de Witt
et al. 2020 (arXiv 2011.09533).  What makes it work are many small things (Engstrom et al. 2020,
arXiv 2005.12729; Yu et al. 2022, arXiv 2103.01955), so each of them is an option here.

One round: play ``rollout`` steps in all sessions, estimate advantages, improve the policy a few
epochs on them, throw them away.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mavrs_course.marl.advantages import RunningScale, generalised_advantages
from mavrs_course.marl.learner import Learner, exported
from mavrs_course.marl.networks import TeamNetwork
from mavrs_course.marl.policy import LearnedPolicy

NEVER = -1e9  # the logit of an action that an agent does not have
PIECE = 16_384  # inputs of a network at a time: what comes of them stays in the cache


@dataclass(frozen=True)
class IPPOSettings:
    """The options of IPPO and MAPPO; :meth:`for_feed` gives those tuned for the feed game.

    Where a session is short and ends by a time limit, a curve that first falls below random play
    is a critic that looks beyond the end: make the game with ``time_limit_ends=True`` if it has
    that option, and look at ``discount`` and ``gae_lambda`` next (on simple_spread .9 and .8, with
    a learning rate of 2e-3, learn in a fifth of the steps).
    """

    hidden: int = 64  # units in each of the two hidden layers
    activation: str = "tanh"  # or "relu"
    rollout: int = 32  # steps played in each session before learning from them
    epochs: int = 4  # how often each rollout is learned from
    minibatches: int = 4  # parts that a rollout is split into, one gradient step each
    learning_rate: float = 1e-3  # of Adam
    anneal_over: int | None = None  # session-steps until the learning rate is zero; None: never
    discount: float = 0.99  # what a reward is worth one step later
    gae_lambda: float = 0.95  # 1: whole returns, much noise; 0: one step, much bias
    clip: float | None = 0.2  # how far the policy may move in one round; None: anywhere
    entropy: float = 0.01  # how much a broad policy is worth
    value_weight: float = 0.5  # of the critic's loss
    max_gradient: float | None = 0.5  # longest gradient step; None: any
    normalise_advantages: bool = True  # to mean 0 and deviation 1 in each rollout
    normalise_values: bool = True  # let the critic predict on a running unit scale
    reward_scale: float = 1.0  # rewards are multiplied by it
    orthogonal: bool = True  # orthogonal initial weights, a small last layer in the policy
    share_parameters: bool = True  # one network for all agents
    agent_ids: bool = True  # tell a shared network which agent it is

    @classmethod
    def for_feed(cls, **changes):
        """Tuned for :class:`~mavrs_course.envs.feed_core.FeedCore` with 1,024 sessions."""
        tuned = {
            "activation": "relu",
            "epochs": 2,
            "minibatches": 4,
            "learning_rate": 2e-3,
            "entropy": 0.003,
        }
        return cls(**(tuned | changes))


class IPPO(Learner):
    """Independent PPO.  :class:`~.learner.Learner` says how to use it."""

    name = "IPPO"
    settings_type = IPPOSettings
    uses_state = False

    def build(self) -> None:
        s, core = self.settings, self.core
        options = {
            "activation": s.activation,
            "orthogonal": s.orthogonal,
            "share_parameters": s.share_parameters,
            "agent_ids": s.agent_ids,
        }
        sizes = self.agents, core.observation_size
        actions = max(core.action_counts)
        self.actor = TeamNetwork(
            *sizes, actions, s.hidden, self.generator, last_gain=0.01, **options
        )
        self.critic = self.build_critic(options)
        self.scale = RunningScale()
        parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.optimiser = torch.optim.Adam(parameters, lr=s.learning_rate, eps=1e-5, fused=True)
        names = ("actor", "critic", "scale", "optimiser")
        self.parts |= {name: getattr(self, name) for name in names}
        self._allocate()

    def build_critic(self, options: dict) -> nn.Module:
        """What values an agent's observation: one number for each agent."""
        core, hidden = self.core, self.settings.hidden
        return TeamNetwork(self.agents, core.observation_size, 1, hidden, self.generator, **options)

    def values(self, observations: Tensor, states: Tensor | None) -> Tensor:
        """What the critic expects each agent to earn, on its own scale: float[..., N]."""
        return self.critic(observations).squeeze(-1)

    def _allocate(self) -> None:
        """Room for one rollout: what was seen before each step and after the last, and so on."""
        core, steps = self.core, self.settings.rollout
        shape = steps, core.sessions, self.agents
        self.observations = torch.zeros(steps + 1, *shape[1:], core.observation_size)
        self.states = torch.zeros(steps + 1, core.sessions, core.state_size * self.uses_state)
        self.actions = torch.zeros(shape, dtype=torch.int64)
        self.log_probs, self.rewards = torch.zeros(shape), torch.zeros(shape)
        self.acted, self.goes_on, self.cut = (torch.zeros(shape, dtype=bool) for _ in range(3))

    def iterate(self) -> int:
        self.anneal(self.optimiser)
        with torch.no_grad():
            endings = self._play_rollout()
            advantages, targets = self._judge(endings)
        self._learn(advantages, targets)
        return self.settings.rollout * self.core.sessions

    def log_policy(self, observations: Tensor) -> Tensor:
        """log pi(a | o) for every action: float[..., N, A]."""
        logits = self.actor(observations).masked_fill(~self.allowed, NEVER)
        return logits - logits.logsumexp(dim=-1, keepdim=True)

    def _play_rollout(self) -> list[tuple[int, Tensor, Tensor | None]]:
        """Play and remember.  Returns, for steps after which somebody was cut off by a time
        limit: the step, and the observations and states that the limit cut off."""
        endings = []
        for step in range(self.settings.rollout):
            self._look(step)
            log_policy = self.log_policy(self.observations[step])
            chance = torch.empty_like(log_policy).exponential_(generator=self.generator)
            # Gumbel's trick: the largest log probability plus noise is a draw from the policy.
            actions = (log_policy - chance.log()).argmax(dim=-1)
            outcome = self.play.step(actions.numpy())
            self.actions[step] = actions
            self.log_probs[step] = log_policy.gather(-1, actions[..., None]).squeeze(-1)
            for name in ("rewards", "acted", "goes_on", "cut"):
                getattr(self, name).numpy()[step] = getattr(outcome, name)
            if outcome.final_observations is not None:
                final = outcome.final_observations, outcome.final_state
                endings.append((step, *map(torch.from_numpy, final)))
        self._look(self.settings.rollout)
        self.rewards *= self.settings.reward_scale
        return endings

    def _look(self, step: int) -> None:
        self.core.observe(self.observations[step].numpy())
        if self.uses_state:
            self.core.state(self.states[step].numpy())

    def _judge(self, endings: list) -> tuple[Tensor, Tensor]:
        """Advantages of the actions, and targets for the critic: float[T, B, N]."""
        s = self.settings
        values = self._rescaled(self.values(self.observations, self.states))
        next_values = values[1:].clone()
        for step, observations, states in endings:
            final = self._rescaled(self.values(observations, states))
            next_values[step] = torch.where(self.cut[step], final, next_values[step])
        advantages = generalised_advantages(
            self.rewards,
            values[:-1],
            next_values,
            self.goes_on,
            self.cut,
            discount=s.discount,
            gae_lambda=s.gae_lambda,
        )
        targets = advantages + values[:-1]
        if s.normalise_values:
            self.scale.update(targets[self.acted])
            targets = self.scale.to_unit(targets)
        if s.normalise_advantages:
            those = advantages[self.acted]
            if len(those) > 1:  # one alone has no deviation, and goes as it is
                advantages = (advantages - those.mean()) / (those.std() + 1e-8)
        return advantages, targets

    def _rescaled(self, values: Tensor) -> Tensor:
        return self.scale.from_unit(values) if self.settings.normalise_values else values

    def _learn(self, advantages: Tensor, targets: Tensor) -> None:
        s = self.settings
        kept = {
            "observations": self.observations[:-1],
            "states": self.states[:-1],
            "actions": self.actions,
            "log_probs": self.log_probs,
            "acted": self.acted,
            "advantages": advantages,
            "targets": targets,
        }
        kept = {name: values.flatten(0, 1) for name, values in kept.items()}
        for _ in range(s.epochs):
            order = torch.randperm(len(targets.flatten(0, 1)), generator=self.generator)
            for rows in order.tensor_split(s.minibatches):
                self.optimiser.zero_grad()
                for piece in rows.split(max(1, PIECE // self.agents)):
                    batch = {name: values[piece] for name, values in kept.items()}
                    share = batch["acted"].sum() / kept["acted"][rows].sum().clamp(min=1)
                    (share * self._loss(**batch)).backward()  # gradients add up to the whole's
                if s.max_gradient is not None:
                    for network in (self.actor, self.critic):
                        nn.utils.clip_grad_norm_(network.parameters(), s.max_gradient)
                self.optimiser.step()

    def _loss(self, observations, states, actions, log_probs, acted, advantages, targets) -> Tensor:
        """PPO's loss: improve the policy, but not far; predict returns; stay curious."""
        s = self.settings
        log_policy = self.log_policy(observations)
        ratio = (log_policy.gather(-1, actions[..., None]).squeeze(-1) - log_probs).exp()
        gain = ratio * advantages
        if s.clip is not None:
            gain = torch.minimum(gain, ratio.clamp(1 - s.clip, 1 + s.clip) * advantages)
        entropy = -(log_policy.exp() * log_policy).sum(dim=-1)
        error = (self.values(observations, states) - targets) ** 2
        loss = s.value_weight * error - gain - s.entropy * entropy
        return (loss * acted).sum() / acted.sum().clamp(min=1)

    def policy(self) -> LearnedPolicy:
        about = {"algorithm": self.name, "steps": self.steps}
        return exported(self.actor, self.core.action_counts, None, about)
