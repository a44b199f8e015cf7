"""Matrix games as PettingZoo environments: every player moves once, at once, and is paid.

:data:`GAMES` holds the classics; ``game`` may also be payoffs of your own.  A common payoff is a
table ``[row, column]`` that both players get; else payoffs have the shape ``[player, first
player's move, second player's move, ...]`` for any number of players.

=================  =====================================================================
Agents             ``player_0``, ``player_1``, ...
Actions            ``Discrete(moves)``
Observations       ``Box(0, 1)``: everyone's last move one-hot, one's own first, then the next
                   player's, and so on; each with one place more, for "none yet"
State              the same from ``player_0``'s seat
Rewards            the payoffs
Render modes       ``human`` (prints), ``ansi``
=================  =====================================================================

    env = matrix_v0.parallel_env("prisoners_dilemma", rounds=10)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from pettingzoo import AECEnv
from pettingzoo.utils.conversions import parallel_to_aec

from mavrs_course.envs.core import Floats32, checked_actions
from mavrs_course.envs.one_session import OneSession, turn_based
from mavrs_course.messages import Bools, Floats, Ints


@dataclass(frozen=True)
class MatrixGame:
    """payoffs: float[N, A_1, .., A_N].  moves: their names, the same for every player."""

    payoffs: Floats
    moves: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        self.payoffs.flags.writeable = False


def payoffs_of(game: str | ArrayLike) -> Floats:
    """The payoffs float[N, A_1, .., A_N] of a game given by name, common table or payoffs."""
    if isinstance(game, str):
        if game not in GAMES:
            raise ValueError(f"there is no matrix game {game!r}; there are {', '.join(GAMES)}")
        return GAMES[game].payoffs
    payoffs = np.asarray(game, dtype=float)
    if payoffs.ndim == 2:
        payoffs = np.stack([payoffs, payoffs])
    if payoffs.ndim < 3 or payoffs.ndim != len(payoffs) + 1 or payoffs.size == 0:
        raise ValueError(
            "payoffs have the shape [rows, columns], paid to both players, or [player, first "
            f"player's moves, second player's moves, ...]; got shape {np.shape(game)}"
        )
    if not np.isfinite(payoffs).all():
        raise ValueError("payoffs must be finite numbers")
    return payoffs


class MatrixCore:
    """A matrix game in ``sessions`` sessions at once, ``rounds`` rounds each."""

    bounds = (0.0, 1.0)

    def __init__(
        self,
        game: str | ArrayLike,
        sessions: int,
        *,
        rounds: int = 1,
        auto_reset: bool = False,
    ) -> None:
        if sessions < 1 or rounds < 1:
            raise ValueError(
                f"a MatrixCore needs at least one session and one round, "
                f"got {sessions} and {rounds}"
            )
        self.payoffs = payoffs_of(game)
        self.sessions, self.rounds, self.auto_reset = sessions, rounds, auto_reset
        self.action_counts = self.payoffs.shape[1:]
        self.observation_size = self.state_size = sum(self.action_counts) + len(self.action_counts)
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Nobody has moved yet.  There is no chance in these games; ``rng`` is not used."""
        self.round = 0
        self._last = np.tile(self.action_counts, (self.sessions, 1))

    def step(self, actions: Ints) -> tuple[Floats32, Bools, None]:
        """Play one round with the moves int[B, N]: the payoffs float32[B, N]; ended bool[B]."""
        actions = checked_actions(actions, self)
        rewards = np.zeros(actions.shape, dtype=np.float32)
        if self.round < self.rounds:
            self._last, self.round = actions.copy(), self.round + 1
            rewards[:] = self.payoffs[:, *actions.T].T
        ended = np.full(self.sessions, self.round == self.rounds)
        if self.auto_reset and ended[0]:
            self.reset()
        return rewards, ended, None

    def state(self, out: Floats32 | None = None) -> Floats32:
        return np.concatenate(self._one_hots(), axis=1, out=out)

    def observe(self, out: Floats32 | None = None) -> Floats32:
        moves = self._one_hots()
        seats = [np.concatenate(moves[i:] + moves[:i], axis=1) for i in range(len(moves))]
        return np.stack(seats, axis=1, out=out)

    def _one_hots(self) -> list[Floats32]:
        counts = enumerate(self.action_counts)
        return [
            np.eye(count + 1, dtype=np.float32)[self._last[:, player]] for player, count in counts
        ]


def env(*args, **kwargs) -> AECEnv:
    """The game with players that move one after the other, unseen; as parallel_env."""
    return turn_based(parallel_env(*args, **kwargs))


def raw_env(*args, **kwargs) -> AECEnv:
    """:func:`env` without the wrappers that check how it is used."""
    return parallel_to_aec(parallel_env(*args, **kwargs))


class parallel_env(OneSession):
    """A matrix game with players that move at once.

    game: a name of :data:`GAMES`, or payoffs.  rounds: how often it is played in a session.
    """

    metadata = {  # noqa: RUF012 - PettingZoo's name and form
        "name": "matrix_v0",
        "is_parallelizable": True,
        "render_modes": ["human", "ansi"],
        "render_fps": 2,
    }

    def __init__(
        self, game: str | ArrayLike = "climbing", rounds: int = 1, render_mode: str | None = None
    ) -> None:
        core = MatrixCore(game, 1, rounds=rounds)
        players = [f"player_{number}" for number in range(len(core.action_counts))]
        self.moves = GAMES[game].moves if isinstance(game, str) else None
        super().__init__(core, players, render_mode)

    def text(self) -> str:
        if self.last_actions is None:
            return f"round 0 of {self.core.rounds}: nobody has moved yet"
        payoffs = self.core.payoffs[:, *self.last_actions]
        moves = [self.moves[move] if self.moves else str(move) for move in self.last_actions]
        parts = zip(self.possible_agents, moves, payoffs, strict=True)
        told = ", ".join(f"{player} plays {move} and gets {pay:g}" for player, move, pay in parts)
        return f"round {self.steps} of {self.core.rounds}: {told}"


def _common(table: ArrayLike, source: str) -> MatrixGame:
    payoffs = payoffs_of(table)
    return MatrixGame(payoffs, tuple("ABC"[: len(payoffs[0])]), source)


def _symmetric(table: ArrayLike, moves: tuple[str, ...], source: str) -> MatrixGame:
    return MatrixGame(np.stack([table, np.transpose(table)]).astype(float), moves, source)


def _zero_sum(table: ArrayLike, moves: tuple[str, ...], source: str) -> MatrixGame:
    return MatrixGame(np.stack([table, np.negative(table)]).astype(float), moves, source)


_BOOK = "Albrecht, Christianos and Schäfer 2024, Multi-Agent Reinforcement Learning"

GAMES: dict[str, MatrixGame] = {
    # One payoff for all: can they find the best joint action?
    "climbing": _common([[11, -30, 0], [-30, 7, 0], [0, 6, 5]], "Claus and Boutilier 1998"),
    "penalty": _common([[10, 0, -100], [0, 2, 0], [-100, 0, 10]], "Claus and Boutilier 1998"),
    "linear": _common([[1, 5], [5, 9]], _BOOK),
    "monotonic": _common([[0, 0], [0, 10]], _BOOK),
    # Payoffs to each: do they want the same thing?
    "prisoners_dilemma": _symmetric(
        [[3, 0], [5, 1]], ("cooperate", "defect"), "Axelrod 1984, The Evolution of Cooperation"
    ),
    "stag_hunt": _symmetric([[4, 0], [3, 3]], ("stag", "hare"), "Skyrms 2004, The Stag Hunt"),
    "chicken": _symmetric([[6, 2], [7, 0]], ("swerve", "dare"), "Aumann 1974"),
    "battle_of_the_sexes": MatrixGame(
        np.array([[[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]]),
        ("fight", "ballet"),
        "Luce and Raiffa 1957, Games and Decisions",
    ),
    "matching_pennies": _zero_sum(
        [[1, -1], [-1, 1]], ("heads", "tails"), "von Neumann and Morgenstern 1944"
    ),
    "rock_paper_scissors": _zero_sum(
        [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], ("rock", "paper", "scissors"), "folklore"
    ),
}
