"""21.1 What a look is worth.

15 minutes, difficulty 2, 3 points, L21.1
Now you know which box to open first, also where it is probably empty.
"""

import numpy as np

from mavrs_course.course import Case, Property


def reservation_value(cost, contents, chances):
    best_first = np.argsort(-contents)
    held, likely = contents[best_first], chances[best_first]
    gain = np.cumsum(held * likely) - cost
    return float(np.max(gain / np.cumsum(likely)))


def reservation_by_halving(cost, contents, chances):
    low, high = min(contents) - cost, max(contents)
    for _ in range(200):
        middle = (low + high) / 2
        gain = sum(p * max(x - middle, 0) for x, p in zip(contents, chances, strict=True))
        low, high = (middle, high) if gain > cost else (low, middle)
    return high


def reservation_by_cases(cost, contents, chances):
    """The zero of the straight line of those contents that lie above it."""
    for bound in np.sort(contents):
        above = contents >= bound
        z = (contents[above] @ chances[above] - cost) / chances[above].sum()
        if z <= bound and not np.any((contents < bound) & (contents > z)):
            return z
    return None


OTHERS = (reservation_by_halving, reservation_by_cases)


def cases(rng):
    def some(contents):
        return rng.uniform(1, 9), rng.normal(0, 20, contents), rng.dirichlet(np.ones(contents))

    return [
        Case("alpha: 15 for 100 or 55",
             (15.0, np.array([100.0, 55.0]), np.array([0.5, 0.5])), 70.0),
        Case("omega: 20 for 240, one time in five",
             (20.0, np.array([0.0, 240.0]), np.array([0.8, 0.2])), 140.0),
        Case("no surprise: 30, always", (4.0, np.array([30.0]), np.array([1.0])), 26.0),
        # (50 p .1 + 30 p .4 - 6) / .5 = 22, above the 10 that is left
        Case("three contents, in no order",
             (6.0, np.array([30.0, 10.0, 50.0]), np.array([0.4, 0.5, 0.1])), 22.0),
        Case("z below 0, and below all that may be inside",
             (8.0, np.array([-10.0, 4.0]), np.array([0.7, 0.3])), -13.8),
        Case("nine contents", some(9)),
    ]  # fmt: skip


def _pays(z, cost, contents, chances):
    return np.isclose(np.maximum(contents - z, 0) @ chances, cost, atol=1e-4)


PROPERTIES = (
    Property("with z in hand, a look brings what it costs", _pays,
             "With your z in hand a look does not bring what it costs: cost = E[max(X - z, 0)]."),
)  # fmt: skip

HINTS = """
    With z in hand, a content x brings x - z where it is above z, and nothing where it is not.
    The mean of that must be the cost.

    The mean falls as z rises. So z can be found by halving a bracket: from below the lowest
    content less the cost (where a look brings too much) up to the highest content.

    Without halving: if just the k highest contents lie above z, a straight line in z is to be 0.
    Solve it for each k. The largest of these zeros is the answer.
"""
MISTAKES = """
    mean_less_cost: np.max(gain / np.cumsum(likely)) => gain[-1]
      This is what the box is worth alone. With z in hand, only what lies above z adds anything.
    best_less_cost: np.max(gain / np.cumsum(likely)) => held[0] - cost
      You take the highest content as if it were certain. Weigh what lies above z by its chance.
    only_the_best: np.max(gain / np.cumsum(likely)) => gain[0] / likely[0]
      Only the highest content is taken to lie above z. Where z is below the second, it adds too.
    cut_off_below: np.max(gain / np.cumsum(likely)) => max(gain[-1], held[-1])
      or np.max(gain / np.cumsum(likely)) => max(0.0, np.max(gain / np.cumsum(likely)))
      z is cut off at 0 or at the lowest content. If the look is dear, it lies below both.
    smallest_zero: np.max(gain => np.min(gain
      You take the smallest of the zeros. The largest of the straight lines has the largest zero.
    not_sorted_together: np.argsort(-contents) => np.arange(len(contents))
      or contents[best_first], chances[best_first] => contents[best_first], chances
      Sort the contents, the highest first, and the chances with them.
    cost_added: - cost => + cost
      The cost is added. It has to come out of what lies above z, so that a dear box has a low z.
    wrong_division: np.max(gain / np.cumsum(likely)) => np.max(gain)
      or gain / np.cumsum(likely) => gain / likely
      z is paid in all cases that lie above it: divide by the sum of their chances.
    chances_ignored: chances[best_first] => np.full(len(contents), 1 / len(contents))
      All contents count as equally likely. Use `chances`.
    which_not_how_much: np.max(gain / np.cumsum(likely)) => np.argmax(gain / np.cumsum(likely))
      You return which of the zeros is the largest. The zero itself is asked for.
"""
