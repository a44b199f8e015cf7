"""26.5 Agents that chase topics.

25 minutes, difficulty 3, 4 points, L26.5
You have seen a crowd come to rest, and the one number that explains why it must.
"""

import numpy as np

from mavrs_course.agents.incentives import CongestionGame
from mavrs_course.course import Case


def settle(worth, can, topics):
    topics, moved = np.array(topics), True
    shares = np.append(0.0, np.cumsum(1 / np.arange(1, len(topics) + 1)))
    potential = [worth @ shares[np.bincount(topics, minlength=len(worth))]]
    while moved:
        moved = False
        for agent in range(len(topics)):
            others = np.bincount(np.delete(topics, agent), minlength=len(worth))
            earns = np.where(can[agent], worth / (others + 1), 0)
            best = int(np.argmax(earns))
            if earns[best] > earns[topics[agent]]:
                topics[agent], moved = best, True
                crowd = np.bincount(topics, minlength=len(worth))
                potential.append(worth @ shares[crowd])
    return topics, potential


def settle_by_gains(worth, can, topics):
    """The potential changes by what the mover gains, so it need not be summed again."""
    topics, quiet, agent = [int(topic) for topic in topics], 0, 0
    potential = [sum(w / k for t, w in enumerate(worth) for k in range(1, topics.count(t) + 1))]
    while quiet < len(topics):
        rest = topics[:agent] + topics[agent + 1 :]
        earns = [w / (rest.count(t) + 1) * can[agent][t] for t, w in enumerate(worth)]
        gain = max(earns) - earns[topics[agent]]
        quiet += 1
        if gain > 0:
            topics[agent], quiet = earns.index(max(earns)), 1
            potential.append(potential[-1] + gain)
        agent = (agent + 1) % len(topics)
    return topics, potential


def settle_by_library(worth, can, topics):
    costs = -np.asarray(worth)[:, None] / np.arange(1, len(topics) + 1)
    own = [[int(t) for t in np.flatnonzero(row)] for row in can]
    game = CongestionGame(costs, [[(t,) for t in row] for row in own])
    path = game.settle(tuple(row.index(t) for row, t in zip(own, topics, strict=True)))
    ends = [row[pick] for row, pick in zip(own, path[-1], strict=True)]
    return ends, [-game.potential(profile) for profile in path]


OTHERS = (settle_by_gains, settle_by_library)
NAMES = ("worth", "can", "topics")


def cases(rng):
    def all_can(worth, topics):
        return np.array(worth), np.ones((len(topics), len(worth)), dtype=bool), np.array(topics)

    def some(kinds, agents):
        topics = rng.integers(0, kinds, agents)
        can = (rng.random((agents, kinds)) < 0.6) | (np.arange(kinds) == topics[:, None])
        return rng.uniform(1, 9, kinds), can, topics

    few = np.array([[True, False, False], [True, False, True], [False, True, True]])
    return [
        Case("one agent goes to the best topic", all_can([1.0, 4.0], [0]), [1, 1, 4]),
        Case("one agent is there already", all_can([1.0, 4.0], [1]), [1, 4]),
        Case("one topic for two agents", all_can([6.0], [0, 0]), [0, 0, 9]),
        Case("worth 10 and 3: three share the first", all_can([10.0, 3.0], [1, 1, 1]),
             [0, 0, 0, 5.5, 14.5, 18, 10 * 11 / 6]),
        Case("3 and 6: both are content", all_can([3.0, 6.0], [1, 1]), [1, 1, 9]),
        Case("worth 6, 4 and 4: of equals the first", all_can([6.0, 4.0, 4.0], [0, 0, 0]),
             [1, 2, 0, 11, 13, 14]),
        Case("the last move makes room for an earlier agent",
             (np.array([6.0, 8.0, 4.0]), few, np.array([0, 0, 2])), [0, 2, 1, 13, 17, 18]),
        Case("whose turn it is: the third agent before the first again",
             (np.array([6.0, 3.0, 11.0]), np.array([[True] * 3, [False, True, True], [True] * 3]),
              np.array([2, 1, 1])), [2, 2, 0, 15.5, 19.5, 22.5]),
        Case("an agent that can serve one topic only", (np.array([1.0, 9.0]),
             np.array([[True, False], [True, True]]), np.array([0, 0])), [0, 1, 1.5, 10]),
        Case("six agents, four topics", some(4, 6)),
        Case("nine agents, three topics", some(3, 9)),
        Case("more topics than agents", some(7, 3)),
    ]  # fmt: skip


def observe(answer, case):
    topics, potential = answer(*case.inputs)
    return np.array([*topics, *potential], dtype=float)


HINTS = """
    Go round the agents in order. For each, count how many others are on every topic, and work out
    what this one would earn there.

    On each topic the agent would be one more than the others who are there. It leaves only for more
    than it has now, and you are done when a whole round goes by without a move.

    The potential asks, for each topic, what its 1st, 2nd, 3rd ... agent would have found there, and
    adds that up. A table of 1, 1 + 1/2, 1 + 1/2 + 1/3 ... makes it a single product.
"""
MISTAKES = """
    alone_everywhere: worth / (others + 1) => worth
      Agents look at what a topic is worth, not at their share of it.
    shares_without_itself: worth / (others + 1) => worth / np.maximum(others, 1)
      An agent that comes is one more to share with: divide by the others and itself.
    can_do_all: np.where(can[agent], worth / (others + 1), 0) => worth / (others + 1)
      An agent serves a topic that it can't. Look at its own row of `can`.
    row_of_the_first: np.where(can[agent], => np.where(can[0],
      Each agent has its own row of `can`.
    moves_for_nothing: earns[best] > earns[topics[agent]] =>
      |     best != topics[agent] and len(potential) < 50
      An agent leaves for a topic that pays the same. It moves for more only.
    one_round: while moved => for _ in range(1)
      or topics[agent], moved = best, True => topics[agent], moved = best, False
      You stop after one round. The last move may make room for an earlier agent.
    the_last_of_equals: int(np.argmax(earns)) => len(earns) - 1 - int(np.argmax(earns[::-1]))
      Of topics that pay the same you take the last. Take the first.
    any_better:
      | int(np.argmax(earns)) => int(np.argmax(earns > earns[topics[agent]]))
      An agent takes the first topic that is better. It takes the best.
    backwards: for agent in range(len(topics)) => for agent in reversed(range(len(topics)))
      The agents take turns in their order, from 0.
    total_for_potential:
      | potential = [worth @ shares[np.bincount(topics, minlength=len(worth))]] =>
      | potential = [worth @ (np.bincount(topics, minlength=len(worth)) > 0)];
      | potential.append(worth @ shares[crowd]) => potential.append(worth @ (crowd > 0))
      You give what all earn together. The potential adds worth, worth / 2 ... for all on a topic.
    counts_for_shares: np.cumsum(1 / np.arange(1, len(topics) + 1)) =>
      |     1 / np.arange(1, len(topics) + 1)
      or np.cumsum(1 / np.arange(1, len(topics) + 1)) => np.arange(1.0, len(topics) + 1)
      A topic with three agents adds worth (1 + 1/2 + 1/3), not worth / 3 or 3 worth.
    without_the_start: potential = [worth @ shares[np.bincount(topics, minlength=len(worth))]] =>
      |     potential = []
      The potential of the start is missing.
    end_only: return topics, potential => return topics, potential[-1:]
      Give the potential at the start and after each move.
"""


EQUAL = r"""
    0 => -1 | earns = np.where(can[agent], worth / (others + 1), 0)
      What an agent can serve earns more than 0.
    1 => 2 | shares = np.append(0.0, np.cumsum(1 / np.arange(1, len(topics) + 1))) (3)
      The table is one longer than needed.
"""
