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


class PlannerInArrays(PathPlanner):
    """All paths of a length in one table."""

    def plan(self, depth, width):
        legal = np.vstack([self.legal_after, np.ones(len(self.known), dtype=bool)])
        ends = np.array([-1 if self.last is None else self.last])
        paths, known = np.zeros((1, 0), dtype=int), self.known[None]
        for _ in range(depth):
            rows, items = np.nonzero(legal[ends])
            paths = np.column_stack([paths[rows], items])
            known = np.array(list(map(self.after_lesson, known[rows], items)))
            best = np.argsort(-known.sum(axis=1), kind="stable")[:width]
            paths, known, ends = paths[best], known[best], items[best]
        return paths[0].tolist()


class PlannerByOdds(PathPlanner):
    """Bayes' rule by odds."""

    def saw(self, item, right):
        ratio = (1 - self.slip) / self.guess if right else self.slip / (1 - self.guess)
        odds = self.known[item] / (1 - self.known[item]) * ratio
        self.known[item] = odds / (1 + odds)
        self.known, self.last = self.after_lesson(self.known, item), item


OTHERS = (PlannerInArrays, PlannerByOdds)
CHAIN = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=bool)
ALL = np.ones((3, 3), dtype=bool)


def cases(rng):
    def some(n, seen, depth, width, share=0.4, legal=0.6):
        before = np.tril(rng.random((n, n)) < share, -1)
        after = (rng.random((n, n)) < legal) | np.eye(n, dtype=bool)
        teach, prior = rng.uniform(0.2, 0.7, n), rng.uniform(0.1, 0.9, n)
        answers = [(int(rng.integers(n)), bool(rng.random() < 0.6)) for _ in range(seen)]
        return before, after, teach, prior, answers, depth, width

    sure = np.array([0.9, 0.8, 0.7])
    return [
        Case("three in a row, nothing known: from the first to the last",
             (CHAIN, ALL, sure, np.full(3, 0.05), [], 3, 30), ([0, 1, 2],) * 2),
        Case("the first two are known: the third gains most, .9 * .7 * .81",
             (CHAIN, ALL, sure, np.array([0.9, 0.9, 0.1]), [], 1, 5), ([2],) * 2),
        Case("the third would gain most, but only the first may follow the first",
             (CHAIN, np.eye(3, dtype=bool), sure, np.array([0.6, 0.9, 0.1]), [(0, True)], 1, 5),
             ([0],) * 2),
        # .7 falls to .226, and the lesson makes it .923: again it gains .0697, the second .0709.
        Case("a wrong answer, and the second gains a little more than the first again",
             (CHAIN, ALL, sure, np.array([0.7, 0.904, 0.99]), [(0, False)], 1, 5), ([1],) * 2),
        Case("no step to plan", (CHAIN, ALL, sure, np.full(3, 0.2), [], 0, 5), ([],) * 2),
        Case("a single item", (np.zeros((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
             np.array([0.7]), np.array([0.2]), [(0, True)], 2, 5), ([0, 0],) * 2),
        Case("five items, a narrow beam", some(5, 2, 4, 2)),
        Case("six items, one path kept", some(6, 4, 4, 1)),
        Case("six items in a tangle", some(6, 6, 3, 30, share=0.7)),
        Case("before any answer everything is legal", some(5, 0, 3, 50, legal=0.2)),
        Case("few steps are legal", some(6, 3, 4, 40, legal=0.15)),
    ]  # fmt: skip


def observe(kind, case):
    """The path, and what is planned when asked again."""
    before, legal_after, teach, prior, answers, depth, width = case.inputs
    planner = kind(before, legal_after, teach, prior)
    for item, right in answers:
        planner.saw(item, right)
    path, planned_again = ([int(item) for item in planner.plan(depth, width)] for _ in range(2))
    return path, planned_again


def _allowed(made, before, legal_after, teach, prior, answers, depth, width):
    steps = [*(item for item, _ in answers[-1:]), *made[0]]
    return all(legal_after[a, b] for a, b in pairwise(steps))


PROPERTIES = (
    Property("each step is legal after the one before", _allowed,
             "Your path has a step that is not legal after the one before. Within a path, look at "
             "the path's own last item; for its first step, at the last one seen."),
    Property("the path is as long as it should be",
             lambda made, *inputs: len(made[0]) == inputs[5],
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
      Your lessons teach without their prerequisites. Multiply by what is believed of each.
    weakest_prerequisite:
      | known[self.before[item]].prod() => known[self.before[item]].min(initial=1.0)
      You take the weakest prerequisite alone. All are needed at once, so multiply.
    what_follows_it: known[self.before[item]] => known[self.before[:, item]]
      Row and column are exchanged: before[item] are the prerequisites of the item.
    changes_the_belief: known = known.copy() => pass
      Planning writes imagined lessons into what is believed. Work on a copy.
    greedy: beam = longer[:width] => beam = longer[:1]
      You keep one path whatever the width. A step that gains little now may open the way to much.
    from_where_she_stands: end = path[-1] if path else self.last => end = self.last
      Every step of the path starts where she stands now. Each starts where the last one ended.
    learns_from_right_answers_only:
      | if_known = 1 - self.slip if right else self.slip =>
      | if not right:
      |     return
      | if_known = 1 - self.slip if right else self.slip
      A wrong answer counts too: for Bayes' rule, for what the lesson teaches, for where she stands.
    right_is_known:
      | self.known[item] = known * if_known / (known * if_known + (1 - known) * if_not) =>
      | self.known[item] = float(right)
      You take a right answer for knowledge. Guesses and slips are what Bayes' rule is for.
    no_bayes:
      | self.known[item] = known * if_known / (known * if_known + (1 - known) * if_not) => pass
      The answer changes nothing in what is believed. Bayes' rule comes first, then the lesson.
    lesson_first:
      | if_known = 1 - self.slip if right else self.slip =>
      | self.known = self.after_lesson(self.known, item)
      | if_known = 1 - self.slip if right else self.slip;
      | self.known = self.after_lesson(self.known, item) => pass
      You let the lesson teach before you look at the answer, which came from what she knew before.
"""
