"""26.3 A belief that grows with each day.

30 minutes, difficulty 3, 5 points, L26.3
A show can now be judged while its first viewers are still watching.
"""

import numpy as np

from mavrs_course.agents.incentives import ProgressiveBelief
from mavrs_course.course import Case


class Belief:
    def __init__(self, mean, covariance, noise):
        self.mean, self.covariance, self.noise = mean, covariance, noise
        self.seen, self.total = np.zeros(len(mean)), np.zeros(len(mean))

    def watch(self, trace):
        self.seen[: len(trace)] += 1
        self.total[: len(trace)] += trace

    def posterior(self):
        days = int((self.seen > 0).sum())
        n = self.seen[:days]
        noise = self.noise[:days, :days] / np.maximum(n[:, None], n)
        with_sum = self.covariance[:days].sum(axis=1)
        weights = np.linalg.solve(self.covariance[:days, :days] + noise, with_sum)
        surprise = self.total[:days] / n - self.mean[:days]
        mean = self.mean.sum() + weights @ surprise
        return mean, self.covariance.sum() - weights @ with_sum


class BeliefOfLibrary(ProgressiveBelief):
    def watch(self, trace):
        for day, active in enumerate(trace):
            self.observe(day, 1, active)


OTHERS = (BeliefOfLibrary,)
NAMES = ("mean", "covariance", "noise", "traces")


def cases(rng):
    def some(days, lengths):
        root, other = rng.normal(size=(2, days, days))
        law = rng.normal(size=days), root @ root.T + np.eye(days), other @ other.T + np.eye(days)
        return *law, [rng.normal(size=length) for length in lengths]

    pair = np.array([0.5, 0.5]), np.array([[1.0, 0.5], [0.5, 1.0]]), np.eye(2)
    return [
        Case("nothing seen", (*pair, []), [1, 3]),
        Case("one viewer, one day: 1 where 0.5 was expected", (*pair, [np.array([1.0])]),
             [1, 3, 1.375, 1.875]),
        Case("the same day by two viewers", (*pair, [np.array([1.0]), np.array([0.0])]),
             [1, 3, 1.375, 1.875, 1, 1.5]),
        Case("days that tell nothing of each other", (np.zeros(2), np.eye(2), np.eye(2),
             [np.array([2.0])]), [0, 2, 1, 1.5]),
        Case("no noise at all", (np.zeros(2), np.eye(2), np.zeros((2, 2)), [np.array([3.0, 4.0])]),
             [0, 2, 7, 0]),
        Case("three viewers, the last two came later", some(4, [4, 2, 1])),
        Case("shorter first", some(5, [1, 3, 3, 5])),
        Case("one day only", some(1, [1, 1])),
    ]  # fmt: skip


def observe(kind, case):
    """Its mean and variance at first, and after each viewer; a second belief must know nothing."""
    *law, traces = case.inputs
    belief, told = kind(*law), []
    told += [*belief.posterior()]
    for trace in traces:
        belief.watch(trace)
        told += [*belief.posterior()]
    fresh = np.allclose(np.ravel(kind(*law).posterior()).astype(float), told[:2])
    return np.array([*told, *([] if fresh else [np.nan])], dtype=float)


HINTS = """
    Keep, for each day, how many viewers have shown it and the sum of what they did. A trace of
    length d adds to the first d days.

    Cut everything to the days that somebody has shown. The noise of a mean over n viewers is one
    viewer's divided by n; for two days, by the larger of their two counts.

    Only the sum is asked for, so each seen day needs one number, its covariance with the sum over
    all days, also those still to come. Solve for the weights once; both results use them.
"""
MISTAKES = """
    forgets_the_noise: self.covariance[:days, :days] + noise => self.covariance[:days, :days]
      or self.noise[:days, :days] / np.maximum(n[:, None], n) => 0 * np.maximum(n[:, None], n)
      You take a mean over a few viewers for the truth. Add the noise to the covariance.
    noise_of_one: self.noise[:days, :days] / np.maximum(n[:, None], n) => self.noise[:days, :days]
      The noise stays that of one viewer. A mean over n has one n-th of it.
    smaller_count: np.maximum(n[:, None], n) => np.minimum(n[:, None], n)
      or np.maximum(n[:, None], n) => np.sqrt(n[:, None] * n)
      For two days divide by the larger count: those of the smaller group are all in the larger.
    count_of_one_day: np.maximum(n[:, None], n) => n
      or np.maximum(n[:, None], n) => n[:, None]
      You divide by the count of one of two days. It is the larger of both.
    count_of_all: np.maximum(n[:, None], n) => n.max()
      or self.total[:days] / n => self.total[:days] / n.max()
      You divide by the number of all viewers. On later days fewer have been seen.
    sum_of_seen_days: self.covariance[:days].sum(axis=1) => self.covariance[:days, :days].sum(axis=1)
      You believe in the sum of the days seen. Asked for is the sum over all days.
    variance_of_seen_days: self.covariance.sum() - => self.covariance[:days, :days].sum() -
      The variance leaves out the days to come.
    mean_of_seen_days: mean = self.mean.sum() => mean = self.mean[:days].sum()
      The mean leaves out the days to come. Begin with the sum over all days.
    no_expectation: self.total[:days] / n - self.mean[:days] => self.total[:days] / n
      The surprise is what was seen less what was expected.
    sums_for_means: self.total[:days] / n - => self.total[:days] -
      You compare a sum over viewers with a mean. Divide by how many were seen.
    turned: self.mean.sum() + weights @ surprise => self.mean.sum() - weights @ surprise
      A show that does better than expected must be believed better.
    less_sure: self.covariance.sum() - weights @ with_sum => self.covariance.sum() + weights @ with_sum
      or self.covariance.sum() - weights @ with_sum => self.covariance.sum()
      What has been seen makes the belief surer: take its part from the variance.
    deviation: return mean, self.covariance.sum() - weights @ with_sum =>
      |     return mean, (self.covariance.sum() - weights @ with_sum) ** 0.5
      You return a deviation. Asked for is the variance.
    naive: weights @ surprise => surprise.sum()
      or with_sum) => np.ones(days))
      You add up the surprises as they are. What days tell of the others is in the covariance.
    own_variances: self.covariance[:days].sum(axis=1) => np.diag(self.covariance)[:days]
      You use each day's own variance only. Its covariances with all other days count as well.
    last_viewer_only: self.seen[: len(trace)] += 1 => self.seen[: len(trace)] = 1;
      | self.total[: len(trace)] += trace => self.total[: len(trace)] = trace
      You keep the last viewer only. Add up over all.
"""  # noqa: E501
