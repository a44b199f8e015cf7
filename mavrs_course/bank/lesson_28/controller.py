"""28.2 A controller that hears late.

25 minutes, difficulty 3, 5 points, L28.2
The agent that closes the gap, and with a delay the one that can swing.
"""

import numpy as np

from mavrs_course.course import Case


class Controller:
    def __init__(self, group, merit, gain, delay):
        self.group, self.merit = group, merit
        self.gain, self.delay = gain, delay
        self.had = np.zeros(len(self.merit))
        self.waiting = []

    def page(self, scores):
        if len(self.waiting) > self.delay:
            self.had += self.waiting.pop(0)
        error = self.had.max() - self.had
        order = np.argsort(-(scores + self.gain * error[self.group]), kind="stable")
        attention = 1 / np.log2(np.arange(len(order)) + 2)
        seen = np.bincount(self.group[order], weights=attention)
        self.waiting.append(seen / np.bincount(self.group) / self.merit)
        return order


class ControllerOfWholePages:
    """Keeps all pages, and counts them anew each time."""

    def __init__(self, group, merit, gain, delay):
        self.known = group, merit, gain
        self.delay, self.pages = delay, []

    def page(self, scores):
        group, merit, gain = self.known
        had = [0.0] * len(merit)
        for order in self.pages[: max(len(self.pages) - self.delay, 0)]:
            for place, video in enumerate(order):
                mine = group[video]
                had[mine] += 1 / np.log2(place + 2) / list(group).count(mine) / merit[mine]
        corrected = [s + gain * (max(had) - had[g]) for s, g in zip(scores, group, strict=True)]
        order = sorted(range(len(group)), key=lambda video: (-round(corrected[video], 9), video))
        self.pages.append(order)
        return order


OTHERS = (ControllerOfWholePages,)
NAMES = ("group", "merit", "gain", "delay", "scores")


def cases(rng):
    def some(group, gain, delay, pages):
        scores = np.round(rng.uniform(0, 1, (pages, len(group))), 3)
        merit = np.round(rng.uniform(0.3, 1, max(group) + 1), 3)
        return np.array(group), merit, gain, delay, scores

    two, merit = np.array([0, 1]), np.ones(2)
    same = np.tile([0.6, 0.5], (3, 1))
    six = np.tile([0.81, 0.80, 0.79, 0.78, 0.77, 0.76], (40, 1))
    return [
        Case("two videos, gain 0.5, at once", (two, merit, 0.5, 0, same[:2]),
             np.array([[0, 1], [1, 0]])),
        Case("the same, one page late", (two, merit, 0.5, 1, same),
             np.array([[0, 1], [0, 1], [1, 0]])),
        Case("gain 0: the scores alone", (two, merit, 0.0, 0, same), np.tile([0, 1], (3, 1))),
        Case("equal scores: the lower number first", (np.zeros(40, int), np.ones(1), 1.0, 0,
             np.tile(np.arange(40) % 2, (2, 1))), np.tile(np.r_[1:40:2, 0:40:2], (2, 1))),
        Case("merit 1 and 0.4: less attention is owed", (two, np.array([0.4, 1.0]), 0.13, 0,
             np.tile([0.5, 0.6], (9, 1)))),
        Case("one video", (np.zeros(1, int), np.ones(1), 1.0, 0, np.ones((2, 1))),
             np.zeros((2, 1))),
        Case("one group of everything: nothing to correct",
             (np.zeros(4, int), np.ones(1), 9.0, 0, np.round(rng.uniform(0, 1, (3, 4)), 3))),
        Case("six videos, 40 pages",
             (np.array([0, 0, 0, 1, 1, 1]), np.array([0.8, 0.77]), 0.017, 0, six)),
        Case("five videos of three groups, at once", some([0, 1, 1, 2, 2], 0.31, 0, 12)),
        Case("groups of 1 and 4, two pages late", some([1, 0, 1, 1, 1], 0.23, 2, 14)),
        Case("a high gain, five pages late", some([0, 1, 0, 1, 2], 1.7, 5, 16)),
    ]  # fmt: skip


def observe(kind, case):
    """The order of each page: int[T, V]."""
    group, merit, gain, delay, scores = case.inputs
    controller = kind(group.copy(), merit.copy(), gain, delay)
    kind(group.copy(), merit.copy(), gain, delay).page(scores[0].copy())  # another, meanwhile
    return np.array([np.asarray(controller.page(row.copy())) for row in scores])


HINTS = """
    Keep one number a group, what it has had, and a list of pages whose attention is not known yet.

    What a page brings to a group: the attention of all places at which it stands, over the number
    of its videos and over its merit. It joins the list when the page is made.

    At the start of a page, look at the list: if it is longer than the delay, its oldest entry is
    known now. Then error, order, and a new entry.
"""
MISTAKES = """
    against_it: scores + self.gain => scores - self.gain
      or self.had.max() - self.had => self.had - self.had.min()
      You lower who is behind, so that the gap grows. The error is the largest had less one's own.
    no_correction: scores + self.gain * error[self.group] => scores
      The pages do not look at the error. Add gain times the error of the video's group.
    hears_at_once: > self.delay => > 0
      You know each page at once. Its attention is known only `delay` pages later.
    a_page_too_late: > self.delay => > self.delay + 1
      Your news come a page too late: with delay 0, each page knows all before it.
    a_page_too_early: > self.delay => >= max(self.delay, 1)
      Your news come a page too early: with delay 2, the last two pages are not known.
    only_the_latest: self.had += self.waiting.pop(0) => self.had = self.waiting.pop(0)
      You look at one page alone. What a group has had is the sum over all known pages.
    forgets: self.had += self.waiting.pop(0) => self.had = 0.9 * self.had + self.waiting.pop(0)
      What was long ago fades in your answer. FairCo's sum forgets nothing.
    sum_over_members: / np.bincount(self.group) / self.merit => / self.merit
      A large group has had more only because it is large. Divide by the number of its videos.
    without_merit: / np.bincount(self.group) / self.merit => / np.bincount(self.group)
      All groups are owed the same in your answer. Divide by the merit.
    times_merit: / np.bincount(self.group) / self.merit => / np.bincount(self.group) * self.merit
      You multiply by merit: who earns more gets less. Divide by it.
    attention_by_number: np.bincount(self.group[order], => np.bincount(self.group,
      You give attention by the number of the video. It goes by the place in the order.
    no_discount: 1 / np.log2(np.arange(len(order)) + 2) => np.ones(len(order))
      Every place has the same attention, so no order is unfair. It falls with the place.
    worst_first: np.argsort(-(scores => np.argsort((scores
      Your order begins with the lowest score. Best first.
    ranks_for_order: return order => return np.argsort(order)
      You return the place of each video. Asked for is the video of each place.
"""
EQUAL = r"""
    np.zeros(len(self.merit)) => np.ones(len(self.merit)) | self.had = np.zeros(len(self.merit))
      What is the same for all groups moves no ranking.
    self.had.max() => self.had.min() | error = self.had.max() - self.had
      What is the same for all groups moves no ranking.
"""
