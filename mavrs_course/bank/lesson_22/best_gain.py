"""22.3 The best path, exactly.

25 minutes, difficulty 2, 4 points, L22.3
No planner can beat this one. All others can now be measured against it.
"""

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
    kept = {}

    def gain(known, left):
        if left == 0:
            return 0.0
        if (known, left) not in kept:
            best = gain(known, left - 1)
            for i in set(range(len(learn))) - known:
                if before[i] <= known:
                    won = worth[i] + gain(known | {i}, left - 1)
                    best = max(best, learn[i] * won + (1 - learn[i]) * gain(known, left - 1))
            kept[known, left] = best
        return kept[known, left]

    return gain(frozenset(), steps)


def by_bits(learn, before, worth, steps):
    """Sets as numbers, one array for each number of steps."""
    n = len(learn)
    needed = [sum(1 << p for p in each) for each in before]
    gain = np.zeros(2**n)
    for _ in range(steps):
        longer = gain.copy()
        for known in range(2**n):
            for i in range(n):
                if not known >> i & 1 and known & needed[i] == needed[i]:
                    more = worth[i] + gain[known | 1 << i]
                    longer[known] = max(
                        longer[known], learn[i] * more + (1 - learn[i]) * gain[known]
                    )
        gain = longer
    return gain[0]


OTHERS = (by_recursion, by_bits)


def cases(rng):
    def some(n, steps, share=0.4):
        before = [{p for p in range(i) if rng.random() < share} for i in range(n)]
        return rng.uniform(0.2, 0.9, n), before, rng.uniform(0.5, 2, n), steps

    tang = (np.array([0.6, 0.7]), [set(), {0}], np.ones(2))
    return [
        Case("Tang's two skills, one step", (*tang, 1), 0.6),
        Case("Tang's two skills, two steps: .6 * (1 + .7) + .4 * .6", (*tang, 2), 1.26),
        Case("Tang's two skills, five steps", (*tang, 5), 1.93266),
        Case("no step", (*tang, 0), 0.0),
        Case("the first skill is worth nothing by itself, two steps: .6 * .7 * 3",
             (np.array([0.6, 0.7]), [set(), {0}], np.array([0.0, 3.0]), 2), 1.26),
        Case("a sure thing of worth 1, and a rare one of worth 4 behind a sure thing of worth 0",
             (np.array([0.9, 1.0, 0.5]), [set(), set(), {1}], np.array([1.0, 0.0, 4.0]), 2), 2.0),
        Case("two ways to the last item", some(4, 4)),
        Case("five items, no prerequisites", some(5, 4, 0.0)),
        Case("five items in a tangle", some(5, 7, 0.6)),
        Case("more steps than anybody needs", some(3, 12)),
    ]  # fmt: skip


PROPERTIES = (
    Property("no path brings more than all items are worth",
             lambda result, learn, before, worth, steps: -1e-9 <= result <= worth.sum() + 1e-9,
             "You found more than all items together are worth: an item that is known can't be "
             "learned again."),
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
      You teach items whose prerequisites are not known. Such a lesson never succeeds: before[i]
      has to be a part of what is known.
    one_prerequisite_is_enough: before[i] <= known] => (not before[i] or before[i] & known)]
      One of several prerequisites is enough for you. All of before[i] have to be known.
    learned_again: if i not in known and before[i] <= known] => if before[i] <= known]
      An item that is known is learned again, and its worth counted again.
    failure_ends_it: + (1 - learn[i]) * gain[known] =>
      A lesson that fails ends everything in your answer. With 1 - learn[i] you go on from the
      same set, with a step less.
    success_ends_it: (worth[i] + gain[known | {i}]) => worth[i]
      You count the item, and not what can be learned after it.
    no_worth: (worth[i] + gain[known | {i}]) => (1 + gain[known | {i}])
      You count items. What is asked is their worth.
    goes_on_from_where_it_was: gain[known | {i}] => gain[known]
      After a success you go on from the old set: the item is not added to what is known.
    average_path: max(tries, default=0.0) => sum(tries) / max(len(tries), 1)
      You average over the items that could be tried, as somebody who chooses at random. The best
      path takes the largest.
    one_step_too_few: range(steps) => range(steps - 1)
      You plan one step too few: with one step left there is already something to gain.
    overwrites_what_it_reads:
      | longer = {} => longer = gain;
      | for known in sets: => for known in reversed(sets):
      The values of one step less are overwritten while they are still needed. Write into another
      table, and exchange the two when it is full.
    always_succeeds:
      | learn[i] * (worth[i] + gain[known | {i}]) + (1 - learn[i]) * gain[known] =>
      | worth[i] + gain[known | {i}]
      Every lesson succeeds in your answer. It does with probability learn[i].
    from_everything: gain[frozenset()] => gain[frozenset(range(n))]
      You return what can be gained from everything, which is nothing. She begins with nothing
      known.
    decides_beforehand:
      You fix the whole path before the first lesson. You see after each whether it succeeded, and
      may try again or go on: take the best next step from every set.
    greedy:
      You always study the item that brings most at once. A prerequisite may bring nothing itself
      and open the way to much.
"""


def decides_beforehand(learn, before, worth, steps):
    def follow(known, left):
        if not left:
            return (known * worth).sum()
        tries = []
        for i in range(len(learn)):
            after = known.copy()
            after[i] += (1 - known[i]) * learn[i] * np.prod([known[p] for p in before[i]])
            tries.append(follow(after, left - 1) if after[i] > known[i] + 1e-3 else 0.0)
        return max(tries, default=0.0)

    return follow(np.zeros(len(learn)), min(steps, 4))


def greedy(learn, before, worth, steps):
    def gain(known, left):
        ready = [i for i in range(len(learn)) if i not in known and before[i] <= known]
        if not left or not ready:
            return 0.0
        i = max(ready, key=lambda i: learn[i] * worth[i])
        later = learn[i] * (worth[i] + gain(known | {i}, left - 1))
        return later + (1 - learn[i]) * gain(known, left - 1)

    return gain(frozenset(), steps)
