"""22.2 When to ask again.

15 minutes, difficulty 2, 3 points, L22.2
You have a memory that fades by a power law and grows by being asked.
"""

import numpy as np

from mavrs_course.course import Case, Property


class Memory:
    def __init__(self, stability, decay, growth):
        self.stability, self.decay, self.growth = stability, decay, growth
        self.factor = 0.9 ** (-1 / decay) - 1

    def recall(self, days):
        return (1 + self.factor * days / self.stability) ** -self.decay

    def days_until(self, retention):
        return self.stability / self.factor * (retention ** (-1 / self.decay) - 1)

    def review(self, good, days):
        forgotten = 1 - self.recall(days)
        if good:
            self.stability *= 1 + self.growth * forgotten
        else:
            self.stability /= 2


class MemoryByLogs:
    """Keeps the logarithm of its stability."""

    def __init__(self, stability, decay, growth):
        self.log, self.decay, self.growth = np.log(stability), decay, growth
        self.factor = np.expm1(-np.log(0.9) / decay)

    def recall(self, days):
        return np.exp(-self.decay * np.log1p(self.factor * days * np.exp(-self.log)))

    def days_until(self, retention):
        return np.exp(self.log) * np.expm1(-np.log(retention) / self.decay) / self.factor

    def review(self, good, days):
        self.log += np.log1p(self.growth * (1 - self.recall(days))) if good else -np.log(2)


class MemoryBySearch(Memory):
    """Finds the day by halving, since recall only falls."""

    def days_until(self, retention):
        low, high = 0.0, 2.0**40
        for _ in range(120):
            middle = (low + high) / 2
            low, high = (middle, high) if self.recall(middle) > retention else (low, middle)
        return high


OTHERS = (MemoryByLogs, MemoryBySearch)


def cases(rng):
    told = [(bool(rng.random() < 0.7), float(rng.uniform(0.5, 30))) for _ in range(7)]
    some = np.round(rng.uniform([1, 0.2, 2], [20, 0.9, 8]), 2)
    # With decay 1 the factor is 1/9: recall after S days is 1 / (1 + 1/9) = .9, after 9 S a half.
    return [
        Case("S = 10, decay 1: 10 days for 90 %, 90 days for a half",
             (10.0, 1.0, 5.0, [], 0.5), np.array([1.0, 0.9, 90.0])),
        Case("asked after 10 days, with success: S = 10 * (1 + 5 * 0.1)",
             (10.0, 1.0, 5.0, [(True, 10.0)], 0.9), np.array([1.0, 0.93103448276, 15.0])),
        Case("asked at once: nothing forgotten, nothing grows", (4.0, 1.0, 5.0, [(True, 0)], 0.9)),
        Case("forgotten after 10 days: S = 5", (10.0, 1.0, 5.0, [(False, 10.0)], 0.9)),
        Case("two successes, the second later", (10.0, 0.5, 4.0, [(True, 5), (True, 40)], 0.9)),
        Case("some reviews, another retention", (*some, told, 0.8)),
    ]  # fmt: skip


def observe(kind, case):
    """Recall now and after ten days, and the days until `retention`, after the reviews."""
    stability, decay, growth, reviews, retention = case.inputs
    memory = kind(stability, decay, growth)
    for good, days in reviews:
        memory.review(good, days)
    return np.array([memory.recall(0.0), memory.recall(10.0), memory.days_until(retention)])


PROPERTIES = (
    Property("recall is 1 at once and falls",
             lambda result, *inputs: abs(result[0] - 1) < 1e-6 and result[1] < result[0],
             "recall(0) must be 1, and recall falls: a power with a negative exponent."),
)  # fmt: skip

HINTS = """
    The factor belongs to the decay alone, so work it out once. It makes recall .9 after just
    `stability` days: try that with your own recall.

    days_until turns the formula of recall round: which days make recall equal to `retention`?
    Take the root first, then what is added, then the factor.

    review: how much was forgotten is 1 less recall after those days, with the stability as it was
    until now. Only then change the stability.
"""
MISTAKES = """
    exponential:
      | (1 + self.factor * days / self.stability) ** -self.decay => 0.9 ** (days / self.stability)
      or
      | (1 + self.factor * days / self.stability) ** -self.decay => np.exp(-days / self.stability)
      Your memory fades exponentially. A power law falls faster at first, then ever more slowly.
    grows: ** -self.decay => ** self.decay
      The exponent lacks its minus, so that recall grows with the days.
    factor_without_the_one: 0.9 ** (-1 / decay) - 1 => 0.9 ** (-1 / decay)
      The factor lacks its - 1: after `stability` days recall must be just .9.
    days_as_if_exponential:
      | self.stability / self.factor * (retention ** (-1 / self.decay) - 1) =>
      | self.stability * np.log(retention) / np.log(0.9)
      days_until turns an exponential round. Recall is a power: the root, less 1, the factor.
    always_ninety: (retention ** (-1 / self.decay) - 1) => self.factor
      days_until does not look at `retention`: you return the days until 90 %, for all.
    grows_by_what_is_left: forgotten = 1 - self.recall(days) => forgotten = self.recall(days)
      Success counts by what was still *known*. The more was forgotten, the more it is worth.
    grows_the_same: self.growth * forgotten => self.growth
      Every success counts the same in your answer. It counts by how much was forgotten.
    days_are_added: self.stability *= 1 + self.growth * forgotten => self.stability += days
      You add the days that were waited. Multiply by 1 + growth * forgotten.
    a_lapse_is_nothing: self.stability /= 2 => pass
      What was forgotten keeps its stability in your answer; it is halved.
    begins_anew: self.stability /= 2 => self.stability = 1.0
      After a lapse you begin anew. Something is left: half of the stability.
"""
