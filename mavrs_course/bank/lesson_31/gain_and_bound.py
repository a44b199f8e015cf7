"""31.2 What a patch earns at least.

20 minutes, difficulty 2, 4 points, L31.2
A log has spoken before any viewer sees the patch.
"""

import numpy as np

from mavrs_course.agents.improving import estimate_gain
from mavrs_course.course import Case


def gain_and_bound(reward, new, old, clip, most, risk):
    terms = (np.minimum(new / old, clip) - 1) * reward
    n, doubt, span = len(terms), np.log(2 / risk), clip * most
    wide = np.sqrt(2 * terms.var(ddof=1) * doubt / n)
    low = terms.mean() - wide - 7 * span * doubt / (3 * (n - 1))
    return terms.mean(), low


def gain_by_loops(reward, new, old, clip, most, risk):
    terms = [(min(b / a, clip) - 1) * r for r, b, a in zip(reward, new, old, strict=True)]
    n = len(terms)
    mean = sum(terms) / n
    variance = sum((term - mean) ** 2 for term in terms) / (n - 1)
    doubt = float(np.log(2) - np.log(risk))
    return [mean, mean - (2 * variance * doubt / n) ** 0.5 - 7 * clip * most * doubt / 3 / (n - 1)]


def gain_by_the_library(reward, new, old, clip, most, risk):
    told = estimate_gain(reward, new, old, most=most, risk=risk, clip=clip)
    return told.gain, told.low


OTHERS = (gain_by_loops, gain_by_the_library)
NAMES = ("reward", "new", "old", "clip", "most", "risk")


def cases(rng):
    def some(pages, clip, most, risk):
        old, new = rng.uniform(0.05, 1, pages), rng.uniform(0, 1, pages)
        reward = rng.uniform(0, most, pages) * (rng.random(pages) < 0.6)
        return np.round(reward, 2), np.round(new, 3), np.round(old, 3), clip, most, risk

    two = np.array([2.0, 4.0]), np.array([0.5, 0.1]), np.array([0.1, 0.5])
    # terms 4 and -3.2: V = 25.92, and at risk 2 / e the doubt is 1, the span 12
    return [
        Case("two pages, risk 2 / e so that L is 1", (*two, 3.0, 4.0, 2 / np.e),
             np.array([0.4, 0.4 - np.sqrt(25.92) - 28])),
        Case("the same policy", (two[0], two[2], two[2], 2.0, 10.0, 0.5),
             np.array([0.0, -7 * 20 * np.log(4) / 3])),
        Case("a clip that cuts nothing", (*two, 9.0, 4.0, 0.1)),
        Case("a clip of 1: a loss at best", (*two, 1.0, 4.0, 0.05)),
        Case("no reward at all", (np.zeros(5), *some(5, 1, 1, 1)[1:3], 3.0, 1.0, 0.05)),
        Case("whole rewards", (np.array([0, 3, 1]), np.array([0.9, 0.3, 0.2]),
                               np.array([0.2, 0.6, 0.2]), 3.0, 4.0, 0.2)),
        Case("40 pages", some(40, 4.0, 10.0, 0.05)),
        Case("400 pages, a small clip", some(400, 1.5, 5.0, 0.01)),
        Case("90 pages, rewards up to 1", some(90, 6.0, 1.0, 0.3)),
    ]  # fmt: skip


def observe(answer, case):
    """The gain and its bound: float[2]."""
    gain, low = answer(*case.inputs)
    return np.array([float(gain), float(low)])


HINTS = """
    Begin with the terms, one a page. What is the term of a page if both policies are the same?

    Cut the ratio before you take 1 away. The sample variance is the one with n - 1.

    For the span, take the largest term that is possible less the smallest one: both are in the
    text, and their difference is short.
"""
MISTAKES = """
    value_not_gain: (np.minimum(new / old, clip) - 1) * reward =>
      | np.minimum(new / old, clip) * reward
      You estimate what the new policy earns. Asked for is how much more than the old one: w - 1.
    upside_down: new / old => old / new
      Your weight is old over new. What the new policy shows more often must count more.
    not_cut: np.minimum(new / old, clip) => (new / old)
      The weights are not cut at `clip`.
    cut_after_one: (np.minimum(new / old, clip) - 1) => np.minimum(new / old - 1, clip)
      You cut w - 1. The cut comes first: min(w, clip) - 1.
    cut_terms: (np.minimum(new / old, clip) - 1) * reward =>
      | np.minimum((new / old - 1) * reward, clip)
      You cut the terms. It is the weight that is cut.
    population_variance: terms.var(ddof=1) => terms.var()
      Your variance divides by n. The sample variance divides by n - 1.
    one_over_risk: np.log(2 / risk) => np.log(1 / risk)
      L is ln(2 / risk).
    span_of_rewards: clip * most => most
      or clip * most => (clip - 1) * most
      Your span is too small. A term lies between -most and (clip - 1) most.
    span_of_the_sample: clip * most => np.ptp(terms)
      Your span is that of the terms you saw. A wider one is possible.
    upper_bound: terms.mean() - wide - 7 => terms.mean() + wide + 7
      You return an upper bound. Take both parts away from the mean.
    normal_interval: 7 * span * doubt / (3 * (n - 1)) => 0
      The last part of the bound is missing. Without it, it holds for many pages only.
"""
EQUAL = """
    reward without axes of length 1
    new without axes of length 1
    old without axes of length 1
      There are two pages or more.
"""
