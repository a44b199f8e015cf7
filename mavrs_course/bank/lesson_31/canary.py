"""31.3 A canary.

30 minutes, difficulty 3, 5 points, L31.3
Viewers are protected from a bad patch, and the platform from a lucky one.
"""

import numpy as np

from mavrs_course.course import Case


class Canary:
    def __init__(self, variance, effect, risk, cap, pairs):
        self.s2, self.t = 2 * variance, effect**2
        self.limit = np.log(1 / risk)
        self.cap, self.pairs = cap, pairs
        self.n, self.total, self.verdict = 0, 0.0, None

    def watch(self, new, old):
        if self.verdict is not None:
            return self.verdict
        self.n += len(new)
        self.total += np.sum(np.subtract(new, old))
        spread = self.s2 + self.n * self.t
        bet = self.t * self.total**2 / (2 * self.s2 * spread)
        if np.log(self.s2 / spread) / 2 + bet >= self.limit:
            self.verdict = "adopt" if self.total > 0 else "worse"
        elif self.total <= -self.cap:
            self.verdict = "cap"
        elif self.n >= self.pairs:
            self.verdict = "unclear"
        return self.verdict


class CanaryByRatio:
    """Keeps all differences, and compares the ratio itself."""

    def __init__(self, variance, effect, risk, cap, pairs):
        self.told, self.seen, self.how = None, [], (variance, effect, risk, cap, pairs)

    def watch(self, new, old):
        variance, effect, risk, cap, pairs = self.how
        if self.told is None:
            self.seen += [float(a) - float(b) for a, b in zip(new, old, strict=True)]
            n, total, s2 = len(self.seen), sum(self.seen), 2 * variance
            ratio = (s2 / (s2 + n * effect**2)) ** 0.5
            ratio *= np.exp((effect * total) ** 2 / (2 * s2 * (s2 + n * effect**2)))
            ends = [(ratio * risk >= 1 and total > 0, "adopt"), (ratio * risk >= 1, "worse")]
            ends += [(total + cap <= 0, "cap"), (n >= pairs, "unclear")]
            self.told = next((word for true, word in ends if true), None)
        return self.told


OTHERS = (CanaryByRatio,)
NAMES = ("variance", "effect", "risk", "cap", "pairs", "new", "old")
WORDS = (None, "adopt", "worse", "cap", "unclear")


def cases(rng):
    def some(gain, batches, batch, *how):
        new = rng.normal(3 + gain, 2, (batches, batch))
        return (*how, np.round(new, 2), np.round(rng.normal(3, 2, (batches, batch)), 2))

    def flat(difference, batches, batch, *how):
        return (*how, np.full((batches, batch), 1.0 + difference), np.ones((batches, batch)))

    turn = np.array([[2.0], [-9.0], [9.0]])
    return [
        Case("differences of 2: adopt, second look", flat(2.0, 4, 4, 1.0, 1.0, 0.05, 99.0, 40),
             np.array([0, 1, 1, 1])),
        Case("clear, with a sum of 0.8", flat(0.2, 2, 4, 0.01, 0.1, 0.2, 9.0, 40), np.ones(2)),
        Case("clear, with -0.8", flat(-0.2, 2, 4, 0.01, 0.1, 0.2, 9.0, 40), np.full(2, 2)),
        Case("risk 0.5", flat(1.475, 1, 4, 1.0, 1.0, 0.5, 9.0, 40), np.ones(1)),
        Case("a loss passes the cap", flat(-0.5, 3, 4, 4.0, 0.5, 0.05, 4.05, 40),
             np.array([0, 0, 3])),
        Case("clear and at the cap: clear comes first", flat(-2.0, 3, 4, 1.0, 1.0, 0.05, 16.0, 8),
             np.array([0, 2, 2])),
        Case("no difference: unclear at the last pair", flat(0.0, 4, 3, 1.0, 0.5, 0.1, 5.0, 7),
             np.array([0, 0, 4, 4])),
        Case("the cap before the last pair", flat(-0.5, 2, 4, 4.0, 0.5, 0.05, 2.0, 4),
             np.array([3, 3])),
        Case("a verdict stays, whatever comes", (4.0, 0.5, 0.05, 6.0, 40, turn, 0 * turn),
             np.array([0, 3, 3])),
        Case("one pair is all", (1.0, 1.0, 0.5, 9.0, 1, np.array([[0.25]]), np.array([[0.5]])),
             np.array([4])),
        Case("a good patch", some(0.5, 20, 25, 4.0, 0.5, 0.05, 200.0, 500)),
        Case("a bad patch", some(-0.6, 20, 25, 4.0, 0.5, 0.05, 200.0, 500)),
        Case("a bad patch, a low cap", some(-0.4, 30, 10, 4.0, 0.3, 0.01, 20.0, 300)),
        Case("nothing", some(0.0, 12, 30, 4.0, 0.4, 0.05, 150.0, 300)),
        Case("a small effect, a small variance", some(0.3, 25, 8, 1.5, 0.2, 0.2, 40.0, 160)),
    ]  # fmt: skip


def observe(kind, case):
    """The verdict after each batch: 0 None, 1 adopt, 2 worse, 3 cap, 4 unclear, 9 another."""
    *how, new, old = case.inputs
    canary, other = kind(*how), kind(*how)
    told = []
    for batch in zip(new, old, strict=True):
        said = canary.watch(*(np.array(rows) for rows in batch))
        told.append(WORDS.index(said) if said in WORDS else 9)
        other.watch(np.ones(3), np.zeros(3))  # two canaries know nothing of each other
    return np.array(told, dtype=float)


HINTS = """
    Keep three things: how many pairs, the sum of their differences, and the verdict once there is
    one.

    Everything is about all pairs so far, never about the batch alone. Work with the logarithm, as
    the ratio itself overflows.

    The order decides where two are true: first whether the test is clear, then the cap, then the
    number of pairs.
"""
MISTAKES = """
    this_batch_alone: self.total += np.sum => self.total = np.sum
      You look at this batch alone. S sums all differences so far.
    counts_batches: self.n += len(new) => self.n += 1
      You count batches. n counts pairs.
    old_less_new: np.subtract(new, old) => np.subtract(old, new)
      Your difference is old less new: good patches look bad.
    variance_of_one_page: self.s2, self.t = 2 * variance => self.s2, self.t = variance
      A difference of two pages has twice the variance of one.
    effect_not_squared: effect**2 => effect
      t is the effect squared.
    usual_test: np.log(self.s2 / spread) / 2 + bet >= self.limit =>
      | abs(self.total) >= 1.959964 * np.sqrt(self.n * self.s2)
      You use the test for one look, and look after each batch. That is peeking.
    without_the_first_part: np.log(self.s2 / spread) / 2 + bet => bet
      The first part of ln L is missing. It is below 0, and is what looking costs.
    one_sided: "adopt" if self.total > 0 else "worse" => "adopt"
      Clear may also mean clearly worse: look at the sign of S.
    cap_first: if np.log(self.s2 / spread) / 2 + bet >= self.limit =>
      | if self.total > -self.cap and np.log(self.s2 / spread) / 2 + bet >= self.limit
      You look at the cap first. Whether the test is clear comes first.
    no_cap: self.total <= -self.cap => False
      Nothing stops a patch that loses. There is a cap.
    beyond_the_last: self.n >= self.pairs => self.n > self.pairs
      At just `pairs` pairs it ends.
    forgets_the_verdict: if self.verdict is not None => if False
      A later batch changes your verdict. It stays, and nothing more is counted.
"""
EQUAL = r"""
    np.log(self.s2 / spread) / 2 + bet >= self.limit => np.log(self.s2 / spread) / 2 + bet > self.limit | if np.log(self.s2 / spread) / 2 + bet >= self.limit
      Two logarithms are never quite equal.
    self.total > 0 => self.total >= 0 | self.verdict = 'adopt' if self.total > 0 else 'worse'
      A sum of 0 is never clear.
"""  # noqa: E501
