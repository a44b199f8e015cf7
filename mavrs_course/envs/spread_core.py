"""``simple_spread_v3`` of mpe2, thousands of sessions at once.

``N`` agents in a plane should stand on ``N`` landmarks, one on each, without bumping into each
other.  A second pair of eyes for the learners: many papers have published curves on it.

Actions: 0 nothing, 1 left, 2 right, 3 down, 4 up.  Everything is the game of Lowe et al. 2017
(arXiv 1706.02275) as mpe2 1.x plays it with discrete actions; a test compares the two step by
step.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.envs.core import Floats32, StepAccount, checked_actions
from mavrs_course.messages import Bools, Floats, Ints

TIME_STEP = 0.1
DAMPING = 0.25
PUSH = 5.0  # force of a move
CONTACT_FORCE, CONTACT_MARGIN = 100.0, 1e-3
DIAMETER = 0.3  # agents that are closer than this touch
MOVES = PUSH * np.array([[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]], dtype=float)


class SpreadCore:
    """The spread game, ``sessions`` at a time.

    agents: N, also the number of landmarks.  local_ratio: the reward of an agent is
    ``(1 - local_ratio)`` times minus the sum of each landmark's distance to the nearest agent,
    plus ``local_ratio`` times minus the number of agents that it touches.  A session ends after
    ``max_cycles`` steps.  time_limit_ends: whether learners are told that this is an end of the
    game (as EPyMARL does) instead of a mere time limit.
    """

    bounds = (-np.inf, np.inf)

    def __init__(
        self,
        sessions: int,
        *,
        agents: int = 3,
        local_ratio: float = 0.5,
        max_cycles: int = 25,
        time_limit_ends: bool = False,
        auto_reset: bool = False,
        rng: np.random.Generator,
    ) -> None:
        if sessions < 1 or agents < 1 or max_cycles < 1:
            raise ValueError(
                f"a SpreadCore needs at least one session, agent and cycle, "
                f"got {sessions}, {agents} and {max_cycles}"
            )
        if not 0.0 <= local_ratio <= 1.0:
            raise ValueError(f"local_ratio lies between 0 and 1; got {local_ratio}")
        self.sessions, self.auto_reset, self.rng = sessions, auto_reset, rng
        self.local_ratio, self.max_cycles = local_ratio, max_cycles
        self.time_limit_ends = time_limit_ends
        self.action_counts = (len(MOVES),) * agents
        self.observation_size = 6 * agents
        self.state_size = agents * self.observation_size
        # Row m: the other agents, in order.
        self._others = np.array([[n for n in range(agents) if n != m] for m in range(agents)], int)
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Agents and landmarks anywhere in the square from -1 to 1, at rest."""
        self.rng = rng or self.rng
        shape = self.sessions, len(self.action_counts), 2
        self.position = self.rng.uniform(-1.0, 1.0, shape)
        self.landmarks = self.rng.uniform(-1.0, 1.0, shape)
        self.velocity = np.zeros(shape)
        self.cycle = 0

    def step(self, actions: Ints) -> tuple[Floats32, Bools, StepAccount]:
        """Play one step with the actions int[B, N]: rewards, ended, and who was truncated."""
        actions = checked_actions(actions, self)
        playing = self.cycle < self.max_cycles
        rewards = np.zeros(actions.shape, dtype=np.float32)
        if playing:
            force = MOVES[actions] + self._contact_forces()
            self.position += TIME_STEP * self.velocity
            self.velocity = (1.0 - DAMPING) * self.velocity + TIME_STEP * force
            self.cycle += 1
            rewards[:] = self._rewards()
        over = self.cycle == self.max_cycles
        ended = np.full(self.sessions, over)
        account = self._account(actions.shape, playing, playing and over)
        if self.auto_reset and over:
            self.reset()
        return rewards, ended, account

    def _account(self, shape: tuple[int, int], playing: bool, ends: bool) -> StepAccount:
        cut_off = ends and not self.time_limit_ends
        return StepAccount(
            acted=np.full(shape, playing),
            terminated=np.full(shape, ends and not cut_off),
            truncated=np.full(shape, cut_off),
            final_observations=self.observe() if cut_off else None,
            final_state=self.state() if cut_off else None,
        )

    def _contact_forces(self) -> Floats:
        """Agents push each other away, softly once they overlap: float[B, N, 2]."""
        gap = self.position[:, :, None] - self.position[:, None]
        distance = np.sqrt((gap**2).sum(axis=-1, keepdims=True))
        overlap = CONTACT_MARGIN * np.logaddexp(0.0, (DIAMETER - distance) / CONTACT_MARGIN)
        push = np.divide(CONTACT_FORCE * overlap, distance, where=distance > 0, out=overlap * 0.0)
        return (push * gap).sum(axis=2)

    def _rewards(self) -> Floats:
        nearest = _distances(self.landmarks, self.position).min(axis=2).sum(axis=1)
        touching = (_distances(self.position, self.position) < DIAMETER).sum(axis=2) - 1
        shared = (1.0 - self.local_ratio) * -nearest
        return shared[:, None] - self.local_ratio * touching

    def observe(self, out: Floats32 | None = None) -> Floats32:
        """What each agent sees: float32[B, N, 6N].

        Its velocity and position; where the landmarks are and where the others are, from itself;
        then zeros, which in mpe2 are what silent agents say.
        """
        agents = len(self.action_counts)
        shape = self.sessions, agents, self.observation_size
        out = np.zeros(shape, np.float32) if out is None else out
        place = self.position[:, :, None]
        out[..., 0:2] = self.velocity
        out[..., 2:4] = self.position
        landmarks = self.landmarks[:, None] - place
        out[..., 4 : 4 + 2 * agents] = landmarks.reshape(*shape[:2], -1)
        others = self.position[:, self._others] - place
        out[..., 4 + 2 * agents : 2 + 4 * agents] = others.reshape(*shape[:2], -1)
        out[..., 2 + 4 * agents :] = 0.0
        return out

    def state(self, out: Floats32 | None = None) -> Floats32:
        """All observations side by side, as in mpe2: float32[B, 6 N N]."""
        seen = self.observe().reshape(self.sessions, -1)
        if out is None:
            return seen
        out[:] = seen
        return out


def _distances(first: Floats, second: Floats) -> Floats:
    """float[B, N, M], from each of N points to each of M."""
    return np.sqrt(((first[:, :, None] - second[:, None]) ** 2).sum(axis=-1))


def in_paper_units(returns: Floats) -> Floats:
    """Session returns float[..., 3] of three agents in the units of Papoudakis et al. 2021.

    They played the first release of the game (arXiv 2006.07869, with EPyMARL): the reward is
    summed over the agents, distances and touches count in full instead of by half, and each of
    the three agents also touches itself in each of the 25 steps.
    """
    return 2.0 * np.sum(returns, axis=-1) - 75.0
