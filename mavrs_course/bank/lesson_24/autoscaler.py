"""24.5 A number of machines that follows the traffic.

25 minutes, difficulty 3, 5 points, L24.5
A whole component: it follows a day's traffic, and neither runs short nor flutters.
"""

import math

import numpy as np

from mavrs_course import engine
from mavrs_course.course import Case


class Autoscaler:
    def __init__(self, target, least, most, patience):
        self.target, self.least, self.most = target, least, most
        self.machines = least
        self.wanted = [least] * patience

    def step(self, load):
        ratio = load / (self.machines * self.target)
        wanted = self.machines
        if abs(ratio - 1) > 0.1:
            wanted = math.ceil(self.machines * ratio)
        wanted = min(max(wanted, self.least), self.most)
        self.wanted = [*self.wanted[1:], wanted]
        self.machines = max(self.wanted)
        return self.machines


class AutoscalerWithALedger:
    """Keeps everything that was ever wanted, and looks back as far as it must."""

    def __init__(self, target, least, most, patience):
        self.target, self.bounds, self.patience = target, (least, most), patience
        self.ledger, self.now = [least] * patience, least

    def step(self, load):
        full = self.now * self.target
        near = 0.9 * full <= load <= 1.1 * full
        wished = self.now if near else -int(-load // self.target)
        self.ledger.append(int(np.clip(wished, *self.bounds)))
        self.now = max(self.ledger[-self.patience :])
        return self.now


class AutoscalerOfTheLibrary:
    def __init__(self, target, least, most, patience):
        self.scaler = engine.Autoscaler(target, least=least, most=most, patience=patience)

    def step(self, load):
        return self.scaler.step(load)


OTHERS = (AutoscalerWithALedger, AutoscalerOfTheLibrary)
NAMES = ("target", "least", "most", "patience", "loads")


def cases(rng):
    def a_day(steps, mean):
        swing = 1 + 0.8 * np.sin(np.arange(steps) * 0.7)
        return np.round(mean * swing * rng.uniform(0.7, 1.3, steps), 2).tolist()

    return [
        Case("100 with a target of 10, at once", (10, 1, 50, 3, [100]), [10]),
        Case("101 needs eleven", (10, 1, 50, 1, [101]), [11]),
        Case("down when three steps have wanted fewer", (10, 1, 50, 3, [100, 20, 20, 20, 20]),
             [10, 10, 10, 2, 2]),
        Case("of three steps the one that wanted most", (10, 1, 50, 3, [100, 20, 50, 30, 30, 30]),
             [10, 10, 10, 5, 5, 3]),
        Case("a step within a tenth wants as many as now",
             (10, 1, 50, 1, [100, 95, 109, 91, 111, 85]), [10, 10, 10, 10, 12, 9]),
        Case("within a tenth below, then a peak", (10, 1, 50, 2, [100, 92, 160, 20, 20, 20]),
             [10, 10, 16, 16, 2, 2]),
        Case("patience 1 follows each step", (10, 1, 50, 1, [100, 20, 70, 0]), [10, 2, 7, 1]),
        Case("never below the least", (10, 4, 50, 2, [0, 0, 500, 0, 0, 0]), [4, 4, 50, 50, 4, 4]),
        Case("never above the most", (10, 1, 6, 2, [500, 500, 55, 20, 20]), [6, 6, 6, 6, 2]),
        Case("it begins with the least, which counts", (10, 5, 50, 4, [20, 20, 60, 20]),
             [5, 5, 6, 6]),
        Case("the least is within a tenth of the load", (10, 10, 50, 1, [109]), [10]),
        Case("the most would be, too", (10, 1, 50, 2, [460]), [46]),
        Case("a target that is no whole number", (2.5, 1, 99, 1, [6, 30]), [3, 12]),
        Case("a day", (8, 2, 40, 4, a_day(24, 90))),
        Case("a day with little patience", (8, 2, 25, 2, a_day(24, 120))),
    ]  # fmt: skip


def observe(kind, case):
    target, least, most, patience, loads = case.inputs
    scaler = kind(target, least, most, patience)
    other = kind(target, least, most, patience)
    told = []
    for load in loads:
        told.append(scaler.step(load))
        other.step(most * target)  # two autoscalers know nothing of each other
    return np.array(told, dtype=float)


HINTS = """
    Keep the number of machines, and a list of what the last `patience` steps wanted. The list
    begins full: every step before the first wanted the least.

    A step wants as many as now if the load is within a tenth of what these machines should bear;
    else as many as bear it, rounded up. Put that between the two bounds before it enters the list.

    The newest wish enters the list and the oldest leaves it. How many machines to run is then the
    largest of the list: a high wish counts at once, a low one when all high ones have left.
"""
MISTAKES = """
    no_tolerance: abs(ratio - 1) > 0.1 => True
      A load within a tenth of the target must want as many machines as now.
    tolerance_upwards_only: abs(ratio - 1) > 0.1 => ratio - 1 > 0.1 or ratio < 1
      or abs(ratio - 1) > 0.1 => ratio - 1 > 0.1 or ratio - 1 < -0.2
      or abs(ratio - 1) > 0.1 => ratio > 1 or ratio < 0.9
      The tolerance is a tenth on both sides.
    tenth_of_the_load: abs(ratio - 1) > 0.1 => abs(ratio - 1) > 0.1 * ratio
      The tenth is one of what the machines should bear, and not of the load.
    one_too_many: math.ceil(self.machines * ratio) => int(self.machines * ratio) + 1
      You always add one. Round up: where the load divides evenly nothing is added.
    never_down: if abs(ratio - 1) > 0.1 => if ratio - 1 > 0.1
      or *self.wanted[1:], => *self.wanted,
      It never goes down. A load far below the target wants fewer, and old wishes leave the list.
    rounds_down: math.ceil(self.machines * ratio) => math.floor(self.machines * ratio)
      or math.ceil(self.machines * ratio) => round(self.machines * ratio)
      Round up: with fewer machines each would bear more than its target.
    ratio_alone: math.ceil(self.machines * ratio) => math.ceil(ratio)
      The ratio says how many times as many as now: multiply by the machines.
    load_of_all: load / (self.machines * self.target) => load / self.target
      or load / (self.machines * self.target) => load / self.machines
      The ratio is what each machine bears, load / machines, over its target.
    without_least: min(max(wanted, self.least), self.most) => min(wanted, self.most)
      There must never be fewer machines than `least`.
    without_most: min(max(wanted, self.least), self.most) => max(wanted, self.least)
      There must never be more machines than `most`.
    no_patience: self.machines = max(self.wanted) => self.machines = wanted
      You follow each step. Run as many as the most that any of the last steps wanted.
    average_of_wishes: max(self.wanted) => math.ceil(np.mean(self.wanted))
      You average the wishes. A high wish must count at once: take the largest.
    fewest_of_wishes: self.machines = max(self.wanted) => self.machines = min(self.wanted)
      You take the smallest of the wishes, so that it goes up late and down at once.
    forgets_the_newest: *self.wanted[1:], wanted] => *self.wanted[1:], self.wanted[0]]
      The newest wish does not enter the list.
    patience_too_long: [least] * patience => [least] * (patience + 1)
      You look back one step too far: `patience` steps count, this one included.
    begins_with_one: self.machines = least => self.machines = 1
      It begins with `least` machines, and every step before the first wanted as many.
    begins_with_most: self.machines = least => self.machines = most
      It begins with `least` machines, not with `most`.
    counts_steps_below:
      After enough steps that want fewer you run as many as the last of them wanted. The largest of
      the last `patience` wishes counts.
"""
EQUAL = r"""
    abs(ratio - 1) > 0.1 => abs(ratio - 1) >= 0.1 | if abs(ratio - 1) > 0.1
      No load lies exactly a tenth away, as the text says.
"""


class counts_steps_below(Autoscaler):
    below = 0

    def step(self, load):
        ratio = load / (self.machines * self.target)
        wanted = self.machines if abs(ratio - 1) <= 0.1 else math.ceil(self.machines * ratio)
        wanted = min(max(wanted, self.least), self.most)
        self.below = self.below + 1 if wanted < self.machines else 0
        if wanted > self.machines or self.below == len(self.wanted):
            self.machines, self.below = wanted, 0
        return self.machines
