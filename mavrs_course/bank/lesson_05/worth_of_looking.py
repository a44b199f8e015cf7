"""05.3 The worth of looking.

15 minutes, difficulty 2, 3 points, L05.3
You can say what a question is worth before you ask it.
"""

import numpy as np

from mavrs_course.course import Case, Property


def worth_of_looking(belief, levels, value, bar, rest):
    w = levels + 1
    click = w / (w + rest)
    chance = belief @ click
    after_click = (belief * click) @ w / chance
    after_skip = (belief * (1 - click)) @ w / (1 - chance)
    with_click = chance * np.maximum(after_click * value, bar)
    with_skip = (1 - chance) * np.maximum(after_skip * value, bar)
    return with_click + with_skip - np.maximum(belief @ w * value, bar)


def worth_of_looking_row_by_row(belief, levels, value, bar, rest):
    answers = []
    for row in belief:
        outcomes = []
        for likelihood in ((levels + 1) / (levels + 1 + rest), rest / (levels + 1 + rest)):
            joint = row * likelihood
            chance = sum(joint)
            outcomes.append(max(sum(joint * (levels + 1)) * value, chance * bar))
        answers.append(sum(outcomes) - max(sum(row * (levels + 1)) * value, bar))
    return answers


OTHERS = (worth_of_looking_row_by_row,)


def cases(rng):
    two, even = np.array([-0.5, 0.5]), np.array([[0.5, 0.5]])

    def some(rows, bar_from, bar_to):
        levels = np.sort(rng.uniform(-1, 1, 6))
        belief = rng.dirichlet(np.ones(6), rows)
        value = float(rng.uniform(0.5, 4))
        bar = float((belief @ (levels + 1)).mean() * value * rng.uniform(bar_from, bar_to))
        return belief, levels, value, bar, float(rng.uniform(2, 6))

    return [
        Case("worked by hand: weights 0.5 or 1.5, the bar just at their mean",
             (even, two, 1.0, 1.0, 2.0), [2 / 35]),
        Case("the same, twice as valuable and the bar twice as high",
             (even, two, 2.0, 2.0, 2.0), [4 / 35]),
        Case("the bar is out of reach", (even, two, 1.0, 3.0, 2.0), [0.0]),
        Case("the bar is so low that it is shown anyway", (even, two, 1.0, 0.1, 2.0), [0.0]),
        Case("nothing is left to learn", (np.array([[0.0, 1.0], [1.0, 0.0]]), two, 1.0, 1.0, 2.0),
             [0.0, 0.0]),
        Case("a single level", (np.ones((1, 1)), np.array([0.5]), 1.0, 1.0, 2.0), [0.0]),
        Case("five viewers, a bar near what is expected", some(5, 0.95, 1.05)),
        Case("five viewers, a bar a little above", some(5, 1.02, 1.08)),
        Case("five viewers, a bar a little below", some(5, 0.94, 0.98)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one number for each row",
             lambda result, belief, *rest: np.shape(result) == (len(belief),),
             "Return one value for each row of belief, float[B]."),
)  # fmt: skip

HINTS = """
    There are two outcomes. For each: its chance, the expected weight after it, and the better of
    weight * value and bar.

    P(click) at each level is w / (w + rest). Belief times that, summed, is the chance of a click;
    belief times that, times w, over the chance, is the weight after a click.

    For the skip do the same with 1 - w / (w + rest). Each outcome has the better of its mean worth
    and the bar; weigh them by their chances, and subtract the same maximum of today's belief.
"""
MISTAKES = """
    not_compared_with_now: - np.maximum(belief @ w * value, bar) =>
      This is what the choice is worth after looking. What looking adds is the difference from
      what it is worth without: subtract max(w v, bar).
    never_changes_its_mind:
      | np.maximum(after_click * value, bar) => after_click * value;
      | np.maximum(after_skip * value, bar) => after_skip * value
      The outcomes are averaged without a choice between video and bar. Information has a value
      only because you may choose differently: take the maximum in each outcome.
    compared_with_the_bar_only: np.maximum(belief @ w * value, bar) => bar
      Without looking you would take the better of video and bar, not always the bar.
    a_skip_tells_nothing:
      | after_skip = (belief * (1 - click)) @ w / (1 - chance) => after_skip = belief @ w
      After a skip your belief is the old one. Weigh it by 1 - P(click) at each level.
    outcomes_swapped:
      | after_click * value => after_skip * value;
      | after_skip * value => after_click * value
      The belief after a click stands with the chance of a skip, and the other way round.
    outcomes_equally_likely:
      | with_click = chance => with_click = 0.5;
      | with_skip = (1 - chance) => with_skip = 0.5
      A click and a skip are not equally likely: a click has the chance sum of belief * w / (w +
      rest).
    perfect_information: with_click + with_skip => belief @ np.maximum(w * value, bar)
      That is the worth of being told the interest itself. One showing tells much less: a click or
      a skip.
    uncertainty_for_information:
      | with_click + with_skip - np.maximum(belief @ w * value, bar) =>
      |     np.sqrt(belief @ levels**2 - (belief @ levels) ** 2)
      That is how uncertain the belief is. Information has a value only where an answer would
      change what is shown.
    interest_for_weight:
      | (belief * click) @ w => (belief * click) @ levels;
      | (belief * (1 - click)) @ w => (belief * (1 - click)) @ levels;
      | belief @ w * value => belief @ levels * value
      A video scores (u + 1) times its value, and yours scores u times it.
"""
