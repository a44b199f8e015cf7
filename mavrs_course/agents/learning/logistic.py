"""Knowledge tracing by logistic regression on six counts: the baseline that a site has used.

Source: the features are those of Khan Academy's mastery model, as David Hu described it in 2011:
two moving averages of the answers, the current streak, how many were done and missed, and the
share that was right.  The site called an exercise mastered at 94 %.  Their coding here is ours.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.learning.bkt import NO_ANSWER, checked
from mavrs_course.messages import Floats, Ints

FAST, SLOW = 0.333, 0.1  # how much the newest answer counts in each moving average
MASTERY = 0.94
RIDGE = 1.0
NEWTON_STEPS = 25


def features(answers: Ints) -> Floats:
    """What was known before each answer: float[B, T, 7], the last one always 1.

    answers: int[B, T], padded with ``NO_ANSWER``.  Before the first, both averages and the share
    right stand at a half.
    """
    answers = checked(answers, padded=True)
    learners, tries = answers.shape
    found = np.ones((learners, tries, 7))
    fast, slow = np.full(learners, 0.5), np.full(learners, 0.5)
    streak, done, missed = np.zeros(learners), np.zeros(learners), np.zeros(learners)
    for t, right in enumerate(answers.T):
        share = np.divide(done - missed, done, out=np.full(learners, 0.5), where=done > 0)
        counts = (fast, slow, streak, np.log(done + 1.0), np.log(missed + 1.0), share)
        found[:, t, :6] = np.stack(counts, axis=1)
        fast = fast + FAST * (right - fast)
        slow = slow + SLOW * (right - slow)
        streak = np.where(right == 1, streak + 1.0, 0.0)
        done, missed = done + 1.0, missed + (right == 0)
    return found


class LogisticTracer:
    """P(right) before each answer, by weights float[7] of :func:`features`; see :func:`fit`."""

    def __init__(self, weights: Floats) -> None:
        self.weights = np.asarray(weights, dtype=float)
        if self.weights.shape != (7,) or not np.isfinite(self.weights).all():
            raise ValueError(f"a LogisticTracer needs 7 finite weights, not {weights}")

    def forward(self, answers: Ints) -> Floats:
        """float[B, T], as :meth:`BKT.forward` gives it."""
        return _sigmoid(features(answers) @ self.weights)


def fit(answers: Ints) -> LogisticTracer:
    """The weights that make the answers likeliest, less ``RIDGE / 2`` times their squares.

    By Newton's method; the constant is not held back.  ValueError where there are no answers.
    """
    answers = checked(answers, padded=True)
    there = answers != NO_ANSWER
    if not there.any():
        raise ValueError("nothing can be fitted to no answers")
    x, y = features(answers)[there], answers[there]
    hold = np.append(np.full(6, RIDGE), 1e-9)
    weights = np.zeros(7)
    for _ in range(NEWTON_STEPS):
        p = _sigmoid(x @ weights)
        slope = x.T @ (y - p) - hold * weights
        bend = (x * (p * (1.0 - p))[:, None]).T @ x + np.diag(hold)
        weights = weights + np.linalg.solve(bend, slope)
    return LogisticTracer(weights)


def _sigmoid(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -35.0, 35.0)))
