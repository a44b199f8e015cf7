"""Exercises of lesson 07, independent learners."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from mavrs_course.agents.baselines import page_scores
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if
from mavrs_course.marl.games import tabular

# --- 07.1 ------------------------------------------------------------------------------------


class QTable:
    def __init__(self, states, actions, rate, discount):
        self.values = np.zeros((states, actions))
        self.rate, self.discount = rate, discount

    def best(self, state):
        return int(self.values[state].argmax())

    def learn(self, state, action, reward, next_state, ended):
        target = reward + self.following(next_state, ended)
        self.values[state, action] += self.rate * (target - self.values[state, action])

    def following(self, next_state, ended):
        return 0.0 if ended else self.discount * self.values[next_state].max()


class QTableOfLists:
    """The same with plain lists, which grows its values as an array when asked."""

    def __init__(self, states, actions, rate, discount):
        self.table = [[0.0] * actions for _ in range(states)]
        self.rate, self.discount = rate, discount

    @property
    def values(self):
        return np.array(self.table)

    def best(self, state):
        row = self.table[state]
        return row.index(max(row))

    def learn(self, state, action, reward, next_state, ended):
        to_come = self.discount * max(self.table[next_state]) * (not ended)
        old = self.table[state][action]
        self.table[state][action] = (1 - self.rate) * old + self.rate * (reward + to_come)


AFTER, BEST, FRESH = "values after each step", "best actions in the end", "values of a new table"


def play_table(make, case):
    """What a table holds after each step float[steps, S, A], what it likes, and a new one."""
    states, actions, rate, discount, story = case.inputs
    table, seen = make(states, actions, rate, discount), []
    for step in story:
        table.learn(*step)
        seen.append(np.array(table.values, dtype=float))
    best = [table.best(state) for state in range(states)]
    fresh = make(states, actions, rate, discount)
    return {AFTER: np.array(seen), BEST: best, FRESH: np.array(fresh.values, dtype=float)}


def table_cases(rng):
    def some(states, actions, rate, discount, steps, mean=1):
        story = [
            (int(rng.integers(states)), int(rng.integers(actions)), float(rng.normal(mean, 2)),
             int(rng.integers(states)), bool(rng.random() < 0.2))
            for _ in range(steps)
        ]  # fmt: skip
        return states, actions, rate, discount, story

    hand = [(0, 1, 4.0, 1, False), (1, 0, 2.0, 0, False), (0, 1, 4.0, 1, True)]
    # 0.5 * 4 = 2; then 0.5 * (2 + 0.5 * 2) = 1.5; then 2 + 0.5 * (4 - 2) = 3: nothing follows.
    wanted = np.array([[[0, 2], [0, 0]], [[0, 2], [1.5, 0]], [[0, 3], [1.5, 0]]], dtype=float)
    return [
        Case("three steps, the last ends the session", (2, 2, 0.5, 0.5, hand),
             {AFTER: wanted, BEST: [1, 0], FRESH: np.zeros((2, 2))}),
        Case("the same, without a discount", (2, 2, 0.5, 1.0, hand)),
        Case("bad news: all rewards are below zero",
             (2, 3, 0.1, 0.9, [(s, a, -r, n, e) for s, a, r, n, e in hand])),
        Case("a state that leads to itself",
             (1, 2, 0.5, 1.0, [(0, 0, 1.0, 0, False)] * 4 + [(0, 1, 1.0, 0, True)])),
        Case("a world of losses: every value is below zero in the end",
             some(2, 2, 0.5, 0.9, 40, mean=-8)),
        Case("fifty steps, four states, three actions", some(4, 3, 0.3, 0.9, 50)),
        Case("sixty steps, three states, five actions", some(3, 5, 0.1, 1.0, 60)),
    ]  # fmt: skip


def _table(**methods):
    return type("Learned", (QTable,), methods)


def _learn_towards(target):
    def learn(self, state, action, reward, next_state, ended):
        wanted = target(self, state, action, reward, next_state, ended)
        self.values[state, action] += self.rate * (wanted - self.values[state, action])

    return _table(learn=learn)


def _learn_only_target(self, state, action, reward, next_state, ended):
    target = reward + self.following(next_state, ended)
    self.values[state, action] += self.rate * target


def _learn_at_once(self, state, action, reward, next_state, ended):
    self.values[state, action] = reward + self.following(next_state, ended)


def _learn_row(self, state, action, reward, next_state, ended):
    target = reward + self.following(next_state, ended)
    self.values[state] += self.rate * (target - self.values[state])


def _learn_next_state(self, state, action, reward, next_state, ended):
    target = reward + self.following(next_state, ended)
    self.values[next_state, action] += self.rate * (target - self.values[next_state, action])


def _learn_upside_down(self, state, action, reward, next_state, ended):
    target = reward + self.following(next_state, ended)
    self.values[state, action] = self.rate * self.values[state, action] + (1 - self.rate) * target


def _skip_the_end(self, state, action, reward, next_state, ended):
    if not ended:
        QTable.learn(self, state, action, reward, next_state, ended)


def _error_from_the_best(self, state, action, reward, next_state, ended):
    target = reward + self.following(next_state, ended)
    self.values[state, action] += self.rate * (target - self.values[state].max())


def _jump_at_the_end(self, state, action, reward, next_state, ended):
    if ended:
        self.values[state, action] = reward
    else:
        QTable.learn(self, state, action, reward, next_state, ended)


class _ActionsByStates(QTable):
    def __init__(self, states, actions, rate, discount):
        super().__init__(actions, states, rate, discount)


class _WholeNumbers(QTable):
    def __init__(self, states, actions, rate, discount):
        super().__init__(states, actions, rate, discount)
        self.values = self.values.astype(int)


def _right_but_best(trials):
    """All values are right; only what is called best is not."""
    return not all(trial.passed for trial in trials) and all(
        trial.returned is not None
        and np.array_equal(np.shape(trial.returned[AFTER]), np.shape(trial.expected[AFTER]))
        and np.allclose(trial.returned[AFTER], trial.expected[AFTER])
        for trial in trials
    )


class _SharedTable(QTable):
    everything: tuple = ()

    def __init__(self, states, actions, rate, discount):
        super().__init__(states, actions, rate, discount)
        if type(self).everything and type(self).everything[0].shape == self.values.shape:
            self.values = type(self).everything[0]
        type(self).everything = (self.values,)


_q_table = Exercise(
    id="07.1",
    title="A table that learns",
    minutes=20,
    difficulty=2,
    points=4,
    objective="L07.1",
    reference=QTable,
    cases=table_cases,
    observe=play_table,
    names=("states", "actions", "rate", "discount", "steps"),
    mistakes=(
        Mistake(
            "forgot_the_end",
            _learn_towards(lambda self, s, a, r, n, e: r + self.discount * self.values[n].max()),
            "After the end of a session you still count what would come next. Nothing does: "
            "where ended is true the target is the reward alone.",
        ),
        Mistake(
            "skipped_the_last_step",
            _table(learn=_skip_the_end),
            "The step that ends a session teaches nothing in your table. It has a reward like "
            "any other; only what follows it is 0.",
        ),
        Mistake(
            "same_action_next_time",
            _learn_towards(
                lambda self, s, a, r, n, e: r + (not e) * self.discount * self.values[n, a]
            ),
            "You count on doing the same action again. Q-learning counts on the best one of the "
            "next state: the maximum of its row.",
        ),
        Mistake(
            "forgot_the_discount",
            _learn_towards(lambda self, s, a, r, n, e: r + (not e) * self.values[n].max()),
            "What comes one step later counts discount times as much: multiply the best value "
            "of the next state by it.",
        ),
        Mistake(
            "discounted_the_reward",
            _learn_towards(
                lambda self, s, a, r, n, e: self.discount * (r + (not e) * self.values[n].max())
            ),
            "The reward is discounted too. It comes now; only what follows is multiplied.",
        ),
        Mistake(
            "myopic",
            _learn_towards(lambda self, s, a, r, n, e: r),
            "Your values move towards the reward alone: the agent never looks ahead. Add the "
            "discounted best value of the next state.",
        ),
        Mistake(
            "best_of_this_state",
            _learn_towards(
                lambda self, s, a, r, n, e: r + (not e) * self.discount * self.values[s].max()
            ),
            "You look up the best value of the state that was left. What follows happens in "
            "next_state.",
        ),
        Mistake(
            "best_of_all_states",
            _learn_towards(
                lambda self, s, a, r, n, e: r + (not e) * self.discount * self.values.max()
            ),
            "You take the maximum of the whole table. Only the row of next_state counts.",
        ),
        Mistake(
            "mean_of_the_next_state",
            _learn_towards(
                lambda self, s, a, r, n, e: r + (not e) * self.discount * self.values[n].mean()
            ),
            "You take the mean of the next state's values, as if the agent went on at random. "
            "Q-learning takes the best: the maximum.",
        ),
        Mistake(
            "forgot_to_subtract_the_old_value",
            _table(learn=_learn_only_target),
            "You add rate * target, so that values grow without end. Add rate * (target - what "
            "the table holds).",
        ),
        Mistake(
            "jumped_to_the_target",
            _table(learn=_learn_at_once),
            "The value is replaced by the target. It should move a part of the way, rate, so that "
            "luck averages out.",
        ),
        Mistake(
            "rate_upside_down",
            _table(learn=_learn_upside_down),
            "You keep rate of the old value and take 1 - rate of the target. It is the other way "
            "round.",
        ),
        Mistake(
            "taught_all_actions",
            _table(learn=_learn_row),
            "All actions of the state move. Only the one that was tried has been seen: "
            "values[state, action].",
        ),
        Mistake(
            "taught_the_next_state",
            _table(learn=_learn_next_state),
            "You change the value of next_state. What has been learned is about the state that "
            "was left, and the action that was taken there.",
        ),
        Mistake(
            "ended_upside_down",
            _learn_towards(
                lambda self, s, a, r, n, e: r + e * self.discount * self.values[n].max()
            ),
            "What follows counts at the end of a session, and nowhere else. ended is true where "
            "nothing follows.",
        ),
        Mistake(
            "nothing_below_zero",
            _learn_towards(
                lambda self, s, a, r, n, e: (
                    r + (not e) * self.discount * max(0.0, self.values[n].max())
                )
            ),
            "What follows is never below 0 in your table. In a world of losses the best value of "
            "a state can be negative, and counts as it is.",
        ),
        Mistake(
            "error_from_the_best",
            _table(learn=_error_from_the_best),
            "You subtract the best value of the state. Subtract the value of the action that was "
            "tried: that is the one that moves.",
        ),
        Mistake(
            "jumped_at_the_end",
            _table(learn=_jump_at_the_end),
            "At the end of a session the value is replaced by the reward. It moves a part of the "
            "way there too, like all others.",
        ),
        Mistake(
            "actions_by_states",
            _ActionsByStates,
            "Your table has a row for each action. It has a row for each state and a column for "
            "each action: the shape is (states, actions).",
            lambda trials: any(
                trial.returned is not None
                and np.shape(trial.returned[FRESH]) != np.shape(trial.expected[FRESH])
                and np.shape(trial.returned[FRESH])[::-1] == np.shape(trial.expected[FRESH])
                for trial in trials
            ),
        ),
        Mistake(
            "whole_numbers",
            _WholeNumbers,
            "Your table holds whole numbers, which cut off all that comes after the point. "
            "np.zeros((states, actions)) holds floats.",
        ),
        Mistake(
            "best_is_the_value",
            _table(best=lambda self, state: float(self.values[state].max())),
            "The values are right; best(state) is not. It returns the number of the best action, "
            "the first of equals: argmax.",
            _right_but_best,
        ),
        Mistake(
            "one_table_for_all",
            _SharedTable,
            "A new table is not all zeros. Make an array of zeros in __init__, on self: not at "
            "random, and not on the class, where all tables share it.",
            lambda trials: any(
                trial.returned is not None and np.any(trial.returned[FRESH] != 0)
                for trial in trials
            ),
        ),
    ),
    others=(QTableOfLists,),
    hints=(
        "Write the target first, in words: what was earned, and the best that can follow. Then "
        "move the one value a part of the way.",
        "What follows is discount * max of row next_state, and 0 where ended is true.",
        "self.values[state, action] += self.rate * (target - self.values[state, action]).",
    ),
    praise="Twelve lines, and they learn any world that stands still and fits into a table.",
)


# --- 07.2 ------------------------------------------------------------------------------------


def target_of_moves(payoffs, partner_values, explore):
    best = partner_values == partner_values.max()
    chances = (1 - explore) * best / best.sum() + explore / len(best)
    return payoffs @ chances


def target_by_cases(payoffs, partner_values, explore):
    targets = []
    best = [m for m, v in enumerate(partner_values) if v == max(partner_values)]
    for row in payoffs:
        greedy = sum(row[m] for m in best) / len(best)
        targets.append((1 - explore) * greedy + explore * sum(row) / len(row))
    return targets


def target_from_library(payoffs, partner_values, explore):
    return tabular.target(payoffs, tabular.epsilon_greedy(partner_values, explore))


def target_cases(rng):
    climbing = np.array([[11.0, -30.0, 0.0], [-30.0, 7.0, 0.0], [0.0, 6.0, 5.0]])
    return [
        Case("the climbing game, the partner likes A and explores 30 % of the time",
             (climbing, np.array([3.0, 1.0, 2.0]), 0.3), [5.8, -23.3, 1.1]),
        Case("a partner who knows nothing yet: all values alike",
             (climbing, np.zeros(3), 0.3), [-19 / 3, -23 / 3, 11 / 3]),
        Case("two moves tie for the best", (climbing, np.array([1.0, 4.0, 4.0]), 0.0),
             [-15.0, 3.5, 5.5]),
        Case("a partner who only explores", (climbing, np.array([0.0, 9.0, 1.0]), 1.0)),
        Case("a partner who never explores", (rng.normal(0, 5, (3, 4)), rng.normal(size=4), 0.0)),
        Case("five moves against two",
             (rng.normal(0, 5, (5, 2)), rng.normal(size=2), float(rng.uniform(0.1, 0.9)))),
        Case("two moves against four",
             (rng.normal(0, 5, (2, 4)), rng.normal(size=4), float(rng.uniform(0.1, 0.9)))),
        Case("values that are all negative", (climbing, np.array([-3.0, -1.0, -2.0]), 0.2)),
    ]  # fmt: skip


def _partner(chances, pay=lambda payoffs, chances: payoffs @ chances):
    return lambda payoffs, values, explore: pay(payoffs, chances(values, explore))


def _first_best(values, explore):
    return (1 - explore) * (np.arange(len(values)) == values.argmax()) + explore / len(values)


def _all_best(values, explore):
    return (1 - explore) * (values == values.max()) + explore / len(values)


def _others_explored(values, explore):
    best, count = values == values.max(), len(values)
    others = count - best.sum()
    return np.where(best, (1 - explore) / best.sum(), explore / max(others, 1))


def _shares(values, explore):
    best = values == values.max()
    return (1 - explore) * best / best.sum() + explore / len(values)


def _softmax(values, explore):
    likely = np.exp(values - values.max())
    return (1 - explore) * likely / likely.sum() + explore / len(values)


_moving_target = Exercise(
    id="07.2",
    title="What a move really pays",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L07.2",
    reference=target_of_moves,
    cases=target_cases,
    mistakes=(
        Mistake(
            "partner_never_explores",
            _partner(lambda values, explore: _shares(values, 0.0)),
            "You let the partner always play its best move. In a share explore of the rounds it "
            "plays any of its moves.",
        ),
        Mistake(
            "partner_always_explores",
            _partner(lambda values, explore: np.full(len(values), 1 / len(values))),
            "You let the partner play all moves alike. Mostly, 1 - explore, it plays its best.",
        ),
        Mistake(
            "forgot_what_exploring_can_hit",
            _partner(lambda values, explore: (1 - explore) * _shares(values, 0.0)),
            "The partner's chances add up to 1 - explore. What it explores is missing: any of its "
            "moves, the best one too, with explore / (number of moves) each.",
        ),
        Mistake(
            "explores_only_the_others",
            _partner(_others_explored),
            "Exploring can hit the best move as well: any move has explore / (number of moves), "
            "and the best one has 1 - explore on top.",
        ),
        Mistake(
            "first_of_equals",
            _partner(_first_best),
            "Where several moves tie for the best, the partner plays each of them alike. You give "
            "everything to the first.",
        ),
        Mistake(
            "all_equals_in_full",
            _partner(_all_best),
            "Where several moves tie you give 1 - explore to each, and the chances add up to more "
            "than 1. They share it.",
        ),
        Mistake(
            "explore_upside_down",
            _partner(lambda values, explore: _shares(values, 1 - explore)),
            "Your partner plays its best move in a share explore of the rounds. It is the other "
            "way round: the best with 1 - explore, anything with explore.",
        ),
        Mistake(
            "explore_not_divided",
            _partner(
                lambda values, explore: _shares(values, explore) + explore * (1 - 1 / len(values))
            ),
            "You give every move the whole of explore, and the chances add up to more than 1. It "
            "is shared among all moves: explore / (number of moves).",
        ),
        Mistake(
            "last_of_equals",
            _partner(lambda values, explore: _first_best(values[::-1], explore)[::-1]),
            "Where several moves tie for the best, the partner plays each of them alike. You give "
            "everything to the last.",
        ),
        Mistake(
            "mean_of_everything",
            lambda p, v, e: (1 - e) * (p @ _shares(v, 0.0)) + e * p.mean(),
            "While the partner explores, every move of yours gets the mean of the whole table. "
            "It gets the mean of its own row.",
            as_if(lambda p, v, e: (1 - e) * p[:, v.argmax()] + e * p.mean()),
        ),
        Mistake(
            "softmax_partner",
            _partner(_softmax),
            "Your partner plays better moves more often, by their values. An epsilon-greedy one "
            "has a best move, and treats all others alike.",
        ),
        Mistake(
            "partner_is_paid",
            _partner(
                _shares,
                lambda payoffs, chances: (
                    payoffs.T @ chances
                    if payoffs.shape[0] == payoffs.shape[1]
                    else payoffs @ chances
                ),
            ),
            "You average over your own moves. The partner picks the column: payoffs @ chances.",
        ),
        Mistake(
            "best_reply",
            _partner(_shares, lambda payoffs, chances: (payoffs @ chances).max()),
            "You return the value of the best move only. One number for each of your moves is "
            "wanted, float[A].",
            as_if(lambda p, v, e: [(p @ _shares(v, e)).max()]),
        ),
        Mistake(
            "hopes_for_the_best",
            lambda payoffs, values, explore: payoffs.max(axis=1),
            "That is the best that each row can pay. What it does pay depends on the partner's "
            "chances.",
        ),
    ),
    others=(target_by_cases, target_from_library),
    hints=(
        "First the partner's chances, one for each column, which add up to 1. Then average each "
        "row with them.",
        "Every move has explore / (number of moves). The moves that tie for the best share "
        "1 - explore on top.",
        "best = partner_values == partner_values.max(); chances = (1 - explore) * best / "
        "best.sum() + explore / len(best); return payoffs @ chances.",
    ),
    praise="When the partner learns, this moves: now you can say by how much, and why.",
)


# --- 07.3 ------------------------------------------------------------------------------------


def drift_of_differences(values):
    differences = values - values.mean(axis=2, keepdims=True)
    return np.sqrt((np.diff(differences, axis=0) ** 2).mean(axis=(1, 2)))


def drift_with_loops(values):
    drifts = []
    for before, after in pairwise(values):
        total = 0.0
        for old, new in zip(before, after, strict=True):
            moved = [b - a for a, b in zip(old, new, strict=True)]
            mean = sum(moved) / len(moved)
            total += sum((move - mean) ** 2 for move in moved) / len(moved)
        drifts.append((total / len(before)) ** 0.5)
    return drifts


def drift_by_spread(values):
    """The spread of what moved is what the differences moved."""
    return np.sqrt(np.diff(values, axis=0).var(axis=2).mean(axis=1))


def drift_cases(rng):
    hand = np.array([[[1.0, 3.0], [5.0, 5.0]], [[4.0, 8.0], [5.0, 5.0]], [[4.0, 8.0], [1.0, 5.0]]])
    level = rng.normal(0, 2, (4, 6, 1)) + rng.normal(0, 1, (1, 6, 3))
    return [
        Case("two states, two actions, three looks", (hand,), [0.5**0.5, 2**0.5]),
        Case("only the level moves: nothing that matters", (level,), np.zeros(3)),
        Case("five looks, four states, three actions", (rng.normal(0, 3, (5, 4, 3)),)),
        Case("two looks, many states", (rng.normal(10, 1, (2, 30, 9)),)),
        Case("six looks, one state", (rng.normal(0, 1, (6, 1, 4)),)),
    ]


def _drift(differences=lambda v: v - v.mean(axis=2, keepdims=True),
           moved=lambda d: np.diff(d, axis=0),
           size=lambda m: np.sqrt((m**2).mean(axis=(1, 2)))):  # fmt: skip
    return lambda values: size(moved(differences(values)))


_drift_exercise = Exercise(
    id="07.3",
    title="How far a target moves",
    minutes=12,
    difficulty=2,
    points=2,
    objective="L07.2",
    reference=drift_of_differences,
    cases=drift_cases,
    properties=(
        Property(
            "one number between each two looks",
            lambda result, values: np.shape(result) == (len(values) - 1,),
            "Between T looks lie T - 1 moves: one number for each, float[T - 1].",
        ),
    ),
    mistakes=(
        Mistake(
            "the_whole_target",
            _drift(lambda v: v),
            "You measure the whole target. When all actions of a state gain alike nothing changes "
            "for the agent: first subtract the mean over the actions of each state (axis 2).",
        ),
        Mistake(
            "mean_over_states",
            _drift(lambda v: v - v.mean(axis=1, keepdims=True)),
            "You subtract the mean over the states. Actions of one state are compared with each "
            "other: that is axis 2.",
        ),
        Mistake(
            "mean_over_everything",
            _drift(lambda v: v - v.mean(axis=(1, 2), keepdims=True)),
            "You subtract one mean for all states together. Each state has a level of its own: "
            "the mean over its actions, axis 2.",
        ),
        Mistake(
            "minus_the_best_action",
            _drift(lambda v: v - v.max(axis=2, keepdims=True)),
            "You compare with the best action of each state. Compare with the mean of its "
            "actions, so that no single action sets the level.",
        ),
        Mistake(
            "from_the_first_look",
            _drift(moved=lambda d: d[1:] - d[0]),
            "You measure the way from the first look. Compare each look with the one before.",
        ),
        Mistake(
            "forgot_the_root",
            _drift(size=lambda m: (m**2).mean(axis=(1, 2))),
            "That is the mean of squares, in square minutes. Take its square root.",
        ),
        Mistake(
            "absolute_values",
            _drift(size=lambda m: np.abs(m).mean(axis=(1, 2))),
            "You average absolute values. Root mean square is asked for: square, average, then "
            "take the root.",
        ),
        Mistake(
            "ups_and_downs_cancel",
            _drift(size=lambda m: np.abs(m.mean(axis=(1, 2)))),
            "Ups and downs cancel in your average. Square the moves before you average them.",
            as_if(_drift(size=lambda m: m.mean(axis=(1, 2)))),
        ),
        Mistake(
            "summed",
            _drift(size=lambda m: np.sqrt((m**2).sum(axis=(1, 2)))),
            "You add up the squares, so that more states make more drift. Take their mean.",
        ),
        Mistake(
            "mean_of_roots",
            _drift(size=lambda m: np.sqrt((m**2).mean(axis=2)).mean(axis=1)),
            "You take the root for each state and average the roots. Average the squares over "
            "states and actions together, and take one root.",
        ),
    ),
    others=(drift_with_loops, drift_by_spread),
    hints=(
        "Three steps: compare the actions of each state with their mean; subtract each look from "
        "the next; take the root mean square.",
        "values.mean(axis=2, keepdims=True) is the level of each state; np.diff(..., axis=0) "
        "compares each look with the one before.",
        "np.sqrt((np.diff(differences, axis=0) ** 2).mean(axis=(1, 2))).",
    ),
    praise="You can now tell a level that rises from an order that changes.",
)


# --- 07.4 ------------------------------------------------------------------------------------


class Forgiving:
    def __init__(self, moves, rate, hot, cool):
        self.values, self.tried = np.zeros(moves), np.zeros(moves, dtype=int)
        self.rate, self.hot, self.cool = rate, hot, cool

    def temperature(self, move):
        return self.hot * self.cool ** self.tried[move]

    def ignores(self, move, ticket):
        return ticket < np.exp(-1 / self.temperature(move))

    def learn(self, move, pay, ticket):
        error = pay - self.values[move]
        if error >= 0 or not self.ignores(move, ticket):
            self.values[move] += self.rate * error
        self.tried[move] += 1


class ForgivingThatCools:
    """The same with temperatures that are kept instead of counts."""

    def __init__(self, moves, rate, hot, cool):
        self.values, self.heat = [0.0] * moves, [float(hot)] * moves
        self.rate, self.cool = rate, cool

    def learn(self, move, pay, ticket):
        good = pay > self.values[move]
        chance = float(np.exp(-1 / self.heat[move]))
        if good or ticket >= chance:
            self.values[move] = (1 - self.rate) * self.values[move] + self.rate * pay
        self.heat[move] *= self.cool


def play_forgiving(make, case):
    """What a learner holds after each result float[results, moves], and a new one."""
    moves, rate, hot, cool, story = case.inputs
    learner, seen = make(moves, rate, hot, cool), []
    for result in story:
        learner.learn(*result)
        seen.append(np.array(learner.values, dtype=float))
    fresh = make(moves, rate, hot, cool)
    return {"values after each result": np.array(seen),
            "values of a new learner": np.array(fresh.values, dtype=float)}  # fmt: skip


def forgiving_cases(rng):
    def some(moves, hot, cool, results):
        story = [(int(rng.integers(moves)), float(rng.normal(1, 4)), float(rng.random()))
                 for _ in range(results)]  # fmt: skip
        return moves, float(rng.uniform(0.1, 0.6)), hot, cool, story

    # exp(-1/2) = 0.61 forgives the first -30; exp(-1/1) = 0.37 does not forgive the second.
    hand = [(0, -30.0, 0.5), (0, -30.0, 0.5), (1, 8.0, 0.0), (1, 4.0, 0.7)]
    wanted = np.array([[0, 0], [-15, 0], [-15, 4], [-15, 4]], dtype=float)
    wanted[3, 1] = 4.0  # 4 is no bad news for a value of 4
    return [
        Case("two moves, T = 2 at first and half as hot after each try", (2, 0.5, 2.0, 0.5, hand),
             {"values after each result": wanted, "values of a new learner": np.zeros(2)}),
        Case("so hot that all bad news is ignored", some(3, 1e9, 1.0, 30)),
        Case("so cold that none is", some(3, 1e-6, 0.9, 30)),
        Case("always warm: it does not cool", some(2, 1.0, 1.0, 60)),
        Case("it cools fast", some(3, 20.0, 0.7, 60)),
        Case("it cools slowly", some(4, 5.0, 0.95, 80)),
    ]  # fmt: skip


def _forgiving(**methods):
    return type("Learned", (Forgiving,), methods)


def _learn_if(accepts, counts=lambda accepted: True, cools_first=False):
    def learn(self, move, pay, ticket):
        self.tried[move] += cools_first
        error = pay - self.values[move]
        accepted = accepts(self, move, error, ticket)
        if accepted:
            self.values[move] += self.rate * error
        self.tried[move] += counts(accepted) and not cools_first

    return _forgiving(learn=learn)


def _usual(self, move, error, ticket):
    return error >= 0 or not self.ignores(move, ticket)


def _learn_scaled(self, move, pay, ticket):
    error = pay - self.values[move]
    weight = 1.0 if error >= 0 else 1 - np.exp(-1 / self.temperature(move))
    self.values[move] += self.rate * weight * error
    self.tried[move] += 1


def _learn_best(self, move, pay, ticket):
    if _usual(self, move, pay - self.values[move], ticket):
        self.values[move] = max(self.values[move], pay)
    self.tried[move] += 1


def _learn_from_pay(self, move, pay, ticket):
    if _usual(self, move, pay - self.values[move], ticket):
        self.values[move] += self.rate * pay
    self.tried[move] += 1


class _SharedForgiving(Forgiving):
    everything: tuple = ()

    def __init__(self, moves, rate, hot, cool):
        super().__init__(moves, rate, hot, cool)
        if type(self).everything and len(type(self).everything[0]) == moves:
            self.values, self.tried = type(self).everything
        type(self).everything = (self.values, self.tried)


_forgiving_learner = Exercise(
    id="07.4",
    title="A learner that forgives",
    minutes=20,
    difficulty=3,
    points=4,
    objective="L07.3",
    reference=Forgiving,
    cases=forgiving_cases,
    observe=play_forgiving,
    names=("moves", "rate", "hot", "cool", "results"),
    mistakes=(
        Mistake(
            "believes_everything",
            _learn_if(lambda self, move, error, ticket: True),
            "Good and bad news count alike: that is the plain learner. Bad news is ignored with "
            "probability exp(-1 / T).",
        ),
        Mistake(
            "deaf_to_bad_news",
            _learn_if(lambda self, move, error, ticket: error >= 0),
            "Bad news is always ignored, however cold the move has become. Ignore it only where "
            "ticket < exp(-1 / T).",
        ),
        Mistake(
            "ignores_good_news_too",
            _learn_if(lambda self, move, error, ticket: not self.ignores(move, ticket)),
            "You ignore good news as well. What is better than the value always counts.",
        ),
        Mistake(
            "ignores_only_good_news",
            _learn_if(lambda s, move, error, ticket: error <= 0 or not s.ignores(move, ticket)),
            "You forgive the good news. Bad news is what may be ignored: pay below the value.",
        ),
        Mistake(
            "ticket_upside_down",
            _learn_if(lambda s, move, error, ticket: error >= 0 or s.ignores(move, ticket)),
            "Bad news counts where it should be ignored, and the other way round. A hot move "
            "forgives: ignore where ticket < exp(-1 / T).",
        ),
        Mistake(
            "bad_is_below_zero",
            _learn_if(
                lambda s, move, error, ticket: (
                    s.values[move] + error >= 0 or not s.ignores(move, ticket)
                )
            ),
            "You call a pay below 0 bad news. News is bad when it is below what the table "
            "expected: pay < values[move].",
        ),
        Mistake(
            "bad_is_below_the_best_move",
            _learn_if(
                lambda s, move, error, ticket: (
                    s.values[move] + error >= s.values.max() or not s.ignores(move, ticket)
                )
            ),
            "You call a pay bad that is below the best of all moves. News is bad when it is below "
            "the value of the move that was tried.",
        ),
        Mistake(
            "adds_the_pay",
            _forgiving(learn=_learn_from_pay),
            "You add rate * pay, so that values grow without end. Add rate * (pay - the value).",
        ),
        Mistake(
            "subtracts_cool",
            _forgiving(
                temperature=lambda self, move: self.hot - self.cool * self.tried[move] or 1e-300
            ),
            "You subtract cool from the temperature. It is multiplied: T becomes cool * T.",
        ),
        Mistake(
            "never_cools",
            _forgiving(temperature=lambda self, move: self.hot),
            "The temperature stays at hot. After each try of a move it is cool times what it was.",
        ),
        Mistake(
            "cools_with_everybody",
            _forgiving(temperature=lambda self, move: self.hot * self.cool ** self.tried.sum()),
            "All moves cool together. Each has a temperature of its own, and cools when it is "
            "tried itself.",
        ),
        Mistake(
            "cools_before_it_is_used",
            _learn_if(_usual, cools_first=True),
            "The move has cooled before its first result is judged. Judge first, with hot at the "
            "first try, then cool.",
        ),
        Mistake(
            "cools_only_when_it_learns",
            _learn_if(_usual, counts=lambda accepted: accepted),
            "A result that is ignored must cool the move too: it has been tried.",
        ),
        Mistake(
            "warms_instead_of_cooling",
            _forgiving(ignores=lambda self, move, ticket: ticket < np.exp(-self.temperature(move))),
            "You take exp(-T), which forgives the more the colder it gets. It is exp(-1 / T).",
        ),
        Mistake(
            "one_minus_the_chance",
            _forgiving(
                ignores=lambda self, move, ticket: ticket < 1 - np.exp(-1 / self.temperature(move))
            ),
            "1 - exp(-1 / T) is the chance that bad news counts. It is ignored where "
            "ticket < exp(-1 / T).",
        ),
        Mistake(
            "a_little_of_all_bad_news",
            _forgiving(learn=_learn_scaled),
            "You let all bad news count a little. Here it is ignored or believed in full, as the "
            "ticket decides.",
        ),
        Mistake(
            "keeps_the_best",
            _forgiving(learn=_learn_best),
            "You keep the best pay that was seen. Values move towards the pay, a part rate of the "
            "way.",
        ),
        Mistake(
            "one_learner_for_all",
            _SharedForgiving,
            "A new learner knows what another has learned: the values are kept on the class, or "
            "outside. Make them in __init__, on self.",
            lambda trials: any(
                trial.returned is not None
                and np.any(trial.returned["values of a new learner"] != 0)
                for trial in trials
            ),
        ),
    ),
    others=(ForgivingThatCools,),
    hints=(
        "Keep two things for each move: its value, and its temperature (or how often it was "
        "tried).",
        "In learn: error = pay - self.values[move]. If the error is 0 or more, or the ticket is "
        "not below exp(-1 / T), move the value by rate * error.",
        "Cool last, and always: the temperature of this move times cool. The first try is judged "
        "at hot.",
    ),
    praise="A learner that knows its partners are learning too.",
)


# --- 07.5 ------------------------------------------------------------------------------------


def page_target(minutes, goes_on, weights, value, nothing, slots):
    pages = np.array(list(combinations(range(weights.shape[1]), slots)))
    w, v = weights[:, pages], value[:, pages]
    worth = ((w * v).sum(axis=2) + 2 * nothing[:, None]) / (w.sum(axis=2) + 2)
    return minutes + goes_on * worth.max(axis=1)


def page_target_with_loops(minutes, goes_on, weights, value, nothing, slots):
    targets = []
    for row, earned in enumerate(minutes):
        best = -np.inf
        for page in combinations(range(len(weights[row])), slots):
            likely = [weights[row][i] for i in page]
            total = sum(likely) + 2
            worth = sum(w * value[row][i] for w, i in zip(likely, page, strict=True)) / total
            best = max(best, worth + 2 * nothing[row] / total)
        targets.append(earned + best if goes_on[row] else earned)
    return targets


def page_target_by_ratio(minutes, goes_on, weights, value, nothing, slots):
    order = np.argsort(-page_scores(weights, value, nothing[:, None], slots), axis=1)[:, :slots]
    w, v = (np.take_along_axis(array, order, axis=1) for array in (weights, value))
    worth = ((w * v).sum(axis=1) + 2 * nothing) / (w.sum(axis=1) + 2)
    return np.where(goes_on, minutes + worth, minutes)


def page_cases(rng):
    def some(rows, candidates, slots):
        # Values far apart, so that the best page is neither the likeliest nor the most valued.
        return (
            rng.choice([0.0, 4.0], rows), rng.random(rows) < 0.7,
            rng.uniform(0.05, 2, (rows, candidates)), rng.normal(150, 60, (rows, candidates)),
            rng.uniform(50, 250, rows), slots,
        )  # fmt: skip

    hand = (np.array([4.0, 4.0, 0.0]), np.array([True, False, True]), np.ones((3, 3)),
            np.tile([100.0, 90.0, 10.0], (3, 1)), np.full(3, 50.0), 2)  # fmt: skip
    return [
        Case("three candidates, two slots, all weights 1", hand, [76.5, 4.0, 72.5]),
        Case("a video that is worth most and never clicked",
             (np.zeros(1), np.ones(1, bool), np.array([[0.01, 1.0, 1.0]]),
              np.array([[200.0, 80.0, 60.0]]), np.array([70.0]), 1), [220 / 3]),
        Case("twenty pages of ten candidates", some(20, 10, 3)),
        Case("one slot", some(6, 5, 1)),
        Case("every candidate is shown", some(4, 4, 4)),
        Case("no click is worth more than any video",
             (np.zeros(2), np.ones(2, bool), rng.uniform(0.2, 2, (2, 6)),
              rng.uniform(0, 50, (2, 6)), np.full(2, 200.0), 2)),
    ]  # fmt: skip


def _page(worth=None, pick=None, finish=lambda m, g, w: m + g * w):
    """Another value of a page, another way to pick one, or another end."""

    def usual(w, v, nothing):
        return ((w * v).sum(axis=2) + 2 * nothing[:, None]) / (w.sum(axis=2) + 2)

    def answer(minutes, goes_on, weights, value, nothing, slots):
        if pick is None:
            pages = np.array(list(combinations(range(weights.shape[1]), slots)))
            w, v = weights[:, pages], value[:, pages]
        else:
            chosen = np.argsort(-pick(weights, value, nothing), axis=1)[:, :slots]
            w, v = (np.take_along_axis(x, chosen, axis=1)[:, None] for x in (weights, value))
        return finish(minutes, goes_on, (worth or usual)(w, v, nothing).max(axis=1))

    return answer


def _mean_page(minutes, goes_on, weights, value, nothing, slots):
    pages = np.array(list(combinations(range(weights.shape[1]), slots)))
    w, v = weights[:, pages], value[:, pages]
    worth = ((w * v).sum(axis=2) + 2 * nothing[:, None]) / (w.sum(axis=2) + 2)
    return minutes + goes_on * worth.mean(axis=1)


_page_value = Exercise(
    id="07.5",
    title="What comes after a page",
    minutes=18,
    difficulty=2,
    points=3,
    objective="L07.4",
    reference=page_target,
    cases=page_cases,
    mistakes=(
        Mistake(
            "no_click_worth_nothing",
            _page(lambda w, v, n: (w * v).sum(axis=2) / (w.sum(axis=2) + 2)),
            "You take no click to be worth nothing. It does not end the evening: it has weight 2 "
            "and the value nothing.",
        ),
        Mistake(
            "no_click_counted_once",
            _page(lambda w, v, n: ((w * v).sum(axis=2) + n[:, None]) / (w.sum(axis=2) + 2)),
            "No click weighs 2 below the line and 1 above. It is 2 * nothing.",
        ),
        Mistake(
            "no_click_in_full",
            _page(lambda w, v, n: (w * v).sum(axis=2) / (w.sum(axis=2) + 2) + n[:, None]),
            "You add the whole value of no click to every page. It happens only sometimes: weigh "
            "it by its chance, 2 / (sum of weights + 2).",
        ),
        Mistake(
            "no_click_weighs_one",
            _page(lambda w, v, n: ((w * v).sum(axis=2) + n[:, None]) / (w.sum(axis=2) + 1)),
            "No click weighs 1 on your page. It weighs 2, above the line and below.",
        ),
        Mistake(
            "added_one_to_the_weights",
            _page(
                lambda w, v, n: (
                    (((w + 1) * v).sum(axis=2) + 2 * n[:, None]) / ((w + 1).sum(axis=2) + 2)
                )
            ),
            "You add 1 to the weights. They are given as weights, u + 1, already.",
        ),
        Mistake(
            "best_of_all_viewers",
            _page(
                lambda w, v, n: np.full(
                    (len(n), 1),
                    (((w * v).sum(axis=2) + 2 * n[:, None]) / (w.sum(axis=2) + 2)).max(),
                )
            ),
            "Every viewer gets the best page of all viewers. Take the maximum over the pages of "
            "each row: axis 1.",
        ),
        Mistake(
            "minutes_or_what_follows",
            _page(finish=lambda m, g, w: np.where(g, w, m)),
            "Where the session goes on the minutes of the page are missing. They count in both "
            "cases.",
        ),
        Mistake(
            "somebody_always_clicks",
            _page(lambda w, v, n: (w * v).sum(axis=2) / w.sum(axis=2)),
            "Your chances leave no room for no click. It weighs 2, always.",
        ),
        Mistake(
            "chances_forgotten",
            _page(lambda w, v, n: (v.sum(axis=2) + n[:, None]) / (v.shape[2] + 1)),
            "Every outcome counts alike on your page. Weigh each video with its own weight and "
            "no click with 2.",
        ),
        Mistake(
            "top_by_value",
            _page(pick=lambda w, v, n: v),
            "You show the videos with the largest values. One that nobody clicks brings its value "
            "to nobody: compare whole pages.",
        ),
        Mistake(
            "top_by_weight",
            _page(pick=lambda w, v, n: w),
            "You show what is clicked most. The best page is the one of the largest value: compare "
            "whole pages.",
        ),
        Mistake(
            "top_by_product",
            _page(pick=lambda w, v, n: w * v),
            "You show the videos with the largest weight * value. A video also takes chances away "
            "from the others and from no click, so compare whole pages.",
        ),
        Mistake(
            "forgot_who_has_left",
            _page(finish=lambda m, g, w: m + w),
            "Viewers who have left still have an evening before them in your target. Where "
            "goes_on is false only the minutes count.",
        ),
        Mistake(
            "forgot_the_minutes",
            _page(finish=lambda m, g, w: g * w),
            "The minutes of the page itself are missing.",
        ),
        Mistake(
            "minutes_lost_at_the_end",
            _page(finish=lambda m, g, w: g * (m + w)),
            "The last page of an evening was watched too: its minutes count even where nothing "
            "follows.",
        ),
        Mistake(
            "average_page",
            _mean_page,
            "You average over all pages. The agent will show the best one: take the maximum.",
        ),
    ),
    others=(page_target_with_loops, page_target_by_ratio),
    hints=(
        "itertools.combinations(range(C), slots) lists all pages. Value each of them, and take "
        "the largest.",
        "A page is worth (sum of weight * value + 2 * nothing) / (sum of weights + 2).",
        "pages = np.array(list(combinations(...))); w, v = weights[:, pages], value[:, pages] "
        "have the shape [B, pages, slots]. In the end minutes + goes_on * worth.max(axis=1).",
    ),
    praise="A hundred and twenty pages, valued by ten numbers and one for silence.",
)


EXERCISES = [_q_table, _moving_target, _drift_exercise, _forgiving_learner, _page_value]
