"""23.4 Keep it or throw it away.

20 minutes, difficulty 2, 4 points, L23.4
Good arms are kept, the rest is thrown away before it costs anything.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.world.live import best_rate


class Picker:
    def __init__(self, death, failures):
        self.bound = 1 / (1 + np.sqrt(death))
        self.failures = failures
        self.arm, self.pulled, self.failed = 0, 0, 0

    def told(self, won, died):
        self.pulled += 1
        self.failed += not won
        share = 1 - self.failed / self.pulled
        poor = self.failed >= self.failures and share < self.bound
        if died or poor:
            self.arm, self.pulled, self.failed = self.arm + 1, 0, 0


class PickerWithHistory:
    def __init__(self, death, failures):
        self.bound, self.failures = best_rate(death), failures
        self.seen = [[]]

    @property
    def arm(self):
        return len(self.seen) - 1

    def told(self, won, died):
        now = self.seen[-1]
        now.append(bool(won))
        good = np.mean(now) >= self.bound
        if died or (now.count(False) >= self.failures and not good):
            self.seen.append([])


class PickerByWins:
    def __init__(self, death, failures):
        self.bound, self.failures, self.arm = (1 + death**0.5) ** -1, failures, 0
        self.wins = self.losses = 0

    def told(self, won, died):
        self.wins += bool(won)
        self.losses += not won
        good = self.wins >= self.bound * (self.wins + self.losses)
        if died or not (good or self.losses < self.failures):
            self.arm += 1
            self.wins = self.losses = 0


OTHERS = (PickerWithHistory, PickerByWins)


def cases(rng):
    def life(pulls, death):
        return [(bool(w), bool(d)) for w, d in zip(rng.random(pulls) < 0.7,
                rng.random(pulls) < death, strict=True)]  # fmt: skip

    won, lost = (True, False), (False, False)
    return [
        Case("p = 0.25, dropped at the first failure: lost, then won, then lost",
             (0.25, 1, [lost, won, lost]), [2 / 3, 1, 1, 2]),
        Case("p = 0.04, first failure: four wins and a failure are not 5 in 6",
             (0.04, 1, [won, won, won, won, lost]), [5 / 6, 0, 0, 0, 0, 1]),
        Case("p = 0.25, first failure: three wins and a failure are above 2 in 3",
             (0.25, 1, [won, won, won, lost, lost]), [2 / 3, 0, 0, 0, 0, 1]),
        Case("p = 0.25, second failure: one is not enough, nor on the next arm",
             (0.25, 2, [lost, lost, lost, won, lost]), [2 / 3, 0, 1, 1, 1, 2]),
        Case("an arm that dies after a win", (0.25, 3, [won, (True, True), won]),
             [2 / 3, 0, 1, 1]),
        Case("it dies with a failure", (0.25, 1, [(False, True), won]), [2 / 3, 1, 1]),
        Case("wins between failures do not wipe them out",
             (0.25, 2, [lost, won, lost, lost]), [2 / 3, 0, 0, 1, 1]),
        Case("a long life, p = 0.01", (0.01, 3, life(80, 0.01))),
        Case("short lives, p = 0.1", (0.1, 2, life(80, 0.1))),
    ]  # fmt: skip


def observe(kind, case):
    """The bound, then the number of the arm to pull after each event (won, died)."""
    death, failures, events = case.inputs
    picker = kind(death, failures)
    seen = [float(picker.bound)]
    for won, died in events:
        picker.told(won, died)
        seen.append(float(picker.arm))
    return np.array(seen)


HINTS = """
    Of the arm in hand you need two numbers: how often it was pulled, and how often it failed. A
    fresh arm has neither.

    After each pull, count first. Then ask two questions: did it die, or is it poor? It is poor when
    it has had its failures and its share of successes is below the bound.

    The bound is the best rate that anybody can reach, 1 / (1 + root of p). An arm as good as that
    is kept in spite of its failures; whatever the reason for leaving, the next arm starts clean.
"""
MISTAKES = """
    without_the_root: np.sqrt(death) => death
      The bound is 1 / (1 + root of p). You have 1 / (1 + p), which is more than anybody can reach.
    bound_upside_down: 1 / (1 + np.sqrt(death)) => 1 - np.sqrt(death)
      or 1 / (1 + np.sqrt(death)) => np.sqrt(death) / (1 + np.sqrt(death))
      The bound is 1 / (1 + root of p).
    throws_good_ones_away: self.failed >= self.failures and share < self.bound => self.failed >= self.failures
      An arm that has its failures is kept all the same if its share of successes is at the bound or
      above.
    by_the_share_alone: self.failed >= self.failures and share < self.bound => share < self.bound
      An arm below the bound is thrown away only when it has had its failures.
    counts_pulls: self.failed >= self.failures => self.pulled >= self.failures
      You count pulls. An arm may go when it has *failed* so often.
    mourns_nobody: if died or poor => if poor
      A dead arm is pulled again in your answer. When it dies, a fresh one takes its place.
    only_the_dead: if died or poor => if died
      You never throw a living arm away.
    failures_are_inherited: self.arm + 1, 0, 0 => self.arm + 1, 0, self.failed
      The next arm inherits failures. It starts with none.
    pulls_are_inherited: self.arm + 1, 0, 0 => self.arm + 1, self.pulled, 0
      The next arm inherits pulls, so that its share is wrong. It starts with none.
    counts_successes: self.failed += not won => self.failed += won
      You count successes as failures.
    in_a_row: self.failed += not won => self.failed = 0 if won else self.failed + 1
      You count failures in a row. A success does not wipe out those before it.
    judges_before_counting:
      | self.failed += not won
      | share = 1 - self.failed / self.pulled =>
      | share = 1 - self.failed / self.pulled
      | self.failed += not won
      The share leaves out the failure that has just come. Count first, then judge.
"""  # noqa: E501
EQUAL = r"""
    share < self.bound => share <= self.bound | poor = self.failed >= self.failures and share < self.bound
      No case has a share that is exactly the bound: it is a square root, and rounding would decide.
"""  # noqa: E501
