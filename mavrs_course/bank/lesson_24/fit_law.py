"""24.1 The law of a team.

20 minutes, difficulty 2, 4 points, L24.1
From a handful of measurements you can say beyond which size a team only gets slower.
"""

import numpy as np

from mavrs_course.course import Case


def fit_law(agents, throughput):
    columns = np.column_stack([np.ones(len(agents)), agents - 1, agents * (agents - 1)])
    weight = throughput / agents
    rows = columns * weight[:, None]
    one, each, pair = np.linalg.solve(rows.T @ rows, rows.sum(axis=0))
    sigma, kappa = each / one, pair / one
    peak = np.inf
    if kappa > 1e-9:
        peak = max(1.0, np.sqrt(max(0.0, 1 - sigma) / kappa))
    return np.array([sigma, kappa, 1 / one, peak])


def fit_law_by_a_parabola(agents, throughput):
    """R is a parabola in N; its three coefficients are mixtures of the three that are asked for."""
    agents, throughput = np.asarray(agents, float), np.asarray(throughput, float)
    square, line, rest = np.polyfit(agents, agents / throughput, 2, w=throughput / agents)
    each = line + square
    one = rest + each
    sigma, kappa = each / one, square / one
    if kappa <= 1e-9:
        return [sigma, kappa, 1 / one, np.inf]
    return [sigma, kappa, 1 / one, max(1.0, (max(1 - sigma, 0.0) / kappa) ** 0.5)]


def fit_law_by_least_squares(agents, throughput):
    agents, throughput = np.array(agents, float), np.array(throughput, float)
    x = np.array([np.ones(len(agents)), agents - 1, agents**2 - agents]) * (throughput / agents)
    one, each, pair = np.linalg.lstsq(x.T, np.ones(len(agents)), rcond=None)[0]
    peak = np.inf
    if pair / one > 1e-9:
        peak = np.sqrt((one - each) / pair) if each < one else 0.0
    return each / one, pair / one, 1 / one, max(1.0, peak)


OTHERS = (fit_law_by_a_parabola, fit_law_by_least_squares)
NAMES = ("agents", "throughput")
ABOUT = np.array([1, 2, 4, 6, 8, 10], dtype=float)


def cases(rng):
    def made(sigma, kappa, rate, agents=ABOUT, noise=0.0):
        load = 1 + sigma * (agents - 1) + kappa * agents * (agents - 1)
        x = rate * agents / load * (1 + noise * rng.standard_normal(len(agents)))
        return agents.copy(), np.round(x, 9)

    return [
        Case("a law with sigma 0.2, kappa 0.05, 1 a second", made(0.2, 0.05, 1.0),
             [0.2, 0.05, 1.0, 4.0]),
        Case("the same, a thousand times as fast", made(0.2, 0.05, 1000.0),
             [0.2, 0.05, 1000.0, 4.0]),
        Case("all wait for one: past its peak from the first", made(1.2, 0.01, 50.0),
             [1.2, 0.01, 50.0, 1.0]),
        Case("much talk: the peak would be below 1", made(0.5, 2.0, 50.0), [0.5, 2.0, 50.0, 1.0]),
        Case("nobody talks and nobody waits", (ABOUT.copy(), 3 * ABOUT), [0.0, 0.0, 3.0, np.inf]),
        Case("a ceiling and no peak", (np.array([1.0, 2, 4]), np.array([6.0, 8, 9.6])),
             [0.5, 0.0, 6.0, np.inf]),
        Case("pairs that save work: kappa below 0",
             (np.array([1.0, 2, 3]), np.array([1.0, 1.6, 2.5])), [0.55, -0.15, 1.0, np.inf]),
        Case("from 3 agents on", made(0.1, 0.02, 7.0, np.array([3.0, 5, 9, 17]))),
        Case("measured, with noise", made(0.03, 0.004, 900.0, 2.0 ** np.arange(8), noise=0.05)),
        Case("measured, with more noise", made(0.1, 0.002, 40.0, np.arange(1.0, 21), noise=0.15)),
    ]  # fmt: skip


def observe(answer, case):
    found = np.array(answer(*case.inputs), dtype=float)
    small = np.abs(found) < 1e-9  # what a fit leaves of 0
    if found.shape == (4,) and found[0] >= 1 and found[1] <= 1e-9:
        found[3] = np.inf  # both rules hold, and the text does not say which comes first
    return np.where(small, 0.0, found)


HINTS = """
    Divide the law into agents: N / X is a sum of three terms, each an unknown times what you know.

    The three columns are 1, N - 1 and N (N - 1); their coefficients are 1 / rate, sigma / rate and
    kappa / rate. Multiply each row of the system, both of its sides, by X / N: then the errors are
    relative ones.

    The peak has two exceptions: no talk, no peak; and nobody has fewer agents than one. Guard the
    square root before it sees a number below 0.
"""
MISTAKES = """
    absolute_errors:
      | rows = columns * weight[:, None] => rows = columns;
      | rows.sum(axis=0) => rows.T @ (agents / throughput)
      Your rows count by their absolute errors. Multiply both sides of each row by X / N.
    weighs_one_side: columns * weight[:, None] => columns
      You multiply one side of the rows only, so that they state something else.
    the_law_upside_down: weight = throughput / agents => weight = agents / throughput
      You multiply rows by N / X. What makes N / X into 1 is X / N.
    no_minus_one: np.ones(len(agents)), agents - 1, => np.ones(len(agents)), agents,
      The second column is N - 1: one agent alone waits for nobody.
    pairs_with_oneself: agents * (agents - 1)]) => agents * agents])
      The third column is N (N - 1): nobody talks with themselves.
    half_of_the_pairs: agents * (agents - 1)]) => agents * (agents - 1) / 2])
      You count each pair once. In the law kappa goes with N (N - 1), both directions.
    not_divided: sigma, kappa = each / one, pair / one => sigma, kappa = each, pair
      The coefficients are sigma / rate and kappa / rate: divide by the first.
    time_of_one: 1 / one, peak]) => one, peak])
      The third number is the time of one, 1 / rate. The rate is asked for.
    exchanged: np.array([sigma, kappa, => np.array([kappa, sigma,
      sigma and kappa have changed places.
    peak_of_amdahl: 1 - sigma) / kappa => 1.0) / kappa
      The peak is the root of (1 - sigma) / kappa. You leave sigma out.
    no_root: np.sqrt(max(0.0, 1 - sigma) / kappa) => max(0.0, 1 - sigma) / kappa
      The peak is a square root.
    peak_without_talk: sigma) / kappa => sigma) / abs(kappa); kappa > 1e-9 => True
      Without talk, or with a kappa below 0, there is no peak: it is infinite.
    fewer_than_one: max(1.0, np.sqrt => max(0.0, np.sqrt
      A peak below one agent came out. Nobody has fewer than one.
    whole_agents:
      | max(1.0, np.sqrt(max(0.0, 1 - sigma) / kappa)) =>
      |     np.rint(max(1.0, np.sqrt(max(0.0, 1 - sigma) / kappa)))
      You round the peak. It is asked for as it comes.
"""
EQUAL = r"""
    kappa > 1e-09 => kappa >= 1e-09 | if kappa > 1e-09
      A kappa of exactly 1e-9 does not come out of a fit.
    0.0 => -0.1 | peak = max(1.0, np.sqrt(max(0.0, 1 - sigma) / kappa))
      The root of a number below 0 is NaN, and max(1.0, NaN) is 1.
    agents as whole numbers
      Agents are counted.
    agents without axes of length 1
    throughput without axes of length 1
      There are at least three rows.
"""
