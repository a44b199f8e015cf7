"""06.5 Whose success was it.

20 minutes, difficulty 2, 3 points, L06.5
Credit that adds up, pays equals alike and idlers nothing: Part III will train on it.
"""

from itertools import permutations
from math import comb, factorial

import numpy as np

from mavrs_course.agents.feedback import credit
from mavrs_course.course import Case, Property


def shapley(values):
    agents = len(values).bit_length() - 1
    credit = np.zeros(agents)
    for agent in range(agents):
        for coalition in range(len(values)):
            if not coalition >> agent & 1:
                size = coalition.bit_count()
                orders = factorial(size) * factorial(agents - 1 - size) / factorial(agents)
                credit[agent] += orders * (values[coalition | 1 << agent] - values[coalition])
    return credit


def shapley_by_orders(values):
    agents = len(values).bit_length() - 1
    total, orders = np.zeros(agents), list(permutations(range(agents)))
    for order in orders:
        coalition = 0
        for agent in order:
            total[agent] += values[coalition + 2**agent] - values[coalition]
            coalition += 2**agent
    return total / len(orders)


def shapley_by_dividends(values):
    """Harsanyi: each coalition's surplus over its parts, shared equally by its members."""
    agents, surplus = len(values).bit_length() - 1, np.array(values, dtype=float)
    surplus = surplus - values[0]
    for coalition in sorted(range(len(values)), key=int.bit_count):
        for part in range(coalition):
            if part & ~coalition == 0:
                surplus[coalition] -= surplus[part]
    return [
        sum(surplus[c] / c.bit_count() for c in range(1, len(values)) if c >> i & 1)
        for i in range(agents)
    ]


def _agents(values):
    return len(values).bit_length() - 1


OTHERS = (shapley_by_orders, shapley_by_dividends, credit.shapley)


def cases(rng):
    gloves = np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    return [
        Case("one right glove (agent 2) and two left ones (agents 0 and 1)", (gloves,),
             [1 / 6, 1 / 6, 4 / 6]),
        Case("two agents: 1 and 2 alone, 5 together", (np.array([0.0, 1, 2, 5]),), [2.0, 3.0]),
        Case("an empty page is worth something too", (np.array([1.0, 2, 3, 6]),), [2.0, 3.0]),
        Case("one agent", (np.array([0.5, 4.0]),), [3.5]),
        Case("four agents", (rng.normal(0, 3, 16),)),
        Case("three agents", (rng.normal(0, 3, 8),)),
        Case("five agents", (rng.uniform(0, 3, 32),)),
    ]  # fmt: skip


PROPERTIES = (
    Property("one share for each agent",
             lambda result, values: np.shape(result) == (_agents(values),),
             "One share for each agent is wanted: 2**n coalitions are played by n agents."),
    Property("the shares add up to what the agents made",
             lambda result, values: np.isclose(np.sum(result), values[-1] - values[0]),
             "The shares of all agents must add up to values[-1] - values[0], what everybody "
             "makes beyond nobody. Look at how often each coalition counts."),
)  # fmt: skip

HINTS = """
    For one agent: go through all coalitions c that it is not in (c >> agent & 1 is 0). What does
    it add? values[c | 1 << agent] - values[c].

    Let the agents join in all n! orders. The coalition c, of s agents, stands before this agent
    in s! (n - 1 - s)! of them. c.bit_count() is s.

    Add up factorial(s) * factorial(n - 1 - s) / factorial(n) times what is added. Or walk through
    itertools.permutations(range(n)) and average.
"""


def values_for_contributions(values):
    agents = _agents(values)
    return np.array(
        [
            sum(values[c] / comb(agents - 1, c.bit_count() - 1) for c in range(1, len(values))
                if c >> i & 1) / agents
            for i in range(agents)
        ]
    )  # fmt: skip


MISTAKES = """
    difference_rewards:
      | factorial(size) * factorial(agents - 1 - size) / factorial(agents) =>
      |     float(size == agents - 1)
      These are difference rewards: what each adds as the last to join. Average over all orders of
      joining, or who can be replaced is paid nothing.
    each_alone:
      | factorial(size) * factorial(agents - 1 - size) / factorial(agents) => float(size == 0)
      or return credit => return values[2 ** np.arange(agents)]
      This is what each agent makes alone. What it adds to others counts as well: average over all
      coalitions it may join.
    banzhaf:
      | factorial(size) * factorial(agents - 1 - size) / factorial(agents) => 1 / 2 ** (agents - 1)
      You average over coalitions, each counting the same (the Banzhaf value). Average over
      orders: a coalition of s comes first in s! (n - 1 - s)! of n! of them.
    one_order_only:
      | factorial(size) * factorial(agents - 1 - size) / factorial(agents) =>
      |     float(coalition == 2**agent - 1)
      The agents join in the order of their numbers, once, so that late ones get less or more by
      their number alone. Average over all orders.
    equal_shares: return credit => return np.full(agents, (values[-1] - values[0]) / agents)
      Everybody gets the same. The shares add up, and say nothing about who did what.
    agents_counted_from_the_other_end: return credit => return credit[::-1]
      The right shares in reverse: agent i is in coalition c if bit i of c is set, c >> i & 1, and
      bit 0 is the last binary digit.
    forgot_to_divide_by_all_orders: / factorial(agents) =>
      Each coalition counts s! (n - 1 - s)! times, and nothing divides by the number of all
      orders, n!.
    size_counted_with_the_agent:
      | factorial(size) * factorial(agents - 1 - size) =>
      |     factorial(size + 1) * factorial(max(agents - 2 - size, 0))
      The size s in s! (n - 1 - s)! is that of the coalition before the agent joins.
    nobody_is_worth_nothing: - values[coalition]) => - values[coalition] * (coalition > 0))
      or
      | credit = =>
      | values[0] = 0.0
      | credit =
      You take a page by nobody to be worth 0. It is values[0], and joining nobody adds values[1
      << agent] - values[0].
    coalitions_of_one_size_not_averaged:
      | factorial(size) * factorial(agents - 1 - size) / factorial(agents) => 1 / agents
      Every size of coalition counts 1 / n, which is right, but of one size there are several
      coalitions, and they share it.
    values_for_contributions:
      You add up what coalitions with the agent make. Its share is what it adds: subtract what the
      same coalition makes without it.
"""

EQUAL = """
    values without axes of length 1
      One coalition alone is nobody, and the text has agents who made a page.
"""
