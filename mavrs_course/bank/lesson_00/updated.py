"""00.4 Change your mind.

8 minutes, difficulty 2, 3 points, L00.4
This line is the heart of the agent that learned your taste in the player.
"""

import numpy as np

from mavrs_course.course import Case, Property


def updated(belief, levels, clicked):
    likelihood = np.where(clicked[:, None], levels + 1, 2) / (levels + 3)
    posterior = belief * likelihood
    return posterior / posterior.sum(axis=1, keepdims=True)


def updated_with_loops(belief, levels, clicked):
    rows = []
    for row, click in zip(belief, clicked, strict=True):
        chances = [(u + 1) / (u + 1 + 2) for u in levels]
        weights = [p * (c if click else 1 - c) for p, c in zip(row, chances, strict=True)]
        rows.append([weight / sum(weights) for weight in weights])
    return rows


OTHERS = (updated_with_loops,)


def cases(rng):
    def levels(count):
        return np.linspace(-0.9, 0.9, count)

    def some(viewers, count):
        return rng.dirichlet(np.ones(count), viewers)

    three, flat = np.array([-0.5, 0.0, 1.0]), np.full((2, 3), 1 / 3)
    return [
        Case("interest is -0.5, 0 or 1, equally likely; one viewer clicks, one skips",
             (flat, three, np.array([True, False])),
             [[6 / 31, 10 / 31, 15 / 31], [24 / 59, 20 / 59, 15 / 59]]),
        Case("one viewer, who clicks", (np.array([[0.5, 0.5]]), np.array([0.0, 1.0]),
             np.array([True])), [[0.4, 0.6]]),
        Case("there is one level only", (np.ones((2, 1)), np.zeros(1), np.array([True, False])),
             [[1.0], [1.0]]),
        Case("three viewers click", (some(3, 5), levels(5), np.full(3, True))),
        Case("three viewers skip", (some(3, 5), levels(5), np.full(3, False))),
        Case("four viewers, ten levels", (some(4, 10), levels(10), rng.random(4) < 0.5)),
        Case("a viewer whose interest is already certain",
             (np.eye(4)[[2, 0]], levels(4), np.array([False, True]))),
    ]  # fmt: skip


PROPERTIES = (
    Property("each row sums to one",
             holds=lambda result, belief, *rest: (np.shape(result) != belief.shape or
                 np.allclose(np.sum(result, axis=1), 1.0, atol=0.05)),
             because="Some rows don't sum to one: divide each row by its own sum."),
)  # fmt: skip

HINTS = """
    For each level of interest: how likely was what the viewer did, if that were the true level?
    Multiply the belief by it, then make each row sum to one again.

    If the interest is `u`, a click has the chance `(u + 1) / (u + 3)`, and a skip the rest, `2 /
    (u + 3)`. `np.where(clicked[:, None], ..., ...)` picks one for each viewer.

    Both chances have the same denominator, so only the numerator is chosen. Multiply the belief by
    the chance, and divide each row by its own sum: `keepdims=True` keeps it a column.
"""
MISTAKES = """
    not_normalised: / posterior.sum(axis=1, keepdims=True) =>
      The rows don't sum to one any more: divide each row by its sum.
    normalised_over_everybody: axis=1, keepdims=True =>
      You divide by the sum over all viewers. Each viewer's belief sums to one: `sum(axis=1,
      keepdims=True)`.
    normalised_over_viewers: axis=1, keepdims=True => axis=0
      You divide each level by its sum over viewers (axis=0). Each viewer's belief sums to one:
      `sum(axis=1, keepdims=True)`.
    softmaxed: belief * likelihood => np.exp(belief * likelihood)
      The products are put through exp. They are weights already: divide each row by its sum.
    every_page_a_click: clicked[:, None] => True
      Viewers who skipped are treated as if they had clicked: look at `clicked`.
    skips_ignored: levels + 1, 2) / (levels + 3) => (levels + 1) / (levels + 3), 1)
      A skip leaves the belief as it was. It says something too, if less than a click: its chance
      is 2 / (u + 3).
    clicks_and_skips_swapped: clicked[:, None] => ~clicked[:, None]
      Clicks and skips have changed places: after a click the high levels gain.
    prior_forgotten: belief * likelihood => likelihood
      What was believed before is lost: multiply `belief` by the chance, don't replace it.
    added_not_multiplied: belief * likelihood => belief + likelihood
      Belief and chance are added. Bayes' rule multiplies them.
    no_click_weighs_nothing: levels + 1, 2) / (levels + 3) => levels + 1, 1 - levels)
      You take (u + 1) / 2 for the chance of a click. On this platform not clicking weighs 2,
      against u + 1 for the video: (u + 1) / (u + 1 + 2).
    no_click_weighs_one: levels + 1, 2) / (levels + 3) => levels + 1, 1) / (levels + 2)
      Not clicking weighs 2 on this platform, and 1 in your code.
    weights_not_chances: / (levels + 3) =>
      u + 1 and 2 are weights. A chance is a weight divided by the sum of both, u + 3, which
      differs from level to level.
    forgot_plus_one: levels + 1, 2) / (levels + 3) => levels, 2) / (levels + 2)
      A video weighs u + 1, not u: a weight can't be negative.
"""

EQUAL = r"""
    2 => 3 | likelihood = np.where(clicked[:, None], levels + 1, 2) / (levels + 3)
    2 => 1 | likelihood = np.where(clicked[:, None], levels + 1, 2) / (levels + 3)
      Where nobody clicked the numerator is the same for all levels, and goes when the row
      is divided by its sum.
"""
