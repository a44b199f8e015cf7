"""08.5 Can it rise?

20 minutes, difficulty 2, 3 points, L08.5
You can tell, before any training, which games a rising mix can't hold.
"""

from itertools import permutations, product

import numpy as np

from mavrs_course.course import Case
from mavrs_course.marl.decomposition import rises


def can_rise(table):
    rows, columns = table.sum(axis=1).argsort(), table.sum(axis=0).argsort()
    ordered = table[np.ix_(rows, columns)]
    return bool((np.diff(ordered, axis=0) >= 0).all() and (np.diff(ordered, axis=1) >= 0).all())


def can_rise_by_trying(table):
    rows, columns = table.shape
    return any(
        bool((np.diff(table[np.ix_(r, c)], axis=0) >= 0).all())
        and bool((np.diff(table[np.ix_(r, c)], axis=1) >= 0).all())
        for r, c in product(permutations(range(rows)), permutations(range(columns)))
    )


OTHERS = (rises, can_rise_by_trying)


def cases(rng):
    ladder = np.add.outer(np.arange(4.0), np.arange(3.0)) ** 2
    mixed_up = ladder[rng.permutation(4)][:, rng.permutation(3)]
    rows_only = np.array([[1.0, 2.0, 3.0], [6.0, 5.0, 7.0]])
    return [
        Case("both are needed", (np.array([[0.0, 0], [0, 10]]),), True),
        Case("either will do", (np.array([[0.0, 10], [10, 10]]),), True),
        Case("agree, no matter on what", (np.array([[10.0, 0], [0, 10]]),), False),
        Case("the climbing game", (np.array([[11.0, -30, 0], [-30, 7, 0], [0, 6, 5]]),), False),
        Case("the same falling to the right and down", (np.array([[9.0, 5], [5, 1]]),), True),
        Case("rows in order, columns not", (rows_only,), False),
        Case("columns in order, rows not", (rows_only.T,), False),
        Case("all the same", (np.full((3, 2), 4.0),), True),
        Case("two rows alike", (np.array([[1.0, 2], [1, 2], [0, 5]]),), False),
        Case("a ladder", (ladder,), True),
        Case("the ladder with its actions in another order", (mixed_up,), True),
        Case("both of one row's values are best", (np.array([[0.0, 3, 1], [4, 9, 8]]),), True),
        Case("one agent has a single action", (np.array([[3.0, 1, 2]]),), True),
        Case("the first and the third row clash, neighbours don't",
             (np.array([[0.0, 5], [9, 9], [1, 2]]),), False),
        Case("the same for columns", (np.array([[0.0, 9, 1], [5, 9, 2]]),), False),
        Case("the first column is level", (np.array([[1.0, 5], [1, 2]]),), True),
        Case("the last column is level", (np.array([[3.0, 5], [1, 5]]),), True),
        Case("only the outer entries clash", (np.array([[0, 0.5, 1], [0.25, 0.75, 0.75]]),), False),
    ]  # fmt: skip


HINTS = """
    If the table rises with a value of the first agent's actions, then of any two rows one is
    nowhere below the other. The same for columns.

    If there is an order, the sums of the rows have it too: sort whole rows by their sums, whole
    columns by theirs.

    ordered = table[np.argsort(table.sum(1))][:, np.argsort(table.sum(0))]; then no step of
    np.diff along either axis is negative.
"""


def neighbours_only(table):
    def one_way(step):
        return bool(((step >= 0).all(axis=1) | (step <= 0).all(axis=1)).all())

    return one_way(np.diff(table, axis=0)) and one_way(np.diff(table, axis=1).T)


MISTAKES = """
    order_as_given: table[np.ix_(rows, columns)] => table
      You ask whether the table rises as its actions are numbered. An agent may value its actions
      in any order: some order has to work.
    turned_over_at_most:
      | ordered = table[np.ix_(rows, columns)] =>
      |     turned = (table, table[::-1], table[:, ::-1], table[::-1, ::-1]);
      | return bool( => return any(;
      | axis=1) >= 0).all()) => axis=1) >= 0).all() for ordered in turned)
      You try the given order and its reverse. With three actions there are more orders: sort by
      the sums, or compare any two rows.
    rows_only: and (np.diff(ordered, axis=1) >= 0).all() =>
      The rows can be put in order, and the columns are not looked at. The second agent needs an
      order too.
    columns_only: (np.diff(ordered, axis=0) >= 0).all() and =>
      The columns can be put in order, and the rows are not looked at. The first agent needs an
      order too.
    one_agent_is_enough: .all() and => .all() or
      One agent's order was enough for you. Both need one: and, not or.
    strictly: axis=0) >= 0 => axis=0) > 0; axis=1) >= 0 => axis=1) > 0
      A mix that rises may also stay level: equal entries are allowed, >= and not >.
    is_it_a_sum:
      | ordered = table[np.ix_(rows, columns)] =>
      | nearest = table.mean(axis=1, keepdims=True) + table.mean(axis=0) - table.mean()
      | return bool(np.allclose(nearest, table))
      That is VDN's question, whether the table is a sum. A rising mix may bend: 'both are needed'
      is no sum and rises.
    supermodular_too:
      | axis=1) >= 0).all()) =>
      |     axis=1) >= 0).all() and (np.diff(np.diff(ordered, axis=0), axis=1) >= -1e-9).all())
      You ask for more than rising: that steps grow too. That is QMIX's own mixer. 'Either will
      do' rises, though its second step is smaller.
    sorted_each_row: table[np.ix_(rows, columns)] => np.sort(table, axis=1)
      or table[np.ix_(rows, columns)] => np.sort(table, axis=0)
      Sorting inside each row or column moves payoffs to other joint actions. Whole rows and whole
      columns change places.
    sorted_by_one_entry: table.sum(axis=1) => table[:, 0]; table.sum(axis=0) => table[0]
      or table.sum(axis=1) => table[:, -1]; table.sum(axis=0) => table[-1]
      or table.sum(axis=1) => table.max(axis=1); table.sum(axis=0) => table.max(axis=0)
      or table.sum(axis=1) => table.min(axis=1); table.sum(axis=0) => table.min(axis=0)
      You sort by one entry of each row, and where two are equal there the order stays open. Sums
      decide whenever anything does.
    the_best_is_found:
      | ordered = table[np.ix_(rows, columns)] =>
      | best = table.sum(axis=1).argmax(), table.sum(axis=0).argmax()
      | return bool(table[best] == table.max())
      or
      | ordered = table[np.ix_(rows, columns)] =>
      | best = table.max(axis=1).argmax(), table.max(axis=0).argmax()
      | return bool(table[best] == table.max())
      You ask whether the best joint action is in the best row and the best column. A mix that
      rises has to hold every entry, not only the best one.
    the_same_best_whatever_the_others_do:
      | ordered = table[np.ix_(rows, columns)] =>
      |     return len(set(table.argmax(axis=1))) == 1 == len(set(table.argmax(axis=0)))
      You ask whether each agent's best action is the same whatever the other does. A mix that
      rises has to hold every entry: whole rows and columns in order, not only the best of them.
    always_yes: return bool( => return True or bool(
      Your answer is True for every table. In “agree, no matter on what” neither action of the
      first agent is better whatever the second does. (Sorting inside the rows and the columns
      makes any table rise: whole rows and columns change places.)
    always_no: return bool( => return False and bool(
      Your answer is False for every table. 'Both are needed' rises as it stands.
    neighbours_only:
      You compare neighbouring rows and columns only. Any two must be in order, also the first and
      the third.
"""

EQUAL = r"""
    table.sum(axis=1) => table.mean(axis=1) | rows, columns = (table.sum(axis=1).argsort(), table.sum(axis=0).args …
    table.sum(axis=0) => table.mean(axis=0) | rows, columns = (table.sum(axis=1).argsort(), table.sum(axis=0).args …
      Sums and means come in one order.
    np.diff(ordered, axis=1) => np.diff(ordered) | return bool((np.diff(ordered, axis=0) >= 0).all() and (np.diff(order …
      The last axis is axis 1.
"""  # noqa: E501
