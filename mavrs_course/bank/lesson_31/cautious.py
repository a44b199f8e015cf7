"""31.4 Change only what the log knows.

20 minutes, difficulty 2, 4 points, L31.4
The policy is new where there are data, and the old one where there are none.
"""

import numpy as np

from mavrs_course.agents.improving.spibb import cautious_step
from mavrs_course.course import Case, Property


def cautious(q, old, seen, enough):
    known = seen > enough
    policy = np.where(known, 0.0, old)
    best = np.where(known, q, -np.inf).argmax(axis=1)
    rows = np.flatnonzero(known.any(axis=1))
    policy[rows, best[rows]] = 1 - policy[rows].sum(axis=1)
    return policy


def cautious_by_loops(q, old, seen, enough):
    policy = [list(row) for row in old]
    for state, row in enumerate(policy):
        known = [action for action in range(len(row)) if seen[state][action] > enough]
        if known:
            best = max(known, key=lambda action: (q[state][action], -action))
            share = sum(row[action] for action in known)
            for action in known:
                row[action] = share if action == best else 0.0
    return policy


def cautious_by_the_library(q, old, seen, enough):
    return cautious_step(q, old, seen > enough)


OTHERS = (cautious_by_loops, cautious_by_the_library)
NAMES = ("q", "old", "seen", "enough")


def cases(rng):
    def some(states, actions, enough):
        old = rng.dirichlet(np.ones(actions), states)
        seen = rng.integers(0, 2 * enough + 2, (states, actions))
        return np.round(rng.normal(size=old.shape), 2), old, seen, enough

    old = np.array([[0.2, 0.3, 0.5]])
    q, negative = np.array([[3.0, 2.0, 1.0]]), np.array([[-3.0, -1.0, -2.0]])
    return [
        Case("the best action is not known", (q, old, np.array([[1, 9, 9]]), 5),
             np.array([[0.2, 0.8, 0.0]])),
        Case("all are known", (q, old, np.array([[9, 9, 9]]), 5), np.array([[1.0, 0.0, 0.0]])),
        Case("none is known", (q, old, np.array([[1, 0, 4]]), 5), np.array([[0.2, 0.3, 0.5]])),
        Case("seen just `enough` times is not known", (q, old, np.array([[6, 5, 5]]), 5),
             np.array([[0.2, 0.3, 0.5]])),
        Case("all values below 0, the best known", (negative, old, np.array([[9, 1, 9]]), 5),
             np.array([[0.0, 0.3, 0.7]])),
        Case("equal values: the lower number", (np.ones((1, 3)), old, np.array([[1, 9, 9]]), 5),
             np.array([[0.2, 0.8, 0.0]])),
        Case("the old policy never took the best", (q, np.array([[0.0, 0.5, 0.5]]),
             np.array([[9, 9, 1]]), 5), np.array([[0.5, 0.0, 0.5]])),
        Case("one state, one action", (np.ones((1, 1)), np.ones((1, 1)), np.array([[9]]), 2),
             np.ones((1, 1))),
        Case("enough is 0: seen once is known", (q, old, np.array([[0, 1, 0]]), 0),
             np.array([[0.2, 0.3, 0.5]])),
        Case("many equal values", (np.zeros((2, 40)), np.full((2, 40), 0.025),
             np.tile(np.arange(40) % 3, (2, 1)), 1)),
        Case("25 states, four actions", some(25, 4, 5)),
        Case("9 states, six actions", some(9, 6, 2)),
    ]  # fmt: skip


PROPERTIES = (
    Property("the chances of each state sum to 1",
             lambda result, *inputs: np.allclose(np.sum(result, axis=1), 1),
             "The chances of a state must sum to 1: whatever is not kept goes to one action."),
)  # fmt: skip
HINTS = """
    Make the table of what is known first. It decides for each entry whether it may change.

    Copy the old chances, and empty the known entries. What a row now lacks is what there is to
    give.

    When you look for the best action, those that are not known must not win. Values may be below 0,
    so 0 is no value to hide them with.
"""
MISTAKES = """
    believes_all: known = seen > enough => known = np.ones(seen.shape, dtype=bool)
      You take the best action, known or not. What the log hardly saw keeps its old chance.
    exactly_enough: seen > enough => seen >= enough
      What was seen just `enough` times is not known: more than that is.
    the_wrong_ones: seen > enough => seen <= enough
      You change what is not known, and keep what is.
    whole_states: known = seen > enough =>
      | known = np.repeat(seen.sum(axis=1, keepdims=True) > enough, seen.shape[1], axis=1)
      You ask how often the state was seen. Each action in it must be known.
    unknown_may_win: np.where(known, q, -np.inf).argmax(axis=1) => q.argmax(axis=1)
      The rest goes to the best action of all. It must be a known one.
    hidden_by_zero: np.where(known, q, -np.inf) => np.where(known, q, 0.0)
      You hide what is not known behind a value of 0. Where known values are below 0, it wins.
    worst: .argmax(axis=1) => .argmin(axis=1)
      or np.where(known, q, -np.inf).argmax => np.where(known, -q, -np.inf).argmax
      The rest goes to the worst. It goes to the highest value.
    last_of_equals: np.where(known, q, -np.inf).argmax(axis=1) =>
      | q.shape[1] - 1 - np.where(known, q, -np.inf)[:, ::-1].argmax(axis=1)
      Of equal values you take the last. The lower number comes first.
    unknown_left_out: np.where(known, 0.0, old) => np.zeros(old.shape)
      What is not known gets no chance. It keeps the one of the old policy.
    shared_by_the_known: policy[rows, best[rows]] = 1 - policy[rows].sum(axis=1) =>
      | share = (1 - policy[rows].sum(axis=1)) / known[rows].sum(axis=1)
      | policy[rows] += share[:, None] * known[rows]
      All known actions share the rest. The best of them has it.
    where_nothing_is_known: return policy =>
      | return np.where(known.any(axis=1, keepdims=True), policy, 1 / q.shape[1])
      A state without known actions gets even chances. It keeps the old policy.
"""
