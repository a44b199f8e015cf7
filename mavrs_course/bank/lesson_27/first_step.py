"""27.2 One step from the prior.

20 minutes, difficulty 2, 4 points, L27.2
What old viewers teach about a new one, and how much of it is left after some shows.
"""

import numpy as np

from mavrs_course.course import Case


def first_step(mean, covariance, noise, shown, clicked):
    precision = np.linalg.inv(covariance) + np.diag(shown) / noise
    step = np.linalg.inv(precision)
    slope = (clicked - shown * mean) / noise
    return mean + step @ slope


def first_step_by_kalman(mean, covariance, noise, shown, clicked):
    believed, left = np.array(mean, float), np.array(covariance, float)
    for topic, n in enumerate(shown):
        if n > 0:
            gain = left[:, topic] / (left[topic, topic] + noise / n)
            believed = believed + gain * (clicked[topic] / n - believed[topic])
            left = left - np.outer(gain, left[topic])
    return believed


def first_step_of_the_library(mean, covariance, noise, shown, clicked):
    from mavrs_course.agents.newcomers import TastePrior

    prior = TastePrior(mean, covariance, noise)
    shown, clicked = (np.asarray(x, dtype=float)[None] for x in (shown, clicked))
    return prior.posterior(shown, clicked)[0][0]


OTHERS = (first_step_by_kalman, first_step_of_the_library)


def cases(rng):
    def some(topics, most):
        root = rng.normal(size=(topics, topics))
        covariance = 0.02 * (root @ root.T / topics + np.eye(topics))
        shown = rng.integers(0, most, topics).astype(float)
        clicked = rng.binomial(shown.astype(int), 0.3).astype(float)
        return rng.uniform(0.1, 0.4, topics).round(3), covariance, 0.16, shown, clicked

    one = np.array([[0.04]])
    return [
        Case("4 shows weigh as much as the prior",
             (np.array([0.2]), one, 0.16, np.array([4.0]), np.array([2.0])), np.array([0.35])),
        Case("nothing shown yet: the prior's mean",
             (np.array([0.2, 0.3]), 0.02 * np.eye(2), 0.16, np.zeros(2), np.zeros(2)),
             np.array([0.2, 0.3])),
        Case("a topic that goes with the one that was shown",
             (np.array([0.2, 0.2]), np.array([[0.04, 0.02], [0.02, 0.04]]), 0.16,
              np.array([4.0, 0.0]), np.array([2.0, 0.0])), np.array([0.35, 0.275])),
        Case("shown often and never clicked",
             (np.array([0.3]), one, 0.16, np.array([36.0]), np.array([0.0])), np.array([0.03])),
        Case("what goes with a topic that disappoints may fall below 0",
             (np.array([0.2, 0.04]), np.array([[0.04, 0.02], [0.02, 0.04]]), 0.16,
              np.array([4.0, 0.0]), np.zeros(2)), np.array([0.1, -0.01])),
        Case("four topics", some(4, 12)),
        Case("twenty topics", some(20, 30)),
        Case("three topics, much noise", (*some(3, 9)[:2], 2.0, np.array([5.0, 0, 2]),
                                         np.array([1.0, 0, 2]))),
    ]  # fmt: skip


NAMES = ("mean", "covariance", "noise", "shown", "clicked")

HINTS = """
    Shows add to what is known. Add in the units of an inverse variance, a matrix: the prior's
    inverse, and on its diagonal what the shows of each topic bring.

    The step size is the inverse of that sum. The slope is what was clicked beyond what the prior
    expected of these shows, in units of the noise.

    Multiply the slope by the step as a matrix, so that topics which go together move together, and
    start from the prior's mean.
"""
MISTAKES = """
    from_nothing: return mean + step @ slope => return step @ slope
      You step from zero. Begin at the prior's mean.
    expects_nothing: (clicked - shown * mean) => clicked
      You count all clicks as a surprise. Take off what the prior expected: shows times mean.
    share_for_clicks:
      | (clicked - shown * mean) => (clicked / np.maximum(shown, 1) - mean) * (shown > 0)
      You take the share of clicks for their number, so that ten shows weigh no more than one.
    noise_left_out: np.diag(shown) / noise => np.diag(shown)
      or (clicked - shown * mean) / noise => clicked - shown * mean
      The noise is left out. Both the precision of the shows and the slope are divided by it.
    noise_squared: np.diag(shown) / noise => np.diag(shown) / noise**2
      `noise` is a variance already. Do not square it.
    covariance_for_precision: np.linalg.inv(covariance) + => covariance +
      You add the covariance itself to the precision of the shows. Add its inverse.
    precision_for_step: step = np.linalg.inv(precision) => step = precision
      You step by the precision. The step size is its inverse.
    topics_apart: np.linalg.inv(covariance) => np.diag(1 / np.diag(covariance))
      or step @ slope => np.diag(step) * slope
      Each topic moves by itself. Topics that go together must move together: use whole matrices.
    prior_step: step = np.linalg.inv(precision) => step = covariance
      The step is always that of the prior. It gets shorter with every show.
    one_show_each: np.diag(shown) / noise => np.diag(np.minimum(shown, 1.0)) / noise
      A topic shown ten times tells ten times as much as one shown once.
    backwards: return mean + step @ slope => return mean - step @ slope
      You step away from what was clicked. More clicks than expected must raise a taste.
"""
EQUAL = """
    shown as whole numbers
    clicked as whole numbers
      They count videos: there is no half of one.
"""
