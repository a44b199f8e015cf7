"""29.2 A group for a baseline.

15 minutes, difficulty 2, 3 points, L29.2
Three algorithms with three names differ in this one line.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def advantages(rewards, baseline):
    size = rewards.shape[1]
    above = rewards - rewards.mean(axis=1, keepdims=True)
    if baseline == "others":
        above = above * size / (size - 1)
    if baseline == "std":
        spread = rewards.std(axis=1, keepdims=True)
        above = above / np.where(spread > 0, spread, 1.0)
    silent = (rewards == rewards[:, :1]).all(axis=1)
    return np.where(silent[:, None], 0.0, above)


def advantages_answer_by_answer(rewards, baseline):
    told = np.zeros(np.shape(rewards))
    for row, group in enumerate(np.asarray(rewards, dtype=float)):
        if len(set(group.tolist())) == 1:
            continue
        for at, reward in enumerate(group):
            others = np.delete(group, at)
            usual = others.mean() if baseline == "others" else group.mean()
            told[row, at] = (reward - usual) / (group.std() if baseline == "std" else 1)
    return told


OTHERS = (advantages_answer_by_answer,)
NAMES = ("rewards", "baseline")


def cases(rng):
    four = np.array([[1.0, 0.0, 0.0, 1.0]])
    two = np.array([[0.0, 0.0, 3.0], [5.0, 5.0, 5.0]])
    eight = (rng.random((30, 8)) < 0.3).astype(float)
    third = 1 / 3
    return [
        Case("1, 0, 0, 1 by the mean", (four, "mean"), np.array([[0.5, -0.5, -0.5, 0.5]])),
        Case("1, 0, 0, 1 by the others", (four, "others"),
             np.array([[2 * third, -2 * third, -2 * third, 2 * third]])),
        Case("1, 0, 0, 1 by the deviation", (four, "std"), np.array([[1.0, -1.0, -1.0, 1.0]])),
        Case("a silent group after another, by the mean", (two, "mean"),
             np.array([[-1.0, -1.0, 2.0], [0.0, 0.0, 0.0]])),
        Case("a silent group after another, by the deviation", (two, "std"),
             np.array([[-(2**-0.5), -(2**-0.5), 2**0.5], [0.0, 0.0, 0.0]])),
        Case("groups of two, by the others", (np.array([[0.0, 1.0]]), "others"),
             np.array([[-1.0, 1.0]])),
        Case("rewards that are nearly alike", (np.array([[1e-7, 0.0, 2e-7]]), "std"),
             np.array([[0.0, -(1.5**0.5), 1.5**0.5]])),
        Case("thirty groups of eight, right or wrong", (eight, "std")),
        Case("thirty groups of eight, by the others", (eight, "others")),
        Case("rewards of any size", (rng.normal(size=(20, 5)) * 7, "mean")),
        Case("rewards of any size, by the deviation", (rng.normal(size=(20, 5)) * 7, "std")),
        Case("0.1 three times", (np.array([[0.1, 0.1, 0.1]]), "std"), np.zeros((1, 3))),
    ]  # fmt: skip


PROPERTIES = (
    Property("the advantages of a group add up to 0",
             lambda result, rewards, baseline: np.allclose(
                 np.sum(result, axis=1), 0, atol=slack(result) * 100 + 1e-8),
             "The advantages of a group do not add up to 0. Take the mean over the answers of the "
             "same group, along axis 1."),
)  # fmt: skip

HINTS = """
    Each row is a group; its mean has one number a row, kept as a column.

    The mean of the others is the group's sum less the own reward, over G - 1.

    A silent group has deviation 0: give it zeros without dividing by it.
"""
MISTAKES = """
    over_the_batch: rewards.mean(axis=1, keepdims=True) => rewards.mean()
      The baseline is the mean of all groups. Each group has its own: the mean along axis 1.
    along_the_wrong_axis: rewards.mean(axis=1, keepdims=True) => rewards.mean(axis=0, keepdims=True)
      You average over groups, answer by answer. A group is a row: average along axis 1.
    sample_deviation: rewards.std(axis=1, => rewards.std(ddof=1, axis=1,
      You divide by the deviation of a sample, with G - 1. Here it is that of the group itself,
      with G.
    small_number_added: np.where(spread > 0, spread, 1.0) => (spread + 1e-4)
      A small number is added to the deviation: advantages of small rewards come out too small.
      Only a silent group needs care.
    not_divided: above = above / np.where(spread > 0, spread, 1.0) =>
      "std" gives what "mean" gives. Divide by the group's standard deviation.
    by_the_variance: np.where(spread > 0, spread, 1.0) => np.where(spread > 0, spread**2, 1.0)
      You divide by the variance. The deviation is its root.
    deviation_of_all: rewards.std(axis=1, keepdims=True) => rewards.std()
      The deviation is that of all rewards. Each group is divided by its own.
    others_with_the_own: above * size / (size - 1) => above
      "others" gives what "mean" gives. The mean of the others leaves the answer's own reward out.
    others_upside_down: above * size / (size - 1) => above * (size - 1) / size
      "others" comes out too small. Against the mean of the others an answer stands out more, not
      less: by G / (G - 1).
    silence_is_no_number: np.where(spread > 0, spread, 1.0) => spread;
      | return np.where(silent[:, None], 0.0, above) => return above
      A silent group is divided by its deviation of 0. Its advantages are zeros.
    only_the_reward: above = rewards - rewards.mean(axis=1, keepdims=True) => above = rewards
      or above = rewards - rewards.mean(axis=1, keepdims=True) => above = rewards * 1.0
      Nothing is taken off: these are the rewards, not what they are above their group.
    below_for_above: rewards - rewards.mean(axis=1, keepdims=True) =>
      | rewards.mean(axis=1, keepdims=True) - rewards
      The sign is turned: an answer better than its group has an advantage above 0.
"""
EQUAL = """
    spread > 0 => spread >= 0 | above = above / np.where(spread > 0, spread, 1.0)
    1.0 => 1.6 | above = above / np.where(spread > 0, spread, 1.0)
    1.0 => -1.1 | above = above / np.where(spread > 0, spread, 1.0)
    0 => -1 | above = above / np.where(spread > 0, spread, 1.0)
      Only silent groups have no spread, and they get zeros whatever they were divided by.
"""
