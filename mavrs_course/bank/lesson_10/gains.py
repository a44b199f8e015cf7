"""10.2 How far from an equilibrium?

10 minutes, difficulty 1, 2 points, L10.4
Zero for both, and you have found an equilibrium, whatever the size of the table.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack
from mavrs_course.envs import game_theory
from mavrs_course.envs.matrix_v0 import GAMES


def gains(payoffs, first, second):
    rows, columns = payoffs[0] @ second, first @ payoffs[1]
    return np.array([rows.max() - rows @ first, columns.max() - columns @ second])


def gains_by_trying(payoffs, first, second):
    def paid(player, x, y):
        rows, columns = payoffs[player].shape
        return sum(x[r] * y[c] * payoffs[player][r, c] for r in range(rows) for c in range(columns))

    best_first = max(paid(0, move, second) for move in np.eye(len(first)))
    best_second = max(paid(1, first, move) for move in np.eye(len(second)))
    return [best_first - paid(0, first, second), best_second - paid(1, first, second)]


OTHERS = (gains_by_trying, lambda p, x, y: game_theory.gains(p, [x, y]))


def cases(rng):
    def some(rows, columns):
        payoffs = rng.normal(2, 4, (2, rows, columns)).round(1)
        return payoffs, rng.dirichlet(np.ones(rows)), rng.dirichlet(np.ones(columns))

    dilemma, rock = GAMES["prisoners_dilemma"].payoffs, GAMES["rock_paper_scissors"].payoffs
    return [
        Case("the prisoner's dilemma, one cooperates, the other tosses a coin",
             (dilemma.copy(), np.array([1.0, 0.0]), np.array([0.5, 0.5])), [1.5, 1.0]),
        Case("rock, paper, scissors, one third each: nobody can gain",
             (rock.copy(), np.full(3, 1 / 3), np.full(3, 1 / 3)), [0.0, 0.0]),
        Case("always rock, against one third each",
             (rock.copy(), np.array([1.0, 0, 0]), np.full(3, 1 / 3)), [0.0, 1.0]),
        Case("one move against four", some(1, 4)),
        Case("five moves against one", some(5, 1)),
        Case("three moves each", some(3, 3)),
    ]  # fmt: skip


PROPERTIES = (
    Property("no best response loses",
             lambda result, *inputs: np.min(result) >= -slack(result),
             "A gain came out below zero. The best response is at least as good as the mix that "
             "is played, against the same mix of the other."),
)  # fmt: skip

HINTS = """
    What is each of the first player's moves worth, if the second plays its mix? An average of the
    columns, weighted with the mix: payoffs[0] @ second.

    For the second player the rows are averaged: first @ payoffs[1]. The best response is the
    largest of these values.

    values.max() - values @ mix, where mix is the player's own.
"""
MISTAKES = """
    value_not_gain: - rows @ first =>; - columns @ second =>
      That is what the best response pays. Its gain is that less what the mix pays now.
    what_it_pays_now: rows.max() - =>; columns.max() - =>
      That is what each player gets now. The gain is what the best response would pay, less this.
    both_deviate: rows.max() => payoffs[0].max(); columns.max() => payoffs[1].max()
      You take the largest entry of the whole table. A best response answers the mix of the other,
      which stays as it is: average over it first.
    the_others_favourite_move:
      | rows.max() => payoffs[0][:, second.argmax()].max();
      | columns.max() => payoffs[1][first.argmax()].max()
      You answer the other's most likely move. Answer its whole mix: average over it.
    all_moves_of_the_other_alike:
      | rows.max() => payoffs[0].mean(axis=1).max();
      | columns.max() => payoffs[1].mean(axis=0).max()
      You treat all moves of the other as equally likely. Weigh them with its mix: payoffs[0] @
      second for the first player, first @ payoffs[1] for the second.
    summed: columns @ second]) => columns @ second]).sum()
      That is what both gain together, the exploitability. Return the two gains apart.
    players_exchanged: columns @ second]) => columns @ second])[::-1]
      The two gains stand in the wrong order: the first player's, who chooses the row, comes first.
    tables_exchanged: payoffs[0] => payoffs[1]; payoffs[1] => payoffs[0]
      You use each player's moves with the payoffs of the other. payoffs[0] is what the first
      player gets, who chooses the row.
    compared_with_its_likeliest_move:
      | rows @ first => rows[first.argmax()];
      | columns @ second => columns[second.argmax()]
      You compare with the player's own most likely move. It plays a mix, so what it gets is an
      average over its moves: values @ mix.
    which_move_not_how_much:
      | rows.max() - rows @ first => rows.argmax();
      | columns.max() - columns @ second => columns.argmax()
      That says which move is the best response. Asked for is how much it would gain.
    compared_with_the_mean_move: rows @ first => rows.mean(); columns @ second => columns.mean()
      You compare with the plain mean of the player's own moves. It plays them with the chances of
      its own mix: weigh with these.
    compared_with_the_worst_move: rows @ first => rows.min(); columns @ second => columns.min()
      You compare the best move with the worst. Compare it with what the mix pays that is played
      now.
    only_the_first_gains:
      | columns.max() - columns @ second =>
      |     max(payoffs[1] @ second) - columns @ second if len(first) == len(second) else 0.0
      The first gain is right. The second player chooses the column: its moves are worth first @
      payoffs[1].
"""


def detect_only_the_first_gains(trials):
    return all(np.allclose(np.ravel(trial.returned)[0], trial.expected[0]) for trial in trials)
