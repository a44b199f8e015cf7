"""30.2 How long ago was the last change?

20 minutes, difficulty 3, 4 points, L30.2
A belief about a change, click by click, with nothing but sums and products.
"""

import numpy as np

from mavrs_course.agents.lifelong import ClickRuns, run_lengths
from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def run_length(clicks, hazard):
    chance, yes, no = np.ones(1), np.ones(1), np.ones(1)
    for click in clicks:
        told = (yes if click else no) / (yes + no)
        joint = chance * told
        chance = np.concatenate([[hazard * joint.sum()], (1 - hazard) * joint])
        chance = chance / chance.sum()
        yes = np.concatenate([[1.0], yes + click])
        no = np.concatenate([[1.0], no + 1 - click])
    return chance


def run_length_by_counting(clicks, hazard):
    chance = [1.0]
    for t, click in enumerate(clicks):
        joint = []
        for length, before in enumerate(chance):
            held = sum(clicks[t - length : t])
            said = held if click else length - held
            joint.append(before * (said + 1) / (length + 2))
        grown = [hazard * sum(joint), *((1 - hazard) * part for part in joint)]
        chance = [part / sum(grown) for part in grown]
    return chance


def run_length_by_the_library(clicks, hazard):
    if not len(clicks):
        return np.ones(1)
    return run_lengths(clicks, ClickRuns(), hazard)[0][-1]


OTHERS = (run_length_by_counting, run_length_by_the_library)
NAMES = ("clicks", "hazard")


def cases(rng):
    def turned(before, after, hazard):
        first = (rng.random(before) < 0.9).astype(int)
        return np.concatenate([first, (rng.random(after) < 0.1).astype(int)]), hazard

    return [
        Case("no click yet: a run of 0", (np.zeros(0, int), 0.1), np.ones(1)),
        Case("one click", (np.array([1]), 0.25), np.array([0.25, 0.75])),
        Case("one miss", (np.array([0]), 0.25), np.array([0.25, 0.75])),
        Case("two clicks, hazard 0.5", (np.array([1, 1]), 0.5),
             np.array([0.5, 3 / 14, 4 / 14])),
        Case("a click, then a miss, hazard 0.5", (np.array([1, 0]), 0.5),
             np.array([0.5, 0.3, 0.2])),
        Case("two clicks, hazard 0.25", (np.array([1, 1]), 0.25),
             np.array([0.25, 0.15, 0.6])),
        Case("eight clicks, then six misses", (np.repeat([1, 0], [8, 6]), 0.05)),
        Case("many, then few", turned(20, 10, 0.03)),
        Case("few changes are expected", turned(12, 5, 0.002)),
        Case("many changes are expected", turned(9, 9, 0.6)),
    ]  # fmt: skip


PROPERTIES = (
    Property("the chances sum to 1",
             lambda result, clicks, hazard: np.isclose(
                 np.sum(result), 1, atol=slack(result) * 10 + 1e-9),
             "The chances do not sum to 1. Divide by their sum after each answer."),
)  # fmt: skip

HINTS = """
    Keep three lists side by side, one entry a run: chance, clicks plus 1, misses plus 1.

    For each answer: multiply the chance of each run by what the run expected of this answer. The
    sum of all, times the hazard, begins a new run; the rest of each goes on.

    A new run knows nothing: 1 and 1. It goes to the front of all three lists, and the others have
    counted this answer.
"""
MISTAKES = """
    hazards_swapped: hazard * joint.sum() => (1 - hazard) * joint.sum(); (1 - hazard) * joint] =>
      | hazard * joint]
      hazard and 1 - hazard have changed places: a change is the rare thing.
    new_run_is_the_hazard: hazard * joint.sum() => hazard
      A new run begins with the hazard times what all runs expected, not with the hazard alone.
    new_run_from_the_longest: hazard * joint.sum() => hazard * joint[-1]
      Any run can end here, not the longest alone: sum over all of them.
    new_run_at_the_end: np.concatenate([[hazard * joint.sum()], (1 - hazard) * joint]) =>
      | np.concatenate([(1 - hazard) * joint, [hazard * joint.sum()]])
      Your new run stands last. Entry r is the chance of r answers since the change, so it is first.
    backwards: return chance => return chance[::-1]
      The list is the wrong way round: entry 0 is a change just now.
    runs_do_not_grow: yes = np.concatenate([[1.0], yes + click]) =>
      | yes = np.concatenate([[1.0], yes])
      The runs do not count the clicks. Each that goes on has seen one answer more.
    new_run_counts_it:
      | np.concatenate([[1.0], yes + click]) => np.append(1.0, yes) + click;
      | np.concatenate([[1.0], no + 1 - click]) => np.append(1.0, no) + 1 - click
      The new run has counted this answer. It begins after it, and knows nothing.
    misses_for_clicks: (yes if click else no) => (no if click else yes)
      A click is told by the misses in your answer. What a run expects of a click are its clicks.
    always_the_click: (yes if click else no) => yes
      A miss is as likely as a click in your answer. For a miss, take the misses.
    counts_for_chances: / (yes + no) =>
      You multiply by counts. What a run expects is a share: its clicks plus 1, over both plus 2.
    not_normalised: chance = chance / chance.sum() => pass
      These are not chances yet. Divide by their sum after each answer.
    likeliest_alone: return chance => return np.eye(len(chance))[chance.argmax()]
      You return the likeliest run only. Asked is the chance of each.
"""
