"""08.3 Acting alone, is it acting well?

15 minutes, difficulty 2, 3 points, L08.3
This is IGM, the one thing that a decomposition owes to those who act.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.marl.decomposition import consistent


def acts_well(table, utilities):
    best = [np.flatnonzero(u == u.max()) for u in utilities]
    return bool((table[np.ix_(*best)] == table.max()).all())


def acts_well_by_trying(table, utilities):
    for joint in np.ndindex(*table.shape):
        alone = all(u[a] == max(u) for u, a in zip(utilities, joint, strict=True))
        if alone and table[joint] < table.max():
            return False
    return True


OTHERS = (consistent, acts_well_by_trying)


def cases(rng):
    agree = np.array([[10.0, 0.0], [0.0, 10.0]])
    tie = np.array([[3.0, 5.0], [5.0, 9.0]])
    either = np.array([[0.0, 10.0], [10.0, 10.0]])
    three = rng.permutation(24).reshape(2, 3, 4).astype(float)
    best = np.unravel_index(three.argmax(), three.shape)
    right = [np.eye(n)[a] for n, a in zip(three.shape, best, strict=True)]
    wrong = [*right[:2], -right[2]]
    return [
        Case("VDN's values of 'both are needed': wrong, and they act well",
             (np.array([[0.0, 0.0], [0.0, 10.0]]), [np.array([0.0, 5.0]), np.array([-2.5, 2.5])]),
             True),
        Case("the same values on the climbing game's corner",
             (np.array([[11.0, 0.0], [0.0, 5.0]]), [np.array([0.0, 5.0]), np.array([-2.5, 2.5])]),
             False),
        Case("both like both: they may miss each other", (agree, [np.ones(2), np.ones(2)]), False),
        Case("both choose the second", (agree, [np.array([0.0, 1]), np.array([0.0, 1])]), True),
        Case("one is sure, the other likes both",
             (agree, [np.array([1.0, 0]), np.ones(2)]), False),
        Case("one is sure of the second, the other likes both",
             (agree, [np.array([0.0, 1]), np.ones(2)]), False),
        Case("utilities that add up to the best payoff, elsewhere",
             (np.array([[11.0, 0.0], [0.0, 5.0]]), [np.array([0.0, 5]), np.array([-2.5, 6])]),
             False),
        Case("utilities that add up to the best payoff",
             (agree, [np.array([3.0, 0]), np.array([7.0, 0])]), True),
        Case("utilities that add up to the whole table",
             (np.add.outer([1.0, 5.0], [0.0, 4.0]), [np.array([1.0, 5]), np.array([0.0, 4])]),
             True),
        Case("either will do, and they choose the same pay by another way",
             (either, [np.array([1.0, 0]), np.array([0.0, 1])]), True),
        Case("either will do, and the second likes both",
             (either, [np.array([0.0, 1.0]), np.ones(2)]), True),
        Case("negative utilities", (tie, [np.array([-9.0, -1]), np.array([-7.0, -2])]), True),
        Case("the first agent errs", (tie, [np.array([2.0, 1]), np.array([0.0, 1])]), False),
        Case("the second agent errs", (tie, [np.array([0.0, 1]), np.array([2.0, 1])]), False),
        Case("the first agent has a single action, the second errs",
             (np.array([[0.25, 0.75]]), [np.array([0.5]), np.array([0.5, 0.25])]), False),
        Case("three agents, all right", (three, right), True),
        Case("three agents, the third errs", (three, wrong), False),
        Case("more actions, right", (np.add.outer(np.arange(4.0), np.arange(5.0)),
             [np.arange(4.0), np.arange(5.0) ** 2]), True),
    ]  # fmt: skip


HINTS = """
    For each agent find all its best actions: np.flatnonzero(u == u.max()).

    np.ix_(*lists) picks every combination of them out of the table.

    (table[np.ix_(*best)] == table.max()).all(), as a bool.
"""


def no_better_alone(table, utilities):
    played = tuple(int(u.argmax()) for u in utilities)
    alone = [np.moveaxis(table, m, -1)[*played[:m], *played[m + 1 :]] for m in range(table.ndim)]
    return all(pays.max() == table[played] for pays in alone)


MISTAKES = """
    first_of_equals: np.flatnonzero(u == u.max()) => [u.argmax()]
      or np.flatnonzero(u == u.max()) => [len(u) - 1 - u[::-1].argmax()]
      argmax takes the first of equals. An agent with two best actions may take either, and so may
      the others: every combination has to be among the best.
    some_combination_is_enough: .all() => .any()
      One good combination was enough for you. Agents with ties don't talk, so all combinations of
      their best actions must be best: all, not any.
    no_ties_allowed: return bool => return max(map(len, best)) == 1 and bool
      You say no whenever an agent has two best actions. If all combinations pay the most, as in
      'either will do', ties do no harm.
    one_best_place_only:
      | [np.flatnonzero(u == u.max()) for u in utilities] => tuple(u.argmax() for u in utilities);
      | return bool((table[np.ix_(*best)] == table.max()).all()) =>
      |     return best == np.unravel_index(table.argmax(), table.shape)
      You compare with one place of the largest value. A table may hold its largest value in
      several: compare the values there, not the places.
    all_the_best_places:
      | return bool( =>
      |     return (table == table.max()).sum() == np.prod([len(b) for b in best]) and bool(
      You ask that the agents' choices be all the best places of the table. They need not reach
      every one: it is enough that all that they may choose are among the best.
    no_better_alone:
      You ask whether anybody alone could do better. Where nobody can, all together still may:
      compare with the largest payoff of the whole table.
    values_must_be_right:
      | (table[np.ix_(*best)] == table.max()).all() => np.allclose(sum(np.ix_(*utilities)), table)
      This asks whether the utilities add up to the table. Values may be wrong and still send
      everybody to the right action; only the choice counts.
    compared_the_top_values:
      | (table[np.ix_(*best)] == table.max()).all() =>
      |     np.isclose(sum(u.max() for u in utilities), table.max())
      The largest sum of utilities equals the largest payoff, or not: that says nothing of where
      they are. Look up the table at the agents' choices.
    first_two_agents_only:
      | np.flatnonzero(u == u.max()) for u in utilities => [u.argmax()] for u in utilities[:2];
      | .all() => .any()
      From the third agent on nobody's choice counts. Take one choice for each axis.
    worst_for_best: np.flatnonzero(u == u.max()) => [u.argmin()]
      That takes each agent's worst action.
    always_yes: return bool((table[np.ix_(*best)] == table.max()).all()) => return True
      Your answer is True for every team. In “both like both” they may choose different actions
      and earn 0.
    always_no: return bool((table[np.ix_(*best)] == table.max()).all()) => return False
      Your answer is False for every team. Look up the table where each agent is best served, and
      compare with its largest value.
"""
