"""27.1 A shelf of new videos.

20 minutes, difficulty 2, 4 points, L27.1
Thompson sampling with a prior for each video; the dice are handed in.
"""

import numpy as np

from mavrs_course.course import Case


class Shelf:
    def __init__(self, alpha, beta):
        self.alpha, self.beta = np.array(alpha, float), np.array(beta, float)

    def choose(self, dice):
        total = self.alpha + self.beta
        mean = self.alpha / total
        variance = mean * (1 - mean) / (total + 1)
        return int(np.argmax(mean + np.sqrt(variance) * dice))

    def learn(self, video, clicked):
        if clicked:
            self.alpha[video] += 1
        else:
            self.beta[video] += 1


class ShelfOfCounts:
    """Keeps the prior as it was, and counts beside it."""

    def __init__(self, alpha, beta):
        self.prior = [(float(a), float(b)) for a, b in zip(alpha, beta, strict=True)]
        self.clicks, self.skips = [0] * len(self.prior), [0] * len(self.prior)

    def choose(self, dice):
        hopes = []
        beliefs = zip(self.prior, self.clicks, self.skips, dice, strict=True)
        for (a, b), clicks, skips, die in beliefs:
            a, b = a + clicks, b + skips
            deviation = (a * b / ((a + b) ** 2 * (a + b + 1))) ** 0.5
            hopes.append(a / (a + b) + deviation * die)
        return hopes.index(max(hopes))

    def learn(self, video, clicked):
        (self.clicks if clicked else self.skips)[video] += 1


OTHERS = (ShelfOfCounts,)
NAMES = ("alpha", "beta", "dice", "shown")


def cases(rng):
    def some(videos, rounds):
        alpha, beta = rng.uniform(0.5, 4, (2, videos)).round(2)
        dice = rng.normal(size=(rounds, videos))
        shown = [(int(rng.integers(videos)), bool(rng.random() < 0.4)) for _ in range(rounds)]
        return alpha, beta, dice, shown

    level = np.zeros((2, 2))
    return [
        Case("means of 0.5 and 0.6, dice of 0", (np.array([1.0, 3]), np.array([1.0, 2]), level,
             [(1, False), (0, True)]), [1, 0, 0]),
        Case("the same mean: the less certain one with dice of 1",
             (np.array([4.0, 1]), np.array([4.0, 1]), np.ones((2, 2)), [(0, True)]),
             [1, 0]),
        Case("nothing to tell them apart: the first of equals",
             (np.ones(3), np.ones(3), np.ones((2, 3)), [(2, False)]), [0, 0]),
        Case("one video", (np.array([2.0]), np.ones(1), np.ones((2, 1)), [(0, True)]), [0, 0]),
        Case("five videos, thirty rounds", some(5, 30)),
        Case("twelve videos, sixty rounds", some(12, 60)),
        Case("three videos, many rounds", some(3, 120)),
        Case("a strong prior", (np.array([30.0, 20]), np.array([70.0, 60]),
             rng.normal(size=(40, 2)), [(n % 2, n % 3 == 0) for n in range(40)])),
    ]  # fmt: skip


def observe(kind, case):
    """What it chooses before each lesson, and at last with dice of -2; -1 more if two share."""
    alpha, beta, dice, shown = case.inputs
    prior = alpha.copy(), beta.copy()
    shelf, told = kind(alpha, beta), []
    for die, (video, clicked) in zip(dice, shown, strict=False):
        told.append(shelf.choose(die.copy()))
        shelf.learn(video, clicked)
    told.append(shelf.choose(np.full(len(alpha), -2.0)))
    fresh = kind(*prior).choose(dice[0].copy()) == told[0]
    return np.array(told if fresh else [*told, -1], dtype=float)


HINTS = """
    Keep an alpha and a beta for each video, as arrays of your own; only `learn` changes them.

    The mean of a Beta belief is its alpha over the sum of both. Its variance is smaller, the larger
    that sum: mean times the rest, over one more than the sum.

    choose: add to each mean its deviation, the root of the variance, as often as its die says. Then
    take the place of the largest.
"""
MISTAKES = """
    greedy: mean + np.sqrt(variance) * dice => mean
      The dice are not used: this is greed. Add to each mean its deviation times its die.
    draw_for_video: return int(np.argmax( => return float(np.max(
      You return the largest draw. Asked for is the number of its video.
    variance_for_deviation: np.sqrt(variance) => variance
      You take the variance for the deviation. Take its root.
    dice_alone: mean + np.sqrt(variance) * dice => mean + dice
      Every video is equally uncertain to you. Multiply each die by the deviation of its belief.
    one_less_in_the_variance: (total + 1) => total
      A Beta's variance is divided by one more than alpha plus beta.
    clicks_are_skips: if clicked: => if not clicked:
      A click counts as a skip, and a skip as a click. A click goes to alpha.
    forgets_skips: self.beta[video] += 1 => pass
      Shows without a click teach nothing here. They go to beta.
    forgets_clicks: self.alpha[video] += 1 => pass
      Clicks teach nothing here. They go to alpha.
    teaches_all: self.beta[video] += 1 => self.beta += 1
      or self.alpha[video] += 1 => self.alpha += 1
      One show tells of one video: change the entry of that video alone.
    without_prior:
      | np.array(alpha, float), np.array(beta, float) => np.ones(len(alpha)), np.ones(len(beta))
      You begin with alpha and beta of 1. Begin with the prior that is handed in.
    worst_of_all: int(np.argmax( => int(np.argmin(
      You show the video with the least hope. Take the largest.
    last_of_equals:
      | int(np.argmax(mean + np.sqrt(variance) * dice)) =>
      | len(mean) - 1 - int(np.argmax((mean + np.sqrt(variance) * dice)[::-1]))
      Of equals you take the last. Take the first.
"""
