"""20.4 An agent on the phone.

25 minutes, difficulty 3, 5 points, L20.4
It fits into a few bytes, sees every swipe, and knows how much it doesn't know.
"""

import numpy as np

from mavrs_course.course import Case


class Phone:
    def __init__(self, topics, walk, noise, start=1.0):
        self.guess, self.variance = np.zeros(topics), np.full(topics, start)
        self.walk, self.noise = walk, noise

    def watch(self, topic, seen):
        gain = self.variance[topic] / (self.variance[topic] + self.noise)
        self.guess[topic] += gain * (seen - self.guess[topic])
        self.variance[topic] *= 1 - gain
        self.variance += self.walk

    def choose(self, topics):
        hope = self.guess + np.sqrt(self.variance)
        return int(np.argmax(hope[topics]))


class PhoneByPrecision(Phone):
    """Adds precisions instead of multiplying variances, and weighs two means by them."""

    def watch(self, topic, seen):
        known, new = 1 / self.variance[topic], 1 / self.noise
        self.guess[topic] = (known * self.guess[topic] + new * seen) / (known + new)
        self.variance[topic] = 1 / (known + new)
        self.variance = self.variance + self.walk

    def choose(self, topics):
        hope = [self.guess[topic] + self.variance[topic] ** 0.5 for topic in topics]
        return hope.index(max(hope))


class PhoneOfOneFormula(Phone):
    """After a look ``variance noise / (variance + noise)`` is left; over noise it is the gain."""

    def watch(self, topic, seen):
        before = self.variance[topic]
        left = before * self.noise / (before + self.noise)
        self.guess[topic] += (seen - self.guess[topic]) * left / self.noise
        self.variance[topic] = left
        self.variance = self.variance + self.walk


OTHERS = (PhoneByPrecision, PhoneOfOneFormula)
NAMES = ("topics", "walk", "noise", "start", "swipes", "candidates")


def cases(rng):
    def some(topics, swipes, walk, noise, start=1.0):
        watched = [(int(rng.integers(topics)), float(rng.normal())) for _ in range(swipes)]
        return topics, walk, noise, start, watched, rng.permutation(topics)

    def after(choice, guess, variance):
        return np.array([*choice, *guess, *variance])

    return [
        Case("topic 0 of 3 seen once, at 0.8; walk 0.25, noise 1",
             (3, 0.25, 1.0, 1.0, [(0, 0.8)], np.array([1, 0])),
             after([0, 1], [0.4, 0, 0], [0.75, 1.25, 1.25])),
        Case("a walk of 0.5: the second look meets a variance of 1",
             (2, 0.5, 1.0, 1.0, [(0, 1.0), (0, 1.0)], np.array([1, 0])),
             after([0, 1, 1], [0.75, 0], [1.0, 2.0])),
        Case("start 4: variance 4, deviation 2",
             (2, 0.0, 4.0, 4.0, [(0, 0.5)], np.array([1, 0])),
             after([0, 0], [0.25, 0], [2.0, 4.0])),
        Case("a liked topic among candidates 0, 2, 2",
             (3, 0.0, 1.0, 1.0, [(2, 3.0)], np.array([0, 2, 2])),
             after([0, 1], [0, 0, 1.5], [1, 1, 0.5])),
        Case("nothing seen yet: the first of equals", (4, 0.1, 1.0, 1.0, [], np.array([3, 1, 2])),
             after([0], np.zeros(4), np.ones(4))),
        Case("a single candidate", (2, 0.5, 1.0, 1.0, [], np.array([1])),
             after([0], [0, 0], [1, 1])),
        Case("thirty swipes, fast drift", some(4, 30, 0.6, 2.0)),
        Case("many swipes, little noise", some(3, 40, 0.1, 0.05, 2.0)),
    ]  # fmt: skip


def observe(kind, case):
    """What it chooses at first and after each swipe; then its guesses and variances.

    A second phone, made meanwhile, must know nothing of it.
    """
    topics, walk, noise, start, swipes, candidates = case.inputs
    known = (topics, walk, noise) if start == 1 else (topics, walk, noise, start)
    phone = kind(*known)
    first = np.append(phone.guess, phone.variance)
    chosen = [int(phone.choose(candidates.copy()))]
    for topic, seen in swipes:
        phone.watch(topic, seen)
        chosen.append(int(phone.choose(candidates.copy())))
    other = kind(topics, walk, noise, start)
    told = np.concatenate([np.ravel(chosen), np.ravel(phone.guess), np.ravel(phone.variance)])
    fresh = np.allclose(np.append(other.guess, other.variance), first)
    return told if fresh else np.append(told, np.nan)


HINTS = """
    Keep two arrays with a number a topic, and work on the entry of one topic until the drift, which
    is for all.

    Work out the gain first, from the variance as it is before this look; then move the guess; then
    shrink the variance. The drift comes last.

    choose: add to every guess the root of its variance, look up the candidates' topics in that
    array, and give back the place among the candidates, not the topic.
"""
MISTAKES = """
    gain_upside_down:
      | self.variance[topic] / (self.variance[topic] + self.noise) =>
      |     self.noise / (self.variance[topic] + self.noise)
      With much noise you believe the reading more. The gain is variance over variance plus noise.
    surer_before_it_looks:
      | self.guess[topic] += gain * (seen - self.guess[topic]) =>
      | self.variance[topic] *= 1 - gain;
      | self.variance[topic] *= 1 - gain =>
      | gain = self.variance[topic] / (self.variance[topic] + self.noise)
      | self.guess[topic] += gain * (seen - self.guess[topic])
      The gain comes from a variance that has shrunk already. Take the one before the look.
    variances_squared: + self.noise) => + self.noise**2)
      or self.variance += self.walk => self.variance += self.walk**2
      `noise` and `walk` are variances already. Do not square them.
    fixed_gain: self.variance[topic] / (self.variance[topic] + self.noise) => 1 / (1 + self.noise)
      The gain is always the same. It follows from the variance of the topic as it is now.
    no_drift: self.variance += self.walk =>
      The tastes never drift in your answer. After each swipe all variances grow by walk.
    drift_of_some: self.variance += self.walk => self.variance[topic] += self.walk
      or self.variance += => self.variance[np.arange(len(self.variance)) != topic] +=
      Only the topic that was seen drifts, or only the others. All tastes drift, seen or not.
    drift_first:
      | gain = => self.variance += self.walk
      | gain =;
      | self.variance += self.walk =>
      The drift comes before the look. First learn from the swipe, then let all variances grow.
    never_surer: self.variance[topic] *= 1 - gain =>
      A look does not make the guess surer. Multiply the variance of the topic by 1 - gain.
    one_look_tells_of_all: self.variance[topic] *= 1 - gain => self.variance *= 1 - gain
      or self.guess[topic] += => self.guess +=
      A look at one topic says nothing about the others: change its guess and its variance alone.
    believes_the_last_look: gain * (seen - self.guess[topic]) => seen - self.guess[topic]
      The guess jumps to the last reading. It moves by `gain` of the way.
    adds_the_look: gain * (seen - self.guess[topic]) => gain * seen
      You add gain * seen to the guess. Move it towards seen, by a part of the difference.
    greedy: self.guess + np.sqrt(self.variance) => self.guess
      It never tries again what it has not seen for long. Add the root of the variance.
    variance_for_deviation: np.sqrt(self.variance) => self.variance
      You add the variance itself. Add its root.
    gives_the_topic: int(np.argmax(hope[topics])) => int(topics[np.argmax(hope[topics])])
      You give back the topic. Asked for is the place among the candidates.
    best_of_all_topics: np.argmax(hope[topics]) => np.argmax(hope)
      You choose among all topics. Look up those of the candidates first.
    last_of_equals: np.argmax(hope[topics]) => len(topics) - 1 - np.argmax(hope[topics][::-1])
      Of equals you take the last. Take the first.
    starts_at_one: np.full(topics, start) => np.ones(topics)
      `start` is left out: it is the variance that every guess begins with.
    shared_between_phones:
      | self.guess, self.variance = np.zeros(topics), np.full(topics, start) =>
      | if len(getattr(Phone, "guess", [])) != topics:
      |     Phone.guess, Phone.variance = np.zeros(topics), np.full(topics, start)
      A new phone knows what an older one has seen. Make guess and variance anew in __init__.
"""


def detect_shared_between_phones(trials):
    sizes = [(np.size(t.returned), np.size(t.expected)) for t in trials if t.error is None]
    return any(got == wanted + 1 for got, wanted in sizes)
