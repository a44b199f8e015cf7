"""23.2 How long until the alarm.

20 minutes, difficulty 3, 4 points, L23.2
You know the delay and the false alarms of a chart before it has seen a single count.
"""

import numpy as np
from scipy.stats import poisson

from mavrs_course.course import Case


def run_length(k, h, mean, start):
    states = np.arange(h)
    counts = states - states[:, None] + k
    chain = poisson.pmf(counts, mean)
    chain[:, 0] = poisson.cdf(counts[:, 0], mean)
    lengths = np.linalg.solve(np.eye(h) - chain, np.ones(h))
    return float(lengths[start])


def by_the_fundamental_matrix(k, h, mean, start):
    chain = np.zeros((h, h))
    for s in range(h):
        for count in range(h + k):
            after = max(0, s + count - k)
            if after < h:
                chain[s, after] += poisson.pmf(count, mean)
    return np.linalg.inv(np.eye(h) - chain)[start].sum()


def by_doubling(k, h, mean, start):
    s, t = np.indices((h, h))
    chain = np.where(t > 0, poisson.pmf(t - s + k, mean), poisson.cdf(k - s, mean))
    lengths = np.ones(h)
    for _ in range(50):  # 1 + P + P^2 + ..., twice as many terms in each round
        lengths = lengths + chain @ lengths
        chain = chain @ chain
    return lengths[start]


OTHERS = (by_the_fundamental_matrix, by_doubling)


def cases(rng):
    never, once = np.exp(-0.5), 0.5 * np.exp(-0.5)
    from_one = 1 / (1 - never)
    return [
        Case("k 1, h 1, mean 0.5: the alarm is a count of 2 or more",
             (1, 1, 0.5, 0), 1 / (1 - never - once)),
        Case("k 0, h 2, mean 0.5, from S = 1: the next comment rings", (0, 2, 0.5, 1), from_one),
        Case("k 0, h 2, mean 0.5, from S = 0: two comments are needed",
             (0, 2, 0.5, 0), (1 + once * from_one) / (1 - never)),
        Case("the lesson's room in calm", (9, 4, 4.0, 0)),
        Case("the same room in a highlight", (9, 4, 16.0, 0)),
        Case("with a head start", (3, 7, float(rng.uniform(1.5, 2.5)), 5)),
        Case("a high limit", (2, 12, float(rng.uniform(1.2, 1.8)), 2)),
        Case("more than k on average", (2, 9, float(rng.uniform(2.5, 4.0)), 0)),
    ]  # fmt: skip


HINTS = """
    The states are S = 0, 1, ..., h - 1. Which count leads from S = s to S = t? Only t = 0 can be
    reached by more than one count.

    From s to t above 0 it is the count t - s + k, with its Poisson probability; to 0 it is that
    count and every smaller one. What leads to h or beyond is the alarm, and has no column.

    Each step counts one: L = 1 + chain L, a system of linear equations for all states at once. The
    answer is the entry of the state that the chart starts from.
"""
MISTAKES = """
    zero_by_one_count_only: poisson.cdf(counts[:, 0], mean) => poisson.pmf(counts[:, 0], mean)
      or chain[:, 0] = poisson.cdf(counts[:, 0], mean) =>
      Small counts are lost: every count that would bring S to 0 or below leads to state 0. Its
      column holds the sum of their probabilities.
    zero_without_the_last: cdf(counts[:, 0], mean) => cdf(counts[:, 0] - 1, mean)
      The count that brings S to exactly 0 is missing from the column of 0. The distribution function
      at k - s is right, not at k - s - 1.
    alarm_above_the_limit:
      | states = np.arange(h) =>
      | h = h + 1
      | states = np.arange(h)
      You take S = h for a state of calm. There the alarm is given already: states are 0 to h - 1.
    transposed: np.eye(h) - chain => np.eye(h) - chain.T
      The chain stands on its side: rows are where S is, columns where it goes, and
      L = 1 + chain L.
    the_other_way: states - states[:, None] + k => states[:, None] - states + k
      From s to t it takes a count of t - s + k. You have s - t + k.
    from_zero_always: lengths[start] => lengths[0]
      You start at S = 0 whatever `start` says.
    from_the_other_end: lengths[start] => lengths[-1 - start]
      You count states from the top: `start` is S itself.
    without_the_last_count: float(lengths[start]) => float(lengths[start] - 1.0)
      or np.ones(h)) => chain.sum(axis=1))
      The count that gives the alarm counts too.
    mean_over_starts: float(lengths[start]) => float(lengths.mean())
      You average over all states to start from. The chart starts in one of them.
    one_count_alone:
      | np.linalg.solve(np.eye(h) - chain, np.ones(h)) => 1.0 / (1.0 - chain.sum(axis=1))
      You wait for a single count that reaches h at once. S remembers: smaller ones add up.
    cumulative_everywhere: chain = poisson.pmf => chain = poisson.cdf
      or chain = poisson.pmf => chain = poisson.sf
      Only state 0 is reached by many counts. To every other state a single count leads: pmf.
"""  # noqa: E501
