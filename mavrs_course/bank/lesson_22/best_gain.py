"""22.3 The best path, exactly.

25 minutes, difficulty 2, 4 points, L22.3
No planner can beat this one. All others can now be measured against it.
"""

from functools import cache
from itertools import product

import numpy as np

from mavrs_course.course import Case, Property


def best_gain(learn, before, worth, steps):
    n = len(learn)
    sets = [frozenset(i for i in range(n) if number >> i & 1) for number in range(2**n)]
    gain = dict.fromkeys(sets, 0.0)
    for _ in range(steps):
        longer = {}
        for known in sets:
            ready = [i for i in range(n) if i not in known and before[i] <= known]
            tries = [
                learn[i] * (worth[i] + gain[known | {i}]) + (1 - learn[i]) * gain[known]
                for i in ready
            ]
            longer[known] = max(tries, default=0.0)
        gain = longer
    return gain[frozenset()]


def by_recursion(learn, before, worth, steps):
    """Forwards, remembering what was worked out."""

    @cache
    def gain(known, left):
        if left == 0:
            return 0.0
        stays = gain(known, left - 1)
        ready = [i for i in range(len(learn)) if i not in known and before[i] <= known]
        more = [learn[i] * (worth[i] + gain(known | {i}, left - 1) - stays) for i in ready]
        return stays + max(more, default=0.0)

    return gain(frozenset(), steps)


def by_bits(learn, before, worth, steps):
    """Sets as numbers, one array for each number of steps."""
    needed = [sum(1 << p for p in each) for each in before]
    gain = np.zeros(2 ** len(learn))
    for _ in range(steps):
        last = gain.copy()
        for known, i in product(range(len(gain)), range(len(learn))):
            if not known >> i & 1 and known & needed[i] == needed[i]:
                more = worth[i] + last[known | 1 << i]
                gain[known] = max(gain[known], learn[i] * more + (1 - learn[i]) * last[known])
    return gain[0]


OTHERS = (by_recursion, by_bits)


def cases(rng):
    def some(n, steps, share=0.4):
        before = [{p for p in range(i) if rng.random() < share} for i in range(n)]
        return rng.uniform(0.2, 0.9, n), before, rng.uniform(0.5, 2, n), steps

    tang = (np.array([0.6, 0.7]), [set(), {0}], np.ones(2))
    return [
        Case("Tang's two skills, two steps: .6 * (1 + .7) + .4 * .6", (*tang, 2), 1.26),
        Case("Tang's two skills, five steps", (*tang, 5), 1.93266),
        Case("no step", (*tang, 0), 0.0),
        Case("the first is worth nothing: .6 * .7 * 3", (*tang[:2], np.array([0.0, 3.0]), 2), 1.26),
        Case("a sure thing of worth 1, and a rare one of worth 4 behind a sure thing of worth 0",
             (np.array([0.9, 1.0, 0.5]), [set(), set(), {1}], np.array([1.0, 0.0, 4.0]), 2), 2.0),
        Case("one item, two steps: .6 + .4 * .6", (np.array([0.6]), [set()], np.ones(1), 2), 0.84),
        Case("two ways to the last item", some(4, 4)),
        Case("five items in a tangle", some(5, 7, 0.6)),
        Case("more steps than anybody needs", some(3, 12)),
    ]  # fmt: skip


PROPERTIES = (
    Property("no path brings more than all items are worth",
             lambda result, learn, before, worth, steps: -1e-9 <= result <= worth.sum() + 1e-9,
             "You found more than all items are worth: one that is known can't be learned again."),
)  # fmt: skip

HINTS = """
    Work backwards from the end: with no step left nothing more is gained, from any set of items.
    With one step more, use what you know about one step less.

    From a set, try every item that is not in it and whose prerequisites all are. With probability
    learn[i] you gain its worth and go on from a larger set; else you go on from where you are.

    All 2 ** n sets need a value before you go on to the next number of steps, and the values of
    one step less must not be overwritten while you still read them.
"""
MISTAKES = """
    no_prerequisites: if i not in known and before[i] <= known] => if i not in known]
      You teach items whose prerequisites are not known: before[i] has to be a part of it.
    one_prerequisite_is_enough: before[i] <= known] => (not before[i] or before[i] & known)]
      One of several prerequisites is enough for you. All of before[i] have to be known.
    learned_again: if i not in known and before[i] <= known] => if before[i] <= known]
      An item that is known is learned again, and its worth counted again.
    no_worth: (worth[i] + gain[known | {i}]) => (1 + gain[known | {i}])
      You count items. What is asked is their worth.
    average_path: max(tries, default=0.0) => sum(tries) / max(len(tries), 1)
      You average over the items, as somebody who chooses at random. Take the largest.
    one_step_too_few: range(steps) => range(steps - 1)
      You plan one step too few: with one step left there is already something to gain.
    overwrites_what_it_reads:
      | longer = {} => longer = gain;
      | for known in sets: => for known in reversed(sets):
      The values of one step less are overwritten while you need them. Use a second table.
    always_succeeds:
      | learn[i] * (worth[i] + gain[known | {i}]) + (1 - learn[i]) * gain[known] =>
      | worth[i] + gain[known | {i}]
      Every lesson succeeds in your answer. It does with probability learn[i].
    decides_beforehand:
      You fix the whole path beforehand. After each lesson she may try again or go on, as it went.
    greedy: before[i] <= known] =>
      | before[i] <= known]
      | ready = sorted(ready, key=lambda i: -learn[i] * worth[i])[:1]
      You study what brings most at once. A prerequisite may bring nothing and open the way to much.
"""


def decides_beforehand(learn, before, worth, steps):
    def follow(known, left):
        if not left:
            return known @ worth
        ready = np.array([known[list(needed)].prod() for needed in before])
        tries = known + np.diag((1 - known) * learn * ready)
        return max(follow(after, left - 1) for after in tries)

    return follow(np.zeros(len(learn)), min(steps, 4))
