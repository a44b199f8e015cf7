"""08.2 What the team should learn towards.

15 minutes, difficulty 2, 3 points, L08.2
With this line VDN is Q-learning; everything else is the network.
"""

import numpy as np

from mavrs_course.course import Case


def team_targets(rewards, over, online, target, discount):
    picks = online.argmax(axis=2)[:, :, None]
    judged = np.take_along_axis(target, picks, axis=2)[:, :, 0].sum(axis=1)
    return rewards + discount * ~over * judged


def team_targets_with_loops(rewards, over, online, target, discount):
    wanted = []
    for row, reward in enumerate(rewards):
        following = 0.0
        for picks, judges in zip(online[row], target[row], strict=True):
            following += judges[max(range(len(picks)), key=lambda a: picks[a])]
        wanted.append(reward if over[row] else reward + discount * following)
    return wanted


OTHERS = (team_targets_with_loops,)


def cases(rng):
    online = np.array([[[1.0, 2.0], [5.0, 0.0]], [[1.0, 2.0], [5.0, 0.0]]])
    judge = np.array([[[9.0, 3.0], [4.0, 8.0]], [[9.0, 3.0], [4.0, 8.0]]])
    hand = (np.array([1.0, 1.0]), np.array([False, True]), online, judge, 0.5)

    def some(rows, agents, actions, often):
        shape = rows, agents, actions
        return (rng.normal(2, 1, rows), rng.random(rows) < often, rng.normal(5, 3, shape),
                rng.normal(5, 3, shape), 0.9)  # fmt: skip

    return [
        Case("two agents, two actions: one session goes on, one is over", hand, [4.5, 1.0]),
        Case("a single step", (*(part[:1] for part in hand[:4]), 0.5), [4.5]),
        Case("twenty steps of five agents, a third of them the last", some(20, 5, 9, 0.3)),
        Case("nothing is over", some(6, 3, 4, 0.0)),
        Case("everything is over", some(4, 3, 4, 1.1)),
        Case("one agent", some(5, 1, 3, 0.4)),
        Case("as many agents as actions", some(7, 3, 3, 0.5)),
    ]


HINTS = """
    online.argmax(axis=2) is each agent's pick: int[B, N].

    np.take_along_axis(target, picks[:, :, None], axis=2) looks the picks up in the other network.
    Sum over the agents.

    rewards + discount * (~over) * summed: the reward always counts, what follows only where the
    session goes on.
"""
MISTAKES = """
    forgot_done_mask: * ~over =>
      A session that is over has no next page, and yours still earns its value. Where `over` is
      true, the target is the reward alone.
    mask_upside_down: ~over => over
      The next value is counted where the session is over, and left out where it goes on.
    masked_the_reward_too:
      | rewards + discount * ~over * judged => ~over * (rewards + discount * judged)
      The last page pays its reward like any other. Only what follows is left out.
    the_judge_picks_too: online.argmax => target.argmax
      Here the target network both picks and judges: it picks what it thinks too much of. In
      double Q-learning the online network picks the action.
    never_asked_the_judge: take_along_axis(target => take_along_axis(online
      The online network picks and judges by itself, and `target` has no effect. Look up the
      picked actions in `target`.
    roles_exchanged:
      | online.argmax => target.argmax;
      | take_along_axis(target => take_along_axis(online
      The two have exchanged their roles: `online` picks, `target` says what the pick is worth.
    mean_over_agents: .sum(axis=1) => .mean(axis=1)
      VDN's team value is the sum of the agents' values, not their mean.
    one_best_agent:
      | picks = online.argmax(axis=2)[:, :, None] =>
      | rows = len(online)
      | picks = online.reshape(rows, -1).argmax(axis=1)[:, None];
      | np.take_along_axis(target, picks, axis=2)[:, :, 0].sum(axis=1) =>
      | np.take_along_axis(target.reshape(rows, -1), picks, axis=1)[:, 0]
      or .sum(axis=1) => .max(axis=1)
      or np.take_along_axis(target, picks, axis=2)[:, :, 0].sum(axis=1) => target.max(axis=(1, 2))
      One maximum was taken over all agents together. Every agent has a best action of its own
      (axis 2), and their values are summed.
    one_action_for_all:
      | np.take_along_axis(target, picks, axis=2)[:, :, 0].sum(axis=1) =>
      |     target.sum(axis=1).max(axis=1)
      or
      | picks = online.argmax(axis=2)[:, :, None] =>
      |     picks = online.sum(axis=1, keepdims=True).argmax(axis=2)[:, :, None]
      You add up the agents' values of each action, and then take the best of these sums, as if all
      had to do the same. Every agent picks an action of its own: first the pick, then the sum.
    summed_over_sessions: .sum(axis=1) => .sum()
      The sum runs over all rows as well, so that sessions share what follows. Sum over the agents
      only: axis=1.
    first_agent_only: [:, :, 0].sum(axis=1) => [:, 0, 0]
      Only the first agent's value follows. The team's is the sum over all agents.
    best_agent_for_each_action:
      | (axis=2)[:, :, None] => (axis=1)[:, None, :];
      | picks, axis=2)[:, :, 0] => picks, axis=1)[:, 0]
      Your argmax runs along the agents: it finds the best agent for each action. Actions are the
      last axis, 2.
    reward_of_every_agent: return rewards => return online.shape[1] * rewards
      The reward is the team's already: count it once, not once for each agent.
    a_target_for_each_agent:
      | rewards + => rewards[:, None] +;
      | ~over => ~over[:, None];
      | .sum(axis=1) =>
      That is independent learning: a target for each agent. The team has one, float[B], with the
      agents' values summed.
    discounted_the_reward:
      | rewards + discount * ~over * judged => discount * (rewards + ~over * judged)
      The reward of this step counts in full; the discount belongs to what follows.
    no_discount: discount * =>
      What follows is one step away: multiply it by `discount`.
"""

EQUAL = r"""
    0 => -1 | judged = np.take_along_axis(target, picks, axis=2)[:, :, 0].sum(axis …
      The axis has length 1.
"""
