"""22.4 A path over what you believe.

35 minutes, difficulty 3, 5 points, L22.4
This agent plans, looks at the answer, and plans again: the best of the lesson's table.
"""

from itertools import pairwise

import numpy as np

from mavrs_course.course import Case, Property


class PathPlanner:
    def __init__(self, before, legal_after, teach, prior, guess=0.2, slip=0.1):
        self.before, self.legal_after, self.teach = before, legal_after, teach
        self.guess, self.slip = guess, slip
        self.known = np.array(prior, dtype=float)
        self.last = None

    def after_lesson(self, known, item):
        known = known.copy()
        ready = known[self.before[item]].prod()
        known[item] += (1 - known[item]) * self.teach[item] * ready
        return known

    def saw(self, item, right):
        if_known = 1 - self.slip if right else self.slip
        if_not = self.guess if right else 1 - self.guess
        known = self.known[item]
        self.known[item] = known * if_known / (known * if_known + (1 - known) * if_not)
        self.known = self.after_lesson(self.known, item)
        self.last = item

    def plan(self, depth, width):
        beam = [([], self.known)]
        for _ in range(depth):
            longer = []
            for path, known in beam:
                end = path[-1] if path else self.last
                legal = self.legal_after[end] if end is not None else np.ones(len(known), bool)
                for item in np.flatnonzero(legal):
                    longer.append(([*path, int(item)], self.after_lesson(known, item)))
            longer.sort(key=lambda entry: -entry[1].sum())
            beam = longer[:width]
        return beam[0][0]


class PlannerInArrays:
    """All paths of a length in one table."""

    def __init__(self, before, legal_after, teach, prior, guess=0.2, slip=0.1):
        self.before, self.legal, self.teach = np.array(before), np.array(legal_after), teach
        self.likely = {True: (1 - slip, guess), False: (slip, 1 - guess)}
        self.known, self.last = np.array(prior, dtype=float), -1

    def _taught(self, known, items):
        ready = np.where(self.before[items], known, 1.0).prod(axis=1)
        gain = (1 - known[np.arange(len(items)), items]) * self.teach[items] * ready
        return known + gain[:, None] * (np.arange(known.shape[1]) == items[:, None])

    def saw(self, item, right):
        if_known, if_not = self.likely[bool(right)]
        odds = self.known[item] * if_known / ((1 - self.known[item]) * if_not)
        self.known[item] = odds / (1 + odds)
        self.known = self._taught(self.known[None], np.array([item]))[0]
        self.last = item

    def plan(self, depth, width):
        paths, known = np.zeros((1, 0), dtype=int), self.known[None]
        for _ in range(depth):
            ends = paths[:, -1] if paths.shape[1] else np.array([self.last])
            allowed = self.legal[ends] | (ends < 0)[:, None]
            rows, items = np.nonzero(allowed)
            paths = np.column_stack([paths[rows], items])
            known = self._taught(known[rows], items)
            best = np.argsort(-known.sum(axis=1), kind="stable")[:width]
            paths, known = paths[best], known[best]
        return paths[0].tolist()


class PlannerByLogs(PathPlanner):
    """Multiplies by adding logarithms."""

    def after_lesson(self, known, item):
        ready = np.exp(np.log(known[self.before[item]]).sum())
        gain = np.zeros(len(known))
        gain[item] = (1 - known[item]) * self.teach[item] * ready
        return known + gain


OTHERS = (PlannerInArrays, PlannerByLogs)
CHAIN = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=bool)
ALL = np.ones((3, 3), dtype=bool)


def twice(path):
    return {"path": path, "planned again": path}


def cases(rng):
    def some(n, seen, depth, width, share=0.4, legal=0.6):
        before = np.tril(rng.random((n, n)) < share, -1)
        after = (rng.random((n, n)) < legal) | np.eye(n, dtype=bool)
        teach, prior = rng.uniform(0.2, 0.7, n), rng.uniform(0.1, 0.9, n)
        answers = [(int(rng.integers(n)), bool(rng.random() < 0.6)) for _ in range(seen)]
        return before, after, teach, prior, answers, depth, width

    sure = np.array([0.9, 0.8, 0.7])
    # By hand: where the first two are known with .9, the third gains .9 * .7 * .9 * .9 = .510.
    return [
        Case("three in a row, nothing known: from the first to the last",
             (CHAIN, ALL, sure, np.full(3, 0.05), [], 3, 30), twice([0, 1, 2])),
        Case("the first two are known: the third gains most, .9 * .7 * .81",
             (CHAIN, ALL, sure, np.array([0.9, 0.9, 0.1]), [], 1, 5), twice([2])),
        Case("the third would gain most, but only the first may follow the first",
             (CHAIN, np.eye(3, dtype=bool), sure, np.array([0.6, 0.9, 0.1]), [(0, True)], 1, 5),
             twice([0])),
        Case("a wrong answer: the first item again, and then the second",
             (CHAIN, ALL, sure, np.array([0.7, 0.3, 0.1]), [(0, False)], 2, 20)),
        Case("no step to plan", (CHAIN, ALL, sure, np.full(3, 0.2), [], 0, 5), twice([])),
        Case("five items, a wide beam", some(5, 3, 3, 200)),
        Case("five items, a narrow beam", some(5, 2, 4, 2)),
        Case("six items, one path kept", some(6, 4, 4, 1)),
        Case("six items in a tangle", some(6, 6, 3, 30, share=0.7)),
        Case("before any answer everything is legal", some(5, 0, 3, 50, legal=0.2)),
        Case("few steps are legal", some(6, 3, 4, 40, legal=0.15)),
    ]  # fmt: skip


NAMES = ("before", "legal_after", "teach", "prior", "answers", "depth", "width")


def observe(kind, case):
    """The path, and what is planned when asked again."""
    before, legal_after, teach, prior, answers, depth, width = case.inputs
    planner = kind(before, legal_after, teach, prior)
    for item, right in answers:
        planner.saw(item, right)
    path = [int(item) for item in planner.plan(depth, width)]
    again = [int(item) for item in planner.plan(depth, width)]
    return {"path": path, "planned again": again}


def _allowed(made, before, legal_after, teach, prior, answers, depth, width):
    steps = [*(item for item, _ in answers[-1:]), *made["path"]]
    return all(legal_after[a, b] for a, b in pairwise(steps))


PROPERTIES = (
    Property("each step is legal after the one before", _allowed,
             "Your path has a step that is not legal after the one before. Within a path, look at "
             "the path's own last item; for its first step, at the last one seen."),
    Property("the path is as long as it should be",
             lambda made, *inputs: len(made["path"]) == inputs[5],
             "The path has another number of steps than `depth`."),
)  # fmt: skip

HINTS = """
    Three parts: what a lesson does to belief, what an answer does, and the search. Write the first
    as a method that returns new beliefs and leaves the old ones alone, for the search needs both.

    The search holds pairs of a path and what is believed at its end. For each length, make all
    longer ones, sort them by how much is known at the end, and keep the first `width`.

    After an answer: Bayes' rule for that item alone, then the lesson's own effect, as in the
    search, and where she stands now.
"""
MISTAKES = """
    no_prerequisites: ready = known[self.before[item]].prod() => ready = 1.0
      A lesson teaches whatever is known before it in your answer. Multiply by the product of what
      is believed of its prerequisites.
    weakest_prerequisite:
      | known[self.before[item]].prod() => known[self.before[item]].min(initial=1.0)
      You take the weakest prerequisite alone. All are needed at once, so multiply.
    what_follows_it: known[self.before[item]] => known[self.before[:, item]]
      Row and column are exchanged: before[item] are the prerequisites of the item, before[:,
      item] is what follows it.
    learns_again: (1 - known[item]) * self.teach[item] => self.teach[item]
      Who knows the item learns it again, so that belief may rise above 1. Only 1 - known can
      learn.
    changes_the_belief: known = known.copy() => pass
      Planning changes what is believed: imagined lessons are written into the same array. Work on
      a copy.
    greedy: beam = longer[:width] => beam = longer[:1]
      You keep one path whatever the width. A step that gains little now may open the way to much.
    keeps_the_worst: -entry[1].sum() => entry[1].sum()
      The beam keeps the paths after which least is known.
    any_step: legal = self.legal_after[end] if end is not None else => legal =
      You do not ask which steps are legal.
    from_where_she_stands: end = path[-1] if path else self.last => end = self.last
      Every step of the path is taken as if she still stood where she stands now. After the first
      step of a path she stands there.
    forgets_where_she_stands: self.last = item => pass
      saw does not note where she stands now, so that everything is legal for ever.
    legal_before: self.legal_after[end] if => self.legal_after[:, end] if
      Row and column are exchanged: legal_after[a] are the steps that are legal after a.
    one_step_short: range(depth) => range(depth - 1)
      or return beam[0][0] => return beam[0][0][:-1]
      The path is a step too short.
    learns_from_right_answers_only:
      | if_known = 1 - self.slip if right else self.slip =>
      | if not right:
      |     return
      | if_known = 1 - self.slip if right else self.slip
      A wrong answer changes nothing in your answer. It too goes through Bayes' rule, the lesson
      was watched, and she stands at this item now.
    right_is_known:
      | self.known[item] = known * if_known / (known * if_known + (1 - known) * if_not) =>
      | self.known[item] = float(right)
      You take a right answer for knowledge, and a wrong one for none. Guesses and slips are what
      Bayes' rule is for.
    walks_the_plan:
      | return beam[0][0] =>
      | self.known = beam[0][1]
      | return beam[0][0]
      Planning changes what is believed, as if the lessons had been watched already.
    no_bayes:
      | self.known[item] = known * if_known / (known * if_known + (1 - known) * if_not) => pass
      The answer changes nothing in what is believed. Bayes' rule comes first, then the lesson.
    lesson_first:
      | if_known = 1 - self.slip if right else self.slip =>
      | self.known = self.after_lesson(self.known, item)
      | if_known = 1 - self.slip if right else self.slip;
      | self.known = self.after_lesson(self.known, item) => pass
      You let the lesson teach before you look at the answer. The answer came from what she knew
      until then.
    right_for_wrong:
      | if_known = 1 - self.slip if right else self.slip =>
      | if_known = self.slip if right else 1 - self.slip
      A right answer of who knows it has likelihood 1 - slip, a wrong one slip. You have them the
      other way round.
    bayes_on_all:
      | known = self.known[item] => known = self.known;
      | self.known[item] = known * if_known => self.known = known * if_known
      Bayes' rule is applied to every item. The answer was about one.
    keeps_the_prior_array: self.known = np.array(prior, dtype=float) => self.known = prior
      The planner works in the array that it was given, so that its maker's prior changes. Make a
      copy of it in __init__.
"""
