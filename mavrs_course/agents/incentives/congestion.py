"""Congestion games: many want the same, and each makes it worse for the others.

Source: Rosenthal, "A class of games possessing pure-strategy Nash equilibria" (1973); the bound
5/2 for affine costs, Christodoulou and Koutsoupias (STOC 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from mavrs_course.messages import Floats, Ints

Profile = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CongestionGame:
    """``N`` players, each of whom takes one of its sets of resources.

    costs: float[R, N], what a user of resource ``r`` pays when there are 1, 2, ... N of them.
    choices: for each player its sets of resources, such as ``[[(0, 1), (2,)], ...]``.
    """

    costs: Floats
    choices: Sequence[Sequence[Sequence[int]]]

    def __post_init__(self) -> None:
        if np.ndim(self.costs) != 2 or np.shape(self.costs)[1] < len(self.choices):
            raise ValueError("costs need a row for each resource and a column for each player")
        if not self.choices or not all(map(len, self.choices)):
            raise ValueError("a game needs players, and each player a set to choose")

    @classmethod
    def chase(cls, worth: Floats, agents: int) -> CongestionGame:
        """Agents that each chase one topic, and share what it is worth with all who do."""
        costs = -np.asarray(worth, float)[:, None] / np.arange(1, agents + 1)
        return cls(costs, [[(topic,) for topic in range(len(costs))]] * agents)

    def loads(self, profile: Profile) -> Ints:
        """How many use each resource: int[R]."""
        used = [r for sets, pick in zip(self.choices, profile, strict=True) for r in sets[pick]]
        return np.bincount(used, minlength=len(self.costs))

    def cost(self, profile: Profile, player: int) -> float:
        """What one player pays."""
        loads = self.loads(profile)
        return float(
            sum(self.costs[r, loads[r] - 1] for r in self.choices[player][profile[player]])
        )

    def total(self, profile: Profile) -> float:
        """What all pay."""
        return sum(self.cost(profile, player) for player in range(len(profile)))

    def potential(self, profile: Profile) -> float:
        """Rosenthal's: for each resource, the costs of 1, 2, ... up to its load.

        It changes by exactly what a player who moves gains or loses, so best replies must end.
        """
        loads = self.loads(profile)
        return float(sum(row[:load].sum() for row, load in zip(self.costs, loads, strict=True)))

    def best_reply(self, profile: Profile, player: int) -> Profile:
        """The profile after the player's best move; it stays where nothing is better."""
        moves = [
            (*profile[:player], pick, *profile[player + 1 :])
            for pick in range(len(self.choices[player]))
        ]
        best = min(moves, key=lambda move: self.cost(move, player))
        better = self.cost(best, player) < self.cost(profile, player) - 1e-12
        return best if better else profile

    def settle(self, profile: Profile) -> list[Profile]:
        """The path of best replies, in turn, from a profile to an equilibrium."""
        path, waiting, player = [tuple(profile)], 0, 0
        while waiting < len(profile):
            moved = self.best_reply(path[-1], player)
            waiting = waiting + 1 if moved == path[-1] else 1
            path += [moved] * (moved != path[-1])
            player = (player + 1) % len(profile)
        return path

    def equilibria(self) -> list[Profile]:
        """All profiles that nobody wants to leave, by trying every one: for small games."""
        return [
            p for p in self.profiles() if all(self.best_reply(p, n) == p for n in range(len(p)))
        ]

    def profiles(self) -> list[Profile]:
        """All profiles."""
        return list(product(*(range(len(sets)) for sets in self.choices)))
