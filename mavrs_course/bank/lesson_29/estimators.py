"""29.3 How far from the prior.

20 minutes, difficulty 3, 3 points, L29.3
As values k1 and k3 are both right; as losses they pull in different directions.
"""

import numpy as np

from mavrs_course.course import Case


def divergence(log_q, log_p, estimator):
    log_r = np.asarray(log_p, dtype=float) - np.asarray(log_q, dtype=float)
    if estimator == "k1":
        return -log_r, np.ones(len(log_r))
    if estimator == "k2":
        return log_r**2 / 2, -log_r
    ratio = np.exp(log_r)
    return ratio - 1 - log_r, 1 - ratio


def divergence_by_gap(log_q, log_p, estimator):
    gap = np.subtract(log_q, log_p)
    values = {"k1": gap, "k2": gap * gap / 2, "k3": np.expm1(-gap) + gap}
    slopes = {"k1": gap * 0 + 1, "k2": gap, "k3": -np.expm1(-gap)}
    return values[estimator], slopes[estimator]


OTHERS = (divergence_by_gap,)
NAMES = ("log_q", "log_p", "estimator")
PARTS = ("values", "slopes")


def cases(rng):
    half = np.log([0.5]), np.log([0.25])
    log_two = np.log(2)
    same = np.log([0.3, 0.7])
    q, p = (np.log(rng.dirichlet(np.ones(6))) for _ in range(2))
    return [
        Case("0.5 under q, 0.25 under p, k1", (*half, "k1"), ([log_two], [1.0])),
        Case("0.5 under q, 0.25 under p, k2", (*half, "k2"), ([log_two**2 / 2], [log_two])),
        Case("0.5 under q, 0.25 under p, k3", (*half, "k3"), ([log_two - 0.5], [0.5])),
        Case("0.25 under q, 0.5 under p, k3", (half[1], half[0], "k3"), ([1 - log_two], [-1.0])),
        Case("the policy has not moved, k1", (same, same, "k1"), ([0.0, 0.0], [1.0, 1.0])),
        Case("the policy has not moved, k3", (same, same, "k3"), ([0.0, 0.0], [0.0, 0.0])),
        *(Case(f"six answers, {name}", (q, p, name)) for name in ("k1", "k2", "k3")),
        *(Case(f"texts, {name}", (-rng.uniform(5, 9, 20), -rng.uniform(5, 9, 20), name))
          for name in ("k1", "k2", "k3")),
    ]  # fmt: skip


def observe(answer, case):
    values, slopes = answer(*case.inputs)
    return np.asarray(values, dtype=float), np.asarray(slopes, dtype=float)


HINTS = """
    Everything depends on log r = log p - log q, one number an answer.

    The slope of log r in log q is -1, as log p is held. The slope of r itself is -r.

    So k1 has the same slope everywhere, whatever was drawn; think of what that means for a loss.
"""
MISTAKES = """
    ratio_upside_down:
      | np.asarray(log_p, dtype=float) - np.asarray(log_q, dtype=float) =>
      | np.asarray(log_q, dtype=float) - np.asarray(log_p, dtype=float)
      r is p / q, the prior over the policy that drew the answers. Yours is q / p.
    half_forgotten: log_r**2 / 2 => log_r**2
      k2 is half the square of log r.
    no_log_taken_off: ratio - 1 - log_r => ratio - 1
      k3 without - log r is r - 1, which is 0 on average and says nothing. Take log r off.
    one_forgotten: ratio - 1 - log_r => ratio - log_r
      k3 is 0 where the policy has not moved: r - 1 - log r.
    slope_in_log_p:
      | np.ones(len(log_r)) => -np.ones(len(log_r)); log_r**2 / 2, -log_r => log_r**2 / 2, log_r;
      | 1 - ratio => ratio - 1
      The slopes have the wrong sign: they are in log q, and log r falls where log q rises.
    slope_of_k1_is_none: np.ones(len(log_r)) => np.zeros(len(log_r))
      The slope of k1 is 1 for each answer. It is the average over answers of its pull on the
      policy that vanishes, not the slope.
    slope_in_r: 1 - ratio => 1 - 1 / ratio
      The slope of k3 is taken in r. In log q it is 1 - r: r falls by r where log q rises by 1.
    slope_of_k3_is_that_of_k2: 1 - ratio => -log_r
      This is the slope of k2. That of k3 is 1 - r, which is near it only where r is near 1.
    averaged: -log_r, np.ones(len(log_r)) => -log_r.mean(), np.ones(len(log_r)).mean();
      | log_r**2 / 2, -log_r => (log_r**2 / 2).mean(), -log_r.mean();
      | ratio - 1 - log_r, 1 - ratio => (ratio - 1 - log_r).mean(), (1 - ratio).mean()
      One number came back for all answers. Return one for each.
    chances_for_logs: log_r = np.asarray(log_p, dtype=float) - np.asarray(log_q, dtype=float) =>
      | log_r = np.exp(np.asarray(log_p, dtype=float)) - np.exp(np.asarray(log_q, dtype=float))
      log r is the difference of the log-chances, not that of the chances.
    k3_only_above: ratio - 1 - log_r => np.abs(ratio - 1) - log_r
      k3 needs no absolute value: r - 1 - log r is never negative as it is.
"""
