"""25.3 Three senses that judge each other.

25 minutes, difficulty 3, 5 points, L25.3
A whole component: it learns how precise each sense is without a single true answer.
"""

import numpy as np

from mavrs_course.agents.video_understanding import precision_weighted
from mavrs_course.course import Case


class Hat:
    def __init__(self, least=0.01):
        self.least = least
        self.precision = np.ones(3)

    def learn(self, said):
        a, b, c = np.asarray(said, dtype=float).T
        ab, ac, bc = ((a - b) ** 2).mean(), ((a - c) ** 2).mean(), ((b - c) ** 2).mean()
        variance = np.array([ab + ac - bc, ab + bc - ac, ac + bc - ab]) / 2
        self.precision = 1 / np.maximum(variance, self.least)

    def join(self, said, present):
        weight = np.where(present, self.precision, 0.0)
        heard = np.where(present, said, 0.0)
        total = weight.sum()
        mean = (weight * heard).sum() / total if total > 0 else 0.0
        return mean, total


class HatByEquations(Hat):
    """Solves the three equations, and joins with a loop."""

    def learn(self, said):
        pairs = ((0, 1), (0, 2), (1, 2))
        left = np.array([[1.0, 1, 0], [1, 0, 1], [0, 1, 1]])
        right = [np.mean([(row[i] - row[j]) ** 2 for row in said]) for i, j in pairs]
        variance = np.linalg.solve(left, np.array(right))
        self.precision = np.array([1 / max(one, self.least) for one in variance])

    def join(self, said, present):
        top = total = 0.0
        for one, here, weight in zip(said, present, self.precision, strict=True):
            if here:
                top, total = top + one * weight, total + weight
        return (top / total if total else 0), total


class HatOfTheLibrary(Hat):
    def join(self, said, present):
        mean, total = precision_weighted(said, self.precision * np.asarray(present))
        return float(mean), float(total)


OTHERS = (HatByEquations, HatOfTheLibrary)
NAMES = ("least", "said", "new", "present")


def cases(rng):
    # Mean squared differences of 1, 4 and 5, so variances of 0, 1 and 4.
    few = np.array([[0.0, 1.0, 2.0], [4.0, 3.0, 6.0]])
    all_there = [True, True, True]

    def some(deviations, things=200):
        truth = rng.normal(size=(things, 1))
        return truth + np.array(deviations) * rng.normal(size=(things, 3))

    return [
        Case("before it has learned: all alike", (0.01, None, [3.0, 6.0, 0.0], all_there),
             [1, 1, 1, 3, 3]),
        Case("(0, 1, 2) and (4, 3, 6), a least variance of 0.5",
             (0.5, few, [1.0, 2.0, 3.0], all_there),
             [2, 1, 0.25, 4.75 / 3.25, 3.25]),
        Case("the same, the first missing (nan)",
             (0.5, few, [np.nan, 2.0, 5.0], [False, True, True]),
             [2, 1, 0.25, 2.6, 1.25]),
        Case("the same, only the last is there", (0.5, few, [9.0, 9.0, 5.0], [False, False, True]),
             [2, 1, 0.25, 5, 0.25]),
        Case("the same, all missing", (0.5, few, [np.nan] * 3, [False] * 3), [2, 1, 0.25, 0, 0]),
        Case("senses that always agree", (0.01, np.ones((4, 3)), [1.0, 2.0, 6.0], all_there),
             [100, 100, 100, 3, 300]),
        Case("one thing only", (0.1, np.array([[0.0, 2.0, 3.0]]), [0.0, 1.0, 1.0], all_there)),
        Case("two hundred things", (0.01, some((0.3, 0.6, 1.2)), [1.0, 0.0, 2.0], all_there)),
        Case("two hundred things, the best sense last",
             (0.01, some((2.0, 1.0, 0.2)), [1.0, 0.5, np.nan], [True, True, False])),
        Case("a noise that all three share does not show", (0.01, some((0.4, 0.5, 0.6)) + 5,
             [2.0, 2.0, 3.0], all_there)),
    ]  # fmt: skip


def observe(kind, case):
    """The three precisions, then the mean and the precision of one joint answer."""
    least, said, new, present = case.inputs
    hat = kind(least)
    if said is not None:
        hat.learn(said)
    mean, total = hat.join(np.array(new), np.array(present))
    return np.array([*hat.precision, mean, total], dtype=float)


HINTS = """
    Columns of `said` are senses. The mean squared difference of two of them is the sum of their two
    variances, as the truth cancels and errors are independent.

    Three sums, three unknowns. Add the two sums in which a sense takes part and take away the
    third: what is left is twice its variance. None may be below `least`. A precision is 1 over it.

    join: give a missing sense the weight 0 and the value 0 before you multiply, as 0 times nan is
    nan. The joint precision is the sum of the weights; where it is 0 the mean is 0.
"""
MISTAKES = """
    not_halved: ab + bc - ac, ac + bc - ab]) / 2 => ab + bc - ac, ac + bc - ab])
      Your variances are twice too large: two sums less the third give 2 v.
    weights_by_variance: 1 / np.maximum(variance, self.least) => np.maximum(variance, self.least)
      You keep the variance. A precision is one over it: noisy senses count less.
    by_deviation:
      | 1 / np.maximum(variance, self.least) => 1 / np.sqrt(np.maximum(variance, self.least))
      You divide by the standard deviation. The precision is one over the variance.
    without_least: 1 / np.maximum(variance, self.least) => 1 / variance
      or 1 / np.maximum(variance, self.least) => 1 / np.where(variance > 0, variance, self.least)
      or 1 / np.maximum(variance, self.least) => 1 / np.where(variance < 0, self.least, variance)
      A variance may come out at 0, below it, or tiny. None is below `least`.
    least_of_the_precision:
      | 1 / np.maximum(variance, self.least) =>
      |     np.maximum(1 / np.maximum(variance, 1e-12), self.least)
      or 1 / np.maximum(variance, self.least) => np.maximum(1 / variance, self.least)
      `least` holds for the variance, and not for the precision.
    plain_spread:
      | variance = np.array([ab + ac - bc, ab + bc - ac, ac + bc - ab]) / 2 =>
      |     variance = np.var([a, b, c], axis=1)
      That is the spread of what a sense says, the truth included. Only differences are free of it.
    pairs_mixed_up:
      | ab + ac - bc, ab + bc - ac, ac + bc - ab => ab + ac - bc, ac + bc - ab, ab + bc - ac
      The second and the third sense have changed places: `b` stands in ab and bc.
    pair_for_sense:
      | np.array([ab + ac - bc, ab + bc - ac, ac + bc - ab]) / 2 => np.array([ab, ac, bc])
      These are the three pairs, each the sum of two variances. Solve for one variance a sense.
    absolute_differences:
      | ((a - b) ** 2).mean(), ((a - c) ** 2).mean(), ((b - c) ** 2).mean() =>
      |     abs(a - b).mean(), abs(a - c).mean(), abs(b - c).mean()
      You take absolute differences. Variances add up, so take squares.
    spread_of_differences:
      | ((a - b) ** 2).mean(), ((a - c) ** 2).mean(), ((b - c) ** 2).mean() =>
      |     (a - b).var(), (a - c).var(), (b - c).var()
      You take the variance of the differences. Take the mean of their squares, as the text says.
    summed_up:
      | ((a - b) ** 2).mean(), ((a - c) ** 2).mean(), ((b - c) ** 2).mean() =>
      |     ((a - b) ** 2).sum(), ((a - c) ** 2).sum(), ((b - c) ** 2).sum()
      You add up over things, so that senses look noisier the more there are. Take the mean.
    hears_the_missing:
      | np.where(present, self.precision, 0.0) => self.precision;
      | np.where(present, said, 0.0) => np.nan_to_num(said)
      or np.where(present, self.precision, 0.0) => self.precision
      A missing sense still has its weight, so that it says 0. Its precision here is 0.
    nan_gets_through: np.where(present, said, 0.0) => np.asarray(said)
      0 times nan is nan. Put a number where a sense is missing before you multiply.
    plain_mean: (weight * heard).sum() / total => heard.sum() / max(np.sum(present), 1)
      You take the plain mean of those that are there. Weigh each by its precision.
    divides_by_all: (weight * heard).sum() / total => (weight * heard).sum() / self.precision.sum()
      You divide by the precisions of all senses. Divide by those that are there.
    mean_precision: return mean, total => return mean, total / max(np.sum(present), 1)
      The joint precision is the sum: three senses know more than each of them.
    deviation_for_precision: return mean, total => return mean, total ** -0.5 if total else 0.0
      The second number is the precision, the sum of the weights, not the deviation.
"""
EQUAL = r"""
    join.said with NaN as 0
      NaN stands where a sense is missing, and what stands there does not count.
    join.said without axes of length 1
    join.present without axes of length 1
      There are always three senses.
    self.precision = np.ones(3) => self.precision = globals().setdefault('_shared_precision', np.ones(3))
      learn puts another array in its place, and nobody writes into this one.
    0.01 => 0.115 | def __init__(self, least=0.01)
    0.01 => -0.11 | def __init__(self, least=0.01)
      Every case hands over a least of its own.
    0.0 => 0.1 | heard = np.where(present, said, 0.0)
    0.0 => -0.1 | heard = np.where(present, said, 0.0)
      What is absent has no weight, so that any finite number may stand there.
"""  # noqa: E501
