"""Q-learning with tables: one agent in a small world, and several agents in a matrix game.

Everything here learns in thousands of runs at once, so that a percentage has a narrow interval.
One line is common to all learners: the value of what was done moves towards the target,

    Q <- Q + rate * (target - Q),

and the remedies for learning beside others differ only in the rate, which may depend on whether
the news was good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.envs.matrix_v0 import payoffs_of
from mavrs_course.messages import Bools, Floats, Ints

# --- one agent ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SmallWorld:
    """A world of S states, A actions and O outcomes of each, small enough to write down.

    chance: float[S, A, O], how likely each outcome is.  next_state: int[S, A, O], where it leads;
    -1 where it ends the session.  reward: float[S, A, O], what it pays.
    """

    chance: Floats
    next_state: Ints
    reward: Floats

    def __post_init__(self) -> None:
        shape = np.shape(self.chance)
        if len(shape) != 3 or shape != np.shape(self.next_state) or shape != np.shape(self.reward):
            raise ValueError(
                "chance, next_state and reward have one shape [states, actions, outcomes], got "
                f"{shape}, {np.shape(self.next_state)} and {np.shape(self.reward)}"
            )
        if not np.allclose(np.sum(self.chance, axis=2), 1.0) or np.min(self.chance) < 0.0:
            raise ValueError("the chances of the outcomes of each action sum to 1, and none is < 0")
        if np.min(self.next_state) < -1 or np.max(self.next_state) >= shape[0]:
            raise ValueError(f"next_state holds states 0..{shape[0] - 1}, or -1 for the end")


def solve(world: SmallWorld, *, discount: float = 1.0, tolerance: float = 1e-10) -> Floats:
    """The true values ``Q(s, a)`` of a world that is known: float[S, A].

    Dynamic programming (Bellman 1957): apply ``Q = E[r + discount * max Q']`` until it holds.
    Without a discount every session must end by itself.
    """
    values = np.zeros(world.chance.shape[:2])
    while True:
        target = world.reward + discount * _value_of(values, world.next_state)
        updated = (world.chance * target).sum(axis=2)
        if np.abs(updated - values).max() <= tolerance:
            return updated
        values = updated


def _value_of(values: Floats, state: Ints) -> Floats:
    """What is still to come, and 0 after the end."""
    return np.where(state < 0, 0.0, values.max(axis=-1)[state])


def learn_world(
    world: SmallWorld,
    *,
    runs: int,
    steps: int,
    start: int = 0,
    rate: float = 0.1,
    explore: float = 0.1,
    discount: float = 1.0,
    rng: np.random.Generator,
) -> Floats:
    """Q-learning (Watkins 1989) in ``runs`` copies of the world at once: float[runs, S, A].

    Every learner starts in state ``start`` with values of 0, begins again there whenever a session
    ends, acts at random with probability ``explore``, and never sees the world's chances.
    """
    states, actions, _ = world.chance.shape
    below = world.chance.cumsum(axis=2)
    values, row = np.zeros((runs, states, actions)), np.arange(runs)
    state = np.full(runs, start)
    for _ in range(steps):
        action = explore_or_best(values[row, state], explore, rng)
        ticket = rng.random((runs, 1)) * below[state, action, -1:]
        outcome = (below[state, action] <= ticket).sum(axis=1)
        following = world.next_state[state, action, outcome]
        best_next = np.where(following < 0, 0.0, values[row, following].max(axis=1))
        target = world.reward[state, action, outcome] + discount * best_next
        values[row, state, action] += rate * (target - values[row, state, action])
        state = np.where(following < 0, start, following)
    return values


def explore_or_best(values: Floats, explore: float, rng: np.random.Generator) -> Ints:
    """Epsilon-greedy actions int[...] for values float[..., A]; ties are broken at random."""
    best = values == values.max(axis=-1, keepdims=True)
    greedy = np.where(best, rng.random(values.shape), -1.0).argmax(axis=-1)
    anything = rng.integers(values.shape[-1], size=greedy.shape)
    return np.where(rng.random(greedy.shape) < explore, anything, greedy)


# --- several agents: how fast to believe news -----------------------------------------------------


class Rule(Protocol):
    """How far a value moves towards what was just paid."""

    def rates(self, error: Floats, times: Ints, rng: np.random.Generator) -> Floats:
        """For errors ``reward - Q`` float[...], after ``times`` earlier tries: float[...]."""


@dataclass(frozen=True)
class Plain:
    """Independent Q-learning (Tan 1993): good and bad news count alike."""

    rate: float = 0.1

    def rates(self, error: Floats, times: Ints, rng: np.random.Generator) -> Floats:
        return np.full(error.shape, self.rate)


@dataclass(frozen=True)
class Hysteretic:
    """Hysteretic Q-learning (Matignon, Laurent and Le Fort-Piat 2007): bad news counts less.

    ``rate`` for good news and ``slow * rate`` for bad.  Beside partners that stand still the
    value settles near an expectile of what is paid, see :func:`expectile`.
    """

    rate: float = 0.1
    slow: float = 0.1

    def rates(self, error: Floats, times: Ints, rng: np.random.Generator) -> Floats:
        return np.where(error >= 0.0, self.rate, self.slow * self.rate)


@dataclass(frozen=True)
class Lenient:
    """Lenient learning (Panait, Sullivan and Luke 2006): bad news is forgiven, at first.

    Bad news is ignored with probability ``exp(-1 / (moderation * T))``, where each action has a
    temperature ``T``, ``hot`` at first and ``cool`` times as hot after each try: the update of
    LMRL2 (Wei and Luke 2016) for one state.  (LMRL2 also picks its actions by temperature; here all
    learners explore in the same way, so that only what they believe differs.)
    """

    rate: float = 0.1
    hot: float = 50.0
    cool: float = 0.999
    moderation: float = 1.0

    def rates(self, error: Floats, times: Ints, rng: np.random.Generator) -> Floats:
        forgives = rng.random(error.shape) < self.leniency(times)
        return np.where((error < 0.0) & forgives, 0.0, self.rate)

    def leniency(self, times: Ints) -> Floats:
        """The probability that bad news is ignored after ``times`` tries: float[...]."""
        with np.errstate(divide="ignore", over="ignore"):
            return np.exp(-1.0 / (self.moderation * self.hot * self.cool ** np.asarray(times)))


def expectile(outcomes: ArrayLike, chances: ArrayLike, slow: float) -> float:
    """Where a hysteretic value comes to rest beside partners that stand still.

    There the pull upwards and the pull downwards cancel,

        E[max(r - q, 0)] = slow * E[max(q - r, 0)],

    which makes ``q`` the expectile of the outcomes at ``1 / (1 + slow)`` (Newey and Powell 1987):
    the mean for ``slow = 1``, the best outcome for ``slow = 0``.  Exact, by trying the gaps between
    the sorted outcomes.  outcomes, chances: float[n]; slow between 0 and 1.
    """
    outcomes, chances = np.asarray(outcomes, dtype=float), np.asarray(chances, dtype=float)
    if not 0.0 <= slow <= 1.0:
        raise ValueError(f"slow lies between 0 (deaf to bad news) and 1 (plain), got {slow}")
    possible = chances > 0.0
    outcomes, chances = outcomes[possible], chances[possible]
    if slow == 0.0:
        return float(outcomes.max())
    for low in np.sort(outcomes)[::-1]:
        # q between this outcome and the next larger one: those above pull up, the rest down.
        pull = np.where(outcomes > low, 1.0, slow) * chances
        rest = float((pull * outcomes).sum() / pull.sum())
        if rest >= low:
            return rest
    return float(outcomes.min())


# --- several agents: a matrix game ---------------------------------------------------------------


@dataclass(frozen=True)
class Played:
    """What came of many runs of a matrix game between ``N`` learners.

    values: float[runs, N, A] in the end.  greedy: int[runs, N], what each does when it no longer
    explores.  payoffs: float[N, A_1, .., A_N].  kept: float[points, runs, N, A], the values after
    every ``keep_every`` rounds, the start included; empty unless asked for.
    """

    values: Floats
    greedy: Ints
    payoffs: Floats
    kept: Floats

    def paid(self) -> Floats:
        """What the first player gets in each run when nobody explores any more: float[runs]."""
        return self.payoffs[0][tuple(self.greedy.T)]

    def optimal(self) -> Bools:
        """bool[runs]: whether that is the most that the game has for it."""
        return self.paid() == self.payoffs[0].max()

    def shares(self) -> Floats:
        """The share of runs that end in each joint action: float[A_1, .., A_N]."""
        counts = np.zeros(self.payoffs.shape[1:])
        np.add.at(counts, tuple(self.greedy.T), 1.0)
        return counts / len(self.greedy)


def learn_game(
    game: str | ArrayLike,
    rule: Rule,
    *,
    runs: int = 1_000,
    rounds: int = 2_000,
    explore: float = 1.0,
    explore_last: float = 0.05,
    optimism: float = 0.0,
    noise: Floats | None = None,
    keep_every: int | None = None,
    rng: np.random.Generator,
) -> Played:
    """Independent learners play a matrix game, ``runs`` groups at once, and see only their pay.

    explore falls in a straight line from ``explore`` to ``explore_last`` over the first half of the
    rounds.  Values start at ``optimism``.  noise: float[A_1, .., A_N], added or subtracted with
    equal chance to what is paid, the same for all players.
    """
    payoffs = payoffs_of(game)
    players, counts = len(payoffs), payoffs.shape[1:]
    if len(set(counts)) > 1:
        raise ValueError(f"every player needs as many actions as the others, got {counts}")
    values = np.full((runs, players, counts[0]), float(optimism))
    times = np.zeros(values.shape, dtype=np.int64)
    place = np.ix_(np.arange(runs), np.arange(players))
    kept = []
    for number in range(rounds):
        if keep_every and number % keep_every == 0:
            kept.append(values.copy())
        part = min(2.0 * number / rounds, 1.0)
        action = explore_or_best(values, explore + part * (explore_last - explore), rng)
        joint = tuple(action.T)
        reward = payoffs[:, *joint].T
        if noise is not None:
            reward = reward + (noise[joint] * rng.choice([-1.0, 1.0], runs))[:, None]
        done = (*place, action)
        error = reward - values[done]
        values[done] += rule.rates(error, times[done], rng) * error
        times[done] += 1
    kept = np.array(kept).reshape(-1, *values.shape)
    return Played(values, explore_or_best(values, 0.0, rng), payoffs, kept)


def target(payoffs: Floats, mixed: Floats) -> Floats:
    """What each move really pays the first of two players: float[..., A].

    payoffs: float[A, B], the first player's.  mixed: float[..., B], the chance of each move of the
    second.  This is the target of the first player's value; it moves when the partner learns.
    """
    return np.asarray(mixed) @ np.asarray(payoffs).T


def epsilon_greedy(values: Floats, explore: float) -> Floats:
    """The chance of each action of an epsilon-greedy learner: float[..., A], ties shared."""
    best = values == values.max(axis=-1, keepdims=True)
    share = best / best.sum(axis=-1, keepdims=True)
    return (1.0 - explore) * share + explore / values.shape[-1]
