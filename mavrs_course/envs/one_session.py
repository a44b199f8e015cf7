"""A core with one session as a PettingZoo environment, so that both are the same game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import logger
from gymnasium.spaces import Box, Discrete
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils import wrappers
from pettingzoo.utils.conversions import parallel_to_aec

from mavrs_course.envs.core import Core


class OneSession(ParallelEnv):
    """The base of our Parallel environments: a subclass adds ``metadata``, text and pictures.

    ``reset(seed=s)`` starts the core with ``numpy.random.default_rng(s)`` and seeds the action
    spaces too, agent ``i`` with ``s + i``, so that random play repeats as well.  To draw from:
    ``steps`` so far, and the ``last_actions`` int[N] and ``last_info`` of the core, both None
    right after a reset.
    """

    metadata: dict[str, Any]

    def __init__(self, core: Core, agents: Sequence[str], render_mode: str | None = None) -> None:
        modes = self.metadata["render_modes"]
        if render_mode not in (None, *modes):
            raise ValueError(f"render_mode is one of {modes} or None, got {render_mode!r}")
        self.core, self.render_mode = core, render_mode
        self.possible_agents = list(agents)
        self.agents: list[str] = []
        self._actions = {
            agent: Discrete(count) for agent, count in zip(agents, core.action_counts, strict=True)
        }
        seen = Box(*core.bounds, (core.observation_size,), np.float32)
        self._observations = {agent: seen for agent in agents}
        self.state_space = Box(*core.bounds, (core.state_size,), np.float32)
        self.started = False

    def observation_space(self, agent: str) -> Box:
        return self._observations[agent]

    def action_space(self, agent: str) -> Discrete:
        return self._actions[agent]

    def reset(self, seed: int | None = None, options: dict | None = None):
        """Start a session; ``options`` is PettingZoo's and unused."""
        rng = None if seed is None else np.random.default_rng(seed)  # refuses what is no seed
        if seed is not None:
            for number, agent in enumerate(self.possible_agents):
                self._actions[agent].seed(int(seed) + number)
        self.core.reset(rng)
        self.agents, self.started = self.possible_agents[:], True
        self.steps, self.last_actions, self.last_info = 0, None, None
        return self._seen(), {agent: {} for agent in self.agents}

    def step(self, actions: Mapping[str, int]):
        """Play one step: every agent acts at once."""
        joint = self._joint(actions)
        rewards, ended, info = self.core.step(joint[None])
        self.steps, self.last_actions, self.last_info = self.steps + 1, joint, info
        over, agents = bool(ended[0]), self.possible_agents
        if over:
            self.agents = []
        if self.render_mode == "human":
            self.render()
        return (
            self._seen(),
            dict(zip(agents, map(float, rewards[0]), strict=True)),
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, False),
            self.tell(info),
        )

    def _seen(self) -> dict[str, np.ndarray]:
        return dict(zip(self.possible_agents, self.core.observe()[0], strict=True))

    def _joint(self, actions: Mapping[str, int]) -> np.ndarray:
        if not self.agents:
            raise ValueError(
                f"{self} is {'over' if self.started else 'not started'}; call reset() before step()"
            )
        if set(actions) != set(self.agents):
            raise ValueError(
                f"step needs one action for each of {self.agents}, got {sorted(map(str, actions))}"
            )
        for agent, action in actions.items():
            if not self._actions[agent].contains(action):
                last = self._actions[agent].n - 1
                raise ValueError(f"the action of {agent} is one of 0..{last}, got {action!r}")
        return np.array([int(actions[agent]) for agent in self.agents])

    def state(self) -> np.ndarray:
        """float32[state_size]: what a central critic may know."""
        return self.core.state()[0]

    def render(self) -> np.ndarray | str | None:
        """The last step in the ``render_mode`` that the environment was made with."""
        if self.render_mode is None:
            logger.warn("render() does nothing: the environment was made without a render_mode")
            return None
        if not self.started:
            raise ValueError(f"{self} is not started; call reset() before render()")
        if self.render_mode == "rgb_array":
            return self.picture()
        text = self.text()
        if self.render_mode == "ansi":
            return text
        print(text)
        return None

    def close(self) -> None:
        """Nothing to close."""

    def tell(self, info: Any) -> dict[str, dict]:
        """What each agent is told about a step beyond its reward, from the core's account."""
        return {agent: {} for agent in self.possible_agents}

    def text(self) -> str:
        """The last step in words, for the modes "human" and "ansi"."""
        raise NotImplementedError

    def picture(self) -> np.ndarray:
        """The last step as uint8[height, width, 3], for the mode "rgb_array"."""
        raise NotImplementedError


def turn_based(environment: ParallelEnv) -> AECEnv:
    """The environment with agents that act one after the other, with PettingZoo's usual checks."""
    env = parallel_to_aec(environment)
    env = wrappers.AssertOutOfBoundsWrapper(env)
    return wrappers.OrderEnforcingWrapper(env)
