"""05.1 What a page tells.

15 minutes, difficulty 2, 3 points, L05.1
You can read a page exactly, silence included.
"""

import itertools

import numpy as np

from mavrs_course.course import Case, Property


def page_posterior(prior, levels, clicked):
    slots = np.arange(len(prior))
    posterior = np.zeros_like(prior)
    for state in itertools.product(range(len(levels)), repeat=len(prior)):
        w = levels[list(state)] + 1
        likelihood = (w[clicked] if clicked >= 0 else 2) / (w.sum() + 2)
        posterior[slots, state] += likelihood * prior[slots, state].prod()
    return posterior / posterior.sum(axis=1, keepdims=True)


def page_posterior_on_a_grid(prior, levels, clicked):
    slots = range(len(prior))
    weights = np.meshgrid(*[levels + 1.0] * len(prior), indexing="ij")
    joint = (weights[clicked] if clicked >= 0 else 2.0) / (sum(weights) + 2.0)
    for slot in slots:
        joint = joint * prior[slot].reshape([-1 if axis == slot else 1 for axis in slots])
    joint = joint / joint.sum()
    return [joint.sum(axis=tuple({*slots} - {slot})).tolist() for slot in slots]


OTHERS = (page_posterior_on_a_grid,)


def cases(rng):
    two = np.array([-0.5, 0.5])

    def some(slots, count):
        levels = np.sort(rng.uniform(-1, 1, count))
        return rng.dirichlet(np.ones(count), slots), levels

    def some_case(label, slots, count, clicked):
        return Case(label, (*some(slots, count), clicked))

    return [
        Case("one video, interest -0.5 or 0.5, clicked: 1/5 against 3/7",
             (np.array([[0.5, 0.5]]), two, 0), np.array([[7 / 22, 15 / 22]])),
        Case("the same video, not clicked: 4/5 against 4/7",
             (np.array([[0.5, 0.5]]), two, -1), np.array([[7 / 12, 5 / 12]])),
        Case("the same video clicked, thought to be liked by one viewer in four",
             (np.array([[0.75, 0.25]]), two, 0), np.array([[7 / 12, 5 / 12]])),
        Case("a single level: nothing is left to learn",
             (np.ones((2, 1)), np.array([0.5]), 1), np.ones((2, 1))),
        some_case("two videos, the first clicked", 2, 4, 0),
        some_case("two videos, the second clicked", 2, 4, 1),
        some_case("three videos, none clicked", 3, 5, -1),
        some_case("three videos, the last clicked", 3, 5, 2),
        Case("four videos of which nothing is known, the second clicked",
             (np.full((4, 3), 1 / 3), np.array([-0.8, 0.0, 0.8]), 1)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is a row for each video and a column for each level",
             lambda result, prior, levels, clicked: np.shape(result) == np.shape(prior),
             "Return one belief for each video of the page, float[K, G], of the shape of prior."),
)  # fmt: skip

HINTS = """
    itertools.product(range(G), repeat=K) lists every combination of levels. Each has a prior (the
    product over the videos) and a likelihood.

    Its likelihood is w[clicked] / (w.sum() + 2), or 2 / (w.sum() + 2) for clicked = -1, with w =
    levels[list(state)] + 1.

    Add prior times likelihood to posterior[slot, state[slot]] for every slot, and at the end
    divide each row by its sum.
"""


def _normalised(posterior):
    return posterior / posterior.sum(axis=1, keepdims=True)


def each_video_by_itself(prior, levels, clicked):
    click = (levels + 1) / (levels + 3)
    chosen = (np.arange(len(prior)) == clicked)[:, None]
    return _normalised(prior * np.where(chosen, click, 1 - click))


def expected_rivals(prior, levels, clicked):
    weight = levels + 1
    expected = prior @ weight
    rest = 2 + expected.sum() - expected
    chosen = (np.arange(len(prior)) == clicked)[:, None]
    return _normalised(prior * np.where(chosen, weight, 1.0) / (weight + rest[:, None]))


MISTAKES = """
    forgot_the_prior: * prior[slots, state].prod() =>
      What was believed before has no effect. Each combination counts with the product of its
      priors times how likely it makes what happened.
    ignored_skips:
      | slots = np.arange(len(prior)) =>
      | if clicked < 0:
      |     return prior.copy()
      | slots = np.arange(len(prior))
      A page without a click tells something too: it is less likely the more its videos are liked.
      Its likelihood is 2 / (sum of weights + 2).
    learned_of_the_clicked_video_only:
      | return posterior / posterior.sum(axis=1, keepdims=True) =>
      | posterior /= posterior.sum(axis=1, keepdims=True)
      | return posterior if clicked < 0 else np.where(slots[:, None] == clicked, posterior, prior)
      The videos that were not clicked have their old belief. They competed and lost, which speaks
      a little against them: sum the joint belief for each of them too.
    each_video_by_itself:
      Each video is treated as if it had been shown alone. The divisor holds the weights of all
      videos of the page, so the combinations have to be weighed as a whole.
    expected_rivals:
      The other videos stand in the divisor with their expected weights. That is near, and not
      exact: 1 / (w + x) averaged over x is not 1 / (w + average of x).
    not_normalised: / posterior.sum(axis=1, keepdims=True) =>
      The rows do not sum to one. Divide each by its sum: that is the denominator in Bayes' rule.
    no_click_weighs_otherwise: else 2) / (w.sum() + 2) => else 1) / (w.sum() + 1)
      or else 2) / (w.sum() + 2) => else 3) / (w.sum() + 3)
      No click has another weight than 2 in your page: it is 2 in the divisor, and 2 above it
      where nothing was clicked.
    interest_without_plus_one: levels[list(state)] + 1 => levels[list(state)]
      A video weighs u + 1, and yours weigh u: interest can be negative, a weight can't.
    no_divisor: / (w.sum() + 2) =>
      The likelihood lacks its divisor. A click is the less of a proof the more the viewer likes
      everything: w / (sum of weights + 2).
    no_click_taken_for_the_last_slot: w[clicked] if clicked >= 0 else 2 => w[clicked]
      clicked = -1 means that nothing was clicked. As an index, -1 is the last video.
"""


def detect_not_normalised(trials):
    return all(
        np.allclose(_normalised(np.asarray(t.returned)), t.expected)
        and not np.allclose(np.sum(t.returned, axis=1), 1)
        for t in trials
    )


EQUAL = """
    posterior[slots, state] += likelihood * prior[slots, state].prod() => posterior[slots, state] -= likelihood * prior[slots, state].prod()
    2 => 3 | likelihood = (w[clicked] if clicked >= 0 else 2) / (w.sum() + 2)
    2 => 1 | likelihood = (w[clicked] if clicked >= 0 else 2) / (w.sum() + 2)
      The factor, or the sign, is in every entry, and goes when rows are divided by their sums.
"""  # noqa: E501
