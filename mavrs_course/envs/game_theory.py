"""Matrix games on paper: who would deviate, where nobody would, and what that costs everybody.

``payoffs`` is float[N, A_1, .., A_N], what each of ``N`` players gets for every joint move, as
:func:`~mavrs_course.envs.matrix_v0.payoffs_of` gives it.  A strategy of player ``i`` is
float[A_i], the chance of each of its moves; ``strategies`` is a list of one for each player.

Sources: Nash 1951, "Non-cooperative games" (doi 10.2307/1969529); the names and algorithms as in
Shoham and Leyton-Brown 2009, Multiagent Systems, chapters 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

TOLERANCE = 1e-9

Strategies = Sequence[Floats]


def pure(payoffs: Floats, moves: Sequence[int]) -> list[Floats]:
    """The strategies that play these moves for certain."""
    return [np.eye(count)[move] for count, move in zip(payoffs.shape[1:], moves, strict=True)]


def move_values(payoffs: Floats, strategies: Strategies) -> list[Floats]:
    """What each move would pay each player against the others' strategies: float[A_i] each."""
    values = []
    for player, own in enumerate(payoffs):
        for other in reversed(range(len(payoffs))):
            if other != player:
                own = np.tensordot(own, strategies[other], axes=(other, 0))
        values.append(own)
    return values


def expected_payoffs(payoffs: Floats, strategies: Strategies) -> Floats:
    """What each player gets on average: float[N]."""
    values = move_values(payoffs, strategies)
    return np.array([value @ mix for value, mix in zip(values, strategies, strict=True)])


def best_responses(payoffs: Floats, strategies: Strategies) -> list[Bools]:
    """Which moves are best for each player against the others' strategies: bool[A_i] each."""
    values = move_values(payoffs, strategies)
    return [value >= value.max() - TOLERANCE for value in values]


def gains(payoffs: Floats, strategies: Strategies) -> Floats:
    """What each player would gain by a best response, the others staying: float[N], at least 0."""
    best = np.array([value.max() for value in move_values(payoffs, strategies)])
    return np.maximum(best - expected_payoffs(payoffs, strategies), 0.0)


def exploitability(payoffs: Floats, strategies: Strategies) -> float:
    """The gains of all players together, 0 at an equilibrium and only there.

    Also called NashConv: Lanctot et al. 2017, "A unified game-theoretic approach to multiagent
    reinforcement learning" (arXiv 1711.00832).
    """
    return float(gains(payoffs, strategies).sum())


def pure_equilibria(payoffs: Floats) -> Ints:
    """Every joint move from which nobody gains by deviating alone: int[E, N]."""
    stable = np.ones(payoffs.shape[1:], dtype=bool)
    for player, own in enumerate(payoffs):
        stable &= own >= own.max(axis=player, keepdims=True) - TOLERANCE
    return np.argwhere(stable)


def equilibria(payoffs: Floats) -> list[list[Floats]]:
    """The equilibria of a game of two players, pure ones first: a list of strategies.

    By support enumeration: for each two sets of moves of one size, find the mixes that make the
    *other* indifferent among its set, and keep those in which no move outside is better.  That
    finds all equilibria unless the game is degenerate (a mix has more best responses than moves);
    there may then be infinitely many, of which those with supports of one size are found.
    """
    if len(payoffs) != 2:
        raise ValueError(f"support enumeration is for two players, this game has {len(payoffs)}")
    rows, columns = payoffs.shape[1:]
    found = []
    for size in range(1, min(rows, columns) + 1):
        for first in combinations(range(rows), size):
            for second in combinations(range(columns), size):
                mix = _mixes(payoffs, first, second)
                if mix is not None and exploitability(payoffs, mix) <= TOLERANCE * _scale(payoffs):
                    found.append(mix)
    return found


def _mixes(payoffs: Floats, first: Sequence[int], second: Sequence[int]) -> list[Floats] | None:
    """Mixes with exactly these supports that leave both players indifferent, or None."""
    own, other = (table[np.ix_(first, second)] for table in payoffs)
    x, y = _indifferent(other.T), _indifferent(own)
    if x is None or y is None:
        return None
    strategies = [np.zeros(count) for count in payoffs.shape[1:]]
    strategies[0][list(first)], strategies[1][list(second)] = x, y
    return strategies


def _indifferent(table: Floats) -> Floats | None:
    """The mix of the columns that pays every row of float[k, k] alike, if it is one and unique."""
    k = len(table)
    if k == 1:
        return np.ones(1)
    system = np.block([[table, -np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
    if np.linalg.matrix_rank(system) <= k:
        return None
    mix = np.linalg.solve(system, np.append(np.zeros(k), 1.0))[:k]
    return mix if mix.min() > TOLERANCE else None


def _scale(payoffs: Floats) -> float:
    return max(1.0, float(np.abs(payoffs).max()))


def social_optimum(payoffs: Floats) -> tuple[Ints, float]:
    """The joint move with the largest sum of payoffs, int[N], and that sum."""
    welfare = payoffs.sum(axis=0)
    best = np.unravel_index(welfare.argmax(), welfare.shape)
    return np.array(best), float(welfare[best])


def price_of_anarchy(payoffs: Floats, stable: Sequence[Strategies] | None = None) -> float:
    """The best sum of payoffs over that of the worst equilibrium: 1 where nothing is lost.

    stable: the equilibria to look at; without, all of :func:`equilibria`, for two players.
    Raises ValueError without any, or if payoffs are negative, for which the ratio means nothing.
    Source: Koutsoupias and Papadimitriou 1999, "Worst-case equilibria"
    (doi 10.1007/3-540-49116-3_38).
    """
    return _price(payoffs, stable, min)


def price_of_stability(payoffs: Floats, stable: Sequence[Strategies] | None = None) -> float:
    """The best sum of payoffs over that of the *best* equilibrium; see :func:`price_of_anarchy`."""
    return _price(payoffs, stable, max)


def _price(payoffs: Floats, stable: Sequence[Strategies] | None, pick) -> float:
    if payoffs.min() < 0:
        raise ValueError("prices of anarchy compare sums of payoffs that are not negative")
    stable = equilibria(payoffs) if stable is None else stable
    if not len(stable):
        raise ValueError("there is no equilibrium among these to compare with the best")
    reached = pick(expected_payoffs(payoffs, strategies).sum() for strategies in stable)
    best = social_optimum(payoffs)[1]
    if reached <= 0:
        return float("inf") if best > 0 else 1.0
    return float(best / reached)


def undominated(payoffs: Floats) -> list[Ints]:
    """The moves that remain of each player when dominated ones are struck out, again and again.

    A move is struck out if another one pays strictly more whatever the others do with the moves
    that they have left.  The order makes no difference to what remains.
    """
    left = [np.arange(count) for count in payoffs.shape[1:]]
    while True:
        kept = [moves[~_dominated(payoffs, left, player)] for player, moves in enumerate(left)]
        if all(len(now) == len(before) for now, before in zip(kept, left, strict=True)):
            return left
        left = kept


def _dominated(payoffs: Floats, left: Sequence[Ints], player: int) -> Bools:
    own = np.moveaxis(payoffs[player][np.ix_(*left)], player, 0)
    own = own.reshape(len(own), -1)
    return (own[:, None, :] < own[None, :, :] - TOLERANCE).all(axis=2).any(axis=1)
