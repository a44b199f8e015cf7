"""Safe policy improvement: change a policy only where the log knows enough.

A log is ``counts`` int[S, A, S], how often action a led from one state to another; policies are
float[S, A].  Source: Laroche, Trichelair and Tachet des Combes, "Safe policy improvement with
baseline bootstrapping" (ICML 2019, arXiv 1712.06924).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

GOAL = 24
DISCOUNT = 0.95
SIDE = 5
MOVES = ((0, 1), (1, 0), (0, -1), (-1, 0))  # up, right, down, left
WALLS = {(2, 0), (2, 1), (2, 2), (3, 2), (3, 3)}  # between (x, y) and (x + 1, y)


def gridworld() -> Floats:
    """The maze of the paper, 25 states ``x + 5 y``: float[25, 4, 25].

    A move goes where it should with chance 0.75, to each side with 0.1 and back with 0.05; at a
    wall one stays.  The walk begins in state 0 and ends in state 24, from where nothing goes on.
    """
    where = np.zeros((SIDE * SIDE, 4), dtype=np.int64)
    for state in range(SIDE * SIDE):
        y, x = divmod(state, SIDE)
        for move, (right, up) in enumerate(MOVES):
            inside = 0 <= x + right < SIDE and 0 <= y + up < SIDE
            wall = right and (min(x, x + right), y) in WALLS
            where[state, move] = state if wall or not inside else x + right + SIDE * (y + up)
    slip = np.array([0.75, 0.10, 0.05, 0.10])  # ahead, to one side, back, to the other
    model = np.zeros((SIDE * SIDE, 4, SIDE * SIDE))
    for state in range(GOAL):
        for action in range(4):
            for turn, chance in enumerate(slip):
                model[state, action, where[state, (action + turn) % 4]] += chance
    return model


def policy_values(policy: Floats, model: Floats, goal: int = GOAL) -> tuple[Floats, Floats]:
    """V float[S] and Q float[S, A] of a policy; reaching the goal is worth 1."""
    reward = model[:, :, goal]
    step = np.einsum("sa,sat->st", policy, model)
    now = (policy * reward).sum(axis=1)
    value = np.linalg.solve(np.eye(len(step)) - DISCOUNT * step, now)
    return value, reward + DISCOUNT * model @ value


def cautious_step(q: Floats, baseline: Floats, known: Bools) -> Floats:
    """The greedy policy that keeps the baseline's chances where not ``known``: float[S, A].

    What the baseline gives to known actions goes to the best of them; of equals to the first.
    """
    policy = np.where(known, 0.0, baseline)
    best = np.where(known, q, -np.inf).argmax(axis=1)
    rows = np.flatnonzero(known.any(axis=1))
    policy[rows, best[rows]] += 1 - policy[rows].sum(axis=1)
    return policy


def safe_policy(counts: Ints, baseline: Floats, enough: float | None, rounds: int = 200) -> Floats:
    """The best policy in the model that the log gives, float[S, A], that changes the baseline only
    where a state and action were seen more than ``enough`` times; None: it believes every count.

    A pair that was never seen leads nowhere in that model.  Source: Pi_b-SPIBB, section 2.3.
    """
    seen = counts.sum(axis=2)
    model = counts / np.maximum(seen, 1)[:, :, None]
    known = np.ones(seen.shape, dtype=bool) if enough is None else seen > enough
    policy, before = np.asarray(baseline, dtype=float), np.full(seen.shape, np.inf)
    for _ in range(rounds):
        _, q = policy_values(policy, model)
        if np.abs(q - before).max() < 1e-10:
            break
        policy, before = cautious_step(q, baseline, known), q
    return policy


def walks(
    policy: Floats, model: Floats, count: int, rng: np.random.Generator, longest: int = 50
) -> Ints:
    """``count`` walks from state 0 to the goal, of at most ``longest`` steps: int[S, A, S]."""
    states, actions, _ = model.shape
    counts = np.zeros(model.shape, dtype=np.int64)
    at = np.zeros(count, dtype=np.int64)
    choose, go = policy.cumsum(axis=1), model.cumsum(axis=2)
    for _ in range(longest):
        if not len(at):
            break
        action = (rng.random((len(at), 1)) > choose[at]).sum(axis=1).clip(max=actions - 1)
        to = (rng.random((len(at), 1)) > go[at, action]).sum(axis=1).clip(max=states - 1)
        np.add.at(counts, (at, action, to), 1)
        at = to[to != GOAL]
    return counts
