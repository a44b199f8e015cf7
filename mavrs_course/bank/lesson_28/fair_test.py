"""28.4 How often a fair list fails.

25 minutes, difficulty 3, 4 points, L28.4
You can say how often a test at many places rejects what is fair.
"""

import numpy as np

from mavrs_course.agents import failure_probability, prefix_table
from mavrs_course.course import Case


def fair_test(places, share, alpha):
    table, drawn, alive = [], np.ones(1), np.ones(1)
    for _ in range(places):
        drawn = np.append(drawn * (1 - share), 0) + np.append(0, drawn * share)
        alive = np.append(alive * (1 - share), 0) + np.append(0, alive * share)
        needed = int((np.cumsum(drawn) < alpha).sum())
        alive[:needed] = 0
        table.append(needed)
    return np.array(table), 1 - alive.sum()


def fair_test_of_the_library(places, share, alpha):
    table = prefix_table(places, share, alpha)
    return table.tolist(), failure_probability(table, share)


def fair_test_by_first_failures(places, share, alpha):
    """Adds up the chance to fail first at each place, over counts in a dictionary."""
    from math import comb

    table, failed, alive = [], 0.0, {0: 1.0}
    for n in range(1, places + 1):
        sums = np.cumsum([comb(n, m) * share**m * (1 - share) ** (n - m) for m in range(n + 1)])
        table.append(next(m for m in range(n + 1) if sums[m] >= alpha))
        grown = {}
        for count, chance in alive.items():
            for more, part in ((0, 1 - share), (1, share)):
                grown[count + more] = grown.get(count + more, 0.0) + chance * part
        failed += sum(chance for count, chance in grown.items() if count < table[-1])
        alive = {count: chance for count, chance in grown.items() if count >= table[-1]}
    return table, failed


OTHERS = (fair_test_of_the_library, fair_test_by_first_failures)


def cases(rng):
    share, alpha = np.round(rng.uniform(0.25, 0.7), 3), np.round(rng.uniform(0.05, 0.3), 3)
    return [
        Case("two places, share 0.5, alpha 0.3", (2, 0.5, 0.3), np.array([0, 1, 0.25])),
        Case("one place", (1, 0.5, 0.1), np.array([0, 0.0])),
        Case("alpha 0.25: 0 of 2 have a probability of exactly that", (2, 0.5, 0.25),
             np.array([0, 0, 0.0])),
        Case("three places, share 0.5, alpha 0.3: fails at the second, or not at all",
             (3, 0.5, 0.3), np.array([0, 1, 1, 0.25])),
        Case("a large share: the first must be protected", (2, 0.75, 0.3)),
        Case("six places, share 0.5, alpha 0.2", (6, 0.5, 0.2)),
        Case("20 places, share 0.25, alpha 0.1", (20, 0.25, 0.1)),
        Case("30 places, share 0.3, alpha 0.05", (30, 0.3, 0.05)),
        Case("some share and alpha", (17, float(share), float(alpha))),
    ]  # fmt: skip


def observe(answer, case):
    """The table, then the chance: float[places + 1]."""
    table, chance = answer(*case.inputs)
    return np.append(np.asarray(table, dtype=float), float(chance))


HINTS = """
    You need two distributions over the number of protected: one of all lists, for the table, and
    one of the lists that have passed every test so far.

    One place more: each number stays with chance 1 - share, or grows by one with chance share. That
    is two shifted copies added.

    After each place, what is below the table is set to 0 in the distribution of those that passed.
    What is missing from 1 at the end has failed.
"""
MISTAKES = """
    more_than_alpha: np.cumsum(drawn) < alpha => np.cumsum(drawn) <= alpha
      Where the probability is exactly alpha you ask for one more. "At least" includes it.
    the_other_end: np.cumsum(drawn) < alpha => np.cumsum(drawn) < 1 - alpha
      You ask for as many as a fair list seldom exceeds. Ask for what it seldom falls below.
    one_too_many: alive[:needed] = 0 => alive[: needed + 1] = 0
      A list with exactly as many as the table asks has passed, and you fail it.
    one_too_few: alive[:needed] = 0 => alive[: max(needed - 1, 0)] = 0
      A list with one fewer than the table asks has failed, and you let it pass.
    last_place_only: alive[:needed] = 0 => alive[: needed if len(table) == places - 1 else 0] = 0
      You test at the last place alone. A list may fail at any place.
    chance_to_pass: 1 - alive.sum() => alive.sum()
      You return the chance to pass. Asked for is the chance to fail.
    shares_exchanged:
      | drawn = np.append(drawn * (1 - share), 0) + np.append(0, drawn * share) =>
      | drawn = np.append(drawn * share, 0) + np.append(0, drawn * (1 - share));
      | alive = np.append(alive * (1 - share), 0) + np.append(0, alive * share) =>
      | alive = np.append(alive * share, 0) + np.append(0, alive * (1 - share))
      Your places are protected with chance 1 - share.
    table_of_survivors: np.cumsum(drawn) < alpha => np.cumsum(alive) < alpha
      Your table looks at the lists that passed so far. It is the quantile of all fair lists.
    single_chance: int((np.cumsum(drawn) < alpha).sum()) => int(np.argmax(drawn >= alpha))
      You look for one number that is likely enough. It is "m or fewer": add them up.
    nobody_dies: alive[:needed] = 0 =>
      No list ever fails. Set to 0 what is below the table, after each place.
    the_mean: int((np.cumsum(drawn) < alpha).sum()) => round(len(drawn[1:]) * share)
      You ask for the mean number of protected. Half of all fair lists have fewer.
    tests_as_if_independent:
      You multiply the chances to pass at each place. The counts share their places, so they are
      not independent: follow the lists.
    worst_place:
      You return the chance at the worst place alone. A list that passes there may fail elsewhere.
"""


def _by_place(places, share, alpha):
    table, drawn, fails = [], np.ones(1), []
    for _ in range(places):
        drawn = np.append(drawn * (1 - share), 0) + np.append(0, drawn * share)
        table.append(int((np.cumsum(drawn) < alpha).sum()))
        fails.append(drawn[: table[-1]].sum())
    return np.array(table), np.array(fails)


def tests_as_if_independent(places, share, alpha):
    table, fails = _by_place(places, share, alpha)
    return table, 1 - np.prod(1 - fails)


def worst_place(places, share, alpha):
    table, fails = _by_place(places, share, alpha)
    return table, fails.max()
