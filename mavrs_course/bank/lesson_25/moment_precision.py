"""25.5 Average precision of moments.

30 minutes, difficulty 3, 5 points, L25.5
A whole component: overlap, matching and interpolation, as the field's evaluation has them.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.metrics import moments


def moment_precision(found, scores, truth, threshold):
    order = np.argsort(-np.asarray(scores), kind="stable")[:10]
    taken, right = [False] * len(truth), []
    for start, end in np.asarray(found, dtype=float).reshape(-1, 2)[order]:
        shared = []
        for (first, last), used in zip(truth, taken, strict=True):
            both = max(0.0, min(end, last) - max(start, first))
            union = (end - start) + (last - first) - both
            shared.append(-1.0 if used or union <= 0 else both / union)
        best = int(np.argmax(shared))
        right.append(shared[best] >= threshold)
        taken[best] = taken[best] or right[-1]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    reached = [max(precision[n:]) for n in range(len(right)) if right[n]]
    return sum(reached) / len(truth)


def moment_precision_by_the_library(found, scores, truth, threshold):
    return moments.average_precision_at(moments.ranked(found, scores), truth, [threshold])[0]


def moment_precision_by_recall(found, scores, truth, threshold):
    best_first = sorted(range(len(scores)), key=lambda n: -scores[n])[:10]
    free, hits, at_recall = list(range(len(truth))), 0, {}
    for place, n in enumerate(best_first, 1):
        if free:
            shared = moments.temporal_iou([found[n]], np.array(truth)[free])[0]
            if shared.max() >= threshold:
                free.pop(int(shared.argmax()))
                hits += 1
        for level in range(1, hits + 1):
            at_recall[level] = max(at_recall.get(level, 0.0), hits / place)
    return sum(at_recall.values()) / len(truth)


OTHERS = (moment_precision_by_the_library, moment_precision_by_recall)


def cases(rng):
    def windows(*pairs):
        return np.array(pairs, dtype=float).reshape(-1, 2)

    def falling(count):
        return np.linspace(0.9, 0.1, count)

    two = windows((0, 10), (20, 30))
    four = windows((0, 10), (0, 9), (40, 50), (20, 30))
    near = np.sort(rng.uniform(0, 40, (12, 2)), axis=1)
    few = np.sort(rng.uniform(0, 40, (4, 2)), axis=1)
    return [
        Case("right, taken already, wrong, right", (four, falling(4), two, 0.5), 0.75),
        Case("the same by other scores: wrong comes first",
             (four, np.array([0.2, 0.1, 0.9, 0.5]), two, 0.5), 2 / 3),
        Case("one window, an IoU of exactly 0.5",
             (windows((0, 5)), falling(1), windows((0, 10)), 0.5), 1.0),
        Case("the same, a threshold of 0.55",
             (windows((0, 5)), falling(1), windows((0, 10)), 0.55), 0.0),
        Case("nothing found", (windows(), np.zeros(0), two, 0.5), 0.0),
        Case("apart by ten seconds", (windows((20, 25)), falling(1), windows((0, 10)), 0.5), 0.0),
        Case("two true windows overlap: the better fit is taken",
             (windows((0, 10), (0, 14)), falling(2), windows((0, 12), (0, 10)), 0.8), 1.0),
        Case("it fits two, and the best is taken: the other is free",
             (windows((0, 10), (0, 10)), falling(2), windows((0, 10), (0, 14)), 0.7), 1.0),
        Case("eleven found, only the last is right",
             (windows(*[(40, 50)] * 10, (0, 10)), falling(11), two, 0.5), 0.0),
        Case("ten found, only the last is right",
             (windows(*[(40, 50)] * 9, (0, 10)), falling(10), two, 0.5), 0.05),
        Case("equal scores: the earlier in the list is first",
             (windows((40, 50), (0, 10)), np.ones(2), windows((0, 10)), 0.5), 0.5),
        Case("wrong, right, right: precision is interpolated",
             (windows((40, 50), (0, 10), (20, 30)), falling(3), two, 0.5), 2 / 3),
        Case("windows without length",
             (windows((5, 5), (0, 10)), falling(2), windows((5, 5), (0, 10)), 0.5), 0.25),
        Case("a dozen windows, four true", (near, rng.permutation(12) / 12, few, 0.3)),
        Case("windows near the truth", (near[:6] + 0.5, rng.random(6), near[:6], 0.6)),
    ]  # fmt: skip


HINTS = """
    Three steps: sort by score and keep ten; decide for each window whether it is right; turn the
    row of rights into one number.

    A window looks at the true ones that nobody has taken, and at the one it overlaps most. If the
    IoU is at least the threshold it is right and takes that one. Else it takes nothing.

    Precision after n windows is the share of right ones among them. At each right window count the
    best precision from there to the end of the list, and divide the sum by the number of true ones.
"""
MISTAKES = """
    worst_first: np.argsort(-np.asarray(scores) => np.argsort(np.asarray(scores)
      You begin with the lowest score. The best comes first.
    not_sorted: np.argsort(-np.asarray(scores), kind="stable")[:10] => np.arange(len(scores))[:10]
      You take the windows as they come in the list. Sort them by score.
    all_count: kind="stable")[:10] => kind="stable")
      Only the ten best windows count.
    ten_before_sorting:
      | np.argsort(-np.asarray(scores), kind="stable")[:10] =>
      |     np.argsort(-np.asarray(scores)[:10], kind="stable")
      You keep the first ten of the list. Sort by score first: the ten best count.
    equals_reversed:
      | np.argsort(-np.asarray(scores), kind="stable") =>
      |     np.argsort(np.asarray(scores), kind="stable")[::-1]
      Of equal scores the later comes first. The text asks for the earlier in the list.
    taken_twice: taken[best] = taken[best] or right[-1] => pass
      A true window is found twice. The second that fits it is wrong.
    looks_at_the_taken: -1.0 if used or union <= 0 => -1.0 if union <= 0;
      | right.append(shared[best] >= threshold) =>
      |     right.append(shared[best] >= threshold and not taken[best])
      You look at true windows that are taken already. A window looks at the free ones only.
    taken_by_the_wrong: taken[best] or right[-1] => True
      A window that does not fit has taken the true one. Only a right one takes it.
    exact_is_wrong: shared[best] >= threshold => shared[best] > threshold
      An IoU of exactly the threshold is enough: >= and not >.
    gap_for_overlap:
      | max(0.0, min(end, last) - max(start, first)) => abs(min(end, last) - max(start, first))
      You count the gap between windows that lie apart as overlap. They share nothing: 0.
    overlap_of_the_truth: (end - start) + (last - first) - both => last - first
      You divide by the true window. A window that covers everything would then be perfect.
    overlap_of_the_found: (end - start) + (last - first) - both => end - start
      You divide by the window that was found. A tiny one inside the truth would then be perfect.
    counted_double: (end - start) + (last - first) - both => (end - start) + (last - first)
      The overlap stands in both lengths. Take it away once for the union.
    not_interpolated: max(precision[n:]) => precision[n]
      You take the precision at the window itself. Take the best from there to the end of the list.
    interpolated_backwards: max(precision[n:]) => max(precision[: n + 1])
      You look for the best precision before the window. Look from it to the end.
    divides_by_found: sum(reached) / len(truth) => sum(reached) / max(sum(right), 1)
      You divide by the true windows that were found. Those that were missed count, too.
    divides_by_list: sum(reached) / len(truth) => sum(reached) / max(len(right), 1)
      You divide by the number of windows in the list. Divide by the number of true ones.
    recall_only: max(precision[n:]) => 1.0
      That is the share of true windows that were found. The wrong ones before them must cost.
    first_that_fits:
      | best = int(np.argmax(shared)) =>
      |     best = next((n for n, one in enumerate(shared) if one >= threshold), 0)
      You take the first true window that fits. Take the one that is overlapped most.
"""
