"""33.3 A board that noise cannot climb.

25 minutes, difficulty 3, 4 points, L33.3
A board that answers less, and so can be asked more often.
"""

import numpy as np

from mavrs_course.course import Case


class Ladder:
    def __init__(self, step):
        self.step, self.entries = step, {}

    def submit(self, name, scores):
        mean = np.mean(scores)
        best = self.entries.get(name)
        if best is None or mean > best + self.step:
            self.entries[name] = np.round(mean / self.step) * self.step
        return self.entries[name]

    def board(self):
        return sorted(self.entries, key=lambda name: (-self.entries[name], name))


class LadderOfLists:
    """Keeps whole lists of what was told, and rounds in whole steps."""

    def __init__(self, step):
        self.told, self.size = [], step

    def submit(self, name, scores):
        mean = sum(float(score) for score in scores) / len(scores)
        mine = [value for who, value in self.told if who == name]
        if mine and mean <= mine[-1] + self.size:
            return mine[-1]
        steps = int(np.floor(mean / self.size + 0.5))
        self.told.append((name, steps * self.size))
        return steps * self.size

    def board(self):
        last = dict(self.told)
        return [name for _, name in sorted((-value, name) for name, value in last.items())]


OTHERS = (LadderOfLists,)
NAMES = ("step", "submissions")


def cases(rng):
    def noise(step, rounds, size):
        return step, [("ada", np.round(rng.normal(0.5, 0.2, size), 3)) for _ in range(rounds)]

    def class_of(step, names, rounds, size):
        who = rng.integers(len(names), size=rounds)
        return step, [(names[n], np.round(rng.normal(0.3, 0.3, size), 3)) for n in who]

    def one(*scores):
        return [("ada", np.array([score])) for score in scores]

    return [
        Case("0.52, 0.58, 0.63 with a step of 0.1", (0.1, one(0.52, 0.58, 0.63)),
             ([0.5, 0.5, 0.6], ["ada"])),
        Case("a worse one changes nothing", (0.1, one(0.62, 0.2)), ([0.6, 0.6], ["ada"])),
        Case("exactly a step better is not more", (0.25, one(0.5, 0.75)), ([0.5, 0.5], ["ada"])),
        Case("rounded up, so the next has farther to go", (0.1, one(0.57, 0.68, 0.71)),
             ([0.6, 0.6, 0.7], ["ada"])),
        Case("far below 0", (0.1, one(-0.57, -0.43)), ([-0.6, -0.4], ["ada"])),
        Case("two learners, each with a best of their own",
             (0.1, [("bob", np.array([0.4, 0.6])), ("ada", np.array([0.3, 0.32])),
                    ("ada", np.array([0.9, 0.9]))]), ([0.5, 0.3, 0.9], ["ada", "bob"])),
        Case("equal ones stand in the order of the alphabet",
             (0.1, [("cy", np.array([0.31])), ("bo", np.array([0.29])), ("al", np.array([0.1]))]),
             ([0.3, 0.3, 0.1], ["bo", "cy", "al"])),
        Case("a score of 0 is a score", (0.1, one(0.01, 0.06, -0.3)), ([0.0, 0.0, 0.0], ["ada"])),
        Case("nobody yet", (0.1, []), ([], [])),
        Case("forty tries of pure noise", noise(0.03, 40, 30)),
        Case("four learners, thirty tries", class_of(0.05, ["d", "b", "a", "c"], 30, 5)),
        Case("a large step", class_of(0.4, ["y", "x"], 12, 3)),
    ]  # fmt: skip


def observe(kind, case):
    """What each submission was told, float[T]; then the names on the board, best first."""
    step, submissions = case.inputs
    ladder, other = kind(step), kind(step)
    told = []
    for name, scores in submissions:
        other.submit(name, np.array([9.0]))  # another board, meanwhile
        told.append(float(ladder.submit(name, scores.copy())))
    return told, [str(name) for name in ladder.board()]


PARTS = ("what was told", "the board")
HINTS = """
    Keep one number a name: what was told last. Nothing else is ever looked at again.

    The first submission of a name is always told, rounded. A later one is compared with what was
    told, not with the mean that stood behind it.

    A name that is not there yet is not a name whose best is 0. Look whether it is there.
"""
MISTAKES = """
    tells_every_mean: return self.entries[name] => return mean
      You tell each submission its mean. Then noise can be read off: tell what stands on the board.
    every_gain_counts: best + self.step => best
      The smallest gain is written down. It must be more than a whole step.
    newest_counts: mean > best + self.step => True
      The newest result is written down, also a worse one.
    a_step_is_enough: mean > best => mean >= best
      A gain of exactly one step is written down. It must be more than that.
    not_rounded: np.round(mean / self.step) * self.step => mean
      You write the mean itself. Round it to whole steps: what lies between would tell of noise.
    zero_is_nobody: best is None or => not best or
      Who stands at 0 is treated as new. 0 is a result: ask whether the name is there.
    one_best_for_all: best = self.entries.get(name) =>
      | best = max(self.entries.values(), default=None);
      | return self.entries[name] => return self.entries.setdefault(name, best)
      You compare with the best of all. Each name has a best of its own.
    board_upside_down: (-self.entries[name], name) => (self.entries[name], name)
      The worst stands first on your board.
    board_by_arrival: (-self.entries[name], name) => -self.entries[name]
      Equals stand in the order in which they came. The alphabet decides.
"""
