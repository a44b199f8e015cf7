"""30.4 Springs to the old weights.

20 minutes, difficulty 3, 3 points, L30.4
One solve, and the new was learned without the old being lost.
"""

import numpy as np

from mavrs_course.agents.lifelong import anchored_fit, fisher
from mavrs_course.course import Case


def springy(rows, answers, old, old_rows, diagonal):
    springs = np.transpose(old_rows) @ old_rows
    if diagonal:
        springs = np.diag(np.diag(springs))
    curve = np.transpose(rows) @ rows + springs
    return np.linalg.solve(curve, np.transpose(rows) @ answers + springs @ old)


def springy_as_more_rows(rows, answers, old, old_rows, diagonal):
    rows, old_rows = np.asarray(rows, dtype=float), np.asarray(old_rows, dtype=float)
    if diagonal:
        old_rows = np.diag(np.sqrt((old_rows**2).sum(axis=0)))
    every = np.concatenate([rows, old_rows])
    said = np.concatenate([answers, old_rows @ old])
    return np.linalg.lstsq(every, said, rcond=None)[0]


def springy_by_the_library(rows, answers, old, old_rows, diagonal):
    springs = fisher(old_rows, old)
    springs = np.diag(np.diag(springs)) if diagonal else springs
    return anchored_fit(rows, answers, old, springs)


OTHERS = (springy_as_more_rows, springy_by_the_library)
NAMES = ("rows", "answers", "old", "old_rows", "diagonal")


def cases(rng):
    def some(rows, features, old_rows, diagonal):
        mix = np.eye(features) + 0.5 * rng.normal(size=(features, features))
        new, before = (np.round(rng.normal(size=(n, features)) @ mix, 2) for n in (rows, old_rows))
        return new, rng.normal(size=rows), rng.normal(size=features), before, diagonal

    one = np.array([[1.0]])
    lean = np.array([[1.0, 1.0], [1.0, 1.5]])
    return [
        Case("one weight: half-way", (one, np.array([4.0]), np.array([2.0]), one, False),
             np.array([3.0])),
        Case("old rows of 2: four times as stiff",
             (one, np.array([4.5]), np.array([2.0]), 2 * one, False), np.array([2.5])),
        Case("no new rows: the old weights stay",
             (np.zeros((0, 2)), np.zeros(0), np.array([1.0, -2.0]), lean, False),
             np.array([1.0, -2.0])),
        Case("no old rows: a plain fit",
             (np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([4.0, 3.0]), np.zeros(2),
              np.zeros((0, 2)), True), np.array([2.0, 3.0])),
        Case("weights that lean on each other, full springs",
             (np.array([[1.0, 0.0]]), np.array([3.5]), np.array([1.0, 1.0]), lean, False)),
        Case("weights that lean on each other, diagonal springs",
             (np.array([[1.0, 0.0]]), np.array([3.5]), np.array([1.0, 1.0]), lean, True),
             np.array([1 + 2.5 / 3, 1.0])),
        Case("ten rows, full springs", some(10, 3, 12, False)),
        Case("ten rows, diagonal springs", some(10, 3, 12, True)),
        Case("fewer new rows than weights", some(2, 5, 30, False)),
        Case("fewer new rows than weights, diagonal", some(2, 5, 30, True)),
    ]  # fmt: skip


HINTS = """
    The springs of squared errors need no answers, only the old rows: how sure were they of each
    weight, and of each pair of weights?

    The sum of losses is quadratic. Set its slope to 0: what multiplies the weights stands on one
    side, and the rest on the other.

    With springs alone the solution must be the old weights; without springs, least squares.
"""
MISTAKES = """
    to_zero: + springs @ old =>
      Your springs pull to 0. They pull to the old weights: add springs @ old on the right.
    stiffness_one: springs = np.transpose(old_rows) @ old_rows =>
      | springs = np.eye(np.shape(old_rows)[1])
      All your springs are equally stiff. A spring is as stiff as the old rows were sure.
    springs_of_the_new: springs = np.transpose(old_rows) @ old_rows =>
      | springs = np.transpose(rows) @ rows
      You take the springs from the new rows. They come from the old ones.
    mean_for_sum: np.transpose(old_rows) @ old_rows =>
      | np.transpose(old_rows) @ old_rows / max(len(old_rows), 1)
      You divide by the number of old rows. Twice as many old rows hold twice as fast: take the sum.
    always_full: if diagonal: => if False:
      diagonal is not heeded. With it, all entries beside the diagonal are 0.
    always_diagonal: if diagonal: => if True:
      Your springs never know how weights lean on each other. Without diagonal, keep all of it.
    diagonal_upside_down: if diagonal: => if not diagonal:
      The two kinds have changed places.
    diagonal_as_a_vector: np.diag(np.diag(springs)) => np.diag(springs)
      np.diag of a matrix is a vector, and adding it changes every row. Make a matrix of it again.
    root_of_stiffness: np.diag(np.diag(springs)) => np.diag(np.sqrt(np.diag(springs)))
      You take the root of the stiffness. The diagonal stays as it is.
    wrong_side: np.transpose(rows) @ answers + springs @ old =>
      | np.transpose(rows) @ answers - springs @ old
      The old weights have the wrong sign: you are pulled away from them.
    twice_as_stiff: np.transpose(rows) @ rows + springs => np.transpose(rows) @ rows + 2 * springs
      The left side has other springs than the right.
    mean_of_weights: return np.linalg.solve(curve, np.transpose(rows) @ answers + springs @ old) =>
      | return (np.linalg.lstsq(rows, answers, rcond=None)[0] + old) / 2
      You take the mean of old weights and new ones. How sure each side is must decide.
"""
