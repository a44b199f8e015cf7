"""Exercises of lesson 08, value decomposition."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if
from mavrs_course.marl.decomposition import additive_fit, consistent, rises

# --- 08.1 ------------------------------------------------------------------------------------


def nearest_sum(table):
    return additive_fit(table)


def nearest_sum_by_least_squares(table):
    joint = np.indices(table.shape).reshape(table.ndim, -1)
    one_hot = np.hstack([np.eye(n)[played] for n, played in zip(table.shape, joint, strict=True)])
    parts = np.linalg.lstsq(one_hot, table.ravel(), rcond=None)[0]
    return (one_hot @ parts).reshape(table.shape)


def nearest_sum_one_entry_at_a_time(table):
    fit = np.empty(table.shape)
    for place in np.ndindex(*table.shape):
        means = [np.take(table, action, axis=agent).mean() for agent, action in enumerate(place)]
        fit[place] = sum(means) - (len(place) - 1) * table.mean()
    return fit.tolist()


def sum_cases(rng):
    three = np.zeros((2, 2, 2))
    three[1, 1, 1] = 8.0
    return [
        Case("both are needed", (np.array([[0.0, 0.0], [0.0, 10.0]]),),
             np.array([[-2.5, 2.5], [2.5, 7.5]])),
        Case("all three are needed", (three,),
             np.array([[[-2.0, 0.0], [0.0, 2.0]], [[0.0, 2.0], [2.0, 4.0]]])),
        Case("a game that is a sum already", (np.add.outer([1.0, 5.0], [0.0, 4.0]),)),
        Case("the climbing game", (np.array([[11.0, -30, 0], [-30, 7, 0], [0, 6, 5]]),)),
        Case("three agents with two, four and three actions", (rng.normal(3, 5, (2, 4, 3)),)),
        Case("four agents", (rng.normal(-2, 5, (3, 2, 2, 2)),)),
        Case("one agent", (np.array([3.0, 1.0, 7.0]),), np.array([3.0, 1.0, 7.0])),
    ]  # fmt: skip


def _margins(table, reduce=np.mean):
    agents = range(table.ndim)
    return [
        reduce(table, axis=tuple(other for other in agents if other != agent), keepdims=True)
        for agent in agents
    ]


def _sum_less(times):
    return lambda table: sum(_margins(table)) - times(table.ndim) * table.mean()


def _best_for_mean(table):
    return sum(_margins(table, np.max)) - (table.ndim - 1) * table.max()


def _median_for_mean(table):
    return sum(_margins(table, np.median)) - (table.ndim - 1) * np.median(table)


def _own_axis(table):
    means = [table.mean(axis=agent, keepdims=True) for agent in range(table.ndim)]
    return sum(means) - (table.ndim - 1) * table.mean()


def _rows_and_columns(table):
    rest = tuple(range(2, table.ndim))
    flat = table.mean(axis=rest, keepdims=True)
    rows, columns = flat.mean(axis=1, keepdims=True), flat.mean(axis=0, keepdims=True)
    return np.broadcast_to(rows + columns - table.mean(), table.shape)


def _product_of_margins(table):
    return np.prod(np.broadcast_arrays(*_margins(table)), axis=0) / table.mean() ** (table.ndim - 1)


def _is_additive(result, table):
    result = np.asarray(result, dtype=float)
    return result.shape != table.shape or np.allclose(additive_fit(result), result)


_nearest = Exercise(
    id="08.1",
    title="The nearest sum, for any number of agents",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L08.1",
    reference=nearest_sum,
    cases=sum_cases,
    properties=(
        Property(
            "the result is a sum",
            _is_additive,
            "The result is no sum of one value for each agent's action: between two rows the "
            "difference must be the same in every column.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_the_mean_of_all",
            _sum_less(lambda agents: 0),
            "Each agent's mean holds the mean of all in it, so with N agents the sum holds it N "
            "times. Once is right: subtract the rest.",
        ),
        Mistake(
            "subtracted_the_mean_once",
            _sum_less(lambda agents: 1),
            "With two agents the mean of all is subtracted once; with N agents their means hold it "
            "N times, and N - 1 of them are too many.",
        ),
        Mistake(
            "subtracted_every_mean",
            _sum_less(lambda agents: agents),
            "The fit has lost its height: each agent's mean less the mean of all is right, and "
            "the mean of all has to come back once.",
        ),
        Mistake(
            "mean_of_means",
            lambda table: sum(_margins(table)) / table.ndim,
            "This averages the agents' means. Their parts add up: sum them, then take away "
            "the mean of all that was counted too often.",
        ),
        Mistake(
            "averaged_over_itself",
            _own_axis,
            "For agent m you averaged along axis m, over its own actions. Its part is a mean over "
            "all the others: every axis but m. With two agents the two look the same.",
        ),
        Mistake(
            "two_agents_only",
            _rows_and_columns,
            "Rows and columns are there, and from the third agent on the action makes no "
            "difference. Loop over table.ndim agents.",
        ),
        Mistake(
            "sums_for_means",
            lambda table: sum(_margins(table, np.sum)) - (table.ndim - 1) * table.sum(),
            "These are sums over what the others do; the nearest sum is made of means.",
            as_if(
                lambda table: sum(_margins(table, np.sum)) - (table.ndim - 1) * table.sum(),
                lambda table: sum(_margins(table, np.sum)) - (table.ndim - 1) * table.mean(),
            ),
        ),
        Mistake(
            "best_for_mean",
            _best_for_mean,
            "These are the best or the middle of what the others may do. Squared error leads to "
            "means.",
            as_if(_best_for_mean, _median_for_mean),
        ),
        Mistake(
            "product_of_margins",
            _product_of_margins,
            "That multiplies the agents' means, as one does to get a table's expected counts. VDN "
            "adds.",
        ),
        Mistake(
            "the_table_itself",
            lambda table: table.copy(),
            "This is the table as it came. Most games are no sums, and the nearest one differs.",
        ),
    ),
    others=(nearest_sum_by_least_squares, nearest_sum_one_entry_at_a_time),
    hints=(
        "Agent m's part of an entry is the mean of all entries in which m takes that action.",
        "table.mean(axis=..., keepdims=True) over every axis but m keeps the shape, so that the "
        "parts add up by broadcasting.",
        "Sum the N parts and subtract (N - 1) * table.mean().",
    ),
    praise="This is what VDN learns from uniformly random play, without a step of learning.",
)


# --- 08.2 ------------------------------------------------------------------------------------


def team_targets(rewards, over, online, target, discount):
    best = online.argmax(axis=2)[:, :, None]
    judged = np.take_along_axis(target, best, axis=2)[:, :, 0].sum(axis=1)
    return rewards + discount * np.where(over, 0.0, judged)


def team_targets_with_loops(rewards, over, online, target, discount):
    wanted = []
    for row, reward in enumerate(rewards):
        following = 0.0
        for picks, judges in zip(online[row], target[row], strict=True):
            following += judges[max(range(len(picks)), key=lambda a: picks[a])]
        wanted.append(reward if over[row] else reward + discount * following)
    return wanted


def target_cases(rng):
    online = np.array([[[1.0, 2.0], [5.0, 0.0]], [[1.0, 2.0], [5.0, 0.0]]])
    judge = np.array([[[9.0, 3.0], [4.0, 8.0]], [[9.0, 3.0], [4.0, 8.0]]])
    hand = (np.array([1.0, 1.0]), np.array([False, True]), online, judge, 0.5)

    def some(rows, agents, actions, often):
        shape = rows, agents, actions
        return (rng.normal(2, 1, rows), rng.random(rows) < often, rng.normal(5, 3, shape),
                rng.normal(5, 3, shape), 0.9)  # fmt: skip

    return [
        Case("two agents, two actions: one session goes on, one is over", hand, [4.5, 1.0]),
        Case("twenty steps of five agents, a third of them the last", some(20, 5, 9, 0.3)),
        Case("nothing is over", some(6, 3, 4, 0.0)),
        Case("everything is over", some(4, 3, 4, 1.1)),
        Case("one agent", some(5, 1, 3, 0.4)),
        Case("as many agents as actions", some(7, 3, 3, 0.5)),
    ]


def _following(online, target):
    best = online.argmax(axis=2)[:, :, None]
    return np.take_along_axis(target, best, axis=2)[:, :, 0]


def _targets(following=lambda q, t: _following(q, t).sum(axis=1), goes_on=lambda over: ~over):
    return lambda rewards, over, online, target, discount: (
        rewards + discount * goes_on(over) * following(online, target)
    )


def masked_reward(rewards, over, online, target, discount):
    return ~over * (rewards + discount * _following(online, target).sum(axis=1))


def discounted_reward(rewards, over, online, target, discount):
    return discount * (rewards + ~over * _following(online, target).sum(axis=1))


def no_discount(rewards, over, online, target, discount):
    return rewards + ~over * _following(online, target).sum(axis=1)


def one_for_each(rewards, over, online, target, discount):
    return rewards[:, None] + discount * ~over[:, None] * _following(online, target)


_targets_exercise = Exercise(
    id="08.2",
    title="What the team should learn towards",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L08.2",
    reference=team_targets,
    cases=target_cases,
    mistakes=(
        Mistake(
            "forgot_done_mask",
            _targets(goes_on=np.ones_like),
            "A session that is over has no next page, and yours still earns its value. Where "
            "`over` is true, the target is the reward alone.",
        ),
        Mistake(
            "mask_upside_down",
            _targets(goes_on=lambda over: over),
            "The next value is counted where the session is over, and left out where it goes on.",
        ),
        Mistake(
            "masked_the_reward_too",
            masked_reward,
            "The last page pays its reward like any other. Only what follows is left out.",
        ),
        Mistake(
            "the_judge_picks_too",
            _targets(lambda online, target: target.max(axis=2).sum(axis=1)),
            "Here the target network both picks and judges: it picks what it thinks too much of. "
            "In double Q-learning the online network picks the action.",
        ),
        Mistake(
            "never_asked_the_judge",
            _targets(lambda online, target: online.max(axis=2).sum(axis=1)),
            "The online network picks and judges by itself, and `target` has no effect. Look up "
            "the picked actions in `target`.",
        ),
        Mistake(
            "roles_exchanged",
            _targets(lambda online, target: _following(target, online).sum(axis=1)),
            "The two have exchanged their roles: `online` picks, `target` says what the pick is "
            "worth.",
        ),
        Mistake(
            "mean_over_agents",
            _targets(lambda online, target: _following(online, target).mean(axis=1)),
            "VDN's team value is the sum of the agents' values, not their mean.",
        ),
        Mistake(
            "one_best_agent",
            _targets(
                lambda online, target: np.take_along_axis(
                    target.reshape(len(target), -1),
                    online.reshape(len(online), -1).argmax(axis=1)[:, None],
                    axis=1,
                )[:, 0]
            ),
            "One maximum was taken over all agents together. Every agent has a best action of its "
            "own (axis 2), and their values are summed.",
            as_if(
                _targets(lambda online, target: _following(online, target).max(axis=1)),
                _targets(lambda online, target: target.max(axis=(1, 2))),
                _targets(
                    lambda online, target: np.take_along_axis(
                        target.reshape(len(target), -1),
                        online.reshape(len(online), -1).argmax(axis=1)[:, None],
                        axis=1,
                    )[:, 0]
                ),
            ),
        ),
        Mistake(
            "summed_over_sessions",
            _targets(lambda online, target: _following(online, target).sum()),
            "The sum runs over all rows as well, so that sessions share what follows. Sum over "
            "the agents only: axis=1.",
        ),
        Mistake(
            "first_agent_only",
            _targets(lambda online, target: _following(online, target)[:, 0]),
            "Only the first agent's value follows. The team's is the sum over all agents.",
        ),
        Mistake(
            "best_agent_for_each_action",
            _targets(
                lambda online, target: np.take_along_axis(
                    target, online.argmax(axis=1)[:, None, :], axis=1
                )[:, 0].sum(axis=1)
            ),
            "Your argmax runs along the agents: it finds the best agent for each action. Actions "
            "are the last axis, 2.",
        ),
        Mistake(
            "reward_of_every_agent",
            lambda rewards, over, online, target, discount: (
                online.shape[1] * rewards
                + discount * ~over * _following(online, target).sum(axis=1)
            ),
            "The reward is the team's already: count it once, not once for each agent.",
        ),
        Mistake(
            "a_target_for_each_agent",
            one_for_each,
            "That is independent learning: a target for each agent. The team has one, float[B], "
            "with the agents' values summed.",
        ),
        Mistake(
            "discounted_the_reward",
            discounted_reward,
            "The reward of this step counts in full; the discount belongs to what follows.",
        ),
        Mistake(
            "no_discount",
            no_discount,
            "What follows is one step away: multiply it by `discount`.",
        ),
    ),
    others=(team_targets_with_loops,),
    hints=(
        "online.argmax(axis=2) is each agent's pick: int[B, N].",
        "np.take_along_axis(target, picks[:, :, None], axis=2) looks the picks up in the other "
        "network. Sum over the agents.",
        "rewards + discount * (~over) * summed: the reward always counts, what follows only where "
        "the session goes on.",
    ),
    praise="With this line VDN is Q-learning; everything else is the network.",
)


# --- 08.3 ------------------------------------------------------------------------------------


def acts_well(table, utilities):
    return consistent(table, utilities)


def acts_well_by_trying(table, utilities):
    for joint in np.ndindex(*table.shape):
        alone = all(u[a] == max(u) for u, a in zip(utilities, joint, strict=True))
        if alone and table[joint] < table.max():
            return False
    return True


def igm_cases(rng):
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
        Case("three agents, all right", (three, right), True),
        Case("three agents, the third errs", (three, wrong), False),
        Case("more actions, right", (np.add.outer(np.arange(4.0), np.arange(5.0)),
             [np.arange(4.0), np.arange(5.0) ** 2]), True),
    ]  # fmt: skip


def first_of_equals(table, utilities):
    return bool(table[tuple(int(np.argmax(u)) for u in utilities)] == table.max())


def last_of_equals(table, utilities):
    return bool(
        table[tuple(len(u) - 1 - int(np.argmax(u[::-1])) for u in utilities)] == table.max()
    )


def no_ties_allowed(table, utilities):
    return all((u == u.max()).sum() == 1 for u in utilities) and first_of_equals(table, utilities)


def some_pair(table, utilities):
    best = [np.flatnonzero(u == np.max(u)) for u in utilities]
    return bool((table[np.ix_(*best)] == table.max()).any())


def same_place(table, utilities):
    chosen = tuple(int(np.argmax(u)) for u in utilities)
    return chosen == tuple(map(int, np.unravel_index(table.argmax(), table.shape)))


def values_are_right(table, utilities):
    total = np.zeros(table.shape)
    for agent, utility in enumerate(utilities):
        shape = [1] * table.ndim
        shape[agent] = -1
        total = total + np.reshape(utility, shape)
    return bool(np.allclose(total, table))


def same_top_value(table, utilities):
    return bool(np.isclose(sum(np.max(u) for u in utilities), table.max()))


def first_two_only(table, utilities):
    first, second = (int(np.argmax(u)) for u in utilities[:2])
    return bool(np.max(table[first, second]) == table.max())


def worst_for_best(table, utilities):
    return bool(table[tuple(int(np.argmin(u)) for u in utilities)] == table.max())


_igm = Exercise(
    id="08.3",
    title="Acting alone, is it acting well?",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L08.3",
    reference=acts_well,
    cases=igm_cases,
    mistakes=(
        Mistake(
            "first_of_equals",
            first_of_equals,
            "argmax takes the first of equals. An agent with two best actions may take either, "
            "and so may the others: every combination has to be among the best.",
            as_if(first_of_equals, last_of_equals),
        ),
        Mistake(
            "some_combination_is_enough",
            some_pair,
            "One good combination was enough for you. Agents with ties don't talk, so all "
            "combinations of their best actions must be best: all, not any.",
        ),
        Mistake(
            "no_ties_allowed",
            no_ties_allowed,
            "You say no whenever an agent has two best actions. If all combinations pay the most, "
            "as in 'either will do', ties do no harm.",
        ),
        Mistake(
            "one_best_place_only",
            same_place,
            "You compare with one place of the largest value. A table may hold its largest value "
            "in several: compare the values there, not the places.",
        ),
        Mistake(
            "values_must_be_right",
            values_are_right,
            "This asks whether the utilities add up to the table. Values may be wrong and still "
            "send everybody to the right action; only the choice counts.",
        ),
        Mistake(
            "compared_the_top_values",
            same_top_value,
            "The largest sum of utilities equals the largest payoff, or not: that says nothing of "
            "where they are. Look up the table at the agents' choices.",
        ),
        Mistake(
            "first_two_agents_only",
            first_two_only,
            "From the third agent on nobody's choice counts. Take one choice for each axis.",
        ),
        Mistake(
            "worst_for_best",
            worst_for_best,
            "That takes each agent's worst action.",
        ),
        Mistake(
            "always_yes",
            lambda table, utilities: True,
            "Your answer is True for every team. In “both like both” they may choose different "
            "actions and earn 0.",
        ),
        Mistake(
            "always_no",
            lambda table, utilities: False,
            "Your answer is False for every team. Look up the table where each agent is best "
            "served, and compare with its largest value.",
        ),
    ),
    others=(acts_well_by_trying,),
    hints=(
        "For each agent find all its best actions: np.flatnonzero(u == u.max()).",
        "np.ix_(*lists) picks every combination of them out of the table.",
        "(table[np.ix_(*best)] == table.max()).all(), as a bool.",
    ),
    praise="This is IGM, the one thing that a decomposition owes to those who act.",
)


# --- 08.4 ------------------------------------------------------------------------------------


class RisingMixer:
    def __init__(self, first, first_bias, second, second_bias):
        self.first, self.first_bias = first, first_bias
        self.second, self.second_bias = second, second_bias

    def mix(self, values, states):
        batch, agents = values.shape
        first = np.abs(states @ self.first).reshape(batch, agents, -1)
        hidden = np.einsum("bn,bnh->bh", values, first) + states @ self.first_bias
        hidden = np.where(hidden > 0, hidden, np.expm1(np.minimum(hidden, 0)))
        return (hidden * np.abs(states @ self.second)).sum(axis=1) + (states @ self.second_bias)[
            :, 0
        ]


class RisingMixerWithLoops(RisingMixer):
    def mix(self, values, states):
        out = []
        for row, state in zip(values, states, strict=True):
            weights = np.abs(state @ self.first).reshape(len(row), -1)
            hidden = row @ weights + state @ self.first_bias
            bent = [x if x > 0 else np.exp(x) - 1 for x in hidden]
            out.append(float(bent @ np.abs(state @ self.second) + (state @ self.second_bias)[0]))
        return np.array(out)


NAMES = ("first", "first_bias", "second", "second_bias", "values", "states")


def mixed(mixer, case):
    *weights, values, states = case.inputs
    return mixer(*weights).mix(values, states)


def mixer_cases(rng):
    hand = (np.array([[-1.0, 0.0, 2.0, 1.0]]), np.array([[0.0, -2.0]]), np.array([[-3.0, 1.0]]),
            np.array([[0.5]]), np.array([[2.0, 1.0]]), np.ones((1, 1)))  # fmt: skip

    def some(rows, agents, states, hidden):
        return (rng.normal(size=(states, agents * hidden)), rng.normal(size=(states, hidden)),
                rng.normal(size=(states, hidden)), rng.normal(size=(states, 1)),
                rng.normal(0, 2, (rows, agents)), rng.normal(size=(rows, states)))  # fmt: skip

    one_hot = (*some(6, 2, 3, 4)[:5], np.eye(3)[[0, 1, 2, 0, 1, 2]])
    return [
        Case("one state, two agents, two units", hand, np.array([12.5 + np.expm1(-1.0)])),
        Case("three states, one-hot", one_hot),
        Case("states of any sign, five agents", some(8, 5, 4, 3)),
        Case("three agents, one unit", some(4, 3, 2, 1)),
        Case("as many agents as units", some(5, 3, 2, 3)),
        Case("one agent", some(5, 1, 2, 4)),
    ]


def _elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _mixer(first=np.abs, second=np.abs, bias=lambda x: x, bend=_elu, end=lambda x: x, turned=False):
    class Mixer(RisingMixer):
        def mix(self, values, states):
            batch, agents = values.shape
            if turned:
                weights = first(states @ self.first).reshape(batch, -1, agents).swapaxes(1, 2)
            else:
                weights = first(states @ self.first).reshape(batch, agents, -1)
            hidden = np.einsum("bn,bnh->bh", values, weights) + bias(states @ self.first_bias)
            pay = (bend(hidden) * second(states @ self.second)).sum(axis=1)
            return pay + end(states @ self.second_bias)[:, 0]

    return Mixer


class AbsOfTheHypernetwork(RisingMixer):
    def mix(self, values, states):
        positive = RisingMixer(np.abs(self.first), self.first_bias, np.abs(self.second),
                               self.second_bias)  # fmt: skip
        first = (states @ positive.first).reshape(*values.shape, -1)
        hidden = _elu(np.einsum("bn,bnh->bh", values, first) + states @ self.first_bias)
        return (hidden * (states @ positive.second)).sum(axis=1) + (states @ self.second_bias)[:, 0]


class AbsOfTheMix(RisingMixer):
    def mix(self, values, states):
        first = (states @ self.first).reshape(*values.shape, -1)
        hidden = _elu(np.abs(np.einsum("bn,bnh->bh", values, first)) + states @ self.first_bias)
        return (
            np.abs((hidden * (states @ self.second)).sum(axis=1))
            + (states @ self.second_bias)[:, 0]
        )


class KeptTheLastAxis(RisingMixer):
    def mix(self, values, states):
        return super().mix(values, states)[:, None]


class BiasAfterTheBend(RisingMixer):
    def mix(self, values, states):
        first = np.abs(states @ self.first).reshape(*values.shape, -1)
        hidden = _elu(np.einsum("bn,bnh->bh", values, first)) + states @ self.first_bias
        pay = (hidden * np.abs(states @ self.second)).sum(axis=1)
        return pay + (states @ self.second_bias)[:, 0]


class BentTwice(RisingMixer):
    def mix(self, values, states):
        end = (states @ self.second_bias)[:, 0]
        return _elu(super().mix(values, states) - end) + end


class BentAtTheEnd(RisingMixer):
    def mix(self, values, states):
        return _elu(super().mix(values, states))


class LastBiasForEachUnit(RisingMixer):
    def mix(self, values, states):
        end = (states @ self.second_bias)[:, 0]
        return super().mix(values, states) + (self.second.shape[1] - 1) * end


def _relu(x):
    return np.maximum(x, 0)


def _like(*kinds):
    """Detects answers that mix as one of these mixers does, in every case."""
    return as_if(*(lambda *inputs, kind=kind: kind(*inputs[:4]).mix(*inputs[4:]) for kind in kinds))


def nothing(x):
    return np.zeros_like(x)


def _as_is(x):
    return x


_mixer_exercise = Exercise(
    id="08.4",
    title="A mixer for any number of agents",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L08.4",
    reference=RisingMixer,
    cases=mixer_cases,
    observe=mixed,
    names=NAMES,
    mistakes=(
        Mistake(
            "no_absolute_value",
            _mixer(first=_as_is, second=_as_is),
            "The weights are used with their signs, so the mix may fall when an agent's value "
            "rises. Take the absolute value of both layers' weights.",
        ),
        Mistake(
            "first_layer_with_signs",
            _mixer(first=_as_is),
            "The second layer's weights are positive, the first layer's still have their signs. "
            "One negative weight anywhere is enough to fall.",
        ),
        Mistake(
            "second_layer_with_signs",
            _mixer(second=_as_is),
            "The first layer's weights are positive, the second layer's still have their signs. "
            "One negative weight anywhere is enough to fall.",
        ),
        Mistake(
            "biases_made_positive",
            _mixer(bias=np.abs, end=np.abs),
            "The biases do not multiply any agent's value, so they may have any sign: no absolute "
            "value for them.",
            _like(_mixer(bias=np.abs, end=np.abs), _mixer(bias=np.abs), _mixer(end=np.abs)),
        ),
        Mistake(
            "absolute_before_the_state",
            AbsOfTheHypernetwork,
            "The absolute value is on the hypernetwork's own matrix. States can be negative, and "
            "then the weights are too: first states @ matrix, then the absolute value.",
        ),
        Mistake(
            "absolute_of_the_mix",
            AbsOfTheMix,
            "The absolute value is taken after mixing. A mix that is folded at zero rises and "
            "falls; it is the weights that must not be negative.",
        ),
        Mistake(
            "relu_for_elu",
            _mixer(bend=lambda x: np.maximum(x, 0)),
            "That is a ReLU: flat below zero. ELU is exp(x) - 1 there, so that it always rises.",
        ),
        Mistake(
            "no_bend",
            _mixer(bend=_as_is),
            "Without the ELU two layers are one, and the mix is a weighted sum.",
        ),
        Mistake(
            "positive_in_another_way",
            _mixer(first=np.square, second=np.square),
            "Squares and cut-off weights are never negative either, and QMIX takes the absolute "
            "value: np.abs.",
            _like(
                _mixer(first=np.square, second=np.square),
                _mixer(first=_relu, second=_relu),
                _mixer(first=np.exp, second=np.exp),
            ),
        ),
        Mistake(
            "another_bend",
            _mixer(bend=np.tanh),
            "The hidden units are bent by another function than ELU: x above zero, exp(x) - 1 "
            "below.",
            _like(
                _mixer(bend=np.tanh),
                _mixer(bend=np.abs),
                _mixer(bend=lambda x: 1 / (1 + np.exp(-x))),
                _mixer(bend=lambda x: np.where(x > 0, x, 0.01 * x)),
            ),
        ),
        Mistake(
            "bias_after_the_bend",
            BiasAfterTheBend,
            "The hidden bias is added after the ELU. It moves the place of the bend, so it "
            "belongs inside.",
        ),
        Mistake(
            "bent_twice",
            BentTwice,
            "An ELU is on the team's value too. The second layer is a weighted sum and a bias, "
            "nothing more.",
            _like(BentTwice, BentAtTheEnd),
        ),
        Mistake(
            "last_bias_for_each_unit",
            LastBiasForEachUnit,
            "The last bias is counted once for each hidden unit: add it after the sum.",
        ),
        Mistake(
            "exp_without_minus_one",
            _mixer(bend=lambda x: np.where(x > 0, x, np.exp(np.minimum(x, 0)))),
            "Below zero ELU is exp(x) - 1. Without the -1 it jumps down at zero.",
        ),
        Mistake(
            "weights_turned",
            _mixer(turned=True),
            "The weights are cut up in another order: the first H of a row belong to the first "
            "agent, so reshape to (B, N, H).",
        ),
        Mistake(
            "forgot_first_bias",
            _mixer(bias=nothing),
            "The hidden layer's bias is missing: states @ first_bias, before the ELU.",
        ),
        Mistake(
            "forgot_second_bias",
            _mixer(end=nothing),
            "The last bias is missing: states @ second_bias, one number for each row.",
        ),
        Mistake(
            "kept_the_last_axis",
            KeptTheLastAxis,
            "The result has a last axis of length one. One number for each row is wanted: "
            "float[B].",
        ),
    ),
    others=(RisingMixerWithLoops,),
    hints=(
        "Make the weights of every row first: abs(states @ self.first) is [B, N * H]; reshape it "
        "to [B, N, H].",
        "np.einsum('bn,bnh->bh', values, weights) mixes each row with its own weights. Add the "
        "bias, then np.where(x > 0, x, np.exp(x) - 1).",
        "Multiply by abs(states @ self.second), sum over the units, and add (states @ "
        "self.second_bias)[:, 0].",
    ),
    praise="You have the heart of QMIX. Torch learns its matrices; the mix is yours.",
)


# --- 08.5 ------------------------------------------------------------------------------------


def can_rise(table):
    return rises(table)


def can_rise_by_trying(table):
    rows, columns = table.shape
    return any(
        bool((np.diff(table[np.ix_(r, c)], axis=0) >= 0).all())
        and bool((np.diff(table[np.ix_(r, c)], axis=1) >= 0).all())
        for r, c in product(permutations(range(rows)), permutations(range(columns)))
    )


def can_rise_by_sorting(table):
    ordered = table[np.argsort(table.sum(axis=1))][:, np.argsort(table.sum(axis=0))]
    return bool((np.diff(ordered, axis=0) >= 0).all() and (np.diff(ordered, axis=1) >= 0).all())


def rise_cases(rng):
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
        Case("only the outer entries clash", (np.array([[0.0, 2, 4], [1, 3, 3]]),), False),
    ]  # fmt: skip


def as_given(table):
    return bool((np.diff(table, axis=0) >= 0).all() and (np.diff(table, axis=1) >= 0).all())


def _nested(rows):
    below = (rows[:, None] <= rows[None]).all(axis=2)
    return bool((below | below.T).all())


def _strictly(rows):
    below = (rows[:, None] < rows[None]).all(axis=2) | np.eye(len(rows), dtype=bool)
    return bool((below | below.T).all())


def is_a_sum(table):
    return bool(np.allclose(additive_fit(table), table))


def supermodular_too(table):
    ordered = table[np.argsort(table.sum(axis=1))][:, np.argsort(table.sum(axis=0))]
    return rises(table) and bool((np.diff(np.diff(ordered, axis=0), axis=1) >= -1e-9).all())


def _sorted_by(key):
    return lambda table: as_given(table[np.ix_(np.argsort(key(table)), np.argsort(key(table.T)))])


def the_best_is_found(table):
    best = table.sum(axis=1).argmax(), table.sum(axis=0).argmax()
    return bool(table[best] == table.max())


def either_way(table):
    return any(as_given(t) for t in (table, table[::-1], table[:, ::-1], table[::-1, ::-1]))


def neighbours_only(table):
    def one_way(step):
        return bool(((step >= 0).all(axis=1) | (step <= 0).all(axis=1)).all())

    return one_way(np.diff(table, axis=0)) and one_way(np.diff(table, axis=1).T)


_rise = Exercise(
    id="08.5",
    title="Can it rise?",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L08.5",
    reference=can_rise,
    cases=rise_cases,
    mistakes=(
        Mistake(
            "order_as_given",
            as_given,
            "You ask whether the table rises as its actions are numbered. An agent may value its "
            "actions in any order: some order has to work.",
        ),
        Mistake(
            "turned_over_at_most",
            either_way,
            "You try the given order and its reverse. With three actions there are more orders: "
            "sort by the sums, or compare any two rows.",
        ),
        Mistake(
            "rows_only",
            lambda table: _nested(table),
            "The rows can be put in order, and the columns are not looked at. The second agent "
            "needs an order too.",
        ),
        Mistake(
            "columns_only",
            lambda table: _nested(table.T),
            "The columns can be put in order, and the rows are not looked at. The first agent "
            "needs an order too.",
        ),
        Mistake(
            "one_agent_is_enough",
            lambda table: _nested(table) or _nested(table.T),
            "One agent's order was enough for you. Both need one: and, not or.",
        ),
        Mistake(
            "strictly",
            lambda table: _strictly(table) and _strictly(table.T),
            "A mix that rises may also stay level: equal entries are allowed, >= and not >.",
        ),
        Mistake(
            "is_it_a_sum",
            is_a_sum,
            "That is VDN's question, whether the table is a sum. A rising mix may bend: 'both are "
            "needed' is no sum and rises.",
        ),
        Mistake(
            "supermodular_too",
            supermodular_too,
            "You ask for more than rising: that steps grow too. That is QMIX's own mixer. "
            "'Either will do' rises, though its second step is smaller.",
        ),
        Mistake(
            "sorted_each_row",
            lambda table: as_given(np.sort(table, axis=1)),
            "Sorting inside each row or column moves payoffs to other joint actions. Whole rows "
            "and whole columns change places.",
            as_if(
                lambda table: as_given(np.sort(table, axis=1)),
                lambda table: as_given(np.sort(table, axis=0)),
            ),
        ),
        Mistake(
            "sorted_by_one_entry",
            _sorted_by(lambda rows: rows[:, 0]),
            "You sort by one entry of each row, and where two are equal there the order stays "
            "open. Sums decide whenever anything does.",
            as_if(
                _sorted_by(lambda rows: rows[:, 0]),
                _sorted_by(lambda rows: rows[:, -1]),
                _sorted_by(lambda rows: rows.max(axis=1)),
                _sorted_by(lambda rows: rows.min(axis=1)),
            ),
        ),
        Mistake(
            "the_best_is_found",
            the_best_is_found,
            "You ask whether the best joint action is in the best row and the best column. A mix "
            "that rises has to hold every entry, not only the best one.",
            as_if(
                the_best_is_found,
                lambda table: bool(
                    table[table.max(axis=1).argmax(), table.max(axis=0).argmax()] == table.max()
                ),
            ),
        ),
        Mistake(
            "always_yes",
            lambda table: True,
            "Your answer is True for every table. In “agree, no matter on what” neither action of "
            "the first agent is better whatever the second does. (Sorting inside the rows and the "
            "columns makes any table rise: whole rows and columns change places.)",
        ),
        Mistake(
            "always_no",
            lambda table: False,
            "Your answer is False for every table. 'Both are needed' rises as it stands.",
        ),
        Mistake(
            "neighbours_only",
            neighbours_only,
            "You compare neighbouring rows and columns only. Any two must be in order, also the "
            "first and the third.",
        ),
    ),
    others=(can_rise_by_trying, can_rise_by_sorting),
    hints=(
        "If the table rises with a value of the first agent's actions, then of any two rows one "
        "is nowhere below the other. The same for columns.",
        "If there is an order, the sums of the rows have it too: sort whole rows by their sums, "
        "whole columns by theirs.",
        "ordered = table[np.argsort(table.sum(1))][:, np.argsort(table.sum(0))]; then no step of "
        "np.diff along either axis is negative.",
    ),
    praise="You can tell, before any training, which games a rising mix can't hold.",
)

EXERCISES = [_nearest, _targets_exercise, _igm, _mixer_exercise, _rise]
