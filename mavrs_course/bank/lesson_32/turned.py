"""32.2 The turn between two platforms.

20 minutes, difficulty 2, 3 points, L32.2
Viewers of one platform now have a place in the coordinates of another.
"""

import numpy as np

from mavrs_course.agents.portable import procrustes, procrustes_residual
from mavrs_course.course import Case


def turned(x, y, new):
    left, singular, right = np.linalg.svd(x.T @ y)
    off = (x**2).sum() + (y**2).sum() - 2 * singular.sum()
    return new @ (left @ right), off


def turned_by_scipy(x, y, new):
    from scipy.linalg import orthogonal_procrustes

    turn, _ = orthogonal_procrustes(x, y)
    return (np.asarray(new) @ turn).tolist(), float(((x @ turn - y) ** 2).sum())


def turned_by_the_library(x, y, new):
    return new @ procrustes(x, y), procrustes_residual(x, y)


OTHERS = (turned_by_scipy, turned_by_the_library)
NAMES = ("x", "y", "new")
PARTS = ("the new viewers", "what is left")


def cases(rng):
    def some(viewers, size, newcomers, fog):
        x = np.round(rng.normal(size=(viewers, size)), 3)
        turn = np.linalg.qr(rng.normal(size=(size, size)))[0]
        y = np.round(x @ turn + fog * rng.normal(size=x.shape), 3)
        return x, y, np.round(rng.normal(size=(newcomers, size)), 3)

    square = np.array([[1.0, 0.0], [0.0, 2.0]])
    quarter = np.array([[0.0, 1.0], [-2.0, 0.0]])
    return [
        Case("a quarter turn", (square, quarter, np.array([[3.0, 4.0]])),
             (np.array([[-4.0, 3.0]]), 0.0)),
        Case("a mirror", (square, square * [1, -1], np.array([[3.0, 4.0], [0.5, 1.0]])),
             (np.array([[3.0, -4.0], [0.5, -1.0]]), 0.0)),
        Case("the same, and twice as long", (square, 2 * square, np.array([[3.0, 4.0]])),
             (np.array([[3.0, 4.0]]), 5.0)),
        Case("one dimension, one viewer", (np.array([[0.5]]), np.array([[-1.5]]),
             np.array([[2.0]])), (np.array([[-2.0]]), 1.0)),
        Case("one new viewer", some(12, 3, 1, 0.4)),
        Case("clouds that are not around 0", (some(9, 3, 2, 0.3)[0] + 1.5,
             some(9, 3, 2, 0.3)[1] - 0.5, np.eye(3))),
        Case("thirty viewers in fog", some(30, 4, 5, 0.7)),
        Case("as many viewers as dimensions", some(4, 4, 3, 0.2)),
        Case("nobody is new", (*some(10, 2, 1, 0.5)[:2], np.zeros((0, 2)))),
    ]  # fmt: skip


def observe(answer, case):
    """The turned newcomers float[m, d], and what is left."""
    placed, off = answer(*case.inputs)
    placed = np.asarray(placed, dtype=float)
    return (placed if placed.size else placed.reshape(case.inputs[2].shape)), float(off)


HINTS = """
    One matrix holds all that the two clouds say about each other: the product of the one, turned
    on its side, with the other.

    Its singular value decomposition gives two turns and the lengths between them. Leave the
    lengths out: numpy hands the second turn over already turned on its side.

    What is left needs no turn: the squared lengths of both clouds, less twice the sum of the
    singular values.
"""
MISTAKES = """
    wrong_way: np.linalg.svd(x.T @ y) => np.linalg.svd(y.T @ x)
      or new @ (left @ right) => new @ (left @ right).T
      Your turn leads from y to x. The new viewers come from x, and stand in rows.
    right_turned_back: new @ (left @ right) => new @ (left @ right.T)
      numpy's svd gives the second factor already transposed. Do not transpose it again.
    free_map: new @ (left @ right) => new @ np.linalg.lstsq(x, y, rcond=None)[0]
      You fit any linear map. It stretches; a turn keeps all lengths.
    stretched: new @ (left @ right) => new @ (left * singular) @ right
      You kept the singular values in. Without them it is a turn.
    no_mirrors: new @ (left @ right) =>
      | new @ (left * np.r_[np.ones(len(singular) - 1), np.linalg.det(left @ right)]) @ right
      You exclude mirrors. Here they are allowed.
    centred: np.linalg.svd(x.T @ y) => np.linalg.svd((x - x.mean(axis=0)).T @ (y - y.mean(axis=0)))
      You moved the clouds to their means first. Nothing is moved here.
    scaled: new @ (left @ right) => new @ (left @ right) * singular.sum() / (x**2).sum()
      You also change the scale. Lengths stay as they are.
    once_the_sum: 2 * singular.sum() => singular.sum()
      The sum of the singular values counts twice.
    product_only: off = (x**2).sum() + (y**2).sum() - 2 * singular.sum() => off = singular.sum()
      You return how well they fit. Asked for is what is left.
    squared_lengths: 2 * singular.sum() => 2 * (singular**2).sum()
      You squared the singular values. Their plain sum counts.
    root_of_it: return new @ (left @ right), off => return new @ (left @ right), abs(off) ** 0.5
      You took the root. Asked for is the sum of squares.
    mean_of_it: return new @ (left @ right), off => return new @ (left @ right), off / len(x)
      You took the mean over viewers. Asked for is the sum.
    shared_for_new: return new @ (left @ right), off => return x @ (left @ right), off
      You turned the shared viewers. Asked for are the new ones.
"""
