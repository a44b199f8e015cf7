"""09.5 What would have been without me.

18 minutes, difficulty 2, 3 points, L09.5
This is COMA's advantage: each agent's own part in what the team earned.
"""

import numpy as np

from mavrs_course.course import Case, Property


def counterfactual(values, policies, actions):
    result = np.zeros(actions.shape)
    for row, joint in enumerate(actions):
        for agent, policy in enumerate(policies):
            line = values[(*joint[:agent], slice(None), *joint[agent + 1 :])]
            result[row, agent] = values[tuple(joint)] - policy @ line
    return result


def counterfactual_batched(values, policies, actions):
    values = np.asarray(values)
    chosen, columns = values[tuple(actions.T)], []
    for agent, policy in enumerate(policies):
        expected = np.tensordot(np.moveaxis(values, agent, -1), policy, axes=1)
        others = np.delete(actions, agent, axis=1)
        columns.append(chosen - expected[tuple(others.T)])
    return np.stack(columns, axis=1)


OTHERS = (counterfactual_batched,)


def cases(rng):
    def some(counts, rows):
        policies = [rng.dirichlet(np.ones(count)) for count in counts]
        actions = np.stack([rng.integers(count, size=rows) for count in counts], axis=1)
        return rng.normal(0, 4, counts), policies, actions

    table = np.array([[8.0, 0.0], [4.0, 2.0]])
    policies = [np.array([0.5, 0.5]), np.array([0.75, 0.25])]
    return [
        Case("two agents, both take their first action",
             (table, policies, np.array([[0, 0]])), [[2.0, 2.0]]),
        Case("all four joint actions of the same game",
             (table, policies, np.array([[0, 0], [0, 1], [1, 0], [1, 1]])),
             [[2.0, 2.0], [-1.0, -6.0], [-2.0, 0.5], [1.0, -1.5]]),
        Case("the second agent has a single action",
             (table[:, :1], [policies[0], np.ones(1)], np.array([[0, 0]])), [[2.0, 0.0]]),
        Case("three agents with two, three and four actions", some((2, 3, 4), 6)),
        Case("three agents with as many actions each", some((3, 3, 3), 8)),
        Case("one agent", some((5,), 4)),
        Case("a policy that is certain",
             (table, [np.array([1.0, 0.0]), np.array([0.0, 1.0])], np.array([[0, 1], [1, 0]])),
             [[0.0, 0.0], [-4.0, 2.0]]),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one advantage for each row and agent",
             lambda result, values, policies, actions: np.shape(result) == np.shape(actions),
             "One advantage for each joint action and agent is wanted, float[B, N]."),
)  # fmt: skip

HINTS = """
    For one agent: the values of all its actions, while the others keep theirs, are a line through
    the table. Average that line with the agent's policy.

    values[(*joint[:agent], slice(None), *joint[agent + 1:])] is that line, float[A_agent].

    Take off what the agent could expect there: its own policy @ line. What it is taken from is the
    one value at the joint action, with the tuple of all actions as the index.
"""
MISTAKES = """
    writes_over_the_actions:
      | for agent, policy in enumerate(policies): =>
      | done = values[tuple(joint)]
      | for agent, policy in enumerate(policies):;
      | line = values[(*joint[:agent], slice(None), *joint[agent + 1 :])] =>
      | line = np.zeros(len(policy))
      | for action in range(len(policy)):
      |     joint[agent] = action
      |     line[action] = values[tuple(joint)];
      | values[tuple(joint)] - policy @ line => done - policy @ line
      A row of `actions` is a view: writing the agent's other actions into it changes what was done,
      for the next agent and for whoever handed it in. Work on a copy of the row.
    one_advantage_for_all:
      | for row, joint in enumerate(actions): =>
      | expected = values
      | for policy in policies:
      |     expected = np.tensordot(policy, expected, axes=1)
      | for row, joint in enumerate(actions):;
      | policy @ line => expected
      All agents get the same: the value of what was done minus what the team expects. Vary one
      agent's action only, and leave the others as they were.
    others_by_their_policies:
      | line = values[(*joint[:agent], slice(None), *joint[agent + 1 :])] =>
      | line = np.moveaxis(values, agent, -1)
      | for other, its in enumerate(policies):
      |     if other != agent:
      |         line = np.tensordot(its, line, axes=1);
      | values[tuple(joint)] - policy @ line => line[joint[agent]] - policy @ line
      The others act by their policies here. The critic knows what they did on this page: keep
      their actions.
    varied_the_others:
      | line = values[(*joint[:agent], slice(None), *joint[agent + 1 :])] =>
      | line = np.moveaxis(values, agent, -1)
      | for other, its in enumerate(policies):
      |     if other != agent:
      |         line = np.tensordot(its, line, axes=1);
      | policy @ line => line[joint[agent]]
      The baseline varies the others' actions and keeps the agent's own. Turn it round.
    uniform_policy: policy @ line => line.mean()
      All actions of the agent count the same in your baseline. Weigh them by its policy.
    against_the_first_action: policy @ line => line[0]
      You compare with action 0. That is a difference reward with a default action; here the
      agent's own policy is the comparison.
    against_the_best_action: policy @ line => line.max()
      You compare with the best action: that is regret, and never above 0. Compare with what the
      policy earns on average.
    against_the_likeliest_action: policy @ line => line[policy.argmax()]
      You compare with the agent's likeliest action. Compare with the average over all its
      actions, weighted by the policy.
    first_policy_for_all: policy @ line => policies[0] @ line
      All agents are averaged with the first one's policy: agent i has policies[i].
    along_the_first_axis:
      | *joint[:agent], slice(None), *joint[agent + 1 :] => slice(None), *joint[1:]
      Whatever the agent, it is the first one's action that varies. Agent i's actions lie along
      axis i of the table.
    turned_round: values[tuple(joint)] - policy @ line => policy @ line - values[tuple(joint)]
      The sign is turned round: value of the action taken, minus the average.
    baseline_only: values[tuple(joint)] - policy @ line => policy @ line
      This is the baseline alone. Subtract it from the value of what was done.
    forgot_the_baseline: - policy @ line =>
      These are the values of what was done, the same for all agents. Subtract what each would
      have earned on average with the others' actions as they were.
    weighted_by_the_policy:
      | values[tuple(joint)] - policy @ line =>
      |     policy[joint[agent]] * (values[tuple(joint)] - policy @ line)
      The advantage is multiplied by the probability of the action. Likely actions already occur
      more often.
    own_action_left_out:
      | - policy @ line => - (policy @ line - policy[joint[agent]] * line[joint[agent]])
      The action taken is missing in the average. The baseline averages over all actions of the
      agent, that one too.
"""

EQUAL = r"""
    np.zeros(actions.shape) => np.ones(actions.shape) | result = np.zeros(actions.shape)
      Every place is written.
"""
