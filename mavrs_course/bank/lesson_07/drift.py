"""07.3 How far a target moves.

12 minutes, difficulty 2, 2 points, L07.2
You can now tell a level that rises from an order that changes.
"""

from itertools import pairwise

import numpy as np

from mavrs_course.course import Case, Property


def drift(values):
    differences = values - values.mean(axis=2, keepdims=True)
    return np.sqrt((np.diff(differences, axis=0) ** 2).mean(axis=(1, 2)))


def drift_with_loops(values):
    drifts = []
    for before, after in pairwise(values):
        total = 0.0
        for old, new in zip(before, after, strict=True):
            moved = [b - a for a, b in zip(old, new, strict=True)]
            mean = sum(moved) / len(moved)
            total += sum((move - mean) ** 2 for move in moved) / len(moved)
        drifts.append((total / len(before)) ** 0.5)
    return drifts


OTHERS = (drift_with_loops,)


def cases(rng):
    hand = np.array([[[1.0, 3.0], [5.0, 5.0]], [[4.0, 8.0], [5.0, 5.0]], [[4.0, 8.0], [1.0, 5.0]]])
    level = rng.normal(0, 2, (4, 6, 1)) + rng.normal(0, 1, (1, 6, 3))
    return [
        Case("two states, two actions, three looks", (hand,), [0.5**0.5, 2**0.5]),
        Case("only the level moves: nothing that matters", (level,), np.zeros(3)),
        Case("five looks, four states, three actions", (rng.normal(0, 3, (5, 4, 3)),)),
        Case("two looks, many states", (rng.normal(10, 1, (2, 30, 9)),)),
        Case("six looks, one state", (rng.normal(0, 1, (6, 1, 4)),)),
    ]


PROPERTIES = (
    Property("one number between each two looks",
             lambda result, values: np.shape(result) == (len(values) - 1,),
             "Between T looks lie T - 1 moves: one number for each, float[T - 1]."),
)  # fmt: skip

HINTS = """
    Three steps: compare the actions of each state with their mean; subtract each look from the
    next; take the root mean square.

    values.mean(axis=2, keepdims=True) is the level of each state; np.diff(..., axis=0) compares
    each look with the one before.

    Square the steps between looks, take the mean over states and actions together (axis=(1, 2)),
    and the root of it, one number a step.
"""
MISTAKES = """
    the_whole_target: - values.mean(axis=2, keepdims=True) =>
      You measure the whole target. When all actions of a state gain alike nothing changes for the
      agent: first subtract the mean over the actions of each state (axis 2).
    mean_over_states: axis=2, => axis=1,
      You subtract the mean over the states. Actions of one state are compared with each other:
      that is axis 2.
    mean_over_everything: axis=2, => axis=(1, 2),
      You subtract one mean for all states together. Each state has a level of its own: the mean
      over its actions, axis 2.
    minus_the_best_action: values.mean => values.max
      You compare with the best action of each state. Compare with the mean of its actions, so
      that no single action sets the level.
    from_the_first_look: np.diff(differences, axis=0) => (differences[1:] - differences[0])
      You measure the way from the first look. Compare each look with the one before.
    forgot_the_root: np.sqrt =>
      That is the mean of squares, in square minutes. Take its square root.
    absolute_values:
      | np.sqrt((np.diff(differences, axis=0) ** 2) => (np.abs(np.diff(differences, axis=0))
      You average absolute values. Root mean square is asked for: square, average, then take the
      root.
    ups_and_downs_cancel:
      | np.sqrt((np.diff(differences, axis=0) ** 2) => abs(np.diff(differences, axis=0)
      or np.sqrt((np.diff(differences, axis=0) ** 2) => (np.diff(differences, axis=0)
      Ups and downs cancel in your average. Square the moves before you average them.
    summed: ** 2).mean => ** 2).sum
      You add up the squares, so that more states make more drift. Take their mean.
    mean_of_roots: .mean(axis=(1, 2))) => .mean(axis=2)).mean(axis=1)
      You take the root for each state and average the roots. Average the squares over states and
      actions together, and take one root.
"""
