"""08.1 The nearest sum, for any number of agents.

15 minutes, difficulty 2, 3 points, L08.1
This is what VDN learns from uniformly random play, without a step of learning.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.marl.decomposition import additive_fit


def nearest_sum(table):
    fit = -(table.ndim - 1) * table.mean()
    for agent in range(table.ndim):
        others = tuple(other for other in range(table.ndim) if other != agent)
        fit = fit + table.mean(axis=others, keepdims=True)
    return fit


def nearest_sum_by_least_squares(table):
    joint = np.indices(table.shape).reshape(table.ndim, -1)
    one_hot = np.hstack([np.eye(n)[played] for n, played in zip(table.shape, joint, strict=True)])
    parts = np.linalg.lstsq(one_hot, table.ravel(), rcond=None)[0]
    return (one_hot @ parts).reshape(table.shape)


OTHERS = (additive_fit, nearest_sum_by_least_squares)


def cases(rng):
    three = np.zeros((2, 2, 2))
    three[1, 1, 1] = 8.0
    return [
        Case("both are needed", (np.array([[0.0, 0.0], [0.0, 10.0]]),),
             np.array([[-2.5, 2.5], [2.5, 7.5]])),
        Case("all three are needed", (three,),
             np.array([[[-2.0, 0.0], [0.0, 2.0]], [[0.0, 2.0], [2.0, 4.0]]])),
        Case("a game that is a sum already", (np.add.outer([1.0, 5.0], [0.0, 4.0]),)),
        Case("the climbing game", (np.array([[11.0, -30, 0], [-30, 7, 0], [0, 6, 5]]),)),
        Case("three agents with two, four and three actions", (rng.normal(3, 5, (2, 4, 3)),)),
        Case("the second agent has a single action", (rng.normal(2, 3, (3, 1, 2)),)),
        Case("four agents", (rng.normal(-2, 5, (3, 2, 2, 2)),)),
        Case("one agent", (np.array([3.0, 1.0, 7.0]),), np.array([3.0, 1.0, 7.0])),
    ]  # fmt: skip


def _is_additive(result, table):
    result = np.asarray(result, dtype=float)
    return result.shape != table.shape or np.allclose(additive_fit(result), result)


PROPERTIES = (
    Property("the result is a sum",
             _is_additive,
             "The result is no sum of one value for each agent's action: between two rows the "
             "difference must be the same in every column."),
)  # fmt: skip

HINTS = """
    Agent m's part of an entry is the mean of all entries in which m takes that action.

    table.mean(axis=..., keepdims=True) over every axis but m keeps the shape, so that the parts
    add up by broadcasting.

    Sum the N parts and subtract (N - 1) * table.mean().
"""
MISTAKES = """
    forgot_the_mean_of_all: -(table.ndim - 1) * table.mean() => 0.0
      Each agent's mean holds the mean of all in it, so with N agents the sum holds it N times.
      Once is right: subtract the rest.
    subtracted_the_mean_once: -(table.ndim - 1) * => -
      With two agents the mean of all is subtracted once; with N agents their means hold it N
      times, and N - 1 of them are too many.
    subtracted_every_mean: -(table.ndim - 1) => -table.ndim
      The fit has lost its height: each agent's mean less the mean of all is right, and the mean
      of all has to come back once.
    mean_of_means: -(table.ndim - 1) * table.mean() => 0.0; return fit => return fit / table.ndim
      This averages the agents' means. Their parts add up: sum them, then take away the mean of
      all that was counted too often.
    averaged_over_itself: axis=others => axis=agent
      For agent m you averaged along axis m, over its own actions. Its part is a mean over all the
      others: every axis but m. With two agents the two look the same.
    two_agents_only:
      | -(table.ndim - 1) * => -;
      | range(table.ndim): => (0, 1):;
      | axis=others => axis=(1 - agent, *range(2, table.ndim));
      | return fit => return np.broadcast_to(fit, table.shape)
      Rows and columns are there, and from the third agent on the action makes no difference. Loop
      over table.ndim agents.
    lost_an_axis: return fit => return fit.squeeze()
      An agent with a single action has an axis of length 1, and yours is gone: squeeze() removes
      it. The result has the shape of the table.
    sums_for_means: table.mean(axis=others => table.sum(axis=others; table.mean() => table.sum()
      or table.mean(axis=others => table.sum(axis=others
      These are sums over what the others do; the nearest sum is made of means.
    best_for_mean: table.mean(axis=others => table.max(axis=others; table.mean() => table.max()
      or table.mean(axis=others => np.median(table, axis=others; table.mean() => np.median(table)
      These are the best or the middle of what the others may do. Squared error leads to means.
    product_of_margins:
      | -(table.ndim - 1) * table.mean() => table.mean() ** (1.0 - table.ndim);
      | fit + => fit *
      That multiplies the agents' means, as one does to get a table's expected counts. VDN adds.
    the_table_itself: return fit => return table.copy()
      This is the table as it came. Most games are no sums, and the nearest one differs.
"""
