"""26.1 A surrogate index.

15 minutes, difficulty 2, 3 points, L26.1
You can now say after a week what a change will have done after ten, and what that rests on.
"""

import numpy as np

from mavrs_course.agents.incentives import SurrogateIndex
from mavrs_course.course import Case


def index_effect(old_signals, old_outcome, signals, treated):
    table = np.column_stack([np.ones(len(old_signals)), old_signals])
    weights = np.linalg.lstsq(table, old_outcome, rcond=None)[0]
    index = weights[0] + signals @ weights[1:]
    return index[treated].mean() - index[~treated].mean()


def index_effect_of_differences(old_signals, old_outcome, signals, treated):
    """A constant has no part in a difference: slopes from centred columns, once."""
    around = old_signals - old_signals.mean(axis=0)
    slopes = np.linalg.solve(around.T @ around, around.T @ old_outcome)
    apart = signals[treated].mean(axis=0) - signals[~treated].mean(axis=0)
    return float(apart @ slopes)


def index_effect_of_library(old_signals, old_outcome, signals, treated):
    index = SurrogateIndex().fit(old_signals, old_outcome)
    return np.mean(index(signals[treated])) - np.mean(index(signals[~treated]))


OTHERS = (index_effect_of_differences, index_effect_of_library)
NAMES = ("old_signals", "old_outcome", "signals", "treated")


def cases(rng):
    def some(old, new, columns):
        treated = np.arange(new) < max(new // 3, 1)
        shift = 5.0 + rng.normal(size=columns)
        outcome = rng.normal(size=old) + 3.0
        return (
            rng.normal(size=(old, columns)) + shift,
            outcome,
            rng.normal(size=(new, columns)) + treated[:, None],
            rng.permuted(treated),
        )

    one = np.array([[0.0], [1.0], [2.0]])
    return [
        Case("outcome is 1 + 2 s; the treated have s = 3, the others 1 and 2",
             (one, np.array([1.0, 3.0, 5.0]), np.array([[3.0], [1.0], [2.0]]),
              np.array([True, False, False])), 3.0),
        Case("the signal says nothing", (one, np.array([1.0, 0.0, 1.0]),
             np.array([[5.0], [1.0]]), np.array([True, False])), 0.0),
        Case("two signals: 4 + s1 - s2",
             (np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
              np.array([4.0, 5.0, 3.0, 4.0]), np.array([[1.0, 5.0], [2.0, 2.0]]),
              np.array([False, True])), 4.0),
        Case("forty old viewers, three signals", some(40, 30, 3)),
        Case("more new viewers than old", some(12, 90, 2)),
        Case("one treated", some(20, 3, 1)),
    ]  # fmt: skip


HINTS = """
    There are two steps, and two groups of viewers. The old ones teach what signals say of the
    outcome. The new ones have signals only.

    Regress the old outcome on the old signals, with a column of ones beside them for the constant.

    Give every new viewer the outcome that the old weeks promise for their signals. The effect is a
    difference between two means of these promises.
"""
MISTAKES = """
    no_constant: np.column_stack([np.ones(len(old_signals)), old_signals]) => old_signals;
      | weights[0] + signals @ weights[1:] => signals @ weights
      The regression has no constant, so it is forced through 0. Add a column of ones.
    learns_from_the_new: len(old_signals)), old_signals]) => len(signals)), signals]);
      | np.linalg.lstsq(table, old_outcome, rcond=None)[0] =>
      | np.linalg.lstsq(table, treated.astype(float), rcond=None)[0]
      You learn from the new viewers, whose outcome nobody knows yet. The old ones teach the index.
    other_way_round: index[treated].mean() - index[~treated].mean() =>
      |     index[~treated].mean() - index[treated].mean()
      The sign is turned: the treated come first, and the others are taken from them.
    sums_for_means: index[treated].mean() - index[~treated].mean() =>
      |     index[treated].sum() - index[~treated].sum()
      or index[~treated].mean() => index[~treated].sum() / len(index)
      or index[treated].mean() - index[~treated].mean() =>
      |     (index[treated].sum() - index[~treated].sum()) / len(index)
      or index[treated].mean() => index[treated].sum() / len(index)
      The groups differ in size: take the mean of each over its own viewers.
    against_everybody: index[~treated].mean() => index.mean()
      You compare the treated with everybody, themselves included. Compare with those who were not.
    against_the_old: index[~treated].mean() => np.mean(old_outcome)
      You compare with the old weeks. Whatever else has changed since then would count as an effect.
    without_a_comparison: index[treated].mean() - index[~treated].mean() => index[treated].mean()
      That is the outcome expected of the treated, not an effect. Take that of the others from it.
    the_signals_themselves: weights[0] + signals @ weights[1:] => signals.sum(axis=1)
      or weights[0] + signals @ weights[1:] => signals.mean(axis=1)
      You compare signals. Turn them into an outcome by the weights that the old weeks teach.
    last_signal_only: weights[0] + signals @ weights[1:] => weights[0] + signals[:, -1] * weights[-1]
      or signals @ weights[1:] => signals[:, 0] * weights[1]
      Only one signal goes into the index. All of them do.
    one_weight_too_many: signals @ weights[1:] => signals @ weights[:-1]
      The constant stands first among the weights, and the signals' weights after it.
    each_alone:
      Each signal is regressed alone, so that what two of them say counts twice. Regress on all.
"""  # noqa: E501


def each_alone(old_signals, old_outcome, signals, treated):
    index = np.zeros(len(signals))
    for old, new in zip(old_signals.T, signals.T, strict=True):
        index = index + np.polyfit(old, old_outcome, 1)[0] * new
    return index[treated].mean() - index[~treated].mean()


EQUAL = r"""
    weights[0] + signals @ weights[1:] => signals @ weights[1:] | index = weights[0] + signals @ weights[1:]
    0 => 1 | index = weights[0] + signals @ weights[1:]
    0 => -1 | index = weights[0] + signals @ weights[1:]
      A constant goes out of a difference.
    np.linalg.lstsq(table, old_outcome, rcond=None) => np.linalg.lstsq(table, old_outcome) | weights = np.linalg.lstsq(table, old_outcome, rcond=None)[0]
      That is the default.
    old_outcome without axes of length 1
      There are more old viewers than signals, so at least two.
    treated without axes of length 1
      Some are treated and some are not, so there are at least two.
"""  # noqa: E501
