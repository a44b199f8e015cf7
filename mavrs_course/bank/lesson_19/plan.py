"""19.2 From trust to a plan.

20 minutes, difficulty 2, 3 points, L19.2
A plan that is cheap on most pages, and leaves none to chance while somebody knows.
"""

import numpy as np

from mavrs_course.course import Case


def plan(trusted, votes, most):
    order = np.argsort(-trusted, kind="stable")
    asked = order[:most]
    if not votes[asked].any():
        asked = order
    weights = np.exp(trusted[asked] - trusted[asked].max())
    return asked, weights @ votes[asked] / weights.sum()


def plan_with_loops(trusted, votes, most):
    order = sorted(range(len(trusted)), key=lambda n: (-trusted[n], n))
    asked = order[:most]
    if all(votes[n].max() == 0 for n in asked):
        asked = order
    top = max(trusted[n] for n in asked)
    weights = [float(np.exp(trusted[n] - top)) for n in asked]
    joint = sum(w * votes[n] for w, n in zip(weights, asked, strict=True)) / sum(weights)
    return np.array(asked), joint


OTHERS = (plan_with_loops,)


def cases(rng):
    votes = np.array([[0.0, 1, 0.5], [1, 0, 0.2], [0, 0, 0], [0.3, 0.6, 1]])
    trusted = np.array([0.0, np.log(3.0), 2.0, -1.0])
    joint = (3 * votes[1] + votes[0]) / 4
    silent = votes.copy()
    silent[[0, 1]] = 0.0
    return [
        Case("ask two; the weights are 3 to 1", (trusted[[0, 1, 3]], votes[[0, 1, 3]], 2),
             (np.array([1, 0]), joint)),
        Case("the most trusted is silent, the second is not", (trusted, votes, 2),
             (np.array([2, 1]), votes[1] * 3 / (3 + np.e**2))),
        Case("both are silent: ask the others as well",
             (np.array([1.0, 1.0, 0.0, 0.0]), silent, 2)),
        Case("one is asked and is silent", (trusted, votes, 1)),
        Case("everybody is silent", (trusted, np.zeros((4, 3)), 2),
             (np.array([2, 1, 0, 3]), np.zeros(3))),
        Case("more are to be asked than there are", (trusted[:1], votes[:1], 9)),
        Case("trust of hundreds of nats", (np.array([900.0, 899.0, -900.0]), votes[[0, 1, 3]], 2)),
        Case("equal trust", (np.zeros(4), votes, 3)),
        Case("forty agents, many of them trusted alike",
             (rng.integers(0, 3, 40) * 0.5, np.round(rng.random((40, 3)), 2), 20)),
        Case("five agents, six candidates",
             (np.round(rng.normal(0, 2, 5), 2), np.round(rng.random((5, 6)), 2), 3)),
    ]  # fmt: skip


HINTS = """
    order = np.argsort(-trusted, kind='stable'); those asked are order[:most].

    If not votes[asked].any(), nobody asked has said anything, and asked becomes order.

    The weights are a softmax over the trust of those asked: subtract their largest before np.exp.
    The joint scores are weights @ votes[asked].
"""
MISTAKES = """
    never_asks_the_others: if not votes[asked].any(): => if False:
      Where all that were asked are silent your page is chance. Then ask the others as well.
    softmax_over_all: weights.sum() => np.exp(trusted - trusted.max()).sum()
      Your softmax runs over all agents, so the weights of those asked do not sum to one. Take it
      over the asked alone.
    equal_votes: np.exp(trusted[asked] - trusted[asked].max()) => np.ones(len(asked))
      Everybody asked counts the same in yours. Weigh the votes by the softmax of trust.
    forgets_the_first:
      | if not votes[asked].any():
      |     asked = order =>
      | if not votes[asked].any() and len(order) > most:
      |     asked = order[most:]
      In the second round you drop those that were asked first. All agents are then asked, in the
      order of trust.
    if_any_is_silent: .any(): => .any(axis=1).all():
      You ask everybody as soon as one of those asked is silent. Only where all of them are.
    leaves_out_the_silent:
      | np.exp(trusted[asked] - trusted[asked].max()) =>
      |     np.exp(trusted[asked] - trusted[asked].max()) * votes[asked].any(axis=1);
      | weights.sum() => max(weights.sum(), 1e-300)
      You share out the weight of silent agents. It is not asked for: zeros times a weight are
      zeros, and the order of candidates stays the same.
    overflow: - trusted[asked].max() =>
      np.exp of hundreds of nats is infinite. Subtract the largest trust first, which changes no
      weight.
    nats_as_weights: np.exp(trusted[asked] - trusted[asked].max()) => trusted[asked]
      You divide the nats by their sum. Nats are log-odds, some negative: take np.exp first.
    passes_over_the_silent:
      | order[:most] =>
      |     np.array([agent for agent in order if votes[agent].any()][:most], dtype=int);
      | if not votes[asked].any(): => if False:;
      | - trusted[asked].max() => - trusted.max();
      | weights.sum() => max(weights.sum(), 1e-300)
      You ask the next agent for each silent one. Nobody knows that an agent is silent before it
      was asked: ask the others only where all the trusted were.
    by_number: return asked => return np.sort(asked)
      Return those asked with the most trusted first, not by their number.
    equals_in_any_order: , kind="stable" =>
      Of equals the earlier agent is asked first. np.argsort promises that with kind="stable" only,
      and short lists are in order by luck.
    not_divided: / weights.sum() =>
      Your weights do not sum to one: divide by their sum.
"""

EQUAL = r"""
    trusted[asked].max() => trusted[asked].min() | weights = np.exp(trusted[asked] - trusted[asked].max())
      A softmax is the same whatever is subtracted.
"""  # noqa: E501
