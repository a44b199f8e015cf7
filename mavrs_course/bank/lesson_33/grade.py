"""33.4 Stop when nothing can change.

25 minutes, difficulty 3, 4 points, L33.4
A grader that plays few rounds where the case is clear, and may look after each one.
"""

import numpy as np

from mavrs_course.arena import scoring
from mavrs_course.course import Case


def grade(gaps, bars, least):
    for rounds in range(1, len(gaps) + 1):
        seen, prior = gaps[:rounds], 1 + 4 * rounds
        root = (np.sqrt(prior) / 0.05) ** (2 / rounds)
        half = np.inf
        if root < prior:
            reach = np.sqrt((rounds - 1) * (root - 1) / (1 - root / prior))
            half = reach * seen.std(ddof=1) / np.sqrt(rounds)
        low, high = seen.mean() - half, seen.mean() + half
        if rounds >= least and all((bars < low) | (bars > high)):
            break
    return rounds, int((low > bars).sum())


def grade_by_the_library(gaps, bars, least):
    for rounds in range(least, len(gaps) + 1):
        low, high = scoring.interval(gaps[:rounds])
        if scoring.decided(low, high, bars):
            break
    return rounds, scoring.points_for(low, bars)


OTHERS = (grade_by_the_library,)
NAMES = ("gaps", "bars", "least")
PARTS = ("the rounds played", "the points")


def cases(rng):
    def some(count, mean, spread, *bars, least=4):
        return np.round(rng.normal(mean, spread, count), 3), np.array(bars), least

    alike = np.array([0.35, 0.45] * 8)
    return [
        Case("0.35 and 0.45 in turn, a bar far below", (alike, np.array([-5.0]), 2)),
        Case("a bar far above", (alike, np.array([5.0]), 2)),
        Case("one round: nothing is known", (np.array([0.9]), np.array([0.15]), 1), (1, 0)),
        Case("three rounds are too few for anything",
             (np.array([0.5, 0.6, 0.5]), np.array([0.15]), 1), (3, 0)),
        Case("decided at once, but at least ten are played", (alike, np.array([-5.0]), 10)),
        Case("all alike, and a bar exactly there",
             (np.full(9, 0.5), np.array([0.15, 0.5, 0.7]), 2), (9, 1)),
        Case("a ruler of bars", (alike[:4], np.linspace(0, 0.4, 4_001), 2)),
        Case("a bar in the interval to the end", (alike, np.array([0.4]), 2), (16, 0)),
        Case("one bar is decided early, the other never", (alike, np.array([-2.0, 0.39]), 2),
             (16, 1)),
        Case("a bar above, and a bar below", (alike, np.array([-0.5, 1.5]), 2)),
        Case("twenty rounds, two bars", some(20, 0.5, 0.2, 0.15, 0.42)),
        Case("thirty rounds, clear", some(30, 0.7, 0.15, 0.15, 0.4)),
        Case("thirty rounds, below", some(30, 0.02, 0.1, 0.15, 0.4)),
        Case("twelve rounds, near the bar", some(12, 0.2, 0.2, 0.15, 0.5, least=1)),
        Case("one bar", some(24, 0.4, 0.3, 0.15)),
    ]  # fmt: skip


def observe(answer, case):
    rounds, points = answer(*case.inputs)
    return int(rounds), int(points)


HINTS = """
    Write the interval as a function of the rounds seen so far, and try it on the first four.

    Undecided means that some bar is inside the interval. A bar below it is passed, a bar above it
    is out of reach, and more rounds are needed for neither.

    Loop over the number of rounds. Stop where enough were played and every bar is decided; where
    that never happens, all rounds were played, and points are given as the interval then stands.
"""
MISTAKES = """
    first_rounds_do_not_matter: rounds >= least and => rounds > 1 and
      You stop before the least number of rounds was played.
    never_stops: all((bars < low) | (bars > high)) => False
      You play all rounds, always. Stop when every bar is outside the interval.
    stops_when_passed: all((bars < low) | (bars > high)) => all(bars < low)
      You stop only when every bar is passed. A bar above the interval is decided too.
    stops_when_one_is_decided: all((bars < low) | (bars > high)) =>
      | any((bars < low) | (bars > high))
      You stop when one bar is decided. Every bar must be.
    mean_clears_the_bar: (low > bars).sum() => (seen.mean() > bars).sum()
      You give points for the mean. The whole interval must be above the bar.
    own_deviation: seen.std(ddof=1) => seen.std()
      You take the deviation with n. Of a sample it is with n - 1.
    spread_of_rounds: / np.sqrt(rounds) =>
      Your interval is that of a single round. The mean of n rounds is surer by the root of n.
    student: reach = np.sqrt((rounds - 1) * (root - 1) / (1 - root / prior)) =>
      | reach = __import__("scipy.stats").stats.t.ppf(0.975, rounds - 1)
      You take Student's quantile. It holds for one look; who looks after each round and stops at
      the first success is wrong far more often.
"""
EQUAL = """
    if root < prior: reach = np.sqrt((rounds - 1) * (root - 1) / (1 - ro … => if True: reach = np.sqrt((rounds - 1) * (root - 1) / (1 - root / pri …
      There the root is of a negative number, and decides nothing either.
    root < prior => root <= prior | if root < prior
      They are never exactly equal.
    low > bars => low >= bars | return (rounds, int((low > bars).sum()))
      With noise, the end of an interval is never exactly a bar; without, a bar there is undecided.
"""  # noqa: E501
